//! How a shift looks in lines of text.

use jiff::Timestamp;

use crate::cli::term::{Style, Term};
use crate::serve::book::{Bank, Fate, Gate, Moment, ShiftStatus, Standing, StepStatus};

/// Columns of a bank's bar.
const BAR: usize = 20;

/// A glyph and a word for how a shift stands.
pub(in crate::cli) fn fate(fate: Fate) -> (&'static str, &'static str) {
    match fate {
        Fate::Planned => ("○", "not started"),
        Fate::Running => ("●", "on its way"),
        Fate::Paused => ("▲", "paused"),
        Fate::Waiting => ("▲", "waits for a person"),
        Fate::RollingBack => ("▲", "on its way back"),
        Fate::Done => ("✔", "across"),
        Fate::RolledBack => ("✖", "rolled back"),
        Fate::Frozen => ("▲", "frozen"),
    }
}

/// The colour of how a shift stands.
pub(in crate::cli) fn style(fate: Fate) -> Style {
    match fate {
        Fate::Planned | Fate::Done => Style::Dim,
        Fate::Running => Style::Changing,
        Fate::Paused | Fate::Waiting | Fate::RollingBack | Fate::Frozen => Style::Held,
        Fate::RolledBack => Style::Failed,
    }
}

/// The whole shift, as `watch` shows it.
pub(super) fn page(shift: &ShiftStatus, now: Timestamp, term: &Term) -> Vec<String> {
    let (glyph, word) = fate(shift.fate);
    let head = term.paint(style(shift.fate), &format!("{glyph} shift/{}  {word}", shift.name));
    let elapsed = shift.began.map_or_else(String::new, |began| {
        let end = shift.ended.unwrap_or(now);
        format!("  {} elapsed", length(end.duration_since(began).as_secs()))
    });
    let mut lines = vec![format!("{head}   rule {}{elapsed}", shift.rule)];
    let new = shift.weights.stated.unwrap_or(shift.weights.asked);
    lines.push(bank("old", &shift.old, 100_u8.saturating_sub(new)));
    lines.push(bank("new", &shift.new, new));
    let steps: Vec<String> = shift.steps.iter().map(step).collect();
    lines.push(format!("  steps  {}", steps.join("  ")));
    if !shift.gates.is_empty() {
        let gates: Vec<String> = shift.gates.iter().map(gate).collect();
        lines.push(format!("  gates  {}", gates.join("   ")));
    }
    lines.push(format!("  weights of the new side  {}", weights(shift)));
    for because in &shift.held {
        lines.push(term.paint(Style::Held, &format!("  held   {}", because.sentence())));
    }
    if let Some(next) = &shift.next {
        let at =
            next.at.map_or_else(String::new, |at| format!(" at {} UTC", at.strftime("%H:%M:%S")));
        lines.push(format!("  next   {}{at}", next.what));
    }
    lines
}

/// `asked 25 % · stated 25 % · measured 24.8 %`
pub(super) fn weights(shift: &ShiftStatus) -> String {
    let shares = &shift.weights;
    let stated = shares.stated.map_or_else(|| "?".to_owned(), |share| format!("{share} %"));
    let measured =
        shares.measured.map_or_else(|| "nothing yet".to_owned(), |share| format!("{share:.1} %"));
    format!("asked {} % · stated {stated} · measured {measured}", shares.asked)
}

fn bank(side: &str, bank: &Bank, share: u8) -> String {
    let full = usize::from(share) * BAR / 100;
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(BAR - full));
    let p95 = bank.p95.map_or_else(|| "-".to_owned(), |p95| format!("{p95:.0} ms"));
    format!(
        "  {side} {:<20} {bar} {share:>3} %   {:>5.0}/s   p95 {p95}   bad {:.2} %   targets {}/{}",
        bank.group, bank.rps, bank.errors, bank.healthy, bank.total
    )
}

fn step(step: &StepStatus) -> String {
    let (done, of) = step.ticks;
    match step.standing {
        Standing::Passed => format!("✔ {} %", step.share),
        Standing::Now => format!("● {} % ({done} of {of})", step.share),
        Standing::Failed => format!("✖ {} %", step.share),
        Standing::Ahead | Standing::Holds | Standing::Unknown => format!("○ {} %", step.share),
    }
}

fn gate(gate: &Gate) -> String {
    let glyph = match gate.standing {
        Standing::Passed => "✔",
        Standing::Holds => "▲",
        Standing::Failed => "✖",
        Standing::Now | Standing::Ahead | Standing::Unknown => "·",
    };
    format!("{} {} {glyph} {}", gate.name, gate.limit, gate.measured)
}

/// A line of the history.
pub(super) fn moment(moment: &Moment) -> String {
    // "hold: on to: hold" says nothing more than "hold".
    let plain = |because: &&model::Reason| because.code.id != model::code::traffic::PHASE.id;
    let because = moment.because.as_ref().filter(plain);
    let because = because.map_or_else(String::new, |because| format!(": {}", because.sentence()));
    let by = if moment.by == "segue" { String::new() } else { format!(" by {}", moment.by) };
    format!("{}  {}{by}{because}", moment.at.strftime("%H:%M:%S"), moment.what)
}

/// `24m`, `1h 5m`, `40s`
pub(in crate::cli) fn length(seconds: i64) -> String {
    match seconds.max(0) {
        short @ 0..60 => format!("{short}s"),
        minutes @ 60..3_600 => format!("{}m", minutes / 60),
        long => format!("{}h {}m", long / 3_600, long % 3_600 / 60),
    }
}
