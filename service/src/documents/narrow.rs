//! Lists of documents under more than one condition, or under one that is in another order than
//! the list. The list is gone through in its order, by one range of an index: that of the first tag
//! where there is one, else that of all documents. What else is asked for is looked at row by row,
//! and of so many rows at the most: then the page ends, and goes on from there.

use sea_orm::{DbBackend, FromQueryResult, Statement, Value};

use super::filter::successor;
use super::read::{Row, keyset, parse_place, place};
use super::{DocumentFilter, DocumentSort, DocumentSummary};
use crate::connect::Backend;
use crate::error::{Area, Error, Invalid, Operation};
use crate::page::{Anchor, Cursor, Page, PageRequest};
use crate::store::Store;

/// Rows that one statement looks at, at the most.
const LOOKED: i64 = 2_000;
/// Statements for one page, at the most.
const ROUNDS: usize = 10;

/// A row that was looked at.
#[derive(FromQueryResult)]
struct Looked {
    #[sea_orm(nested)]
    row: Row,
    /// Its number among those that the statement looked at, from 1; 0 where it does not count.
    number: i64,
    fits: bool,
}

pub(super) async fn list(
    store: Store<'_>,
    filter: &DocumentFilter,
    page: &PageRequest,
) -> Result<Page<DocumentSummary>, Error> {
    let invalid = |invalid: Invalid| invalid.in_area(Area::Document);
    let limit = page.checked_limit().map_err(invalid)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let sort = filter.sort();
    let order = keyset(sort).order;
    let (begin, is_in) = match &page.from {
        Anchor::Start | Anchor::End => (None, false),
        Anchor::After(cursor) | Anchor::Before(cursor) => (Some(cursor.clone()), false),
        Anchor::At(cursor) => (Some(cursor.clone()), true),
        Anchor::Offset(_) => return Err(invalid(Invalid::Cursor)),
    };
    let back = page.goes_back();
    let mut look = Look {
        filter,
        backend: store.folio().backend(),
        back,
        begin,
        is_in,
        order,
    };
    let (mut found, mut is_end) = (Vec::new(), false);
    for _ in 0..ROUNDS {
        let statement = look.statement(limit + 1 - found.len()).map_err(invalid)?;
        let rows: Vec<Looked> = store
            .read(
                || Operation::new(Area::Document, "list the documents"),
                async |conn| {
                    Ok(Looked::find_by_statement(statement.clone())
                        .all(&conn)
                        .await?)
                },
            )
            .await?;
        // The last row that was looked at comes back whether it fits or not.
        let last = rows.last().filter(|last| last.number == LOOKED);
        let last = last.map(|last| cursor(order, sort, &last.row));
        found.extend(rows.into_iter().filter(|row| row.fits).map(|row| row.row));
        if found.len() > limit {
            break;
        }
        is_end = last.is_none();
        let Some(last) = last else { break };
        (look.begin, look.is_in) = (Some(last), false);
    }
    let is_full = found.len() > limit;
    found.truncate(limit);
    let at = |row: Option<&Row>| row.map(|row| cursor(order, sort, row));
    // On the side that it goes to, and on the one that it comes from.
    let ahead = if is_full {
        at(found.last())
    } else {
        look.begin.filter(|_| !is_end)
    };
    let came = match &page.from {
        Anchor::Start | Anchor::End | Anchor::Offset(_) => None,
        Anchor::After(from) | Anchor::At(from) | Anchor::Before(from) => {
            at(found.first()).or_else(|| Some(from.clone()))
        }
    };
    let (next, previous) = if back { (came, ahead) } else { (ahead, came) };
    if back {
        found.reverse();
    }
    let items = found.into_iter().map(DocumentSummary::from).collect();
    Ok(Page {
        items,
        next,
        previous,
    })
}

fn cursor(order: char, sort: DocumentSort, row: &Row) -> Cursor {
    let (key, id) = place(sort, row);
    Cursor::new(order, key, id)
}

/// A stretch of the list that is looked at.
struct Look<'a> {
    filter: &'a DocumentFilter,
    backend: Backend,
    /// It is gone through from its end.
    back: bool,
    /// Where it begins, and whether the row that stands there is in it.
    begin: Option<Cursor>,
    is_in: bool,
    order: char,
}

/// Values for the parameters of a statement.
#[derive(Default)]
struct Bound(Vec<Value>);

impl Bound {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }
}

