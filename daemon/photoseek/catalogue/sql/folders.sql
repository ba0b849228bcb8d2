-- name: all
SELECT id, path, state, last_scan_at, note FROM folders ORDER BY id;

-- name: add
INSERT INTO folders (path, state, note) VALUES (:path, 'scanning', '')
ON CONFLICT DO NOTHING RETURNING id, path, state, last_scan_at, note;

-- name: ever_had_any
-- The table of AUTOINCREMENT remembers ids that were given out, also when their rows are gone.
SELECT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'folders');

-- name: put_back
INSERT INTO folders (id, path, state, note) VALUES (:folder_id, :path, 'scanning', '') ON CONFLICT DO NOTHING;

-- name: exists
SELECT EXISTS (SELECT 1 FROM folders WHERE id = :folder_id);

-- name: set_state
UPDATE folders SET state = :state, note = :note WHERE id = :folder_id;

-- name: set_scanned
UPDATE folders SET last_scan_at = :scanned_at WHERE id = :folder_id;

-- name: remove
DELETE FROM folders WHERE id = :folder_id;

-- name: remove_files
DELETE FROM files WHERE folder_id = :folder_id;

-- name: photos
SELECT folder_id, count(*) FROM files INDEXED BY files_by_content WHERE content_id IS NOT NULL GROUP BY folder_id;
