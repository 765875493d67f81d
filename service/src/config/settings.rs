//! One value a setting, from the highest source that has it, with that source's name.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::postgres::PgSslMode;

use super::target::{Database, PostgresTarget};
use super::{Access, Config};
use crate::error::ConfigError;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The program's own code.
    Code,
    /// A configuration file.
    File(PathBuf),
    /// A variable in a `.env` file.
    EnvFile(PathBuf, String),
    /// A variable of the environment.
    Variable(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::Code => f.write_str("the program"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::EnvFile(path, name) => write!(f, "{} in {}", name, path.display()),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::Flag(flag) => write!(f, "the flag {flag}"),
        }
    }
}

/// Every setting by its name in a file, and the variables that set it.
const KEYS: &[(&str, &[&str])] = &[
    ("database_url", &["DATABASE_URL"]),
    ("read_database_url", &["FOLIO_READ_DATABASE_URL"]),
    ("postgres_host", &["POSTGRES_HOST"]),
    ("postgres_port", &["POSTGRES_PORT"]),
    ("postgres_user", &["POSTGRES_USER"]),
    ("postgres_password", &["POSTGRES_PASSWORD"]),
    ("postgres_database", &["POSTGRES_DATABASE"]),
    ("postgres_sslmode", &["POSTGRES_SSLMODE", "PGSSLMODE"]),
    ("min_connections", &["DB_MIN_CONNECTIONS"]),
    ("max_connections", &["DB_MAX_CONNECTIONS"]),
    ("acquire_timeout", &["DB_CONNECTION_TIMEOUT"]),
    ("command_timeout", &["DB_COMMAND_TIMEOUT"]),
    ("idle_timeout", &["DB_MAX_INACTIVE_LIFETIME"]),
    ("max_lifetime", &["FOLIO_MAX_LIFETIME"]),
    ("application_name", &["FOLIO_APPLICATION_NAME"]),
    ("actor", &["FOLIO_ACTOR"]),
    ("read_only", &["FOLIO_READ_ONLY"]),
    ("history_limit", &["FOLIO_HISTORY_LIMIT"]),
    ("max_document_bytes", &["FOLIO_MAX_DOCUMENT_BYTES"]),
];

/// The settings that one source has.
pub(super) struct Layer(Vec<(&'static str, String, Source)>);

impl fmt::Debug for Layer {
    /// Names and sources alone: a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(key, _, source)| (key, source)))
            .finish()
    }
}

impl Layer {
    pub(super) fn toml(path: &Path) -> Result<Self, ConfigError> {
        let bad = |problem: String| ConfigError::File {
            path: path.to_owned(),
            problem,
        };
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        // The message alone: the error's own display repeats the line, which may hold a password.
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error
                .span()
                .map_or(1, |span| text[..span.start].lines().count().max(1));
            bad(format!("line {line}: {}", error.message()))
        })?;
        let mut values = Vec::new();
        for (name, value) in table {
            if value.is_table() && name == "tui" {
                continue;
            }
            let Some((key, _)) = KEYS.iter().find(|(key, _)| *key == name) else {
                return Err(ConfigError::UnknownKey {
                    path: path.to_owned(),
                    key: name,
                });
            };
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Float(number) => number.to_string(),
                toml::Value::Boolean(flag) => flag.to_string(),
                _ => {
                    return Err(bad(format!(
                        "{name} is not a text, a number, or true or false"
                    )));
                }
            };
            values.push((*key, text, Source::File(path.to_owned())));
        }
        Ok(Self(values))
    }

    pub(super) fn env_file(path: &Path) -> Result<Option<Self>, ConfigError> {
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(path);
        let bad = |error: dotenvy::Error| ConfigError::File {
            path: path.to_owned(),
            problem: match (error, &text) {
                (dotenvy::Error::LineParse(line, _), Ok(text)) => format!(
                    "line {} is not NAME=value",
                    // The line itself may be a password.
                    text.lines()
                        .position(|found| found.trim_end() == line.trim_end())
                        .unwrap_or_default()
                        + 1
                ),
                (dotenvy::Error::Io(error), _) => error.to_string(),
                _ => "has a line that is not NAME=value".to_owned(),
            },
        };
        let pairs: Result<Vec<_>, _> = dotenvy::from_path_iter(path).map_err(&bad)?.collect();
        Ok(Some(Self::variables(pairs.map_err(&bad)?, |name| {
            Source::EnvFile(path.to_owned(), name)
        })))
    }

    pub(super) fn variables(
        variables: impl IntoIterator<Item = (String, String)>,
        source: impl Fn(String) -> Source,
    ) -> Self {
        let mut given: BTreeMap<String, String> = variables.into_iter().collect();
        given.retain(|_, value| !value.is_empty());
        // Of several names for one setting the first wins.
        let set = KEYS.iter().filter_map(|(key, names)| {
            let name = names.iter().find(|name| given.contains_key(**name))?;
            let value = given.get(*name)?;
            Some((*key, value.clone(), source((*name).to_owned())))
        });
        Self(set.collect())
    }

    pub(super) fn flag(key: &'static str, flag: &'static str, value: String) -> Self {
        Self(vec![(key, value, Source::Flag(flag))])
    }
}

/// The value of a setting, its source, and how high that source stands.
type Found = (String, Source, usize);

