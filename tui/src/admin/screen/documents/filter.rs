//! Which documents are shown and in which order, as one types it.

use service::{DateTime, DocumentFilter, DocumentSort, Utc};

/// An order's name.
pub(super) const fn name_of(order: DocumentSort) -> &'static str {
    match order {
        DocumentSort::NewestFirst => "newest first",
        DocumentSort::Name => "by name",
        DocumentSort::Code => "by code",
    }
}

/// The order of this name; of another one the first.
pub(super) fn order_of(name: &str) -> DocumentSort {
    let orders = [
        DocumentSort::NewestFirst,
        DocumentSort::Name,
        DocumentSort::Code,
    ];
    let order = orders.into_iter().find(|order| name_of(*order) == name);
    order.unwrap_or_default()
}

/// A filter as it is typed; None where it has all.
pub(super) fn typed(filter: &DocumentFilter) -> Option<String> {
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
