//! Which rows are looked at for a query. The index is asked for what has all of it, and for what
//! has each of its terms, for so many rows at the most. What is common is not asked of it, since
//! going through its entries would cost more the bigger the store is: instead the newest rows are
//! read and judged by their texts, and those that have it in their name are looked up.

use std::collections::{HashMap, HashSet};

use super::Scope;
use super::bounds::{Bounds, COMMON_ROWS, COMMON_SHARE};
use super::census::{Census, float};
use super::plan::{Bits, Plan, Tree, bit};
use super::several::Several;

/// A row, as its database numbers it: `seq` in SQLite, the id in PostgreSQL.
pub(super) type Key = u128;

/// What the index is asked for, of what has all of a query.
#[derive(Debug)]
pub(super) enum Whole {
    /// Just that.
    Exactly,
    /// What has its rarer terms; the texts tell of the others.
    Rarer(Tree),
    /// Nothing: the answer for its one rare term has all of it.
    Covered,
    /// Nothing: too many have it.
    Common,
}

/// What the index is asked.
#[derive(Debug)]
pub(super) struct Probes {
    /// For what has all of the query.
    pub(super) whole: Whole,
    /// For what has several of its terms.
    pub(super) several: Option<Several>,
    /// For what has each of these terms.
    pub(super) leaves: Vec<usize>,
    /// For what has a term in its name.
    pub(super) names: bool,
    /// For the newest rows, whatever they have.
    pub(super) newest: bool,
    /// Rows of the answer to the whole query, at the most.
    pub(super) whole_limit: u32,
    /// Rows of each other answer, at the most.
    pub(super) limit: u32,
    /// The same where the database has to read texts to give them.
    pub(super) read_limit: u32,
    /// A term was left out that would give more.
    skipped: bool,
}

/// An answer of the index.
#[derive(Debug, Default)]
pub(super) struct Probed {
    pub(super) rows: Vec<Key>,
    /// There may be more.
    pub(super) capped: bool,
}

impl Probed {
    /// No rows, where there may be some.
    pub(super) fn cut_off() -> Self {
        Self {
            rows: Vec::new(),
            capped: true,
        }
    }
}

/// All answers of the index.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) whole: Probed,
    pub(super) several: Probed,
    /// Of each probed term, in the order of the probes.
    pub(super) leaves: Vec<Probed>,
    /// Rows that are indexed in passages, for each term of the plan.
    pub(super) passages: Vec<Probed>,
    pub(super) names: Probed,
    pub(super) newest: Probed,
}

/// A row to look at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) key: Key,
    /// The terms that the index says it has.
    pub(super) bits: Bits,
    /// Whether it is a hit; its text tells where the index doesn't. True for a whole one.
    pub(super) known: Option<bool>,
}

impl Candidate {
    /// A row that fulfils a query of fields alone.
    pub(super) fn filtered(key: Key) -> Self {
        Self {
            key,
            bits: 0,
            known: Some(true),
        }
    }
}

/// The rows to look at, and what is known of all that match.
#[derive(Debug)]
pub(super) struct Candidates {
    pub(super) rows: Vec<Candidate>,
    /// Hits that are not among them.
    pub(super) left_out: u64,
    /// Rows that have each term.
    pub(super) frequencies: Vec<f64>,
    /// Some that match may not have been seen.
    pub(super) unseen: bool,
}

impl Probes {
    pub(super) fn new(plan: &Plan, census: &Census, scope: Scope, filtered: bool) -> Self {
        let small = census.is_small();
        let bounds = Bounds::of(census);
        let share = census.rows * COMMON_SHARE;
        let common =
            |rows: f64| !small && rows > share.clamp(*COMMON_ROWS.start(), *COMMON_ROWS.end());
        let guess = |leaf| census.guess(plan, leaf);
        let single = matches!(plan.root, Tree::Leaf(_));
        let whole_is_common = common(plan.root.reach(&guess));
        let telling: Vec<usize> = plan.telling().map(|(n, _)| n).collect();
        let leaves: Vec<usize> = if single {
            Vec::new()
        } else {
            rarest(&telling, &guess, bounds.enough)
                .filter(|n| !common(guess(*n)))
                .collect()
        };
        let skipped = !single && leaves.len() < telling.len();
        // A filter refuses most rows: where the index has more than are examined, the newest ones
        // that pass the filter are looked at besides.
        let examined = f64::from(super::conditions::EXAMINED);
        let is_cut = whole_is_common
            || skipped
            || plan.root.reach(&guess) > examined
            || leaves.iter().any(|leaf| guess(*leaf) > examined);
        let whole = if whole_is_common {
            Whole::Common
        } else if small {
            Whole::Exactly
        } else {
            rarer(plan, &leaves, |n| common(guess(n)))
        };
        let asked = u32::try_from(leaves.len() + 1).unwrap_or(u32::MAX);
        let limit = if small {
            super::census::SMALL
        } else {
            (bounds.probed / asked).clamp(*bounds.each.start(), *bounds.each.end())
        };
        Self {
            whole_limit: bounds.whole,
            whole,
            newest: filtered && is_cut
                || whole_is_common && (leaves.is_empty() || !plan.takes_some()),
            names: scope == Scope::Documents
                && !small
                && plan.unwanted().is_empty()
                && !has_short_prefix(plan),
            several: if small {
                None
            } else {
                Several::new(plan, census, common)
            },
            leaves,
            limit,
            read_limit: bounds.read,
            skipped,
        }
    }
}

