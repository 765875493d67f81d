-- What is in the metadata of documents and messages, one row a value, so that a search narrowed
-- down to a tag is one index scan. A list gives a row for each of its values; objects give none.
-- Values are in small letters (ASCII alone, as SQLite has it), and cut off at 200 characters.

CREATE TABLE document_label (
    owner uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    key   text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (key, value, owner)
);
CREATE INDEX idx_document_label_owner ON document_label (owner);

CREATE TABLE message_label (
    owner uuid NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    key   text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (key, value, owner)
);
CREATE INDEX idx_message_label_owner ON message_label (owner);

CREATE INDEX idx_message_user ON message (user_id, created_at DESC, id DESC);
-- How codes begin, by bytes, whatever the order of letters is in the database.
CREATE INDEX idx_document_code_begin ON document (code text_pattern_ops);

CREATE OR REPLACE FUNCTION folio_labels(metadata jsonb) RETURNS TABLE (key text, value text)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT DISTINCT left(pair.key, 200), lower(left(item.value #>> '{}', 200) COLLATE "C")
    FROM jsonb_each(metadata) AS pair,
         jsonb_array_elements(CASE jsonb_typeof(pair.value) WHEN 'array' THEN pair.value ELSE jsonb_build_array(pair.value) END) AS item
    WHERE jsonb_typeof(item.value) IN ('string', 'number', 'boolean')
    LIMIT 256;
END;

CREATE OR REPLACE FUNCTION folio_document_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM document_label WHERE owner = OLD.id;
    END IF;
    INSERT INTO document_label (owner, key, value) SELECT NEW.id, l.key, l.value FROM folio_labels(NEW.metadata) AS l;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION folio_message_labels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM message_label WHERE owner = OLD.id;
    END IF;
    INSERT INTO message_label (owner, key, value) SELECT NEW.id, l.key, l.value FROM folio_labels(NEW.metadata) AS l;
    RETURN NULL;
END
$$;

CREATE TRIGGER document_labels_inserted AFTER INSERT ON document
    FOR EACH ROW WHEN (NEW.metadata <> '{}') EXECUTE FUNCTION folio_document_labels();
CREATE TRIGGER document_labels_updated AFTER UPDATE OF metadata ON document
    FOR EACH ROW WHEN (NEW.metadata IS DISTINCT FROM OLD.metadata) EXECUTE FUNCTION folio_document_labels();
CREATE TRIGGER message_labels_inserted AFTER INSERT ON message
    FOR EACH ROW WHEN (NEW.metadata <> '{}') EXECUTE FUNCTION folio_message_labels();
CREATE TRIGGER message_labels_updated AFTER UPDATE OF metadata ON message
    FOR EACH ROW WHEN (NEW.metadata IS DISTINCT FROM OLD.metadata) EXECUTE FUNCTION folio_message_labels();

INSERT INTO document_label (owner, key, value)
SELECT d.id, l.key, l.value FROM document AS d, folio_labels(d.metadata) AS l WHERE d.metadata <> '{}';
INSERT INTO message_label (owner, key, value)
SELECT m.id, l.key, l.value FROM message AS m, folio_labels(m.metadata) AS l WHERE m.metadata <> '{}';
