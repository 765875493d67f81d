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
DROP TRIGGER document_language_inserted;
DROP TRIGGER document_language_updated;
DROP TRIGGER message_language_inserted;
DROP TRIGGER message_language_updated;

-- Texts in other languages go back into the indexes for all.
INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_other;
INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_other;
INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_other;

DROP TABLE document_vocabulary;
DROP TABLE message_vocabulary;
DROP TABLE document_words;
DROP TABLE document_name_words;
DROP TABLE message_words;
DROP VIEW document_english;
DROP VIEW document_other;
DROP VIEW document_language;
DROP VIEW message_english;
DROP VIEW message_other;
DROP VIEW message_language;
DROP TABLE search_language;
DROP TABLE language_code;

-- What was indexed is taken out while it is still there to be read.
CREATE TRIGGER document_search_inserted AFTER INSERT ON document
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_text WHERE seq = NEW.seq;
    INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_search_deleted BEFORE DELETE ON document
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_text WHERE seq = OLD.seq;
    INSERT INTO document_name_search (document_name_search, rowid, name) SELECT 'delete', seq, name FROM document_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changing BEFORE UPDATE OF name, content ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content)
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changed AFTER UPDATE OF name, content ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content)
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_name_search_changing BEFORE UPDATE OF name ON document
WHEN NEW.name IS NOT OLD.name
BEGIN
    INSERT INTO document_name_search (document_name_search, rowid, name) SELECT 'delete', seq, name FROM document_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_name_search_changed AFTER UPDATE OF name ON document
WHEN NEW.name IS NOT OLD.name
BEGIN
    INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_search_inserted AFTER INSERT ON message
BEGIN
    INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_search_deleted BEFORE DELETE ON message
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER message_search_changing BEFORE UPDATE OF question, answer ON message
WHEN (NEW.question, NEW.answer) IS NOT (OLD.question, OLD.answer)
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER message_search_changed AFTER UPDATE OF question, answer ON message
WHEN (NEW.question, NEW.answer) IS NOT (OLD.question, OLD.answer)
BEGIN
    INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_text WHERE seq = NEW.seq;
END;
