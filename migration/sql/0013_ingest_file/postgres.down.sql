ALTER TABLE ingest_run DROP COLUMN moved, DROP COLUMN removed;
DROP TABLE ingest_file;
DROP TABLE ingest_root;
