//! What is shown beside the trash: the text as it was deleted, or what was done to which rows.

use ratatui::text::{Line, Span};
use service::Act;

use crate::admin::browser;
use crate::admin::markdown;
use crate::admin::pager::Lines;
use crate::admin::screen::thread::cards::{self, Fold};
use crate::admin::text::{clean, cut};
use crate::admin::theme::Theme;

/// Bytes of a text that are shown: enough to fill any screen.
const SHOWN: usize = 8 * 1024;

/// What a row was.
#[derive(Clone, Debug)]
pub(crate) enum Preview {
    Text(Lines),
    /// Turns, in the order in which they were said.
    Turns(Vec<service::Message>),
    /// What was done, the latest first.
    Acts(Vec<Act>),
    /// It is no longer kept.
    Gone,
}

impl Preview {
    /// Its first rows, so many at the most, for so many columns.
    pub(super) fn rows(&self, columns: usize, most: usize, theme: &Theme) -> Vec<Line<'static>> {
        match self {
            Self::Text(lines) => markdown::rows(lines.beginning(SHOWN), columns, theme),
            Self::Turns(turns) => {
                let cards = turns.iter();
                let rows = cards.flat_map(|turn| cards::rows(turn, columns, Fold::Folded, theme));
                rows.take(most).collect()
            }
            Self::Acts(acts) => acts
                .iter()
                .take(most)
                .map(|act| {
                    let label = act.label.as_deref().unwrap_or(&act.subject_id);
                    let done = format!("{} {}", act.action, act.subject.name());
                    let room = columns.saturating_sub(done.len() + 2);
                    Line::from(vec![
                        Span::styled(done, theme.quiet),
                        Span::raw("  "),
                        Span::raw(cut(&clean(label), room)),
                    ])
                })
                .collect(),
            Self::Gone => vec![Line::styled("no longer kept", theme.quiet)],
        }
    }
}

impl browser::Preview for Preview {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(lines) => lines.bytes(),
            Self::Turns(turns) => {
                let bytes = turns
                    .iter()
                    .map(|turn| turn.question.len() + turn.answer.len());
                bytes.sum()
            }
            Self::Acts(acts) => acts.len() * size_of::<Act>(),
            Self::Gone => 0,
        }
    }
}
