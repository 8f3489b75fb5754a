//! What the journal says, record by record, as it becomes durable.

use model::ports::Record;

use super::entry::{Asked, Effect, Entry};
use super::shift::{Ending, Intent, Said, Shift, Which, share_of};
use super::{Checks, Found, Invariant, Truth};
use crate::time::{Micros, SECOND};

impl Checks {
    /// A record has become durable.
    pub fn record(&mut self, truth: &dyn Truth, record: &Record) {
        let now = truth.now();
        let service = record.subject.strip_prefix("shift/").unwrap_or(&record.subject).to_owned();
        let Some(shift) = self.shifts.get_mut(&service) else {
            return;
        };
        let (mut found, stale) = (Vec::new(), self.stale);
        if record.epoch.0 < shift.epoch {
            let (epoch, before) = (record.epoch, shift.epoch);
            let text = format!("a record of epoch {epoch} came after one of epoch {before}");
            found.push((Invariant::Replays, text));
        }
        if record.epoch.0 > shift.epoch {
            (shift.epoch, shift.epoch_at) = (record.epoch.0, now);
        }
        match Entry::read(&record.body) {
            Err(problem) => found.push((Invariant::Replays, problem)),
            Ok(entry) => {
                if let Some(text) = tell(&entry) {
                    self.lines.add(now, &service, || text);
                }
                shift.take_in(truth, record.epoch.0, entry, stale, &mut found);
            }
        }
        shift.count_lost(truth, &service, &mut found);
        self.violate_all(now, &service, found);
    }
}

impl Shift {
    /// `stale`: how old the answers are that a fault gives engines, at most.
    fn take_in(
        &mut self,
        truth: &dyn Truth,
        epoch: u64,
        entry: Entry,
        stale: Micros,
        found: &mut Vec<Found>,
    ) {
        let now = truth.now();
        match entry {
            Entry::Asked(asked) => self.ask(now, epoch, asked, found),
            Entry::AskedAgain(seq) => match self.intents.get_mut(&seq) {
                Some(intent) => {
                    intent.epochs.insert(epoch);
                    intent.open = true;
                    self.asking = self.asking.max(epoch);
                }
                None => found.push(unknown("asked again", seq)),
            },
            Entry::Closed(seq) => match self.intents.get_mut(&seq) {
                Some(intent) => intent.open = false,
                None => found.push(unknown("closed", seq)),
            },
            Entry::Phase(phase) => self.go_to(truth, &phase, stale, found),
            Entry::Said { by, what } => {
                if what == "promote" {
                    self.step.promote();
                }
                // Said before the question was put, it is about what nobody could have seen.
                if what == "approve"
                    && !by.is_empty()
                    && let Some(approvals) = &mut self.approvals
                {
                    approvals.push(by);
                }
                self.said.push(Said { what, at: now });
            }
            Entry::Done => self.end(now, Ending::Done, found),
            Entry::RolledBack => self.end(now, Ending::RolledBack, found),
            Entry::Frozen => self.end(now, Ending::Frozen, found),
            Entry::Opened | Entry::Other => {}
        }
    }

    fn ask(&mut self, now: Micros, epoch: u64, asked: Asked, found: &mut Vec<Found>) {
        if asked.seq <= self.seq {
            let text = format!("intent {} came after intent {}", asked.seq, self.seq);
            found.push((Invariant::Replays, text));
        }
        let resource = asked.effect.resource();
        let open = |one: &&Intent| one.open && one.asked.effect.resource() == resource;
        if let Some(other) = self.intents.values().find(open) {
            let (seq, other) = (asked.seq, other.asked.seq);
            let text = format!("intent {seq} on {resource} while intent {other} is open");
            found.push((Invariant::OneOpenIntent, text));
        }
        let premature = self.up(&asked.effect).and_then(|(from, to)| {
            let why = self.step.premature(now, &self.terms.hold)?;
            Some(format!("the step at {from} % before {to} %: {why}"))
        });
        self.seq = self.seq.max(asked.seq);
        self.asking = self.asking.max(epoch);
        let epochs = [epoch].into();
        let on_way_back = self.rolling_back;
        let seq = asked.seq;
        let intent = Intent { asked, at: now, epochs, open: true, on_way_back, premature };
        self.intents.insert(seq, intent);
    }

    /// The shares before and after, if the effect leaves a step with split traffic upwards.
    pub(super) fn up(&self, effect: &Effect) -> Option<(u32, u32)> {
        let Effect::Weights { weights, .. } = effect else {
            return None;
        };
        let to = share_of(weights, &self.terms.new.group);
        (self.ordered > 0 && to > self.ordered).then_some((self.ordered, to))
    }

