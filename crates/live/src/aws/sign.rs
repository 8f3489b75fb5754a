//! Signed requests, as `aws-sigv4` makes them.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use hyper::Request;

use super::endpoint::Endpoint;
use super::protocol::Wire;

/// Who asks, as AWS sees it in its logs.
const USER_AGENT: &str = concat!("segue/", env!("CARGO_PKG_VERSION"));

/// The request `wire` to `endpoint`, signed at `time` for the service `name`.
pub(super) fn signed(
    wire: &Wire,
    endpoint: &Endpoint,
    name: &str,
    keys: &Credentials,
    time: SystemTime,
) -> Result<HttpRequest, String> {
    let url = format!("{}{}", endpoint.url, wire.target);
    let mut request = Request::builder().method(wire.method).uri(&url);
    for (name, value) in &wire.headers {
        request = request.header(*name, value);
    }
    let body = SdkBody::from(wire.body.clone());
    let mut request = request.body(body).map_err(|error| error.to_string())?;
    let identity = keys.clone().into();
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Double;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&endpoint.region)
        .name(name)
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let headers = wire.headers.iter().map(|(name, value)| (*name, value.as_str()));
    let signable =
        SignableRequest::new(wire.method, &url, headers, SignableBody::Bytes(&wire.body))
            .map_err(|error| error.to_string())?;
    let (instructions, _) = sign(signable, &params).map_err(|e| e.to_string())?.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    // Not signed: proxies may change it.
    request.headers_mut().insert("user-agent", hyper::header::HeaderValue::from_static(USER_AGENT));
    HttpRequest::try_from(request).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn authorization(wire: &Wire) -> String {
        // Keys, time, region and service of the test suite that AWS publishes for Signature V4.
        let keys = Credentials::new(
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            None,
            None,
            "test",
        );
        let time: Timestamp = "2015-08-30T12:36:00Z".parse().unwrap();
        let endpoint =
            Endpoint { url: "https://example.amazonaws.com".into(), region: "us-east-1".into() };
        let request = signed(wire, &endpoint, "service", &keys, time.into()).unwrap();
        request.headers().get("authorization").unwrap().to_owned()
    }

    #[test]
    fn signatures_are_those_of_the_published_suite() {
        let get = |target: &str| Wire {
            method: "GET",
            target: target.into(),
            headers: vec![],
            body: vec![],
        };
        // get-vanilla
        assert_eq!(
            authorization(&get("/")),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
        // get-vanilla-query-order-key-case
        assert!(authorization(&get("/?Param2=value2&Param1=value1")).ends_with(
            "Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ));
        // post-x-www-form-urlencoded
        let post = Wire {
            method: "POST",
            target: "/".into(),
            headers: vec![("content-type", "application/x-www-form-urlencoded".into())],
            body: b"Param1=value1".to_vec(),
        };
        assert!(authorization(&post).ends_with(
            "SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        ));
    }
}
