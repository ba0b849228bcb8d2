-- name: put
INSERT INTO problems (file_id, reason, seen_at, size_bytes, mtime_ns)
SELECT id, :reason, :now, size_bytes, mtime_ns FROM files
WHERE id = :file_id AND size_bytes = :size_bytes AND mtime_ns = :mtime_ns
ON CONFLICT (file_id) DO UPDATE SET reason = excluded.reason, seen_at = excluded.seen_at,
    size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns;

-- name: page
SELECT p.file_id, d.path, f.path, p.reason, p.seen_at
FROM problems p CROSS JOIN files f ON f.id = p.file_id CROSS JOIN folders d ON d.id = f.folder_id
WHERE p.file_id > :after ORDER BY p.file_id LIMIT :limit;

-- name: forget
DELETE FROM problems
WHERE seen_at >= :since AND (:folder_id IS NULL OR (SELECT f.folder_id FROM files f WHERE f.id = file_id) = :folder_id);
