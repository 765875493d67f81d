//! The whole frame: the line of screens, the screen, its status, the footer, and what lies over
//! them.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::canvas::{Canvas, Drawn, Target, picture};
use super::command::{App, Command, Context, Entry, Hint, first_that_works};
use super::message::Tone;
use super::model::Model;
use super::screen::{Screen, TABS};
use super::text::{clean, cut, cut_front, width, wrap};

/// Rows of a notice, at the most, and its columns.
const NOTICE_ROWS: usize = 4;
const NOTICE_COLUMNS: usize = 64;
/// What the program is called.
const NAME: &str = " folio ";
/// Columns of a store's name, at the least.
const MIN_STORE: usize = 8;
/// The status has a row of its own from so many rows on.
const MIN_STATUS: u16 = 8;

/// Draws the state, and tells what was drawn where.
pub(crate) fn draw(model: &Model, frame: &mut Frame<'_>) -> Drawn {
    let mut canvas = Canvas::new(frame, &model.theme, model.now);
    let area = canvas.area();
    canvas.drawn.room.width = usize::from(area.width);
    let has_status = u16::from(area.height >= MIN_STATUS);
    let [title, body, status, footer] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(has_status),
        Constraint::Length(1),
    ])
    .areas(area);
    draw_title(model, title, &mut canvas);
    let is_log = model.screens.shown() == Screen::Log;
    match (model.link.store(), model.link.failure()) {
        _ if is_log => model.screens.pane().draw(body, &mut canvas),
        (None, Some(failure)) => draw_unreachable(model, &failure.said, body, &mut canvas),
        (None, None) => {}
        (Some(_), _) => model.screens.pane().draw(body, &mut canvas),
    }
    draw_status(model, status, &mut canvas);
    draw_footer(model, footer, &mut canvas);
    // On a small screen news would cover a question, and what answers it.
    draw_notice(model, body, &mut canvas);
    for overlay in &model.overlays {
        overlay.draw(&model.keymap, &mut canvas);
    }
    canvas.drawn
}

/// The program's name, the screens, and the store.
fn draw_title(model: &Model, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let mut x = area.x;
    let mut put =
        |canvas: &mut Canvas<'_, '_>, text: String, style: Style, target: Option<Target>| {
            let columns = u16::try_from(width(&text)).unwrap_or(u16::MAX);
            let area = Rect {
                x,
                width: columns.min(area.right().saturating_sub(x)),
                ..area
            };
            x = area.right();
            canvas.put(area, Line::styled(text, style));
            if let Some(target) = target {
                canvas.hit(area, target);
            }
            area.right()
        };
    let shown = model.screens.shown().tab();
    let lock = if model.is_read_only() {
        "read-only"
    } else {
        ""
    };
    let (store, style, is_state) = match (model.link.store(), model.link.failure()) {
        (_, Some(_)) => ("! not connected".to_owned(), theme.error, true),
        (None, None) => ("opening the store ...".to_owned(), theme.quiet, true),
        (Some(store), None) => (clean(&store.database), theme.quiet, false),
    };
    // The state is always told, before all screens; the store's name where there is room for it.
    let gap = if lock.is_empty() { 0 } else { 2 };
    let state = if is_state {
        lock.len() + gap + store.len()
    } else {
        lock.len()
    };
    let told = if state > 0 { state + 2 } else { 0 };
    let all: usize = TABS.iter().map(|tab| tab.title().len() + 2).sum();
    let room = usize::from(area.width);
    let fit = NAME.len() + all + told <= room;
    let has_name = told == 0 || NAME.len() + shown.title().len() + 2 + told <= room;
    let name = if has_name { NAME } else { "" };
    let mut left = put(canvas, name.to_owned(), theme.accent, None);
    // Where there is no room for all, the one that is shown is there.
    for tab in TABS.into_iter().filter(|tab| fit || *tab == shown) {
        let style = if tab == shown {
            theme.selected
        } else {
            Style::new()
        };
        left = put(
            canvas,
            format!(" {} ", tab.title()),
            style,
            Some(Target::Screen(tab)),
        );
    }
    let room = usize::from(area.right().saturating_sub(left)).saturating_sub(1);
    let store = if is_state {
        cut(&store, room)
    } else {
        // Less of a name tells nothing.
        let room = room.saturating_sub(lock.len() + gap + 2);
        if room < MIN_STORE {
            String::new()
        } else {
            cut_front(&store, room)
        }
    };
    // On the smallest screens what is not there at all is told before what may not be done with it.
    let has_lock = lock.len() + gap + width(&store) <= room || store.is_empty();
    let gap = if has_lock && !store.is_empty() {
        gap
    } else {
        0
    };
    let line = Line::from(vec![
        Span::styled(if has_lock { lock } else { "" }, theme.warning),
        Span::raw(" ".repeat(gap)),
        Span::styled(store, style),
        Span::raw(" "),
    ]);
    canvas.put(area, line.right_aligned());
}

