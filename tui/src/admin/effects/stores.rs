//! The store that is worked on: it is opened, left for another one, and gone back to.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use service::{Config, Folio};
use tokio::sync::OnceCell;

use super::{Effects, Replies, failure};
use crate::admin::link::{self, Store};
use crate::admin::message::{Effect, Kind, Message, Wanted};
use crate::admin::request::{Cause, Failure, Generation};

pub(super) const CONNECT: Kind = Kind("store.connect");
pub(super) const PROBE: Kind = Kind("store.probe");

/// What takes longer is a reason to ask whether the database is there: for the first time after so
/// long, then ever more rarely.
const WORRY: Duration = Duration::from_millis(700);
const LATER: Duration = Duration::from_secs(5);

impl Effects {
    pub(super) fn connect(&mut self, generation: Generation) {
        let (cell, config) = (Arc::clone(&self.folio), self.config.clone());
        self.start(
            CONNECT,
            async move { connect(&cell, config).await },
            move |store| Message::Link(link::Message::Connected(generation, store)),
        );
    }

    pub(super) fn migrate(&mut self, generation: Generation) {
        let (cell, config) = (Arc::clone(&self.folio), self.config.clone());
        let migrated = async move {
            migrate(config.clone()).await?;
            connect(&cell, config).await
        };
        self.start(CONNECT, migrated, move |store| {
            Message::Link(link::Message::Connected(generation, store))
        });
    }

    pub(super) fn probe(&mut self, generation: Generation) {
        let folio = self.folio();
        self.start(PROBE, async move { probe(&folio?).await }, move |answer| {
            Message::Link(link::Message::Probed(generation, answer))
        });
    }

    /// Opens another store; the one that was open is closed.
    pub(super) fn use_store(&mut self, wanted: Wanted, generation: Generation) {
        self.replies.store = generation;
        let other = match wanted {
            Wanted::Url(url) => Config::from_url(&url).map_err(|error| error.to_string()),
            Wanted::Before => self
                .before
                .take()
                .ok_or_else(|| "no store was open before".to_owned()),
        };
        let other = match other {
            Ok(other) => other,
            Err(said) => {
                let connected = link::Message::Connected(generation, Err(Failure::new(said)));
                return self.tell(Message::Link(connected));
            }
        };
        for (_, task) in self.running.drain() {
            task.abort();
        }
        for (_, token) in self.jobs.drain() {
            token.cancel();
        }
        self.leave_drafts();
        let folio = std::mem::take(&mut self.folio);
        if folio.initialized() {
            self.before = Some(self.config.clone());
        }
        // Where the former one was read is no place to read this one.
        self.config.database = other.database;
        self.config.read_database = other.read_database;
        tokio::spawn(async move {
            if let Some(folio) = folio.get() {
                folio.close().await;
            }
        });
        self.begin(Effect::Connect(generation));
    }
}

async fn connect(cell: &OnceCell<Folio>, config: Config) -> Result<Store, Failure> {
    let open = Box::pin(crate::cli::store::open(config));
    let folio = cell
        .get_or_try_init(|| open)
        .await
        .map_err(|error| failure(&error))?;
    Ok(Store {
        database: folio.config().database.to_string(),
        access: folio.config().access,
    })
}

/// Makes the tables that a store lacks.
async fn migrate(config: Config) -> Result<(), Failure> {
    let folio = Folio::connect(config)
        .await
        .map_err(|error| failure(&error))?;
    let made = folio.migrations().up(None).await;
    folio.close().await;
    made.map(drop).map_err(|error| failure(&error))
}

async fn probe(folio: &Folio) -> Result<(), Failure> {
    match folio.health().await.error {
        None => Ok(()),
        Some(error) => Err(Failure {
            said: error,
            cause: Cause::Gone,
        }),
    }
}

/// Tells when the database can't be reached, for as long as something waits for it: the call that
/// waits tells no sooner than its time is up, so that it may outlive a restart of the server.
pub(super) async fn watch(folio: Arc<OnceCell<Folio>>, replies: Replies) -> Infallible {
    let mut wait = WORRY;
    loop {
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LATER);
        let Some(folio) = folio.get() else { continue };
        if let Err(error) = folio.reach().await {
            let failure = Failure::from(&error);
            if failure.cause == Cause::Gone {
                replies.send(Message::Link(link::Message::Lost(failure)));
            }
        }
    }
}
