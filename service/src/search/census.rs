//! What the ranking has to know of a store as a whole: how many rows there are, how long they
//! are, and which words are common. A small store is counted at each search. A big one is known
//! from PostgreSQL's own statistics, or from a sample of its rows, which is kept for a while and
//! renewed in the background: no search counts a common word.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

use super::Scope;
use super::completions::completions;
use super::language::Language;
use super::languages::Languages;
use super::plan::Plan;
use super::query::Ending;
use super::snowball::{self, tag};
use super::stem::porter;
use super::words::{folded, spelled, words};
use crate::error::{Area, Fault, Operation};
use crate::estimate;
use crate::store::{Conn, Store};

/// A store of no more rows is small: its index gives every match.
pub(super) const SMALL: u32 = 2_000;
/// Rows of each half of the sample.
const SAMPLE: u32 = 200;
/// Characters of a row that are sampled.
const SAMPLED: u32 = 1_500;
/// How long a sample is good.
const LIFE: Duration = Duration::from_mins(5);

/// What is known of the documents, or of the messages.
#[derive(Debug)]
pub(super) struct Census {
    pub(super) rows: f64,
    /// Bytes of the two fields, on average.
    pub(super) average: [f64; 2],
    shares: Option<Shares>,
    taken: Instant,
}

/// Which share of the rows has which words.
#[derive(Debug, Default)]
struct Shares {
    stems: BTreeMap<String, f64>,
    /// The same before stemming, where that is known.
    words: Option<BTreeMap<String, f64>>,
    /// What a word may have that is not among these.
    others: f64,
}

/// Rows in which words are counted.
#[derive(Debug, Default)]
struct Sample {
    rows: u32,
    stems: HashMap<String, u32>,
    words: HashMap<String, u32>,
}

/// The last census of each scope.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    of: [Mutex<Option<Arc<Census>>>; 2],
    renewing: [AtomicBool; 2],
}

impl Kept {
    fn get(&self, scope: Scope) -> Option<Arc<Census>> {
        let kept = self.of[scope as usize].lock();
        kept.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, scope: Scope, census: Arc<Census>) {
        let kept = self.of[scope as usize].lock();
        *kept.unwrap_or_else(PoisonError::into_inner) = Some(census);
    }
}

/// The census of a store: the one that is kept, or one that is taken now.
pub(super) async fn of(
    store: Store<'_>,
    conn: &Conn,
    scope: Scope,
    languages: &Languages,
) -> Result<Arc<Census>, Fault> {
    let folio = store.folio();
    if let Some(kept) = folio.census().get(scope) {
        if kept.taken.elapsed() > LIFE {
            renew(store, scope, languages);
        }
        return Ok(kept);
    }
    let census = Arc::new(take(conn, scope, languages).await?);
    if census.shares.is_some() {
        folio.census().set(scope, Arc::clone(&census));
    }
    Ok(census)
}

/// Takes a new census beside the search that asked.
fn renew(store: Store<'_>, scope: Scope, languages: &Languages) {
    let languages = languages.clone();
    let folio = store.folio().clone();
    if folio.census().renewing[scope as usize].swap(true, Ordering::Relaxed) {
        return;
    }
    tokio::spawn(async move {
        let operation = || Operation::new(Area::Search, "sample the texts");
        let taken = Store::Pools(&folio)
            .read(operation, async |conn| take(&conn, scope, &languages).await)
            .await;
        match taken {
            Ok(census) => folio.census().set(scope, Arc::new(census)),
            Err(error) => tracing::debug!(%error, "no new sample of the texts"),
        }
        folio.census().renewing[scope as usize].store(false, Ordering::Relaxed);
    });
}

