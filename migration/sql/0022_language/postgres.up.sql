-- Texts have a language: the one that their metadata names (`language`: `de`, `de-AT`, `german`), or
-- that of the store. English ones are indexed as they were. All others, those in no particular
-- language (`plain`) too, by each word as it is written, without accents, and by its Snowball stem:
-- both at the same position, behind the first letters of the language (`ger:`), so that a stem of
-- one language is not taken for that of another.

CREATE TABLE language_code (
    code     text PRIMARY KEY,
    language text NOT NULL
);
INSERT INTO language_code (code, language) VALUES
    ('arabic', 'arabic'), ('ar', 'arabic'), ('ara', 'arabic'),
    ('armenian', 'armenian'), ('hy', 'armenian'), ('hye', 'armenian'), ('arm', 'armenian'),
    ('basque', 'basque'), ('eu', 'basque'), ('eus', 'basque'), ('baq', 'basque'),
    ('catalan', 'catalan'), ('ca', 'catalan'), ('cat', 'catalan'),
    ('danish', 'danish'), ('da', 'danish'), ('dan', 'danish'),
    ('dutch', 'dutch'), ('nl', 'dutch'), ('nld', 'dutch'), ('dut', 'dutch'),
    ('english', 'english'), ('en', 'english'), ('eng', 'english'),
    ('finnish', 'finnish'), ('fi', 'finnish'), ('fin', 'finnish'),
    ('french', 'french'), ('fr', 'french'), ('fra', 'french'), ('fre', 'french'),
    ('german', 'german'), ('de', 'german'), ('deu', 'german'), ('ger', 'german'),
    ('greek', 'greek'), ('el', 'greek'), ('ell', 'greek'), ('gre', 'greek'),
    ('hindi', 'hindi'), ('hi', 'hindi'), ('hin', 'hindi'),
    ('hungarian', 'hungarian'), ('hu', 'hungarian'), ('hun', 'hungarian'),
    ('indonesian', 'indonesian'), ('id', 'indonesian'), ('ind', 'indonesian'),
    ('irish', 'irish'), ('ga', 'irish'), ('gle', 'irish'),
    ('italian', 'italian'), ('it', 'italian'), ('ita', 'italian'),
    ('lithuanian', 'lithuanian'), ('lt', 'lithuanian'), ('lit', 'lithuanian'),
    ('nepali', 'nepali'), ('ne', 'nepali'), ('nep', 'nepali'),
    ('norwegian', 'norwegian'), ('no', 'norwegian'), ('nor', 'norwegian'), ('nb', 'norwegian'), ('nob', 'norwegian'), ('nn', 'norwegian'), ('nno', 'norwegian'),
    ('plain', 'plain'), ('und', 'plain'),
    ('portuguese', 'portuguese'), ('pt', 'portuguese'), ('por', 'portuguese'),
    ('romanian', 'romanian'), ('ro', 'romanian'), ('ron', 'romanian'), ('rum', 'romanian'),
    ('russian', 'russian'), ('ru', 'russian'), ('rus', 'russian'),
    ('serbian', 'serbian'), ('sr', 'serbian'), ('srp', 'serbian'),
    ('spanish', 'spanish'), ('es', 'spanish'), ('spa', 'spanish'),
    ('swedish', 'swedish'), ('sv', 'swedish'), ('swe', 'swedish'),
    ('tamil', 'tamil'), ('ta', 'tamil'), ('tam', 'tamil'),
    ('turkish', 'turkish'), ('tr', 'turkish'), ('tur', 'turkish'),
    ('yiddish', 'yiddish'), ('yi', 'yiddish'), ('yid', 'yiddish');

-- The language of the store (scope `store`), and those that documents or messages have of their own.
CREATE TABLE search_language (
    scope    text NOT NULL,
    language text NOT NULL,
    PRIMARY KEY (scope, language)
);
INSERT INTO search_language (scope, language)
SELECT 'store', CASE WHEN to_tsvector('folio', 'connections') @@ 'connect'::tsquery THEN 'english' ELSE 'plain' END;

DO $$
DECLARE
    spoken text;
    words CONSTANT text := 'asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart';
