//! The editor of the user's choice: `$VISUAL`, else `$EDITOR`, else vi, on a file of its own that
//! only the user may read. Where anything fails, the file stays, and is named.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// Another text.
    Changed(String),
    /// It was left without a change.
    Same,
    /// Something failed: what is told of it.
    Failed(String),
    /// It failed with another text in its file: that text, and what is told.
    Broken(String, String),
}

/// Opens the editor on a text, and waits for it. The terminal has to be given back before.
pub(crate) fn edit(text: &str) -> Written {
    let line = ["VISUAL", "EDITOR"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|line| !line.trim().is_empty())
        .unwrap_or_else(|| "vi".to_owned());
    let Some((program, arguments)) = split(&line) else {
        return Written::Failed(format!("{line:?} is no command: its quotes don't match"));
    };
    let file = match store(text) {
        Ok(file) => file,
        Err(error) => {
            return Written::Failed(format!("no file for the editor could be made: {error}"));
        }
    };
    let written = run(&program, &arguments, &file, text);
    if matches!(written, Written::Changed(_) | Written::Same) {
        // A file that can't be removed is nobody's harm.
        drop(fs::remove_file(&file));
    }
    written
}

fn run(program: &str, arguments: &[String], file: &Path, before: &str) -> Written {
    let kept = format!("your text is in {}", file.display());
    match Command::new(program).args(arguments).arg(file).status() {
        Err(error) => Written::Failed(format!("{program} could not be started: {error}; {kept}")),
        Ok(status) if !status.success() => {
            let said = format!("{program} ended with {status}; {kept}");
            match fs::read_to_string(file) {
                Ok(after) if after != before => Written::Broken(after, said),
                Ok(_) | Err(_) => Written::Failed(said),
            }
        }
        Ok(_) => match fs::read_to_string(file) {
            Ok(after) if after == before => Written::Same,
            Ok(after) => Written::Changed(after),
            Err(error) => Written::Failed(format!(
                "what {program} wrote can't be read: {error}; {kept}"
            )),
        },
    }
}

/// The program and its arguments.
fn split(line: &str) -> Option<(String, Vec<String>)> {
    let mut words = shell_words::split(line).ok()?.into_iter();
    Some((words.next()?, words.collect()))
}

/// Writes the text into a new file of the temporary folder.
fn store(text: &str) -> io::Result<PathBuf> {
    let folder = std::env::temp_dir();
    for number in 0.. {
        let path = folder.join(format!("folio-{}-{number}.md", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1_000 => {}
            Err(error) => return Err(error),
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                return Ok(path);
            }
        }
    }
    Err(io::Error::other("no name is free"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_have_quotes_and_arguments() {
        let (program, arguments) = split("'/my editors/ed' -f --name \"a b\"").unwrap();
        assert_eq!(program, "/my editors/ed");
        assert_eq!(arguments, ["-f", "--name", "a b"]);
        assert_eq!(split("vi \"open"), None);
        assert_eq!(split("  "), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_text_that_is_left_alone_is_the_same_and_a_failure_keeps_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let file = store("one").unwrap();
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(run("true", &[], &file, "one"), Written::Same);
        let script = ["-c".to_owned(), "printf two > \"$0\"".to_owned()];
        assert_eq!(
            run("sh", &script, &file, "one"),
            Written::Changed("two".to_owned())
        );
        let Written::Failed(said) = run("false", &[], &file, "two") else {
            panic!("it fails")
        };
        assert!(said.contains(&file.display().to_string()), "{said}");
        // What was written before it failed is not lost.
        fs::write(&file, "one").unwrap();
        let script = ["-c".to_owned(), "printf half > \"$0\"; exit 1".to_owned()];
        let Written::Broken(text, said) = run("sh", &script, &file, "one") else {
            panic!("it fails with a text")
        };
        assert_eq!(text, "half");
        assert!(said.contains(&file.display().to_string()), "{said}");
        fs::remove_file(file).unwrap();
    }
}
