//! Which threads are shown, as one types it: `user:ada after:2026-01-31 before:2026-02-28`.

use service::{ThreadFilter, UserId};

use crate::admin::when::begin;

/// Reads a filter; an error says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<ThreadFilter, String> {
    let mut filter = ThreadFilter::all();
    for word in text.split_whitespace() {
        let Some((key, value)) = word.split_once(':') else {
            return Err(format!(
                "{word:?} is no filter: user:, after: and before: are"
            ));
        };
        filter = match key {
            "user" => {
                let user = UserId::new(value).map_err(|error| error.to_string())?;
                filter.user(user)
            }
            // What they were called before is taken, too.
            "after" | "since" => filter.since(begin(value)?),
            "before" | "until" => filter.until(begin(value)?),
            _ => {
                return Err(format!(
                    "there is no filter {key:?}: user:, after: and before: are"
                ));
            }
        };
    }
    Ok(filter)
}

/// A query over what a filter has, in the language of queries.
pub(super) fn narrowed(filter: &str, query: &str) -> String {
    let mut words: Vec<String> = filter
        .split_whitespace()
        .map(|word| {
            let word = word.replacen("since:", "after:", 1);
            word.replacen("until:", "before:", 1)
        })
        .collect();
    words.push(query.to_owned());
    words.join(" ")
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
        assert_eq!(parse(text), Ok(wanted.clone()));
        let text = "before:2026-02-28T12:30:00 user:ada after:2026-01-31";
        assert_eq!(parse(text), Ok(wanted));
        let month = ThreadFilter::all().since("2026-11-01T00:00:00Z".parse().unwrap());
        assert_eq!(parse("after:2026-11"), Ok(month));
        assert_eq!(parse(""), Ok(ThreadFilter::all()));
    }

    #[test]
    fn what_is_wrong_with_a_filter_is_told() {
        for (text, problem) in [
            ("ada", "\"ada\" is no filter"),
            ("of:ada", "there is no filter \"of\""),
            ("since:yesterday", "\"yesterday\" is no time"),
            ("user:", "empty"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
