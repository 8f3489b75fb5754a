//! A tiny world for the checkers: what is true is what a test says.

use std::collections::BTreeMap;

use model::ports::{Counts, Epoch, GroupSeen, Record, Weight, Weights};
use serde_json::{Value, json};
use twin::check::{
    Applied, Cause, Checks, Copies, Effect, HoldTerms, JobTerms, Owner, SideTerms, Terms, Truth,
};
use twin::time::{Micros, SECOND, timestamp};

pub(crate) const OLD: &str = "old-group";
pub(crate) const NEW: &str = "new-group";
pub(crate) const OLD_FLEET: &str = "ecs/dev/shop";
pub(crate) const NEW_FLEET: &str = "deployment/shop/shop";
pub(crate) const OLD_JOB: &str = "schedule/default/nightly";
pub(crate) const NEW_JOB: &str = "cronjob/shop/nightly";

/// What is true.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) now: Micros,
    pub(crate) healthy: BTreeMap<String, u32>,
    pub(crate) last_request: BTreeMap<String, Micros>,
    pub(crate) copies: BTreeMap<String, Copies>,
    pub(crate) jobs: BTreeMap<String, Owner>,
    pub(crate) overlaps: u64,
    pub(crate) lost: u64,
}

impl Truth for Facts {
    fn now(&self) -> Micros {
        self.now
    }

    fn healthy(&self, group: &str) -> u32 {
        self.healthy.get(group).copied().unwrap_or(0)
    }

    fn last_request(&self, group: &str) -> Option<Micros> {
        self.last_request.get(group).copied()
    }

    fn copies(&self, fleet: &str) -> Copies {
        self.copies.get(fleet).copied().unwrap_or_default()
    }

    fn job(&self, job: &str) -> Option<Owner> {
        self.jobs.get(job).copied()
    }

    fn overlaps(&self, _job: &str) -> u64 {
        self.overlaps
    }

    fn lost_by_segue(&self, _service: &str) -> u64 {
        self.lost
    }
}

/// The world, the checkers, and an engine that a test drives act by act.
pub(crate) struct Stage {
    pub(crate) facts: Facts,
    pub(crate) checks: Checks,
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
    service: String,
    terms: BTreeMap<String, Terms>,
    counts: BTreeMap<String, Counts>,
    weights: BTreeMap<String, u32>,
    again: Option<(String, Micros)>,
}

/// The terms of the service `shop`.
pub(crate) fn terms() -> Terms {
    let side = |group: &str, fleet: &str| SideTerms {
        group: group.to_owned(),
        fleet: fleet.to_owned(),
        need: 2,
    };
    Terms {
        rule: "rule".to_owned(),
        old: side(OLD, OLD_FLEET),
        new: side(NEW, NEW_FLEET),
        steps: vec![10, 50, 100],
        hold: HoldTerms { tick_millis: 1_000, ticks: 3, requests_min: 20 },
        author: "kim".to_owned(),
        connections_per_copy: 10,
        connections_max: 60,
        deadline_secs: 3_600,
        jobs: vec![JobTerms {
            old: OLD_JOB.to_owned(),
            new: NEW_JOB.to_owned(),
            single_owner: true,
        }],
        ..Terms::default()
    }
}

impl Stage {
    /// One service, all of it on the old side, two copies on each.
    pub(crate) fn new() -> Self {
        Self::of(terms())
    }

    /// The same with other terms.
    pub(crate) fn of(terms: Terms) -> Self {
        Self::with([("shop".to_owned(), terms)].into())
    }

