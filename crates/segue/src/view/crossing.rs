//! The crossing as a drawing: two banks, and the share of the requests that each has, over time.
//!
//! The upper bank is the old side, the lower one the new side. The line between them is the share
//! that was asked for; the dots are what was measured. The same drawing stands in the console and
//! in the ledger.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::lang::{Lang, fill};
use crate::serve::book::Sample;

/// Width and height of the drawing.
const SIZE: (f64, f64) = (800.0, 254.0);
/// Left and right end of the water, and its banks.
const WATER: (f64, f64, f64, f64) = (44.0, 640.0, 14.0, 214.0);
/// Dots of what was measured; more would be one line.
const DOTS_MAX: usize = 160;

/// What a drawing shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossing<'a> {
    /// Measured over time, oldest first.
    pub(crate) series: &'a [Sample],
    /// Share of the new side now, in percent.
    pub(crate) share: u8,
    /// What the old side is called.
    pub(crate) old: &'a str,
    /// What the new side is called.
    pub(crate) new: &'a str,
    /// The language of the words in it.
    pub(crate) lang: Lang,
}

/// The drawing.
pub(crate) fn draw(crossing: &Crossing<'_>) -> Markup {
    let m = crossing.lang.live();
    let Some(first) = crossing.series.first() else {
        return html! { p.small { (m.share_none) "." } };
    };
    let last = crossing.series.last().unwrap_or(first);
    let scale = Scale { from: first.at, to: last.at.max(first.at + 1_000) };
    let (left, right, top, bottom) = WATER;
    let alt = fill(m.share_alt, &[("share", &crossing.share)]);
    let steps = steps(crossing.series);
    let line = line(&scale, &steps, last.at);
    let mid = scale.y(f64::from(crossing.share));
    html! {
        svg.crossing viewBox={ "0 0 " (SIZE.0) " " (SIZE.1) } role="img" aria-label=(alt) {
            rect.water.old x=(left) y=(top) width=(right - left) height=(bottom - top) {}
            path.water.new d={ (line) "V" (bottom) "H" (left) "Z" } {}
            @for percent in [25, 50, 75] {
                @let y = scale.y(f64::from(percent));
                line.grid x1=(left) x2=(right) y1=(y) y2=(y) {}
                text.k.tick x=(left - 8.0) y=(y + 4.0) { (percent) }
            }
            line.bank x1=(left) x2=(right) y1=(top) y2=(top) {}
            line.bank x1=(left) x2=(right) y1=(bottom) y2=(bottom) {}
            text.k.tick x=(left - 8.0) y=(top + 4.0) { "100" }
            text.k.tick x=(left - 8.0) y=(bottom + 4.0) { "0" }
            path.dots d=(dots(&scale, crossing.series)) {}
            path.asked d=(line) {}
            @for (index, label) in scale.ticks().iter().enumerate() {
                @let x = label.0;
                text.k.time.start[index == 0].between[index % 2 == 1] x=(x) y=(bottom) dy="1.5em" { (label.1) }
            }
            (end(&format!("{} %", 100 - crossing.share), m.side_old, crossing.old, top, mid, Bank::Old))
            (end(&format!("{} %", crossing.share), m.side_new, crossing.new, bottom, mid, Bank::New))
        }
    }
}

/// Which bank a label belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bank {
    Old,
    New,
}

/// The label at the right end of a side's water: its share, and what it is.
fn end(share: &str, side: &str, name: &str, bank: f64, mid: f64, which: Bank) -> Markup {
    let right = WATER.1;
    // Beside the middle of its water, but never over the other label.
    let middle = f64::midpoint(bank, mid);
    let y = match which {
        Bank::Old => middle.clamp(WATER.2 + 16.0, WATER.3 - 70.0),
        Bank::New => middle.clamp(WATER.2 + 70.0, WATER.3 - 32.0),
    };
    html! {
        text.share.new[which == Bank::New] x=(right + 14.0) y=(y + 4.0) { (share) }
        text.k x=(right + 14.0) y=(y + 4.0) dy="1.3em" {
            (side) tspan.name { " · " (cut(name)) } title { (name) }
        }
    }
}

/// A drawing cannot cut text by itself.
fn cut(name: &str) -> String {
    const MAX: usize = 17;
    if name.chars().count() <= MAX {
        return name.to_owned();
    }
    let head: String = name.chars().take(MAX - 1).collect();
    format!("{head}…")
}

/// Where moments and shares lie.
struct Scale {
    from: i64,
    to: i64,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a shift fit into 52 bits")]
    fn x(&self, at: i64) -> f64 {
        let part = (at - self.from) as f64 / (self.to - self.from) as f64;
        round(WATER.0 + part.clamp(0.0, 1.0) * (WATER.1 - WATER.0))
    }

