//! The form: what is taken in, and how.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Paint, draw_rows};
use crate::admin::canvas::{Canvas, Target, padded};
use crate::admin::screen::ingest::setup::{Place, Setting, Setup};
use crate::admin::text::{clean, cut, cut_front};

/// Columns of a row's title, and of what is set; what it is about is shown behind from so many
/// columns on.
const TITLE: usize = 15;
const VALUE: usize = 17;
const MIN_ABOUT: usize = 72;

pub(super) fn draw(setup: &Setup, area: Rect, canvas: &mut Canvas<'_, '_>) {
    canvas.drawn.room.list = usize::from(area.height);
    canvas.hit(area, Target::List);
    let shown = setup.spot.shown(setup.len(), usize::from(area.height));
    let selected = setup.spot.selected();
    draw_rows(shown, selected, area, canvas, |row, paint| {
        match setup.place(row) {
            Place::Folder(folder) => {
                let path = setup.folders[folder].display().to_string();
                of_folder(&clean(&path), folder == 0, cut_front, paint)
            }
            Place::Another => {
                let words = if setup.folders.is_empty() {
                    "choose a folder ..."
                } else {
                    "one more ..."
                };
                of_folder(words, setup.folders.is_empty(), cut, paint)
            }
            Place::Setting(setting) => of_setting(setup, setting, paint),
        }
    });
}

fn title(title: &str, paint: Paint<'_>) -> Span<'static> {
    // Where there is little room, what is set goes before what it is called.
    let columns = TITLE.min(paint.columns / 2);
    paint.text(padded(title, columns), |theme| theme.quiet)
}

fn of_folder(
    words: &str,
    is_first: bool,
    cut: fn(&str, usize) -> String,
    paint: Paint<'_>,
) -> Line<'static> {
    let title = title(if is_first { "folder" } else { "" }, paint);
    let room = paint.columns.saturating_sub(2 + title.width());
    let words = paint.text(cut(words, room), |theme| theme.title);
    Line::from(vec![paint.sign(), title, words])
}

fn of_setting(setup: &Setup, setting: Setting, paint: Paint<'_>) -> Line<'static> {
    let (value, is_first) = setup.shown(setting);
    let title = title(setting.title(), paint);
    let room = paint.columns.saturating_sub(2 + title.width());
    let has_about = paint.columns >= MIN_ABOUT;
    let value = clean(value);
    let value = if has_about {
        padded(&value, VALUE.min(room))
    } else {
        cut(&value, room)
    };
    // What is not as it was at first stands out.
    let value = paint.text(value, |theme| {
        if is_first {
            ratatui::style::Style::new()
        } else {
            theme.title
        }
    });
    let mut line = Line::from(vec![paint.sign(), title, value]);
    if has_about {
        let room = room.saturating_sub(VALUE + 2);
        let about = format!("  {}", cut(setting.about(), room));
        line.push_span(paint.text(about, |theme| theme.quiet));
    }
    line
}
