//! `folio purge`: deleting what is too old.

use service::{Clock, Config, DateTime, Purged, Retention, SystemClock, TimeDelta, Utc};

use super::Done;
use super::arguments::Purge;
use super::ingest::stopped_by_ctrl_c;
use super::output::{Output, Stop, complain};

pub(super) async fn run(config: Config, purge: Purge, output: &Output) -> Result<Done, Stop> {
    if purge.threads.is_none() && purge.revisions.is_none() {
        let said = "say what is too old: --threads AGE, --revisions AGE";
        return Err(Stop::Misused(said.to_owned()));
    }
    let now = SystemClock.now();
    let mut retention = Retention::new();
    if let Some(age) = &purge.threads {
        retention = retention.threads_before(before(age, now)?);
    }
    if let Some(age) = &purge.revisions {
        retention = retention.revisions_before(before(age, now)?);
    }
    let folio = super::store::open(config).await?;
    let cancel = stopped_by_ctrl_c();
    let purged = if purge.dry_run {
        folio.purge_scope(&retention).await
    } else {
        folio.purge(&retention, &cancel).await
    };
    folio.close().await;
    output.print(&purged?, |purged| lines(purged, purge.dry_run))?;
    if cancel.is_cancelled() && !purge.dry_run {
        complain("stopped: what was deleted stays so, and a second call deletes the rest");
        return Ok(Done::InPart);
    }
    Ok(Done::Whole)
}

/// The time so long ago: 12h, 90d, 8w, or a time itself.
fn before(age: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Stop> {
    let unit = age.chars().last();
    let number = age
        .strip_suffix(['h', 'd', 'w'])
        .and_then(|n| n.parse::<i64>().ok());
    let length = match (number, unit) {
        (Some(n), Some('h')) => TimeDelta::try_hours(n),
        (Some(n), Some('d')) => TimeDelta::try_days(n),
        (Some(n), Some('w')) => TimeDelta::try_weeks(n),
        _ => None,
    };
    let ago = length
        .filter(|length| *length >= TimeDelta::zero())
        .and_then(|length| now.checked_sub_signed(length));
    let day = || service::time::parse(&format!("{age}T00:00:00Z"));
    let before = ago.or_else(|| service::time::parse(age)).or_else(day);
    let before = before.ok_or_else(|| {
        let hint = match unit {
            Some('y' | 'Y') => ": a year is 365d",
            Some('m' | 'M') => ": a month is 30d",
            _ => "",
        };
        Stop::Misused(format!(
            "{age:?} is no age: say 12h, 90d, 8w (hours, days, weeks), or a time such as 2026-01-31{hint}"
        ))
    })?;
    if before > now {
        return Err(Stop::Misused(format!(
            "{age} is a time that has not come yet: all there is would be older"
        )));
    }
    Ok(before)
}

fn lines(purged: &Purged, dry_run: bool) -> Vec<String> {
    let would = if dry_run {
        "would be deleted"
    } else {
        "deleted"
    };
    let mut lines = vec![
        format!(
            "{} threads with {} messages {would}, into the trash",
            purged.threads, purged.messages
        ),
        format!(
            "{} versions of documents, {} of threads, {} of messages, earlier ones and those in the trash, {would} for good",
            purged.document_revisions, purged.thread_revisions, purged.message_revisions
        ),
    ];
    lines.extend(
        purged
            .batch
            .map(|batch| format!("folio activity undo {batch} brings the threads back")),
    );
    let record = purged.record;
    lines.extend(record.map(|batch| format!("what is gone for good is recorded as batch {batch}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_lengths_or_times() {
        let now = service::time::parse("2026-03-01T12:00:00Z").expect("a time");
        let at = |age: &str| {
            before(age, now)
                .ok()
                .map(|time| service::time::format(&time))
        };
        assert_eq!(at("12h").as_deref(), Some("2026-03-01T00:00:00.000000Z"));
        assert_eq!(at("1w").as_deref(), Some("2026-02-22T12:00:00.000000Z"));
        assert_eq!(
            at("2026-01-31").as_deref(),
            Some("2026-01-31T00:00:00.000000Z")
        );
        for age in [
            "",
            "d",
            "-5d",
            "5",
            "5y",
            "99999999999999d",
            "soon",
            "2099-01-01",
        ] {
            assert_eq!(at(age), None, "{age}");
        }
    }
}
