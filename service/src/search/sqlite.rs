//! Search in SQLite: FTS5 indexes give the candidates, the newest first, without a look at more
//! of them than are wanted. Their own rank is not asked for: it goes through all rows that have a
//! word to count them.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};
use uuid::Uuid;

use super::Scope;
use super::bounds::{NAMES, NEWEST};
use super::candidates::{Answers, Key, Probed};
use super::conditions::Conditions;
use super::fts::{Fts, Index};
use super::languages::Languages;
use super::plan::Plan;
use super::probes::{Probes, Whole};
use super::request::Facets;
use super::rows::{Field, Row, Wanted};
use super::several::SEVERAL;
use super::vocabulary::Vocabulary;
use crate::connect::Backend;
use crate::error::Fault;
use crate::store::Conn;

/// A text of more bytes is not read to be ranked: SQLite reads the whole of it for its begin.
const LONG: i64 = 300_000;

/// The latest numbers of rows that are looked at for a common query, ...
const LATEST_ROWS: u32 = 20_000;
/// ... and how many hits are enough among them: where many rows were deleted, few are left there.
const ENOUGH: usize = 100;

/// What one question finds: its rows, and how many were looked at.
const PROBE: &str = "
SELECT {n} AS probe, group_concat(d.seq) FILTER (WHERE {conditions}) AS rows, count(*) AS examined
FROM ({found}) AS found
JOIN {table} AS d ON d.seq = found.row";
const PLAIN_PROBE: &str = "
SELECT {n} AS probe, group_concat(row) AS rows, count(*) AS examined
FROM ({found})";
/// What an index has.
const ALL: &str = "SELECT rowid AS row FROM {index} WHERE {index} MATCH {query} ORDER BY rowid DESC LIMIT {limit}";
/// What has all of a common query, among the latest rows: the index has them in their order, so it
/// goes through no others.
const LATEST: &str = "
SELECT rowid AS row FROM {index}
WHERE {index} MATCH {query} AND rowid > (SELECT max(seq) FROM {table}) - {latest} ORDER BY rowid DESC LIMIT {limit}";
const NEWEST_ROWS: &str = "
SELECT {n} AS probe, group_concat(seq) AS rows, CASE WHEN {cut} THEN {limit} ELSE count(*) END AS examined
FROM (SELECT d.seq FROM {source} WHERE {rest} ORDER BY d.created_at DESC, d.id DESC LIMIT {limit})";

/// Rows with their texts, all in one row of the answer: to hand a row over takes longer than to
/// read it.
const READ: &str = "
SELECT json_group_array(json_array(d.seq, hex(d.id), {label}, d.created_at, iif($3, d.metadata, NULL),
           octet_length({heavy}), octet_length({heavy_field}), octet_length({light}), octet_length({light_field}), {language})) AS rows,
       group_concat({heavy} || {light}, '') AS texts
FROM {table} AS d WHERE d.seq IN (SELECT value FROM json_each($1))";
/// A field, or how it begins. To cut a text SQLite goes through its characters, so one that is
/// short is taken as it is.
const SHOWN: &str = "CASE WHEN octet_length({field}) <= $2 THEN {field} WHEN octet_length({field}) <= max($2, {long}) THEN substr({field}, 1, $2) ELSE '' END";

/// A row of the answer to [`READ`]: its number, id, label, user, time and metadata, and of either
/// field how many bytes are there and how many it has; the language that it has of its own.
type Packed = (
    u64,
    Uuid,
    String,
    Option<String>,
    DateTime<Utc>,
    Option<String>,
    usize,
    usize,
    usize,
    usize,
    Option<String>,
);

