//! Makes the README's pictures: runs the program in a terminal, on the sample that comes with it,
//! and draws what it shows:
//!
//! ```sh
//! cargo build --release && cargo run --release -p folio-tests --example pictures -- docs/pictures
//! ```
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a command, run by hand"
)]

use std::path::PathBuf;

use support::picture::{Palette, svg};
use support::program::Program;
use support::terminal::Terminal;

/// A picture, and the way to it.
struct Scene {
    name: &'static str,
    title: &'static str,
    steps: &'static [Step],
}

/// One thing that is done.
enum Step {
    /// Typed.
    Keys(&'static str),
    /// Awaited on the screen.
    See(&'static str),
    /// Awaited until it is no longer there.
    Gone(&'static str),
    /// Files below the user's folder, written: their paths and texts.
    Write(&'static [(&'static str, &'static str)]),
    /// A file below it, given another path.
    Move(&'static str, &'static str),
}

use Step::{Gone, Keys, Move, See, Write};

/// What the sample says once it is there.
const LOADED: &str = "12 documents and 24 turns";

const SCENES: &[Scene] = &[
    Scene {
        name: "documents",
        title: "The documents, the selected one beside them",
        steps: &[Gone(LOADED), Keys("jj"), See("# History")],
    },
    Scene {
        name: "search",
        title: "A search as one types",
        steps: &[
            Gone(LOADED),
            Keys("/restor"),
            See("found in"),
            See("History and"),
        ],
    },
    Scene {
        name: "thread",
        title: "A conversation",
        steps: &[
            Gone(LOADED),
            Keys("2"),
            See("sample-a-long"),
            Keys("\r"),
            See("Are you there?"),
        ],
    },
    Scene {
        name: "figures",
        title: "The figures of the store",
        steps: &[Gone(LOADED), Keys("6"), See("Connections"), See("Tables")],
    },
    Scene {
        name: "ingest",
        title: "What taking a folder in would do",
        steps: &[
            Gone(LOADED),
            Write(&[
                ("handbook/first-steps.md", "# First steps\n"),
                (
                    "handbook/on-call.md",
                    "# On call\n\nWho answers at night.\n",
                ),
                (
                    "handbook/releases.md",
                    "# Releases\n\nEvery second Tuesday.\n",
                ),
                (
                    "handbook/old/travel.md",
                    "# Travel\n\nHow trips are paid.\n",
                ),
                ("handbook/old/fax.md", "# The fax\n"),
            ]),
            Keys("5a"),
            See("  handbook/"),
            Keys("hand"),
            See("> handbook/"),
            Keys("\r"),
            See("all 5   added 5"),
            Keys("R"),
            See("5 added; u takes it back"),
            Gone("5 added; u takes it back"),
            Write(&[
                (
                    "handbook/on-call.md",
                    "# On call\n\nWho answers, day and night.\n",
                ),
                ("handbook/releases.md", "# Releases\n\nEvery Tuesday.\n"),
                ("handbook/tools/editors.md", "# Editors\n"),
                ("handbook/tools/terminals.md", "# Terminals\n"),
                ("handbook/tools/logo.md", "\u{89}PNG\r\n\u{1a}\n\0\0"),
            ]),
            Move("handbook/old/travel.md", "handbook/travel.md"),
            Move("handbook/old/fax.md", "fax.md"),
            Keys("p"),
            See("changed 2"),
            Keys("j"),
            See("> changed"),
        ],
    },
    Scene {
        name: "help",
        title: "The keys of a place",
        steps: &[Gone(LOADED), Keys("?"), See("Keys: Documents")],
    },
];

fn main() {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .map_or_else(|| "docs/pictures".into(), PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    for scene in SCENES {
        let program = Program::new();
        let mut terminal = Terminal::start(&program, &[], 110, 30);
        terminal.wait_for("This store is empty");
        terminal.keys("s");
        terminal.wait_for(LOADED);
        for step in scene.steps {
            match step {
                Keys(keys) => terminal.keys(keys),
                See(text) => terminal.wait_for(text),
                Gone(text) => {
                    terminal.wait("it to go", |terminal| !terminal.text().contains(text));
                }
                Write(files) => {
                    for (name, text) in *files {
                        let path = program.home.path().join(name);
                        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                        std::fs::write(path, text).unwrap();
                    }
                }
                Move(from, to) => {
                    let home = program.home.path();
                    std::fs::rename(home.join(from), home.join(to)).unwrap();
                }
            }
        }
        let path = folder.join(scene.name).with_extension("svg");
        std::fs::write(&path, svg(terminal.screen(), &Palette::DARK, scene.title)).unwrap();
        println!("{}", path.display());
    }
}
