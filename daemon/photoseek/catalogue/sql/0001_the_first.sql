-- The catalogue of photoseek. Paths are blobs: a file system knows bytes, not letters.
--
-- Invariants, each looked at by `photoseek check`:
--   * contents.orphaned_at is NULL exactly when at least one file links to the content;
--   * a file with a problem links to no content (two triggers below keep it so);
--   * files.content_id IS NULL with no problem: the file waits. This is the queue.

CREATE TABLE folders (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,  -- AUTOINCREMENT: an id that was told to someone is never used again
    path         BLOB NOT NULL UNIQUE,               -- absolute
    state        TEXT NOT NULL CHECK (state IN ('watching', 'polling', 'scanning', 'offline')),
    note         TEXT NOT NULL,
    last_scan_at REAL                                -- Unix seconds
) STRICT;

CREATE TABLE contents (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    md5         BLOB NOT NULL UNIQUE CHECK (length(md5) = 16),
    size_bytes  INTEGER NOT NULL,
    format      TEXT NOT NULL,
    width       INTEGER NOT NULL,                    -- pixels, upright
    height      INTEGER NOT NULL,
    taken_at    TEXT,                                -- ISO 8601, local time of the place
    camera      TEXT NOT NULL,
    lens        TEXT NOT NULL,
    latitude    REAL,                                -- degrees
    longitude   REAL,
    checksum    INTEGER NOT NULL,                    -- CRC-32 of all the columns above
    orphaned_at REAL                                 -- Unix seconds when the last file went; NULL while there is one
) STRICT;

CREATE INDEX contents_by_size ON contents (size_bytes);
-- An index by id answers without the table only when the column of its own condition is in it too.
CREATE INDEX contents_here ON contents (id, orphaned_at) WHERE orphaned_at IS NULL;
CREATE INDEX contents_orphaned ON contents (orphaned_at) WHERE orphaned_at IS NOT NULL;

CREATE TABLE files (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id  INTEGER NOT NULL REFERENCES folders (id),
    path       BLOB NOT NULL,                        -- relative to its folder
    size_bytes INTEGER NOT NULL,
    mtime_ns   INTEGER NOT NULL,
    content_id INTEGER REFERENCES contents (id),
    missing    INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),  -- not there, but nothing is deleted on doubt
    UNIQUE (folder_id, path)
) STRICT;

CREATE INDEX files_by_content ON files (content_id, missing, folder_id);
CREATE INDEX files_missing ON files (folder_id) WHERE missing = 1;
CREATE INDEX files_waiting ON files (id, folder_id, missing, content_id) WHERE content_id IS NULL;
CREATE INDEX files_waiting_by_size ON files (size_bytes, id, content_id) WHERE content_id IS NULL;

CREATE TABLE problems (
    file_id    INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
    reason     TEXT NOT NULL,
    seen_at    REAL NOT NULL,                        -- Unix seconds
    size_bytes INTEGER NOT NULL,                     -- the file's stamp at that time
    mtime_ns   INTEGER NOT NULL
) STRICT;

CREATE TRIGGER a_linked_file_has_no_problem AFTER UPDATE OF content_id ON files WHEN new.content_id IS NOT NULL
BEGIN
    DELETE FROM problems WHERE file_id = new.id;
END;

CREATE TRIGGER a_changed_file_has_no_problem AFTER UPDATE OF size_bytes, mtime_ns ON files
    WHEN old.size_bytes <> new.size_bytes OR old.mtime_ns <> new.mtime_ns
BEGIN
    DELETE FROM problems WHERE file_id = new.id;
END;

CREATE TABLE models (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,                        -- name, fingerprint of the weights, preprocessing version
    dim INTEGER NOT NULL CHECK (dim > 0)
) STRICT;

CREATE TABLE embeddings (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    content_id INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    model_id   INTEGER NOT NULL REFERENCES models (id),
    checksum   INTEGER NOT NULL,                     -- CRC-32 of model key, content's md5 and vector
    vector     BLOB NOT NULL,                        -- dim float32, little-endian, unit length
    UNIQUE (model_id, content_id)
) STRICT;

CREATE INDEX embeddings_by_content ON embeddings (content_id, model_id);

-- Small facts that outlive a restart, such as whether the person paused the indexing.
CREATE TABLE facts (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- One row. Goes up in each transaction that changes which vectors can be found.
CREATE TABLE sequence (
    seq INTEGER NOT NULL
) STRICT;

INSERT INTO sequence (seq) VALUES (0);
