//! What a file of an export begins with: a block of YAML between lines of `---`, whose first field
//! tells what it is, and whose second one is the checksum of everything behind that line. So a file
//! that somebody has changed since it was written is known.

mod own;

use std::io::{self, Read};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::seal;
use crate::documents::NewDocument;

/// What this program writes, and the latest that it reads.
const FORMAT: u32 = 1;
/// The longest block that is read, in bytes.
pub(super) const MAX_BLOCK: u64 = 32 * 1024 * 1024;
const FENCE: &str = "---\n";
pub(super) const SUM: &str = "blake3: ";

/// What a file is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Document,
    Thread,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Document, Self::Thread];

    fn field(self) -> &'static str {
        match self {
            Self::Document => "folio-document: ",
            Self::Thread => "folio-thread: ",
        }
    }

    /// What a file begins with, up to the line of its checksum.
    pub(crate) fn beginning(self) -> String {
        format!("{FENCE}{}{FORMAT}\n", self.field())
    }

    /// What the block says that the file is of: a document's code, a thread's id.
    pub(super) fn key(self, block: &str) -> Option<String> {
        #[derive(Deserialize)]
        struct Keys {
            code: Option<String>,
            thread_id: Option<String>,
        }
        let keys: Keys = fields(block).ok()?;
        match self {
            Self::Document => keys.code,
            Self::Thread => keys.thread_id,
        }
    }

    /// Where the line of the checksum ends.
    pub(super) fn sealed(self) -> usize {
        self.beginning().len() + SUM.len() + blake3::OUT_LEN * 2 + 1
    }
}

/// What a document has beside its text.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DocumentFields {
    pub(crate) code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) updated_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Value>,
}

/// The fields of a block as YAML: texts are quoted where they need it, and never spread over lines.
pub(crate) fn yaml(fields: &impl Serialize) -> Result<String, String> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(fields, options)
        .map_err(|_| "its metadata can't be written as YAML".to_owned())
}

/// Reads the fields of a block.
pub(crate) fn fields<T: DeserializeOwned>(yaml: &str) -> Result<T, String> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 8_000_000,
            max_nodes: 4_000_000,
            max_depth: 200,
            flow_nesting_limit: 200,
            max_aliases: 0,
            max_anchors: 0,
            max_documents: 1,
        },
        strict_booleans: true,
        with_snippet: false,
    };
    // The parser's own words may repeat a piece of the text, so they are left out.
    serde_saphyr::from_str_with_options(yaml, options).map_err(|error| match error.location() {
        Some(at) => format!("its block can't be read: see line {}", at.line() + 1),
        None => "its block can't be read".to_owned(),
    })
}

/// A file of an export, in memory.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) bytes: Vec<u8>,
    pub(super) sum: String,
}

/// A document as a file; what can't be read back is refused.
pub(super) fn document(fields: &DocumentFields, content: &str) -> Result<Sealed, String> {
    let block = yaml(fields)?;
    let mut bytes = unsealed(Kind::Document).into_bytes();
    bytes.extend([block.as_str(), FENCE, content].map(str::as_bytes).concat());
    let text = std::str::from_utf8(&bytes).map_err(|error| error.to_string())?;
    let is_same = |read: &Exported<'_>| {
        read.body == content
            && read.fields.code == fields.code
            && read.fields.name == fields.name
            && read.fields.metadata == fields.metadata
    };
    match exported(text) {
        Some(Ok(read)) if is_same(&read) => {}
        _ => return Err("its metadata can't be written as YAML and be read back".to_owned()),
    }
    let sealed = Kind::Document.sealed();
    let sum = blake3::hash(&bytes[sealed..]).to_hex().to_string();
    bytes[sealed - 1 - sum.len()..sealed - 1].copy_from_slice(sum.as_bytes());
    Ok(Sealed { bytes, sum })
}

/// The beginning of a file whose checksum is not known yet.
pub(super) fn unsealed(kind: Kind) -> String {
    let beginning = kind.beginning();
    format!("{beginning}{SUM}{:0>1$}\n", "", blake3::OUT_LEN * 2)
}

/// A document that was read from a file of an export.
#[derive(Debug)]
pub(crate) struct Exported<'a> {
    pub(crate) fields: DocumentFields,
    /// The document's text.
    pub(crate) body: &'a str,
}

