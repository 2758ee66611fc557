-- role: 0 member, 1 manager, 2 owner.
ALTER TABLE group_member ADD COLUMN role INTEGER NOT NULL DEFAULT 0;

ALTER TABLE chat_group ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_group ADD COLUMN description TEXT NOT NULL DEFAULT '';

-- What an operator decided about a group, which need not exist yet. capacity: 0 = none of its own.
CREATE TABLE group_rule (
    project_id INTEGER NOT NULL,
    group_id   INTEGER NOT NULL,
    capacity   INTEGER NOT NULL DEFAULT 0,
    is_closed  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, group_id)
) WITHOUT ROWID;

-- The last number that was handed out under a name.
CREATE TABLE counter (
    project_id INTEGER NOT NULL,
    name       TEXT NOT NULL,
    value      INTEGER NOT NULL,
    PRIMARY KEY (project_id, name)
) WITHOUT ROWID;
