-- The functions as they were: generated columns, which a step further down makes, are restored from a
-- dump where only what their functions were bound to is found. `folio_passages` stays: it gives the same.

-- A text as it is indexed: words, and those letters, apart.
CREATE OR REPLACE FUNCTION folio_terms(t text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN octet_length(t) = char_length(t) THEN folio_words(t)
    ELSE regexp_replace(folio_words(t), '([\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u1780-\u17b3\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u17b4-\u17d3\u3099-\u309a]*)', ' \1 ', 'g')
END;

CREATE OR REPLACE FUNCTION folio_vector(heavy text, light text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN setweight(to_tsvector('folio'::regconfig, folio_terms(heavy)), 'A')
    || U&'''\E000'':1'::tsvector
    || to_tsvector('folio'::regconfig, folio_terms(light));

CREATE OR REPLACE FUNCTION folio_entry(language text, heavy text, light text) RETURNS tsvector
    LANGUAGE sql STABLE STRICT
RETURN CASE
    WHEN language = 'english' THEN folio_vector(heavy, light)
    ELSE setweight(folio_lexemes(language, heavy), 'A') || U&'''\E000'':1'::tsvector || folio_lexemes(language, light)
END;

-- A vector that has all positions of its words; NULL for one that has not.
CREATE OR REPLACE FUNCTION folio_whole(vector tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN NOT EXISTS (SELECT FROM unnest(vector) AS word WHERE cardinality(word.positions) >= 255) THEN vector END;
