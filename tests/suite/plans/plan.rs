//! How the databases go about statements.

use sea_orm::{ConnectionTrait, Statement};
use support::{Kind, Store};

/// Whether the planner may choose to read a whole table.
#[derive(Clone, Copy)]
pub(super) enum SeqScan {
    On,
    Off,
}

/// How the database would go about a statement.
pub(super) async fn plan(store: &Store, sql: &str, seq_scan: SeqScan) -> String {
    let pool = store.folio.connection().await.unwrap();
    let connection = sea_orm::TransactionTrait::begin(&*pool).await.unwrap();
    let run = async |sql: String| {
        connection
            .query_all_raw(Statement::from_string(
                connection.get_database_backend(),
                sql,
            ))
            .await
    };
    let (rows, column) = match store.kind {
        Kind::Sqlite => (run(format!("EXPLAIN QUERY PLAN {sql}")).await, 3),
        Kind::Postgres => {
            // As the driver does it: prepared, with parameters that the plan doesn't know.
            connection
                .execute_unprepared(&format!(
                    "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = {}; PREPARE asked AS {sql}",
                    match seq_scan {
                        SeqScan::On => "on",
                        SeqScan::Off => "off",
                    }
                ))
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let parameters = (1..70_000)
                .take_while(|n| sql.contains(&format!("${n}")))
                .count();
            let nulls = vec!["NULL"; parameters].join(", ");
            let call = if parameters == 0 {
                "asked".to_owned()
            } else {
                format!("asked({nulls})")
            };
            let rows = run(format!("EXPLAIN EXECUTE {call}")).await;
            connection
                .execute_unprepared("DEALLOCATE asked")
                .await
                .unwrap();
            (rows, 0)
        }
    };
    let rows = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter()
        .map(|row| row.try_get_by_index::<String>(column).unwrap() + "\n")
        .collect()
}

/// The tables that a plan reads whole.
pub(super) fn scans(kind: Kind, plan: &str) -> Vec<String> {
    let tables = [
        "document",
        "document_revision",
        "document_label",
        "document_passage",
        "document_tag",
        "message",
        "message_label",
        "message_passage",
        "thread",
        "audit",
        "audit_batch",
        "thread_revision",
        "message_revision",
        "ingest_run",
        "ingest_file",
        "ingest_root",
    ];
    let scanned = plan.lines().filter_map(|line| match kind {
        Kind::Sqlite if line.contains("INDEX") || line.contains("VIRTUAL") => None,
        Kind::Sqlite => line.trim_start().strip_prefix("SCAN "),
        Kind::Postgres => line.split_once("Seq Scan on ").map(|(_, rest)| rest),
    });
    scanned
        .filter_map(|rest| rest.split(' ').next())
        .filter(|table| tables.contains(table))
        .map(str::to_owned)
        .collect()
}

/// Whether none of these tables has more rows than fit on some pages.
pub(super) async fn all_small(store: &Store, tables: &[String]) -> bool {
    for table in tables {
        let rows: i64 = store.value(&format!("SELECT count(*) FROM {table}")).await;
        if rows >= 1_000 {
            return false;
        }
    }
    true
}