    #[expect(clippy::unused_self, reason = "reads as its sister")]
    fn y(&self, percent: f64) -> f64 {
        round(WATER.3 - percent.clamp(0.0, 100.0) / 100.0 * (WATER.3 - WATER.2))
    }

    /// Four moments with what a clock shows since the start.
    fn ticks(&self) -> Vec<(f64, String)> {
        let length = self.to - self.from;
        let at = |part: i64| (self.x(self.from + length * part / 4), clock(length * part / 4));
        [0, 1, 2, 3, 4].into_iter().map(at).collect()
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// `1:05`, `2:10:00`: time since the start.
pub(crate) fn clock(millis: i64) -> String {
    let secs = millis.max(0) / 1_000;
    let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{secs:02}")
    } else {
        format!("{minutes}:{secs:02}")
    }
}

/// Moments at which the share that was asked for changed, with the new share.
pub(crate) fn steps(series: &[Sample]) -> Vec<(i64, u8)> {
    let mut out: Vec<(i64, u8)> = Vec::new();
    for sample in series {
        if out.last().is_none_or(|(_, share)| *share != sample.asked) {
            out.push((sample.at, sample.asked));
        }
    }
    out
}

fn line(scale: &Scale, steps: &[(i64, u8)], last: i64) -> String {
    let mut out = String::new();
    for (index, (at, share)) in steps.iter().enumerate() {
        let (x, y) = (scale.x(*at), scale.y(f64::from(*share)));
        let _ = if index == 0 { write!(out, "M{x} {y}") } else { write!(out, "H{x}V{y}") };
    }
    let _ = write!(out, "H{}", scale.x(last));
    out
}

/// What was measured, as dots of a path, so that a long shift is one element.
fn dots(scale: &Scale, series: &[Sample]) -> String {
    let every = series.len().div_ceil(DOTS_MAX).max(1);
    let mut out = String::new();
    for sample in series.iter().step_by(every) {
        if let Some(measured) = sample.measured {
            let _ = write!(out, "M{} {}h0", scale.x(sample.at), scale.y(measured));
        }
    }
    out
}

/// The drawing as a table: the moments at which something changed, and the last one.
pub(crate) fn table(series: &[Sample], lang: Lang) -> Markup {
    let m = lang.live();
    let start = series.first().map_or(0, |sample| sample.at);
    let mut rows: Vec<&Sample> = Vec::new();
    for pair in series.windows(2) {
        if pair[0].asked != pair[1].asked || pair[0].stated != pair[1].stated {
            rows.push(&pair[1]);
        }
    }
    rows.splice(0..0, series.first());
    if rows.last().copied() != series.last() {
        rows.extend(series.last());
    }
    let percent =
        |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |s| format!("{s:.1} %"));
    html! {
        table.figures { thead { tr {
            th.n scope="col" { (m.elapsed) } th.n scope="col" { (m.asked) }
            th.n scope="col" { (m.stated) } th.n scope="col" { (m.measured) }
        } } tbody { @for sample in rows { tr {
            td.n { (clock(sample.at - start)) } td.n { (sample.asked) " %" }
            td.n { (sample.stated.map_or_else(|| "–".to_owned(), |share| format!("{share} %"))) }
            td.n { (percent(sample.measured)) }
        } } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: i64, asked: u8) -> Sample {
        Sample {
            at,
            asked,
            stated: Some(asked),
            measured: Some(f64::from(asked)),
            ..Sample::default()
        }
    }

    #[test]
    fn the_line_goes_by_steps_from_bank_to_bank() {
        let series = [sample(0, 0), sample(5_000, 0), sample(10_000, 50), sample(20_000, 100)];
        assert_eq!(steps(&series), [(0, 0), (10_000, 50), (20_000, 100)]);
        let scale = Scale { from: 0, to: 20_000 };
        assert_eq!(line(&scale, &steps(&series), 20_000), "M44 214H342V114H640V14H640");
        let drawn =
            draw(&Crossing { series: &series, share: 100, old: "a", new: "b", lang: Lang::En });
        assert!(drawn.into_string().contains("now 100 %"));
    }

    #[test]
    fn a_long_shift_has_no_more_dots_than_can_be_told_apart() {
        let series: Vec<Sample> = (0..10_000).map(|n| sample(n * 1_000, 5)).collect();
        let scale = Scale { from: 0, to: 10_000_000 };
        assert!(dots(&scale, &series).matches('M').count() <= DOTS_MAX);
        assert_eq!(clock(3_725_000), "1:02:05");
    }

    #[test]
    fn nothing_counted_is_said_and_not_drawn() {
        let none = Crossing { series: &[], share: 0, old: "", new: "", lang: Lang::En };
        assert!(draw(&none).into_string().contains("No request"));
    }
}
