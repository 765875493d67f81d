//! Does what the model wants done, in tasks of their own: the screen never waits. Of each kind
//! of request the latest alone goes on; beginning it ends the one before.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use service::{CancellationToken, Config, Error, Folio, NewDocument, SearchRequest};
use tokio::sync::{OnceCell, mpsc};
use tokio::task::{AbortHandle, JoinError};

use super::Sample;
use super::message::{Effect, Message, Store};

/// Hits that a search shows.
const HITS: u32 = 200;

/// Kinds of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Connect,
    List,
    Search,
    Read,
    LoadSample,
}

/// What tasks need.
pub(crate) struct Effects {
    config: Config,
    sample: Sample,
    folio: Arc<OnceCell<Folio>>,
    replies: mpsc::UnboundedSender<Message>,
    running: HashMap<Kind, AbortHandle>,
}

impl Effects {
    pub(crate) fn new(
        config: Config,
        sample: Sample,
        replies: mpsc::UnboundedSender<Message>,
    ) -> Self {
        Self {
            config,
            sample,
            folio: Arc::default(),
            replies,
            running: HashMap::new(),
        }
    }

    /// Begins what is wanted; what concerns the terminal is the runtime's and passed over here.
    pub(crate) fn begin(&mut self, effect: Effect) {
        match effect {
            Effect::Connect(generation) => {
                let (cell, config) = (Arc::clone(&self.folio), self.config.clone());
                self.start(
                    Kind::Connect,
                    async move { connect(&cell, config).await },
                    move |store| Message::Connected(generation, store),
                );
            }
            Effect::List {
                generation,
                edge,
                sort,
                page,
            } => {
                let folio = self.folio();
                let work = async move {
                    folio?
                        .documents()
                        .list(sort, &page)
                        .await
                        .map_err(|error| said(&error))
                };
                self.start(Kind::List, work, move |page| {
                    Message::Listed(generation, edge, page)
                });
            }
            Effect::Search { generation, query } => {
                let folio = self.folio();
                let request = SearchRequest::new(query).as_you_type().limit(HITS);
                let work = async move {
                    folio?
                        .documents()
                        .search(&request)
                        .await
                        .map_err(|error| said(&error))
                };
                self.start(Kind::Search, work, move |results| {
                    Message::Found(generation, results)
                });
            }
            Effect::DropSearch => {
                if let Some(search) = self.running.remove(&Kind::Search) {
                    search.abort();
                }
            }
            Effect::Read { generation, code } => {
                let folio = self.folio();
                let wanted = code.clone();
                let work = async move {
                    folio?
                        .documents()
                        .get(&wanted)
                        .await
                        .map_err(|error| said(&error))
                };
                self.start(Kind::Read, work, move |document| {
                    Message::Read(generation, code, document)
                });
            }
            Effect::LoadSample(generation) => {
                let (folio, sample) = (self.folio(), self.sample);
                let work = async move { load(&folio?, sample).await.map_err(|error| said(&error)) };
                self.start(Kind::LoadSample, work, move |loaded| {
                    Message::SampleLoaded(generation, loaded)
                });
            }
            Effect::Redraw | Effect::Suspend | Effect::Quit => {}
        }
    }

    /// Ends what goes on, and closes the store.
    pub(crate) async fn end(self) {
        for task in self.running.values() {
            task.abort();
        }
        if let Some(folio) = self.folio.get() {
            folio.close_within(std::time::Duration::from_secs(2)).await;
        }
    }

    fn folio(&self) -> Result<Folio, String> {
        self.folio
            .get()
            .cloned()
            .ok_or_else(|| "the store is not open yet".to_owned())
    }

    fn start<T: Send + 'static>(
        &mut self,
        kind: Kind,
        work: impl Future<Output = Result<T, String>> + Send + 'static,
        reply: impl FnOnce(Result<T, String>) -> Message + Send + 'static,
    ) {
        let task = tokio::spawn(work);
        if let Some(before) = self.running.insert(kind, task.abort_handle()) {
            before.abort();
        }
        let replies = self.replies.clone();
        tokio::spawn(async move {
            let result = match task.await {
                Ok(result) => result,
                Err(ended) if ended.is_cancelled() => return,
                Err(ended) => Err(broken(&ended)),
            };
            // Where nobody listens any longer, the program is ending.
            drop(replies.send(reply(result)));
        });
    }
}

async fn connect(cell: &OnceCell<Folio>, config: Config) -> Result<Store, String> {
    let open = Box::pin(crate::cli::store::open(config));
    let folio = cell
        .get_or_try_init(|| open)
        .await
        .map_err(|error| said(&error))?;
    Ok(Store {
        database: folio.config().database.to_string(),
        access: folio.config().access,
    })
}

/// Puts the sample into the store. Twice is once.
async fn load(folio: &Folio, sample: Sample) -> Result<(usize, u64), Error> {
    for (code, text) in sample.documents {
        let name = text
            .lines()
            .next()
            .map_or(*code, |line| line.trim_start_matches(['#', ' ']));
        folio
            .documents()
            .upsert(NewDocument::new(*code, name, *text))
            .await?;
    }
    let turns = folio
        .import_turns(Cursor::new(sample.turns), &CancellationToken::new(), |_| {})
        .await?;
    Ok((sample.documents.len(), turns.total))
}

fn said(error: &Error) -> String {
    tracing::warn!(%error, "a request of the admin failed");
    error.to_string()
}

fn broken(ended: &JoinError) -> String {
    tracing::error!(%ended, "a task of the admin broke");
    "that failed by a fault of the program; its log says more".to_owned()
}
