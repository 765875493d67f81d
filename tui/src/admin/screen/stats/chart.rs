//! The chart of how long calls took: a column for each second. Its body is the mean, the line
//! above it the slowest call.

use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use service::Second;

use super::Stats;
use super::blocks::seconds;
use super::view::Block;
use crate::admin::plot::Decades;
use crate::admin::text::millis;
use crate::admin::theme::Theme;

/// Columns of the scale's numbers.
const SCALE: usize = 8;
const EIGHTHS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

pub(super) fn times<'a>(screen: &Stats, (columns, rows): (u16, u16), theme: &Theme) -> Block<'a> {
    let (columns, rows) = (usize::from(columns), usize::from(rows));
    let room = columns.saturating_sub(SCALE);
    let plot = rows.saturating_sub(1);
    let seconds = seconds(screen, room);
    let times: Vec<(f64, f64)> = seconds.iter().map(mean_and_slowest).collect();
    let ends = times.iter().flat_map(|(mean, slowest)| [*mean, *slowest]);
    let scale = Decades::of(ends);
    let marks = scale.marks(plot.max(1));
    let body = theme.accent.remove_modifier(Modifier::BOLD);
    let mut lines: Vec<Line<'a>> = (0..plot)
        .map(|row| {
            let mark = marks.iter().find(|(at, _)| *at == row);
            let mark = mark.map_or_else(String::new, |(_, at)| millis(*at));
            let mut spans = vec![Span::styled(format!("{mark:>7} "), theme.quiet)];
            let below = (plot - 1 - row) * 8;
            spans.extend(times.iter().map(|(mean, slowest)| {
                let (mean, slowest) = (
                    scale.height(*mean, plot * 8),
                    scale.height(*slowest, plot * 8),
                );
                match mean.saturating_sub(below).min(8) {
                    0 if slowest > below => Span::styled("│", theme.quiet),
                    0 => Span::raw(" "),
                    eighths => Span::styled(EIGHTHS[eighths - 1], body),
                }
            }));
            Line::from(spans)
        })
        .collect();
    let ago = format!("{room} s ago");
    let axis = format!("{ago}{:>1$}", "now", room.saturating_sub(ago.len()));
    lines.push(Line::styled(format!("{:SCALE$}{axis}", ""), theme.quiet));
    Block {
        title: "Time of calls, mean and slowest".to_owned(),
        lines,
    }
}

/// In milliseconds; 0 where there was no call.
fn mean_and_slowest(second: &Second) -> (f64, f64) {
    if second.calls == 0 {
        return (0.0, 0.0);
    }
    let mean = second.micros / u64::from(second.calls);
    let mean = u32::try_from(mean).unwrap_or(u32::MAX);
    (f64::from(mean) / 1000.0, f64::from(second.slowest) / 1000.0)
}
