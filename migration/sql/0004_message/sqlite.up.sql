-- The turns of conversations. `seq` is the row's own number, which the search index refers to.

CREATE TABLE message (
    seq        INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE
               DEFAULT (CAST(randomblob(6)
                   || substr(x'404142434445464748494a4b4c4d4e4f', 1 + (random() & 15), 1) || randomblob(1)
                   || substr(x'808182838485868788898a8b8c8d8e8f', 1 + (random() & 15), 1) || randomblob(7) AS BLOB))
               CHECK (length(id) = 16),
    thread_id  TEXT NOT NULL CHECK (length(thread_id) <= 255),
    user_id    TEXT CHECK (length(user_id) <= 255),
    question   TEXT NOT NULL,
    answer     TEXT NOT NULL,
    metadata   TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata) AND json_type(metadata) = 'object'),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))
) STRICT;

CREATE INDEX idx_message_thread_id ON message (thread_id, created_at DESC, id DESC);
CREATE INDEX idx_message_created_at ON message (created_at DESC, id DESC);

CREATE TRIGGER message_inserted AFTER INSERT ON message
WHEN NEW.created_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    INSERT INTO thread (id, user_id, message_count, first_message_at, last_message_at, created_at)
    VALUES (NEW.thread_id, NEW.user_id, 1, NEW.created_at, NEW.created_at, NEW.created_at)
    ON CONFLICT (id) DO UPDATE
    SET message_count = message_count + 1,
        first_message_at = min(coalesce(first_message_at, NEW.created_at), NEW.created_at),
        last_message_at = max(coalesce(last_message_at, NEW.created_at), NEW.created_at),
        user_id = coalesce(user_id, NEW.user_id);
END;

-- A time in another form is first put into the one that compares as text; the thread is
-- counted by the trigger on that change.
CREATE TRIGGER message_time_insert AFTER INSERT ON message
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE message SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at) WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_deleted AFTER DELETE ON message
BEGIN
    UPDATE thread
    SET message_count = message_count - 1,
        first_message_at = (SELECT min(created_at) FROM message WHERE thread_id = OLD.thread_id),
        last_message_at = (SELECT max(created_at) FROM message WHERE thread_id = OLD.thread_id)
    WHERE id = OLD.thread_id;
END;

-- A message that moves to another thread or time: both threads are counted afresh.
CREATE TRIGGER message_moved AFTER UPDATE OF thread_id, created_at ON message
WHEN (NEW.thread_id, NEW.created_at) IS NOT (OLD.thread_id, OLD.created_at)
BEGIN
    UPDATE message SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at)
    WHERE seq = NEW.seq AND created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00';
    INSERT OR IGNORE INTO thread (id, user_id, created_at)
    SELECT thread_id, user_id, created_at FROM message WHERE seq = NEW.seq;
    UPDATE thread
    SET message_count = (SELECT count(*) FROM message WHERE thread_id = thread.id),
        first_message_at = (SELECT min(created_at) FROM message WHERE thread_id = thread.id),
        last_message_at = (SELECT max(created_at) FROM message WHERE thread_id = thread.id)
    WHERE id IN (OLD.thread_id, NEW.thread_id);
END;

-- A thread takes its messages with it.
CREATE TRIGGER thread_deleted AFTER DELETE ON thread
BEGIN
    DELETE FROM message WHERE thread_id = OLD.id;
END;
