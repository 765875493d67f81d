//! Texts in many languages: each is found in all its forms, in a store of its own and among others.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use service::{Folio, Language, MessageChange, NewDocument, NewMessage, SearchRequest, ThreadId};
use support::{Kind, Store, on_both};

/// Code, language as the metadata have it, name, text.
const DOCUMENTS: &[(&str, &str, &str, &str)] = &[
    (
        "de",
        "de",
        "Häuser am Fluss",
        "Die großen Häuser der Städte stehen am Wasser. Straßen führen vorbei.",
    ),
    (
        "de-2",
        "german",
        "Bäume",
        "Ein Baum wächst, und sein Haus steht daneben.",
    ),
    (
        "fr",
        "fr",
        "Les élèves",
        "Les élèves mangeaient des pommes ; une journée déjà passée, c'était l'été.",
    ),
    (
        "es",
        "es-MX",
        "Canciones",
        "Las canciones del corazón y una nación de los niños cantando.",
    ),
    (
        "pt",
        "pt_BR",
        "Informações",
        "Todas as informações das nações e os pães dos corações.",
    ),
    (
        "it",
        "it",
        "Città",
        "Le città antiche e i gatti che dormivano.",
    ),
    (
        "ru",
        "ru",
        "Книги",
        "Он читал интересные книги в старых библиотеках.",
    ),
    (
        "tr",
        "tr",
        "Kitaplarımız",
        "Çocukların evlerinde güzel kitaplar ve çiçekler var.",
    ),
    (
        "sv",
        "sv",
        "Flickorna",
        "Flickorna läste böckerna i trädgården.",
    ),
    (
        "fi",
        "fi",
        "Talot",
        "Taloissa asuvat ihmiset lukevat kirjoja.",
    ),
    (
        "hu",
        "hu",
        "Házak",
        "A házakban emberek élnek, és könyveket olvasnak.",
    ),
    (
        "nl",
        "nl",
        "Paarden",
        "De paarden liepen door de velden en de huizen.",
    ),
    (
        "el",
        "el",
        "Θάλασσες",
        "Οι θάλασσες και οι δρόμοι της πόλης.",
    ),
    ("ar", "ar", "الكتاب", "قرأ الولد الكتاب في المدرسة."),
    ("hi", "hi", "किताबें", "लड़के किताबें पढ़ते हैं।"),
    ("sr", "sr", "Књиге", "Читам књиге у библиотеци."),
    ("id", "id", "Membaca", "Anak itu membaca buku di rumahnya."),
    (
        "plain",
        "plain",
        "Listings",
        "Houses and élèves, as they are.",
    ),
    ("en", "en", "Houses", "The houses of connected people."),
    ("none", "", "Nothing said", "Several houses, connections."),
    (
        "rust",
        "rust",
        "A programming language",
        "Connecting houses.",
    ),
];

/// What is typed, and the codes of what it finds, in the order of the alphabet.
const QUERIES: &[(&str, &[&str])] = &[
    ("haus", &["de", "de-2"]),
    ("HÄUSERN", &["de", "de-2"]),
    ("hausern", &["de", "de-2"]),
    ("häuser", &["de", "de-2"]),
    ("baum", &["de-2"]),
    ("baume", &["de-2"]),
    ("stadt", &["de"]),
    ("strasse", &["de"]),
    ("straße", &["de"]),
    ("große", &["de"]),
    ("\"großes haus\"", &["de"]),
    ("\"haus großes\"", &[]),
    ("name:baum", &["de-2"]),
    ("élèves", &["fr", "plain"]),
    ("eleve", &["fr"]),
    ("manger", &["fr"]),
    ("pomme -élève", &[]),
    ("pomme", &["fr"]),
    ("canción", &["es"]),
    ("cancion", &["es"]),
    ("corazones", &["es"]),
    ("naciones", &["es"]),
    ("informação", &["pt"]),
    ("informacoes", &["pt"]),
    ("nacoes", &["pt"]),
    ("citta", &["it"]),
    ("gatto", &["it"]),
    ("книга", &["ru"]),
    ("КНИГАМИ", &["ru"]),
    ("библиотека", &["ru"]),
    ("kitap", &["tr"]),
    ("kitaplar", &["tr"]),
    ("çiçek", &["tr"]),
    ("flicka", &["sv"]),
    ("trädgård", &["sv"]),
    ("talossa", &["fi"]),
    ("ház", &["hu"]),
    ("könyv", &["hu"]),
    ("paard", &["nl"]),
    ("θάλασσα", &["el"]),
    ("كتاب", &["ar"]),
    ("किताब", &["hi"]),
    ("knjiga", &["sr"]),
    ("baca", &["id"]),
    ("rumah", &["id"]),
    ("houses", &["en", "none", "plain", "rust"]),
    ("house", &["en", "none", "rust"]),
    ("connect", &["en", "none", "rust"]),
    ("\"houses and élèves\"", &["plain"]),
    // As one types.
    ("infor*", &["pt"]),
    ("informaç*", &["pt"]),
    ("informaca*", &[]),
    ("informaco*", &["pt"]),
    ("hau*", &["de", "de-2"]),
    ("häu*", &["de", "de-2"]),
    ("книг*", &["ru"]),
    ("flickor*", &["sv"]),
    ("name:hau*", &["de"]),
    // With what else a query has.
    ("haus meta.language:german", &["de-2"]),
    ("haus OR gatto", &["de", "de-2", "it"]),
    ("haus -baum", &["de"]),
];

