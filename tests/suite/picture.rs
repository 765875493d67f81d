//! The pictures of the README.

use std::num::NonZero;

use support::picture::{Palette, svg};

#[test]
fn words_stand_where_their_cells_are() {
    let cells = |n| NonZero::new(n).unwrap();
    let mut terminal = vt100::Parser::new(cells(1), cells(20), 0);
    terminal.process("a<b \u{1b}[7m漢字 x\u{1b}[m".as_bytes());
    let picture = svg(terminal.screen(), &Palette::DARK, "T");
    for part in [
        "<text x=\"14\" y=\"27\" fill=\"#d7dae0\" textLength=\"27\" lengthAdjust=\"spacingAndGlyphs\">a&lt;b</text>",
        "<rect x=\"50\" y=\"14\" width=\"54\" height=\"18\" fill=\"#d7dae0\"/>",
        "<text x=\"50\" y=\"27\" fill=\"#171a21\" textLength=\"36\" lengthAdjust=\"spacingAndGlyphs\">漢字</text>",
        "<text x=\"95\" y=\"27\" fill=\"#171a21\" textLength=\"9\" lengthAdjust=\"spacingAndGlyphs\">x</text>",
    ] {
        assert!(picture.contains(part), "{part} in {picture}");
    }
}
