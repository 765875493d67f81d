//! Lists of documents by their tags, and by several conditions at once.

use std::collections::BTreeSet;

use service::error::{DocumentError, Invalid};
use service::{
    CancellationToken, DateTime, DocumentChange, DocumentFilter, DocumentSelection, DocumentSort,
    Error, Folio, NewDocument, PageRequest, Retag, Utc,
};
use support::{Store, on_both};

const SORTS: [DocumentSort; 3] = [
    DocumentSort::NewestFirst,
    DocumentSort::Name,
    DocumentSort::Code,
];

/// A condition of a filter, and whether the document of a number fulfils it.
type Condition = (fn(DocumentFilter) -> DocumentFilter, fn(usize) -> bool);

fn day(day: usize) -> DateTime<Utc> {
    format!("2026-01-{day:02}T00:00:00Z").parse().unwrap()
}

/// Documents of which every third is red, every fourth round, and some both; two a day.
async fn fill(store: &Store, count: usize) {
    for n in 0..count {
        let mut tags = Vec::new();
        tags.extend((n % 3 == 0).then_some("Red"));
        tags.extend((n % 4 == 0).then_some("round"));
        let metadata = serde_json::json!({ "tags": tags, "n": n });
        // Names that are shared, so that ids have to break ties.
        let new = NewDocument::new(
            format!("c{:02}", n * 7 % count),
            format!("name {}", n % 5),
            "text",
        );
        store
            .folio
            .documents()
            .insert(new.with_metadata(metadata))
            .await
            .unwrap();
        let made = day(1 + n / 2).format("%Y-%m-%dT%H:%M:%S+00:00");
        store
            .sql(&format!(
                "UPDATE document SET created_at = '{made}' WHERE code = 'c{:02}'",
                n * 7 % count
            ))
            .await;
    }
}

/// The list, page by page, in either direction.
async fn walk(folio: &Folio, filter: &DocumentFilter, limit: u32, backwards: bool) -> Vec<String> {
    let mut met = Vec::new();
    let mut request = if backwards {
        PageRequest::last(limit)
    } else {
        PageRequest::first(limit)
    };
    loop {
        let page = folio.documents().filtered(filter, &request).await.unwrap();
        let codes = page.items.into_iter().map(|row| row.code);
        if backwards {
            met.splice(0..0, codes);
        } else {
            met.extend(codes);
        }
        let on = if backwards { page.previous } else { page.next };
        request = match (on, backwards) {
            (None, _) => return met,
            (Some(cursor), true) => PageRequest::first(limit).before(cursor),
            (Some(cursor), false) => PageRequest::first(limit).after(cursor),
        };
    }
}

async fn codes(folio: &Folio, filter: &DocumentFilter) -> Vec<String> {
    walk(folio, filter, 1_000, false).await
}

async fn count(folio: &Folio, filter: &DocumentFilter) -> u64 {
    let all = DocumentSelection::Matching(filter.clone());
    folio.documents().count_selected(&all).await.unwrap()
}

