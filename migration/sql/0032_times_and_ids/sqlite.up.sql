-- Times are compared as text, so each has one form: the one that Folio writes, which has no fraction
-- where the time is a whole second, else three digits, else six. `...:00.000+00:00` is the same time as
-- `...:00+00:00` and sorts behind it: where another program had written whole seconds, a page by time
-- began in front of its own cursor, and a list lost rows or had no end. The long expression below is
-- this form of a time that is written in any way which SQLite knows, and NULL of what is no time. Six
-- digits are kept as they are, since SQLite itself counts milliseconds; '+0 days' makes the 30th of
-- February a day that there is.
--
-- And rows keep the ids that others know them by: a revision, a turn, an entry of the index.

DROP TRIGGER document_time_insert;
DROP TRIGGER document_time_update;
DROP TRIGGER document_touch;
DROP TRIGGER thread_time;
DROP TRIGGER message_inserted;
DROP TRIGGER message_time_insert;
DROP TRIGGER message_moved;

-- What is there is brought into that form. Of what is no time, the day is kept, where that is one.
CREATE TABLE folio_moved AS
SELECT DISTINCT thread_id FROM message
WHERE created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
    THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
    ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END;

UPDATE document SET
    created_at = coalesce(CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(created_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00'),
    updated_at = coalesce(CASE WHEN updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(updated_at, 1, 19) || ltrim(substr(updated_at, 27), '0123456789'), '+0 days') || substr(updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', updated_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(updated_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END
   OR updated_at IS NOT CASE WHEN updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(updated_at, 1, 19) || ltrim(substr(updated_at, 27), '0123456789'), '+0 days') || substr(updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', updated_at, '+0 days'), '.000+', '+') END;

UPDATE document_revision SET
    created_at = coalesce(CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(created_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00'),
    updated_at = coalesce(CASE WHEN updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(updated_at, 1, 19) || ltrim(substr(updated_at, 27), '0123456789'), '+0 days') || substr(updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', updated_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(updated_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00'),
    changed_at = coalesce(CASE WHEN changed_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(changed_at, 1, 19) || ltrim(substr(changed_at, 27), '0123456789'), '+0 days') || substr(changed_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', changed_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(changed_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END
   OR updated_at IS NOT CASE WHEN updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(updated_at, 1, 19) || ltrim(substr(updated_at, 27), '0123456789'), '+0 days') || substr(updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', updated_at, '+0 days'), '.000+', '+') END
   OR changed_at IS NOT CASE WHEN changed_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(changed_at, 1, 19) || ltrim(substr(changed_at, 27), '0123456789'), '+0 days') || substr(changed_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', changed_at, '+0 days'), '.000+', '+') END;

UPDATE thread SET
    created_at = coalesce(CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(created_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END;

UPDATE thread_revision SET
    created_at = coalesce(CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(created_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00'),
    changed_at = coalesce(CASE WHEN changed_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(changed_at, 1, 19) || ltrim(substr(changed_at, 27), '0123456789'), '+0 days') || substr(changed_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', changed_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(changed_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END
   OR changed_at IS NOT CASE WHEN changed_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(changed_at, 1, 19) || ltrim(substr(changed_at, 27), '0123456789'), '+0 days') || substr(changed_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', changed_at, '+0 days'), '.000+', '+') END;

UPDATE message SET
    created_at = coalesce(CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(created_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END;

UPDATE message_revision SET
    created_at = coalesce(CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(created_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00'),
    changed_at = coalesce(CASE WHEN changed_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(changed_at, 1, 19) || ltrim(substr(changed_at, 27), '0123456789'), '+0 days') || substr(changed_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', changed_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(changed_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END
   OR changed_at IS NOT CASE WHEN changed_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(changed_at, 1, 19) || ltrim(substr(changed_at, 27), '0123456789'), '+0 days') || substr(changed_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', changed_at, '+0 days'), '.000+', '+') END;

UPDATE audit_batch SET
    at = coalesce(CASE WHEN at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(at, 1, 19) || ltrim(substr(at, 27), '0123456789'), '+0 days') || substr(at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE at IS NOT CASE WHEN at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(at, 1, 19) || ltrim(substr(at, 27), '0123456789'), '+0 days') || substr(at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', at, '+0 days'), '.000+', '+') END;

UPDATE ingest_run SET
    started_at = coalesce(CASE WHEN started_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(started_at, 1, 19) || ltrim(substr(started_at, 27), '0123456789'), '+0 days') || substr(started_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', started_at, '+0 days'), '.000+', '+') END,
        strftime('%Y-%m-%dT00:00:00+00:00', substr(started_at, 1, 10), '+0 days'), '1970-01-01T00:00:00+00:00')
WHERE started_at IS NOT CASE WHEN started_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(started_at, 1, 19) || ltrim(substr(started_at, 27), '0123456789'), '+0 days') || substr(started_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', started_at, '+0 days'), '.000+', '+') END;

UPDATE thread SET
    first_message_at = (SELECT min(created_at) FROM message WHERE thread_id = thread.id),
    last_message_at = (SELECT max(created_at) FROM message WHERE thread_id = thread.id)
WHERE id IN (SELECT thread_id FROM folio_moved);
DROP TABLE folio_moved;

CREATE TRIGGER document_time_insert AFTER INSERT ON document
WHEN NEW.created_at IS NOT CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
   OR NEW.updated_at IS NOT CASE WHEN NEW.updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.updated_at, 1, 19) || ltrim(substr(NEW.updated_at, 27), '0123456789'), '+0 days') || substr(NEW.updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at, '+0 days'), '.000+', '+') END
BEGIN
    SELECT RAISE(ABORT, 'a time of a document (created_at, updated_at) is none: write it as 2024-12-31T23:59:59+00:00, or leave it out')
    WHERE CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END IS NULL
       OR CASE WHEN NEW.updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.updated_at, 1, 19) || ltrim(substr(NEW.updated_at, 27), '0123456789'), '+0 days') || substr(NEW.updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at, '+0 days'), '.000+', '+') END IS NULL;
    UPDATE document SET
        created_at = CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END,
        updated_at = CASE WHEN NEW.updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.updated_at, 1, 19) || ltrim(substr(NEW.updated_at, 27), '0123456789'), '+0 days') || substr(NEW.updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at, '+0 days'), '.000+', '+') END
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_time_update AFTER UPDATE OF created_at, updated_at ON document
WHEN NEW.created_at IS NOT CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
   OR NEW.updated_at IS NOT CASE WHEN NEW.updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.updated_at, 1, 19) || ltrim(substr(NEW.updated_at, 27), '0123456789'), '+0 days') || substr(NEW.updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at, '+0 days'), '.000+', '+') END
BEGIN
    SELECT RAISE(ABORT, 'a time of a document (created_at, updated_at) is none: write it as 2024-12-31T23:59:59+00:00, or leave it out')
    WHERE CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END IS NULL
       OR CASE WHEN NEW.updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.updated_at, 1, 19) || ltrim(substr(NEW.updated_at, 27), '0123456789'), '+0 days') || substr(NEW.updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at, '+0 days'), '.000+', '+') END IS NULL;
    UPDATE document SET
        created_at = CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END,
        updated_at = CASE WHEN NEW.updated_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.updated_at, 1, 19) || ltrim(substr(NEW.updated_at, 27), '0123456789'), '+0 days') || substr(NEW.updated_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at, '+0 days'), '.000+', '+') END
    WHERE seq = NEW.seq;
