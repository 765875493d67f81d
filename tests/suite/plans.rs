//! Every query that a user can repeat goes by an index, however large the table.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of this is test code: it panics where a story breaks"
)]

use std::sync::{Arc, Mutex};

use sea_orm::{ConnectionTrait, Statement};
use service::ingest::{IngestOptions, Vanished};
use service::{
    ActivityFilter, CancellationToken, DocumentFilter, DocumentSelection, DocumentSort,
    MessageChange, NewDocument, NewMessage, PageRequest, Pin, Retag, Retention, SearchRequest,
    Subject, ThreadFilter, ThreadId, ThreadSelection, UserId,
};
use support::files::{folder, write};
use support::{Kind, Store};
use tracing_subscriber::layer::{Context, SubscriberExt};

/// Remembers the SQL that the drivers say they ran.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Heard {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Sql(Option<String>, String);
        impl tracing::field::Visit for Sql {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.record_str(field, &format!("{value:?}"));
            }
            fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
                match field.name() {
                    "db.statement" if !value.trim().is_empty() => {
                        self.0 = Some(value.trim().to_owned());
                    }
                    "summary" => value.clone_into(&mut self.1),
                    _ => {}
                }
            }
        }
        if event.metadata().target() == "sqlx::query" {
            let mut sql = Sql(None, String::new());
            event.record(&mut sql);
            self.0.lock().unwrap().push(sql.0.unwrap_or(sql.1));
        }
    }
}

/// Enough rows for a scan to be the wrong way.
async fn fill(store: &Store) {
    insert(
        store,
        6_000,
        "document (name, code, content)",
        "'name ' || (n % 900), 'code' || n, 'word' || (n % 700) || ' and kestrel' || n",
    )
    .await;
    insert(
        store,
        6_000,
        "message (thread_id, question, answer)",
        "'t' || (n % 1500), 'question' || n, 'word' || (n % 700)",
    )
    .await;
    store
        .sql("UPDATE document SET content = content || ' changed' WHERE code LIKE 'code1%'")
        .await;
    store
        .sql("DELETE FROM document WHERE code LIKE 'code2%'")
        .await;
    let number = store.spelled("CAST(substr(code, 5) AS INTEGER)", "substr(code, 5)::int");
    let tags = store.spelled(
        "json_object('tags', json_array('all', 't' || (# % 20)))",
        "jsonb_build_object('tags', jsonb_build_array('all', 't' || (# % 20)))",
    );
    let tags = tags.replace('#', number);
    store
        .sql(&format!("UPDATE document SET metadata = {tags}"))
        .await;
    // As a server does by itself after a while: statistics, and an index without a pending list.
    store
        .sql(store.spelled("ANALYZE", "VACUUM (ANALYZE)"))
        .await;
}

/// Inserts rows, each made of its number `n`.
async fn insert(store: &Store, rows: u32, into: &str, values: &str) {
    let numbers = store.spelled(
        "(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) SELECT n FROM s) AS s",
        "generate_series(1, {rows}) AS s (n)",
    );
    let numbers = numbers.replace("{rows}", &rows.to_string());
    store
        .sql(&format!(
            "INSERT INTO {into} SELECT {values} FROM {numbers}"
        ))
        .await;
}

/// Searches of every kind.
async fn search_it(folio: &service::Folio) {
    let documents = folio.documents();
    for query in [
        "kestrel17",
        "word5 kestrel17",
        "\"and kestrel18\"",
        "kestrel19*",
        "word7 -kestrel7",
        "(kestrel17 OR kestrel18) -word9",
        "name:17 kestrel17",
        "kestrel17 code:code1*",
        "word17 before:2100 after:2000",
        "code:code17",
    ] {
        assert!(
            documents
                .search(&SearchRequest::new(query))
                .await
                .unwrap()
                .total
                > 0,
            "{query}"
        );
        folio
            .messages()
            .search(&SearchRequest::new(query))
            .await
            .unwrap();
    }
    for query in [
        "tag:draft",
        "kestrel17 tag:draft,old",
        "user:7",
        "thread:t7 word7",
        "word7",
    ] {
        folio
            .documents()
            .search(&SearchRequest::new(query))
            .await
            .unwrap();
        folio
            .messages()
            .search(&SearchRequest::new(query))
            .await
            .unwrap();
    }
}

