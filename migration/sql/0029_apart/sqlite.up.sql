-- What the triggers of a statement have read, SQLite keeps until the statement ends. One that changes a
-- text of 16 MB takes the old text out of the index and puts the new one in: 370 MB at its peak. A
-- writer may therefore set the document apart first: that takes the old text out, the update then
-- leaves the index alone, and the row's end in `document_apart` puts the new text in, each a
-- statement of its own. All three in one transaction, so no other connection ever sees a row there.

CREATE TABLE document_apart (
    seq INTEGER NOT NULL PRIMARY KEY
);

CREATE TRIGGER document_apart_begun AFTER INSERT ON document_apart
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_english WHERE seq = NEW.seq;
    INSERT INTO document_words (document_words, rowid, language, name, content) SELECT 'delete', seq, language, name, content FROM document_other WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_apart_ended AFTER DELETE ON document_apart
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_english WHERE seq = OLD.seq;
    INSERT INTO document_words (rowid, language, name, content) SELECT seq, language, name, content FROM document_other WHERE seq = OLD.seq;
END;

DROP TRIGGER document_search_changing;
DROP TRIGGER document_search_changed;

CREATE TRIGGER document_search_changing BEFORE UPDATE OF name, content, metadata ON document
WHEN ((NEW.name, NEW.content) IS NOT (OLD.name, OLD.content) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language')
 AND NOT EXISTS (SELECT 1 FROM document_apart WHERE seq = OLD.seq)
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_english WHERE seq = OLD.seq;
    INSERT INTO document_words (document_words, rowid, language, name, content) SELECT 'delete', seq, language, name, content FROM document_other WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changed AFTER UPDATE OF name, content, metadata ON document
WHEN ((NEW.name, NEW.content) IS NOT (OLD.name, OLD.content) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language')
 AND NOT EXISTS (SELECT 1 FROM document_apart WHERE seq = NEW.seq)
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_english WHERE seq = NEW.seq;
    INSERT INTO document_words (rowid, language, name, content) SELECT seq, language, name, content FROM document_other WHERE seq = NEW.seq;
END;
