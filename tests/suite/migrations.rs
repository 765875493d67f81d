//! The schema goes up and down, once, whoever asks, and however many do.

use std::process::{Command, Stdio};

use service::error::MigrationError;
use service::{Config, Error, Folio, NewDocument, RowsOnDown};
use support::program::{Program, built};
use support::{Kind, Store, on_both};

on_both! {
    async fn every_step_goes_up_and_down_and_up_again(store: Store) {
        let migrations = store.folio.migrations();
        let steps = migrations.status().await.unwrap();
        assert!(steps.iter().all(|step| step.applied));
        for pending in 1..=steps.len() {
            assert_eq!(migrations.down(Some(1), RowsOnDown::Keep).await.unwrap().len(), 1);
            assert_eq!(migrations.pending().await.unwrap(), pending);
        }
        let tables: i64 = store.value(store.spelled(
            "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'seaql_%'",
            "SELECT count(*) FROM pg_class AS c WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'seaql_%'",
        )).await;
        assert_eq!(tables, 0, "nothing is left behind");
        for _ in &steps {
            migrations.up(Some(1)).await.unwrap();
        }
        assert_eq!(migrations.up(None).await.unwrap(), [""; 0]);
        store.folio.documents().insert(NewDocument::new("a", "A", "t")).await.unwrap();
    }

    async fn a_step_taken_back_and_forth_keeps_the_documents(store: Store) {
        store.folio.documents().insert(NewDocument::new("a", "A", "a kestrel")).await.unwrap();
        store.folio.migrations().down(Some(4), RowsOnDown::Keep).await.unwrap();
        store.folio.migrations().up(None).await.unwrap();
        let hits = store.folio.documents().search(&service::SearchRequest::new("kestrel")).await.unwrap();
        assert_eq!(hits.total, 1, "the index is built from what is there");
    }

    async fn rows_go_with_their_tables_only_when_that_is_allowed(store: Store) {
        let documents = store.folio.documents();
        documents.insert(NewDocument::new("a", "A", "t")).await.unwrap();
        documents.insert(NewDocument::new("b", "B", "t")).await.unwrap();
        documents.delete("b").await.unwrap();
        let migrations = store.folio.migrations();
        let error = migrations.down(None, RowsOnDown::Keep).await.unwrap_err();
        let Error::Migration(MigrationError::WouldDelete { lost, .. }) = &error else { panic!("{error:?}") };
        let lost: Vec<_> = lost.iter().map(|lost| (lost.table, lost.rows)).collect();
        assert_eq!(&lost[..2], [("document", 1), ("document_revision", 1)]);
        assert_eq!((migrations.pending().await.unwrap(), documents.count().await.unwrap()), (0, 1), "nothing is done");

        let program = Program::on(store.url());
        let refused = program.run(&["migrate", "down", "-n", "99"]);
        assert_eq!(refused.status, 1, "{refused:?}");
        for word in ["document (rows: 1)", "--delete-data", "nothing was changed"] {
            assert!(refused.said.contains(word), "{word}: {refused:?}");
        }
        let done = program.run(&["migrate", "down", "-n", "99", "--delete-data"]);
        assert_eq!(done.status, 0, "{done:?}");
        assert!(done.out.ends_with("taken back  0001_document\n"), "{done:?}");
    }

    async fn a_database_from_a_newer_program_is_refused(store: Store) {
        store.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('9999_from_the_future', 0)").await;
        let error = Folio::connect(store.config()).await.unwrap_err();
        assert!(matches!(&error, Error::Migration(MigrationError::Newer { unknown }) if unknown == "9999_from_the_future"), "{error:?}");
        // Nor by who was there before.
        assert!(store.folio.migrations().ensure_current().await.is_err());
        assert!(store.folio.migrations().up(None).await.is_err());
        assert!(store.folio.migrations().down(Some(1), RowsOnDown::Keep).await.is_err());
        let ran = Program::on(store.url()).run(&["doc", "list"]);
        assert_eq!(ran.status, 1);
        assert!(ran.said.contains("newer"), "{ran:?}");
    }

    async fn a_reader_migrates_nothing(store: Store) {
        store.folio.migrations().down(Some(1), RowsOnDown::Keep).await.unwrap();
        let reader = store.again(|config| config.with_access(service::Access::ReadOnly)).await;
        assert!(reader.migrations().up(None).await.is_err());
        assert_eq!(reader.migrations().pending().await.unwrap(), 1);
    }
}