END;

-- Whoever changes a document, its version and time move on; the time never goes back, also where this
-- machine's clock does.
CREATE TRIGGER document_touch AFTER UPDATE OF code, name, content, metadata ON document
WHEN NEW.version = OLD.version
 AND (NEW.code, NEW.name, NEW.content, NEW.metadata) IS NOT (OLD.code, OLD.name, OLD.content, OLD.metadata)
BEGIN
    UPDATE document
    SET version = OLD.version + 1,
        updated_at = iif(NEW.updated_at = OLD.updated_at, max(OLD.updated_at, replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), '.000+', '+')), NEW.updated_at)
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER thread_time AFTER INSERT ON thread
WHEN NEW.created_at IS NOT CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
BEGIN
    SELECT RAISE(ABORT, 'the time of a thread (created_at) is none: write it as 2024-12-31T23:59:59+00:00, or leave it out')
    WHERE CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END IS NULL;
    UPDATE thread SET
        created_at = CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
    WHERE id = NEW.id;
END;

CREATE TRIGGER thread_time_update AFTER UPDATE OF created_at ON thread
WHEN NEW.created_at IS NOT CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
BEGIN
    SELECT RAISE(ABORT, 'the time of a thread (created_at) is none: write it as 2024-12-31T23:59:59+00:00, or leave it out')
    WHERE CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END IS NULL;
    UPDATE thread SET
        created_at = CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
    WHERE id = NEW.id;
END;

