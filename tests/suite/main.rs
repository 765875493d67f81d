//! One suite over both databases: each module tells the stories of one part.
#![expect(
    clippy::format_collect,
    clippy::panic,
    clippy::unwrap_used,
    reason = "all of this is test code: it panics where a story breaks, and has time"
)]

mod activity;
mod adoption;
mod archive;
mod asking;
mod beside;
mod chat;
mod commands;
mod conformance;
mod corpus;
mod documents;
mod dropped;
mod edited;
mod exchange;
mod faults;
mod figures;
mod finding;
mod folders;
mod foreign;
mod guards;
mod health;
mod history;
mod import;
mod ingest;
mod inputs;
mod keeping;
mod languages;
mod long_texts;
mod looking_back;
mod manners;
mod markdown;
mod migrations;
mod moving;
mod obstacles;
mod orders;
mod outages;
mod outdated;
mod outputs;
mod pages;
mod picture;
mod reading;
mod refusals;
mod roots;
mod schema;
mod search;
mod servers;
mod stems;
mod tags;
mod terminal;
mod transactions;
mod trees;
mod undo;
mod watching;
