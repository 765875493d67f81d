-- Every change and deletion of a document leaves what was there before, whoever makes it.

CREATE TABLE document_revision (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id  BLOB NOT NULL,
    version      INTEGER NOT NULL,
    code         TEXT NOT NULL,
    name         TEXT NOT NULL,
    content      TEXT NOT NULL,
    content_hash BLOB,
    metadata     TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    action       TEXT NOT NULL CHECK (action IN ('updated', 'deleted')),
    changed_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    changed_by   TEXT
) STRICT;

CREATE INDEX idx_document_revision_document ON document_revision (document_id, version DESC);
CREATE INDEX idx_document_revision_code ON document_revision (code, id DESC);
CREATE INDEX idx_document_revision_deleted ON document_revision (id DESC) WHERE action = 'deleted';

CREATE TRIGGER document_keep_updated AFTER UPDATE OF code, name, content, metadata ON document
WHEN (NEW.code, NEW.name, NEW.content, NEW.metadata) IS NOT (OLD.code, OLD.name, OLD.content, OLD.metadata)
BEGIN
    INSERT INTO document_revision (document_id, version, code, name, content, content_hash, metadata, created_at, updated_at, action)
    VALUES (OLD.id, OLD.version, OLD.code, OLD.name, OLD.content, OLD.content_hash, OLD.metadata, OLD.created_at, OLD.updated_at, 'updated');
END;

CREATE TRIGGER document_keep_deleted AFTER DELETE ON document
BEGIN
    INSERT INTO document_revision (document_id, version, code, name, content, content_hash, metadata, created_at, updated_at, action)
    VALUES (OLD.id, OLD.version, OLD.code, OLD.name, OLD.content, OLD.content_hash, OLD.metadata, OLD.created_at, OLD.updated_at, 'deleted');
END;
