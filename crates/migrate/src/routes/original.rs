//! Listeners as AWS answered them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::condition::Condition;
use super::listener::{Listener, Rule};
use super::outcome::{Action, Target};
use super::wire;

/// Who stands behind a target group, by its ARN.
pub type Owners = BTreeMap<String, Target>;

/// The listener `listener` with `rules`; the default rule among them is left out, because it
/// repeats the listener's default actions.
pub fn listener(listener: &Value, rules: &[&Value], owners: &Owners) -> Listener {
    let mut numbered: Vec<(i64, &Value)> =
        rules.iter().filter_map(|rule| Some((wire::int(rule, "priority")?, *rule))).collect();
    numbered.sort_by_key(|(priority, _)| *priority);
    let rules = numbered
        .into_iter()
        .map(|(priority, value)| rule(format!("rule {priority}"), value, "actions", owners))
        .collect();
    Listener {
        protocol: wire::text(listener, "protocol").unwrap_or_else(|| "HTTP".to_owned()),
        port: wire::int(listener, "port").unwrap_or(80),
        rules,
        default: rule("the default".to_owned(), listener, "defaultActions", owners),
    }
}

fn rule(label: String, value: &Value, key: &str, owners: &Owners) -> Rule {
    let mut actions: Vec<&Value> = wire::list(value, key).collect();
    actions.sort_by_key(|action| wire::int(action, "order").unwrap_or(i64::MAX));
    let logins = actions.iter().filter_map(|action| login(action)).collect();
    let last = actions.iter().rev().find_map(|action| answer(action, owners));
    Rule {
        label,
        conditions: wire::list(value, "conditions").map(Condition::of_aws).collect(),
        logins,
        rewrites: wire::list(value, "transforms").map(rewrite).collect(),
        action: last.unwrap_or_else(|| Action::Nothing("the rule has no action".to_owned())),
    }
}

fn answer(action: &Value, owners: &Owners) -> Option<Action> {
    let null = Value::Null;
    let config = |key: &str| wire::get(action, key).unwrap_or(&null);
    match wire::text(action, "type")?.as_str() {
        "forward" => Some(forward(action, owners)),
        "redirect" => Some(Action::redirect(config("redirectConfig"))),
        "fixed-response" => Some(Action::fixed(config("fixedResponseConfig"))),
        _ => None,
    }
}

fn forward(action: &Value, owners: &Owners) -> Action {
    let null = Value::Null;
    let config = wire::get(action, "forwardConfig").unwrap_or(&null);
    let target = |arn: String| owners.get(&arn).cloned().unwrap_or(Target::Group(arn));
    let mut targets: Vec<(Target, u64)> = wire::list(config, "targetGroups")
        .filter_map(|group| Some((target(wire::text(group, "targetGroupArn")?), weight(group))))
        .collect();
    if targets.is_empty() {
        targets.extend(wire::text(action, "targetGroupArn").map(|arn| (target(arn), 1)));
    }
    Action::forward(targets, sticky(config))
}

/// The weight of a target group in a forward; 1 where none is said.
pub(super) fn weight(group: &Value) -> u64 {
    wire::int(group, "weight").map_or(1, |weight| u64::try_from(weight).unwrap_or(0))
}

/// Seconds of stickiness, if it is on; `ELBv2` wants the duration, so 0 is one that was left out.
pub(super) fn sticky(forward: &Value) -> Option<i64> {
    let config = wire::get(forward, "targetGroupStickinessConfig")?;
    let on = wire::text(config, "enabled").is_some_and(|on| on.eq_ignore_ascii_case("true"));
    on.then(|| wire::int(config, "durationSeconds").unwrap_or(0))
}

/// A login, in words that are equal if it is the same login.
fn login(action: &Value) -> Option<String> {
    let kind = wire::text(action, "type")?;
    let (name, config) = match kind.as_str() {
        "authenticate-cognito" => ("cognito", wire::get(action, "authenticateCognitoConfig")?),
        "authenticate-oidc" => ("oidc", wire::get(action, "authenticateOidcConfig")?),
        "jwt-validation" => {
            let config = wire::get(action, "jwtValidationConfig")?;
            return Some(jwt(config));
        }
        _ => return None,
    };
    Some(words(name, config, config))
}

/// The words of a login: whose it is, and how a session goes on. `provider` and `session` are the
/// two places in which the controller's annotations say it.
pub(super) fn words(kind: &str, provider: &Value, session: &Value) -> String {
    let text = |value: &Value, key: &str, absent: &str| {
        wire::text(value, key).unwrap_or_else(|| absent.to_owned())
    };
    let whose = match kind {
        "cognito" => ["userPoolArn", "userPoolClientId", "userPoolDomain"].as_slice(),
        _ => &["issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"],
    };
    let mut parts = vec![kind.to_owned()];
    parts.extend(whose.iter().map(|key| text(provider, key, "")));
    if let Some(extra) = wire::get(provider, "authenticationRequestExtraParams") {
        parts.push(extra.to_string());
    }
    for (key, absent) in [
        ("scope", "openid"),
        ("sessionCookieName", "AWSELBAuthSessionCookie"),
        ("sessionTimeout", "604800"),
        ("onUnauthenticatedRequest", "authenticate"),
    ] {
        parts.push(text(session, key, absent));
    }
    parts.join(" ")
}

/// The words of a check of tokens.
pub(super) fn jwt(config: &Value) -> String {
    let text = |key: &str| wire::text(config, key).unwrap_or_default();
    let mut claims: Vec<String> = wire::list(config, "additionalClaims")
        .map(|claim| {
            let text = |key: &str| wire::text(claim, key).unwrap_or_default();
            format!(
                "{} {} {}",
                text("format"),
                text("name"),
                wire::strings(claim, "values").join(",")
            )
        })
        .collect();
    claims.sort();
    format!("jwt {} {} {}", text("issuer"), text("jwksEndpoint"), claims.join("; "))
}

/// The words of a change of host or path.
pub(super) fn rewrite(transform: &Value) -> String {
    let kind = wire::text(transform, "type").unwrap_or_default();
    let config = ["urlRewriteConfig", "hostHeaderRewriteConfig"]
        .into_iter()
        .find_map(|key| wire::get(transform, key));
    let null = Value::Null;
    let each = wire::list(config.unwrap_or(&null), "rewrites").map(|rewrite| {
        let text = |key: &str| wire::text(rewrite, key).unwrap_or_default();
        format!("{} → {}", text("regex"), text("replace"))
    });
    format!("{kind} {}", each.collect::<Vec<_>>().join(", "))
}
