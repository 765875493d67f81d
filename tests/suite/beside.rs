//! The Python module beside Folio, on an adopted database: under a role of its own, started again,
//! and with times that Folio does not know.

use std::collections::BTreeMap;

use service::{
    CancellationToken, DocumentSort, Folio, PageRequest, SearchRequest, ThreadFilter, ThreadId,
};
use support::{Kind, Store, on_both};

use crate::adoption::{Extra, adopt, adopt_with};

const FIRST: &str = "0001-01-01T00:00:00+00:00";
const LAST: &str = "9999-12-31T23:59:59.999999+00:00";

/// What the module runs, with the tables' schema before their names.
const STATEMENTS: [&str; 7] = [
    "INSERT INTO public.document (name, code, content, metadata) VALUES ('four.md', 'four', 'a falcon', '{\"tag\": \"bird\", \"language\": \"de\"}')",
    "INSERT INTO public.document (name, code, content) VALUES ('four.md', 'four', 'a peregrine')
     ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, content = EXCLUDED.content, updated_at = CURRENT_TIMESTAMP",
    "UPDATE public.document SET content = repeat('a long text ', 5000), updated_at = CURRENT_TIMESTAMP WHERE code = 'one'",
    "DELETE FROM public.document WHERE code = 'two'",
    "INSERT INTO public.message (thread_id, question, answer) VALUES ('t-new', 'from the module?', 'yes')",
    "UPDATE public.user_info SET threads = array_append(COALESCE(threads, ARRAY[]::text[]), 't-new') WHERE id = 8",
    "DELETE FROM public.message WHERE thread_id = 't-7'",
];

#[tokio::test]
async fn a_role_with_rights_on_the_modules_tables_alone_goes_on_writing() {
    let adopted = adopt(Extra::Present, Extra::Present).await;
    let bare = &adopted.bare;
    let role: String = bare
        .value("SELECT 'module_of_' || current_database()")
        .await;
    bare.sql(&format!(
        "CREATE ROLE {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON document, message, user_info TO {role}"
    ))
    .await;
    for statement in STATEMENTS {
        bare.sql(&format!(
            "SET ROLE {role}; SET search_path = ''; {statement}"
        ))
        .await;
    }
    let documents = adopted.folio.documents();
    let found = documents
        .search(&SearchRequest::new("peregrine"))
        .await
        .unwrap();
    assert_eq!(found.total, 1);
    assert_eq!(documents.get("four").await.unwrap().unwrap().version, 2);
    let first = documents.revision("one", 1).await.unwrap().unwrap();
    assert_eq!(first.content, "The first kestrel");
    documents.restore("two", None).await.unwrap();
    assert_eq!(adopted.threads_of(8).await, ["t-8", "t-new"]);

    // The functions serve Folio's own tables, and nobody else's.
    bare.sql(&format!("CREATE SCHEMA theirs AUTHORIZATION {role}"))
        .await;
    let stolen: bool = bare
        .value(&format!(
            "SELECT has_function_privilege('{role}', 'folio_thread_deleted()', 'EXECUTE')"
        ))
        .await;
    assert!(!stolen);
    bare.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await;
}

#[tokio::test]
async fn every_trigger_that_touches_another_table_has_its_makers_rights_and_its_own_path() {
    let store = Store::fresh(Kind::Postgres).await;
    let open: String = store
        .value(
            "SELECT coalesce(string_agg(proname, ', ' ORDER BY proname), '') FROM pg_proc
             WHERE proname LIKE 'folio\\_%' AND prorettype = 'trigger'::regtype
               AND proname NOT IN ('folio_document_touch', 'folio_times')
               AND (NOT prosecdef OR proconfig IS NULL)",
        )
        .await;
    assert_eq!(
        open, "",
        "a step that makes such a function again calls folio_secure() afterwards"
    );
}

#[tokio::test]
async fn the_module_starts_again_and_long_texts_are_still_taken() {
    let adopted = adopt(Extra::Present, Extra::Absent).await;
    adopted
        .bare
        .sql(
            "CREATE INDEX IF NOT EXISTS idx_document_name ON document (name);
             CREATE INDEX IF NOT EXISTS idx_document_created_at ON document (created_at DESC);
             CREATE INDEX IF NOT EXISTS idx_document_content_search ON document USING gin (to_tsvector('english', content));
             CREATE INDEX IF NOT EXISTS idx_message_thread_id ON message (thread_id);
             CREATE INDEX IF NOT EXISTS idx_message_created_at ON message (created_at DESC);",
        )
        .await;
    let distinct: String = (0..200_000).map(|n| format!("word{n} ")).collect();
    let long = service::NewDocument::new("large", "large", distinct);
    adopted.folio.documents().insert(long).await.unwrap();
}

/// Both times of each document, by its code; every order of the list has been asked for.
async fn times(folio: &Folio) -> BTreeMap<String, (String, String)> {
    let documents = folio.documents();
    let mut all = BTreeMap::new();
    for sort in [
        DocumentSort::NewestFirst,
        DocumentSort::Name,
        DocumentSort::Code,
    ] {
        let page = documents.list(sort, &PageRequest::first(50)).await.unwrap();
        for listed in page.items {
            let found = documents.get(&listed.code).await.unwrap().unwrap();
            let (created, updated) = (found.created_at.to_rfc3339(), found.updated_at.to_rfc3339());
            all.insert(listed.code, (created, updated));
        }
    }
    all
}

