use serde_json::json;

use super::*;

/// The lines of a text, and what is told beside them.
fn lines(text: &str) -> (Vec<Value>, Told) {
    let told = Arc::new(Mutex::new(Told::default()));
    let items = Items::begin(text.as_bytes(), 1_000_000).unwrap();
    let lines = Lines::new(items, "file", Arc::clone(&told));
    let lines = lines
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    let told = std::mem::take(&mut *told.lock().unwrap());
    (lines, told)
}

fn said(text: &str) -> Vec<(String, String, String)> {
    let text_of = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let turns = lines(text).0.into_iter();
    turns
        .filter(|line| line["type"] != "thread")
        .map(|line| {
            (
                text_of(&line, "thread_id"),
                text_of(&line, "question"),
                text_of(&line, "answer"),
            )
        })
        .collect()
}

fn turn(thread: &str, question: &str, answer: &str) -> (String, String, String) {
    (thread.to_owned(), question.to_owned(), answer.to_owned())
}

fn node(role: &str, text: &str, parent: &str, children: &[&str]) -> Value {
    json!({"parent": parent, "children": children, "message": {
        "author": {"role": role}, "create_time": 1.5, "content": {"content_type": "text", "parts": [text]},
    }})
}

#[test]
fn chat_gpts_branch_that_was_shown_last_is_taken_and_the_others_are_counted() {
    let export = json!([{"title": "T", "conversation_id": "c1", "current_node": "d", "mapping": {
        "root": {"parent": null, "message": null}, "a": node("system", "", "root", &[]),
        "b": node("user", "one?", "a", &[]), "c": node("assistant", "another answer", "b", &[]),
        "d": node("assistant", "1", "b", &[]),
    }}]);
    let (lines, told) = lines(&export.to_string());
    assert_eq!(lines[0]["title"], "T");
    assert_eq!(said(&export.to_string()), [turn("c1", "one?", "1")]);
    assert_eq!(
        told.left_out,
        LeftOut {
            branches: 1,
            ..LeftOut::default()
        }
    );
}

#[test]
fn without_the_end_of_a_branch_the_latest_children_lead_to_it() {
    let mapping = json!({
        "root": {"parent": null, "children": ["q"], "message": null},
        "q": node("user", "one?", "root", &["old", "new"]),
        "old": node("assistant", "no", "q", &[]), "new": node("assistant", "1", "q", &["gone"]),
    });
    for end in [Value::Null, json!("gone")] {
        let export = json!([{"id": "c", "current_node": end, "mapping": mapping}]);
        assert_eq!(said(&export.to_string()), [turn("c", "one?", "1")]);
    }
}

#[test]
fn a_tree_that_bites_its_own_tail_repeats_nothing() {
    let mapping =
        json!({"q": node("user", "one?", "a", &["a"]), "a": node("assistant", "1", "q", &["q"])});
    for end in [json!("a"), Value::Null] {
        let export = json!({"id": "c", "current_node": end, "mapping": mapping});
        let turns = said(&export.to_string());
        assert_eq!(
            turns
                .iter()
                .filter(|(_, question, _)| question == "one?")
                .count(),
            1,
            "{turns:?}"
        );
    }
}

#[test]
fn what_is_no_part_of_a_turn_is_counted() {
    let picture = json!({"parent": "a", "message": {"author": {"role": "user"}, "content": {"parts": [{"content_type": "image_asset_pointer"}]}}});
    let code = json!({"parent": "c", "message": {"author": {"role": "assistant"}, "recipient": "python", "content": {"content_type": "code", "text": "1+1"}}});
    let thought = json!({"parent": "t", "message": {"author": {"role": "assistant"}, "content": {"content_type": "thoughts", "thoughts": [{"summary": "s"}]}}});
    let export = json!([{"id": "c", "current_node": "z", "mapping": {
        "s": node("system", "be kind", "", &[]), "q": node("user", "one?", "s", &[]), "a": node("assistant", "1", "q", &[]),
        "c": picture, "d": code, "t": node("tool", "2", "d", &[]), "o": thought, "z": node("assistant", "a cat", "o", &[]),
    }}, {"id": "e", "mapping": {}}]);
    let text = export.to_string();
    assert_eq!(
        said(&text),
        [turn("c", "one?", "1"), turn("c", "", "a cat")]
    );
    let expected = LeftOut {
        branches: 0,
        instructions: 1,
        tools: 2,
        attachments: 1,
        others: 1,
        empty: 1,
    };
    assert_eq!(lines(&text).1.left_out, expected);
}

