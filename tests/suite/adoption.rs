//! A database of the Python module is taken over as it is, and its own statements go on working.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use service::{Folio, NewMessage, PageRequest, SearchRequest, ThreadFilter, ThreadId, UserId};
use support::{Kind, Store};

/// The module's tables, with an id from the extension or from the server itself.
fn tables(uuid: &str) -> String {
    format!(
        "CREATE TABLE document (
             id UUID PRIMARY KEY DEFAULT {uuid}(),
             code VARCHAR(50) UNIQUE NOT NULL,
             name VARCHAR(255) NOT NULL,
             content TEXT NOT NULL,
             created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP,
             updated_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
         );
         CREATE INDEX idx_document_name ON document (name);
         CREATE INDEX idx_document_created_at ON document (created_at DESC);
         CREATE INDEX idx_document_content_search ON document USING gin (to_tsvector('english', content));
         CREATE TABLE message (
             id UUID PRIMARY KEY DEFAULT {uuid}(),
             thread_id VARCHAR(255) NOT NULL,
             question TEXT NOT NULL,
             answer TEXT NOT NULL,
             created_at TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP
         );
         CREATE INDEX idx_message_thread_id ON message (thread_id);
         CREATE INDEX idx_message_created_at ON message (created_at DESC);"
    )
}

const USERS: &str = "CREATE TABLE user_info (id INTEGER PRIMARY KEY, threads TEXT[]);
    INSERT INTO user_info VALUES (7, ARRAY['t-7', 'shared', 't-7-empty']), (8, ARRAY['shared', 't-8']), (9, NULL);";

const ROWS: &str = "INSERT INTO document (id, code, name, content, created_at, updated_at) VALUES
        ('00000000-0000-4000-8000-000000000001', 'one', 'one.md', 'The first kestrel', '2024-01-01 10:00:00.123456+00', '2024-02-01+00'),
        ('00000000-0000-4000-8000-000000000002', 'two', 'two.md', 'No times at all', NULL, NULL),
        ('00000000-0000-4000-8000-000000000003', 'three', 'three.md', '', '2024-01-03+00', NULL);
    INSERT INTO message (id, thread_id, question, answer, created_at) VALUES
        ('00000000-0000-4000-8000-000000000011', 't-7', 'first?', 'yes', '2024-01-01+00'),
        ('00000000-0000-4000-8000-000000000012', 't-7', 'second?', 'kestrel', '2024-01-02+00'),
        ('00000000-0000-4000-8000-000000000013', 't-7', 'without a time?', 'yes', NULL),
        ('00000000-0000-4000-8000-000000000014', 'shared', 'whose?', 'both', '2024-01-05+00'),
        ('00000000-0000-4000-8000-000000000015', 'nobodys', 'whose?', 'nobody', '2024-01-06+00');";

/// Whether the module's extra things are there.
#[derive(Clone, Copy)]
pub(crate) enum Extra {
    Present,
    Absent,
}

pub(crate) struct Adopted {
    pub(crate) bare: support::database::Bare,
    pub(crate) folio: Folio,
}

pub(crate) async fn adopt(extension: Extra, users: Extra) -> Adopted {
    adopt_with(extension, users, async |_| ()).await
}

/// The same with more that the module left there.
pub(crate) async fn adopt_with(
    extension: Extra,
    users: Extra,
    more: impl AsyncFnOnce(&support::database::Bare),
) -> Adopted {
    let bare = Store::bare(Kind::Postgres).await;
    let uuid = match extension {
        Extra::Present => {
            let offered: i64 = bare
                .value("SELECT count(*) FROM pg_available_extensions WHERE name = 'uuid-ossp'")
                .await;
            if offered > 0 {
                bare.sql("CREATE EXTENSION \"uuid-ossp\"").await;
            } else {
                // A server without contrib: a function of that name is all that the tables know of it.
                bare.sql("CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'").await;
            }
            "uuid_generate_v4"
        }
        Extra::Absent => "gen_random_uuid",
    };
    bare.sql(&tables(uuid)).await;
    if matches!(users, Extra::Present) {
        bare.sql(USERS).await;
    }
    bare.sql(ROWS).await;
    more(&bare).await;
    let folio = bare.open().await;
    folio.migrations().up(None).await.unwrap();
    Adopted { bare, folio }
}

