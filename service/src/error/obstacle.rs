//! What was in the way of a step of the schema, in words: mostly something that a database had before
//! Folio came to it.

use sea_orm::{DbErr, RuntimeErr, sqlx};

use super::failure::{Failure, FailureKind};

/// The whole message: the step, what was in its way, what was done before it, and what to do.
pub(super) fn told(failure: &Failure, done: &[String]) -> String {
    let before = match done {
        [] => "nothing was changed".to_owned(),
        done => format!(
            "nothing of it was done, and these before it are: {}",
            done.join(", ")
        ),
    };
    match obstacle(failure) {
        Some((what, advice)) => {
            format!("cannot {}: {what}; {before}; {advice}", failure.operation)
        }
        None if done.is_empty() => failure.to_string(),
        None => format!("{failure}; done before it: {}", done.join(", ")),
    }
}

/// What was in the way, and what to do about it.
fn obstacle(failure: &Failure) -> Option<(String, &'static str)> {
    if failure.kind == FailureKind::Locked {
        return Some((
            "other programs use its tables without a break".to_owned(),
            "stop them, or try again when they have less to do",
        ));
    }
    let Some(
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)),
    ) = &failure.source
    else {
        return None;
    };
    let sqlx::Error::Database(error) = error.as_ref() else {
        return None;
    };
    let detail = error
        .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
        .and_then(|error| error.detail());
    let said = match detail {
        Some(detail) => format!("{}: {detail}", error.message()),
        None => error.message().to_owned(),
    };
    let (what, advice) = match error.code().as_deref()? {
        "0A000" | "2BP01" => (
            "a view, a rule or something else of your own needs a table as it is",
            "drop that, migrate, and make it again",
        ),
        "42P07" | "42710" | "42723" => (
            "the database has something else of that name",
            "rename it, and migrate again",
        ),
        "42701" => (
            "a table has a column of that name, of another meaning",
            "rename the column, and migrate again",
        ),
        "42703" | "42804" | "42846" | "42883" => (
            "a table is not as the Python module makes it",
            "rename the table, or give it the columns that the module knows, and migrate again",
        ),
        "42501" => (
            "the database's user may not change the tables",
            "migrate as their owner",
        ),
        "23502" | "23505" | "23514" => (
            "a row does not keep to a rule of the table",
            "mend or delete it, and migrate again",
        ),
        _ => return None,
    };
    Some((format!("{what} ({said})"), advice))
}
