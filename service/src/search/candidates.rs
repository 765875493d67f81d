//! Which rows are looked at for a query. The index is asked for what has all of it, and for what
//! has each of its terms, for so many rows at the most. What is common is not asked of it, since
//! going through its entries would cost more the bigger the store is: instead the newest rows are
//! read and judged by their texts, and those that have it in their name are looked up.

use std::collections::{HashMap, HashSet};

use super::bounds::Bounds;
use super::census::{Census, float};
use super::plan::{Bits, Plan, bit};
use super::probes::{Probes, Whole};

/// A row, as its database numbers it: `seq` in SQLite, the id in PostgreSQL.
pub(super) type Key = u128;

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
            _ => (plan.root.bits(), true),
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
