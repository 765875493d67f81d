-- The table of documents. `seq` is the row's own number, which the search index refers to.
-- The default id is a random UUID (version 4), made of bytes that every SQLite can compute.

CREATE TABLE document (
    seq          INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE
                 DEFAULT (CAST(randomblob(6)
                     || substr(x'404142434445464748494a4b4c4d4e4f', 1 + (random() & 15), 1) || randomblob(1)
                     || substr(x'808182838485868788898a8b8c8d8e8f', 1 + (random() & 15), 1) || randomblob(7) AS BLOB))
                 CHECK (length(id) = 16),
    code         TEXT NOT NULL UNIQUE CHECK (length(code) <= 512),
    name         TEXT NOT NULL CHECK (length(name) <= 512),
    content      TEXT NOT NULL,
    content_hash BLOB CHECK (length(content_hash) = 32),
    metadata     TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata) AND json_type(metadata) = 'object'),
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    updated_at   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))
) STRICT;

CREATE INDEX idx_document_name ON document (name, id);
CREATE INDEX idx_document_created_at ON document (created_at DESC, id DESC);

-- Times are compared as text, so every one has the same form, whoever wrote it.
CREATE TRIGGER document_time_insert AFTER INSERT ON document
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
  OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE document
    SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at),
        updated_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at)
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_time_update AFTER UPDATE OF created_at, updated_at ON document
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
  OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE document
    SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at),
        updated_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at)
    WHERE seq = NEW.seq;
END;

-- Whoever changes a document, its version and time move on ...
CREATE TRIGGER document_touch AFTER UPDATE OF code, name, content, metadata ON document
WHEN NEW.version = OLD.version
 AND (NEW.code, NEW.name, NEW.content, NEW.metadata) IS NOT (OLD.code, OLD.name, OLD.content, OLD.metadata)
BEGIN
    UPDATE document
    SET version = OLD.version + 1,
        updated_at = iif(NEW.updated_at = OLD.updated_at, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), NEW.updated_at)
    WHERE seq = NEW.seq;
END;

-- ... and a hash that was not supplied with the new content is forgotten rather than stale.
CREATE TRIGGER document_hash AFTER UPDATE OF content ON document
WHEN NEW.content IS NOT OLD.content AND NEW.content_hash IS OLD.content_hash
BEGIN
    UPDATE document SET content_hash = NULL WHERE seq = NEW.seq;
END;
