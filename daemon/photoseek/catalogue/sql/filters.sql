-- Contents by their files, each with its pattern: what passes a filter of that key.

-- name: folder
SELECT f.content_id FROM files f INDEXED BY files_by_place WHERE f.content_id IS NOT NULL AND f.place IN (
    WITH RECURSIVE places (place) AS (
        SELECT min(place) FROM files INDEXED BY files_by_place WHERE content_id IS NOT NULL
        UNION ALL
        SELECT (SELECT min(g.place) FROM files g INDEXED BY files_by_place
                WHERE g.place > places.place AND g.content_id IS NOT NULL)
        FROM places WHERE places.place IS NOT NULL)
    SELECT place FROM places WHERE place GLOB ?)

-- name: name
SELECT f.content_id FROM files f INDEXED BY files_by_name WHERE f.content_id IS NOT NULL AND f.name GLOB ?

-- name: name_without_suffix
-- Of the pattern with .* and the pattern itself. No suffix of a picture has over five characters, or under four.
SELECT f.content_id FROM files f INDEXED BY files_by_name WHERE f.content_id IS NOT NULL AND f.name GLOB ?
   AND substr(f.name, 1, length(f.name) - iif(substr(f.name, -4, 1) = '.', 4, 5)) GLOB ?

-- Conditions on a content, `c`.

-- name: after
c.taken_local >= ?

-- name: before
c.taken_local < ? AND c.taken_local <> ''

-- name: camera
c.camera IN (SELECT value FROM json_each(?))

-- name: type
c.format = ?

-- name: stack
c.id IN (
    WITH one (id) AS (SELECT id FROM contents WHERE md5 = ?)
    SELECT id FROM one UNION ALL
    SELECT m.content_id FROM one CROSS JOIN sketches k ON k.content_id = one.id
    CROSS JOIN sketches m ON m.leader_id = k.leader_id WHERE k.leader_id > 0)

-- name: portrait
c.width < c.height

-- name: landscape
c.width > c.height

-- name: square
c.width = c.height

-- Statements.

-- name: cameras
WITH RECURSIVE cameras (camera) AS (
    SELECT min(camera) FROM contents INDEXED BY contents_by_camera WHERE orphaned_at IS NULL
    UNION ALL
    SELECT (SELECT min(d.camera) FROM contents d INDEXED BY contents_by_camera
            WHERE d.camera > cameras.camera AND d.orphaned_at IS NULL)
    FROM cameras WHERE cameras.camera IS NOT NULL)
SELECT camera FROM cameras WHERE camera IS NOT NULL;

-- name: passing
-- As one text: SQLite puts it together without Python's lock, which every row of its own would want.
SELECT group_concat(c.id) FROM contents c WHERE c.orphaned_at IS NULL

-- name: count
SELECT count(*) FROM contents c WHERE c.orphaned_at IS NULL

-- name: newest
SELECT c.id, c.taken_local FROM contents c INDEXED BY contents_by_time WHERE c.orphaned_at IS NULL

-- name: behind
(c.taken_local, c.id) < (?, ?)

-- name: first_of_stack
-- No photo of its stack that passes too comes before it: the leader, then the newest. Most are in none, which one look tells.
NOT EXISTS (
    SELECT 1 FROM sketches k CROSS JOIN sketches m ON m.leader_id = k.leader_id CROSS JOIN contents o ON o.id = m.content_id
    WHERE k.content_id = c.id AND k.leader_id > 0 AND m.content_id <> c.id AND o.orphaned_at IS NULL
      AND (o.id = k.leader_id, o.taken_local, o.id) > (c.id = k.leader_id, c.taken_local, c.id)
      AND EXISTS (SELECT 1 FROM contents c WHERE c.id = o.id {passes}))

-- name: count_hidden
-- Of each stack all that pass but one.
WITH stacked (content_id, leader_id) AS (
    SELECT content_id, leader_id FROM sketches INDEXED BY sketches_led WHERE leader_id <> content_id AND leader_id > 0
    UNION
    SELECT leader_id, leader_id FROM sketches INDEXED BY sketches_led WHERE leader_id <> content_id AND leader_id > 0)
SELECT count(*) - count(DISTINCT s.leader_id)
FROM stacked s CROSS JOIN contents c ON c.id = s.content_id WHERE c.orphaned_at IS NULL

-- name: order
ORDER BY c.taken_local DESC, c.id DESC LIMIT ?
