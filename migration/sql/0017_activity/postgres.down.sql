DROP TABLE audit_batch;

DROP TRIGGER message_keep_updated ON message;
DROP TRIGGER thread_keep_updated ON thread;
DROP FUNCTION folio_message_keep();
DROP FUNCTION folio_thread_keep();

CREATE OR REPLACE FUNCTION folio_thread_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM message WHERE thread_id IN (SELECT id FROM deleted);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION folio_message_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM thread WHERE id IN (SELECT thread_id FROM deleted) ORDER BY id FOR UPDATE;
    UPDATE thread AS t
    SET message_count = t.message_count - gone.n,
        first_message_at = (SELECT min(created_at) FROM message WHERE thread_id = t.id),
        last_message_at = (SELECT max(created_at) FROM message WHERE thread_id = t.id)
    FROM (SELECT thread_id, count(*) AS n FROM deleted GROUP BY thread_id) AS gone
    WHERE t.id = gone.thread_id;
    RETURN NULL;
END
$$;

DROP TABLE message_revision;
DROP TABLE thread_revision;
