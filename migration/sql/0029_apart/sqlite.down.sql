DROP TRIGGER document_search_changing;
DROP TRIGGER document_search_changed;
DROP TABLE document_apart;

CREATE TRIGGER document_search_changing BEFORE UPDATE OF name, content, metadata ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_english WHERE seq = OLD.seq;
    INSERT INTO document_words (document_words, rowid, language, name, content) SELECT 'delete', seq, language, name, content FROM document_other WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changed AFTER UPDATE OF name, content, metadata ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_english WHERE seq = NEW.seq;
    INSERT INTO document_words (rowid, language, name, content) SELECT seq, language, name, content FROM document_other WHERE seq = NEW.seq;
END;
