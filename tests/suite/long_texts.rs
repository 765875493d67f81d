//! Search in long texts: all of them is found, whatever they are made of.

use migration::{Migrator, MigratorTrait};
use service::ingest::IngestOptions;
use service::{Folio, NewDocument, SearchRequest};
use support::files::{folder, write};
use support::{Kind, Store, on_both};

async fn sorted(folio: &Folio, query: &str) -> Vec<String> {
    let request = SearchRequest::new(query).limit(50);
    let found = folio.documents().search(&request).await.unwrap();
    let mut codes: Vec<String> = found.hits.into_iter().map(|hit| hit.code).collect();
    codes.sort();
    codes
}

/// A long text of English in which these stand at these places, in characters.
fn english_with(inserted: &[(usize, &str)]) -> String {
    let mut text: Vec<char> = "word ".chars().cycle().take(520_000).collect();
    for (at, letters) in inserted {
        text.splice(at..&(at + letters.chars().count()), letters.chars());
    }
    text.into_iter().collect()
}

/// Holds SQLite's indexes against the texts.
async fn check_indexes(store: &Store) {
    if store.kind == Kind::Sqlite {
        for index in ["document_search", "document_words", "document_name_search"] {
            store
                .sql(&format!(
                    "INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"
                ))
                .await;
        }
    }
}

on_both! {
    async fn a_few_letters_without_spaces_in_a_long_text_are_found(store: Store) {
        // At the ends of the parts, blocks and pieces that a text is looked through by.
        let thai = "กำลังน้ำ";
        let places = [(248, thai), (9_997, thai), (20_003, "東京"), (499_998, "日本語"), (519_990, "末尾")];
        let text = english_with(&places);
        store.folio.documents().insert(NewDocument::new("long", "Long", text)).await.unwrap();
        for query in ["กำลัง", "น้ำ", "京", "東京", "\"日本語\"", "末尾", "\"word word\""] {
            assert_eq!(sorted(&store.folio, query).await, ["long"], "{query}");
        }
        for query in ["京東", "\"本日\""] {
            assert_eq!(sorted(&store.folio, query).await, [""; 0], "{query}");
        }
        check_indexes(&store).await;
    }

    async fn a_step_of_the_schema_leaves_no_mark_without_its_letter(store: Store) {
        // The step before 0028 ended a block of 20,000 letters in front of this mark.
        let text = english_with(&[(19_999, "น้ำ")]);
        let later = Migrator::migrations().iter().rev().take_while(|step| step.name() >= "0028").count();
        let later = Some(u32::try_from(later).unwrap());
        store.folio.migrations().down(later, service::RowsOnDown::Keep).await.unwrap();
        store.sql(&format!("INSERT INTO document (code, name, content) VALUES ('long', 'Long', '{text}')")).await;
        store.folio.migrations().up(None).await.unwrap();
        assert_eq!(sorted(&store.folio, "น้ำ").await, ["long"]);
        check_indexes(&store).await;
        store.folio.migrations().down(later, service::RowsOnDown::Keep).await.unwrap();
        store.folio.migrations().up(None).await.unwrap();
        check_indexes(&store).await;
        store.folio.documents().delete("long").await.unwrap();
        check_indexes(&store).await;
        assert_eq!(sorted(&store.folio, "น้ำ").await, [""; 0]);
    }

    async fn a_long_text_of_a_file_that_changed_is_found_as_it_is_now(store: Store) {
        let text = english_with(&[(100_000, " before ")]);
        let files = folder(&[("long.md", text.as_bytes())]);
        let ingest = async || store.folio.ingest().directory(files.path(), &IngestOptions::default()).await.unwrap();
        ingest().await;
        write(files.path(), "long.md", text.replace("before", "after").as_bytes());
        assert_eq!(ingest().await.updated, 1);
        assert_eq!(sorted(&store.folio, "before").await, [""; 0]);
        assert_eq!(sorted(&store.folio, "after").await, ["long"]);
        check_indexes(&store).await;

        // It goes over to the index of another language.
        write(files.path(), "long.md", format!("---\nlanguage: german\n---\n{text} Häuser").as_bytes());
        assert_eq!(ingest().await.updated, 1);
        assert_eq!(sorted(&store.folio, "after").await, [""; 0]);
        assert_eq!(sorted(&store.folio, "before Haus").await, ["long"]);

        // A writer of its own, which knows nothing of long texts.
        store.sql("UPDATE document SET content = 'kurz'").await;
        assert_eq!(sorted(&store.folio, "kurz").await, ["long"]);
        assert_eq!(sorted(&store.folio, "before").await, [""; 0]);
    }

    async fn the_end_of_a_long_text_without_spaces_is_found(store: Store) {
        let letters: String = (0..20_000).filter_map(|n| char::from_u32(0x4e00 + n * 7 % 9_000)).collect();
        let text = format!("{letters}東京");
        store.folio.documents().insert(NewDocument::new("long", "Long", text)).await.unwrap();
        for query in ["東京", "一", "\"一丆\""] {
            let found = sorted(&store.folio, query).await;
            assert_eq!(found, if query.contains('丆') { vec![] } else { vec!["long"] }, "{query}");
        }
    }

    async fn a_word_too_long_for_an_index_keeps_no_text_out(store: Store) {
        let long = "\u{958}".repeat(340);
        for (code, language) in [("plain", "plain"), ("hindi", "hindi"), ("english", "english")] {
            let text = format!("a kestrel {long} by the {code} river");
            let new = NewDocument::new(code, "Long", text).in_language(language.parse().unwrap());
            store.folio.documents().insert(new).await.unwrap();
            assert_eq!(sorted(&store.folio, &format!("kestrel {code}")).await.first().map(String::as_str), Some(code));
        }
    }

    async fn texts_longer_than_one_index_entry_are_found_to_their_end(store: Store) {
        let distinct: String = (0..220_000).map(|n| format!("w{n}x ")).collect();
        let text = format!("{distinct} the last kestrel");
        store.folio.documents().insert(NewDocument::new("long", "Long", text)).await.unwrap();
        for query in ["kestrel", "w5x", "w219999x", "\"last kestrel\""] {
            assert_eq!(sorted(&store.folio, query).await, ["long"], "{query}");
        }
        store.folio.documents().delete("long").await.unwrap();
        assert_eq!(sorted(&store.folio, "kestrel").await, [""; 0]);
    }

    async fn phrases_are_found_however_often_their_words_were_said_before(store: Store) {
        let often: String = (0..600).map(|n| format!("the x{n} of the y{n} ")).collect();
        let text = format!("{often} and the last kestrel of the hill. {often}");
        store.folio.documents().insert(NewDocument::new("often", "Often", text)).await.unwrap();
        for query in ["\"the last kestrel of the hill\"", "\"of the y599\"", "kestrel", "x599"] {
            assert_eq!(sorted(&store.folio, query).await, ["often"], "{query}");
        }
        assert_eq!(sorted(&store.folio, "\"the kestrel\"").await, [""; 0]);
        // A change back to a usual text leaves nothing of the passages.
        store.folio.documents().update("often", &service::DocumentChange::new().content("a heron")).await.unwrap();
        assert_eq!(sorted(&store.folio, "kestrel").await, [""; 0]);
        assert_eq!(sorted(&store.folio, "heron").await, ["often"]);
    }
}
