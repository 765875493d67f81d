DROP TRIGGER document_tag_moved ON document;
DROP TRIGGER document_tag_taken ON document_label;
DROP TRIGGER document_tag_given ON document_label;
DROP FUNCTION folio_document_tag_moved();
DROP FUNCTION folio_document_tag_taken();
DROP FUNCTION folio_document_tag_given();
DROP TABLE document_tag;
