CREATE TABLE ingest_run_before AS SELECT * FROM ingest_run;
DROP TABLE ingest_run;
CREATE TABLE ingest_run (
    id          BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    root        TEXT NOT NULL,
    prefix      TEXT,
    actor       TEXT,
    started_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    finished_at TEXT,
    added       INTEGER NOT NULL DEFAULT 0,
    updated     INTEGER NOT NULL DEFAULT 0,
    unchanged   INTEGER NOT NULL DEFAULT 0,
    failed      INTEGER NOT NULL DEFAULT 0,
    failures    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(failures))
) STRICT;
INSERT INTO ingest_run (id, root, prefix, actor, started_at, finished_at, added, updated, unchanged, failed, failures)
SELECT id, root, prefix, actor, started_at, finished_at, added, updated, unchanged, failed, failures
FROM ingest_run_before;
DROP TABLE ingest_run_before;
CREATE INDEX idx_ingest_run_started ON ingest_run (started_at DESC, id DESC);
DROP TABLE ingest_file;
DROP TABLE ingest_root;
