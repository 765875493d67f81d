//! Which store, in what state.

use std::path::PathBuf;

use serde::Serialize;
use serde_json::json;
use service::error::ConfigError;
use service::{Config, Error, Folio, Health, Language, MigrationProgress, OnConnect, RowsOnDown};

use super::Done;
use super::arguments::{Common, Migrate};
use super::folders;
use super::output::{Output, Stop, complain};

/// Puts the settings together: defaults, configuration file, `.env`, environment, flags.
pub(super) fn config(common: &Common) -> Result<Config, ConfigError> {
    config_of(common, "--database-url", common.database_url.clone())
}

/// The same for the store that a flag of the command names.
pub(super) fn config_of(
    common: &Common,
    flag: &'static str,
    url: Option<String>,
) -> Result<Config, ConfigError> {
    let mut builder = Config::builder().short_lived();
    if let Some(path) = folders::database() {
        builder = builder.default_file(path);
    }
    if let Some(path) = config_file(common) {
        builder = builder.file(&path)?;
    }
    // Variables that are not UTF-8 are none of ours.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    builder
        .env_file(std::path::Path::new(".env"))?
        .variables(variables)
        .flag("database_url", flag, url)
        .flag(
            "read_only",
            "--read-only",
            common.read_only.then(|| "true".to_owned()),
        )
        .build()
        .map(with_actor)
}

/// The configuration file: the one that is named, or the usual one where it is there.
pub(super) fn config_file(common: &Common) -> Option<PathBuf> {
    common
        .config
        .clone()
        .or_else(|| folders::config().filter(|path| path.exists()))
}

/// Changes are recorded as made by the system's user, unless the settings name another.
fn with_actor(config: Config) -> Config {
    let user = ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
    match (&config.actor, user.or_else(systems_user)) {
        (None, Some(user)) => config.with_actor(user),
        _ => config,
    }
}

/// The name that the system's list of users has for the one who runs this, else the number: jobs
/// and containers often have no variable for it.
#[cfg(unix)]
fn systems_user() -> Option<String> {
    let id = rustix::process::geteuid().as_raw().to_string();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)? == id).then(|| name.to_owned())
    });
    named.or(Some(id))
}

#[cfg(not(unix))]
fn systems_user() -> Option<String> {
    None
}

/// Opens the store for work: it has to have all its tables.
pub(crate) async fn open(config: Config) -> Result<Folio, Error> {
    let folio = Folio::connect(config).await?;
    folio.migrations().ensure_current().await?;
    Ok(folio)
}

pub(super) async fn health(config: Config, output: &Output) -> Result<Done, Stop> {
    let folio = match Folio::connect(config).await {
        Ok(folio) => folio,
        Err(error) if output.is_json() => {
            Output::json_line(&json!({"healthy": false, "error": error.to_string()}))?;
            complain(&error.to_string());
            return Err(Stop::Told);
        }
        Err(error) => return Err(error.into()),
    };
    let health = folio.health().await;
    folio.close().await;
    output.print(&health, health_lines)?;
    match &health.error {
        None => Ok(Done::Whole),
        Some(error) => {
            complain(error);
            Err(Stop::Told)
        }
    }
}

fn health_lines(health: &Health) -> Vec<String> {
    let pool = &health.pool;
    let kind = match health.backend {
        service::Backend::Sqlite => "SQLite",
        service::Backend::Postgres => "PostgreSQL",
    };
    let answer = health.latency_ms.map_or("no answer".to_owned(), |ms| {
        format!("answers in {ms:.1} ms")
    });
    let pending = health
        .migrations_pending
        .map_or("unknown".to_owned(), |pending| match pending {
            0 => "none missing".to_owned(),
            pending => format!("{pending} missing"),
        });
    vec![
        format!(
            "{}  {}",
            if health.healthy { "well" } else { "not well" },
            health.database
        ),
        format!(
            "database    {kind} {}, {answer}{}",
            health.version,
            if health.read_only { ", read-only" } else { "" }
        ),
        format!("migrations  {pending}"),
        format!(
            "pool        {} open, {} idle, at most {}",
            pool.size, pool.idle, pool.max
        ),
    ]
}

pub(super) async fn language(config: Config, output: &Output) -> Result<Done, Stop> {
    let folio = open(config).await?;
    let language = folio.language().await?;
    folio.close().await;
    output.print(&json!({ "language": language }), |_| {
        vec![language.to_string()]
    })?;
    Ok(Done::Whole)
}

pub(super) async fn reindex(
    config: Config,
    language: Option<Language>,
    output: &Output,
) -> Result<Done, Stop> {
    let folio = open(config).await?;
    let language = match language {
        None => folio.language().await?,
        Some(language) => language,
    };
    folio.reindex(language).await?;
    folio.close().await;
    output.print(&json!({ "language": language }), |_| {
        vec![format!(
            "the search index is built; the store's language is {language}"
        )]
    })?;
    Ok(Done::Whole)
}

pub(super) async fn migrate(
    config: Config,
    migrate: Migrate,
    output: &Output,
) -> Result<Done, Stop> {
    #[derive(Serialize)]
    struct Changed {
        changed: Vec<String>,
    }
    let folio = Folio::connect(config.with_on_connect(OnConnect::LookOnly)).await?;
    let migrations = folio.migrations();
    let changed = match migrate {
        Migrate::Status => {
            let steps = migrations.status().await?;
            output.print(&json!({ "migrations": steps }), |_| {
                let line = |step: &service::MigrationStep| {
                    format!(
                        "{}  {}",
                        if step.applied { "applied" } else { "missing" },
                        step.name
                    )
                };
                steps.iter().map(line).collect()
            })?;
            folio.close().await;
            return Ok(Done::Whole);
        }
        Migrate::Up { num } => {
            let tell = |progress: MigrationProgress<'_>| match progress {
                MigrationProgress::Applied(name) => output.tell(&format!("applied  {name}")),
                MigrationProgress::Waiting(name) => complain(&format!(
                    "{name} waits for other programs that use its tables"
                )),
            };
            migrations.up_telling(num, tell).await
        }
        Migrate::Down { num, delete_data } => {
            let rows = if delete_data {
                RowsOnDown::Delete
            } else {
                RowsOnDown::Keep
            };
            let changed = migrations.down(Some(num), rows).await;
            for name in changed.iter().flatten() {
                output.tell(&format!("taken back  {name}"));
            }
            changed
        }
    };
    folio.close().await;
    output.print(&Changed { changed: changed? }, |result| {
        if result.changed.is_empty() {
            return vec!["nothing to do".to_owned()];
        }
        Vec::new()
    })?;
    Ok(Done::Whole)
}
