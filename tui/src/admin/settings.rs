//! What the configuration file says about the admin: its table `[tui]`. Nothing in it keeps the
//! admin from starting; what is wrong is told.

use std::path::Path;

use super::command::Keymap;
use super::theme::Wanted;

/// The settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) theme: Wanted,
    /// Whether the mouse is taken.
    pub(crate) mouse: bool,
    pub(crate) keymap: Keymap,
    /// What is wrong with them.
    pub(crate) problems: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Wanted::default(),
            mouse: true,
            keymap: Keymap::default(),
            problems: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads the table of a file. A file that can't be read has been told of before.
    pub(crate) fn read(path: Option<&Path>) -> Self {
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        text.map_or_else(Self::default, |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let mut settings = Self::default();
        let file: toml::Table = text.parse().unwrap_or_default();
        let table = file.get("tui").and_then(toml::Value::as_table);
        for (name, value) in table.into_iter().flatten() {
            let known = match name.as_str() {
                "theme" => value
                    .as_str()
                    .and_then(Wanted::parse)
                    .map(|theme| settings.theme = theme),
                "mouse" => value.as_bool().map(|mouse| settings.mouse = mouse),
                "keys" => value.as_table().map(|keys| settings.keys(keys)),
                _ => {
                    settings
                        .problems
                        .push(format!("there is no setting {name:?}"));
                    continue;
                }
            };
            if known.is_none() {
                let wanted = match name.as_str() {
                    "theme" => "auto, dark, light or mono",
                    "mouse" => "true or false",
                    _ => "a table of commands",
                };
                settings.problems.push(format!("{name} is not {wanted}"));
            }
        }
        settings
    }

    fn keys(&mut self, table: &toml::Table) {
        let mut overrides = super::command::Overrides::new();
        for (id, keys) in table {
            let names = match keys {
                toml::Value::String(name) => Some(vec![name.clone()]),
                toml::Value::Array(names) => names
                    .iter()
                    .map(|name| name.as_str().map(str::to_owned))
                    .collect(),
                _ => None,
            };
            match names {
                Some(names) => drop(overrides.insert(id.clone(), names)),
                None => self
                    .problems
                    .push(format!("{id} has to be a key, or a list of keys")),
            }
        }
        let (keymap, problems) = Keymap::new(&overrides);
        self.keymap = keymap;
        self.problems.extend(problems);
    }

    /// Writes all that is wrong into the log.
    pub(crate) fn log_problems(&self) {
        for problem in &self.problems {
            tracing::warn!("[tui] in the configuration file: {problem}");
        }
    }

    /// What is wrong, in one notice.
    pub(crate) fn complaint(&self) -> Option<String> {
        let first = self.problems.first()?;
        let more = match self.problems.len() - 1 {
            0 => String::new(),
            more => format!(" (and {more} more, in the log)"),
        };
        Some(format!("[tui] in the configuration file: {first}{more}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_what_is_wrong_is_told() {
        let settings = Settings::parse(
            "database_url = 'x'\n[tui]\ntheme = 'light'\nmouse = 'no'\ncolour = 1\n\
             [tui.keys]\n'app.reload' = 'f6'\n'app.quit' = 3\n'app.qiut' = 'Q'\n",
        );
        assert_eq!(settings.theme, Wanted::Light);
        assert!(settings.mouse);
        assert_eq!(
            settings.problems,
            [
                "there is no setting \"colour\"",
                "app.quit has to be a key, or a list of keys",
                "there is no command \"app.qiut\"",
                "mouse is not true or false",
            ]
        );
        let said = settings.complaint().unwrap();
        assert!(
            said.ends_with("there is no setting \"colour\" (and 3 more, in the log)"),
            "{said}"
        );
    }

    #[test]
    fn one_key_leads_out_whatever_the_settings_say() {
        let settings = Settings::parse("[tui.keys]\n'app.quit' = []\n'app.interrupt' = []\n");
        assert_eq!(
            settings.problems,
            [
                "app.interrupt keeps ctrl-c: one key has to lead out",
                "app.quit has no key left; ctrl-c quits",
            ]
        );
    }

    #[test]
    fn without_the_table_all_is_as_usual() {
        for text in ["", "max_connections = 3", "[tui]", "not toml"] {
            assert_eq!(Settings::parse(text).problems, Vec::<String>::new());
        }
    }
}
