//! The inference of names, on estates whose truth is known.
//!
//! The figures are printed: `cargo test -p migrate --test naming -- --nocapture`.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

#[path = "naming/cases.rs"]
mod cases;
#[path = "naming/corrections.rs"]
mod corrections;
#[path = "naming/estates.rs"]
mod estates;
#[path = "naming/properties.rs"]
mod properties;
#[path = "naming/strings.rs"]
mod strings;

use estates::{Around, Shape, SyntheticEstate, class_of, estate};
use migrate::naming::{Corrections, Names, Verdict, infer};

/// Seeded estates for the figures of the acceptance.
const ESTATES: u64 = 200;
/// For the other figures, which are there to be looked at.
const FEWER: u64 = 30;

/// What came out on many estates.
#[derive(Debug, Default)]
struct Tally {
    names: usize,
    deviating: usize,
    right: usize,
    accepted: usize,
    accepted_right: usize,
    asked: usize,
}

impl Tally {
    fn of(estates: u64, shape: Shape) -> Self {
        let mut out = Self::default();
        for seed in 0..estates {
            let estate = estate(seed, shape);
            out.add(&estate, &infer(&estate.objects, &Corrections::default()));
        }
        out.print(estates, shape);
        out
    }

    fn add(&mut self, estate: &SyntheticEstate, names: &Names) {
        for (id, truth) in &estate.truth {
            let name = names.get(id).unwrap();
            let class = name.environment.as_deref().and_then(class_of);
            let right = class == Some(truth.environment)
                && name.service.as_deref() == Some(truth.service.as_str());
            let accepted = name.verdict == Verdict::Accepted;
            self.names += 1;
            self.deviating += usize::from(truth.deviates);
            self.right += usize::from(right);
            self.accepted += usize::from(accepted);
            self.accepted_right += usize::from(accepted && right);
            self.asked += usize::from(name.verdict == Verdict::Ask);
        }
    }

    /// Right, above the margin, right of those, asked: in hundredths of a per cent.
    fn figures(&self) -> [usize; 4] {
        let share = |part: usize, all: usize| part * 10_000 / all.max(1);
        [
            share(self.right, self.names),
            share(self.accepted, self.names),
            share(self.accepted_right, self.accepted),
            share(self.asked, self.names),
        ]
    }

    fn print(&self, estates: u64, shape: Shape) {
        let [right, accepted, accepted_right, asked] =
            self.figures().map(|figure| format!("{}.{:02} %", figure / 100, figure % 100));
        println!(
            "{estates} estates: {:?}, {} % deviating, {} % missing, {} environments: {} names, {} deviate; \
             {right} right, {accepted} above the margin, of these {accepted_right} right, \
             {asked} asked",
            shape.around,
            shape.deviating_percent,
            shape.missing_percent,
            shape.environments,
            self.names,
            self.deviating,
        );
    }

    /// At least these hundredths of a per cent: right, above the margin, right of those.
    fn demand(&self, least: [usize; 3]) {
        let [right, accepted, accepted_right, _] = self.figures();
        assert!(right >= least[0], "{right} right");
        assert!(accepted >= least[1], "{accepted} above the margin");
        assert!(accepted_right >= least[2], "{accepted_right} right above the margin");
    }
}

/// The acceptance figures of the migration: 98.5, 95, 99.5 per cent.
const ACCEPTANCE: [usize; 3] = [9850, 9500, 9950];

#[test]
fn estates_with_evidence_at_25_percent() {
    Tally::of(ESTATES, Shape::full(25, Around::Evidence)).demand(ACCEPTANCE);
}

#[test]
fn estates_without_evidence_at_25_percent() {
    Tally::of(ESTATES, Shape::full(25, Around::ClustersOnly)).demand(ACCEPTANCE);
    Tally::of(FEWER, Shape::full(25, Around::Neighbours)).demand(ACCEPTANCE);
}

#[test]
fn estates_without_deviation() {
    Tally::of(FEWER, Shape::full(0, Around::ClustersOnly)).demand([10_000, 9990, 10_000]);
    Tally::of(FEWER, Shape::full(0, Around::Evidence)).demand([10_000, 9990, 10_000]);
}

#[test]
fn estates_at_50_percent() {
    Tally::of(FEWER, Shape::full(50, Around::ClustersOnly)).demand([9850, 9500, 9900]);
    Tally::of(FEWER, Shape::full(50, Around::Evidence)).demand([9850, 9500, 9900]);
}

#[test]
fn estates_with_gaps_and_a_fourth_environment() {
    let shape = Shape { missing_percent: 20, ..Shape::full(25, Around::Evidence) };
    Tally::of(FEWER, shape).demand(ACCEPTANCE);
    Tally::of(FEWER, Shape { environments: 4, ..shape }).demand(ACCEPTANCE);
    let bare = Shape { around: Around::ClustersOnly, ..shape };
    Tally::of(FEWER, bare).demand([9500, 9000, 9750]);
}
