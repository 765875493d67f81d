-- Who did what to which row, and when; the rows of a bulk action share a batch.

CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    actor      TEXT,
    action     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    label      TEXT,
    version    INTEGER,
    batch_id   BLOB,
    undoes     BLOB
) STRICT;

CREATE INDEX idx_audit_subject ON audit (subject, subject_id, id DESC);
CREATE INDEX idx_audit_batch ON audit (batch_id, id) WHERE batch_id IS NOT NULL;
