-- name: prepare
-- Once for the writing connection: what a scan brings in, so that one statement can deal with all of it.
CREATE TEMP TABLE incoming (
    path BLOB PRIMARY KEY, size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, md5 BLOB
) WITHOUT ROWID;
CREATE TEMP TABLE named (path BLOB PRIMARY KEY) WITHOUT ROWID;

-- name: known
SELECT path, size_bytes, mtime_ns FROM files WHERE folder_id = :folder_id;

-- name: known_at_or_below
SELECT path, size_bytes, mtime_ns FROM files WHERE folder_id = :folder_id AND path = :place
UNION ALL
SELECT path, size_bytes, mtime_ns FROM files WHERE folder_id = :folder_id AND path > :low AND path < :high;

-- name: missing
SELECT path FROM files INDEXED BY files_missing WHERE folder_id = :folder_id AND missing = 1;

-- name: missing_in_folders
SELECT folder_id, count(*) FROM files INDEXED BY files_missing WHERE missing = 1 GROUP BY folder_id;

-- name: note_incoming
INSERT OR REPLACE INTO incoming (path, size_bytes, mtime_ns, md5) VALUES (?, ?, ?, ?);

-- name: forget_incoming
DELETE FROM incoming;

-- name: note_named
INSERT OR IGNORE INTO named (path) VALUES (?);

-- name: forget_named
DELETE FROM named;

-- name: remove_named
-- A missing file is one that a person was asked about: only release_missing removes it.
DELETE FROM files WHERE folder_id = :folder_id AND NOT missing AND path IN (SELECT path FROM named);

-- name: take_incoming
-- The same stamp again changes nothing but brings back a missing file; another one makes the file wait.
INSERT INTO files (folder_id, path, size_bytes, mtime_ns, name, place)
SELECT :folder_id, i.path, i.size_bytes, i.mtime_ns, name_key(i.path), place_key(d.path, i.path)
FROM incoming i CROSS JOIN folders d WHERE d.id = :folder_id
ON CONFLICT (folder_id, path) DO UPDATE SET
    content_id = iif(size_bytes = excluded.size_bytes AND mtime_ns = excluded.mtime_ns, content_id, NULL),
    size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, missing = 0
WHERE size_bytes <> excluded.size_bytes OR mtime_ns <> excluded.mtime_ns OR missing;

-- name: link_incoming
UPDATE files SET content_id = c.id
FROM incoming i JOIN contents c ON c.md5 = i.md5
WHERE files.folder_id = :folder_id AND files.path = i.path AND files.content_id IS NULL
  AND c.size_bytes = files.size_bytes;

-- name: mark_named_missing
UPDATE files SET missing = 1 WHERE folder_id = :folder_id AND NOT missing AND path IN (SELECT path FROM named);

-- name: lost
-- Of the named files those whose content lies at no other one that can be reached, and whether it is known.
SELECT n.path, f.content_id IS NOT NULL
FROM named n CROSS JOIN files f ON f.folder_id = :folder_id AND f.path = n.path
WHERE NOT EXISTS (
    SELECT 1 FROM files g
    WHERE g.content_id = f.content_id AND g.missing = 0
      AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline')
      AND NOT (g.folder_id = :folder_id AND g.path IN (SELECT path FROM named)));

-- name: remove_missing
DELETE FROM files INDEXED BY files_missing WHERE folder_id = :folder_id AND missing = 1;

-- name: link
UPDATE files SET content_id = :content_id
WHERE id = :file_id AND size_bytes = :size_bytes AND mtime_ns = :mtime_ns AND content_id IS NOT :content_id;

-- name: waiting
-- Lowest ids first. Of files of one size that wait together each may be a copy of another.
SELECT f.id, d.path, f.path, f.size_bytes, f.mtime_ns,
       EXISTS (SELECT 1 FROM contents c WHERE c.size_bytes = f.size_bytes)
       OR EXISTS (SELECT 1 FROM files w WHERE w.content_id IS NULL AND w.size_bytes = f.size_bytes AND w.id <> f.id)
FROM files f INDEXED BY files_waiting CROSS JOIN folders d ON d.id = f.folder_id
WHERE f.content_id IS NULL AND NOT f.missing AND d.state <> 'offline'
  AND NOT EXISTS (SELECT 1 FROM problems p WHERE p.file_id = f.id)
  AND f.id NOT IN (SELECT value FROM json_each(:skip))
ORDER BY f.id LIMIT :limit;

-- name: page
SELECT f.id, f.folder_id, d.path, f.path, f.size_bytes, f.mtime_ns, c.md5, d.state <> 'offline' AND NOT f.missing
FROM files f CROSS JOIN folders d ON d.id = f.folder_id CROSS JOIN contents c ON c.id = f.content_id
WHERE f.id > :after AND (:folder_id IS NULL OR f.folder_id = :folder_id)
ORDER BY f.id LIMIT :limit;

-- name: last
SELECT ifnull(max(id), 0) FROM files;
