//! What the program as a whole is asked for, on any screen.

use super::Model;
use crate::admin::command::App;
use crate::admin::message::{Capture, Changed, Effect, Tone};
use crate::admin::overlay::{Help, Overlay, Palette};
use crate::admin::theme::Colours;

impl Model {
    /// What the program as a whole is asked for; None where the screen has to answer.
    pub(super) fn app(&mut self, app: App) -> Option<Vec<Effect>> {
        let env = self.env();
        Some(match app {
            App::Quit => self.ask_to_quit(),
            App::Suspend => vec![Effect::Suspend],
            App::Redraw => vec![Effect::Redraw],
            App::Interrupt => match self.jobs.cancel_latest() {
                Some(id) => vec![Effect::CancelJob(id)],
                None if self.jobs.is_empty() => self.interrupt(),
                None => Vec::new(),
            },
            App::Help => {
                if matches!(self.overlays.last(), Some(Overlay::Help(_))) {
                    self.overlays.pop();
                } else {
                    self.overlays.push(Overlay::Help(Help::of(self.context())));
                }
                Vec::new()
            }
            App::Palette => {
                self.overlays
                    .push(Overlay::Palette(Palette::of(self.context())));
                Vec::new()
            }
            App::Back if self.overlays.is_empty() && self.is_unopened() => self.go_back(),
            App::Back => {
                self.notices.seen(env.now);
                self.overlays.pop()?;
                Vec::new()
            }
            App::Reload if self.link.store().is_none() || self.link.failure().is_some() => {
                self.link.look(env.now).into_iter().collect()
            }
            App::Reload => self.screens.pane_mut().reload(&env),
            App::Undo => {
                let undo = |changed: Changed| Effect::Undo(changed.batch, Some(changed.said));
                let undo = self.done.pop().map(undo);
                if undo.is_none() {
                    let said = "There is nothing to undo that was done from here since the store was opened; the trash tells what was done before, and takes it back";
                    self.say(Tone::Bad, said.to_owned());
                }
                undo.into_iter().collect()
            }
            App::Connect => vec![self.ask_for_store()],
            App::Migrate => self.ask_to_migrate(),
            App::NextScreen => self.screens.turn(1, &env),
            App::PreviousScreen => self.screens.turn(-1, &env),
            App::Theme => {
                self.theme = self.theme.next(self.colours);
                self.is_theme_free = false;
                let why = match self.colours {
                    Colours::Allowed => "",
                    Colours::Refused => ", for NO_COLOR is set",
                };
                self.say(Tone::Good, format!("Colours: {}{why}", self.theme.name()));
                let env = self.env();
                self.screens.pane_mut().resized(&env)
            }
            App::Mouse => {
                self.capture = match self.capture {
                    Capture::Taken => Capture::LeftToTerminal,
                    Capture::LeftToTerminal => Capture::Taken,
                };
                let said = match self.capture {
                    Capture::Taken => {
                        "The mouse clicks and scrolls here; with shift it selects text"
                    }
                    Capture::LeftToTerminal => "The mouse selects text, as the terminal does it",
                };
                self.say(Tone::Good, said.to_owned());
                vec![Effect::Mouse(self.capture)]
            }
        })
    }

    /// Quits. Where a text is not saved it is asked about first: in many programs the key copies.
    /// Pressed again it quits, and the text is kept as a draft.
    fn interrupt(&mut self) -> Vec<Effect> {
        let question = self.screens.pane().before_quitting();
        match question.filter(|_| self.overlays.is_empty()) {
            Some(question) => vec![question],
            None => self.quit(),
        }
    }
}
