//! The loop: wait for something to happen, take account of all that has, draw once.

use std::io;
use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::StreamExt;
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
    messages: mpsc::UnboundedReceiver<Message>,
}

/// Runs the admin until it is left.
///
/// # Errors
/// Where there is no terminal, or it goes away.
pub(crate) async fn run(config: Config, sample: Sample) -> io::Result<()> {
    let signals = Signals::listen()?;
    let terminal = Terminal::enter()?;
    // From here on no key and no change of size is missed: both wait until they are listened for.
    crossterm::event::poll(Duration::ZERO)?;
    let (sender, messages) = mpsc::unbounded_channel();
    let (model, first) = Model::new(Theme::detect(), Instant::now());
    let effects = Effects::new(config, sample, sender.clone());
    let mut runtime = Runtime {
        terminal,
        model,
        effects,
        messages,
    };
    // The first frame does not wait for the store.
    runtime.draw()?;
    runtime.perform(first)?;
    let input = tokio::spawn(listen(EventStream::new(), signals, sender));
    let result = runtime.turn().await;
    input.abort();
    let Runtime {
        terminal, effects, ..
    } = runtime;
    drop(terminal);
    effects.end().await;
    result
}

/// Passes on what comes from the terminal and from the system. The stream has to be awaited in
/// one place alone: it wakes only who polled it first.
async fn listen(
    mut events: EventStream,
    mut signals: Signals,
    messages: mpsc::UnboundedSender<Message>,
) {
    loop {
        let message = tokio::select! {
            () = signals.next() => Some(Message::Terminate),
            event = events.next() => match event {
                Some(Ok(event)) => translate(event),
                Some(Err(_)) | None => Some(Message::Terminate),
            },
        };
        if message.is_some_and(|message| messages.send(message).is_err()) {
            return;
        }
    }
}

impl Runtime {
    async fn turn(&mut self) -> io::Result<()> {
        loop {
            let mut next = match self.next().await {
                Some(first) => self.take(first)?,
                None => Next::Stop,
            };
            for _ in 0..MAX_BATCH {
                match self.messages.try_recv() {
                    Ok(message) if next == Next::Go => next = self.take(message)?,
                    _ => break,
                }
            }
            if next == Next::Stop {
                return Ok(());
            }
            if self.model.take_changed() {
                self.draw()?;
            }
        }
    }

    /// Waits for the next message, or for what is due.
    async fn next(&mut self) -> Option<Message> {
        let Some(deadline) = self.model.deadline() else {
            return self.messages.recv().await;
        };
        let message = tokio::time::timeout_at(deadline.into(), self.messages.recv()).await;
        message.unwrap_or(Some(Message::Tick))
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
        Event::Resize(..) => Some(Message::Resized),
        _ => None,
    }
}
