-- A table that the Python module made is given back to it, with all its rows.

DROP TRIGGER thread_deleted ON thread;
DROP FUNCTION folio_thread_deleted();

DO $$
BEGIN
    IF obj_description('message'::regclass, 'pg_class') IS DISTINCT FROM 'adopted by Folio' THEN
        DROP TABLE message;
    ELSE
        COMMENT ON TABLE message IS NULL;
        DROP TRIGGER message_inserted ON message;
        DROP TRIGGER message_deleted ON message;
        DROP TRIGGER message_moved ON message;
        DROP INDEX idx_message_thread_id;
        DROP INDEX idx_message_created_at;
        CREATE INDEX idx_message_thread_id ON message (thread_id);
        CREATE INDEX idx_message_created_at ON message (created_at DESC);
        ALTER TABLE message
            DROP CONSTRAINT message_thread_length,
            DROP COLUMN user_id,
            DROP COLUMN metadata,
            ALTER COLUMN created_at DROP NOT NULL;
    END IF;
END
$$;

DROP FUNCTION folio_message_inserted();
DROP FUNCTION folio_message_deleted();
DROP FUNCTION folio_message_moved();
DELETE FROM thread WHERE message_count > 0;
