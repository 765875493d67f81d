use proptest::prelude::*;

use super::super::understand::written;
use super::*;

/// Writes a query out: `a "b c" d* -e`.
fn read(text: &str) -> String {
    written(&parse(text, Typing::Finished))
}

#[test]
fn every_form_is_understood() {
    for (typed, meant) in [
        ("connection pool", "connection pool"),
        ("\"connection pool\"", "\"connection pool\""),
        ("conf* -thread", "conf* -thread"),
        ("-\"a b\" c", "c -\"a b\""),
        ("sqlite OR postgres", "sqlite OR postgres"),
        ("a b OR c", "a b OR c"),
        ("or not and", "or not and"),
        ("Über CAFÉ", "uber cafe"),
        ("foo-ba*", "\"foo ba\"*"),
        ("\"foo ba\"*", "\"foo ba\"*"),
        ("(a OR b) c", "(a OR b) c"),
        ("a -(b c)", "a -(b c)"),
        ("((a))", "a"),
        ("a (b (c OR d)) OR e", "a (b (c OR d)) OR e"),
        ("(see foo(bar))", "see \"foo bar\""),
        ("(pool*)", "pool*"),
        ("日本", "\"日 本\""),
        ("“foo bar” «b»", "\"foo bar\" b"),
        ("foo AND bar NOT baz", "foo bar -baz"),
        ("foo NOT (a b) AND \"c d\"", "foo \"c d\" -(a b)"),
        ("foo NOT -bar AND", "foo and -bar"),
        ("name:(a OR \"b c\") d", "(name:a OR name:\"b c\") d"),
        // Somebody shouts.
        ("DO NOT PANIC", "do not panic"),
    ] {
        assert_eq!(read(typed), meant, "{typed}");
    }
}

#[test]
fn fields_narrow_down_the_whole_query() {
    for (typed, meant) in [
        ("pool code:guide/*", "pool code:guide/*"),
        ("code:a/b pool", "pool code:a/b"),
        ("pool -tag:draft,Old", "pool -tag:draft,old"),
        ("tag:\"two words\" pool", "pool tag:\"two words\""),
        ("(pool user:7) OR x", "(pool OR x) user:7"),
        (
            "after:2024-02 before:2025 x",
            "x after:2024-02-01 before:2025-01-01",
        ),
        ("meta.lang:de", "meta.lang:de"),
        ("thread:t", "thread:t"),
        ("NAME:pool", "name:pool"),
        ("name:\"big pool\" -name:x", "name:\"big pool\" -name:x"),
        ("name:po*", "name:po*"),
        // What is no field, or no value of it, is words.
        ("after:soon", "after soon"),
        ("code: x", "code x"),
        ("std::io::Read", "\"std io read\""),
        ("https://example.org:80", "\"https example org 80\""),
    ] {
        assert_eq!(read(typed), meant, "{typed}");
    }
    let query = parse("after:soon", Typing::Finished);
    assert_eq!(query.dropped, [Dropped::Value]);
}

#[test]
fn what_people_type_is_never_an_error() {
    for (typed, meant) in [
        ("C++", "c"),
        ("foo-bar", "\"foo bar\""),
        ("o'clock", "\"o clock\""),
        ("\"unclosed", "unclosed"),
        ("a.b.c:d", "\"a b c d\""),
        ("NEAR(a b)", "\"near a\" b"),
        ("OR OR a OR", "a"),
        ("foo - bar", "foo bar"),
        ("a\"b c\"d", "a \"b c\" d"),
        ("-only", ""),
        ("", ""),
        ("* - ( ) \"\" \\ % 😀", ""),
        ("--x", "x"),
        ("((((", ""),
        (") a ) b", "a b"),
        ("(a OR", "a"),
    ] {
        assert_eq!(read(typed), meant, "{typed}");
    }
}

#[test]
fn the_last_word_of_an_unfinished_query_may_go_on() {
    let read = |text| written(&parse(text, Typing::InProgress));
    assert_eq!(read("connection po"), "connection po*");
    assert_eq!(read("connection pool "), "connection pool");
    assert_eq!(read("\"a b"), "\"a b\"");
    assert_eq!(read("(a po"), "a po*");
}

#[test]
fn a_query_of_any_size_has_few_terms() {
    let many: Vec<String> = (0..5_000).map(|n| format!("w{n}")).collect();
    let query = parse(&many.join(" "), Typing::Finished);
    assert!(matches!(&query.root, Some(Node::All(all)) if all.wanted.len() == MAX_TERMS));
    assert_eq!(query.dropped, [Dropped::TooManyTerms]);
    assert_eq!(read(&"word ".repeat(2_000)), "word");
    let long = parse(&"x".repeat(5_000), Typing::Finished);
    assert_eq!((long.root, long.dropped), (None, vec![Dropped::LongWord]));
    assert_eq!(
        parse(&"( a ".repeat(20_000), Typing::Finished).dropped,
        [Dropped::TooLong]
    );
}

#[test]
fn a_word_said_twice_is_one_term() {
    let query = parse("pool and pool and pool", Typing::Finished);
    let times: Vec<u32> = query.repeated.iter().map(|(_, times)| *times).collect();
    assert_eq!(times, [3, 2]);
}

proptest! {
    #[test]
    fn any_text_is_a_query(text in "\\PC*", marks in "[\"*\\- OR\0a-c():]*") {
        parse(&text, Typing::InProgress);
        parse(&marks, Typing::Finished);
    }
}

#[test]
fn words_of_what_must_be_missing_do_not_count_for_themselves() {
    let compounds = |text| parse(text, Typing::Finished).compounds.len();
    assert_eq!(compounds("alpha slow-query"), 1);
    assert_eq!(compounds("alpha -slow-query"), 0);
    assert_eq!(compounds("alpha -(slow-query beta)"), 0);
    assert_eq!(compounds("alpha (-(is slow-query)) free-stream"), 1);
}

#[test]
fn a_query_without_a_word_says_so() {
    let dropped = |text| parse(text, Typing::Finished).dropped;
    assert_eq!(dropped("👍 ???"), [Dropped::NoWord]);
    assert_eq!(dropped("-owl"), [Dropped::OnlyUnwanted]);
    assert_eq!(dropped("  "), []);
    assert_eq!(dropped("tag:x"), []);
}
