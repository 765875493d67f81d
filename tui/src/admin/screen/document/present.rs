//! A document that is there, and the part of it that is on the screen: as Markdown that is read,
//! as its source, or what is known about it.

mod seek;

pub(super) use seek::Seek;

use std::ops::Range;

use ratatui::text::Line;
use serde::{Deserialize, Serialize};
use service::Document;

use crate::admin::command::Move;
use crate::admin::find::Needles;
use crate::admin::markdown;
use crate::admin::message::{Env, Room};
use crate::admin::pager::{Lines, Place};
use crate::admin::text::plural;
use crate::admin::theme::Theme;

/// What of the document is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Shown {
    #[default]
    Rendered,
    Source,
    /// Its metadata, times and ids.
    About,
}

/// Where a document was left when the program was used last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Left {
    shown: Shown,
    place: Place,
    row: usize,
    /// How many rows there were: on a screen of another width there are more or less.
    rows: usize,
}

/// Rows made of Markdown, for a width and a theme.
#[derive(Clone, Debug)]
struct Rendered {
    columns: usize,
    theme: Theme,
    rows: Vec<Line<'static>>,
    /// Where in the text each begins, in bytes.
    places: Vec<usize>,
    /// The rows as one text, and where in it each begins.
    text: String,
    starts: Vec<usize>,
}

impl Rendered {
    fn new(text: &str, columns: usize, theme: Theme) -> Self {
        let (rows, places) = markdown::placed(text, columns, &theme);
        let (mut text, mut starts) = (String::new(), Vec::new());
        for row in &rows {
            // A row that was broken between words ends with a space.
            if !text.is_empty() && !text.ends_with(' ') {
                text.push('\n');
            }
            starts.push(text.len());
            text.extend(row.spans.iter().map(|span| span.content.as_ref()));
        }
        Self {
            columns,
            theme,
            rows,
            places,
            text,
            starts,
        }
    }
}

/// What was found of the words that are looked for.
#[derive(Clone, Debug, Default)]
struct Found {
    needles: Needles,
    /// In what it was found: what is shown, and in rows of how many columns.
    of: Option<(Shown, usize)>,
    /// Where, in bytes and in order.
    hits: Vec<Range<usize>>,
    /// The one that was gone to.
    current: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Present {
    /// All but its text, which is in `lines`.
    pub(super) document: Document,
    pub(super) lines: Lines,
    about: Lines,
    rendered: Option<Rendered>,
    shown: Shown,
    /// The first row on the screen, of the source or what is known about it.
    place: Place,
    /// The same of the Markdown's rows.
    row: usize,
    /// Where it is to be shown once its rows are made.
    left_at: Option<Left>,
    found: Found,
    /// What the last frame had room for.
    room: Room,
}

impl Present {
    pub(super) fn new(mut document: Document, shown: Shown) -> Self {
        let lines = Lines::new(std::mem::take(&mut document.content));
        let about = Lines::new(about(&document, &lines));
        Self {
            document,
            lines,
            about,
            rendered: None,
            shown,
            place: Place::default(),
            row: 0,
            left_at: None,
            found: Found::default(),
            room: Room::default(),
        }
    }

    /// Where it is left now.
    pub(super) fn left(&self) -> Left {
        Left {
            shown: self.shown,
            place: self.place,
            row: self.row,
            rows: self.rows().len(),
        }
    }

    /// Is shown again where it was left.
    pub(super) fn come_back(&mut self, left: Left) {
        self.show(left.shown);
        self.left_at = Some(left);
    }

    /// What it is called: its name, and its code where that is another.
    pub(super) fn title(&self) -> String {
        let Document { name, code, .. } = &self.document;
        if name == code {
            name.clone()
        } else {
            format!("{name}  {code}")
        }
    }

    /// Takes the place of an earlier reading of the same document.
    pub(super) fn at_place_of(mut self, before: &Self) -> Self {
        (self.place, self.row) = (before.place, before.row);
        self.found.current = before.found.current;
        self
    }

    pub(super) fn shown(&self) -> Shown {
        // A text that is too long to be made into rows at once is shown as it is.
        if self.shown == Shown::Rendered && self.lines.bytes() > markdown::MAX_BYTES {
            Shown::Source
        } else {
            self.shown
        }
    }

    pub(super) fn show(&mut self, shown: Shown) {
        if shown != self.shown {
            (self.shown, self.place, self.row) = (shown, Place::default(), 0);
        }
    }

