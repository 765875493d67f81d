-- What each ingestion did. Its documents are the audit rows whose batch is the run.

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

CREATE INDEX idx_ingest_run_started ON ingest_run (started_at DESC, id DESC);
