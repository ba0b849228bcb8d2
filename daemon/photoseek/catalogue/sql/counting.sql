-- name: photos
SELECT count(*) FROM files WHERE content_id IS NOT NULL;

-- name: problems
SELECT count(*) FROM problems;

-- name: waiting_files
-- A file with a problem never has a content, so they are counted away instead of looked up one by one.
SELECT count(*) - (
    SELECT count(*) FROM problems p CROSS JOIN files g ON g.id = p.file_id
    WHERE NOT g.missing AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'))
FROM files f INDEXED BY files_waiting
WHERE f.content_id IS NULL AND NOT f.missing AND f.folder_id IN (SELECT id FROM folders WHERE state <> 'offline');

-- name: waiting_files_in_folders
SELECT folder_id, count(*) FROM files f INDEXED BY files_waiting
WHERE f.content_id IS NULL AND NOT f.missing AND f.folder_id IN (SELECT id FROM folders WHERE state <> 'offline')
GROUP BY f.folder_id;

-- name: problems_in_folders
SELECT g.folder_id, count(*) FROM problems p CROSS JOIN files g ON g.id = p.file_id
WHERE NOT g.missing AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline')
GROUP BY g.folder_id;

-- name: files_of_waiting_contents
SELECT f.folder_id, count(*)
FROM contents c INDEXED BY contents_here CROSS JOIN files f INDEXED BY files_by_content ON f.content_id = c.id
WHERE c.orphaned_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.model_id = (SELECT id FROM models WHERE key = :model_key) AND e.content_id = c.id)
  AND f.missing = 0 AND f.folder_id IN (SELECT id FROM folders WHERE state <> 'offline')
GROUP BY f.folder_id;

-- name: all_reachable
SELECT NOT EXISTS (SELECT 1 FROM folders WHERE state = 'offline')
   AND NOT EXISTS (SELECT 1 FROM files INDEXED BY files_missing WHERE missing = 1);

-- name: waiting_contents
SELECT count(*) FROM contents c INDEXED BY contents_here
WHERE c.orphaned_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.model_id = (SELECT id FROM models WHERE key = :model_key) AND e.content_id = c.id)
  AND EXISTS (SELECT 1 FROM files f WHERE f.content_id = c.id AND f.missing = 0
              AND f.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'));