    /// Makes the rows for the room that there is, unless they are there.
    pub(super) fn prepare(&mut self, env: &Env) {
        self.room = env.room;
        let columns = env.room.columns;
        let is_ready = |made: &Rendered| made.columns == columns && made.theme == env.theme;
        if self.shown() == Shown::Rendered
            && columns > 0
            && !self.rendered.as_ref().is_some_and(is_ready)
        {
            let made = Rendered::new(self.lines.text(), columns, env.theme);
            self.row = among(self.row, self.rows().len(), made.rows.len());
            self.rendered = Some(made);
        }
        if columns > 0
            && let Some(left) = self.left_at.take()
        {
            self.row = among(left.row, left.rows, self.rows().len());
            self.place = self
                .page()
                .scroll(left.place, 0, columns, env.room.text.max(1));
        }
        let last = self.rows().len().saturating_sub(env.room.text);
        self.row = self.row.min(last);
        self.find();
    }

    fn rows(&self) -> &[Line<'static>] {
        self.rendered
            .as_ref()
            .map_or(&[], |rendered| &rendered.rows)
    }

    fn page(&self) -> &Lines {
        if self.shown() == Shown::About {
            &self.about
        } else {
            &self.lines
        }
    }

    pub(super) fn go(&mut self, to: Move, env: &Env) {
        let (columns, height) = (env.room.columns, env.room.text);
        match (self.shown(), to) {
            (Shown::Rendered, to) => self.scroll(to.rows(height), env),
            (_, Move::First) => self.place = Place::default(),
            (_, Move::Last) => self.place = self.page().last(columns, height),
            (_, to) => self.scroll(to.rows(height), env),
        }
    }

    pub(super) fn scroll(&mut self, rows: isize, env: &Env) {
        let (columns, height) = (env.room.columns, env.room.text);
        if self.shown() == Shown::Rendered {
            let last = self.rows().len().saturating_sub(height);
            self.row = self.row.saturating_add_signed(rows).min(last);
        } else {
            self.place = self.page().scroll(self.place, rows, columns, height);
        }
    }

    /// Goes to a line of the source, from 0.
    pub(super) fn go_to_line(&mut self, line: usize) {
        let before = line.checked_sub(1);
        let byte = before.and_then(|before| self.lines.text().match_indices('\n').nth(before));
        let byte = byte.map_or(0, |(at, _)| at + 1);
        if self.shown() != Shown::Rendered {
            self.place = self.lines.place_of(byte, self.room.columns.max(1));
            return;
        }
        if let Some(rendered) = &self.rendered {
            let row = rendered.places.partition_point(|place| *place <= byte);
            let last = rendered.rows.len().saturating_sub(self.room.text);
            self.row = row.saturating_sub(1).min(last);
        }
    }

    /// Goes to a place of the source: in rows made of Markdown, to the heading above it.
    pub(super) fn near(&mut self, place: &service::Place) {
        if self.shown() != Shown::Rendered {
            self.place = Place::of_line(place.line.saturating_sub(1));
            return;
        }
        let mut row = 0;
        for heading in &place.headings {
            let behind = self.rows().iter().skip(row);
            // A long heading has several rows, of which the first is its beginning.
            let found = behind.map(ToString::to_string).position(|row| {
                let row = row.trim();
                row.contains(heading.as_str()) || !row.is_empty() && heading.starts_with(row)
            });
            row += found.unwrap_or(0);
        }
        self.row = row;
    }
}

/// A row among more rows, or less, of the same text.
const fn among(row: usize, of: usize, rows: usize) -> usize {
    match of {
        0 => row,
        of if of == rows => row,
        of => row.saturating_mul(rows) / of,
    }
}

/// What is known about a document.
fn about(document: &Document, lines: &Lines) -> String {
    let metadata = serde_json::to_string_pretty(&document.metadata).unwrap_or_default();
    let time =
        |time: service::DateTime<service::Utc>| time.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    format!(
        "code      {}\nname      {}\nid        {}\nversion   {}\nmade      {}\nchanged   {}\nsize      {}, {}\n\nmetadata\n{metadata}",
        document.code,
        document.name,
        document.id,
        document.version,
        time(document.created_at),
        time(document.updated_at),
        plural(lines.bytes() as u64, "byte"),
        plural(lines.text().lines().count() as u64, "line"),
    )
}
