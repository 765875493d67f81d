//! Conversations.

use service::context::{self, EstimatedTokens, Roles};
use service::{Message, NewMessage, PageRequest, Pin, ThreadFilter, ThreadId, UserId};
use support::{Store, on_both};

fn thread(id: &str) -> ThreadId {
    ThreadId::new(id).unwrap()
}

async fn say(store: &Store, id: &str, question: &str, answer: &str) -> Message {
    store
        .folio
        .messages()
        .save(NewMessage::new(thread(id), question, answer).by(UserId::from(7)))
        .await
        .unwrap()
}

on_both! {
    async fn a_conversation_is_kept_and_read_newest_first(store: Store) {
        let first = say(&store, "t", "one?", "1").await;
        let second = say(&store, "t", "two?", "2").await;
        let recent = store.folio.messages().recent(&thread("t"), 10).await.unwrap();
        assert_eq!(recent, [second.clone(), first.clone()]);
        assert_eq!(store.folio.messages().get(first.id).await.unwrap(), Some(first));
        let kept = store.folio.threads().get(&thread("t")).await.unwrap().unwrap();
        assert_eq!((kept.message_count, kept.user_id.unwrap().as_str()), (2, "7"));
        assert_eq!(kept.last_message_at, Some(second.created_at));
    }

    async fn turns_of_one_moment_keep_the_order_in_which_they_were_said(store: Store) {
        let clock = service::ManualClock::at("2026-01-01T00:00:00Z".parse().unwrap());
        let folio = service::Folio::connect_with_clock(store.config(), std::sync::Arc::new(clock)).await.unwrap();
        for n in 0..50 {
            folio.messages().save(NewMessage::new(thread("t"), n.to_string(), "")).await.unwrap();
        }
        let turns = folio.messages().recent(&thread("t"), 50).await.unwrap();
        let order: Vec<String> = turns.into_iter().map(|turn| turn.question).collect();
        assert_eq!(order, (0..50).rev().map(|n| n.to_string()).collect::<Vec<_>>());
    }

    async fn a_turn_saved_twice_under_its_id_is_there_once(store: Store) {
        let made = say(&store, "t", "q", "a").await;
        let again = NewMessage::new(thread("t"), "q", "a").by(UserId::from(7)).with_id(made.id).at(made.created_at);
        assert_eq!(store.folio.messages().save(again).await.unwrap(), made);
        let other = NewMessage::new(thread("t"), "another", "a").with_id(made.id);
        assert!(store.folio.messages().save(other).await.unwrap_err().is_conflict());
        assert_eq!(store.folio.threads().get(&thread("t")).await.unwrap().unwrap().message_count, 1);
    }

    async fn threads_are_listed_by_their_last_turn(store: Store) {
        for id in ["a", "b", "c"] {
            say(&store, id, "q", "a").await;
        }
        say(&store, "a", "again", "a").await;
        let empty = store.folio.threads().create(&UserId::from(8)).await.unwrap();
        let all = store.folio.threads().list(&ThreadFilter::all(), &PageRequest::first(10)).await.unwrap();
        let ids: Vec<&str> = all.items.iter().map(|thread| thread.id.as_str()).collect();
        assert_eq!(ids, [empty.as_str(), "a", "c", "b"]);
        let of_seven = ThreadFilter::of_user(UserId::from(7));
        let first = store.folio.threads().list(&of_seven, &PageRequest::first(2)).await.unwrap();
        let rest = store.folio.threads().list(&of_seven, &PageRequest::first(2).after(first.next.unwrap())).await.unwrap();
        assert_eq!(rest.items[0].id.as_str(), "b");
        assert!(rest.next.is_none());
    }

    async fn threads_are_renamed_and_pinned(store: Store) {
        say(&store, "t", "q", "a").await;
        let threads = store.folio.threads();
        assert!(threads.rename(&thread("t"), Some("A talk")).await.unwrap());
        assert!(threads.pin(&thread("t"), Pin::Pinned).await.unwrap());
        assert!(!threads.rename(&thread("nobody"), Some("x")).await.unwrap());
        let now = threads.get(&thread("t")).await.unwrap().unwrap();
        assert_eq!((now.title.as_deref(), now.pinned), (Some("A talk"), true));
        threads.rename(&thread("t"), None).await.unwrap();
        assert_eq!(threads.get(&thread("t")).await.unwrap().unwrap().title, None);
    }

    async fn deleting_tells_how_much_is_gone(store: Store) {
        let one = say(&store, "t", "1", "").await;
        say(&store, "t", "2", "").await;
        say(&store, "u", "3", "").await;
        let messages = store.folio.messages();
        assert!(messages.delete(one.id).await.unwrap());
        assert!(!messages.delete(one.id).await.unwrap());
        assert_eq!(messages.clear(&thread("t")).await.unwrap(), 1);
        assert_eq!(store.folio.threads().get(&thread("t")).await.unwrap().unwrap().message_count, 0);
        assert_eq!(store.folio.threads().delete(&thread("u")).await.unwrap(), Some(1));
        assert_eq!(store.folio.threads().delete(&thread("u")).await.unwrap(), None);
        let left: i64 = store.value("SELECT count(*) FROM message").await;
        assert_eq!(left, 0);
    }

    async fn a_model_is_shown_the_newest_whole_turns(store: Store) {
        for n in 1..=4 {
            say(&store, "t", &format!("question number {n}"), "an answer").await;
        }
        let turns = store.folio.messages().recent(&thread("t"), 100).await.unwrap();
        let fitted = context::fit(&turns, 20, &EstimatedTokens);
        assert!(fitted.tokens <= 20 && fitted.left_out > 0);
        let shown = context::format(fitted.turns, Roles::User);
        assert_eq!(shown.last().unwrap().content, "an answer");
        assert_eq!(shown[shown.len() - 2].content, "question number 4");
        assert_eq!(context::format(&turns, Roles::Seed)[0].role, "human");
    }

    async fn a_preview_tells_where_a_model_stops_seeing(store: Store) {
        for n in 1..=120 {
            say(&store, "t", &format!("question {n}"), "yes").await;
        }
        let threads = store.folio.threads();
        // Three tokens and one a turn: `question` has two.
        let preview = threads.preview(&thread("t"), 12, &EstimatedTokens).await.unwrap().unwrap();
        assert_eq!((preview.kept, preview.tokens, preview.left_out), (3, 12, 117));
        assert_eq!(preview.turns.len(), 50);
        assert_eq!(preview.turns.last().unwrap().message.question, "question 120");
        let cut = preview.turns.iter().position(|turn| turn.is_kept).unwrap();
        assert_eq!(preview.turns[cut].message.question, "question 118");
        let all = threads.preview(&thread("t"), 1_000, &EstimatedTokens).await.unwrap().unwrap();
        assert_eq!((all.kept, all.left_out, all.turns.len()), (120, 0, 120));
        assert!(threads.preview(&thread("nobody"), 1, &EstimatedTokens).await.unwrap().is_none());
    }

    async fn pinned_threads_come_first_and_the_others_behind_them(store: Store) {
        for n in 0..12 {
            say(&store, &format!("t{n:02}"), "q", "a").await;
        }
        let threads = store.folio.threads();
        for id in ["t03", "t07", "t01"] {
            threads.pin(&thread(id), Pin::Pinned).await.unwrap();
        }
        let filter = ThreadFilter::all().pinned_first();
        let ids = async |request: PageRequest| {
            let page = threads.list(&filter, &request).await.unwrap();
            (page.items.into_iter().map(|thread| thread.id.to_string()).collect::<Vec<_>>(), page.next, page.previous)
        };
        let whole = ids(PageRequest::first(100)).await.0;
        assert_eq!(whole[..5], ["t07", "t03", "t01", "t11", "t10"]);
        assert_eq!(whole.len(), 12);
        for limit in [1, 2, 3, 4, 11, 12, 13] {
            let (mut met, mut request) = (Vec::new(), PageRequest::first(limit));
            loop {
                let (page, next, _) = ids(request).await;
                met.extend(page);
                match next {
                    Some(next) => request = PageRequest::first(limit).after(next),
                    None => break,
                }
            }
            assert_eq!(met, whole, "by {limit}");
            let (mut met, mut request) = (Vec::new(), PageRequest::last(limit));
            loop {
                let (page, _, previous) = ids(request).await;
                met.splice(0..0, page);
                match previous {
                    Some(previous) => request = PageRequest::first(limit).before(previous),
                    None => break,
                }
            }
            assert_eq!(met, whole, "by {limit}, back");
        }
    }

    async fn threads_are_found_by_the_time_they_were_active_in(store: Store) {
        for (id, day) in [("a", 1), ("b", 2), ("c", 3)] {
            let at = format!("2026-01-0{day}T12:00:00Z").parse().unwrap();
            let turn = NewMessage::new(thread(id), "q", "a").by(UserId::from(day)).at(at);
            store.folio.messages().save(turn).await.unwrap();
        }
        let found = async |filter: ThreadFilter| {
            let page = store.folio.threads().list(&filter, &PageRequest::first(10)).await.unwrap();
            page.items.into_iter().map(|thread| thread.id.to_string()).collect::<Vec<_>>()
        };
        let second = "2026-01-02T00:00:00Z".parse().unwrap();
        let third = "2026-01-03T12:00:00Z".parse().unwrap();
        assert_eq!(found(ThreadFilter::all().since(second)).await, ["c", "b"]);
        assert_eq!(found(ThreadFilter::all().since(second).until(third)).await, ["b"]);
        assert_eq!(found(ThreadFilter::of_user(UserId::from(3)).until(third)).await, Vec::<String>::new());
    }

    async fn a_message_is_read_among_its_neighbours(store: Store) {
        let mut said = Vec::new();
        for n in 0..9 {
            said.push(say(&store, "t", &n.to_string(), "a").await);
        }
        let messages = store.folio.messages();
        let page = messages.around(said[4].id, 2, 3).await.unwrap().unwrap();
        let questions: Vec<&str> = page.items.iter().map(|turn| turn.question.as_str()).collect();
        assert_eq!(questions, ["6", "5", "4", "3", "2", "1"]);
        let newer = messages.list(&thread("t"), &PageRequest::first(9).before(page.previous.unwrap())).await.unwrap();
        assert_eq!(newer.items.len(), 2);
        let older = messages.list(&thread("t"), &PageRequest::first(9).after(page.next.unwrap())).await.unwrap();
        assert_eq!(older.items.len(), 1);
        messages.delete(said[4].id).await.unwrap();
        assert!(messages.around(said[4].id, 2, 3).await.unwrap().is_none());
    }

    async fn what_is_no_conversation_is_refused(store: Store) {
        assert!(ThreadId::new("").is_err());
        assert!(ThreadId::new("x".repeat(256)).is_err());
        assert!(UserId::new("a\0b").is_err());
        let nul = NewMessage::new(thread("t"), "a\0", "");
        assert!(store.folio.messages().save(nul).await.is_err());
        assert_eq!(store.folio.threads().get(&thread("t")).await.unwrap(), None);
        assert!("not-a-uuid".parse::<service::MessageId>().is_err());
    }

    async fn many_writers_of_one_thread_lose_no_turn(store: Store) {
        let tasks: Vec<_> = (0..24).map(|n| {
            let folio = store.folio.clone();
            tokio::spawn(async move { folio.messages().save(NewMessage::new(thread("t"), n.to_string(), "a")).await })
        }).collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(store.folio.threads().get(&thread("t")).await.unwrap().unwrap().message_count, 24);
    }
}