async fn take(conn: &Conn, scope: Scope, languages: &Languages) -> Result<Census, Fault> {
    let backend = conn.get_database_backend();
    let query = async |sql: String| {
        conn.query_all_raw(Statement::from_string(backend, sql))
            .await
    };
    let (table, [heavy, light]) = (scope.table(), scope.fields());
    let counted = query(format!(
        "SELECT count(*) AS n, CAST(coalesce(avg(heavy), 0) AS double precision) AS heavy, CAST(coalesce(avg(light), 0) AS double precision) AS light
         FROM (SELECT octet_length({heavy}) AS heavy, octet_length({light}) AS light
               FROM {table} ORDER BY created_at DESC, id DESC LIMIT {limit}) AS seen",
        limit = SMALL + 1,
    ))
    .await?;
    let mut census = Census {
        rows: 0.0,
        average: [1.0, 1.0],
        shares: None,
        taken: Instant::now(),
    };
    let Some(row) = counted.first() else {
        return Ok(census);
    };
    let counted: i64 = row.try_get("", "n")?;
    census.rows = float(counted);
    census.average =
        [row.try_get("", "heavy")?, row.try_get("", "light")?].map(|n: f64| n.max(1.0));
    if counted <= i64::from(SMALL) {
        return Ok(census);
    }
    let table_of_rows = match scope {
        Scope::Documents => estimate::Table::DOCUMENT,
        Scope::Messages => estimate::Table::MESSAGE,
    };
    let all = estimate::estimate(conn, table_of_rows).await?.rows;
    let all = float(i64::try_from(all).unwrap_or(i64::MAX));
    census.rows = census.rows.max(all);
    census.shares = Some(match analysed(conn, table).await? {
        Some(shares) => shares,
        None => sampled(conn, scope, languages, census.rows).await?,
    });
    Ok(census)
}

/// What PostgreSQL has counted itself, where it has.
async fn analysed(conn: &Conn, table: &str) -> Result<Option<Shares>, Fault> {
    if conn.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let sql = format!(
        "SELECT most_common_elems::text::text[] AS stems, most_common_elem_freqs::float8[] AS shares
         FROM pg_stats WHERE schemaname = current_schema AND tablename = '{table}' AND attname = 'search'"
    );
    let row = conn
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let stems: Option<Vec<String>> = row.try_get("", "stems")?;
    let shares: Option<Vec<f64>> = row.try_get("", "shares")?;
    Ok(stems.zip(shares).map(|(stems, shares)| Shares {
        others: shares
            .iter()
            .take(stems.len())
            .fold(1.0, |a, b| f64::min(a, *b))
            / 2.0,
        stems: stems.into_iter().zip(shares).collect(),
        words: None,
    }))
}

/// What some rows tell: the newest, and as many from all over.
async fn sampled(
    conn: &Conn,
    scope: Scope,
    languages: &Languages,
    rows: f64,
) -> Result<Shares, Fault> {
    let backend = conn.get_database_backend();
    let (table, [heavy, light]) = (scope.table(), scope.fields());
    let language = languages.of_row(super::backend(conn), scope);
    let fields =
        format!("{heavy} AS heavy, substr({light}, 1, {SAMPLED}) AS light, {language} AS language");
    let newest = format!(
        "SELECT {fields} FROM {table} AS d ORDER BY created_at DESC, id DESC LIMIT {SAMPLE}"
    );
    let spread = match backend {
        DbBackend::Postgres => {
            let percent = (100.0 * 2.0 * f64::from(SAMPLE) / rows).min(100.0);
            format!(
                "SELECT {fields} FROM {table} AS d TABLESAMPLE SYSTEM ({percent}) LIMIT {SAMPLE}"
            )
        }
        _ => format!(
            "WITH RECURSIVE spot (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM spot WHERE n < {SAMPLE} - 1)
             SELECT {fields} FROM spot
             JOIN {table} AS d ON d.seq = (SELECT min(seq) FROM {table} WHERE seq >= spot.n * (SELECT max(seq) FROM {table}) / {SAMPLE})"
        ),
    };
    let mut sample = Sample::default();
    for sql in [newest, spread] {
        for row in conn
            .query_all_raw(Statement::from_string(backend, sql))
            .await?
        {
            sample.add(&row, languages)?;
        }
    }
    Ok(sample.shares())
}

