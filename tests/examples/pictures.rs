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
}

use Step::{Gone, Keys, See};

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
            See("sample-a-long-evening"),
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
            }
        }
        let path = folder.join(scene.name).with_extension("svg");
        std::fs::write(&path, svg(terminal.screen(), &Palette::DARK, scene.title)).unwrap();
        println!("{}", path.display());
    }
}