impl Look<'_> {
    /// The next rows that fit, so many at the most.
    fn statement(&self, wanted: usize) -> Result<Statement, Invalid> {
        let mut bound = Bound::default();
        let stretch = self.stretch(&mut bound)?;
        let rest = self.rest(&mut bound);
        let (key, direction) = (self.key(), self.direction());
        let order = format!("{key} {direction}, t.id {direction}");
        let told = if rest.is_empty() {
            format!("SELECT t.*, 0 AS number, true AS fits FROM ({stretch} LIMIT {wanted}) AS t")
        } else {
            let rest = rest.join(" AND ");
            // A row of the tags has all that may be asked of it.
            let rows = match self.filter.tags.first() {
                Some(_) => String::new(),
                None => self.row("r"),
            };
            format!(
                "SELECT t.*, row_number() OVER (ORDER BY {order}) AS number, {rest} AS fits FROM ({stretch} LIMIT {LOOKED}) AS t {rows}"
            )
        };
        let join = self.row("d");
        let (number, more) = match self.backend {
            Backend::Postgres => ("t.number::bigint", wanted + 1),
            Backend::Sqlite => ("t.number", wanted + 1),
        };
        let sql = format!(
            "SELECT d.id, d.code, d.name, d.version, d.created_at, d.updated_at, {number} AS number, t.fits \
             FROM ({told}) AS t {join} WHERE t.fits OR t.number = {LOOKED} ORDER BY {order} LIMIT {more}"
        );
        let backend = match self.backend {
            Backend::Postgres => DbBackend::Postgres,
            Backend::Sqlite => DbBackend::Sqlite,
        };
        Ok(Statement::from_sql_and_values(backend, sql, bound.0))
    }

    /// The document of each row, by its index: the planner would read the whole of a table that is
    /// not much bigger than the stretch.
    fn row(&self, alias: &str) -> String {
        match self.backend {
            Backend::Postgres => format!(
                "CROSS JOIN LATERAL (SELECT * FROM document AS {alias} WHERE {alias}.id = t.id LIMIT 1) AS {alias}"
            ),
            Backend::Sqlite => format!("JOIN document AS {alias} ON {alias}.id = t.id"),
        }
    }

    /// The rows of the range of an index, in its order, with what that has of them.
    fn stretch(&self, bound: &mut Bound) -> Result<String, Invalid> {
        let filter = self.filter;
        let (table, id) = match (filter.tags.first(), self.backend) {
            (Some(_), Backend::Postgres) => ("document_tag", "t.owner"),
            (Some(_), Backend::Sqlite) => ("document_tag", "t.id"),
            (None, _) => ("document", "t.id"),
        };
        let has = match (filter.tags.first(), filter.sort()) {
            (Some(_), _) => "t.owner, t.code, t.name, t.created_at",
            (None, DocumentSort::NewestFirst) => "t.created_at",
            (None, DocumentSort::Name) => "t.name",
            (None, DocumentSort::Code) => "t.code",
        };
        let mut conditions = Vec::new();
        if let Some(tag) = filter.tags.first() {
            conditions.push(format!("t.tag = {}", bound.bind(tag.as_str())));
        }
        conditions.extend(self.condition("t", filter.sort(), bound));
        let (key, direction) = (self.key(), self.direction());
        if let Some(begin) = &self.begin {
            let (at, its_id) = begin.parts(self.order)?;
            let (at, its_id) = parse_place(filter.sort(), at, its_id)?;
            let sign = if direction == "DESC" { "<" } else { ">" };
            let equal = if self.is_in { "=" } else { "" };
            let (at, its_id) = (bound.bind(at), bound.bind(its_id));
            conditions.push(format!("({key}, {id}) {sign}{equal} ({at}, {its_id})"));
        }
        let conditions = if conditions.is_empty() {
            "true".to_owned()
        } else {
            conditions.join(" AND ")
        };
        Ok(format!(
            "SELECT {id} AS id, {has} FROM {table} AS t \
             WHERE {conditions} ORDER BY {key} {direction}, {id} {direction}"
        ))
    }

    /// What is looked at row by row.
    fn rest(&self, bound: &mut Bound) -> Vec<String> {
        let sorts = [
            DocumentSort::NewestFirst,
            DocumentSort::Name,
            DocumentSort::Code,
        ];
        let others = sorts.into_iter().filter(|sort| *sort != self.filter.sort());
        let of = if self.filter.tags.is_empty() {
            "r"
        } else {
            "t"
        };
        let mut rest: Vec<String> = others
            .filter_map(|sort| self.condition(of, sort, bound))
            .collect();
        for tag in self.filter.tags.iter().skip(1) {
            let tag = bound.bind(tag.as_str());
            rest.push(format!(
                "EXISTS (SELECT 1 FROM document_tag AS o WHERE o.owner = t.owner AND o.tag = {tag})"
            ));
        }
        rest
    }

    /// The condition that is one stretch of the list in this order, if it is asked for.
    fn condition(&self, of: &str, sort: DocumentSort, bound: &mut Bound) -> Option<String> {
        let key = self.key_of(of, sort);
        let (from, to) = match sort {
            DocumentSort::NewestFirst => {
                let (since, until) = (self.filter.since, self.filter.until);
                (since.map(Value::from), until.map(Value::from))
            }
            DocumentSort::Name => range(self.filter.name.as_deref()),
            DocumentSort::Code => range(self.filter.code.as_deref()),
        };
        let from = from.map(|from| format!("{key} >= {}", bound.bind(from)));
        let to = to.map(|to| format!("{key} < {}", bound.bind(to)));
        let both: Vec<String> = from.into_iter().chain(to).collect();
        (!both.is_empty()).then(|| both.join(" AND "))
    }

    fn key(&self) -> String {
        self.key_of("t", self.filter.sort())
    }

    /// What an order goes by. Texts are in the order of bytes on both databases.
    fn key_of(&self, of: &str, sort: DocumentSort) -> String {
        let bytes = match (self.backend, self.filter.tags.is_empty()) {
            (Backend::Postgres, true) => " COLLATE \"C\"",
            _ => "",
        };
        match sort {
            DocumentSort::NewestFirst => format!("{of}.created_at"),
            DocumentSort::Name => format!("{of}.name{bytes}"),
            DocumentSort::Code => format!("{of}.code{bytes}"),
        }
    }

    fn direction(&self) -> &'static str {
        if (self.filter.sort() == DocumentSort::NewestFirst) == self.back {
            "ASC"
        } else {
            "DESC"
        }
    }
}

/// From a beginning to what comes after all that begins so.
fn range(prefix: Option<&str>) -> (Option<Value>, Option<Value>) {
    let from = prefix.map(Value::from);
    let to = prefix.and_then(successor).map(Value::from);
    (from, to)
}
