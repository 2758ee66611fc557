-- envelope: what only the protocol that the message came through has words for.
ALTER TABLE message ADD COLUMN envelope BLOB;

-- is_removal: not a request, but word that the sender is no longer a friend.
ALTER TABLE friend_request ADD COLUMN remark TEXT NOT NULL DEFAULT '';
ALTER TABLE friend_request ADD COLUMN is_removal INTEGER NOT NULL DEFAULT 0;
