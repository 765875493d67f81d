//! Printing results: as JSON for programs, or as lines for people.

use std::io::{self, Write};

use serde::Serialize;
use service::error::IngestionError;
use service::{Error, UserId};

/// Why a command ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// It failed, for this reason.
    Failed(String),
    /// It was called wrongly.
    Misused(String),
    /// It failed, and the result says so.
    Told,
    /// Nobody reads the result any longer (`| head`).
    NobodyReads,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match &error {
            // An export that goes out as it is made.
            Error::Ingestion(IngestionError::Unwritable { error, .. })
                if error.kind() == io::ErrorKind::BrokenPipe =>
            {
                Self::NobodyReads
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::Failed(format!("cannot write the result: {error}")),
        }
    }
}

/// How results are printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(super) fn is_json(self) -> bool {
        self.json
    }

    /// Prints a result in either form.
    pub(super) fn print<T: Serialize>(
        self,
        result: &T,
        lines: impl FnOnce(&T) -> Vec<String>,
    ) -> Result<(), Stop> {
        if self.json {
            return Self::json_line(result);
        }
        let mut out = io::stdout().lock();
        for line in lines(result) {
            writeln!(out, "{line}")?;
        }
        Ok(out.flush()?)
    }

    /// Prints a line while the work goes on, for people alone. What is being done goes on, too, where
    /// nobody reads it.
    pub(super) fn tell(self, line: &str) {
        if !self.json {
            drop(writeln!(io::stdout().lock(), "{line}"));
        }
    }

    /// Prints a line of JSON.
    pub(super) fn json_line<T: Serialize>(result: &T) -> Result<(), Stop> {
        // A result may be long: it goes out as it is made.
        let mut out = io::BufWriter::with_capacity(64 * 1024, io::stdout().lock());
        serde_json::to_writer(&mut out, result).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        Ok(out.flush()?)
    }

    /// Prints bytes as they are.
    pub(super) fn raw(bytes: &[u8]) -> Result<(), Stop> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }
}

/// Says what went wrong, on standard error.
pub(super) fn complain(said: &str) {
    // Where not even that can be written, the exit status has to do.
    drop(writeln!(io::stderr().lock(), "folio: {}", plain(said)));
}

/// A stored text for a person's terminal: on one line, without characters that do things.
pub(super) fn plain(text: &str) -> String {
    crate::admin::text::clean(text)
}

/// Who it was, where that is known, behind what was done or when.
pub(super) fn by(actor: Option<&str>) -> String {
    actor.map_or(String::new(), |actor| format!(" by {}", plain(actor)))
}

/// Whose a conversation or a turn is, where that is known, behind what it is.
pub(super) fn of_user(user: Option<&UserId>) -> String {
    user.map_or(String::new(), |user| {
        format!("  user {}", plain(user.as_str()))
    })
}

/// A time for people: to the second.
pub(super) fn moment(time: &service::DateTime<service::Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}