pub(super) async fn probe(
    conn: &Conn,
    scope: Scope,
    plan: &Plan,
    vocabulary: &Vocabulary,
    conditions: &Conditions,
    probes: &Probes,
) -> Result<Answers, Fault> {
    let indexes = indexes(&plan.languages, vocabulary);
    let mut values: Vec<Value> = conditions.values.clone();
    let mut parts: Vec<(String, u32)> = Vec::new();
    let template = if conditions.is_empty() {
        PLAIN_PROBE
    } else {
        PROBE
    };
    let mut ask = |source: &str, of: &str, query: &dyn Fn(Fts<'_>) -> String, limit: u32| {
        let limit = conditions.examined(limit, probes.examined);
        let found = indexes.iter().map(|index| {
            let fts = Fts {
                plan,
                index: *index,
                columns: scope.fields(),
            };
            values.push(query(fts).into());
            source
                .replace("{index}", &format!("{of}_{}", index.suffix()))
                .replace("{query}", &format!("${}", values.len()))
        });
        let sql = template
            .replace("{n}", &parts.len().to_string())
            .replace("{found}", &together(found.collect()))
            .replace("{table}", scope.table())
            .replace("{limit}", &limit.to_string())
            .replace("{latest}", &LATEST_ROWS.to_string())
            .replace("{conditions}", &conditions.sql);
        parts.push((sql, limit));
    };
    let table = scope.table();
    // What has just some of the query is a hit as well: then the newest rows' texts tell. So they
    // do of a begin of words, for which FTS5 goes through the whole index first.
    let latest = probes.newest
        && matches!(probes.whole, Whole::Common)
        && conditions.is_empty()
        && !plan.takes_some()
        && !plan.leaves.iter().any(|leaf| leaf.term.ending.goes_on());
    let newest = probes.newest && !latest;
    let whole = probes.whole.tree(plan);
    if let Some(tree) = whole {
        ask(ALL, table, &|fts| fts.tree(tree), probes.whole_limit);
    } else if latest {
        ask(LATEST, table, &|fts| fts.tree(&plan.root), NEWEST);
    }
    if let Some(several) = &probes.several {
        ask(ALL, table, &|fts| fts.tree(&several.tree), SEVERAL);
    }
    for leaf in &probes.leaves {
        ask(ALL, table, &|fts| fts.with(*leaf), probes.limit);
    }
    if probes.names {
        ask(ALL, "document_name", &|fts| fts.names(), NAMES);
    }
    if newest {
        let sql = newest_rows(parts.len(), conditions);
        parts.push((sql, NEWEST));
    }
    let sql: Vec<&str> = parts.iter().map(|(sql, _)| sql.as_str()).collect();
    let sql = sql.join("\nUNION ALL");
    let rows = conn
        .query_all_raw(Statement::from_sql_and_values(
            DbBackend::Sqlite,
            sql,
            values,
        ))
        .await?;
    let mut answers: Vec<Probed> = parts.iter().map(|_| Probed::default()).collect();
    for row in &rows {
        let n: i64 = row.try_get("", "probe")?;
        let found: Option<String> = row.try_get("", "rows")?;
        let examined: i64 = row.try_get("", "examined")?;
        if let Some(n) = usize::try_from(n).ok().filter(|n| *n < parts.len()) {
            answers[n] = Probed {
                rows: keys(found.as_deref().unwrap_or_default()),
                capped: examined >= i64::from(parts[n].1),
            };
        }
    }
    let mut answers = answers.into_iter();
    let mut next = |asked: bool| asked.then(|| answers.next()).flatten().unwrap_or_default();
    let mut answers = Answers {
        whole: next(whole.is_some() || latest),
        several: next(probes.several.is_some()),
        leaves: probes.leaves.iter().map(|_| next(true)).collect(),
        passages: Vec::new(),
        names: next(probes.names),
        newest: next(newest),
    };
    if latest {
        answers.newest = if answers.whole.rows.len() < ENOUGH {
            self::newest(conn, conditions).await?
        } else {
            // Older ones have not been seen.
            Probed::cut_off()
        };
    }
    Ok(answers)
}

/// The indexes that have rows in these languages.
pub(super) fn indexes<'a>(languages: &Languages, vocabulary: &'a Vocabulary) -> Vec<Index<'a>> {
    let english = languages.have_english().then_some(Index::English);
    let words = languages.have_others().then_some(Index::Words(vocabulary));
    english.into_iter().chain(words).collect()
}

