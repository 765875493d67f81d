DROP TABLE ingest_run;
