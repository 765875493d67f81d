-- Whoever writes: with rights on these tables alone, by any search path, and with any time.

-- Lists, copies and lines of JSON know the years 1 to 9999; PostgreSQL also has infinity, years before
-- Christ, and 290 thousand more. A time beyond becomes the first or the last one that there is.
CREATE OR REPLACE FUNCTION folio_times() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
    moment timestamptz;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT ($1).%I', name) INTO moment USING NEW;
        IF moment IS NOT NULL THEN
            moment := greatest(least(moment, '9999-12-31 23:59:59.999999+00'), '0001-01-01 00:00:00+00');
            NEW := jsonb_populate_record(NEW, jsonb_build_object(name, moment));
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

DO $$
DECLARE
    the record;
BEGIN
    FOR the IN
        SELECT c.oid::regclass AS table_name, c.relname,
               string_agg(quote_ident(a.attname), ', ') AS names,
               string_agg(quote_literal(a.attname), ', ') AS arguments,
               string_agg(format('%1$I = %1$I', a.attname), ', ') AS same,
               string_agg(format($is$ %%1$s%I NOT BETWEEN '0001-01-01 00:00:00+00'::timestamptz AND '9999-12-31 23:59:59.999999+00'::timestamptz $is$, a.attname), 'OR') AS beyond
        FROM unnest(ARRAY['document', 'document_revision', 'message', 'message_revision', 'thread', 'thread_revision',
                          'audit', 'audit_batch', 'ingest_run']) AS own (name)
        JOIN pg_class AS c ON c.oid = to_regclass(own.name)
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attgenerated = '' AND a.atttypid = 'timestamptz'::regtype
        GROUP BY c.oid, c.relname
    LOOP
        -- Asked of the row before the function is called, which so costs nothing.
        EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OF %s ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION folio_times(%s)',
            the.relname || '_times', the.names, the.table_name, format(the.beyond, 'NEW.'), the.arguments);
        EXECUTE format('UPDATE %s SET %s WHERE %s', the.table_name, the.same, format(the.beyond, ''));
    END LOOP;
END
$$;

-- A trigger runs with the rights of the role that migrates, and finds the tables and functions where
-- they are: who writes into document needs no rights on what follows from it, nor a search path. Nobody
-- else can hang these functions on a table of their own. Two look at nothing but their row, and stay as
-- they are: it costs some microseconds a row. A later step that makes one of the others again calls
-- this once more (the suite holds that).
CREATE OR REPLACE FUNCTION folio_secure() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    path text;
    the record;
BEGIN
    SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.oid <> own.schema, n.nspname) INTO path
    FROM (SELECT pronamespace AS schema FROM pg_proc WHERE oid = 'folio_document_keep'::regproc) AS own
    JOIN pg_namespace AS n ON n.oid = own.schema
        OR n.oid IN (SELECT relnamespace FROM pg_class
                     WHERE oid IN (to_regclass('document'), to_regclass('message'), to_regclass('thread'), to_regclass('user_info')));
    FOR the IN
        SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'folio\_%' AND proname NOT IN ('folio_document_touch', 'folio_times')
          AND prorettype = 'trigger'::regtype
          AND pronamespace = (SELECT pronamespace FROM pg_proc WHERE oid = 'folio_document_keep'::regproc)
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %s, pg_temp', the.name, path);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', the.name);
    END LOOP;
END
$$;

SELECT folio_secure();

-- The Python module makes this index whenever it starts, if there is none of its name; it refuses long
-- texts (see 0001). So there is one, of nothing.
DROP INDEX IF EXISTS idx_document_content_search;
CREATE INDEX idx_document_content_search ON document (id) WHERE false;
