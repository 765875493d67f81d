//! The program is left while jobs run: that is asked about.

use super::Model;
use crate::admin::message::{Effect, Message, Tone, WithJobs};
use crate::admin::overlay::{Choice, Overlay};

impl Model {
    /// Leaves the program; where a job runs, after a question.
    pub(super) fn ask_to_quit(&mut self) -> Vec<Effect> {
        let Some(jobs) = self.jobs.named() else {
            return self.quit();
        };
        let choice = Choice::new("Something runs still")
            .about_jobs()
            .about(format!(
                "{jobs}: what it has not done is left undone if it is stopped."
            ))
            .or("wait for it, then quit", Message::Quit(WithJobs::Wait))
            .or("stop it and quit", Message::Quit(WithJobs::Stop))
            .or("stay", Message::Quit(WithJobs::Stay));
        vec![Effect::Open(Overlay::Choice(choice))]
    }

    /// Does what was answered.
    pub(super) fn quit_with(&mut self, jobs: WithJobs) -> Vec<Effect> {
        self.is_leaving = jobs != WithJobs::Stay;
        let mut effects = Vec::new();
        match jobs {
            WithJobs::Stay => {}
            WithJobs::Wait => {
                let said = "The program ends once nothing runs any longer".to_owned();
                self.say(Tone::Good, said);
            }
            WithJobs::Stop => {
                while let Some(id) = self.jobs.cancel_latest() {
                    effects.push(Effect::CancelJob(id));
                }
            }
        }
        effects.extend(self.left_at_last());
        effects
    }

    /// A job has ended: what was asked about it is asked no longer, and the program is left where that
    /// was wanted.
    pub(super) fn job_ended(&mut self) -> Vec<Effect> {
        if self.jobs.is_empty() {
            let before = self.overlays.len();
            self.overlays
                .retain(|over| !matches!(over, Overlay::Choice(choice) if choice.is_about_jobs()));
            if self.overlays.len() < before {
                let said = "Nothing runs any longer: the program can be left".to_owned();
                self.mention(Tone::Good, said);
            }
        }
        self.left_at_last()
    }

    /// Leaves the program where that was asked for and nothing runs any longer.
    fn left_at_last(&mut self) -> Vec<Effect> {
        if self.is_leaving && self.jobs.is_empty() {
            return self.quit();
        }
        Vec::new()
    }
}
