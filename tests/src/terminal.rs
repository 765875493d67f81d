//! The program in a terminal that the test can read.

use std::io::{Read, Write};
use std::num::NonZero;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::program::{Program, built};

/// A test waits for a screen at most so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// What ends a frame: the end of a synchronised update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// A terminal with the program in it.
pub struct Terminal {
    screen: vt100::Parser,
    frames: usize,
    /// The last bytes, which may be the beginning of a frame's end.
    tail: Vec<u8>,
    /// All bytes that the program sent.
    sent: Vec<u8>,
    bytes: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts the admin on a screen of this size.
    #[must_use]
    pub fn start(program: &Program, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_with(program, arguments, &[], columns, rows)
    }

    /// The same with more variables in its environment.
    #[must_use]
    pub fn start_with(
        program: &Program,
        arguments: &[&str],
        variables: &[(&str, &str)],
        columns: u16,
        rows: u16,
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(built("folio"));
        command.args(arguments);
        command.env_clear();
        for (name, value) in program.command(&[]).get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd(program.home.path());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            screen: vt100::Parser::new(some(rows), some(columns), 0),
            frames: 0,
            tail: Vec::new(),
            sent: Vec::new(),
            bytes,
            keys,
            child,
            master: pair.master,
        }
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Changes the size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.screen_mut().set_size(some(rows), some(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// What is on the screen.
    #[must_use]
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// The screen, cell by cell.
    #[must_use]
    pub fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// All that the program has sent.
    #[must_use]
    pub fn sent(&self) -> &[u8] {
        &self.sent
    }

    /// How many frames the program has drawn.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Waits until it has drawn another frame than these.
    pub fn wait_for_frame(&mut self, after: usize) {
        self.wait("a frame", |terminal| terminal.frames > after);
    }

    /// Listens for so long; gives how many bytes came.
    pub fn listen(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        let mut heard = 0;
        while let Ok(bytes) = self
            .bytes
            .recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            heard += bytes.len();
            self.process_bytes(&bytes);
        }
        heard
    }

    fn process_bytes(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.sent.extend_from_slice(bytes);
        self.tail.extend_from_slice(bytes);
        let ends = self.tail.windows(FRAME_END.len());
        self.frames += ends.filter(|bytes| *bytes == FRAME_END).count();
        let keep = self.tail.len().min(FRAME_END.len() - 1);
        self.tail.drain(..self.tail.len() - keep);
    }

    /// Whether the program has a screen of its own, and not the shell's.
    #[must_use]
    pub fn is_alternate(&self) -> bool {
        self.screen.screen().alternate_screen()
    }

    /// Waits until the screen is as wanted.
    pub fn wait(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is(self) {
            match self
                .bytes
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.process_bytes(&bytes),
                Err(RecvTimeoutError::Disconnected) if is(self) => return,
                Err(gone) => panic!("waited for {what} ({gone}) in\n{}", self.text()),
            }
        }
    }

    /// Waits until this is on the screen.
    pub fn wait_for(&mut self, text: &str) {
        self.wait(text, |terminal| terminal.text().contains(text));
    }

    /// The program's process, by its number.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits until the program was stopped, as by a shell's ctrl-z.
    pub fn wait_until_stopped(&mut self) {
        let process = self.process().to_string();
        let end = Instant::now() + PATIENCE;
        let is_stopped = || {
            let told = Command::new("ps")
                .args(["-o", "state=", "-p", &process])
                .output();
            told.unwrap().stdout.starts_with(b"T")
        };
        while !is_stopped() {
            assert!(Instant::now() < end, "it was not stopped:\n{}", self.text());
            self.listen(Duration::from_millis(10));
        }
    }

    /// Waits for the program's end; gives its exit status.
    pub fn end(&mut self) -> u32 {
        // What it wrote last has to be read, or it could not end.
        let end = Instant::now() + PATIENCE;
        loop {
            match self
                .bytes
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.process_bytes(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it did not end:\n{}", self.text()),
            }
        }
        self.child.wait().unwrap().exit_code()
    }
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        drop(self.child.kill());
    }
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn some(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).unwrap()
}
