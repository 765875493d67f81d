//! How things look. Nothing is told by colour alone, and only the terminal's own colours are
//! used, so that light and dark ones are readable alike.

use ratatui::style::{Color, Modifier, Style};

/// The styles of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Theme {
    /// What stands out.
    pub(crate) title: Style,
    /// What steps back.
    pub(crate) quiet: Style,
    /// The row that is selected.
    pub(crate) selected: Style,
    /// A word that was looked for.
    pub(crate) matched: Style,
    /// A key in a hint.
    pub(crate) key: Style,
    /// What went wrong.
    pub(crate) error: Style,
}

impl Theme {
    /// With colours.
    pub(crate) const COLOUR: Self = Self {
        title: Style::new().add_modifier(Modifier::BOLD),
        quiet: Style::new().add_modifier(Modifier::DIM),
        selected: Style::new().add_modifier(Modifier::REVERSED),
        matched: Style::new()
            .fg(Color::Yellow)
            .add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
        key: Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        error: Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
    };

    /// Without any: the terminal library writes resets in place of colours where `NO_COLOR` is set,
    /// which would wipe out the rest of the style.
    pub(crate) const MONO: Self = Self {
        matched: Style::new().add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
        key: Style::new().add_modifier(Modifier::BOLD),
        error: Style::new().add_modifier(Modifier::BOLD),
        ..Self::COLOUR
    };

    /// As the environment wants it (no-color.org).
    pub(crate) fn detect() -> Self {
        match std::env::var_os("NO_COLOR") {
            Some(value) if !value.is_empty() => Self::MONO,
            _ => Self::COLOUR,
        }
    }
}
