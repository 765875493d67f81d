-- The tags of documents once more, each beside what lists are ordered by: so the documents with a
-- tag are read in any order from one range of an index, wherever in the list one is. They follow the
-- labels (see 0010), so that a document without tags costs nothing. Tags are cut off at 100
-- characters: with the longest name they fit into an index.

CREATE TABLE document_tag (
    owner      uuid NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    tag        text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    name       text COLLATE "C" NOT NULL,
    code       text COLLATE "C" NOT NULL,
    PRIMARY KEY (owner, tag)
);

INSERT INTO document_tag (owner, tag, created_at, name, code)
SELECT d.id, left(l.value, 100), d.created_at, d.name, d.code
FROM document_label AS l JOIN document AS d ON d.id = l.owner
WHERE l.key IN ('tag', 'tags')
ORDER BY d.id
ON CONFLICT DO NOTHING;

CREATE INDEX idx_document_tag_created_at ON document_tag (tag, created_at DESC, owner DESC);
CREATE INDEX idx_document_tag_name ON document_tag (tag, name, owner);
CREATE INDEX idx_document_tag_code ON document_tag (tag, code, owner);

CREATE OR REPLACE FUNCTION folio_document_tag_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO document_tag (owner, tag, created_at, name, code)
    SELECT d.id, left(NEW.value, 100), d.created_at, d.name, d.code FROM document AS d WHERE d.id = NEW.owner
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- All labels of a document go at once, so the same tag under both keys is no matter.
CREATE OR REPLACE FUNCTION folio_document_tag_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM document_tag WHERE owner = OLD.owner AND tag = left(OLD.value, 100);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION folio_document_tag_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE document_tag SET created_at = NEW.created_at, name = NEW.name, code = NEW.code WHERE owner = NEW.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER document_tag_given AFTER INSERT ON document_label
    FOR EACH ROW WHEN (NEW.key IN ('tag', 'tags')) EXECUTE FUNCTION folio_document_tag_given();
CREATE TRIGGER document_tag_taken AFTER DELETE ON document_label
    FOR EACH ROW WHEN (OLD.key IN ('tag', 'tags')) EXECUTE FUNCTION folio_document_tag_taken();
CREATE TRIGGER document_tag_moved AFTER UPDATE OF code, name, created_at ON document
    FOR EACH ROW WHEN ((NEW.code, NEW.name, NEW.created_at) IS DISTINCT FROM (OLD.code, OLD.name, OLD.created_at))
    EXECUTE FUNCTION folio_document_tag_moved();
