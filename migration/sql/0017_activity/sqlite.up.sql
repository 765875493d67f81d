-- Nothing is lost of conversations either: a change of a message or of a thread's title leaves what
-- was there before, and so does a deletion. Acts are gathered in batches, which can be undone.

CREATE TABLE thread_revision (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    thread_id     TEXT NOT NULL,
    user_id       TEXT,
    title         TEXT,
    pinned        INTEGER NOT NULL,
    message_count INTEGER NOT NULL,
    created_at    TEXT NOT NULL,
    action        TEXT NOT NULL CHECK (action IN ('updated', 'deleted')),
    changed_at    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    changed_by    TEXT
) STRICT;

CREATE INDEX idx_thread_revision_thread ON thread_revision (thread_id, id DESC);
CREATE INDEX idx_thread_revision_deleted ON thread_revision (id DESC) WHERE action = 'deleted';

CREATE TABLE message_revision (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id BLOB NOT NULL,
    thread_id  TEXT NOT NULL,
    user_id    TEXT,
    question   TEXT NOT NULL,
    answer     TEXT NOT NULL,
    metadata   TEXT NOT NULL,
    created_at TEXT NOT NULL,
    action     TEXT NOT NULL CHECK (action IN ('updated', 'deleted')),
    -- The deletion of the thread (a thread_revision) that took the message along.
    deletion   INTEGER,
    changed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    changed_by TEXT
) STRICT;

CREATE INDEX idx_message_revision_message ON message_revision (message_id, id DESC);
CREATE INDEX idx_message_revision_deletion ON message_revision (deletion) WHERE deletion IS NOT NULL;
CREATE INDEX idx_message_revision_deleted ON message_revision (id DESC) WHERE action = 'deleted' AND deletion IS NULL;

CREATE TRIGGER thread_keep_updated AFTER UPDATE OF title, pinned ON thread
WHEN (NEW.title, NEW.pinned) IS NOT (OLD.title, OLD.pinned)
BEGIN
    INSERT INTO thread_revision (thread_id, user_id, title, pinned, message_count, created_at, action)
    VALUES (OLD.id, OLD.user_id, OLD.title, OLD.pinned, OLD.message_count, OLD.created_at, 'updated');
END;

CREATE TRIGGER message_keep_updated AFTER UPDATE OF thread_id, user_id, question, answer, metadata ON message
WHEN (NEW.thread_id, NEW.user_id, NEW.question, NEW.answer, NEW.metadata)
    IS NOT (OLD.thread_id, OLD.user_id, OLD.question, OLD.answer, OLD.metadata)
BEGIN
    INSERT INTO message_revision (message_id, thread_id, user_id, question, answer, metadata, created_at, action)
    VALUES (OLD.id, OLD.thread_id, OLD.user_id, OLD.question, OLD.answer, OLD.metadata, OLD.created_at, 'updated');
END;

-- A thread takes its messages with it; its own revision is there first, so that theirs name it.
DROP TRIGGER thread_deleted;
CREATE TRIGGER thread_deleted AFTER DELETE ON thread
BEGIN
    INSERT INTO thread_revision (thread_id, user_id, title, pinned, message_count, created_at, action)
    VALUES (OLD.id, OLD.user_id, OLD.title, OLD.pinned, OLD.message_count, OLD.created_at, 'deleted');
    DELETE FROM message WHERE thread_id = OLD.id;
END;

CREATE TRIGGER message_keep_deleted AFTER DELETE ON message
BEGIN
    INSERT INTO message_revision (message_id, thread_id, user_id, question, answer, metadata, created_at, action, deletion)
    VALUES (OLD.id, OLD.thread_id, OLD.user_id, OLD.question, OLD.answer, OLD.metadata, OLD.created_at, 'deleted',
            (SELECT max(r.id) FROM thread_revision AS r
             WHERE r.thread_id = OLD.thread_id AND r.action = 'deleted'
               AND NOT EXISTS (SELECT 1 FROM thread AS t WHERE t.id = OLD.thread_id)));
END;

-- What someone did at once: one row or many. Its rows are those of audit with its id.
CREATE TABLE audit_batch (
    id      BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    at      TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
    actor   TEXT,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    label   TEXT,
    undoes  BLOB
) STRICT;

CREATE INDEX idx_audit_batch_at ON audit_batch (at DESC, id DESC);
CREATE INDEX idx_audit_batch_actor ON audit_batch (actor, at DESC, id DESC);
CREATE INDEX idx_audit_batch_subject ON audit_batch (subject, at DESC, id DESC);
CREATE INDEX idx_audit_batch_undoes ON audit_batch (undoes) WHERE undoes IS NOT NULL;

UPDATE audit SET batch_id = randomblob(16) WHERE batch_id IS NULL;
INSERT INTO audit_batch (id, at, actor, action, subject, label, undoes)
SELECT batch_id, at, actor, action, subject, label, undoes FROM audit
WHERE id IN (SELECT min(id) FROM audit GROUP BY batch_id);
