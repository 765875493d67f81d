DROP TABLE audit_batch;

DROP TRIGGER message_keep_deleted;
DROP TRIGGER message_keep_updated;
DROP TRIGGER thread_keep_updated;
DROP TRIGGER thread_deleted;
CREATE TRIGGER thread_deleted AFTER DELETE ON thread
BEGIN
    DELETE FROM message WHERE thread_id = OLD.id;
END;

DROP TABLE message_revision;
DROP TABLE thread_revision;
