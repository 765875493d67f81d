//! ChatGPT's `conversations.json`: each conversation is a tree of messages, of which the branch that
//! was shown last is taken.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::talk::{Role, Said, Talk};
use super::{LeftOut, Sink, content};
use crate::exchange::conversations::ThreadLine;
use crate::exchange::turns;
use crate::ids::ThreadId;

/// A message of the tree.
enum Message {
    Said {
        said: Said,
        attached: u64,
    },
    Instruction,
    /// Of a tool, or to one.
    Tool {
        attached: u64,
    },
    /// Something else than text: what the assistant thinks, say.
    Other,
    /// There is nothing in it.
    Nothing,
}

/// The title of a conversation.
pub(super) fn title(item: &Value) -> Option<String> {
    let title = item.get("title")?.as_str()?.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

/// Takes a conversation.
pub(super) fn take(item: &Value, number: u64, name: &str, out: &mut Sink) -> Result<(), String> {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    let id = text("conversation_id").or(text("id")).unwrap_or(name);
    if id.is_empty() {
        return Err(super::NAMELESS.to_owned());
    }
    let thread = ThreadId::new(id).map_err(|invalid| invalid.to_string())?;
    let nodes = item["mapping"].as_object();
    let nodes = nodes.ok_or("its mapping is no object, so it has no messages")?;
    let began = moment(&item["create_time"]);
    let branch = branch(nodes, text("current_node"));

    let shown: HashSet<&str> = branch.iter().copied().collect();
    let others = nodes.iter().filter(|(id, _)| !shown.contains(id.as_str()));
    let others = others.filter(|(id, node)| matches!(read(id, node), Message::Said { .. }));
    out.left_out.branches += others.count() as u64;

    let mut talk = Talk::new(thread.clone(), began);
    let mut is_empty = true;
    let messages = branch.iter().filter_map(|id| Some((*id, nodes.get(*id)?)));
    let messages: Vec<Message> = messages.map(|(id, node)| read(id, node)).collect();
    if let Some(title) = title(item)
        && messages
            .iter()
            .any(|message| matches!(message, Message::Said { .. }))
    {
        let line = ThreadLine::titled(thread, title, began);
        let line = serde_json::to_string(&line).map_err(|error| error.to_string())?;
        out.push(number, line);
    }
    for message in messages {
        if let Some(said) = kept(message, &mut out.left_out) {
            is_empty = false;
            talk.add(number, said, out);
        }
    }
    talk.end(out);
    out.left_out.empty += u64::from(is_empty);
    Ok(())
}

/// What is a part of a turn; counts what is not.
fn kept(message: Message, left_out: &mut LeftOut) -> Option<Said> {
    match message {
        Message::Said { said, attached } => {
            left_out.attachments += attached;
            // An image that somebody shows begins a turn; one that the answer has alone is none.
            (said.role == Role::Person || !said.text.is_empty()).then_some(said)
        }
        Message::Instruction => {
            left_out.instructions += 1;
            None
        }
        Message::Tool { attached: 0 } => {
            left_out.tools += 1;
            None
        }
        Message::Tool { attached } => {
            left_out.attachments += attached;
            None
        }
        Message::Other => {
            left_out.others += 1;
            None
        }
        Message::Nothing => None,
    }
}

fn read(id: &str, node: &Value) -> Message {
    let message = &node["message"];
    let (about, metadata) = (&message["content"], &message["metadata"]);
    let text = content::text(&about["parts"]);
    let files = metadata["attachments"].as_array().map_or(0, Vec::len) as u64;
    let attached = content::attached(&about["parts"]).max(files);
    let is_bare = text.is_empty() && attached == 0;
    let says = |key: &str| match &about[key] {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    // Code, what tools answer, thoughts, what the user has told of themselves.
    let has_other = ["text", "result", "thoughts", "content", "user_profile"]
        .into_iter()
        .any(says);
    let is_hidden = metadata["is_visually_hidden_from_conversation"] == true;
    let is_for_all = message["recipient"].as_str().is_none_or(|to| to == "all");
    let role = match message["author"]["role"].as_str() {
        _ if is_bare && !has_other => return Message::Nothing,
        Some("system" | "developer") => return Message::Instruction,
        Some("user" | "assistant") if is_hidden => return Message::Instruction,
        Some("tool" | "function") => return Message::Tool { attached },
        Some("user") => Role::Person,
        Some("assistant") if is_for_all => Role::Assistant,
        Some("assistant") => return Message::Tool { attached: 0 },
        _ => return Message::Other,
    };
    if is_bare {
        return Message::Other;
    }
    let said = Said {
        role,
        text,
        at: moment(&message["create_time"]),
        id: Some(id.to_owned()),
    };
    Message::Said { said, attached }
}

/// A time that can't be read is none.
fn moment(value: &Value) -> Option<DateTime<Utc>> {
    turns::moment_of(value).ok().flatten()
}

/// The branch that was shown last, from its beginning: up from its end, or, where the export does not
/// tell that, down by the latest of each message's children.
fn branch<'a>(nodes: &'a Map<String, Value>, end: Option<&str>) -> Vec<&'a str> {
    if let Some((end, _)) = end.and_then(|end| nodes.get_key_value(end)) {
        return up(nodes, end);
    }
    let down = down(nodes);
    if down.len() > 1 || nodes.len() < 2 {
        return down;
    }
    // Nobody names their children: the latest message is the end.
    let latest = nodes.iter().max_by(|(_, a), (_, b)| {
        let at = |node: &Value| node["message"]["create_time"].as_f64().unwrap_or(f64::MIN);
        at(a).total_cmp(&at(b))
    });
    latest.map_or(down, |(id, _)| up(nodes, id))
}

/// From a message up to where its branch begins. No message comes twice, so a tree that bites its own
/// tail has an end.
fn up<'a>(nodes: &'a Map<String, Value>, end: &'a str) -> Vec<&'a str> {
    let (mut branch, mut met) = (Vec::new(), HashSet::new());
    let mut at = Some(end);
    while let Some((id, node)) = at.and_then(|id| nodes.get_key_value(id)) {
        if !met.insert(id.as_str()) {
            break;
        }
        branch.push(id.as_str());
        at = node.get("parent").and_then(Value::as_str);
    }
    branch.reverse();
    branch
}

fn down(nodes: &Map<String, Value>) -> Vec<&str> {
    let children = |node: &Value| -> Vec<String> {
        let children = node["children"].as_array().into_iter().flatten();
        let children = children.filter_map(|child| child.as_str().map(str::to_owned));
        children.collect()
    };
    let is_root = |node: &Value| {
        let parent = node["parent"].as_str();
        parent.is_none_or(|parent| !nodes.contains_key(parent))
    };
    let mut roots = nodes.iter().filter(|(_, node)| is_root(node));
    let root = roots.clone().find(|(_, node)| !children(node).is_empty());
    let mut at = root.or_else(|| roots.next());
    let (mut branch, mut met) = (Vec::new(), HashSet::new());
    while let Some((id, node)) = at {
        met.insert(id.as_str());
        branch.push(id.as_str());
        let last = children(node).into_iter().rev();
        at = last
            .filter(|child| !met.contains(child.as_str()))
            .find_map(|child| nodes.get_key_value(&child));
    }
    branch
}
