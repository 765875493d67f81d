-- The Python module keeps a user's threads in an array, user_info.threads. Where that table is
-- there, threads get their users from it, and both sides go on seeing what the other adds.

CREATE OR REPLACE FUNCTION folio_user_info_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO thread (id, user_id)
    SELECT DISTINCT listed.id, NEW.id::text FROM unnest(NEW.threads::text[]) AS listed (id)
    WHERE listed.id IS NOT NULL AND char_length(listed.id) <= 255
    ORDER BY listed.id
    ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id WHERE thread.user_id IS NULL;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION folio_thread_listed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE user_info SET threads = array_remove(threads::text[], OLD.id)
        WHERE id::text = OLD.user_id AND OLD.id = ANY (threads::text[]);
    ELSE
        UPDATE user_info SET threads = array_append(threads::text[], NEW.id)
        WHERE id::text = NEW.user_id AND NOT NEW.id = ANY (coalesce(threads::text[], '{}'));
    END IF;
    RETURN NULL;
END
$$;

DO $$
BEGIN
    IF to_regclass('user_info') IS NOT NULL THEN
        INSERT INTO thread (id, user_id)
        SELECT DISTINCT ON (listed.id) listed.id, u.id::text
        FROM user_info AS u, unnest(u.threads::text[]) AS listed (id)
        WHERE listed.id IS NOT NULL AND char_length(listed.id) <= 255
        ORDER BY listed.id, u.id
        ON CONFLICT (id) DO UPDATE SET user_id = excluded.user_id WHERE thread.user_id IS NULL;

        CREATE TRIGGER user_info_changed AFTER INSERT OR UPDATE OF threads ON user_info
            FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION folio_user_info_changed();
        CREATE TRIGGER thread_listed AFTER INSERT OR UPDATE OF user_id OR DELETE ON thread
            FOR EACH ROW EXECUTE FUNCTION folio_thread_listed();
    END IF;
END
$$;
