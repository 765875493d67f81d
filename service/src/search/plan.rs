//! What a query asks for, in terms that are told apart by number: each database is asked for them
//! in its own words ([`super::tsquery`], [`super::fts`]), and a text is judged by them.

use std::collections::HashMap;

use unicode_normalization::char::is_combining_mark;

use super::language::Language;
use super::languages::Languages;
use super::query::{Ending, Node, Query, Term, Where};
use super::scan::Matcher;
use super::snowball;
use super::words::Spelling;

/// English words that say nothing about what a text is about. They count in a query that has
/// nothing else, in a phrase and in a group; a list of words is looked for without them.
const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "being", "between", "both", "but", "by", "can", "could", "did",
    "do", "does", "doing", "during", "each", "for", "from", "had", "has", "have", "having", "he",
    "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just",
    "me", "more", "most", "my", "no", "nor", "not", "of", "off", "on", "once", "only", "or",
    "other", "our", "out", "over", "own", "same", "she", "should", "so", "some", "such", "than",
    "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through",
    "to", "too", "under", "until", "up", "very", "vs", "was", "we", "were", "what", "when",
    "where", "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your",
];

/// No more terms than a [`Bits`] has bits.
const MAX_LEAVES: usize = 64;

/// A term of a query, once, however often it stands there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    pub(super) term: Term,
    /// It is looked for, and need not be missing.
    pub(super) wanted: bool,
    /// It counts for the ranking: it is wanted, and no stop word among others.
    pub(super) telling: bool,
    /// How often the query says it.
    pub(super) times: u32,
}

/// How the terms are combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    Leaf(usize),
    All {
        wanted: Vec<Tree>,
        unwanted: Vec<Tree>,
    },
    Any(Vec<Tree>),
}

/// Which terms a text has: a bit each.
pub(super) type Bits = u64;

/// A query, ready for either index.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) leaves: Vec<Leaf>,
    pub(super) root: Tree,
    pub(super) languages: Languages,
    spelling: Spelling,
    matchers: Vec<(Language, Matcher)>,
    /// The stems that the database's own stemmers give, where it has any.
    stems: HashMap<(Language, String), String>,
}

impl Plan {
    /// None where there is no word to look for.
    pub(super) fn new(query: &Query, languages: Languages) -> Option<Self> {
        let mut leaves = Vec::new();
        let mut root = tree(query.root.as_ref()?, true, &mut leaves);
        if matches!(&root, Tree::All { wanted, .. } if wanted.len() > 1) {
            parts(query, &mut leaves);
        }
        for leaf in &mut leaves {
            leaf.times = query
                .repeated
                .iter()
                .find(|(term, _)| *term == leaf.term)
                .map_or(1, |(_, times)| *times);
            leaf.telling = leaf.wanted && !is_stop_word(&leaf.term, &languages);
        }
        if leaves.iter().any(|leaf| leaf.telling) {
            root.leave_to(|n| leaves[n].telling);
        } else {
            for leaf in &mut leaves {
                leaf.telling = leaf.wanted;
            }
        }
        let matcher = |language| {
            let terms = leaves.iter().map(|leaf| &leaf.term);
            (language, Matcher::new(terms, language, &query.spelling))
        };
        let matchers = languages.all().map(matcher).collect();
        Some(Self {
            leaves,
            root,
            languages,
            spelling: query.spelling.clone(),
            matchers,
            stems: HashMap::new(),
        })
    }

    /// The words in their spelling, for each language that is not English.
    pub(super) fn spelled(&self) -> Vec<(Language, &str)> {
        let mut spelled: Vec<(Language, &str)> = Vec::new();
        for word in self.leaves.iter().flat_map(|leaf| &leaf.term.words) {
            let each = self
                .languages
                .others()
                .map(|language| (language, self.spelling.of(word)));
            for pair in each {
                if !spelled.contains(&pair) {
                    spelled.push(pair);
                }
            }
        }
        spelled
    }

    /// Takes the database's own stems in, of words in their spelling.
    pub(super) fn learn(&mut self, stems: HashMap<(Language, String), String>) {
        self.stems = stems;
    }

    /// The forms that the database's index has of a word in a language that is not English.
    pub(super) fn indexed(&self, language: Language, word: &str) -> Vec<String> {
        let spelled = self.spelling.of(word);
        match self.stems.get(&(language, spelled.to_owned())) {
            Some(stem) => snowball::with_stem(spelled, stem),
            None => self.forms(language, word),
        }
    }

