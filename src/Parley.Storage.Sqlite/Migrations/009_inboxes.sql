-- Who has an inbox. newest: the newest number given, only once trimming has removed it; otherwise it is read from inbox_item.
-- cleared: everything up to this number was removed.
CREATE TABLE inbox (
    id         INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    newest     INTEGER NOT NULL DEFAULT 0,
    cleared    INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX inbox_user ON inbox (project_id, user_id);

-- place: the id of a message, or the id of a note with a minus.
CREATE TABLE inbox_item (
    inbox_id INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    PRIMARY KEY (inbox_id, number)
) WITHOUT ROWID;

-- One note may lie in many inboxes. Ids are never given again.
CREATE TABLE inbox_note (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    time       INTEGER NOT NULL,
    note       BLOB
);
CREATE INDEX inbox_note_time ON inbox_note (project_id, time);
