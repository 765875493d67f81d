-- The tags of documents once more, each beside what lists are ordered by: so the documents with a
-- tag are read in any order from one range of an index, wherever in the list one is. They follow the
-- labels (see 0010), so that a document without tags costs nothing. Tags are cut off at 100
-- characters: with the longest name they fit into an index of either database.

CREATE TABLE document_tag (
    owner      INTEGER NOT NULL,
    tag        TEXT NOT NULL,
    id         BLOB NOT NULL,
    created_at TEXT NOT NULL,
    name       TEXT NOT NULL,
    code       TEXT NOT NULL,
    PRIMARY KEY (owner, tag)
) STRICT, WITHOUT ROWID;

-- Document by document, so that both tables are gone through once.
INSERT OR IGNORE INTO document_tag (owner, tag, id, created_at, name, code)
SELECT d.seq, l.tag, d.id, d.created_at, d.name, d.code
FROM (
    SELECT owner, substr(value, 1, 100) AS tag FROM document_label WHERE key IN ('tag', 'tags') ORDER BY owner, tag
) AS l CROSS JOIN document AS d ON d.seq = l.owner;

CREATE INDEX idx_document_tag_created_at ON document_tag (tag, created_at DESC, id DESC);
CREATE INDEX idx_document_tag_name ON document_tag (tag, name, id);
CREATE INDEX idx_document_tag_code ON document_tag (tag, code, id);

CREATE TRIGGER document_tag_given AFTER INSERT ON document_label
WHEN NEW.key IN ('tag', 'tags')
BEGIN
    INSERT OR IGNORE INTO document_tag (owner, tag, id, created_at, name, code)
    SELECT d.seq, substr(NEW.value, 1, 100), d.id, d.created_at, d.name, d.code FROM document AS d WHERE d.seq = NEW.owner;
END;

-- All labels of a document go at once, so the same tag under both keys is no matter.
CREATE TRIGGER document_tag_taken AFTER DELETE ON document_label
WHEN OLD.key IN ('tag', 'tags')
BEGIN
    DELETE FROM document_tag WHERE owner = OLD.owner AND tag = substr(OLD.value, 1, 100);
END;

CREATE TRIGGER document_tag_moved AFTER UPDATE OF code, name, created_at ON document
WHEN (NEW.code, NEW.name, NEW.created_at) IS NOT (OLD.code, OLD.name, OLD.created_at)
BEGIN
    UPDATE document_tag SET created_at = NEW.created_at, name = NEW.name, code = NEW.code WHERE owner = NEW.seq;
END;
