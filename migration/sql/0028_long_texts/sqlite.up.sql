-- A long text with a few letters of Chinese, Japanese, Thai, Lao or Khmer was taken apart letter by
-- letter, all of it: 16 MB of English with one such letter took 40 seconds to be stored. The views now
-- look into parts, blocks and pieces that have any, and pass the others through: two seconds.
--
-- The texts are shown as they were, but for one thing: where a block had ended in front of a mark, the
-- mark was parted from its letter. The texts that this may have happened to are indexed anew.

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
            WITH RECURSIVE part (at, before, body) AS (
                SELECT 1, '', substr(name, 1, 500000)
                UNION ALL
                SELECT at + 500000, substr(body, -1), substr(name, at + 500000, 500000) FROM part WHERE length(body) = 500000
            )
            SELECT group_concat(CASE
                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                ELSE (
                    WITH RECURSIVE block (at, before, body) AS (
                        SELECT 1, part.before, substr(part.body, 1, 10000)
                        UNION ALL
                        SELECT at + 10000, substr(body, -1), substr(part.body, at + 10000, 10000) FROM block WHERE length(body) = 10000
                    )
                    SELECT group_concat(CASE
                        WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                        ELSE (
                            WITH RECURSIVE piece (at, before, body) AS (
                                SELECT 1, block.before, substr(block.body, 1, 250)
                                UNION ALL
                                SELECT at + 250, substr(body, -1), substr(block.body, at + 250, 250) FROM piece WHERE length(body) = 250
                            )
                            SELECT group_concat(CASE
                                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                                ELSE (
                                    WITH RECURSIVE letter (at, before, c) AS (
                                        SELECT 1, piece.before, substr(body, 1, 1)
                                        UNION ALL
                                        SELECT at + 1, c, substr(body, at + 1, 1) FROM letter WHERE c <> ''
                                    )
                                    SELECT group_concat(CASE
                                        WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                                        WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                                        ELSE c
                                    END, '') FROM letter WHERE c <> ''
                                )
                            END, '') FROM piece WHERE body <> ''
                        )
                    END, '') FROM block WHERE body <> ''
                )
            END, '') FROM part WHERE body <> ''
        )
    END AS name,
    CASE
        WHEN length(CAST(content AS BLOB)) = length(content) OR content NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN content
        ELSE (
            WITH RECURSIVE part (at, before, body) AS (
                SELECT 1, '', substr(content, 1, 500000)
                UNION ALL
                SELECT at + 500000, substr(body, -1), substr(content, at + 500000, 500000) FROM part WHERE length(body) = 500000
            )
            SELECT group_concat(CASE
                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                ELSE (
                    WITH RECURSIVE block (at, before, body) AS (
                        SELECT 1, part.before, substr(part.body, 1, 10000)
                        UNION ALL
                        SELECT at + 10000, substr(body, -1), substr(part.body, at + 10000, 10000) FROM block WHERE length(body) = 10000
                    )
                    SELECT group_concat(CASE
                        WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                        ELSE (
                            WITH RECURSIVE piece (at, before, body) AS (
                                SELECT 1, block.before, substr(block.body, 1, 250)
                                UNION ALL
                                SELECT at + 250, substr(body, -1), substr(block.body, at + 250, 250) FROM piece WHERE length(body) = 250
                            )
                            SELECT group_concat(CASE
                                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                                ELSE (
                                    WITH RECURSIVE letter (at, before, c) AS (
                                        SELECT 1, piece.before, substr(body, 1, 1)
                                        UNION ALL
                                        SELECT at + 1, c, substr(body, at + 1, 1) FROM letter WHERE c <> ''
                                    )
                                    SELECT group_concat(CASE
                                        WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                                        WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                                        ELSE c
                                    END, '') FROM letter WHERE c <> ''
                                )
                            END, '') FROM piece WHERE body <> ''
                        )
                    END, '') FROM block WHERE body <> ''
                )
            END, '') FROM part WHERE body <> ''
        )
    END AS content
FROM document;

