-- name: put
-- A new content is an orphan until the link that follows.
INSERT INTO contents (md5, size_bytes, format, width, height, taken_at, camera, lens, latitude, longitude, checksum,
                      orphaned_at)
VALUES (:md5, :size_bytes, :format, :width, :height, :taken_at, :camera, :lens, :latitude, :longitude,
        content_checksum(:md5, :size_bytes, :format, :width, :height, :taken_at, :camera, :lens, :latitude, :longitude, NULL),
        :now)
ON CONFLICT (md5) DO UPDATE SET
    size_bytes = excluded.size_bytes, format = excluded.format, width = excluded.width, height = excluded.height,
    taken_at = excluded.taken_at, camera = excluded.camera, lens = excluded.lens,
    latitude = excluded.latitude, longitude = excluded.longitude,
    checksum = content_checksum(excluded.md5, excluded.size_bytes, excluded.format, excluded.width, excluded.height,
                                excluded.taken_at, excluded.camera, excluded.lens, excluded.latitude,
                                excluded.longitude, filed_at)
RETURNING id;

-- name: find
SELECT id FROM contents WHERE md5 = :md5 AND size_bytes = :size_bytes;

-- name: id_of_photo
SELECT id FROM contents WHERE md5 = :md5 AND orphaned_at IS NULL;

-- name: count_here
SELECT count(*) FROM contents WHERE orphaned_at IS NULL;

-- name: md5s
SELECT id, md5 FROM contents WHERE id IN (SELECT value FROM json_each(:ids));

-- name: photos
SELECT c.id, c.md5, c.size_bytes, c.filed_at, ifnull(s.place, ''),
       (SELECT l.md5 FROM contents l WHERE l.id = k.leader_id),
       (SELECT count(*) FROM sketches m CROSS JOIN contents o ON o.id = m.content_id
        WHERE m.leader_id = k.leader_id AND o.orphaned_at IS NULL),
       c.format, c.width, c.height, c.taken_at, c.camera, c.lens, c.latitude, c.longitude,
       ifnull(s.title, ''), ifnull(s.caption, ''), ifnull(s.keywords, '')
FROM contents c LEFT JOIN descriptions s ON s.content_id = c.id LEFT JOIN sketches k ON k.content_id = c.id
WHERE c.id IN (SELECT value FROM json_each(:ids)) AND c.orphaned_at IS NULL;

-- name: files
SELECT f.content_id, d.path, f.path, f.folder_id, d.state <> 'offline' AND NOT f.missing AS online, f.size_bytes, f.mtime_ns
FROM files f CROSS JOIN folders d ON d.id = f.folder_id
WHERE f.content_id IN (SELECT value FROM json_each(:ids))
ORDER BY online DESC, f.id;

-- name: waiting
SELECT c.id, c.md5, f.id, d.path, f.path, f.size_bytes, f.mtime_ns
FROM contents c INDEXED BY contents_here
CROSS JOIN files f ON f.id = (
    SELECT min(g.id) FROM files g
    WHERE g.content_id = c.id AND g.missing = 0 AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'))
CROSS JOIN folders d ON d.id = f.folder_id
WHERE c.orphaned_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM embeddings e
                  WHERE e.model_id = (SELECT id FROM models WHERE key = :model_key) AND e.content_id = c.id)
  AND c.id NOT IN (SELECT value FROM json_each(:skip))
ORDER BY c.id LIMIT :limit;

-- name: undescribed
SELECT c.id, c.md5, f.id, d.path, f.path, f.size_bytes, f.mtime_ns
FROM contents c INDEXED BY contents_here
CROSS JOIN files f ON f.id = (
    SELECT min(g.id) FROM files g
    WHERE g.content_id = c.id AND g.missing = 0 AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'))
CROSS JOIN folders d ON d.id = f.folder_id
WHERE c.orphaned_at IS NULL AND c.id > :after
  AND NOT EXISTS (SELECT 1 FROM descriptions s WHERE s.content_id = c.id AND s.reading = :reading)
ORDER BY c.id LIMIT :limit;

-- name: forget_orphans
DELETE FROM contents WHERE orphaned_at IS NOT NULL AND orphaned_at < :before RETURNING md5;
