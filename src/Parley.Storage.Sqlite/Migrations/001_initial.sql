-- Times are unix milliseconds. Columns that may hold much text stand last, so that the others are read without them.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE project (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL,
    secret   TEXT NOT NULL,
    admins   TEXT NOT NULL,
    settings TEXT NOT NULL
);

-- head_seq, head_time: the newest message, only once retirement has removed it; otherwise the head is read from the messages.
-- retired_seq: everything up to it was retired.
CREATE TABLE conversation (
    id          INTEGER PRIMARY KEY,
    project_id  INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    first       INTEGER NOT NULL,
    second      INTEGER NOT NULL,
    head_seq    INTEGER NOT NULL DEFAULT 0,
    head_time   INTEGER NOT NULL DEFAULT 0,
    retired_seq INTEGER NOT NULL DEFAULT 0,
    UNIQUE (project_id, kind, first, second)
);
CREATE INDEX conversation_second ON conversation (project_id, second) WHERE kind = 1;

-- id is the order of appending, over all conversations.
CREATE TABLE message (
    id              INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
    sender          INTEGER NOT NULL,
    mid             INTEGER NOT NULL,
    time            INTEGER NOT NULL,
    type            INTEGER NOT NULL,
    is_binary       INTEGER NOT NULL,
    is_deleted      INTEGER NOT NULL,
    file_kind       INTEGER NOT NULL,
    file_size       INTEGER NOT NULL,
    thumbnail       TEXT,
    attrs           BLOB,
    body            BLOB
);
-- mid and sender ride along so that a message is found by mid without reading rows.
CREATE UNIQUE INDEX message_place ON message (conversation_id, seq, mid, sender);
CREATE INDEX message_deleted ON message (conversation_id, seq) WHERE is_deleted = 1;

CREATE TABLE read_position (
    conversation_id INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) WITHOUT ROWID;

CREATE TABLE user (
    project_id      INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    broadcast_floor INTEGER NOT NULL,
    created         INTEGER NOT NULL,
    latitude        REAL,
    longitude       REAL,
    push_name       TEXT NOT NULL DEFAULT '',
    language        TEXT NOT NULL DEFAULT '',
    open_info       TEXT NOT NULL DEFAULT '',
    private_info    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, user_id)
) WITHOUT ROWID;

CREATE TABLE device (
    project_id  INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    token       TEXT NOT NULL,
    platform    TEXT NOT NULL,
    device_type TEXT NOT NULL,
    PRIMARY KEY (project_id, user_id, token)
) WITHOUT ROWID;

CREATE TABLE user_data (
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    space      TEXT NOT NULL,
    key        TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (project_id, user_id, space, key)
) WITHOUT ROWID;

-- types: one byte a type; NULL = all.
CREATE TABLE mute (
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    target_id  INTEGER NOT NULL,
    types      BLOB,
    PRIMARY KEY (project_id, user_id, kind, target_id)
) WITHOUT ROWID;

CREATE TABLE token (
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    expires    INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id, hash)
) WITHOUT ROWID;
CREATE INDEX token_expires ON token (expires);

CREATE TABLE name (
    project_id INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    name       TEXT NOT NULL,
    PRIMARY KEY (project_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX name_text ON name (project_id, name);

CREATE TABLE relation (
    project_id INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    peer_id    INTEGER NOT NULL,
    PRIMARY KEY (project_id, kind, user_id, peer_id)
) WITHOUT ROWID;

CREATE TABLE chat_group (
    project_id   INTEGER NOT NULL,
    group_id     INTEGER NOT NULL,
    created      INTEGER NOT NULL,
    open_info    TEXT NOT NULL DEFAULT '',
    private_info TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, group_id)
) WITHOUT ROWID;

CREATE TABLE group_member (
    project_id   INTEGER NOT NULL,
    group_id     INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    joined_after INTEGER NOT NULL,
    joined       INTEGER NOT NULL,
    PRIMARY KEY (project_id, group_id, user_id)
) WITHOUT ROWID;
CREATE INDEX group_member_user ON group_member (project_id, user_id);

CREATE TABLE room (
    project_id   INTEGER NOT NULL,
    room_id      INTEGER NOT NULL,
    open_info    TEXT NOT NULL DEFAULT '',
    private_info TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, room_id)
) WITHOUT ROWID;

CREATE TABLE ban (
    project_id INTEGER NOT NULL,
    scope      INTEGER NOT NULL,
    place_id   INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    PRIMARY KEY (project_id, scope, place_id, kind, user_id)
) WITHOUT ROWID;
CREATE INDEX ban_until ON ban (until);
