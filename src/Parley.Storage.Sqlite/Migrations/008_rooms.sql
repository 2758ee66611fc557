-- broadcasts: the newest number that was given to a broadcast. The row of room 0 holds the project's default capacity.
CREATE TABLE new_room (
    project_id   INTEGER NOT NULL,
    room_id      INTEGER NOT NULL,
    owner        INTEGER NOT NULL DEFAULT 0,
    is_closed    INTEGER NOT NULL DEFAULT 0,
    capacity     INTEGER NOT NULL DEFAULT 0,
    broadcasts   INTEGER NOT NULL DEFAULT 0,
    name         TEXT NOT NULL DEFAULT '',
    description  TEXT NOT NULL DEFAULT '',
    open_info    TEXT NOT NULL DEFAULT '',
    private_info TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (project_id, room_id)
) WITHOUT ROWID;
INSERT INTO new_room (project_id, room_id, open_info, private_info) SELECT project_id, room_id, open_info, private_info FROM room;
DROP TABLE room;
ALTER TABLE new_room RENAME TO room;

-- Broadcasts that those who come later hear until they expire. position: the id of the message.
CREATE TABLE kept_broadcast (
    project_id INTEGER NOT NULL,
    room_id    INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    PRIMARY KEY (project_id, room_id, number)
) WITHOUT ROWID;
CREATE INDEX kept_broadcast_expires ON kept_broadcast (expires);