/// The rarest of these terms, as many as are likely to give enough rows.
fn rarest<'a>(
    leaves: &'a [usize],
    guess: &'a impl Fn(usize) -> f64,
    enough: f64,
) -> impl Iterator<Item = usize> + 'a {
    let mut sorted = leaves.to_vec();
    sorted.sort_by(|a, b| guess(*a).total_cmp(&guess(*b)));
    let mut rows = 0.0;
    sorted.into_iter().take_while(move |leaf| {
        let wanted = rows < enough;
        rows += guess(*leaf);
        wanted
    })
}

/// What has all of a query without its common and its least telling terms, where it is a list of
/// terms: to go through the entries of those costs more the bigger the store is.
fn rarer(plan: &Plan, asked: &[usize], common: impl Fn(usize) -> bool) -> Whole {
    let Tree::All { wanted, unwanted } = &plan.root else {
        return Whole::Exactly;
    };
    let is_rare = |n: usize| plan.leaves[n].telling && !common(n);
    let rare: Vec<Tree> = wanted
        .iter()
        .filter(|tree| tree.rests_on(&is_rare))
        .cloned()
        .collect();
    match rare.as_slice() {
        [] => Whole::Exactly,
        all if all.len() == wanted.len() => Whole::Exactly,
        [Tree::Leaf(n)] if asked.contains(n) => Whole::Covered,
        _ => Whole::Rarer(Tree::All {
            wanted: rare,
            unwanted: unwanted.clone(),
        }),
    }
}

impl Whole {
    /// What the index is asked for, if it is.
    pub(super) fn tree<'a>(&'a self, plan: &'a Plan) -> Option<&'a Tree> {
        match self {
            Self::Exactly => Some(&plan.root),
            Self::Rarer(tree) => Some(tree),
            Self::Covered | Self::Common => None,
        }
    }
}

/// A letter or two begin so many names that looking them up is no help.
fn has_short_prefix(plan: &Plan) -> bool {
    plan.telling().any(|(_, leaf)| {
        let last = leaf.term.words.last();
        leaf.term.prefix && last.is_some_and(|word| word.chars().count() < 3)
    })
}

impl Candidates {
    pub(super) fn new(plan: &Plan, census: &Census, probes: &Probes, answers: &Answers) -> Self {
        let frequencies = frequencies(plan, census, probes, answers);
        let mut rows: HashMap<Key, Candidate> = HashMap::new();
        let add = |rows: &mut HashMap<Key, Candidate>, key, bits, known: Option<bool>| {
            let candidate = rows.entry(key).or_insert(Candidate {
                key,
                bits: 0,
                known: None,
            });
            candidate.bits |= bits;
            candidate.known = candidate.known.max(known);
        };
        let (bits, known) = match &probes.whole {
            Whole::Rarer(tree) => (tree.bits(), false),
            _ => (0, true),
        };
        for key in &answers.whole.rows {
            add(&mut rows, *key, bits, Some(known));
        }
        for (leaf, probed) in probes.leaves.iter().zip(&answers.leaves) {
            for key in &probed.rows {
                let known = plan.takes_some().then_some(false);
                if known.is_some() || rows.contains_key(key) {
                    add(&mut rows, *key, bit(*leaf), known);
                }
            }
        }
        let mut several = HashSet::new();
        for key in &answers.several.rows {
            add(&mut rows, *key, 0, Some(false));
            several.insert(*key);
        }
        for (key, bits) in in_passages(answers) {
            if let Some(whole) = plan.judge(bits) {
                add(&mut rows, key, bits, Some(whole));
            }
        }
        let known = rows.len();
        let rarities: Vec<f64> = frequencies
            .iter()
            .map(|frequency| rarity(*frequency, census.rows))
            .collect();
        let least = probes
            .several
            .as_ref()
            .map_or(0.0, |several| several.weight);
        let weight = |candidate: &Candidate| -> f64 {
            let terms = rarities.iter().enumerate();
            let known = terms.filter(|(n, _)| candidate.bits & bit(*n) != 0);
            let known = known.map(|(_, rarity)| rarity).sum();
            if several.contains(&candidate.key) {
                f64::max(known, least)
            } else {
                known
            }
        };
        let mut weighed: Vec<(f64, Candidate)> = rows
            .values()
            .map(|candidate| (weight(candidate), *candidate))
            .collect();
        let order = |(a_weighs, a): &(f64, Candidate), (b_weighs, b): &(f64, Candidate)| {
            b.known
                .cmp(&a.known)
                .then(b_weighs.total_cmp(a_weighs))
                .then(b.key.cmp(&a.key))
        };
        let most = Bounds::of(census).matches;
        if weighed.len() > most {
            weighed.select_nth_unstable_by(most, order);
            weighed.truncate(most);
        }
        let mut best: Vec<Candidate> = weighed.into_iter().map(|(_, one)| one).collect();
        let left_out = known - best.len();
        for key in answers.names.rows.iter().chain(&answers.newest.rows) {
            if !rows.contains_key(key) {
                add(&mut rows, *key, 0, None);
                best.push(Candidate {
                    key: *key,
                    bits: 0,
                    known: None,
                });
            }
        }
        // With a filter that lets few rows through, all of these have been seen.
        let seen_all = probes.newest && !answers.newest.capped;
        let capped = answers.whole.capped
            || answers.several.capped
            || matches!(probes.whole, Whole::Common)
            || probes.skipped && plan.takes_some()
            || plan.takes_some() && answers.leaves.iter().any(|probed| probed.capped)
            || answers.passages.iter().any(|probed| probed.capped);
        Self {
            rows: best,
            left_out: left_out as u64,
            frequencies,
            unseen: capped && !seen_all,
        }
    }
}

