//! Where the program keeps its things (the XDG base directories, or what the system has for
//! them).

use std::path::PathBuf;

use etcetera::BaseStrategy;

fn base() -> Option<impl BaseStrategy> {
    etcetera::choose_base_strategy().ok()
}

/// The embedded store.
pub(crate) fn database() -> Option<PathBuf> {
    Some(base()?.data_dir().join("folio").join("folio.db"))
}

/// The configuration file.
pub(crate) fn config() -> Option<PathBuf> {
    Some(base()?.config_dir().join("folio").join("config.toml"))
}

/// What the program remembers, and its log.
pub(crate) fn state() -> Option<PathBuf> {
    let base = base()?;
    Some(
        base.state_dir()
            .unwrap_or_else(|| base.data_dir())
            .join("folio"),
    )
}