const ODD_TIMES: [&str; 4] = [
    "infinity",
    "-infinity",
    "290000-01-01 00:00:00+00",
    "0044-03-15 00:00:00+00 BC",
];

/// One document and one message of each time, as the module would write them.
async fn write_odd_times(bare: &support::database::Bare, prefix: &str) {
    for (n, time) in ODD_TIMES.iter().enumerate() {
        bare.sql(&format!(
            "INSERT INTO document (code, name, content, created_at, updated_at) VALUES ('{prefix}{n}', '{n}', 'text', '{time}', '{time}');
             INSERT INTO message (thread_id, question, answer, created_at) VALUES ('{prefix}{n}', 'q', 'a', '{time}');"
        ))
        .await;
    }
}

#[tokio::test]
async fn times_that_no_list_can_show_become_the_first_and_the_last_ones() {
    let adopted = adopt_with(Extra::Absent, Extra::Present, async |bare| {
        write_odd_times(bare, "before").await;
        bare.sql("INSERT INTO document (code, name, content, created_at, updated_at) VALUES ('mixed', 'm', 't', NULL, 'infinity')").await;
    })
    .await;
    write_odd_times(&adopted.bare, "after").await;
    let folio = &adopted.folio;
    let edges = [LAST, FIRST, LAST, FIRST];

    let found = times(folio).await;
    for (n, edge) in edges.iter().enumerate() {
        for prefix in ["before", "after"] {
            let code = format!("{prefix}{n}");
            let both = ((*edge).to_owned(), (*edge).to_owned());
            assert_eq!(found.get(&code), Some(&both), "{code}");
            let thread = ThreadId::new(&code).unwrap();
            let listed = folio.threads().get(&thread).await.unwrap().unwrap();
            assert_eq!(listed.created_at.to_rfc3339(), *edge, "{code}");
            assert_eq!(listed.active_at.to_rfc3339(), *edge, "{code}");
        }
    }
    assert_eq!(found["mixed"], (LAST.to_owned(), LAST.to_owned()));

    // What is left behind has such times, too: a thread without its message, and revisions.
    adopted
        .bare
        .sql(
            "DELETE FROM message WHERE thread_id LIKE 'before%' OR thread_id LIKE 'after%';
              UPDATE document SET content = 'changed', updated_at = 'infinity';
              DELETE FROM document WHERE code LIKE 'before%';",
        )
        .await;
    let threads = folio.threads();
    let page = PageRequest::first(50);
    let listed = threads.list(&ThreadFilter::all(), &page).await.unwrap();
    assert!(listed.items.len() >= 2 * ODD_TIMES.len());
    let revisions = folio.documents().history("after0", &page).await.unwrap();
    assert_eq!(revisions.unwrap().items.len(), 1);
    assert_eq!(times(folio).await["after1"].1, LAST);

    // A store of the other kind takes all of it.
    let other = Store::fresh(Kind::Sqlite).await;
    let go_on = CancellationToken::new();
    folio.copy_to(&other.folio, &go_on, |_| ()).await.unwrap();
    assert_eq!(times(&other.folio).await, times(folio).await);
}

on_both! {
    async fn a_year_before_the_first_is_the_first(store: Store) {
        store.sql(store.spelled(
            "INSERT INTO document (code, name, content, created_at, updated_at) VALUES
                ('form', 'n', 't', '0000-05-01T00:00:00.000+00:00', '0000-05-01T00:00:00.000+00:00'),
                ('other', 'n', 't', '0001-01-01T00:00:00+14:00', '0000-05-01 10:00:00');
             INSERT INTO message (thread_id, question, answer, created_at) VALUES
                ('t', 'q', 'a', '0000-05-01T00:00:00.000+00:00'), ('u', 'q', 'a', '0000-05-01 10:00:00');
             INSERT INTO thread (id, created_at) VALUES ('v', '0000-03-15');",
            "INSERT INTO document (code, name, content, created_at, updated_at) VALUES
                ('form', 'n', 't', '0001-05-01 BC', '0001-05-01 BC'),
                ('other', 'n', 't', '0001-01-01T00:00:00+14:00', '0001-05-01 10:00:00 BC');
             INSERT INTO message (thread_id, question, answer, created_at) VALUES
                ('t', 'q', 'a', '0001-05-01 BC'), ('u', 'q', 'a', '0001-05-01 10:00:00 BC');
             INSERT INTO thread (id, created_at) VALUES ('v', '0044-03-15 BC');",
        )).await;
        for (code, found) in times(&store.folio).await {
            assert_eq!(found, (FIRST.to_owned(), FIRST.to_owned()), "{code}");
        }
        for id in ["t", "u", "v"] {
            let thread = ThreadId::new(id).unwrap();
            let found = store.folio.threads().get(&thread).await.unwrap().unwrap();
            let seen = [found.created_at, found.active_at].map(|time| time.to_rfc3339());
            assert_eq!(seen, [FIRST, FIRST], "{id}");
            let turns = store.folio.messages().recent(&thread, 5).await.unwrap();
            assert!(turns.iter().all(|turn| turn.created_at.to_rfc3339() == FIRST), "{id}");
        }
    }
}
