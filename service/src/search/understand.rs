//! A query told back: what was made of what was typed.

use super::Scope;
use super::filter::Condition;
use super::plan::{Leaf, Plan};
use super::query::{All, Dropped, Node, Query, Term, Where};
use super::results::{Role, Understood, UnderstoodTerm};

/// What a query was taken for, before anything was looked for.
pub(super) fn understood(query: &Query, plan: Option<&Plan>) -> Understood {
    let leaves = plan.map(|plan| plan.leaves.as_slice()).unwrap_or_default();
    Understood {
        text: written(query),
        terms: leaves.iter().map(term).collect(),
        filters: filters(query),
        dropped: query.dropped.iter().map(|what| said(*what)).collect(),
    }
}

/// Filters that nothing there can pass, and where they belong.
pub(super) fn impossible(scope: Scope, query: &Query) -> impl Iterator<Item = String> {
    query
        .filters
        .iter()
        .filter(|filter| !filter.unwanted)
        .filter_map(move |filter| {
            let said = match (scope, &filter.condition) {
                (Scope::Documents, Condition::User(_)) => "documents have no user: messages have",
                (Scope::Documents, Condition::Thread(_)) => {
                    "documents are in no thread: messages are"
                }
                (Scope::Messages, Condition::Code(_) | Condition::CodeBegins(_)) => {
                    "messages have no code: documents have"
                }
                _ => return None,
            };
            Some(format!("{}: {said}", filter.condition.written()))
        })
}

/// A query in the language of queries.
pub(super) fn written(query: &Query) -> String {
    let root = match &query.root {
        // The parentheses of what stands alone say nothing.
        Some(Node::All(all)) => Some(written_all(all)),
        Some(Node::Any(nodes)) if query.filters.is_empty() => Some(written_any(nodes)),
        Some(node) => Some(written_node(node)),
        None => None,
    };
    root.into_iter()
        .chain(filters(query))
        .collect::<Vec<_>>()
        .join(" ")
}

fn filters(query: &Query) -> Vec<String> {
    let sign = |unwanted| if unwanted { "-" } else { "" };
    query
        .filters
        .iter()
        .map(|filter| format!("{}{}", sign(filter.unwanted), filter.condition.written()))
        .collect()
}

fn written_node(node: &Node) -> String {
    match node {
        Node::Term(term) => written_term(term),
        Node::All(all) => format!("({})", written_all(all)),
        Node::Any(nodes) => format!("({})", written_any(nodes)),
    }
}

fn written_all(all: &All) -> String {
    let unwanted = all
        .unwanted
        .iter()
        .map(|node| format!("-{}", written_node(node)));
    all.wanted
        .iter()
        .map(written_node)
        .chain(unwanted)
        .collect::<Vec<_>>()
        .join(" ")
}

fn written_any(nodes: &[Node]) -> String {
    nodes
        .iter()
        .map(|node| match node {
            Node::All(all) => written_all(all),
            other => written_node(other),
        })
        .collect::<Vec<_>>()
        .join(" OR ")
}

pub(super) fn written_term(term: &Term) -> String {
    let field = match term.place {
        Where::Anywhere => "",
        Where::Name => "name:",
    };
    let star = if term.ending.goes_on() { "*" } else { "" };
    match term.words.as_slice() {
        [word] => format!("{field}{word}{star}"),
        words => format!("{field}\"{}\"{star}", words.join(" ")),
    }
}

fn term(leaf: &Leaf) -> UnderstoodTerm {
    UnderstoodTerm {
        text: written_term(&leaf.term),
        role: match (leaf.wanted, leaf.telling) {
            (false, _) => Role::Unwanted,
            (true, true) => Role::Wanted,
            (true, false) => Role::Common,
        },
        rows: None,
        at_least: false,
        like: Vec::new(),
    }
}

fn said(what: Dropped) -> String {
    match what {
        Dropped::TooManyTerms => format!(
            "more than {} terms: the later ones are not looked for",
            super::query::MAX_TERMS
        ),
        Dropped::TooLong => "more than 64 KiB: the end of it was not read".to_owned(),
        Dropped::LongWord => {
            "a word of more than 2,000 bytes, which no index has, was passed over".to_owned()
        }
        Dropped::OnlyUnwanted => {
            "something to leave out, with nothing to look for beside it".to_owned()
        }
        Dropped::NoWord => {
            "there is no word in it: signs and emoji alone are not looked for".to_owned()
        }
        Dropped::OrOfFields => "a field narrows down the whole query, whatever OR it stands beside: only values of one field are alternatives (tag:a OR tag:b)".to_owned(),
        Dropped::Value => "a field with a value that it doesn't have was read as words".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::query::parse;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reading_what_was_written_out_gives_the_same(
            text in "[a-c\"*\\-() ]{0,40}( OR [a-c (]{0,9}\\)?)?( name:b| tag:x| -code:y)?"
        ) {
            let query = parse(&text, Typing::Finished);
            let again = parse(&written(&query), Typing::Finished);
            prop_assert_eq!(written(&again), written(&query));
            prop_assert_eq!(again.filters, query.filters);
        }
    }
}
