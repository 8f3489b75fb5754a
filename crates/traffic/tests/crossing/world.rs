//! A small world that obeys: a rule, two groups, fleets, jobs, a journal, and requests sent by
//! weight. What the checks read is well until a script says otherwise.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use model::Plan;
use model::facts::Facts;
use model::ports::{Epoch, GroupSeen, JobSeen, RuleSeen, Weight, Weights, latency};
use serde_json::Value;
use traffic::board::Board;
use traffic::seen::Fleets;
use traffic::{Action, Effect, Entry, Goal, Hold, Seen, State};

use crate::good;

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) rule: RuleSeen,
    pub(crate) old: GroupSeen,
    pub(crate) new: GroupSeen,
    pub(crate) journal: Vec<Entry>,
    /// What the entries add up to, one after the other.
    state: State,
    pub(crate) goal: Goal,
    /// Orders reach the rule.
    pub(crate) obeys: bool,
    /// Share of the new side's requests that fail, in percent.
    pub(crate) failing: u64,
    /// The same of the old side.
    pub(crate) old_failing: u64,
    /// The share that requests really follow, where it is not the rule's.
    pub(crate) served: Option<u64>,
    /// Answers take their time, the same on both sides.
    pub(crate) timed: bool,
    pub(crate) fleets: Option<Fleets>,
    pub(crate) jobs: BTreeMap<String, JobSeen>,
    pub(crate) board: Board,
    /// What the checks read, as JSON, so that a script can change any of it by its place.
    pub(crate) facts: Value,
    /// Somebody reads it, anew at each look.
    pub(crate) looks: bool,
    carry: u64,
    /// Hundredths of a request that are still to fail, old side and new side.
    due: [u64; 2],
}

impl World {
    pub(crate) fn new() -> Self {
        let group = GroupSeen { healthy: 2, total: 2, ..GroupSeen::default() };
        let mut world = Self {
            now: Timestamp::from_second(1_800_000_000).unwrap(),
            rule: RuleSeen {
                weights: Weights::between("old", "new", Weight::NONE),
                epoch: Epoch(0),
                settled: true,
            },
            old: group.clone(),
            new: group,
            journal: Vec::new(),
            state: State::default(),
            goal: Goal {
                hold: Hold { tick: Duration::from_secs(1), ticks: 2, requests_min: 5 },
                ..Goal::weights_only("shop", "front", ("old", "new"))
            },
            obeys: true,
            failing: 0,
            old_failing: 0,
            served: None,
            timed: false,
            fleets: None,
            jobs: BTreeMap::new(),
            board: Board::new(),
            facts: serde_json::to_value(good::facts()).unwrap(),
            looks: false,
            carry: 0,
            due: [0, 0],
        };
        world.engine();
        world
    }

    pub(crate) fn state(&self) -> State {
        self.state.clone()
    }

    pub(crate) fn write(&mut self, entry: Entry) {
        self.state.apply(&entry);
        self.journal.push(entry);
    }

    /// An engine starts and takes the next epoch.
    pub(crate) fn engine(&mut self) {
        let epoch = self.state.epoch.next();
        self.write(Entry::Opened { epoch, at: self.now });
    }

    pub(crate) fn plan(&self) -> Plan<Action> {
        traffic::plan(self.now, &self.seen(), &self.goal)
    }

    /// All that there is to see.
    pub(crate) fn seen(&self) -> Seen {
        let (rule, state) = (self.rule.clone(), self.state());
        Seen {
            rule,
            old: self.old.clone(),
            new: self.new.clone(),
            fleets: self.fleets,
            jobs: self.jobs.clone(),
            facts: self.looks.then(|| self.read()),
            board: self.board.clone(),
            state,
        }
    }

    /// The facts as of now.
    fn read(&self) -> Facts {
        let mut facts = self.facts.clone();
        stamp(&mut facts, self.now);
        serde_json::from_value(facts).unwrap()
    }

    pub(crate) fn act(&mut self, plan: &Plan<Action>) {
        for step in &plan.steps {
            match &step.action {
                Action::Journal(entry) => self.write(entry.clone()),
                Action::Order(order) if self.obeys => self.obey(&order.effect, order.epoch),
                Action::Order(_) => {}
            }
        }
    }

    fn obey(&mut self, effect: &Effect, epoch: Epoch) {
        match effect {
            Effect::Weights { weights, .. } => {
                self.rule = RuleSeen { weights: weights.clone(), epoch, ..self.rule };
            }
            Effect::Replicas { fleet, replicas } => {
                let is_old = self.goal.copies.as_ref().unwrap().old == *fleet;
                let fleets = self.fleets.as_mut().unwrap();
                let seen = if is_old { &mut fleets.old } else { &mut fleets.new };
                seen.wanted = *replicas;
            }
            Effect::Job { job, enabled } => self.jobs.get_mut(job).unwrap().enabled = *enabled,
            // The drills are over when a script says so.
            Effect::Drill { .. } => {}
        }
    }

    /// Sends `requests` by the share that is served, evenly mixed.
    pub(crate) fn traffic(&mut self, requests: u64) {
        let stated = u64::from(self.rule.weights.of("new").percent());
        let weight = self.served.unwrap_or(stated);
        for _ in 0..requests {
            self.carry += weight;
            if self.carry >= 100 {
                self.carry -= 100;
                let fails = falls_due(&mut self.due[1], self.failing);
                answer(&mut self.new, fails, self.timed);
            } else {
                let fails = falls_due(&mut self.due[0], self.old_failing);
                answer(&mut self.old, fails, self.timed);
            }
        }
    }
}

/// Whether the next request fails, so that `percent` of them do.
fn falls_due(due: &mut u64, percent: u64) -> bool {
    *due += percent;
    let falls = *due >= 100;
    *due -= if falls { 100 } else { 0 };
    falls
}

/// One request is chosen for a side and ends there.
fn answer(side: &mut GroupSeen, fails: bool, timed: bool) {
    let counts = &mut side.counts;
    counts.chosen += 1;
    *(if fails { &mut counts.failed } else { &mut counts.answered }) += 1;
    if timed {
        // A hundred buckets, each as often as the others: five in a hundred lie above the p95.
        let bucket = 40 + u8::try_from(counts.ended() * 37 % 100).unwrap();
        side.latency.add(latency::upper_bound(bucket).unwrap());
    }
}

/// Gives every fact the time `now`.
fn stamp(json: &mut Value, now: Timestamp) {
    let Value::Object(map) = json else { return };
    if map.contains_key("value") && map.contains_key("from") {
        map.insert("at".to_owned(), now.to_string().into());
    }
    map.values_mut().for_each(|below| stamp(below, now));
}
