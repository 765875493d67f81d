//! Whatever was done one after the other is taken back one after the other, the latest first, until
//! all is as it was.

use proptest::prelude::*;
use service::{
    BatchId, CancellationToken, DeletionId, DocumentChange, Folio, MessageChange, NewDocument,
    NewMessage, PageRequest, Pin, ThreadFilter, ThreadId,
};
use support::{Kind, Store};

/// What is done to a thread, its only turn, and a document.
#[derive(Clone, Copy, Debug)]
enum Step {
    Rename(u8),
    Pin,
    Unpin,
    Delete,
    Restore,
    Reword(u8),
    DeleteTurn,
    RestoreTurn,
    Write(u8),
    DeleteDocument,
    RestoreDocument,
    /// The latest step that stands is taken back.
    Undo,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0_u8..3).prop_map(Step::Rename),
        Just(Step::Pin),
        Just(Step::Unpin),
        Just(Step::Delete),
        Just(Step::Restore),
        (0_u8..3).prop_map(Step::Reword),
        Just(Step::DeleteTurn),
        Just(Step::RestoreTurn),
        (0_u8..3).prop_map(Step::Write),
        Just(Step::DeleteDocument),
        Just(Step::RestoreDocument),
        Just(Step::Undo),
        Just(Step::Undo),
    ];
    prop::collection::vec(step, 1..14)
}

fn talk() -> ThreadId {
    ThreadId::new("talk").unwrap()
}

fn page() -> PageRequest {
    PageRequest::first(10)
}

/// All that the steps change, in words.
async fn state(folio: &Folio) -> String {
    let threads = folio
        .threads()
        .list(&ThreadFilter::all(), &page())
        .await
        .unwrap();
    let turns = folio.messages().list(&talk(), &page()).await.unwrap();
    let document = folio.documents().get("doc").await.unwrap();
    let threads = threads
        .items
        .iter()
        .map(|thread| (&thread.title, thread.pinned));
    let turns = turns.items.iter().map(|turn| &turn.question);
    format!(
        "{:?} {:?} {:?}",
        threads.collect::<Vec<_>>(),
        turns.collect::<Vec<_>>(),
        document.map(|document| document.content)
    )
}

/// Does a step, where it means anything then; as a batch of its own.
async fn take(folio: &Folio, step: Step) -> BatchId {
    let (folio, batch) = folio.batch();
    let go_on = CancellationToken::new();
    match step {
        Step::Rename(to) => {
            let title = format!("title {to}");
            folio.threads().rename(&talk(), Some(&title)).await.unwrap();
        }
        Step::Pin => drop(folio.threads().pin(&talk(), Pin::Pinned).await.unwrap()),
        Step::Unpin => drop(folio.threads().pin(&talk(), Pin::Unpinned).await.unwrap()),
        Step::Delete => drop(folio.threads().delete(&talk()).await.unwrap()),
        Step::Restore => {
            let gone = folio.threads().deleted(&page()).await.unwrap().items;
            let gone: Vec<DeletionId> = gone.iter().map(|thread| thread.deletion).collect();
            folio
                .threads()
                .restore_many(&gone, &go_on, |_| {})
                .await
                .unwrap();
        }
        Step::Reword(to) => {
            let turns = folio.messages().list(&talk(), &page()).await.unwrap().items;
            for turn in turns {
                let change = MessageChange::new().question(format!("question {to}"));
                folio.messages().update(turn.id, &change).await.unwrap();
            }
        }
        Step::DeleteTurn => {
            let turns = folio.messages().list(&talk(), &page()).await.unwrap().items;
            for turn in turns {
                folio.messages().delete(turn.id).await.unwrap();
            }
        }
        Step::RestoreTurn => {
            let gone = folio.messages().deleted(&page()).await.unwrap().items;
            let gone: Vec<DeletionId> = gone.iter().map(|turn| turn.deletion).collect();
            folio
                .messages()
                .restore_many(&gone, &go_on, |_| {})
                .await
                .unwrap();
        }
        Step::Write(to) => {
            let change = DocumentChange::new().content(format!("text {to}"));
            folio.documents().update("doc", &change).await.unwrap();
        }
        Step::DeleteDocument => drop(folio.documents().delete("doc").await.unwrap()),
        Step::RestoreDocument => {
            let gone = folio.documents().deleted(&page()).await.unwrap().items;
            let gone: Vec<_> = gone.iter().map(|document| document.document_id).collect();
            folio
                .documents()
                .restore_many(&gone, &go_on, |_| {})
                .await
                .unwrap();
        }
        Step::Undo => {}
    }
    batch
}

/// Takes back the latest change that stands, and looks that all is as it was before it.
async fn undo(folio: &Folio, done: &mut Vec<(BatchId, String)>, so_far: &[Step]) {
    let Some((batch, before)) = done.pop() else {
        return;
    };
    let go_on = CancellationToken::new();
    let undone = folio.activity().undo(batch, &go_on, |_| {}).await.unwrap();
    assert_eq!(undone.refused, [], "{so_far:?}, {} left", done.len());
    assert_eq!(
        state(folio).await,
        before,
        "{so_far:?}, {} left",
        done.len()
    );
}

async fn do_and_undo(store: &Store, steps: &[Step]) {
    let folio = &store.folio.acting_as("ada");
    folio
        .documents()
        .upsert(NewDocument::new("doc", "Doc", "text"))
        .await
        .unwrap();
    folio
        .messages()
        .save(NewMessage::new(talk(), "question", "answer"))
        .await
        .unwrap();
    let mut done: Vec<(BatchId, String)> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        if matches!(step, Step::Undo) {
            undo(folio, &mut done, &steps[..=number]).await;
            continue;
        }
        let before = state(folio).await;
        let batch = take(folio, *step).await;
        // What changed nothing leaves nothing to be taken back.
        if folio.activity().count(batch).await.unwrap() > 0 {
            done.push((batch, before));
        } else {
            assert_eq!(state(folio).await, before);
        }
    }
    while !done.is_empty() {
        undo(folio, &mut done, steps).await;
    }
}

fn everything_is_taken_back(kind: Kind, cases: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = runner.run(&steps(), |steps| {
        runtime.block_on(async {
            let store = Store::fresh(kind).await;
            do_and_undo(&store, &steps).await;
            store.folio.close().await;
        });
        Ok(())
    });
    run.unwrap();
}

#[test]
fn everything_is_taken_back_step_by_step_in_an_embedded_store() {
    everything_is_taken_back(Kind::Sqlite, 48);
}

#[test]
fn everything_is_taken_back_step_by_step_on_a_server() {
    everything_is_taken_back(Kind::Postgres, 24);
}

#[tokio::test]
async fn what_was_deleted_anew_by_someone_stays_deleted() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = Store::fresh(kind).await;
        let folio = &store.folio;
        folio
            .messages()
            .save(NewMessage::new(talk(), "q", "a"))
            .await
            .unwrap();
        let first = take(folio, Step::Delete).await;
        take(folio, Step::Restore).await;
        take(folio, Step::Delete).await;
        let go_on = CancellationToken::new();
        let undone = folio.activity().undo(first, &go_on, |_| {}).await.unwrap();
        assert_eq!((undone.done, undone.refused_count), (0, 1), "{kind:?}");
        assert!(folio.threads().get(&talk()).await.unwrap().is_none());
    }
}
