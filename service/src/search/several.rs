//! What has several terms of a query, of which the index is asked at once: a list of words is best
//! found by those, where an answer for each word alone would be cut off.

use super::candidates::rarity;
use super::census::Census;
use super::plan::{Plan, Tree};
use super::query::{Ending, Where};

/// Rows that the index gives, at the most.
pub(super) const SEVERAL: u32 = 2_000;
/// Rows that there should be, by what is known of each term alone; with words that go together
/// there are more.
const WANTED: f64 = 700.0;
/// Terms that are combined.
const TERMS: usize = 7;
/// Entries of the index that are gone through.
const ENTRIES: f64 = 60_000.0;

/// A question for what has so many of some terms.
#[derive(Debug)]
pub(super) struct Several {
    pub(super) tree: Tree,
    /// What that tells about a row, at about.
    pub(super) weight: f64,
}

impl Several {
    /// None where the query is no list of words, or has few that are not common.
    pub(super) fn new(plan: &Plan, census: &Census, common: impl Fn(f64) -> bool) -> Option<Self> {
        if !plan.takes_some() {
            return None;
        }
        let mut terms: Vec<(usize, f64)> = plan
            .telling()
            .filter(|(_, leaf)| {
                let term = &leaf.term;
                let is_word = term.ending == Ending::Whole;
                term.words.len() == 1 && is_word && term.place == Where::Anywhere
            })
            .map(|(n, _)| (n, census.guess(plan, n)))
            .filter(|(_, rows)| !common(*rows))
            .collect();
        terms.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut entries = 0.0;
        terms.retain(|(_, rows)| {
            entries += rows;
            entries <= ENTRIES
        });
        terms.truncate(TERMS);
        let shares: Vec<f64> = terms.iter().map(|(_, rows)| rows / census.rows).collect();
        let count =
            (2..=terms.len()).find(|count| census.rows * with(*count, &shares) <= WANTED)?;
        let each: Vec<Tree> = terms.iter().map(|(n, _)| Tree::Leaf(*n)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a few terms")]
        let share = count as f64 / terms.len() as f64;
        let tells = |(_, rows): &(usize, f64)| rarity(*rows, census.rows);
        Some(Self {
            tree: Tree::All {
                wanted: vec![at_least(count, &each)],
                unwanted: plan.unwanted().to_vec(),
            },
            weight: share * terms.iter().map(tells).sum::<f64>(),
        })
    }
}

/// The share of rows that have at least so many of these terms, each of which this share has.
fn with(count: usize, shares: &[f64]) -> f64 {
    // Of each number of terms, the share of rows that have just so many.
    let mut just = vec![0.0; shares.len() + 1];
    just[0] = 1.0;
    for share in shares {
        for n in (0..just.len()).rev() {
            let before = n.checked_sub(1).map_or(0.0, |before| just[before]);
            just[n] = just[n] * (1.0 - share) + before * share;
        }
    }
    just[count..].iter().sum()
}

/// What has at least so many of these.
fn at_least(count: usize, of: &[Tree]) -> Tree {
    let all = |wanted: Vec<Tree>| Tree::All {
        wanted,
        unwanted: Vec::new(),
    };
    match (count, of) {
        (1, [one]) => one.clone(),
        (1, _) => Tree::Any(of.to_vec()),
        (_, _) if count == of.len() => all(of.to_vec()),
        (_, [first, rest @ ..]) => Tree::Any(vec![
            all(vec![first.clone(), at_least(count - 1, rest)]),
            at_least(count, rest),
        ]),
        (_, []) => Tree::Any(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: usize) -> Vec<Tree> {
        (0..count).map(Tree::Leaf).collect()
    }

    /// Whether a row with these terms is meant.
    fn holds(tree: &Tree, bits: u64) -> bool {
        match tree {
            Tree::Leaf(n) => bits & (1 << n) != 0,
            Tree::All { wanted, .. } => wanted.iter().all(|tree| holds(tree, bits)),
            Tree::Any(trees) => trees.iter().any(|tree| holds(tree, bits)),
        }
    }

    #[test]
    fn at_least_so_many_of_the_terms() {
        for terms in 2..=TERMS {
            for count in 2..=terms {
                let tree = at_least(count, &leaves(terms));
                for bits in 0..1_u64 << terms {
                    let has = bits.count_ones() as usize;
                    assert_eq!(
                        holds(&tree, bits),
                        has >= count,
                        "{count} of {terms}: {bits:b}"
                    );
                }
            }
        }
    }

    #[test]
    fn how_many_rows_have_several_terms() {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(close(with(2, &[0.5, 0.5]), 0.25));
        assert!(close(with(1, &[0.5, 0.5]), 0.75));
        assert!(close(
            with(2, &[0.1, 0.2, 0.5]),
            0.02 + 0.05 + 0.1 - 2.0 * 0.01
        ));
    }
}
