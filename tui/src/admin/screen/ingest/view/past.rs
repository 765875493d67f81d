//! Earlier runs.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use service::Act;
use service::ingest::RunSummary;

use super::{Paint, draw_choice, draw_rows};
use crate::admin::canvas::{Canvas, Target, padded};
use crate::admin::list::{List, Row};
use crate::admin::screen::ingest::listing::Class;
use crate::admin::screen::ingest::runs::{Failed, Half, Run, Runs};
use crate::admin::screen::ingest::work::span;
use crate::admin::text::{clean, cut, cut_front, number, width};

/// When a run was, is shown from so many columns on.
const MIN_WHEN: usize = 48;
const WHEN: usize = 18;
/// What is said about a run is on three rows; from so many rows on.
const ABOUT: u16 = 3;
const MIN_ABOUT: u16 = 8;

pub(super) fn draw(runs: &Runs, area: Rect, canvas: &mut Canvas<'_, '_>) {
    if let Some(run) = &runs.shown {
        return draw_run(run, area, canvas);
    }
    canvas.drawn.room.list = usize::from(area.height);
    canvas.hit(area, Target::List);
    if runs.list.is_empty() {
        let words = "  nothing has been taken in yet";
        canvas.put(area, Line::styled(words, canvas.theme.quiet));
        return;
    }
    draw_list(&runs.list, area, canvas, run_line);
}

