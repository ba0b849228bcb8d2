-- name: remember
INSERT INTO facts (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: all
SELECT key, value FROM facts;

-- name: recall
SELECT value FROM facts WHERE key = :key;
