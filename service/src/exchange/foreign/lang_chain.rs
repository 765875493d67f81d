//! LangChain's messages: as `messages_to_dict` or its serialiser write them, in a list, in a
//! conversation (`{"messages": [...]}`), or as rows of its chat history in a database.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::Value;

use super::talk::{Role, Said, Talk};
use super::{Sink, content};
use crate::exchange::turns;
use crate::ids::ThreadId;

/// The conversations of the file. The messages of several may stand in any order among each other, so
/// each has a turn in the making.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    talks: Vec<Talk>,
    places: HashMap<String, usize>,
}

/// Who says something, and what is left out.
enum Speaker {
    Said(Role),
    Instruction,
    Tool,
}

impl Sessions {
    /// Takes a message, or a list of them; false where it is neither.
    pub(super) fn take(&mut self, item: &Value, number: u64, name: &str, out: &mut Sink) -> bool {
        let thread = content::id(item.get("session_id").or(item.get("thread_id")));
        let name = thread.as_deref().unwrap_or(name);
        if let Some(messages) = item.get("messages").and_then(Value::as_array) {
            for (message, at) in messages.iter().zip(1_u64..) {
                if let Err(problem) = self.message(message, number, name, out) {
                    out.fail(number, None, format!("message {at} of it: {problem}"));
                }
            }
            return true;
        }
        if !is_message(item) {
            return false;
        }
        if let Err(problem) = self.message(item, number, name, out) {
            out.fail(number, None, problem);
        }
        true
    }

    /// Ends all turns.
    pub(super) fn end(&mut self, out: &mut Sink) {
        for mut talk in self.talks.drain(..) {
            talk.end(out);
        }
        self.places.clear();
    }

    fn message(
        &mut self,
        item: &Value,
        number: u64,
        name: &str,
        out: &mut Sink,
    ) -> Result<(), String> {
        let at = turns::moment_of(item.get("created_at").unwrap_or(&Value::Null))?;
        let (message, row) = match item.get("message") {
            Some(Value::String(text)) => {
                let read = serde_json::from_str(text);
                let read = read.map_err(|_| "its message is a text that is no JSON")?;
                (Cow::Owned(read), content::id(item.get("id")))
            }
            Some(inner @ Value::Object(_)) => (Cow::Borrowed(inner), content::id(item.get("id"))),
            _ => (Cow::Borrowed(item), None),
        };
        let data = data(&message);
        let speaker = speaker(&message, data)?;
        let role = match speaker {
            Speaker::Said(role) => role,
            Speaker::Instruction => {
                out.left_out.instructions += 1;
                return Ok(());
            }
            Speaker::Tool => {
                out.left_out.tools += 1;
                return Ok(());
            }
        };
        let says = data.get("content").ok_or("it has no content")?;
        let (text, attached) = (content::text(says), content::attached(says));
        out.left_out.attachments += attached;
        if text.is_empty() && (role == Role::Assistant || attached == 0) {
            // A call of a tool has no words.
            match (attached, calls_a_tool(data)) {
                (_, true) => out.left_out.tools += 1,
                (0, false) => out.left_out.others += 1,
                (_, false) => {}
            }
            return Ok(());
        }
        if name.is_empty() {
            return Err(super::NAMELESS.to_owned());
        }
        let id = row.or_else(|| content::id(data.get("id")));
        let said = Said { role, text, at, id };
        self.talk(name)?.add(number, said, out);
        Ok(())
    }

    fn talk(&mut self, thread: &str) -> Result<&mut Talk, String> {
        let at = if let Some(at) = self.places.get(thread) {
            *at
        } else {
            let id = ThreadId::new(thread).map_err(|invalid| invalid.to_string())?;
            self.talks.push(Talk::new(id, None));
            self.places.insert(thread.to_owned(), self.talks.len() - 1);
            self.talks.len() - 1
        };
        self.talks
            .get_mut(at)
            .ok_or_else(|| "its conversation is unknown".to_owned())
    }
}

/// Whether it looks like a message, or a row with one.
fn is_message(item: &Value) -> bool {
    let has = |key: &str| item.get(key).is_some();
    let inner = item.get("message");
    inner.is_some_and(|inner| inner.is_string() || inner.is_object())
        || has("lc")
        || ((has("type") || has("role")) && (has("data") || has("content") || has("kwargs")))
}

/// What a message says of itself.
fn data(message: &Value) -> &Value {
    let inner = message.get("data").or(message.get("kwargs"));
    inner.filter(|inner| inner.is_object()).unwrap_or(message)
}

/// Who says it. `HumanMessageChunk`, `HumanMessage` and `human` are the same.
fn speaker(message: &Value, data: &Value) -> Result<Speaker, String> {
    let class = message.get("id").and_then(Value::as_array);
    let kind = match class.filter(|_| message.get("lc").is_some()) {
        Some(path) => path.last(),
        None => message.get("type").or(message.get("role")),
    };
    let kind = kind.and_then(Value::as_str).unwrap_or_default();
    let kind = kind.strip_suffix("Chunk").unwrap_or(kind);
    let kind = kind.strip_suffix("Message").unwrap_or(kind);
    let role = |of: &Value| {
        of.get("role")
            .and_then(Value::as_str)
            .map(str::to_lowercase)
    };
    let kind = match kind.to_lowercase() {
        kind if kind == "chat" || kind == "message" => {
            let role = role(data).or_else(|| role(message));
            role.ok_or("it does not tell who says it: there is no role")?
        }
        kind => kind,
    };
    Ok(match kind.as_str() {
        "human" | "user" => Speaker::Said(Role::Person),
        "ai" | "assistant" => Speaker::Said(Role::Assistant),
        "system" | "developer" => Speaker::Instruction,
        "tool" | "function" => Speaker::Tool,
        _ => {
            let said = "it is of a type, or a role, that is not known: neither a person's nor an assistant's";
            return Err(said.to_owned());
        }
    })
}

fn calls_a_tool(data: &Value) -> bool {
    let more = &data["additional_kwargs"];
    let calls = [&data["tool_calls"], &more["tool_calls"]];
    let has_parts = |part: &Value| part["type"] == "tool_use";
    calls
        .into_iter()
        .any(|calls| calls.as_array().is_some_and(|calls| !calls.is_empty()))
        || more["function_call"].is_object()
        || data["content"]
            .as_array()
            .is_some_and(|parts| parts.iter().any(has_parts))
}
