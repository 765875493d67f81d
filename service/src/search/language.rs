//! Languages of texts, by which words are brought to a common form.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use crate::error::Invalid;

/// A language of texts. A store has one, and a document or message may have another: the one that
/// its metadata names, as `language`.
///
/// English is stemmed by Porter's algorithm, all others but [`Language::Plain`] by Snowball's for
/// them. It is read from its name or its code, whatever comes behind that:
///
/// ```
/// use service::Language;
///
/// assert_eq!("german".parse(), Ok(Language::German));
/// assert_eq!("de-AT".parse(), Ok(Language::German));
/// assert!("klingon".parse::<Language>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "languages, by their English names")]
pub enum Language {
    Arabic,
    Armenian,
    Basque,
    Catalan,
    Danish,
    Dutch,
    English,
    Finnish,
    French,
    German,
    Greek,
    Hindi,
    Hungarian,
    Indonesian,
    Irish,
    Italian,
    Lithuanian,
    Nepali,
    Norwegian,
    /// None in particular: words are compared as they are.
    Plain,
    Portuguese,
    Romanian,
    Russian,
    Serbian,
    Spanish,
    Swedish,
    Tamil,
    Turkish,
    Yiddish,
}

/// Each language's name, and its codes (ISO 639); the databases have the same in `language_code`.
const NAMES: [(Language, &str, &[&str]); 29] = [
    (Language::Arabic, "arabic", &["ar", "ara"]),
    (Language::Armenian, "armenian", &["hy", "hye", "arm"]),
    (Language::Basque, "basque", &["eu", "eus", "baq"]),
    (Language::Catalan, "catalan", &["ca", "cat"]),
    (Language::Danish, "danish", &["da", "dan"]),
    (Language::Dutch, "dutch", &["nl", "nld", "dut"]),
    (Language::English, "english", &["en", "eng"]),
    (Language::Finnish, "finnish", &["fi", "fin"]),
    (Language::French, "french", &["fr", "fra", "fre"]),
    (Language::German, "german", &["de", "deu", "ger"]),
    (Language::Greek, "greek", &["el", "ell", "gre"]),
    (Language::Hindi, "hindi", &["hi", "hin"]),
    (Language::Hungarian, "hungarian", &["hu", "hun"]),
    (Language::Indonesian, "indonesian", &["id", "ind"]),
    (Language::Irish, "irish", &["ga", "gle"]),
    (Language::Italian, "italian", &["it", "ita"]),
    (Language::Lithuanian, "lithuanian", &["lt", "lit"]),
    (Language::Nepali, "nepali", &["ne", "nep"]),
    (
        Language::Norwegian,
        "norwegian",
        &["no", "nor", "nb", "nob", "nn", "nno"],
    ),
    (Language::Plain, "plain", &["und"]),
    (Language::Portuguese, "portuguese", &["pt", "por"]),
    (Language::Romanian, "romanian", &["ro", "ron", "rum"]),
    (Language::Russian, "russian", &["ru", "rus"]),
    (Language::Serbian, "serbian", &["sr", "srp"]),
    (Language::Spanish, "spanish", &["es", "spa"]),
    (Language::Swedish, "swedish", &["sv", "swe"]),
    (Language::Tamil, "tamil", &["ta", "tam"]),
    (Language::Turkish, "turkish", &["tr", "tur"]),
    (Language::Yiddish, "yiddish", &["yi", "yid"]),
];

/// What the metadata of a document or message call its language.
pub(crate) const KEY: &str = "language";

/// What becomes of the language that a row has of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Own {
    /// What the metadata say.
    #[default]
    Kept,
    /// This one.
    Is(Language),
    /// None: the row is in the store's.
    Dropped,
}

impl Own {
    /// The metadata with that; None where they say so already.
    pub(crate) fn in_metadata(self, metadata: &Value) -> Option<Value> {
        let differs = match self {
            Self::Kept => false,
            Self::Is(language) => Language::of(metadata) != Some(language),
            Self::Dropped => Language::of(metadata).is_some(),
        };
        let mut fields = metadata.as_object().filter(|_| differs)?.clone();
        match self {
            Self::Is(language) => fields.insert(KEY.to_owned(), language.name().into()),
            _ => fields.remove(KEY),
        };
        Some(Value::Object(fields))
    }
}

impl Language {
    /// All of them, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(language, ..)| *language)
    }

    /// Its English name, in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// The language that metadata name, where they name one that is known.
    #[must_use]
    pub fn of(metadata: &Value) -> Option<Self> {
        metadata.get(KEY)?.as_str()?.parse().ok()
    }
}

impl FromStr for Language {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let name = text.split(['-', '_']).next().unwrap_or_default();
        let is_called = |(_, own, codes): &&(Self, &str, &[&str])| {
            own.eq_ignore_ascii_case(name)
                || codes.iter().any(|code| code.eq_ignore_ascii_case(name))
        };
        let found = NAMES.iter().find(is_called);
        found
            .map(|(language, ..)| *language)
            .ok_or(Invalid::Language)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_place_and_its_names() {
        for (at, (language, name, codes)) in NAMES.iter().enumerate() {
            assert_eq!(*language as usize, at);
            for called in codes.iter().chain([name]) {
                assert_eq!(called.to_uppercase().parse(), Ok(*language));
            }
            assert_eq!(serde_json::json!(language), *name);
        }
        let metadata = serde_json::json!({ "language": "pt_BR" });
        assert_eq!(Language::of(&metadata), Some(Language::Portuguese));
        assert_eq!(Language::of(&serde_json::json!({ "language": 7 })), None);
    }
}