    /// Several services, of which `shop` is played.
    pub(crate) fn with(terms: BTreeMap<String, Terms>) -> Self {
        let mut facts = Facts::default();
        for terms in terms.values() {
            for side in [&terms.old, &terms.new] {
                facts.healthy.insert(side.group.clone(), 2);
                facts.copies.insert(side.fleet.clone(), Copies { wanted: 2, running: 2 });
            }
            for job in &terms.jobs {
                let owner = |enabled| Owner { enabled, at_work: false };
                facts.jobs.insert(job.old.clone(), owner(true));
                facts.jobs.insert(job.new.clone(), owner(false));
            }
        }
        let checks = Checks::new(terms.clone(), &facts);
        let mut stage = Self {
            facts,
            checks,
            epoch: 1,
            seq: 0,
            service: "shop".to_owned(),
            terms,
            counts: BTreeMap::new(),
            weights: BTreeMap::from([(OLD.to_owned(), 100)]),
            again: None,
        };
        stage.write(&json!({"entry": "opened", "epoch": 1}));
        stage
    }

    /// Another service is played from here on.
    pub(crate) fn play(&mut self, service: &str) {
        service.clone_into(&mut self.service);
    }

    /// The numbers of what did not hold, once each.
    pub(crate) fn numbers(&self) -> Vec<u8> {
        let mut numbers: Vec<u8> = self.checks.violations().iter().map(|one| one.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The run is over; what did not hold.
    pub(crate) fn end(mut self) -> Vec<u8> {
        self.checks.end(&self.facts);
        self.numbers()
    }

    /// Time passes and nothing happens, but for a look that was asked for.
    pub(crate) fn wait(&mut self, secs: u64) {
        let until = self.facts.now + secs * SECOND;
        while let Some((service, at)) = self.again.take_if(|(_, at)| *at <= until) {
            self.facts.now = at;
            self.again = self.checks.look(&self.facts, &service).map(|at| (service, at));
        }
        self.facts.now = until;
    }

    /// A record of this engine.
    pub(crate) fn write(&mut self, body: &Value) {
        self.write_as(self.epoch, body);
    }

    pub(crate) fn write_as(&mut self, epoch: u64, body: &Value) {
        let record = Record {
            at: timestamp(self.facts.now),
            subject: format!("shift/{}", self.service),
            epoch: Epoch(epoch),
            body: body.clone(),
        };
        self.checks.record(&self.facts, &record);
    }

    pub(crate) fn phase(&mut self, to: &str) {
        self.write(&json!({"entry": "phase", "to": to}));
    }

    pub(crate) fn said(&mut self, by: &str, what: &str) {
        self.write(&json!({"entry": "said", "by": by, "what": what}));
    }

    /// The shift asks, and somebody agrees.
    pub(crate) fn approve(&mut self, by: &str) {
        self.phase("approve");
        self.said(by, "approve");
    }

    fn of_service(&self) -> &Terms {
        &self.terms[&self.service]
    }

    /// Weights with so much on the new side.
    pub(crate) fn weights(&self, percent: u8) -> Effect {
        let terms = self.of_service();
        let new = Weight::new(percent).unwrap();
        Effect::weights(&terms.rule, &Weights::between(&terms.old.group, &terms.new.group, new))
    }

    /// Writes an intent and gives its number.
    pub(crate) fn ask(&mut self, effect: &Effect) -> u64 {
        self.seq += 1;
        let body = intent(self.seq, effect);
        self.write(&body);
        self.seq
    }

    /// An order takes effect in the world.
    pub(crate) fn order(&mut self, seq: u64, effect: &Effect) {
        let epoch = self.epoch;
        self.apply(effect, Cause::Order { epoch, seq });
    }

    pub(crate) fn apply(&mut self, effect: &Effect, cause: Cause) {
        match effect {
            Effect::Weights { weights, .. } if self.service == "shop" => {
                self.weights.clone_from(weights);
            }
            Effect::Replicas { fleet, replicas } => {
                let copies = Copies { wanted: *replicas, running: *replicas };
                self.facts.copies.insert(fleet.clone(), copies);
            }
            Effect::Job { job, enabled } => {
                self.facts.jobs.insert(job.clone(), Owner { enabled: *enabled, at_work: false });
            }
            Effect::Weights { .. } | Effect::Drill => {}
        }
        self.checks.applied(&self.facts, &Applied { effect: effect.clone(), cause });
    }

    /// Intent, order, effect everywhere, read-back.
    pub(crate) fn act(&mut self, effect: &Effect) {
        let seq = self.ask(effect);
        self.order(seq, effect);
        let rule = self.of_service().rule.clone();
        self.checks.settled(self.facts.now, &rule);
        self.write(&json!({"entry": "landed", "seq": seq}));
    }

    pub(crate) fn turn(&mut self, percent: u8) {
        let effect = self.weights(percent);
        self.act(&effect);
    }

    pub(crate) fn scale(&mut self, fleet: &str, replicas: u32) {
        self.act(&Effect::Replicas { fleet: fleet.to_owned(), replicas });
    }

    pub(crate) fn job(&mut self, job: &str, enabled: bool) {
        self.act(&Effect::Job { job: job.to_owned(), enabled });
    }

    /// So many seconds of a hundred requests each, with so many bad ones on the new side; if the
    /// engine lives, it reads both groups in each.
    pub(crate) fn pass(&mut self, secs: u64, bad_on_new: u64, lives: bool) {
        for _ in 0..secs {
            self.wait(1);
            for group in [OLD, NEW] {
                let share = u64::from(self.weights.get(group).copied().unwrap_or(0));
                let bad = if group == NEW { bad_on_new.min(share) } else { 0 };
                let counts = self.counts.entry(group.to_owned()).or_default();
                counts.chosen += share;
                counts.failed += bad;
                counts.answered += share - bad;
                if share > 0 {
                    self.facts.last_request.insert(group.to_owned(), self.facts.now);
                }
            }
            if lives {
                self.read();
            }
        }
    }

    /// The engine reads both groups.
    fn read(&mut self) {
        for group in [OLD, NEW] {
            let counts = self.counts.get(group).copied().unwrap_or_default();
            let seen = GroupSeen { counts, ..GroupSeen::default() };
            self.checks.read(self.facts.now, group, &seen);
        }
    }

    /// So many observed seconds.
    pub(crate) fn observe(&mut self, secs: u64) {
        self.pass(secs, 0, true);
    }

    /// The healthy targets of a group change.
    pub(crate) fn health(&mut self, group: &str, healthy: u32) {
        self.facts.healthy.insert(group.to_owned(), healthy);
        for again in self.checks.health(&self.facts, group) {
            self.again = Some(again);
        }
    }

    /// Everything across, by the book.
    pub(crate) fn cross(&mut self) {
        for percent in [10, 50, 100] {
            self.observe(5);
            self.turn(percent);
        }
        self.observe(5);
    }

    /// The rest of the way, by the book.
    pub(crate) fn finish(&mut self) {
        self.job(OLD_JOB, false);
        self.job(NEW_JOB, true);
        self.observe(130);
        self.approve("lee");
        self.phase("decommission");
        self.scale(OLD_FLEET, 0);
        self.write(&json!({"entry": "done"}));
    }
}

/// The body of an intent.
pub(crate) fn intent(seq: u64, effect: &Effect) -> Value {
    let effect = match effect {
        Effect::Weights { rule, weights } => json!({"weights": {"rule": rule, "weights": weights}}),
        Effect::Replicas { fleet, replicas } => {
            json!({"replicas": {"fleet": fleet, "replicas": replicas}})
        }
        Effect::Job { job, enabled } => json!({"job": {"job": job, "enabled": enabled}}),
        Effect::Drill => json!({"drill": {}}),
    };
    json!({
        "entry": "asked", "seq": seq, "effect": effect, "expected": effect, "actor": "segue",
        "evidence": "3 ticks", "because": {"code": "SG-T001"},
    })
}

/// Nothing was found.
pub(crate) const NONE: [u8; 0] = [];
