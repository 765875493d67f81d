//! Where a store is: an embedded file, or a PostgreSQL server.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sea_orm::sqlx;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};

/// A store's place.
#[derive(Clone, Debug)]
pub enum Database {
    /// An embedded file.
    Sqlite(SqliteTarget),
    /// A server.
    Postgres(PostgresTarget),
}

/// How an embedded file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqliteMode {
    /// The program's own file: made, and migrated, without being asked (`folio`'s default).
    Default,
    /// Made if it is not there (`mode=rwc`).
    Create,
    /// Has to be there (`mode=rw`).
    ReadWrite,
    /// Has to be there, and is only read (`mode=ro`).
    ReadOnly,
    /// In memory, gone at the end (`sqlite::memory:`).
    Memory,
}

/// An embedded file and how it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteTarget {
    /// The file.
    pub path: PathBuf,
    /// How it is opened.
    pub mode: SqliteMode,
}

/// A server and how it is reached. Its password is never shown.
#[derive(Clone)]
pub struct PostgresTarget {
    pub(crate) options: Box<PgConnectOptions>,
}

impl fmt::Debug for PostgresTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresTarget")
            .field(&self.to_string())
            .finish()
    }
}

impl fmt::Display for PostgresTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let o = &self.options;
        write!(
            f,
            "postgres://{}@{}:{}/{}",
            o.get_username(),
            o.get_host(),
            o.get_port(),
            self.database()
        )
    }
}

impl PostgresTarget {
    fn database(&self) -> &str {
        self.options
            .get_database()
            .unwrap_or_else(|| self.options.get_username())
    }

    /// From the seed's five variables; what is missing has PostgreSQL's own default.
    pub(crate) fn from_parts(
        host: Option<&str>,
        port: Option<u16>,
        user: Option<&str>,
        password: Option<&str>,
        database: Option<&str>,
        encryption: Option<PgSslMode>,
    ) -> Self {
        let mut options = PgConnectOptions::new_without_pgpass().host(host.unwrap_or("localhost"));
        options = options.port(port.unwrap_or(5432));
        if let Some(user) = user {
            options = options.username(user);
        }
        if let Some(password) = password {
            options = options.password(password);
        }
        if let Some(database) = database {
            options = options.database(database);
        }
        Self {
            options: Box::new(options),
        }
        .encrypted(encryption)
    }

    /// What the user said of encryption; a host that is not local needs TLS with a verified
    /// certificate where nobody said anything.
    fn encrypted(mut self, said: Option<PgSslMode>) -> Self {
        let host = self.options.get_host();
        let local = matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
            || host.starts_with('/')
            || self.options.get_socket().is_some();
        if let Some(mode) = said.or_else(|| (!local).then_some(PgSslMode::VerifyFull)) {
            *self.options = self.options.ssl_mode(mode);
        }
        self
    }
}

impl fmt::Display for Database {
    /// The place without any password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(SqliteTarget {
                mode: SqliteMode::Memory,
                ..
            }) => f.write_str("sqlite::memory:"),
            Self::Sqlite(target) => write!(f, "sqlite://{}", target.path.display()),
            Self::Postgres(target) => target.fmt(f),
        }
    }
}

impl Database {
    /// Reads a URL. What is wrong is said without repeating the URL, which may hold a password.
    /// `encryption` is for a server's URL that says nothing of it.
    pub(crate) fn parse(url: &str, encryption: Option<PgSslMode>) -> Result<Self, String> {
        if let Some(rest) = url.strip_prefix("sqlite:") {
            return parse_sqlite(rest).map(Self::Sqlite);
        }
        match url.split_once("://").map(|(scheme, _)| scheme) {
            Some("postgres" | "postgresql") => {
                let options = PgConnectOptions::from_str(url).map_err(|error| why(url, &error))?;
                let said = url.contains("sslmode=") || url.contains("ssl-mode=");
                let own = said.then(|| options.get_ssl_mode());
                let options = Box::new(options);
                Ok(Self::Postgres(
                    PostgresTarget { options }.encrypted(own.or(encryption)),
                ))
            }
            Some(scheme)
                if scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)) =>
            {
                Err(format!(
                    "names a database of the kind {scheme:?}; Folio knows sqlite and postgres"
                ))
            }
            _ => Err(
                "is not a URL such as sqlite://notes.db?mode=rwc or postgres://user@host/database"
                    .to_owned(),
            ),
        }
    }
}

