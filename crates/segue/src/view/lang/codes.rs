//! Korean sentences of the codes that a report shows: id, sentence, next step.
//!
//! The English ones stand in `model::code`. Particles after a `{fact}` are chosen so that they fit
//! any word, since nobody knows whether a name ends in a consonant.

mod checks;
mod crossing;
mod estate;
mod plan;
mod services;
mod tasks;

/// Id, sentence, next step.
type Row = (&'static str, &'static str, &'static str);

/// Every row.
pub(super) fn all() -> impl Iterator<Item = Row> {
    [checks::ROWS, crossing::ROWS, estate::ROWS, tasks::ROWS, services::ROWS, plan::ROWS]
        .into_iter()
        .flatten()
        .copied()
}

/// The Korean sentence and next step of a code.
pub(super) fn korean(id: &str) -> Option<(&'static str, &'static str)> {
    all().find(|(row, _, _)| *row == id).map(|(_, sentence, next)| (sentence, next))
}
