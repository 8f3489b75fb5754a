//! What a service says that is wrong, and what sort of wrong it is.

use super::credentials::Secrets;

/// Characters of a message that are shown; EC2 appends whole documents.
const SHOWN_MAX: usize = 300;

/// An error as a service tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status of the HTTP answer.
    pub(super) status: u16,
    /// The code of the AWS documentation, `ClusterNotFoundException`; may be empty.
    pub(super) code: String,
    pub(super) message: String,
}

/// What to make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Asked too often; nothing was done.
    Throttled,
    /// The credentials have run out.
    Expired,
    /// The time of the signature is not the service's.
    Clock,
    /// A policy does not allow it.
    Denied,
    /// The key or the signature is not known.
    Unknown,
    /// The service failed by itself; what was done is not known.
    Failed,
    /// What was asked for cannot be.
    Refused,
}

const THROTTLED: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
];
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException"];
/// Failures of the service that come with a status that blames the caller.
const FAILED: &[&str] = &["RequestTimeout", "RequestTimeoutException"];
const CLOCK: &[&str] = &["RequestTimeTooSkewed", "RequestInTheFuture"];
/// What EC2 says of a session that has ended and of a wrong clock alike
/// (<https://github.com/aws/aws-sdk-go/pull/253>).
const EXPIRED_OR_CLOCK: &str = "RequestExpired";
/// Codes that a wrong clock and a wrong key share.
const SIGNATURE: &[&str] =
    &["InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature"];
const UNKNOWN: &[&str] = &[
    "AuthFailure",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
];
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "NotAuthorized",
    "OptInRequired",
    "UnauthorizedOperation",
];

impl Refusal {
    /// What sort of error it is. `skew` is how far the service's clock is from that of the
    /// signature, in seconds, if the answer says.
    pub(super) fn sort(&self, skew: Option<i64>) -> Sort {
        let code = self.code.as_str();
        let far = skew.is_some_and(|seconds| seconds.unsigned_abs() > SKEW_SECS_MAX);
        let of_time = ["not yet current", "Signature expired"];
        if THROTTLED.contains(&code) || self.status == 429 {
            Sort::Throttled
        } else if EXPIRED.contains(&code) || (code == EXPIRED_OR_CLOCK && !far) {
            Sort::Expired
        } else if CLOCK.contains(&code)
            || code == EXPIRED_OR_CLOCK
            || ((SIGNATURE.contains(&code) || UNKNOWN.contains(&code)) && far)
            || (SIGNATURE.contains(&code) && of_time.iter().any(|text| self.message.contains(text)))
        {
            Sort::Clock
        } else if SIGNATURE.contains(&code) || UNKNOWN.contains(&code) {
            Sort::Unknown
        } else if DENIED.contains(&code) || (code.is_empty() && self.status == 403) {
            Sort::Denied
        } else if self.status >= 500 || FAILED.contains(&code) {
            Sort::Failed
        } else {
            Sort::Refused
        }
    }

    /// Who may not do it, if the message says: `arn:aws:sts::…:assumed-role/…`.
    pub(super) fn principal(&self) -> Option<&str> {
        let (_, rest) = self.message.split_once("User: ")?;
        rest.split_whitespace().next()
    }

    /// Code and message in a line, without what may be secret or is of no use to a reader.
    pub(super) fn shown(&self, secrets: &Secrets) -> String {
        let message = self.message.lines().next().unwrap_or_default();
        // Services repeat the request that they signed, and EC2 adds a document that only an
        // administrator can decode.
        let message = ["The Canonical String", "Encoded authorization failure message"]
            .iter()
            .fold(message, |text, mark| text.split(mark).next().unwrap_or_default())
            .trim();
        let message = secrets.struck(message);
        let mut short: String = message.chars().take(SHOWN_MAX).collect();
        if short.len() < message.len() {
            short.push('…');
        }
        match (self.code.as_str(), short.as_str()) {
            ("", "") => format!("HTTP status {}", self.status),
            ("", message) => format!("HTTP status {}: {message}", self.status),
            (code, "") => code.to_owned(),
            (code, message) => format!("{code}: {message}"),
        }
    }
}

/// Seconds by which clocks may differ before a refused signature is put down to the time. AWS takes
/// five minutes; the network takes some of them.
const SKEW_SECS_MAX: u64 = 240;

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(status: u16, code: &str, message: &str) -> Refusal {
        Refusal { status, code: code.into(), message: message.into() }
    }

    #[test]
    fn codes_are_sorted() {
        let sort = |status, code| refusal(status, code, "").sort(None);
        assert_eq!(sort(400, "ThrottlingException"), Sort::Throttled);
        assert_eq!(sort(400, "PriorRequestNotComplete"), Sort::Throttled);
        assert_eq!(sort(503, "RequestLimitExceeded"), Sort::Throttled);
        assert_eq!(sort(429, ""), Sort::Throttled);
        assert_eq!(sort(400, "ExpiredTokenException"), Sort::Expired);
        assert_eq!(sort(403, "RequestTimeTooSkewed"), Sort::Clock);
        assert_eq!(sort(403, "UnauthorizedOperation"), Sort::Denied);
        assert_eq!(sort(403, ""), Sort::Denied);
        assert_eq!(sort(403, "InvalidClientTokenId"), Sort::Unknown);
        assert_eq!(sort(500, "InternalFailure"), Sort::Failed);
        assert_eq!(sort(502, ""), Sort::Failed);
        assert_eq!(sort(400, "RequestTimeout"), Sort::Failed);
        assert_eq!(sort(400, "ClusterNotFoundException"), Sort::Refused);
    }

    #[test]
    fn a_refused_signature_is_the_clock_only_if_the_clocks_differ_or_it_says_so() {
        let signature = refusal(403, "SignatureDoesNotMatch", "The signature does not match");
        assert_eq!(signature.sort(None), Sort::Unknown);
        assert_eq!(signature.sort(Some(30)), Sort::Unknown);
        assert_eq!(signature.sort(Some(-600)), Sort::Clock);
        let says = refusal(403, "InvalidSignatureException", "Signature expired: 2026 is now");
        assert_eq!(says.sort(None), Sort::Clock);
    }

    #[test]
    fn an_expired_request_of_ec2_is_the_session_unless_the_clocks_differ() {
        let expired = refusal(400, "RequestExpired", "Request has expired.");
        assert_eq!(expired.sort(Some(0)), Sort::Expired);
        assert_eq!(expired.sort(None), Sort::Expired);
        assert_eq!(expired.sort(Some(400)), Sort::Clock);
    }

    #[test]
    fn a_message_is_one_line_without_secrets() {
        let secrets = Secrets::of(["s3cr3t-key", "", "to/ken=="]);
        let long = refusal(
            403,
            "SignatureDoesNotMatch",
            "It differs for s3cr3t-key. The Canonical String was\nx-amz-security-token:to/ken==",
        );
        assert_eq!(long.shown(&secrets), "SignatureDoesNotMatch: It differs for (redacted).");
        assert_eq!(refusal(502, "", "").shown(&secrets), "HTTP status 502");
        let umlauts = refusal(400, "A", &"ü".repeat(1000));
        assert_eq!(umlauts.shown(&secrets).chars().count(), 3 + SHOWN_MAX + 1);
    }

    #[test]
    fn the_principal_is_taken_from_the_message() {
        let text = "User: arn:aws:iam::1:user/x is not authorized to perform: ecs:ListClusters";
        assert_eq!(refusal(403, "AccessDenied", text).principal(), Some("arn:aws:iam::1:user/x"));
        assert_eq!(refusal(403, "AccessDenied", "no").principal(), None);
    }
}
