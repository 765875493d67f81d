//! What was asked is what is found: begins of words, short words, operators, and what is said about it.

use service::{Folio, NewDocument, NewMessage, Role, SearchRequest, ThreadId};
use support::finding::{self, codes, search, sorted};
use support::on_both;

/// Stores a text.
async fn store(folio: &Folio, code: &str, content: &str) {
    finding::store(folio, code, "A note", content).await;
}

/// Stores a document for each word, with the word as its code.
async fn store_each(folio: &Folio, words: &str) {
    for word in words.split_whitespace() {
        store(folio, word, &format!("something about {word} here")).await;
    }
}

/// Words that are stemmed in many ways.
const WORDS: &str = "keyboard keys analysis analyse encrypted newtype async everything anyone payload playground adding \
    addition erring bus buses business but build reference refs gate gases io ios it its item away aws see seeing \
    empty emptying dns dnssec js json os oscar eyed dying organ organization";

on_both! {
    async fn a_begin_finds_the_words_that_begin_so_and_no_others(store: Store) {
        let folio = &store.folio;
        store_each(folio, WORDS).await;
        for begin in [
            "key", "analy", "encry", "newty", "asy", "every", "any", "pay", "play", "addin", "errin", "bus", "ref", "refs", "gas",
            "ios", "its", "aws", "see", "seei", "emptyi", "dns", "js", "os", "ey", "eye", "dyi", "organ", "organizat",
        ] {
            let mut expected: Vec<&str> = WORDS.split_whitespace().filter(|word| word.starts_with(begin)).collect();
            // Each text has these words, too.
            if "something".starts_with(begin) || "here".starts_with(begin) || "about".starts_with(begin) {
                expected = WORDS.split_whitespace().collect();
            }
            expected.sort_unstable();
            assert_eq!(sorted(folio, &format!("{begin}*")).await, expected, "{begin}*");
        }
        let found = search(folio, "key*").await;
        let marked = found.hits.iter().flat_map(|hit| &hit.snippet.spans).filter(|span| span.matched);
        assert!(marked.clone().count() > 1 && marked.clone().all(|span| span.text.starts_with("key")), "{found:?}");
    }

    async fn words_of_one_or_two_letters_are_found_as_they_are(store: Store) {
        let folio = &store.folio;
        store_each(folio, "u us use used a as js j o os").await;
        for word in ["u", "us", "js", "j", "os", "o"] {
            assert_eq!(sorted(folio, word).await, [word]);
        }
        assert_eq!(sorted(folio, "use").await, ["use", "used"]);
    }

    async fn operators_are_some_in_scripts_without_capitals(store: Store) {
        let folio = &store.folio;
        self::store(folio, "both", "ファイルとコマンド 2023 2024").await;
        self::store(folio, "one", "ファイル 2024").await;
        for query in ["ファイル NOT コマンド", "2024 NOT 2023", "ファイル AND 2024 NOT 2023"] {
            assert_eq!(codes(folio, query).await, ["one"], "{query}");
        }
        assert_eq!(search(folio, "DO NOT PANIC").await.understood.text, "do not panic");
    }

    async fn a_word_that_says_nothing_puts_no_document_first(store: Store) {
        let folio = &store.folio;
        self::store(folio, "kill", "pkill: kill process name, kill process name").await;
        self::store(folio, "limit", &format!("limit a process by its name; it may kill a few. {}", "More of it. ".repeat(90))).await;
        for query in ["kill process name", "kill a process by name", "kill vs process name"] {
            assert_eq!(codes(folio, query).await[0], "kill", "{query}");
        }
    }

    async fn tags_with_an_or_between_them_are_a_list(store: Store) {
        let folio = &store.folio;
        for tag in ["draft", "old", "done"] {
            let document = NewDocument::new(tag, "A note", "about the pool");
            folio.documents().insert(document.with_metadata(serde_json::json!({"tags": [tag]}))).await.unwrap();
        }
        assert_eq!(sorted(folio, "pool tag:draft OR tag:old").await, ["draft", "old"]);
        assert_eq!(sorted(folio, "tag:draft OR tag:old OR tag:done").await, ["done", "draft", "old"]);
        let told = search(folio, "pool OR tag:draft").await.understood.dropped;
        assert!(told.len() == 1 && told[0].contains("narrows down the whole query"), "{told:?}");
    }

    async fn a_word_that_nothing_has_is_told_beside_hits(store: Store) {
        let folio = &store.folio;
        self::store(folio, "pool", "the pool").await;
        let found = search(folio, "pool lifetimez").await;
        let told: Vec<_> = found.understood.terms.iter().map(|term| (term.text.as_str(), term.rows)).collect();
        assert_eq!((found.hits.len(), told), (1, vec![("pool", None), ("lifetimez", Some(0))]));
        assert!(found.understood.terms.iter().all(|term| term.role == Role::Wanted));
    }

    async fn words_are_suggested_as_texts_have_them(store: Store) {
        let folio = &store.folio;
        self::store(folio, "a", "adding an address to the environment; it is mutable and super; separate").await;
        for (typed, meant) in [("adress", "address"), ("enviroment", "environment"), ("mutabel", "mutable"), ("seperate", "separate")] {
            assert_eq!(search(folio, typed).await.did_you_mean.as_deref(), Some(meant), "{typed}");
        }
    }

    async fn each_hit_of_a_page_shows_its_passage(store: Store) {
        let folio = &store.folio;
        for n in 0..60 {
            let far = format!("{} the kestrel", "words that come before it. ".repeat(3_000));
            self::store(folio, &format!("d{n}"), &far).await;
        }
        let request = SearchRequest::new("kestrel").limit(5);
        let first = folio.documents().search(&request.clone().limit(55)).await.unwrap();
        let behind = folio.documents().search(&request.after(first.next.unwrap())).await.unwrap();
        for hit in &behind.hits {
            assert!(hit.snippet.spans.iter().any(|span| span.matched) && hit.place.is_some(), "{hit:?}");
        }
        assert_eq!(behind.hits.len(), 5);
    }

    async fn korean_is_found_with_its_particles(store: Store) {
        let folio = &store.folio;
        self::store(folio, "db", "데이터베이스를 서울에서 백업한다").await;
        for query in ["데이터베이스", "서울", "서울 백업"] {
            assert_eq!(codes(folio, query).await, ["db"], "{query}");
        }
    }

    async fn the_last_sigma_of_a_greek_word_is_one(store: Store) {
        let folio = &store.folio;
        self::store(folio, "capitals", "ΟΔΟΣ").await;
        self::store(folio, "small", "οδος").await;
        for query in ["οδος", "ΟΔΟΣ", "οδοσ"] {
            assert_eq!(sorted(folio, query).await, ["capitals", "small"], "{query}");
        }
    }

    async fn a_turn_shows_the_side_that_has_more_of_the_words(store: Store) {
        let thread = ThreadId::new("t").unwrap();
        let turn = NewMessage::new(thread, "why is the sound not working after the upgrade", "right now I can play sound");
        store.folio.messages().save(turn).await.unwrap();
        let request = SearchRequest::new("sound working upgrade");
        let found = store.folio.messages().search(&request).await.unwrap();
        assert!(found.hits[0].snippet.to_string().contains("upgrade"), "{found:?}");
    }
}
