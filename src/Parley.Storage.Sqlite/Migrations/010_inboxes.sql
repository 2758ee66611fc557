-- inboxes: the numbers that the message got: for each owner the id of the inbox and the number, as variable-length integers.
ALTER TABLE message ADD COLUMN inboxes BLOB;

-- Who has an inbox. newest: the newest number given, only once trimming has removed it; otherwise it is read from inbox_run and from the
-- messages that are not in there yet. cleared: everything up to this number was removed.
CREATE TABLE inbox (
    id         INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    newest     INTEGER NOT NULL DEFAULT 0,
    cleared    INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX inbox_user ON inbox (project_id, user_id);

-- What lies at numbers that follow each other. id: the id of the inbox times 2^32 plus the first number. places: the ids of messages, or
-- the id of a note with a minus, as differences in variable-length integers.
CREATE TABLE inbox_run (
    id     INTEGER PRIMARY KEY,
    count  INTEGER NOT NULL,
    places BLOB NOT NULL
);

-- One note may lie in many inboxes. Ids are never given again.
CREATE TABLE inbox_note (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    time       INTEGER NOT NULL,
    note       BLOB
);
CREATE INDEX inbox_note_time ON inbox_note (project_id, time);
