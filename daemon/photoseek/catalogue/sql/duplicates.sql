-- name: exact
SELECT content_id FROM files WHERE content_id > :after GROUP BY content_id HAVING count(*) > 1 ORDER BY content_id LIMIT :limit;

-- name: near
SELECT s.leader_id FROM sketches s CROSS JOIN contents c ON c.id = s.content_id
WHERE s.leader_id > :after AND s.leader_id <> s.content_id AND c.orphaned_at IS NULL
GROUP BY s.leader_id ORDER BY s.leader_id LIMIT :limit;

-- name: members
SELECT s.leader_id, s.content_id FROM sketches s CROSS JOIN contents c ON c.id = s.content_id
WHERE s.leader_id IN (SELECT value FROM json_each(:ids)) AND c.orphaned_at IS NULL;