    fn go_to(&mut self, truth: &dyn Truth, phase: &str, stale: Micros, found: &mut Vec<Found>) {
        if self.is_frozen() && phase != "frozen" {
            self.ended = None;
        }
        match phase {
            "rollingback" => self.rolling_back = true,
            "decommission" | "decommissioning" if self.no_return.is_none() => {
                self.no_return = Some(truth.now());
                found.extend(self.not_ready_for_no_return(truth, stale));
            }
            _ => {}
        }
        // Whoever agreed agreed to what was there: another silence, another question.
        self.approvals = (phase == "approve").then(Vec::new);
    }

    /// Why the point of no return must not be passed now.
    fn not_ready_for_no_return(&self, truth: &dyn Truth, stale: Micros) -> Option<Found> {
        let found = |text: String| Some((Invariant::PointOfNoReturn, text));
        if !self.terms.may_decommission {
            return found("the old side is removed though its shift keeps it".to_owned());
        }
        let share = self.share(Which::New);
        // What somebody else wrote a moment ago cannot be known yet, and later still where a fault
        // answers reads with what was true some time ago.
        let known = super::Terms::micros(self.terms.knowledge_secs).saturating_add(stale);
        let unknown = self.foreign && truth.now().saturating_sub(self.weights_at) < known;
        if share < 100 && !unknown {
            return found(format!("the old side is removed at {share} % on the new side"));
        }
        let quiet = super::Terms::micros(self.terms.quiet_secs);
        // The same write has brought requests to the old side that nobody can have counted yet.
        let unheard = |last: &Micros| unknown && *last >= self.weights_at;
        let last = truth.last_request(&self.terms.old.group);
        if let Some(last) = last.filter(|last| !unheard(last)) {
            let silent = truth.now().saturating_sub(last);
            if silent < quiet {
                let (silent, quiet) = (silent / SECOND, quiet / SECOND);
                let text = format!("the old side was silent for {silent} s of {quiet} s");
                return found(text);
            }
        }
        let author = &self.terms.author;
        let approvals = self.approvals.as_deref().unwrap_or_default();
        if !approvals.iter().any(|by| by != author) {
            let by = approvals.first().map_or("nobody", String::as_str);
            return found(format!("the removal of the old side was approved by {by}"));
        }
        None
    }

    fn end(&mut self, now: Micros, ending: Ending, found: &mut Vec<Found>) {
        self.ended = Some((ending, now));
        if ending == Ending::RolledBack {
            self.rolling_back = true;
        }
        let share = self.share(Which::New);
        let expected = match ending {
            Ending::Done => 100,
            Ending::RolledBack => 0,
            Ending::Frozen => share,
        };
        if share != expected && !self.foreign {
            let text = format!("{} with {share} % on the new side", ending.word());
            found.push((Invariant::Ends, text));
        }
    }

    /// Requests that were lost by nobody's fault but Segue's: said at the first, for its moment,
    /// and at the end, for the sum.
    pub(super) fn count_lost(&mut self, truth: &dyn Truth, service: &str, found: &mut Vec<Found>) {
        if self.lost == 0 {
            self.total_lost(truth, service, found);
        }
    }

    /// The same, if there are more than were told.
    pub(super) fn total_lost(&mut self, truth: &dyn Truth, service: &str, found: &mut Vec<Found>) {
        let lost = truth.lost_by_segue(service);
        if lost > self.lost {
            let text = format!("{lost} requests lost that no fault and no bad manners explain");
            found.push((Invariant::NothingLost, text));
            self.lost = lost;
        }
    }
}

fn unknown(what: &str, seq: u64) -> Found {
    (Invariant::Replays, format!("intent {seq} was {what} and never asked"))
}

/// What a record says to people; `None` for what only machines care about.
fn tell(entry: &Entry) -> Option<String> {
    Some(match entry {
        Entry::Opened => "an engine takes over".to_owned(),
        Entry::Asked(asked) => format!("asked {}: {} ({})", asked.seq, asked.effect, asked.code),
        Entry::AskedAgain(seq) => format!("asked {seq} again"),
        Entry::Closed(_) | Entry::Other => return None,
        Entry::Phase(phase) => format!("phase {phase}"),
        Entry::Said { by, what } => format!("{by} said {what}"),
        Entry::Done => "done".to_owned(),
        Entry::RolledBack => "rolled back".to_owned(),
        Entry::Frozen => "frozen".to_owned(),
    })
}
