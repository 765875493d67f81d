//! Pages of a list. A page is reached by a cursor (the place of its neighbour's last row in the
//! list's order), so the last page costs what the first one does, and rows that come and go
//! meanwhile are neither repeated nor skipped. An offset is offered for parity with the seed.

use std::fmt;
use std::str::FromStr;

use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, Order};
use sea_orm::{EntityTrait, QuerySelect, Select, Value};
use serde::{Deserialize, Serialize};

use crate::error::Invalid;

/// The most rows that one page may have.
pub const MAX_LIMIT: u32 = 1_000;

/// A place in a list: opaque to callers, stable over time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    /// Which order it belongs to.
    order: char,
    /// The sort value of the row it stands on, as text.
    key: String,
    /// The id of that row, as text.
    id: String,
}

impl Cursor {
    pub(crate) fn new(order: char, key: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            order,
            key: key.into(),
            id: id.into(),
        }
    }

    /// The sort value and the id, if the cursor belongs to this order.
    pub(crate) fn parts(&self, order: char) -> Result<(&str, &str), Invalid> {
        if self.order == order {
            Ok((&self.key, &self.id))
        } else {
            Err(Invalid::Cursor)
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.order)?;
        self.key
            .bytes()
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(".")?;
        self.id.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut rest = text.chars();
        let order = rest
            .next()
            .filter(char::is_ascii_lowercase)
            .ok_or(Invalid::Cursor)?;
        let (key, id) = rest.as_str().split_once('.').ok_or(Invalid::Cursor)?;
        Ok(Self {
            order,
            key: unhex(key)?,
            id: unhex(id)?,
        })
    }
}

fn unhex(text: &str) -> Result<String, Invalid> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let bytes = digits
        .filter(|digits| digits.len().is_multiple_of(2))
        .ok_or(Invalid::Cursor)?;
    let bytes: Result<Vec<u8>, _> = bytes
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]))
        .collect();
    String::from_utf8(bytes.map_err(|_| Invalid::Cursor)?).map_err(|_| Invalid::Cursor)
}

impl TryFrom<String> for Cursor {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> String {
        cursor.to_string()
    }
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// At the list's first row, or so many rows after it.
    #[default]
    Start,
    Offset(u64),
    /// At the list's last row, going back.
    End,
    /// Behind this row.
    After(Cursor),
    /// At this row, or where it stood.
    At(Cursor),
    /// Before this row, going back.
    Before(Cursor),
}

/// Which page of a list, and how many rows of it.
///
/// ```
/// use service::PageRequest;
/// let first = PageRequest::first(50);
/// assert_eq!(first.limit(), 50);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    pub(crate) from: Anchor,
}

impl Default for PageRequest {
    /// The first 100 rows, as in the seed.
    fn default() -> Self {
        Self::first(100)
    }
}

impl PageRequest {
    /// The first `limit` rows.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self {
            limit,
            from: Anchor::Start,
        }
    }

    /// The last `limit` rows, in the list's own order.
    #[must_use]
    pub const fn last(limit: u32) -> Self {
        Self {
            limit,
            from: Anchor::End,
        }
    }

    /// The rows behind the cursor: what [`Page::next`] is for.
    #[must_use]
    pub fn after(self, cursor: Cursor) -> Self {
        Self {
            from: Anchor::After(cursor),
            ..self
        }
    }

    /// The rows from the cursor's own row on; it may have gone since. With [`Page::previous`] a page
    /// is read again.
    #[must_use]
    pub fn at(self, cursor: Cursor) -> Self {
        Self {
            from: Anchor::At(cursor),
            ..self
        }
    }

    /// The rows before the cursor, in the list's own order: what [`Page::previous`] is for.
    #[must_use]
    pub fn before(self, cursor: Cursor) -> Self {
        Self {
            from: Anchor::Before(cursor),
            ..self
        }
    }

    /// The rows from the `offset`-th on, as in the seed. Costs more the further it goes.
    #[must_use]
    pub fn offset(self, offset: u64) -> Self {
        Self {
            from: Anchor::Offset(offset),
            ..self
        }
    }

    /// How many rows at the most.
    #[must_use]
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    pub(crate) fn checked_limit(&self) -> Result<u64, Invalid> {
        match self.limit {
            1..=MAX_LIMIT => Ok(u64::from(self.limit)),
            limit => Err(Invalid::Limit {
                limit,
                max: MAX_LIMIT,
            }),
        }
    }

    pub(crate) fn goes_back(&self) -> bool {
        matches!(self.from, Anchor::End | Anchor::Before(_))
    }
}

/// Some rows of a list, and how to go on from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Behind the last row; None where nothing follows.
    #[serde(rename = "next_cursor")]
    pub next: Option<Cursor>,
    /// Before the first row; None where nothing precedes.
    #[serde(rename = "previous_cursor")]
    pub previous: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with every row changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
            previous: self.previous,
        }
    }
}

/// A list's order: a sort column, its direction, and the id that breaks ties the same way.
pub(crate) struct Keyset<C> {
    /// The letter that its cursors carry.
    pub(crate) order: char,
    pub(crate) key: C,
    pub(crate) id: C,
    pub(crate) direction: Order,
}

