-- Conversations. Counts and times are kept from the messages (next step), so that a list of
-- threads is one index scan however many messages there are.

CREATE TABLE thread (
    id               text PRIMARY KEY CHECK (char_length(id) <= 255),
    user_id          text CHECK (char_length(user_id) <= 255),
    title            text CHECK (char_length(title) <= 512),
    pinned           boolean NOT NULL DEFAULT false,
    message_count    bigint NOT NULL DEFAULT 0,
    first_message_at timestamptz,
    last_message_at  timestamptz,
    created_at       timestamptz NOT NULL DEFAULT now(),
    active_at        timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(last_message_at, created_at)) STORED
);

CREATE INDEX idx_thread_active ON thread (active_at DESC, id DESC);
CREATE INDEX idx_thread_user ON thread (user_id, active_at DESC, id DESC);
