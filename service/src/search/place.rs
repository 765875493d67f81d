//! Where in a document a hit fits: its line, and the headings above it.

use serde::Serialize;

/// A place in a markdown text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The line, counted from 1.
    pub line: usize,
    /// The headings that it stands under, the highest first.
    pub headings: Vec<String>,
}

/// The place of a byte of a text.
pub(super) fn place(text: &str, at: usize) -> Place {
    let mut place = Place::default();
    let mut levels: Vec<usize> = Vec::new();
    let mut fence: Option<&str> = None;
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        if begin > at {
            break;
        }
        place.line += 1;
        let trimmed = line.trim();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                if let Some((level, heading)) = heading(trimmed) {
                    while levels.last().is_some_and(|above| *above >= level) {
                        levels.pop();
                        place.headings.pop();
                    }
                    levels.push(level);
                    place.headings.push(heading.to_owned());
                }
            }
            _ => {}
        }
        begin += line.len();
    }
    place.line = place.line.max(1);
    place
}

/// `## A heading`: its level and its text.
fn heading(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let is_heading = (1..=6).contains(&level) && text.starts_with([' ', '\t']);
    let text = text.trim().trim_end_matches('#').trim_end();
    (is_heading && !text.is_empty()).then_some((level, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_under_headings() {
        let text = "# Birds\n\nAll.\n\n## Falcons\n```sh\n# no heading\n```\nA kestrel.\n## Owls ##\n### Barn\nwhite\n";
        let at = |word: &str| place(text, text.find(word).unwrap());
        assert_eq!(
            at("kestrel"),
            Place {
                line: 9,
                headings: vec!["Birds".to_owned(), "Falcons".to_owned()]
            }
        );
        assert_eq!(at("white").headings, ["Birds", "Owls", "Barn"]);
        assert_eq!(at("Birds").line, 1);
        assert_eq!(
            place("", 0),
            Place {
                line: 1,
                headings: vec![]
            }
        );
    }
}
