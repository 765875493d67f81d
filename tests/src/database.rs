//! Fresh stores.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, TryGetable,
};
use service::{Config, Folio};
use tempfile::TempDir;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An embedded file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A store of one story's own.
#[derive(Debug)]
pub struct Store {
    /// Which database it is on.
    pub kind: Kind,
    /// The store.
    pub folio: Folio,
    config: Config,
    url: String,
    home: Home,
}

/// What goes away with the story.
#[derive(Debug)]
enum Home {
    Folder(TempDir),
    Database(String),
}

impl Store {
    /// A store with all tables and nothing in them.
    pub async fn fresh(kind: Kind) -> Self {
        Self::with(kind, |config| config).await
    }

    /// The same, with other settings.
    pub async fn with(kind: Kind, settings: impl FnOnce(Config) -> Config) -> Self {
        let (url, home) = match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                (
                    format!(
                        "sqlite://{}?mode=rwc",
                        folder.path().join("folio.db").display()
                    ),
                    Home::Folder(folder),
                )
            }
            Kind::Postgres => {
                let template = template().await;
                let name = unique_name();
                let server = server().await;
                run(
                    &server,
                    &format!("CREATE DATABASE {name} TEMPLATE {template}"),
                )
                .await;
                server.close().await.unwrap();
                (database_url(&name), Home::Database(name))
            }
        };
        let config = settings(Config::from_url(&url).unwrap().with_max_connections(4));
        let folio = Folio::connect(config.clone()).await.unwrap();
        folio.migrations().up(None).await.unwrap();
        Self {
            kind,
            folio,
            config,
            url,
            home,
        }
    }

    /// A database without any table, and the URL of it.
    pub async fn bare(kind: Kind) -> Bare {
        match kind {
            Kind::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!(
                    "sqlite://{}?mode=rwc",
                    folder.path().join("folio.db").display()
                );
                Bare {
                    url,
                    _home: Home::Folder(folder),
                }
            }
            Kind::Postgres => {
                let name = unique_name();
                let server = server().await;
                run(
                    &server,
                    &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
                )
                .await;
                server.close().await.unwrap();
                Bare {
                    url: database_url(&name),
                    _home: Home::Database(name),
                }
            }
        }
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its settings.
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// The file of an embedded one.
    pub fn file(&self) -> PathBuf {
        match &self.home {
            Home::Folder(folder) => folder.path().join("folio.db"),
            Home::Database(name) => panic!("{name} is no file"),
        }
    }

    /// Opens it once more, with other settings.
    pub async fn again(&self, settings: impl FnOnce(Config) -> Config) -> Folio {
        Folio::connect(settings(self.config())).await.unwrap()
    }

    /// A connection of its own, as another program would have it.
    pub async fn connection(&self) -> DatabaseConnection {
        connect(&self.url).await
    }

    /// Runs SQL as another program would: on a connection of its own.
    pub async fn sql(&self, sql: &str) {
        self.try_sql(sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The same, for what may be refused.
    pub async fn try_sql(&self, sql: &str) -> Result<(), String> {
        sql_on(&self.url, sql).await
    }

    /// One value of SQL of the story's own.
    pub async fn value<T: TryGetable>(&self, sql: &str) -> T {
        value_on(&self.url, sql).await
    }

    /// The same for a statement that both databases spell differently.
    pub fn spelled<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self.kind {
            Kind::Sqlite => sqlite,
            Kind::Postgres => postgres,
        }
    }
}

/// A database without tables.
#[derive(Debug)]
pub struct Bare {
    /// Its URL.
    pub url: String,
    _home: Home,
}

impl Bare {
    /// Runs SQL on it.
    pub async fn sql(&self, sql: &str) {
        sql_on(&self.url, sql)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// One value of it.
    pub async fn value<T: TryGetable>(&self, sql: &str) -> T {
        value_on(&self.url, sql).await
    }

    /// Opens it as a store.
    pub async fn open(&self) -> Folio {
        Folio::connect(Config::from_url(&self.url).unwrap().with_max_connections(4))
            .await
            .unwrap()
    }
}

async fn sql_on(url: &str, sql: &str) -> Result<(), String> {
    let connection = connect(url).await;
    let result = connection
        .execute_unprepared(sql)
        .await
        .map(drop)
        .map_err(|error| error.to_string());
    connection.close().await.unwrap();
    result
}

async fn value_on<T: TryGetable>(url: &str, sql: &str) -> T {
    let connection = connect(url).await;
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection
        .query_one_raw(statement)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let value = row
        .expect("a row")
        .try_get_by_index(0)
        .expect("a value of that type");
    connection.close().await.unwrap();
    value
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options)
        .await
        .expect("the test's own connection")
}

async fn run(connection: &DatabaseConnection, sql: &str) {
    connection
        .execute_unprepared(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The server that the suite was given.
pub fn server_url() -> String {
    std::env::var("TEST_POSTGRES_URL").expect(
        "the suite needs a PostgreSQL: run tests/run, which starts one, or set TEST_POSTGRES_URL",
    )
}

async fn server() -> DatabaseConnection {
    connect(&server_url()).await
}

/// The server's URL with another database in it.
fn database_url(name: &str) -> String {
    let url = server_url();
    let (base, query) = url
        .split_once('?')
        .map_or((url.as_str(), String::new()), |(base, query)| {
            (base, format!("?{query}"))
        });
    let (host, _) = base.rsplit_once('/').expect("a URL with a database");
    format!("{host}/{name}{query}")
}

fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "folio_test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// A migrated database to copy from. Its name tells the schema's text, so that a changed schema
/// gets another one; it is a template once it is whole.
async fn template() -> String {
    let name = format!("folio_template_{:016x}", schema_hash());
    let server = server().await;
    run(&server, "SELECT pg_advisory_lock(7465737473)").await;
    let whole =
        format!("SELECT count(*) FROM pg_database WHERE datname = '{name}' AND datistemplate");
    let statement = Statement::from_string(server.get_database_backend(), whole);
    let found: i64 = server
        .query_one_raw(statement)
        .await
        .unwrap()
        .unwrap()
        .try_get_by_index(0)
        .unwrap();
    if found == 0 {
        run(&server, &format!("DROP DATABASE IF EXISTS {name}")).await;
        run(
            &server,
            &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"),
        )
        .await;
        let folio = Folio::connect(Config::from_url(&database_url(&name)).unwrap())
            .await
            .unwrap();
        folio.migrations().up(None).await.unwrap();
        folio.close().await;
        run(&server, &format!("ALTER DATABASE {name} IS_TEMPLATE true")).await;
    }
    run(&server, "SELECT pg_advisory_unlock(7465737473)").await;
    server.close().await.unwrap();
    name
}

fn schema_hash() -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut paths = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../migration/sql"),
        &mut paths,
    );
    paths.sort();
    for path in paths {
        path.hash(&mut hasher);
        std::fs::read(&path).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let Self::Database(name) = self else { return };
        let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        // A drop can't await: a thread with a runtime of its own does.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let server = server().await;
                drop(server.execute_unprepared(&sql).await);
                drop(server.close().await);
            });
        });
        drop(dropped.join());
    }
}
