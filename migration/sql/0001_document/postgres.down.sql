-- A table that the Python module made is given back to it, with all its rows.

DO $$
BEGIN
    IF obj_description('document'::regclass, 'pg_class') IS DISTINCT FROM 'adopted by Folio' THEN
        DROP TABLE document;
    ELSE
        COMMENT ON TABLE document IS NULL;
        DROP TRIGGER document_touch ON document;
        DROP INDEX idx_document_created_at;
        CREATE INDEX idx_document_created_at ON document (created_at DESC);
        ALTER TABLE document
            DROP CONSTRAINT document_code_length,
            DROP CONSTRAINT document_name_length,
            DROP CONSTRAINT document_metadata_object,
            DROP COLUMN content_hash,
            DROP COLUMN metadata,
            DROP COLUMN version,
            ALTER COLUMN created_at DROP NOT NULL,
            ALTER COLUMN updated_at DROP NOT NULL;
    END IF;
END
$$;

DROP FUNCTION folio_document_touch();
