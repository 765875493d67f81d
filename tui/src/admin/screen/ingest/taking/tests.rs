use std::time::{Duration, Instant};

use service::ingest::{IngestProgress, Phase};

use super::*;
use crate::admin::message::{Room, Tone};
use crate::admin::request::{Cause, Failure, Generation};
use crate::admin::theme::Theme;

fn env() -> Env {
    Env {
        now: Instant::now(),
        room: Room::default(),
        theme: Theme::DARK,
    }
}

/// A comparison that goes on, and its generation.
fn comparing(env: &Env) -> (Taking, Generation) {
    let mut taking = Taking::default();
    taking.setup.put("/notes".into(), Purpose::OneMore);
    let effects = taking.command(Command::Plan, env);
    let [message::Effect::Ingest(Effect::Plan { generation, .. })] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    (taking, *generation)
}

fn stopped(cause: Cause) -> Failure {
    let said = "it was stopped".to_owned();
    Failure { said, cause }
}

fn said(effects: &[message::Effect]) -> Option<(Tone, &str)> {
    match effects {
        [message::Effect::Say(tone, said)] => Some((*tone, said)),
        _ => None,
    }
}

#[test]
fn a_comparison_tells_how_far_it_is_and_goes_on_whatever_is_pressed() {
    let mut env = env();
    let (mut taking, generation) = comparing(&env);
    assert_eq!(taking.context(), Context::Taking);
    let at = IngestProgress {
        phase: Phase::Comparing,
        files: 5,
        total: 10,
        bytes: 500,
        total_bytes: 1_000,
    };
    taking.progressed(generation, at, &env);
    // What an earlier one tells is no longer true.
    taking.progressed(Generation::default(), IngestProgress::default(), &env);
    for command in [Command::Plan, Command::Run, Command::Look, Command::Add] {
        assert!(taking.command(command, &env).is_empty());
    }
    env.now += Duration::from_secs(1);
    let Stage::Working(work) = &taking.stage else {
        panic!("{:?}", taking.stage);
    };
    assert_eq!(work.share(), Some((500, 1_000)));
    assert_eq!(work.words(env.now)[0], "5 of 10 files compared");
}

#[test]
fn a_comparison_that_is_stopped_or_fails_leads_back_to_the_form() {
    let env = env();
    for (cause, tone, word) in [
        (Cause::Cancelled, Tone::Good, "No plan was made"),
        (Cause::Gone, Tone::Bad, "it was stopped"),
    ] {
        let (mut taking, generation) = comparing(&env);
        let late = taking.planned(Generation::default(), Err(stopped(cause)));
        assert!(late.is_empty() && taking.context() == Context::Taking);
        let effects = taking.planned(generation, Err(stopped(cause)));
        assert_eq!(said(&effects), Some((tone, word)));
        assert_eq!(taking.context(), Context::Ingest);
    }
}

#[test]
fn a_run_that_is_stopped_has_everything_read_again() {
    let env = env();
    let (mut taking, _) = comparing(&env);
    let generation = taking.working.begin(env.now);
    let effects = taking.ran(generation, Err(stopped(Cause::Cancelled)));
    let [message::Effect::Send(message)] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let message::Message::Changed(Err(failure)) = message.as_ref() else {
        panic!("{message:?}");
    };
    assert_eq!(failure.said, "it was stopped");
    assert_eq!(taking.context(), Context::Ingest);
}