on_both! {
    async fn a_tag_and_every_other_condition_meet_in_any_order(store: Store) {
        fill(&store, 40).await;
        let folio = &store.folio;
        let conditions: [Condition; 6] = [
            (|filter| filter.tag("red"), |n| n % 3 == 0),
            (|filter| filter.tag("ROUND"), |n| n % 4 == 0),
            (|filter| filter.code("c1"), |n| (10..20).contains(&(n * 7 % 40))),
            (|filter| filter.name("name 2"), |n| n % 5 == 2),
            (|filter| filter.since(day(4)), |n| n / 2 >= 3),
            (|filter| filter.until(day(15)), |n| n / 2 < 14),
        ];
        for sort in SORTS {
            let all = codes(folio, &sort.into()).await;
            for chosen in 0..1_u32 << conditions.len() {
                let chosen = (0..conditions.len()).filter(|at| chosen & (1 << at) != 0);
                let mut filter = DocumentFilter::from(sort);
                let mut fitting: BTreeSet<usize> = (0..40).collect();
                for at in chosen {
                    filter = conditions[at].0(filter);
                    fitting.retain(|n| conditions[at].1(*n));
                }
                let fitting: BTreeSet<String> = fitting.into_iter().map(|n| format!("c{:02}", n * 7 % 40)).collect();
                let wanted: Vec<&String> = all.iter().filter(|code| fitting.contains(*code)).collect();
                for (limit, backwards) in [(3, false), (3, true), (100, false), (100, true)] {
                    let met = walk(folio, &filter, limit, backwards).await;
                    assert_eq!(met.iter().collect::<Vec<_>>(), wanted, "{filter:?}, {limit}, {backwards}");
                }
                assert_eq!(count(folio, &filter).await, fitting.len() as u64, "{filter:?}");
            }
        }
    }

    async fn a_list_by_a_tag_follows_the_documents_whoever_writes(store: Store) {
        let documents = store.folio.documents();
        let red = |sort: DocumentSort| DocumentFilter::from(sort).tag("red");
        let listed = async || {
            let by_name = codes(&store.folio, &red(DocumentSort::Name)).await;
            for sort in SORTS {
                let others: BTreeSet<String> = codes(&store.folio, &red(sort)).await.into_iter().collect();
                assert_eq!(others, by_name.iter().cloned().collect::<BTreeSet<_>>());
            }
            by_name
        };
        for (code, name) in [("a", "one"), ("b", "two"), ("c", "three")] {
            let new = NewDocument::new(code, name, "text");
            documents.insert(new.with_metadata(serde_json::json!({"tags": ["red", "Red", "blue"]}))).await.unwrap();
        }
        store.sql("INSERT INTO document (name, code, content, metadata) VALUES ('hand', 'd', 'text', '{\"tag\": \"RED\", \"tags\": [\"red\", 1, null, {\"red\": 1}]}')").await;
        assert_eq!(listed().await, ["d", "a", "c", "b"]);
        documents.update("a", &DocumentChange::new().name("zero")).await.unwrap();
        store.sql("UPDATE document SET code = 'e', name = 'first' WHERE code = 'd'").await;
        assert_eq!(listed().await, ["e", "c", "b", "a"]);
        store.sql("UPDATE document SET metadata = '{\"tag\": \"other\"}' WHERE code = 'e'").await;
        let but_c = DocumentSelection::MatchingBut(red(DocumentSort::Name), vec!["c".to_owned()]);
        documents.retag(&but_c, &Retag::new().take("red").take("Red"), &CancellationToken::new(), |_| {}).await.unwrap();
        assert_eq!(listed().await, ["c"]);
        documents.delete("c").await.unwrap();
        assert_eq!(listed().await, [""; 0]);
        documents.restore("c", None).await.unwrap();
        assert_eq!(listed().await, ["c"]);
        let left: i64 = store.value("SELECT count(*) FROM document_tag").await;
        assert_eq!(left, 5);
    }

    /// The longest name and the longest tag, of characters that take the most bytes.
    async fn no_tag_and_no_name_is_too_long_for_the_list(store: Store) {
        let wide = "\u{10ffff}";
        let new = NewDocument::new(wide.repeat(512), wide.repeat(512), "text");
        let tag = wide.repeat(300);
        store.folio.documents().insert(new.with_metadata(serde_json::json!({"tags": tag}))).await.unwrap();
        for sort in SORTS {
            let filter = DocumentFilter::from(sort).tag(&tag);
            assert_eq!(codes(&store.folio, &filter).await, [wide.repeat(512)]);
        }
    }

    async fn a_page_looks_at_so_many_rows_and_the_list_goes_on(store: Store) {
        let series = store.spelled(
            "(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 24000) SELECT n FROM s) AS s",
            "generate_series(1, 24000) AS s (n)",
        );
        store.sql(&format!("INSERT INTO document (name, code, content) SELECT CASE WHEN n > 23990 THEN 'wanted' ELSE 'name' END, 'c' || (100000 + n), '' FROM {series}")).await;
        let filter = DocumentFilter::from(DocumentSort::Code).name("wan");
        let documents = store.folio.documents();
        let few = PageRequest::first(4);
        let first = documents.filtered(&filter, &few).await.unwrap();
        assert!(first.items.is_empty() && first.previous.is_none());
        let second = documents.filtered(&filter, &few.clone().after(first.next.unwrap())).await.unwrap();
        let found: Vec<&str> = second.items.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(found, ["c123991", "c123992", "c123993", "c123994"]);
        assert_eq!(walk(&store.folio, &filter, 4, false).await.len(), 10);
        assert_eq!(walk(&store.folio, &filter, 4, true).await.len(), 10);
        // A page is read again from its first row on.
        let again = documents.filtered(&filter, &few.clone().at(second.previous.unwrap())).await.unwrap();
        assert_eq!(again.items, second.items);
    }

    async fn a_list_by_conditions_knows_no_offset(store: Store) {
        let filter = DocumentFilter::all().tag("red");
        let refused = store.folio.documents().filtered(&filter, &PageRequest::first(4).offset(2)).await;
        assert!(matches!(refused, Err(Error::Document(DocumentError::Invalid(Invalid::Cursor)))), "{refused:?}");
    }

    async fn documents_from_before_have_their_tags_in_the_list(store: Store) {
        fill(&store, 12).await;
        let migrations = store.folio.migrations();
        let steps = migrations.status().await.unwrap();
        let since = steps.iter().rev().position(|step| step.name == "0027_document_tag");
        let since = u32::try_from(since.unwrap() + 1).unwrap();
        migrations.down(Some(since), service::RowsOnDown::Keep).await.unwrap();
        store.folio.documents().update("c00", &DocumentChange::new().name("renamed")).await.unwrap();
        migrations.up(None).await.unwrap();
        let red = DocumentFilter::from(DocumentSort::Name).tag("red");
        assert_eq!(codes(&store.folio, &red).await, ["c06", "c09", "c03", "c00"]);
    }
}
