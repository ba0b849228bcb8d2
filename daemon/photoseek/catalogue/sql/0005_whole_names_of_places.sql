-- Which names name a place as a whole, and are not the beginning of one only, such as New. `domain.READING` went up
-- with this: what was read before is read once more.
ALTER TABLE place_names ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
