//! The port `Aws` for real: one thin client for every service, by the protocol that each speaks.
//!
//! There is no code for single operations. A table that is made from AWS's own models says how each
//! is spelled on the wire; the client signs, paces, retries and turns answers into JSON under the
//! names of the model. It decides nothing and keeps no answer.
//!
//! **Invariant:** a call that changes something is repeated only if AWS surely did not carry it out
//! (it was refused, or never sent), or if it names a token by which AWS knows the repetition. What
//! else became of it is found out by reading, not by asking again.

mod attempts;
mod credentials;
mod endpoint;
mod operations;
mod pace;
mod protocol;
mod refusal;
mod settings;
mod sign;
mod time;
mod trace;
mod transport;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use model::Reason;
use model::code::aws as code;
use model::ports::{Aws, Call, Clock, Fault};
use serde_json::Value;

use attempts::{Attempts, Next, Trouble};
use credentials::{Secrets, Source};
use operations::{Operation, Service};
use pace::Slots;
use trace::Trace;
use transport::Transport;

pub use operations::{known, next_page};
pub use settings::{GivenKeys, Keys, Pace, Settings};
pub use trace::Sent;

/// A client for one account and region.
#[derive(Debug)]
pub struct Client<C> {
    clock: C,
    region: String,
    endpoint: Option<String>,
    transport: Transport,
    credentials: Source,
    slots: Slots,
    /// Seconds by which the services' clock is ahead of ours.
    skew: AtomicI64,
    trace: Trace,
}

impl<C: Clock> Client<C> {
    /// A client with the credentials and the region that `settings`, the environment and the
    /// shared files of the AWS CLI give. Sends nothing but what fetching credentials takes.
    pub async fn new(settings: Settings, clock: C) -> Result<Self, Fault> {
        // Asking the chain may ask the network, so it is left out where nothing is open.
        let whole = settings.region.is_some() && settings.keys.is_some();
        let (mut region, mut url) = (settings.region.clone(), settings.endpoint_url.clone());
        if !whole {
            let found = credentials::load(&settings).await;
            region = region.or_else(|| found.region().map(ToString::to_string));
            url = url.or_else(|| found.endpoint_url().map(str::to_owned));
        }
        let region = region.ok_or_else(|| Fault::never(Reason::new(&code::NO_REGION)))?;
        let region = endpoint::region(&region)?.to_owned();
        // So that fetching credentials anew does not look for the region anew.
        let settings = Settings { region: Some(region.clone()), ..settings };
        let client = Self {
            region,
            endpoint: url.as_deref().map(endpoint::given).transpose()?,
            slots: Slots::new(settings.pace.clone()),
            skew: AtomicI64::new(0),
            trace: Trace::new(settings.trace),
            credentials: Source::new(settings),
            transport: Transport::new(),
            clock,
        };
        // At once, so that a missing login is said before anything else.
        client.credentials.current(client.time().into()).await?;
        Ok(client)
    }

    /// The region that calls go to, `ap-northeast-2`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Requests sent so far by operation (`ecs:DescribeServices`), repetitions among them.
    pub fn sent(&self) -> BTreeMap<String, u64> {
        self.trace.counts()
    }

    /// Every request so far in order, if [`Settings::trace`] asked for it; the last 10,000.
    pub fn trace(&self) -> Vec<Sent> {
        self.trace.requests()
    }

    /// Seconds by which the services' clock was found to be ahead of this machine's; 0 until a
    /// service refused our time.
    pub fn clock_offset_secs(&self) -> i64 {
        self.skew.load(Ordering::Relaxed)
    }

    /// The time as AWS has it.
    fn time(&self) -> Timestamp {
        let now = self.clock.now();
        let skew = SignedDuration::from_secs(self.clock_offset_secs());
        now.checked_add(skew).unwrap_or(now)
    }

    /// Sends until there is an answer, or no hope for one.
    async fn ask(
        &self,
        service: &'static Service,
        operation: &'static Operation,
        call: &Call,
    ) -> Result<Value, Fault> {
        let wire = protocol::encode(service, operation, &call.request).map_err(|cause| {
            let reason = Reason::new(&code::BAD_REQUEST);
            Fault::never(reason.with("operation", &call.operation).with("cause", cause))
        })?;
        let at = endpoint::of(service, &self.region, self.endpoint.as_deref());
        let mut attempts = Attempts::new(service, operation, call, &at.url, self.clock.now());
        loop {
            self.clock.sleep_until(self.slots.take(service.name, self.clock.now())).await;
            let keys = self.credentials.current(self.time().into()).await?;
            let secrets = Secrets::in_keys(&keys);
            let time = self.time();
            let outcome = match sign::signed(&wire, &at, service.signing, &keys, time.into()) {
                Ok(request) => self.transport.send(request).await,
                Err(cause) => return Err(attempts.malformed(&secrets.struck(&cause))),
            };
            let trouble = match outcome {
                Ok(reply) if (200..300).contains(&reply.status) => {
                    self.trace.note(call, attempts.made(), reply.status, "", time);
                    self.slots.answered(service.name, self.clock.now());
                    return protocol::decode(service, operation, &reply)
                        .map_err(|cause| attempts.malformed(&cause));
                }
                Ok(reply) => {
                    let refusal = protocol::refusal(service, &reply);
                    self.trace.note(call, attempts.made(), reply.status, &refusal.code, time);
                    Trouble::Refused { refusal, ahead: ahead(&reply, time) }
                }
                Err(none) => {
                    self.trace.note(call, attempts.made(), 0, "", time);
                    Trouble::NoAnswer(none)
                }
            };
            match attempts.next(trouble, self.clock.now(), &secrets) {
                Next::Wait(until) => self.clock.sleep_until(until).await,
                Next::SlowDown(until) => {
                    self.slots.throttled(service.name, self.clock.now());
                    self.clock.sleep_until(until).await;
                }
                Next::Correct(seconds) => {
                    let _ = self.skew.fetch_add(seconds, Ordering::Relaxed);
                }
                Next::Renew => {
                    let renewed = self.credentials.after(&keys).await;
                    renewed.map_err(|cause| attempts.expired(&cause))?;
                }
                Next::GiveUp(fault) => return Err(fault),
            }
        }
    }
}

/// Seconds by which the service's clock is ahead of the signature's.
fn ahead(reply: &protocol::Reply, signed: Timestamp) -> Option<i64> {
    let theirs = time::of_http(reply.header("date")?)?;
    Some(theirs.as_second().saturating_sub(signed.as_second()))
}

impl<C: Clock> Aws for Client<C> {
    async fn call(&self, call: &Call) -> Result<Value, Fault> {
        match operations::find(call) {
            Some((service, operation)) => self.ask(service, operation, call).await,
            None => Err(Fault::never(
                Reason::new(&code::NO_OPERATION).with("operation", &call.operation),
            )),
        }
    }
}
