//! Conversations as other programs export them: ChatGPT's `conversations.json`, and LangChain's
//! messages, as `messages_to_dict` or its serialiser write them. They become turns, one a line.

use serde_json::{Value, json};

use crate::error::IngestionError;

/// The turns of a text of JSON, one a line as [`Folio::import_turns`] takes them. `name` is the
/// conversation where the text does not name it.
///
/// [`Folio::import_turns`]: crate::Folio::import_turns
///
/// # Errors
/// [`IngestionError::Foreign`] where it is neither of the two.
pub fn turns_of(text: &str, name: &str) -> Result<String, IngestionError> {
    let foreign = |problem: &str| IngestionError::Foreign {
        problem: problem.to_owned(),
    };
    let value: Value = serde_json::from_str(text).map_err(|_| foreign("it is no JSON"))?;
    let items = match value {
        Value::Array(items) => items,
        Value::Object(mut fields) => match fields.remove("messages") {
            Some(Value::Array(messages)) => messages,
            _ => vec![Value::Object(fields)],
        },
        _ => return Err(foreign("it is neither a list nor an object")),
    };
    let mut lines = String::new();
    let mut said = Said::default();
    for item in &items {
        if item.get("mapping").is_some() {
            chat_gpt(item, &mut lines);
        } else if let Some((thread, role, text)) = lang_chain(item, name) {
            said.add(&thread, role, &text, &mut lines);
        } else {
            return Err(foreign(
                "it has something that is neither a conversation nor a message",
            ));
        }
    }
    said.end(&mut lines);
    Ok(lines)
}

/// Who says something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Person,
    Assistant,
    /// Instructions, tools: not a part of a turn.
    Other,
}

/// Puts what is said into turns: a question is all that a person says before the answer.
#[derive(Default)]
struct Said {
    thread: String,
    question: Vec<String>,
    answer: Vec<String>,
    at: Option<f64>,
    /// Fields that every turn gets.
    title: Option<String>,
}

impl Said {
    fn add(&mut self, thread: &str, role: Role, text: &str, lines: &mut String) {
        if thread != self.thread || (role == Role::Person && !self.answer.is_empty()) {
            self.end(lines);
            thread.clone_into(&mut self.thread);
        }
        match role {
            Role::Person => self.question.push(text.to_owned()),
            Role::Assistant => self.answer.push(text.to_owned()),
            Role::Other => {}
        }
    }

    fn end(&mut self, lines: &mut String) {
        let question = std::mem::take(&mut self.question).join("\n\n");
        let answer = std::mem::take(&mut self.answer).join("\n\n");
        if question.is_empty() && answer.is_empty() {
            return;
        }
        let mut line = json!({"thread_id": self.thread, "question": question, "answer": answer});
        if let Some(at) = self.at.take() {
            line["created_at"] = at.into();
        }
        if let Some(title) = &self.title {
            line["title"] = title.as_str().into();
        }
        *lines += &line.to_string();
        lines.push('\n');
    }
}

/// A conversation of ChatGPT: a tree of messages, of which the branch that was shown last is taken.
fn chat_gpt(item: &Value, lines: &mut String) {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    let thread = text("conversation_id").or(text("id")).unwrap_or("chatgpt");
    let nodes = &item["mapping"];
    let mut branch = Vec::new();
    let mut at = text("current_node");
    while let Some(node) = at.and_then(|id| nodes.get(id)) {
        branch.push(node);
        // A tree that bites its own tail has more nodes than it has.
        if branch.len() > nodes.as_object().map_or(0, serde_json::Map::len) {
            break;
        }
        at = node.get("parent").and_then(Value::as_str);
    }
    let mut said = Said {
        title: text("title").map(str::to_owned),
        ..Said::default()
    };
    for node in branch.into_iter().rev() {
        let message = &node["message"];
        let role = match message["author"]["role"].as_str() {
            Some("user") => Role::Person,
            Some("assistant") => Role::Assistant,
            _ => Role::Other,
        };
        let text = content(&message["content"]["parts"]);
        if role == Role::Other || text.is_empty() {
            continue;
        }
        said.add(thread, role, &text, lines);
        if said.at.is_none() {
            said.at = message["create_time"]
                .as_f64()
                .or(item["create_time"].as_f64());
        }
    }
    said.end(lines);
}

