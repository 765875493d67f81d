-- What is in the metadata of documents and messages, one row a value, so that a search narrowed
-- down to a tag is one index scan. A list gives a row for each of its values; objects give none.
-- Values are in small letters (ASCII alone), and cut off at 200 characters.

CREATE TABLE document_label (
    owner INTEGER NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key, value, owner)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_document_label_owner ON document_label (owner);

CREATE TABLE message_label (
    owner INTEGER NOT NULL,
    key   TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key, value, owner)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_message_label_owner ON message_label (owner);

CREATE INDEX idx_message_user ON message (user_id, created_at DESC, id DESC);

CREATE TRIGGER document_labels_inserted AFTER INSERT ON document
WHEN NEW.metadata <> '{}'
BEGIN
    INSERT OR IGNORE INTO document_label (owner, key, value)
    SELECT NEW.seq, substr(pair.key, 1, 200), lower(substr(CASE item.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE item.value END, 1, 200))
    FROM json_each(NEW.metadata) AS pair,
         json_each(CASE pair.type WHEN 'array' THEN pair.value WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(pair.value) END) AS item
    WHERE pair.type NOT IN ('object', 'null') AND item.type IN ('text', 'integer', 'real', 'true', 'false')
    LIMIT 256;
END;

CREATE TRIGGER document_labels_updated AFTER UPDATE OF metadata ON document
WHEN NEW.metadata IS NOT OLD.metadata
BEGIN
    DELETE FROM document_label WHERE owner = OLD.seq;
    INSERT OR IGNORE INTO document_label (owner, key, value)
    SELECT NEW.seq, substr(pair.key, 1, 200), lower(substr(CASE item.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE item.value END, 1, 200))
    FROM json_each(NEW.metadata) AS pair,
         json_each(CASE pair.type WHEN 'array' THEN pair.value WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(pair.value) END) AS item
    WHERE pair.type NOT IN ('object', 'null') AND item.type IN ('text', 'integer', 'real', 'true', 'false')
    LIMIT 256;
END;

CREATE TRIGGER document_labels_deleted AFTER DELETE ON document
BEGIN
    DELETE FROM document_label WHERE owner = OLD.seq;
END;

CREATE TRIGGER message_labels_inserted AFTER INSERT ON message
WHEN NEW.metadata <> '{}'
BEGIN
    INSERT OR IGNORE INTO message_label (owner, key, value)
    SELECT NEW.seq, substr(pair.key, 1, 200), lower(substr(CASE item.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE item.value END, 1, 200))
    FROM json_each(NEW.metadata) AS pair,
         json_each(CASE pair.type WHEN 'array' THEN pair.value WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(pair.value) END) AS item
    WHERE pair.type NOT IN ('object', 'null') AND item.type IN ('text', 'integer', 'real', 'true', 'false')
    LIMIT 256;
END;

CREATE TRIGGER message_labels_updated AFTER UPDATE OF metadata ON message
WHEN NEW.metadata IS NOT OLD.metadata
BEGIN
    DELETE FROM message_label WHERE owner = OLD.seq;
    INSERT OR IGNORE INTO message_label (owner, key, value)
    SELECT NEW.seq, substr(pair.key, 1, 200), lower(substr(CASE item.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE item.value END, 1, 200))
    FROM json_each(NEW.metadata) AS pair,
         json_each(CASE pair.type WHEN 'array' THEN pair.value WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(pair.value) END) AS item
    WHERE pair.type NOT IN ('object', 'null') AND item.type IN ('text', 'integer', 'real', 'true', 'false')
    LIMIT 256;
END;

CREATE TRIGGER message_labels_deleted AFTER DELETE ON message
BEGIN
    DELETE FROM message_label WHERE owner = OLD.seq;
END;

INSERT OR IGNORE INTO document_label (owner, key, value)
SELECT d.seq, substr(pair.key, 1, 200), lower(substr(CASE item.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE item.value END, 1, 200))
FROM document AS d, json_each(d.metadata) AS pair,
     json_each(CASE pair.type WHEN 'array' THEN pair.value WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(pair.value) END) AS item
WHERE d.metadata <> '{}' AND pair.type NOT IN ('object', 'null') AND item.type IN ('text', 'integer', 'real', 'true', 'false');

INSERT OR IGNORE INTO message_label (owner, key, value)
SELECT m.seq, substr(pair.key, 1, 200), lower(substr(CASE item.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE item.value END, 1, 200))
FROM message AS m, json_each(m.metadata) AS pair,
     json_each(CASE pair.type WHEN 'array' THEN pair.value WHEN 'true' THEN '[true]' WHEN 'false' THEN '[false]' ELSE json_array(pair.value) END) AS item
WHERE m.metadata <> '{}' AND pair.type NOT IN ('object', 'null') AND item.type IN ('text', 'integer', 'real', 'true', 'false');