/// The rows of a list.
fn draw_list<T: Row>(
    list: &List<T>,
    area: Rect,
    canvas: &mut Canvas<'_, '_>,
    line: impl Fn(&T, Paint<'_>) -> Line<'static>,
) {
    let rows: Vec<(&T, bool)> = list.visible(usize::from(area.height)).collect();
    let selected = rows.iter().position(|(_, selected)| *selected);
    let selected = selected.unwrap_or(usize::MAX);
    draw_rows(0..rows.len(), selected, area, canvas, |row, paint| {
        line(rows[row].0, paint)
    });
}

fn run_line(run: &RunSummary, paint: Paint<'_>) -> Line<'static> {
    let counts = counts(run);
    let state = state(run);
    let when = if paint.columns >= MIN_WHEN {
        padded(&run.started_at.format("%Y-%m-%d %H:%M").to_string(), WHEN)
    } else {
        String::new()
    };
    let state = if state.is_empty() {
        String::new()
    } else {
        format!("  {state}")
    };
    let room = paint.columns.saturating_sub(2 + width(&when));
    // What a run did says more of it than the beginning of a path.
    let taken = (width(&counts) + width(&state) + 2).min(room / 2 + room / 4);
    let over = clean(&run.root);
    let over = padded(&cut_front(&over, room - taken), room - taken);
    let counts = cut(&format!("  {counts}"), taken.saturating_sub(width(&state)));
    let style: fn(&crate::admin::theme::Theme) -> Style = if run.undone_by.is_some() {
        |theme| theme.quiet
    } else {
        |_| Style::new()
    };
    Line::from(vec![
        paint.sign(),
        paint.text(when, |theme| theme.quiet),
        paint.text(over, style),
        paint.text(counts, style),
        paint.text(state, |theme| theme.warning),
    ])
}

/// What a run did, by the signs of the classes: `+12 ~3 !1`.
fn counts(run: &RunSummary) -> String {
    let signed: Vec<String> = numbers(run)
        .map(|(class, count)| format!("{}{}", class.sign(), number(count)))
        .collect();
    if signed.is_empty() {
        "nothing".to_owned()
    } else {
        signed.join(" ")
    }
}

fn numbers(run: &RunSummary) -> impl Iterator<Item = (Class, u64)> {
    let numbers = [
        (Class::Added, run.added),
        (Class::Changed, run.updated - run.moved),
        (Class::Moved, run.moved),
        (Class::Vanished, run.removed),
        (Class::Refused, run.failed),
    ];
    let numbers = numbers.map(|(class, count)| (class, u64::try_from(count).unwrap_or(0)));
    numbers.into_iter().filter(|(_, count)| *count > 0)
}

fn state(run: &RunSummary) -> String {
    match (run.undone_by, run.finished_at) {
        (Some(_), _) => "taken back".to_owned(),
        (None, None) => "not finished".to_owned(),
        (None, Some(_)) if run.unreached > 0 => {
            format!("{} not reached", number(run.unreached))
        }
        (None, Some(_)) => String::new(),
    }
}

fn draw_run(run: &Run, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let about = if area.height >= MIN_ABOUT { ABOUT } else { 0 };
    let [about, halves, rows] = Layout::vertical([
        Constraint::Length(about),
        Constraint::Length(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    draw_about(&run.summary, about, canvas);
    let summary = &run.summary;
    let changed = summary.added + summary.updated + summary.removed;
    let count = |count: i64| number(u64::try_from(count).unwrap_or(0));
    let titles = [
        (Half::Changes, format!("changes {}", count(changed))),
        (Half::Failed, format!("refused {}", count(summary.failed))),
    ];
    let titles = titles.map(|(half, title)| (title, half == run.half));
    draw_choice(&titles, halves, canvas);
    canvas.drawn.room.list = usize::from(rows.height);
    canvas.hit(rows, Target::List);
    let nothing = match run.half {
        Half::Changes if run.acts.is_empty() => "  it changed nothing",
        Half::Failed if run.failed.is_empty() => "  no file was refused",
        Half::Changes => return draw_list(&run.acts, rows, canvas, act_line),
        Half::Failed => {
            let shown = run.spot.shown(run.failed.len(), usize::from(rows.height));
            let selected = run.spot.selected();
            return draw_rows(shown, selected, rows, canvas, |row, paint| {
                failed_line(&run.failed[row], paint)
            });
        }
    };
    canvas.put(rows, Line::styled(nothing, canvas.theme.quiet));
}

/// What is known of a run: over what, when, by whom.
fn draw_about(run: &RunSummary, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let theme = canvas.theme;
    let room = usize::from(area.width).saturating_sub(2);
    let who = run.actor.as_deref().map(clean);
    let who = who.map_or_else(String::new, |who| format!(" by {who}"));
    let took = run.finished_at.map(|end| {
        let took = (end - run.started_at).num_seconds();
        format!(", in {}", span(u64::try_from(took).unwrap_or(0)))
    });
    let when = run.started_at.format("%Y-%m-%d %H:%M:%S UTC");
    let when = format!("{when}{}{who}", took.unwrap_or_default());
    let did: Vec<String> = numbers(run)
        .map(|(class, count)| format!("{} {}", number(count), class.title()))
        .collect();
    let mut did = vec![Span::raw(format!(" {}", did.join(", ")))];
    let state = state(run);
    if !state.is_empty() {
        did.push(Span::styled(format!("  {state}"), theme.warning));
    }
    canvas.lines(
        area,
        [
            Line::styled(
                format!(" {}", cut_front(&clean(&run.root), room)),
                theme.title,
            ),
            Line::styled(format!(" {}", cut(&when, room)), theme.quiet),
            Line::from(did),
        ],
    );
}

fn act_line(act: &Act, paint: Paint<'_>) -> Line<'static> {
    let code = act.label.as_deref().unwrap_or(&act.subject_id);
    let word = match act.action.as_str() {
        "ingested" => Class::Added.title(),
        "updated" => Class::Changed.title(),
        action => action,
    };
    let word = paint.text(padded(&clean(word), 10), |theme| theme.quiet);
    let room = paint.columns.saturating_sub(12);
    Line::from(vec![
        paint.sign(),
        word,
        Span::raw(cut_front(&clean(code), room)),
    ])
}

fn failed_line(failed: &Failed, paint: Paint<'_>) -> Line<'static> {
    let room = paint.columns.saturating_sub(2);
    let why = clean(&failed.why);
    let file = cut_front(&clean(&failed.file), (room / 2).saturating_sub(2));
    let why = cut(&why, room.saturating_sub(width(&file) + 2));
    Line::from(vec![
        paint.sign(),
        Span::raw(file),
        paint.text(format!("  {why}"), |theme| theme.quiet),
    ])
}
