//! `folio doc`: looking after documents.

use std::io::Read;

use serde::Serialize;
use serde_json::json;
use service::{
    Config, DocumentChange, DocumentFilter, DocumentSort, DocumentSummary, Folio, NewDocument,
    Outcome, Page, PageRequest, RevisionAction, RevisionSummary,
};

use super::Done;
use super::arguments::{Doc, Only, PageArguments, Sort};
use super::output::{Output, Stop, by, moment, plain};

/// Which page of a list was asked for.
pub(super) fn page(arguments: &PageArguments) -> Result<PageRequest, Stop> {
    let page = PageRequest::first(arguments.limit);
    match &arguments.cursor {
        None => Ok(page),
        Some(cursor) => match cursor.parse() {
            Ok(cursor) => Ok(page.after(cursor)),
            Err(invalid) => Err(Stop::Misused(invalid.to_string())),
        },
    }
}

pub(super) async fn run(config: Config, command: Doc, output: &Output) -> Result<Done, Stop> {
    let text = match &command {
        Doc::Put { .. } => Some(standard_input(config.max_document_bytes)?),
        _ => None,
    };
    let folio = super::store::open(config).await?;
    let done = match command {
        Doc::List {
            page: at,
            sort,
            only,
        } => list(&folio, &page(&at)?, &filter(sort, only), output).await,
        Doc::Get { code, at } => get(&folio, &code, at, output).await,
        Doc::Put {
            code,
            name,
            metadata,
            language: of,
            if_version,
        } => {
            let new = new_document(code, name, metadata, text.unwrap_or_default())?;
            let new = match of {
                Some(language) => new.in_language(language),
                None => new,
            };
            put(&folio, new, if_version, output).await
        }
        Doc::Language {
            code,
            language: of,
            store,
        } => {
            let change = (store || of.is_some()).then(|| DocumentChange::new().language(of));
            language(&folio, &code, change, output).await
        }
        Doc::Rm { code } => remove(&folio, &code, output).await,
        Doc::History { code, page: at } => history(&folio, &code, &page(&at)?, output).await,
        Doc::Restore { code, at } => restore(&folio, &code, at, output).await,
    };
    folio.close().await;
    done.map(|()| Done::Whole)
}

fn missing(code: &str) -> Stop {
    Stop::Failed(format!("there is no document {code:?}"))
}

/// What a list has, in its order.
fn filter(sort: Sort, only: Only) -> DocumentFilter {
    let mut filter = DocumentFilter::from(match sort {
        Sort::Newest => DocumentSort::NewestFirst,
        Sort::Name => DocumentSort::Name,
        Sort::Code => DocumentSort::Code,
    });
    for tag in only.tags {
        filter = filter.tag(&tag);
    }
    if let Some(code) = only.code {
        filter = filter.code(code);
    }
    if let Some(name) = only.name {
        filter = filter.name(name);
    }
    filter
}

async fn list(
    folio: &Folio,
    page: &PageRequest,
    filter: &DocumentFilter,
    output: &Output,
) -> Result<(), Stop> {
    let page = folio.documents().filtered(filter, page).await?;
    output.print(&page, |page: &Page<DocumentSummary>| {
        let line = |row: &DocumentSummary| {
            format!(
                "{}  {}  {}",
                moment(&row.created_at),
                plain(&row.code),
                plain(&row.name)
            )
        };
        with_rest(page.items.iter().map(line).collect(), page.next.as_ref())
    })
}

/// The lines of a page, and how to go on.
pub(super) fn with_rest(mut lines: Vec<String>, next: Option<&service::Cursor>) -> Vec<String> {
    lines.extend(next.map(|cursor| format!("more: --cursor {cursor}")));
    lines
}

async fn get(folio: &Folio, code: &str, at: Option<i64>, output: &Output) -> Result<(), Stop> {
    match at {
        None => {
            let document = folio
                .documents()
                .get(code)
                .await?
                .ok_or_else(|| missing(code))?;
            if output.is_json() {
                Output::json_line(&document)
            } else {
                Output::raw(document.content.as_bytes())
            }
        }
        Some(version) => {
            let revision = folio.documents().revision(code, version).await?;
            let revision = revision.ok_or_else(|| {
                Stop::Failed(format!(
                    "document {code:?} has no version {version} in its history"
                ))
            })?;
            if output.is_json() {
                Output::json_line(&revision)
            } else {
                Output::raw(revision.content.as_bytes())
            }
        }
    }
}

