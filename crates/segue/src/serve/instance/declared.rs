//! The shifts of a configuration repository, as the engine wants them.

use std::path::{Path, PathBuf};

use live::disk;
use model::Reason;
use model::code::rehearsal as code;

use crate::rehearse::spec::{self, Shift};
use crate::serve::engine::Declared;

/// The files below `shifts/`, by name.
type Tree = Vec<(String, Vec<u8>)>;

/// Every shift of the repository.
pub fn declared(config: &Path) -> Result<Vec<Declared>, Reason> {
    parse(config, &read(config)?)
}

/// The files as they were looked at last.
#[derive(Debug)]
pub(super) struct Files {
    config: PathBuf,
    seen: Option<Tree>,
}

impl Files {
    /// What was read at the start is looked at once more.
    pub(super) fn new(config: &Path) -> Self {
        Self { config: config.to_owned(), seen: None }
    }

    /// The shifts, if a file has changed since the last look; each trouble is told once.
    pub(super) fn changed(&mut self) -> Result<Option<Vec<Declared>>, Reason> {
        let now = read(&self.config)?;
        if self.seen.as_ref() == Some(&now) {
            return Ok(None);
        }
        let shifts = parse(&self.config, &now);
        self.seen = Some(now);
        shifts.map(Some)
    }
}

fn read(config: &Path) -> Result<Tree, Reason> {
    let folder = config.join("shifts");
    if !folder.is_dir() {
        return Ok(Tree::new());
    }
    let keep = |path: &str| {
        Path::new(path).extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
    };
    Ok(disk::read_tree(&folder, keep)?.into_iter().collect())
}

fn parse(config: &Path, files: &Tree) -> Result<Vec<Declared>, Reason> {
    let mut out = Vec::new();
    for (name, bytes) in files {
        let place = config.join("shifts").join(name).display().to_string();
        let text = std::str::from_utf8(bytes).map_err(|_| {
            Reason::new(&code::BAD_SHIFT).with("place", &place).with("cause", "this is no UTF-8")
        })?;
        out.extend(goals(&spec::parse(&place, text)?));
    }
    Ok(out)
}

/// The shift, and its names where it is the first half of a bridge. On this machine nobody looks
/// at AWS and nothing is drilled: what the checks before the start ask does not arise here.
fn goals(shift: &Shift) -> Vec<Declared> {
    let declared = |mut goal: traffic::Goal| {
        goal.preflight = None;
        goal.drills = false;
        let (service, environment) = (shift.spec.service.clone(), shift.spec.environment.clone());
        Declared { goal, service, environment }
    };
    shift.goals().into_iter().map(declared).collect()
}
