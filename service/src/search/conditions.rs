//! The filters of a search in SQL. They hold for rows `d`.

use sea_orm::Value;

use super::Scope;
use super::filter::{Condition, Filter};
use crate::connect::Backend;

/// Rows that an index gives and a filter may refuse, at the most.
const EXAMINED: u32 = 5_000;
/// Rows with a label, or with a begin of a code, that other filters may refuse.
const LABELLED: u32 = 5_000;

/// Filters in SQL.
#[derive(Debug)]
pub(super) struct Conditions {
    /// All of them, as one condition; `true` where there is none.
    pub(super) sql: String,
    /// Where the rows are best taken from that fulfil them.
    pub(super) source: String,
    /// What their parameters stand for.
    pub(super) values: Vec<Value>,
    some: bool,
}

/// Conditions in the making.
struct Writer {
    scope: Scope,
    backend: Backend,
    first: usize,
    values: Vec<Value>,
}

impl Conditions {
    /// The filters in SQL; their parameters begin behind this number.
    pub(super) fn new(filters: &[Filter], scope: Scope, backend: Backend, first: usize) -> Self {
        let mut writer = Writer {
            scope,
            backend,
            first,
            values: Vec::new(),
        };
        let all: Vec<String> = filters
            .iter()
            .map(|filter| {
                let condition = writer.condition(&filter.condition);
                if filter.unwanted {
                    format!("NOT coalesce({condition}, false)")
                } else {
                    condition
                }
            })
            .collect();
        let narrowest = filters
            .iter()
            .filter(|filter| !filter.unwanted)
            .find_map(|filter| writer.source(&filter.condition));
        Self {
            sql: if all.is_empty() {
                "true".to_owned()
            } else {
                all.join(" AND ")
            },
            source: narrowest.unwrap_or_else(|| format!("{} AS d", scope.table())),
            values: writer.values,
            some: !filters.is_empty(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.some
    }

    /// How many rows of an index are looked at where so many are wanted.
    pub(super) fn examined(&self, wanted: u32) -> u32 {
        if self.some {
            wanted.max(EXAMINED)
        } else {
            wanted
        }
    }
}

impl Writer {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.first + self.values.len())
    }

    fn condition(&mut self, condition: &Condition) -> String {
        match (condition, self.scope) {
            (Condition::Code(code), Scope::Documents) => {
                format!("d.code = {}", self.bind(code.as_str()))
            }
            (Condition::CodeBegins(begin), Scope::Documents) => self.begins(begin),
            (Condition::Thread(thread), Scope::Messages) => {
                format!("d.thread_id = {}", self.bind(thread.as_str()))
            }
            (Condition::User(user), Scope::Messages) => {
                format!("d.user_id = {}", self.bind(user.as_str()))
            }
            // A document has no user and no thread, a message no code.
            (
                Condition::Code(_)
                | Condition::CodeBegins(_)
                | Condition::Thread(_)
                | Condition::User(_),
                _,
            ) => "false".to_owned(),
            (Condition::Before(moment), _) => format!("d.created_at < {}", self.moment(*moment)),
            (Condition::After(moment), _) => format!("d.created_at >= {}", self.moment(*moment)),
            (Condition::Label { keys, values }, scope) => {
                let labelled = self.labelled(keys, values);
                format!(
                    "EXISTS (SELECT 1 FROM {}_label AS l WHERE l.owner = {} AND {labelled})",
                    scope.table(),
                    self.owner(),
                )
            }
        }
    }

    /// Where to take rows from, for conditions whose index has another order than time.
    fn source(&mut self, condition: &Condition) -> Option<String> {
        let table = self.scope.table();
        match (condition, self.scope) {
            (Condition::Label { keys, values }, _) => {
                let labelled = self.labelled(keys, values);
                let owner = self.owner();
                Some(format!(
                    "(SELECT DISTINCT owner FROM (SELECT l.owner FROM {table}_label AS l WHERE {labelled} ORDER BY l.owner DESC LIMIT {LABELLED}) AS l) AS l JOIN {table} AS d ON {owner} = l.owner"
                ))
            }
            (Condition::CodeBegins(begin), Scope::Documents) => {
                let begins = self.begins(begin);
                Some(format!(
                    "(SELECT * FROM {table} AS d WHERE {begins} LIMIT {LABELLED}) AS d"
                ))
            }
            _ => None,
        }
    }

    fn owner(&self) -> &'static str {
        match self.backend {
            Backend::Postgres => "d.id",
            Backend::Sqlite => "d.seq",
        }
    }

    fn labelled(&mut self, keys: &[String], values: &[String]) -> String {
        let mut either = Vec::new();
        for key in keys {
            for value in values {
                let key = self.bind(key.as_str());
                let value = self.bind(value.as_str());
                either.push(format!("l.key = {key} AND l.value = {value}"));
            }
        }
        if either.is_empty() {
            return "false".to_owned();
        }
        format!("({})", either.join(" OR "))
    }

    /// By bytes, whatever the database's own order of letters.
    fn begins(&mut self, begin: &str) -> String {
        let from = self.bind(begin);
        let to = self.bind(format!("{begin}\u{10ffff}"));
        match self.backend {
            Backend::Postgres => format!("d.code ~>=~ {from} AND d.code ~<~ {to}"),
            Backend::Sqlite => format!("d.code >= {from} AND d.code < {to}"),
        }
    }

    fn moment(&mut self, moment: chrono::DateTime<chrono::Utc>) -> String {
        match self.backend {
            Backend::Postgres => self.bind(moment),
            // As text, a bound without a zone comes before all that are of that moment.
            Backend::Sqlite => self.bind(moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string()),
        }
    }
}