/// The same where some rows have a language of their own.
async fn search_in_two_languages(store: &Store) {
    for table in ["document", "message"] {
        let german = r#"{"language": "de"}"#;
        store
            .sql(&format!(
                "UPDATE {table} SET metadata = '{german}' WHERE id IN (SELECT id FROM {table} LIMIT 100)"
            ))
            .await;
        // So many rows with one label would be a reason to read them all.
        store
            .sql(&format!("DELETE FROM {table}_label WHERE key = 'language'"))
            .await;
    }
    store
        .sql(store.spelled("ANALYZE", "VACUUM (ANALYZE)"))
        .await;
    for query in [
        "kestrel37",
        "word5 kestrel37",
        "\"und kestrel38\"",
        "kestrel39*",
        "name:37 kestrel37",
        "wörter7 -kestrel7",
        "nothing like it",
    ] {
        let request = SearchRequest::new(query);
        store.folio.documents().search(&request).await.unwrap();
        store.folio.messages().search(&request).await.unwrap();
    }
}

/// Everything that lists, looks up and searches.
async fn use_it(store: &Store) {
    let folio = &store.folio;
    let documents = folio.documents();
    for sort in [
        DocumentSort::NewestFirst,
        DocumentSort::Name,
        DocumentSort::Code,
    ] {
        let first = documents.list(sort, &PageRequest::first(50)).await.unwrap();
        let next = PageRequest::first(50).after(first.next.unwrap());
        let second = documents.list(sort, &next).await.unwrap();
        documents
            .list(
                sort,
                &PageRequest::first(50).before(second.previous.unwrap()),
            )
            .await
            .unwrap();
        documents.list(sort, &PageRequest::last(50)).await.unwrap();
    }
    let one = documents.get("code17").await.unwrap().unwrap();
    documents.get_by_id(one.id).await.unwrap();
    documents.get_many(&["code5", "code6"]).await.unwrap();
    documents
        .history("code17", &PageRequest::first(10))
        .await
        .unwrap();
    documents.revision("code17", 1).await.unwrap();
    let trash = documents.deleted(&PageRequest::first(10)).await.unwrap();
    documents
        .deleted(&PageRequest::first(10).after(trash.next.unwrap()))
        .await
        .unwrap();
    search_it(folio).await;
    let thread = ThreadId::new("t7").unwrap();
    let threads = folio.threads();
    let first = threads
        .list(&ThreadFilter::all(), &PageRequest::first(50))
        .await
        .unwrap();
    threads
        .list(
            &ThreadFilter::all(),
            &PageRequest::first(50).after(first.next.unwrap()),
        )
        .await
        .unwrap();
    threads
        .list(
            &ThreadFilter::of_user(UserId::from(7)),
            &PageRequest::first(50),
        )
        .await
        .unwrap();
    threads.get(&thread).await.unwrap();
    let turns = folio
        .messages()
        .list(&thread, &PageRequest::first(2))
        .await
        .unwrap();
    folio
        .messages()
        .list(&thread, &PageRequest::first(2).after(turns.next.unwrap()))
        .await
        .unwrap();
    let saved = folio
        .messages()
        .save(NewMessage::new(thread.clone(), "q", "a"))
        .await
        .unwrap();
    folio.messages().get(saved.id).await.unwrap();
    folio.messages().delete(saved.id).await.unwrap();
    keep_in_step(store).await;
    documents.restore("code17", None).await.unwrap();
    documents.delete("code18").await.unwrap();
    threads.delete(&thread).await.unwrap();
}

