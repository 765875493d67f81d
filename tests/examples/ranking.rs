//! Measures the order of hits on retrieval collections, on both databases, beside plain BM25
//! (SQLite's own, over the same index in the same run):
//!
//! ```sh
//! TEST_POSTGRES_URL=... cargo run --release -p folio-tests --example ranking -- [--among N] COLLECTION...
//! ```
//!
//! A collection is a folder with `docs.jsonl` (id, title, text), `queries.jsonl` (id, text) and
//! `qrels.tsv` (query, document, grade). nDCG@10 and recall@100 are those of `trec_eval`. With
//! `--among`, each collection stands among so many documents that say its words at random: of more
//! than 50,000 a big store's bounds come in, which plain BM25 doesn't have.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, run by hand"
)]

use std::collections::HashMap;
use std::path::Path;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value;
use service::SearchRequest;
use support::corpus::Shuffled;
use support::{Kind, Store, rows};

/// What is relevant to each query, and how much.
type Judgements = HashMap<String, HashMap<String, f64>>;

#[tokio::main]
async fn main() {
    let mut folders: Vec<String> = std::env::args().skip(1).collect();
    let among = folders.iter().position(|word| word == "--among").map(|at| {
        folders.remove(at);
        folders.remove(at).parse().expect("--among N")
    });
    let among = among.unwrap_or(0);
    assert!(!folders.is_empty(), "ranking [--among N] COLLECTION...");
    for folder in folders.iter().map(Path::new) {
        let collection = folder.file_name().unwrap().to_string_lossy();
        let documents = lines(&folder.join("docs.jsonl"));
        let queries = lines(&folder.join("queries.jsonl"));
        let judgements = judgements(&folder.join("qrels.tsv"));
        for kind in [Kind::Sqlite, Kind::Postgres] {
            let store = Store::fresh(kind).await;
            fill(&store, &documents, among).await;
            let mut ours = Measure::default();
            let mut plain = Measure::default();
            for query in &queries {
                let Some(relevant) = judgements.get(&text(query, "id")) else {
                    continue;
                };
                if relevant.values().all(|grade| *grade <= 0.0) {
                    continue;
                }
                let asked = text(query, "text");
                let request = SearchRequest::new(&asked).limit(100);
                let results = store.folio.documents().search(&request).await.unwrap();
                let found: Vec<String> = results.hits.into_iter().map(|hit| hit.code).collect();
                ours.add(&found, relevant);
                if kind == Kind::Sqlite {
                    plain.add(&bm25(&store, &asked).await, relevant);
                }
            }
            println!("{collection}  {kind:?}: {ours}");
            if kind == Kind::Sqlite {
                println!("{collection}  plain BM25: {plain}");
            }
        }
    }
}

/// Stores a collection, spread evenly among so many documents that say what it says about nothing.
async fn fill(store: &Store, documents: &[Value], among: usize) {
    let texts = documents.iter().map(stored);
    let (names, contents): (Vec<String>, Vec<String>) =
        texts.map(|[_, name, content]| (name, content)).unzip();
    let names = Shuffled::new(1, names.iter().map(String::as_str));
    let contents = Shuffled::new(2, contents.iter().map(String::as_str));
    let connection = store.connection().await;
    let mut some = Vec::with_capacity(rows::ROWS);
    for n in 0..documents.len() + among {
        // How many of the collection come before.
        let before = |n: usize| n * documents.len() / (documents.len() + among);
        some.push(if before(n + 1) > before(n) {
            let [code, name, content] = stored(&documents[before(n)]);
            rows::row(&code, &name, &content)
        } else {
            let n = n as u64;
            rows::row(
                &format!("among/{n}"),
                &format!("{} {n}", names.text(n)),
                &contents.text(n),
            )
        });
        if some.len() == rows::ROWS {
            rows::insert(&connection, "document", &some).await;
            some.clear();
        }
    }
    rows::insert(&connection, "document", &some).await;
    connection.execute_unprepared("ANALYZE").await.unwrap();
    connection.close().await.unwrap();
}

/// Code, name and content, as ingestion takes a file in that begins with its title.
fn stored(document: &Value) -> [String; 3] {
    let [id, title, body] = ["id", "title", "text"].map(|field| text(document, field));
    if title.is_empty() {
        let name = format!("{id}.md");
        [id, name, body]
    } else {
        let content = format!("# {title}\n\n{body}\n");
        [id, title, content]
    }
}

/// What SQLite's own rank gives for any of the words.
async fn bm25(store: &Store, query: &str) -> Vec<String> {
    let words: Vec<String> = query
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| format!("\"{word}\""))
        .collect();
    let sql =
        "SELECT d.code FROM document_search JOIN document AS d ON d.seq = document_search.rowid
               WHERE document_search MATCH $1 ORDER BY rank LIMIT 100";
    let statement =
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, [words.join(" OR ").into()]);
    let connection = store.folio.connection().await.unwrap();
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

/// Sums over queries.
#[derive(Default)]
struct Measure {
    queries: f64,
    gain: f64,
    recall: f64,
    without_hits: u32,
}

impl Measure {
    fn add(&mut self, found: &[String], relevant: &HashMap<String, f64>) {
        let discounted = |grades: &mut dyn Iterator<Item = f64>| -> f64 {
            let mut rank = 1.0_f64;
            grades.take(10).fold(0.0, |sum, grade| {
                rank += 1.0;
                sum + grade / rank.log2()
            })
        };
        let mut ideal: Vec<f64> = relevant.values().copied().collect();
        ideal.sort_by(|a, b| b.total_cmp(a));
        let mut grades = found
            .iter()
            .map(|code| relevant.get(code).copied().unwrap_or_default());
        self.gain += discounted(&mut grades) / discounted(&mut ideal.into_iter());
        let good = |code: &&String| relevant.get(*code).is_some_and(|grade| *grade > 0.0);
        let seen = u32::try_from(found.iter().filter(good).count()).unwrap();
        let all = u32::try_from(relevant.values().filter(|grade| **grade > 0.0).count()).unwrap();
        self.recall += f64::from(seen) / f64::from(all);
        self.queries += 1.0;
        self.without_hits += u32::from(found.is_empty());
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "nDCG@10 {:.4}, recall@100 {:.4}, {} queries, {} without hits",
            self.gain / self.queries,
            self.recall / self.queries,
            self.queries,
            self.without_hits
        )
    }
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("a collection's file");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

fn judgements(path: &Path) -> Judgements {
    let mut judgements = Judgements::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let mut fields = line.split('\t');
        let mut field = || fields.next().expect("three fields").to_owned();
        let (query, document, grade) = (field(), field(), field());
        judgements
            .entry(query)
            .or_default()
            .insert(document, grade.trim().parse().unwrap());
    }
    judgements
}

fn text(object: &Value, key: &str) -> String {
    match &object[key] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
