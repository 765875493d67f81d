//! What was done can be looked at, and taken back.

use service::{
    ActivityFilter, BatchId, Bulk, CancellationToken, DocumentChange, DocumentFilter,
    DocumentSelection, DocumentSort, Folio, MessageChange, NewDocument, NewMessage, PageRequest,
    Pin, Retag, Subject, ThreadFilter, ThreadId, ThreadSelection,
};
use support::on_both;

fn thread(id: &str) -> ThreadId {
    ThreadId::new(id).unwrap()
}

fn go_on() -> CancellationToken {
    CancellationToken::new()
}

async fn fill(folio: &Folio, codes: &[&str]) {
    for code in codes {
        folio
            .documents()
            .insert(NewDocument::new(*code, *code, format!("text of {code}")))
            .await
            .unwrap();
    }
}

async fn say(folio: &Folio, id: &str, question: &str) -> service::Message {
    folio
        .messages()
        .save(NewMessage::new(thread(id), question, "an answer"))
        .await
        .unwrap()
}

async fn codes(folio: &Folio) -> Vec<String> {
    let page = folio
        .documents()
        .list(DocumentSort::Code, &PageRequest::first(100))
        .await
        .unwrap();
    page.items.into_iter().map(|row| row.code).collect()
}

async fn undo(folio: &Folio, batch: BatchId) -> Bulk {
    folio
        .activity()
        .undo(batch, &go_on(), |_| {})
        .await
        .unwrap()
}

fn of(codes: &[&str]) -> DocumentSelection {
    DocumentSelection::Codes(codes.iter().map(|code| (*code).to_owned()).collect())
}

