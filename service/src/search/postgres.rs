//! Search in PostgreSQL: GIN indexes over tsvectors give the candidates. An index gives all rows
//! that have a word at once, so it is not asked for common ones; and where a row's own vector has
//! to be read (for words side by side), no more than so many are.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use uuid::Uuid;

use super::Scope;
use super::bounds::{NAMES, NEWEST};
use super::candidates::{Answers, Key, Probed};
use super::conditions::Conditions;
use super::language::Language;
use super::languages::Languages;
use super::plan::Plan;
use super::probes::Probes;
use super::request::Facets;
use super::rows::{Field, Row, Wanted};
use super::several::SEVERAL;
use super::tsquery::Closeness;
use crate::connect::Backend;
use crate::error::Fault;
use crate::store::Conn;

/// Passages that are looked at for each term, at the most.
const PASSAGES: u32 = 4_000;

/// What each question finds: its rows, and how many were looked at. $1 the questions as the
/// index answers them, $2 what is left to be asked of each row.
const VECTORS: &str = "
SELECT '{kind}' AS kind, asked.n, found.rows, found.examined
FROM (SELECT l::tsquery AS loose, nullif(e, '')::tsquery AS exact, n
      FROM unnest(($1::text[]){slice}, ($2::text[]){slice}) WITH ORDINALITY AS a (l, e, n) OFFSET 0) AS asked,
     LATERAL (
         SELECT array_agg(d.id) FILTER (WHERE (asked.exact IS NULL OR d.search @@ asked.exact) AND {conditions}) AS rows,
                count(*) AS examined
         FROM (SELECT * FROM {table} AS d WHERE d.search @@ asked.loose LIMIT {limit}) AS d
     ) AS found";
/// Rows that are indexed in passages. $3 each term.
const IN_PASSAGES: &str = "
SELECT 'passage' AS kind, asked.n, found.rows, found.examined
FROM unnest($3::text[]::tsquery[]) WITH ORDINALITY AS asked (q, n),
     LATERAL (
         SELECT array_agg(DISTINCT d.id) FILTER (WHERE {conditions}) AS rows, count(*) AS examined
         FROM (SELECT owner_id FROM {table}_passage WHERE search @@ asked.q LIMIT {passages}) AS p
         JOIN {table} AS d ON d.id = p.owner_id
     ) AS found";
/// Rows that have a term in their name. $4 any of the terms.
const IN_NAMES: &str = "
SELECT 'name' AS kind, 1 AS n, array_agg(d.id) FILTER (WHERE {conditions}) AS rows, count(*) AS examined
FROM (SELECT * FROM document AS d WHERE {in_names} LIMIT {names}) AS d";
/// English names have an index of their own, and all others another one.
const IN_ENGLISH_NAMES: &str =
    "to_tsvector('folio'::regconfig, folio_terms(d.name)) @@ $4::tsquery";
const IN_OTHER_NAMES: &str = "d.name_search @@ $4::tsquery";
const NEWEST_ROWS: &str = "
SELECT 'newest' AS kind, 1 AS n, array_agg(d.id) AS rows, CASE WHEN {cut} THEN {newest} ELSE count(*) END AS examined
FROM (SELECT d.id FROM {source} WHERE {rest} ORDER BY d.created_at DESC, d.id DESC LIMIT {newest}) AS d";

/// A text is cut by letters, which costs a look at each: one that is short is taken as it is.
const DOCUMENTS: &str = "
SELECT id, code AS label, NULL::text AS user_id, created_at, {metadata} AS metadata,
       name AS heavy, octet_length(name)::bigint AS heavy_bytes,
       CASE WHEN octet_length(content) <= $2 THEN content ELSE substr(content, 1, $2) END AS light, octet_length(content)::bigint AS light_bytes,
       {language} AS language
FROM document AS d WHERE id = ANY ($1)";
const MESSAGES: &str = "
SELECT id, thread_id AS label, user_id, created_at, {metadata} AS metadata,
       CASE WHEN octet_length(question) <= $2 THEN question ELSE substr(question, 1, $2) END AS heavy, octet_length(question)::bigint AS heavy_bytes,
       CASE WHEN octet_length(answer) <= $2 THEN answer ELSE substr(answer, 1, $2) END AS light, octet_length(answer)::bigint AS light_bytes,
       {language} AS language
FROM message AS d WHERE id = ANY ($1)";

