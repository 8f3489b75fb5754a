//! A small world that obeys: a rule, two groups, a journal, and requests sent by weight.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use model::Plan;
use model::ports::{Epoch, GroupSeen, RuleSeen, Weight, Weights};
use traffic::{Action, Effect, Entry, Goal, Hold, Seen, State};

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
    carry: u64,
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
            carry: 0,
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
        let (rule, state) = (self.rule.clone(), self.state());
        let seen = Seen {
            rule,
            old: self.old.clone(),
            new: self.new.clone(),
            fleets: None,
            jobs: BTreeMap::new(),
            facts: None,
            board: BTreeMap::new(),
            state,
        };
        traffic::plan(self.now, &seen, &self.goal)
    }

    pub(crate) fn act(&mut self, plan: &Plan<Action>) {
        for step in &plan.steps {
            match &step.action {
                Action::Journal(entry) => self.write(entry.clone()),
                Action::Order(order) if self.obeys => {
                    if let Effect::Weights { weights, .. } = &order.effect {
                        self.rule = RuleSeen {
                            weights: weights.clone(),
                            epoch: order.epoch,
                            settled: true,
                        };
                    }
                }
                Action::Order(_) => {}
            }
        }
    }

    /// Sends `requests` by the present weights, evenly mixed.
    pub(crate) fn traffic(&mut self, requests: u64) {
        let weight = u64::from(self.rule.weights.of("new").percent());
        for _ in 0..requests {
            self.carry += weight;
            if self.carry >= 100 {
                self.carry -= 100;
                self.new.counts.chosen += 1;
                let ended = self.new.counts.ended() + 1;
                if ended * self.failing / 100 > self.new.counts.failed {
                    self.new.counts.failed += 1;
                } else {
                    self.new.counts.answered += 1;
                }
            } else {
                self.old.counts.chosen += 1;
                self.old.counts.answered += 1;
            }
        }
    }
}
