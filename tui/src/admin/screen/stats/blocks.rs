//! The figures block by block, as lines.

use ratatui::text::{Line, Span};
use service::{CallOutcome, PoolGauge, Second, SlowCall};

use super::view::{Block, LABEL, label};
use super::{Failure, Stats};
use crate::admin::canvas::padded;
use crate::admin::plot::{columns_of, spark};
use crate::admin::text::{bytes, clean, count, cut, millis, width, wrap};
use crate::admin::theme::Theme;

/// The rate is the mean of so many whole seconds.
const RATE: usize = 10;

/// The pools: what is in use, who waits, and how long; with a plot of so many rows.
pub(super) fn pools<'a>(
    screen: &'a Stats,
    (columns, plot): (usize, usize),
    theme: &Theme,
) -> Block<'a> {
    let mut lines = Vec::new();
    if let Some(figures) = &screen.calls {
        let room = columns.saturating_sub(LABEL);
        let (read, write) = (&figures.pools.read, &figures.pools.write);
        // One pool serves both on a server without a replica.
        let shared = (read.size, read.max, read.in_use) == (write.size, write.max, write.in_use);
        if shared {
            lines.extend(pool("in use", read, room, theme));
            let used: Vec<f64> = screen.used.read.iter().copied().collect();
            let plot = columns_of(&used, f64::from(read.max), room, plot);
            lines.extend(plotted("", plot, theme));
        } else {
            lines.extend(pool("reading", read, room, theme));
            lines.extend(pool("writing", write, room, theme));
            let most = f64::from(read.max + write.max);
            let both = screen.used.read.iter().zip(&screen.used.write);
            let both: Vec<f64> = both.map(|(read, write)| read + write).collect();
            let plot = columns_of(&both, most, room, 1);
            lines.extend(plotted("in use", plot, theme));
        }
    }
    Block {
        title: "Connections".to_owned(),
        lines,
    }
}

fn pool(name: &str, pool: &PoolGauge, room: usize, theme: &Theme) -> [Line<'static>; 2] {
    let waiting = match pool.waiting {
        0 => Span::styled("none waits", theme.quiet),
        waiting => Span::styled(format!("{waiting} waiting"), theme.warning),
    };
    let acquire = &pool.acquire;
    let half = format!("p50 {}  ", millis(acquire.p50_ms));
    let most = format!("p95 {}", millis(acquire.p95_ms));
    let vain = match acquire.timeouts {
        0 => String::new(),
        timeouts => format!("  {} in vain", count(timeouts)),
    };
    let fits = half.len() + most.len() + vain.len() <= room;
    [
        Line::from(vec![
            label(name, theme),
            Span::raw(format!("{} of {}", pool.in_use, pool.max)),
            Span::styled(format!("  {} idle  ", pool.idle), theme.quiet),
            waiting,
        ]),
        Line::from(vec![
            label("  wait", theme),
            Span::raw(if fits { half } else { String::new() }),
            Span::raw(most),
            Span::styled(vain, theme.warning),
        ]),
    ]
}

/// The calls: how many, how long, how they ended; with a plot of so many rows.
pub(super) fn calls<'a>(
    screen: &'a Stats,
    (columns, plot): (usize, usize),
    theme: &Theme,
) -> Block<'a> {
    let mut lines = Vec::new();
    if let Some(figures) = &screen.calls {
        let room = columns.saturating_sub(LABEL);
        let seconds = seconds(screen, room.max(RATE));
        let rates: Vec<f64> = seconds
            .iter()
            .map(|second| f64::from(second.calls))
            .collect();
        let lately = &rates[rates.len() - RATE..];
        let lately = lately.iter().sum::<f64>() / 10.0;
        let most = rates.iter().copied().fold(0.0, f64::max);
        lines.push(Line::from(vec![
            label("rate", theme),
            Span::raw(format!("{lately:.1} a second")),
            Span::styled(format!("  at most {most:.0}"), theme.quiet),
        ]));
        let times = &figures.times;
        let usual = format!("p50 {}  p95 {}", millis(times.p50_ms), millis(times.p95_ms));
        let rare = format!("  p99 {}", millis(times.p99_ms));
        // A part of a number would be another number.
        let fits = usual.len() + rare.len() <= room;
        lines.push(Line::from(vec![
            label("took", theme),
            Span::raw(usual),
            Span::styled(if fits { rare } else { String::new() }, theme.quiet),
        ]));
        let traffic = &figures.traffic;
        let counted = |number: u64, what: &str| {
            let style = if number > 0 {
                theme.warning
            } else {
                theme.quiet
            };
            Span::styled(format!("{} {what}  ", count(number)), style)
        };
        lines.push(Line::from(vec![
            label("calls", theme),
            Span::raw(format!("{}  ", count(traffic.calls))),
            counted(traffic.failures, "failed"),
            counted(traffic.retries, "repeated"),
        ]));
        let plot = columns_of(&rates, most.max(1.0), room, plot);
        lines.extend(plotted("", plot, theme));
    }
    Block {
        title: "Calls".to_owned(),
        lines,
    }
}

