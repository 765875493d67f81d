-- Conversations. Counts and times are kept from the messages (next step), so that a list of
-- threads is one index scan however many messages there are.

CREATE TABLE thread (
    id               TEXT NOT NULL PRIMARY KEY CHECK (length(id) <= 255),
    user_id          TEXT CHECK (length(user_id) <= 255),
    title            TEXT CHECK (length(title) <= 512),
    pinned           INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
    message_count    INTEGER NOT NULL DEFAULT 0,
    first_message_at TEXT,
    last_message_at  TEXT,
    created_at       TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    active_at        TEXT NOT NULL GENERATED ALWAYS AS (coalesce(last_message_at, created_at)) STORED
) STRICT;

CREATE INDEX idx_thread_active ON thread (active_at DESC, id DESC);
CREATE INDEX idx_thread_user ON thread (user_id, active_at DESC, id DESC);

-- Times are compared as text, so every one has the same form, whoever wrote it.
CREATE TRIGGER thread_time AFTER INSERT ON thread
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE thread SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at) WHERE id = NEW.id;
END;