/// The settings of all sources, each from the highest one that has it.
pub(super) struct Settings(BTreeMap<&'static str, Found>);

impl Settings {
    pub(super) fn merge(layers: Vec<Layer>) -> Self {
        let mut values = BTreeMap::new();
        for (height, Layer(found)) in layers.into_iter().enumerate() {
            for (key, value, source) in found {
                values.insert(key, (value, source, height));
            }
        }
        Self(values)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|(value, ..)| value.as_str())
    }

    /// The setting as another type; `what` says what it has to be.
    fn parsed<T: std::str::FromStr>(
        &self,
        key: &'static str,
        what: &str,
    ) -> Result<Option<T>, ConfigError> {
        let Some((value, ..)) = self.0.get(key) else {
            return Ok(None);
        };
        value
            .trim()
            .parse()
            .map(Some)
            .map_err(|_| self.bad(key, format!("is not {what}")))
    }

    fn seconds(&self, key: &'static str) -> Result<Option<Duration>, ConfigError> {
        let Some(seconds) = self.parsed::<f64>(key, "a number of seconds")? else {
            return Ok(None);
        };
        match Duration::try_from_secs_f64(seconds) {
            Ok(time) if !time.is_zero() => Ok(Some(time)),
            _ => Err(self.bad(key, "is not a number of seconds above 0".to_owned())),
        }
    }

    fn bad(&self, key: &'static str, problem: String) -> ConfigError {
        let origin = self
            .0
            .get(key)
            .map_or(Source::Default, |(_, source, _)| source.clone());
        ConfigError::Value {
            key,
            origin,
            problem,
        }
    }

    /// What is said of encryption, in libpq's words.
    fn encryption(&self) -> Result<Option<PgSslMode>, ConfigError> {
        const MODES: &str = "one of disable, allow, prefer, require, verify-ca and verify-full";
        self.parsed("postgres_sslmode", MODES)
    }

    /// The database that the highest source names, by a URL or by the seed's five variables.
    pub(super) fn database(&self) -> Result<Option<Database>, ConfigError> {
        const PARTS: [&str; 5] = [
            "postgres_host",
            "postgres_port",
            "postgres_user",
            "postgres_password",
            "postgres_database",
        ];
        let parts = PARTS
            .iter()
            .filter_map(|key| self.0.get(key))
            .map(|(.., height)| *height)
            .max();
        match (self.0.get("database_url"), parts) {
            (Some((url, _, height)), parts) if parts.is_none_or(|parts| *height >= parts) => {
                Database::parse(url, self.encryption()?)
                    .map(Some)
                    .map_err(|problem| self.bad("database_url", problem))
            }
            (_, Some(_)) => Ok(Some(Database::Postgres(PostgresTarget::from_parts(
                self.text("postgres_host"),
                self.parsed("postgres_port", "a port number")?,
                self.text("postgres_user"),
                self.text("postgres_password"),
                self.text("postgres_database"),
                self.encryption()?,
            )))),
            _ => Ok(None),
        }
    }

    /// Puts every setting but the database into the configuration.
    pub(super) fn apply(&self, config: &mut Config) -> Result<(), ConfigError> {
        const COUNT: &str = "a whole number";
        if let Some(url) = self.text("read_database_url") {
            let replica = Database::parse(url, self.encryption()?)
                .map_err(|problem| self.bad("read_database_url", problem))?;
            let both = (&config.database, &replica);
            if !matches!(both, (Database::Postgres(_), Database::Postgres(_))) {
                let problem =
                    "is for a replica: both it and the store have to be PostgreSQL servers";
                return Err(self.bad("read_database_url", problem.to_owned()));
            }
            config.read_database = Some(replica);
        }
        let min = self.parsed("min_connections", COUNT)?;
        let max = self.parsed("max_connections", COUNT)?;
        if max == Some(0) {
            return Err(self.bad(
                "max_connections",
                "is 0: at least one connection is needed".to_owned(),
            ));
        }
        config.max_connections =
            max.unwrap_or_else(|| config.max_connections.max(min.unwrap_or(0)));
        config.min_connections =
            min.unwrap_or_else(|| config.min_connections.min(config.max_connections));
        if config.min_connections > config.max_connections {
            let (min, max) = (config.min_connections, config.max_connections);
            return Err(self.bad(
                "min_connections",
                format!("is {min}, more than max_connections, {max}"),
            ));
        }
        config.acquire_timeout = self
            .seconds("acquire_timeout")?
            .unwrap_or(config.acquire_timeout);
        config.command_timeout = self
            .seconds("command_timeout")?
            .unwrap_or(config.command_timeout);
        config.idle_timeout = self.seconds("idle_timeout")?.unwrap_or(config.idle_timeout);
        config.max_lifetime = self.seconds("max_lifetime")?.unwrap_or(config.max_lifetime);
        if let Some(name) = self.text("application_name") {
            name.clone_into(&mut config.application_name);
        }
        if let Some(actor) = self.text("actor") {
            config.actor = Some(actor.to_owned());
        }
        if let Some(read_only) = self.parsed::<bool>("read_only", "true or false")? {
            config.access = if read_only {
                Access::ReadOnly
            } else {
                Access::ReadWrite
            };
        }
        config.history_limit = self
            .parsed("history_limit", COUNT)?
            .unwrap_or(config.history_limit);
        config.max_document_bytes = self
            .parsed("max_document_bytes", COUNT)?
            .unwrap_or(config.max_document_bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
