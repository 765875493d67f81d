//! Opening and reading one file, without ever waiting for it.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::decode::{Decoding, decode};
use super::{IngestOptions, NameRule, front_matter, name};
use crate::exchange::folder::block;
use crate::folio::Folio;
use crate::validate;

pub(super) const NO_FILE: &str = "is no regular file (but a pipe, a socket or a device)";

/// The key of a document's metadata under which it stands how the file was read.
pub(super) const READING: &str = "folio";

/// How files become documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) max_bytes: usize,
    pub(super) decoding: Decoding,
    pub(super) names: NameRule,
}

impl Rules {
    /// How this store and these options read files.
    pub(super) fn of(folio: &Folio, options: &IngestOptions) -> Self {
        let limit = folio.config().max_document_bytes;
        Self {
            max_bytes: options.max_file_bytes.map_or(limit, |own| own.min(limit)),
            decoding: Decoding {
                encoding: options.encoding,
                undecodable: options.undecodable,
            },
            names: options.names,
        }
    }
}

/// A document's text in the making.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) content: String,
    pub(super) hash: [u8; 32],
    pub(super) metadata: Value,
    pub(super) says: Says,
    /// What is to be known of it.
    pub(super) note: Option<String>,
}

/// What a file tells of its document's metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// A part: the front matter, which is in the text as well.
    Part,
    /// All of it: the file is of an export.
    All,
}

/// Reads a file as a document; the error says in words what is wrong.
pub(super) fn text(path: &Path, links: Links, rules: &Rules) -> Result<Text, String> {
    let decoded = decode(bytes(path, links, rules.max_bytes)?, rules.decoding)?;
    if decoded.text.len() > rules.max_bytes {
        return Err(too_large(decoded.text.len(), rules.max_bytes));
    }
    if let Some(exported) = block::exported(&decoded.text) {
        // Its block would become a part of the document's text.
        let exported = exported.map_err(|problem| {
            format!("is a file of folio export folder, and {problem}: its document is as it was")
        })?;
        return Ok(Text {
            name: exported.name(),
            metadata: exported.metadata(),
            hash: *blake3::hash(exported.body.as_bytes()).as_bytes(),
            content: exported.body.to_owned(),
            says: Says::All,
            note: None,
        });
    }
    let matter = front_matter::read(&decoded.text);
    let extension = path.extension().and_then(|extension| extension.to_str());
    let named = match rules.names {
        NameRule::Title => name::of(&matter.fields, matter.body, extension),
        NameRule::FileName => None,
    };
    let name = named.unwrap_or_else(|| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    });
    validate::short_text("name", &name, validate::MAX_CODE)
        .map_err(|invalid| invalid.to_string())?;
    let (mut metadata, mut problem) = (matter.fields, matter.problem);
    if metadata.remove(READING).is_some() {
        let said = format!(
            "what the front matter says under {READING:?} is left out of the metadata: that name is taken"
        );
        problem = Some(said);
    }
    let mut notes = Vec::new();
    let mut reading = Map::new();
    if let Some(encoding) = decoded.encoding {
        reading.insert("encoding".to_owned(), encoding.into());
        notes.push(if decoded.guessed {
            format!("was read as {encoding}, a guess: --encoding says otherwise")
        } else {
            format!("was read as {encoding}")
        });
    }
    if decoded.lossy {
        reading.insert("lossy".to_owned(), true.into());
        notes.push("some of its bytes are no text and were replaced".to_owned());
    }
    if let Some(problem) = problem {
        reading.insert("front_matter".to_owned(), json!(problem));
        notes.push(problem);
    }
    if !reading.is_empty() {
        metadata.insert(READING.to_owned(), Value::Object(reading));
    }
    Ok(Text {
        name,
        hash: *blake3::hash(decoded.text.as_bytes()).as_bytes(),
        content: decoded.text,
        metadata: Value::Object(metadata),
        says: Says::Part,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    })
}

fn bytes(path: &Path, links: Links, max_bytes: usize) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let mut file = open(path, links).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if !about.is_file() {
        return Err(NO_FILE.to_owned());
    }
    // With room for a byte-order mark.
    let limit = max_bytes as u64 + 4;
    if about.len() > limit {
        let bytes = usize::try_from(about.len()).unwrap_or(usize::MAX);
        return Err(too_large(bytes, max_bytes));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default() + 1);
    // It may have grown since it was looked at.
    file.by_ref()
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len(), max_bytes));
    }
    if has_changed(&about, &file.metadata().map_err(unreadable)?) {
        return Err("was changed while it was read: take it in once more".to_owned());
    }
    Ok(bytes)
}

/// Whether a file was written between two looks at it: what was read may be half of either.
fn has_changed(before: &Metadata, after: &Metadata) -> bool {
    let written = |about: &Metadata| about.modified().ok();
    before.len() != after.len() || written(before) != written(after)
}

fn too_large(bytes: usize, max_bytes: usize) -> String {
    format!("has {bytes} bytes, more than the limit of {max_bytes}")
}

/// What is done about a link in a file's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// It is read: somebody named it.
    Followed,
    /// It is refused: a folder has its own files alone, and this was one when it was found.
    Refused,
}

/// Opens without waiting: a pipe that took the file's place would make anyone wait for a writer.
#[cfg(unix)]
pub(super) fn open(path: &Path, links: Links) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    if links == Links::Refused {
        flags |= rustix::fs::OFlags::NOFOLLOW;
    }
    std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
}

#[cfg(not(unix))]
pub(super) fn open(path: &Path, _links: Links) -> std::io::Result<File> {
    File::open(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_found_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (own, link) = (folder.path().join("own.md"), folder.path().join("link.md"));
        std::fs::write(&own, "mine").unwrap();
        std::os::unix::fs::symlink(&own, &link).unwrap();
        let named = bytes(&link, Links::Followed, 100);
        assert_eq!(named.unwrap(), b"mine");
        assert!(bytes(&link, Links::Refused, 100).is_err());
        assert!(bytes(&own, Links::Refused, 100).is_ok());
    }

    fn read(bytes: &[u8]) -> Text {
        let mut file = tempfile::Builder::new().suffix(".md").tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let rules = Rules {
            max_bytes: 1_000,
            decoding: Decoding {
                encoding: None,
                undecodable: super::super::Undecodable::Refuse,
            },
            names: NameRule::Title,
        };
        text(file.path(), Links::Followed, &rules).unwrap()
    }

    #[test]
    fn a_file_can_not_tell_how_it_was_read() {
        let read = read(b"---\ntitle: t\nfolio: {encoding: fake}\n---\n");
        let note = read.note.unwrap();
        assert!(note.contains("under \"folio\" is left out"), "{note}");
        let expected = json!({"title": "t", "folio": {"front_matter": note}});
        assert_eq!(read.metadata, expected);
    }

    #[test]
    fn a_guess_is_told_as_one() {
        let note = read(b"un caf\xe9 cr\xe8me").note.unwrap();
        assert_eq!(
            note,
            "was read as windows-1252, a guess: --encoding says otherwise"
        );
        let note = read(b"\xff\xfea\0").note.unwrap();
        assert_eq!(note, "was read as UTF-16LE");
    }

    #[test]
    fn a_file_that_is_written_while_it_is_read_is_noticed() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"one").unwrap();
        let before = file.as_file().metadata().unwrap();
        assert!(!has_changed(&before, &file.as_file().metadata().unwrap()));
        file.write_all(b"two").unwrap();
        assert!(has_changed(&before, &file.as_file().metadata().unwrap()));
    }
}
