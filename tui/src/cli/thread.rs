//! `folio thread`: looking after conversations.

use serde::Serialize;
use serde_json::json;
use service::context::{self, ChatMessage, EstimatedTokens, Roles};
use service::error::Invalid;
use service::{
    CancellationToken, Config, Folio, Message, NewMessage, Page, PageRequest, Pin, Refusal,
    ThreadFilter, ThreadId, UserId,
};

use super::Done;
use super::arguments::{self, Thread};
use super::doc::{page, with_rest};
use super::message::texts;
use super::output::{Output, Stop, complain, moment, of_user, plain};
use super::trash::came_back;
use crate::admin::text::plural;

pub(super) async fn run(config: Config, command: Thread, output: &Output) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    let mut ended = Done::Whole;
    let done = match command {
        Thread::List { user, page: at } => list(&folio, user, &page(&at)?, output).await,
        Thread::Show { thread, page: at } => show(&folio, &id(thread)?, &page(&at)?, output).await,
        Thread::Add {
            thread,
            user,
            question,
            answer,
        } => {
            let mut new = NewMessage::new(id(thread)?, question, answer);
            if let Some(user) = user {
                new = new.by(UserId::new(user).map_err(refused)?);
            }
            add(&folio, new, output).await
        }
        Thread::Rm { thread } => remove(&folio, &id(thread)?, output).await,
        Thread::Restore { thread } => {
            let done = restore(&folio, &id(thread)?, output).await;
            done.map(|done| ended = done)
        }
        Thread::Pin { thread } => pin(&folio, &id(thread)?, Pin::Pinned, output).await,
        Thread::Unpin { thread } => pin(&folio, &id(thread)?, Pin::Unpinned, output).await,
        Thread::Rename { thread, title } => rename(&folio, &id(thread)?, &title, output).await,
        Thread::Context {
            thread,
            tokens,
            roles,
            limit,
        } => {
            let roles = match roles {
                arguments::Roles::Human => Roles::Seed,
                arguments::Roles::User => Roles::User,
            };
            show_context(&folio, &id(thread)?, limit, tokens, roles, output).await
        }
    };
    folio.close().await;
    done.map(|()| ended)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(invalid: Invalid) -> Stop {
    Stop::Failed(invalid.to_string())
}

fn id(thread: String) -> Result<ThreadId, Stop> {
    ThreadId::new(thread).map_err(refused)
}

fn missing(thread: &ThreadId) -> Stop {
    Stop::Failed(format!("there is no thread {:?}", thread.as_str()))
}

async fn exists(folio: &Folio, thread: &ThreadId) -> Result<(), Stop> {
    folio
        .threads()
        .get(thread)
        .await?
        .map(drop)
        .ok_or_else(|| missing(thread))
}

async fn list(
    folio: &Folio,
    user: Option<String>,
    page: &PageRequest,
    output: &Output,
) -> Result<(), Stop> {
    let filter = match user {
        None => ThreadFilter::all(),
        Some(user) => ThreadFilter::of_user(UserId::new(user).map_err(refused)?),
    };
    let page = folio.threads().list(&filter, page).await?;
    output.print(&page, |page: &Page<service::Thread>| {
        let line = |row: &service::Thread| {
            let user = of_user(row.user_id.as_ref());
            let title = row
                .title
                .as_deref()
                .map_or(String::new(), |title| format!("  {}", plain(title)));
            let messages = u64::try_from(row.message_count).unwrap_or_default();
            let messages = plural(messages, "message");
            format!(
                "{}  {}  {messages}{user}{title}",
                moment(&row.active_at),
                plain(row.id.as_str())
            )
        };
        with_rest(page.items.iter().map(line).collect(), page.next.as_ref())
    })
}

async fn show(
    folio: &Folio,
    thread: &ThreadId,
    page: &PageRequest,
    output: &Output,
) -> Result<(), Stop> {
    exists(folio, thread).await?;
    let page = folio.messages().list(thread, page).await?;
    output.print(&page, |page: &Page<Message>| {
        let lines = page.items.iter().flat_map(|turn| {
            let user = of_user(turn.user_id.as_ref());
            let head = format!("{}  {}{user}", moment(&turn.created_at), turn.id);
            let [question, answer] = texts(turn);
            [head, question, answer]
        });
        with_rest(lines.collect(), page.next.as_ref())
    })
}