/// The terms that each row has in any of its passages.
fn in_passages(answers: &Answers) -> HashMap<Key, Bits> {
    let mut rows: HashMap<Key, Bits> = HashMap::new();
    for (leaf, probed) in answers.passages.iter().enumerate() {
        for key in &probed.rows {
            *rows.entry(*key).or_default() |= bit(leaf);
        }
    }
    rows
}

/// How many rows have each term: counted where the index gave all of them, guessed else.
fn frequencies(plan: &Plan, census: &Census, probes: &Probes, answers: &Answers) -> Vec<f64> {
    let counted = |probed: &Probed, leaf: usize| {
        let passages = answers.passages.get(leaf).map_or(0, |p| p.rows.len());
        let seen = (probed.rows.len() + passages) as u64;
        let seen = float(i64::try_from(seen).unwrap_or_default());
        if probed.capped {
            seen.max(census.guess(plan, leaf))
        } else {
            seen
        }
    };
    (0..plan.leaves.len())
        .map(|leaf| {
            let asked = probes.leaves.iter().position(|n| *n == leaf);
            if let Some(answer) = asked.and_then(|at| answers.leaves.get(at)) {
                counted(answer, leaf)
            } else if plan.leaves.len() == 1 && probes.whole.tree(plan).is_some() {
                counted(&answers.whole, leaf)
            } else {
                census.guess(plan, leaf)
            }
        })
        .collect()
}

/// How much a term tells: the rarer, the more.
pub(super) fn rarity(frequency: f64, rows: f64) -> f64 {
    let rows = rows.max(frequency);
    (1.0 + (rows - frequency + 0.5) / (frequency + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::super::Typing;
    use super::super::language::Language;
    use super::super::languages::Languages;
    use super::super::query::parse;
    use super::*;

    /// What the index is asked for, where these words are common.
    fn asked(query: &str, common: &[&str]) -> Whole {
        let languages = Languages::new(Language::English, []);
        let plan =
            Plan::new(&parse(query, Typing::Finished), languages).expect("something to look for");
        let is_common = |n: usize| common.contains(&plan.leaves[n].term.words[0].as_str());
        let leaves: Vec<usize> = plan
            .telling()
            .map(|(n, _)| n)
            .filter(|n| !is_common(*n))
            .collect();
        rarer(&plan, &leaves, is_common)
    }

    #[test]
    fn common_words_are_left_to_the_texts() {
        assert!(matches!(asked("kestrel heron", &[]), Whole::Exactly));
        assert!(matches!(asked("kestrel pool", &["pool"]), Whole::Covered));
        assert!(matches!(asked("the kestrel", &[]), Whole::Covered));
        let Whole::Rarer(Tree::All { wanted, unwanted }) =
            asked("kestrel heron pool -owl", &["pool"])
        else {
            panic!("the rarer ones");
        };
        assert_eq!((wanted.len(), unwanted.len()), (2, 1));
    }

    #[test]
    fn a_group_is_asked_for_where_each_of_its_words_tells_something() {
        assert!(matches!(asked("kestrel (the OR of)", &[]), Whole::Covered));
        let Whole::Rarer(tree) = asked("pool kestrel (owl OR heron)", &["pool"]) else {
            panic!("the rarer ones");
        };
        assert_eq!(tree.bits().count_ones(), 1, "of a group none is sure");
    }
}
