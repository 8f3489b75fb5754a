//! What people see of a crossing: a line for each change, and on a terminal the two banks below.

mod banks;
mod news;
mod wrap;

use std::future::Future;
use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use live::{ProcessEvent, SystemClock};
use model::Reason;
use model::code::traffic as code;
use model::ports::Clock as _;
use tokio::sync::mpsc;
use traffic::{Action, Entry, Steps};

use super::account::Account;
use super::crossing::CrossingOptions;
use super::look::{Look, Tone};
use crate::serve::shift::Turn;
use banks::Banks;
use wrap::wrap;

pub(super) use news::{News, roll_backs};

/// Columns that everything fits into.
const WIDTH: usize = 80;

/// Least time between two drawings of the banks: five a second are enough for eyes.
const REDRAW: Duration = Duration::from_millis(200);

/// The screen, or the pipe that stands for it.
pub(super) struct Screen<'a> {
    out: &'a mut dyn Write,
    look: Look,
    started: Timestamp,
    banks: Banks,
    /// Lines of the banks that are on the terminal now.
    drawn: usize,
    /// What was held last, so that the same is not said twice.
    held: Option<&'static str>,
    next: Vec<String>,
}

impl<'a> Screen<'a> {
    pub(super) fn new(options: &CrossingOptions, out: &'a mut dyn Write) -> Self {
        let mut screen = Self {
            out,
            look: options.look,
            started: SystemClock.now(),
            banks: Banks::new(options.steps.clone(), options.hold.ticks),
            drawn: 0,
            held: None,
            next: options.next.clone(),
        };
        let steps = steps_in_words(&options.steps);
        screen.sentence(&format!(
            "Crossing {}: old fleet to new fleet, {steps} %, {} requests a second.",
            options.service, options.rate
        ));
        if options.fail_rate > 0 {
            let share = options.fail_rate;
            screen.print(&format!(
                "The new release is bad on purpose: {share} % of its answers fail."
            ));
        }
        screen
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
            News::Serving { address, wished } => self.serving(address, wished),
            News::Manifests { written, left } => self.manifests(&written, &left),
            News::Process(event) => self.process(event),
            News::Up { side, addresses } => {
                let places: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                self.line(Tone::Good, &format!("{side} fleet is up: {}", places.join(", ")));
            }
            News::Turn { turn, tally } => {
                self.turn(&turn);
                self.banks.update(*turn, *tally);
            }
            News::Note(because) => self.line(Tone::Quiet, &because.sentence()),
            News::Fault(because) => {
                self.line(Tone::Bad, &format!("{because} ({})", because.code.id));
            }
            News::Ended(account) => self.ended(&account),
            News::ServingOn { address } => self.line(
                Tone::Going,
                &format!("the balancer serves on: curl http://{address}/   Ctrl-C ends it"),
            ),
            News::Stopping => self.line(
                Tone::Going,
                "stopping: prober, balancer, both fleets (Ctrl-C again: at once)",
            ),
            News::Stopped => self.line(Tone::Good, "all processes have ended"),
        }
    }

    fn serving(&mut self, address: SocketAddr, wished: bool) {
        let taken = if wished { "" } else { " (8080 is taken, this port was free)" };
        self.line(Tone::Good, &format!("balancer on http://{address}{taken}"));
    }

    fn manifests(&mut self, written: &[String], left: &[String]) {
        for path in written {
            self.line(Tone::Good, &format!("wrote {path}"));
        }
        if !left.is_empty() {
            let kinds = left.join(", ");
            self.line(Tone::Quiet, &format!("not played on this machine: {kinds}"));
        }
    }

    fn process(&mut self, event: ProcessEvent) {
        match event {
            ProcessEvent::Started { pod, pid, ports } => {
                let mapped = ports.iter().map(|(port, here)| format!("port {port} → {here}"));
                let mapped = mapped.collect::<Vec<_>>().join(", ");
                self.line(Tone::Going, &format!("{pod} started: {mapped}, process {pid}"));
            }
            ProcessEvent::Ready { pod } => self.line(Tone::Good, &format!("{pod} is ready")),
            ProcessEvent::Unready { pod } => {
                self.line(Tone::Waits, &format!("{pod} is not ready any more"));
            }
            ProcessEvent::Ended { pod, how, again_in } => {
                let wait = again_in.as_secs();
                self.line(Tone::Bad, &format!("{pod} ended ({how}); again in {wait} s"));
            }
            ProcessEvent::Stopped { pod, how } => {
                self.line(Tone::Quiet, &format!("{pod} stopped ({how})"));
            }
            ProcessEvent::Failed { pod, probe } => {
                self.line(Tone::Bad, &format!("{pod} fails its {probe} probe"));
            }
            ProcessEvent::Note(because) => self.line(Tone::Quiet, &because.sentence()),
        }
    }

    /// One line for each change that a turn has made, and for a new reason to wait.
    fn turn(&mut self, turn: &Turn) {
        for step in &turn.plan.steps {
            if let Action::Journal(entry) = &step.action {
                self.entry(entry, &step.because);
            }
        }
        if !turn.plan.steps.is_empty() {
            self.held = None;
        }
        for held in &turn.plan.held {
            let code = held.because.code;
            // To be held for some ticks, or read back, is the normal course: the banks show it.
            let normal = [code::HOLDING.id, code::WAITING.id].contains(&code.id);
            let first = code.id == code::EVIDENCE.id && self.held.is_none();
            if !normal && !first && self.held != Some(code.id) {
                self.line(Tone::Waits, &format!("waits: {} ({})", held.because, code.id));
            }
            self.held = Some(code.id);
        }
    }

    fn entry(&mut self, entry: &Entry, because: &Reason) {
        let tone = match entry {
            Entry::Asked(intent) if intent.is_roll_back() => Tone::Bad,
            Entry::Asked(_) | Entry::AskedAgain { .. } => Tone::Going,
            Entry::Converged { .. } | Entry::Done => Tone::Good,
            Entry::RolledBack { .. }
            | Entry::Recounted { .. }
            | Entry::Abandoned { .. }
            | Entry::Doubted { .. }
            | Entry::Adopted { .. }
            | Entry::Again { .. }
            | Entry::Gap { .. } => Tone::Waits,
            Entry::Frozen { .. } => Tone::Bad,
            // The second of these is only half of the read-back, the third comes every second.
            Entry::Opened { .. }
            | Entry::Phase { .. }
            | Entry::Landed { .. }
            | Entry::Observed { .. }
            | Entry::Beat { .. }
            | Entry::Said { .. } => return,
        };
        let back = matches!(entry, Entry::Asked(intent) if intent.is_roll_back());
        let prefix = if back { "back to the old side at once: " } else { "" };
        self.line(tone, &format!("{prefix}{because}"));
        if let (Look::Plain, Entry::Asked(intent)) = (self.look, entry)
            && let Some(new) = intent.effect.share()
        {
            let old = new.rest();
            let (left, right) =
                (self.look.bar(old.percent(), 20), self.look.bar(new.percent(), 20));
            self.print(&format!("           old {left} {old:>5}   new {right} {new:>5}"));
        }
    }

    fn ended(&mut self, account: &Account) {
        self.banks.finish();
        self.draw();
        // The last drawing stays; the account comes below it.
        self.drawn = 0;
        self.print("");
        for line in account.to_text().lines() {
            self.sentence(line);
        }
        for next in std::mem::take(&mut self.next) {
            self.print(&format!("try next: {next}"));
        }
    }

    /// One line with its time and its sign.
    fn line(&mut self, tone: Tone, text: &str) {
        let elapsed = SystemClock.now().duration_since(self.started).as_secs_f64();
        let sign = self.look.paint(tone, self.look.sign(tone));
        let indent = 8 + self.look.sign(tone).chars().count() + 1;
        let text = wrap(text, WIDTH - indent, indent);
        self.print(&format!("{elapsed:>6.1}s {sign} {text}"));
    }

    /// A sentence without time and sign.
    fn sentence(&mut self, text: &str) {
        self.print(&wrap(text, WIDTH, 2));
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

/// `1 → 10 → 50 → 100`
fn steps_in_words(steps: &Steps) -> String {
    let words: Vec<String> = steps.iter().map(|step| step.percent().to_string()).collect();
    words.join(" → ")
}
