//! One search: the index is asked, once or twice, and what it gives is ranked.

use std::collections::HashMap;
use std::sync::Arc;

use super::candidates::{self, Answers, Candidate, Candidates};
use super::census::{self, Census};
use super::conditions::{Conditions, For};
use super::languages::Languages;
use super::plan::Plan;
use super::probes::Probes;
use super::query::Query;
use super::rank::{Ranked, Ranking, places};
use super::request::Facets;
use super::rows::{self, Wanted};
use super::scan::Known;
use super::suggest::{self, Missing};
use super::vocabulary::{self, Vocabulary};
use super::{Found, Scope, backend, postgres, sqlite, understand};
use crate::connect::Backend;
use crate::error::Fault;
use crate::store::{Conn, Store};

/// The best hits, whose texts are read whole before their order is settled.
const SETTLED: usize = 50;
/// Where fewer hits were found, the index is asked once more for what it was not asked before.
const FEW: usize = 10;
/// Texts that tell how a word is spelled.
const SPELLED: usize = 20;

/// What is looked for, and what is known of it.
struct Words {
    plan: Plan,
    vocabulary: Vocabulary,
    census: Arc<Census>,
}

/// One search.
#[derive(Clone, Copy)]
pub(super) struct Find<'a> {
    pub(super) store: Store<'a>,
    pub(super) scope: Scope,
    pub(super) query: &'a Query,
    pub(super) facets: Facets,
}

