//! Search: one meaning on both databases.

use proptest::prelude::*;
use service::{Folio, Language, NewDocument, NewMessage, SearchRequest, ThreadId};
use support::{Kind, Store, on_both};

const DOCUMENTS: &[(&str, &str, &str)] = &[
    (
        "pools",
        "Connection pools",
        "A pool keeps connections open, so that nobody waits for a handshake.",
    ),
    (
        "retry",
        "Trying again",
        "A call that lost its connection is repeated, with a growing delay.",
    ),
    (
        "cafe",
        "Le Café",
        "Crème brûlée, naïve résumé, Straße, İstanbul, Ελλάδα, Москва.",
    ),
    (
        "code",
        "foo_bar and v0.15",
        "Set foo_bar-baz = \"x\" in config.toml; see https://example.org/a?b=c and std::io::Read.",
    ),
    ("cjk", "言語", "東京 は 日本 の首都です。 한국어 텍스트"),
    (
        "swim",
        "Swimming",
        "The swimmers swam in the swimming pool.",
    ),
    ("empty", "Empty", ""),
    (
        "numbers",
        "Numbers",
        "In 2024 there were 1,234 runs; 3.14 and 42.",
    ),
    ("title-only", "Kestrel", "Nothing of that name in here."),
    (
        "mentions",
        "Birds",
        "A kestrel, once in a much longer text about many other birds, their nests, and the weather over the hills.",
    ),
];

async fn fill(folio: &Folio) {
    for (code, name, content) in DOCUMENTS {
        folio
            .documents()
            .insert(NewDocument::new(*code, *name, *content))
            .await
            .unwrap();
    }
}

async fn codes(folio: &Folio, query: &str) -> Vec<String> {
    let results = folio
        .documents()
        .search(&SearchRequest::new(query).limit(50))
        .await
        .unwrap();
    assert_eq!(results.total, results.hits.len() as u64, "{query}");
    results.hits.into_iter().map(|hit| hit.code).collect()
}

async fn sorted(folio: &Folio, query: &str) -> Vec<String> {
    let mut codes = codes(folio, query).await;
    codes.sort();
    codes
}

