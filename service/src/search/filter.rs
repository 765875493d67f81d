//! What narrows a query down beside its words: code, user, thread, time and metadata.

use chrono::{DateTime, Utc};

use crate::time::begin;

/// A condition on a row, or that it does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) condition: Condition,
    pub(super) unwanted: bool,
}

impl Filter {
    /// Lets through what another one of the same metadata does, too; false where it can't.
    pub(super) fn or(&mut self, other: &Self) -> bool {
        let (
            Condition::Label { keys, values },
            Condition::Label {
                keys: their_keys,
                values: theirs,
            },
        ) = (&mut self.condition, &other.condition)
        else {
            return false;
        };
        let fits = keys == their_keys && values.len() + theirs.len() <= MAX_VALUES;
        if !fits || self.unwanted || other.unwanted {
            return false;
        }
        for value in theirs {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        true
    }
}

/// A condition on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// A document's code.
    Code(String),
    /// How a document's code begins.
    CodeBegins(String),
    /// Who asked.
    User(String),
    /// A conversation.
    Thread(String),
    /// Made before this time.
    Before(DateTime<Utc>),
    /// Made at this time or later.
    After(DateTime<Utc>),
    /// Metadata: one of the keys has one of the values, or has it in its list.
    Label {
        keys: Vec<String>,
        values: Vec<String>,
    },
}

const FIELDS: [&str; 7] = ["name", "code", "user", "thread", "before", "after", "tag"];
/// What stands before a metadata key that has no field of its own.
const METADATA: &str = "meta.";

/// Values of one condition, at the most; a longer list is no list of values but text.
const MAX_VALUES: usize = 100;

/// Whether a word before a colon is a field's name.
pub(super) fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field))
        || (name.len() > METADATA.len() && name.starts_with(METADATA))
}

impl Condition {
    /// The condition of a field; None for a value that it doesn't understand, and for `name`,
    /// which is a place for words.
    pub(super) fn read(name: &str, value: &str, quoted: bool) -> Option<Self> {
        let value = value.trim();
        if value.is_empty() || [name, value].iter().any(|text| text.contains('\0')) {
            return None;
        }
        match name.to_ascii_lowercase().as_str() {
            "code" => Some(match value.strip_suffix('*').filter(|_| !quoted) {
                Some(begin) => Self::CodeBegins(begin.to_owned()),
                None => Self::Code(value.to_owned()),
            }),
            "user" => Some(Self::User(value.to_owned())),
            "thread" => Some(Self::Thread(value.to_owned())),
            "before" => begin(value).map(Self::Before),
            "after" => begin(value).map(Self::After),
            "tag" => label(&["tag", "tags"], value, quoted),
            _ => label(&[name.strip_prefix(METADATA)?], value, quoted),
        }
    }

    /// As it is written in a query.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Code(code) => format!("code:{}", quoted(code)),
            Self::CodeBegins(begin) => format!("code:{begin}*"),
            Self::User(user) => format!("user:{}", quoted(user)),
            Self::Thread(thread) => format!("thread:{}", quoted(thread)),
            Self::Before(time) => format!("before:{}", written(*time)),
            Self::After(time) => format!("after:{}", written(*time)),
            Self::Label { keys, values } => {
                let value = match values.as_slice() {
                    [one] => quoted(one),
                    several => several.join(","),
                };
                match keys.as_slice() {
                    [key] => format!("{METADATA}{key}:{value}"),
                    _ => format!("tag:{value}"),
                }
            }
        }
    }
}

/// The condition on metadata; None where no value is named, or too many.
fn label(keys: &[&str], value: &str, quoted: bool) -> Option<Condition> {
    let values = values(value, quoted);
    (1..=MAX_VALUES)
        .contains(&values.len())
        .then(|| Condition::Label {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            values,
        })
}

/// Values of metadata are compared without regard to ASCII capitals.
fn values(value: &str, quoted: bool) -> Vec<String> {
    if quoted {
        return vec![value.to_ascii_lowercase()];
    }
    value
        .split(',')
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

fn quoted(value: &str) -> String {
    if value.contains(|c: char| c.is_whitespace() || c == '"' || c == ',' || c == '*') {
        format!("\"{}\"", value.replace('"', ""))
    } else {
        value.to_owned()
    }
}

fn written(time: DateTime<Utc>) -> String {
    let day = time.date_naive();
    if time == day.and_time(chrono::NaiveTime::MIN).and_utc() {
        day.to_string()
    } else {
        time.to_rfc3339()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_written_as_it_is_read() {
        for (field, value) in [
            ("code", "guide/*"),
            ("user", "7"),
            ("thread", "t"),
            ("after", "2024-02-01"),
            ("tag", "a,b"),
            ("meta.lang", "de"),
        ] {
            let condition = Condition::read(field, value, false).unwrap();
            assert_eq!(condition.written(), format!("{field}:{value}"));
        }
    }
}
