-- Periods of so many seconds in which open sessions are counted; so many of them are kept.
CREATE TABLE online_precision (
    project_id INTEGER NOT NULL,
    seconds    INTEGER NOT NULL,
    keep       INTEGER NOT NULL,
    PRIMARY KEY (project_id, seconds)
) WITHOUT ROWID;

-- start: unix seconds.
CREATE TABLE online_period (
    project_id INTEGER NOT NULL,
    seconds    INTEGER NOT NULL,
    start      INTEGER NOT NULL,
    most       INTEGER NOT NULL,
    least      INTEGER NOT NULL,
    PRIMARY KEY (project_id, seconds, start)
) WITHOUT ROWID;

-- One row for each group. members changes with the membership, through triggers. messages is written by the journal for many groups at
-- once; what was said after meta 'ranked_message' may be missing in it. founded_after: the conversation's head when the group was founded.
CREATE TABLE group_rank (
    project_id    INTEGER NOT NULL,
    group_id      INTEGER NOT NULL,
    members       INTEGER NOT NULL,
    messages      INTEGER NOT NULL,
    founded_after INTEGER NOT NULL,
    PRIMARY KEY (project_id, group_id)
) WITHOUT ROWID;

-- Groups that were removed and founded again show it by messages older than they are; those do not count.
INSERT INTO group_rank (project_id, group_id, members, messages, founded_after)
SELECT project_id, group_id, members, head - founded_after, founded_after FROM (
    SELECT project_id, group_id, members, head,
        CASE
            WHEN oldest_time IS NULL OR oldest_time >= created THEN 0
            ELSE coalesce(
                (SELECT seq FROM message WHERE conversation_id = conversation AND time >= created ORDER BY seq LIMIT 1) - 1, head)
        END AS founded_after
    FROM (
        SELECT g.project_id, g.group_id, g.created, c.id AS conversation,
            (SELECT count(*) FROM group_member m WHERE m.project_id = g.project_id AND m.group_id = g.group_id) AS members,
            coalesce((SELECT seq FROM message WHERE conversation_id = c.id ORDER BY seq DESC LIMIT 1), c.head_seq, 0) AS head,
            (SELECT time FROM message WHERE conversation_id = c.id ORDER BY seq LIMIT 1) AS oldest_time
        FROM chat_group g LEFT JOIN conversation c
            ON c.project_id = g.project_id AND c.kind = 2 AND c.first = g.group_id AND c.second = 0));

INSERT INTO meta (key, value) SELECT 'ranked_message', coalesce(max(id), 0) FROM message;

CREATE INDEX group_rank_members ON group_rank (project_id, members DESC, group_id);
CREATE INDEX group_rank_messages ON group_rank (project_id, messages DESC, group_id);

CREATE TRIGGER group_rank_founded AFTER INSERT ON chat_group BEGIN
    INSERT INTO group_rank (project_id, group_id, members, messages, founded_after)
    VALUES (NEW.project_id, NEW.group_id, 0, 0, coalesce((
        SELECT coalesce((SELECT seq FROM message WHERE conversation_id = c.id ORDER BY seq DESC LIMIT 1), c.head_seq)
        FROM conversation c
        WHERE c.project_id = NEW.project_id AND c.kind = 2 AND c.first = NEW.group_id AND c.second = 0), 0));
END;

CREATE TRIGGER group_rank_removed AFTER DELETE ON chat_group BEGIN
    DELETE FROM group_rank WHERE project_id = OLD.project_id AND group_id = OLD.group_id;
END;

CREATE TRIGGER group_rank_joined AFTER INSERT ON group_member BEGIN
    UPDATE group_rank SET members = members + 1 WHERE project_id = NEW.project_id AND group_id = NEW.group_id;
END;

CREATE TRIGGER group_rank_left AFTER DELETE ON group_member BEGIN
    UPDATE group_rank SET members = members - 1 WHERE project_id = OLD.project_id AND group_id = OLD.group_id;
END;

-- sequence: the first position that is not reserved; 0 when none ever was. The marks are the last three catch-ups, oldest first.
-- left_time: when its last session ended.
CREATE TABLE installation (
    project_id INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    nation     INTEGER NOT NULL,
    city       INTEGER NOT NULL,
    town       INTEGER NOT NULL,
    sequence   INTEGER NOT NULL DEFAULT 0,
    position_1 INTEGER NOT NULL DEFAULT 0,
    time_1     INTEGER NOT NULL DEFAULT 0,
    position_2 INTEGER NOT NULL DEFAULT 0,
    time_2     INTEGER NOT NULL DEFAULT 0,
    position_3 INTEGER NOT NULL DEFAULT 0,
    time_3     INTEGER NOT NULL DEFAULT 0,
    left_time  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, id)
) WITHOUT ROWID;

-- Nodes that an operator pinned or removed.
CREATE TABLE access_node (
    project_id INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    node_id    INTEGER NOT NULL,
    address    TEXT NOT NULL,
    port       INTEGER NOT NULL,
    is_removed INTEGER NOT NULL,
    PRIMARY KEY (project_id, kind, node_id)
) WITHOUT ROWID;
