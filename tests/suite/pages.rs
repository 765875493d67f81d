//! Pages: every row once, in order, both ways, whatever comes and goes meanwhile.

use service::error::{DocumentError, Invalid};
use service::{Cursor, DocumentSort, Error, Folio, NewDocument, PageRequest};
use support::on_both;

async fn fill(folio: &Folio, count: usize) {
    folio
        .transaction(async |tx| {
            for n in 0..count {
                // Names that are shared, so that ids have to break ties.
                tx.documents()
                    .insert(NewDocument::new(
                        format!("c{n:03}"),
                        format!("name {}", n % 3),
                        "text",
                    ))
                    .await?;
            }
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

async fn walk(folio: &Folio, sort: DocumentSort, limit: u32, backwards: bool) -> Vec<String> {
    let mut met = Vec::new();
    let mut request = if backwards {
        PageRequest::last(limit)
    } else {
        PageRequest::first(limit)
    };
    loop {
        let page = folio.documents().list(sort, &request).await.unwrap();
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

on_both! {
    async fn a_walk_meets_every_row_once_in_either_direction(store: Store) {
        fill(&store.folio, 47).await;
        for sort in [DocumentSort::NewestFirst, DocumentSort::Name, DocumentSort::Code] {
            let whole = walk(&store.folio, sort, 1000, false).await;
            assert_eq!(whole.len(), 47);
            for limit in [1, 7, 46, 47, 48] {
                assert_eq!(walk(&store.folio, sort, limit, false).await, whole, "{sort:?} by {limit}");
                assert_eq!(walk(&store.folio, sort, limit, true).await, whole, "{sort:?} by {limit}, back");
            }
        }
    }

    async fn rows_that_come_and_go_are_neither_repeated_nor_skipped(store: Store) {
        fill(&store.folio, 10).await;
        let documents = store.folio.documents();
        let first = documents.list(DocumentSort::Code, &PageRequest::first(4)).await.unwrap();
        documents.delete("c003").await.unwrap();
        documents.delete("c004").await.unwrap();
        documents.insert(NewDocument::new("c000b", "n", "t")).await.unwrap();
        let next = documents.list(DocumentSort::Code, &PageRequest::first(4).after(first.next.unwrap())).await.unwrap();
        let codes: Vec<&str> = next.items.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(codes, ["c005", "c006", "c007", "c008"]);
    }

    async fn what_is_no_page_is_refused(store: Store) {
        let documents = store.folio.documents();
        let refused = async |request: PageRequest| match documents.list(DocumentSort::Name, &request).await.unwrap_err() {
            Error::Document(DocumentError::Invalid(invalid)) => invalid,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(PageRequest::first(0)).await, Invalid::Limit { limit: 0, max: 1000 });
        assert_eq!(refused(PageRequest::first(1001)).await, Invalid::Limit { limit: 1001, max: 1000 });
        let foreign: Cursor = "c61.61".parse().unwrap();
        assert_eq!(refused(PageRequest::first(5).after(foreign)).await, Invalid::Cursor);
        let broken: Cursor = "n61.61".parse().unwrap();
        assert_eq!(refused(PageRequest::first(5).after(broken)).await, Invalid::Cursor);
    }

    async fn an_offset_gives_the_same_rows(store: Store) {
        fill(&store.folio, 20).await;
        let whole = walk(&store.folio, DocumentSort::NewestFirst, 1000, false).await;
        let page = store.folio.documents().list(DocumentSort::NewestFirst, &PageRequest::first(5).offset(10)).await.unwrap();
        let codes: Vec<String> = page.items.into_iter().map(|row| row.code).collect();
        assert_eq!(codes, whole[10..15]);
        assert!(page.next.is_some() && page.previous.is_some());
    }
}
