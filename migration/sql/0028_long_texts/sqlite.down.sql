INSERT INTO document_search (document_search, rowid, name, content) SELECT 'delete', seq, name, content FROM document_english
WHERE seq IN (SELECT seq FROM document WHERE length(CAST(content AS BLOB)) > 20000 AND content GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');
INSERT INTO document_words (document_words, rowid, language, name, content) SELECT 'delete', seq, language, name, content FROM document_other
WHERE seq IN (SELECT seq FROM document WHERE length(CAST(content AS BLOB)) > 20000 AND content GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');
INSERT INTO message_search (message_search, rowid, question, answer) SELECT 'delete', seq, question, answer FROM message_english
WHERE seq IN (SELECT seq FROM message WHERE length(CAST(question AS BLOB)) > 20000 AND question GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*' OR length(CAST(answer AS BLOB)) > 20000 AND answer GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');
INSERT INTO message_words (message_words, rowid, language, question, answer) SELECT 'delete', seq, language, question, answer FROM message_other
WHERE seq IN (SELECT seq FROM message WHERE length(CAST(question AS BLOB)) > 20000 AND question GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*' OR length(CAST(answer AS BLOB)) > 20000 AND answer GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');

DROP VIEW document_text;
DROP VIEW message_text;

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

INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_english
WHERE seq IN (SELECT seq FROM document WHERE length(CAST(content AS BLOB)) > 20000 AND content GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');
INSERT INTO document_words (rowid, language, name, content) SELECT seq, language, name, content FROM document_other
WHERE seq IN (SELECT seq FROM document WHERE length(CAST(content AS BLOB)) > 20000 AND content GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');
INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_english
WHERE seq IN (SELECT seq FROM message WHERE length(CAST(question AS BLOB)) > 20000 AND question GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*' OR length(CAST(answer AS BLOB)) > 20000 AND answer GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');
INSERT INTO message_words (rowid, language, question, answer) SELECT seq, language, question, answer FROM message_other
WHERE seq IN (SELECT seq FROM message WHERE length(CAST(question AS BLOB)) > 20000 AND question GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*' OR length(CAST(answer AS BLOB)) > 20000 AND answer GLOB '*[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]*');
