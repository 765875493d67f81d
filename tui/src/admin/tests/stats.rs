//! The screen of figures.

use std::time::Duration;

use service::error::FailureKind;
use service::{
    AcquireTimes, CallOutcome, CallTimes, DatabaseFigures, Figures, MigrationStep, PoolGauge,
    PoolStats, Second, ServerConnections, SlowCall, TableFigures, TimeDelta, Traffic,
};

use super::THREE;
use super::harness::{Admin, noon, store};
use super::naughty;
use crate::admin::message::Message;
use crate::admin::request::{Cause, Failure};
use crate::admin::screen::stats::Stats;
use crate::admin::theme::Theme;

fn gauge(in_use: u32, max: u32, waiting: usize) -> PoolGauge {
    PoolGauge {
        size: max,
        idle: max - in_use,
        in_use,
        min: 0,
        max,
        waiting,
        acquire: AcquireTimes {
            p50_ms: 0.0,
            p95_ms: 3.25,
            max_ms: 40.0,
            timeouts: u64::try_from(waiting).unwrap(),
        },
    }
}

/// Made up, so that the pictures are the same each time.
fn calls(in_use: u32) -> Figures {
    let seconds = (1..60).rev().filter(|ago| ago % 7 != 0).map(|ago| {
        let calls = u32::try_from(1 + ago * 5 % 13).unwrap();
        Second {
            at: noon().timestamp() - ago,
            calls,
            failures: 0,
            retries: 0,
            micros: u64::from(calls) * u64::try_from(300 * (1 + ago % 11)).unwrap(),
            slowest: u32::try_from(2_000 * (1 + ago * 3 % 17)).unwrap(),
        }
    });
    let slow = |ago: i64, millis: u64, name: &str, outcome: CallOutcome| SlowCall {
        name: name.to_owned(),
        at: noon() - TimeDelta::seconds(ago),
        took: Duration::from_millis(millis),
        outcome,
    };
    Figures {
        at: noon(),
        pools: PoolStats {
            write: gauge(1, 1, 2),
            read: gauge(in_use, 4, 0),
        },
        traffic: Traffic {
            calls: 12_345,
            failures: 2,
            retries: 3,
            micros: 4_000_000,
        },
        times: CallTimes {
            p50_ms: 0.42,
            p95_ms: 12.5,
            p99_ms: 140.0,
            max_ms: 2_300.0,
        },
        seconds: seconds.collect(),
        slow: vec![
            slow(2, 340, "search the documents", CallOutcome::Done),
            slow(9, 2_300, "store documents", CallOutcome::Dropped),
            slow(
                70,
                5_000,
                "update document",
                CallOutcome::Failed(FailureKind::Locked),
            ),
        ],
    }
}

fn database(latency_ms: f64) -> DatabaseFigures {
    let table = |name: &str, rows, bytes| TableFigures {
        name: name.to_owned(),
        rows: Some(rows),
        bytes: Some(bytes),
    };
    DatabaseFigures {
        at: noon(),
        latency_ms,
        read_only: false,
        bytes: 2_470_000_000,
        journal_bytes: Some(4_100_000),
        connections: Some(ServerConnections {
            ours: 5,
            all: 31,
            max: 100,
        }),
        tables: vec![
            table("document", 1_234_567, 1_200_000_000),
            table("message", 998, 260_000),
            table("document_revision", 0, 16_000),
        ],
        migrations: (1..=3)
            .map(|step| MigrationStep {
                name: format!("000{step}_step"),
                applied: step < 3,
            })
            .collect(),
    }
}

/// The screen with made-up figures, which stand still.
async fn shown(theme: Theme, columns: u16, rows: u16) -> Admin {
    let (config, folder) = store(THREE).await;
    let mut admin = Admin::with(config, folder, theme, columns, rows).await;
    admin.press("6").await;
    let mut stats = Stats::default();
    for look in 0..60 {
        stats.show_calls(calls(look % 5));
        stats.show_database(Ok(database(0.3 + f64::from(look % 4))));
    }
    admin.model.screens.stats = stats;
    admin.take(Message::Resized);
    admin
}