/// Reads a text of at most `max_bytes`.
pub(super) fn standard_input(max_bytes: usize) -> Result<String, Stop> {
    let mut bytes = Vec::new();
    let limit = max_bytes as u64 + 1;
    std::io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::Failed(format!("cannot read standard input: {error}")))?;
    if bytes.len() > max_bytes {
        return Err(Stop::Failed(format!(
            "standard input has more than {max_bytes} bytes, the most that a text may have (max_document_bytes); nothing was written"
        )));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Stop::Failed(format!(
            "standard input is not UTF-8: byte {at}; nothing was written"
        ))
    })
}

fn new_document(
    code: String,
    name: Option<String>,
    metadata: Option<String>,
    text: String,
) -> Result<NewDocument, Stop> {
    let name = name.unwrap_or_else(|| code.rsplit('/').next().unwrap_or(&code).to_owned());
    let new = NewDocument::new(code, name, text);
    match metadata {
        None => Ok(new),
        Some(metadata) => match serde_json::from_str::<serde_json::Value>(&metadata) {
            Ok(metadata) if metadata.is_object() => Ok(new.with_metadata(metadata)),
            Ok(_) => Err(Stop::Misused(
                "--metadata is no JSON object, such as {\"tag\": \"draft\"}".to_owned(),
            )),
            Err(error) => Err(Stop::Misused(format!("--metadata is no JSON: {error}"))),
        },
    }
}

async fn put(
    folio: &Folio,
    new: NewDocument,
    if_version: Option<i64>,
    output: &Output,
) -> Result<(), Stop> {
    #[derive(Serialize)]
    struct Put<'a> {
        code: &'a str,
        outcome: Outcome,
        id: service::DocumentId,
        version: i64,
    }
    let code = new.code().to_owned();
    let put = match if_version {
        None => {
            let put = folio.documents().upsert(new).await?;
            Put {
                code: &code,
                outcome: put.outcome,
                id: put.id,
                version: put.version,
            }
        }
        Some(version) => {
            let change = DocumentChange::from(new).based_on(version);
            let changed = folio.documents().update(&code, &change).await?;
            let changed = changed.ok_or_else(|| missing(&code))?;
            let outcome = if changed.version == version {
                Outcome::Unchanged
            } else {
                Outcome::Updated
            };
            Put {
                code: &code,
                outcome,
                id: changed.id,
                version: changed.version,
            }
        }
    };
    output.print(&put, |put| {
        let outcome = match put.outcome {
            Outcome::Inserted => "inserted",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
        };
        vec![format!(
            "{outcome}  {}  version {}",
            plain(put.code),
            put.version
        )]
    })
}

/// Tells the language of a document, after this change of it.
async fn language(
    folio: &Folio,
    code: &str,
    change: Option<DocumentChange>,
    output: &Output,
) -> Result<(), Stop> {
    let documents = folio.documents();
    let document = match change {
        Some(change) => documents.update(code, &change).await?,
        None => documents.get(code).await?,
    };
    let own = document.ok_or_else(|| missing(code))?.language();
    let language = match own {
        Some(language) => language,
        None => folio.language().await?,
    };
    let told = json!({ "code": code, "language": language, "own": own.is_some() });
    output.print(&told, |_| {
        let whose = if own.is_some() {
            "its own"
        } else {
            "the store's"
        };
        vec![format!("{language}  ({whose})")]
    })
}

async fn remove(folio: &Folio, code: &str, output: &Output) -> Result<(), Stop> {
    if !folio.documents().delete(code).await? {
        return Err(missing(code));
    }
    output.print(&json!({"code": code, "deleted": true}), |_| {
        vec![format!(
            "deleted  {}  (folio doc restore brings it back)",
            plain(code)
        )]
    })
}

async fn history(
    folio: &Folio,
    code: &str,
    page: &PageRequest,
    output: &Output,
) -> Result<(), Stop> {
    let page = folio
        .documents()
        .history(code, page)
        .await?
        .ok_or_else(|| missing(code))?;
    output.print(&page, |page: &Page<RevisionSummary>| {
        let line = |row: &RevisionSummary| {
            let action = match row.action {
                RevisionAction::Updated => "changed",
                RevisionAction::Deleted => "deleted",
            };
            let by = by(row.changed_by.as_deref());
            format!(
                "version {}  {action} {}{by}  {}",
                row.version,
                moment(&row.changed_at),
                plain(&row.name)
            )
        };
        with_rest(page.items.iter().map(line).collect(), page.next.as_ref())
    })
}

async fn restore(folio: &Folio, code: &str, at: Option<i64>, output: &Output) -> Result<(), Stop> {
    let restored = folio.documents().restore(code, at).await?;
    output.print(&restored, |restored| {
        vec![format!(
            "restored  {}  version {} is version {} again",
            plain(&restored.code),
            restored.version,
            restored.restored_version
        )]
    })
}
