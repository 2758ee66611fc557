-- position: the id of the newest message that the webhook is done with.
CREATE TABLE webhook (
    project_id INTEGER NOT NULL,
    name       TEXT NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (project_id, name)
) WITHOUT ROWID;

-- position: the id of a message that the webhook's receiver did not take. The message itself stays in the history.
CREATE TABLE dead_letter (
    project_id  INTEGER NOT NULL,
    name        TEXT NOT NULL,
    position    INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    time        INTEGER NOT NULL,
    is_retrying INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    PRIMARY KEY (project_id, name, position)
) WITHOUT ROWID;
CREATE INDEX dead_letter_retrying ON dead_letter (project_id, name, position) WHERE is_retrying = 1;