fn gone() -> Failure {
    Failure {
        said: "cannot read the database's figures: the database can't be reached; nothing was changed; check that it runs, and its address".to_owned(),
        cause: Cause::Gone,
    }
}

#[tokio::test]
async fn it_looks_well_at_every_size() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 10), (20, 5)] {
        let mut admin = shown(Theme::DARK, columns, rows).await;
        admin.looks_like(&format!("stats-{columns}x{rows}"));
    }
}

#[tokio::test]
async fn it_looks_well_in_every_theme() {
    for (name, theme) in [("light", Theme::LIGHT), ("mono", Theme::MONO)] {
        let mut admin = shown(theme, 80, 24).await;
        admin.model.screens.stats.show_database(Err(gone()));
        admin.take(Message::Resized);
        admin.looks_like(&format!("stats-gone-{name}"));
    }
}

#[tokio::test]
async fn it_tells_of_the_store_that_is_open() {
    let mut admin = Admin::on(THREE, 100, 30).await;
    admin.press("6").await;
    admin.shows("0 of 1");
    let screen = admin.text();
    let row = screen.lines().find(|line| line.contains(" document  "));
    assert!(row.is_some_and(|row| row.contains("~3")), "{screen}");
}

#[tokio::test]
async fn figures_are_read_while_they_are_shown_and_only_then() {
    let mut admin = Admin::on(THREE, 100, 30).await;
    assert_eq!(admin.model.deadline(), None);
    admin.press("6").await;
    assert_eq!(
        admin.model.deadline(),
        Some(admin.now + Duration::from_secs(2))
    );
    let drawn = admin.drawn;
    admin.pass(Duration::from_secs(2)).await;
    assert!(admin.drawn > drawn);
    admin.press("1").await;
    assert_eq!(admin.model.deadline(), None);
    let drawn = admin.drawn;
    admin.now += Duration::from_hours(1);
    admin.settle().await;
    assert_eq!(admin.drawn, drawn);
}

#[tokio::test]
async fn figures_stand_still_and_come_faster_or_slower() {
    let mut admin = Admin::on(THREE, 100, 30).await;
    admin.press("6f").await;
    assert_eq!(admin.model.deadline(), None);
    admin.shows("frozen");
    admin.press("f--").await;
    admin.shows("every 10 s");
    assert_eq!(
        admin.model.deadline(),
        Some(admin.now + Duration::from_secs(10))
    );
    admin.press("++++").await;
    admin.shows("every 1 s");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_told_of_and_asked_again() {
    let mut admin = shown(Theme::DARK, 120, 40).await;
    admin.press("r").await;
    admin.model.screens.stats.show_database(Err(gone()));
    admin.take(Message::Resized);
    admin.shows("! the database can't be reached");
    admin.shows("×");
    // What was told last stays.
    admin.shows("~3");
    let due = admin.model.deadline().expect("it goes on");
    admin.pass(due - admin.now).await;
    admin.hides("! the database");
}

#[tokio::test]
async fn what_does_not_fit_is_scrolled_to() {
    let mut admin = shown(Theme::DARK, 40, 10).await;
    admin.hides("document_revision");
    admin.press("G").await;
    admin.shows("document_revision");
    admin.press("g").await;
    admin.shows("Connections");
}

#[tokio::test]
async fn no_size_and_no_name_breaks_it() {
    let mut admin = shown(Theme::MONO, 120, 40).await;
    let mut figures = database(f64::MAX);
    figures.tables[0].name = "\u{1b}[31m日本語\u{202e}👩‍👩‍👧‍👦".to_owned();
    figures.tables[0].rows = Some(u64::MAX);
    figures.bytes = u64::MAX;
    admin.model.screens.stats.show_database(Ok(figures));
    for (columns, rows) in naughty::ANY_SIZE {
        admin.resize(columns, rows).await;
        for keys in ["G", "k", "g"] {
            admin.press(keys).await;
            naughty::check(&admin);
        }
    }
}