#[test]
fn turns_of_one_moment_are_told_apart_and_keep_their_ids() {
    let mapping = json!({"a": node("user", "1?", "", &["b"]), "b": node("assistant", "1", "a", &["c"]), "c": node("user", "2?", "b", &["d"]), "d": node("assistant", "2", "c", &[])});
    let mut export = json!([{"id": "c", "mapping": mapping}]);
    let (whole, _) = lines(&export.to_string());
    assert_eq!(whole[0]["created_at"], "1970-01-01T00:00:01.500000Z");
    assert_eq!(whole[1]["created_at"], "1970-01-01T00:00:01.500001Z");
    export[0]["mapping"].as_object_mut().unwrap().remove("d");
    let (open, _) = lines(&export.to_string());
    assert_eq!(
        (open[1]["id"].clone(), open[1]["answer"].clone()),
        (whole[1]["id"].clone(), json!(""))
    );
    assert_ne!(whole[0]["id"], whole[1]["id"]);
}

#[test]
fn lang_chains_messages_are_paired() {
    let dicts = json!([
        {"type": "system", "data": {"content": "be kind"}},
        {"type": "human", "data": {"content": "one?"}},
        {"type": "ai", "data": {"content": "", "tool_calls": [{"name": "look"}]}},
        {"type": "tool", "data": {"content": "found"}},
        {"type": "ai", "data": {"content": [{"type": "text", "text": "1"}, {"type": "image_url"}]}},
        {"type": "human", "data": {"content": "two?"}},
    ]);
    let paired = [turn("file", "one?", "1"), turn("file", "two?", "")];
    assert_eq!(said(&dicts.to_string()), paired);
    let expected = LeftOut {
        instructions: 1,
        tools: 2,
        attachments: 1,
        ..LeftOut::default()
    };
    assert_eq!(lines(&dicts.to_string()).1.left_out, expected);
    assert_eq!(said(&json!({"messages": dicts}).to_string()), paired);
    let dumped = json!([
        {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "HumanMessage"], "kwargs": {"content": "one?"}},
        {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessageChunk"], "kwargs": {"content": "1"}},
    ]);
    assert_eq!(said(&dumped.to_string()), [turn("file", "one?", "1")]);
}

#[test]
fn rows_of_a_chat_history_keep_their_sessions_apart() {
    let row = |session: &str, kind: &str, content: &str| {
        let message = json!({"type": kind, "data": {"content": content}}).to_string();
        json!({"session_id": session, "message": message, "created_at": "2024-05-01 10:00:00"})
            .to_string()
    };
    let rows = [
        row("s", "human", "1?"),
        row("t", "human", "2?"),
        row("s", "ai", "1"),
        row("t", "ai", "2"),
    ];
    let expected = [turn("s", "1?", "1"), turn("t", "2?", "2")];
    for text in [rows.join("\n"), format!("[{}]", rows.join(","))] {
        assert_eq!(said(&text), expected, "{text}");
        assert_eq!(
            lines(&text).0[0]["created_at"],
            "2024-05-01T10:00:00.000000Z"
        );
    }
}

#[test]
fn what_is_unknown_is_named_and_the_rest_goes_in() {
    let messages = json!([
        {"type": "chat", "data": {"role": "User", "content": "one?"}},
        {"type": "chat", "data": {"role": "critic", "content": "hm"}},
        {"a": 1}, 5,
        {"type": "human"},
        {"type": "chat", "role": "assistant", "content": "1"},
    ]);
    let text = messages.to_string();
    assert_eq!(said(&text), [turn("file", "one?", "1")]);
    let (_, told) = lines(&text);
    let failed: Vec<u64> = told.errors.iter().map(|error| error.item).collect();
    assert_eq!((told.failed, failed), (4, vec![2, 3, 4, 5]));
    assert!(told.errors[1].error.contains("--kind"));
}
