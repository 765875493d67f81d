//! What a driver's error means: its kind, and what became of the data.
//!
//! The classes follow the SQLSTATE of PostgreSQL (its manual, appendix A) and the result codes
//! of SQLite (sqlite.org/rescode.html; the driver gives extended codes as decimal text).

use sea_orm::sqlx::error::DatabaseError;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

use super::failure::{FailureKind, Fate};

pub(super) fn classify(error: &DbErr) -> (FailureKind, Fate) {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
            (FailureKind::Unreachable, Fate::NeverRan)
        }
        DbErr::ConnectionAcquire(_) => (FailureKind::Unreachable, Fate::NeverRan),
        DbErr::Conn(RuntimeErr::SqlxError(error)) => {
            let (kind, fate) = classify_sqlx(error);
            let kind = if kind == FailureKind::ConnectionLost {
                FailureKind::Unreachable
            } else {
                kind
            };
            (
                kind,
                if fate == Fate::Unknown {
                    Fate::NeverRan
                } else {
                    fate
                },
            )
        }
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            classify_sqlx(error)
        }
        _ => (FailureKind::Other, Fate::RolledBack),
    }
}

fn classify_sqlx(error: &sqlx::Error) -> (FailureKind, Fate) {
    match error {
        sqlx::Error::Database(error) => classify_database(error.as_ref()),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            (FailureKind::Unreachable, Fate::NeverRan)
        }
        sqlx::Error::Tls(_) => (FailureKind::Encryption, Fate::NeverRan),
        // What the library for TLS says of a certificate comes as an error of reading.
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            (FailureKind::Encryption, Fate::NeverRan)
        }
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            (FailureKind::ConnectionLost, Fate::Unknown)
        }
        _ => (FailureKind::Other, Fate::RolledBack),
    }
}

fn classify_database(error: &dyn DatabaseError) -> (FailureKind, Fate) {
    let code = error.code().unwrap_or_default();
    if error
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .is_some()
    {
        match code.parse().unwrap_or_default() {
            // SQLite has no code of its own for what is missing.
            1 if error.message().starts_with("no such") => (FailureKind::Schema, Fate::Refused),
            code => classify_sqlite(code),
        }
    } else if code == "0A000" && !is_outdated_plan(error) {
        (FailureKind::Other, Fate::Refused)
    } else {
        classify_postgres(&code)
    }
}

/// Whether a prepared statement gives other columns now: a migration has changed its table. The code
/// is that of all that PostgreSQL doesn't do, and the message is in the server's language.
fn is_outdated_plan(error: &dyn DatabaseError) -> bool {
    error
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
        .is_some_and(|error| error.routine() == Some("RevalidateCachedQuery"))
}

fn classify_postgres(state: &str) -> (FailureKind, Fate) {
    use Fate::{NeverRan, Refused, RolledBack, Unknown};
    match state {
        "28000" | "28P01" => (FailureKind::Authentication, NeverRan),
        "3D000" => (FailureKind::NoSuchDatabase, NeverRan),
        "53300" | "57P03" => (FailureKind::Busy, NeverRan),
        "08001" | "08004" => (FailureKind::Unreachable, NeverRan),
        "40001" | "40P01" => (FailureKind::Contention, RolledBack),
        "55P03" => (FailureKind::Locked, RolledBack),
        "57014" => (FailureKind::Timeout, RolledBack),
        "25006" => (FailureKind::ReadOnly, Refused),
        "57P01" | "57P02" | "40003" => (FailureKind::ConnectionLost, Unknown),
        "53100" | "53200" => (FailureKind::Full, RolledBack),
        "42501" => (FailureKind::Permission, Refused),
        "42P01" | "42703" | "42883" | "3F000" | "42704" => (FailureKind::Schema, Refused),
        "54000" => (FailureKind::TooLarge, Refused),
        "XX001" | "XX002" => (FailureKind::Corrupt, RolledBack),
        // 26000 and 0A000: a prepared statement that a restart or a migration has outdated.
        "26000" | "0A000" => (FailureKind::ConnectionLost, RolledBack),
        state if state.starts_with("08") => (FailureKind::ConnectionLost, Unknown),
        state if state.starts_with("22") || state.starts_with("23") => {
            (FailureKind::Constraint, Refused)
        }
        _ => (FailureKind::Other, RolledBack),
    }
}

fn classify_sqlite(extended: u32) -> (FailureKind, Fate) {
    use Fate::{NeverRan, Refused, RolledBack};
    match extended & 0xff {
        3 | 23 => (FailureKind::Permission, Refused),
        5 | 6 => (FailureKind::Locked, RolledBack),
        7 | 13 => (FailureKind::Full, RolledBack),
        8 => (FailureKind::ReadOnly, Refused),
        9 => (FailureKind::Timeout, RolledBack),
        11 | 26 => (FailureKind::Corrupt, RolledBack),
        14 => (FailureKind::CannotOpen, NeverRan),
        18 => (FailureKind::TooLarge, Refused),
        19 => (FailureKind::Constraint, Refused),
        // Failed input or output too: SQLite rolls back by its journal.
        _ => (FailureKind::Other, RolledBack),
    }
}

/// Whether the error is a unique index's refusal.
pub(crate) fn is_duplicate(error: &DbErr) -> bool {
    matches!(
        error.sql_err(),
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadlock_is_rolled_back_and_worth_another_try() {
        let (kind, fate) = classify_postgres("40P01");
        assert_eq!((kind.is_transient(), fate), (true, Fate::RolledBack));
    }

    #[test]
    fn a_shutdown_in_mid_flight_leaves_the_outcome_unknown() {
        assert_eq!(classify_postgres("57P01").1, Fate::Unknown);
    }

    #[test]
    fn extended_codes_of_sqlite_are_understood() {
        assert_eq!(
            classify_sqlite(517).0,
            FailureKind::Locked,
            "SQLITE_BUSY_SNAPSHOT"
        );
        assert_eq!(
            classify_sqlite(2067).0,
            FailureKind::Constraint,
            "SQLITE_CONSTRAINT_UNIQUE"
        );
        assert_eq!(
            classify_sqlite(1032).0,
            FailureKind::ReadOnly,
            "SQLITE_READONLY_DBMOVED"
        );
    }

    #[test]
    fn no_error_that_is_final_counts_as_transient() {
        for state in [
            "23505", "22021", "42P01", "28P01", "54000", "25006", "57014",
        ] {
            assert!(!classify_postgres(state).0.is_transient(), "{state}");
        }
    }
}
