//! Commands that every screen has.

use super::{Command, Context, Entry, Scope, entry};
use crate::admin::screen::Screen;

/// What the program as a whole can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum App {
    Help,
    Palette,
    Back,
    Reload,
    Undo,
    /// Opens another store.
    Connect,
    /// Makes the tables that the store lacks.
    Migrate,
    NextScreen,
    PreviousScreen,
    Theme,
    Mouse,
    Redraw,
    Suspend,
    /// Cancels what runs, or else quits.
    Interrupt,
    Quit,
}

/// A movement through rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    Up,
    Down,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
    First,
    Last,
}

/// A change of which rows are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Toggle,
    Range,
    Invert,
    All,
    None,
}

impl Move {
    /// How far it goes on a screen of so many rows; to an end is as far as can be.
    pub(crate) fn rows(self, height: usize) -> isize {
        let page = isize::try_from(height.max(2)).unwrap_or(isize::MAX) - 1;
        match self {
            Self::Up => -1,
            Self::Down => 1,
            Self::HalfUp => -(page / 2).max(1),
            Self::HalfDown => (page / 2).max(1),
            Self::PageUp => -page,
            Self::PageDown => page,
            Self::First => isize::MIN,
            Self::Last => isize::MAX,
        }
    }
}

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("list.down", Command::Move(Move::Down), Scope::Moving, &["j", "down"], "down", "A row down"),
    entry("list.up", Command::Move(Move::Up), Scope::Moving, &["k", "up"], "up", "A row up"),
    entry("list.half-down", Command::Move(Move::HalfDown), Scope::Moving, &["ctrl-d"], "half down", "Half a page down"),
    entry("list.half-up", Command::Move(Move::HalfUp), Scope::Moving, &["ctrl-u"], "half up", "Half a page up"),
    entry("list.page-down", Command::Move(Move::PageDown), Scope::Moving, &["pagedown", "ctrl-f"], "page down", "A page down"),
    entry("list.page-up", Command::Move(Move::PageUp), Scope::Moving, &["pageup", "ctrl-b"], "page up", "A page up"),
    entry("list.first", Command::Move(Move::First), Scope::Moving, &["g", "home"], "first", "To the beginning"),
    entry("list.last", Command::Move(Move::Last), Scope::Moving, &["G", "end"], "last", "To the end"),
    entry("text.page-down", Command::Move(Move::PageDown), Scope::Texts, &["space"], "page down", "A page of the text down"),

    entry("mark.toggle", Command::Mark(Mark::Toggle), Scope::Tables, &["space"], "mark", "Mark the row, or take its mark away").hinted(),
    entry("mark.range", Command::Mark(Mark::Range), Scope::Tables, &["v"], "range", "Begin or end a range: rows that are passed over are marked"),
    entry("mark.invert", Command::Mark(Mark::Invert), Scope::Tables, &["*"], "invert", "Mark what is not marked, and the other way round"),
    entry("mark.all", Command::Mark(Mark::All), Scope::Tables, &["a"], "all", "Mark every row of the list, also those that are not read yet"),
    entry("mark.none", Command::Mark(Mark::None), Scope::Tables, &["-"], "none", "Take all marks away"),

    entry("app.back", Command::App(App::Back), Scope::Everywhere, &["esc"], "back", "Close what lies on top; else take the marks away; else go back"),
    entry("app.reload", Command::App(App::Reload), Scope::Screens, &["r", "f5"], "reload", "Read again what is shown; connect again where that failed"),
    entry("app.undo", Command::App(App::Undo), Scope::Screens, &["u"], "undo", "Take the last change back: what was deleted, changed or made from here").writes(),
    entry("store.connect", Command::App(App::Connect), Scope::In(&[Context::Unopened]), &["o", "O"], "open another", "Open another store: the URL that did not work is there to be changed").hinted(),
    entry("store.migrate", Command::App(App::Migrate), Scope::In(&[Context::Unopened]), &["m"], "make tables", "Make the tables that the database lacks, after a question").hinted().writes(),
    entry("app.next-screen", Command::App(App::NextScreen), Scope::Screens, &["]"], "next", "To the next screen"),
    entry("app.previous-screen", Command::App(App::PreviousScreen), Scope::Screens, &["["], "previous", "To the screen before"),
    entry("app.palette", Command::App(App::Palette), Scope::Screens, &[":", "ctrl-p"], "commands", "Find a command by its name").hinted(),
    entry("app.help", Command::App(App::Help), Scope::Everywhere, &["?", "f1"], "help", "Show the keys of this place").hinted(),
    entry("app.theme", Command::App(App::Theme), Scope::Screens, &["f9"], "theme", "Change the colours: dark, light, none"),
    entry("app.mouse", Command::App(App::Mouse), Scope::Screens, &["f10"], "mouse", "Let go of the mouse, so that the terminal selects text; or take it"),
    entry("app.redraw", Command::App(App::Redraw), Scope::Everywhere, &["ctrl-l"], "redraw", "Draw the screen anew"),
    entry("app.suspend", Command::App(App::Suspend), Scope::Everywhere, &["ctrl-z"], "suspend", "Go to the background; fg brings it back"),
    entry("app.interrupt", Command::App(App::Interrupt), Scope::Everywhere, &["ctrl-c"], "cancel", "Cancel the job that runs; else quit, after a question where a text is not saved"),
    entry("app.quit", Command::App(App::Quit), Scope::Screens, &["q"], "quit", "Quit; where a job runs, after a question"),

    entry("screen.documents", Command::Go(Screen::Documents), Scope::Screens, &["1"], "documents", "To the documents"),
    entry("screen.threads", Command::Go(Screen::Threads), Scope::Screens, &["2"], "threads", "To the threads"),
    entry("screen.trash", Command::Go(Screen::Trash), Scope::Screens, &["3"], "trash", "To the trash, and to what was done"),
    entry("screen.search", Command::Go(Screen::Search), Scope::Screens, &["4"], "search", "To the search over documents and messages"),
    entry("screen.ingest", Command::Go(Screen::Ingest), Scope::Screens, &["5"], "ingest", "To where files are taken in, and to the earlier runs"),
    entry("screen.stats", Command::Go(Screen::Stats), Scope::Screens, &["6"], "stats", "To the figures: connections, calls, the database"),
    entry("screen.log", Command::Go(Screen::Log), Scope::Screens, &["7"], "log", "To the program's own log"),
];
