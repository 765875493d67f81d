//! The query language. Whatever is typed has a meaning: what can't be understood is a separator.
//!
//! ```text
//! query  = all { "OR" all }            AND binds closer than OR
//! all    = item { ["AND"] item }       all of them; see plan.rs for what is found besides
//! item   = ["-" | "NOT"] ( ["name:"] "(" query ")" | field ":" value | ["name:"] term )
//! term   = ( '"' words '"' | word ) ["*"]
//! ```
//!
//! A field narrows down the whole query, wherever it stands. What belongs to none of these forms
//! is words.

mod chunk;

use super::Typing;
use super::filter::{Condition, Filter};
use super::words::{Spelling, folded, is_hangul, words};
use chunk::{Chunk, Chunks};

/// No more terms than this are looked for; the first ones count.
pub(super) const MAX_TERMS: usize = 48;
/// A word of more bytes is in no index (PostgreSQL's limit), so it is passed over.
const MAX_WORD: usize = 2_000;
/// No more of a query than this is read, in bytes.
const MAX_QUERY: usize = 64 * 1024;
/// Parentheses deeper than this are separators.
const MAX_DEPTH: usize = 16;
/// No more fields than this are heeded.
const MAX_FILTERS: usize = 16;

/// Where a term has to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Where {
    Anywhere,
    /// In a document's name, or in a message's question.
    Name,
}

/// How the last word of a term ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Ending {
    /// It is a word, and found in all its forms.
    #[default]
    Whole,
    /// It is a begin: what goes on so is found, and nothing else.
    Begin,
    /// It may be either: it is still being typed, or in a script that writes more to its words.
    Open,
}

impl Ending {
    /// Whether what begins so is found.
    pub(super) fn goes_on(self) -> bool {
        self != Self::Whole
    }
}

/// Words that stand side by side; one, most often.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Term {
    /// Folded, and never empty.
    pub(super) words: Vec<String>,
    pub(super) ending: Ending,
    pub(super) place: Where,
}

impl Term {
    /// How the word at this place ends.
    pub(super) fn ending_of(&self, at: usize) -> Ending {
        if at + 1 == self.words.len() {
            self.ending
        } else {
            Ending::Whole
        }
    }
}

/// What has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Term(Term),
    All(All),
    Any(Vec<Node>),
}

/// All of the first, and none of the second. There is always something wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct All {
    pub(super) wanted: Vec<Node>,
    pub(super) unwanted: Vec<Node>,
}

/// What was dropped, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dropped {
    /// There were more terms than are looked for.
    TooManyTerms,
    /// The query is longer than what is read of one.
    TooLong,
    /// A word is longer than any that an index has.
    LongWord,
    /// Terms that may not be there, with nothing wanted beside them.
    OnlyUnwanted,
    /// A value that its field doesn't understand was read as words.
    Value,
    /// There is no word in it, nor a field.
    NoWord,
    /// An OR beside a field, where no list of its values could be made of it.
    OrOfFields,
}

/// A query that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) root: Option<Node>,
    pub(super) filters: Vec<Filter>,
    pub(super) dropped: Vec<Dropped>,
    /// How often each word was asked for, where it was more than once.
    pub(super) repeated: Vec<(Term, u32)>,
    /// Terms of several words that nobody put in quotes (`foo-bar`).
    pub(super) compounds: Vec<Term>,
    /// How its words are spelled: stemmers go by accents.
    pub(super) spelling: Spelling,
}

impl Query {
    /// Looks for a folded word.
    pub(super) fn of_word(word: String) -> Self {
        Self {
            root: Some(Node::Term(Term {
                words: vec![word],
                ending: Ending::Whole,
                place: Where::Anywhere,
            })),
            ..Self::default()
        }
    }
}

/// Reads a query; one without any word to look for has no root.
pub(super) fn parse(text: &str, typing: Typing) -> Query {
    let read = &text[..text.floor_char_boundary(MAX_QUERY)];
    let mut reader = Reader {
        chunks: Chunks::new(read),
        query: Query::default(),
        terms: 0,
        typing,
        behind_or: false,
        last_filter: None,
    };
    if read.len() < text.len() {
        reader.dropped(Dropped::TooLong);
    }
    let root = reader.any(0, Where::Anywhere);
    reader.query.root = root;
    let nothing = reader.query.root.is_none() && reader.query.filters.is_empty();
    if nothing && reader.query.dropped.is_empty() && !text.trim().is_empty() {
        reader.dropped(Dropped::NoWord);
    }
    reader.query
}

struct Reader<'a> {
    chunks: Chunks<'a>,
    query: Query,
    terms: usize,
    typing: Typing,
    /// An OR comes before what is read next.
    behind_or: bool,
    /// What was read last was this filter.
    last_filter: Option<usize>,
}

