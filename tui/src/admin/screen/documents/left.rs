//! What the screen of documents is found at again, and the names of what it can show.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::{Cursor, DateTime, DocumentFilter, DocumentSort, Utc};

use super::{Beside, Documents, SHARES};
use crate::admin::list::Row;

impl Documents {
    /// How it is left now.
    pub(super) fn left(&self) -> Option<Value> {
        let left = Left {
            order: name_of(self.filter.sort()).to_owned(),
            filter: typed(&self.filter),
            share: self.share,
            beside: self.beside == Beside::Shown,
            place: self.list.place(),
            row: self.list.selected().map(Row::id),
        };
        serde_json::to_value(left).ok()
    }

    /// Becomes again as it was left.
    pub(super) fn come_back(&mut self, remembered: &Value) {
        let Ok(left) = Left::deserialize(remembered) else {
            return;
        };
        let orders = [
            DocumentSort::NewestFirst,
            DocumentSort::Name,
            DocumentSort::Code,
        ];
        let order = orders
            .into_iter()
            .find(|order| name_of(*order) == left.order);
        let order = order.unwrap_or_default();
        let filter = left.filter.and_then(|typed| parse(&typed).ok());
        self.filter = filter.unwrap_or_else(|| order.into());
        self.share = left.share.clamp(*SHARES.start(), *SHARES.end());
        self.beside = if left.beside {
            Beside::Shown
        } else {
            Beside::Hidden
        };
        self.left_at = Some((left.place, left.row));
    }
}

/// How the screen was left.
#[derive(Debug, Serialize, Deserialize)]
struct Left {
    order: String,
    /// The filter, as it is typed; none where the list has all.
    #[serde(default)]
    filter: Option<String>,
    share: u16,
    beside: bool,
    place: Option<Cursor>,
    row: Option<String>,
}

/// An order's name.
pub(super) const fn name_of(order: DocumentSort) -> &'static str {
    match order {
        DocumentSort::NewestFirst => "newest first",
        DocumentSort::Name => "by name",
        DocumentSort::Code => "by code",
    }
}

/// A filter as it is typed; None where it has all.
fn typed(filter: &DocumentFilter) -> Option<String> {
    let day = |sign: &str, day: Option<DateTime<Utc>>| {
        day.map(|day| format!("{sign}{}", day.format("%Y-%m-%d")))
    };
    match filter {
        DocumentFilter::Code(prefix) => Some(prefix.clone()),
        DocumentFilter::Name(prefix) => Some(format!("name:{prefix}")),
        DocumentFilter::Created(from, to) => {
            let days = [day("after:", *from), day("before:", *to)];
            Some(days.into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        _ => None,
    }
}

/// Whether the list has all documents.
pub(super) const fn is_whole(filter: &DocumentFilter) -> bool {
    matches!(filter, DocumentFilter::All(_))
}

/// The filter that is typed: the beginning of a code, or `name:`, `after:` and `before:`.
pub(super) fn parse(typed: &str) -> Result<DocumentFilter, String> {
    if let Some(name) = typed.strip_prefix("name:") {
        return Ok(DocumentFilter::Name(name.trim().to_owned()));
    }
    let (mut from, mut to) = (None, None);
    for word in typed.split_whitespace() {
        let day = |text: &str| {
            let midnight = format!("{text}T00:00:00Z").parse::<DateTime<Utc>>();
            midnight.map_err(|_| format!("{text:?} is no day: write it as 2026-01-31"))
        };
        match (word.strip_prefix("after:"), word.strip_prefix("before:")) {
            (Some(text), _) => from = Some(day(text)?),
            (_, Some(text)) => to = Some(day(text)?),
            _ => return Ok(DocumentFilter::Code(typed.to_owned())),
        }
    }
    Ok(DocumentFilter::Created(from, to))
}
