-- seen: everything up to this message was sent to the installation, or is none of its business; -1 = it had no session yet. What was
-- known by the clock before cannot be told in messages: installations that caught up once begin where they did, others that had a session
-- with the newest messages.
-- word: the number of the newest friend request that a catch-up told.
ALTER TABLE installation RENAME COLUMN left_time TO seen;
ALTER TABLE installation RENAME COLUMN time_1 TO word_1;
ALTER TABLE installation RENAME COLUMN time_2 TO word_2;
ALTER TABLE installation RENAME COLUMN time_3 TO word_3;
UPDATE installation SET word_1 = 0, word_2 = 0, word_3 = 0, seen = CASE WHEN position_3 > 0 THEN position_3 WHEN seen > 0 THEN 0 ELSE -1 END;

-- number: the order in which requests were kept, counted per project.
ALTER TABLE friend_request ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE friend_request SET number = numbered.number FROM (
    SELECT project_id, id, row_number() OVER (PARTITION BY project_id ORDER BY time, id) AS number FROM friend_request) AS numbered
WHERE friend_request.project_id = numbered.project_id AND friend_request.id = numbered.id;
INSERT INTO counter (project_id, name, value)
SELECT project_id, 'friend_request', max(number) FROM friend_request GROUP BY project_id;
CREATE UNIQUE INDEX friend_request_number ON friend_request (project_id, receiver, number);
