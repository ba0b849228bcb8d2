-- What filters and lists ask of contents and files, so that each is answered from an index.
-- content_checksum, checksum_after, name_key and place_key are functions of photoseek's: `functions.py`.

-- When a picture that says nothing of itself was filed: the earliest time of its files so far, local, ISO 8601.
-- Part of the checksum wherever it isn't NULL.
ALTER TABLE contents ADD COLUMN filed_at TEXT;
-- By which photos are sorted and found: what the picture says, else its file; local, without an offset; '' if unknown.
ALTER TABLE contents ADD COLUMN taken_local TEXT AS (coalesce(substr(taken_at, 1, 19), filed_at, '')) VIRTUAL;

CREATE INDEX contents_by_time ON contents (taken_local, id, orphaned_at) WHERE orphaned_at IS NULL;
CREATE INDEX contents_by_camera ON contents (camera, id, orphaned_at) WHERE orphaned_at IS NULL;
CREATE INDEX contents_by_shape ON contents (format, width, height, id, orphaned_at) WHERE orphaned_at IS NULL;

-- How a file's name and the folders above it are compared: without case, composed letters, `/` between and around.
ALTER TABLE files ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN place TEXT NOT NULL DEFAULT '';

UPDATE files SET name = name_key(path), place = place_key((SELECT d.path FROM folders d WHERE d.id = folder_id), path);

CREATE INDEX files_by_name ON files (name, content_id) WHERE content_id IS NOT NULL;
CREATE INDEX files_by_place ON files (place, content_id) WHERE content_id IS NOT NULL;

UPDATE contents SET
    filed_at = filed.moment,
    checksum = checksum_after(filed.moment, checksum, md5, size_bytes, format, width, height, taken_at, camera, lens,
                              latitude, longitude, filed_at)
FROM (SELECT content_id, strftime('%Y-%m-%dT%H:%M:%S', min(mtime_ns) / 1000000000, 'unixepoch', 'localtime') AS moment
      FROM files WHERE content_id IS NOT NULL GROUP BY content_id) AS filed
WHERE contents.id = filed.content_id AND contents.taken_at IS NULL AND filed.moment IS NOT NULL;
