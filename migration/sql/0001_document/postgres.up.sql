-- The table of documents. One that the Python module made is adopted: every row, id and time stays.

DO $$
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'Folio needs a database with the encoding UTF8, and this one has %', current_setting('server_encoding')
            USING HINT = 'CREATE DATABASE ... ENCODING ''UTF8'' TEMPLATE template0';
    END IF;
    IF to_regclass('document') IS NULL THEN
        CREATE TABLE document (
            id         uuid PRIMARY KEY,
            code       text NOT NULL UNIQUE,
            name       text NOT NULL,
            content    text NOT NULL,
            created_at timestamptz,
            updated_at timestamptz
        );
        CREATE INDEX idx_document_name ON document (name, id);
    ELSE
        -- The step down reads this, and then keeps the table.
        COMMENT ON TABLE document IS 'adopted by Folio';
        DROP INDEX IF EXISTS idx_document_created_at;
        DROP INDEX IF EXISTS idx_document_name;
        CREATE INDEX idx_document_name ON document (name, id);
        -- An index on an expression over the whole content refuses texts with more than 1 MB of
        -- distinct words, and the module's own search, an OR with ILIKE, could never use it.
        DROP INDEX IF EXISTS idx_document_content_search;
        UPDATE document
        SET created_at = coalesce(created_at, updated_at, now()),
            updated_at = coalesce(updated_at, created_at, now())
        WHERE created_at IS NULL OR updated_at IS NULL;
    END IF;
END
$$;

ALTER TABLE document
    ALTER COLUMN id SET DEFAULT gen_random_uuid(),
    ALTER COLUMN code TYPE text,
    ALTER COLUMN name TYPE text,
    ALTER COLUMN created_at SET DEFAULT now(),
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN updated_at SET DEFAULT now(),
    ALTER COLUMN updated_at SET NOT NULL,
    ADD COLUMN content_hash bytea,
    ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN version bigint NOT NULL DEFAULT 1,
    ADD CONSTRAINT document_code_length CHECK (char_length(code) <= 512),
    ADD CONSTRAINT document_name_length CHECK (char_length(name) <= 512),
    ADD CONSTRAINT document_hash_length CHECK (octet_length(content_hash) = 32),
    ADD CONSTRAINT document_metadata_object CHECK (jsonb_typeof(metadata) = 'object');

CREATE INDEX idx_document_created_at ON document (created_at DESC, id DESC);

-- Whoever changes a document, its version and time move on, and a hash that was not
-- supplied with the new content is forgotten rather than stale.
CREATE OR REPLACE FUNCTION folio_document_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version = OLD.version THEN
        NEW.version := OLD.version + 1;
    END IF;
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := now();
    END IF;
    IF NEW.content IS DISTINCT FROM OLD.content AND NEW.content_hash IS NOT DISTINCT FROM OLD.content_hash THEN
        NEW.content_hash := NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER document_touch BEFORE UPDATE OF code, name, content, metadata ON document
    FOR EACH ROW WHEN ((NEW.code, NEW.name, NEW.content, NEW.metadata) IS DISTINCT FROM (OLD.code, OLD.name, OLD.content, OLD.metadata))
    EXECUTE FUNCTION folio_document_touch();