on_both! {
    async fn words_are_found_in_all_their_forms(store: Store) {
        fill(&store.folio).await;
        let folio = &store.folio;
        assert_eq!(sorted(folio, "swim").await, ["swim"]);
        assert_eq!(sorted(folio, "connected").await, ["pools", "retry"]);
        assert_eq!(sorted(folio, "REPEATING").await, ["retry"]);
        assert_eq!(sorted(folio, "growing").await, ["retry"]);
    }

    async fn accents_and_capitals_make_no_difference(store: Store) {
        fill(&store.folio).await;
        for query in ["cafe", "café", "CAFÉ", "creme", "brulee", "naive", "resume", "Москва", "москва", "ελλάδα"] {
            assert_eq!(sorted(&store.folio, query).await, ["cafe"], "{query}");
        }
    }

    async fn phrases_negation_and_alternatives_mean_what_they_say(store: Store) {
        fill(&store.folio).await;
        let folio = &store.folio;
        assert_eq!(sorted(folio, "\"swimming pool\"").await, ["swim"]);
        assert_eq!(sorted(folio, "\"pool swimming\"").await, [""; 0]);
        assert_eq!(sorted(folio, "pool -swimming").await, ["pools"]);
        assert_eq!(sorted(folio, "kestrel OR handshake").await, ["mentions", "pools", "title-only"]);
        assert_eq!(sorted(folio, "-pool -swimming").await, [""; 0], "nothing but negation finds nothing");
    }

    async fn a_prefix_of_any_word_finds_it_stemming_or_not(store: Store) {
        fill(&store.folio).await;
        for (_, _, content) in DOCUMENTS {
            for word in content.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3) {
                for length in 3..=word.chars().count() {
                    let prefix: String = word.chars().take(length).collect();
                    let found = sorted(&store.folio, &format!("{prefix}*")).await;
                    assert!(!found.is_empty(), "{prefix}* of {word}");
                }
            }
        }
        assert_eq!(sorted(&store.folio, "connectio*").await, ["pools", "retry"]);
        assert_eq!(sorted(&store.folio, "swimme*").await, ["swim"]);
    }

    async fn what_is_being_typed_is_found(store: Store) {
        fill(&store.folio).await;
        for typed in ["k", "ke", "kes", "kest", "kestr", "kestre", "kestrel"] {
            let results = store.folio.documents().search(&SearchRequest::new(typed).as_you_type()).await.unwrap();
            assert_eq!(results.hits.first().map(|hit| hit.code.as_str()), Some("title-only"), "{typed}");
        }
    }

    async fn a_sentence_finds_what_has_all_its_words_and_then_what_has_some(store: Store) {
        fill(&store.folio).await;
        let found = codes(&store.folio, "how long does a lost connection delay a call").await;
        assert_eq!(found[0], "retry");
        assert!(found.contains(&"pools".to_owned()), "{found:?}");
        let found = codes(&store.folio, "connection pool").await;
        assert_eq!(found[0], "pools");
        assert!(found.contains(&"retry".to_owned()) && found.contains(&"swim".to_owned()), "{found:?}");
    }

    async fn a_word_in_the_name_counts_more_than_one_in_the_text(store: Store) {
        fill(&store.folio).await;
        assert_eq!(codes(&store.folio, "kestrel").await, ["title-only", "mentions"]);
    }

    async fn names_with_signs_are_found_as_they_are_written(store: Store) {
        fill(&store.folio).await;
        for query in ["foo_bar", "foo_bar-baz", "config.toml", "std::io::Read", "https://example.org/a?b=c", "v0.15", "\"foo bar\""] {
            assert_eq!(sorted(&store.folio, query).await, ["code"], "{query}");
        }
        for query in ["3.14", "1,234", "2024", "42"] {
            assert_eq!(sorted(&store.folio, query).await, ["numbers"], "{query}");
        }
        assert_eq!(sorted(&store.folio, "東京").await, ["cjk"]);
        assert_eq!(sorted(&store.folio, "한국어").await, ["cjk"]);
    }

    async fn a_snippet_shows_where_it_fits(store: Store) {
        let far = format!("{} the kestrel, hovering. {}", "filler words ".repeat(500), "more of them ".repeat(500));
        store.folio.documents().insert(NewDocument::new("far", "Far", far)).await.unwrap();
        let results = store.folio.documents().search(&SearchRequest::new("kestrels hover")).await.unwrap();
        let snippet = &results.hits[0].snippet;
        let matched: Vec<&str> = snippet.spans.iter().filter(|span| span.matched).map(|span| span.text.as_str()).collect();
        assert_eq!(matched, ["kestrel", "hovering"]);
        assert!(snippet.to_string().chars().count() < 400, "{snippet}");
    }

    async fn no_query_is_an_error(store: Store) {
        fill(&store.folio).await;
        for query in ["", " ", "\"", "\"\"", "*", "-", "OR", "OR OR", "- -", "(", ")))", "a:*", "a & b", "!!", "' ; DROP TABLE document; --", "\u{0}", "NEAR(a b)", "col:a", "^a", "\\", "%", "_", "{}", "AND NOT", "-\"", "\"a* -b\" OR *", "\u{202e}", "🙂", "a\u{301}\u{301}*", "\u{301}s", "meta.a\0b:x", "meta.:x", "tag:,"] {
            store.folio.documents().search(&SearchRequest::new(query)).await.unwrap();
            store.folio.messages().search(&SearchRequest::new(query).as_you_type()).await.unwrap();
        }
        assert!(store.folio.documents().search(&SearchRequest::new("a").limit(0)).await.is_err());
        assert_eq!(store.folio.documents().count().await.unwrap(), DOCUMENTS.len() as u64);
    }

    async fn a_very_long_query_is_answered(store: Store) {
        fill(&store.folio).await;
        let long: String = (0..2_000).map(|n| format!("word{n} ")).collect::<String>() + "kestrel";
        store.folio.documents().search(&SearchRequest::new(long)).await.unwrap();
        store.folio.documents().search(&SearchRequest::new("x".repeat(100_000))).await.unwrap();
        // As many values as one field takes, one more, and more than SQLite could take as one condition.
        for values in [17, 100, 101, 5_000] {
            let values: Vec<String> = (0..values).map(|n| format!("t{n}")).collect();
            let query = format!("kestrel tag:{}", values.join(","));
            store.folio.documents().search(&SearchRequest::new(&query)).await.unwrap();
            store.folio.messages().search(&SearchRequest::new(query)).await.unwrap();
        }
    }

    async fn messages_are_found_by_question_and_answer(store: Store) {
        let thread = ThreadId::new("t").unwrap();
        for (question, answer) in [("Where is the kestrel?", "Above the hill."), ("And the heron?", "At the ponds.")] {
            store.folio.messages().save(NewMessage::new(thread.clone(), question, answer)).await.unwrap();
        }
        let found = async |query: &str| store.folio.messages().search(&SearchRequest::new(query)).await.unwrap().total;
        assert_eq!((found("kestrels").await, found("pond").await, found("hill heron").await, found("\"the hill\"").await), (1, 1, 2, 1));
    }
}

