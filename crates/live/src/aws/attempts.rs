//! What follows an attempt that failed: another one and when, or a fault with its code.

use std::time::Duration;

use jiff::Timestamp;
use model::Reason;
use model::code::{Code, aws as code};
use model::ports::{Call, Fault};
use serde_json::Value;

use super::credentials::Secrets;
use super::operations::{Operation, Service};
use super::refusal::{Refusal, Sort};
use super::transport::NoAnswer;
use crate::limits::{
    AWS_BACK_OFF_FIRST, AWS_BACK_OFF_MAX, AWS_LOOKUPS_MAX, AWS_THROTTLED_MAX, AWS_TRIES_MAX,
};

/// When a caller may ask again after a fault that may pass.
const LATER: Duration = Duration::from_secs(30);

/// What went wrong with an attempt.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The service says no. `ahead` is by how many seconds its clock is ahead of the signature.
    Refused {
        refusal: Refusal,
        ahead: Option<i64>,
    },
    NoAnswer(NoAnswer),
}

/// What to do then.
#[derive(Debug)]
pub(super) enum Next {
    /// Ask again at this time.
    Wait(Timestamp),
    /// The same, and ask the service less often from now on.
    SlowDown(Timestamp),
    /// Add seconds to the time of signatures, then ask again.
    Correct(i64),
    /// Fetch fresh credentials, then ask again.
    Renew,
    GiveUp(Fault),
}

/// The attempts of one call.
pub(super) struct Attempts<'a> {
    service: &'static Service,
    call: &'a Call,
    endpoint: &'a str,
    /// It may be carried out twice without harm.
    repeatable: bool,
    begun: Timestamp,
    made: u32,
    /// Attempts that met something else than throttling.
    failed: u32,
    corrected: bool,
    renewed: bool,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(
        service: &'static Service,
        operation: &'static Operation,
        call: &'a Call,
        endpoint: &'a str,
        now: Timestamp,
    ) -> Self {
        let token = operation.token.and_then(|name| call.request.get(name));
        let repeatable = operation.reads || token.is_some_and(Value::is_string);
        Self {
            service,
            call,
            endpoint,
            repeatable,
            begun: now,
            made: 1,
            failed: 0,
            corrected: false,
            renewed: false,
        }
    }

    /// Which attempt is under way, from 1.
    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// What follows `trouble` at `now`.
    pub(super) fn next(&mut self, trouble: Trouble, now: Timestamp, secrets: &Secrets) -> Next {
        let next = match trouble {
            Trouble::NoAnswer(none) => self.after_none(&none, now, secrets),
            Trouble::Refused { refusal, ahead } => {
                self.after_refusal(&refusal, ahead, now, secrets)
            }
        };
        self.made = self.made.saturating_add(1);
        next
    }

    fn after_none(&mut self, none: &NoAnswer, now: Timestamp, secrets: &Secrets) -> Next {
        self.failed += 1;
        let (unsent, cause) = match none {
            // A resolver may stumble once; a misspelt region never gets an address.
            NoAnswer::Host(cause) if self.failed >= AWS_LOOKUPS_MAX => {
                return Next::GiveUp(self.no_host(cause));
            }
            NoAnswer::Host(cause) | NoAnswer::Connection(cause) => (true, cause),
            NoAnswer::Lost(cause) => (false, cause),
        };
        if (unsent || self.repeatable) && self.failed < AWS_TRIES_MAX {
            return Next::Wait(back_off(self.failed, now));
        }
        let reason = self.reason(&code::NO_ANSWER).with("cause", secrets.struck(cause));
        Next::GiveUp(Fault::after(LATER, reason))
    }

    fn after_refusal(
        &mut self,
        refusal: &Refusal,
        ahead: Option<i64>,
        now: Timestamp,
        secrets: &Secrets,
    ) -> Next {
        let shown = refusal.shown(secrets);
        let reason = |this: &Self, code| {
            this.reason(code)
                .with("cause", &shown)
                .with("awsCode", &refusal.code)
                .with("status", refusal.status)
        };
        let waited = now.duration_since(self.begun).as_secs();
        match refusal.sort(ahead) {
            Sort::Throttled if waited < AWS_THROTTLED_MAX.as_secs().cast_signed() => {
                let throttled = self.made.saturating_sub(self.failed);
                Next::SlowDown(back_off(throttled, now))
            }
            Sort::Throttled => {
                let reason = reason(self, &code::THROTTLED).with("waited", waited);
                Next::GiveUp(Fault::after(LATER, reason))
            }
            Sort::Expired if !self.renewed => {
                self.renewed = true;
                Next::Renew
            }
            Sort::Expired => Next::GiveUp(Fault::never(reason(self, &code::EXPIRED))),
            Sort::Clock => {
                if let Some(seconds) = ahead.filter(|_| !self.corrected) {
                    self.corrected = true;
                    return Next::Correct(seconds);
                }
                let seconds = ahead.map_or_else(|| "some".to_owned(), |s| s.to_string());
                let reason = reason(self, &code::CLOCK_OFF).with("seconds", seconds);
                Next::GiveUp(Fault::never(reason))
            }
            Sort::Failed if self.repeatable && self.failed + 1 < AWS_TRIES_MAX => {
                self.failed += 1;
                Next::Wait(back_off(self.failed, now))
            }
            Sort::Failed => Next::GiveUp(Fault::after(LATER, reason(self, &code::FAILED))),
            Sort::Denied => {
                let principal = refusal.principal().unwrap_or("the caller");
                let reason = reason(self, &code::ACCESS_DENIED).with("principal", principal);
                Next::GiveUp(Fault::never(reason))
            }
            Sort::Unknown => Next::GiveUp(Fault::never(reason(self, &code::REFUSED_CREDENTIALS))),
            Sort::Refused => Next::GiveUp(Fault::never(reason(self, &code::REFUSED))),
        }
    }

    fn reason(&self, code: &'static Code) -> Reason {
        Reason::new(code)
            .with("service", self.service.name)
            .with("operation", &self.call.operation)
            .with("endpoint", self.endpoint)
    }

    fn no_host(&self, cause: &str) -> Fault {
        let host = self.endpoint.split_once("://").map_or(self.endpoint, |(_, host)| host);
        // A port is not part of the name.
        let host = host.split(':').next().unwrap_or(host);
        let region = host.split('.').find(|part| part.matches('-').count() >= 2);
        let reason = self.reason(&code::NO_HOST).with("host", host).with("cause", cause);
        Fault::after(LATER, reason.with("region", region.unwrap_or("none in the name")))
    }

    /// The answer is no answer.
    pub(super) fn malformed(&self, cause: &str) -> Fault {
        Fault::never(self.reason(&code::MALFORMED).with("cause", cause))
    }

    /// There are no fresh credentials.
    pub(super) fn expired(&self, cause: &str) -> Fault {
        Fault::never(self.reason(&code::EXPIRED).with("cause", cause))
    }
}

/// Full jitter: anywhere between now and a bound that doubles, so that callers that were
/// refused together do not come back together.
fn back_off(attempt: u32, now: Timestamp) -> Timestamp {
    let doublings = attempt.saturating_sub(1).min(16);
    let bound = AWS_BACK_OFF_FIRST.saturating_mul(1 << doublings).min(AWS_BACK_OFF_MAX);
    let millis = fastrand::u64(0..=u64::try_from(bound.as_millis()).unwrap_or(0));
    now.checked_add(Duration::from_millis(millis)).unwrap_or(now)
}
