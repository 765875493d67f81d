DROP TRIGGER document_keep_updated;
DROP TRIGGER document_keep_deleted;
DROP TABLE document_revision;
