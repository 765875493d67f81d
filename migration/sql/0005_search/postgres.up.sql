-- Full-text search, kept by the database whoever writes.
--
-- Both databases split a text into words by one rule: runs of letters with their marks, and of digits; accents of
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
    -- All but letters, marks and digits (Unicode's L, M, Nd and Nl), whatever the database's locale
    -- takes them for.
    '[\u0001-/:-@\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02c2-\u02c5\u02d2-\u02df'
    '\u02e5-\u02eb\u02ed\u02ef-\u02ff\u0375\u037e\u0384-\u0385\u0387\u03f6\u0482\u055a-\u055f'
    '\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd-\u06de'
    '\u06e9\u06fd-\u06fe\u0700-\u070f\u07f6-\u07f9\u07fe-\u07ff\u0830-\u083e\u085e\u0888\u0890-\u0891'
    '\u08e2\u0964-\u0965\u0970\u09f2-\u09fb\u09fd\u0a76\u0af0-\u0af1\u0b70\u0b72-\u0b77\u0bf0-\u0bfa'
    '\u0c77-\u0c7f\u0c84\u0d4f\u0d58-\u0d5e\u0d70-\u0d79\u0df4\u0e3f\u0e4f\u0e5a-\u0e5b\u0f01-\u0f17'
    '\u0f1a-\u0f1f\u0f2a-\u0f34\u0f36\u0f38\u0f3a-\u0f3d\u0f85\u0fbe-\u0fc5\u0fc7-\u0fda\u104a-\u104f'
    '\u109e-\u109f\u10fb\u1360-\u137c\u1390-\u1399\u1400\u166d-\u166e\u1680\u169b-\u169c\u16eb-\u16ed'
    '\u1735-\u1736\u17d4-\u17d6\u17d8-\u17db\u17f0-\u180a\u180e\u1940-\u1945\u19da-\u19ff\u1a1e-\u1a1f'
    '\u1aa0-\u1aa6\u1aa8-\u1aad\u1b5a-\u1b6a\u1b74-\u1b7e\u1bfc-\u1bff\u1c3b-\u1c3f\u1c7e-\u1c7f'
    '\u1cc0-\u1cc7\u1cd3\u1fbd\u1fbf-\u1fc1\u1fcd-\u1fcf\u1fdd-\u1fdf\u1fed-\u1fef\u1ffd-\u2070'
    '\u2074-\u207e\u2080-\u208e\u20a0-\u20c0\u2100-\u2101\u2103-\u2106\u2108-\u2109\u2114\u2116-\u2118'
    '\u211e-\u2123\u2125\u2127\u2129\u212e\u213a-\u213b\u2140-\u2144\u214a-\u214d\u214f-\u215f'
    '\u2189-\u2bff\u2ce5-\u2cea\u2cf9-\u2cff\u2d70\u2e00-\u2e2e\u2e30-\u3004\u3008-\u3020\u3030'
    '\u3036-\u3037\u303d-\u303f\u309b-\u309c\u30a0\u30fb\u3190-\u319f\u31c0-\u31e3\u3200-\u33ff'
    '\u4dc0-\u4dff\ua490-\ua4c6\ua4fe-\ua4ff\ua60d-\ua60f\ua673\ua67e\ua6f2-\ua716\ua720-\ua721'
    '\ua789-\ua78a\ua828-\ua82b\ua830-\ua839\ua874-\ua877\ua8ce-\ua8cf\ua8f8-\ua8fa\ua8fc\ua92e-\ua92f'
    '\ua95f\ua9c1-\ua9cd\ua9de-\ua9df\uaa5c-\uaa5f\uaa77-\uaa79\uaade-\uaadf\uaaf0-\uaaf1\uab5b'
    '\uab6a-\uab6b\uabeb\ufb29\ufbb2-\ufbc2\ufd3e-\ufd4f\ufdcf\ufdfc-\ufdff\ufe10-\ufe19\ufe30-\ufe6b'
    '\ufeff-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\ufffd\U0001cf50-\U0001d164'
    '\U0001eef0-\U0001fbca\U000e0001-\U000e007f]+',
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

-- A vector holds at most 1 MB, no position above 16,383, and 255 positions of a word: alone it
-- would refuse texts, and miss phrases. So a text of more than this many characters, and one that
-- says a word that often, is indexed in passages instead.
CREATE OR REPLACE FUNCTION folio_text_limit() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 32000;

-- A vector that has all positions of its words; NULL for one that has not.
CREATE OR REPLACE FUNCTION folio_whole(vector tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN NOT EXISTS (SELECT FROM unnest(vector) AS word WHERE cardinality(word.positions) >= 255) THEN vector END;

-- The length of a passage, in characters.
CREATE OR REPLACE FUNCTION folio_passage_length() RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 8000;

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
    CASE WHEN char_length(content) <= folio_text_limit() THEN folio_whole(folio_vector(name, content)) END
) STORED;
CREATE INDEX idx_document_search ON document USING gin (search);

ALTER TABLE message ADD COLUMN search tsvector GENERATED ALWAYS AS (
    CASE WHEN char_length(question) + char_length(answer) <= folio_text_limit() THEN folio_whole(folio_vector(question, answer)) END
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

-- Texts that were there before.
INSERT INTO document_passage (owner_id, ord, start, search)
SELECT d.id, p.ord, p.start, folio_vector(CASE p.ord WHEN 0 THEN d.name ELSE '' END, p.body)
FROM document AS d, folio_passages(d.content) AS p
WHERE d.search IS NULL;

INSERT INTO message_passage (owner_id, ord, start, search)
SELECT m.id, p.ord, p.start, folio_vector(p.body, '')
FROM message AS m, folio_passages(m.question) AS p
WHERE m.search IS NULL
UNION ALL
SELECT m.id, 100000 + p.ord, p.start, folio_vector('', p.body)
FROM message AS m, folio_passages(m.answer) AS p
WHERE m.search IS NULL;
