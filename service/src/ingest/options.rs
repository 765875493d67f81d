//! Which files are taken in, and how.

use std::path::Path;

use encoding_rs::Encoding;
use tokio_util::sync::CancellationToken;

use super::walk;
use crate::error::{IngestionError, Invalid};

/// Which files are taken in, how their codes and names are made, and what is done about the rest.
#[derive(Clone, Debug)]
pub struct IngestOptions {
    pub(crate) prefix: Option<String>,
    pub(crate) extensions: Vec<String>,
    pub(crate) include: Vec<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) depth: Depth,
    pub(crate) hidden: Hidden,
    pub(crate) ignore_files: IgnoreFiles,
    pub(crate) max_file_bytes: Option<usize>,
    pub(crate) encoding: Option<&'static Encoding>,
    pub(crate) undecodable: Undecodable,
    pub(crate) names: NameRule,
    pub(crate) trust: Trust,
    pub(crate) vanished: Vanished,
    pub(crate) empty_root: EmptyRoot,
    pub(crate) others: Others,
    pub(crate) edits: Edits,
    pub(crate) jobs: Option<usize>,
    pub(crate) mode: Mode,
    pub(crate) cancel: CancellationToken,
}

/// How far into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Into all folders below it.
    Recursive,
    /// Its own files alone, as in the seed.
    TopLevel,
}

/// Whether files and folders whose names begin with a dot are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// They are left out.
    LeaveOut,
    /// They are taken as well.
    Take,
}

/// Whether `.gitignore` and `.folioignore` files in the tree are honoured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreFiles {
    /// They are, also where the tree is no git repository.
    Honour,
    /// They are not.
    Disregard,
}

/// What is done with a file that has bytes which are no text in its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecodable {
    /// It fails.
    Refuse,
    /// Each such place becomes U+FFFD, and the document's metadata tells of it.
    Replace,
}

/// Where a document's name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRule {
    /// The title in the front matter, else the first heading, else the file's name.
    Title,
    /// The file's name, with its extension: the seed's rule.
    FileName,
}

/// What tells that a file did not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Its size, its times and its place on the disk, as long as its document did not change
    /// either; where these could miss a change, its contents.
    Looks,
    /// Its contents: every file is read.
    Contents,
}

/// What is done with documents whose files are no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vanished {
    /// They stay, and are reported.
    Keep,
    /// They are deleted, which leaves them in the history.
    Delete,
}

/// What is done about vanished files where nothing at all is left of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyRoot {
    /// It is taken for a disk that is not mounted: nothing is deleted, and the call fails.
    Refuse,
    /// It is taken for what it seems.
    Accept,
}

/// What is done with a file whose document is that of a file in another folder, which is there
/// still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// The document becomes this one's, with what this one says, and the report tells whose it was.
    TakeOver,
    /// It stays the other's: a file that says something else fails.
    Leave,
}

/// What is done with a document that was changed in the store since its file was taken in, where the
/// file was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edits {
    /// It says what its file says again; what it said is in its history, and the report tells so.
    Overwrite,
    /// It stays as it is, and the report tells so.
    Keep,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Write,
    /// It is not: the report says what would be. A plan keeps no texts then; running it all the
    /// same reads them again.
    DryRun,
}

impl Default for IngestOptions {
    /// Every `.md` file, in all folders, under its own path.
    fn default() -> Self {
        Self {
            prefix: None,
            extensions: vec!["md".to_owned()],
            include: Vec::new(),
            exclude: Vec::new(),
            depth: Depth::Recursive,
            hidden: Hidden::LeaveOut,
            ignore_files: IgnoreFiles::Honour,
            max_file_bytes: None,
            encoding: None,
            undecodable: Undecodable::Refuse,
            names: NameRule::Title,
            trust: Trust::Looks,
            vanished: Vanished::Keep,
            empty_root: EmptyRoot::Refuse,
            others: Others::TakeOver,
            edits: Edits::Overwrite,
            jobs: None,
            mode: Mode::Write,
            cancel: CancellationToken::new(),
        }
    }
}