on_both! {
    async fn what_was_deleted_together_comes_back_together(store: Store) {
        let folio = &store.folio.acting_as("ada");
        fill(folio, &["a", "b", "c", "d"]).await;
        let before = folio.documents().get("b").await.unwrap().unwrap();
        let deleted = folio.documents().delete_many(&of(&["a", "b", "c", "nowhere"]), &go_on(), |_| {}).await.unwrap();
        assert_eq!((deleted.done, deleted.refused_count), (3, 0));
        assert_eq!(codes(folio).await, ["d"]);

        let trail = folio.activity().list(&ActivityFilter::all(), &PageRequest::first(10)).await.unwrap();
        let line = &trail.items[0];
        assert_eq!((line.id, line.actor.as_deref(), line.action.as_str(), line.rows), (deleted.batch, Some("ada"), "deleted", 3));
        assert_eq!(folio.activity().scope(deleted.batch).await.unwrap().deleted, 3);

        let undone = undo(folio, deleted.batch).await;
        assert_eq!((undone.done, undone.refused_count), (3, 0));
        assert_eq!(codes(folio).await, ["a", "b", "c", "d"]);
        let after = folio.documents().get("b").await.unwrap().unwrap();
        assert_eq!((after.id, after.content, after.created_at), (before.id, before.content, before.created_at));

        // The two are linked, and the undo can be undone as well.
        let trail = folio.activity().list(&ActivityFilter::all(), &PageRequest::first(10)).await.unwrap();
        assert_eq!(trail.items[0].undoes, Some(deleted.batch));
        assert_eq!(trail.items[1].undone_by, Some(undone.batch));
        assert_eq!(undo(folio, undone.batch).await.done, 3);
        assert_eq!(codes(folio).await, ["d"]);
    }

    async fn what_someone_changed_since_is_left_and_told(store: Store) {
        let folio = &store.folio;
        fill(folio, &["a", "b", "c"]).await;
        let (together, batch) = folio.batch();
        for code in ["a", "b", "c"] {
            together.documents().update(code, &DocumentChange::new().content("changed")).await.unwrap();
        }
        folio.documents().update("b", &DocumentChange::new().content("changed again")).await.unwrap();
        folio.documents().delete("c").await.unwrap();
        let undone = undo(folio, batch).await;
        assert_eq!((undone.done, undone.refused_count), (1, 2));
        let told: Vec<(&str, &str)> = undone.refused.iter().map(|refusal| (refusal.label.as_deref().unwrap(), refusal.reason.as_str())).collect();
        assert_eq!(told, [("c", "has been deleted since"), ("b", "has changed since")]);
        assert_eq!(folio.documents().get("a").await.unwrap().unwrap().content, "text of a");
        assert_eq!(folio.documents().get("b").await.unwrap().unwrap().content, "changed again");
        // Once more does nothing.
        assert_eq!(undo(folio, batch).await.done, 0);
    }

    async fn a_batch_of_many_calls_on_one_row_is_taken_back_step_by_step(store: Store) {
        let folio = &store.folio;
        fill(folio, &["old"]).await;
        let (together, batch) = folio.batch();
        let documents = together.documents();
        documents.insert(NewDocument::new("new", "New", "1")).await.unwrap();
        documents.update("new", &DocumentChange::new().content("2")).await.unwrap();
        documents.update("old", &DocumentChange::new().content("3").code("moved")).await.unwrap();
        documents.delete("moved").await.unwrap();
        together.threads().rename(&say(&together, "t", "hello").await.thread_id, Some("Title")).await.unwrap();
        let undone = undo(folio, batch).await;
        assert_eq!(undone.refused, []);
        assert_eq!(codes(folio).await, ["old"]);
        assert_eq!(folio.documents().get("old").await.unwrap().unwrap().content, "text of old");
        let left = folio.threads().get(&thread("t")).await.unwrap().unwrap();
        assert_eq!((left.message_count, left.title), (0, None));
    }

    async fn a_code_that_is_taken_keeps_a_deleted_document_away(store: Store) {
        let folio = &store.folio;
        fill(folio, &["a", "b"]).await;
        let deleted = folio.documents().delete_many(&of(&["a", "b"]), &go_on(), |_| {}).await.unwrap();
        fill(folio, &["a"]).await;
        let undone = undo(folio, deleted.batch).await;
        assert_eq!((undone.done, undone.refused_count), (1, 1));
        assert!(undone.refused[0].reason.contains("another document has its code"), "{undone:?}");
        // From the trash it is the same.
        let trash = folio.documents().deleted(&PageRequest::first(10)).await.unwrap();
        let ids: Vec<_> = trash.items.iter().map(|gone| gone.document_id).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(folio.documents().restore_many(&ids, &go_on(), |_| {}).await.unwrap().refused_count, 1);
        folio.documents().delete("a").await.unwrap();
        assert_eq!(folio.documents().restore_many(&ids, &go_on(), |_| {}).await.unwrap().done, 1);
    }

    async fn all_that_a_filter_has_is_deleted_and_nothing_else(store: Store) {
        let folio = &store.folio;
        folio.transaction(async |tx| {
            for n in 0..1_203 {
                tx.documents().insert(NewDocument::new(format!("guide/{n:04}"), "g", "text")).await?;
            }
            Ok::<_, service::Error>(())
        }).await.unwrap();
        fill(folio, &["guide", "guide0", "other"]).await;
        let guide = DocumentSelection::Matching(DocumentFilter::from(DocumentSort::Code).code("guide/"));
        assert_eq!(folio.documents().count_selected(&guide).await.unwrap(), 1_203);
        let but = DocumentSelection::MatchingBut(DocumentFilter::from(DocumentSort::Code).code("guide/"), vec!["guide/0007".into(), "other".into()]);
        assert_eq!(folio.documents().count_selected(&but).await.unwrap(), 1_202);
        let told = std::sync::Mutex::new(Vec::new());
        let deleted = folio.documents().delete_many(&guide, &go_on(), |done| told.lock().unwrap().push(done)).await.unwrap();
        assert_eq!(deleted.done, 1_203);
        assert_eq!(told.into_inner().unwrap(), [500, 1_000, 1_203]);
        assert_eq!(codes(folio).await, ["guide", "guide0", "other"]);
        assert_eq!(folio.activity().count(deleted.batch).await.unwrap(), 1_203);
        assert_eq!(undo(folio, deleted.batch).await.done, 1_203);
        let deleted = folio.documents().delete_many(&but, &go_on(), |_| {}).await.unwrap();
        assert_eq!(codes(folio).await, ["guide", "guide/0007", "guide0", "other"]);
        assert_eq!(undo(folio, deleted.batch).await.done, 1_202);
        assert_eq!(folio.documents().count_selected(&guide).await.unwrap(), 1_203);
    }

    async fn a_cancelled_change_has_done_a_part_that_can_be_undone(store: Store) {
        let folio = &store.folio;
        folio.transaction(async |tx| {
            for n in 0..600 {
                tx.documents().insert(NewDocument::new(format!("{n:03}"), "n", "text")).await?;
            }
            Ok::<_, service::Error>(())
        }).await.unwrap();
        let cancel = go_on();
        let all = DocumentSelection::Matching(DocumentFilter::default());
        let deleted = folio.documents().delete_many(&all, &cancel, |_| cancel.cancel()).await.unwrap();
        assert!(deleted.cancelled);
        assert_eq!((deleted.done, folio.documents().count().await.unwrap()), (500, 100));
        undo(folio, deleted.batch).await;
        assert_eq!(folio.documents().count().await.unwrap(), 600);
    }

    async fn an_undo_that_was_stopped_is_none_yet_and_a_second_one_completes_it(store: Store) {
        let folio = &store.folio;
        let (together, batch) = folio.batch();
        together.transaction(async |tx| {
            for n in 0..1_100 {
                tx.documents().insert(NewDocument::new(format!("{n:04}"), "n", "text")).await?;
            }
            Ok::<_, service::Error>(())
        }).await.unwrap();
        folio.documents().update("0003", &DocumentChange::new().content("changed")).await.unwrap();
        let page = PageRequest::first(10);
        let of_batch = async || {
            let trail = folio.activity().list(&ActivityFilter::all(), &page).await.unwrap();
            trail.items.into_iter().find(|found| found.id == batch).unwrap()
        };
        let cancel = go_on();
        let stopped = folio.activity().undo(batch, &cancel, |_| cancel.cancel()).await.unwrap();
        assert_eq!((stopped.cancelled, stopped.done), (true, 500));
        assert_eq!(of_batch().await.undone_by, None);

        let rest = undo(folio, batch).await;
        assert_eq!((rest.done, rest.unchanged, rest.refused_count), (599, 500, 1), "{rest:?}");
        assert_eq!(of_batch().await.undone_by, Some(rest.batch));
        assert_eq!(codes(folio).await, ["0003"]);
        // Both parts of the undo are undone, and then the whole is undone once more.
        assert_eq!(undo(folio, rest.batch).await.done, 599);
        assert_eq!(of_batch().await.undone_by, None);
        assert_eq!(undo(folio, stopped.batch).await.done, 500);
        assert_eq!(folio.documents().count().await.unwrap(), 1_100);
    }

    async fn acts_are_taken_back_one_after_the_other(store: Store) {
        let folio = &store.folio;
        let (made, first) = folio.batch();
        made.documents().insert(NewDocument::new("a", "A", "one")).await.unwrap();
        let mut batches = vec![first];
        for content in ["two", "three"] {
            let (changed, batch) = folio.batch();
            changed.documents().update("a", &DocumentChange::new().content(content)).await.unwrap();
            batches.push(batch);
        }
        let (deleted, last) = folio.batch();
        deleted.documents().delete("a").await.unwrap();
        let content = async || folio.documents().get("a").await.unwrap().map(|document| document.content);
        assert_eq!(undo(folio, last).await.done, 1);
        assert_eq!(content().await.as_deref(), Some("three"));
        for expected in [Some("two"), Some("one"), None] {
            let undone = undo(folio, batches.pop().unwrap()).await;
            assert_eq!((undone.done, undone.refused_count), (1, 0), "{expected:?}");
            assert_eq!(content().await.as_deref(), expected);
        }
    }

    async fn tags_are_given_and_taken_and_the_rest_of_the_metadata_stays(store: Store) {
        let folio = &store.folio;
        let documents = folio.documents();
        documents.insert(NewDocument::new("a", "A", "text").with_metadata(serde_json::json!({"tags": ["x", "y"], "by": "ada"}))).await.unwrap();
        documents.insert(NewDocument::new("b", "B", "text")).await.unwrap();
        documents.insert(NewDocument::new("c", "C", "text").with_metadata(serde_json::json!({"tags": ["z"]}))).await.unwrap();
        let change = Retag::new().give("z").take("x");
        let tagged = documents.retag(&of(&["a", "b", "c"]), &change, &go_on(), |_| {}).await.unwrap();
        assert_eq!((tagged.done, tagged.unchanged), (2, 1));
        let metadata = async |code: &str| folio.documents().get(code).await.unwrap().unwrap().metadata;
        assert_eq!(metadata("a").await, serde_json::json!({"tags": ["y", "z"], "by": "ada"}));
        assert_eq!(metadata("b").await, serde_json::json!({"tags": ["z"]}));
        assert_eq!(undo(folio, tagged.batch).await.done, 2);
        assert_eq!(metadata("a").await, serde_json::json!({"tags": ["x", "y"], "by": "ada"}));
        assert_eq!(metadata("b").await, serde_json::json!({}));
    }

    async fn a_deleted_thread_comes_back_whole(store: Store) {
        let folio = &store.folio.acting_as("bob");
        for n in 0..5 {
            say(folio, "t", &format!("question {n}")).await;
        }
        folio.threads().rename(&thread("t"), Some("A talk")).await.unwrap();
        folio.threads().pin(&thread("t"), Pin::Pinned).await.unwrap();
        let before = folio.threads().get(&thread("t")).await.unwrap();
        let said = folio.messages().recent(&thread("t"), 10).await.unwrap();
        assert_eq!(folio.threads().delete(&thread("t")).await.unwrap(), Some(5));

        let trash = folio.threads().deleted(&PageRequest::first(10)).await.unwrap();
        let gone = &trash.items[0];
        assert_eq!((gone.title.as_deref(), gone.message_count, gone.deleted_by.as_deref()), (Some("A talk"), 5, Some("bob")));
        let with_it = folio.threads().deleted_messages(gone.deletion, &PageRequest::first(10)).await.unwrap();
        let with_it: Vec<_> = with_it.items.into_iter().rev().collect();
        assert_eq!(with_it, said);
        // What went with a thread is not told of again by itself.
        assert_eq!(folio.messages().deleted(&PageRequest::first(10)).await.unwrap().items, []);

        assert_eq!(folio.threads().restore_many(&[gone.deletion], &go_on(), |_| {}).await.unwrap().done, 1);
        assert_eq!(folio.threads().get(&thread("t")).await.unwrap(), before);
        assert_eq!(folio.messages().recent(&thread("t"), 10).await.unwrap(), said);
        assert_eq!(folio.threads().deleted(&PageRequest::first(10)).await.unwrap().items, []);
    }

    async fn threads_are_pinned_together_but_for_some_and_that_is_one_change(store: Store) {
        let folio = &store.folio.acting_as("ada");
        for n in 0..5 {
            say(folio, &format!("t{n}"), "hello").await;
        }
        let pins = async || {
            let page = folio.threads().list(&ThreadFilter::all(), &PageRequest::first(10)).await.unwrap();
            let pinned = page.items.into_iter().filter(|row| row.pinned).map(|row| row.id.to_string());
            pinned.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        folio.threads().pin(&thread("t3"), Pin::Pinned).await.unwrap();
        let but = ThreadSelection::MatchingBut(ThreadFilter::all(), vec![thread("t1")]);
        let bulk = folio.threads().pin_many(&but, Pin::Pinned, &go_on(), |_| {}).await.unwrap();
        assert_eq!((bulk.done, bulk.unchanged, bulk.cancelled), (3, 1, false));
        assert_eq!(pins().await, ["t0", "t2", "t3", "t4"]);
        let acts = folio.activity().acts(bulk.batch, &PageRequest::first(10)).await.unwrap();
        assert!(acts.items.iter().all(|act| act.action == "pinned"), "{acts:?}");
        assert_eq!(acts.items.len(), 3);
        assert_eq!(folio.activity().undo(bulk.batch, &go_on(), |_| {}).await.unwrap().done, 3);
        assert_eq!(pins().await, ["t3"]);
        let stopped = CancellationToken::new();
        stopped.cancel();
        assert!(folio.threads().pin_many(&but, Pin::Pinned, &stopped, |_| {}).await.unwrap().cancelled);
        assert_eq!(pins().await, ["t3"]);
    }

    async fn threads_are_deleted_but_for_some(store: Store) {
        let folio = &store.folio;
        for n in 0..3 {
            say(folio, &format!("t{n}"), "hello").await;
        }
        let but = ThreadSelection::MatchingBut(ThreadFilter::all(), vec![thread("t1")]);
        assert_eq!(folio.threads().count_selected(&but).await.unwrap().threads, 2);
        assert_eq!(folio.threads().delete_many(&but, &go_on(), |_| {}).await.unwrap().done, 2);
        let left = folio.threads().list(&ThreadFilter::all(), &PageRequest::first(10)).await.unwrap();
        assert_eq!(left.items.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["t1"]);
    }

    async fn threads_that_were_deleted_together_come_back_together(store: Store) {
        let folio = &store.folio;
        for id in ["a", "a", "b", "c", "c", "c"] {
            say(folio, id, "hello").await;
        }
        let two = ThreadSelection::Ids(vec![thread("a"), thread("c"), thread("nobody")]);
        let count = folio.threads().count_selected(&two).await.unwrap();
        assert_eq!((count.threads, count.messages), (2, 5));
        let deleted = folio.threads().delete_many(&two, &go_on(), |_| {}).await.unwrap();
        assert_eq!(deleted.done, 2);
        say(folio, "a", "someone goes on").await;
        let undone = undo(folio, deleted.batch).await;
        assert_eq!((undone.done, undone.refused_count), (1, 1));
        assert_eq!(folio.messages().recent(&thread("c"), 10).await.unwrap().len(), 3);
        assert_eq!(folio.messages().recent(&thread("a"), 10).await.unwrap().len(), 1);
        // What could not come back is still in the trash.
        assert_eq!(folio.threads().deleted(&PageRequest::first(10)).await.unwrap().items[0].message_count, 2);
        let all = ThreadSelection::Matching(ThreadFilter::all());
        assert_eq!(folio.threads().count_selected(&all).await.unwrap().messages, 5);
    }

    async fn a_message_is_changed_deleted_and_brought_back(store: Store) {
        let folio = &store.folio.acting_as("eve");
        let first = say(folio, "t", "one").await;
        say(folio, "t", "two").await;
        let messages = folio.messages();
        let (together, batch) = folio.batch();
        let change = MessageChange::new().answer("better").based_on(first.clone());
        let changed = together.messages().update(first.id, &change).await.unwrap().unwrap();
        assert_eq!((changed.question.as_str(), changed.answer.as_str()), ("one", "better"));
        let error = messages.update(first.id, &change).await.unwrap_err();
        assert!(error.is_conflict(), "{error}");
        assert_eq!(undo(folio, batch).await.done, 1);
        assert_eq!(messages.get(first.id).await.unwrap(), Some(first.clone()));

        messages.delete(first.id).await.unwrap();
        let trash = messages.deleted(&PageRequest::first(10)).await.unwrap();
        assert_eq!((&trash.items[0].message, trash.items[0].deleted_by.as_deref()), (&first, Some("eve")));
        assert_eq!(messages.restore_many(&[trash.items[0].deletion], &go_on(), |_| {}).await.unwrap().done, 1);
        assert_eq!(messages.get(first.id).await.unwrap(), Some(first));
        assert_eq!(folio.threads().get(&thread("t")).await.unwrap().unwrap().message_count, 2);
    }

    async fn a_cleared_thread_gets_its_messages_back(store: Store) {
        let folio = &store.folio;
        let last = say(folio, "t", "one").await;
        say(folio, "t", "two").await;
        let (together, batch) = folio.batch();
        assert_eq!(together.messages().clear(&thread("t")).await.unwrap(), 2);
        assert_eq!(undo(folio, batch).await.done, 2);
        assert_eq!(folio.messages().recent(&thread("t"), 10).await.unwrap().len(), 2);
        // One whose thread is gone waits for it.
        folio.messages().delete(last.id).await.unwrap();
        folio.threads().delete(&thread("t")).await.unwrap();
        let gone = folio.messages().deleted(&PageRequest::first(10)).await.unwrap().items.remove(0);
        let refused = folio.messages().restore_many(&[gone.deletion], &go_on(), |_| {}).await.unwrap();
        assert!(refused.refused[0].reason.contains("its thread is deleted"), "{refused:?}");
    }

    async fn the_trail_is_read_in_pages_by_whom_and_on_what(store: Store) {
        let (ada, bob) = (store.folio.acting_as("ada"), store.folio.acting_as("bob"));
        fill(&ada, &["a", "b", "c"]).await;
        for code in ["a", "b", "c"] {
            let who = if code == "b" { &bob } else { &ada };
            who.documents().delete(code).await.unwrap();
        }
        let talk = say(&bob, "t", "hello").await.thread_id;
        bob.threads().rename(&talk, Some("x")).await.unwrap();
        let activity = store.folio.activity();
        let labels = async |filter: ActivityFilter| {
            let mut request = PageRequest::first(2);
            let mut labels = Vec::new();
            loop {
                let page = activity.list(&filter, &request).await.unwrap();
                labels.extend(page.items.into_iter().map(|line| line.label.unwrap_or(line.action)));
                match page.next {
                    Some(next) => request = PageRequest::first(2).after(next),
                    None => return labels,
                }
            }
        };
        assert_eq!(labels(ActivityFilter::all()).await, ["t", "c", "b", "a"]);
        assert_eq!(labels(ActivityFilter::all().by("ada")).await, ["c", "a"]);
        assert_eq!(labels(ActivityFilter::all().on(Subject::Document)).await, ["c", "b", "a"]);
        assert_eq!(labels(ActivityFilter::all().on(Subject::Thread).by("ada")).await, Vec::<String>::new());
    }

    async fn an_ingestion_is_undone_as_one(store: Store) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            std::fs::write(folder.path().join(format!("{name}.md")), "from a file").unwrap();
        }
        store.folio.documents().insert(NewDocument::new("a", "a.md", "before")).await.unwrap();
        let report = store.folio.ingest().directory(folder.path(), &service::ingest::IngestOptions::default()).await.unwrap();
        let undone = undo(&store.folio, report.run.unwrap().into()).await;
        assert_eq!((undone.done, undone.refused_count), (2, 0));
        assert_eq!(codes(&store.folio).await, ["a"]);
        assert_eq!(store.folio.documents().get("a").await.unwrap().unwrap().content, "before");
    }
}
