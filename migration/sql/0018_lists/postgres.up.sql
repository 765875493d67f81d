-- Lists by name and by code are in the order of bytes, as in SQLite, whatever the database's locale;
-- and what begins with some letters is then one range of an index.

DROP INDEX IF EXISTS idx_document_name;
CREATE INDEX idx_document_name ON document (name COLLATE "C", id);
CREATE INDEX idx_document_code ON document (code COLLATE "C", id);

-- Threads that are pinned come first: they are few.
CREATE INDEX idx_thread_pinned ON thread (active_at DESC, id DESC) WHERE pinned;
CREATE INDEX idx_thread_user_pinned ON thread (user_id, active_at DESC, id DESC) WHERE pinned;
