//! What is told where a query found nothing: what it was taken for, which of its words there are, and
//! another query that may find something.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use service::{Role, Understood, UnderstoodTerm};

use super::canvas::{Canvas, Target};
use super::command;
use super::screen::search::Command;
use super::text::{clean, cut, number};

/// A word of the query, and in how many rows of each kind it is: `document`, `message`.
pub(crate) type Term<'a> = Vec<(&'a UnderstoodTerm, &'static str)>;

/// In a few words.
pub(crate) fn nothing(understood: &Understood) -> &'static str {
    if understood.terms.is_empty() && understood.filters.is_empty() {
        "there is no word in it to look for"
    } else {
        "nothing found"
    }
}

/// What the query was taken for, and what was left out of it.
pub(crate) fn draw_read_as(understood: &Understood, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let text = clean(&understood.text);
    let mut line = Line::default();
    if !text.is_empty() {
        line.push_span(Span::styled("  read as  ", theme.quiet));
        line.push_span(Span::styled(text, theme.title));
    }
    if !understood.dropped.is_empty() {
        let dropped = understood.dropped.join("; ");
        line.push_span(Span::styled(format!("  ! {dropped}"), theme.warning));
    }
    canvas.put(area, line);
}

/// Why nothing was found. `suggested` is another query.
pub(crate) fn draw<'a>(
    understood: &Understood,
    suggested: Option<&str>,
    terms: impl Iterator<Item = Term<'a>>,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
) {
    let theme = canvas.theme;
    let room = usize::from(area.width).saturating_sub(2);
    let mut rows = area.rows();
    let Some(first) = rows.next() else { return };
    let said = format!("  {}", nothing(understood));
    canvas.put(first, Line::styled(said, theme.quiet));
    if let Some(query) = suggested
        && let Some(row) = rows.next()
    {
        let line = Line::from(vec![
            Span::raw("  did you mean  "),
            Span::styled(clean(query), theme.matched),
            Span::raw(" ?"),
        ]);
        canvas.put(row, line);
        let instead = command::Command::Search(Command::Instead);
        canvas.hit(row, Target::Command(instead));
    }
    let terms = terms.filter_map(|term| {
        let text = clean(&term.first()?.0.text);
        Some(Line::from(vec![
            Span::styled(format!("  {text}"), theme.title),
            Span::raw(format!("  {}", occurs(&term))),
        ]))
    });
    let filters = understood.filters.iter();
    let filters = filters.map(|filter| Line::raw(format!("  only {}", clean(filter))));
    let dropped = understood.dropped.iter();
    let dropped = dropped.map(|why| Line::styled(format!("  ! {}", cut(why, room)), theme.warning));
    for (row, line) in rows.zip(terms.chain(filters).chain(dropped)) {
        canvas.put(row, line);
    }
}

/// Where a word occurs: `in 12 documents, in no message`.
fn occurs(term: &Term<'_>) -> String {
    match term.first().map(|(of, _)| of.role) {
        Some(Role::Unwanted) => return "has to be missing".to_owned(),
        Some(Role::Common) => return "is too common to be looked for alone".to_owned(),
        Some(Role::Wanted) | None => {}
    }
    let rows = |(term, what): &(&UnderstoodTerm, &str)| match term.rows {
        Some(0) => format!("in no {what}"),
        Some(1) if !term.at_least => format!("in 1 {what}"),
        Some(rows) => format!("in {} {what}s", count(rows, term.at_least)),
        None => format!("not counted in {what}s"),
    };
    let occurs: Vec<String> = term.iter().map(rows).collect();
    let occurs = occurs.join(", ");
    let mut like: Vec<&str> = Vec::new();
    for word in term.iter().flat_map(|(term, _)| &term.like) {
        if !like.contains(&word.as_str()) {
            like.push(word);
        }
    }
    if like.is_empty() {
        occurs
    } else {
        format!("{occurs}; like it: {}", clean(&like.join(", ")))
    }
}

/// A number of rows: `12`, `at least 1,000`.
pub(crate) fn count(count: u64, at_least: bool) -> String {
    let at_least = if at_least { "at least " } else { "" };
    format!("{at_least}{}", number(count))
}
