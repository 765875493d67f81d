//! The loop: wait for something to happen, take account of all that has, draw once.

use std::io;
use std::time::{Duration, Instant};

#[cfg(debug_assertions)]
use crossterm::event::KeyCode;
use crossterm::event::{Event, EventStream, KeyEventKind};
use futures_util::StreamExt;
use service::Config;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Sample;
use super::background::{Answers, Heard};
use super::effects::{Effects, SESSIONS};
use super::external::{self, Written};
use super::message::{Effect, Message};
use super::model::Model;
use super::screen::{Screen, writing};
use super::session::Sessions;
use super::settings::Settings;
use super::signals::Signals;
use super::terminal::Terminal;
use super::view;
use crate::logging::Recent;

/// Messages that are taken account of before the screen is drawn again.
const MAX_BATCH: usize = 64;
/// What is not an answer to a key is drawn at most this often.
const BETWEEN: Duration = Duration::from_millis(12);

/// What the loop does next.
#[derive(Clone, Copy, PartialEq, Eq)]
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
    input: Input,
    drawn_at: Instant,
}

/// What listens to the terminal, while anything does.
struct Input {
    messages: mpsc::UnboundedSender<Message>,
    task: Option<JoinHandle<()>>,
}

impl Input {
    const fn new(messages: mpsc::UnboundedSender<Message>) -> Self {
        Self {
            messages,
            task: None,
        }
    }

    fn start(&mut self) {
        let listening = listen(EventStream::new(), self.messages.clone());
        self.task = Some(tokio::spawn(listening));
    }

    /// Ends the listening; the terminal's next bytes are somebody else's.
    async fn stop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            drop(task.await);
        }
    }
}

/// Runs the admin until it is left.
///
/// # Errors
/// Where there is no terminal, or it goes away.
pub(crate) async fn run(
    config: Config,
    settings: Settings,
    sample: Sample,
    log: Recent,
) -> io::Result<()> {
    let mut signals = Signals::listen()?;
    let terminal = Terminal::enter()?;
    // From here on no key and no change of size is missed: both wait until they are listened for.
    crossterm::event::poll(Duration::ZERO)?;
    let (sender, messages) = mpsc::unbounded_channel();
    let state = crate::cli::folders::state();
    let sessions = state.as_ref().map(|folder| folder.join(SESSIONS));
    let sessions = Sessions::read(sessions.as_deref());
    settings.log_problems();
    let (mut model, first) = Model::new(settings, sessions, Instant::now());
    model.begin_with(config.database.to_string());
    let effects = Effects::new(config, sample, log, state.as_deref(), sender.clone());
    let mut runtime = Runtime {
        terminal,
        model,
        effects,
        messages,
        input: Input::new(sender.clone()),
        drawn_at: Instant::now(),
    };
    // The first frame does not wait for the store.
    runtime.draw().await?;
    runtime.perform(first).await?;
    if runtime.model.wants_background() {
        Terminal::ask_background()?;
    }
    runtime.input.start();
    let ends = tokio::spawn(async move {
        signals.next().await;
        drop(sender.send(Message::Terminate));
    });
    let result = runtime.turn().await;
    ends.abort();
    let Runtime {
        terminal,
        effects,
        mut input,
        ..
    } = runtime;
    input.stop().await;
    drop(terminal);
    effects.end().await;
    result
}

/// Passes on what comes from the terminal. The stream has to be awaited in one place alone: it
/// wakes only who polled it first.
async fn listen(mut events: EventStream, messages: mpsc::UnboundedSender<Message>) {
    let mut answers = Answers::default();
    loop {
        let heard = match events.next().await {
            Some(Ok(event)) => translate(event, &mut answers),
            Some(Err(_)) | None => vec![Message::Terminate],
        };
        for message in heard {
            if messages.send(message).is_err() {
                return;
            }
        }
    }
}

impl Runtime {
    async fn turn(&mut self) -> io::Result<()> {
        // What is to be drawn when its time has come.
        let mut draw_at: Option<Instant> = None;
        loop {
            let first = match self.next(draw_at).await {
                Happened::Message(message) => Some(message),
                Happened::Due => None,
                Happened::Ended => return Ok(()),
            };
            let mut at_once = false;
            let mut taken = 0;
            let mut next_message = first;
            while let Some(message) = next_message {
                at_once |= matches!(
                    message,
                    Message::Key(_) | Message::Paste(_) | Message::Resized
                );
                if self.take(message).await? == Next::Stop {
                    return Ok(());
                }
                taken += 1;
                next_message = if taken < MAX_BATCH {
                    self.messages.try_recv().ok()
                } else {
                    None
                };
            }
            if self.model.take_changed() {
                let soonest = self.drawn_at + BETWEEN;
                draw_at = Some(if at_once { self.drawn_at } else { soonest });
            }
            if draw_at.is_some_and(|at| at <= Instant::now()) {
                draw_at = None;
                self.draw().await?;
            }
        }
    }