on_both! {
    async fn the_language_is_a_setting_of_the_index(store: Store) {
        fill(&store.folio).await;
        let long = format!("{} kestrels", "words ".repeat(10_000));
        store.folio.documents().insert(NewDocument::new("long", "Long", long)).await.unwrap();
        assert_eq!(store.folio.language().await.unwrap(), Language::English);
        store.folio.reindex(Language::Plain).await.unwrap();
        assert_eq!(sorted(&store.folio, "swim").await, [""; 0]);
        assert_eq!(sorted(&store.folio, "swam").await, ["swim"]);
        assert_eq!(sorted(&store.folio, "kestrels").await, ["long"]);
        assert_eq!(sorted(&store.folio, "CAFE").await, ["cafe"]);
        store.folio.documents().insert(NewDocument::new("new", "New", "pools")).await.unwrap();
        assert_eq!(sorted(&store.folio, "pools").await, ["new", "pools"]);
        let again = store.again(|config| config).await;
        assert_eq!(again.language().await.unwrap(), Language::Plain);
        again.reindex(Language::English).await.unwrap();
        assert_eq!(sorted(&again, "kestrel").await, ["long", "mentions", "title-only"]);
        assert_eq!(again.documents().get("pools").await.unwrap().unwrap().version, 1, "no document changed");
        assert_eq!(codes(&again, "kestrel").await[0], "title-only", "names still weigh more");
    }
}

/// The two databases agree on what a query finds, whatever is typed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_find_the_same() {
    let stores = [
        Store::fresh(Kind::Sqlite).await,
        Store::fresh(Kind::Postgres).await,
    ];
    for store in &stores {
        fill(&store.folio).await;
    }
    let word = prop::sample::select(vec![
        "pool",
        "connection",
        "swim",
        "swimming",
        "kestrel",
        "café",
        "resume",
        "foo_bar",
        "config.toml",
        "3.14",
        "the",
        "a",
        "東京",
        "conn",
        "lost call",
        "birds",
        "Straße",
    ]);
    let term = (word, 0..5_u8).prop_map(|(word, form)| match form {
        0 => format!("\"{word}\""),
        1 => format!("-{word}"),
        2 => format!("{word}*"),
        3 => format!("{word} OR"),
        _ => word.to_owned(),
    });
    let queries = prop::collection::vec(term, 1..4).prop_map(|terms| terms.join(" "));
    let runtime = tokio::runtime::Handle::current();
    let config = ProptestConfig {
        failure_persistence: None,
        cases: 200,
        ..ProptestConfig::default()
    };
    tokio::task::block_in_place(|| {
        proptest::test_runner::TestRunner::new(config)
            .run(&queries, |query| {
                let [sqlite, postgres] = [&stores[0], &stores[1]]
                    .map(|store| runtime.block_on(sorted(&store.folio, &query)));
                prop_assert_eq!(sqlite, postgres, "{}", query);
                Ok(())
            })
            .unwrap();
    });
}

/// The two indexes stem by different programs; what a word finds is the same for every form.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_find_the_same_forms_of_a_word() {
    let roots = [
        "sky", "happ", "connect", "relat", "univers", "oper", "gener", "triv", "geolog", "possib",
        "horribl", "argu", "hop", "hopp", "fall", "agre", "plast", "motor", "siz", "fil",
        "controll", "probat", "bow",
    ];
    let endings = [
        "", "s", "es", "y", "ies", "ed", "ing", "ings", "ion", "ional", "ization", "ly", "bly",
        "ably", "logi", "logy", "ness", "fulness", "ical", "ative", "e", "ement", "ance", "ence",
        "ator", "eed", "ll", "alism", "ousli",
    ];
    let words: Vec<String> = roots
        .iter()
        .flat_map(|root| endings.map(|ending| format!("{root}{ending}")))
        .collect();
    let stores = [
        Store::fresh(Kind::Sqlite).await,
        Store::fresh(Kind::Postgres).await,
    ];
    for store in &stores {
        let all = words.clone();
        store
            .folio
            .transaction(async |tx| {
                for word in all {
                    tx.documents()
                        .upsert(NewDocument::new(&word, "-", &word))
                        .await?;
                }
                Ok::<_, service::Error>(())
            })
            .await
            .unwrap();
    }
    for word in &words {
        let [sqlite, postgres] = [
            sorted(&stores[0].folio, word).await,
            sorted(&stores[1].folio, word).await,
        ];
        assert!(sqlite.contains(word), "{word}");
        assert_eq!(sqlite, postgres, "{word}");
    }
}

/// Nothing that can be typed fails, on either database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_text_is_a_query() {
    let stores = [
        Store::fresh(Kind::Sqlite).await,
        Store::fresh(Kind::Postgres).await,
    ];
    for store in &stores {
        fill(&store.folio).await;
    }
    let runtime = tokio::runtime::Handle::current();
    let config = ProptestConfig {
        failure_persistence: None,
        cases: 150,
        ..ProptestConfig::default()
    };
    let queries = prop_oneof![
        any::<String>(),
        "[-\"*a-c ()|&!:'OR]{0,30}",
        // Letters with marks, as words of few letters.
        "[asя\u{301}\u{345}\u{483}\u{484}\u{e31} ]{1,8}",
    ];
    tokio::task::block_in_place(|| {
        proptest::test_runner::TestRunner::new(config)
            .run(&queries, |query| {
                for store in &stores {
                    runtime
                        .block_on(
                            store
                                .folio
                                .documents()
                                .search(&SearchRequest::new(&query).as_you_type()),
                        )
                        .unwrap();
                }
                Ok(())
            })
            .unwrap();
    });
}
