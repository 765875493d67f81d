-- Chinese, Japanese, Thai, Lao and Khmer are written without spaces: each of their letters, with
-- its marks, is a word of its own in the index, so that a text is found by any part of it. And
-- names have an index of their own: what bears a common word in its name is found among all that
-- have it somewhere.
--
-- The views show the texts as they are indexed, those letters apart. Other texts pass through as
-- they are. The long ones are taken apart in blocks, since reaching the n-th letter costs n.

DROP TRIGGER document_search_inserted;
DROP TRIGGER document_search_deleted;
DROP TRIGGER document_search_updated;
DROP TABLE document_search;
DROP TRIGGER message_search_inserted;
DROP TRIGGER message_search_deleted;
DROP TRIGGER message_search_updated;
DROP TABLE message_search;

-- Views outlive `fresh`, which drops tables alone.
DROP VIEW IF EXISTS document_text;
DROP VIEW IF EXISTS message_text;

CREATE VIEW document_text AS
SELECT seq,
    CASE
        WHEN length(CAST(name AS BLOB)) = length(name) OR name NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN name
        ELSE (
            WITH RECURSIVE block (at, before, body) AS (
                SELECT 1, '', substr(name, 1, 20000)
                UNION ALL
                SELECT at + 20000, substr(body, -1), substr(name, at + 20000, 20000) FROM block WHERE length(body) = 20000
            )
            SELECT group_concat((
                WITH RECURSIVE letter (at, i, part, before, c) AS (
                    SELECT 1, 1, substr(body, 1, 500), block.before, substr(body, 1, 1)
                    UNION ALL
                    SELECT iif(i < 500, at, at + 500), iif(i < 500, i + 1, 1), iif(i < 500, part, substr(body, at + 500, 500)),
                           c, iif(i < 500, substr(part, i + 1, 1), substr(body, at + 500, 1))
                    FROM letter WHERE c <> ''
                )
                SELECT group_concat(CASE
                    WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                    WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                    ELSE c
                END, '') FROM letter
            ), '') FROM block
        )
    END AS name,
    CASE
        WHEN length(CAST(content AS BLOB)) = length(content) OR content NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN content
        ELSE (
            WITH RECURSIVE block (at, before, body) AS (
                SELECT 1, '', substr(content, 1, 20000)
                UNION ALL
                SELECT at + 20000, substr(body, -1), substr(content, at + 20000, 20000) FROM block WHERE length(body) = 20000
            )
            SELECT group_concat((
                WITH RECURSIVE letter (at, i, part, before, c) AS (
                    SELECT 1, 1, substr(body, 1, 500), block.before, substr(body, 1, 1)
                    UNION ALL
                    SELECT iif(i < 500, at, at + 500), iif(i < 500, i + 1, 1), iif(i < 500, part, substr(body, at + 500, 500)),
                           c, iif(i < 500, substr(part, i + 1, 1), substr(body, at + 500, 1))
                    FROM letter WHERE c <> ''
                )
                SELECT group_concat(CASE
                    WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                    WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                    ELSE c
                END, '') FROM letter
            ), '') FROM block
        )
    END AS content
FROM document;

CREATE VIEW message_text AS
SELECT seq,
    CASE
        WHEN length(CAST(question AS BLOB)) = length(question) OR question NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN question
        ELSE (
            WITH RECURSIVE block (at, before, body) AS (
                SELECT 1, '', substr(question, 1, 20000)
                UNION ALL
                SELECT at + 20000, substr(body, -1), substr(question, at + 20000, 20000) FROM block WHERE length(body) = 20000
            )
            SELECT group_concat((
                WITH RECURSIVE letter (at, i, part, before, c) AS (
                    SELECT 1, 1, substr(body, 1, 500), block.before, substr(body, 1, 1)
                    UNION ALL
                    SELECT iif(i < 500, at, at + 500), iif(i < 500, i + 1, 1), iif(i < 500, part, substr(body, at + 500, 500)),
                           c, iif(i < 500, substr(part, i + 1, 1), substr(body, at + 500, 1))
                    FROM letter WHERE c <> ''
                )
                SELECT group_concat(CASE
                    WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                    WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                    ELSE c
                END, '') FROM letter
            ), '') FROM block
        )
    END AS question,
    CASE
        WHEN length(CAST(answer AS BLOB)) = length(answer) OR answer NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN answer
        ELSE (
            WITH RECURSIVE block (at, before, body) AS (
                SELECT 1, '', substr(answer, 1, 20000)
                UNION ALL
                SELECT at + 20000, substr(body, -1), substr(answer, at + 20000, 20000) FROM block WHERE length(body) = 20000
            )
            SELECT group_concat((
                WITH RECURSIVE letter (at, i, part, before, c) AS (
                    SELECT 1, 1, substr(body, 1, 500), block.before, substr(body, 1, 1)
                    UNION ALL
                    SELECT iif(i < 500, at, at + 500), iif(i < 500, i + 1, 1), iif(i < 500, part, substr(body, at + 500, 500)),
                           c, iif(i < 500, substr(part, i + 1, 1), substr(body, at + 500, 1))
                    FROM letter WHERE c <> ''
                )
                SELECT group_concat(CASE
                    WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                    WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                    ELSE c
                END, '') FROM letter
            ), '') FROM block
        )
    END AS answer
FROM message;

CREATE VIRTUAL TABLE document_search USING fts5(
    name, content,
    content = 'document_text', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);

CREATE VIRTUAL TABLE message_search USING fts5(
    question, answer,
    content = 'message_text', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);

CREATE VIRTUAL TABLE document_name_search USING fts5(
    name,
    content = 'document_text', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);

-- What was indexed is taken out while it is still there to be read.
CREATE TRIGGER document_search_inserted AFTER INSERT ON document
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_text WHERE seq = NEW.seq;
    INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_search_deleted BEFORE DELETE ON document
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_text WHERE seq = OLD.seq;
    INSERT INTO document_name_search (document_name_search, rowid, name) SELECT 'delete', seq, name FROM document_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changing BEFORE UPDATE OF name, content ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content)
BEGIN
    INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_search_changed AFTER UPDATE OF name, content ON document
WHEN (NEW.name, NEW.content) IS NOT (OLD.name, OLD.content)
BEGIN
    INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER document_name_search_changing BEFORE UPDATE OF name ON document
WHEN NEW.name IS NOT OLD.name
BEGIN
    INSERT INTO document_name_search (document_name_search, rowid, name) SELECT 'delete', seq, name FROM document_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER document_name_search_changed AFTER UPDATE OF name ON document
WHEN NEW.name IS NOT OLD.name
BEGIN
    INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_search_inserted AFTER INSERT ON message
BEGIN
    INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_text WHERE seq = NEW.seq;
END;

CREATE TRIGGER message_search_deleted BEFORE DELETE ON message
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER message_search_changing BEFORE UPDATE OF question, answer ON message
WHEN (NEW.question, NEW.answer) IS NOT (OLD.question, OLD.answer)
BEGIN
    INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_text WHERE seq = OLD.seq;
END;

CREATE TRIGGER message_search_changed AFTER UPDATE OF question, answer ON message
WHEN (NEW.question, NEW.answer) IS NOT (OLD.question, OLD.answer)
BEGIN
    INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_text WHERE seq = NEW.seq;
END;

INSERT INTO document_search (document_search) VALUES ('rebuild');
INSERT INTO document_name_search (document_name_search) VALUES ('rebuild');
INSERT INTO message_search (message_search) VALUES ('rebuild');
