//! How the log looks.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Focus, Log, Whole};
use crate::admin::canvas::{Canvas, Target, padded, signs};
use crate::admin::text::{cut, wrap};
use crate::admin::theme::Theme;
use crate::logging::{Grade, Record};

/// Rows of the selected record in full, with the line above it, and from how many rows on.
const WHOLE: u16 = 5;
const MIN_WHOLE: u16 = 12;
/// A record's time is shown from so many columns on, and its source.
const MIN_TIME: u16 = 36;
const MIN_SOURCE: u16 = 100;
/// Columns of the source.
const SOURCE: usize = 24;

pub(super) fn draw(screen: &Log, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let whole = screen.whole == Whole::Shown && area.height >= MIN_WHOLE;
    let [head, rows, whole] = Layout::vertical([
        Constraint::Length(u16::from(screen.filter.is_some())),
        Constraint::Fill(1),
        Constraint::Length(if whole { WHOLE } else { 0 }),
    ])
    .areas(area);
    canvas.drawn.room.list = usize::from(rows.height);
    canvas.hit(rows, Target::List);
    if let Some(input) = &screen.filter {
        if screen.focus == Focus::Filter {
            input.draw("/ ", head, canvas);
        } else {
            input.draw_still("/ ", head, canvas);
        }
    }
    draw_rows(screen, rows, canvas);
    draw_whole(screen, whole, canvas);
}

fn draw_rows(screen: &Log, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    if screen.shown.is_empty() {
        let words = if screen.records.is_empty() {
            " nothing has been logged yet"
        } else {
            " no record is like that"
        };
        canvas.put(area, Line::styled(words, theme.quiet));
        return;
    }
    let (letters, selected) = (screen.letters(), screen.row());
    let shown = screen.shown.iter().enumerate().skip(screen.top);
    for (index, ((row, place), area)) in shown.zip(area.rows()).enumerate() {
        let selected = row == selected;
        let style = if selected {
            theme.selected
        } else {
            Style::new()
        };
        canvas.style(area, style);
        let record = &screen.records[*place];
        let line = row_line(record, selected, &letters, area.width, theme);
        canvas.put(area, line.style(style));
        canvas.hit(area, Target::Row(index));
    }
}

fn row_line<'a>(
    record: &'a Record,
    selected: bool,
    letters: &str,
    columns: u16,
    theme: &Theme,
) -> Line<'a> {
    // A reversed row has one style, so that it can be read on every terminal.
    let only = |style: Style| if selected { Style::new() } else { style };
    let quiet = only(theme.quiet);
    let mut spans = vec![Span::raw(signs(selected, false))];
    if columns >= MIN_TIME {
        let time = record.at.format("%H:%M:%S  ").to_string();
        spans.push(Span::styled(time, quiet));
    }
    let grade = only(grade_style(record.grade, theme));
    spans.push(Span::styled(padded(name(record.grade), 7), grade));
    if columns >= MIN_SOURCE {
        let source = padded(&record.source, SOURCE - 2) + "  ";
        spans.push(Span::styled(source, quiet));
    }
    let words = if record.grade < Grade::Info {
        quiet
    } else {
        Style::new()
    };
    spans.extend(marked(&record.words, letters, words, only(theme.matched)));
    Line::from(spans)
}

/// The text, with every place marked that has these letters.
fn marked<'a>(text: &'a str, letters: &str, style: Style, matched: Style) -> Vec<Span<'a>> {
    let lower = text.to_lowercase();
    // Some letters change their length with their case; then nothing is marked.
    if letters.is_empty() || lower.len() != text.len() {
        return vec![Span::styled(text, style)];
    }
    let mut spans = Vec::new();
    let mut done = 0;
    for (at, found) in lower.match_indices(letters) {
        let end = at + found.len();
        if let (Some(before), Some(hit)) = (text.get(done..at), text.get(at..end)) {
            spans.push(Span::styled(before, style));
            spans.push(Span::styled(hit, matched));
            done = end;
        }
    }
    spans.push(Span::styled(text.get(done..).unwrap_or_default(), style));
    spans
}

/// The selected record below a line.
fn draw_whole(screen: &Log, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let Some(record) = screen.selected().filter(|_| area.height > 1) else {
        return;
    };
    let theme = canvas.theme;
    let columns = usize::from(area.width).saturating_sub(2);
    let rule = Line::styled("─".repeat(area.width.into()), theme.rule);
    let about = Line::from(vec![
        Span::styled(
            format!(" {}", name(record.grade)),
            grade_style(record.grade, theme),
        ),
        Span::styled(
            format!("  {}  {}", time(record), record.source),
            theme.quiet,
        ),
    ]);
    let room = usize::from(area.height) - 2;
    let mut words = wrap(&record.words, columns);
    if words.len() > room {
        words.truncate(room);
        if let Some(last) = words.last_mut() {
            *last = cut(&format!("{last}…"), columns);
        }
    }
    let words = words.into_iter().map(|row| Line::raw(format!(" {row}")));
    canvas.lines(area, [rule, about].into_iter().chain(words));
}

fn time(record: &Record) -> impl std::fmt::Display {
    record.at.format("%Y-%m-%d %H:%M:%S UTC")
}

/// A record as it is copied.
pub(super) fn full(record: &Record) -> String {
    let Record { source, words, .. } = record;
    format!("{} {} {source}: {words}", time(record), name(record.grade))
}

const fn name(grade: Grade) -> &'static str {
    match grade {
        Grade::Trace => "trace",
        Grade::Debug => "debug",
        Grade::Info => "info",
        Grade::Warning => "warn",
        Grade::Error => "ERROR",
    }
}

/// Which records are shown.
pub(super) const fn level(least: Grade) -> &'static str {
    match least {
        Grade::Trace => "of every level",
        Grade::Debug => "debug and graver",
        Grade::Info => "info and graver",
        Grade::Warning => "warnings and errors",
        Grade::Error => "errors alone",
    }
}

fn grade_style(grade: Grade, theme: &Theme) -> Style {
    match grade {
        Grade::Error => theme.error,
        Grade::Warning => theme.warning,
        Grade::Info => theme.good.remove_modifier(ratatui::style::Modifier::BOLD),
        Grade::Debug | Grade::Trace => theme.quiet,
    }
}
