-- Texts have a language: the one that their metadata names (`language`: `de`, `de-AT`, `german`), or
-- that of the store. English ones are indexed as they were. All others, those in no particular
-- language (`plain`) too, have indexes of their own, which hold the words as they are written: FTS5
-- has no other stemmer. A search looks up in their vocabulary which words have the stem that it
-- looks for.

CREATE TABLE language_code (
    code     TEXT NOT NULL PRIMARY KEY,
    language TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO language_code (code, language) VALUES
    ('arabic', 'arabic'), ('ar', 'arabic'), ('ara', 'arabic'),
    ('armenian', 'armenian'), ('hy', 'armenian'), ('hye', 'armenian'), ('arm', 'armenian'),
    ('basque', 'basque'), ('eu', 'basque'), ('eus', 'basque'), ('baq', 'basque'),
    ('catalan', 'catalan'), ('ca', 'catalan'), ('cat', 'catalan'),
    ('danish', 'danish'), ('da', 'danish'), ('dan', 'danish'),
    ('dutch', 'dutch'), ('nl', 'dutch'), ('nld', 'dutch'), ('dut', 'dutch'),
    ('english', 'english'), ('en', 'english'), ('eng', 'english'),
    ('finnish', 'finnish'), ('fi', 'finnish'), ('fin', 'finnish'),
    ('french', 'french'), ('fr', 'french'), ('fra', 'french'), ('fre', 'french'),
    ('german', 'german'), ('de', 'german'), ('deu', 'german'), ('ger', 'german'),
    ('greek', 'greek'), ('el', 'greek'), ('ell', 'greek'), ('gre', 'greek'),
    ('hindi', 'hindi'), ('hi', 'hindi'), ('hin', 'hindi'),
    ('hungarian', 'hungarian'), ('hu', 'hungarian'), ('hun', 'hungarian'),
    ('indonesian', 'indonesian'), ('id', 'indonesian'), ('ind', 'indonesian'),
    ('irish', 'irish'), ('ga', 'irish'), ('gle', 'irish'),
    ('italian', 'italian'), ('it', 'italian'), ('ita', 'italian'),
    ('lithuanian', 'lithuanian'), ('lt', 'lithuanian'), ('lit', 'lithuanian'),
    ('nepali', 'nepali'), ('ne', 'nepali'), ('nep', 'nepali'),
    ('norwegian', 'norwegian'), ('no', 'norwegian'), ('nor', 'norwegian'), ('nb', 'norwegian'), ('nob', 'norwegian'), ('nn', 'norwegian'), ('nno', 'norwegian'),
    ('plain', 'plain'), ('und', 'plain'),
    ('portuguese', 'portuguese'), ('pt', 'portuguese'), ('por', 'portuguese'),
    ('romanian', 'romanian'), ('ro', 'romanian'), ('ron', 'romanian'), ('rum', 'romanian'),
    ('russian', 'russian'), ('ru', 'russian'), ('rus', 'russian'),
    ('serbian', 'serbian'), ('sr', 'serbian'), ('srp', 'serbian'),
    ('spanish', 'spanish'), ('es', 'spanish'), ('spa', 'spanish'),
    ('swedish', 'swedish'), ('sv', 'swedish'), ('swe', 'swedish'),
    ('tamil', 'tamil'), ('ta', 'tamil'), ('tam', 'tamil'),
    ('turkish', 'turkish'), ('tr', 'turkish'), ('tur', 'turkish'),
    ('yiddish', 'yiddish'), ('yi', 'yiddish'), ('yid', 'yiddish');

-- The language of the store (scope `store`), and those that documents or messages have of their own.
CREATE TABLE search_language (
    scope    TEXT NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (scope, language)
) STRICT, WITHOUT ROWID;
INSERT INTO search_language (scope, language)
SELECT 'store', iif(sql LIKE '%porter%', 'english', 'plain') FROM sqlite_master WHERE name = 'document_search';

-- Views outlive `fresh`, which drops tables alone.
DROP VIEW IF EXISTS document_language;
DROP VIEW IF EXISTS document_english;
DROP VIEW IF EXISTS document_other;
DROP VIEW IF EXISTS message_language;
DROP VIEW IF EXISTS message_english;
DROP VIEW IF EXISTS message_other;

CREATE VIEW document_language AS
SELECT t.seq,
    CASE WHEN t.metadata <> '{}' THEN (
            SELECT c.language FROM language_code AS c
            WHERE c.code = (WITH tag (name) AS (SELECT replace(lower(t.metadata ->> 'language'), '_', '-')) SELECT substr(name, 1, instr(name || '-', '-') - 1) FROM tag)
        ) END AS own,
    (SELECT s.language FROM search_language AS s WHERE s.scope = 'store') AS store
FROM document AS t;

CREATE VIEW document_english AS
SELECT t.seq, t.name, t.content
FROM document_language AS l JOIN document_text AS t ON t.seq = l.seq
WHERE coalesce(l.own, l.store) = 'english';

CREATE VIEW document_other AS
SELECT t.seq, coalesce(l.own, l.store) AS language, t.name, t.content
FROM document_language AS l JOIN document_text AS t ON t.seq = l.seq
WHERE coalesce(l.own, l.store) <> 'english';

CREATE VIRTUAL TABLE document_words USING fts5(
    language, name, content,
    content = 'document_other', content_rowid = 'seq',
    tokenize = 'unicode61 remove_diacritics 0 categories ''L* M* Nd Nl'''
);

CREATE VIRTUAL TABLE document_name_words USING fts5(
    language, name,
    content = 'document_other', content_rowid = 'seq',
    tokenize = 'unicode61 remove_diacritics 0 categories ''L* M* Nd Nl'''
);

CREATE VIRTUAL TABLE document_vocabulary USING fts5vocab(document_words, instance);

CREATE VIEW message_language AS
SELECT t.seq,
    CASE WHEN t.metadata <> '{}' THEN (
            SELECT c.language FROM language_code AS c
            WHERE c.code = (WITH tag (name) AS (SELECT replace(lower(t.metadata ->> 'language'), '_', '-')) SELECT substr(name, 1, instr(name || '-', '-') - 1) FROM tag)
        ) END AS own,
    (SELECT s.language FROM search_language AS s WHERE s.scope = 'store') AS store
FROM message AS t;

CREATE VIEW message_english AS
SELECT t.seq, t.question, t.answer
FROM message_language AS l JOIN message_text AS t ON t.seq = l.seq
WHERE coalesce(l.own, l.store) = 'english';

CREATE VIEW message_other AS
SELECT t.seq, coalesce(l.own, l.store) AS language, t.question, t.answer
FROM message_language AS l JOIN message_text AS t ON t.seq = l.seq
WHERE coalesce(l.own, l.store) <> 'english';

CREATE VIRTUAL TABLE message_words USING fts5(
    language, question, answer,
    content = 'message_other', content_rowid = 'seq',
    tokenize = 'unicode61 remove_diacritics 0 categories ''L* M* Nd Nl'''
);

CREATE VIRTUAL TABLE message_vocabulary USING fts5vocab(message_words, instance);

DROP TRIGGER document_search_inserted;
DROP TRIGGER document_search_deleted;
DROP TRIGGER document_search_changing;
DROP TRIGGER document_search_changed;
DROP TRIGGER document_name_search_changing;
DROP TRIGGER document_name_search_changed;
DROP TRIGGER message_search_inserted;
DROP TRIGGER message_search_deleted;
DROP TRIGGER message_search_changing;
DROP TRIGGER message_search_changed;

CREATE TRIGGER document_search_inserted AFTER INSERT ON document
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_english WHERE seq = NEW.seq;
    INSERT INTO document_words (rowid, language, name, content) SELECT seq, language, name, content FROM document_other WHERE seq = NEW.seq;
    INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_english WHERE seq = NEW.seq;
    INSERT INTO document_name_words (rowid, language, name) SELECT seq, language, name FROM document_other WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_search_deleted BEFORE DELETE ON document
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_english WHERE seq = OLD.seq;
    INSERT INTO document_words (document_words, rowid, language, name, content) SELECT 'delete', seq, language, name, content FROM document_other WHERE seq = OLD.seq;
    INSERT INTO document_name_search (document_name_search, rowid, name) SELECT 'delete', seq, name FROM document_english WHERE seq = OLD.seq;
    INSERT INTO document_name_words (document_name_words, rowid, language, name) SELECT 'delete', seq, language, name FROM document_other WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changing BEFORE UPDATE OF name, content, metadata ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_english WHERE seq = OLD.seq;
    INSERT INTO document_words (document_words, rowid, language, name, content) SELECT 'delete', seq, language, name, content FROM document_other WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changed AFTER UPDATE OF name, content, metadata ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_english WHERE seq = NEW.seq;
    INSERT INTO document_words (rowid, language, name, content) SELECT seq, language, name, content FROM document_other WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_name_search_changing BEFORE UPDATE OF name, metadata ON document
WHEN NEW.name IS NOT OLD.name OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO document_name_search (document_name_search, rowid, name) SELECT 'delete', seq, name FROM document_english WHERE seq = OLD.seq;
    INSERT INTO document_name_words (document_name_words, rowid, language, name) SELECT 'delete', seq, language, name FROM document_other WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_name_search_changed AFTER UPDATE OF name, metadata ON document
WHEN NEW.name IS NOT OLD.name OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_english WHERE seq = NEW.seq;
    INSERT INTO document_name_words (rowid, language, name) SELECT seq, language, name FROM document_other WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_language_inserted AFTER INSERT ON document
WHEN NEW.metadata <> '{}' AND NEW.metadata ->> 'language' IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO search_language (scope, language) SELECT 'document', own FROM document_language WHERE seq = NEW.seq AND own IS NOT NULL;
END;

CREATE TRIGGER document_language_updated AFTER UPDATE OF metadata ON document
WHEN NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT OR IGNORE INTO search_language (scope, language) SELECT 'document', own FROM document_language WHERE seq = NEW.seq AND own IS NOT NULL;
END;

CREATE TRIGGER message_search_inserted AFTER INSERT ON message
BEGIN
    INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_english WHERE seq = NEW.seq;
    INSERT INTO message_words (rowid, language, question, answer) SELECT seq, language, question, answer FROM message_other WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_search_deleted BEFORE DELETE ON message
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_english WHERE seq = OLD.seq;
    INSERT INTO message_words (message_words, rowid, language, question, answer) SELECT 'delete', seq, language, question, answer FROM message_other WHERE seq = OLD.seq;
END;

CREATE TRIGGER message_search_changing BEFORE UPDATE OF question, answer, metadata ON message
WHEN (NEW.question, NEW.answer) IS NOT (OLD.question, OLD.answer) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_english WHERE seq = OLD.seq;
    INSERT INTO message_words (message_words, rowid, language, question, answer) SELECT 'delete', seq, language, question, answer FROM message_other WHERE seq = OLD.seq;
END;

CREATE TRIGGER message_search_changed AFTER UPDATE OF question, answer, metadata ON message
WHEN (NEW.question, NEW.answer) IS NOT (OLD.question, OLD.answer) OR NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_english WHERE seq = NEW.seq;
    INSERT INTO message_words (rowid, language, question, answer) SELECT seq, language, question, answer FROM message_other WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_language_inserted AFTER INSERT ON message
WHEN NEW.metadata <> '{}' AND NEW.metadata ->> 'language' IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO search_language (scope, language) SELECT 'message', own FROM message_language WHERE seq = NEW.seq AND own IS NOT NULL;
END;

CREATE TRIGGER message_language_updated AFTER UPDATE OF metadata ON message
WHEN NEW.metadata ->> 'language' IS NOT OLD.metadata ->> 'language'
BEGIN
    INSERT OR IGNORE INTO search_language (scope, language) SELECT 'message', own FROM message_language WHERE seq = NEW.seq AND own IS NOT NULL;
END;

-- Texts that are indexed in another way now: those with a language of their own, and all of a store
-- that was plain. Its English index is empty then, and made with a stemmer by the next `folio reindex`.
INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_other;
INSERT INTO document_name_search (document_name_search, rowid, name) SELECT 'delete', seq, name FROM document_other;
INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_other;
INSERT INTO document_words (document_words) SELECT 'rebuild' WHERE EXISTS (SELECT 1 FROM document_other);
INSERT INTO document_name_words (document_name_words) SELECT 'rebuild' WHERE EXISTS (SELECT 1 FROM document_other);
INSERT INTO message_words (message_words) SELECT 'rebuild' WHERE EXISTS (SELECT 1 FROM message_other);
INSERT INTO search_language (scope, language) SELECT DISTINCT 'document', own FROM document_language WHERE own IS NOT NULL;
INSERT INTO search_language (scope, language) SELECT DISTINCT 'message', own FROM message_language WHERE own IS NOT NULL;
