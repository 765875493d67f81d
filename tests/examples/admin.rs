//! Measures the terminal admin on a large store, from outside: the program runs in a terminal of
//! 200 columns and 60 rows.
//!
//! ```sh
//! cargo build --release && cargo run --release -p folio-tests --example admin -- DATABASE_URL [--job]
//! ```
//!
//! It prints the time from the start to the first frame and to the first rows, the time from a key
//! to its frame, what a page costs at both ends of the list, the memory at rest and after a walk
//! from the first row to the last, and what ten idle seconds cost. The store is only read, but with
//! `--job`: then every document is being tagged while pages are turned, until that is cancelled.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, run by hand"
)]

use std::fs;
use std::time::{Duration, Instant};

use support::program::Program;
use support::terminal::Terminal;

const COLUMNS: u16 = 200;
const ROWS: u16 = 60;
/// Programs that are started to measure the start.
const STARTS: usize = 7;
/// Keys of each kind that are timed.
const KEYS: usize = 400;
/// Pages that are timed at each end.
const PAGES: usize = 100;
/// Pages of the walk through the list, at the most.
const WALK: usize = 20_000;
const IDLE: Duration = Duration::from_secs(10);

fn main() {
    let url = std::env::args().nth(1).expect("admin DATABASE_URL");
    let program = Program::on(&url);
    starts(&program);

    let mut terminal = Terminal::start(&program, &[], COLUMNS, ROWS);
    terminal.wait("rows", has_rows);
    terminal.listen(Duration::from_secs(2));
    println!("memory at rest: {:.1} MB", memory(&terminal));
    idle(&mut terminal);
    keys(&mut terminal);
    pages(&mut terminal);
    walk(&mut terminal);
    if std::env::args().any(|word| word == "--job") {
        beside_a_job(&mut terminal);
    }
    terminal.keys("q");
    terminal.end();
}

/// The selected row is there.
fn has_rows(terminal: &Terminal) -> bool {
    terminal.text().lines().any(|line| line.starts_with('>'))
}

/// From the start to the first frame, and to the first rows.
fn starts(program: &Program) {
    let mut frames = Vec::new();
    let mut rows = Vec::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut terminal = Terminal::start(program, &[], COLUMNS, ROWS);
        terminal.wait_for_frame(0);
        frames.push(start.elapsed());
        terminal.wait("rows", has_rows);
        rows.push(start.elapsed());
        terminal.keys("q");
        terminal.end();
    }
    println!("start to first frame: {}", summary(&mut frames));
    println!("start to first rows: {}", summary(&mut rows));
}

/// From a key to its frame, for single rows and for pages.
fn keys(terminal: &mut Terminal) {
    for (name, key) in [
        ("a row down", "j"),
        ("a page down", "\u{1b}[6~"),
        ("a page up", "\u{1b}[5~"),
    ] {
        let mut times: Vec<Duration> = (0..KEYS).map(|_| press(terminal, key)).collect();
        println!("key to frame, {name}: {}", summary(&mut times));
    }
}

/// From a key to the end of the frame that shows it.
fn press(terminal: &mut Terminal, key: &str) -> Duration {
    let before = terminal.frames();
    let start = Instant::now();
    terminal.keys(key);
    terminal.wait_for_frame(before);
    let took = start.elapsed();
    // What the key made the program read comes with frames of its own.
    terminal.listen(Duration::from_millis(2));
    took
}

/// Pages at the beginning and at the end, each with the rows that have to be read for it.
fn pages(terminal: &mut Terminal) {
    let mut through = |to_end: &str, page: &str| {
        press(terminal, to_end);
        terminal.listen(Duration::from_secs(1));
        let start = Instant::now();
        for _ in 0..PAGES {
            press(terminal, page);
        }
        start.elapsed()
    };
    let first = through("g", "\u{1b}[6~");
    let last = through("G", "\u{1b}[5~");
    println!(
        "{PAGES} pages at the beginning: {:.0} ms, at the end: {:.0} ms, ratio {:.2}",
        first.as_secs_f64() * 1e3,
        last.as_secs_f64() * 1e3,
        last.as_secs_f64() / first.as_secs_f64()
    );
}

/// From the first row to the last, as fast as pages come.
fn walk(terminal: &mut Terminal) {
    press(terminal, "g");
    let mut most: f64 = 0.0;
    let mut times = Vec::new();
    let mut last = String::new();
    for at in 0..WALK {
        times.push(press(terminal, "\u{1b}[6~"));
        if at % 500 == 0 {
            most = most.max(memory(terminal));
            let shown = selected(terminal);
            if shown == last {
                break;
            }
            last = shown;
        }
    }
    println!(
        "a walk of {} pages from the first row: key to frame {}, memory at most {most:.1} MB",
        times.len(),
        summary(&mut times)
    );
}

/// From a key to the frame that shows another row, while every document is being tagged.
fn beside_a_job(terminal: &mut Terminal) {
    press(terminal, "g");
    press(terminal, "a");
    terminal.keys("tmeasured\r");
    terminal.wait_for("tagging documents");
    let mut times: Vec<Duration> = (0..KEYS)
        .map(|_| {
            let before = selected(terminal);
            let start = Instant::now();
            terminal.keys("\u{1b}[6~");
            terminal.wait("another row", |terminal| selected(terminal) != before);
            let took = start.elapsed();
            terminal.listen(Duration::from_millis(20));
            took
        })
        .collect();
    let goes_on = terminal.text().contains("tagging documents");
    println!(
        "key to frame, a page down beside a job{}: {}",
        if goes_on { "" } else { " (that ended before)" },
        summary(&mut times)
    );
    terminal.keys("\u{3}");
    terminal.wait("the end of the job", |terminal| {
        !terminal.text().contains("tagging documents")
    });
}

fn selected(terminal: &Terminal) -> String {
    let text = terminal.text();
    let row = text.lines().find(|line| line.starts_with('>'));
    row.unwrap_or_default().to_owned()
}

/// What ten seconds without a key cost.
fn idle(terminal: &mut Terminal) {
    let (frames, before) = (terminal.frames(), busy(terminal));
    let bytes = terminal.listen(IDLE);
    let spent = busy(terminal).saturating_sub(before);
    println!(
        "{} idle seconds: {} frames, {bytes} bytes, {:.3} % of a core",
        IDLE.as_secs(),
        terminal.frames() - frames,
        spent.as_secs_f64() / IDLE.as_secs_f64() * 100.0
    );
}

/// The processor's time that the program has had.
fn busy(terminal: &Terminal) -> Duration {
    let threads = fs::read_dir(format!("/proc/{}/task", terminal.process())).unwrap();
    let nanoseconds = threads.filter_map(|thread| {
        let told = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        told.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}

/// Resident memory in megabytes.
fn memory(terminal: &Terminal) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", terminal.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: f64 = line
        .and_then(|line| line.split_whitespace().next()?.parse().ok())
        .expect("a size");
    kilobytes * 1024.0 / 1e6
}

fn summary(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: f64| {
        let index = (times.len() as f64 * share).ceil() as usize;
        times[index.clamp(1, times.len()) - 1].as_secs_f64() * 1e3
    };
    format!("p50 {:.1} ms, p99 {:.1} ms", at(0.5), at(0.99))
}
