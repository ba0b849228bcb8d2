-- Reading: each walks along a key, so that it can go on behind a damaged page. The first column is the key.

-- name: old_folders
SELECT id, path FROM folders NOT INDEXED WHERE id > ? ORDER BY id;

-- name: old_states
SELECT id, state, note, last_scan_at FROM folders NOT INDEXED WHERE id > ? ORDER BY id;

-- name: old_facts
SELECT rowid, key, value FROM facts NOT INDEXED WHERE rowid > ? ORDER BY rowid;

-- name: old_models
SELECT id, key, dim FROM models NOT INDEXED WHERE id > ? ORDER BY id;

-- name: old_contents
SELECT id, md5, size_bytes, format, width, height, taken_at, camera, lens, latitude, longitude, filed_at, checksum, orphaned_at
FROM contents NOT INDEXED WHERE id > ? ORDER BY id;

-- name: old_embeddings
SELECT id, content_id, model_id, checksum, vector FROM embeddings NOT INDEXED WHERE id > ? ORDER BY id;

-- name: old_files
SELECT id, folder_id, path, size_bytes, mtime_ns, content_id, missing FROM files NOT INDEXED WHERE id > ? ORDER BY id;

-- name: old_links
-- From the index alone: a second opinion on each link.
SELECT content_id, id FROM files INDEXED BY files_by_content WHERE content_id > ? ORDER BY content_id;

-- Reading what has been saved.

-- name: new_models
SELECT id, key, dim FROM models;

-- name: new_hashes
SELECT id, md5 FROM contents;

-- name: new_folders
SELECT id FROM folders;

-- Writing.

-- name: put_folder
INSERT OR IGNORE INTO folders (id, path, state, note) VALUES (?, ?, 'scanning', '');

-- name: put_state
UPDATE OR IGNORE folders SET state = ?2, note = ?3, last_scan_at = ?4 WHERE id = ?1;

-- name: put_fact
INSERT OR IGNORE INTO facts (key, value) VALUES (?, ?);

-- name: put_model
INSERT OR IGNORE INTO models (id, key, dim) VALUES (?, ?, ?);

-- name: put_content
INSERT OR IGNORE INTO contents
    (id, md5, size_bytes, format, width, height, taken_at, camera, lens, latitude, longitude, filed_at, checksum, orphaned_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: put_embedding
INSERT OR IGNORE INTO embeddings (id, content_id, model_id, checksum, vector) VALUES (?, ?, ?, ?, ?);

-- name: put_file
-- What the file holds counts only if that content is here, with the file's size.
INSERT OR IGNORE INTO files (id, folder_id, path, size_bytes, mtime_ns, content_id, missing, name, place)
SELECT ?1, ?2, ?3, ?4, ?5, (SELECT id FROM contents WHERE id = ?6 AND size_bytes = ?4), ?7,
       name_key(?3), place_key((SELECT path FROM folders WHERE id = ?2), ?3);

-- name: kinds
SELECT (SELECT count(*) FROM folders), (SELECT count(*) FROM files WHERE content_id IS NOT NULL),
       (SELECT count(*) FROM embeddings);
