//! The admin while the server goes away, and when it is back.

use std::time::{Duration, Instant};

use support::program::Program;
use support::proxy::Proxy;
use support::terminal::Terminal;
use support::{Kind, Store};

/// The program, whose way to the server can be cut.
fn behind_a_proxy(store: &Store) -> (Proxy, Program) {
    let (before, rest) = store.url().split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(server.to_owned());
    let url = format!("{before}@127.0.0.1:{}/{database}", proxy.port());
    let program = Program::on(&url);
    (proxy, program)
}

async fn insert_two(store: &Store) {
    for code in ["alpha", "beta"] {
        let new = service::NewDocument::new(code, code, "text");
        store.folio.documents().insert(new).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_goes_away_is_found_again_by_itself() {
    let store = Store::fresh(Kind::Postgres).await;
    insert_two(&store).await;
    let (proxy, program) = behind_a_proxy(&store);
    tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::start(&program, &[], 100, 24);
        terminal.wait_for("> beta");
        proxy.cut();
        terminal.keys("r");
        terminal.wait_for("! not connected");
        terminal.keys("j");
        terminal.wait_for("> alpha");
        terminal.keys("?");
        terminal.wait_for("Keys: Documents");
        terminal.keys("\u{1b}");
        proxy.mend();
        terminal.wait_for("The database answers again");
        terminal.wait("the way back", |terminal| {
            !terminal.text().contains("! not connected")
        });
        terminal.keys("q");
        assert_eq!(terminal.end(), 0);
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn figures_that_fail_again_and_again_are_told_of_once() {
    let store = Store::fresh(Kind::Postgres).await;
    let (proxy, program) = behind_a_proxy(&store);
    tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::start(&program, &[], 120, 40);
        terminal.wait_for("This store is empty");
        terminal.keys("6");
        terminal.wait_for("schema");
        // The fastest pace.
        terminal.keys("+");
        proxy.cut();
        terminal.wait_for("! not connected");
        let before = proxy.refused();
        let end = Instant::now() + Duration::from_secs(30);
        while proxy.refused() < before + 8 {
            assert!(Instant::now() < end, "no more samples: {terminal:?}");
            terminal.listen(Duration::from_millis(10));
        }
        proxy.mend();
        terminal.wait_for("The database answers again");
        terminal.keys("q");
        assert_eq!(terminal.end(), 0);
        let logs = program.home.path().join(".local/state/folio/logs");
        let log: String = std::fs::read_dir(logs)
            .unwrap()
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        let told = log.lines().filter(|line| line.contains("stats.database"));
        assert_eq!(told.count(), 1, "{log}");
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_stopped_is_told_of_at_once_and_keeps_no_key() {
    let store = Store::fresh(Kind::Postgres).await;
    insert_two(&store).await;
    let (proxy, program) = behind_a_proxy(&store);
    tokio::task::spawn_blocking(move || {
        let mut terminal = Terminal::start(&program, &[], 100, 30);
        terminal.wait_for("> beta");
        terminal.keys("6");
        terminal.wait_for("schema");
        proxy.stop();
        terminal.wait_for("Database as of");
        terminal.wait_for("! not connected");
        // A list is wanted, for which a call would wait half a minute.
        proxy.mend();
        terminal.wait_for("The database answers again");
        terminal.keys("1");
        terminal.wait_for("> beta");
        terminal.keys("\r");
        terminal.wait_for("e edit");
        terminal.keys("e");
        terminal.wait_for("ctrl-s save");
        terminal.keys("mine ");
        terminal.wait_for("mine text");
        terminal.keys("\u{13}");
        terminal.wait_for("what would be saved");
        proxy.stop();
        let stopped = Instant::now();
        terminal.keys("\r");
        terminal.wait_for("! not connected");
        let told = stopped.elapsed();
        assert!(told < Duration::from_secs(4), "told after {told:?}");
        // The save goes on, and all keys work meanwhile.
        terminal.wait_for("kept as a draft");
        terminal.keys("2");
        terminal.wait_for("f filter");
        proxy.mend();
        terminal.wait_for("Saved as version 2");
        terminal.keys("q");
        assert_eq!(terminal.end(), 0);
    })
    .await
    .unwrap();
    let saved = store.folio.documents().get("beta").await.unwrap().unwrap();
    assert_eq!(saved.content, "mine text");
}
