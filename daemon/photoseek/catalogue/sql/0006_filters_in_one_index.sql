-- What filters of different keys ask of a content stands in each of the indexes: to look up half of 100,000 rows in the
-- order of their dates took 170 ms, to read on in the index takes 7.
DROP INDEX contents_by_time;
DROP INDEX contents_by_camera;
DROP INDEX contents_by_shape;
CREATE INDEX contents_by_time ON contents (taken_local, id, orphaned_at, format, width, height, camera)
    WHERE orphaned_at IS NULL;
CREATE INDEX contents_by_camera ON contents (camera, id, orphaned_at, taken_local, format, width, height)
    WHERE orphaned_at IS NULL;
CREATE INDEX contents_by_shape ON contents (format, width, height, id, orphaned_at, taken_local, camera)
    WHERE orphaned_at IS NULL;
