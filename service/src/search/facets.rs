//! Hits counted by what they have.

use std::collections::HashMap;

use chrono::Datelike;

use super::Scope;
use super::rank::Ranked;
use super::results::{Facet, FacetValue};

/// Values of one facet.
const VALUES: usize = 20;

/// The facets of a scope, counted over these hits.
pub(super) fn facets(scope: Scope, hits: &[Ranked]) -> Vec<Facet> {
    let mut facets = vec![facet("tag", hits, tags)];
    if scope == Scope::Messages {
        facets.push(facet("user", hits, |hit| {
            hit.row.user.iter().cloned().collect()
        }));
        facets.push(facet("thread", hits, |hit| vec![hit.row.label.clone()]));
    }
    facets.push(facet("year", hits, |hit| {
        vec![hit.row.created_at.year().to_string()]
    }));
    facets
}

fn facet(field: &str, hits: &[Ranked], values: impl Fn(&Ranked) -> Vec<String>) -> Facet {
    let mut counted: HashMap<String, u64> = HashMap::new();
    for hit in hits {
        let mut values = values(hit);
        values.sort();
        values.dedup();
        for value in values {
            *counted.entry(value).or_default() += 1;
        }
    }
    let mut values: Vec<FacetValue> = counted
        .into_iter()
        .map(|(value, hits)| FacetValue { value, hits })
        .collect();
    values.sort_by(|a, b| b.hits.cmp(&a.hits).then(a.value.cmp(&b.value)));
    values.truncate(VALUES);
    Facet {
        field: field.to_owned(),
        values,
    }
}

/// The tags in a row's metadata.
fn tags(hit: &Ranked) -> Vec<String> {
    let metadata: serde_json::Value =
        serde_json::from_str(hit.row.metadata.as_deref().unwrap_or_default()).unwrap_or_default();
    let mut tags = Vec::new();
    for key in ["tag", "tags"] {
        match &metadata[key] {
            serde_json::Value::String(tag) => tags.push(tag.to_ascii_lowercase()),
            serde_json::Value::Array(several) => {
                let several = several.iter().filter_map(serde_json::Value::as_str);
                tags.extend(several.map(str::to_ascii_lowercase));
            }
            _ => {}
        }
    }
    tags
}
