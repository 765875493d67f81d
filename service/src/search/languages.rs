//! The languages that a search has to do with: the store's, and those that rows have of their own.
//! The database knows them, whoever writes.

use sea_orm::{ConnectionTrait, Statement};

use super::Scope;
use super::language::Language;
use crate::connect::Backend;
use crate::error::Fault;
use crate::store::Conn;

/// Languages of the rows that are searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Languages {
    /// That of the rows without one of their own.
    pub(super) store: Language,
    /// All of them, each once; the store's is the first.
    all: Vec<Language>,
}

impl Languages {
    pub(super) fn new(store: Language, own: impl IntoIterator<Item = Language>) -> Self {
        let mut all = vec![store];
        for language in own {
            if !all.contains(&language) {
                all.push(language);
            }
        }
        Self { store, all }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Language> {
        self.all.iter().copied()
    }

    /// Whether some rows are English: these are indexed by Porter's stems.
    pub(super) fn have_english(&self) -> bool {
        self.all.contains(&Language::English)
    }

    /// Those that are indexed by words and Snowball's stems.
    pub(super) fn others(&self) -> impl Iterator<Item = Language> {
        self.all().filter(|language| *language != Language::English)
    }

    pub(super) fn have_others(&self) -> bool {
        self.others().next().is_some()
    }

    /// The language of a row `d` in SQL; NULL stands for the store's.
    pub(super) fn of_row(&self, backend: Backend, scope: Scope) -> String {
        if self.all.len() < 2 {
            return "NULL".to_owned();
        }
        match backend {
            Backend::Postgres => "d.language".to_owned(),
            Backend::Sqlite => format!(
                "(SELECT l.own FROM {}_language AS l WHERE l.seq = d.seq)",
                scope.table()
            ),
        }
    }

    /// The language of a row that tells this of itself.
    pub(super) fn read(&self, own: Option<&str>) -> Language {
        own.and_then(|name| name.parse().ok()).unwrap_or(self.store)
    }
}

/// Reads them. Each search does so: a row in a new language may have come from anywhere.
pub(super) async fn of(conn: &Conn, scope: Scope) -> Result<Languages, Fault> {
    let sql = "SELECT scope, language FROM search_language WHERE scope IN ('store', $1)";
    let statement =
        Statement::from_sql_and_values(conn.get_database_backend(), sql, [scope.table().into()]);
    let mut store = Language::English;
    let mut own = Vec::new();
    for row in conn.query_all_raw(statement).await? {
        let language: String = row.try_get("", "language")?;
        let Ok(language) = language.parse() else {
            continue;
        };
        if row.try_get::<String>("", "scope")? == "store" {
            store = language;
        } else {
            own.push(language);
        }
    }
    Ok(Languages::new(store, own))
}
