//! What is in the way of an adoption is told in words, and what others hold is waited for.

use service::error::MigrationError;
use service::{Error, MigrationProgress};
use support::program::Program;
use support::{Kind, Store};

const TABLES: &str = "CREATE TABLE document (
        id UUID PRIMARY KEY, code VARCHAR(50) UNIQUE NOT NULL, name VARCHAR(255) NOT NULL, content TEXT NOT NULL,
        created_at TIMESTAMPTZ, updated_at TIMESTAMPTZ);
    CREATE TABLE message (
        id UUID PRIMARY KEY, thread_id VARCHAR(255) NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
        created_at TIMESTAMPTZ);";

#[tokio::test]
async fn a_failed_adoption_says_which_step_failed_and_what_was_in_its_way() {
    let cases = [
        (
            "CREATE VIEW titles AS SELECT code FROM document",
            "0001_document",
            0,
            ["a view, a rule", "view titles", "make it again"],
        ),
        (
            "ALTER TABLE document ADD COLUMN metadata text",
            "0001_document",
            0,
            ["a column of that name", "\"metadata\"", "rename the column"],
        ),
        (
            "CREATE TABLE thread (id int)",
            "0003_thread",
            2,
            ["something else of that name", "\"thread\"", "rename it"],
        ),
        (
            "CREATE TABLE user_info (name text)",
            "0008_user_info",
            7,
            ["not as the Python module", "u.", "rename the table"],
        ),
        (
            "ALTER TABLE message ALTER thread_id TYPE text;
             INSERT INTO message VALUES (gen_random_uuid(), repeat('x', 300), 'q', 'a', now())",
            "0004_message",
            3,
            [
                "does not keep to a rule",
                "message_thread_length",
                "mend or",
            ],
        ),
    ];
    for (theirs, failed, before, words) in cases {
        let bare = Store::bare(Kind::Postgres).await;
        bare.sql(&format!("{TABLES}{theirs}")).await;
        let folio = bare.open().await;
        let error = folio.migrations().up(None).await.unwrap_err();
        let said = error.to_string();
        assert!(
            said.starts_with(&format!("cannot apply the migration {failed}: ")),
            "{said}"
        );
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
        let Error::Migration(MigrationError::Step { done, .. }) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(done.len(), before, "{said}");
        assert!(done.iter().all(|step| said.contains(step)), "{said}");
        assert!(
            !said.contains("folio migrate up"),
            "that is no advice: {said}"
        );
        folio.close().await;
    }
}

/// The program tells what it did before it failed, and as it did it.
#[tokio::test]
async fn steps_are_printed_as_they_are_applied() {
    let bare = Store::bare(Kind::Postgres).await;
    bare.sql(&format!("{TABLES} CREATE TABLE thread (id int)"))
        .await;
    let ran = Program::on(&bare.url).run(&["migrate", "up"]);
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.out,
        "applied  0001_document\napplied  0002_document_revision\n"
    );
    bare.sql("DROP TABLE thread").await;
    let ran = Program::on(&bare.url).run(&["migrate", "up"]);
    assert!(
        ran.status == 0 && ran.out.starts_with("applied  0003_thread\n"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn tables_in_use_are_waited_for_and_the_others_are_let_through() {
    let bare = Store::bare(Kind::Postgres).await;
    bare.sql(TABLES).await;
    let folio = bare.open().await;
    let reader = folio.connection().await.unwrap();
    let reading = sea_orm::TransactionTrait::begin(&*reader).await.unwrap();
    let read = "SELECT count(*) FROM document";
    sea_orm::ConnectionTrait::execute_unprepared(&reading, read)
        .await
        .unwrap();

    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let migrating = folio.clone();
    let migrated = tokio::spawn(async move {
        let tell = |progress: MigrationProgress<'_>| {
            let waits = matches!(progress, MigrationProgress::Waiting("0001_document"));
            assert!(tell.send(waits).is_ok());
        };
        migrating.migrations().up_telling(None, tell).await
    });
    assert_eq!(told.recv().await, Some(true), "it waits");
    // Whoever comes now does not stand behind it for ever.
    let _: i64 = bare.value(read).await;
    reading.commit().await.unwrap();
    let applied = migrated.await.unwrap().unwrap();
    let steps = folio.migrations().status().await.unwrap();
    assert_eq!(applied.len(), steps.len());
}

#[tokio::test]
async fn where_nothing_is_missing_no_right_is_needed_to_say_so() {
    let store = Store::fresh(Kind::Postgres).await;
    let role: String = store
        .value("SELECT 'reader_of_' || current_database()")
        .await;
    store
        .sql(&format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'secret'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"
        ))
        .await;
    let (_, server) = store.url().split_once('@').unwrap();
    let program = Program::on(&format!("postgres://{role}:secret@{server}"));
    let up = program.run(&["migrate", "up"]);
    let listed = program.run(&["doc", "list"]);
    store
        .sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await;
    assert_eq!(
        (up.status, up.out.as_str()),
        (0, "nothing to do\n"),
        "{up:?}"
    );
    assert_eq!(listed.status, 0, "{listed:?}");
}
