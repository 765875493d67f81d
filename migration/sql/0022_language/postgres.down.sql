DO $$
BEGIN
    IF folio_store_language() = 'plain' THEN
        ALTER TEXT SEARCH CONFIGURATION folio
            ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword,
                              hword_asciipart, hword_part, hword_numpart WITH simple;
        REINDEX INDEX idx_document_name_search;
    END IF;
END
$$;

DROP TRIGGER document_index_inserted ON document;
DROP TRIGGER document_index_updated ON document;
DROP TRIGGER message_index_inserted ON message;
DROP TRIGGER message_index_updated ON message;
DROP TRIGGER document_passages_inserted ON document;
DROP TRIGGER document_passages_updated ON document;
DROP TRIGGER message_passages_inserted ON message;
DROP TRIGGER message_passages_updated ON message;
DROP FUNCTION folio_cut_document(document);
DROP FUNCTION folio_cut_message(message);
DROP FUNCTION folio_document_index();
DROP FUNCTION folio_message_index();
DROP FUNCTION folio_own_language(text, jsonb);

ALTER TABLE document DROP COLUMN search, DROP COLUMN language, DROP COLUMN name_search;
ALTER TABLE document ADD COLUMN search tsvector GENERATED ALWAYS AS (
    CASE WHEN char_length(content) <= folio_text_limit() THEN folio_whole(folio_vector(name, content)) END
) STORED;
CREATE INDEX idx_document_search ON document USING gin (search);

ALTER TABLE message DROP COLUMN search, DROP COLUMN language;
ALTER TABLE message ADD COLUMN search tsvector GENERATED ALWAYS AS (
    CASE WHEN char_length(question) + char_length(answer) <= folio_text_limit() THEN folio_whole(folio_vector(question, answer)) END
) STORED;
CREATE INDEX idx_message_search ON message USING gin (search);

CREATE OR REPLACE FUNCTION folio_document_passages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM document_passage WHERE owner_id = NEW.id;
    IF NEW.search IS NULL THEN
        INSERT INTO document_passage (owner_id, ord, start, search)
        SELECT NEW.id, ord, start, folio_vector(CASE ord WHEN 0 THEN NEW.name ELSE '' END, body)
        FROM folio_passages(NEW.content);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION folio_message_passages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM message_passage WHERE owner_id = NEW.id;
    IF NEW.search IS NULL THEN
        INSERT INTO message_passage (owner_id, ord, start, search)
        SELECT NEW.id, ord, start, folio_vector(body, '') FROM folio_passages(NEW.question)
        UNION ALL
        SELECT NEW.id, 100000 + ord, start, folio_vector('', body) FROM folio_passages(NEW.answer);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER document_passages_inserted AFTER INSERT ON document
    FOR EACH ROW WHEN (NEW.search IS NULL)
    EXECUTE FUNCTION folio_document_passages();
CREATE TRIGGER document_passages_updated AFTER UPDATE OF name, content ON document
    FOR EACH ROW WHEN ((NEW.name, NEW.content) IS DISTINCT FROM (OLD.name, OLD.content)
        AND (NEW.search IS NULL OR OLD.search IS NULL))
    EXECUTE FUNCTION folio_document_passages();
CREATE TRIGGER message_passages_inserted AFTER INSERT ON message
    FOR EACH ROW WHEN (NEW.search IS NULL)
    EXECUTE FUNCTION folio_message_passages();
CREATE TRIGGER message_passages_updated AFTER UPDATE OF question, answer ON message
    FOR EACH ROW WHEN ((NEW.question, NEW.answer) IS DISTINCT FROM (OLD.question, OLD.answer)
        AND (NEW.search IS NULL OR OLD.search IS NULL))
    EXECUTE FUNCTION folio_message_passages();

DELETE FROM document_passage;
INSERT INTO document_passage (owner_id, ord, start, search)
SELECT d.id, p.ord, p.start, folio_vector(CASE p.ord WHEN 0 THEN d.name ELSE '' END, p.body)
FROM document AS d, folio_passages(d.content) AS p
WHERE d.search IS NULL;

DELETE FROM message_passage;
INSERT INTO message_passage (owner_id, ord, start, search)
SELECT m.id, p.ord, p.start, folio_vector(p.body, '')
FROM message AS m, folio_passages(m.question) AS p
WHERE m.search IS NULL
UNION ALL
SELECT m.id, 100000 + p.ord, p.start, folio_vector('', p.body)
FROM message AS m, folio_passages(m.answer) AS p
WHERE m.search IS NULL;

DROP FUNCTION folio_entry(text, text, text);
DROP FUNCTION folio_lexemes(text, text);
DROP FUNCTION folio_spelled(text);
DROP FUNCTION folio_folded(text);
DROP FUNCTION folio_store_language();
DROP FUNCTION folio_language(jsonb);

DO $$
DECLARE
    spoken text;
BEGIN
    DROP TEXT SEARCH CONFIGURATION folio_plain;
    FOR spoken IN SELECT DISTINCT language FROM language_code WHERE language NOT IN ('english', 'plain') LOOP
        EXECUTE format('DROP TEXT SEARCH CONFIGURATION folio_%s', spoken);
        EXECUTE format('DROP TEXT SEARCH DICTIONARY folio_%s', spoken);
    END LOOP;
END
$$;

DROP TABLE search_language;
DROP TABLE language_code;