impl<C: IntoColumnRef + Copy> Keyset<C> {
    /// Adds the page's condition, order and limit (one row more, to see whether more follow).
    /// `bind` turns a cursor's texts into the values of the two columns.
    pub(crate) fn apply<E: EntityTrait>(
        &self,
        select: Select<E>,
        request: &PageRequest,
        bind: impl Fn(&str, &str) -> Result<(Value, Value), Invalid>,
    ) -> Result<Select<E>, Invalid> {
        self.apply_by(Expr::col(self.key), select, request, bind)
    }

    /// The same where the sort column is spelled in its own way, such as with a collation.
    pub(crate) fn apply_by<E: EntityTrait>(
        &self,
        key: Expr,
        mut select: Select<E>,
        request: &PageRequest,
        bind: impl Fn(&str, &str) -> Result<(Value, Value), Invalid>,
    ) -> Result<Select<E>, Invalid> {
        let column = key;
        let limit = request.checked_limit()?;
        let backwards = request.goes_back();
        let descending = matches!(self.direction, Order::Desc) != backwards;
        match &request.from {
            Anchor::Start | Anchor::End => {}
            Anchor::Offset(offset) => select = select.offset(*offset),
            Anchor::After(cursor) | Anchor::At(cursor) | Anchor::Before(cursor) => {
                let (key, id) = cursor.parts(self.order)?;
                let (key, id) = bind(key, id)?;
                // A row comparison is one index range on both databases; the same thing spelled
                // with OR would be a filter over everything before it.
                let here = Expr::tuple([column.clone(), Expr::col(self.id)]);
                let there = Expr::tuple([Expr::val(key), Expr::val(id)]);
                let is_in = matches!(request.from, Anchor::At(_));
                let condition = match (descending, is_in) {
                    (true, false) => here.lt(there),
                    (true, true) => here.lte(there),
                    (false, false) => here.gt(there),
                    (false, true) => here.gte(there),
                };
                select = sea_orm::QueryFilter::filter(select, condition);
            }
        }
        let direction = if descending { Order::Desc } else { Order::Asc };
        QuerySelect::query(&mut select)
            .order_by_expr(column, direction.clone())
            .order_by(self.id, direction);
        Ok(select.limit(limit + 1))
    }

    /// Makes the page of the rows that the applied select gave.
    pub(crate) fn page<T>(
        &self,
        mut rows: Vec<T>,
        request: &PageRequest,
        key: impl Fn(&T) -> (String, String),
    ) -> Page<T> {
        let limit = request.limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let cursor = |row: Option<&T>| {
            row.map(|row| {
                let (key, id) = key(row);
                Cursor::new(self.order, key, id)
            })
        };
        let (follows, precedes) = match request.from {
            Anchor::Start => (more, false),
            Anchor::Offset(offset) => (more, offset > 0),
            Anchor::After(_) | Anchor::At(_) => (more, true),
            Anchor::End => (false, more),
            Anchor::Before(_) => (true, more),
        };
        if request.goes_back() {
            rows.reverse();
        }
        // A list that would go on where this page began has no end: it is cut off here. The database
        // has one order of its rows, so this is for one that has been damaged.
        let moves = |next: &Cursor| !matches!(&request.from, Anchor::After(from) if from == next);
        Page {
            next: cursor(rows.last()).filter(|next| follows && moves(next)),
            previous: cursor(rows.first()).filter(|_| precedes),
            items: rows,
        }
    }
}

/// Microseconds since 1970 as text: how a cursor carries a time.
pub(crate) fn time_key(time: chrono::DateTime<chrono::Utc>) -> String {
    time.timestamp_micros().to_string()
}

/// The time that [`time_key`] wrote.
pub(crate) fn parse_time_key(text: &str) -> Result<Value, Invalid> {
    let micros: i64 = text.parse().map_err(|_| Invalid::Cursor)?;
    chrono::DateTime::from_timestamp_micros(micros)
        .map(Value::from)
        .ok_or(Invalid::Cursor)
}

/// A row's own number that a cursor carries.
pub(crate) fn parse_number_key(text: &str) -> Result<Value, Invalid> {
    text.parse::<i64>()
        .map(Value::from)
        .map_err(|_| Invalid::Cursor)
}

/// A UUID that a cursor carries.
pub(crate) fn parse_uuid_key(text: &str) -> Result<Value, Invalid> {
    uuid::Uuid::try_parse(text)
        .map(Value::from)
        .map_err(|_| Invalid::Cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_trip_through_text() {
        let cursor = Cursor::new('n', "naïve, 名前.", "a/b.c");
        assert_eq!(cursor.to_string().parse::<Cursor>(), Ok(cursor));
    }

    #[test]
    fn a_page_that_ends_where_it_began_is_the_last() {
        let keyset = Keyset {
            order: 'n',
            key: entity::thread::Column::Id,
            id: entity::thread::Column::Id,
            direction: Order::Asc,
        };
        let key = |row: &&str| ((*row).to_owned(), (*row).to_owned());
        let request = PageRequest::first(1);
        let page = keyset.page(vec!["a", "b"], &request, key);
        let again = request.after(page.next.expect("a second row"));
        assert_eq!(keyset.page(vec!["a", "b"], &again, key).next, None);
        assert!(keyset.page(vec!["b", "c"], &again, key).next.is_some());
    }

    #[test]
    fn a_foreign_text_is_no_cursor() {
        for text in [
            "", "x", "n12", "n1.2", "nzz.aa", "N61.61", "nff.61", "é61.61",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(Invalid::Cursor), "{text}");
        }
    }
}
