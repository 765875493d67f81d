//! Measures what searches cost on stores that `generate` has filled, and how that grows:
//!
//! ```sh
//! cargo run --release -p folio-tests --example cost -- SMALL_URL BIG_URL [--module] [--only KIND]
//! ```
//!
//! Prints the median and the 95th percentile of each kind of query, warm, on either store, and
//! how many times the median of the big one is longer. `--module` times the Python module's own
//! statement on the big store (PostgreSQL) as well, and gives up on it after a minute. `--only`
//! asks just what begins so.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, run by hand"
)]

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use service::{Config, Folio, SearchRequest};
use support::corpus::Corpus;

/// Times each query is asked after it was asked once.
const TIMES: usize = 20;

/// The seed's own search, as it is.
const MODULE: &str = "SELECT id, code, name, created_at, ts_rank(to_tsvector('english', content), plainto_tsquery('english', $1)) AS rank
FROM document
WHERE to_tsvector('english', content) @@ plainto_tsquery('english', $1) OR name ILIKE '%' || $1 || '%'
ORDER BY rank DESC, created_at DESC LIMIT $2";

#[tokio::main]
async fn main() {
    let mut urls: Vec<String> = std::env::args().skip(1).collect();
    let module = urls.iter().any(|word| word == "--module");
    urls.retain(|word| word != "--module");
    let only = urls.iter().position(|word| word == "--only").map(|at| {
        urls.remove(at);
        assert!(at < urls.len(), "--only needs a KIND");
        urls.remove(at)
    });
    assert_eq!(
        urls.len(),
        2,
        "cost SMALL_URL BIG_URL [--module] [--only KIND]"
    );
    let corpus = Corpus::new(1);
    let mut queries = queries(&corpus);
    queries.retain(|(kind, _)| only.as_ref().is_none_or(|only| kind.starts_with(only)));
    let mut columns = Vec::new();
    for url in &urls {
        columns.push(measure(url, &queries).await);
    }
    println!(
        "{:<28} {:>24} {:>24} {:>8}",
        "", "small: p50, p95 (ms)", "big: p50, p95 (ms)", "growth"
    );
    for (n, (kind, _)) in queries.iter().enumerate() {
        let [small, big] = [&columns[0][n], &columns[1][n]];
        println!(
            "{kind:<28} {:>15.1} {:>8.1} {:>15.1} {:>8.1} {:>8.1}",
            small[0],
            small[1],
            big[0],
            big[1],
            big[0] / small[0]
        );
    }
    if module {
        for word in ["system", corpus.vocabulary().word(40_000)] {
            println!(
                "the module's search for {word}: {}",
                run_module(&urls[1], word).await
            );
        }
    }
}

/// Kinds of queries, and some of each.
fn queries(corpus: &Corpus) -> Vec<(&'static str, Vec<String>)> {
    let word = |rank: usize| corpus.vocabulary().word(rank).to_owned();
    let common = |n: usize| word(17 + n * 5);
    vec![
        (
            "a rare word",
            (0..5).map(|n| word(12_000 + n * 1_000)).collect(),
        ),
        ("the commonest word", vec![word(0)]),
        ("a common word", (0..5).map(common).collect()),
        (
            "two common words",
            (0..5)
                .map(|n| format!("{} {}", common(n), common(n + 1)))
                .collect(),
        ),
        (
            "a phrase of common words",
            (0..5)
                .map(|n| format!("\"{} {}\"", common(n + 1), common(n)))
                .collect(),
        ),
        (
            "a phrase of the commonest",
            vec![
                format!("\"{} {}\"", word(1), word(0)),
                format!("\"{} {} {}\"", word(2), word(0), word(1)),
            ],
        ),
        (
            "a phrase of usual words",
            (0..5).map(|n| phrase(corpus, 40 + n)).collect(),
        ),
        (
            "a prefix",
            vec![
                "stra*".to_owned(),
                "gro*".to_owned(),
                "s*".to_owned(),
                "sys*".to_owned(),
            ],
        ),
        (
            "a sentence of ten words",
            vec![
                format!(
                    "how can people change the {} of a {} {}",
                    word(3_000),
                    word(20_000),
                    word(700)
                ),
                format!(
                    "what is the {} in {} when the {} may {}",
                    word(150),
                    word(9_000),
                    word(33),
                    word(400)
                ),
            ],
        ),
        (
            "a filter with a word",
            vec![
                format!("{} tag:legal", common(0)),
                format!("{} tag:guide", word(2_000)),
                format!("{} after:2018 before:2019", common(1)),
            ],
        ),
    ]
}

/// Two words that stand side by side in the n-th text, neither of them a common one.
fn phrase(corpus: &Corpus, n: u64) -> String {
    let text = corpus.document(n).content.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let usual = |word: &str| (200..20_000).any(|rank| corpus.vocabulary().word(rank) == word);
    let pair = words
        .windows(2)
        .skip(10)
        .find(|pair| pair.iter().all(|word| usual(word)));
    format!("\"{}\"", pair.expect("two usual words").join(" "))
}

/// The median and the 95th percentile of each kind, in milliseconds.
async fn measure(url: &str, queries: &[(&str, Vec<String>)]) -> Vec<[f64; 2]> {
    let folio = Folio::connect(Config::from_url(url).expect("a URL"))
        .await
        .expect("a store");
    let mut measured = Vec::new();
    for (_, queries) in queries {
        let mut times = Vec::new();
        for round in 0..=TIMES {
            for query in queries {
                let request = SearchRequest::new(query.clone());
                let start = Instant::now();
                folio.documents().search(&request).await.expect("an answer");
                if round > 0 {
                    times.push(start.elapsed().as_secs_f64() * 1_000.0);
                }
            }
        }
        times.sort_by(f64::total_cmp);
        measured.push([times[times.len() / 2], times[times.len() * 95 / 100]]);
    }
    folio.close().await;
    measured
}

async fn run_module(url: &str, word: &str) -> String {
    let folio = Folio::connect(Config::from_url(url).unwrap())
        .await
        .unwrap();
    let connection = folio.connection().await.unwrap();
    let statement =
        Statement::from_sql_and_values(DbBackend::Postgres, MODULE, [word.into(), 50_i64.into()]);
    let start = Instant::now();
    let done =
        tokio::time::timeout(Duration::from_mins(1), connection.query_all_raw(statement)).await;
    match done {
        Ok(Ok(rows)) => format!(
            "{:.0} ms, {} hits",
            start.elapsed().as_secs_f64() * 1_000.0,
            rows.len()
        ),
        Ok(Err(error)) => format!("{error}"),
        Err(_) => "more than a minute".to_owned(),
    }
}
