//! The terminal: taken over at the start, and given back as it was however the program ends.

use std::io::{self, BufWriter, Stdout, Write, stdout};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::Frame;
use ratatui::backend::Backend;

use super::background;
use super::message::Capture;
use super::steady::{DoubtfulRows, Steady};

/// Presses, drags and the wheel, told by numbers of any size. Mere movements are not asked for:
/// they would wake the program for nothing.
const TAKE_MOUSE: &str = "\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h";
const LEAVE_MOUSE: &str = "\u{1b}[?1006l\u{1b}[?1002l\u{1b}[?1000l";

/// The terminal while the program has it.
pub(crate) struct Terminal {
    inner: ratatui::Terminal<Steady<BufWriter<Stdout>>>,
    doubtful: DoubtfulRows,
    capture: Capture,
}

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// Where there is none, or it can't be set up.
    pub(crate) fn enter() -> io::Result<Self> {
        hook_panics();
        take()?;
        let inner = ratatui::Terminal::new(Steady::new(BufWriter::new(stdout())))
            .inspect_err(|_| give_back())?;
        Ok(Self {
            inner,
            doubtful: DoubtfulRows::default(),
            capture: Capture::LeftToTerminal,
        })
    }

    /// Draws a frame, in one go where the terminal can do that.
    pub(crate) fn draw<T>(
        &mut self,
        view: impl FnOnce(&mut Frame<'_>) -> T,
    ) -> io::Result<Option<T>> {
        let mut drawn = None;
        execute!(stdout(), BeginSynchronizedUpdate)?;
        let doubtful = &mut self.doubtful;
        let result = self.inner.draw(|frame| {
            drawn = Some(view(frame));
            doubtful.redraw(frame.buffer_mut());
        });
        execute!(stdout(), EndSynchronizedUpdate)?;
        result?;
        Ok(drawn)
    }

    /// Makes the next frame draw everything.
    pub(crate) fn forget(&mut self) -> io::Result<()> {
        // The terminal's own `clear` asks where the cursor is, which not every one answers.
        self.inner.backend_mut().clear()?;
        let area = self.inner.size()?;
        self.inner.resize(area.into())
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(crate) fn mouse(&mut self, capture: Capture) -> io::Result<()> {
        self.capture = capture;
        execute!(
            stdout(),
            Print(match capture {
                Capture::Taken => TAKE_MOUSE,
                Capture::LeftToTerminal => LEAVE_MOUSE,
            })
        )
    }

    /// Asks for the background; the answer comes as keys do (see [`background`]).
    pub(crate) fn ask_background() -> io::Result<()> {
        let deaf = std::env::var("TERM").is_ok_and(|term| term == "dumb" || term == "linux");
        if deaf {
            return Ok(());
        }
        execute!(stdout(), Print(background::QUESTION))
    }

    /// Hands a text to the terminal for its clipboard (OSC 52), as base64: whatever is in the
    /// text, none of it acts on the terminal.
    pub(crate) fn copy(text: &str) -> io::Result<()> {
        execute!(stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Stops the program's process group, as a shell's ctrl-z does; comes back with `fg`.
    #[cfg(unix)]
    pub(crate) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        self.take_again()
    }

    /// There is no background to go to.
    #[cfg(not(unix))]
    pub(crate) fn suspend(&mut self) -> io::Result<()> {
        self.forget()
    }

    /// Lends the terminal to something that has it for itself meanwhile; gives what came of it, and
    /// whether the terminal could be taken back.
    pub(crate) async fn lend<T: Send + 'static>(
        &mut self,
        to: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<(T, io::Result<()>)> {
        give_back();
        let done = tokio::task::spawn_blocking(to).await;
        let taken = self.take_again();
        Ok((done.map_err(io::Error::other)?, taken))
    }

    fn take_again(&mut self) -> io::Result<()> {
        take()?;
        self.mouse(self.capture)?;
        self.forget()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    // The other screen may still have what a program left there that could not clear up.
    execute!(
        stdout(),
        EnterAlternateScreen,
        Clear(ClearType::All),
        EnableBracketedPaste,
        Hide
    )
    .inspect_err(|_| give_back())
}

/// Undoes [`take`]. What can't be undone has no terminal any longer.
fn give_back() {
    drop(execute!(
        stdout(),
        EndSynchronizedUpdate,
        Print(LEAVE_MOUSE),
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    ));
    drop(disable_raw_mode());
    drop(stdout().flush());
}

/// A panic on the main thread ends the program: its words have to land on a terminal that shows
/// them. One in a task is told of by the task's result, and must not write over the screen.
fn hook_panics() {
    let before = std::panic::take_hook();
    let main = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == main {
            give_back();
            before(panic);
        } else {
            tracing::error!(at = ?panic.location().map(ToString::to_string), "a task panicked");
        }
    }));
}
