-- Users whose messages stay pending until they are acknowledged one by one.
CREATE TABLE pending_user (
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    PRIMARY KEY (project_id, user_id)
) WITHOUT ROWID;

-- Everything up to seq was acknowledged by the user, or is not for the user.
CREATE TABLE acknowledged (
    conversation_id INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    seq             INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
) WITHOUT ROWID;

-- What was acknowledged beyond that, while something before it was not.
CREATE TABLE acknowledged_ahead (
    conversation_id INTEGER NOT NULL,
    user_id         INTEGER NOT NULL,
    from_seq        INTEGER NOT NULL,
    to_seq          INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, user_id, from_seq)
) WITHOUT ROWID;

-- Somebody asked to become a friend; it waits until the other one reacts.
CREATE TABLE friend_request (
    project_id INTEGER NOT NULL,
    id         TEXT NOT NULL,
    sender     INTEGER NOT NULL,
    receiver   INTEGER NOT NULL,
    time       INTEGER NOT NULL,
    PRIMARY KEY (project_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX friend_request_pair ON friend_request (project_id, receiver, sender);
