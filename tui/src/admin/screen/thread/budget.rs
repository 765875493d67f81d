//! With how many tokens a model is taken to read a thread: one that is typed, or the next one.

use super::effects::Effect;
use super::{Message, Mode, Thread, of};
use crate::admin::message::{self, Env};
use crate::admin::overlay::{Overlay, Prompt};

/// The largest that can be typed.
const LARGEST: usize = 10_000_000;

impl Thread {
    /// Asks for a budget in tokens.
    pub(super) fn ask_budget(&self) -> Vec<message::Effect> {
        let Mode::Seen(seen) = &self.mode else {
            return Vec::new();
        };
        let about = "How many tokens the model reads: 6000, 32k, 1.5M.";
        let prompt = Prompt::new("Tokens", about, |typed| {
            message::Message::Thread(Message::Budget(typed))
        });
        let prompt = prompt.replacing(&seen.budget().to_string()).checked(check);
        vec![message::Effect::Open(Overlay::Prompt(prompt))]
    }

    /// Takes a budget that was typed.
    pub(super) fn budget(&mut self, typed: &str, env: &Env) -> Vec<message::Effect> {
        let Mode::Seen(seen) = &mut self.mode else {
            return Vec::new();
        };
        // It has been checked.
        let Some(tokens) = parse(typed) else {
            return Vec::new();
        };
        if seen.set(tokens) {
            self.preview(env)
        } else {
            Vec::new()
        }
    }

    pub(super) fn preview(&mut self, env: &Env) -> Vec<message::Effect> {
        let (Mode::Seen(seen), Some(id)) = (&mut self.mode, self.id.clone()) else {
            return Vec::new();
        };
        vec![of(Effect::Preview {
            generation: seen.request.begin(env.now),
            id,
            budget: seen.budget(),
        })]
    }
}

/// What is wrong with a budget.
fn check(typed: &str) -> Result<(), String> {
    let read = parse(typed).map(drop);
    read.ok_or_else(|| format!("{typed} is no number of tokens from 1 to 10 M"))
}

/// A budget that was typed: `6000`, `6,000`, `32k`, `1.5 M`; None where it is none.
fn parse(typed: &str) -> Option<usize> {
    let typed = typed.trim().replace([',', '_', ' '], "").to_lowercase();
    let (digits, unit) = match typed.strip_suffix(['k', 'm']) {
        Some(digits) if typed.ends_with('k') => (digits, 1_000.0),
        Some(digits) => (digits, 1_000_000.0),
        None => (typed.as_str(), 1.0),
    };
    let is_number = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = digits.parse().ok().filter(|_| is_number)?;
    let tokens = (number * unit).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    let tokens = (1.0..=LARGEST as f64)
        .contains(&tokens)
        .then_some(tokens as usize);
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_typed_as_one_says_it() {
        let typed = [
            "6000", " 6,000 ", "32k", "1.5 M", "0", "k", "-3", "99M", "1e3",
        ];
        let taken = typed.map(parse);
        assert_eq!(
            taken,
            [
                Some(6_000),
                Some(6_000),
                Some(32_000),
                Some(1_500_000),
                None,
                None,
                None,
                None,
                None
            ]
        );
    }
}