    /// Waits for the next message, or for what is due.
    async fn next(&mut self, draw_at: Option<Instant>) -> Happened {
        let deadline = self.model.deadline();
        let until = [deadline, draw_at].into_iter().flatten().min();
        let Some(until) = until else {
            return self
                .messages
                .recv()
                .await
                .map_or(Happened::Ended, Happened::Message);
        };
        match tokio::time::timeout_at(until.into(), self.messages.recv()).await {
            Ok(Some(message)) => Happened::Message(message),
            Ok(None) => Happened::Ended,
            Err(_) if deadline.is_some_and(|deadline| deadline <= until) => {
                Happened::Message(Message::Tick)
            }
            Err(_) => Happened::Due,
        }
    }

    async fn take(&mut self, message: Message) -> io::Result<Next> {
        #[cfg(debug_assertions)]
        panic_if_asked(&message);
        let effects = self.model.update(message, Instant::now());
        self.perform(effects).await
    }

    async fn perform(&mut self, effects: Vec<Effect>) -> io::Result<Next> {
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Next::Stop),
                Effect::Redraw => self.terminal.forget()?,
                Effect::Suspend => self.terminal.suspend()?,
                Effect::Mouse(capture) => self.terminal.mouse(capture)?,
                Effect::Copy(text) => Terminal::copy(&text)?,
                Effect::EditOutside(screen, text) => self.edit_outside(screen, text).await?,
                effect => self.effects.begin(effect),
            }
        }
        Ok(Next::Go)
    }

    /// Hands the terminal over to the editor of the user's choice. The stream of events ends
    /// before, or its thread would go on taking the editor's keys.
    async fn edit_outside(&mut self, screen: Screen, text: String) -> io::Result<()> {
        self.input.stop().await;
        let (written, taken) = self.terminal.lend(move || external::edit(&text)).await?;
        let told = match &written {
            Written::Changed(_) => "your text is kept as a draft".to_owned(),
            Written::Same => "nothing was changed".to_owned(),
            Written::Failed(said) | Written::Broken(_, said) => said.clone(),
        };
        // What waits in the queue may be the end of the program, and without the terminal it ends
        // as well: what was written comes before.
        let written = Message::Writing(screen, Box::new(writing::Message::Written(written)));
        for effect in self.model.update(written, Instant::now()) {
            self.effects.begin(effect);
        }
        taken.map_err(|error| {
            let said = format!("the terminal could not be taken back: {error}; {told}");
            io::Error::other(said)
        })?;
        self.input.start();
        Ok(())
    }

    async fn draw(&mut self) -> io::Result<()> {
        // Another room may show another part, which is drawn at once.
        for _ in 0..2 {
            let model = &self.model;
            let Some(drawn) = self.terminal.draw(|frame| view::draw(model, frame))? else {
                break;
            };
            self.drawn_at = Instant::now();
            let Some(message) = self.model.drawn(drawn) else {
                break;
            };
            let effects = self.model.update(message, self.drawn_at);
            self.perform(effects).await?;
            if !self.model.take_changed() {
                break;
            }
        }
        Ok(())
    }
}

/// What happens to the terminal and to a text when the program breaks is tested from outside; it
/// can't be broken otherwise. A release has nothing of this.
#[cfg(debug_assertions)]
fn panic_if_asked(message: &Message) {
    let is_f24 = matches!(message, Message::Key(key) if key.code == KeyCode::F(24));
    let is_asked = is_f24 && std::env::var_os("FOLIO_TEST_PANIC_ON_F24").is_some();
    assert!(!is_asked, "the test asked for it");
}

/// What the loop waited for.
enum Happened {
    Message(Message),
    /// It is time to draw.
    Due,
    /// There is nobody left to send a message.
    Ended,
}

fn translate(event: Event, answers: &mut Answers) -> Vec<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => match answers.hear(key) {
            Heard::Keys(keys) => keys.into_iter().map(Message::Key).collect(),
            Heard::Background(background) => vec![Message::Background(background)],
            Heard::Nothing | Heard::Unknown => Vec::new(),
        },
        Event::Paste(text) => vec![Message::Paste(text)],
        Event::Resize(..) => vec![Message::Resized],
        Event::Mouse(mouse) => vec![Message::Mouse(mouse)],
        _ => Vec::new(),
    }
}
