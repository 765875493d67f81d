//! Which threads are shown, as one types it: `user:ada since:2026-01-31 until:2026-02-28`.

use service::{DateTime, ThreadFilter, UserId, Utc};

/// Reads a filter; an error says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<ThreadFilter, String> {
    let mut filter = ThreadFilter::all();
    for word in text.split_whitespace() {
        let Some((key, value)) = word.split_once(':') else {
            return Err(format!(
                "{word:?} is no filter: user:, since: and until: are"
            ));
        };
        filter = match key {
            "user" => {
                let user = UserId::new(value).map_err(|error| error.to_string())?;
                filter.user(user)
            }
            "since" => filter.since(time(value)?),
            "until" => filter.until(time(value)?),
            _ => {
                return Err(format!(
                    "there is no filter {key:?}: user:, since: and until: are"
                ));
            }
        };
    }
    Ok(filter)
}

/// A day, which begins at midnight in UTC, or a time of it.
fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let whole = service::time::parse(text);
    whole
        .or_else(|| service::time::parse(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| format!("{text:?} is no day: write it as 2026-01-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_word_by_word() {
        let wanted = ThreadFilter::of_user(UserId::new("ada").unwrap())
            .since("2026-01-31T00:00:00Z".parse().unwrap())
            .until("2026-02-28T12:30:00Z".parse().unwrap());
        let text = "user:ada since:2026-01-31  until:2026-02-28T12:30:00Z";
        assert_eq!(parse(text), Ok(wanted));
        assert_eq!(parse(""), Ok(ThreadFilter::all()));
    }

    #[test]
    fn what_is_wrong_with_a_filter_is_told() {
        for (text, problem) in [
            ("ada", "\"ada\" is no filter"),
            ("of:ada", "there is no filter \"of\""),
            ("since:yesterday", "\"yesterday\" is no day"),
            ("user:", "empty"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
