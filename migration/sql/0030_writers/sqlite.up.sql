-- Times before the year 1, which copies and lines of JSON don't know; those after 9999 SQLite refuses.
-- A time beyond becomes the first one that there is. (The rest of this step is PostgreSQL's.)

CREATE TRIGGER document_times_insert AFTER INSERT ON document
WHEN NEW.created_at < '0001' OR NEW.updated_at < '0001'
BEGIN
    UPDATE document
    SET created_at = iif(created_at < '0001', '0001-01-01T00:00:00+00:00', created_at),
        updated_at = iif(updated_at < '0001', '0001-01-01T00:00:00+00:00', updated_at)
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_times_update AFTER UPDATE OF created_at, updated_at ON document
WHEN NEW.created_at < '0001' OR NEW.updated_at < '0001'
BEGIN
    UPDATE document
    SET created_at = iif(created_at < '0001', '0001-01-01T00:00:00+00:00', created_at),
        updated_at = iif(updated_at < '0001', '0001-01-01T00:00:00+00:00', updated_at)
    WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_times_insert AFTER INSERT ON message
WHEN NEW.created_at < '0001'
BEGIN
    UPDATE message SET created_at = '0001-01-01T00:00:00+00:00' WHERE seq = NEW.seq AND created_at < '0001';
END;

CREATE TRIGGER message_times_update AFTER UPDATE OF created_at ON message
WHEN NEW.created_at < '0001'
BEGIN
    UPDATE message SET created_at = '0001-01-01T00:00:00+00:00' WHERE seq = NEW.seq AND created_at < '0001';
END;

CREATE TRIGGER thread_times_insert AFTER INSERT ON thread
WHEN NEW.created_at < '0001'
BEGIN
    UPDATE thread SET created_at = '0001-01-01T00:00:00+00:00' WHERE id = NEW.id;
END;

CREATE TRIGGER thread_times_update AFTER UPDATE OF created_at ON thread
WHEN NEW.created_at < '0001'
BEGIN
    UPDATE thread SET created_at = '0001-01-01T00:00:00+00:00' WHERE id = NEW.id;
END;

UPDATE document SET created_at = created_at, updated_at = updated_at WHERE created_at < '0001' OR updated_at < '0001';
UPDATE message SET created_at = created_at WHERE created_at < '0001';
UPDATE thread SET created_at = created_at WHERE created_at < '0001';
UPDATE document_revision
SET created_at = max(created_at, '0001-01-01T00:00:00+00:00'), updated_at = max(updated_at, '0001-01-01T00:00:00+00:00')
WHERE created_at < '0001' OR updated_at < '0001';
UPDATE message_revision SET created_at = '0001-01-01T00:00:00+00:00' WHERE created_at < '0001';
UPDATE thread_revision SET created_at = '0001-01-01T00:00:00+00:00' WHERE created_at < '0001';