/// What several indexes have, the newest first; none of them has a row of another one.
fn together(mut found: Vec<String>) -> String {
    if found.len() == 1 {
        return found.remove(0);
    }
    let each: Vec<String> = found
        .iter()
        .map(|found| format!("SELECT row FROM ({found})"))
        .collect();
    let all = each.join(" UNION ALL ");
    format!("SELECT row FROM ({all}) ORDER BY row DESC LIMIT {{limit}}")
}

/// The newest rows that fulfil the conditions.
pub(super) async fn newest(conn: &Conn, conditions: &Conditions) -> Result<Probed, Fault> {
    let sql = newest_rows(0, conditions);
    let values = conditions.values.clone();
    let row = conn
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Sqlite,
            sql,
            values,
        ))
        .await?;
    let Some(row) = row else {
        return Ok(Probed::default());
    };
    let found: Option<String> = row.try_get("", "rows")?;
    Ok(Probed {
        rows: keys(found.as_deref().unwrap_or_default()),
        capped: row.try_get::<i64>("", "examined")? >= i64::from(NEWEST),
    })
}

fn newest_rows(n: usize, conditions: &Conditions) -> String {
    NEWEST_ROWS
        .replace("{n}", &n.to_string())
        .replace("{source}", &conditions.source)
        .replace("{rest}", &conditions.rest)
        .replace("{cut}", &conditions.cut)
        .replace("{limit}", &NEWEST.to_string())
}

fn keys(list: &str) -> Vec<Key> {
    list.split(',').filter_map(|seq| seq.parse().ok()).collect()
}

/// Reads these rows, their texts up to so many characters.
pub(super) async fn rows(
    conn: &Conn,
    what: &Wanted<'_>,
    keys: &[Key],
    share: i32,
    take: impl FnMut(Row),
) -> Result<(), Fault> {
    let [heavy, light] = what.scope.fields().map(|field| format!("d.{field}"));
    let shown = |field: &str| SHOWN.replace("{field}", field);
    let (label, heavy_shown) = match what.scope {
        Scope::Documents => ("d.code, NULL", heavy.clone()),
        Scope::Messages => ("d.thread_id, d.user_id", shown(&heavy)),
    };
    let sql = READ
        .replace("{label}", label)
        .replace("{heavy}", &heavy_shown)
        .replace("{heavy_field}", &heavy)
        .replace("{light}", &shown(&light))
        .replace("{light_field}", &light)
        .replace("{long}", &LONG.to_string())
        .replace("{table}", what.scope.table())
        .replace(
            "{language}",
            &what.languages.of_row(Backend::Sqlite, what.scope),
        );
    let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
    let values = [
        format!("[{}]", keys.join(",")).into(),
        share.into(),
        (what.facets == Facets::Yes).into(),
    ];
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
    let Some(answer) = conn.query_one_raw(statement).await? else {
        return Ok(());
    };
    let rows: String = answer.try_get("", "rows")?;
    let texts: Option<String> = answer.try_get("", "texts")?;
    let rows = unpack(&rows, texts.as_deref().unwrap_or_default(), what.languages)?;
    rows.into_iter().for_each(take);
    Ok(())
}

/// Takes the rows apart again.
fn unpack(rows: &str, texts: &str, languages: &Languages) -> Result<Vec<Row>, Fault> {
    let packed: Vec<Packed> =
        serde_json::from_str(rows).map_err(|error| DbErr::Json(error.to_string()))?;
    let mut at = 0;
    let mut take = |length: usize, bytes: usize| {
        let text = texts.get(at..at + length);
        let text = text.ok_or_else(|| DbErr::Type("a text is not as long as told".to_owned()))?;
        at += length;
        Ok::<_, DbErr>(Field {
            text: text.to_owned(),
            bytes,
        })
    };
    let row = |row: Packed| {
        let (
            seq,
            id,
            label,
            user,
            created_at,
            metadata,
            heavy,
            heavy_bytes,
            light,
            light_bytes,
            own,
        ) = row;
        Ok(Row {
            key: Key::from(seq),
            id,
            label,
            user,
            created_at,
            metadata,
            language: languages.read(own.as_deref()),
            fields: [take(heavy, heavy_bytes)?, take(light, light_bytes)?],
        })
    };
    Ok(packed.into_iter().map(row).collect::<Result<_, DbErr>>()?)
}
