//! Settings. In rising order they come from: the defaults, a TOML file, a `.env` file, the
//! environment, and the flags of a program. [`Config::builder`] reads them; what is wrong is
//! reported with the source that held it. No password is ever shown.

mod settings;
mod target;

pub use settings::Source;
pub use target::{Database, PostgresTarget, SqliteMode, SqliteTarget};

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::ConfigError;
use crate::retry::RetryPolicy;
use settings::{Layer, Settings};

/// Whether a store may be changed through this connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing.
    #[default]
    ReadWrite,
    /// Reading alone: every change is refused before the database is asked.
    ReadOnly,
}

/// What is done about missing migrations when a store is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConnect {
    /// An embedded file that is the program's own, or empty, gets them.
    #[default]
    MigrateOwnFile,
    /// Nothing.
    LookOnly,
}

/// Everything that [`Folio::connect`](crate::Folio::connect) needs to know.
///
/// ```
/// use service::Config;
/// let config = Config::sqlite("notes.db").with_max_connections(4);
/// assert_eq!(config.max_connections, 4);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where the store is.
    pub database: Database,
    /// A replica to read from; PostgreSQL alone.
    pub read_database: Option<Database>,
    /// Connections that are kept open, of each pool. The seed's `DB_MIN_CONNECTIONS`.
    pub min_connections: u32,
    /// Connections at the most, of each pool. The seed's `DB_MAX_CONNECTIONS`.
    pub max_connections: u32,
    /// How long a call may wait for a connection. The seed's `DB_CONNECTION_TIMEOUT`.
    pub acquire_timeout: Duration,
    /// How long a statement may run. The seed's `DB_COMMAND_TIMEOUT`.
    pub command_timeout: Duration,
    /// An idle connection is closed after this. The seed's `DB_MAX_INACTIVE_LIFETIME`.
    pub idle_timeout: Duration,
    /// A connection is replaced after this.
    pub max_lifetime: Duration,
    /// What the server's own views call us.
    pub application_name: String,
    /// Who is recorded as the one that makes changes.
    pub actor: Option<String>,
    /// Reading alone, or writing too.
    pub access: Access,
    /// What is done about missing migrations.
    pub on_connect: OnConnect,
    /// How many revisions each document keeps.
    pub history_limit: u32,
    /// The largest document or message, in bytes.
    pub max_document_bytes: usize,
    /// How transient failures are repeated.
    pub retry: RetryPolicy,
}

impl Config {
    fn new(database: Database) -> Self {
        Self {
            database,
            read_database: None,
            min_connections: 5,
            max_connections: 20,
            acquire_timeout: Duration::from_secs(30),
            command_timeout: Duration::from_mins(1),
            idle_timeout: Duration::from_mins(5),
            max_lifetime: Duration::from_mins(30),
            application_name: "folio".to_owned(),
            actor: None,
            access: Access::ReadWrite,
            on_connect: OnConnect::MigrateOwnFile,
            history_limit: 100,
            max_document_bytes: 16 * 1024 * 1024,
            retry: RetryPolicy::default(),
        }
    }

    /// An embedded store in this file, which is made if it is not there.
    #[must_use]
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::new(Database::Sqlite(SqliteTarget {
            path: path.into(),
            mode: SqliteMode::Create,
        }))
    }

    /// The store behind a database URL: `sqlite://PATH?mode=rwc` or `postgres://...`.
    ///
    /// # Errors
    /// [`ConfigError::Value`] where the URL is neither; it is not repeated in the message.
    pub fn from_url(url: &str) -> Result<Self, ConfigError> {
        let database = Database::parse(url, None).map_err(|problem| ConfigError::Value {
            key: "database_url",
            origin: Source::Code,
            problem,
        })?;
        Ok(Self::new(database))
    }

    /// Collects settings from their sources.
    #[must_use]
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// Changes how many connections each pool may have, and how many it keeps if that is fewer.
    #[must_use]
    pub fn with_max_connections(mut self, max: u32) -> Self {
        self.max_connections = max.max(1);
        self.min_connections = self.min_connections.min(self.max_connections);
        self
    }

    /// Changes who is recorded as the one that makes changes.
    #[must_use]
    pub fn with_actor(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// Changes what is done about missing migrations.
    #[must_use]
    pub fn with_on_connect(mut self, on_connect: OnConnect) -> Self {
        self.on_connect = on_connect;
        self
    }

    /// An embedded store has to be there, whatever its URL says: none is made.
    #[must_use]
    pub fn without_making(mut self) -> Self {
        if let Database::Sqlite(target) = &mut self.database
            && matches!(target.mode, SqliteMode::Create | SqliteMode::Default)
        {
            target.mode = SqliteMode::ReadWrite;
        }
        self
    }

    /// Changes whether the store may be written to.
    #[must_use]
    pub fn with_access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }
}

/// Which sources of settings are read.
#[derive(Debug, Default)]
pub struct ConfigBuilder {
    layers: Vec<Layer>,
    fallback: Option<PathBuf>,
    keep_no_idle_connections: bool,
}

impl ConfigBuilder {
    /// Reads a TOML file. Its keys are the names of [`Config`]'s settings: `database_url`,
    /// `max_connections`, ...; a table `[tui]` is left to the terminal admin.
    ///
    /// # Errors
    /// [`ConfigError`] where it can't be read, is no TOML, or has a setting that doesn't exist.
    pub fn file(mut self, path: &Path) -> Result<Self, ConfigError> {
        self.layers.push(Layer::toml(path)?);
        Ok(self)
    }

    /// Reads a `.env` file, if it is there.
    ///
    /// # Errors
    /// [`ConfigError::File`] where it is there and can't be read.
    pub fn env_file(mut self, path: &Path) -> Result<Self, ConfigError> {
        self.layers.extend(Layer::env_file(path)?);
        Ok(self)
    }

    /// Takes variables of the environment: `DATABASE_URL`, the seed's `POSTGRES_*` and `DB_*`,
    /// and `FOLIO_*` for the rest. Others are passed over.
    #[must_use]
    pub fn variables(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        self.layers
            .push(Layer::variables(variables, Source::Variable));
        self
    }

    /// Takes one setting from a program's flag, such as `database_url` from `--database-url`.
    #[must_use]
    pub fn flag(mut self, key: &'static str, flag: &'static str, value: Option<String>) -> Self {
        self.layers
            .extend(value.map(|value| Layer::flag(key, flag, value)));
        self
    }

    /// The embedded file for when no source names a database.
    #[must_use]
    pub fn default_file(mut self, path: PathBuf) -> Self {
        self.fallback = Some(path);
        self
    }

    /// Keeps no connection open that nobody asked for: right for a program that runs one
    /// command and ends.
    #[must_use]
    pub fn short_lived(mut self) -> Self {
        self.keep_no_idle_connections = true;
        self
    }

    /// Puts the sources together.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for the first bad value, with its source.
    pub fn build(self) -> Result<Config, ConfigError> {
        let settings = Settings::merge(self.layers);
        let database = match settings.database()? {
            Some(database) => database,
            None => match self.fallback {
                Some(path) => Database::Sqlite(SqliteTarget {
                    path,
                    mode: SqliteMode::Default,
                }),
                None => {
                    return Err(ConfigError::Value {
                        key: "database_url",
                        origin: Source::Default,
                        problem: "is not set: name a database, such as sqlite://notes.db?mode=rwc"
                            .to_owned(),
                    });
                }
            },
        };
        let mut config = Config::new(database);
        if self.keep_no_idle_connections {
            config.min_connections = 0;
        }
        settings.apply(&mut config)?;
        Ok(config)
    }
}