CREATE VIEW message_text AS
SELECT seq,
    CASE
        WHEN length(CAST(question AS BLOB)) = length(question) OR question NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN question
        ELSE (
            WITH RECURSIVE part (at, before, body) AS (
                SELECT 1, '', substr(question, 1, 500000)
                UNION ALL
                SELECT at + 500000, substr(body, -1), substr(question, at + 500000, 500000) FROM part WHERE length(body) = 500000
            )
            SELECT group_concat(CASE
                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                ELSE (
                    WITH RECURSIVE block (at, before, body) AS (
                        SELECT 1, part.before, substr(part.body, 1, 10000)
                        UNION ALL
                        SELECT at + 10000, substr(body, -1), substr(part.body, at + 10000, 10000) FROM block WHERE length(body) = 10000
                    )
                    SELECT group_concat(CASE
                        WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                        ELSE (
                            WITH RECURSIVE piece (at, before, body) AS (
                                SELECT 1, block.before, substr(block.body, 1, 250)
                                UNION ALL
                                SELECT at + 250, substr(body, -1), substr(block.body, at + 250, 250) FROM piece WHERE length(body) = 250
                            )
                            SELECT group_concat(CASE
                                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                                ELSE (
                                    WITH RECURSIVE letter (at, before, c) AS (
                                        SELECT 1, piece.before, substr(body, 1, 1)
                                        UNION ALL
                                        SELECT at + 1, c, substr(body, at + 1, 1) FROM letter WHERE c <> ''
                                    )
                                    SELECT group_concat(CASE
                                        WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                                        WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                                        ELSE c
                                    END, '') FROM letter WHERE c <> ''
                                )
                            END, '') FROM piece WHERE body <> ''
                        )
                    END, '') FROM block WHERE body <> ''
                )
            END, '') FROM part WHERE body <> ''
        )
    END AS question,
    CASE
        WHEN length(CAST(answer AS BLOB)) = length(answer) OR answer NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN answer
        ELSE (
            WITH RECURSIVE part (at, before, body) AS (
                SELECT 1, '', substr(answer, 1, 500000)
                UNION ALL
                SELECT at + 500000, substr(body, -1), substr(answer, at + 500000, 500000) FROM part WHERE length(body) = 500000
            )
            SELECT group_concat(CASE
                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                ELSE (
                    WITH RECURSIVE block (at, before, body) AS (
                        SELECT 1, part.before, substr(part.body, 1, 10000)
                        UNION ALL
                        SELECT at + 10000, substr(body, -1), substr(part.body, at + 10000, 10000) FROM block WHERE length(body) = 10000
                    )
                    SELECT group_concat(CASE
                        WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                        ELSE (
                            WITH RECURSIVE piece (at, before, body) AS (
                                SELECT 1, block.before, substr(block.body, 1, 250)
                                UNION ALL
                                SELECT at + 250, substr(body, -1), substr(block.body, at + 250, 250) FROM piece WHERE length(body) = 250
                            )
                            SELECT group_concat(CASE
                                WHEN body NOT GLOB '*[฀-៿　-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]*' THEN iif(before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]', ' ', '') || body
                                ELSE (
                                    WITH RECURSIVE letter (at, before, c) AS (
                                        SELECT 1, piece.before, substr(body, 1, 1)
                                        UNION ALL
                                        SELECT at + 1, c, substr(body, at + 1, 1) FROM letter WHERE c <> ''
                                    )
                                    SELECT group_concat(CASE
                                        WHEN c GLOB '[ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN c
                                        WHEN c GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽]' OR before GLOB '[ก-ะา-ำเ-ๆກ-ະາ-ຳຽ-ໆໜ-ໟក-ឳ々-〇ぁ-ゖゝ-ゟァ-ヺー-ヿㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ𠀀-𿿽ัิ-ฺ็-๎ັິ-ຼ່-໎឴-៓゙-゚]' THEN ' ' || c
                                        ELSE c
                                    END, '') FROM letter WHERE c <> ''
                                )
                            END, '') FROM piece WHERE body <> ''
                        )
                    END, '') FROM block WHERE body <> ''
                )
            END, '') FROM part WHERE body <> ''
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
