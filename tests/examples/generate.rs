//! Fills a store with made-up documents and messages, the same ones for the same seed:
//!
//! ```sh
//! cargo run --release -p folio-tests --example generate -- --database-url URL --documents N --messages M [--seed S]
//! ```
#![expect(clippy::print_stdout, reason = "a tool, run by hand")]

use std::process::ExitCode;
use std::time::Instant;

use support::corpus::{Corpus, load};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let (mut url, mut documents, mut messages, mut seed) = (None, 0, 0, 1);
    let mut words = std::env::args().skip(1);
    while let Some(flag) = words.next() {
        let value = words
            .next()
            .ok_or_else(|| format!("{flag} needs a value"))?;
        let number = || {
            value
                .parse::<u64>()
                .map_err(|error| format!("{flag} {value}: {error}"))
        };
        match flag.as_str() {
            "--database-url" => url = Some(value.clone()),
            "--documents" => documents = number()?,
            "--messages" => messages = number()?,
            "--seed" => seed = number()?,
            _ => {
                return Err(format!(
                    "{flag} is none of --database-url, --documents, --messages, --seed"
                ));
            }
        }
    }
    let url = url.ok_or("--database-url is missing")?;
    let start = Instant::now();
    load(&url, &Corpus::new(seed), documents, messages).await?;
    println!(
        "{documents} documents and {messages} messages in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