impl Sample {
    fn add(&mut self, row: &QueryResult, languages: &Languages) -> Result<(), Fault> {
        let texts: [String; 2] = [row.try_get("", "heavy")?, row.try_get("", "light")?];
        let own: Option<String> = row.try_get("", "language")?;
        let language = languages.read(own.as_deref());
        let spell = match language {
            Language::English => folded,
            _ => spelled,
        };
        let seen: HashSet<String> = texts
            .iter()
            .flat_map(|text| words(text))
            .map(|word| spell(word.text))
            .collect();
        self.rows += 1;
        let mut stems: HashSet<String> = HashSet::new();
        for word in seen {
            if language == Language::English {
                stems.insert(porter(&word));
                *self.words.entry(word).or_default() += 1;
            } else {
                let forms = snowball::forms(language, &word);
                stems.extend(forms.iter().map(|form| tag(language) + form));
            }
        }
        for stem in stems {
            *self.stems.entry(stem).or_default() += 1;
        }
        Ok(())
    }

    fn shares(self) -> Shares {
        let rows = f64::from(self.rows.max(1));
        let share = |(word, seen): (String, u32)| (word, f64::from(seen) / rows);
        Shares {
            stems: self.stems.into_iter().map(share).collect(),
            words: Some(self.words.into_iter().map(share).collect()),
            others: 0.5 / rows,
        }
    }
}

impl Shares {
    /// The share of rows that have a word, or one that begins so, in any language; more than one
    /// for a begin that rows have several of.
    fn of(&self, plan: &Plan, word: &str, ending: Ending) -> f64 {
        let languages = plan.languages.all();
        let shares = languages.map(|language| match language {
            Language::English => self.of_english(word, ending),
            language if ending.goes_on() => {
                begun(&self.stems, &(tag(language) + word)).max(self.others)
            }
            language => {
                let forms = plan.forms(language, word);
                let forms = forms.iter().map(|form| tag(language) + form);
                let known = forms.filter_map(|form| self.stems.get(&form));
                known.copied().reduce(f64::max).unwrap_or(self.others)
            }
        });
        shares.sum()
    }

    fn of_english(&self, word: &str, ending: Ending) -> f64 {
        let of_stem = |stem: &String| self.stems.get(stem).copied();
        if !ending.goes_on() {
            return of_stem(&porter(word)).unwrap_or(self.others);
        }
        let share = if let Some(words) = &self.words {
            begun(words, word)
        } else {
            let shortened = completions(word);
            let shortened = shortened.iter().map(|word| porter(word));
            let shares = shortened.filter_map(|stem| of_stem(&stem));
            begun(&self.stems, word) + shares.sum::<f64>()
        };
        share.max(self.others)
    }
}

/// The shares of all that begins so, together.
fn begun(shares: &BTreeMap<String, f64>, begin: &str) -> f64 {
    shares
        .range(begin.to_owned()..)
        .take_while(|(seen, _)| seen.starts_with(begin))
        .map(|(_, share)| share)
        .sum()
}

impl Census {
    /// Whether every match can be looked at.
    pub(super) fn is_small(&self) -> bool {
        self.shares.is_none()
    }

    /// How many rows an index goes through for a term, or a guess at it; none that are known of
    /// in a small store.
    pub(super) fn guess(&self, plan: &Plan, leaf: usize) -> f64 {
        let (Some(shares), Some(leaf)) = (&self.shares, plan.leaves.get(leaf)) else {
            return 0.0;
        };
        let words = leaf.term.words.iter().enumerate();
        let rows =
            words.map(|(at, word)| shares.of(plan, word, leaf.term.ending_of(at)) * self.rows);
        rows.fold(f64::INFINITY, f64::min)
    }
}

/// Rows are never so many that this would lose any.
#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
pub(super) fn float(n: i64) -> f64 {
    n as f64
}