    /// What tells which words of a text in this language match.
    pub(super) fn matcher(&self, language: Language) -> &Matcher {
        let known = self.matchers.iter().find(|(of, _)| *of == language);
        // A row in a language that came up while the search went on is judged as the store's are.
        &known.unwrap_or(&self.matchers[0]).1
    }

    /// The forms of a word in a language that is not English.
    pub(super) fn forms(&self, language: Language, word: &str) -> Vec<String> {
        snowball::forms(language, self.spelling.of(word))
    }

    /// The terms that count for the ranking.
    pub(super) fn telling(&self) -> impl Iterator<Item = (usize, &Leaf)> {
        self.leaves
            .iter()
            .enumerate()
            .filter(|(_, leaf)| leaf.telling)
    }

    /// Whether what has some of the terms is a hit as well: the query is a list of them.
    pub(super) fn takes_some(&self) -> bool {
        matches!(&self.root, Tree::All { wanted, .. } if wanted.len() > 1)
    }

    /// What must be missing, in any hit.
    pub(super) fn unwanted(&self) -> &[Tree] {
        match &self.root {
            Tree::All { unwanted, .. } => unwanted,
            _ => &[],
        }
    }

    /// Whether a text that has just these terms is a hit, and whether it is a whole one.
    pub(super) fn judge(&self, bits: Bits) -> Option<bool> {
        if self.root.holds(bits) {
            return Some(true);
        }
        let some = self.takes_some()
            && self.telling().any(|(n, _)| bits & bit(n) != 0)
            && !self.unwanted().iter().any(|tree| tree.holds(bits));
        some.then_some(false)
    }
}

/// The bit of a term.
pub(super) fn bit(leaf: usize) -> Bits {
    1 << leaf
}

impl Tree {
    fn holds(&self, bits: Bits) -> bool {
        match self {
            Self::Leaf(n) => bits & bit(*n) != 0,
            Self::All { wanted, unwanted } => {
                wanted.iter().all(|tree| tree.holds(bits))
                    && !unwanted.iter().any(|tree| tree.holds(bits))
            }
            Self::Any(trees) => trees.iter().any(|tree| tree.holds(bits)),
        }
    }

    /// Keeps those of a list of terms that it is about, and all else.
    fn leave_to(&mut self, is_about: impl Fn(usize) -> bool) {
        let Self::All { wanted, unwanted } = self else {
            return;
        };
        wanted.retain(|tree| !matches!(tree, Self::Leaf(n) if !is_about(*n)));
        if let ([one], []) = (wanted.as_slice(), unwanted.as_slice()) {
            *self = one.clone();
        }
    }

    /// The terms that everything in it has for sure.
    pub(super) fn bits(&self) -> Bits {
        match self {
            Self::Leaf(n) => bit(*n),
            Self::All { wanted, .. } => wanted.iter().fold(0, |bits, tree| bits | tree.bits()),
            Self::Any(_) => 0,
        }
    }

    /// Whether each of the terms that it may be found by is such a one.
    pub(super) fn rests_on(&self, is: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Leaf(n) => is(*n),
            Self::All { wanted: trees, .. } | Self::Any(trees) => {
                trees.iter().all(|tree| tree.rests_on(is))
            }
        }
    }

    /// Whether something has to be missing, anywhere in it.
    pub(super) fn leaves_out(&self) -> bool {
        match self {
            Self::Leaf(_) => false,
            Self::All { wanted, unwanted } => {
                !unwanted.is_empty() || wanted.iter().any(Self::leaves_out)
            }
            Self::Any(trees) => trees.iter().any(Self::leaves_out),
        }
    }

    /// How many rows an index has to go through for it, at the least, given how many have each
    /// term: for all of some, as many as have the rarest.
    pub(super) fn reach(&self, rows: &impl Fn(usize) -> f64) -> f64 {
        match self {
            Self::Leaf(n) => rows(*n),
            Self::All { wanted, .. } => wanted
                .iter()
                .map(|tree| tree.reach(rows))
                .fold(f64::INFINITY, f64::min),
            Self::Any(trees) => trees.iter().map(|tree| tree.reach(rows)).sum(),
        }
    }
}

