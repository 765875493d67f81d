//! One suite over both databases: each module tells the stories of one part.

mod adoption;
mod chat;
mod commands;
mod documents;
mod faults;
mod health;
mod history;
mod import;
mod ingest;
mod migrations;
mod pages;
mod schema;
mod search;
mod terminal;
mod transactions;
