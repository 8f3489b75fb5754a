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
use endpoint::Endpoints;
use operations::{Operation, Service};
use pace::Slots;
use trace::Trace;
use transport::Transport;

pub use endpoint::Named;
pub use operations::known;
pub use settings::{GivenKeys, Keys, Pace, Settings};
pub use trace::Sent;

/// A client for one account and region.
#[derive(Debug)]
pub struct Client<C> {
    clock: C,
    region: String,
    endpoints: Endpoints,
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
        let mut region = settings.region.clone();
        let mut endpoints = settings.endpoint_url.as_deref().map(Endpoints::given).transpose()?;
        // Asking the chain may ask the network, so it is left out where nothing is open.
        if region.is_none() || settings.keys.is_none() {
            let found = credentials::load(&settings).await;
            region = region.or_else(|| found.region().map(ToString::to_string));
            if endpoints.is_none() {
                endpoints = Some(Endpoints::of_settings(&found)?);
            }
        }
        let region = region.ok_or_else(|| Fault::never(Reason::new(&code::NO_REGION)))?;
        let region = endpoint::region(&region)?.to_owned();
        // So that fetching credentials anew does not look for the region anew.
        let settings = Settings { region: Some(region.clone()), ..settings };
        let client = Self {
            region,
            endpoints: endpoints.unwrap_or_default(),
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

    /// Where each service is asked, by its IAM prefix, and who says so.
    pub fn endpoints(&self) -> BTreeMap<&'static str, (String, Named)> {
        let of = |service: &'static Service| {
            let url = self.endpoints.of(service, &self.region).url;
            (service.name, (url, self.endpoints.named(service)))
        };
        operations::services().map(of).collect()
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
        let at = self.endpoints.of(service, &self.region);
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
