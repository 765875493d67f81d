//! What the index is asked for a query. What is common is not asked of it, since going through its
//! entries would cost more the bigger the store is.

use super::Scope;
use super::bounds::{Bounds, COMMON_ROWS, COMMON_SHARE};
use super::candidates::{Answers, Probed};
use super::census::Census;
use super::plan::{Bits, Plan, Tree, bit};
use super::several::Several;

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
    /// Rows of each answer where a filter may refuse some, if that is more.
    pub(super) examined: u32,
    /// A term was left out that would give more.
    pub(super) skipped: bool,
}

impl Probes {
    pub(super) fn new(plan: &Plan, census: &Census, scope: Scope, filtered: bool) -> Self {
        Self::without(plan, census, scope, filtered, 0)
    }

    /// What else the index may be asked where it gave too little: words that no row has say
    /// nothing, and the common ones may stand in the newest rows; a word that these don't have is not
    /// as common as it was taken for. None where nothing is left.
    pub(super) fn wider(
        &self,
        plan: &Plan,
        census: &Census,
        scope: Scope,
        filtered: bool,
        answers: &Answers,
    ) -> Option<Self> {
        let is_word = |n: usize| plan.leaves[n].term.words.len() == 1;
        let is_single = matches!(plan.root, Tree::Leaf(n) if is_word(n));
        if self.newest && matches!(self.whole, Whole::Common) && is_single && !filtered {
            return Some(Self {
                whole: Whole::Exactly,
                ..Self::without(plan, census, scope, filtered, 0)
            });
        }
        let is_part = self.skipped || matches!(self.whole, Whole::Rarer(_) | Whole::Covered);
        if self.newest || !is_part || !plan.takes_some() {
            return None;
        }
        let absent = self.absent(answers);
        let absent = absent.fold(0, |bits, leaf| bits | bit(leaf));
        Some(Self {
            newest: true,
            ..Self::without(plan, census, scope, filtered, absent)
        })
    }

    /// The terms that no row has.
    pub(super) fn absent<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = usize> + 'a {
        let nothing = |probed: &Probed| probed.rows.is_empty() && !probed.capped;
        self.leaves
            .iter()
            .zip(&answers.leaves)
            .filter(move |(_, probed)| nothing(probed))
            .map(|(leaf, _)| *leaf)
            .filter(move |leaf| answers.passages.get(*leaf).is_none_or(nothing))
    }

    /// What the index is asked where no row has these terms.
    fn without(plan: &Plan, census: &Census, scope: Scope, filtered: bool, absent: Bits) -> Self {
        let small = census.is_small();
        let bounds = Bounds::of(census);
        let share = census.rows * COMMON_SHARE;
        let common =
            |rows: f64| !small && rows > share.clamp(*COMMON_ROWS.start(), *COMMON_ROWS.end());
        let guess = |leaf| census.guess(plan, leaf);
        let single = matches!(plan.root, Tree::Leaf(_));
        let whole_is_common = absent != 0 || common(plan.root.reach(&guess));
        let telling = plan.telling().map(|(n, _)| n);
        let telling: Vec<usize> = telling.filter(|n| absent & bit(*n) == 0).collect();
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
        let examined = f64::from(bounds.examined);
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
            examined: bounds.examined,
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
        leaf.term.ending.goes_on() && last.is_some_and(|word| word.chars().count() < 3)
    })
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
        assert!(matches!(asked("the kestrel", &[]), Whole::Exactly));
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
