-- The turns of conversations. A table that the Python module made is adopted: every row, id
-- and time stays. A time that was NULL becomes that of its thread's last message, which is
-- where the module's own order (NULL first, newest first) showed it.

DO $$
BEGIN
    IF to_regclass('message') IS NULL THEN
        CREATE TABLE message (
            id         uuid PRIMARY KEY,
            thread_id  text NOT NULL,
            question   text NOT NULL,
            answer     text NOT NULL,
            created_at timestamptz
        );
    ELSE
        COMMENT ON TABLE message IS 'adopted by Folio';
        DROP INDEX IF EXISTS idx_message_thread_id;
        DROP INDEX IF EXISTS idx_message_created_at;
        UPDATE message
        SET created_at = coalesce(known.latest, now())
        FROM (SELECT thread_id, max(created_at) AS latest FROM message GROUP BY thread_id) AS known
        WHERE message.created_at IS NULL AND known.thread_id = message.thread_id;
    END IF;
END
$$;

ALTER TABLE message
    ALTER COLUMN id SET DEFAULT gen_random_uuid(),
    ALTER COLUMN thread_id TYPE text,
    ALTER COLUMN created_at SET DEFAULT now(),
    ALTER COLUMN created_at SET NOT NULL,
    ADD COLUMN user_id text,
    ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}',
    ADD CONSTRAINT message_thread_length CHECK (char_length(thread_id) <= 255),
    ADD CONSTRAINT message_user_length CHECK (char_length(user_id) <= 255),
    ADD CONSTRAINT message_metadata_object CHECK (jsonb_typeof(metadata) = 'object');

CREATE INDEX idx_message_thread_id ON message (thread_id, created_at DESC, id DESC);
CREATE INDEX idx_message_created_at ON message (created_at DESC, id DESC);

INSERT INTO thread (id, message_count, first_message_at, last_message_at, created_at)
SELECT thread_id, count(*), min(created_at), max(created_at), min(created_at)
FROM message
GROUP BY thread_id;

-- Once a statement, not once a row; in the order of ids, so that two writers never deadlock.
CREATE OR REPLACE FUNCTION folio_message_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO thread AS t (id, user_id, message_count, first_message_at, last_message_at, created_at)
    SELECT thread_id, (array_agg(user_id ORDER BY created_at, id) FILTER (WHERE user_id IS NOT NULL))[1],
           count(*), min(created_at), max(created_at), min(created_at)
    FROM inserted
    GROUP BY thread_id
    ORDER BY thread_id
    ON CONFLICT (id) DO UPDATE
    SET message_count = t.message_count + excluded.message_count,
        first_message_at = least(t.first_message_at, excluded.first_message_at),
        last_message_at = greatest(t.last_message_at, excluded.last_message_at),
        user_id = coalesce(t.user_id, excluded.user_id);
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

-- A message that moves to another thread or time: both threads are counted afresh.
CREATE OR REPLACE FUNCTION folio_message_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO thread (id, user_id, created_at) VALUES (NEW.thread_id, NEW.user_id, NEW.created_at)
    ON CONFLICT (id) DO NOTHING;
    UPDATE thread AS t
    SET message_count = now_there.n, first_message_at = now_there.first, last_message_at = now_there.last
    FROM (SELECT moved.id, count(m.id) AS n, min(m.created_at) AS first, max(m.created_at) AS last
          FROM (SELECT OLD.thread_id AS id UNION SELECT NEW.thread_id) AS moved
          LEFT JOIN message AS m ON m.thread_id = moved.id
          GROUP BY moved.id) AS now_there
    WHERE t.id = now_there.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER message_inserted AFTER INSERT ON message
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION folio_message_inserted();
CREATE TRIGGER message_deleted AFTER DELETE ON message
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION folio_message_deleted();
CREATE TRIGGER message_moved AFTER UPDATE OF thread_id, created_at ON message
    FOR EACH ROW WHEN ((NEW.thread_id, NEW.created_at) IS DISTINCT FROM (OLD.thread_id, OLD.created_at))
    EXECUTE FUNCTION folio_message_moved();

-- A thread takes its messages with it.
CREATE OR REPLACE FUNCTION folio_thread_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM message WHERE thread_id IN (SELECT id FROM deleted);
    RETURN NULL;
END
$$;

CREATE TRIGGER thread_deleted AFTER DELETE ON thread
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION folio_thread_deleted();