BEGIN
    EXECUTE format('ALTER TEXT SEARCH CONFIGURATION folio ALTER MAPPING FOR %s WITH folio_stem', words);
    -- These outlive `fresh`, which drops tables alone.
    DROP TEXT SEARCH CONFIGURATION IF EXISTS folio_plain;
    CREATE TEXT SEARCH CONFIGURATION folio_plain (COPY = simple);
    FOREACH spoken IN ARRAY ARRAY[
        'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'finnish', 'french', 'german', 'greek',
        'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian',
        'portuguese', 'romanian', 'russian', 'serbian', 'spanish', 'swedish', 'tamil', 'turkish', 'yiddish'
    ] LOOP
        EXECUTE format('DROP TEXT SEARCH CONFIGURATION IF EXISTS folio_%s', spoken);
        EXECUTE format('DROP TEXT SEARCH DICTIONARY IF EXISTS folio_%s', spoken);
        EXECUTE format('CREATE TEXT SEARCH DICTIONARY folio_%1$s (TEMPLATE = snowball, LANGUAGE = %1$s)', spoken);
        EXECUTE format('CREATE TEXT SEARCH CONFIGURATION folio_%s (COPY = simple)', spoken);
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION folio_%1$s ALTER MAPPING FOR %2$s WITH folio_%1$s', spoken, words);
    END LOOP;
END
$$;

-- The language that metadata name; NULL where they name none that is known.
CREATE OR REPLACE FUNCTION folio_language(metadata jsonb) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN metadata ? 'language' THEN (
        SELECT c.language FROM language_code AS c
        WHERE c.code = split_part(replace(lower(metadata ->> 'language'), '_', '-'), '-', 1)
    ) END;
END;

CREATE OR REPLACE FUNCTION folio_store_language() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT s.language FROM search_language AS s WHERE s.scope = 'store';
END;

