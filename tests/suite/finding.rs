//! What somebody who searches expects to find, and where.

use service::{Folio, NewDocument, SearchRequest};
use support::finding::{self, codes, search, sorted};
use support::{Kind, Store, on_both};

/// Stores a text in a language of its own.
async fn store_in(folio: &Folio, language: &str, code: &str, content: &str) {
    let document = NewDocument::new(code, code, content);
    let document = document.with_metadata(serde_json::json!({"language": language}));
    folio.documents().insert(document).await.unwrap();
}

/// So many documents, all of which have the word `common`.
async fn fill_with_common_words(store: &Store, rows: u32) {
    let numbers = store.spelled(
        "(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows}) SELECT n FROM s)",
        "generate_series(1, {rows}) AS s (n)",
    );
    let numbers = numbers.replace("{rows}", &rows.to_string());
    store
        .sql(&format!(
            "INSERT INTO document (code, name, content)
             SELECT 'c' || n, 'n' || n, 'common words of w' || n FROM {numbers}"
        ))
        .await;
    store.sql("ANALYZE").await;
}

on_both! {
    async fn a_word_that_nothing_has_hides_no_common_ones(store: Store) {
        fill_with_common_words(&store, 5_500).await;
        for query in ["common zzqqx", "common words zzqqx zzqqy zzqqz"] {
            let found = search(&store.folio, query).await;
            assert!(!found.hits.is_empty() && found.truncated, "{query}");
        }
        // One that few have comes before them.
        assert_eq!(codes(&store.folio, "common w77").await[0], "c77");
    }

    async fn a_document_that_is_called_so_comes_first(store: Store) {
        let folio = &store.folio;
        finding::store(folio, "image", "docker image", "docker docker docker docker images of docker").await;
        finding::store(folio, "run", "docker run", "docker run docker run").await;
        finding::store(folio, "docker", "Docker", &format!("It manages containers. {}", "More about those. ".repeat(40))).await;
        assert_eq!(codes(folio, "docker").await[0], "docker");
        assert_eq!(codes(folio, "run docker").await[0], "run");
    }

    async fn words_beside_emoji_and_other_signs_are_found(store: Store) {
        let folio = &store.folio;
        for (code, text) in [
            ("rust", "rust🦀 today"), ("think", "think🤔 today"), ("lab", "lab🧪 today"), ("map", "map🗺️ today"),
            ("pause", "pause⏸ today"), ("ok", "ok🫡 today"), ("price", "price₿ today"), ("anna", "\u{2068}anna\u{2069} today"),
        ] {
            finding::store(folio, code, "A note", text).await;
            assert_eq!(sorted(folio, code).await, [code], "{text}");
        }
        finding::store(folio, "crab", "A note", "a rust 🦀 crab; I ❤️ you; step 1️⃣").await;
        for query in ["\"rust crab\"", "\"i you\"", "\"step 1\"", "crab -map"] {
            assert_eq!(sorted(folio, query).await, ["crab"], "{query}");
        }
    }

    async fn a_begin_of_a_word_is_no_language(store: Store) {
        let folio = &store.folio;
        store_in(folio, "german", "de", "Das Haus am See").await;
        store_in(folio, "russian", "ru", "старые книги").await;
        store_in(folio, "english", "en", "Rush for germs and gerbils").await;
        for query in ["ger*", "germ*", "rus*", "g*"] {
            assert_eq!(sorted(folio, query).await, ["en"], "{query}");
        }
        assert_eq!(sorted(folio, "ger* -germs").await, [""; 0]);
        assert_eq!(sorted(folio, "haus -ger*").await, ["de"]);
    }

    async fn a_short_begin_finds_the_word_itself(store: Store) {
        let folio = &store.folio;
        for (code, text) in [("js", "js notes"), ("ts", "ts and js"), ("os", "the os is old"), ("jsp", "jsp pages")] {
            finding::store(folio, code, "A note", text).await;
        }
        assert_eq!(sorted(folio, "js*").await, ["js", "jsp", "ts"]);
        assert_eq!(sorted(folio, "ts*").await, ["ts"]);
        assert_eq!(sorted(folio, "os*").await, ["os"]);
    }

    async fn what_must_be_missing_is_not_looked_for(store: Store) {
        let folio = &store.folio;
        for (code, text) in [("both", "pool alpha"), ("snail", "a slow snail"), ("query", "query language"), ("slow", "pool slow-query")] {
            finding::store(folio, code, "A note", text).await;
        }
        for query in ["pool alpha -slow-query", "pool alpha -(slow-query)", "pool AND alpha NOT slow-query"] {
            assert_eq!(sorted(folio, query).await, ["both"], "{query}");
        }
    }

    async fn letters_that_languages_write_in_two_ways_are_found(store: Store) {
        let folio = &store.folio;
        store_in(folio, "turkish", "tr", "İstanbul güzel bir şehir").await;
        store_in(folio, "russian", "ru", "ещё идёт всё ёлка").await;
        for query in ["istanbul", "İstanbul", "ISTANBUL"] {
            assert_eq!(sorted(folio, query).await, ["tr"], "{query}");
        }
        for query in ["идет", "идёт", "елка", "ёлка", "еще", "все"] {
            let found = search(folio, query).await;
            assert_eq!(found.hits.len(), 1, "{query}");
            assert!(found.hits[0].snippet.spans.iter().any(|span| span.matched), "{query}");
        }
    }

    async fn a_frequent_word_does_not_hide_where_a_rare_one_stands(store: Store) {
        let text = format!("# Start\n\n{}\n# Animals\n\nthe zebra\n", "the end of the text\n".repeat(40_000));
        finding::store(&store.folio, "long", "Long", &text).await;
        let found = search(&store.folio, "\"the end\" the zebra").await;
        let place = found.hits[0].place.clone().unwrap();
        assert_eq!((place.line, place.headings.last().map(String::as_str)), (40_006, Some("Animals")));
    }

    async fn a_field_that_nothing_there_has_is_told_of(store: Store) {
        let folio = &store.folio;
        let found = search(folio, "owl user:7").await;
        assert_eq!(found.understood.dropped, ["user:7: documents have no user: messages have"]);
        let found = folio.messages().search(&SearchRequest::new("code:a*")).await.unwrap();
        assert_eq!(found.understood.dropped, ["code:a*: messages have no code: documents have"]);
    }

    async fn what_is_suggested_finds_something(store: Store) {
        let folio = &store.folio;
        finding::store(folio, "bird", "A falcon", "The source of the heron, and how it flies.").await;
        for (query, suggested) in [
            ("fpalcon tag:nope", Some("falcon")),
            ("\"source hperon\"", Some("source heron")),
            ("\"source heron\" tag:nope", Some("source heron")),
            // `howe` would be found by the stem of `how`, and is no word of the text.
            ("hwoe", None),
        ] {
            let found = search(folio, query).await;
            assert_eq!(found.did_you_mean.as_deref(), suggested, "{query}");
            if let Some(suggested) = suggested {
                assert_eq!(codes(folio, suggested).await, ["bird"], "{query}");
            }
        }
    }
}

/// Each question goes through an index's pending list, so that has to be short.
#[tokio::test(flavor = "multi_thread")]
async fn indexes_of_words_keep_short_pending_lists() {
    let store = Store::fresh(Kind::Postgres).await;
    let long: i64 = store
        .value(
            "SELECT count(*) FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam
             WHERE a.amname = 'gin' AND c.relnamespace = current_schema::regnamespace
               AND c.reloptions IS DISTINCT FROM ARRAY['gin_pending_list_limit=256']",
        )
        .await;
    assert_eq!(long, 0);
}
