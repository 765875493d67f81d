//! The order of hits, one formula for both databases, made of the texts themselves: BM25F
//! (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) with the name as the
//! heavier field, and a share for words of the query that stand side by side in a text as they
//! do in the query (after Metzler and Croft, A Markov Random Field Model for Term Dependencies,
//! 2005). docs/search.md tells how it was chosen and what it gives.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::Scope;
use super::candidates::{Candidate, rarity};
use super::census::Census;
use super::language::Language;
use super::plan::{Bits, Plan, bit};
use super::query::Where;
use super::rows::Row;
use super::scan::{Found, Known};
use super::words::{Word, folded, words};

/// How soon more of the same word tells nothing new.
const SATURATION: f64 = 1.5;
/// How much a long text has to say a word more often; a name, a little.
const LENGTH: f64 = 0.7;
const NAME_LENGTH: f64 = 0.3;
/// What a word in a document's name counts, beside one in the text.
const NAME_WEIGHT: f64 = 4.0;
/// What a document counts besides whose name is just what is looked for, beside the words of that.
const CALLED_SO: f64 = 1.0;
/// What words side by side count, beside the rarer of them.
const NEARNESS: f64 = 0.8;
/// Words farther apart than this are not near.
const NEAR: usize = 3;

/// What is known of the whole store, in the form that the formula needs.
#[derive(Debug)]
pub(super) struct Ranking<'a> {
    plan: &'a Plan,
    scope: Scope,
    average: [f64; 2],
    /// What each term counts; nothing where it doesn't.
    weights: Vec<f64>,
    /// For each term, the telling one that the query has before it.
    before: Vec<Option<usize>>,
    /// Words of texts in each language.
    known: HashMap<Language, Known>,
}

/// A hit with its place in the order.
#[derive(Debug)]
pub(super) struct Ranked {
    pub(super) row: Row,
    pub(super) candidate: Candidate,
    pub(super) score: f64,
    /// It has all of the query, not just some.
    pub(super) whole: bool,
    /// Where the terms stand in its two fields.
    pub(super) found: [Vec<Found>; 2],
}

impl<'a> Ranking<'a> {
    pub(super) fn new(plan: &'a Plan, scope: Scope, census: &Census, frequencies: &[f64]) -> Self {
        let mut weights = vec![0.0; plan.leaves.len()];
        let mut before = vec![None; plan.leaves.len()];
        let mut last = None;
        for (n, leaf) in plan.telling() {
            // A word that is said twice is meant more, but not twice as much.
            weights[n] = rarity(frequencies[n], census.rows) * f64::from(leaf.times).sqrt();
            before[n] = last;
            last = Some(n);
        }
        Self {
            plan,
            scope,
            average: census.average,
            weights,
            before,
            known: HashMap::new(),
        }
    }

    /// A row in its place; None where its text tells that it is no hit.
    pub(super) fn rank(&mut self, row: Row, candidate: Candidate) -> Option<Ranked> {
        let found = places(self.plan, &row, self.known.entry(row.language).or_default());
        // A text that was read whole tells it all; else the index knows what is farther down.
        let is_read_whole = row.is_read_whole();
        let known = if is_read_whole { 0 } else { candidate.bits };
        let bits = found
            .iter()
            .flatten()
            .fold(known, |bits, found| bits | bit(found.leaf));
        let judged = self.plan.judge(bits);
        let whole = match candidate.known {
            _ if is_read_whole => judged?,
            Some(true) => true,
            Some(false) => judged == Some(true),
            None => judged?,
        };
        let score = self.score(&row, &found, bits);
        Some(Ranked {
            row,
            candidate,
            score,
            whole,
            found,
        })
    }

