//! The example estate: every fault that was planted in it is found, and every name is understood.
//!
//! What must be said of each fault stands in the tables, under the same headings as in
//! `examples/estate/README.md`; `later` lists what is not told yet, with the reason.
#![expect(clippy::unwrap_used, reason = "tests stop at what they did not expect")]

mod clock;
mod later;
mod leaks;
mod names;
mod planted;
mod said;
mod services;
mod tasks;

use std::collections::BTreeSet;

use said::{Said, Want};

/// What must be said, by the name of the fault.
fn table() -> impl Iterator<Item = &'static (&'static str, &'static [Want])> {
    [leaks::TABLE, tasks::TABLE, planted::TABLE, services::TABLE, clock::TABLE]
        .into_iter()
        .flatten()
}

#[test]
fn every_planted_fault_is_told_or_listed_as_later() {
    let faults: BTreeSet<&str> = xtask::estate::faults::faults().map(|fault| fault.id).collect();
    let told: BTreeSet<&str> = table().map(|(id, _)| *id).collect();
    let later: BTreeSet<&str> = later::LATER.iter().map(|(id, _)| *id).collect();
    let unknown: Vec<_> = told.union(&later).filter(|id| !faults.contains(*id)).collect();
    assert!(unknown.is_empty(), "no such fault: {unknown:?}");
    let both: Vec<_> = told.intersection(&later).collect();
    assert!(both.is_empty(), "told and later at once: {both:?}");
    let neither: Vec<_> =
        faults.iter().filter(|id| !told.contains(*id) && !later.contains(*id)).collect();
    assert!(neither.is_empty(), "neither told nor later: {neither:?}");
    assert!(told.len() * 100 >= faults.len() * 90, "{} of {}", told.len(), faults.len());
}

#[test]
fn what_is_said_of_every_fault() {
    let said = Said::of_the_estate();
    let mut missing = Vec::new();
    for fault in xtask::estate::faults::faults() {
        let wanted = table().find(|(id, _)| *id == fault.id).map_or(&[][..], |(_, wanted)| wanted);
        for cell in fault.cells(&said.cells) {
            let file = fault.file(cell, &said.files).unwrap_or_default();
            let untold = wanted.iter().filter(|want| !said.tells(want, cell, file));
            missing.extend(untold.map(|want| {
                format!("{} in {}: {want:?}\n  the table: {}", fault.id, cell.env.word(), fault.say)
            }));
        }
    }
    assert!(missing.is_empty(), "{} are not told:\n{}", missing.len(), missing.join("\n"));
}
