//! The page of the documentation that tells all keys: `docs/keys.md`.

use std::fmt::Write;

use super::{CONTEXTS, Context, Scope, table};

/// The page, as Markdown.
pub(crate) fn keys() -> String {
    let mut page = String::from(
        "# Keys\n\n\
         Made from the program's table of commands by `folio keys > docs/keys.md`. In the program,\n\
         `?` shows the keys of the place where you are, and `:` finds a command by its name.\n\n\
         Other keys are set by a command's id in the configuration file; an empty list takes a\n\
         command's keys away. What is wrong with one is told when the program starts.\n\n\
         ```toml\n[tui.keys]\n\"documents.sort\" = \"s\"\n\"app.palette\" = [\"ctrl-k\", \":\"]\n```\n\n\
         A key is a character, or one of `enter` `esc` `tab` `backtab` `space` `backspace` `delete`\n\
         `up` `down` `left` `right` `home` `end` `pageup` `pagedown` `f1` to `f24`, with `ctrl-` or\n\
         `alt-` before it. Where a line or a text is typed, letters are letters whatever is set.\n",
    );
    section(&mut page, "Everywhere", |scope| {
        matches!(scope, Scope::Everywhere | Scope::Screens)
    });
    section(&mut page, "In lists and texts", |scope| {
        matches!(scope, Scope::Moving | Scope::Texts)
    });
    section(&mut page, "In lists whose rows can be marked", |scope| {
        matches!(scope, Scope::Tables)
    });
    for context in CONTEXTS {
        section(&mut page, context.title(), |scope| is_own(scope, context));
    }
    page
}

fn is_own(scope: Scope, context: Context) -> bool {
    matches!(scope, Scope::In(contexts) if contexts.contains(&context))
}

fn section(page: &mut String, title: &str, has: impl Fn(Scope) -> bool) {
    let mut rows = table().filter(|entry| has(entry.scope)).peekable();
    if rows.peek().is_none() {
        return;
    }
    // Writing into a String never fails.
    let _ = write!(
        page,
        "\n## {title}\n\n| keys | does | id |\n|---|---|---|\n"
    );
    for entry in rows {
        let keys: Vec<String> = entry
            .keys
            .iter()
            .map(|key| format!("`{}`", key.replace('|', "\\|")))
            .collect();
        let _ = writeln!(
            page,
            "| {} | {} | `{}` |",
            keys.join(" "),
            entry.help,
            entry.id
        );
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_keys_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/keys.md");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == super::keys(),
            "run: cargo run -- keys > docs/keys.md"
        );
    }
}
