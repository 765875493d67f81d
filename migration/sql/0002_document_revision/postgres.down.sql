DROP TRIGGER document_keep_updated ON document;
DROP TRIGGER document_keep_deleted ON document;
DROP FUNCTION folio_document_keep();
DROP TABLE document_revision;
