-- Rows keep the ids that others know them by: a revision, a turn. And the time of a document's last
-- change never goes back, also where this machine's clock does.

CREATE OR REPLACE FUNCTION folio_document_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version = OLD.version THEN
        NEW.version := OLD.version + 1;
    END IF;
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := greatest(now(), OLD.updated_at);
    END IF;
    IF NEW.content IS DISTINCT FROM OLD.content AND NEW.content_hash IS NOT DISTINCT FROM OLD.content_hash THEN
        NEW.content_hash := NULL;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION folio_id_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], HINT = TG_ARGV[1], ERRCODE = 'integrity_constraint_violation';
END
$$;
SELECT folio_secure();

CREATE TRIGGER document_id_kept BEFORE UPDATE OF id ON document
    FOR EACH ROW WHEN (NEW.id IS DISTINCT FROM OLD.id)
    EXECUTE FUNCTION folio_id_kept('a document keeps its id, which its history is found by', 'Change its code, or insert another document.');
CREATE TRIGGER thread_id_kept BEFORE UPDATE OF id ON thread
    FOR EACH ROW WHEN (NEW.id IS DISTINCT FROM OLD.id)
    EXECUTE FUNCTION folio_id_kept('a thread keeps its id, which its messages name', 'Give them another thread_id.');
CREATE TRIGGER message_id_kept BEFORE UPDATE OF id ON message
    FOR EACH ROW WHEN (NEW.id IS DISTINCT FROM OLD.id)
    EXECUTE FUNCTION folio_id_kept('a message keeps its id, which its history is found by', 'Insert another message.');