/// The parts of lists, what is done with many rows, and what takes it back.
async fn use_the_rest(store: &Store) {
    let folio = &store.folio.acting_as("ada");
    let (documents, threads, messages) = (folio.documents(), folio.threads(), folio.messages());
    let from = "2020-01-01T00:00:00Z".parse().unwrap();
    let few = PageRequest::first(20);
    let old = Retention::new().threads_before(from).revisions_before(from);
    folio.purge_scope(&old).await.unwrap();
    let purged = folio.purge(&old, &CancellationToken::new()).await.unwrap();
    assert_eq!((purged.threads, purged.document_revisions), (0, 0));
    for sort in [
        DocumentSort::Code,
        DocumentSort::Name,
        DocumentSort::NewestFirst,
    ] {
        let all = DocumentFilter::from(sort);
        for filter in [
            all.clone().code("code3"),
            all.clone().name("name 7"),
            all.clone().since(from),
            all.clone().tag("t7"),
            all.clone().tag("t7").name("name 7"),
            all.clone().tag("t7").tag("all").code("code3").since(from),
        ] {
            let page = documents.filtered(&filter, &few).await.unwrap();
            if let Some(next) = page.next {
                let next = few.clone().after(next);
                documents.filtered(&filter, &next).await.unwrap();
            }
            let last = PageRequest::last(20);
            documents.filtered(&filter, &last).await.unwrap();
        }
    }
    let tagged = DocumentSelection::Matching(DocumentFilter::all().tag("t7"));
    assert!(documents.count_selected(&tagged).await.unwrap() > 100);
    let prefix =
        DocumentSelection::Matching(DocumentFilter::from(DocumentSort::Code).code("code30"));
    let go_on = CancellationToken::new();
    documents.count_selected(&prefix).await.unwrap();
    let retag = Retag::new().give("x");
    documents
        .retag(&prefix, &retag, &go_on, |_| {})
        .await
        .unwrap();
    let deleted = documents
        .delete_many(&prefix, &go_on, |_| {})
        .await
        .unwrap();
    let activity = folio.activity();
    let undone = activity.undo(deleted.batch, &go_on, |_| {}).await;
    assert!(undone.unwrap().done > 0);

    documents.estimate().await.unwrap();
    messages.estimate().await.unwrap();
    threads.estimate().await.unwrap();
    let user = ThreadFilter::of_user(UserId::from(7));
    for filter in [ThreadFilter::all(), user] {
        for filter in [filter.clone(), filter.pinned_first()] {
            threads
                .list(&filter.clone().since(from), &few)
                .await
                .unwrap();
            threads.list(&filter, &PageRequest::last(20)).await.unwrap();
        }
    }
    let (together, batch) = folio.batch();
    let thread = ThreadId::new("t8").unwrap();
    together.threads().pin(&thread, Pin::Pinned).await.unwrap();
    let turn = messages.recent(&thread, 1).await.unwrap().remove(0);
    messages.around(turn.id, 1, 1).await.unwrap();
    let change = MessageChange::new().answer("another");
    together.messages().update(turn.id, &change).await.unwrap();
    together.messages().delete(turn.id).await.unwrap();
    together.threads().delete(&thread).await.unwrap();
    let made = NewDocument::new("made", "Made", "text");
    together.documents().insert(made).await.unwrap();
    let trash = threads.deleted(&few).await.unwrap();
    threads
        .deleted_messages(trash.items[0].deletion, &few)
        .await
        .unwrap();
    messages.deleted(&few).await.unwrap();
    for filter in [
        ActivityFilter::all(),
        ActivityFilter::all().by("ada"),
        ActivityFilter::all().on(Subject::Thread),
    ] {
        activity.list(&filter, &few).await.unwrap();
    }
    activity.acts(batch, &few).await.unwrap();
    activity.scope(batch).await.unwrap();
    assert_eq!(activity.undo(batch, &go_on, |_| {}).await.unwrap().done, 5);
    let some = ThreadSelection::Ids(vec![thread.clone()]);
    threads.count_selected(&some).await.unwrap();
    threads.delete_many(&some, &go_on, |_| {}).await.unwrap();
}

/// A folder that is taken in, changes, and is taken in again; and the looks back at that.
async fn keep_in_step(store: &Store) {
    let names: Vec<String> = (0..300).map(|n| format!("f{n}.md")).collect();
    let texts: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), name.as_bytes()))
        .collect();
    let files = folder(&texts);
    let options = IngestOptions::default().vanished(Vanished::Delete);
    let take = async || {
        store
            .folio
            .ingest()
            .directory(files.path(), &options)
            .await
            .unwrap()
    };
    take().await;
    store
        .sql(store.spelled("ANALYZE", "VACUUM (ANALYZE)"))
        .await;
    write(files.path(), "f1.md", b"changed");
    std::fs::remove_file(files.path().join("f2.md")).unwrap();
    std::fs::rename(files.path().join("f3.md"), files.path().join("moved.md")).unwrap();
    let run = take().await.run.unwrap();
    let runs = store
        .folio
        .ingest()
        .runs(&PageRequest::first(1))
        .await
        .unwrap();
    store
        .folio
        .ingest()
        .runs(&PageRequest::first(1).after(runs.next.unwrap()))
        .await
        .unwrap();
    store.folio.ingest().show_run(run).await.unwrap();
    let (ingest, cancel) = (store.folio.ingest(), CancellationToken::new());
    ingest.undo(run, &cancel, |_| ()).await.unwrap();
}

