DROP INDEX idx_thread_user_pinned;
DROP INDEX idx_thread_pinned;
DROP INDEX idx_document_code;
DROP INDEX idx_document_name;
CREATE INDEX idx_document_name ON document (name, id);
