//! Stickiness of a rule: a client stays with the target group that it got first.
//!
//! As with an ALB, the cookie comes before the weights: a group of weight 0 keeps the clients that
//! it has. A cookie whose group has no healthy target, or is not in the rule any more, is passed
//! over.

use std::sync::Arc;

use hyper::HeaderMap;
use hyper::header::{COOKIE, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::action::Stickiness;
use super::group::Group;
use super::table::Table;

/// What a cookie's name may not hold (RFC 6265 §4.1.1), though a listener's may.
const OUTSIDE: &AsciiSet = &CONTROLS.add(b':').add(b'/');

/// Begins the name of each cookie; the name of the rule ends it.
const NAME: &str = "SEGUETG-";

/// The stickiness of one rule.
#[derive(Debug)]
pub(super) struct Sticky {
    name: String,
    secs: u32,
}

impl Sticky {
    /// That of `rule`, whose cookie is its own.
    pub(super) fn new(rule: &str, stickiness: &Stickiness) -> Self {
        let rule = utf8_percent_encode(rule, OUTSIDE);
        Self { name: format!("{NAME}{rule}"), secs: stickiness.duration_seconds }
    }

    /// The group that a client has a cookie of, if it may still get requests.
    pub(super) fn group(&self, headers: &HeaderMap, table: &Table) -> Option<Arc<Group>> {
        let sent = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = sent.flat_map(|value| value.split(';'));
        let ours = pairs.filter_map(|pair| pair.trim().split_once('='));
        let mut values = ours.filter(|(name, _)| *name == self.name).map(|(_, value)| value);
        values.find_map(|value| {
            let group = table.groups().iter().find(|group| self.value(group) == value)?;
            group.has_healthy().then(|| Arc::clone(group))
        })
    }

    /// The cookie that goes with an answer of `group`; each answer begins its time anew.
    pub(super) fn cookie(&self, group: &Group) -> Option<HeaderValue> {
        let Self { name, secs } = self;
        let value = self.value(group);
        let text = format!("{name}={value}; Max-Age={secs}; Path=/; HttpOnly");
        HeaderValue::try_from(text).ok()
    }

    /// What stands for a group (FNV-1a): the same after a restart, and not its name, which is
    /// nobody's business. It is no secret: who guesses it gets to a group of the rule.
    fn value(&self, group: &Group) -> String {
        let bytes = self.name.bytes().chain([b'/']).chain(group.name.bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_has_a_name_that_a_client_takes() {
        let stickiness = Stickiness { duration_seconds: 60 };
        assert_eq!(Sticky::new("shop.split", &stickiness).name, "SEGUETG-shop.split");
        assert_eq!(Sticky::new("team/public:80", &stickiness).name, "SEGUETG-team%2Fpublic%3A80");
    }
}
