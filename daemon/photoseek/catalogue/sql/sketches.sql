-- name: put
-- A sketch of the present drawing stays as it is, and with it the stack.
INSERT INTO sketches (content_id, drawing, sketch, leader_id)
SELECT id, :drawing, :sketch, iif(length(:sketch), NULL, id) FROM contents WHERE id = :content_id
ON CONFLICT (content_id) DO UPDATE SET
    drawing = excluded.drawing, sketch = excluded.sketch,
    leader_id = iif(sketches.leader_id = 0, 0, excluded.leader_id), provisional = 0
WHERE sketches.drawing <> excluded.drawing;

-- name: forsake
-- A sketch of another drawing can't lead any more.
UPDATE sketches SET leader_id = NULL, provisional = 0
WHERE leader_id = :content_id AND content_id <> :content_id
  AND (SELECT drawing FROM sketches WHERE content_id = :content_id) <> :drawing;

-- name: release
-- Those that a content led wait to be looked at again, and are shown with whom it follows meanwhile.
UPDATE sketches SET leader_id = :leader_id, provisional = 1
WHERE leader_id = :content_id AND content_id <> :content_id;

-- name: undrawn
SELECT c.id, c.md5, d.path, f.path, f.size_bytes, f.mtime_ns
FROM contents c INDEXED BY contents_here
LEFT JOIN files f ON f.id = (
    SELECT min(g.id) FROM files g
    WHERE g.content_id = c.id AND g.missing = 0 AND g.folder_id IN (SELECT id FROM folders WHERE state <> 'offline'))
LEFT JOIN folders d ON d.id = f.folder_id
WHERE c.orphaned_at IS NULL AND c.id > :after
  AND NOT EXISTS (SELECT 1 FROM sketches s WHERE s.content_id = c.id AND s.drawing = :drawing)
ORDER BY c.id LIMIT :limit;

-- name: unstacked
-- New ones, then those whose leader is provisional, who leads first.
SELECT s.content_id, s.sketch, c.width, c.height, c.size_bytes, c.md5, c.taken_local, c.taken_at IS NOT NULL, c.camera
FROM (SELECT content_id FROM (
          SELECT s.content_id FROM sketches s CROSS JOIN contents c ON c.id = s.content_id
          WHERE s.leader_id IS NULL AND s.drawing = :drawing AND c.orphaned_at IS NULL
          ORDER BY s.content_id LIMIT :limit)
      UNION ALL
      SELECT content_id FROM (
          SELECT s.content_id FROM sketches s CROSS JOIN contents c ON c.id = s.content_id
          WHERE s.provisional = 1 AND s.leader_id > 0 AND s.drawing = :drawing AND c.orphaned_at IS NULL
          ORDER BY s.leader_id <> s.content_id, s.content_id LIMIT :limit)
      LIMIT :limit) AS waiting
CROSS JOIN sketches s ON s.content_id = waiting.content_id CROSS JOIN contents c ON c.id = s.content_id;

-- name: leaders
SELECT s.content_id, s.sketch, c.width, c.height, c.size_bytes, c.md5, c.taken_local, c.taken_at IS NOT NULL, c.camera
FROM sketches s CROSS JOIN contents c ON c.id = s.content_id
WHERE s.content_id IN (SELECT value FROM json_each(:ids)) AND s.leader_id = s.content_id AND s.provisional = 0 AND s.drawing = :drawing;

-- name: all_leaders
SELECT content_id, sketch FROM sketches
WHERE leader_id = content_id AND provisional = 0 AND drawing = :drawing AND length(sketch) AND content_id > :after
ORDER BY content_id LIMIT :limit;

-- name: led_about
-- The nearest leaders that the same camera took within a time: with a clock that stands still that would be all.
SELECT c.id FROM contents c INDEXED BY contents_by_time CROSS JOIN sketches s ON s.content_id = c.id
WHERE c.orphaned_at IS NULL AND c.taken_local BETWEEN :first AND :last AND c.taken_at IS NOT NULL
  AND c.camera = :camera AND s.leader_id = s.content_id AND s.provisional = 0 AND length(s.sketch) AND c.id <> :content_id
ORDER BY abs(julianday(c.taken_local) - julianday(:taken)), c.id DESC LIMIT :most;

-- name: followed
-- As one text, as in filters.
SELECT group_concat(content_id), group_concat(leader_id) FROM sketches INDEXED BY sketches_led
WHERE leader_id <> content_id AND leader_id > 0 AND content_id IN (SELECT value FROM json_each(:ids));

-- name: all_followed
SELECT group_concat(content_id), group_concat(leader_id) FROM sketches INDEXED BY sketches_led
WHERE leader_id <> content_id AND leader_id > 0;

-- name: lead
-- It leads from now on, unless it has found a stack or went meanwhile.
UPDATE sketches SET leader_id = content_id, provisional = 0
WHERE content_id = :content_id AND (leader_id IS NULL OR provisional = 1)
  AND EXISTS (SELECT 1 FROM contents c WHERE c.id = content_id AND c.orphaned_at IS NULL);

-- name: follow
-- One that led, or waits, joins the stack of a leader that still is one; whom it led wait.
UPDATE sketches SET leader_id = :leader_id, provisional = 0
WHERE content_id = :content_id AND (leader_id IS NULL OR leader_id = content_id OR provisional = 1)
  AND EXISTS (SELECT 1 FROM sketches l WHERE l.content_id = :leader_id AND l.leader_id = l.content_id);

-- name: leader_went
-- The next by rank (domain.Sketched) takes the lead until they have been looked at again: they were near to one photo.
UPDATE sketches SET leader_id = iif(c.orphaned_at IS NULL, next.leader_id, 0), provisional = c.orphaned_at IS NULL
FROM (SELECT t.content_id AS gone, (
          SELECT o.id FROM sketches m CROSS JOIN contents o ON o.id = m.content_id
          WHERE m.leader_id = t.content_id AND o.orphaned_at IS NULL
          ORDER BY -o.width * o.height, coalesce(nullif(o.taken_local, ''), '~'), -o.size_bytes, o.md5 LIMIT 1) AS leader_id
      FROM turned t WHERE NOT t.here) AS next
CROSS JOIN contents c
WHERE sketches.leader_id = next.gone AND c.id = sketches.content_id AND length(sketches.sketch);

-- name: waiting_went
UPDATE sketches SET leader_id = 0
WHERE leader_id IS NULL AND content_id IN (SELECT content_id FROM turned WHERE NOT here);

-- name: leader_came
UPDATE sketches SET leader_id = NULL WHERE leader_id = 0 AND content_id IN (SELECT content_id FROM turned WHERE here);
