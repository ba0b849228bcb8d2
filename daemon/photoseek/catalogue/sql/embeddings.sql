-- name: model
SELECT id, dim FROM models WHERE key = :model_key;

-- name: add_model
INSERT INTO models (key, dim) VALUES (:model_key, :dim) ON CONFLICT DO NOTHING;

-- name: put
-- The first vector stays: the index has that one, and an equal content has an equal vector.
INSERT INTO embeddings (content_id, model_id, checksum, vector) VALUES (:content_id, :model_id, :checksum, :vector)
ON CONFLICT DO NOTHING;

-- name: count_here
WITH model AS (SELECT id FROM models WHERE key = :model_key)
SELECT count(*) - (SELECT count(*) FROM contents c WHERE c.orphaned_at IS NOT NULL AND EXISTS (
                       SELECT 1 FROM embeddings o WHERE o.model_id = (SELECT id FROM model) AND o.content_id = c.id))
FROM embeddings WHERE model_id = (SELECT id FROM model);

-- name: all_here
SELECT e.id, e.content_id, c.md5, e.checksum, e.vector
FROM embeddings e CROSS JOIN contents c ON c.id = e.content_id
WHERE e.model_id = :model_id AND c.orphaned_at IS NULL;

-- name: some_here
SELECT e.id, e.content_id, c.md5, e.checksum, e.vector
FROM embeddings e CROSS JOIN contents c ON c.id = e.content_id
WHERE e.model_id = :model_id AND e.content_id IN (SELECT value FROM json_each(:ids)) AND c.orphaned_at IS NULL;

-- name: by_ids
SELECT e.id, m.key, m.dim, c.md5, e.checksum, e.vector
FROM embeddings e CROSS JOIN models m ON m.id = e.model_id CROSS JOIN contents c ON c.id = e.content_id
WHERE e.id IN (SELECT value FROM json_each(:ids));

-- name: forget_some
DELETE FROM embeddings WHERE id IN (
    SELECT id FROM embeddings WHERE model_id = (SELECT id FROM models WHERE key = :model_key) LIMIT :limit);

-- name: remove
DELETE FROM embeddings WHERE id = ?;
