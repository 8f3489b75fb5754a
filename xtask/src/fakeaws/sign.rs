//! Signatures (AWS Signature Version 4): every request is signed again here and compared.
//!
//! Written from AWS's description of the algorithm, apart from the signer of the client, so that a
//! mistake of one is not repeated by the other.

use super::answer::Refusal;
use super::wire::{Protocol, Service};
use form_urlencoded::parse;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The secret key that belongs to every access key of the fake.
pub const SECRET_ACCESS_KEY: &str = "fake/secret+key/of/the/fake/AWS/0000000000";

/// How far the clocks may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

const UNRESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request as it came.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) method: String,
    /// Percent-encoded as it was sent.
    pub(super) path: String,
    /// Without the `?`.
    pub(super) query: String,
    /// In lower case, in the order of arrival.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Raw {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// The parts of an `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) access_key: String,
    pub(super) date: String,
    pub(super) region: String,
    pub(super) service: String,
    headers: Vec<String>,
    sum: String,
}

/// Reads the header; `None` when it is missing or not of this form.
pub(super) fn read(raw: &Raw) -> Option<Signature> {
    let rest = raw.header("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let part = |name: &str| rest.split(',').find_map(|part| part.trim().strip_prefix(name));
    let scope: Vec<&str> = part("Credential=")?.split('/').collect();
    let [access_key, date, region, service, "aws4_request"] = scope.as_slice() else { return None };
    Some(Signature {
        access_key: (*access_key).to_owned(),
        date: (*date).to_owned(),
        region: (*region).to_owned(),
        service: (*service).to_owned(),
        headers: part("SignedHeaders=")?.split(';').map(ToOwned::to_owned).collect(),
        sum: part("Signature=")?.to_owned(),
    })
}

/// Refuses what real AWS refuses: a wrong region, a date too far off, a wrong signature.
pub(super) fn check(
    raw: &Raw,
    signature: &Signature,
    service: &Service,
    protocol: Protocol,
    region: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let invalid = |message: String| Refusal::new(code(protocol), message).with_status(403);
    let global = matches!(service.name.as_str(), "iam" | "route53" | "sts");
    let regions = [region, if global { "us-east-1" } else { region }];
    if !regions.contains(&signature.region.as_str()) {
        let asked = &signature.region;
        return Err(invalid(format!(
            "Credential should be scoped to a valid region, not '{asked}'."
        )));
    }
    let stamp = raw.header("x-amz-date").unwrap_or_default();
    let Some(signed_at) = time_of(stamp) else {
        return Err(invalid("Date in X-Amz-Date is missing or malformed.".to_owned()));
    };
    if !stamp.starts_with(&signature.date) {
        return Err(invalid("Date in Credential scope does not match that of X-Amz-Date.".into()));
    }
    if now.duration_since(signed_at) > SKEW {
        return Err(late(
            protocol,
            format!("Signature expired: {stamp} is now earlier than {}", stamp_of(now, -SKEW)),
        ));
    }
    if signed_at.duration_since(now) > SKEW {
        return Err(late(
            protocol,
            format!(
                "Signature not yet current: {stamp} is still later than {}",
                stamp_of(now, SKEW)
            ),
        ));
    }
    for must in ["host", "x-amz-date"] {
        if !signature.headers.iter().any(|name| name == must) {
            return Err(invalid(format!(
                "'{must}' must be a 'SignedHeader' in the AWS Authorization."
            )));
        }
    }
    if sign(raw, signature, stamp) == signature.sum {
        return Ok(());
    }
    Err(invalid(
        "The request signature we calculated does not match the signature you provided. Check \
         your AWS Secret Access Key and signing method."
            .to_owned(),
    ))
}

fn late(protocol: Protocol, message: String) -> Refusal {
    match protocol {
        Protocol::Ec2 => Refusal::new("RequestExpired", "Request has expired."),
        _ => Refusal::new(code(protocol), message).with_status(403),
    }
}

fn code(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json | Protocol::RestJson => "InvalidSignatureException",
        Protocol::Query | Protocol::RestXml => "SignatureDoesNotMatch",
        Protocol::Ec2 => "AuthFailure",
    }
}

