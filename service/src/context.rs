//! What a model is shown of a conversation: its turns in their order, in the roles the model
//! expects, and no more of them than fit.

use serde::Serialize;

use crate::messages::Message;

/// The names of the two sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Roles {
    /// `human` and `assistant`, as in the seed.
    #[default]
    Seed,
    /// `user` and `assistant`, as most model interfaces have it.
    User,
}

/// One side's part of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChatMessage {
    /// Who speaks.
    pub role: &'static str,
    /// What is said.
    pub content: String,
}

/// Formats turns that are given newest first, as lists have them, oldest first. Pure. Stands
/// for the seed's `format_chat_history`.
#[must_use]
pub fn format(turns: &[Message], roles: Roles) -> Vec<ChatMessage> {
    let asking = match roles {
        Roles::Seed => "human",
        Roles::User => "user",
    };
    turns
        .iter()
        .rev()
        .flat_map(|turn| {
            [
                ChatMessage {
                    role: asking,
                    content: turn.question.clone(),
                },
                ChatMessage {
                    role: "assistant",
                    content: turn.answer.clone(),
                },
            ]
        })
        .collect()
}

/// Counts the tokens of a text.
pub trait TokenCounter {
    /// How many the model would make of it.
    fn count(&self, text: &str) -> usize;
}

/// An estimate for any model: a token for every four letters or digits of a word in ASCII, one
/// for every other character but blanks. It errs on the high side for English.
#[derive(Clone, Copy, Debug, Default)]
pub struct EstimatedTokens;

impl TokenCounter for EstimatedTokens {
    fn count(&self, text: &str) -> usize {
        let mut tokens = 0;
        let mut letters = 0_usize;
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                letters += 1;
                continue;
            }
            tokens += letters.div_ceil(4) + usize::from(!c.is_whitespace());
            letters = 0;
        }
        tokens + letters.div_ceil(4)
    }
}

impl<F: Fn(&str) -> usize> TokenCounter for F {
    fn count(&self, text: &str) -> usize {
        self(text)
    }
}

/// The turns that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fitted<'a> {
    /// The newest ones, newest first.
    pub turns: &'a [Message],
    /// The tokens they have.
    pub tokens: usize,
    /// How many older turns were left out.
    pub left_out: usize,
}

/// Keeps the newest whole turns that fit in a budget of tokens; the last turn always, even where
/// it alone is over the budget. `turns` are newest first.
#[must_use]
pub fn fit<'a>(turns: &'a [Message], budget: usize, counter: &impl TokenCounter) -> Fitted<'a> {
    let mut tokens = 0;
    let mut kept = 0;
    for turn in turns {
        let cost = counter.count(&turn.question) + counter.count(&turn.answer);
        if kept > 0 && tokens + cost > budget {
            break;
        }
        tokens += cost;
        kept += 1;
    }
    Fitted {
        turns: &turns[..kept],
        tokens,
        left_out: turns.len() - kept,
    }
}

/// A turn, what it costs, and whether the model sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewTurn {
    /// The turn.
    pub message: Message,
    /// The tokens of its question.
    pub question_tokens: usize,
    /// The tokens of its answer.
    pub answer_tokens: usize,
    /// It fits in the budget.
    pub is_kept: bool,
}

impl PreviewTurn {
    /// The tokens of both.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.question_tokens + self.answer_tokens
    }
}

/// What a model sees of a conversation, and what it doesn't.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Turns in the order in which they were said: some that are left out, then all that are kept.
    pub turns: Vec<PreviewTurn>,
    /// Tokens there are.
    pub budget: usize,
    /// Tokens of what is kept.
    pub tokens: usize,
    /// How many turns are kept.
    pub kept: usize,
    /// How many older ones are left out, also those that are not listed.
    pub left_out: u64,
}

/// Shows where [`fit`] cuts: the same rule, with what each turn costs. `turns` are newest first;
/// `total` is how many the conversation has.
#[must_use]
pub fn preview(
    turns: &[Message],
    total: u64,
    budget: usize,
    counter: &impl TokenCounter,
) -> Preview {
    let fitted = fit(turns, budget, counter);
    let (kept, tokens) = (fitted.turns.len(), fitted.tokens);
    let shown = turns.iter().enumerate().rev();
    let turns = shown.map(|(place, turn)| PreviewTurn {
        message: turn.clone(),
        question_tokens: counter.count(&turn.question),
        answer_tokens: counter.count(&turn.answer),
        is_kept: place < kept,
    });
    Preview {
        turns: turns.collect(),
        budget,
        tokens,
        kept,
        left_out: total.saturating_sub(kept as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{MessageId, ThreadId};

    /// Turns `n` to 1, newest first; each question and answer has its number of words.
    fn turns(n: usize) -> Vec<Message> {
        let turn = |number: usize| Message {
            id: MessageId(uuid::Uuid::nil()),
            thread_id: ThreadId::new("t").expect("a good id"),
            user_id: None,
            question: "q ".repeat(number),
            answer: "a ".repeat(number),
            metadata: serde_json::json!({}),
            created_at: chrono::DateTime::UNIX_EPOCH,
        };
        (1..=n).rev().map(turn).collect()
    }

    #[test]
    fn turns_are_formatted_oldest_first_with_the_question_before_the_answer() {
        let formatted = format(&turns(2), Roles::Seed);
        let shown: Vec<_> = formatted
            .iter()
            .map(|said| (said.role, said.content.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("human", "q "),
                ("assistant", "a "),
                ("human", "q q "),
                ("assistant", "a a ")
            ]
        );
        assert_eq!(format(&turns(1), Roles::User)[0].role, "user");
    }

    #[test]
    fn the_newest_whole_turns_that_fit_are_kept() {
        let turns = turns(4);
        let fitted = fit(&turns, 14, &EstimatedTokens);
        assert_eq!(
            (fitted.turns.len(), fitted.tokens, fitted.left_out),
            (2, 14, 2)
        );
    }

    #[test]
    fn a_preview_shows_where_the_cut_is() {
        let turns = turns(4);
        let preview = preview(&turns, 10, 14, &EstimatedTokens);
        let shown: Vec<(usize, bool)> = preview
            .turns
            .iter()
            .map(|turn| (turn.tokens(), turn.is_kept))
            .collect();
        assert_eq!(shown, [(2, false), (4, false), (6, true), (8, true)]);
        assert_eq!((preview.kept, preview.tokens, preview.left_out), (2, 14, 8));
    }

    #[test]
    fn the_last_turn_is_kept_whatever_it_costs() {
        let fitted = fit(&turns(3)[..], 1, &EstimatedTokens).turns.len();
        assert_eq!(fitted, 1);
        assert_eq!(fit(&[], 10, &EstimatedTokens).turns.len(), 0);
    }

    #[test]
    fn tokens_are_estimated_in_any_script() {
        assert_eq!(
            EstimatedTokens.count("word international, 漢字"),
            1 + 4 + 1 + 2
        );
    }
}
