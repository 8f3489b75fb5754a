//! A book that tells the story: it goes on when somebody promotes, and back when somebody aborts.

use std::sync::{Mutex, PoisonError};

use model::Reason;
use model::code::traffic as code;
use segue::serve::book::{
    Act, Book, Decision, Fate, HeldStatus, Overview, ShiftStatus, Standing, WorkloadStatus,
};
use tokio::sync::watch;
use traffic::Deed;

use super::{at, ended, status};

/// Shares of the story, in order.
const SHARES: [u8; 5] = [1, 5, 25, 50, 100];
/// The shift that people act upon.
pub(crate) const NAME: &str = "checkout-prod";

/// The story so far.
pub(crate) struct Story {
    inner: Mutex<Inner>,
    bell: watch::Sender<u64>,
}

struct Inner {
    shift: ShiftStatus,
    said: Vec<(String, String)>,
}

impl Story {
    /// At 25 percent.
    pub(crate) fn new() -> Self {
        let inner = Inner { shift: status(400, 25), said: Vec::new() };
        Self { inner: Mutex::new(inner), bell: watch::Sender::new(0) }
    }

    /// What was said to the book, by whom.
    pub(crate) fn said(&self) -> Vec<(String, String)> {
        self.inner().said.clone()
    }

    /// Something else is so from now on.
    pub(crate) fn change(&self, change: impl FnOnce(&mut ShiftStatus)) {
        change(&mut self.inner().shift);
        self.bell.send_modify(|count| *count += 1);
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, by: &str, what: &str) {
        self.inner().said.push((by.to_owned(), what.to_owned()));
    }
}

impl Book for Story {
    fn overview(&self) -> Overview {
        let shift = self.inner().shift.clone();
        let workload = |name: &str, ready| WorkloadStatus {
            name: format!("deployment/{name}"),
            wanted: 3,
            ready,
            restarts: 3 - ready,
        };
        Overview {
            at: at(412),
            since: at(-3_600),
            repository: "config".to_owned(),
            world: "local".to_owned(),
            shifts: [vec![shift], others()].concat(),
            workloads: vec![workload("checkout", 3), workload("mail", 2)],
            held: vec![HeldStatus {
                what: "cronjob/report".to_owned(),
                because: Reason::new(&code::NO_JOB).with("job", "cronjob/report"),
            }],
        }
    }

    fn shift(&self, name: &str) -> Option<ShiftStatus> {
        self.overview().shifts.into_iter().find(|shift| shift.name == name)
    }

    fn changes(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    async fn activity(&self, limit: usize) -> Result<Vec<Act>, Reason> {
        let shift = self.inner().shift.clone();
        let act = |moment: &segue::serve::book::Moment| Act {
            at: moment.at,
            by: moment.by.clone(),
            subject: format!("shift/{NAME}"),
            what: moment.what.clone(),
            because: moment.because.clone(),
        };
        Ok(shift.history.iter().rev().take(limit).map(act).collect())
    }

    async fn start(&self, _shift: &str, by: &str) -> Result<(), Reason> {
        self.note(by, "start");
        self.change(|shift| *shift = status(30, 1));
        Ok(())
    }

    async fn say(&self, _shift: &str, by: &str, what: Deed) -> Result<(), Reason> {
        self.note(by, &format!("{what:?}").to_lowercase());
        self.change(|shift| match what {
            Deed::Pause => {
                shift.paused = true;
                shift.fate = Fate::Paused;
            }
            Deed::Resume => {
                shift.paused = false;
                shift.fate = Fate::Running;
            }
            Deed::Promote => promote(shift),
            Deed::Abort => abort(shift, by),
            Deed::Approve => *shift = ended(),
        });
        Ok(())
    }

    async fn adopt(&self, _shift: &str, by: &str) -> Result<(), Reason> {
        self.note(by, "adopt");
        self.change(|shift| shift.fate = Fate::Running);
        Ok(())
    }
}

fn promote(shift: &mut ShiftStatus) {
    let next = SHARES.into_iter().find(|share| *share > shift.weights.asked);
    if let Some(share) = next {
        *shift = status(400 + i64::from(share), share);
    } else {
        "approve".clone_into(&mut shift.phase);
        shift.fate = Fate::Waiting;
        shift.next = Some(Decision { what: "a second person approves".to_owned(), at: None });
    }
}

fn abort(shift: &mut ShiftStatus, by: &str) {
    *shift = status(500, 0);
    shift.fate = Fate::RolledBack;
    "rolledBack".clone_into(&mut shift.phase);
    shift.because = Some(Reason::new(&code::ABORTED).with("by", by));
    shift.next = None;
    shift.held = Vec::new();
}

/// Shifts in every other state.
fn others() -> Vec<ShiftStatus> {
    let other = |name: &str, share, fate, phase: &str| {
        let mut shift = status(400, share);
        name.clone_into(&mut shift.name);
        let (service, environment) = name.rsplit_once('-').unwrap();
        service.clone_into(&mut shift.service);
        environment.clone_into(&mut shift.environment);
        shift.fate = fate;
        phase.clone_into(&mut shift.phase);
        shift.paused = fate == Fate::Paused;
        shift.next = None;
        shift
    };
    let mut waiting = other("cart-prod", 100, Fate::Waiting, "approve");
    waiting.held = vec![Reason::new(&code::UNAPPROVED).with("author", "ada")];
    let mut frozen = other("search-prod", 50, Fate::Frozen, "frozen");
    frozen.held = Vec::new();
    frozen.because = Some(
        Reason::new(&code::FOREIGN)
            .with("rule", "front")
            .with("found", "new 90 %")
            .with("expected", "new 50 %"),
    );
    let mut back = other("mail-stag", 0, Fate::RolledBack, "rolledBack");
    back.held = Vec::new();
    back.because = Some(
        Reason::new(&code::ERRORS).with("failed", 6).with("requests", 60).with("floor", "1 %"),
    );
    let mut planned = other("강의-dev", 0, Fate::Planned, "planned");
    planned.began = None;
    planned.because = None;
    planned.held = Vec::new();
    planned.history = Vec::new();
    planned.series = Vec::new();
    planned.gates = Vec::new();
    planned.probes = None;
    for step in &mut planned.steps {
        step.standing = Standing::Ahead;
    }
    vec![waiting, frozen, back, planned, other("login-dev", 100, Fate::Done, "done")]
}
