//! Markdown as it is read: made into rows of so many columns. Whatever is in the text, none of it
//! acts on the terminal; where it is no Markdown, it is shown as it is.

mod table;
mod wrap;

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::text::{clean, clean_line, width};
use super::theme::Theme;
use table::Table;
use wrap::wrap;

/// Bytes of a text that is shown as Markdown; a longer one is shown as it is.
pub(crate) const MAX_BYTES: usize = 256 * 1024;
/// How deep quotes and lists are indented; what is deeper stays there.
const MAX_DEPTH: usize = 8;

/// The rows of a text.
pub(crate) fn rows(text: &str, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    placed(text, columns, theme).0
}

/// The rows of a text, and about where in it each begins, in bytes.
pub(crate) fn placed(
    text: &str,
    columns: usize,
    theme: &Theme,
) -> (Vec<Line<'static>>, Vec<usize>) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut page = Page::new(columns, theme);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        page.take(event, range);
    }
    page.end_block();
    while page.rows.last().is_some_and(|row| row.width() == 0) {
        page.rows.pop();
    }
    page.places.truncate(page.rows.len());
    (page.rows, page.places)
}

/// What stands before the rows of a block: once, and before those that follow.
#[derive(Clone, Debug)]
struct Margin {
    first: String,
    next: String,
    style: Style,
    is_used: bool,
}

/// The rows so far, and where in the text one is.
struct Page<'a> {
    columns: usize,
    theme: &'a Theme,
    rows: Vec<Line<'static>>,
    /// Where in the text each row begins.
    places: Vec<usize>,
    /// What of the text has been read that is in no row yet.
    unplaced: Range<usize>,
    /// The block that is being read.
    spans: Vec<(String, Style)>,
    styles: Vec<Style>,
    margins: Vec<Margin>,
    /// The number of the next item; None in a list without numbers.
    lists: Vec<Option<u64>>,
    links: Vec<String>,
    is_code: bool,
    table: Option<Table>,
}

impl<'a> Page<'a> {
    const fn new(columns: usize, theme: &'a Theme) -> Self {
        Self {
            columns,
            theme,
            rows: Vec::new(),
            places: Vec::new(),
            unplaced: 0..0,
            spans: Vec::new(),
            styles: Vec::new(),
            margins: Vec::new(),
            lists: Vec::new(),
            links: Vec::new(),
            is_code: false,
            table: None,
        }
    }

