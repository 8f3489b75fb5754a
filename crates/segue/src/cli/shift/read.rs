//! The shifts of a repository, and the journal of each where there is one.

use std::path::Path;

use live::{Store, disk};
use model::Reason;
use model::code::rehearsal as code;
use model::ports::{Journal as _, Record};
use traffic::{Goal, State};

use crate::cli::exit::Failure;
use crate::cli::reach;
use crate::rehearse::spec::{self, Shift};
use crate::serve::instance::DATABASE;
use crate::serve::shift::entry;

/// Every shift of the repository `dir`, in the order of the file names.
pub(super) fn all(dir: &Path) -> Result<Vec<(String, Shift)>, Failure> {
    let folder = dir.join("shifts");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let keep = |path: &str| {
        Path::new(path).extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
    };
    let mut out = Vec::new();
    for (name, bytes) in disk::read_tree(&folder, keep)? {
        let place = folder.join(name).display().to_string();
        let shift = parse(&place, &bytes)?;
        out.push((place, shift));
    }
    Ok(out)
}

/// The shift of this name, or in this file.
pub(super) fn one(dir: &Path, what: &str) -> Result<Shift, Failure> {
    let file = Path::new(what);
    if file.is_file() {
        return Ok(parse(what, &disk::read_file(file)?)?);
    }
    let mut all = all(dir)?;
    if let Some(found) = all.iter().position(|(_, shift)| shift.metadata.name == what) {
        return Ok(all.swap_remove(found).1);
    }
    let names: Vec<String> = all.into_iter().map(|(_, shift)| shift.metadata.name).collect();
    let known = if names.is_empty() {
        format!("{} has no file", dir.join("shifts").display())
    } else {
        format!("there are {}", names.join(", "))
    };
    Err(Reason::new(&code::NO_SHIFT).with("name", what).with("known", known).into())
}

/// Where the shift of `goal` stands by the journal in the store of the folder `state`; `None` where
/// it has none.
pub(super) fn state(state: Option<&Path>, goal: &Goal) -> Result<Option<State>, Failure> {
    let Some(store) = state.map(|folder| folder.join(DATABASE)).filter(|store| store.is_file())
    else {
        return Ok(None);
    };
    let records = stored(&store, &goal.subject().to_string())?;
    let mut found = None;
    for record in records {
        let entry = entry(&record).map_err(|fault| Failure::from(fault.because))?;
        found.get_or_insert_with(State::default).apply(&entry);
    }
    Ok(found)
}

/// The records about `subject` in the store, which an instance may have open.
fn stored(store: &Path, subject: &str) -> Result<Vec<Record>, Failure> {
    reach::wait(async {
        let store = Store::read_only(store).await?;
        let records = store.read(subject).await.map_err(|fault| fault.because)?;
        store.close().await;
        Ok(records)
    })
}

fn parse(place: &str, bytes: &[u8]) -> Result<Shift, Reason> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Reason::new(&code::BAD_SHIFT).with("place", place).with("cause", "this is no UTF-8")
    })?;
    spec::parse(place, text)
}
