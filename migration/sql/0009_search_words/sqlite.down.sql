DROP TRIGGER document_search_inserted;
DROP TRIGGER document_search_deleted;
DROP TRIGGER document_search_changing;
DROP TRIGGER document_search_changed;
DROP TRIGGER document_name_search_changing;
DROP TRIGGER document_name_search_changed;
DROP TRIGGER message_search_inserted;
DROP TRIGGER message_search_deleted;
DROP TRIGGER message_search_changing;
DROP TRIGGER message_search_changed;
DROP TABLE document_search;
DROP TABLE document_name_search;
DROP TABLE message_search;
DROP VIEW document_text;
DROP VIEW message_text;

CREATE VIRTUAL TABLE document_search USING fts5(
    name, content,
    content = 'document', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);

CREATE VIRTUAL TABLE message_search USING fts5(
    question, answer,
    content = 'message', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);

-- A hit in a name weighs more than one in the content.
INSERT INTO document_search (document_search, rank) VALUES ('rank', 'bm25(5.0, 1.0)');

CREATE TRIGGER document_search_inserted AFTER INSERT ON document
BEGIN
    INSERT INTO document_search (rowid, name, content) VALUES (NEW.seq, NEW.name, NEW.content);
END;

CREATE TRIGGER document_search_deleted AFTER DELETE ON document
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) VALUES ('delete', OLD.seq, OLD.name, OLD.content);
END;

CREATE TRIGGER document_search_updated AFTER UPDATE OF name, content ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content)
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) VALUES ('delete', OLD.seq, OLD.name, OLD.content);
    INSERT INTO document_search (rowid, name, content) VALUES (NEW.seq, NEW.name, NEW.content);
END;

CREATE TRIGGER message_search_inserted AFTER INSERT ON message
BEGIN
    INSERT INTO message_search (rowid, question, answer) VALUES (NEW.seq, NEW.question, NEW.answer);
END;

CREATE TRIGGER message_search_deleted AFTER DELETE ON message
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) VALUES ('delete', OLD.seq, OLD.question, OLD.answer);
END;

CREATE TRIGGER message_search_updated AFTER UPDATE OF question, answer ON message
WHEN (NEW.question, NEW.answer) IS NOT (OLD.question, OLD.answer)
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) VALUES ('delete', OLD.seq, OLD.question, OLD.answer);
    INSERT INTO message_search (rowid, question, answer) VALUES (NEW.seq, NEW.question, NEW.answer);
END;

INSERT INTO document_search (document_search) VALUES ('rebuild');
INSERT INTO message_search (message_search) VALUES ('rebuild');
