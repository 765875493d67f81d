//! `folio search`: finding documents and messages.

use std::io::BufRead;

use serde::Serialize;
use service::{Config, Cursor, Folio, Place, Role, SearchRequest, SearchResults, Snippet, time};

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
    /// Where the snippet stands in the document.
    #[serde(flatten)]
    place: Option<Place>,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    results: SearchResults<Hit>,
    /// The query that was asked, where another one was searched for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_of: Option<String>,
}

pub(super) async fn run(config: Config, search: Search, output: &Output) -> Result<Done, Stop> {
    let folio = super::store::open(config).await?;
    if search.stdin {
        for line in std::io::stdin().lock().split(b'\n') {
            let line =
                line.map_err(|error| Stop::Failed(format!("cannot read standard input: {error}")))?;
            // What is not UTF-8 separates words.
            let line = String::from_utf8_lossy(&line);
            let query = line.strip_suffix('\r').unwrap_or(&line);
            Output::json_line(&find(&folio, &search, query).await?)?;
        }
    } else {
        let results = find(&folio, &search, &search.query.join(" ")).await?;
        output.print(&results, lines)?;
    }
    folio.close().await;
    Ok(Done::Whole)
}

/// Searches; where that finds nothing and the user wants it, what they may have meant.
async fn find(folio: &Folio, search: &Search, query: &str) -> Result<Answer, Stop> {
    let results = hits(folio, search, query).await?;
    match results.did_you_mean.clone() {
        Some(meant) if search.did_you_mean => Ok(Answer {
            results: hits(folio, search, &meant).await?,
            instead_of: Some(query.to_owned()),
        }),
        _ => Ok(Answer {
            results,
            instead_of: None,
        }),
    }
}

async fn hits(folio: &Folio, search: &Search, query: &str) -> Result<SearchResults<Hit>, Stop> {
    let mut request = SearchRequest::new(query).limit(search.limit);
    if let Some(cursor) = &search.cursor {
        let cursor: Cursor = cursor
            .parse()
            .map_err(|error| Stop::Misused(format!("--cursor: {error}")))?;
        request = request.after(cursor);
    }
    if search.facets {
        request = request.with_facets();
    }
    Ok(match search.scope {
        Scope::Documents => folio.documents().search(&request).await?.map(|hit| Hit {
            id: hit.id.to_string(),
            code: Some(hit.code),
            name: Some(hit.name),
            thread_id: None,
            created_at: Some(time::format(&hit.created_at)),
            place: hit.place,
            score: hit.score,
            highlights: highlights(&hit.snippet),
            snippet: hit.snippet.to_string(),
        }),
        Scope::Messages => folio.messages().search(&request).await?.map(|hit| Hit {
            id: hit.id.to_string(),
            code: None,
            name: None,
            thread_id: Some(hit.thread_id.to_string()),
            place: None,
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

fn lines(answer: &Answer) -> Vec<String> {
    let results = &answer.results;
    let mut lines = Vec::new();
    if let Some(asked) = &answer.instead_of {
        let (asked, meant) = (plain(asked), plain(&results.query));
        lines.push(format!("nothing found for {asked}; this is for {meant}"));
    }
    if results.hits.is_empty() {
        lines.extend(why_nothing(results));
        return lines;
    }
    for hit in &results.hits {
        let label = hit
            .code
            .as_ref()
            .or(hit.thread_id.as_ref())
            .unwrap_or(&hit.id);
        lines.push(match &hit.place {
            Some(place) if place.headings.is_empty() => {
                format!("{}:{}", plain(label), place.line)
            }
            Some(place) => {
                let headings = place.headings.join(" > ");
                format!("{}:{}  {}", plain(label), place.line, plain(&headings))
            }
            None => plain(label),
        });
        lines.push(format!("    {}", plain(&hit.snippet)));
    }
    lines.extend(nowhere(results));
    lines.extend(left_out(results));
    for facet in &results.facets {
        let values: Vec<String> = facet
            .values
            .iter()
            .map(|value| format!("{} {}", plain(&value.value), value.hits))
            .collect();
        lines.push(format!("{}: {}", facet.field, values.join(", ")));
    }
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
    if let Some(next) = &results.next {
        lines.push(format!("more: --cursor {next}"));
    }
    lines
}

/// The words that nothing has, though other words of the query found something.
fn nowhere(results: &SearchResults<Hit>) -> impl Iterator<Item = String> {
    let terms = results.understood.terms.iter();
    let nowhere = terms.filter(|term| term.role == Role::Wanted && term.rows == Some(0));
    nowhere.map(|term| format!("    {}: occurs nowhere", plain(&term.text)))
}

/// What of the query was not looked for as it stands.
fn left_out(results: &SearchResults<Hit>) -> impl Iterator<Item = String> {
    let dropped = results.understood.dropped.iter();
    dropped.map(|what| format!("    {}", plain(what)))
}

/// Which words occur, what was left out, and what else to look for.
fn why_nothing(results: &SearchResults<Hit>) -> Vec<String> {
    let mut lines = vec!["nothing found".to_owned()];
    let understood = &results.understood;
    for term in &understood.terms {
        let text = plain(&term.text);
        let like = match term.like.as_slice() {
            [] => String::new(),
            like => format!("; like it: {}", plain(&like.join(", "))),
        };
        lines.push(match (term.role, term.rows) {
            (Role::Unwanted, _) => format!("    {text}: has to be missing"),
            (_, Some(0)) => format!("    {text}: occurs nowhere{like}"),
            (_, Some(rows)) if term.at_least => format!("    {text}: in {rows} or more{like}"),
            (_, Some(rows)) => format!("    {text}: in {rows}{like}"),
            (_, None) => continue,
        });
    }
    if !understood.filters.is_empty() {
        lines.push(format!("    only {}", plain(&understood.filters.join(" "))));
    }
    lines.extend(left_out(results));
    if let Some(meant) = &results.did_you_mean {
        lines.push(format!("did you mean: {}", plain(meant)));
    }
    lines
}
