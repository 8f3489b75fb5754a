//! Small scripted engines in a real world of the twin: one by the book, and bad ones.

use std::time::Duration;

use model::ports::{
    Clock as _, Cloud as _, Epoch, Fleets as _, GroupSeen, JobOrder, Journal as _, Record,
    ScaleOrder, Weight, WeightOrder, Weights,
};
use serde_json::{Value, json};
use twin::{Engine, Script};

use crate::stage::{NEW, NEW_FLEET, NEW_JOB, OLD, OLD_FLEET, OLD_JOB};

/// What an engine does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Nothing.
    None,
    /// It orders without an intent.
    NoIntent,
    /// It leaves each step as soon as the control plane shows it.
    NoSoak,
    /// It leaves out a step.
    Leap,
    /// It does not look at the health of the new side, which has no copy.
    Blind,
    /// It removes the old side as soon as the control plane shows 100 %.
    Hasty,
    /// It enables the new owner of a job first.
    TwoOwners,
    /// It goes back without saying so.
    Mumble,
    /// It approves its own removal of the old side.
    SelfApproved,
    /// Its intents have no evidence.
    NoEvidence,
    /// It never ends its shift.
    Forgetful,
    /// It leaves intents open.
    Untidy,
    /// It begins to number anew.
    Recount,
    /// It asks for more copies than the database has connections for.
    Greedy,
    /// It turns the new side up again on the way back.
    Undecided,
    /// It moves traffic after the point of no return.
    SecondThoughts,
}

/// The script of one service with two copies on each side.
pub(crate) fn script(seed: u64, dial: &Value, new_copies: u32) -> Script {
    serde_json::from_value(json!({
        "seed": seed,
        "services": {"shop": {
            "dial": dial,
            "old": {"group": OLD, "fleet": OLD_FLEET, "platform": "ecs", "replicas": 2},
            "new": {
                "group": NEW, "fleet": NEW_FLEET, "platform": "kubernetes",
                "replicas": new_copies,
            },
            "clients": {"rps": 40.0},
            "jobs": [{"old": OLD_JOB, "new": NEW_JOB, "everySecs": 600, "runSecs": 30}],
            "connectionsPerCopy": 10,
            "connectionsMax": 60,
        }},
    }))
    .unwrap()
}

/// An engine's hands: what it does is written down first, unless it is a bad one.
pub(crate) struct Hands {
    me: Engine,
    bug: Bug,
    epoch: Epoch,
    seq: u64,
    weight: u8,
}

impl Hands {
    pub(crate) async fn take(me: Engine, bug: Bug) -> Self {
        let epoch = me.take("shift/shop").await.unwrap();
        let mut hands = Self { me, bug, epoch, seq: 0, weight: 0 };
        hands.write(json!({"entry": "opened", "epoch": epoch})).await;
        hands
    }

    async fn write(&mut self, body: Value) {
        let (at, subject) = (self.me.now(), "shift/shop".to_owned());
        let record = Record { at, subject, epoch: self.epoch, body };
        if self.me.append(&record).await.is_err() {
            // It was thought dead, and stands down.
            std::future::pending::<()>().await;
        }
    }

    async fn wait(&self, secs: u64) {
        let at = self.me.now() + Duration::from_secs(secs);
        self.me.sleep_until(at).await;
    }

    async fn ask(&mut self, effect: Value) {
        self.seq += 1;
        if self.bug == Bug::Recount && self.seq > 2 {
            self.seq = 1;
        }
        if self.bug == Bug::NoIntent {
            return;
        }
        let evidence = if self.bug == Bug::NoEvidence { "" } else { "6 ticks" };
        let body = json!({
            "entry": "asked", "seq": self.seq, "effect": effect, "actor": "segue",
            "evidence": evidence, "because": {"code": "SG-T001"},
        });
        self.write(body).await;
    }

    async fn land(&mut self) {
        if !matches!(self.bug, Bug::Untidy | Bug::NoIntent) {
            self.write(json!({"entry": "landed", "seq": self.seq})).await;
        }
    }

    async fn turn(&mut self, percent: u8) {
        let between = |percent| Weights::between(OLD, NEW, Weight::new(percent).unwrap());
        let (expected, weights) = (between(self.weight), between(percent));
        self.ask(json!({"weights": {"rule": "rule", "weights": weights}})).await;
        let (epoch, seq) = (self.epoch, self.seq);
        let order = WeightOrder { rule: "rule".to_owned(), weights, expected, epoch, seq };
        // A refused order is the world's answer to some of the bad engines.
        let _ = self.me.set_weights(&order).await;
        while !self.me.rule("rule").await.unwrap().settled {
            self.wait(2).await;
        }
        self.weight = percent;
        self.land().await;
    }