impl IngestOptions {
    /// Codes begin with this and an underscore, as in the seed. An empty one is none.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into()).filter(|prefix| !prefix.is_empty());
        self
    }

    /// Files with these extensions, with or without a dot; their text is taken as it is, whatever
    /// the extension.
    #[must_use]
    pub fn extensions(mut self, extensions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let bare = |extension: String| extension.trim_start_matches('.').to_owned();
        self.extensions = extensions
            .into_iter()
            .map(|extension| bare(extension.into()))
            .collect();
        self
    }

    /// Of the files with a wanted extension only those that one of these globs matches. Globs are
    /// those of a `.gitignore` file: `guide/`, `*.en.md`, `/top.md`, `a/**/b.md`.
    #[must_use]
    pub fn include(mut self, globs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.include = globs.into_iter().map(Into::into).collect();
        self
    }

    /// Without the files and folders that one of these globs matches.
    #[must_use]
    pub fn exclude(mut self, globs: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.exclude = globs.into_iter().map(Into::into).collect();
        self
    }

    /// Looks at what can be wrong with extensions and globs; an ingestion does so itself.
    ///
    /// # Errors
    /// [`IngestionError::Glob`], and [`IngestionError::Invalid`] for an empty extension.
    pub fn check(&self) -> Result<(), IngestionError> {
        if self.extensions.iter().any(String::is_empty) {
            return Err(Invalid::Empty { field: "extension" }.into());
        }
        for globs in [&self.include, &self.exclude] {
            walk::globs(Path::new(""), globs)?;
        }
        Ok(())
    }

    /// How far into a folder.
    #[must_use]
    pub fn depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    /// Whether hidden files are taken.
    #[must_use]
    pub fn hidden(mut self, hidden: Hidden) -> Self {
        self.hidden = hidden;
        self
    }

    /// Whether ignore files are honoured.
    #[must_use]
    pub fn ignore_files(mut self, ignore_files: IgnoreFiles) -> Self {
        self.ignore_files = ignore_files;
        self
    }

    /// Files of at most this size; never more than the store's own limit
    /// ([`Config::max_document_bytes`](crate::Config::max_document_bytes)).
    #[must_use]
    pub fn max_file_bytes(mut self, bytes: usize) -> Self {
        self.max_file_bytes = Some(bytes);
        self
    }

    /// All files are in this encoding: a label of the WHATWG Encoding Standard, such as
    /// `windows-1251`, `shift_jis` or `utf-8`. A byte-order mark overrules it.
    ///
    /// # Errors
    /// [`IngestionError::UnknownEncoding`].
    pub fn encoding(mut self, label: &str) -> Result<Self, IngestionError> {
        let known = Encoding::for_label(label.as_bytes());
        self.encoding = Some(known.ok_or_else(|| IngestionError::UnknownEncoding {
            label: label.to_owned(),
        })?);
        Ok(self)
    }

    /// What is done with bytes that are no text.
    #[must_use]
    pub fn undecodable(mut self, undecodable: Undecodable) -> Self {
        self.undecodable = undecodable;
        self
    }

    /// Where names come from.
    #[must_use]
    pub fn names(mut self, names: NameRule) -> Self {
        self.names = names;
        self
    }

    /// What tells that a file did not change.
    #[must_use]
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// What is done with documents whose files are no longer there.
    #[must_use]
    pub fn vanished(mut self, vanished: Vanished) -> Self {
        self.vanished = vanished;
        self
    }

    /// What is done where nothing is left of a folder.
    #[must_use]
    pub fn empty_root(mut self, empty_root: EmptyRoot) -> Self {
        self.empty_root = empty_root;
        self
    }

    /// What is done with files whose documents are those of files in other folders.
    #[must_use]
    pub fn others(mut self, others: Others) -> Self {
        self.others = others;
        self
    }

    /// What is done with documents that were changed in the store. Where it can't be told whether a file
    /// was changed as well, it is taken in.
    #[must_use]
    pub fn edits(mut self, edits: Edits) -> Self {
        self.edits = edits;
        self
    }

    /// How many batches are written at once; PostgreSQL alone. Two to four unless set, as the
    /// machine has cores.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = Some(jobs.max(1));
        self
    }

    /// Whether anything is written.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Stops when this token is cancelled, between two batches.
    #[must_use]
    pub fn cancelled_by(mut self, token: CancellationToken) -> Self {
        self.cancel = token;
        self
    }
}
