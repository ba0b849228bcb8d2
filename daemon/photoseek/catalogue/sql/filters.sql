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

-- name: last
SELECT ifnull(max(id), 0) FROM contents

-- name: failing
-- Those that lie at no file, too.
SELECT group_concat(id) FROM (
    SELECT id FROM contents WHERE orphaned_at IS NOT NULL
    UNION ALL
    SELECT c.id FROM contents c WHERE c.orphaned_at IS NULL AND NOT (1 {passes}))

-- name: newest
SELECT c.id, c.taken_local FROM contents c INDEXED BY contents_by_time WHERE c.orphaned_at IS NULL

-- name: behind
(c.taken_local, c.id) < (?, ?)

-- name: first_of_stack
-- No photo of its stack that passes too comes before it: the leader, then the newest. Most are in none, or lead, which one
-- look tells; most that follow need a second one, at their leader. Only where that doesn't pass all have to be looked at.
NOT EXISTS (
    SELECT 1 FROM sketches k CROSS JOIN contents l ON l.id = k.leader_id
    WHERE k.content_id = c.id AND k.leader_id <> c.id AND (
        EXISTS (SELECT 1 FROM contents c WHERE c.id = l.id AND c.orphaned_at IS NULL {passes})
        OR EXISTS (
            SELECT 1 FROM sketches m CROSS JOIN contents o ON o.id = m.content_id
            WHERE m.leader_id = k.leader_id AND m.content_id <> c.id AND o.orphaned_at IS NULL
              AND (o.taken_local, o.id) > (c.taken_local, c.id)
              AND EXISTS (SELECT 1 FROM contents c WHERE c.id = o.id {passes}))))

-- name: order
ORDER BY c.taken_local DESC, c.id DESC LIMIT ?
