-- Which file each document was taken from, so that it is known what vanished from a folder and
-- what moved in it. A document belongs to the folder that had it last. The row stays when its
-- document is deleted: one that is brought back belongs to its folder again. `seen` is made of the
-- file's size and times and the document's version: while all of them are as they were, the file
-- need not be read again.

CREATE TABLE ingest_root (
    id     INTEGER PRIMARY KEY,
    path   TEXT NOT NULL,
    prefix TEXT NOT NULL DEFAULT '',
    UNIQUE (path, prefix)
) STRICT;

CREATE TABLE ingest_file (
    document_id BLOB NOT NULL PRIMARY KEY CHECK (length(document_id) = 16),
    root_id     INTEGER NOT NULL,
    path        TEXT NOT NULL,
    seen        INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_ingest_file_root ON ingest_file (root_id, document_id);

-- Made anew instead of altered: after ALTER TABLE, a connection that has met the search tables can
-- lose sight of the tables they index, once another one analyses the database.
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
    moved       INTEGER NOT NULL DEFAULT 0,
    removed     INTEGER NOT NULL DEFAULT 0,
    failures    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(failures))
) STRICT;
INSERT INTO ingest_run (id, root, prefix, actor, started_at, finished_at, added, updated, unchanged, failed, failures)
SELECT id, root, prefix, actor, started_at, finished_at, added, updated, unchanged, failed, failures
FROM ingest_run_before;
DROP TABLE ingest_run_before;
CREATE INDEX idx_ingest_run_started ON ingest_run (started_at DESC, id DESC);
