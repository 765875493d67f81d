DROP INDEX idx_document_name_search;

CREATE OR REPLACE FUNCTION folio_vector(heavy text, light text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN setweight(to_tsvector('folio'::regconfig, folio_words(heavy)), 'A')
    || U&'''\E000'':1'::tsvector
    || to_tsvector('folio'::regconfig, folio_words(light));

DROP FUNCTION folio_terms(text);

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
