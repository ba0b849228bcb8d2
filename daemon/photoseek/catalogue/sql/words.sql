-- name: clear
DELETE FROM words WHERE rowid IN (SELECT content_id FROM touched);

-- name: fill
INSERT INTO words (rowid, name, text, camera, place)
SELECT content_id, name, text, camera, place FROM wording WHERE content_id IN (SELECT content_id FROM touched);

-- name: touch
INSERT INTO touched VALUES (:content_id);

-- name: describe
INSERT INTO descriptions (content_id, reading, title, caption, keywords, place, place_keys)
SELECT id, :reading, :title, :caption, :keywords, :place, :place_keys FROM contents WHERE id = :content_id
ON CONFLICT (content_id) DO UPDATE SET
    reading = excluded.reading, title = excluded.title, caption = excluded.caption, keywords = excluded.keywords,
    place = excluded.place, place_keys = excluded.place_keys;

-- name: put_place_name
INSERT INTO place_names (name, place_key, whole) VALUES (?, ?, ?)
ON CONFLICT (name, place_key) DO UPDATE SET whole = excluded.whole WHERE whole <> excluded.whole;

-- name: places_called
SELECT place_key, whole FROM place_names WHERE name = ? ORDER BY place_key LIMIT ?;

-- name: places_called_like
SELECT DISTINCT place_key FROM place_names WHERE name >= ?1 AND name < ?1 || char(0x10FFFF) ORDER BY place_key LIMIT ?2;

-- name: find
-- As one text, as in filters.
SELECT group_concat(rowid) FROM words WHERE words MATCH ?;

-- name: rows
SELECT rowid, name, text, camera, place FROM words WHERE rowid IN (SELECT value FROM json_each(:ids));
