//! The files of a plan, or of what was done.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use super::{Paint, draw_choice, draw_rows};
use crate::admin::canvas::{Canvas, Target, padded};
use crate::admin::screen::ingest::listing::{Class, Entry, Listing};
use crate::admin::text::{clean, cut, cut_front, number, width};
use crate::admin::theme::Theme;

/// What becomes of a file is told in words from so many columns on, and by a sign below.
const MIN_WORDS: usize = 36;
/// Columns of the word.
const WORD: usize = 10;
/// What is said about a file is shown from so many columns on; of these it has so many at least.
const MIN_SAID: usize = 60;
const SAID: usize = 24;

pub(super) fn draw(listing: &Listing, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let [head, rows] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
    draw_counts(listing, head, canvas);
    canvas.drawn.room.list = usize::from(rows.height);
    canvas.hit(rows, Target::List);
    if listing.len() == 0 {
        let words = "  there is no file that is wanted in there";
        canvas.put(rows, Line::styled(words, canvas.theme.quiet));
        return;
    }
    let shown = listing.spot.shown(listing.len(), usize::from(rows.height));
    let selected = listing.spot.selected();
    draw_rows(shown, selected, rows, canvas, |row, paint| {
        listing.entry(row).map_or_else(Line::default, |entry| {
            let vanish = listing.source.removes_vanished();
            row_line(listing.below(&entry.file), &entry, vanish, paint)
        })
    });
}

/// How many files are of each class; the one that is shown stands out.
fn draw_counts(listing: &Listing, area: Rect, canvas: &mut Canvas<'_, '_>) {
    let classes = Class::ALL.into_iter().map(Some);
    let classes = [None].into_iter().chain(classes);
    let classes: Vec<(Option<Class>, usize)> = classes
        .map(|class| (class, listing.count(class)))
        .filter(|(class, count)| *count > 0 || *class == listing.class)
        .collect();
    let titles = |title: fn(Class) -> String| -> Vec<(String, bool)> {
        let titles = classes.iter().map(|(class, count)| {
            let title = class.map_or_else(|| "all ".to_owned(), title);
            let count = number(*count as u64);
            (format!("{title}{count}"), *class == listing.class)
        });
        titles.collect()
    };
    let words = titles(|class| format!("{} ", class.title()));
    let all: usize = words.iter().map(|(title, _)| title.len() + 3).sum();
    if all <= usize::from(area.width) + 1 {
        draw_choice(&words, area, canvas);
    } else {
        draw_choice(&titles(|class| class.sign().to_owned()), area, canvas);
    }
}

fn style(class: Class, removes: bool) -> impl Fn(&Theme) -> Style {
    move |theme| match class {
        Class::Refused => theme.error,
        Class::Vanished if removes => theme.error,
        Class::Changed | Class::Moved | Class::Vanished => theme.warning,
        Class::Added => theme.good.remove_modifier(Modifier::BOLD),
        Class::Same => theme.quiet,
    }
}

fn row_line(path: &str, entry: &Entry, removes: bool, paint: Paint<'_>) -> Line<'static> {
    let class = entry.class;
    let word = if paint.columns >= MIN_WORDS {
        padded(class.title(), WORD)
    } else {
        format!("{} ", class.sign())
    };
    let room = paint.columns.saturating_sub(2 + word.len());
    let path = clean(path);
    let said = said(entry, removes);
    let mut spans = vec![paint.sign(), paint.text(word, style(class, removes))];
    if said.is_empty() || paint.columns < MIN_SAID {
        spans.push(paint.text(cut_front(&path, room), path_style(class)));
        return Line::from(spans);
    }
    // The path gives way to what is said, as far as that needs it.
    let needs = width(&said).clamp(SAID, room / 2);
    let path_room = width(&path).min(room.saturating_sub(needs + 2));
    let said_room = room.saturating_sub(path_room + 2);
    let path = cut_front(&path, path_room);
    spans.push(paint.text(path, path_style(class)));
    spans.push(paint.text(format!("  {}", cut(&said, said_room)), |theme| theme.quiet));
    Line::from(spans)
}

fn path_style(class: Class) -> impl Fn(&Theme) -> Style {
    move |theme| {
        if class == Class::Same {
            theme.quiet
        } else {
            Style::new()
        }
    }
}

/// What is to be known of a file, on one line.
fn said(entry: &Entry, removes: bool) -> String {
    let moved = entry.moved_from.as_ref().map(|from| format!("was {from}"));
    let vanished = (entry.class == Class::Vanished).then(|| {
        let becomes = if removes { "is deleted" } else { "stays" };
        format!("its document {becomes}")
    });
    let parts = [moved, vanished, entry.said.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    clean(&parts.join("; "))
}