impl Find<'_> {
    /// What matches the words, in its order; where nothing does, why, and what would.
    pub(super) async fn matches(&self, conn: &Conn, plan: Plan) -> Result<(Found, Plan), Fault> {
        let (mut found, words) = self.look(conn, plan).await?;
        if !found.hits.is_empty() {
            return Ok((found, words.plan));
        }
        let asked = suggest::Asked {
            scope: self.scope,
            plan: &words.plan,
            census: &words.census,
            vocabulary: &words.vocabulary,
        };
        let mut why = suggest::explain(conn, &asked, &mut found.understood).await?;
        for missing in &mut why.missing {
            missing.like = self.spelled(conn, &words.plan.languages, missing).await?;
        }
        for other in why.others(self.query, &words.plan, &mut found.understood) {
            let Some(would_find) = self.instead(conn, &other, &words.plan.languages).await? else {
                continue;
            };
            if !would_find.hits.is_empty() {
                found.did_you_mean = Some(understand::written(&other));
                break;
            }
        }
        Ok((found, words.plan))
    }

    /// What another query finds.
    async fn instead(
        &self,
        conn: &Conn,
        query: &Query,
        languages: &Languages,
    ) -> Result<Option<Found>, Fault> {
        let Some(plan) = Plan::new(query, languages.clone()) else {
            return Ok(None);
        };
        let find = Find { query, ..*self };
        let (found, _) = find.look(conn, plan).await?;
        Ok(Some(found))
    }

    /// The words that texts have for guesses at a misspelled one, of which the index knows the stems;
    /// where they have none, the guesses that may be forms of what they have.
    async fn spelled(
        &self,
        conn: &Conn,
        languages: &Languages,
        missing: &Missing,
    ) -> Result<Vec<String>, Fault> {
        let (mut spelled, mut forms): (Vec<String>, Vec<String>) = Default::default();
        for guess in &missing.like {
            if spelled.len() == suggest::SUGGESTED {
                break;
            }
            let query = Query::of_word(guess.clone());
            let Some(found) = self.instead(conn, &query, languages).await? else {
                continue;
            };
            let words = || found.hits.iter().take(SPELLED).flat_map(Ranked::words);
            match missing.nearest(words()) {
                Some(word) if !spelled.contains(&word) => spelled.push(word),
                None if words().any(|word| Missing::is_form(guess, &word)) => {
                    forms.push(guess.clone());
                }
                _ => {}
            }
        }
        Ok(if spelled.is_empty() { forms } else { spelled })
    }

    /// Reads hits that are shown whole, where what was read of them has none of the terms: their
    /// passage is farther down. Their order stays.
    pub(super) async fn show(
        &self,
        conn: &Conn,
        plan: &Plan,
        hits: &mut [Ranked],
    ) -> Result<(), Fault> {
        let mut whole = Vec::new();
        let unseen = hits.iter().filter(|hit| hit.found[1].is_empty());
        let rows = unseen.map(|hit| &hit.row);
        rows::read_whole(conn, &self.wanted(&plan.languages), rows, |row| {
            whole.push(row);
        })
        .await?;
        for row in whole {
            if let Some(hit) = hits.iter_mut().find(|hit| hit.row.key == row.key) {
                hit.found = places(plan, &row, &mut Known::default());
                hit.row = row;
            }
        }
        Ok(())
    }

    /// Looks for the words of a plan.
    async fn look(&self, conn: &Conn, mut plan: Plan) -> Result<(Found, Words), Fault> {
        let scope = self.scope;
        let mut vocabulary = Vocabulary::default();
        if plan.languages.have_others() {
            match backend(conn) {
                Backend::Postgres => plan.learn(postgres::stems(conn, &plan).await?),
                Backend::Sqlite => vocabulary = vocabulary::of(conn, scope, &plan).await?,
            }
        }
        let census = census::of(self.store, conn, scope, &plan.languages).await?;
        let words = Words {
            plan,
            vocabulary,
            census,
        };
        let filtered = !self.query.filters.is_empty();
        let probes = Probes::new(&words.plan, &words.census, scope, filtered);
        let (mut found, answers) = self.ask(conn, &words, &probes).await?;
        if found.hits.len() < FEW
            && let Some(wider) = probes.wider(&words.plan, &words.census, scope, filtered, &answers)
        {
            (found, _) = self.ask(conn, &words, &wider).await?;
        }
        Ok((found, words))
    }

    /// Asks the index, and ranks what it gives.
    async fn ask(
        &self,
        conn: &Conn,
        words: &Words,
        probes: &Probes,
    ) -> Result<(Found, Answers), Fault> {
        let scope = self.scope;
        let Words {
            plan,
            vocabulary,
            census,
        } = words;
        let purpose = if probes.newest { For::Both } else { For::Given };
        let conditions =
            |backend, first| Conditions::new(&self.query.filters, scope, backend, first, purpose);
        let answers = match backend(conn) {
            Backend::Postgres => {
                let conditions = conditions(Backend::Postgres, postgres::own_parameters(probes));
                postgres::probe(conn, scope, plan, &conditions, probes).await?
            }
            Backend::Sqlite => {
                let conditions = conditions(Backend::Sqlite, 0);
                sqlite::probe(conn, scope, plan, vocabulary, &conditions, probes).await?
            }
        };
        let candidates = Candidates::new(plan, census, probes, &answers);
        let mut ranking = Ranking::new(plan, scope, census, &candidates.frequencies);
        let what = self.wanted(&plan.languages);
        let by_key: HashMap<candidates::Key, Candidate> = candidates
            .rows
            .iter()
            .map(|candidate| (candidate.key, *candidate))
            .collect();
        let mut hits: Vec<Ranked> = Vec::with_capacity(candidates.rows.len());
        // The texts are looked through while the database sends the next ones.
        rows::read(conn, &what, &candidates.rows, |row| {
            let candidate = by_key.get(&row.key).copied();
            hits.extend(candidate.and_then(|candidate| ranking.rank(row, candidate)));
        })
        .await?;
        hits.sort_by(Ranked::order);
        self.settle(conn, &what, &mut ranking, &mut hits).await?;
        let mut understood = understand::understood(self.query, Some(plan));
        if self.query.filters.is_empty() {
            for leaf in probes.absent(&answers) {
                understood.terms[leaf].rows = Some(0);
            }
        }
        let found = Found {
            total: hits.len() as u64 + candidates.left_out,
            unseen: candidates.unseen,
            truncated: candidates.unseen || candidates.left_out > 0,
            hits,
            did_you_mean: None,
            understood,
        };
        Ok((found, answers))
    }

    fn wanted<'a>(&self, languages: &'a Languages) -> Wanted<'a> {
        Wanted {
            scope: self.scope,
            facets: self.facets,
            languages,
        }
    }

    /// Reads the best hits whole where only their begin was read, and puts them in their order
    /// again.
    async fn settle(
        &self,
        conn: &Conn,
        what: &Wanted<'_>,
        ranking: &mut Ranking<'_>,
        hits: &mut [Ranked],
    ) -> Result<(), Fault> {
        let settled = hits.len().min(SETTLED);
        let best = &mut hits[..settled];
        let mut whole = Vec::new();
        let rows = best.iter().map(|hit| &hit.row);
        rows::read_whole(conn, what, rows, |row| whole.push(row)).await?;
        for row in whole {
            let Some(hit) = best.iter_mut().find(|hit| hit.row.key == row.key) else {
                continue;
            };
            if let Some(ranked) = ranking.rank(row, hit.candidate) {
                *hit = ranked;
            }
        }
        best.sort_by(Ranked::order);
        Ok(())
    }

    /// A query of fields alone: the newest rows that have them.
    pub(super) async fn newest(&self, conn: &Conn, languages: &Languages) -> Result<Found, Fault> {
        let scope = self.scope;
        let backend = backend(conn);
        let conditions = Conditions::new(&self.query.filters, scope, backend, 0, For::Newest);
        let answer = match backend {
            Backend::Postgres => postgres::newest(conn, &conditions).await?,
            Backend::Sqlite => sqlite::newest(conn, &conditions).await?,
        };
        let rows: Vec<Candidate> = answer
            .rows
            .iter()
            .map(|key| Candidate::filtered(*key))
            .collect();
        let mut hits = Vec::with_capacity(rows.len());
        rows::read(conn, &self.wanted(languages), &rows, |row| {
            hits.push(Ranked::filtered(row));
        })
        .await?;
        hits.sort_by(Ranked::order);
        Ok(Found {
            total: hits.len() as u64,
            unseen: answer.capped,
            truncated: answer.capped,
            hits,
            did_you_mean: None,
            understood: understand::understood(self.query, None),
        })
    }
}
