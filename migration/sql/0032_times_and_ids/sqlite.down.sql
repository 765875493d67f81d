-- The times stay as they are now: the triggers before this step take that form, too.

DROP TRIGGER document_id_kept;
DROP TRIGGER thread_id_kept;
DROP TRIGGER message_id_kept;
DROP TRIGGER document_time_insert;
DROP TRIGGER document_time_update;
DROP TRIGGER document_touch;
DROP TRIGGER thread_time;
DROP TRIGGER thread_time_update;
DROP TRIGGER message_inserted;
DROP TRIGGER message_time_insert;
DROP TRIGGER message_moved;

CREATE TRIGGER document_time_insert AFTER INSERT ON document
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
  OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE document
    SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at),
        updated_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at)
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_time_update AFTER UPDATE OF created_at, updated_at ON document
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
  OR NEW.updated_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE document
    SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at),
        updated_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.updated_at)
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_touch AFTER UPDATE OF code, name, content, metadata ON document
WHEN NEW.version = OLD.version
 AND (NEW.code, NEW.name, NEW.content, NEW.metadata) IS NOT (OLD.code, OLD.name, OLD.content, OLD.metadata)
BEGIN
    UPDATE document
    SET version = OLD.version + 1,
        updated_at = iif(NEW.updated_at = OLD.updated_at, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), NEW.updated_at)
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER thread_time AFTER INSERT ON thread
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE thread SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at) WHERE id = NEW.id;
END;

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

CREATE TRIGGER message_time_insert AFTER INSERT ON message
WHEN NEW.created_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'
BEGIN
    UPDATE message SET created_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', NEW.created_at) WHERE seq = NEW.seq;
END;

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
