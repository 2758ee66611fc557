-- What was told about a user at its registration; a user without a row here told nothing. level: 1 ordinary, 2 manager.
-- birth: unix seconds. Rows may be long, so this table, unlike the others, keeps them out of its index.
CREATE TABLE person (
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    gender     INTEGER NOT NULL,
    birth      INTEGER NOT NULL,
    level      INTEGER NOT NULL,
    nickname   TEXT NOT NULL,
    face_url   TEXT NOT NULL,
    phone      TEXT NOT NULL,
    birth_text TEXT NOT NULL,
    email      TEXT NOT NULL,
    extra      TEXT NOT NULL,
    PRIMARY KEY (project_id, user_id)
);

-- Users in the order of creation.
CREATE INDEX user_created ON user (project_id, created, user_id);

-- Tokens that gateways handed out. state: 0 good, 1 invalid, 2 kicked, 3 expired. expires: unix seconds.
CREATE TABLE access_token (
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    platform   TEXT NOT NULL,
    hash       BLOB NOT NULL,
    expires    INTEGER NOT NULL,
    state      INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id, platform, hash)
) WITHOUT ROWID;
CREATE INDEX access_token_expires ON access_token (expires);

-- created: 0 = before this was kept. The indexes find what points to a user.
ALTER TABLE relation ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
CREATE INDEX relation_peer ON relation (project_id, peer_id);
CREATE INDEX friend_request_sender ON friend_request (project_id, sender);

-- creator: who made the group. added_by: who took the member in. 0 = a back end, or before this was kept.
ALTER TABLE chat_group ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_group ADD COLUMN creator INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat_group ADD COLUMN notification TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_group ADD COLUMN face_url TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_group ADD COLUMN extra TEXT NOT NULL DEFAULT '';
ALTER TABLE group_member ADD COLUMN added_by INTEGER NOT NULL DEFAULT 0;

-- Groups that were and are no more.
CREATE TABLE dissolved_group (
    project_id INTEGER NOT NULL,
    group_id   INTEGER NOT NULL,
    PRIMARY KEY (project_id, group_id)
) WITHOUT ROWID;
