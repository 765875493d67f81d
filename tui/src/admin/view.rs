//! The whole frame: a title, the screen, a notice, the footer, and what lies over them.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};
use service::Access;

use super::command::{self, Context, Hint};
use super::documents;
use super::message::Room;
use super::model::{Model, Overlay, Tone};
use super::text::{clean, cut, width};

const SPINNER: [&str; 4] = ["|", "/", "-", "\\"];
/// Rows of a notice, at the most.
const NOTICE_ROWS: usize = 3;
/// Columns of the keys in the help.
const KEYS: usize = 20;

/// Draws the state, and tells what room the parts had.
pub(crate) fn draw(model: &Model, frame: &mut Frame<'_>) -> Room {
    let area = frame.area();
    let notice = notice_rows(model, area.width);
    let [title, body, note, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(notice),
        Constraint::Length(1),
    ])
    .areas(area);
    draw_title(model, frame, title);
    let mut room = documents::view::draw(&model.documents, &model.theme, frame, body);
    if let Some(error) = model.connecting.error() {
        draw_unreachable(model, error, frame, body);
    } else if model.documents.is_empty() {
        draw_welcome(model, frame, body);
    }
    draw_notice(model, frame, note);
    draw_footer(model, frame, footer);
    room.help = usize::from(body.height.saturating_sub(2));
    if let Some(Overlay::Help { of, top }) = model.overlays.last() {
        draw_help(model, *of, *top, frame, body);
    }
    room
}

fn draw_title(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let database = model.store.as_ref().map_or_else(
        || "opening the store ...".to_owned(),
        |store| clean(&store.database),
    );
    let database = if model.connecting.error().is_some() {
        "not connected".to_owned()
    } else {
        database
    };
    let mut right = documents::view::summary(&model.documents);
    if let Some(picture) = model
        .waiting()
        .and_then(|request| request.spinner(model.now))
    {
        right = format!("{} {right}", SPINNER[picture % SPINNER.len()]);
    }
    if model
        .store
        .as_ref()
        .is_some_and(|store| store.access == Access::ReadOnly)
    {
        right = format!("read-only  {right}");
    }
    let columns = usize::from(area.width);
    let left = columns.saturating_sub(width(&right) + "folio  ".len() + 2);
    let line = Line::from(vec![
        Span::styled("folio  ", model.theme.title),
        Span::styled(cut(&database, left), model.theme.quiet),
    ]);
    frame.render_widget(line, area);
    if columns > width(&right) + 8 {
        frame.render_widget(Line::raw(right).right_aligned(), area);
    }
}

/// The hints of the place that has the keys, as many as fit.
fn draw_footer(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let mut spans = Vec::new();
    let mut left = usize::from(area.width);
    let shown = command::of(model.context()).filter(|entry| entry.hint == Hint::Shown);
    for (key, label) in shown.filter_map(|entry| Some((*entry.keys.first()?, entry.label))) {
        let needs = width(key) + 1 + width(label) + 2;
        if needs > left + 2 {
            break;
        }
        left = left.saturating_sub(needs);
        spans.extend([
            Span::styled(key, model.theme.key),
            Span::raw(" "),
            Span::raw(label),
            Span::raw("  "),
        ]);
    }
    frame.render_widget(Line::from(spans), area);
}

fn notice_text(model: &Model) -> Option<(String, Style)> {
    let notice = model.notice.as_ref()?;
    let style = match notice.tone {
        Tone::Good => model.theme.title,
        Tone::Bad => model.theme.error,
    };
    // A failure is told by a sign, too.
    let sign = match notice.tone {
        Tone::Good => "",
        Tone::Bad => "! ",
    };
    Some((format!("{sign}{}", clean(&notice.text)), style))
}

fn notice_rows(model: &Model, columns: u16) -> u16 {
    let rows = notice_text(model).map_or(0, |(text, _)| {
        super::text::wrap(&text, columns.into()).len()
    });
    u16::try_from(rows.min(NOTICE_ROWS)).unwrap_or(0)
}

fn draw_notice(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    if let Some((text, style)) = notice_text(model) {
        let rows = super::text::wrap(&text, area.width.into());
        for (row, area) in rows.into_iter().zip(area.rows()) {
            frame.render_widget(Line::styled(row, style), area);
        }
    }
}

/// Text in the middle of the screen.
fn draw_words(words: Vec<Line<'_>>, frame: &mut Frame<'_>, area: Rect) {
    let columns = area.width.saturating_sub(2).min(72);
    let height = area.height.saturating_sub(1).min(20);
    let top = area.y + (area.height.saturating_sub(height)) / 3;
    let inner = Rect {
        x: area.x + (area.width.saturating_sub(columns)) / 2,
        y: top,
        width: columns,
        height,
    }
    .intersection(area);
    frame.render_widget(Clear, area);
    frame.render_widget(
        Paragraph::new(words)
            .style(Style::new())
            .wrap(Wrap { trim: false }),
        inner,
    );
}

fn draw_welcome(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.theme;
    let way = |sign: &'static str, what: &'static str| {
        Line::from(vec![
            Span::styled(sign, theme.key),
            Span::raw("  "),
            Span::raw(what),
        ])
    };
    let command = |text: &'static str| {
        Line::from(vec![Span::raw("       "), Span::styled(text, theme.title)])
    };
    let words = vec![
        Line::styled("This store is empty. Three ways on:", theme.title),
        Line::raw(""),
        way(
            "s",
            "load the sample: a short manual of folio, and some conversations",
        ),
        Line::raw(""),
        way(
            "1",
            "take in a folder of markdown, in a shell, then press r here:",
        ),
        command("folio ingest path/to/folder"),
        Line::raw(""),
        way("2", "look at another store:"),
        command("folio --database-url postgres://user@host/database"),
        Line::raw(""),
        Line::styled("? shows the keys, q quits", theme.quiet),
    ];
    draw_words(words, frame, area);
}

fn draw_unreachable(model: &Model, error: &str, frame: &mut Frame<'_>, area: Rect) {
    let theme = &model.theme;
    let mut words = vec![
        Line::styled("The store could not be opened.", theme.error),
        Line::raw(""),
    ];
    words.extend(error.lines().map(|line| Line::raw(clean(line))));
    words.extend([
        Line::raw(""),
        Line::from(vec![
            Span::styled("r", theme.key),
            Span::raw("  tries again    "),
            Span::styled("q", theme.key),
            Span::raw("  quits"),
        ]),
    ]);
    draw_words(words, frame, area);
}

fn draw_help(model: &Model, of: Context, top: usize, frame: &mut Frame<'_>, area: Rect) {
    let area = Rect {
        width: area.width.min(76),
        ..area
    };
    let lines = command::of(of).skip(top).map(|entry| {
        let keys = entry.keys.join(" ");
        let gap = KEYS.saturating_sub(width(&keys)).max(1);
        Line::from(vec![
            Span::styled(keys, model.theme.key),
            Span::raw(" ".repeat(gap)),
            Span::raw(entry.help),
        ])
    });
    let title = match of {
        Context::List | Context::Empty => " Keys of the list ",
        Context::Input => " Keys while a query is typed ",
        Context::Reader => " Keys of a document ",
        Context::Help => " Keys of the help ",
    };
    frame.render_widget(Clear, area);
    frame.render_widget(
        Paragraph::new(lines.collect::<Vec<_>>()).block(Block::bordered().title(title)),
        area,
    );
}
