//! One table of documents, queries and what they find, in order, for both databases.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use service::{
    DocumentHit, Folio, NewDocument, NewMessage, Role, SearchRequest, SearchResults, ThreadId,
    UserId,
};
use support::{Kind, Store, on_both};

/// Code, name, text, metadata.
const DOCUMENTS: &[(&str, &str, &str, &str)] = &[
    (
        "guide/pools",
        "Connection pools",
        "# Pools\n\nA pool keeps connections open.\n\n## Sizes\n\nA pool of ten serves a thousand users.\n",
        r#"{"tags": ["Guide", "database"], "lang": "en"}"#,
    ),
    (
        "guide/retry",
        "Trying again",
        "A call that lost its connection is repeated, with a growing delay.",
        r#"{"tags": ["guide"], "level": 2}"#,
    ),
    (
        "guide/swim",
        "Swimming",
        "The swimmers swam in the swimming pool, and the connection was lost.",
        r#"{"tag": "sport"}"#,
    ),
    (
        "notes/birds",
        "Birds",
        "A kestrel, once in a longer text about many other birds and the weather over the hills.",
        "{}",
    ),
    (
        "notes/kestrel",
        "Kestrel",
        "Nothing of that name in here.",
        r#"{"tags": ["draft"]}"#,
    ),
    (
        "ja",
        "日本の首都",
        "東京は日本の首都です。人口は多い。",
        r#"{"lang": "ja"}"#,
    ),
    ("zh", "北京", "北京是中国的首都。", r#"{"lang": "zh"}"#),
    ("th", "ภาษาไทย", "ผมกินข้าวที่บ้าน", r#"{"lang": "th"}"#),
    (
        "code",
        "config",
        "Set foo_bar-baz in config.toml; see std::io::Read and user@example.com.",
        "{}",
    ),
];

/// What is typed, and the codes of what it finds, the best first.
const QUERIES: &[(&str, &[&str])] = &[
    // Words, in any form; what has all before what has some; the name before the text.
    ("kestrels", &["notes/kestrel", "notes/birds"]),
    (
        "connection pool",
        &["guide/pools", "guide/swim", "guide/retry"],
    ),
    (
        "lost connections",
        &["guide/retry", "guide/swim", "guide/pools"],
    ),
    (
        "what has lost its connection",
        &["guide/retry", "guide/swim", "guide/pools"],
    ),
    // Phrases and prefixes.
    ("\"swimming pool\"", &["guide/swim"]),
    ("\"pool swimming\"", &[]),
    ("kest*", &["notes/kestrel", "notes/birds"]),
    ("\"swimming po\"*", &["guide/swim"]),
    // Without, either, groups.
    ("pool -swimming", &["guide/pools"]),
    ("kestrel OR retry", &["notes/kestrel", "notes/birds"]),
    (
        "(swimmers OR kestrel) -lost",
        &["notes/kestrel", "notes/birds"],
    ),
    ("pool -(thousand users)", &["guide/swim"]),
    (
        "lost (delay OR swam) -hills",
        &["guide/retry", "guide/swim"],
    ),
    // Fields.
    ("name:pool", &["guide/pools"]),
    ("name:kestrel OR birds", &["notes/birds", "notes/kestrel"]),
    ("pool code:guide/*", &["guide/pools", "guide/swim"]),
    ("code:guide/swim pool", &["guide/swim"]),
    ("pool -code:guide/swim", &["guide/pools"]),
    ("connection tag:guide", &["guide/pools", "guide/retry"]),
    ("tag:sport,draft", &["notes/kestrel", "guide/swim"]),
    ("首都 meta.lang:zh", &["zh"]),
    ("meta.level:2", &["guide/retry"]),
    ("kestrel -tag:draft", &["notes/birds"]),
    ("pool after:2000", &["guide/pools", "guide/swim"]),
    ("pool before:2000", &[]),
    ("pool thread:t", &[]),
    // Scripts without spaces, by any part.
    ("東京", &["ja"]),
    ("本の首", &["ja"]),
    ("首都", &["ja", "zh"]),
    ("中国", &["zh"]),
    ("京東", &[]),
    ("กินข้าว", &["th"]),
    ("ภาษา", &["th"]),
    // Signs.
    ("foo_bar", &["code"]),
    ("user@example.com", &["code"]),
    ("std::io", &["code"]),
    ("C++", &[]),
];

async fn fill(folio: &Folio) {
    for (code, name, content, metadata) in DOCUMENTS {
        let new = NewDocument::new(*code, *name, *content)
            .with_metadata(serde_json::from_str(metadata).unwrap());
        folio.documents().insert(new).await.unwrap();
    }
}

async fn search(folio: &Folio, query: &str) -> SearchResults<DocumentHit> {
    let request = SearchRequest::new(query).limit(50);
    folio.documents().search(&request).await.unwrap()
}

fn codes(results: &SearchResults<DocumentHit>) -> Vec<&str> {
    results.hits.iter().map(|hit| hit.code.as_str()).collect()
}

on_both! {
    async fn each_query_finds_what_the_table_says(store: Store) {
        fill(&store.folio).await;
        for (query, expected) in QUERIES {
            let results = search(&store.folio, query).await;
            assert_eq!(codes(&results), *expected, "{query}");
            assert_eq!((results.total, results.truncated), (expected.len() as u64, false), "{query}");
        }
    }

    async fn messages_are_found_by_the_same_language(store: Store) {
        let turns = [
            ("a", "ann", "Where is the kestrel?", "Above the hill, near the heron."),
            ("a", "bob", "And the heron?", "At the ponds. 東京にいます。"),
            ("b", "ann", "What is a pool?", "Water, or connections."),
        ];
        for (thread, user, question, answer) in turns {
            let new = NewMessage::new(ThreadId::new(thread).unwrap(), question, answer).by(UserId::new(user).unwrap());
            store.folio.messages().save(new).await.unwrap();
        }
        for (query, expected) in [
            ("heron", vec!["And the heron?", "Where is the kestrel?"]),
            ("heron user:ann", vec!["Where is the kestrel?"]),
            ("thread:a", vec!["And the heron?", "Where is the kestrel?"]),
            ("name:heron", vec!["And the heron?"]),
            ("東京", vec!["And the heron?"]),
            ("pool -user:bob", vec!["What is a pool?"]),
            ("heron code:x", vec![]),
        ] {
            let results = store.folio.messages().search(&SearchRequest::new(query)).await.unwrap();
            let ids: Vec<String> = results.hits.iter().map(|hit| hit.id.to_string()).collect();
            let mut found = Vec::new();
            for hit in &results.hits {
                found.push(store.folio.messages().get(hit.id).await.unwrap().unwrap().question);
            }
            assert_eq!(found, expected, "{query} {ids:?}");
        }
    }

    async fn a_hit_knows_its_place_in_the_document(store: Store) {
        fill(&store.folio).await;
        let results = search(&store.folio, "thousand users").await;
        let place = results.hits[0].place.clone().unwrap();
        assert_eq!((place.line, place.headings), (7, vec!["Pools".to_owned(), "Sizes".to_owned()]));
        assert_eq!(search(&store.folio, "code:zh").await.hits[0].place, None);
        // Far down in a text that is not read whole to be ranked.
        let long = format!("# Long\n\n{}\n## End\n\nthe last peregrine\n", "words and words\n".repeat(40_000));
        store.folio.documents().insert(NewDocument::new("long", "Long", long)).await.unwrap();
        let results = search(&store.folio, "\"last peregrine\"").await;
        let hit = &results.hits[0];
        assert!(hit.snippet.spans.iter().any(|span| span.matched && span.text == "last peregrine"), "{}", hit.snippet);
        let place = hit.place.clone().unwrap();
        assert_eq!((place.line, place.headings), (40_006, vec!["Long".to_owned(), "End".to_owned()]));
    }

    async fn an_answer_without_hits_says_why(store: Store) {
        fill(&store.folio).await;
        let results = search(&store.folio, "kestrll").await;
        assert_eq!(results.did_you_mean.as_deref(), Some("kestrel"));
        let term = &results.understood.terms[0];
        assert_eq!((term.text.as_str(), term.rows, term.role), ("kestrll", Some(0), Role::Wanted));
        assert!(term.like.contains(&"kestrel".to_owned()));
        assert!(!search(&store.folio, "kestrel").await.hits.is_empty());

        // Words that occur, in an order that doesn't.
        let results = search(&store.folio, "\"pool swimming\"").await;
        assert_eq!(results.did_you_mean.as_deref(), Some("pool swimming"));
        assert_eq!(results.understood.terms[0].rows, Some(1));

        // What narrows the query down is to blame.
        let results = search(&store.folio, "pool before:2000").await;
        assert_eq!((results.did_you_mean.as_deref(), results.understood.filters.as_slice()), (Some("pool"), &["before:2000-01-01".to_owned()][..]));

        let results = search(&store.folio, "xylophonequartet").await;
        assert_eq!((results.did_you_mean, results.understood.terms[0].rows), (None, Some(0)));
        let results = search(&store.folio, "-pool").await;
        assert!(!results.understood.dropped.is_empty());
    }

    async fn pages_of_hits_follow_each_other(store: Store) {
        for n in 0..57 {
            let text = format!("kestrel {}", "and more words ".repeat(n % 7));
            store.folio.documents().insert(NewDocument::new(format!("d{n}"), format!("D{n}"), text)).await.unwrap();
        }
        let documents = store.folio.documents();
        let whole = documents.search(&SearchRequest::new("kestrel words").limit(100)).await.unwrap();
        assert_eq!((whole.hits.len(), whole.next.clone()), (57, None));
        let mut paged = Vec::new();
        let mut request = SearchRequest::new("kestrel words").limit(10);
        loop {
            let page = documents.search(&request).await.unwrap();
            assert_eq!(page.total, 57);
            paged.extend(codes(&page).into_iter().map(str::to_owned));
            match page.next {
                Some(next) => request = SearchRequest::new("kestrel words").limit(10).after(next),
                None => break,
            }
        }
        assert_eq!(paged, codes(&whole));
        // A page goes on behind a hit that has gone away meanwhile.
        let first = documents.search(&SearchRequest::new("kestrel words").limit(10)).await.unwrap();
        documents.delete(&first.hits[9].code).await.unwrap();
        let second = documents.search(&SearchRequest::new("kestrel words").limit(10).after(first.next.clone().unwrap())).await.unwrap();
        assert!(codes(&first).iter().all(|code| !codes(&second).contains(code)));
        let cursor = "d00.00".parse().unwrap();
        assert!(documents.search(&SearchRequest::new("kestrel").after(cursor)).await.is_err());
    }

    async fn hits_are_counted_by_what_they_have(store: Store) {
        fill(&store.folio).await;
        let request = SearchRequest::new("connection").with_facets().limit(1);
        let results = store.folio.documents().search(&request).await.unwrap();
        let tags = results.facets.iter().find(|facet| facet.field == "tag").unwrap();
        let counted: Vec<(&str, u64)> = tags.values.iter().map(|value| (value.value.as_str(), value.hits)).collect();
        assert_eq!(counted, [("guide", 2), ("database", 1), ("sport", 1)]);
    }

    async fn labels_follow_the_metadata_whoever_writes(store: Store) {
        fill(&store.folio).await;
        store.sql("INSERT INTO document (name, code, content, metadata) VALUES ('n', 'hand', 'by hand', '{\"tags\": [\"Made\"], \"n\": 1, \"o\": {\"x\": 1}}')").await;
        assert_eq!(codes(&search(&store.folio, "tag:made").await), ["hand"]);
        assert_eq!(codes(&search(&store.folio, "hand meta.n:1").await), ["hand"]);
        store.sql("UPDATE document SET metadata = '{\"tag\": \"changed\"}' WHERE code = 'hand'").await;
        assert_eq!(codes(&search(&store.folio, "tag:made").await), [""; 0]);
        assert_eq!(codes(&search(&store.folio, "tag:changed").await), ["hand"]);
        store.sql("DELETE FROM document WHERE code = 'hand'").await;
        let left: i64 = store.value("SELECT count(*) FROM document_label WHERE value = 'changed'").await;
        assert_eq!(left, 0);
    }

    async fn a_big_store_says_that_it_was_not_looked_through(store: Store) {
        let corpus = support::corpus::Corpus::new(3);
        support::corpus::load(store.url(), &corpus, 12_000, 0).await.unwrap();
        let common = corpus.vocabulary().word(0);
        let results = search(&store.folio, common).await;
        assert!(results.truncated && !results.total_is_exact && results.hits.len() == 50, "{}", results.total);
        let made = corpus.document(77);
        let results = search(&store.folio, &format!("\"{}\"", made.name)).await;
        assert!(codes(&results).contains(&made.code.as_str()));
        let results = search(&store.folio, &format!("{common} code:{}", made.code)).await;
        assert_eq!(codes(&results), [made.code.as_str()], "a filter that lets few through is looked through");
        // A rare word and the commonest one: the index is asked for the rare one, the texts for both.
        let known: Vec<&str> = (0..5_000).map(|rank| corpus.vocabulary().word(rank)).collect();
        let text = made.content.to_lowercase();
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let rare = words.find(|word| word.len() > 4 && !known.contains(word)).unwrap();
        let results = search(&store.folio, &format!("{rare} {common}")).await;
        assert!(codes(&results).contains(&made.code.as_str()));
        let best = store.folio.documents().get(&results.hits[0].code).await.unwrap().unwrap();
        let best = best.content.to_lowercase();
        assert!(best.contains(rare) && best.contains(common), "what has both comes first");
        // More rows have the label than are gone through: what is among the others is not denied.
        let early = corpus.document(50).created_at.to_rfc3339();
        let results = search(&store.folio, &format!("meta.lang:en before:{early}")).await;
        assert!(results.truncated && !results.total_is_exact, "{}", results.total);
        let results = search(&store.folio, &format!("{common} meta.lang:en before:{early}")).await;
        assert!(results.truncated && !results.total_is_exact, "{}", results.total);
        // A row far behind all others: the latest numbers are not the latest rows.
        if store.kind == Kind::Sqlite {
            store.sql(&format!("INSERT INTO document (seq, code, name, content) VALUES (100000, 'far', 'Far', '{common}')")).await;
            let results = search(&store.folio, common).await;
            assert_eq!(results.hits.len(), 50);
        }
    }
}

/// Words of a few letters, so that random texts have some in common.
fn words(most: usize) -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "pool",
        "pools",
        "connection",
        "connected",
        "kestrel",
        "birds",
        "bird",
        "über",
        "naïve",
        "東京",
        "京都",
        "x1",
        "foo_bar",
        "the",
        "of",
        "running",
        "runs",
        "analogy",
        "possibly",
    ]);
    prop::collection::vec(word, 0..most).prop_map(|words| words.join(" "))
}