/// The stems of words by the server's own dictionaries: its Snowball may be another version.
const STEMS: &str = "
SELECT asked.n, (ts_lexize(('folio_' || asked.language)::regdictionary, asked.word))[1] AS stem
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (language, word, n)
WHERE asked.language <> 'plain'";

/// The stems that the index has of a plan's words.
pub(super) async fn stems(
    conn: &Conn,
    plan: &Plan,
) -> Result<HashMap<(Language, String), String>, Fault> {
    let spelled = plan.spelled();
    let languages: Vec<String> = spelled.iter().map(|(of, _)| of.to_string()).collect();
    let words: Vec<String> = spelled.iter().map(|(_, word)| (*word).to_owned()).collect();
    let rows = conn
        .query_all_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            STEMS,
            [languages.into(), words.into()],
        ))
        .await?;
    let mut stems = HashMap::new();
    for row in rows {
        let n: i64 = row.try_get("", "n")?;
        let stem: Option<String> = row.try_get("", "stem")?;
        let word = usize::try_from(n - 1).ok().and_then(|n| spelled.get(n));
        if let Some(((language, word), stem)) = word.zip(stem) {
            stems.insert((*language, (*word).to_owned()), stem);
        }
    }
    Ok(stems)
}

/// How many parameters come before those of the conditions.
pub(super) fn own_parameters(probes: &Probes) -> usize {
    3 + usize::from(probes.names)
}

pub(super) async fn probe(
    conn: &Conn,
    scope: Scope,
    plan: &Plan,
    conditions: &Conditions,
    probes: &Probes,
) -> Result<Answers, Fault> {
    let narrow = plan.tsquery_is_loose();
    let mut loose: Vec<String> = Vec::new();
    let mut exact: Vec<String> = Vec::new();
    let whole_tree = probes.whole.tree(plan);
    let several_tree = probes.several.as_ref().map(|several| &several.tree);
    let mut ask = |tsquery: &dyn Fn(Closeness) -> String| {
        loose.push(tsquery(Closeness::Loose));
        exact.push(if narrow {
            tsquery(Closeness::Exact)
        } else {
            String::new()
        });
    };
    for tree in whole_tree.into_iter().chain(several_tree) {
        ask(&|closeness| plan.tsquery(tree, closeness));
    }
    for leaf in &probes.leaves {
        ask(&|closeness| plan.tsquery_with(*leaf, closeness));
    }
    let terms: Vec<String> = (0..plan.leaves.len())
        .map(|leaf| plan.tsquery_of(leaf, Closeness::Exact))
        .collect();
    let vectors = |kind: &str, slice: &str, limit: u32| {
        let limit = if narrow {
            limit.min(probes.read_limit)
        } else {
            limit
        };
        let limit = conditions.examined(limit, probes.examined);
        let sql = VECTORS
            .replace("{kind}", kind)
            .replace("{slice}", slice)
            .replace("{limit}", &limit.to_string());
        (sql, limit)
    };
    let (whole, whole_limit) = vectors("whole", "[1:1]", probes.whole_limit);
    let at = 1 + usize::from(whole_tree.is_some());
    let (several, several_limit) = vectors("several", &format!("[{at}:{at}]"), SEVERAL);
    let at = at + usize::from(several_tree.is_some());
    let (each, each_limit) = vectors("each", &format!("[{at}:]"), probes.limit);
    let mut parts: Vec<&str> = vec![IN_PASSAGES];
    parts.extend(whole_tree.map(|_| whole.as_str()));
    parts.extend(several_tree.map(|_| several.as_str()));
    parts.extend((!probes.leaves.is_empty()).then_some(each.as_str()));
    parts.extend(probes.names.then_some(IN_NAMES));
    parts.extend(probes.newest.then_some(NEWEST_ROWS));
    // The bounds are part of the text: of a bound that is a parameter the planner assumes a tenth
    // of the rows, and reads the whole table for them.
    let sql = parts
        .join("\nUNION ALL")
        .replace("{table}", scope.table())
        .replace("{source}", &conditions.source)
        .replace("{rest}", &conditions.rest)
        .replace("{cut}", &conditions.cut)
        .replace("{conditions}", &conditions.sql)
        .replace("{passages}", &PASSAGES.to_string())
        .replace("{in_names}", &in_names(plan))
        .replace("{names}", &NAMES.to_string())
        .replace("{newest}", &NEWEST.to_string());
    let mut values: Vec<Value> = vec![loose.into(), exact.into(), terms.into()];
    values.extend(probes.names.then(|| plan.tsquery_of_names().into()));
    values.extend(conditions.values.iter().cloned());
    let rows = conn
        .query_all_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            sql,
            values,
        ))
        .await?;
    let mut answers = Answers {
        leaves: probes.leaves.iter().map(|_| Probed::default()).collect(),
        passages: plan.leaves.iter().map(|_| Probed::default()).collect(),
        ..Answers::default()
    };
    for row in &rows {
        let kind: String = row.try_get("", "kind")?;
        let n: i64 = row.try_get("", "n")?;
        let n = usize::try_from(n - 1).unwrap_or_default();
        let (answer, limit) = match kind.as_str() {
            "whole" => (Some(&mut answers.whole), whole_limit),
            "several" => (Some(&mut answers.several), several_limit),
            "each" => (answers.leaves.get_mut(n), each_limit),
            "passage" => (answers.passages.get_mut(n), PASSAGES),
            "name" => (Some(&mut answers.names), NAMES),
            _ => (Some(&mut answers.newest), NEWEST),
        };
        if let Some(answer) = answer {
            *answer = probed(row, limit)?;
        }
    }
    Ok(answers)
}

