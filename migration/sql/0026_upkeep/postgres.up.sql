-- What is kept up beside a row costs less.

-- How codes begin is asked of `idx_document_code`, the list's own index, which has them by bytes, too.
DROP INDEX idx_document_code_begin;

-- A function in SQL that reads a table, or gives several rows, is planned for each statement that a
-- trigger runs, and started for each row; PL/pgSQL keeps its plans for the session.
CREATE OR REPLACE FUNCTION folio_store_language() RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT s.language FROM search_language AS s WHERE s.scope = 'store');
END
$$;

CREATE OR REPLACE FUNCTION folio_own_language(of_scope text, metadata jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    own text;
BEGIN
    IF NOT metadata ? 'language' THEN
        RETURN NULL;
    END IF;
    own := folio_language(metadata);
    IF own IS NOT NULL AND NOT EXISTS (SELECT FROM search_language AS s WHERE s.scope = of_scope AND s.language = own) THEN
        INSERT INTO search_language (scope, language) VALUES (of_scope, own) ON CONFLICT DO NOTHING;
    END IF;
    RETURN own;
END
$$;

CREATE OR REPLACE FUNCTION folio_labels(metadata jsonb) RETURNS TABLE (key text, value text)
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT left(pair.key, 200), lower(left(item.value #>> '{}', 200) COLLATE "C")
    FROM jsonb_each(metadata) AS pair,
         jsonb_array_elements(CASE jsonb_typeof(pair.value) WHEN 'array' THEN pair.value ELSE jsonb_build_array(pair.value) END) AS item
    WHERE jsonb_typeof(item.value) IN ('string', 'number', 'boolean')
    LIMIT 256;
END
$$;

-- Most vectors have so few positions beside their words that none of these can have 255, nor come
-- behind the last number that there is: they are not gone through. Without its positions a vector is
-- smaller by two bytes for each of them and by two or three for each word.
CREATE OR REPLACE FUNCTION folio_whole(vector tsvector) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    words CONSTANT integer := length(vector);
BEGIN
    IF words <= 16000 AND pg_column_size(vector || ''::tsvector) - pg_column_size(strip(vector)) < 4 * words + 508 THEN
        RETURN vector;
    END IF;
    IF EXISTS (
        SELECT FROM unnest(vector) AS word
        WHERE cardinality(word.positions) >= 255 OR word.positions[cardinality(word.positions)] >= 16383
    ) THEN
        RETURN NULL;
    END IF;
    RETURN vector;
END
$$;