/// Whether the planner may choose to read a whole table.
#[derive(Clone, Copy)]
enum SeqScan {
    On,
    Off,
}

async fn plan(store: &Store, sql: &str, seq_scan: SeqScan) -> String {
    let pool = store.folio.connection().await.unwrap();
    let connection = sea_orm::TransactionTrait::begin(&*pool).await.unwrap();
    let run = async |sql: String| {
        connection
            .query_all_raw(Statement::from_string(
                connection.get_database_backend(),
                sql,
            ))
            .await
    };
    let (rows, column) = match store.kind {
        Kind::Sqlite => (run(format!("EXPLAIN QUERY PLAN {sql}")).await, 3),
        Kind::Postgres => {
            // As the driver does it: prepared, with parameters that the plan doesn't know.
            connection
                .execute_unprepared(&format!(
                    "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = {}; PREPARE asked AS {sql}",
                    match seq_scan {
                        SeqScan::On => "on",
                        SeqScan::Off => "off",
                    }
                ))
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let parameters = (1..70_000)
                .take_while(|n| sql.contains(&format!("${n}")))
                .count();
            let nulls = vec!["NULL"; parameters].join(", ");
            let call = if parameters == 0 {
                "asked".to_owned()
            } else {
                format!("asked({nulls})")
            };
            let rows = run(format!("EXPLAIN EXECUTE {call}")).await;
            connection
                .execute_unprepared("DEALLOCATE asked")
                .await
                .unwrap();
            (rows, 0)
        }
    };
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(column).unwrap() + "\n")
        .collect()
}

/// The tables that a plan reads whole.
fn scans(kind: Kind, plan: &str) -> Vec<String> {
    let tables = [
        "document",
        "document_revision",
        "document_label",
        "document_passage",
        "document_tag",
        "message",
        "message_label",
        "message_passage",
        "thread",
        "audit",
        "audit_batch",
        "thread_revision",
        "message_revision",
        "ingest_run",
        "ingest_file",
        "ingest_root",
    ];
    let scanned = plan.lines().filter_map(|line| match kind {
        Kind::Sqlite if line.contains("INDEX") || line.contains("VIRTUAL") => None,
        Kind::Sqlite => line.trim_start().strip_prefix("SCAN "),
        Kind::Postgres => line.split_once("Seq Scan on ").map(|(_, rest)| rest),
    });
    scanned
        .filter_map(|rest| rest.split(' ').next())
        .filter(|table| tables.contains(table))
        .map(str::to_owned)
        .collect()
}

/// Whether none of these tables has more rows than fit on some pages.
async fn all_small(store: &Store, tables: &[String]) -> bool {
    for table in tables {
        let rows: i64 = store.value(&format!("SELECT count(*) FROM {table}")).await;
        if rows >= 1_000 {
            return false;
        }
    }
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_reads_a_whole_table() {
    let heard = Heard::default();
    let quiet = tracing_subscriber::filter::Targets::new()
        .with_target("sqlx::query", tracing::Level::TRACE);
    let layers = tracing_subscriber::registry()
        .with(tracing_subscriber::Layer::with_filter(heard.clone(), quiet));
    tracing::subscriber::set_global_default(layers).unwrap();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = Store::fresh(kind).await;
        fill(&store).await;
        heard.0.lock().unwrap().clear();
        use_it(&store).await;
        use_the_rest(&store).await;
        search_in_two_languages(&store).await;
        let mut statements = std::mem::take(&mut *heard.0.lock().unwrap());
        statements.sort();
        statements.dedup();
        let plannable = |sql: &String| {
            ["SELECT", "WITH", "UPDATE", "DELETE", "INSERT"]
                .iter()
                .any(|verb| sql.starts_with(verb))
        };
        statements.retain(plannable);
        assert!(statements.len() > 20, "{statements:#?}");
        for sql in statements {
            let chosen = plan(&store, &sql, SeqScan::On).await;
            let mut scanned = scans(kind, &chosen);
            // A small table is best read whole; there has to be an index for when it has grown.
            let mut forced = String::new();
            if !scanned.is_empty() && all_small(&store, &scanned).await {
                forced = plan(&store, &sql, SeqScan::Off).await;
                scanned = scans(kind, &forced);
            }
            assert!(
                scanned.is_empty(),
                "{kind:?} reads {scanned:?}\n{sql}\n{chosen}\n{forced}"
            );
        }
    }
}
