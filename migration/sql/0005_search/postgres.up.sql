-- Full-text search, kept by the database whoever writes.
--
-- Both databases split a text into words by one rule: runs of letters and digits, accents of
-- Latin letters folded, everything else a separator; words are stemmed by Porter's algorithm,
-- with no stop words. PostgreSQL's own parser would keep e-mail addresses, host names and
-- paths whole and drop what looks like a tag, so it is given separators as blanks.

CREATE OR REPLACE FUNCTION folio_words(t text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    CASE
        WHEN octet_length(t) = char_length(t) THEN t
        ELSE normalize(regexp_replace(normalize(t, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'), NFC)
    END,
    '[\u0001-/:-@[-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2190-\u245f\u2500-\u2bff\u3000-\u3004\u3008-\u3020\ufe30-\ufe6b\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff]+',
    ' ', 'g');

DO $$
BEGIN
    -- These outlive `fresh`, which drops tables alone.
    DROP TEXT SEARCH CONFIGURATION IF EXISTS folio CASCADE;
    DROP TEXT SEARCH DICTIONARY IF EXISTS folio_stem CASCADE;
    CREATE TEXT SEARCH DICTIONARY folio_stem (TEMPLATE = snowball, LANGUAGE = porter);
    CREATE TEXT SEARCH CONFIGURATION folio (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION folio
        ALTER MAPPING FOR asciiword, word, numword, asciihword, hword, numhword,
                          hword_asciipart, hword_part, hword_numpart WITH folio_stem;
END
$$;

-- Two fields, the first one heavier. Between them stands a lexeme that no query has (a
-- private-use character), so that no phrase reaches from one into the other.
CREATE OR REPLACE FUNCTION folio_vector(heavy text, light text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN setweight(to_tsvector('folio'::regconfig, folio_words(heavy)), 'A')
    || U&'''\E000'':1'::tsvector
    || to_tsvector('folio'::regconfig, folio_words(light));

-- A text of more than this many characters is indexed in passages: a vector holds at most
-- 1 MB and no position above 16,383, so one alone would refuse texts, and miss phrases.
CREATE OR REPLACE FUNCTION folio_passage_length() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 32000;

-- Cuts a text into passages that overlap by some 3,000 characters, at blanks where there are
-- any. `start` counts characters from 0. Works on blocks, since reaching the n-th character of
-- a text costs n.
CREATE OR REPLACE FUNCTION folio_passages(t text) RETURNS TABLE (ord integer, start integer, body text)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    size CONSTANT integer := folio_passage_length();
    margin CONSTANT integer := 2100;
    total CONSTANT integer := char_length(t);
    block text;
    block_start integer := 0;
    cut integer;
BEGIN
    ord := 0;
    start := 0;
    block := substr(t, 1, 1000000);
    LOOP
        IF start - block_start + size > char_length(block) AND block_start + char_length(block) < total THEN
            block_start := start;
            block := substr(t, block_start + 1, 1000000);
        END IF;
        body := substr(block, start - block_start + 1, size);
        IF start + size >= total THEN
            RETURN NEXT;
            RETURN;
        END IF;
        cut := position(' ' IN reverse(right(body, margin)));
        IF cut > 0 THEN
            body := left(body, size - cut);
        END IF;
        RETURN NEXT;
        cut := position(' ' IN substr(block, start - block_start + size - 3000, margin));
        ord := ord + 1;
        start := start + size - 3001 + cut;
    END LOOP;
END
$$;

ALTER TABLE document ADD COLUMN search tsvector GENERATED ALWAYS AS (
    CASE WHEN char_length(content) <= folio_passage_length() THEN folio_vector(name, content) END
) STORED;
CREATE INDEX idx_document_search ON document USING gin (search);

ALTER TABLE message ADD COLUMN search tsvector GENERATED ALWAYS AS (
    CASE WHEN char_length(question) + char_length(answer) <= folio_passage_length() THEN folio_vector(question, answer) END
) STORED;
CREATE INDEX idx_message_search ON message USING gin (search);

CREATE TABLE document_passage (
    owner_id uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    ord      integer NOT NULL,
    start    integer NOT NULL,
    search   tsvector NOT NULL,
    PRIMARY KEY (owner_id, ord)
);
CREATE INDEX idx_document_passage_search ON document_passage USING gin (search);

CREATE TABLE message_passage (
    owner_id uuid NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    ord      integer NOT NULL,
    start    integer NOT NULL,
    search   tsvector NOT NULL,
    PRIMARY KEY (owner_id, ord)
);
CREATE INDEX idx_message_passage_search ON message_passage USING gin (search);

CREATE OR REPLACE FUNCTION folio_document_passages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM document_passage WHERE owner_id = NEW.id;
    IF char_length(NEW.content) > folio_passage_length() THEN
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
    IF char_length(NEW.question) + char_length(NEW.answer) > folio_passage_length() THEN
        INSERT INTO message_passage (owner_id, ord, start, search)
        SELECT NEW.id, ord, start, folio_vector(body, '') FROM folio_passages(NEW.question)
        UNION ALL
        SELECT NEW.id, 100000 + ord, start, folio_vector('', body) FROM folio_passages(NEW.answer);
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER document_passages_inserted AFTER INSERT ON document
    FOR EACH ROW WHEN (char_length(NEW.content) > folio_passage_length())
    EXECUTE FUNCTION folio_document_passages();
CREATE TRIGGER document_passages_updated AFTER UPDATE OF name, content ON document
    FOR EACH ROW WHEN ((NEW.name, NEW.content) IS DISTINCT FROM (OLD.name, OLD.content)
        AND greatest(char_length(NEW.content), char_length(OLD.content)) > folio_passage_length())
    EXECUTE FUNCTION folio_document_passages();
CREATE TRIGGER message_passages_inserted AFTER INSERT ON message
    FOR EACH ROW WHEN (char_length(NEW.question) + char_length(NEW.answer) > folio_passage_length())
    EXECUTE FUNCTION folio_message_passages();
CREATE TRIGGER message_passages_updated AFTER UPDATE OF question, answer ON message
    FOR EACH ROW WHEN ((NEW.question, NEW.answer) IS DISTINCT FROM (OLD.question, OLD.answer)
        AND greatest(char_length(NEW.question) + char_length(NEW.answer), char_length(OLD.question) + char_length(OLD.answer)) > folio_passage_length())
    EXECUTE FUNCTION folio_message_passages();

-- Long texts that were there before.
INSERT INTO document_passage (owner_id, ord, start, search)
SELECT d.id, p.ord, p.start, folio_vector(CASE p.ord WHEN 0 THEN d.name ELSE '' END, p.body)
FROM document AS d, folio_passages(d.content) AS p
WHERE char_length(d.content) > folio_passage_length();

INSERT INTO message_passage (owner_id, ord, start, search)
SELECT m.id, p.ord, p.start, folio_vector(p.body, '')
FROM message AS m, folio_passages(m.question) AS p
WHERE char_length(m.question) + char_length(m.answer) > folio_passage_length()
UNION ALL
SELECT m.id, 100000 + p.ord, p.start, folio_vector('', p.body)
FROM message AS m, folio_passages(m.answer) AS p
WHERE char_length(m.question) + char_length(m.answer) > folio_passage_length();
