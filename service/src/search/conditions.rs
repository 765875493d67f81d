//! The filters of a search in SQL. They hold for rows `d`.

use sea_orm::Value;

use super::Scope;
use super::filter::{Condition, Filter};
use crate::connect::Backend;
use crate::documents::successor;

/// Rows with a label, or with a begin of a code, that other filters may refuse.
const LABELLED: u32 = 5_000;
/// The same where there is no other filter: more than are wanted, since the order of a label's
/// rows is not quite that of time.
const LABELLED_ALONE: u32 = 1_000;
/// Labels that are gone through one by one, each for its newest rows.
const LABELS: usize = 16;

/// Filters in SQL.
#[derive(Debug)]
pub(super) struct Conditions {
    /// All of them, as one condition; `true` where there is none.
    pub(super) sql: String,
    /// Where the rows are best taken from that fulfil them, ...
    pub(super) source: String,
    /// ... what is left to ask of those, ...
    pub(super) rest: String,
    /// ... and whether the source has more rows than it gives.
    pub(super) cut: String,
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

/// What filters are written for: no more is written than is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Rows that an index gives.
    Given,
    /// The newest rows.
    Newest,
    /// Either.
    Both,
}

impl Conditions {
    /// The filters in SQL; their parameters begin behind this number.
    pub(super) fn new(
        filters: &[Filter],
        scope: Scope,
        backend: Backend,
        first: usize,
        purpose: For,
    ) -> Self {
        let mut writer = Writer {
            scope,
            backend,
            first,
            values: Vec::new(),
        };
        let narrowest = filters
            .iter()
            .find(|filter| !filter.unwanted && filter.condition.is_narrow(scope));
        let others = filters
            .iter()
            .filter(|filter| !narrowest.is_some_and(|narrowest| std::ptr::eq(*filter, narrowest)));
        let mut all: Vec<String> = others.map(|filter| writer.filter(filter)).collect();
        let rest = joined(&all);
        let mut source = format!("{} AS d", scope.table());
        let mut cut = "false".to_owned();
        if let Some(narrowest) = narrowest {
            if purpose != For::Newest {
                all.push(writer.filter(narrowest));
            }
            if purpose != For::Given {
                (source, cut) = writer.source(&narrowest.condition, filters.len() == 1);
            }
        }
        Self {
            sql: joined(&all),
            source,
            rest,
            cut,
            values: writer.values,
            some: !filters.is_empty(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.some
    }

    /// How many rows of an index are looked at where so many are wanted, and this many where a filter
    /// may refuse some.
    pub(super) fn examined(&self, wanted: u32, filtered: u32) -> u32 {
        if self.some {
            wanted.max(filtered)
        } else {
            wanted
        }
    }
}

fn joined(conditions: &[String]) -> String {
    if conditions.is_empty() {
        "true".to_owned()
    } else {
        conditions.join(" AND ")
    }
}

impl Condition {
    /// Whether an index of another order than time has its rows side by side.
    fn is_narrow(&self, scope: Scope) -> bool {
        match self {
            Self::Label { .. } => true,
            Self::CodeBegins(_) => scope == Scope::Documents,
            _ => false,
        }
    }
}

impl Writer {
    fn filter(&mut self, filter: &Filter) -> String {
        let condition = self.condition(&filter.condition);
        if filter.unwanted {
            format!("NOT coalesce({condition}, false)")
        } else {
            condition
        }
    }

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

    /// Where to take rows from, for a narrow condition, and whether there are more than these.
    fn source(&mut self, condition: &Condition, alone: bool) -> (String, String) {
        let table = self.scope.table();
        let (given, limit, rows) = match condition {
            Condition::Label { keys, values } => {
                let limit = if alone { LABELLED_ALONE } else { LABELLED };
                let owners = self.owners(keys, values, limit);
                let rows = match self.backend {
                    // Each by its index: the planner would read the whole of a table that is not
                    // much bigger than the bound.
                    Backend::Postgres => format!(
                        "({owners}) AS l CROSS JOIN LATERAL (SELECT * FROM {table} AS d WHERE d.id = l.owner LIMIT 1) AS d"
                    ),
                    Backend::Sqlite => {
                        format!("({owners}) AS l JOIN {table} AS d ON d.seq = l.owner")
                    }
                };
                (owners, limit, rows)
            }
            Condition::CodeBegins(begin) => {
                let begins = self.begins(begin);
                let given = |what| {
                    format!("SELECT {what} FROM {table} AS d WHERE {begins} LIMIT {LABELLED}")
                };
                (given("1"), LABELLED, format!("({}) AS d", given("*")))
            }
            _ => return (format!("{table} AS d"), "false".to_owned()),
        };
        let cut = format!("(SELECT count(*) FROM ({given}) AS given) >= {limit}");
        (rows, cut)
    }

    /// The newest rows with each of these labels. One label's rows are in order in the index,
    /// several labels' are not.
    fn owners(&mut self, keys: &[String], values: &[String], limit: u32) -> String {
        let table = self.scope.table();
        let newest = |labelled: String| {
            format!(
                "SELECT owner FROM (SELECT l.owner FROM {table}_label AS l WHERE {labelled} ORDER BY l.owner DESC LIMIT {limit}) AS l"
            )
        };
        if keys.len() * values.len() > LABELS {
            return newest(self.labelled(keys, values));
        }
        let pairs = keys
            .iter()
            .flat_map(|key| values.iter().map(move |value| (key, value)));
        let each: Vec<String> = pairs
            .map(|(key, value)| {
                let key = self.bind(key.as_str());
                let value = self.bind(value.as_str());
                newest(format!("l.key = {key} AND l.value = {value}"))
            })
            .collect();
        each.join(" UNION ")
    }

    fn owner(&self) -> &'static str {
        match self.backend {
            Backend::Postgres => "d.id",
            Backend::Sqlite => "d.seq",
        }
    }

    fn labelled(&mut self, keys: &[String], values: &[String]) -> String {
        let mut list = |of: &[String]| {
            let places: Vec<String> = of.iter().map(|one| self.bind(one.as_str())).collect();
            places.join(", ")
        };
        format!(
            "l.key IN ({}) AND l.value IN ({})",
            list(keys),
            list(values)
        )
    }

    /// By bytes, whatever the database's own order of letters.
    fn begins(&mut self, begin: &str) -> String {
        let code = match self.backend {
            Backend::Postgres => "d.code COLLATE \"C\"",
            Backend::Sqlite => "d.code",
        };
        let from = format!("{code} >= {}", self.bind(begin));
        match successor(begin) {
            Some(end) => format!("{from} AND {code} < {}", self.bind(end)),
            None => from,
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
