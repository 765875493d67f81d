//! `folio message`: looking after single turns.

use serde::Serialize;
use serde_json::json;
use service::{
    BatchId, CancellationToken, Config, Folio, Message, MessageChange, MessageId, MessageInTrash,
    Outcome,
};

use super::Done;
use super::arguments::{Message as Command, Texts};
use super::doc::standard_input;
use super::output::{Output, Stop, moment, of_user, plain};
use super::trash::came_back;

pub(super) async fn run(config: Config, command: Command, output: &Output) -> Result<Done, Stop> {
    let change = match &command {
        Command::Edit { texts, .. } => Some(change(texts, config.max_document_bytes)?),
        _ => None,
    };
    let folio = super::store::open(config).await?;
    let done = match command {
        Command::Get { id } => get(&folio, id, output).await,
        Command::Edit { id, .. } => edit(&folio, id, &change.unwrap_or_default(), output).await,
        Command::Rm { id } => remove(&folio, id, output).await,
        Command::Restore { id } => restore(&folio, id, output).await,
    };
    folio.close().await;
    done.map(|()| Done::Whole)
}

fn missing(id: MessageId) -> Stop {
    Stop::Failed(format!("there is no message {id}"))
}

/// A turn's question and answer, a line each.
pub(super) fn texts(turn: &Message) -> [String; 2] {
    [
        format!("  Q {}", plain(&turn.question)),
        format!("  A {}", plain(&turn.answer)),
    ]
}

/// A text with its own lines.
fn whole(mark: char, text: &str) -> impl Iterator<Item = String> {
    let marks = std::iter::once(mark).chain(std::iter::repeat(' '));
    // A text without any line has its mark still.
    let lines = text.lines().chain(text.is_empty().then_some(""));
    marks
        .zip(lines)
        .map(|(mark, line)| format!("  {mark} {}", plain(line)))
}

async fn get(folio: &Folio, id: MessageId, output: &Output) -> Result<(), Stop> {
    let turn = folio.messages().get(id).await?;
    let turn = turn.ok_or_else(|| missing(id))?;
    output.print(&turn, |turn| {
        let head = format!(
            "{}  {}  in {}{}",
            moment(&turn.created_at),
            turn.id,
            plain(turn.thread_id.as_str()),
            of_user(turn.user_id.as_ref())
        );
        let mut lines = vec![head];
        lines.extend(whole('Q', &turn.question));
        lines.extend(whole('A', &turn.answer));
        lines
    })
}

/// What is to be changed; `-` stands for what standard input has.
fn change(texts: &Texts, max_bytes: usize) -> Result<MessageChange, Stop> {
    let (question, answer) = (texts.question.as_deref(), texts.answer.as_deref());
    if question == Some("-") && answer == Some("-") {
        let said = "standard input can't be both: give --question or --answer as a text";
        return Err(Stop::Misused(said.to_owned()));
    }
    let read = |text: &str| match text {
        "-" => standard_input(max_bytes),
        text => Ok(text.to_owned()),
    };
    let mut change = MessageChange::new();
    if let Some(question) = question {
        change = change.question(read(question)?);
    }
    if let Some(answer) = answer {
        change = change.answer(read(answer)?);
    }
    Ok(change)
}

async fn edit(
    folio: &Folio,
    id: MessageId,
    change: &MessageChange,
    output: &Output,
) -> Result<(), Stop> {
    #[derive(Serialize)]
    struct Edited {
        outcome: Outcome,
        batch: Option<BatchId>,
        #[serde(flatten)]
        turn: Message,
    }
    let (together, batch) = folio.batch();
    let turn = together.messages().update(id, change).await?;
    let turn = turn.ok_or_else(|| missing(id))?;
    // What changed nothing leaves no batch.
    let batch = folio.activity().get(batch).await?.map(|batch| batch.id);
    let edited = Edited {
        outcome: batch.map_or(Outcome::Unchanged, |_| Outcome::Updated),
        batch,
        turn,
    };
    output.print(&edited, |edited| {
        let thread = plain(edited.turn.thread_id.as_str());
        vec![match edited.batch {
            Some(batch) => {
                format!("changed  {id}  in {thread}  (folio activity undo {batch} takes it back)")
            }
            None => format!("unchanged  {id}  in {thread}"),
        }]
    })
}

async fn remove(folio: &Folio, id: MessageId, output: &Output) -> Result<(), Stop> {
    if !folio.messages().delete(id).await? {
        return Err(missing(id));
    }
    output.print(&json!({"id": id, "deleted": true}), |_| {
        vec![format!(
            "deleted  {id}  (folio message restore brings it back)"
        )]
    })
}

async fn restore(folio: &Folio, id: MessageId, output: &Output) -> Result<(), Stop> {
    let messages = folio.messages();
    let deleted = match messages.in_trash(id).await? {
        Some(MessageInTrash::Alone(deleted)) => deleted,
        found => return Err(not_alone(folio, id, found).await?),
    };
    let go_on = CancellationToken::new();
    let restored = messages
        .restore_many(&[deleted.deletion], &go_on, |_| {})
        .await?;
    let thread = deleted.message.thread_id.as_str();
    came_back(&format!("message {id} of {thread:?}"), restored)?;
    output.print(&deleted.message, |turn| {
        let thread = plain(turn.thread_id.as_str());
        vec![format!("restored  {id}  to {thread}")]
    })
}

/// Why a turn that is not in the trash by itself doesn't come back.
async fn not_alone(
    folio: &Folio,
    id: MessageId,
    found: Option<MessageInTrash>,
) -> Result<Stop, Stop> {
    let said = match found {
        _ if folio.messages().get(id).await?.is_some() => {
            format!("message {id} is not in the trash: it is there")
        }
        Some(MessageInTrash::WithThread(thread)) => format!(
            "message {id} was deleted with its thread {:?}, and comes back with that: folio thread restore; nothing was changed",
            thread.as_str()
        ),
        _ => format!(
            "there is no message {id} in the trash; folio trash messages lists those that are"
        ),
    };
    Ok(Stop::Failed(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_lines_and_does_nothing_to_a_terminal() {
        let lines = |text| whole('Q', text).collect::<Vec<_>>();
        assert_eq!(
            lines("one\r\n\ntwo\u{1b}[2J"),
            ["  Q one", "    ", "    two␛[2J"]
        );
        assert_eq!(lines(""), ["  Q "]);
    }
}
