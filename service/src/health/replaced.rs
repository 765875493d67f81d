//! What other programs leave behind that replace rows of an embedded store: `INSERT OR REPLACE` takes
//! the old row away without its triggers, unless that program sets `recursive_triggers`. Its text stays
//! in the index, and its conversation counts it still.
//!
//! The look is bounded: a store of any size is asked in a moment, and what was replaced long ago in a
//! big one may not be seen.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

/// The indexes of texts, and the tables of their rows. Those of names have the same rows.
const INDEXES: [(&str, &str); 4] = [
    ("document_search", "document"),
    ("document_words", "document"),
    ("message_search", "message"),
    ("message_words", "message"),
];

/// Entries of the latest rows are held against these rows, and all are counted where they are not more
/// than this: FTS5 knows how many texts it was given and not told to forget.
const INDEX: &str = "
SELECT (SELECT block FROM {index}_data WHERE id = 1) AS averages,
       (SELECT count(*) FROM (SELECT 1 FROM {index}_docsize LIMIT 100001)) AS entries,
       (SELECT count(*)
        FROM (SELECT id FROM {index}_docsize ORDER BY id DESC LIMIT 10000) AS entry
        WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.seq = entry.id)) AS strays";
const MOST: i64 = 100_000;

/// The latest conversations that count other messages than they have; of long ones only the begin.
const COUNTS: &str = "
SELECT count(*) AS wrong
FROM (SELECT id, message_count FROM thread ORDER BY active_at DESC, id DESC LIMIT 100) AS t
WHERE min(t.message_count, 1001) <> (SELECT count(*) FROM (SELECT 1 FROM message AS m WHERE m.thread_id = t.id LIMIT 1001))";

/// Says what is wrong, if anything is.
pub(super) async fn look(conn: &DatabaseConnection) -> Result<Option<String>, DbErr> {
    let ask = |sql: String| conn.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql));
    let mut strays = 0;
    for (index, table) in INDEXES {
        let sql = INDEX.replace("{index}", index).replace("{table}", table);
        let Some(row) = ask(sql).await? else { continue };
        let averages: Option<Vec<u8>> = row.try_get("", "averages")?;
        let (entries, found): (i64, i64) =
            (row.try_get("", "entries")?, row.try_get("", "strays")?);
        let given = averages.and_then(|averages| varint(&averages));
        let more = given
            .filter(|_| entries <= MOST)
            .map_or(0, |given| given - entries);
        strays += found.max(more);
    }
    let wrong: i64 = match ask(COUNTS.to_owned()).await? {
        Some(row) => row.try_get("", "wrong")?,
        None => 0,
    };
    Ok((strays > 0 || wrong > 0).then(|| {
        format!(
            "the search index has texts of rows that are gone ({strays}), and conversations count messages that are gone ({wrong}): another program replaced rows (INSERT OR REPLACE). Run `folio reindex`, and have that program use ON CONFLICT DO UPDATE"
        )
    }))
}

/// The first number of a record of SQLite's: seven bits of each byte, as long as the eighth is set.
fn varint(bytes: &[u8]) -> Option<i64> {
    let mut number = 0_i64;
    for byte in bytes.iter().take(8) {
        number = number << 7 | i64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::varint;

    #[test]
    fn numbers_are_read_as_sqlite_writes_them() {
        assert_eq!(varint(&[0x00, 0xff]), Some(0));
        assert_eq!(varint(&[0x7f]), Some(127));
        assert_eq!(varint(&[0x81, 0x00]), Some(128));
        assert_eq!(varint(&[0x86, 0x8d, 0x20, 0x05]), Some(100_000));
        assert_eq!(varint(&[]), None);
    }
}