fn in_names(plan: &Plan) -> String {
    let english = plan.languages.have_english().then_some(IN_ENGLISH_NAMES);
    let others = plan.languages.have_others().then_some(IN_OTHER_NAMES);
    let either: Vec<&str> = english.into_iter().chain(others).collect();
    match either.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("({})", several.join(" OR ")),
    }
}

/// The newest rows that fulfil the conditions.
pub(super) async fn newest(conn: &Conn, conditions: &Conditions) -> Result<Probed, Fault> {
    let sql = NEWEST_ROWS
        .replace("{source}", &conditions.source)
        .replace("{rest}", &conditions.rest)
        .replace("{cut}", &conditions.cut)
        .replace("{newest}", &NEWEST.to_string());
    let values = conditions.values.clone();
    let row = conn
        .query_one_raw(Statement::from_sql_and_values(
            DbBackend::Postgres,
            sql,
            values,
        ))
        .await?;
    row.map_or_else(|| Ok(Probed::default()), |row| probed(&row, NEWEST))
}

fn probed(row: &QueryResult, limit: u32) -> Result<Probed, Fault> {
    let found: Option<Vec<Uuid>> = row.try_get("", "rows")?;
    let examined: i64 = row.try_get("", "examined")?;
    Ok(Probed {
        rows: found
            .unwrap_or_default()
            .into_iter()
            .map(|id| id.as_u128())
            .collect(),
        capped: examined >= i64::from(limit),
    })
}

/// Reads these rows, their texts up to so many characters.
pub(super) async fn rows(
    conn: &Conn,
    what: &Wanted<'_>,
    keys: &[Key],
    share: i32,
    mut take: impl FnMut(Row) + Send,
) -> Result<(), Fault> {
    let sql = match what.scope {
        Scope::Documents => DOCUMENTS,
        Scope::Messages => MESSAGES,
    };
    // To write it as text costs more than to read the row.
    let metadata = match what.facets {
        Facets::Yes => "metadata::text",
        Facets::No => "NULL::text",
    };
    let sql = sql.replace("{metadata}", metadata).replace(
        "{language}",
        &what.languages.of_row(Backend::Postgres, what.scope),
    );
    let ids: Vec<Uuid> = keys.iter().map(|key| Uuid::from_u128(*key)).collect();
    let values = [ids.into(), share.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let rows = conn.each_row(statement, |read| {
        take(row(read, what.languages)?);
        Ok(())
    });
    Ok(rows.await?)
}

/// A row by the places of its columns: their names would be looked up for each row.
fn row(read: &QueryResult, languages: &Languages) -> Result<Row, DbErr> {
    let field = |at: usize| -> Result<Field, DbErr> {
        let bytes: i64 = read.try_get_by_index(at + 1)?;
        Ok(Field {
            text: read.try_get_by_index(at)?,
            bytes: usize::try_from(bytes).unwrap_or_default(),
        })
    };
    let id: Uuid = read.try_get_by_index(0)?;
    let own: Option<String> = read.try_get_by_index(9)?;
    Ok(Row {
        key: id.as_u128(),
        id,
        label: read.try_get_by_index(1)?,
        user: read.try_get_by_index(2)?,
        created_at: read.try_get_by_index(3)?,
        metadata: read.try_get_by_index(4)?,
        language: languages.read(own.as_deref()),
        fields: [field(5)?, field(7)?],
    })
}
