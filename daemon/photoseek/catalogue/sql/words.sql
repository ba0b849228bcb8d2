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
INSERT OR IGNORE INTO place_names (name, place_key) VALUES (?, ?);

-- name: unread
SELECT c.id, c.md5, f.id, d.path, f.path, f.size_bytes, f.mtime_ns
FROM contents c INDEXED BY contents_here
CROSS JOIN files f ON f.id = (
    SELECT min(g.id) FROM files g
    WHERE g.content_id = c.id AND g.missing = 0 AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'))
CROSS JOIN folders d ON d.id = f.folder_id
WHERE c.orphaned_at IS NULL AND c.id > :after
  AND NOT EXISTS (SELECT 1 FROM descriptions s WHERE s.content_id = c.id AND s.reading = :reading)
ORDER BY c.id LIMIT :limit;

-- name: places_called
SELECT DISTINCT place_key FROM place_names WHERE name = ? ORDER BY place_key LIMIT ?;

-- name: places_called_like
SELECT DISTINCT place_key FROM place_names WHERE name >= ?1 AND name < ?1 || char(0x10FFFF) ORDER BY place_key LIMIT ?2;

-- name: find
-- As one text, as in filters.
SELECT group_concat(rowid) FROM words WHERE words MATCH ?;

-- name: rows
SELECT rowid, name, text, camera, place FROM words WHERE rowid IN (SELECT value FROM json_each(:ids));
