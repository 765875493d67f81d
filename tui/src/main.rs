//! `folio`: a terminal admin and a command line for documents and chat threads.
//!
//! Without a command it opens the admin ([`admin`]); with one it runs that ([`cli`]) and ends.
//! Everything it knows and does is in `folio-service`.

mod admin;
mod cli;
mod logging;
mod memory;
mod sample;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    memory::give_large_blocks_back();
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return cli::fail(&format!("cannot start: {error}")),
    };
    // The log is written out when this is dropped, after everything else has ended.
    let (_log, recent) = logging::start();
    let code = runtime.block_on(cli::run(arguments, recent));
    // A read of standard input that nobody waits for any longer must not hold the program up.
    runtime.shutdown_background();
    code
}