-- Without the accents of Latin letters.
CREATE OR REPLACE FUNCTION folio_folded(t text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN octet_length(t) = char_length(t) THEN t
    ELSE normalize(regexp_replace(normalize(t, NFD), '([A-Za-z])[\u0300-\u036f]+', '\1', 'g'), NFC)
END;

-- As `folio_terms`, with the accents, which stemmers go by.
CREATE OR REPLACE FUNCTION folio_spelled(t text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(regexp_replace(
    normalize(t, NFC),
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
    ' ', 'g'),
    '([\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u1780-\u17b3\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u17b4-\u17d3\u3099-\u309a]*)',
    ' \1 ', 'g');

-- The words of a text in a language that is not English.
CREATE OR REPLACE FUNCTION folio_lexemes(language text, t text) RETURNS tsvector
    LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    words text := ' ' || to_tsvector('folio_plain', folio_terms(t))::text;
BEGIN
    IF language <> 'plain' THEN
        words := words || ' ' || folio_folded(to_tsvector(('folio_' || language)::regconfig, folio_spelled(t))::text);
    END IF;
    RETURN replace(words, ' ''', ' ''' || left(language, 3) || ':')::tsvector;
EXCEPTION WHEN program_limit_exceeded THEN
    -- A word that is too long for an index with those letters before it: 2,046 bytes are the most,
    -- and composing makes up to 12 bytes of a letter.
    RETURN folio_lexemes(language, regexp_replace(
        t, CASE WHEN t ~ '\S{250}\S{250}' THEN '\S{250}\S{250}\S*' ELSE '\S{80}\S{80}\S*' END, ' ', 'g'));
END
$$;

-- Two fields, as `folio_vector` has them.
CREATE OR REPLACE FUNCTION folio_entry(language text, heavy text, light text) RETURNS tsvector
    LANGUAGE sql STABLE STRICT
RETURN CASE
    WHEN language = 'english' THEN folio_vector(heavy, light)
    ELSE setweight(folio_lexemes(language, heavy), 'A') || U&'''\E000'':1'::tsvector || folio_lexemes(language, light)
END;

-- The vectors are made by triggers now, since they depend on more than their row; a change of
-- metadata alone makes none.
ALTER TABLE document
    ALTER COLUMN search DROP EXPRESSION,
    ADD COLUMN language text,
    ADD COLUMN name_search tsvector;
ALTER TABLE message
    ALTER COLUMN search DROP EXPRESSION,
    ADD COLUMN language text;

-- The English names have `idx_document_name_search`.
CREATE INDEX idx_document_name_words ON document USING gin (name_search) WHERE name_search IS NOT NULL;

-- A row's own language, which counts as one in use from now on.
CREATE OR REPLACE FUNCTION folio_own_language(of_scope text, metadata jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    own text := folio_language(metadata);
BEGIN
    IF own IS NOT NULL AND NOT EXISTS (SELECT FROM search_language AS s WHERE s.scope = of_scope AND s.language = own) THEN
        INSERT INTO search_language (scope, language) VALUES (of_scope, own) ON CONFLICT DO NOTHING;
    END IF;
    RETURN own;
END
$$;

-- What is written into the column `language` is not kept, but has everything made anew.
CREATE OR REPLACE FUNCTION folio_document_index() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text := folio_own_language('document', NEW.metadata);
    spoken text;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.name, NEW.content, NEW.language) IS NOT DISTINCT FROM (OLD.name, OLD.content, OLD.language)
        AND own IS NOT DISTINCT FROM OLD.language THEN
        RETURN NEW;
    END IF;
    spoken := coalesce(own, folio_store_language());
    NEW.language := own;
    NEW.search := CASE WHEN char_length(NEW.content) <= folio_text_limit() THEN folio_whole(folio_entry(spoken, NEW.name, NEW.content)) END;
    NEW.name_search := CASE WHEN spoken <> 'english' THEN folio_lexemes(spoken, NEW.name) END;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION folio_message_index() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text := folio_own_language('message', NEW.metadata);
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.question, NEW.answer, NEW.language) IS NOT DISTINCT FROM (OLD.question, OLD.answer, OLD.language)
        AND own IS NOT DISTINCT FROM OLD.language THEN
        RETURN NEW;
    END IF;
    NEW.language := own;
    NEW.search := CASE WHEN char_length(NEW.question) + char_length(NEW.answer) <= folio_text_limit()
        THEN folio_whole(folio_entry(coalesce(own, folio_store_language()), NEW.question, NEW.answer)) END;
    RETURN NEW;
END
$$;

CREATE TRIGGER document_index_inserted BEFORE INSERT ON document
    FOR EACH ROW EXECUTE FUNCTION folio_document_index();
CREATE TRIGGER document_index_updated BEFORE UPDATE OF name, content, metadata, language ON document
    FOR EACH ROW EXECUTE FUNCTION folio_document_index();
CREATE TRIGGER message_index_inserted BEFORE INSERT ON message
    FOR EACH ROW EXECUTE FUNCTION folio_message_index();
CREATE TRIGGER message_index_updated BEFORE UPDATE OF question, answer, metadata, language ON message
    FOR EACH ROW EXECUTE FUNCTION folio_message_index();

-- Makes the passages of a text that one vector can't hold.
CREATE OR REPLACE FUNCTION folio_cut_document(d document) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    spoken CONSTANT text := coalesce(d.language, folio_store_language());
BEGIN
    DELETE FROM document_passage WHERE owner_id = d.id;
    IF d.search IS NULL THEN
        INSERT INTO document_passage (owner_id, ord, start, search)
        SELECT d.id, p.ord, p.start, folio_entry(spoken, CASE p.ord WHEN 0 THEN d.name ELSE '' END, p.body)
        FROM folio_passages(d.content) AS p;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION folio_cut_message(m message) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    spoken CONSTANT text := coalesce(m.language, folio_store_language());
BEGIN
    DELETE FROM message_passage WHERE owner_id = m.id;
    IF m.search IS NULL THEN
        INSERT INTO message_passage (owner_id, ord, start, search)
        SELECT m.id, p.ord, p.start, folio_entry(spoken, p.body, '') FROM folio_passages(m.question) AS p
        UNION ALL
        SELECT m.id, 100000 + p.ord, p.start, folio_entry(spoken, '', p.body) FROM folio_passages(m.answer) AS p;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION folio_document_passages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM folio_cut_document(NEW);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION folio_message_passages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM folio_cut_message(NEW);
    RETURN NULL;
END
$$;

DROP TRIGGER document_passages_updated ON document;
CREATE TRIGGER document_passages_updated AFTER UPDATE OF name, content, metadata, language ON document
    FOR EACH ROW WHEN ((NEW.search IS NULL OR OLD.search IS NULL) AND NEW.search IS DISTINCT FROM OLD.search
        OR NEW.search IS NULL AND (NEW.name, NEW.content, NEW.language) IS DISTINCT FROM (OLD.name, OLD.content, OLD.language))
    EXECUTE FUNCTION folio_document_passages();
DROP TRIGGER message_passages_updated ON message;
CREATE TRIGGER message_passages_updated AFTER UPDATE OF question, answer, metadata, language ON message
    FOR EACH ROW WHEN ((NEW.search IS NULL OR OLD.search IS NULL) AND NEW.search IS DISTINCT FROM OLD.search
        OR NEW.search IS NULL AND (NEW.question, NEW.answer, NEW.language) IS DISTINCT FROM (OLD.question, OLD.answer, OLD.language))
    EXECUTE FUNCTION folio_message_passages();

-- Texts that are indexed in another way now: those with a language of their own, and all of a store
-- that was plain. Nothing else of them changes.
UPDATE document SET language = '' WHERE folio_store_language() <> 'english' OR folio_language(metadata) IS NOT NULL;
UPDATE message SET language = '' WHERE folio_store_language() <> 'english' OR folio_language(metadata) IS NOT NULL;
SELECT folio_cut_document(d) FROM document AS d
WHERE d.search IS NULL AND coalesce(d.language, folio_store_language()) <> 'english';
SELECT folio_cut_message(m) FROM message AS m
WHERE m.search IS NULL AND coalesce(m.language, folio_store_language()) <> 'english';
