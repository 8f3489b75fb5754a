//! Groups that lose their last healthy target while they have weight, and faults that keep
//! engines from doing something about it.

use model::ports::GroupSeen;

use super::shift::{Shift, Which};
use super::{Checks, Invariant, Terms, Truth};
use crate::script::Fault;
use crate::time::{Micros, SECOND};

/// An engine that was kept from acting needs this long to come to itself: its start, or a pause
/// after its clock has jumped.
const RECOVERY: Micros = 60 * SECOND;

impl Checks {
    /// The health of a target has changed. Answers when to look at which service again.
    pub fn health(&mut self, truth: &dyn Truth, group: &str) -> Vec<(String, Micros)> {
        let owners = self.groups.get(group).cloned().unwrap_or_default();
        let again = owners.into_iter().filter_map(|owner| self.side_health(truth, group, owner));
        again.collect()
    }

    fn side_health(
        &mut self,
        truth: &dyn Truth,
        group: &str,
        (service, which): (String, Which),
    ) -> Option<(String, Micros)> {
        let shift = self.shifts.get_mut(&service)?;
        let side = match which {
            Which::Old => 0,
            Which::New => 1,
        };
        let was = shift.empty_since[side].is_some();
        let is = truth.healthy(group) == 0;
        shift.empty_since[side] = match (was, is) {
            (false, true) => Some(truth.now()),
            (true, true) => shift.empty_since[side],
            (_, false) => None,
        };
        if was && !is && which == Which::Old {
            shift.old_since = truth.now();
        }
        if was != is {
            let word = if is { "no healthy target" } else { "a healthy target" };
            let text = || format!("the {} side has {word}", which.word());
            self.lines.add(truth.now(), &service, text);
            if let Some(shift) = self.shifts.get_mut(&service) {
                shift.complained = false;
            }
        }
        let again = self.look(truth, &service)?;
        Some((service, again))
    }

    /// Whether an engine that can act leaves the new side's weight on nothing. Answers when to
    /// look again, if that may still become so.
    pub fn look(&mut self, truth: &dyn Truth, service: &str) -> Option<Micros> {
        let now = truth.now();
        let hindered = self.hindered_until;
        let shift = self.shifts.get_mut(service)?;
        let since = shift.forsaken_since()?;
        let react = Terms::micros(shift.terms.react_secs);
        let until = since.max(hindered).saturating_add(react);
        if now < until {
            return Some(until);
        }
        shift.complained = true;
        let share = shift.share(Which::New);
        let secs = now.saturating_sub(since) / SECOND;
        let text = format!(
            "{share} % stayed on the new side for {secs} s without a healthy target, while the \
             old side has one"
        );
        let all = share == 100;
        let invariant = if all { Invariant::NotAllOnUnhealthy } else { Invariant::NoWeightOnEmpty };
        self.violate(invariant, now, service, text);
        None
    }

    /// An engine has read a group, and was answered this.
    pub fn read(&mut self, now: Micros, group: &str, seen: &GroupSeen) {
        for (service, which) in self.groups.get(group).into_iter().flatten() {
            let Some(shift) = self.shifts.get_mut(service) else {
                continue;
            };
            let hold = shift.terms.hold;
            if self.lagging {
                shift.step.settled_at_latest(now, Terms::micros(shift.terms.settle_secs));
            }
            shift.step.read(now, *which, seen, &hold);
        }
    }

    /// The present weights of a rule have reached whatever serves it.
    pub fn settled(&mut self, now: Micros, rule: &str) {
        if let Some(service) = self.rules.get(rule)
            && let Some(shift) = self.shifts.get_mut(service)
        {
            shift.step.settled(now);
        }
    }

    /// Something goes wrong from now on.
    pub fn fault(&mut self, now: Micros, fault: &Fault) {
        let secs = |secs: u32| Terms::micros(u64::from(secs));
        self.lagging |= matches!(fault, Fault::SlowPropagation { .. });
        self.duplicates |= matches!(fault, Fault::Duplicates { .. });
        let hindered = match fault {
            Fault::Crash { down } => secs(*down).saturating_add(RECOVERY),
            Fault::Zombie { pause } => secs(*pause).saturating_add(RECOVERY),
            Fault::Throttle { secs: of }
            | Fault::LostReplies { secs: of }
            | Fault::Duplicates { secs: of } => secs(*of),
            Fault::StaleReads { age, secs: of } => {
                self.stale = self.stale.max(secs(*age));
                secs(*of).saturating_add(secs(*age))
            }
            Fault::ClockJump { by } => secs(by.unsigned_abs()).saturating_add(RECOVERY),
            _ => 0,
        };
        self.hindered_until = self.hindered_until.max(now.saturating_add(hindered));
        self.lines.add(now, "", || format!("fault: {}", tell(fault)));
    }
}

impl Shift {
    /// Since when the new side has weight and no healthy target, though the old side has one and
    /// nobody has said that it is to stay so.
    fn forsaken_since(&self) -> Option<Micros> {
        let since = self.empty_since[1]?;
        let helpless = self.empty_since[0].is_some() || self.no_return.is_some();
        let left = self.share(Which::New) == 0 || self.ended.is_some() || self.foreign;
        let quiet = helpless || left || self.complained;
        (!quiet).then(|| since.max(self.weights_at).max(self.old_since))
    }
}

/// A fault, as people say it.
fn tell(fault: &Fault) -> String {
    match fault {
        Fault::Crash { down } => format!("the engine ends, for {down} s"),
        Fault::Zombie { pause } => format!("the engine stands still for {pause} s, another begins"),
        Fault::LostReplies { secs } => format!("replies are lost for {secs} s"),
        Fault::Duplicates { secs } => format!("calls arrive twice for {secs} s"),
        Fault::Throttle { secs } => format!("calls are throttled for {secs} s"),
        Fault::StaleReads { age, secs } => format!("reads are {age} s old for {secs} s"),
        Fault::ClockJump { by } => format!("the engines' clock jumps by {by} s"),
        Fault::ForeignWriter { service, weight } => {
            format!("somebody gives the new side of {service} {weight} %")
        }
        Fault::ZoneLoss { zone, secs } => format!("zone {zone} is lost for {secs} s"),
        Fault::KillCopies { fleet, count } => format!("{count} copies of {fleet} end"),
        Fault::SlowStart { fleet, secs } => format!("copies of {fleet} start {secs} s slower"),
        Fault::BadRelease { service, error_rate, slow_factor, out_of_memory_secs } => format!(
            "the new side of {service} fails {error_rate} of its requests, takes {slow_factor} \
             times as long, and lives {out_of_memory_secs} s (0: for ever)"
        ),
        Fault::ControllerAbsent { secs } => format!("no controller binds pods for {secs} s"),
        Fault::SlowPropagation { secs } => format!("rules take {secs} s to reach the nodes"),
        Fault::Silence { secs } => format!("no client sends anything for {secs} s"),
    }
}
