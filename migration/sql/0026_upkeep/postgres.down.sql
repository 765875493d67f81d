CREATE OR REPLACE FUNCTION folio_whole(vector tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN NOT EXISTS (
        SELECT FROM unnest(vector) AS word
        WHERE cardinality(word.positions) >= 255 OR word.positions[cardinality(word.positions)] >= 16383
    ) THEN vector
END;

CREATE OR REPLACE FUNCTION folio_labels(metadata jsonb) RETURNS TABLE (key text, value text)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT DISTINCT left(pair.key, 200), lower(left(item.value #>> '{}', 200) COLLATE "C")
    FROM jsonb_each(metadata) AS pair,
         jsonb_array_elements(CASE jsonb_typeof(pair.value) WHEN 'array' THEN pair.value ELSE jsonb_build_array(pair.value) END) AS item
    WHERE jsonb_typeof(item.value) IN ('string', 'number', 'boolean')
    LIMIT 256;
END;

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

CREATE OR REPLACE FUNCTION folio_store_language() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT s.language FROM search_language AS s WHERE s.scope = 'store';
END;

CREATE INDEX idx_document_code_begin ON document (code text_pattern_ops);
