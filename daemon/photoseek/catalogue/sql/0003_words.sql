-- What photos are called, in words that can be searched. All of it can be made again: from files and contents, and
-- `descriptions` by reading the pictures once more. file_words and text_words are functions of photoseek's.

-- What a picture says of itself in words. A content without a row, or with one of an older reading, waits to be read.
CREATE TABLE descriptions (
    content_id INTEGER PRIMARY KEY REFERENCES contents (id) ON DELETE CASCADE,
    reading    INTEGER NOT NULL,                     -- by which way of reading it was read
    title      TEXT NOT NULL,
    caption    TEXT NOT NULL,
    keywords   TEXT NOT NULL,                        -- one a line
    place      TEXT NOT NULL,                        -- as it is shown: Sintra, Portugal
    place_keys TEXT NOT NULL                         -- of the places it lies in, with spaces between
) STRICT;

-- By what names a place is known, of those that photos were taken at.
CREATE TABLE place_names (
    name      TEXT NOT NULL,                         -- its words in one, as they are compared
    place_key TEXT NOT NULL,
    PRIMARY KEY (name, place_key)
) STRICT, WITHOUT ROWID;

-- What each content that lies at some file is called: what `words` has to hold.
CREATE VIEW wording AS
SELECT c.id AS content_id,
       (SELECT group_concat(called, ' ') FROM (
            SELECT file_words(d.path, f.path) AS called FROM files f CROSS JOIN folders d ON d.id = f.folder_id
            WHERE f.content_id = c.id ORDER BY f.id)) AS name,
       ifnull(text_words(s.title || ' ' || s.caption || ' ' || s.keywords), '') AS text,
       text_words(c.camera) AS camera,
       ifnull(s.place_keys, '') AS place
FROM contents c LEFT JOIN descriptions s ON s.content_id = c.id
WHERE c.orphaned_at IS NULL;

-- The words come folded and with single spaces between: the tokenizer has nothing to do but to part them there.
CREATE VIRTUAL TABLE words USING fts5(
    name, text, camera, place,
    prefix = '2 3', columnsize = 0, tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
);

INSERT INTO words (rowid, name, text, camera, place) SELECT content_id, name, text, camera, place FROM wording;
