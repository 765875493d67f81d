//! Conversations that ChatGPT and LangChain exported.

use std::io::Cursor;

use serde_json::{Value, json};
use service::{CancellationToken, ForeignReport, ThreadId};
use support::program::Program;
use support::{Store, on_both};

async fn import(store: &Store, export: &Value) -> ForeignReport {
    let (from, cancel) = (Cursor::new(export.to_string()), CancellationToken::new());
    store
        .folio
        .import_foreign(from, "file", &cancel, |_| ())
        .await
        .unwrap()
}

fn message(role: &str, text: &str, parent: Option<&str>, at: f64) -> Value {
    json!({"parent": parent, "message": {"author": {"role": role}, "create_time": at, "content": {"parts": [text]}}})
}

/// A conversation of ChatGPT whose last question may have an answer.
fn export(title: &str, answer: Option<&str>) -> Value {
    let mut mapping = json!({
        "q1": message("user", "one?", None, 1_700_000_000.5), "a1": message("assistant", "1", Some("q1"), 1_700_000_001.0),
        "q2": message("user", "two?", Some("a1"), 1_700_000_002.0),
    });
    let mut end = "q2";
    if let Some(answer) = answer {
        mapping["a2"] = message("assistant", answer, Some("q2"), 1_700_000_003.0);
        end = "a2";
    }
    json!([{"title": title, "conversation_id": "c", "create_time": 1_700_000_000.0, "current_node": end, "mapping": mapping}])
}

async fn turns(store: &Store, thread: &str) -> Vec<(String, String)> {
    let thread = ThreadId::new(thread).unwrap();
    let turns = store.folio.messages().recent(&thread, 10).await.unwrap();
    let turns = turns.into_iter().rev();
    turns.map(|turn| (turn.question, turn.answer)).collect()
}

fn pair(question: &str, answer: &str) -> (String, String) {
    (question.to_owned(), answer.to_owned())
}

on_both! {
    async fn a_question_that_got_its_answer_since_is_completed(store: Store) {
        let first = import(&store, &export("Numbers", None)).await;
        assert_eq!((first.total, first.imported, first.failed), (3, 3, 0), "{first:?}");
        assert_eq!(turns(&store, "c").await, [pair("one?", "1"), pair("two?", "")]);
        let id = ThreadId::new("c").unwrap();
        let last = store.folio.messages().recent(&id, 1).await.unwrap().remove(0);
        let noted = service::MessageChange::new().metadata(json!({"mine": true}));
        store.folio.messages().update(last.id, &noted).await.unwrap();

        let then = import(&store, &export("Numbers", Some("2"))).await;
        assert_eq!((then.imported, then.updated, then.skipped, then.failed), (0, 1, 2, 0), "{then:?}");
        assert_eq!(turns(&store, "c").await, [pair("one?", "1"), pair("two?", "2")]);
        let now = store.folio.messages().get(last.id).await.unwrap().unwrap();
        assert_eq!(now.metadata, json!({"mine": true}), "an export says nothing of metadata");
        let versions: i64 = store.value("SELECT count(*) FROM message_revision").await;
        assert_eq!(versions, 2, "what it was before, and before that");

        let again = import(&store, &export("Figures", Some("2"))).await;
        assert_eq!((again.updated, again.skipped), (1, 2), "{again:?}");
        let thread = store.folio.threads().get(&id).await.unwrap().unwrap();
        assert_eq!((thread.title.as_deref(), thread.message_count), (Some("Figures"), 2));
        assert_eq!(service::time::format(&thread.created_at), "2023-11-14T22:13:20.000000Z");
    }

    async fn rows_of_a_chat_history_are_kept_by_session_and_told_from_how_they_begin(store: Store) {
        let row = |id: u32, session: &str, kind: &str, content: &str| {
            let message = json!({"type": kind, "data": {"content": content, "type": kind}}).to_string();
            json!({"id": id, "session_id": session, "message": message, "created_at": "2024-05-01 10:00:00"}).to_string()
        };
        let mut rows = [row(1, "s", "human", "1?"), row(2, "t", "human", "2?"), row(3, "s", "ai", "1"), row(4, "t", "critic", "no")];
        let program = Program::on(store.url());
        std::fs::write(program.home.path().join("rows.jsonl"), rows.join("\n")).unwrap();
        let ran = program.run(&["import", "rows.jsonl", "--json"]);
        let report = ran.json();
        assert_eq!((ran.status, &report["total"], &report["imported"], &report["failed"]), (3, &json!(3), &json!(2), &json!(1)), "{report}");
        assert_eq!(report["errors"][0]["item"], 4);
        rows[3] = row(4, "t", "ai", "2");
        std::fs::write(program.home.path().join("rows.jsonl"), rows.join("\n")).unwrap();
        let report = program.json(&["import", "rows.jsonl"]);
        assert_eq!((&report["imported"], &report["updated"], &report["skipped"]), (&json!(0), &json!(1), &json!(1)), "{report}");
        assert_eq!(turns(&store, "s").await, [pair("1?", "1")]);
        assert_eq!(turns(&store, "t").await, [pair("2?", "2")]);
        let first = store.folio.messages().recent(&ThreadId::new("s").unwrap(), 1).await.unwrap().remove(0);
        assert_eq!(service::time::format(&first.created_at), "2024-05-01T10:00:00.000000Z");
    }

    async fn what_is_left_out_and_what_is_wrong_is_told_to_people(store: Store) {
        let program = Program::on(store.url());
        let messages = json!({"messages": [
            {"type": "system", "data": {"content": "be kind"}}, {"type": "human", "data": {"content": "one?"}},
            {"type": "oracle", "data": {"content": "hm"}}, {"type": "ai", "data": {"content": "1"}},
        ]});
        std::fs::write(program.home.path().join("talk.json"), messages.to_string()).unwrap();
        let ran = program.run(&["import", "talk.json"]);
        assert_eq!(ran.status, 3, "{ran:?}");
        assert!(ran.out.contains("item 1: message 3 of it: "), "{ran:?}");
        assert!(ran.out.contains("left out: 1 instruction\n"), "{ran:?}");
        assert_eq!(turns(&store, "talk").await, [pair("one?", "1")]);

        let mut export = export("Numbers", Some("2"));
        export.as_array_mut().unwrap().push(json!({"title": "Broken", "mapping": 5}));
        let ran = program.run_with(&["import", "-"], export.to_string().as_bytes());
        assert!(ran.out.contains("item 2 (Broken): "), "{ran:?}");
        assert_eq!(turns(&store, "c").await, [pair("one?", "1"), pair("two?", "2")]);
    }
}