/// What four programs print that are started at once.
async fn four_at_once(url: &str, arguments: &[&str]) -> Vec<serde_json::Value> {
    let program = Program::on(url);
    let racers: Vec<_> = (0..4)
        .map(|_| {
            program
                .command(arguments)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut printed = Vec::new();
    for racer in racers {
        let output = tokio::task::spawn_blocking(|| racer.wait_with_output())
            .await
            .unwrap()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        printed.push(serde_json::from_slice(&output.stdout).unwrap());
    }
    printed
}

/// Four programs at once: one of them works, all of them find it done.
async fn race(kind: Kind) {
    let bare = Store::bare(kind).await;
    let printed = four_at_once(&bare.url, &["migrate", "up", "--json"]).await;
    let applied: usize = printed
        .iter()
        .map(|changed| changed["changed"].as_array().unwrap().len())
        .sum();
    let steps = bare.open().await.migrations().status().await.unwrap();
    // An empty file is migrated by whoever opens it first, before its own command comes to that.
    assert!(
        applied <= steps.len() && (kind == Kind::Sqlite || applied == steps.len()),
        "{applied}"
    );
    assert!(steps.iter().all(|step| step.applied));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_migrate_one_file_at_once_do_not_race() {
    race(Kind::Sqlite).await;
}

/// Each of them may find a file that another one is just making the tables of.
#[tokio::test(flavor = "multi_thread")]
async fn programs_that_open_a_new_file_at_once_wait_for_its_tables() {
    for _ in 0..4 {
        let bare = Store::bare(Kind::Sqlite).await;
        four_at_once(&bare.url, &["doc", "list", "--json"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_migrate_one_server_at_once_do_not_race() {
    race(Kind::Postgres).await;
}

/// What `sea-orm-cli migrate` runs is this very program.
async fn cli(kind: Kind) {
    let bare = Store::bare(kind).await;
    let run = |arguments: &[&str]| {
        let output = Command::new(built("folio-migration"))
            .args(arguments)
            .env("DATABASE_URL", &bare.url)
            .output()
            .unwrap();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{arguments:?}: {said}");
        said
    };
    run(&["up"]);
    assert!(!run(&["status"]).contains("Pending"));
    run(&["down", "-n", "2"]);
    assert_eq!(run(&["status"]).matches("Pending").count(), 2);
    run(&["refresh"]);
    let folio = bare.open().await;
    folio
        .documents()
        .insert(NewDocument::new("a", "A", "t"))
        .await
        .unwrap();
    folio.close().await;
    run(&["fresh"]);
    let folio = bare.open().await;
    assert_eq!(folio.documents().count().await.unwrap(), 0);
    assert_eq!(folio.migrations().pending().await.unwrap(), 0);
    folio.close().await;
    run(&["reset"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sea_orms_own_commands_work_on_a_file() {
    cli(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sea_orms_own_commands_work_on_a_server() {
    cli(Kind::Postgres).await;
}

#[tokio::test]
async fn a_server_is_migrated_only_when_asked() {
    let bare = Store::bare(Kind::Postgres).await;
    let folio = bare.open().await;
    let error = folio.migrations().ensure_current().await.unwrap_err();
    assert!(error.to_string().contains("folio migrate up"), "{error}");
    let tables: i64 = bare
        .value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        .await;
    assert_eq!(tables, 0, "looking changes nothing");
}

#[tokio::test]
async fn an_empty_file_is_migrated_at_once_and_one_of_somebody_elses_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let folio = Folio::connect(Config::sqlite(folder.path().join("new.db")))
        .await
        .unwrap();
    assert_eq!(folio.migrations().pending().await.unwrap(), 0);

    let bare = Store::bare(Kind::Sqlite).await;
    bare.sql("CREATE TABLE somebody_elses (x)").await;
    let folio = bare.open().await;
    assert!(folio.migrations().pending().await.unwrap() > 0);
}

#[tokio::test]
async fn a_server_with_another_encoding_is_refused_by_name() {
    let bare = Store::bare(Kind::Postgres).await;
    let name: String = bare.value("SELECT current_database()::text").await;
    let other = format!("{name}_latin");
    bare.sql(&format!(
        "CREATE DATABASE {other} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    ))
    .await;
    let folio = Folio::connect(Config::from_url(&bare.url.replace(&name, &other)).unwrap())
        .await
        .unwrap();
    let error = folio.migrations().up(None).await.unwrap_err();
    assert!(error.to_string().contains("UTF8"), "{error}");
    folio.close().await;
    bare.sql(&format!("DROP DATABASE {other} WITH (FORCE)"))
        .await;
}