/// What is wrong with a server's URL, which may hold a password.
fn why(url: &str, error: &sqlx::Error) -> String {
    let behind = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = behind.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let given = |name: &str| url.split(['?', '&']).any(|pair| pair.starts_with(name));
    // Half of a password may stand where the host is looked for.
    let cut = !authority.contains('@') && behind.contains('@');
    let wrong = if cut || authority.contains(['#', '[', ']', '%']) {
        "a user, a password or a host that is written wrongly: signs such as @ : / # % are %40 %3A %2F %23 %25 there"
    } else if !host.ends_with(']') && !port.is_empty() && port.parse::<u16>().is_err() {
        "a port that is not a number between 0 and 65535"
    } else if given("sslmode=") && error.to_string().contains("ssl_mode") {
        "an sslmode other than disable, allow, prefer, require, verify-ca and verify-full"
    } else {
        "a part that can't be understood"
    };
    format!("is not a valid postgres:// URL: it has {wrong}")
}

fn parse_sqlite(rest: &str) -> Result<SqliteTarget, String> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if path == ":memory:" {
        return Ok(SqliteTarget {
            path: PathBuf::from(path),
            mode: SqliteMode::Memory,
        });
    }
    if path.is_empty() {
        return Err("names no file: sqlite://PATH".to_owned());
    }
    let mut mode = SqliteMode::ReadWrite;
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        mode = match (name, value) {
            ("mode", "rwc") => SqliteMode::Create,
            ("mode", "rw") => SqliteMode::ReadWrite,
            ("mode", "ro") => SqliteMode::ReadOnly,
            ("mode", "memory") => SqliteMode::Memory,
            ("mode", _) => return Err("has a mode other than ro, rw, rwc and memory".to_owned()),
            _ => return Err("has a parameter other than mode".to_owned()),
        };
    }
    Ok(SqliteTarget {
        path: PathBuf::from(percent_decoded(path)),
        mode,
    })
}

/// A path in a URL may hold %20 and the like; what is no such escape stays as it is.
fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%')
            .then(|| path.get(path.len() - tail.len()..path.len() - tail.len() + 2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedded_file_is_named_by_its_path() {
        for (url, path, mode) in [
            ("sqlite://notes.db?mode=rwc", "notes.db", SqliteMode::Create),
            (
                "sqlite:///var/lib/f.db",
                "/var/lib/f.db",
                SqliteMode::ReadWrite,
            ),
            ("sqlite:a%20b.db?mode=ro", "a b.db", SqliteMode::ReadOnly),
            ("sqlite://100%.db", "100%.db", SqliteMode::ReadWrite),
            ("sqlite::memory:", ":memory:", SqliteMode::Memory),
        ] {
            let Ok(Database::Sqlite(target)) = Database::parse(url, None) else {
                panic!("{url}")
            };
            assert_eq!(
                (target.path.to_str(), target.mode),
                (Some(path), mode),
                "{url}"
            );
        }
    }

    #[test]
    fn a_bad_url_is_named_without_its_password() {
        for url in [
            "mysql://u:hunter2@h/x",
            "postgres://u:hunter2@h:port/x",
            "u:hunter2@h",
            "sqlite://?mode=ro",
        ] {
            let said = Database::parse(url, None).expect_err(url);
            assert!(!said.contains("hunter2"), "{said}");
        }
    }

    #[test]
    fn a_bad_url_of_a_server_is_told_with_what_is_wrong() {
        for (url, part) in [
            ("postgres://u:hunter2@h:99999/x", "a port that"),
            ("postgres://u:hunter2@h:port/x", "a port that"),
            ("postgres://u:hun/ter2@h/x", "%40"),
            ("postgres://u@h/x?sslmode=always", "an sslmode other"),
        ] {
            let said = Database::parse(url, None).expect_err(url);
            assert!(
                said.contains(part) && !said.contains("hun"),
                "{url}: {said}"
            );
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let target = Database::parse("postgres://u:hunter2@db.example/x", None).expect("a URL");
        assert!(!format!("{target:?} {target}").contains("hunter2"));
    }

    #[test]
    fn a_host_far_away_needs_a_verified_certificate_unless_the_user_says_otherwise() {
        let mode = |url: &str| match Database::parse(url, None) {
            Ok(Database::Postgres(target)) => target.options.get_ssl_mode(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(
            mode("postgres://u@db.example/x"),
            PgSslMode::VerifyFull
        ));
        assert!(matches!(
            mode("postgres://u@db.example/x?sslmode=disable"),
            PgSslMode::Disable
        ));
        assert!(matches!(
            mode("postgres://u@127.0.0.1/x"),
            PgSslMode::Prefer
        ));
        let said = Some(PgSslMode::Require);
        for (url, wanted) in [
            ("postgres://u@db.example/x", "Require"),
            ("postgres://u@db.example/x?sslmode=disable", "Disable"),
        ] {
            let Ok(Database::Postgres(target)) = Database::parse(url, said) else {
                panic!("{url}")
            };
            assert_eq!(
                format!("{:?}", target.options.get_ssl_mode()),
                wanted,
                "{url}"
            );
        }
    }
}
