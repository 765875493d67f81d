DROP TABLE document_search;
CREATE VIRTUAL TABLE document_search USING fts5(
    name, content,
    content = 'document_text', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);
INSERT INTO document_search (rowid, name, content) SELECT seq, name, content FROM document_english;

DROP TABLE document_name_search;
CREATE VIRTUAL TABLE document_name_search USING fts5(
    name,
    content = 'document_text', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);
INSERT INTO document_name_search (rowid, name) SELECT seq, name FROM document_english;

DROP TABLE message_search;
CREATE VIRTUAL TABLE message_search USING fts5(
    question, answer,
    content = 'message_text', content_rowid = 'seq',
    tokenize = 'porter unicode61 remove_diacritics 2 categories ''L* M* Nd Nl'''
);
INSERT INTO message_search (rowid, question, answer) SELECT seq, question, answer FROM message_english;

DROP TABLE document_words;
CREATE VIRTUAL TABLE document_words USING fts5(
    language, name, content,
    content = 'document_other', content_rowid = 'seq',
    tokenize = 'unicode61 remove_diacritics 0 categories ''L* M* Nd Nl'''
);
INSERT INTO document_words (document_words) VALUES ('rebuild');

DROP TABLE document_name_words;
CREATE VIRTUAL TABLE document_name_words USING fts5(
    language, name,
    content = 'document_other', content_rowid = 'seq',
    tokenize = 'unicode61 remove_diacritics 0 categories ''L* M* Nd Nl'''
);
INSERT INTO document_name_words (document_name_words) VALUES ('rebuild');

DROP TABLE message_words;
CREATE VIRTUAL TABLE message_words USING fts5(
    language, question, answer,
    content = 'message_other', content_rowid = 'seq',
    tokenize = 'unicode61 remove_diacritics 0 categories ''L* M* Nd Nl'''
);
INSERT INTO message_words (message_words) VALUES ('rebuild');
