DROP INDEX idx_thread_user_pinned;
DROP INDEX idx_thread_pinned;
