//! The drawing: two banks, the share on each, the steps, the gates, the three weights.

use std::fmt::Write as _;

use live::Tally;

use crate::demo::account::{millis, thousands};
use crate::demo::look::{Look, Tone};
use crate::demo::place::{NEW, OLD};
use crate::serve::book::{Bank, Gate, ShiftStatus, Standing, StepStatus};

/// Columns of a bar.
const BAR: usize = 30;

/// The longest measurement of a gate that is shown: the console has them all.
const MEASURED_MAX: usize = 10;

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Banks {
    latest: Option<(ShiftStatus, Tally)>,
}

impl Banks {
    pub(super) fn update(&mut self, shift: ShiftStatus, tally: Tally) {
        self.latest = Some((shift, tally));
    }

    /// The drawing, line by line; none before there is something to see.
    pub(super) fn lines(&self, look: Look, elapsed_secs: i64) -> Vec<String> {
        let Some((shift, tally)) = self.latest.as_ref().filter(|(shift, _)| shift.began.is_some())
        else {
            return Vec::new();
        };
        let share = shift.weights.stated.unwrap_or(shift.weights.asked).min(100);
        let mut lines = vec![
            bank(look, ("old", OLD), (100 - share, &shift.old), tally),
            bank(look, ("new", NEW), (share, &shift.new), tally),
        ];
        let steps: Vec<String> = shift.steps.iter().map(|one| step(look, one)).collect();
        lines.push(format!("  steps    {}", steps.join("  ")));
        if !shift.gates.is_empty() {
            let gates: Vec<String> = shift.gates.iter().map(|one| gate(look, one)).collect();
            lines.push(format!("  gates    {}", gates.join("  ")));
        }
        lines.push(weights(shift));
        if tally.sent > 0 {
            lines.push(format!(
                "  requests {} sent · {} failed · {} lost · {elapsed_secs} s",
                thousands(tally.sent),
                thousands(tally.failed()),
                thousands(tally.lost),
            ));
        }
        lines
    }
}

/// One bank: its share as a bar, its latency, its errors, its targets.
fn bank(
    look: Look,
    (name, side): (&str, &str),
    (share, bank): (u8, &Bank),
    tally: &Tally,
) -> String {
    let counted = tally.sides.get(side);
    let failed = counted.map_or(0, |counted| counted.failed);
    let p99 = counted.map(|counted| millis(counted.latency.percentile(99.0)));
    let p99 = p99.unwrap_or_else(|| "-".to_owned());
    let errors = if failed == 0 { Tone::Good } else { Tone::Bad };
    let bar = look.paint(Tone::Going, &look.bar(share, BAR));
    let failed = look.paint(errors, &format!("5xx {failed}"));
    let share = format!("{share} %");
    format!(
        "  {name}  {bar} {share:>5}  p99 {p99:>5} ms  {failed}  {}/{} up",
        bank.healthy, bank.total
    )
}

/// A step, with how far it is.
fn step(look: Look, step: &StepStatus) -> String {
    let tone = match step.standing {
        Standing::Passed => Tone::Good,
        Standing::Now => Tone::Going,
        Standing::Failed => Tone::Bad,
        Standing::Ahead | Standing::Holds | Standing::Unknown => Tone::Waits,
    };
    let mut text = format!("{} {} %", look.paint(tone, look.sign(tone)), step.share);
    if let (Standing::Now, (tick, ticks @ 1..)) = (step.standing, step.ticks) {
        let _ = write!(text, " ({tick} of {ticks})");
    }
    text
}

/// A gate: its name, whether it holds, and what was measured if that is short.
fn gate(look: Look, gate: &Gate) -> String {
    let tone = match gate.standing {
        Standing::Passed => Tone::Good,
        Standing::Failed => Tone::Bad,
        Standing::Holds => Tone::Waits,
        Standing::Now | Standing::Ahead | Standing::Unknown => Tone::Quiet,
    };
    let sign = look.paint(tone, look.sign(tone));
    match gate.measured.chars().count() {
        0..=MEASURED_MAX => format!("{} {sign} {}", gate.name, gate.measured),
        _ => format!("{} {sign}", gate.name),
    }
}

/// The three weights: asked, stated, measured.
fn weights(shift: &ShiftStatus) -> String {
    let shares = &shift.weights;
    let stated = shares.stated.map_or_else(|| "-".to_owned(), |share| format!("{share} %"));
    let measured = shares.measured.map_or_else(|| "-".to_owned(), |share| format!("{share:.1} %"));
    format!(
        "  new side asked {} % · the balancer says {stated} · measured {measured}",
        shares.asked
    )
}
