-- name: wrongly_here
SELECT id FROM contents c
WHERE orphaned_at IS NULL AND NOT EXISTS (SELECT 1 FROM files f WHERE f.content_id = c.id);

-- name: wrongly_orphaned
SELECT id FROM contents c
WHERE orphaned_at IS NOT NULL AND EXISTS (SELECT 1 FROM files f WHERE f.content_id = c.id);

-- name: linked_to_nothing
SELECT id FROM files f
WHERE content_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.id = f.content_id);

-- name: linked_wrongly
SELECT f.id FROM files f JOIN contents c ON c.id = f.content_id WHERE c.size_bytes <> f.size_bytes;

-- name: linked_with_problem
SELECT p.file_id FROM problems p JOIN files f ON f.id = p.file_id WHERE f.content_id IS NOT NULL;

-- name: outdated_problem
SELECT p.file_id FROM problems p JOIN files f ON f.id = p.file_id
WHERE f.size_bytes <> p.size_bytes OR f.mtime_ns <> p.mtime_ns;

-- name: misspelt
SELECT f.id FROM files f JOIN folders d ON d.id = f.folder_id
WHERE f.name <> name_key(f.path) OR f.place <> place_key(d.path, f.path);

-- name: stray_words
SELECT rowid FROM words WHERE rowid NOT IN (SELECT content_id FROM wording);

-- name: misworded
SELECT x.content_id FROM wording x LEFT JOIN words w ON w.rowid = x.content_id
WHERE (w.name, w.text, w.camera, w.place) IS NOT (x.name, x.text, x.camera, x.place);

-- name: misled
SELECT s.content_id FROM sketches s
WHERE iif(length(s.sketch), s.leader_id > 0 AND s.leader_id <> s.content_id, s.leader_id IS NOT s.content_id)
  AND NOT EXISTS (SELECT 1 FROM sketches l
                  WHERE l.content_id = s.leader_id AND l.leader_id = l.content_id AND length(l.sketch));

-- name: leads_from_nowhere
SELECT s.content_id FROM sketches s JOIN contents c ON c.id = s.content_id
WHERE length(s.sketch) AND iif(s.leader_id = s.content_id, c.orphaned_at IS NOT NULL, s.leader_id = 0 AND c.orphaned_at IS NULL);

-- name: misdrawn
SELECT content_id FROM sketches WHERE drawing = :drawing AND length(sketch) NOT IN (0, :sketch_bytes);

-- name: contents
SELECT id, md5, size_bytes, format, width, height, taken_at, camera, lens, latitude, longitude, filed_at, checksum FROM contents;

-- name: embeddings
SELECT e.id, m.key, m.dim, c.md5, e.checksum, e.vector
FROM embeddings e CROSS JOIN models m ON m.id = e.model_id CROSS JOIN contents c ON c.id = e.content_id;

-- name: folder_texts
SELECT state, note FROM folders;

-- name: problem_texts
SELECT reason FROM problems;

-- name: fact_texts
SELECT key, value FROM facts;

-- name: model_texts
SELECT key FROM models;

-- name: description_texts
SELECT title, caption, keywords, place, place_keys FROM descriptions;

-- name: place_texts
SELECT name, place_key FROM place_names;

-- name: sequence_rows
SELECT count(*) FROM sequence;
