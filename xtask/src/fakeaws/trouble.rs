//! Trouble that the fake makes on demand, each in the words that real AWS uses for it.

use super::answer::Refusal;
use super::wire::Protocol;
use std::ops::Range;
use std::time::Duration;

/// How the fake behaves. The default is an account without trouble.
///
/// Calls are counted from 0 in the order of their arrival, over all operations.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The region that it serves; that of the snapshot if it is not given.
    pub region: Option<String>,
    /// The port to listen at; a free one if it is not given.
    pub port: Option<u16>,
    /// The account has nothing in this region.
    pub empty: bool,
    /// No page holds more items than this, whatever was asked for.
    pub page_max: Option<usize>,
    /// Calls that are refused because the caller asks too fast.
    pub throttle: Vec<Range<usize>>,
    /// Operations that the caller may not do: `ecs:ListServices`, `iam:*`, `*`.
    pub deny: Vec<String>,
    /// From this call on the access keys seen before are expired; others are taken.
    pub expire_at: Option<usize>,
    /// How far the clock of the fake is ahead, in seconds.
    pub clock_ahead_secs: i64,
    /// Calls whose connection is closed without an answer.
    pub hang_up: Vec<Range<usize>>,
    /// Calls that are answered 500.
    pub broken: Vec<Range<usize>>,
    /// How long every answer takes.
    pub delay: Duration,
    /// From this call on nothing is answered any more, until the settings change.
    pub stall_at: Option<usize>,
    /// A page token is good for this many calls.
    pub token_life: Option<usize>,
}

impl Settings {
    pub(super) fn throttles(&self, call: usize) -> bool {
        self.throttle.iter().any(|range| range.contains(&call))
    }

    pub(super) fn hangs_up(&self, call: usize) -> bool {
        self.hang_up.iter().any(|range| range.contains(&call))
    }

    pub(super) fn breaks(&self, call: usize) -> bool {
        self.broken.iter().any(|range| range.contains(&call))
    }

    pub(super) fn denies(&self, operation: &str) -> bool {
        // "No permissions are required", says AWS of it, and a policy cannot deny it either.
        if operation == "sts:GetCallerIdentity" {
            return false;
        }
        self.deny.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(start) => operation.starts_with(start),
            None => operation == pattern,
        })
    }
}

/// "You ask too fast."
pub(super) fn throttled(protocol: Protocol) -> Refusal {
    match protocol {
        Protocol::Json => Refusal::new("ThrottlingException", "Rate exceeded"),
        Protocol::RestJson => Refusal::new("ThrottlingException", "Rate exceeded").with_status(429),
        Protocol::Query | Protocol::RestXml => Refusal::new("Throttling", "Rate exceeded"),
        Protocol::Ec2 => {
            Refusal::new("RequestLimitExceeded", "Request limit exceeded.").with_status(503)
        }
    }
}

/// "You may not."
pub(super) fn denied(protocol: Protocol, operation: &str, caller: &str) -> Refusal {
    let message = format!(
        "User: {caller} is not authorized to perform: {operation} on resource: * because no \
         identity-based policy allows the {operation} action"
    );
    match protocol {
        Protocol::Json => Refusal::new("AccessDeniedException", message),
        Protocol::RestJson => Refusal::new("AccessDeniedException", message).with_status(403),
        Protocol::Query | Protocol::RestXml => {
            Refusal::new("AccessDenied", message).with_status(403)
        }
        Protocol::Ec2 => Refusal::new("UnauthorizedOperation", message).with_status(403),
    }
}

/// "Your credentials have expired."
pub(super) fn expired(protocol: Protocol) -> Refusal {
    let message = "The security token included in the request is expired";
    match protocol {
        Protocol::Json => Refusal::new("ExpiredTokenException", message),
        Protocol::RestJson => Refusal::new("ExpiredTokenException", message).with_status(403),
        Protocol::Query | Protocol::RestXml => {
            Refusal::new("ExpiredToken", message).with_status(403)
        }
        Protocol::Ec2 => Refusal::new("RequestExpired", "Request has expired."),
    }
}

/// "I do not know you."
pub(super) fn unknown(protocol: Protocol) -> Refusal {
    let message = "The security token included in the request is invalid.";
    match protocol {
        Protocol::Json => Refusal::new("UnrecognizedClientException", message),
        Protocol::RestJson => Refusal::new("UnrecognizedClientException", message).with_status(403),
        Protocol::Query | Protocol::RestXml => {
            Refusal::new("InvalidClientTokenId", message).with_status(403)
        }
        Protocol::Ec2 => {
            let message = "AWS was not able to validate the provided access credentials";
            Refusal::new("AuthFailure", message).with_status(401)
        }
    }
}

/// "Something broke on our side."
pub(super) fn broken() -> Refusal {
    Refusal::new("InternalFailure", "The request processing has failed.").with_status(500)
}

/// A page's token or size that the operation does not take.
pub(super) fn bad_page(protocol: Protocol, service: &str, message: String) -> Refusal {
    let code = match (protocol, service) {
        (Protocol::Query, _) => "ValidationError",
        (Protocol::Ec2, _) => "InvalidParameterValue",
        (Protocol::RestXml, _) => "InvalidInput",
        (_, "ecs" | "ecr" | "logs") => "InvalidParameterException",
        _ => "ValidationException",
    };
    Refusal::new(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_denied_by_name_by_service_and_all_together() {
        let denies = |pattern: &str, operation: &str| {
            Settings { deny: vec![pattern.into()], ..Settings::default() }.denies(operation)
        };
        assert!(denies("ecs:ListServices", "ecs:ListServices"));
        assert!(!denies("ecs:ListServices", "ecs:ListServicesByNamespace"));
        assert!(denies("iam:*", "iam:GetRole") && !denies("iam:*", "ecs:ListTasks"));
        assert!(denies("*", "ecs:ListTasks") && !denies("*", "sts:GetCallerIdentity"));
    }
}
