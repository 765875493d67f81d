//! Batches in words: what was done, and what taking it back does.

use service::{Batch, Subject, UndoScope};

use super::text::plural;

/// Deleting history for good, which is no act on rows.
const PURGED: &str = "purged";

/// What was done, and to what: `deleted 3 documents: a, ...`.
pub(crate) fn done(batch: &Batch) -> String {
    let (action, label) = (&batch.action, batch.label.as_deref().unwrap_or_default());
    let subject = batch.subject.name();
    let rows = match (batch.rows, batch.rows_is_exact) {
        (rows, _) if action == PURGED => {
            let more = if rows > 1 { ", …" } else { "" };
            return format!("{action} {label}{more}");
        }
        (1, true) => None,
        (rows, true) => Some(plural(rows, subject)),
        (rows, false) => Some(format!("more than {}", plural(rows, subject))),
    };
    // A message is known by its thread.
    match (rows, batch.subject) {
        (None, Subject::Message) => format!("{action} {subject} in {label}"),
        (None, _) => format!("{action} {subject} {label}"),
        (Some(rows), Subject::Message) => format!("{action} {rows} in {label}, …"),
        (Some(rows), _) => format!("{action} {rows}: {label}, …"),
    }
}

/// Whether it was taken back, or took something back.
pub(crate) fn state(batch: &Batch) -> &'static str {
    match (batch.undone_by, batch.undoes) {
        (Some(_), _) => "taken back",
        (None, Some(_)) => "an undo",
        (None, None) => "",
    }
}

/// What an undo does with rows of this kind: `2 rows come back; 1 row that was added goes`.
pub(crate) fn undoing(scope: &UndoScope, row: &str) -> String {
    let parts = [
        (scope.deleted, "comes back", "come back"),
        (
            scope.changed,
            "becomes what it was",
            "become what they were",
        ),
        (scope.added, "that was added goes", "that were added go"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| {
            let does = if count == 1 { one } else { many };
            format!("{} {does}", plural(count, row))
        })
        .collect();
    parts.join("; ")
}
