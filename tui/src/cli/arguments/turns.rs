//! The flags of the commands that look after single turns.

use clap::{Args, Subcommand};
use service::MessageId;

/// What a turn is to say.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Texts {
    /// What was asked; - reads it from standard input.
    #[arg(long)]
    pub(crate) question: Option<String>,
    /// What was answered; - reads it from standard input.
    #[arg(long)]
    pub(crate) answer: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Message {
    /// Print a turn.
    Get {
        /// The turn's id; `thread show` and `search --scope messages` tell it.
        id: MessageId,
    },
    /// Change what a turn says; what it said before is kept, and `activity undo` brings it back.
    Edit {
        /// The turn's id.
        id: MessageId,
        #[command(flatten)]
        texts: Texts,
    },
    /// Delete a turn; `message restore` brings it back.
    Rm {
        /// The turn's id.
        id: MessageId,
    },
    /// Bring a deleted turn back into its conversation.
    Restore {
        /// The turn's id; `trash messages` lists those that are there by themselves.
        id: MessageId,
    },
}
