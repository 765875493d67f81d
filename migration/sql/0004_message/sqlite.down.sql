DROP TRIGGER thread_deleted;
DROP TABLE message;
DELETE FROM thread WHERE message_count > 0;
