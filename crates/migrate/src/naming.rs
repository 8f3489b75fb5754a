//! Which environment and which service each object of an estate belongs to (DESIGN, step 1).
//!
//! Hand-made estates say both in names, each in its own way: `dev-backend-api`, `backend_api-prd`,
//! `payments` for production. [`infer`] reads all names together, learns the estate's own words and
//! habits, and says for every object what it took, how sure it is, and why. What people know better
//! stands in `naming.yaml` ([`Corrections`]) and wins.
//!
//! Pure: no I/O, no clock, no randomness; the order of the input does not matter.

mod affix;
mod answer;
mod candidate;
mod canonical;
mod conflict;
mod corrections;
mod deviation;
mod estate;
mod evidence;
mod explain;
mod file;
mod infer;
mod input;
mod learn;
mod lexicon;
mod object;
mod organisation;
mod output;
mod pin;
mod points;
mod score;
mod seeds;
mod strings;
mod token;
mod vocabulary;

pub use corrections::{Corrections, CorrectionsError, Position, Section};
pub use file::initial_file;
pub use infer::infer;
pub use input::{Evidence, Kind, Named, Source};
pub use output::{
    Basis, Conflict, Deviation, Name, Names, Pattern, Place, RunnerUp, Verdict, Weight,
};
pub use pin::{Pin, Say};
pub use points::Points;
pub use strings::{EnvWord, WordClass, is_framework_mode, scan_strings, templated};
pub use vocabulary::{Strength, Vocabulary, Word};
