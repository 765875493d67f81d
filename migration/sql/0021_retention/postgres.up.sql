-- Old revisions are found by the time they were put aside.

CREATE INDEX idx_document_revision_changed ON document_revision (changed_at, id);
CREATE INDEX idx_thread_revision_changed ON thread_revision (changed_at, id);
CREATE INDEX idx_message_revision_changed ON message_revision (changed_at, id);