/// Random queries over random documents: the same hits in the same order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_find_the_same_in_the_same_order() {
    let stores = [
        Store::fresh(Kind::Sqlite).await,
        Store::fresh(Kind::Postgres).await,
    ];
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let text = (words(4), words(25));
    for n in 0..60 {
        let (name, content) = text.new_tree(&mut runner).unwrap().current();
        let time = format!("2026-01-01T00:{n:02}:00+00:00");
        for store in &stores {
            let name = format!("n{n} {name}");
            store
                .sql(&format!(
                    "INSERT INTO document (id, code, name, content, created_at) VALUES ({}, 'd{n}', '{name}', '{content}', '{time}')",
                    match store.kind {
                        Kind::Sqlite => format!("x'{n:032x}'"),
                        Kind::Postgres => format!("'{n:032x}'"),
                    }
                ))
                .await;
        }
    }
    let term = (words(3), 0..7_u8).prop_map(|(words, form)| match form {
        0 => format!("\"{words}\""),
        1 => format!("-{words}"),
        2 => format!("{words}*"),
        3 => format!("{words} OR"),
        4 => format!("({words})"),
        5 => format!("name:{words}"),
        _ => words,
    });
    let queries = prop::collection::vec(term, 1..5).prop_map(|terms| terms.join(" "));
    let runtime = tokio::runtime::Handle::current();
    let config = ProptestConfig {
        failure_persistence: None,
        cases: 250,
        ..ProptestConfig::default()
    };
    tokio::task::block_in_place(|| {
        proptest::test_runner::TestRunner::new(config)
            .run(&queries, |query| {
                let [sqlite, postgres] = [&stores[0], &stores[1]]
                    .map(|store| runtime.block_on(search(&store.folio, &query)));
                prop_assert_eq!(codes(&sqlite), codes(&postgres), "{}", query);
                prop_assert_eq!(sqlite.understood, postgres.understood);
                Ok(())
            })
            .unwrap();
    });
}