impl Reader<'_> {
    /// Alternatives that stand there, up to the parenthesis that closes them.
    fn any(&mut self, depth: usize, outer: Where) -> Option<Node> {
        let mut alternatives = Vec::new();
        let mut all = All::default();
        loop {
            match self.chunks.next(depth, MAX_DEPTH) {
                None | Some(Chunk::Close) => break,
                Some(Chunk::Or) => {
                    self.behind_or = true;
                    let before = std::mem::take(&mut all);
                    alternatives.extend(self.whole(before));
                }
                Some(Chunk::Open { unwanted, in_name }) => {
                    self.words_follow();
                    let compounds = self.query.compounds.len();
                    let within = if in_name { Where::Name } else { outer };
                    let inner = self.any(depth + 1, within);
                    if unwanted || inner.is_none() {
                        // The words of what must be missing don't count for themselves.
                        self.query.compounds.truncate(compounds);
                    }
                    let known = if unwanted { &all.unwanted } else { &all.wanted };
                    if !inner.as_ref().is_some_and(|inner| known.contains(inner)) {
                        place(&mut all, inner, unwanted);
                    }
                }
                Some(chunk) => self.item(&mut all, chunk, outer),
            }
        }
        alternatives.extend(self.whole(all));
        match alternatives.len() {
            0 | 1 => alternatives.pop(),
            _ => Some(Node::Any(alternatives)),
        }
    }

    /// Words that are only to be missing would find nearly everything, and so find nothing.
    fn whole(&mut self, mut all: All) -> Option<Node> {
        if all.wanted.is_empty() {
            if !all.unwanted.is_empty() {
                self.dropped(Dropped::OnlyUnwanted);
            }
            return None;
        }
        if all.wanted.len() == 1 && all.unwanted.is_empty() {
            return all.wanted.pop();
        }
        Some(Node::All(all))
    }

    fn item(&mut self, all: &mut All, chunk: Chunk<'_>, outer: Where) {
        let (chunk, place_of_term) = match chunk {
            Chunk::Field {
                name,
                value,
                unwanted,
                quoted,
            } => match Condition::read(name, value, quoted) {
                Some(condition) => {
                    return self.filter(Filter {
                        condition,
                        unwanted,
                    });
                }
                None if name.eq_ignore_ascii_case("name") => {
                    let chunk = Chunk::Text {
                        text: value,
                        unwanted,
                        starred: !quoted && value.ends_with('*'),
                        quoted,
                    };
                    (chunk, Where::Name)
                }
                None => {
                    self.dropped(Dropped::Value);
                    self.text(all, name, unwanted, Ending::Whole, outer, false);
                    self.text(all, value, unwanted, Ending::Whole, outer, quoted);
                    return;
                }
            },
            other => (other, outer),
        };
        let Chunk::Text {
            text,
            unwanted,
            starred,
            quoted,
        } = chunk
        else {
            return;
        };
        self.words_follow();
        let unfinished = self.typing == Typing::InProgress
            && !quoted
            && self.chunks.is_at_end()
            && text.ends_with(char::is_alphanumeric);
        let ending = match (starred, unfinished) {
            (true, _) => Ending::Begin,
            (false, true) => Ending::Open,
            (false, false) => Ending::Whole,
        };
        self.text(all, text, unwanted, ending, place_of_term, quoted);
    }

    fn text(
        &mut self,
        all: &mut All,
        text: &str,
        unwanted: bool,
        ending: Ending,
        place_of_term: Where,
        quoted: bool,
    ) {
        let mut found: Vec<String> = Vec::new();
        for word in words(text) {
            if word.text.len() > MAX_WORD {
                self.dropped(Dropped::LongWord);
                continue;
            }
            let folded = folded(word.text);
            if !folded.is_empty() && found.len() < MAX_TERMS {
                self.query.spelling.learn(word.text, &folded);
                found.push(folded);
            }
        }
        if found.is_empty() {
            return;
        }
        // Korean writes particles to its words.
        let ending = match ending {
            Ending::Whole if !quoted && found.last().is_some_and(|word| is_hangul(word)) => {
                Ending::Open
            }
            other => other,
        };
        let term = Term {
            words: found,
            ending,
            place: place_of_term,
        };
        let list = if unwanted { &all.unwanted } else { &all.wanted };
        let node = Node::Term(term.clone());
        if list.contains(&node) {
            self.repeat(term);
        } else if self.terms < MAX_TERMS {
            self.terms += 1;
            if !quoted && !unwanted && term.words.len() > 1 {
                self.query.compounds.push(term);
            }
            place(all, Some(node), unwanted);
        } else {
            self.dropped(Dropped::TooManyTerms);
        }
    }

    /// Takes a filter; values of one field with an OR between them are a list of values.
    fn filter(&mut self, filter: Filter) {
        let behind_or = std::mem::take(&mut self.behind_or);
        let filters = &mut self.query.filters;
        if behind_or {
            let last = self.last_filter.and_then(|last| filters.get_mut(last));
            if last.is_some_and(|last| last.or(&filter)) {
                return;
            }
            self.dropped(Dropped::OrOfFields);
        }
        let filters = &mut self.query.filters;
        let known = filters.iter().position(|known| *known == filter);
        self.last_filter = known.or_else(|| {
            (filters.len() < MAX_FILTERS).then(|| {
                filters.push(filter);
                filters.len() - 1
            })
        });
    }

    /// Words come, or a group of them.
    fn words_follow(&mut self) {
        let behind_or = std::mem::take(&mut self.behind_or);
        if self.last_filter.take().is_some() && behind_or {
            self.dropped(Dropped::OrOfFields);
        }
    }

    fn repeat(&mut self, term: Term) {
        let repeated = &mut self.query.repeated;
        match repeated.iter_mut().find(|(seen, _)| *seen == term) {
            Some((_, times)) => *times += 1,
            None => repeated.push((term, 2)),
        }
    }

    fn dropped(&mut self, what: Dropped) {
        if !self.query.dropped.contains(&what) {
            self.query.dropped.push(what);
        }
    }
}

fn place(all: &mut All, node: Option<Node>, unwanted: bool) {
    if unwanted {
        all.unwanted.extend(node);
    } else {
        all.wanted.extend(node);
    }
}

#[cfg(test)]
mod tests;
