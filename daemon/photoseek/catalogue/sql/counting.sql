-- name: photos
SELECT count(*) FROM files WHERE content_id IS NOT NULL;

-- name: contents
SELECT count(*) FROM contents WHERE orphaned_at IS NULL;

-- name: problems
SELECT count(*) FROM problems;

-- name: waiting_files
SELECT count(*) FROM files f INDEXED BY files_waiting
WHERE f.content_id IS NULL AND NOT f.missing AND f.folder_id IN (SELECT id FROM folders WHERE state <> 'offline')
  AND NOT EXISTS (SELECT 1 FROM problems p WHERE p.file_id = f.id);

-- name: waiting_contents
SELECT count(*) FROM contents c INDEXED BY contents_here
WHERE c.orphaned_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.model_id = :model_id AND e.content_id = c.id)
  AND EXISTS (SELECT 1 FROM files f WHERE f.content_id = c.id AND f.missing = 0
              AND f.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'));
