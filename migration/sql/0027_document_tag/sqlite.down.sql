DROP TRIGGER document_tag_moved;
DROP TRIGGER document_tag_taken;
DROP TRIGGER document_tag_given;
DROP TABLE document_tag;