CREATE TRIGGER message_inserted AFTER INSERT ON message
WHEN NEW.created_at IS CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
BEGIN
    INSERT INTO thread (id, user_id, message_count, first_message_at, last_message_at, created_at)
    VALUES (NEW.thread_id, NEW.user_id, 1, NEW.created_at, NEW.created_at, NEW.created_at)
    ON CONFLICT (id) DO UPDATE
    SET message_count = message_count + 1,
        first_message_at = min(coalesce(first_message_at, NEW.created_at), NEW.created_at),
        last_message_at = max(coalesce(last_message_at, NEW.created_at), NEW.created_at),
        user_id = coalesce(user_id, NEW.user_id);
END;

-- The same for a time in another form, which is first put into the one that compares as text.
CREATE TRIGGER message_time_insert AFTER INSERT ON message
WHEN NEW.created_at IS NOT CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
BEGIN
    SELECT RAISE(ABORT, 'the time of a message (created_at) is none: write it as 2024-12-31T23:59:59+00:00, or leave it out')
    WHERE CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END IS NULL;
    UPDATE message SET
        created_at = CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
    WHERE seq = NEW.seq;
    INSERT INTO thread (id, user_id, message_count, first_message_at, last_message_at, created_at)
    SELECT thread_id, user_id, 1, created_at, created_at, created_at FROM message WHERE seq = NEW.seq
    ON CONFLICT (id) DO UPDATE
    SET message_count = message_count + 1,
        first_message_at = min(coalesce(first_message_at, excluded.created_at), excluded.created_at),
        last_message_at = max(coalesce(last_message_at, excluded.created_at), excluded.created_at),
        user_id = coalesce(user_id, excluded.user_id);
END;

-- A message that moves to another thread or time: both threads are counted afresh. One whose time is
-- just put into its form stays where it is.
CREATE TRIGGER message_moved AFTER UPDATE OF thread_id, created_at ON message
WHEN (NEW.thread_id, NEW.created_at) IS NOT (OLD.thread_id, OLD.created_at)
 AND OLD.created_at IS CASE WHEN OLD.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
        THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(OLD.created_at, 1, 19) || ltrim(substr(OLD.created_at, 27), '0123456789'), '+0 days') || substr(OLD.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
        ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', OLD.created_at, '+0 days'), '.000+', '+') END
BEGIN
    SELECT RAISE(ABORT, 'the time of a message (created_at) is none: write it as 2024-12-31T23:59:59+00:00, or leave it out')
    WHERE CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END IS NULL;
    UPDATE message SET
        created_at = CASE WHEN NEW.created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
                THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.created_at, 1, 19) || ltrim(substr(NEW.created_at, 27), '0123456789'), '+0 days') || substr(NEW.created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
                ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at, '+0 days'), '.000+', '+') END
    WHERE seq = NEW.seq
      AND created_at IS NOT CASE WHEN created_at GLOB '????-??-??[T ]??:??:??.[0-9][0-9][0-9][0-9][0-9][0-9]*'
            THEN replace(replace(strftime('%Y-%m-%dT%H:%M:%S', substr(created_at, 1, 19) || ltrim(substr(created_at, 27), '0123456789'), '+0 days') || substr(created_at, 20, 7) || '+00:00', '.000000+', '+'), '000+', '+')
            ELSE replace(strftime('%Y-%m-%dT%H:%M:%f+00:00', created_at, '+0 days'), '.000+', '+') END;
    INSERT OR IGNORE INTO thread (id, user_id, created_at)
    SELECT thread_id, user_id, created_at FROM message WHERE seq = NEW.seq;
    UPDATE thread
    SET message_count = (SELECT count(*) FROM message WHERE thread_id = thread.id),
        first_message_at = (SELECT min(created_at) FROM message WHERE thread_id = thread.id),
        last_message_at = (SELECT max(created_at) FROM message WHERE thread_id = thread.id)
    WHERE id IN (OLD.thread_id, NEW.thread_id);
END;

CREATE TRIGGER document_id_kept BEFORE UPDATE OF id, seq ON document
WHEN (NEW.id, NEW.seq) IS NOT (OLD.id, OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'a document keeps its id, which its history is found by: change its code, or insert another document');
END;

CREATE TRIGGER thread_id_kept BEFORE UPDATE OF id ON thread
WHEN NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'a thread keeps its id, which its messages name: give them another thread_id');
END;

CREATE TRIGGER message_id_kept BEFORE UPDATE OF id, seq ON message
WHEN (NEW.id, NEW.seq) IS NOT (OLD.id, OLD.seq)
BEGIN
    SELECT RAISE(ABORT, 'a message keeps its id, which its history is found by: insert another message');
END;
