//! The account at the end: every request, and how it ended.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use live::Tally;
use model::Reason;
use model::ports::Counts;
use serde_json::json;

use super::place::{NEW, OLD, SERVICE};
use super::story::DemoOptions;
use crate::serve::book::ShiftStatus;
use crate::serve::proof::requests::BalancerAccount;

/// How a demo ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The new side answers everything; what comes next needs a second person.
    AtHold,
    /// Everything is back on the old side where it was not to be.
    RolledBack(Reason),
    /// The traffic stands still until a person has decided.
    Frozen(Reason),
    /// Stopped by Ctrl-C or SIGTERM before its end.
    Interrupted,
}

/// The account of one demo.
#[derive(Debug, Clone)]
pub struct Account {
    /// How it ended.
    pub outcome: Outcome,
    /// Requests that the prober sent.
    pub sent: u64,
    /// Requests that were due and not sent, because too many were under way.
    pub skipped: u64,
    /// The old side.
    pub old: SideAccount,
    /// The new side.
    pub new: SideAccount,
    /// Requests without an answer of the application; must be 0.
    pub lost: u64,
    /// The first lost requests: id and cause.
    pub lost_first: Vec<(String, String)>,
    /// Times that the guard sent everything back to the old side.
    pub roll_backs: usize,
    /// Times that it was to: once, if a bad release came in.
    pub roll_backs_due: usize,
    /// From the first request to the last.
    pub took: Duration,
    /// The signed account, as a page.
    pub ledger: Option<PathBuf>,
    /// Where journal, ledgers and output are.
    pub state: PathBuf,
}

/// One side of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SideAccount {
    /// Answered well, as the prober counted.
    pub answered: u64,
    /// Answered with a 5xx, as the prober counted.
    pub failed: u64,
    /// What the balancer counted.
    pub balancer: Counts,
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// 99 of 100 answers took no longer.
    pub p99: Duration,
}

impl SideAccount {
    /// One side out of the prober's and the balancer's counts.
    pub(super) fn new(tally: &Tally, side: &str, balancer: Counts) -> Self {
        let Some(tally) = tally.sides.get(side) else {
            return Self { balancer, ..Self::default() };
        };
        Self {
            answered: tally.answered,
            failed: tally.failed,
            balancer,
            p50: tally.latency.percentile(50.0),
            p99: tally.latency.percentile(99.0),
        }
    }
}

impl Account {
    /// The counts of a demo.
    pub(super) fn of(
        options: &DemoOptions,
        outcome: Outcome,
        tally: &Tally,
        counted: &BalancerAccount,
    ) -> Self {
        Self {
            outcome,
            sent: tally.sent,
            skipped: tally.skipped,
            old: SideAccount::new(tally, OLD, counted.old),
            new: SideAccount::new(tally, NEW, counted.new),
            lost: tally.lost + tally.under_way(),
            lost_first: tally.lost_first.clone(),
            roll_backs: 0,
            roll_backs_due: usize::from(options.fail_rate > 0),
            took: Duration::ZERO,
            ledger: None,
            state: options.state.clone(),
        }
    }

    /// The account of a demo that was ended before its first request.
    pub(super) fn interrupted(options: &DemoOptions) -> Self {
        Self::of(options, Outcome::Interrupted, &Tally::default(), &BalancerAccount::default())
    }

    /// Counts what the shift itself says.
    pub(super) fn count(&mut self, shift: &ShiftStatus) {
        let back = shift.history.iter().filter(|moment| moment.kind == "rolledBack");
        self.roll_backs = back.count();
    }

    /// Requests that the application answered with a 5xx.
    pub fn failed(&self) -> u64 {
        self.old.failed + self.new.failed
    }

    /// Times that every request came to the new side.
    pub fn crossings(&self) -> u32 {
        u32::from(self.outcome == Outcome::AtHold)
    }

    /// Exit code of a command that ends with this account (`segue help exit-codes`).
    pub fn exit_code(&self) -> u8 {
        let as_due = self.lost == 0 && self.roll_backs == self.roll_backs_due;
        match &self.outcome {
            Outcome::AtHold if as_due => 0,
            Outcome::AtHold | Outcome::RolledBack(_) => 1,
            Outcome::Frozen(_) => 5,
            Outcome::Interrupted => 130,
        }
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        json!({
            "sent": self.sent,
            "answeredOld": self.old.answered,
            "answeredNew": self.new.answered,
            "lost": self.lost,
            "failed": self.failed(),
            "rollBacks": self.roll_backs,
            "crossings": self.crossings(),
            "seconds": self.took.as_secs(),
            "ledger": self.ledger,
        })
        .to_string()
    }

    /// The account for people.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.headline());
        let _ = writeln!(
            text,
            "  sent {}   answered by old {}   by new {}   failed {}   lost {}",
            thousands(self.sent),
            thousands(self.old.answered),
            thousands(self.new.answered),
            thousands(self.failed()),
            thousands(self.lost),
        );
        for (name, side) in [("old", &self.old), ("new", &self.new)] {
            let _ = writeln!(
                text,
                "  {name}   p50 {:>5} ms   p99 {:>5} ms   the balancer passed on {}",
                millis(side.p50),
                millis(side.p99),
                thousands(side.balancer.answered + side.balancer.failed),
            );
        }
        let backs = if self.roll_backs == 1 { "roll back" } else { "roll backs" };
        let _ = writeln!(
            text,
            "  took {} s, {} {backs} by the guard",
            self.took.as_secs(),
            self.roll_backs
        );
        if self.skipped > 0 {
            let skipped = thousands(self.skipped);
            let _ =
                writeln!(text, "  {skipped} requests were due and not sent: too slow a machine");
        }
        for (id, cause) in &self.lost_first {
            let _ = writeln!(text, "  lost {id}: {cause}");
        }
        if let Some(ledger) = &self.ledger {
            let _ = writeln!(text, "  ledger {}", ledger.display());
        }
        text
    }

    fn headline(&self) -> String {
        match &self.outcome {
            Outcome::AtHold => {
                format!(
                    "{SERVICE} is across and stands at Hold: the new fleet answers all requests."
                )
            }
            Outcome::RolledBack(because) => {
                format!("{SERVICE} is back on the old fleet: {because}.")
            }
            Outcome::Frozen(because) => format!("{SERVICE} stands still: {because}."),
            Outcome::Interrupted => format!("{SERVICE}: interrupted before the end."),
        }
    }
}

/// A number with commas between thousands.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Milliseconds with one digit.
pub(super) fn millis(duration: Duration) -> String {
    let tenths = duration.as_micros().saturating_add(50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")]
        {
            assert_eq!(thousands(number), expected);
        }
        assert_eq!(millis(Duration::from_micros(3_149)), "3.1");
    }
}
