-- name: discard_contents
DELETE FROM contents WHERE id IN (SELECT value FROM json_each(:contents));

-- name: discard_embeddings
DELETE FROM embeddings WHERE id IN (SELECT value FROM json_each(:embeddings));

-- name: stray_files
DELETE FROM files WHERE folder_id NOT IN (SELECT id FROM folders);

-- name: misspelt
UPDATE files SET name = name_key(files.path), place = place_key(d.path, files.path)
FROM folders d
WHERE d.id = files.folder_id AND (name <> name_key(files.path) OR place <> place_key(d.path, files.path));

-- name: stray_links
UPDATE files SET content_id = NULL
WHERE content_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.id = files.content_id AND c.size_bytes = files.size_bytes);

-- name: stray_embeddings
DELETE FROM embeddings
WHERE content_id NOT IN (SELECT id FROM contents) OR model_id NOT IN (SELECT id FROM models);

-- name: stray_problems
DELETE FROM problems
WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.id = problems.file_id AND f.content_id IS NULL
                    AND f.size_bytes = problems.size_bytes AND f.mtime_ns = problems.mtime_ns);

-- name: here
UPDATE contents SET orphaned_at = NULL
WHERE orphaned_at IS NOT NULL AND EXISTS (SELECT 1 FROM files f WHERE f.content_id = contents.id);

-- name: orphaned
UPDATE contents SET orphaned_at = :now
WHERE orphaned_at IS NULL AND NOT EXISTS (SELECT 1 FROM files f WHERE f.content_id = contents.id);

-- name: stray_words
DELETE FROM words WHERE rowid NOT IN (SELECT content_id FROM wording);

-- name: misworded
UPDATE words SET name = x.name, text = x.text, camera = x.camera, place = x.place
FROM wording x
WHERE words.rowid = x.content_id
  AND (words.name, words.text, words.camera, words.place) IS NOT (x.name, x.text, x.camera, x.place);

-- name: missing_words
INSERT INTO words (rowid, name, text, camera, place)
SELECT content_id, name, text, camera, place FROM wording WHERE content_id NOT IN (SELECT rowid FROM words);

-- name: misdrawn
DELETE FROM sketches WHERE drawing = :drawing AND length(sketch) NOT IN (0, :sketch_bytes);

-- name: leads_from_nowhere
UPDATE sketches SET leader_id = iif(leader_id = content_id, 0, NULL), provisional = 0
WHERE length(sketch) AND EXISTS (
    SELECT 1 FROM contents c WHERE c.id = content_id
    AND iif(leader_id = content_id, c.orphaned_at IS NOT NULL, leader_id = 0 AND c.orphaned_at IS NULL));

-- name: misled
UPDATE sketches SET leader_id = iif(length(sketch), NULL, content_id), provisional = 0
WHERE iif(length(sketch), leader_id > 0 AND leader_id <> content_id, leader_id IS NOT content_id)
  AND NOT EXISTS (SELECT 1 FROM sketches l
                  WHERE l.content_id = sketches.leader_id AND l.leader_id = l.content_id AND length(l.sketch));
