//! Conversations from a file of lines.

use std::io::Cursor;

use service::{CancellationToken, ImportReport, ThreadId};
use support::{Store, on_both};

async fn import(store: &Store, lines: &str) -> ImportReport {
    let lines = Cursor::new(lines.to_owned());
    store
        .folio
        .import_turns(lines, &CancellationToken::new(), |_| ())
        .await
        .unwrap()
}

on_both! {
    async fn twice_is_once(store: Store) {
        let lines = r#"{"thread_id":"t","user_id":"ada","question":"one","answer":"1","created_at":"2026-01-01T00:00:00Z"}
{"thread_id":"t","user_id":7,"question":"two","answer":"2","created_at":"2026-01-01T00:00:00Z"}

{"thread_id":"t","question":"two","answer":"2","created_at":"2026-01-01T00:00:00Z"}
{"thread_id":"u","question":"three","answer":"3","id":"0198c0de-0000-7000-8000-000000000001"}
"#;
        let first = import(&store, lines).await;
        assert_eq!((first.total, first.imported, first.skipped, first.failed), (4, 4, 0, 0), "{first:?}");
        let again = import(&store, lines).await;
        assert_eq!((again.total, again.imported, again.skipped, again.failed), (4, 0, 4, 0), "{again:?}");
        let thread = ThreadId::new("t").unwrap();
        let turns = store.folio.messages().recent(&thread, 10).await.unwrap();
        let order: Vec<&str> = turns.iter().map(|turn| turn.question.as_str()).collect();
        assert_eq!(order, ["two", "two", "one"], "turns of one moment keep the file's order");
        let kept = store.folio.threads().get(&thread).await.unwrap().unwrap();
        assert_eq!((kept.message_count, kept.user_id.unwrap().as_str()), (3, "ada"));
    }

    async fn bad_lines_are_reported_by_number_and_never_stop_the_rest(store: Store) {
        let lines = "{\"thread_id\":\"t\",\"question\":\"q\",\"answer\":\"a\"}\nnot json\n{\"thread_id\":\"\",\"question\":\"q\",\"answer\":\"a\"}\n{\"question\":\"q\",\"answer\":\"a\"}\n{\"thread_id\":\"t\",\"question\":\"nul \\u0000\",\"answer\":\"a\"}\n{\"thread_id\":\"t\",\"question\":\"q2\",\"answer\":\"a\",\"created_at\":\"yesterday\"}\n{\"thread_id\":\"t\",\"question\":\"q3\",\"answer\":\"a\"}";
        let report = import(&store, lines).await;
        assert_eq!((report.total, report.imported, report.failed), (7, 2, 5), "{report:?}");
        let numbers: Vec<u64> = report.errors.iter().map(|error| error.line).collect();
        assert_eq!(numbers, [2, 3, 4, 5, 6]);
    }

    async fn what_else_a_line_has_is_kept(store: Store) {
        import(&store, r#"{"thread_id":"t","question":"q","answer":"a","model":"m-1","tokens":12}"#).await;
        let turns = store.folio.messages().recent(&ThreadId::new("t").unwrap(), 1).await.unwrap();
        assert_eq!(turns[0].metadata, serde_json::json!({"model": "m-1", "tokens": 12}));
    }

    async fn thousands_of_turns_keep_their_order_and_count(store: Store) {
        let lines: String = (0..5_000).map(|n| format!("{{\"thread_id\":\"t{}\",\"question\":\"{n}\",\"answer\":\"a\",\"created_at\":\"2026-01-01T00:{:02}:00Z\"}}\n", n % 3, n / 100)).collect();
        let report = import(&store, &lines).await;
        assert_eq!((report.total, report.imported), (5_000, 5_000));
        let off: i64 = store.value("SELECT count(*) FROM thread WHERE message_count <> (SELECT count(*) FROM message WHERE thread_id = thread.id)").await;
        assert_eq!(off, 0);
        let turns = store.folio.messages().recent(&ThreadId::new("t1").unwrap(), 1000).await.unwrap();
        let order: Vec<u32> = turns.iter().map(|turn| turn.question.parse().unwrap()).collect();
        assert!(order.is_sorted_by(|a, b| a > b));
    }
}