    /// Takes what comes next, and where in the text it is.
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        let is_shown = !matches!(event, Event::Start(_) | Event::End(_) | Event::SoftBreak);
        if is_shown && self.unplaced.is_empty() {
            self.unplaced = range;
        } else if is_shown {
            self.unplaced.end = range.end.max(self.unplaced.end);
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.is_code => self.code(&text),
            Event::Text(text) => self.push(&text, Style::new()),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                let style = self.theme.key.remove_modifier(Modifier::BOLD);
                self.push(&text, style);
            }
            Event::Html(text) | Event::InlineHtml(text) => self.push(&text, self.theme.quiet),
            Event::FootnoteReference(name) => self.push(&format!("[{name}]"), self.theme.quiet),
            Event::SoftBreak => self.push(" ", Style::new()),
            Event::HardBreak => self.flush(),
            Event::Rule => {
                self.end_block();
                let rule = "─".repeat(self.room());
                self.spans.push((rule, self.theme.rule));
                self.end_block();
            }
            Event::TaskListMarker(done) => {
                self.push(if done { "[x] " } else { "[ ] " }, self.theme.key);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_block();
                self.spans
                    .push((format!("{} ", "#".repeat(depth(level))), self.theme.quiet));
                self.styles.push(self.theme.accent);
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.margin("▌ ", "▌ ", self.theme.quiet);
            }
            Tag::CodeBlock(kind) => {
                self.end_block();
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.spans.push((clean(&language), self.theme.quiet));
                    self.flush();
                }
                self.margin("│ ", "│ ", self.theme.rule);
                self.is_code = true;
            }
            Tag::MetadataBlock(_) => {
                self.margin("│ ", "│ ", self.theme.rule);
                self.is_code = true;
            }
            Tag::List(start) => {
                if self.lists.is_empty() {
                    self.end_block();
                } else {
                    self.flush();
                }
                self.lists.push(start);
            }
            Tag::Item => {
                self.flush();
                let sign = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                let next = " ".repeat(width(&sign));
                self.margin(&sign, &next, self.theme.accent);
            }
            Tag::Table(alignments) => {
                self.end_block();
                self.table = Some(Table::new(alignments));
            }
            Tag::Emphasis => self
                .styles
                .push(Style::new().add_modifier(Modifier::ITALIC)),
            Tag::Strong => self.styles.push(Style::new().add_modifier(Modifier::BOLD)),
            Tag::Strikethrough => self
                .styles
                .push(Style::new().add_modifier(Modifier::CROSSED_OUT)),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push(clean(&dest_url));
                self.styles
                    .push(Style::new().add_modifier(Modifier::UNDERLINED));
            }
            Tag::FootnoteDefinition(name) => {
                self.end_block();
                let sign = format!("[{}] ", clean(&name));
                let next = " ".repeat(width(&sign));
                self.margin(&sign, &next, self.theme.quiet);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.styles.pop();
                self.end_block();
            }
            TagEnd::Paragraph if self.lists.is_empty() => self.end_block(),
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.flush();
                self.margins.pop();
                self.end_block();
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => {
                self.is_code = false;
                self.margins.pop();
                self.end_block();
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.end_block();
                }
            }
            TagEnd::Item => {
                self.flush();
                self.margins.pop();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans);
                if let Some(table) = &mut self.table {
                    table.cell(cell);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    table.end_row();
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    let rows = table.rows(self.room(), self.theme);
                    let before = self.before();
                    self.rows.extend(
                        rows.into_iter()
                            .map(|row| Line::from([before.clone(), row.spans].concat())),
                    );
                    self.place();
                }
                self.end_block();
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.styles.pop();
            }
            TagEnd::Link | TagEnd::Image => {
                self.styles.pop();
                // A link that is its own text is not told twice.
                if let Some(link) = self.links.pop()
                    && self.spans.last().is_none_or(|(text, _)| *text != link)
                    && !link.is_empty()
                {
                    self.push(&format!(" ({link})"), self.theme.quiet);
                }
            }
            _ => {}
        }
    }

    fn margin(&mut self, first: &str, next: &str, style: Style) {
        let deep = self.margins.len() >= MAX_DEPTH;
        self.margins.push(Margin {
            first: if deep {
                String::new()
            } else {
                first.to_owned()
            },
            next: if deep { String::new() } else { next.to_owned() },
            style,
            is_used: false,
        });
    }

    /// Adds a piece of text in the style of where it is.
    fn push(&mut self, text: &str, style: Style) {
        let style = self
            .styles
            .iter()
            .fold(Style::new(), |all, one| all.patch(*one))
            .patch(style);
        self.spans.push((clean(text), style));
    }

    /// Adds lines as they are.
    fn code(&mut self, text: &str) {
        let Range { mut start, end } = self.unplaced;
        for line in text.lines() {
            self.unplaced = start.min(end)..end.min(start + line.len() + 1);
            start += line.len() + 1;
            self.spans.push((clean_line(line), Style::new()));
            self.flush_even_empty();
        }
    }

    /// Columns that are left beside the margins.
    fn room(&self) -> usize {
        let margins: usize = self.margins.iter().map(|margin| width(&margin.next)).sum();
        self.columns.saturating_sub(margins).max(4)
    }

    /// The margins of the next row.
    fn before(&mut self) -> Vec<Span<'static>> {
        let margins = self
            .margins
            .iter_mut()
            .filter(|margin| !margin.next.is_empty() || !margin.first.is_empty());
        margins
            .map(|margin| {
                let text = if margin.is_used {
                    &margin.next
                } else {
                    &margin.first
                };
                margin.is_used = true;
                Span::styled(text.clone(), margin.style)
            })
            .collect()
    }

    /// Ends the rows of what was read.
    fn flush(&mut self) {
        if !self.spans.is_empty() {
            self.flush_even_empty();
        }
    }

    fn flush_even_empty(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        for row in wrap(&spans, self.room()) {
            let before = self.before();
            self.rows.push(Line::from([before, row].concat()));
        }
        self.place();
    }

    /// Tells where in the text the rows begin that were made of what was read last.
    fn place(&mut self) {
        let new = self.rows.len() - self.places.len();
        let Range { start, end } = self.unplaced;
        let places = (0..new).map(|row| start + (end - start) * row / new);
        self.places.extend(places);
        self.unplaced = end..end;
    }

    /// Ends a block: an empty row comes behind it.
    fn end_block(&mut self) {
        self.flush();
        if self.rows.last().is_some_and(|row| row.width() > 0) {
            self.rows.push(Line::default());
            self.place();
        }
    }
}

fn depth(level: HeadingLevel) -> usize {
    level as usize
}

#[cfg(test)]
mod tests;
