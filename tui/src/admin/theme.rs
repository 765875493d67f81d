//! How things look. Nothing is told by colour alone, and only the terminal's own colours are
//! used: those of the text and its background, and the six that every palette keeps readable.

use ratatui::style::{Color, Modifier, Style};

/// What the terminal's background is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Background {
    Dark,
    Light,
}

/// Which colours are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// As the terminal's background is.
    #[default]
    Auto,
    Dark,
    Light,
    Mono,
}

impl Wanted {
    /// The name that the settings use.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "dark" => Self::Dark,
            "light" => Self::Light,
            "mono" => Self::Mono,
            _ => return None,
        })
    }
}

/// Whether there may be colours: not where `NO_COLOR` is set, whatever the settings say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colours {
    Allowed,
    Refused,
}

impl Colours {
    /// What the environment says.
    pub(crate) fn of_environment() -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if no_color {
            Self::Refused
        } else {
            Self::Allowed
        }
    }
}

/// The styles of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Theme {
    name: &'static str,
    /// What stands out.
    pub(crate) title: Style,
    /// What belongs to the program and not to the texts: its name, the headings of columns.
    pub(crate) accent: Style,
    /// What steps back.
    pub(crate) quiet: Style,
    /// Lines between the parts.
    pub(crate) rule: Style,
    /// The row that is selected.
    pub(crate) selected: Style,
    /// A row that is marked.
    pub(crate) marked: Style,
    /// A word that was looked for.
    pub(crate) matched: Style,
    /// A key in a hint.
    pub(crate) key: Style,
    /// What went well, and what was added.
    pub(crate) good: Style,
    /// What went wrong, and what was taken away.
    pub(crate) error: Style,
    /// What is to be minded.
    pub(crate) warning: Style,
}

const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
const DIM: Style = Style::new().add_modifier(Modifier::DIM);
const REVERSED: Style = Style::new().add_modifier(Modifier::REVERSED);
const MATCH: Style = Style::new().add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED));

impl Theme {
    /// For a dark background.
    pub(crate) const DARK: Self = Self {
        name: "dark",
        title: BOLD,
        accent: BOLD.fg(Color::Cyan),
        quiet: DIM,
        rule: DIM,
        selected: REVERSED,
        marked: BOLD.fg(Color::Yellow),
        matched: MATCH.fg(Color::Yellow),
        key: BOLD.fg(Color::Cyan),
        good: BOLD.fg(Color::Green),
        error: BOLD.fg(Color::Red),
        warning: BOLD.fg(Color::Yellow),
    };

    /// For a light background, where yellow and cyan are hard to read.
    pub(crate) const LIGHT: Self = Self {
        name: "light",
        accent: BOLD.fg(Color::Blue),
        marked: BOLD.fg(Color::Magenta),
        matched: MATCH.fg(Color::Magenta),
        key: BOLD.fg(Color::Blue),
        warning: BOLD.fg(Color::Magenta),
        ..Self::DARK
    };

    /// Without any: the terminal library writes resets in place of colours where `NO_COLOR` is set,
    /// which would wipe out the rest of the style.
    pub(crate) const MONO: Self = Self {
        name: "none",
        accent: BOLD,
        marked: BOLD,
        matched: MATCH,
        key: BOLD,
        good: BOLD,
        error: BOLD,
        warning: BOLD,
        ..Self::DARK
    };

    /// What to begin with: as the settings want it, none where `NO_COLOR` is set
    /// (no-color.org), and else as a terminal that tells its background by a variable has it.
    pub(crate) fn first(wanted: Wanted, colours: Colours) -> Self {
        match wanted {
            _ if colours == Colours::Refused => Self::MONO,
            Wanted::Auto => std::env::var("COLORFGBG")
                .ok()
                .and_then(|colours| background_of(&colours))
                .map_or(Self::DARK, Self::of),
            Wanted::Dark => Self::DARK,
            Wanted::Light => Self::LIGHT,
            Wanted::Mono => Self::MONO,
        }
    }

    /// For a background.
    pub(crate) const fn of(background: Background) -> Self {
        match background {
            Background::Dark => Self::DARK,
            Background::Light => Self::LIGHT,
        }
    }

    pub(crate) const fn has_colours(self) -> bool {
        self.accent.fg.is_some()
    }

    /// The one after it.
    pub(crate) fn next(self, colours: Colours) -> Self {
        match self.name {
            _ if colours == Colours::Refused => Self::MONO,
            "dark" => Self::LIGHT,
            "light" => Self::MONO,
            _ => Self::DARK,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        self.name
    }
}

/// The background in a value such as `15;0` or `0;default;15`: 7 and 9 to 15 are light.
fn background_of(colours: &str) -> Option<Background> {
    let number: u8 = colours.rsplit(';').next()?.parse().ok()?;
    Some(match number {
        7 | 9..=15 => Background::Light,
        _ => Background::Dark,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_without_colours_has_none() {
        let Theme {
            title,
            accent,
            quiet,
            rule,
            selected,
            marked,
            matched,
            key,
            good,
            error,
            warning,
            ..
        } = Theme::MONO;
        for style in [
            title, accent, quiet, rule, selected, marked, matched, key, good, error, warning,
        ] {
            assert_eq!((style.fg, style.bg), (None, None));
            assert!(!style.add_modifier.is_empty());
        }
    }

    #[test]
    fn who_wants_no_colours_gets_none_whatever_the_settings_say() {
        for wanted in [Wanted::Auto, Wanted::Dark, Wanted::Light, Wanted::Mono] {
            let first = Theme::first(wanted, Colours::Refused);
            assert_eq!(first, Theme::MONO);
            assert_eq!(first.next(Colours::Refused), Theme::MONO);
        }
        assert_eq!(Theme::first(Wanted::Light, Colours::Allowed), Theme::LIGHT);
        assert_eq!(Theme::LIGHT.next(Colours::Allowed), Theme::MONO);
    }

    #[test]
    fn a_background_is_told_by_its_number() {
        assert_eq!(background_of("15;0"), Some(Background::Dark));
        assert_eq!(background_of("0;default;15"), Some(Background::Light));
        assert_eq!(background_of("0;default"), None);
    }
}
