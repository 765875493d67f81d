DROP TRIGGER document_id_kept ON document;
DROP TRIGGER thread_id_kept ON thread;
DROP TRIGGER message_id_kept ON message;
DROP FUNCTION folio_id_kept();

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
