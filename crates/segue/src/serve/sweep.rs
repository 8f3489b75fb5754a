//! The loop of a scan: ask what the sweep wants, keep each answer, until nothing is left.
//!
//! Services are asked side by side, each with a few calls under way; how fast is a matter of
//! whoever implements the port. An answer is kept before the sweep hears of it, so that whatever
//! ends the loop, nothing that was answered is lost.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use migrate::input::snapshot::Why;
use migrate::sweep::{Ask, Outcome, Sweep, Weight, operation};
use model::Reason;
use model::code::aws as code;
use model::code::{ErrorKind, Kind};
use model::ports::{Aws, Fault};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

/// Calls under way at most, all services together.
const IN_FLIGHT_MAX: usize = 32;
/// Calls under way at most to one service: more than its rate times its usual answer time.
const IN_FLIGHT_SERVICE_MAX: usize = 8;
/// How long calls under way may take when the scan is told to stop.
const STOP_WAIT: Duration = Duration::from_secs(10);
/// Time between two reports of where the scan stands.
const REPORT_EVERY: Duration = Duration::from_millis(200);

/// Where one service stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Calls with an answer, or with none for good.
    pub done: usize,
    /// Calls still to make or under way, as far as is known.
    pub open: usize,
    /// Calls that were not allowed or went wrong.
    pub refused: usize,
}

/// Where every service stands, by its IAM prefix.
pub type Progress = BTreeMap<String, Standing>;

/// Why a scan ended before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody asked for it.
    Interrupted,
    /// It cannot go on.
    Because(Reason),
}

/// Who hears of the scan.
pub trait Listener {
    /// Keeps an answer for good; called before the sweep goes on from it.
    fn answered(&mut self, ask: &Ask, answer: &Value) -> Result<(), Reason>;
    /// A call without an answer, which the scan does without.
    fn refused(&mut self, ask: &Ask, why: Why, because: &Reason);
    /// Where the scan stands: some times a second, and at the end.
    fn progress(&mut self, progress: &Progress);
}

/// Asks everything that `sweep` wants.
pub async fn run<A: Aws + Send + Sync + 'static>(
    aws: &Arc<A>,
    sweep: &mut Sweep,
    listener: &mut impl Listener,
    stop: &CancellationToken,
) -> Result<(), Stopped> {
    let mut turn = Turn::default();
    let mut ticks = interval(REPORT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        for ask in sweep.due() {
            turn.queue(ask);
        }
        turn.send(aws);
        if turn.calls.is_empty() {
            listener.progress(&turn.progress);
            return Ok(());
        }
        let ended = tokio::select! {
            () = stop.cancelled() => {
                turn.wind_up(sweep, listener).await;
                return Err(Stopped::Interrupted);
            }
            _ = ticks.tick() => {
                listener.progress(&turn.progress);
                continue;
            }
            ended = turn.calls.join_next() => ended,
        };
        // A call that panicked or was aborted counts as never made: it is asked again next time.
        let Some(Ok((ask, result))) = ended else { continue };
        if let Err(because) = turn.settle(&ask, result, sweep, listener) {
            turn.wind_up(sweep, listener).await;
            return Err(Stopped::Because(because));
        }
    }
}

/// What is under way.
#[derive(Default)]
struct Turn {
    waiting: BTreeMap<String, VecDeque<Ask>>,
    under_way: BTreeMap<String, usize>,
    calls: JoinSet<(Ask, Result<Value, Fault>)>,
    progress: Progress,
}

impl Turn {
    fn queue(&mut self, ask: Ask) {
        let service = ask.call.service().to_owned();
        self.progress.entry(service.clone()).or_default().open += 1;
        self.waiting.entry(service).or_default().push_back(ask);
    }

    /// Starts calls as far as the bounds allow, the services in turn.
    fn send<A: Aws + Send + Sync + 'static>(&mut self, aws: &Arc<A>) {
        let mut sent = true;
        while sent {
            sent = false;
            for (service, waiting) in &mut self.waiting {
                let under_way = self.under_way.entry(service.clone()).or_default();
                if self.calls.len() >= IN_FLIGHT_MAX || *under_way >= IN_FLIGHT_SERVICE_MAX {
                    continue;
                }
                let Some(ask) = waiting.pop_front() else { continue };
                *under_way += 1;
                sent = true;
                let aws = Arc::clone(aws);
                self.calls.spawn(async move {
                    let result = aws.call(&ask.call).await;
                    (ask, result)
                });
            }
        }
    }

    /// Takes in the end of one call.
    fn settle(
        &mut self,
        ask: &Ask,
        result: Result<Value, Fault>,
        sweep: &mut Sweep,
        listener: &mut impl Listener,
    ) -> Result<(), Reason> {
        let service = ask.call.service();
        if let Some(under_way) = self.under_way.get_mut(service) {
            *under_way = under_way.saturating_sub(1);
        }
        let standing = self.progress.entry(service.to_owned()).or_default();
        let outcome = match result {
            Ok(answer) => {
                listener.answered(ask, &answer)?;
                Outcome::Answered(answer)
            }
            Err(fault) => {
                let why = bearable(ask, &fault).ok_or_else(|| stopped(ask, sweep, &fault))?;
                listener.refused(ask, why, &fault.because);
                standing.refused += 1;
                Outcome::Refused
            }
        };
        standing.done += 1;
        standing.open = standing.open.saturating_sub(1);
        sweep.take(&ask.path, outcome);
        Ok(())
    }

    /// Keeps what still comes in of the calls under way, for a while.
    async fn wind_up(&mut self, sweep: &mut Sweep, listener: &mut impl Listener) {
        let _ = timeout(STOP_WAIT, async {
            while let Some(ended) = self.calls.join_next().await {
                if let Ok((ask, Ok(answer))) = ended {
                    // The scan ends with another reason already.
                    let _ = self.settle(&ask, Ok(answer), sweep, listener);
                }
            }
        })
        .await;
        listener.progress(&self.progress);
    }
}

/// Whether the scan can do without this answer, and why there is none.
fn bearable(ask: &Ask, fault: &Fault) -> Option<Why> {
    let id = fault.because.code.id;
    if id == code::ACCESS_DENIED.id {
        return Some(Why::Denied);
    }
    // Something was deleted while the scan ran, or the account has not turned it on.
    if id == code::REFUSED.id {
        return Some(Why::Failed);
    }
    let momentary = [code::NO_ANSWER.id, code::THROTTLED.id, code::CLOCK_OFF.id].contains(&id);
    let login = matches!(
        fault.because.code.kind,
        Kind::Error(ErrorKind::Denied | ErrorKind::Usage | ErrorKind::Config)
    );
    let core = operation(&ask.call.operation).is_none_or(|known| known.weight == Weight::Core);
    (!momentary && !login && !core).then_some(Why::Failed)
}

fn stopped(ask: &Ask, sweep: &Sweep, fault: &Fault) -> Reason {
    // What a login needs is said in its own words, with its own exit code.
    if matches!(fault.because.code.kind, Kind::Error(ErrorKind::Denied | ErrorKind::Config)) {
        return fault.because.clone();
    }
    let place = sweep.place();
    Reason::new(&code::SCAN_STOPPED)
        .with("operation", &ask.call.operation)
        .with("account", &place.account)
        .with("region", &place.region)
        .with("cause", &fault.because)
        .with("answers", sweep.answered().count())
}

#[cfg(test)]
mod tests;
