//! The files of a ledger in the state folder: signed JSON, and a page in each language.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use live::disk;
use model::Reason;

use super::key::Key;
use super::{Ledger, seal};
use crate::view::lang::Lang;
use crate::view::proof;

/// The folder of ledgers within the state folder.
pub const FOLDER: &str = "ledger";

/// Where a ledger was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The signed JSON.
    pub json: PathBuf,
    /// The page in English.
    pub page: PathBuf,
    /// The page in Korean.
    pub page_ko: PathBuf,
}

/// Signs the ledger and writes its files, private to the owner: who else may see them, a person
/// decides. A shift that was begun again has a ledger for each time.
pub fn publish(state: &Path, ledger: &Ledger, key: &Key) -> Result<Published, Reason> {
    let named = |error: live::LiveError| error.reason();
    disk::make_dir_private(&state.join(FOLDER)).map_err(named)?;
    let text = seal::json(ledger, key);
    let at = ledger.ended.unwrap_or(ledger.written);
    let place = |end: &str| place(state, &ledger.shift, at, end);
    let out = Published { json: place(".json"), page: place(".html"), page_ko: place(".ko.html") };
    disk::write_private(&out.json, text.as_bytes()).map_err(named)?;
    // The English page last: where it is, the others are.
    for (path, lang) in [(&out.page_ko, Lang::Ko), (&out.page, Lang::En)] {
        let page = seal::page(&proof::render(ledger, &text, lang), key);
        disk::write_private(path, page.as_bytes()).map_err(named)?;
    }
    Ok(out)
}

/// The file of a ledger: `NAME-20261123T074316Z` and `end`, for the shift and when it ended, in
/// characters that any system takes.
pub fn place(state: &Path, shift: &str, at: Timestamp, end: &str) -> PathBuf {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let shift: String = shift.chars().map(safe).collect();
    state.join(FOLDER).join(format!("{shift}-{}{end}", at.strftime("%Y%m%dT%H%M%SZ")))
}
