//! The loop: wait for something to happen, take account of all that has, draw once.

use std::io;
use std::time::Instant;

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::{FutureExt, StreamExt};
use service::Config;
use tokio::sync::mpsc;

use super::Sample;
use super::effects::Effects;
use super::message::{Effect, Message};
use super::model::Model;
use super::signals::Signals;
use super::terminal::Terminal;
use super::theme::Theme;
use super::view;

/// Messages that are taken account of before the screen is drawn again.
const MAX_BATCH: usize = 64;

/// What the loop does next.
#[derive(PartialEq, Eq)]
enum Next {
    Go,
    Stop,
}

/// The admin while it runs.
pub(crate) struct Runtime {
    terminal: Terminal,
    model: Model,
    effects: Effects,
    replies: mpsc::UnboundedReceiver<Message>,
    events: EventStream,
    signals: Signals,
}

/// Runs the admin until it is left.
///
/// # Errors
/// Where there is no terminal, or it goes away.
pub(crate) async fn run(config: Config, sample: Sample) -> io::Result<()> {
    let signals = Signals::listen()?;
    let terminal = Terminal::enter()?;
    let (sender, replies) = mpsc::unbounded_channel();
    let (model, first) = Model::new(Theme::detect(), Instant::now());
    let effects = Effects::new(config, sample, sender);
    let mut runtime = Runtime {
        terminal,
        model,
        effects,
        replies,
        events: EventStream::new(),
        signals,
    };
    // The first frame does not wait for the store.
    runtime.draw()?;
    runtime.perform(first)?;
    let result = runtime.turn().await;
    let Runtime {
        terminal, effects, ..
    } = runtime;
    drop(terminal);
    effects.end().await;
    result
}

impl Runtime {
    async fn turn(&mut self) -> io::Result<()> {
        loop {
            let Some(first) = self.next().await? else {
                return Ok(());
            };
            let mut next = self.take(first)?;
            for _ in 0..MAX_BATCH {
                let Some(message) = self.ready()? else { break };
                if next == Next::Stop {
                    break;
                }
                next = self.take(message)?;
            }
            if next == Next::Stop {
                return Ok(());
            }
            if self.model.take_changed() {
                self.draw()?;
            }
        }
    }

    /// Waits for the next message; None when there is no more input.
    async fn next(&mut self) -> io::Result<Option<Message>> {
        loop {
            let deadline = self.model.deadline();
            let due = async {
                match deadline {
                    Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = self.signals.next() => return Ok(Some(Message::Terminate)),
                event = self.events.next() => match event {
                    None => return Ok(None),
                    Some(event) => if let Some(message) = translate(event?) { return Ok(Some(message)) },
                },
                Some(reply) = self.replies.recv() => return Ok(Some(reply)),
                () = due => return Ok(Some(Message::Tick)),
            }
        }
    }

    /// A message that needs no waiting.
    fn ready(&mut self) -> io::Result<Option<Message>> {
        while let Some(Some(event)) = self.events.next().now_or_never() {
            if let Some(message) = translate(event?) {
                return Ok(Some(message));
            }
        }
        Ok(self.replies.try_recv().ok())
    }

    fn take(&mut self, message: Message) -> io::Result<Next> {
        let effects = self.model.update(message, Instant::now());
        self.perform(effects)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<Next> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Next::Stop),
                Effect::Redraw => self.terminal.forget()?,
                Effect::Suspend => self.terminal.suspend()?,
                effect => self.effects.begin(effect),
            }
        }
        Ok(Next::Go)
    }

    fn draw(&mut self) -> io::Result<()> {
        let model = &self.model;
        if let Some(room) = self.terminal.draw(|frame| view::draw(model, frame))? {
            let effects = self.model.update(Message::Drawn(room), Instant::now());
            for effect in effects {
                self.effects.begin(effect);
            }
            // Another room may show another part.
            if self.model.take_changed() {
                let model = &self.model;
                self.terminal.draw(|frame| view::draw(model, frame))?;
            }
        }
        Ok(())
    }
}

fn translate(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(key)),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(..) => Some(Message::Tick),
        _ => None,
    }
}
