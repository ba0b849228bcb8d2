-- What a leader led when it went, or was outranked, is shown with the next one until it has been looked at again.
ALTER TABLE sketches ADD COLUMN provisional INTEGER NOT NULL DEFAULT 0 CHECK (provisional IN (0, 1));
CREATE INDEX sketches_provisional ON sketches (leader_id <> content_id, content_id) WHERE provisional = 1;
