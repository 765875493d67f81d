//! The keys of a place.

use ratatui::layout::{Constraint, Layout};
use ratatui::text::{Line, Span};

use crate::admin::canvas::{Canvas, padded};
use crate::admin::command::{Context, Keymap, Move};
use crate::admin::message::Room;
use crate::admin::text::{width, wrap};
use crate::admin::theme::Theme;

/// Columns of the keys.
const KEYS: usize = 18;
/// Columns of the whole.
const COLUMNS: u16 = 112;

#[derive(Debug)]
pub(crate) struct Help {
    /// The place.
    of: Context,
    top: usize,
}

impl Help {
    pub(crate) const fn of(context: Context) -> Self {
        Self {
            of: context,
            top: 0,
        }
    }

    pub(super) fn go(&mut self, to: Move, keymap: &Keymap, room: Room) {
        let lines = self.lines(keymap, room.over_columns, &Theme::MONO);
        let last = lines.len().saturating_sub(room.over);
        self.top = self.top.saturating_add_signed(to.rows(room.over)).min(last);
    }

    pub(super) fn draw(&self, keymap: &Keymap, canvas: &mut Canvas<'_, '_>) {
        let screen = canvas.area();
        // A box of this width has so many columns within it.
        let columns = usize::from(COLUMNS.min(screen.width.saturating_sub(4)));
        let lines = self.lines(keymap, columns, canvas.theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let title = format!("Keys: {}", self.of.title());
        let inner = canvas.popup(&title, COLUMNS, height.min(screen.height.saturating_sub(4)));
        let fits = lines.len() <= usize::from(inner.height);
        let [body, more] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(u16::from(!fits))])
                .areas(inner);
        let height = usize::from(body.height);
        canvas.drawn.room.over = height;
        canvas.drawn.room.over_columns = columns;
        let top = self.top.min(lines.len().saturating_sub(height));
        let below = lines.len() - (top + height).min(lines.len());
        canvas.lines(body, lines.into_iter().skip(top));
        if !fits {
            let told = [("↓", below), ("↑", top)];
            let told = told.into_iter().filter(|(_, rows)| *rows > 0);
            let told: Vec<String> = told
                .map(|(sign, rows)| format!("{sign} {rows} more"))
                .collect();
            let quiet = canvas.theme.quiet;
            canvas.put(more, Line::styled(told.join("   "), quiet));
        }
    }

    /// Its rows: what a command does goes on below its beginning.
    fn lines(&self, keymap: &Keymap, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let keys = KEYS.min(columns / 3);
        let room = columns.saturating_sub(keys).max(1);
        let rows = rows(self.of, keymap).into_iter();
        rows.flat_map(|(names, help, id)| {
            let mut help = wrap(help, room.saturating_sub(1)).into_iter();
            let first = help.next().unwrap_or_default();
            let is_whole = help.len() == 0;
            // What the settings know it by, where there is room.
            let (first, id) = if is_whole && width(&first) + id.len() + 2 <= room {
                (padded(&first, room - id.len()), id)
            } else {
                (first, "")
            };
            let head = Line::from(vec![
                Span::styled(padded(&names, keys), theme.key),
                Span::raw(first),
                Span::styled(id, theme.quiet),
            ]);
            let indent = " ".repeat(keys);
            let rest = help.map(move |row| Line::raw(format!("{indent}{row}")));
            std::iter::once(head).chain(rest)
        })
        .collect()
    }
}

/// Keys, what they do, and the command's id.
fn rows(of: Context, keymap: &Keymap) -> Vec<(String, &'static str, &'static str)> {
    let shown = keymap.of(of).filter_map(|(entry, keys)| {
        let keys: Vec<String> = keys
            .iter()
            .filter(|key| !(of.is_typed() && key.is_typed()))
            .map(ToString::to_string)
            .collect();
        (!keys.is_empty()).then(|| (keys.join(" "), entry.help, entry.id))
    });
    shown.collect()
}