    async fn scale(&mut self, fleet: &str, replicas: u32) {
        self.ask(json!({"replicas": {"fleet": fleet, "replicas": replicas}})).await;
        let (fleet, epoch, seq) = (fleet.to_owned(), self.epoch, self.seq);
        let _ = self.me.scale(&ScaleOrder { fleet, replicas, epoch, seq }).await;
        self.land().await;
    }

    async fn job(&mut self, job: &str, enabled: bool) {
        self.ask(json!({"job": {"job": job, "enabled": enabled}})).await;
        let (job, epoch, seq) = (job.to_owned(), self.epoch, self.seq);
        let _ = self.me.set_job(&JobOrder { job, enabled, epoch, seq }).await;
        self.land().await;
    }

    async fn groups(&self) -> [GroupSeen; 2] {
        [self.me.group(OLD).await.unwrap(), self.me.group(NEW).await.unwrap()]
    }

    /// Six ticks of five seconds with fresh requests on both sides, once the weight is served.
    async fn observe(&mut self) {
        if self.bug == Bug::NoSoak {
            return;
        }
        self.wait(120).await;
        let mut last = self.groups().await;
        let mut ticks = 0;
        while ticks < 6 {
            self.wait(5).await;
            let seen = self.groups().await;
            let fresh = |side: usize| seen[side].counts.ended() > last[side].counts.ended();
            if fresh(0) && fresh(1) {
                ticks += 1;
                last = seen;
            }
        }
    }

    async fn said(&mut self, by: &str, what: &str) {
        self.write(json!({"entry": "said", "by": by, "what": what})).await;
    }

    async fn phase(&mut self, to: &str) {
        self.write(json!({"entry": "phase", "to": to})).await;
    }

    /// The whole way.
    pub(crate) async fn cross(mut self) {
        if self.bug == Bug::Greedy {
            self.scale(NEW_FLEET, 9).await;
        }
        while self.bug != Bug::Blind && self.groups().await[1].healthy < 2 {
            self.wait(5).await;
        }
        let steps: &[u8] = if self.bug == Bug::Leap { &[10, 100] } else { &[10, 50, 100] };
        for (index, percent) in steps.iter().enumerate() {
            self.turn(*percent).await;
            if *percent < 100 {
                self.observe().await;
            }
            if index == 0 && self.bug == Bug::Mumble {
                self.turn(0).await;
            }
            if index == 0 && self.bug == Bug::Undecided {
                self.phase("rollingBack").await;
            }
        }
        self.finish().await;
    }

    /// What a successor does that finds a step under way and trusts nothing: all of it back.
    pub(crate) async fn go_back(mut self) {
        let records = self.me.read("shift/shop").await.unwrap();
        let asked = records.iter().filter(|record| record.body["entry"] == "asked");
        self.seq = asked.count() as u64;
        if self.seq > 0 {
            self.write(json!({"entry": "abandoned", "seq": self.seq})).await;
        }
        self.phase("rollingBack").await;
        self.turn(0).await;
        self.wait(600).await;
        self.write(json!({"entry": "rolledBack"})).await;
    }

    async fn finish(mut self) {
        if self.bug == Bug::Hasty {
            self.scale(OLD_FLEET, 0).await;
        }
        let first = if self.bug == Bug::TwoOwners { (NEW_JOB, true) } else { (OLD_JOB, false) };
        let second = if self.bug == Bug::TwoOwners { (OLD_JOB, false) } else { (NEW_JOB, true) };
        for (job, enabled) in [first, second] {
            self.job(job, enabled).await;
            while self.me.job(OLD_JOB).await.unwrap().running > 0 {
                self.wait(5).await;
            }
        }
        self.wait(2_000).await;
        let approver = if self.bug == Bug::SelfApproved { "kim" } else { "lee" };
        self.phase("approve").await;
        self.said(approver, "approve").await;
        self.phase("decommission").await;
        if self.bug == Bug::SecondThoughts {
            self.turn(50).await;
        }
        self.scale(OLD_FLEET, 0).await;
        self.wait(400).await;
        if self.bug != Bug::Forgetful {
            self.write(json!({"entry": "done"})).await;
        }
    }
}
