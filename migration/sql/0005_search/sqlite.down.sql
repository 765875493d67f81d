DROP TRIGGER document_search_inserted;
DROP TRIGGER document_search_deleted;
DROP TRIGGER document_search_updated;
DROP TRIGGER message_search_inserted;
DROP TRIGGER message_search_deleted;
DROP TRIGGER message_search_updated;
DROP TABLE document_search;
DROP TABLE message_search;
