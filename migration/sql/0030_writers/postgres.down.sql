DROP INDEX IF EXISTS idx_document_content_search;

DO $$
DECLARE
    the record;
BEGIN
    FOR the IN
        SELECT tgrelid::regclass AS table_name, tgname FROM pg_trigger WHERE tgfoid = 'folio_times'::regproc
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', the.tgname, the.table_name);
    END LOOP;
    DROP FUNCTION folio_times();
    DROP FUNCTION folio_secure();
    FOR the IN
        SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'folio\_%' AND prorettype = 'trigger'::regtype
          AND pronamespace = (SELECT pronamespace FROM pg_proc WHERE oid = 'folio_document_keep'::regproc)
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY INVOKER RESET search_path', the.name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', the.name);
    END LOOP;
END
$$;
