//! A terminal's screen as an SVG picture.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// A cell's size in the picture's units, for a font of 14 units.
const CELL: (u32, u32) = (9, 18);
/// The space around the screen.
const MARGIN: u32 = 14;

/// The terminal's own colours.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    foreground: u32,
    background: u32,
    /// The eight colours, then their bright forms.
    colours: [u32; 16],
}

impl Palette {
    /// A dark terminal.
    pub const DARK: Self = Self {
        foreground: 0x00d7_dae0,
        background: 0x0017_1a21,
        colours: [
            0x0028_2c34,
            0x00ef_6b73,
            0x0098_c379,
            0x00e5_c07b,
            0x0061_afef,
            0x00c6_78dd,
            0x0056_b6c2,
            0x00ab_b2bf,
            0x005c_6370,
            0x00ff_7a85,
            0x00b5_e890,
            0x00ff_d68a,
            0x007c_c4ff,
            0x00dd_95f0,
            0x006f_d3df,
            0x00ff_ffff,
        ],
    };
    /// A light terminal.
    pub const LIGHT: Self = Self {
        foreground: 0x002a_2c33,
        background: 0x00fb_fbfa,
        colours: [
            0x002a_2c33,
            0x00c0_2d2e,
            0x0030_7a34,
            0x0092_6400,
            0x001d_5fc4,
            0x0087_2f9c,
            0x0000_7480,
            0x0070_7480,
            0x0090_94a0,
            0x00d8_4345,
            0x003f_9343,
            0x00b0_7a00,
            0x0033_78e0,
            0x00a0_44b6,
            0x0000_8c9a,
            0x0018_1a1f,
        ],
    };

    fn colour(&self, color: Color, default: u32) -> u32 {
        match color {
            Color::Default => default,
            Color::Rgb(r, g, b) => u32::from_be_bytes([0, r, g, b]),
            Color::Idx(index @ 0..16) => self.colours[usize::from(index)],
            // The cube of 6 by 6 by 6, then the greys.
            Color::Idx(index @ 16..232) => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
                let at = index - 16;
                u32::from_be_bytes([0, level(at / 36), level(at / 6 % 6), level(at % 6)])
            }
            Color::Idx(index) => {
                let grey = 8 + 10 * (index - 232);
                u32::from_be_bytes([0, grey, grey, grey])
            }
        }
    }
}

/// How a run of cells looks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: u32,
    paper: u32,
    /// Attributes of the text; empty ones for what it is not.
    style: [&'static str; 4],
}

impl Look {
    fn of(cell: &Cell, palette: &Palette) -> Self {
        let mut ink = palette.colour(cell.fgcolor(), palette.foreground);
        let mut paper = palette.colour(cell.bgcolor(), palette.background);
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut paper);
        }
        Self {
            ink,
            paper,
            style: [
                (cell.bold(), " font-weight=\"bold\""),
                (cell.dim(), " opacity=\"0.6\""),
                (cell.italic(), " font-style=\"italic\""),
                (cell.underline(), " text-decoration=\"underline\""),
            ]
            .map(|(on, attribute)| if on { attribute } else { "" }),
        }
    }
}

/// The screen's picture.
#[must_use]
pub fn svg(screen: &Screen, palette: &Palette, title: &str) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let width = u32::from(columns) * CELL.0 + 2 * MARGIN;
    let height = u32::from(rows) * CELL.1 + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"10\" fill=\"#{:06x}\"/>\n",
        escaped(title),
        palette.background
    );
    for row in 0..rows {
        for run in runs(screen, row, columns, palette) {
            run.write(&mut svg, row, palette);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Cells of a row that look alike.
struct Run {
    start: u16,
    columns: u16,
    look: Look,
    words: Vec<Word>,
}

/// Cells with something in them. Each word is placed by itself, so that every font keeps to the
/// grid.
struct Word {
    start: u16,
    columns: u16,
    text: String,
}

impl Run {
    fn write(&self, svg: &mut String, row: u16, palette: &Palette) {
        let x = |column: u16| MARGIN + u32::from(column) * CELL.0;
        let y = MARGIN + u32::from(row) * CELL.1;
        let Look { ink, paper, .. } = self.look;
        if paper != palette.background {
            let width = u32::from(self.columns) * CELL.0;
            writeln!(
                svg,
                "<rect x=\"{}\" y=\"{y}\" width=\"{width}\" height=\"{}\" fill=\"#{paper:06x}\"/>",
                x(self.start),
                CELL.1
            )
            .unwrap();
        }
        let style = self.look.style.concat();
        for word in &self.words {
            writeln!(
                svg,
                "<text x=\"{}\" y=\"{}\" fill=\"#{ink:06x}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"{style}>{}</text>",
                x(word.start),
                y + 13,
                u32::from(word.columns) * CELL.0,
                escaped(&word.text)
            )
            .unwrap();
        }
    }

    /// Takes the next cell of the row.
    fn push(&mut self, text: &str) {
        let column = self.start + self.columns;
        self.columns += 1;
        match self.words.last_mut() {
            _ if text.trim().is_empty() => {}
            Some(word) if word.start + word.columns == column => {
                word.text.push_str(text);
                word.columns += 1;
            }
            _ => self.words.push(Word {
                start: column,
                columns: 1,
                text: text.to_owned(),
            }),
        }
    }

    /// The second half of a wide character.
    fn widen(&mut self) {
        self.columns += 1;
        if let Some(word) = self.words.last_mut() {
            word.columns += 1;
        }
    }
}

fn runs(screen: &Screen, row: u16, columns: u16, palette: &Palette) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (column, cell) in (0..columns).filter_map(|at| Some((at, screen.cell(row, at)?))) {
        if cell.is_wide_continuation() {
            runs.last_mut().map(Run::widen).unwrap_or_default();
            continue;
        }
        let look = Look::of(cell, palette);
        if runs.last().is_none_or(|run| run.look != look) {
            runs.push(Run {
                start: column,
                columns: 0,
                look,
                words: Vec::new(),
            });
        }
        if let Some(run) = runs.last_mut() {
            run.push(cell.contents());
        }
    }
    runs
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
