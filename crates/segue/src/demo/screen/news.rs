//! What the screen is told, and who tells it.

use std::net::SocketAddr;
use std::path::PathBuf;

use live::Tally;
use model::Reason;
use tokio::sync::mpsc;

use crate::demo::account::Account;
use crate::serve::book::ShiftStatus;

/// News that may wait for the screen; more are dropped, since the screen is not the record.
const NEWS_MAX: usize = 1_024;

/// One piece of news.
pub(in crate::demo) enum News {
    /// What an earlier run has left was put aside, here.
    Aside(PathBuf),
    /// The balancer and the console serve; which port of the balancer was asked for.
    Serving { front: SocketAddr, console: SocketAddr, wished: Option<u16> },
    /// A fleet answers its health checks.
    Up { side: &'static str, addresses: Vec<SocketAddr> },
    /// What the person of the demo does, and why.
    Did(String),
    /// The shift as it stands, and what the prober has counted where that is known.
    Shift { shift: Box<ShiftStatus>, tally: Option<Box<Tally>> },
    /// A ledger was written.
    Ledger(PathBuf),
    /// Something failed; it is tried again, or the end follows.
    Fault(Reason),
    /// The crossing has ended.
    Ended(Box<Account>),
    /// It goes on serving.
    ServingOn { front: SocketAddr, console: SocketAddr },
    /// Requests since then.
    Since { sent: u64, lost: u64 },
    /// The end was asked for.
    Stopping,
    /// Everything has ended.
    Stopped,
}

/// Tells the screen; one that cannot keep up misses something.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Teller(mpsc::Sender<News>);

impl Teller {
    /// A teller, and what it tells.
    pub(in crate::demo) fn new() -> (Self, mpsc::Receiver<News>) {
        let (news, incoming) = mpsc::channel(NEWS_MAX);
        (Self(news), incoming)
    }

    /// Tells it.
    pub(in crate::demo) fn say(&self, news: News) {
        let _ = self.0.try_send(news);
    }
}
