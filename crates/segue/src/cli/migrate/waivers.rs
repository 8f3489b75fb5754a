//! `plan/waivers.yaml` of a repository: read and shown here, judged by `migrate::waivers`.

use std::path::Path;

use live::disk;
use migrate::waivers::{Judged, PATH, Waivers};
use model::Reason;

use super::yaml;
use crate::cli::exit::Failure;
use crate::cli::term::{Style, Term, wrap};

/// The waivers of the repository `dir`; none where it has no such file.
pub(super) fn read(dir: &Path) -> Result<Waivers, Failure> {
    let file = dir.join(PATH);
    if !file.exists() {
        return Ok(Waivers::default());
    }
    Ok(parse(&file.display().to_string(), &disk::read_file(&file)?)?)
}

/// The waivers in the `bytes` of the file at `place`.
pub(super) fn parse(place: &str, bytes: &[u8]) -> Result<Waivers, Reason> {
    Waivers::parse(place, yaml::text(place, bytes)?)
}

/// What a person must know of waivers that do nothing.
pub(super) fn notes(judged: &Judged, term: &mut Term) {
    if judged.notes.is_empty() {
        return;
    }
    let width = term.width;
    term.line("");
    for note in &judged.notes {
        let head = format!("▲ {} {}", note.code.id, note.sentence());
        let next = format!("    next: {}", note.next());
        for line in wrap(&head, width, 4).into_iter().chain(wrap(&next, width, 10)) {
            term.line(&term.paint(Style::Held, &line));
        }
    }
}
