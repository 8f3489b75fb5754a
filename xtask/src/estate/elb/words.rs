//! Conditions and actions of a listener's rule, as `DescribeRules` prints them.

use serde_json::{Value, json};

/// The host name is one of these.
pub(super) fn host(of: &[&str]) -> Value {
    json!({"Field": "host-header", "Values": of, "HostHeaderConfig": {"Values": of}})
}

/// The path is one of these patterns.
pub(super) fn path(of: &[&str]) -> Value {
    json!({"Field": "path-pattern", "Values": of, "PathPatternConfig": {"Values": of}})
}

/// The path matches one of these regular expressions.
pub(super) fn path_regex(of: &[&str]) -> Value {
    json!({"Field": "path-pattern", "PathPatternConfig": {"RegexValues": of}, "RegexValues": of})
}

/// A header has one of these values.
pub(super) fn header(name: &str, values: &[&str]) -> Value {
    let config = json!({"HttpHeaderName": name, "Values": values});
    json!({"Field": "http-header", "HttpHeaderConfig": config})
}

/// The method is one of these.
pub(super) fn method(of: &[&str]) -> Value {
    json!({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": of}})
}

/// The query has this pair.
pub(super) fn query(key: &str, value: &str) -> Value {
    let values = json!([{"Key": key, "Value": value}]);
    json!({"Field": "query-string", "QueryStringConfig": {"Values": values}})
}

/// The request comes from one of these ranges.
pub(super) fn source(of: &[&str]) -> Value {
    json!({"Field": "source-ip", "SourceIpConfig": {"Values": of}})
}

/// All requests to one target group.
pub(super) fn forward(arn: &str) -> Value {
    json!({
        "Type": "forward",
        "TargetGroupArn": arn,
        "Order": 1,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": arn, "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": false},
        },
    })
}

/// Requests shared out by weight; `sticky_secs` keeps a caller on its side.
pub(super) fn weighted(shares: &[(&str, u32)], sticky_secs: Option<u32>) -> Value {
    let groups: Value = shares
        .iter()
        .map(|(arn, weight)| json!({"TargetGroupArn": arn, "Weight": weight}))
        .collect();
    let stickiness = sticky_secs.map_or(
        json!({"Enabled": false}),
        |secs| json!({"Enabled": true, "DurationSeconds": secs}),
    );
    json!({
        "Type": "forward",
        "Order": 1,
        "ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness},
    })
}

/// To another address of the same path.
pub(super) fn redirect(host: &str, path: &str, status: &str) -> Value {
    json!({
        "Type": "redirect",
        "Order": 1,
        "RedirectConfig": {
            "Protocol": "HTTPS", "Port": "443", "Host": host, "Path": path,
            "Query": "#{query}", "StatusCode": status,
        },
    })
}

/// An answer from the balancer itself.
pub(super) fn fixed(status: &str, text: &str) -> Value {
    json!({
        "Type": "fixed-response",
        "Order": 1,
        "FixedResponseConfig": {
            "StatusCode": status, "ContentType": "text/plain", "MessageBody": text,
        },
    })
}

/// Sends whoever is not signed in to a user pool.
pub(super) fn cognito(pool: &str, client: &str, domain: &str) -> Value {
    json!({
        "Type": "authenticate-cognito",
        "Order": 1,
        "AuthenticateCognitoConfig": {
            "UserPoolArn": pool,
            "UserPoolClientId": client,
            "UserPoolDomain": domain,
            "SessionCookieName": "AWSELBAuthSessionCookie",
            "Scope": "openid",
            "SessionTimeout": 604_800,
            "OnUnauthenticatedRequest": "authenticate",
        },
    })
}

/// The same action, as the second of its rule.
pub(super) fn second(mut action: Value) -> Value {
    action["Order"] = json!(2);
    action
}