/// What the screen says about itself; at the right what is waited for and what runs.
fn draw_status(model: &Model, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let is_log = model.screens.shown() == Screen::Log;
    if area.area() == 0 || model.link.store().is_none() && !is_log {
        return;
    }
    let theme = canvas.theme;
    // A folder's name may have anything in it, and a word that was typed.
    let (left, right) = model.screens.pane().status();
    let (left, right) = (clean(&left), clean(&right));
    let right = cut(&right, usize::from(area.width).saturating_sub(2));
    let mut spans = Vec::new();
    if let Some((number, words)) = model.jobs.shown(model.now) {
        spans.push(Span::styled(format!("{} ", picture(number)), theme.accent));
        spans.push(Span::styled(clean(&words), theme.title));
        let key = model
            .keymap
            .shown(model.context(), Command::App(App::Interrupt));
        if let Some(key) = key {
            spans.push(Span::styled(format!("  {key} "), theme.key));
            spans.push(Span::raw("stops"));
        }
    } else if let Some(spinner) = canvas.spinner(model.waiting()) {
        spans.push(Span::styled(spinner, theme.accent));
    }
    let gap = if spans.is_empty() || right.is_empty() {
        ""
    } else {
        "   "
    };
    spans.push(Span::raw(gap));
    spans.push(Span::styled(right, theme.warning));
    spans.push(Span::raw(" "));
    let line = Line::from(spans);
    let room = usize::from(area.width).saturating_sub(line.width() + 2);
    canvas.put(
        area,
        Span::styled(format!(" {}", cut(&left, room)), theme.quiet),
    );
    canvas.put(area, line.right_aligned());
}

/// Whether the footer of a place tells of a command.
fn is_told(entry: &Entry, context: Context) -> bool {
    let is_back = entry.command == Command::App(App::Back);
    entry.hint == Hint::Shown || is_back && context.tells_back()
}

/// What a command is called where it is told of.
fn label(model: &Model, entry: &Entry) -> &'static str {
    let own = model.screens.pane().label(entry.command);
    own.filter(|_| model.overlays.is_empty())
        .unwrap_or(entry.label)
}

/// The hints of the place that has the keys, as many as fit; the way back and the help come always.
fn draw_footer(model: &Model, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let context = model.context();
    let hints = model
        .keymap
        .of(context)
        .filter(|(entry, _)| is_told(entry, context) && model.is_offered(entry))
        .filter_map(|(entry, keys)| {
            Some((
                first_that_works(context, keys)?.to_string(),
                label(model, entry),
                entry.command,
            ))
        });
    let (help, others): (Vec<_>, Vec<_>) =
        hints.partition(|(_, _, command)| matches!(command, Command::App(App::Help | App::Back)));
    let columns = |(key, label, _): &(String, &str, Command)| width(key) + width(label) + 3;
    let mut room = usize::from(area.width).saturating_sub(help.iter().map(columns).sum());
    let fitting = others.into_iter().take_while(|hint| {
        let fits = columns(hint) <= room;
        room = room.saturating_sub(columns(hint));
        fits
    });
    let mut x = area.x + u16::from(area.width > 40);
    for (key, label, command) in fitting.chain(help) {
        let line = Line::from(vec![
            Span::styled(key, canvas.theme.key),
            Span::raw(" "),
            Span::raw(label),
        ]);
        let columns = u16::try_from(line.width()).unwrap_or(u16::MAX);
        let area = Rect {
            x,
            width: columns.min(area.right().saturating_sub(x)),
            ..area
        };
        x = area.right().saturating_add(2);
        canvas.put(area, line);
        canvas.hit(area, Target::Command(command));
    }
}

