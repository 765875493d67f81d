//! What `sea-orm-cli migrate` runs: `up`, `down`, `status`, `fresh`, `refresh` and `reset` on the
//! database of `DATABASE_URL`. `folio migrate` does the same without cargo.

use migration::{Migrator, lock};
use sea_orm_migration::cli;
use sea_orm_migration::sea_orm::{ConnectOptions, Database};

#[tokio::main]
async fn main() {
    let mut held = None;
    cli::run_cli_with_connection(Migrator, async |mut options: ConnectOptions| {
        // One connection for the lock, one for the work.
        options.max_connections(2).sqlx_logging(false);
        let connection = Database::connect(options).await?;
        held = Some(lock::acquire(&connection).await?);
        Ok(connection)
    })
    .await;
    drop(held);
}
