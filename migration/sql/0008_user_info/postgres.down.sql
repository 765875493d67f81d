DO $$
BEGIN
    IF to_regclass('user_info') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS user_info_changed ON user_info;
    END IF;
END
$$;
DROP TRIGGER IF EXISTS thread_listed ON thread;
DROP FUNCTION folio_user_info_changed();
DROP FUNCTION folio_thread_listed();