fn tree(node: &Node, wanted: bool, leaves: &mut Vec<Leaf>) -> Tree {
    match node {
        Node::Term(term) => {
            let known = leaves.iter().position(|leaf| leaf.term == *term);
            let n = known.unwrap_or_else(|| {
                leaves.push(Leaf {
                    term: term.clone(),
                    wanted: false,
                    telling: false,
                    times: 1,
                });
                leaves.len() - 1
            });
            leaves[n].wanted |= wanted;
            Tree::Leaf(n)
        }
        Node::All(all) => Tree::All {
            wanted: all
                .wanted
                .iter()
                .map(|node| tree(node, wanted, leaves))
                .collect(),
            unwanted: all
                .unwanted
                .iter()
                .map(|node| tree(node, false, leaves))
                .collect(),
        },
        Node::Any(nodes) => Tree::Any(
            nodes
                .iter()
                .map(|node| tree(node, wanted, leaves))
                .collect(),
        ),
    }
}

/// The words of compounds: in a sentence with `free-stream` in it they count for themselves, too.
fn parts(query: &Query, leaves: &mut Vec<Leaf>) {
    let words = query.compounds.iter().flat_map(|term| {
        term.words.iter().enumerate().map(move |(at, word)| Term {
            words: vec![word.clone()],
            ending: term.ending_of(at),
            place: term.place,
        })
    });
    // A letter alone says too little; in scripts without spaces it is a part of a word.
    let letters = |word: &str| word.chars().filter(|c| !is_combining_mark(*c)).count();
    for term in words.filter(|term| letters(&term.words[0]) > 1) {
        let known = leaves.iter().any(|leaf| leaf.term == term);
        if !known && leaves.len() < MAX_LEAVES {
            leaves.push(Leaf {
                term,
                wanted: true,
                telling: false,
                times: 1,
            });
        }
    }
}

fn is_stop_word(term: &Term, languages: &Languages) -> bool {
    languages.have_english()
        && term.place == Where::Anywhere
        && term.ending == Ending::Whole
        && matches!(term.words.as_slice(), [word] if STOP_WORDS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::query::parse;
    use super::*;

    fn plan(text: &str) -> Plan {
        let languages = Languages::new(Language::English, []);
        Plan::new(&parse(text, Typing::Finished), languages).expect("something to look for")
    }

    /// The bits of these words.
    fn has(plan: &Plan, words: &[&str]) -> Bits {
        let is_there = |leaf: &Leaf| words.contains(&leaf.term.words[0].as_str());
        plan.leaves
            .iter()
            .enumerate()
            .filter(|(_, leaf)| is_there(leaf))
            .map(|(n, _)| bit(n))
            .sum()
    }

    #[test]
    fn a_sentence_is_looked_for_by_its_telling_words() {
        let query = plan("what is the pool");
        assert_eq!(query.telling().count(), 1);
        let nothing_else = plan("the who");
        assert_eq!(nothing_else.telling().count(), 2, "then they count");
    }

    #[test]
    fn what_has_all_comes_before_what_has_some() {
        let query = plan("the blue pool -fish");
        let judged = |words| query.judge(has(&query, words));
        assert_eq!(judged(&["blue", "pool"]), Some(true), "the says nothing");
        assert_eq!(judged(&["blue"]), Some(false));
        assert_eq!(judged(&["the"]), None);
        assert_eq!(judged(&["the", "blue", "pool", "fish"]), None);
    }

    #[test]
    fn alternatives_and_groups_are_taken_as_they_are_written() {
        let query = plan("(blue OR green) pool");
        let judged = |words| query.judge(has(&query, words));
        assert_eq!(judged(&["green", "pool"]), Some(true));
        assert_eq!(judged(&["pool"]), Some(false));
        let query = plan("blue OR (pool fish)");
        let judged = |words| query.judge(has(&query, words));
        assert_eq!(judged(&["pool"]), None);
        assert_eq!(judged(&["pool", "fish"]), Some(true));
    }

    #[test]
    fn an_index_goes_through_the_rarest_of_all_and_through_each_of_any() {
        let rows = |n: usize| [5.0, 70.0, 900.0][n];
        assert!((plan("ape bee cow").root.reach(&rows) - 5.0).abs() < f64::EPSILON);
        assert!((plan("ape OR bee").root.reach(&rows) - 75.0).abs() < f64::EPSILON);
    }
}
