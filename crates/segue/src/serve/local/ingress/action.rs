//! The annotation `actions.*`: forward by weights, redirect, or answer.

use std::collections::BTreeMap;

use live::balancer::{Action, FixedResponse, Forward, GroupConfig, Redirect, Stickiness};
use model::code::live as code;
use model::ports::{Weight, Weights};
use serde_json::Value;

use super::super::groups::{called, list, of_arn, text};
use super::Cx;
use crate::serve::local::wanted::Wanted;

impl Cx<'_> {
    /// What the annotation `key` orders.
    pub(super) fn action(
        &self,
        key: &str,
        action: &Value,
        wanted: &mut Wanted,
    ) -> Result<Action, String> {
        match action["type"].as_str() {
            Some("fixed-response") => {
                let config = &action["fixedResponseConfig"];
                let content_type = config["contentType"].as_str().unwrap_or("text/plain");
                Ok(Action::FixedResponse(FixedResponse {
                    status: status(&config["statusCode"])
                        .ok_or_else(|| format!("{key} has no status"))?,
                    content_type: content_type.to_owned(),
                    body: text(&config["messageBody"]),
                }))
            }
            Some("redirect") => redirect(key, &action["redirectConfig"]),
            Some("forward") => self.forward(key, action, wanted),
            other => Err(format!("{key} is of the unknown type {}", other.unwrap_or("none"))),
        }
    }

    fn forward(&self, key: &str, action: &Value, wanted: &mut Wanted) -> Result<Action, String> {
        let config = &action["forwardConfig"];
        let single = [serde_json::json!({ "targetGroupARN": action["targetGroupARN"] })];
        let listed = if action["targetGroupARN"].is_string() {
            &single[..]
        } else {
            list(&config["targetGroups"])
        };
        let mut parts: BTreeMap<String, u64> = BTreeMap::new();
        for group in listed {
            let name = self.named(key, group, wanted)?;
            let given = group["weight"].as_u64();
            if listed.len() > 1 && given.is_none() {
                return Err(format!("{key} has several targets, and not all have a weight"));
            }
            *parts.entry(name).or_default() += given.unwrap_or(1);
        }
        let weights = percents(&parts).ok_or_else(|| format!("{key} forwards to nobody"))?;
        let sticky = &config["targetGroupStickinessConfig"];
        let secs = sticky["durationSeconds"].as_u64().and_then(|secs| u32::try_from(secs).ok());
        let stickiness = secs
            .filter(|_| sticky["enabled"] == true)
            .map(|duration_seconds| Stickiness { duration_seconds });
        Ok(Action::Forward(Forward { weights, stickiness }))
    }

    /// The group that a target of a forward names. One that nothing here is bound to stands empty.
    fn named(&self, key: &str, group: &Value, wanted: &mut Wanted) -> Result<String, String> {
        if let Some(service) = group["serviceName"].as_str() {
            return self.group(service, &called(&group["servicePort"]), wanted);
        }
        let by_arn = group["targetGroupARN"].as_str().and_then(of_arn);
        let name = group["targetGroupName"].as_str().map(str::to_owned).or(by_arn);
        let name =
            name.ok_or_else(|| format!("{key} has a target that is no Service and no group"))?;
        if !wanted.groups.contains_key(&name) {
            wanted.groups.insert(name.clone(), GroupConfig::default());
            let cause = format!("target group {name} has no pods here and stands empty");
            wanted.hold(self.ingress, &code::NOT_PLAYED, cause);
        }
        Ok(name)
    }
}

fn redirect(key: &str, config: &Value) -> Result<Action, String> {
    let status = status(&config["statusCode"]).ok_or_else(|| format!("{key} has no status"))?;
    let mut redirect = Redirect::to(status);
    for (field, place) in [
        ("protocol", &mut redirect.protocol),
        ("host", &mut redirect.host),
        ("port", &mut redirect.port),
        ("path", &mut redirect.path),
        ("query", &mut redirect.query),
    ] {
        if let Some(text) = config[field].as_str() {
            text.clone_into(place);
        }
    }
    Ok(Action::Redirect(redirect))
}

/// `404`, `"404"` or `HTTP_301`.
fn status(value: &Value) -> Option<u16> {
    let text = value.as_str().map(|text| text.strip_prefix("HTTP_").unwrap_or(text));
    text.map_or_else(
        || value.as_u64().and_then(|code| u16::try_from(code).ok()),
        |text| text.parse().ok(),
    )
}

/// Shares in percent of weights from 0 to 999: rounded so that they sum to 100, and nobody who has
/// a weight gets nothing. All weights 0 send everything to the first, since a rule must answer.
pub(super) fn percents(parts: &BTreeMap<String, u64>) -> Option<Weights> {
    let sum: u64 = parts.values().sum();
    let first = parts.keys().next()?;
    if sum == 0 {
        return Some(Weights::all_to(first));
    }
    let mut shares: Vec<(&String, u64, u64)> = parts
        .iter()
        .map(|(group, part)| {
            (group, (part * 100 / sum).max(u64::from(*part > 0)), part * 100 % sum)
        })
        .collect();
    // What rounding left over, or took too much, is settled with whom it matters least.
    shares.sort_by_key(|(_, share, rest)| (std::cmp::Reverse(*rest), std::cmp::Reverse(*share)));
    let given: u64 = shares.iter().map(|(_, share, _)| share).sum();
    for share in shares
        .iter_mut()
        .filter(|share| share.1 > 0)
        .take(usize::try_from(100_u64.saturating_sub(given)).unwrap_or(0))
    {
        share.1 += 1;
    }
    let over = given.saturating_sub(100);
    if over > 0 {
        let most = shares.iter_mut().max_by_key(|share| share.1)?;
        most.1 = most.1.saturating_sub(over);
    }
    let weights = shares.iter().map(|(group, share, _)| {
        Some(((*group).clone(), Weight::new(u8::try_from(*share).ok()?)?))
    });
    Weights::new(weights.collect::<Option<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_become_percents_that_sum_to_a_hundred() {
        let check = |parts: &[u64], expected: &[u8]| {
            let parts = parts.iter().enumerate().map(|(index, part)| (format!("g{index}"), *part));
            let weights = percents(&parts.collect()).unwrap();
            let shares: Vec<u8> = weights.iter().map(|(_, weight)| weight.percent()).collect();
            assert_eq!(shares, expected);
        };
        check(&[1], &[100]);
        check(&[95, 5], &[95, 5]);
        check(&[1, 1, 1], &[34, 33, 33]);
        check(&[999, 1], &[99, 1]);
        check(&[100, 0], &[100, 0]);
        check(&[0, 0], &[100]);
        assert_eq!(percents(&BTreeMap::new()), None);
    }
}