/// The last whole seconds before the figures were read, so many, also those without a call.
pub(super) fn seconds(screen: &Stats, wanted: usize) -> Vec<Second> {
    let Some(figures) = &screen.calls else {
        return vec![Second::default(); wanted];
    };
    let end = figures.at.timestamp();
    let mut seconds = vec![Second::default(); wanted];
    for second in &figures.seconds {
        let ago = usize::try_from(end - second.at).unwrap_or_default();
        if (1..=wanted).contains(&ago) {
            seconds[wanted - ago] = *second;
        }
    }
    seconds
}

fn plotted(name: &'static str, rows: Vec<String>, theme: &Theme) -> Vec<Line<'static>> {
    let style = theme.accent.remove_modifier(ratatui::style::Modifier::BOLD);
    let last = rows.len().saturating_sub(1);
    let rows = rows.into_iter().enumerate();
    rows.map(|(at, row)| {
        let name = if at == last { name } else { "" };
        Line::from(vec![label(name, theme), Span::styled(row, style)])
    })
    .collect()
}

/// The calls that took long, the latest first.
pub(super) fn slow<'a>(screen: &'a Stats, columns: usize, theme: &Theme) -> Block<'a> {
    let slow = screen.calls.iter().flat_map(|figures| &figures.slow);
    let mut lines: Vec<Line<'a>> = slow.map(|call| slow_call(call, columns, theme)).collect();
    if lines.is_empty() {
        lines.push(Line::styled("none took more than 100 ms", theme.quiet));
    }
    Block {
        title: "Slow calls".to_owned(),
        lines,
    }
}

fn slow_call<'a>(call: &'a SlowCall, columns: usize, theme: &Theme) -> Line<'a> {
    let took = millis(call.took.as_secs_f64() * 1000.0);
    let ended = match &call.outcome {
        CallOutcome::Done => "",
        CallOutcome::Failed(kind) => kind.name(),
        CallOutcome::Dropped => "dropped",
        _ => "refused",
    };
    let room = columns.saturating_sub(18 + width(ended) + 2);
    Line::from(vec![
        Span::styled(call.at.format("%H:%M:%S ").to_string(), theme.quiet),
        Span::raw(format!("{took:>7}  ")),
        Span::raw(padded(&cut(&call.name, room), room)),
        Span::raw("  "),
        Span::styled(ended, theme.warning),
    ])
}