fn sign(raw: &Raw, signature: &Signature, stamp: &str) -> String {
    let Signature { date, region, service, headers, .. } = signature;
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let request = hex(&Sha256::digest(canonical(raw, headers)));
    let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{request}");
    let mut key = hmac(format!("AWS4{SECRET_ACCESS_KEY}").as_bytes(), date.as_bytes());
    for part in [region.as_str(), service, "aws4_request"] {
        key = hmac(&key, part.as_bytes());
    }
    hex(&hmac(&key, to_sign.as_bytes()))
}

fn canonical(raw: &Raw, signed: &[String]) -> String {
    // Every service but S3 encodes the path a second time.
    let path: Vec<String> = raw.path.split('/').map(encode).collect();
    let mut query: Vec<_> =
        parse(raw.query.as_bytes()).map(|(k, v)| (encode(&k), encode(&v))).collect();
    query.sort();
    let query: Vec<String> = query.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
    let mut text = format!("{}\n{}\n{}\n", raw.method, path.join("/"), query.join("&"));
    for name in signed {
        let values = raw.headers.iter().filter(|(found, _)| found == name);
        let values: Vec<_> = values.map(|(_, value)| one_space(value)).collect();
        let _never_fails = writeln!(text, "{name}:{}", values.join(","));
    }
    let hash = match raw.header("x-amz-content-sha256") {
        Some(hash) => hash.to_owned(),
        None => hex(&Sha256::digest(&raw.body)),
    };
    let _never_fails = write!(text, "\n{}\n{hash}", signed.join(";"));
    text
}

fn one_space(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, &UNRESERVED).to_string()
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    // A key of any length is taken: longer ones are hashed first.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return vec![] };
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}

/// `20261122T224500Z` as a time.
fn time_of(stamp: &str) -> Option<Timestamp> {
    let whole = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?;
    whole.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn stamp_of(now: Timestamp, by: SignedDuration) -> String {
    let at = now.checked_add(by).unwrap_or(now);
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The request of "Signature Version 4 signing process" in AWS's general reference, signed
    /// here with the fake's own secret by Python's botocore 1.44.5.
    fn request() -> Raw {
        let headers = [
            ("host", "iam.amazonaws.com"),
            ("x-amz-date", "20261122T224500Z"),
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAFAKE/20261122/us-east-1/iam/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, Signature=1c35a4f37f6f5fa1f9bd402771ed5e3a9cb5c0341211af7d9a0ced7212047960",
            ),
        ];
        Raw {
            method: "GET".into(),
            path: "/a%20path/x".into(),
            query: "Action=ListUsers&Version=2010-05-08&b=%2F".into(),
            headers: headers.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
            body: vec![],
        }
    }

    fn iam() -> Service {
        Service::all().unwrap().into_iter().find(|service| service.name == "iam").unwrap()
    }

    fn checked(raw: &Raw, now: &str) -> Result<(), Refusal> {
        let signature = read(raw).unwrap();
        check(raw, &signature, &iam(), Protocol::Query, "us-east-1", now.parse().unwrap())
    }

    #[test]
    fn what_botocore_signs_is_taken_and_a_changed_byte_is_not() {
        let mut raw = request();
        checked(&raw, "2026-11-22T22:46:00Z").unwrap();
        raw.query.push('x');
        let refused = checked(&raw, "2026-11-22T22:46:00Z").unwrap_err();
        assert_eq!(refused.code, "SignatureDoesNotMatch");
    }

    #[test]
    fn dates_more_than_five_minutes_off_are_refused_both_ways() {
        for (now, says) in [
            ("2026-11-22T22:50:01Z", "Signature expired: 20261122T224500Z is now earlier"),
            ("2026-11-22T22:39:59Z", "Signature not yet current"),
        ] {
            let refused = checked(&request(), now).unwrap_err();
            assert!(refused.message.starts_with(says), "{refused:?}");
        }
    }
}
