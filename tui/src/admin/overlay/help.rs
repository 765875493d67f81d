//! The keys of a place.

use ratatui::text::{Line, Span};

use crate::admin::canvas::{Canvas, padded};
use crate::admin::command::{Context, Keymap, Move};
use crate::admin::text::{cut, width};

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

    pub(super) fn go(&mut self, to: Move, keymap: &Keymap, height: usize) {
        let last = rows(self.of, keymap).len().saturating_sub(height);
        self.top = self.top.saturating_add_signed(to.rows(height)).min(last);
    }

    pub(super) fn draw(&self, keymap: &Keymap, canvas: &mut Canvas<'_, '_>) {
        let rows = rows(self.of, keymap);
        let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let title = format!("Keys: {}", self.of.title());
        let room = canvas.area().height.saturating_sub(4);
        let inner = canvas.popup(&title, COLUMNS, height.min(room));
        canvas.drawn.room.over = usize::from(inner.height);
        let (key, quiet) = (canvas.theme.key, canvas.theme.quiet);
        let columns = usize::from(inner.width);
        let lines = rows.into_iter().skip(self.top).map(|(keys, help, id)| {
            let room = columns.saturating_sub(KEYS);
            let (help, id) = if width(help) + id.len() + 2 <= room {
                (padded(help, room - id.len()), id)
            } else {
                (cut(help, room), "")
            };
            Line::from(vec![
                Span::styled(padded(&keys, KEYS), key),
                Span::raw(help),
                Span::styled(id, quiet),
            ])
        });
        canvas.lines(inner, lines);
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
