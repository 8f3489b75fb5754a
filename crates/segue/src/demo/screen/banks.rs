//! The drawing: two banks, the share on each, the steps, the three weights.

use std::fmt::Write as _;

use live::Tally;
use model::ports::{GroupSeen, Weight};
use traffic::{Phase, Steps};

use crate::demo::account::{millis, thousands};
use crate::demo::fleet::{NEW, OLD};
use crate::demo::look::{Look, Tone};
use crate::serve::shift::Turn;

/// Columns of a bar.
const BAR: usize = 30;

/// What is drawn.
pub(super) struct Banks {
    steps: Steps,
    /// Ticks that each step is held.
    ticks: u32,
    latest: Option<(Turn, Tally)>,
    finished: bool,
}

impl Banks {
    pub(super) fn new(steps: Steps, ticks: u32) -> Self {
        Self { steps, ticks, latest: None, finished: false }
    }

    pub(super) fn update(&mut self, turn: Turn, tally: Tally) {
        self.latest = Some((turn, tally));
    }

    /// Nothing of a finished crossing is under way.
    pub(super) fn finish(&mut self) {
        self.finished = true;
    }

    /// The drawing, line by line; none before there is something to see.
    pub(super) fn lines(&self, look: Look, elapsed_secs: i64) -> Vec<String> {
        let Some((turn, tally)) = &self.latest else { return Vec::new() };
        let says = turn.seen.rule.weights.of(NEW);
        vec![
            bank(look, "old", OLD, (says.rest(), &turn.seen.old), tally),
            bank(look, "new", NEW, (says, &turn.seen.new), tally),
            self.ladder(look, turn),
            weights(turn, says),
            format!(
                "  requests   {} sent · {} failed · {} lost · {elapsed_secs} s",
                thousands(tally.sent),
                thousands(tally.failed()),
                thousands(tally.lost),
            ),
        ]
    }

    /// The steps, with how far each is.
    fn ladder(&self, look: Look, turn: &Turn) -> String {
        let state = &turn.seen.state;
        let asked = state.intent().filter(|intent| !intent.is_roll_back());
        let landed = Some(state.share).filter(|share| *share > Weight::NONE);
        let going = asked.and_then(|intent| intent.effect.share()).or(landed);
        let done = match (&state.phase, going) {
            (Phase::Done, _) => Weight::ALL,
            (_, Some(going)) if self.finished => going,
            (_, Some(going)) => Weight::new(going.percent().saturating_sub(1)).unwrap_or(going),
            (_, None) => Weight::NONE,
        };
        let mut line = "  steps    ".to_owned();
        for step in self.steps.iter() {
            let tone = if step <= done {
                Tone::Good
            } else if Some(step) == going {
                Tone::Going
            } else {
                Tone::Waits
            };
            let sign = look.paint(tone, look.sign(tone));
            let _ = write!(line, " {sign} {step}");
            if let (Tone::Going, Some(holding)) = (tone, &state.holding)
                && holding.converged
                && state.open.is_none()
            {
                let _ = write!(line, " ({} of {})", holding.ticks, self.ticks);
            }
            line.push(' ');
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// One bank: its share as a bar, its latency, its errors, its targets.
fn bank(
    look: Look,
    name: &str,
    side: &str,
    (share, seen): (Weight, &GroupSeen),
    tally: &Tally,
) -> String {
    let counted = tally.sides.get(side);
    let failed = counted.map_or(0, |counted| counted.failed);
    let p99 = counted.map(|counted| millis(counted.latency.percentile(99.0)));
    let p99 = p99.unwrap_or_else(|| "-".to_owned());
    let errors = if failed == 0 { Tone::Good } else { Tone::Bad };
    let bar = look.paint(Tone::Going, &look.bar(share.percent(), BAR));
    let failed = look.paint(errors, &format!("5xx {failed}"));
    format!(
        "  {name}  {bar} {share:>5}  p99 {p99:>5} ms  {failed}  {}/{} up",
        seen.healthy, seen.total
    )
}

/// The three weights: asked, stated, measured.
fn weights(turn: &Turn, says: Weight) -> String {
    let state = &turn.seen.state;
    let asked = state.intent().and_then(|intent| intent.effect.share()).unwrap_or(state.share);
    let holding = state.holding.as_ref().filter(|_| state.open.is_none());
    let measured = holding
        .and_then(|holding| turn.seen.counted().since(&holding.from))
        .filter(|counted| counted.chosen() > 0)
        .map(|counted| traffic::weight::realised(&counted));
    let measured = measured.unwrap_or_else(|| "-".to_owned());
    format!("  new side   asked {asked} · the balancer says {says} · measured {measured}")
}
