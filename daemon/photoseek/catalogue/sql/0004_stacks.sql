-- What photos roughly look like, and which of them are stacked for it. A cache: made again from the pictures.

-- A content without a row, or with one of an older drawing, waits to be drawn.
-- Invariant: a leader leads itself and lies at some file; whoever has a leader has one of these.
CREATE TABLE sketches (
    content_id INTEGER PRIMARY KEY REFERENCES contents (id) ON DELETE CASCADE,
    drawing    INTEGER NOT NULL,                     -- in which way it was drawn
    sketch     BLOB NOT NULL,                        -- empty where there is too little in the picture: it is alone then
    leader_id  INTEGER                               -- the content whose stack it is in, itself if it is alone or leads;
                                                     -- NULL: it waits for one; 0: it led, and lies at no file
) STRICT;

CREATE INDEX sketches_by_leader ON sketches (leader_id, content_id);
CREATE INDEX sketches_led ON sketches (content_id, leader_id) WHERE leader_id <> content_id;