    fn score(&self, row: &Row, found: &[Vec<Found>; 2], bits: Bits) -> f64 {
        let norms = [0, 1].map(|field| {
            #[expect(clippy::cast_precision_loss, reason = "16 MiB at the most")]
            let length = row.fields[field].bytes as f64;
            let share = match (self.scope, field) {
                (Scope::Documents, 0) => NAME_LENGTH,
                _ => LENGTH,
            };
            1.0 - share + share * length / self.average[field]
        });
        let weights = match self.scope {
            Scope::Documents => [NAME_WEIGHT, 1.0],
            Scope::Messages => [1.0, 1.0],
        };
        let mut said = vec![0.0; self.weights.len()];
        let mut near = vec![0.0; self.weights.len()];
        for (field, found) in found.iter().enumerate() {
            let weight = weights[field] / norms[field];
            for (at, this) in found.iter().enumerate() {
                said[this.leaf] += weight;
                let Some(before) = self.before[this.leaf] else {
                    continue;
                };
                let close = found[..at]
                    .iter()
                    .rev()
                    .take_while(|other| other.word + NEAR >= this.word)
                    .chain(
                        found[at + 1..]
                            .iter()
                            .take_while(|other| other.word <= this.word + NEAR),
                    );
                for other in close.filter(|other| other.leaf == before) {
                    #[expect(clippy::cast_precision_loss, reason = "three at the most")]
                    let distance = other.word.abs_diff(this.word).max(1) as f64;
                    near[this.leaf] += weight / distance;
                }
            }
        }
        let mut score = 0.0;
        for (leaf, weight) in self.weights.iter().enumerate() {
            // What the index has found farther down than the text was read is there at least once.
            if said[leaf] == 0.0 && bits & bit(leaf) != 0 {
                said[leaf] = 1.0 / norms[1];
            }
            score += weight * said[leaf] * (SATURATION + 1.0) / (said[leaf] + SATURATION);
            if let Some(before) = self.before[leaf] {
                let rarer = weight.min(self.weights[before]);
                score += NEARNESS * rarer * near[leaf] / (near[leaf] + SATURATION);
            }
        }
        if self.scope == Scope::Documents && self.is_called_so(&row.fields[0].text, &found[0]) {
            score += CALLED_SO * self.weights.iter().sum::<f64>();
        }
        score
    }

    /// Whether a name has all that counts, and no other word.
    fn is_called_so(&self, name: &str, found: &[Found]) -> bool {
        let counts = |leaf: usize| self.weights[leaf] > 0.0;
        let has = |leaf: usize| found.iter().any(|found| found.leaf == leaf);
        let is_whole = |leaf| !counts(leaf) || has(leaf);
        // Terms may share words, so they are looked at by their places.
        let covered = |word: &Word<'_>| {
            let mut found = found.iter();
            found.any(|found| found.start <= word.start && word.end() <= found.end)
        };
        !found.is_empty()
            && (0..self.weights.len()).all(is_whole)
            && words(name).all(|word| covered(&word))
    }
}

/// Where the terms stand in the two fields of a row.
pub(super) fn places(plan: &Plan, row: &Row, known: &mut Known) -> [Vec<Found>; 2] {
    let [heavy, light] = &row.fields;
    let matcher = plan.matcher(row.language);
    [
        matcher.scan(&heavy.text, Where::Name, known),
        matcher.scan(&light.text, Where::Anywhere, known),
    ]
}

impl Ranked {
    /// How many of the terms stand in each of the two fields.
    pub(super) fn terms(&self) -> [u32; 2] {
        let of = |found: &Vec<Found>| found.iter().fold(0, |bits, found| bits | bit(found.leaf));
        [
            of(&self.found[0]).count_ones(),
            of(&self.found[1]).count_ones(),
        ]
    }

    /// The words that matched, folded.
    pub(super) fn words(&self) -> impl Iterator<Item = String> + '_ {
        let fields = self.row.fields.iter().zip(&self.found);
        fields.flat_map(|(field, found)| {
            found
                .iter()
                .filter_map(|found| field.text.get(found.start..found.end).map(folded))
        })
    }

    /// A hit of a query of fields alone.
    pub(super) fn filtered(row: Row) -> Self {
        Self {
            candidate: Candidate::filtered(row.key),
            row,
            score: 0.0,
            whole: true,
            found: [Vec::new(), Vec::new()],
        }
    }

    /// The best first: what has all, then by the score; the newer and then the lower id of equal
    /// ones.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        other
            .whole
            .cmp(&self.whole)
            .then(other.score.total_cmp(&self.score))
            .then(other.row.created_at.cmp(&self.row.created_at))
            .then(self.row.id.cmp(&other.row.id))
    }
}