impl Exported<'_> {
    pub(crate) fn name(&self) -> String {
        name(&self.fields)
    }

    /// As it is to be stored.
    pub(crate) fn metadata(&self) -> Value {
        let metadata = self.fields.metadata.clone();
        metadata.unwrap_or_else(|| Value::Object(serde_json::Map::new()))
    }
}

pub(super) fn name(fields: &DocumentFields) -> String {
    let last = || {
        fields
            .code
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    fields.name.clone().unwrap_or_else(last)
}

/// What a text says of a document, if it is a file of an export; the error says why it can't be read.
pub(crate) fn exported(text: &str) -> Option<Result<Exported<'_>, String>> {
    if kind_of(text.as_bytes()) != Some(Kind::Document) {
        return None;
    }
    let Some((block, body)) = split(text) else {
        return Some(Err("its block has no end, a line of ---".to_owned()));
    };
    Some(version(block, Kind::Document).and_then(|()| {
        let mut fields: DocumentFields = fields(block)?;
        own::take(block, &mut fields.metadata)?;
        let metadata = fields.metadata.clone();
        // What would be refused is told by the name of the field.
        let checked = NewDocument::new(&*fields.code, name(&fields), "");
        let checked = metadata
            .into_iter()
            .fold(checked, NewDocument::with_metadata);
        checked.check(0).map_err(|invalid| invalid.to_string())?;
        Ok(Exported { fields, body })
    }))
}

/// What a file is, by its first two lines.
pub(crate) fn kind_of(start: &[u8]) -> Option<Kind> {
    let mut lines = start.split(|byte| *byte == b'\n');
    if lines.next()?.trim_ascii_end() != b"---" {
        return None;
    }
    let field = lines.next()?;
    Kind::ALL
        .into_iter()
        .find(|kind| field.starts_with(kind.field().as_bytes()))
}

/// Refuses the block of a newer program.
pub(crate) fn version(block: &str, kind: Kind) -> Result<(), String> {
    let line = block.lines().next().unwrap_or_default();
    match line
        .strip_prefix(kind.field())
        .and_then(|format| format.trim().parse::<u32>().ok())
    {
        Some(format) if format <= FORMAT => Ok(()),
        Some(format) => Err(format!("it is of a newer Folio (format {format})")),
        None => Err("its block has no format".to_owned()),
    }
}

/// The block without its fences, and the text behind it.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = text.split_once('\n')?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let end = at + line.len();
        if line.trim_ascii_end() == "---" {
            return Some((&rest[..at], &rest[end..]));
        }
        at = end;
    }
    None
}

