//! Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends at once.

use model::Reason;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::runtime::unstarted;

/// What the signals have asked for so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt {
    /// An orderly end.
    pub(crate) stop: CancellationToken,
    /// An end at once.
    pub(crate) at_once: CancellationToken,
}

/// Listens from now on, as long as the runtime lives.
pub(crate) fn listen() -> Result<Interrupt, Reason> {
    let interrupt = Interrupt::default();
    let signals = (heard(SignalKind::interrupt())?, heard(SignalKind::terminate())?);
    tokio::spawn(wait(signals, interrupt.clone()));
    Ok(interrupt)
}

async fn wait((mut interrupts, mut terminations): (Signal, Signal), interrupt: Interrupt) {
    for ask in [&interrupt.stop, &interrupt.at_once] {
        tokio::select! {
            _ = interrupts.recv() => {}
            _ = terminations.recv() => {}
        }
        ask.cancel();
    }
}

/// From now on a closed terminal asks for an orderly end too.
pub(crate) fn hang_up(interrupt: &Interrupt) -> Result<(), Reason> {
    let mut closed = heard(SignalKind::hangup())?;
    let stop = interrupt.stop.clone();
    tokio::spawn(async move {
        closed.recv().await;
        stop.cancel();
    });
    Ok(())
}

/// A signal of this kind, from now on.
pub(super) fn heard(kind: SignalKind) -> Result<Signal, Reason> {
    signal(kind).map_err(|source| unstarted("the signals", source))
}
