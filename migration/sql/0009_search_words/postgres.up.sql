-- Chinese, Japanese, Thai, Lao and Khmer are written without spaces: each of their letters, with
-- its marks, is a word of its own in the index, so that a text is found by any part of it. And
-- names have an index of their own: what bears a common word in its name is found among all that
-- have it somewhere.

-- A text as it is indexed: words, and those letters, apart.
CREATE OR REPLACE FUNCTION folio_terms(t text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN octet_length(t) = char_length(t) THEN folio_words(t)
    ELSE regexp_replace(folio_words(t), '([\u0e01-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2-\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u1780-\u17b3\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u17b4-\u17d3\u3099-\u309a]*)', ' \1 ', 'g')
END;

CREATE OR REPLACE FUNCTION folio_vector(heavy text, light text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN setweight(to_tsvector('folio'::regconfig, folio_terms(heavy)), 'A')
    || U&'''\E000'':1'::tsvector
    || to_tsvector('folio'::regconfig, folio_terms(light));

CREATE INDEX idx_document_name_search ON document USING gin (to_tsvector('folio'::regconfig, folio_terms(name)));

-- Texts that are indexed in another way now. Nothing else of them changes.
UPDATE document SET content = content WHERE name ~ '[\u0e00-\u17ff\u3000-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd]' OR content ~ '[\u0e00-\u17ff\u3000-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd]';
UPDATE message SET question = question WHERE question ~ '[\u0e00-\u17ff\u3000-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd]' OR answer ~ '[\u0e00-\u17ff\u3000-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003fffd]';

DELETE FROM document_passage;
INSERT INTO document_passage (owner_id, ord, start, search)
SELECT d.id, p.ord, p.start, folio_vector(CASE p.ord WHEN 0 THEN d.name ELSE '' END, p.body)
FROM document AS d, folio_passages(d.content) AS p
WHERE d.search IS NULL;

DELETE FROM message_passage;
INSERT INTO message_passage (owner_id, ord, start, search)
SELECT m.id, p.ord, p.start, folio_vector(p.body, '')
FROM message AS m, folio_passages(m.question) AS p
WHERE m.search IS NULL
UNION ALL
SELECT m.id, 100000 + p.ord, p.start, folio_vector('', p.body)
FROM message AS m, folio_passages(m.answer) AS p
WHERE m.search IS NULL;