async fn add(folio: &Folio, new: NewMessage, output: &Output) -> Result<(), Stop> {
    let message = folio.messages().save(new).await?;
    output.print(&message, |message| {
        vec![format!(
            "added  {}  to {}",
            message.id,
            plain(message.thread_id.as_str())
        )]
    })
}

async fn remove(folio: &Folio, thread: &ThreadId, output: &Output) -> Result<(), Stop> {
    let count = folio
        .threads()
        .delete(thread)
        .await?
        .ok_or_else(|| missing(thread))?;
    let result = json!({"id": thread, "deleted": true, "messages": count});
    output.print(&result, |_| {
        vec![format!(
            "deleted  {}  with {}  (folio thread restore brings it back)",
            plain(thread.as_str()),
            plural(count, "message")
        )]
    })
}

async fn restore(folio: &Folio, thread: &ThreadId, output: &Output) -> Result<Done, Stop> {
    #[derive(Serialize)]
    struct Back<'a> {
        id: &'a ThreadId,
        restored: bool,
        messages: u64,
        /// Messages that are in the trash still.
        refused: Vec<Refusal>,
    }
    let threads = folio.threads();
    let Some(deleted) = threads.in_trash(thread).await? else {
        exists(folio, thread).await.map_err(|_| {
            Stop::Failed(format!(
                "there is no thread {:?} in the trash; folio trash threads lists those that are",
                thread.as_str()
            ))
        })?;
        let said = format!(
            "thread {:?} is not in the trash: it is there",
            thread.as_str()
        );
        return Err(Stop::Failed(said));
    };
    let go_on = CancellationToken::new();
    let restored = threads
        .restore_many(&[deleted.deletion], &go_on, |_| {})
        .await?;
    let refused = came_back(&format!("thread {:?}", thread.as_str()), restored)?;
    let went = u64::try_from(deleted.message_count).unwrap_or_default();
    let back = Back {
        id: thread,
        restored: true,
        messages: went.saturating_sub(refused.len() as u64),
        refused,
    };
    output.print(&back, |back| {
        let left = back.refused.iter();
        let mut lines: Vec<String> = left
            .map(|left| format!("left  message {} {}", left.id, left.reason))
            .collect();
        let id = plain(thread.as_str());
        let messages = plural(back.messages, "message");
        lines.push(format!("restored  {id}  with {messages}"));
        lines
    })?;
    if back.refused.is_empty() {
        return Ok(Done::Whole);
    }
    complain("not all of its messages came back");
    Ok(Done::InPart)
}

async fn pin(folio: &Folio, thread: &ThreadId, pin: Pin, output: &Output) -> Result<(), Stop> {
    if !folio.threads().pin(thread, pin).await? {
        return Err(missing(thread));
    }
    let (pinned, done) = match pin {
        Pin::Pinned => (true, "pinned"),
        Pin::Unpinned => (false, "unpinned"),
    };
    output.print(&json!({"id": thread, "pinned": pinned}), |_| {
        vec![format!("{done}  {}", plain(thread.as_str()))]
    })
}

async fn rename(
    folio: &Folio,
    thread: &ThreadId,
    title: &str,
    output: &Output,
) -> Result<(), Stop> {
    if !folio.threads().rename(thread, Some(title)).await? {
        return Err(missing(thread));
    }
    output.print(&json!({"id": thread, "title": title}), |_| {
        vec![format!(
            "renamed  {}  {}",
            plain(thread.as_str()),
            plain(title)
        )]
    })
}

async fn show_context(
    folio: &Folio,
    thread: &ThreadId,
    limit: u32,
    tokens: Option<usize>,
    roles: Roles,
    output: &Output,
) -> Result<(), Stop> {
    exists(folio, thread).await?;
    let turns = folio.messages().recent(thread, limit).await?;
    let turns = match tokens {
        None => turns.as_slice(),
        Some(budget) => context::fit(&turns, budget, &EstimatedTokens).turns,
    };
    output.print(&context::format(turns, roles), |said: &Vec<ChatMessage>| {
        said.iter()
            .map(|said| format!("{}: {}", said.role, plain(&said.content)))
            .collect()
    })
}