async fn fill(folio: &Folio) {
    for (code, language, name, content) in DOCUMENTS {
        let mut new = NewDocument::new(*code, *name, *content);
        if !language.is_empty() {
            new = new.with_metadata(serde_json::json!({ "language": language }));
        }
        folio.documents().insert(new).await.unwrap();
    }
}

/// The codes of what is found, in the order of the alphabet.
async fn found(folio: &Folio, query: &str) -> Vec<String> {
    let mut codes = ordered(folio, query).await;
    codes.sort();
    codes
}

async fn ordered(folio: &Folio, query: &str) -> Vec<String> {
    let request = SearchRequest::new(query).limit(100);
    let results = folio.documents().search(&request).await.unwrap();
    results.hits.into_iter().map(|hit| hit.code).collect()
}

on_both! {
    async fn each_language_is_found_in_its_forms(store: Store) {
        fill(&store.folio).await;
        let mut wrong = Vec::new();
        for (query, expected) in QUERIES {
            let found = found(&store.folio, query).await;
            if found != *expected {
                wrong.push(format!("{query} finds {found:?}, not {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    async fn a_store_is_in_the_language_that_it_is_given(store: Store) {
        let folio = &store.folio;
        for (code, name, content) in [("a", "Häuser", "am See"), ("b", "Bäume", "ein großes Haus"), ("c", "Connections", "of houses")] {
            folio.documents().insert(NewDocument::new(code, name, content)).await.unwrap();
        }
        let long = format!("{} Häusern, das Ende", "Wörter und mehr ".repeat(5_000));
        folio.documents().insert(NewDocument::new("long", "Lang", long)).await.unwrap();
        folio.documents().insert(NewDocument::new("en", "People", "connected houses").in_language(Language::English)).await.unwrap();
        assert_eq!(found(folio, "hauses").await, [""; 0]);
        assert_eq!(found(folio, "connect").await, ["c", "en"]);

        folio.reindex(Language::German).await.unwrap();
        // Also by a program that had the store open meanwhile, and by one that opens it now.
        let again = store.again(|config| config).await;
        for folio in [folio, &again] {
            assert_eq!(folio.language().await.unwrap(), Language::German);
            assert_eq!(found(folio, "hauses").await, ["a", "b", "long"]);
            assert_eq!(found(folio, "connect").await, ["en"], "its own language stays");
            assert_eq!(ordered(folio, "haus baum").await[0], "b");
            assert_eq!(ordered(folio, "haus").await[0], "a", "names weigh more");
            assert_eq!(found(folio, "\"hauses das ende\"").await, ["long"]);
            assert_eq!(found(folio, "wort").await, ["long"]);
        }
        let results = folio.documents().search(&SearchRequest::new("haus")).await.unwrap();
        let hit = results.hits.iter().find(|hit| hit.code == "b").unwrap();
        let marked: Vec<&str> = hit.snippet.spans.iter().filter(|span| span.matched).map(|span| span.text.as_str()).collect();
        assert_eq!(marked, ["Haus"]);
        assert_eq!(folio.documents().get("a").await.unwrap().unwrap().version, 1, "no document changed");

        folio.reindex(Language::Plain).await.unwrap();
        assert_eq!(found(folio, "haus").await, ["b"]);
        assert_eq!(found(folio, "hausern").await, ["long"]);
        folio.reindex(Language::English).await.unwrap();
        assert_eq!(found(folio, "connect").await, ["c", "en"]);
        assert_eq!(found(folio, "hauser").await, ["a"]);
    }

    async fn a_document_s_language_is_its_metadata_s_whoever_writes(store: Store) {
        store.sql("INSERT INTO document (name, code, content, metadata) VALUES ('Häuser', 'a', 'am See', '{\"language\": \"de\"}')").await;
        store.sql("INSERT INTO document (name, code, content) VALUES ('Houses', 'b', 'Häuser')").await;
        let folio = &store.folio;
        assert_eq!(found(folio, "hauses").await, ["a"]);
        store.sql("UPDATE document SET metadata = '{\"language\": \"DE_at\", \"x\": 1}' WHERE code = 'b'").await;
        assert_eq!(found(folio, "hauses").await, ["a", "b"]);
        store.sql("UPDATE document SET content = 'Bäume' WHERE code = 'b'").await;
        assert_eq!((found(folio, "hauses").await, found(folio, "baum").await), (vec!["a".to_owned()], vec!["b".to_owned()]));

        let to = |language| service::DocumentChange::new().language(language);
        let changed = folio.documents().update("b", &to(Some(Language::Spanish))).await.unwrap().unwrap();
        assert_eq!((changed.language(), &changed.metadata), (Some(Language::Spanish), &serde_json::json!({"language": "spanish", "x": 1})));
        assert_eq!(found(folio, "hauses").await, ["a"]);
        assert_eq!(found(folio, "baume").await, ["b"]);
        let same = folio.documents().update("b", &to(Some(Language::Spanish))).await.unwrap().unwrap();
        assert_eq!(same.version, changed.version, "nothing to change");
        let back = folio.documents().update("b", &to(None)).await.unwrap().unwrap();
        assert_eq!((back.language(), &back.metadata), (None, &serde_json::json!({"x": 1})));
        assert_eq!(found(folio, "house").await, ["b"]);

        // The language comes and goes with what there was before.
        folio.documents().delete("a").await.unwrap();
        assert_eq!(found(folio, "hauses").await, [""; 0]);
        folio.documents().restore("a", None).await.unwrap();
        assert_eq!(found(folio, "hauses").await, ["a"]);
        let upserted = NewDocument::new("a", "Häuser", "am Fluss").in_language(Language::German);
        folio.documents().upsert(upserted).await.unwrap();
        assert_eq!(folio.documents().get("a").await.unwrap().unwrap().metadata, serde_json::json!({"language": "de"}));
    }

    async fn messages_have_languages_too(store: Store) {
        let thread = ThreadId::new("t").unwrap();
        let messages = store.folio.messages();
        let german = NewMessage::new(thread.clone(), "Wo stehen die Häuser?", "Am Fluss.").in_language(Language::German);
        let german = messages.save(german).await.unwrap();
        messages.save(NewMessage::new(thread.clone(), "Where are the houses?", "At the river.")).await.unwrap();
        let total = async |query: &str| messages.search(&SearchRequest::new(query)).await.unwrap().total;
        assert_eq!((total("hauses").await, total("flüsse").await, total("house").await, total("rivers").await), (1, 1, 1, 1));
        let plain = MessageChange::new().metadata(serde_json::json!({"language": "plain"}));
        messages.update(german.id, &plain).await.unwrap();
        assert_eq!((total("hauses").await, total("häuser").await), (0, 1));
    }

    async fn a_misspelled_word_is_known_in_any_language(store: Store) {
        fill(&store.folio).await;
        let results = store.folio.documents().search(&SearchRequest::new("paardenn")).await.unwrap();
        assert_eq!(results.did_you_mean.as_deref(), Some("paarden"), "{:?}", results.understood);
        let results = store.folio.documents().search(&SearchRequest::new("\"kitap kitap\"")).await.unwrap();
        assert_eq!(results.understood.terms[0].rows, Some(1));
    }

    async fn the_databases_know_the_languages_by_the_same_names(store: Store) {
        let named: i64 = store.value("SELECT count(*) FROM language_code").await;
        let mut known = 0;
        for language in Language::all() {
            let codes: String = store.value(&format!(
                "SELECT {} FROM language_code WHERE language = '{language}'",
                store.spelled("group_concat(code)", "string_agg(code, ',')"),
            )).await;
            for code in codes.split(',') {
                assert_eq!(code.parse(), Ok(language), "{code}");
                known += 1;
            }
        }
        assert_eq!(named, known);
    }
}

/// Words of several languages, so that random texts have some in common.
fn words(most: usize) -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Haus",
        "Häuser",
        "hauses",
        "haus",
        "élève",
        "élèves",
        "eleves",
        "E\u{301}lève",
        "canción",
        "canciones",
        "cancion",
        "книга",
        "Книги",
        "книгами",
        "kitap",
        "kitabı",
        "kitaplar",
        "houses",
        "house",
        "connection",
        "connected",
        "das",
        "de",
        "東京",
        "x1",
    ]);
    prop::collection::vec(word, 0..most).prop_map(|words| words.join(" "))
}

/// Random queries over random documents in several languages: the same hits in the same order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_find_the_same_in_many_languages() {
    let stores = [
        Store::fresh(Kind::Sqlite).await,
        Store::fresh(Kind::Postgres).await,
    ];
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let text = (words(4), words(20));
    let languages = ["", "de", "fr", "es", "ru", "tr", "plain", "en"];
    for n in 0..60 {
        let (name, content) = text.new_tree(&mut runner).unwrap().current();
        let language = languages[n % languages.len()];
        for store in &stores {
            let id = match store.kind {
                Kind::Sqlite => format!("x'{n:032x}'"),
                Kind::Postgres => format!("'{n:032x}'"),
            };
            store
                .sql(&format!(
                    "INSERT INTO document (id, code, name, content, created_at, metadata) VALUES ({id}, 'd{n}', 'n{n} {name}', '{content}', '2026-01-01T00:{n:02}:00+00:00', '{{\"language\": \"{language}\"}}')"
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
        cases: 150,
        ..ProptestConfig::default()
    };
    tokio::task::block_in_place(|| {
        proptest::test_runner::TestRunner::new(config)
            .run(&queries, |query| {
                let [sqlite, postgres] = [&stores[0], &stores[1]]
                    .map(|store| runtime.block_on(ordered(&store.folio, &query)));
                prop_assert_eq!(sqlite, postgres, "{}", query);
                Ok(())
            })
            .unwrap();
    });
}
