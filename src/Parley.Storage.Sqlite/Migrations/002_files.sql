-- Files that can be downloaded. Contents lie elsewhere, under the SHA-256 of their bytes.
CREATE TABLE file (
    project_id   INTEGER NOT NULL,
    key          TEXT NOT NULL,
    day          INTEGER NOT NULL,
    extension    TEXT NOT NULL,
    sha256       TEXT NOT NULL,
    size         INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    sender       INTEGER NOT NULL,
    time         INTEGER NOT NULL,
    name         TEXT NOT NULL,
    PRIMARY KEY (project_id, key)
) WITHOUT ROWID;
CREATE INDEX file_content ON file (sha256);
CREATE INDEX file_time ON file (project_id, time);

-- Contents that may have no file: set before a content is stored and when its last file goes, lifted when a file is added.
CREATE TABLE file_mark (
    sha256 TEXT PRIMARY KEY,
    since  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_mark_since ON file_mark (since);

-- One-use tokens for uploads. targets: eight bytes each, little-endian.
CREATE TABLE file_token (
    hash            BLOB PRIMARY KEY,
    project_id      INTEGER NOT NULL,
    sender          INTEGER NOT NULL,
    purpose         TEXT NOT NULL,
    is_back_end     INTEGER NOT NULL,
    names_extension INTEGER NOT NULL,
    expires         INTEGER NOT NULL,
    targets         BLOB
) WITHOUT ROWID;
CREATE INDEX file_token_expires ON file_token (expires);
