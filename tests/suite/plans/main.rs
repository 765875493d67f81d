//! Every query that a user can repeat goes by an index, however large the table.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of this is test code: it panics where a story breaks"
)]

mod heard;
mod plan;
mod uses;

use heard::Heard;
use plan::{SeqScan, all_small, plan, scans};
use support::{Kind, Store};
use tracing_subscriber::layer::SubscriberExt;
use uses::{fill, search_in_two_languages, use_it, use_the_rest};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_reads_a_whole_table() {
    let heard = Heard::default();
    let quiet = tracing_subscriber::filter::Targets::new()
        .with_target("sqlx::query", tracing::Level::TRACE);
    let layers = tracing_subscriber::registry()
        .with(tracing_subscriber::Layer::with_filter(heard.clone(), quiet));
    tracing::subscriber::set_global_default(layers).unwrap();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let store = Store::fresh(kind).await;
        fill(&store).await;
        heard.take();
        use_it(&store).await;
        use_the_rest(&store).await;
        search_in_two_languages(&store).await;
        let mut statements = heard.take();
        statements.sort();
        statements.dedup();
        let plannable = |sql: &String| {
            ["SELECT", "WITH", "UPDATE", "DELETE", "INSERT"]
                .iter()
                .any(|verb| sql.starts_with(verb))
        };
        statements.retain(plannable);
        assert!(statements.len() > 20, "{statements:#?}");
        for sql in statements {
            let chosen = plan(&store, &sql, SeqScan::On).await;
            let mut scanned = scans(kind, &chosen);
            // A small table is best read whole; there has to be an index for when it has grown.
            let mut forced = String::new();
            if !scanned.is_empty() && all_small(&store, &scanned).await {
                forced = plan(&store, &sql, SeqScan::Off).await;
                scanned = scans(kind, &forced);
            }
            assert!(
                scanned.is_empty(),
                "{kind:?} reads {scanned:?}\n{sql}\n{chosen}\n{forced}"
            );
        }
    }
}
