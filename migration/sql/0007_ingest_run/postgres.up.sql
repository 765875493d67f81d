-- What each ingestion did. Its documents are the audit rows whose batch is the run.

CREATE TABLE ingest_run (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    root        text NOT NULL,
    prefix      text,
    actor       text,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    added       bigint NOT NULL DEFAULT 0,
    updated     bigint NOT NULL DEFAULT 0,
    unchanged   bigint NOT NULL DEFAULT 0,
    failed      bigint NOT NULL DEFAULT 0,
    failures    jsonb NOT NULL DEFAULT '[]'
);

CREATE INDEX idx_ingest_run_started ON ingest_run (started_at DESC, id DESC);
