//! The commands of the search over everything.

use crate::admin::command::{self, Context, Entry, Move, Scope, entry};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// From the hits to the query.
    Query,
    ToHits,
    Open,
    /// From the documents to the messages, and back.
    OtherPart,
    /// The query that is suggested, in place of the one that was typed.
    Instead,
}

use Command::{Instead, Open, OtherPart, Query, ToHits};
use command::Command::Search as of;

const QUERY: Scope = Scope::In(&[Context::Search]);
const HITS: Scope = Scope::In(&[Context::Hits]);
const LISTED: Scope = Scope::In(&[Context::Documents, Context::Threads, Context::Hits]);
const SUGGESTED: Scope = Scope::In(&[
    Context::Search,
    Context::Hits,
    Context::Query,
    Context::Said,
]);
const BOTH: Scope = Scope::In(&[Context::Search, Context::Hits]);

#[rustfmt::skip]
pub(crate) const COMMANDS: &[Entry] = &[
    entry("search.to-hits", of(ToHits), QUERY, &["enter"], "to the hits", "Leave the query and go through what was found").hinted(),
    entry("search.open", of(Open), HITS, &["enter", "l", "right"], "open", "Read the document where it fits, or the thread at the message").hinted(),
    entry("search.query", of(Query), HITS, &["/"], "query", "Type on at the query").hinted(),
    entry("search.other-part", of(OtherPart), BOTH, &["tab"], "other part", "From the documents to the messages, and back").hinted(),
    entry("search.instead", of(Instead), SUGGESTED, &["ctrl-t"], "did you mean", "Look for what is suggested where nothing was found").hinted(),
    entry("hits.next", command::Command::Move(Move::Down), LISTED, &["n"], "next hit", "To the next hit of a search"),
    entry("hits.previous", command::Command::Move(Move::Up), LISTED, &["N"], "hit before", "To the hit before"),
];
