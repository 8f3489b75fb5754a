//! Which environment and which service each object of an estate belongs to (DESIGN, step 1).
//!
//! Hand-made estates say both in names, each in its own way: `dev-backend-api`, `backend_api-prd`,
//! `payments` for production. [`infer`] reads all names together, learns the estate's own words and
//! habits, and says for every object what it took, how sure it is, and why. What people know better
//! stands in `naming.yaml` ([`Corrections`]) and wins.
//!
//! Pure: no I/O, no clock, no randomness; the order of the input does not matter.

mod corrections;
mod input;
mod output;
mod points;
mod strings;
mod vocabulary;

pub use corrections::{Corrections, CorrectionsError, Pin};
pub use input::{Evidence, Kind, Named, Source};
pub use output::{Basis, Conflict, Deviation, Name, Names, Pattern, Place, RunnerUp, Verdict, Weight};
pub use points::Points;
pub use strings::{EnvWord, WordClass, scan_strings, templated};
pub use vocabulary::{Strength, Vocabulary, Word};

/// Infers environment and service of every object.
///
/// Never fails: what cannot be told is returned with the verdict [`Verdict::Ask`]. Check the
/// corrections with [`Corrections::check`] first if their mistakes should stop the command.
pub fn infer(objects: &[Named], corrections: &Corrections) -> Names {
    let _ = (objects, corrections);
    Names::default()
}

/// The commented `naming.yaml` of a new configuration repository.
///
/// Lists what is unsure as pins that are commented out. Written once by the caller; the file is the
/// team's afterwards and is never overwritten.
pub fn initial_file(names: &Names) -> String {
    let _ = names;
    String::new()
}
