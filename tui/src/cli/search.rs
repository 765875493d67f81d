//! `folio search`: finding documents and messages.

use std::io::BufRead;

use serde::Serialize;
use service::{Config, Folio, SearchRequest, SearchResults, Snippet, time};

use super::Done;
use super::arguments::{Scope, Search};
use super::output::{Output, Stop, plain};

/// A hit as it is printed: a document's, or a message's.
#[derive(Debug, Serialize)]
struct Hit {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    score: f64,
    snippet: String,
    /// Where the snippet's matched words begin and end, in characters.
    highlights: Vec<(usize, usize)>,
}

pub(super) async fn run(config: Config, search: Search, output: &Output) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    if search.stdin {
        for line in std::io::stdin().lock().lines() {
            let line =
                line.map_err(|error| Stop::Failed(format!("cannot read standard input: {error}")))?;
            Output::json_line(&find(&folio, &search, &line).await?)?;
        }
    } else {
        let results = find(&folio, &search, &search.query.join(" ")).await?;
        output.print(&results, lines)?;
    }
    folio.close().await;
    Ok(Done::Whole)
}

async fn find(folio: &Folio, search: &Search, query: &str) -> Result<SearchResults<Hit>, Stop> {
    let request = SearchRequest::new(query).limit(search.limit);
    Ok(match search.scope {
        Scope::Documents => folio.documents().search(&request).await?.map(|hit| Hit {
            id: hit.id.to_string(),
            code: Some(hit.code),
            name: Some(hit.name),
            thread_id: None,
            created_at: None,
            score: hit.score,
            highlights: highlights(&hit.snippet),
            snippet: hit.snippet.to_string(),
        }),
        Scope::Messages => folio.messages().search(&request).await?.map(|hit| Hit {
            id: hit.id.to_string(),
            code: None,
            name: None,
            thread_id: Some(hit.thread_id.to_string()),
            created_at: Some(time::format(&hit.created_at)),
            score: hit.score,
            highlights: highlights(&hit.snippet),
            snippet: hit.snippet.to_string(),
        }),
    })
}

fn highlights(snippet: &Snippet) -> Vec<(usize, usize)> {
    let mut at = 0;
    let mut found = Vec::new();
    for span in &snippet.spans {
        let end = at + span.text.chars().count();
        if span.matched {
            found.push((at, end));
        }
        at = end;
    }
    found
}

fn lines(results: &SearchResults<Hit>) -> Vec<String> {
    if results.hits.is_empty() {
        return vec!["nothing found".to_owned()];
    }
    let mut lines: Vec<String> = results
        .hits
        .iter()
        .flat_map(|hit| {
            let label = hit
                .code
                .as_ref()
                .or(hit.thread_id.as_ref())
                .unwrap_or(&hit.id);
            [plain(label), format!("    {}", plain(&hit.snippet))]
        })
        .collect();
    let at_least = if results.total_is_exact {
        ""
    } else {
        "at least "
    };
    lines.push(format!(
        "{} of {at_least}{}, {:.1} ms",
        results.hits.len(),
        results.total,
        results.elapsed_ms
    ));
    lines
}
