-- name: prepare
-- Once for the writing connection. The triggers note every link that changes, whichever statement changed it.
CREATE TEMP TABLE touched (content_id INTEGER NOT NULL);
CREATE TEMP TABLE embedded (content_id INTEGER NOT NULL, model_id INTEGER NOT NULL);
CREATE TEMP TABLE turned (content_id INTEGER PRIMARY KEY, here INTEGER NOT NULL);

CREATE TEMP TRIGGER link_made AFTER INSERT ON main.files WHEN new.content_id IS NOT NULL
BEGIN
    INSERT INTO touched VALUES (new.content_id);
END;

CREATE TEMP TRIGGER link_changed AFTER UPDATE OF content_id ON main.files WHEN old.content_id IS NOT new.content_id
BEGIN
    INSERT INTO touched SELECT old.content_id WHERE old.content_id IS NOT NULL;
    INSERT INTO touched SELECT new.content_id WHERE new.content_id IS NOT NULL;
END;

CREATE TEMP TRIGGER link_lost AFTER DELETE ON main.files WHEN old.content_id IS NOT NULL
BEGIN
    INSERT INTO touched VALUES (old.content_id);
END;

CREATE TEMP TRIGGER embedding_made AFTER INSERT ON main.embeddings
BEGIN
    INSERT INTO embedded VALUES (new.content_id, new.model_id);
END;

-- name: let_moved_go
-- A missing file whose content lies somewhere else by now was moved there.
DELETE FROM files INDEXED BY files_by_content
WHERE missing = 1 AND content_id IN (SELECT content_id FROM touched)
  AND EXISTS (SELECT 1 FROM files g WHERE g.content_id = files.content_id AND g.missing = 0
              AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'));

-- name: note_turned
-- orphaned_at still says how it was before this transaction, files say how it is now.
INSERT INTO turned (content_id, here)
SELECT c.id, c.orphaned_at IS NOT NULL
FROM contents c
WHERE c.id IN (SELECT content_id FROM touched)
  AND (c.orphaned_at IS NULL) <> EXISTS (SELECT 1 FROM files f WHERE f.content_id = c.id);

-- name: turn
UPDATE contents SET orphaned_at = iif(turned.here, NULL, :now)
FROM turned WHERE contents.id = turned.content_id;

-- name: file
-- A picture that says nothing of itself is as old as the oldest file it ever had.
UPDATE contents SET
    filed_at = filed.moment,
    checksum = checksum_after(filed.moment, checksum, md5, size_bytes, format, width, height, taken_at, camera, lens,
                              latitude, longitude, filed_at)
FROM (SELECT f.content_id,
             strftime('%Y-%m-%dT%H:%M:%S', min(f.mtime_ns) / 1000000000, 'unixepoch', 'localtime') AS moment
      FROM files f WHERE f.content_id IN (SELECT content_id FROM touched) GROUP BY f.content_id) AS filed
WHERE contents.id = filed.content_id AND contents.taken_at IS NULL
  AND filed.moment < coalesce(contents.filed_at, 'a');

-- name: appeared
SELECT t.content_id FROM turned t
WHERE t.here AND EXISTS (
    SELECT 1 FROM embeddings e
    WHERE e.content_id = t.content_id AND e.model_id = (SELECT id FROM models WHERE key = :model_key))
UNION
SELECT n.content_id FROM embedded n JOIN contents c ON c.id = n.content_id
WHERE n.model_id = (SELECT id FROM models WHERE key = :model_key) AND c.orphaned_at IS NULL
ORDER BY 1;

-- name: vanished
SELECT t.content_id FROM turned t
WHERE NOT t.here AND EXISTS (
    SELECT 1 FROM embeddings e
    WHERE e.content_id = t.content_id AND e.model_id = (SELECT id FROM models WHERE key = :model_key)
      AND NOT EXISTS (SELECT 1 FROM embedded n WHERE n.content_id = e.content_id AND n.model_id = e.model_id))
ORDER BY 1;

-- name: any_model_shifted
-- An index of another model than the one in use has to become stale too.
SELECT EXISTS (SELECT 1 FROM turned t JOIN embeddings e ON e.content_id = t.content_id)
    OR EXISTS (SELECT 1 FROM embedded n JOIN contents c ON c.id = n.content_id WHERE c.orphaned_at IS NULL);

-- name: bump
UPDATE sequence SET seq = seq + 1;

-- name: leap
UPDATE sequence SET seq = seq + :distance;

-- name: seq
SELECT seq FROM sequence;

-- name: forget_touched
DELETE FROM touched;

-- name: forget_embedded
DELETE FROM embedded;

-- name: forget_turned
DELETE FROM turned;