/// The code of the document that a file of an export is of.
pub(crate) fn code_of(file: impl Read) -> Option<String> {
    let (start, block) = seal::head(&mut io::BufReader::new(file)).ok()??;
    let kind = kind_of(&start).filter(|kind| *kind == Kind::Document)?;
    kind.key(&block)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::seal::{Standing, look};
    use super::*;

    fn document_of(code: &str, metadata: Value) -> DocumentFields {
        DocumentFields {
            code: code.to_owned(),
            name: Some("A name".to_owned()),
            id: None,
            version: Some(3),
            created_at: Some("2026-01-31T12:00:00.000000Z".to_owned()),
            updated_at: None,
            metadata: Some(metadata),
        }
    }

    #[test]
    fn a_file_is_read_by_people_and_is_known_by_its_checksum() {
        let fields = document_of("guide/a", json!({"tags": ["x", "no", "1"]}));
        let file = document(&fields, "# A\n").unwrap();
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let after = text.split_once(&file.sum).unwrap().1;
        assert_eq!(
            after,
            "\ncode: guide/a\nname: A name\nversion: 3\ncreated_at: \"2026-01-31T12:00:00.000000Z\"\nmetadata:\n  tags:\n  - x\n  - \"no\"\n  - \"1\"\n---\n# A\n"
        );
        let standing = look(file.bytes.as_slice(), Kind::Document).unwrap();
        assert!(
            matches!(&standing, Standing::AsWritten { sum, .. } if *sum == file.sum),
            "{standing:?}"
        );
        let changed = look(format!("{text}more").as_bytes(), Kind::Document).unwrap();
        let Standing::Changed { block } = changed else {
            panic!("{changed:?}")
        };
        assert_eq!(Kind::Document.key(&block).as_deref(), Some("guide/a"));
        assert_eq!(
            look(file.bytes.as_slice(), Kind::Thread).unwrap(),
            Standing::Foreign
        );
    }

    #[test]
    fn what_is_no_file_of_an_export_is_not_taken_for_one() {
        for text in [
            "",
            "---",
            "---\n",
            "---\ntitle: x\n---\n",
            "folio-document: 1\n",
        ] {
            assert!(exported(text).is_none(), "{text:?}");
            assert_eq!(
                look(text.as_bytes(), Kind::Document).unwrap(),
                Standing::Foreign
            );
        }
        for (text, problem) in [
            (
                "---\nfolio-document: 2\ncode: a\n---\n",
                "a newer Folio (format 2)",
            ),
            ("---\nfolio-document: x\ncode: a\n---\n", "no format"),
            ("---\nfolio-document: 1\ncode: a\n", "no end"),
            ("---\nfolio-document: 1\ncode: [\n---\n", "can't be read"),
            ("---\nfolio-document: 1\nname: a\n---\n", "can't be read"),
            (
                "---\nfolio-document: 1\ncode: ''\n---\n",
                "the code is empty",
            ),
            (
                "---\nfolio-document: 1\ncode: a\nmetadata: 5\n---\n",
                "metadata",
            ),
        ] {
            let said = exported(text).unwrap().unwrap_err();
            assert!(said.contains(problem), "{text:?}: {said}");
        }
    }

    #[test]
    fn what_people_write_by_hand_is_enough() {
        let read = exported("---\r\nfolio-document: 1\r\ncode: a/b\r\n---\r\ntext")
            .unwrap()
            .unwrap();
        assert_eq!(
            (read.name().as_str(), read.metadata(), read.body),
            ("b", json!({}), "text")
        );
        // An editor may have taken the last line end away.
        let empty = exported("---\nfolio-document: 1\ncode: a/b\n---")
            .unwrap()
            .unwrap();
        assert_eq!((empty.fields.code.as_str(), empty.body), ("a/b", ""));
    }

    fn naughty() -> impl Strategy<Value = String> {
        prop_oneof![
            "(\\PC|\n|\r|\t| |---\n|\u{85}|\u{2028}|\u{feff}|\u{7f}|\u{1}|\u{1b}){0,12}",
            "[ :#&*!|>'\"%@`{}\\[\\],?~.=<-]{1,6}",
            "(true|null|no|~|0x1F|1e3|1_000|0o7|\\.inf|2024-05-01|12:30:45|<<|=|-|---|\\.\\.\\.|\\? a|- b|a: b)",
        ]
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>()
                .prop_filter("JSON has no others", |n| n.is_finite())
                .prop_map(Value::from),
            naughty().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map(naughty(), inner, 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_a_document_says_is_read_back(
            code in naughty().prop_filter("a code says something", |code| !code.is_empty()),
            name in naughty().prop_filter("a name says something", |name| !name.is_empty()),
            metadata in proptest::collection::btree_map(naughty(), json(), 0..6),
            content in prop_oneof![naughty(), "---\n\\PC{0,20}\n---\n(\\PC|\r\n){0,20}", "\u{feff}?\\PC{0,20}"],
        ) {
            let fields = DocumentFields { name: Some(name), ..document_of(&code, Value::Object(metadata.into_iter().collect())) };
            let file = document(&fields, &content);
            prop_assert!(file.is_ok(), "{fields:?}: {file:?}");
            let bytes = file.unwrap().bytes;
            let read = exported(std::str::from_utf8(&bytes).unwrap()).unwrap().unwrap();
            prop_assert_eq!(read.body, content);
            prop_assert_eq!(&read.fields.code, &code);
            prop_assert_eq!(&read.fields.metadata, &fields.metadata);
            let standing = look(bytes.as_slice(), Kind::Document).unwrap();
            let is_as_written = matches!(standing, Standing::AsWritten { .. });
            prop_assert!(is_as_written);
        }
    }
}
