//! What people see of a demo: a line for each thing that happens, and on a terminal the two banks
//! below.

mod banks;
mod news;
mod wrap;

use std::future::Future;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use live::SystemClock;
use model::code::traffic as code;
use model::ports::Clock as _;
use tokio::sync::mpsc;

use super::account::Account;
use super::look::{Look, Tone};
use super::next;
use super::story::DemoOptions;
use crate::serve::book::{Moment, ShiftStatus};
use banks::Banks;
use wrap::wrap;

pub(super) use news::{News, Teller};

/// Narrowest and widest column of text: longer lines are hard to read.
const WIDTH_RANGE: (usize, usize) = (60, 100);

/// Port of the balancer if it is free.
const PORT_PREFERRED: u16 = 8080;

/// Least time between two drawings of the banks: five a second are enough for eyes.
const REDRAW: Duration = Duration::from_millis(200);

/// The screen, or the pipe that stands for it.
pub(super) struct Screen<'a> {
    out: &'a mut dyn Write,
    options: &'a DemoOptions,
    look: Look,
    width: usize,
    started: Timestamp,
    banks: Banks,
    /// Lines of the banks that are on the terminal now.
    drawn: usize,
    /// Moments of the shift that were told.
    told: usize,
    /// What was held last, so that the same is not said twice.
    held: Option<&'static str>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(options: &'a DemoOptions, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            options,
            look: options.look,
            width: options.width.clamp(WIDTH_RANGE.0, WIDTH_RANGE.1),
            started: SystemClock.now(),
            banks: Banks::default(),
            drawn: 0,
            told: 0,
            held: None,
        }
    }

    /// Shows what comes in until `work` is done, and then what is left.
    pub(super) async fn show_while<T>(
        &mut self,
        mut incoming: mpsc::Receiver<News>,
        work: impl Future<Output = T>,
    ) -> T {
        tokio::pin!(work);
        let mut redraw = tokio::time::interval(REDRAW);
        redraw.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let done = loop {
            tokio::select! {
                biased;
                Some(news) = incoming.recv() => self.take(news),
                done = &mut work => break done,
                _ = redraw.tick(), if self.look != Look::Plain => self.draw(),
            }
        };
        while let Ok(news) = incoming.try_recv() {
            self.take(news);
        }
        done
    }

    fn take(&mut self, news: News) {
        match news {
            News::Aside(place) => {
                let place = place.display();
                self.line(Tone::Quiet, &format!("what an earlier demo has left is in {place}"));
            }
            News::Serving { front, console, wished } => self.serving(front, console, wished),
            News::Up { side, addresses } => {
                let places: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                self.line(Tone::Good, &format!("{side} fleet is up: {}", places.join(", ")));
            }
            News::Did(what) => self.line(Tone::Person, &what),
            News::Shift { shift, tally } => {
                self.shift(&shift);
                if let Some(tally) = tally {
                    self.banks.update(*shift, *tally);
                }
            }
            News::Ledger(page) => {
                self.line(Tone::Good, &format!("ledger: {}", page.display()));
            }
            News::Fault(because) => {
                self.line(Tone::Bad, &format!("{because} ({})", because.code.id));
            }
            News::Ended(account) => self.ended(&account),
            News::ServingOn { front, console } => {
                self.print("");
                self.line(Tone::Going, "it serves on until Ctrl-C, and requests go on");
                let places = format!("console http://{console}/  balancer http://{front}/");
                self.line(Tone::Going, &places);
            }
            News::Since { sent, lost } => {
                let sent = super::account::thousands(sent);
                self.line(Tone::Good, &format!("since then {sent} requests more, {lost} lost"));
            }
            News::Stopping => self.line(
                Tone::Going,
                "stopping: prober, balancer, console, both fleets (Ctrl-C again: at once)",
            ),
            News::Stopped => self.line(Tone::Good, "all processes have ended"),
        }
    }

    fn serving(&mut self, front: SocketAddr, console: SocketAddr, wished: Option<u16>) {
        let usual = wished.is_some() || front.port() == PORT_PREFERRED;
        let taken = if usual { "" } else { " (8080 is taken, this port was free)" };
        self.line(Tone::Good, &format!("balancer on http://{front}{taken}"));
        let page = format!("http://{console}/shifts/{}", super::place::SHIFT);
        self.line(Tone::Good, &format!("console on {page}"));
    }

    /// One line for each thing that happened, and for a new reason to wait.
    fn shift(&mut self, shift: &ShiftStatus) {
        let from = self.told.min(shift.history.len());
        for moment in &shift.history[from..] {
            self.moment(moment, shift);
            self.held = None;
        }
        self.told = shift.history.len();
        for because in &shift.held {
            // A weight that is being read back is the normal course: the banks show it.
            let usual = [code::EVIDENCE.id, code::SHARE.id].contains(&because.code.id);
            if !usual && self.held != Some(because.code.id) {
                self.line(Tone::Waits, &format!("waits: {because} ({})", because.code.id));
            }
            self.held = Some(because.code.id);
        }
    }

    fn moment(&mut self, moment: &Moment, shift: &ShiftStatus) {
        let because = moment.because.as_ref().map(ToString::to_string).unwrap_or_default();
        match (moment.kind.as_str(), moment.share) {
            ("asked", Some(0)) => {
                let id = moment.because.as_ref().map_or("", |because| because.code.id);
                let who = if id == code::ABORTED.id { "" } else { "the guard: " };
                let what = format!("{who}back to the old side at once: {because} ({id})");
                self.line(Tone::Bad, &what);
                self.bars(0);
            }
            ("asked", Some(share)) => {
                self.line(Tone::Going, &because);
                self.bars(share);
            }
            ("converged", _) => {
                if let Some(measured) = shift.weights.measured {
                    let asked = shift.weights.asked;
                    self.line(
                        Tone::Good,
                        &format!("measured {measured:.1} % on the new side, asked {asked} %"),
                    );
                }
            }
            ("rolledBack", _) => self.line(Tone::Good, "every request is on the old side again"),
            ("frozen", _) => self.line(Tone::Bad, &format!("stands still: {because}")),
            ("done", _) => self
                .line(Tone::Good, "done: the new side answers everything, the old fleet is gone"),
            ("said", _) => self.line(Tone::Person, &format!("{} by {}", moment.what, moment.by)),
            ("askedAgain" | "abandoned" | "recounted" | "doubted" | "gap" | "adopted", _) => {
                self.line(Tone::Waits, &moment.what);
            }
            // What the demo's person does is told by itself, and a landed weight is only half of a
            // read-back.
            _ => {}
        }
    }

    /// The shares as bars, where nothing is drawn below.
    fn bars(&mut self, share: u8) {
        if self.look != Look::Plain {
            return;
        }
        let (old, new) = (100 - share.min(100), share);
        let (left, right) = (self.look.bar(old, 20), self.look.bar(new, 20));
        let (old, new) = (format!("{old} %"), format!("{new} %"));
        self.print(&format!("           old {left} {old:>5}   new {right} {new:>5}"));
    }

    fn ended(&mut self, account: &Account) {
        self.draw();
        // The last drawing stays; the account comes below it.
        self.drawn = 0;
        self.banks = Banks::default();
        self.print("");
        for line in account.to_text().lines() {
            self.sentence(line);
        }
        self.print("");
        for line in next::lines(self.options, account) {
            // Commands stay whole, so that they can be copied.
            if line.starts_with(' ') {
                self.print(&line);
            } else {
                self.sentence(&line);
            }
        }
    }

    /// One line with its time and its sign.
    fn line(&mut self, tone: Tone, text: &str) {
        let elapsed = SystemClock.now().duration_since(self.started).as_secs_f64();
        let sign = self.look.paint(tone, self.look.sign(tone));
        let indent = 8 + self.look.sign(tone).chars().count() + 1;
        let text = wrap(text, self.width - indent, indent);
        self.print(&format!("{elapsed:>6.1}s {sign} {text}"));
    }

    /// A sentence without time and sign.
    fn sentence(&mut self, text: &str) {
        self.print(&wrap(text, self.width, 2));
    }

    /// Text above the banks.
    fn print(&mut self, text: &str) {
        let erase = self.erase();
        self.write(&format!("{erase}{text}\n"));
    }

    fn draw(&mut self) {
        let Look::Terminal { .. } = self.look else { return };
        let elapsed = SystemClock.now().duration_since(self.started).as_secs();
        let lines = self.banks.lines(self.look, elapsed);
        if lines.is_empty() {
            return;
        }
        let erase = self.erase();
        self.write(&format!("{erase}{}\n", lines.join("\n")));
        self.drawn = lines.len();
    }

    /// What takes the banks off the terminal again.
    fn erase(&mut self) -> String {
        "\x1b[1A\x1b[2K".repeat(std::mem::take(&mut self.drawn))
    }

    /// All at once, so that nothing flickers.
    fn write(&mut self, text: &str) {
        // A reader that has gone away must not stop a crossing.
        let _ = self.out.write_all(text.as_bytes());
        let _ = self.out.flush();
    }
}