/// The database: whether it answers, its size, its schema.
pub(super) fn database<'a>(screen: &'a Stats, columns: usize, theme: &Theme) -> Block<'a> {
    let mut lines = Vec::new();
    if let Some(failure) = &screen.silent {
        lines.extend(silence(failure, columns, theme));
    }
    if let Some(figures) = &screen.database {
        let room = columns.saturating_sub(LABEL);
        let answers = vec![
            label("answer", theme),
            Span::raw(format!("{:<9}", millis(figures.latency_ms))),
        ];
        let answers = answers
            .into_iter()
            .chain(answered(screen, room.saturating_sub(9), theme));
        lines.push(answers.collect());
        let size = usize::try_from(figures.bytes).unwrap_or(usize::MAX);
        let mut sizes = vec![label("size", theme), Span::raw(bytes(size))];
        if let Some(journal) = figures.journal_bytes {
            let journal = bytes(usize::try_from(journal).unwrap_or(usize::MAX));
            sizes.push(Span::styled(
                format!("  and {journal} of journal"),
                theme.quiet,
            ));
        }
        lines.push(Line::from(sizes));
        let (steps, has) = (
            figures.migrations.len(),
            figures
                .migrations
                .iter()
                .filter(|step| step.applied)
                .count(),
        );
        let mut schema = vec![label("schema", theme)];
        if has < steps {
            schema.push(Span::raw(format!("{has} of {steps}")));
            schema.push(Span::styled("  run folio migrate up", theme.warning));
        } else {
            schema.push(Span::raw(format!("all {steps} steps")));
            let last = figures.migrations.last().map_or("", |step| &step.name);
            let last = cut(last, room.saturating_sub(16));
            schema.push(Span::styled(format!("  {last}"), theme.quiet));
        }
        lines.push(Line::from(schema));
        if let Some(server) = &figures.connections {
            lines.push(Line::from(vec![
                label("server", theme),
                Span::raw(format!("{} of {} connections", server.all, server.max)),
                Span::styled(format!("  {} ours", server.ours), theme.quiet),
            ]));
        }
        if figures.read_only {
            lines.push(Line::from(vec![
                label("", theme),
                Span::styled("it can't be written to", theme.warning),
            ]));
        }
    }
    Block {
        title: as_of("Database", screen),
        lines,
    }
}

/// What the database tells, with the time of it where that is not now.
fn as_of(what: &str, screen: &Stats) -> String {
    let is_silent = screen.silent.is_some();
    match screen.database.as_ref().filter(|_| is_silent) {
        Some(figures) => format!("{what} as of {}", figures.at.format("%H:%M:%S UTC")),
        None => what.to_owned(),
    }
}

/// That the database does not answer, and why. What it told last stays below.
fn silence(failure: &Failure, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    // What was asked for is known here: the heading says it.
    let said = failure.said.split_once(": ");
    let said = said.map_or(failure.said.as_str(), |(_, said)| said);
    let said = format!("! {}", clean(said));
    let mut rows = wrap(&said, columns);
    if rows.len() > 2 {
        rows.truncate(2);
        if let Some(last) = rows.last_mut() {
            *last = cut(&format!("{last}…"), columns);
        }
    }
    rows.into_iter()
        .map(|row| Line::styled(row, theme.error))
        .collect()
}

/// The answers that were seen, a sign each; × where there was none.
fn answered(screen: &Stats, columns: usize, theme: &Theme) -> Vec<Span<'static>> {
    let answers: Vec<Option<f64>> = screen.answers.last(columns).collect();
    let most = answers.iter().flatten().copied().fold(0.0, f64::max);
    let plain = theme.accent.remove_modifier(ratatui::style::Modifier::BOLD);
    let sign = |answer: Option<f64>| match answer {
        Some(took) => Span::styled(spark(&[took], most, 1), plain),
        None => Span::styled("×", theme.error),
    };
    answers.into_iter().map(sign).collect()
}

/// The tables, with about how many rows each has.
pub(super) fn tables<'a>(screen: &'a Stats, columns: usize, theme: &Theme) -> Block<'a> {
    let tables = screen.database.iter().flat_map(|figures| &figures.tables);
    let name = columns.saturating_sub(17);
    let lines = tables.map(|table| {
        let rows = table.rows.map_or_else(String::new, |rows| match rows {
            0 => "0".to_owned(),
            rows => format!("~{}", count(rows)),
        });
        let size = table.bytes.map_or_else(String::new, |size| {
            bytes(usize::try_from(size).unwrap_or(usize::MAX))
        });
        Line::from(vec![
            Span::raw(padded(&clean(&table.name), name)),
            Span::raw(format!("{rows:>8}")),
            Span::styled(format!("{size:>9}"), theme.quiet),
        ])
    });
    Block {
        title: as_of("Tables", screen),
        lines: lines.collect(),
    }
}
