-- Threads that are pinned come first: they are few.

CREATE INDEX idx_thread_pinned ON thread (active_at DESC, id DESC) WHERE pinned;
CREATE INDEX idx_thread_user_pinned ON thread (user_id, active_at DESC, id DESC) WHERE pinned;
