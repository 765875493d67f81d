DROP TRIGGER document_times_insert;
DROP TRIGGER document_times_update;
DROP TRIGGER message_times_insert;
DROP TRIGGER message_times_update;
DROP TRIGGER thread_times_insert;
DROP TRIGGER thread_times_update;