/// A message of LangChain: its conversation, who says it, and what.
fn lang_chain(item: &Value, name: &str) -> Option<(String, Role, String)> {
    let thread = item.get("session_id").or(item.get("thread_id"));
    let thread = thread.and_then(Value::as_str).unwrap_or(name).to_owned();
    let message = item
        .get("message")
        .filter(|inner| inner.is_object())
        .unwrap_or(item);
    let (kind, data) = match (message.get("data"), message.get("kwargs")) {
        (Some(data), _) => (message["type"].as_str()?, data),
        (None, Some(data)) => (message["id"].as_array()?.last()?.as_str()?, data),
        (None, None) => (
            message.get("type").or(message.get("role"))?.as_str()?,
            message,
        ),
    };
    let role = match kind {
        "human" | "user" | "HumanMessage" | "HumanMessageChunk" => Role::Person,
        "ai" | "assistant" | "AIMessage" | "AIMessageChunk" => Role::Assistant,
        "system" | "tool" | "function" | "SystemMessage" | "ToolMessage" | "FunctionMessage"
        | "developer" => Role::Other,
        _ => return None,
    };
    Some((thread, role, content(data.get("content")?)))
}

/// Text, or the texts in a list of parts.
fn content(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts
                .iter()
                .filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()));
            texts
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join("\n\n")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(value: &Value) -> Vec<(String, String, String)> {
        let lines = turns_of(&value.to_string(), "file").expect("turns");
        let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
        lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line"))
            .map(|line: Value| {
                (
                    text(&line, "thread_id"),
                    text(&line, "question"),
                    text(&line, "answer"),
                )
            })
            .collect()
    }

    fn turn(thread: &str, question: &str, answer: &str) -> (String, String, String) {
        (thread.to_owned(), question.to_owned(), answer.to_owned())
    }

    #[test]
    fn chat_gpts_branch_that_was_shown_last_is_taken() {
        let said = |role: &str, text: &str, parent: &str| json!({"parent": parent, "message": {"author": {"role": role}, "create_time": 1.5, "content": {"content_type": "text", "parts": [text]}}});
        let export = json!([{"title": "T", "conversation_id": "c1", "current_node": "d", "mapping": {
            "root": {"parent": null, "message": null},
            "a": said("system", "", "root"), "b": said("user", "one?", "a"), "c": said("assistant", "another answer", "b"),
            "d": said("assistant", "1", "b"),
        }}]);
        assert_eq!(turns(&export), [turn("c1", "one?", "1")]);
    }

    #[test]
    fn lang_chains_messages_are_paired() {
        let dicts = json!([
            {"type": "system", "data": {"content": "be kind"}},
            {"type": "human", "data": {"content": "one?"}},
            {"type": "ai", "data": {"content": [{"type": "text", "text": "1"}, {"type": "image_url"}]}},
            {"type": "human", "data": {"content": "two?"}},
        ]);
        assert_eq!(
            turns(&dicts),
            [turn("file", "one?", "1"), turn("file", "two?", "")]
        );
        let dumped = json!([
            {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "HumanMessage"], "kwargs": {"content": "one?"}},
            {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessage"], "kwargs": {"content": "1"}},
        ]);
        assert_eq!(turns(&dumped), [turn("file", "one?", "1")]);
        let rows = json!([
            {"session_id": "s", "message": {"type": "human", "data": {"content": "one?"}}},
            {"session_id": "s", "message": {"type": "ai", "data": {"content": "1"}}},
        ]);
        assert_eq!(turns(&rows), [turn("s", "one?", "1")]);
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in ["", "5", "[5]", "[{\"a\": 1}]", "{}"] {
            assert!(turns_of(text, "file").is_err(), "{text}");
        }
    }
}