/// News over the lower right corner of the screen.
fn draw_notice(model: &Model, body: Rect, canvas: &mut Canvas<'_, '_>) {
    let Some(notice) = model.notices.shown() else {
        return;
    };
    // A failure is told by a sign, too.
    let (sign, style) = match notice.tone {
        Tone::Good => ("", canvas.theme.good),
        Tone::Bad => ("! ", canvas.theme.error),
    };
    let room = usize::from(body.width)
        .saturating_sub(4)
        .min(NOTICE_COLUMNS);
    let mut rows = wrap(&format!("{sign}{}", clean(&notice.text)), room);
    if rows.len() > NOTICE_ROWS {
        rows.truncate(NOTICE_ROWS);
        if let Some(last) = rows.last_mut() {
            *last = cut(&format!("{last} ..."), room);
        }
    }
    if body.height < 3 || room < 8 {
        // Too little room for a box: the last row has to do.
        if let (Some(row), Some(text)) = (body.rows().next_back(), rows.first()) {
            canvas.put(
                row,
                Line::styled(super::canvas::padded(text, row.width.into()), style),
            );
        }
        return;
    }
    rows.truncate(usize::from(body.height) - 2);
    let columns = rows.iter().map(|row| width(row)).max().unwrap_or(0) + 4;
    let columns = u16::try_from(columns).unwrap_or(body.width).min(body.width);
    let height = u16::try_from(rows.len() + 2).unwrap_or(body.height);
    let area = Rect {
        x: body.right() - columns,
        y: body.bottom() - height,
        width: columns,
        height,
    };
    let inner = canvas.boxed(area, "", style);
    canvas.lines(inner, rows.into_iter().map(|row| Line::styled(row, style)));
}

fn draw_unreachable(model: &Model, error: &str, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let columns = usize::from(area.width.saturating_sub(2).min(72));
    let mut words = vec![
        Line::styled("The store could not be opened.", theme.error),
        Line::raw(""),
    ];
    let error = error.lines().flat_map(|line| wrap(&clean(line), columns));
    words.extend(error.map(Line::raw));
    let key = |app| model.keymap.shown(model.context(), Command::App(app));
    let key = |app| key(app).map_or_else(String::new, |key| key.to_string());
    if model.is_unmigrated() {
        let address = model.address().unwrap_or_default();
        let command = format!("folio migrate up --database-url '{}'", clean(&address));
        let rows = wrap(&command, columns).into_iter();
        words.extend([
            Line::raw(""),
            Line::from(vec![
                Span::styled(key(App::Migrate), theme.key),
                Span::raw(" makes them, after a question; or, from a shell:"),
            ]),
        ]);
        words.extend(rows.map(|row| Line::styled(row, theme.title)));
    }
    words.extend([
        Line::raw(""),
        Line::raw("It is tried again by itself, ever more rarely."),
        Line::from(vec![
            Span::styled(key(App::Reload), theme.key),
            Span::raw(" tries now   "),
            Span::styled(key(App::Connect), theme.key),
            Span::raw(" opens another   "),
            Span::styled(key(App::Quit), theme.key),
            Span::raw(" quits"),
        ]),
    ]);
    if let Some(before) = model.before() {
        words.push(Line::from(vec![
            Span::styled(key(App::Back), theme.key),
            Span::raw(" goes back to "),
            Span::raw(cut_front(&clean(before), columns.saturating_sub(20))),
        ]));
    }
    let rows = u16::try_from(words.len()).unwrap_or(u16::MAX);
    let columns = u16::try_from(columns).unwrap_or(area.width);
    let inner = Rect {
        x: area.x + area.width.saturating_sub(columns) / 2,
        y: area.y + area.height.saturating_sub(rows) / 3,
        width: columns,
        height: rows,
    }
    .intersection(area);
    canvas.lines(inner, words);
}
