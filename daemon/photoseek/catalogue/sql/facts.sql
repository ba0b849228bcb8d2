-- name: remember
INSERT INTO facts (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: recall
SELECT value FROM facts WHERE key = :key;