impl Adopted {
    /// One of the module's own statements, with its parameters.
    async fn rows(&self, sql: &str, values: Vec<Value>) -> Vec<sea_orm::QueryResult> {
        let connection = self.folio.connection().await.unwrap();
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        connection
            .query_all_raw(statement)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    async fn run(&self, sql: &str, values: Vec<Value>) -> u64 {
        let connection = self.folio.connection().await.unwrap();
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        connection
            .execute_raw(statement)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
            .rows_affected()
    }

    pub(crate) async fn threads_of(&self, user: i64) -> Vec<String> {
        let filter = ThreadFilter::of_user(UserId::from(user));
        let page = self
            .folio
            .threads()
            .list(&filter, &PageRequest::first(100))
            .await
            .unwrap();
        let mut ids: Vec<String> = page
            .items
            .into_iter()
            .map(|thread| thread.id.to_string())
            .collect();
        ids.sort();
        ids
    }
}

async fn keeps_everything(extension: Extra, users: Extra) {
    let adopted = adopt(extension, users).await;
    let documents = adopted.folio.documents();
    let one = documents.get("one").await.unwrap().unwrap();
    assert_eq!(one.id.to_string(), "00000000-0000-4000-8000-000000000001");
    assert_eq!(
        one.created_at.to_rfc3339(),
        "2024-01-01T10:00:00.123456+00:00"
    );
    assert_eq!(one.updated_at.to_rfc3339(), "2024-02-01T00:00:00+00:00");
    let three = documents.get("three").await.unwrap().unwrap();
    assert_eq!(three.updated_at, three.created_at);
    assert!(documents.get("two").await.unwrap().is_some());
    let hits = documents
        .search(&SearchRequest::new("kestrels"))
        .await
        .unwrap();
    assert_eq!(hits.total, 1);
    let hits = adopted
        .folio
        .messages()
        .search(&SearchRequest::new("kestrels"))
        .await
        .unwrap();
    assert_eq!(hits.total, 1);

    let thread = ThreadId::new("t-7").unwrap();
    let turns = adopted.folio.messages().recent(&thread, 10).await.unwrap();
    let order: Vec<&str> = turns.iter().map(|turn| turn.question.as_str()).collect();
    assert_eq!(
        order,
        ["without a time?", "second?", "first?"],
        "as the module's own order showed them"
    );
    assert_eq!(
        adopted
            .folio
            .threads()
            .get(&thread)
            .await
            .unwrap()
            .unwrap()
            .message_count,
        3
    );
    let shared = adopted
        .folio
        .threads()
        .get(&ThreadId::new("shared").unwrap())
        .await
        .unwrap()
        .unwrap();
    let mine = adopted.threads_of(7).await;
    match users {
        Extra::Present => {
            assert_eq!(mine, ["shared", "t-7", "t-7-empty"]);
            assert_eq!(shared.user_id.unwrap().as_str(), "7");
            assert_eq!(adopted.threads_of(8).await, ["t-8"]);
        }
        Extra::Absent => assert_eq!((mine.len(), shared.user_id), (0, None)),
    }
    assert!(adopted.folio.health().await.healthy);
}

#[tokio::test]
async fn everything_is_kept_with_users_and_the_extension() {
    keeps_everything(Extra::Present, Extra::Present).await;
}

#[tokio::test]
async fn everything_is_kept_without_users_and_extension() {
    keeps_everything(Extra::Absent, Extra::Absent).await;
}

#[tokio::test]
async fn everything_is_kept_without_users() {
    keeps_everything(Extra::Present, Extra::Absent).await;
}

#[tokio::test]
async fn everything_is_kept_without_the_extension() {
    keeps_everything(Extra::Absent, Extra::Present).await;
}

#[tokio::test]
async fn the_modules_statements_on_documents_go_on_working() {
    let adopted = adopt(Extra::Present, Extra::Present).await;
    let inserted = adopted
        .rows(
            "INSERT INTO document (name, code, content) VALUES ($1, $2, $3) RETURNING id, code, name, created_at",
            vec!["four.md".into(), "four".into(), "a falcon".into()],
        )
        .await;
    assert_eq!(inserted.len(), 1);
    let upsert = "INSERT INTO document (name, code, content) VALUES ($1, $2, $3)
        ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, content = EXCLUDED.content, updated_at = CURRENT_TIMESTAMP
        RETURNING id, code, name, created_at, updated_at";
    for text in ["a falcon", "a peregrine falcon"] {
        adopted
            .rows(upsert, vec!["four.md".into(), "four".into(), text.into()])
            .await;
    }
    let read =
        "SELECT id, code, name, content, created_at, updated_at FROM document WHERE code = $1";
    let content: String = adopted.rows(read, vec!["four".into()]).await[0]
        .try_get("", "content")
        .unwrap();
    assert_eq!(content, "a peregrine falcon");
    let list = "SELECT id, code, name, created_at FROM document ORDER BY created_at DESC LIMIT $1 OFFSET $2";
    assert_eq!(
        adopted
            .rows(list, vec![100_i64.into(), 0_i64.into()])
            .await
            .len(),
        4
    );
    let search = "SELECT id, code, name, ts_rank(to_tsvector('english', content), plainto_tsquery('english', $1)) AS rank
        FROM document
        WHERE to_tsvector('english', content) @@ plainto_tsquery('english', $1) OR name ILIKE '%' || $1 || '%'
        ORDER BY rank DESC, created_at DESC LIMIT $2";
    assert_eq!(
        adopted
            .rows(search, vec!["falcons".into(), 50_i64.into()])
            .await
            .len(),
        1
    );
    let update = "UPDATE document SET content = $2, updated_at = CURRENT_TIMESTAMP WHERE code = $1";
    assert_eq!(
        adopted
            .run(update, vec!["one".into(), "changed by the module".into()])
            .await,
        1
    );
    assert_eq!(
        adopted
            .run("DELETE FROM document WHERE code = $1", vec!["two".into()])
            .await,
        1
    );
    let count: i64 = adopted.bare.value("SELECT COUNT(*) FROM document").await;
    assert_eq!(count, 3);

    // What the module did is seen on this side, and can be taken back.
    let documents = adopted.folio.documents();
    assert_eq!(
        documents
            .search(&SearchRequest::new("peregrines"))
            .await
            .unwrap()
            .total,
        1
    );
    assert_eq!(documents.get("four").await.unwrap().unwrap().version, 2);
    documents.restore("two", None).await.unwrap();
    documents.restore("one", None).await.unwrap();
    assert_eq!(
        documents.get("one").await.unwrap().unwrap().content,
        "The first kestrel"
    );
}

#[tokio::test]
async fn the_modules_statements_on_conversations_go_on_working() {
    let adopted = adopt(Extra::Present, Extra::Present).await;
    // save_chat_history: a message, and the thread in its user's array.
    adopted
        .rows(
            "INSERT INTO message (thread_id, question, answer) VALUES ($1, $2, $3) RETURNING id",
            vec!["t-new".into(), "from the module?".into(), "yes".into()],
        )
        .await;
    let listed =
        "UPDATE user_info SET threads = array_append(COALESCE(threads, ARRAY[]::text[]), $1)
        WHERE id = $2 AND NOT ($1 = ANY(COALESCE(threads, ARRAY[]::text[])))";
    assert_eq!(
        adopted
            .run(listed, vec!["t-new".into(), 8_i32.into()])
            .await,
        1
    );
    assert_eq!(adopted.threads_of(8).await, ["t-8", "t-new"]);
    // create_thread_id_for_user, for a user who had none.
    assert_eq!(
        adopted
            .run(listed, vec!["t-made".into(), 9_i32.into()])
            .await,
        1
    );
    assert_eq!(adopted.threads_of(9).await, ["t-made"]);

    let recent =
        "SELECT id, thread_id, question, answer, created_at FROM message WHERE thread_id = $1
        ORDER BY created_at DESC LIMIT $2 OFFSET $3";
    assert_eq!(
        adopted
            .rows(recent, vec!["t-7".into(), 10_i64.into(), 0_i64.into()])
            .await
            .len(),
        3
    );
    assert_eq!(
        adopted
            .run(
                "DELETE FROM message WHERE thread_id = $1",
                vec!["t-7".into()]
            )
            .await,
        3
    );
    let thread = ThreadId::new("t-7").unwrap();
    assert_eq!(
        adopted
            .folio
            .threads()
            .get(&thread)
            .await
            .unwrap()
            .unwrap()
            .message_count,
        0
    );

    // The other way: what is done here, the module finds in its array.
    let made = adopted
        .folio
        .threads()
        .create(&UserId::from(7))
        .await
        .unwrap();
    adopted
        .folio
        .messages()
        .save(NewMessage::new(ThreadId::new("t-here").unwrap(), "q", "a").by(UserId::from(8)))
        .await
        .unwrap();
    adopted
        .folio
        .threads()
        .delete(&ThreadId::new("shared").unwrap())
        .await
        .unwrap();
    let sevens: String = adopted
        .bare
        .value("SELECT array_to_string(threads, ' ') FROM user_info WHERE id = 7")
        .await;
    let eights: String = adopted
        .bare
        .value("SELECT array_to_string(threads, ' ') FROM user_info WHERE id = 8")
        .await;
    assert!(
        sevens.contains(made.as_str()) && !sevens.contains("shared"),
        "{sevens}"
    );
    assert!(eights.contains("t-here"), "{eights}");
}

#[tokio::test]
async fn an_adopted_database_can_be_given_back() {
    let adopted = adopt(Extra::Present, Extra::Present).await;
    adopted
        .folio
        .migrations()
        .down(None, service::RowsOnDown::Delete)
        .await
        .unwrap();
    let documents: i64 = adopted.bare.value("SELECT count(*) FROM document").await;
    let messages: i64 = adopted.bare.value("SELECT count(*) FROM message").await;
    let users: i64 = adopted.bare.value("SELECT count(*) FROM user_info").await;
    assert_eq!((documents, messages, users), (3, 5, 3));
    let columns: i64 = adopted
        .bare
        .value("SELECT count(*) FROM information_schema.columns WHERE table_name IN ('document', 'message')")
        .await;
    assert_eq!(columns, 6 + 5, "its own columns, and no others");
    adopted.folio.migrations().up(None).await.unwrap();
    assert_eq!(adopted.folio.documents().count().await.unwrap(), 3);
}

#[tokio::test]
async fn a_text_that_the_modules_index_refused_can_be_stored() {
    let adopted = adopt(Extra::Present, Extra::Absent).await;
    let distinct: String = (0..200_000).map(|n| format!("word{n} ")).collect();
    adopted
        .folio
        .documents()
        .insert(service::NewDocument::new("large", "large", distinct))
        .await
        .unwrap();
    assert_eq!(
        adopted
            .folio
            .documents()
            .search(&SearchRequest::new("word199999"))
            .await
            .unwrap()
            .total,
        1
    );
}
