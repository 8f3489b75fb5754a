//! What the screen is told.

use std::net::SocketAddr;

use live::{ProcessEvent, Tally};
use model::ports::Fault;
use model::{Plan, Reason};
use traffic::{Action, Entry};

use crate::demo::account::Account;
use crate::serve::shift::Turn;

/// One piece of news.
pub(in crate::demo) enum News {
    /// The balancer serves; the flag says whether on the port that was wished for.
    Serving { address: SocketAddr, wished: bool },
    /// The manifests were rendered: files written for it, kinds that are not played here.
    Manifests { written: Vec<String>, left: Vec<String> },
    /// Something happened to a process.
    Process(ProcessEvent),
    /// A fleet answers its health checks.
    Up { side: &'static str, addresses: Vec<SocketAddr> },
    /// The loop has turned.
    Turn { turn: Box<Turn>, tally: Box<Tally> },
    /// A remark.
    Note(Reason),
    /// Something failed; it is tried again, or the end follows.
    Fault(Reason),
    /// The crossing has ended.
    Ended(Box<Account>),
    /// The balancer goes on serving.
    ServingOn { address: SocketAddr },
    /// The end was asked for.
    Stopping,
    /// Everything has ended.
    Stopped,
}

impl News {
    /// News of one turn of the loop.
    pub(in crate::demo) fn turn(turn: Result<&Turn, &Fault>, tally: Tally) -> Self {
        match turn {
            Ok(turn) => Self::Turn { turn: Box::new(turn.clone()), tally: Box::new(tally) },
            Err(fault) => Self::Fault(fault.because.clone()),
        }
    }
}

/// How many roll backs a plan begins.
pub(in crate::demo) fn roll_backs(plan: &Plan<Action>) -> u32 {
    let begins = plan.steps.iter().any(|step| {
        matches!(&step.action, Action::Journal(Entry::Asked(intent)) if intent.is_roll_back())
    });
    u32::from(begins)
}
