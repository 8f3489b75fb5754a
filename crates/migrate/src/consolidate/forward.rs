//! Forward actions: reading them as a call takes them, and splitting the weight of a service.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::consolidate::value::{clean, put};
use crate::input::node::Node;

/// Largest weight of a target group (Elastic Load Balancing, `TargetGroupTuple`).
pub(super) const WEIGHT_MAX: i64 = 999;
/// Most target groups of one forward action (Elastic Load Balancing, fixed).
pub(super) const GROUPS_MAX: usize = 5;

/// The actions of a rule as `ModifyRule` and `ModifyListener` take them.
///
/// An answer names a single target group twice, which the calls refuse; and it never has the
/// secret of an OIDC client, which the calls keep only if they are told to.
pub(super) fn actions(read: &[Node<'_>]) -> Vec<Value> {
    read.iter()
        .map(|node| {
            let mut action = clean(node.value);
            let Some(map) = action.as_object_mut() else { return action };
            let single = map.remove("TargetGroupArn");
            if map.get("Type").and_then(Value::as_str) == Some("forward") {
                forward_config(map, single);
            }
            if let Some(oidc) = map.get_mut("AuthenticateOidcConfig").and_then(Value::as_object_mut)
            {
                oidc.remove("ClientSecret");
                oidc.insert("UseExistingClientSecret".to_owned(), json!(true));
            }
            action
        })
        .collect()
}

fn forward_config(map: &mut Map<String, Value>, single: Option<Value>) {
    let config = map.entry("ForwardConfig").or_insert_with(|| json!({}));
    let Some(config) = config.as_object_mut() else { return };
    let listed = config.get("TargetGroups").and_then(Value::as_array);
    if listed.is_none_or(Vec::is_empty)
        && let Some(arn) = single
    {
        put(config, "TargetGroups", json!([{"TargetGroupArn": arn, "Weight": 1}]));
    }
}

/// Target groups and weights of all forward actions, in order.
pub(super) fn groups(actions: &[Value]) -> Vec<(String, i64)> {
    let lists = actions.iter().filter_map(|action| action.pointer("/ForwardConfig/TargetGroups"));
    let all = lists.filter_map(Value::as_array).flatten();
    all.filter_map(|group| {
        let arn = group.get("TargetGroupArn")?.as_str()?.to_owned();
        // A group without a weight has 1 (`TargetGroupTuple`).
        let weight = group.get("Weight").and_then(Value::as_i64).unwrap_or(1);
        Some((arn, weight.clamp(0, WEIGHT_MAX)))
    })
    .collect()
}

/// Seconds for which the rule keeps a client at its target group; none if it does not.
pub(super) fn stickiness(actions: &[Value]) -> Option<i64> {
    let configs = actions
        .iter()
        .filter_map(|action| action.pointer("/ForwardConfig/TargetGroupStickinessConfig"));
    configs
        .filter(|config| config.get("Enabled").and_then(Value::as_bool) == Some(true))
        .map(|config| config.get("DurationSeconds").and_then(Value::as_i64).unwrap_or(3600))
        .max()
}

/// The actions with other target groups and weights in the (one) forward action.
pub(super) fn with_groups(actions: &[Value], groups: &[(String, i64)]) -> Vec<Value> {
    let mut out = actions.to_vec();
    let forward = out.iter_mut().find_map(|action| {
        action.pointer_mut("/ForwardConfig/TargetGroups").filter(|list| list.is_array())
    });
    if let Some(list) = forward {
        let tuple =
            |(arn, weight): &(String, i64)| json!({"TargetGroupArn": arn, "Weight": weight});
        *list = groups.iter().map(tuple).collect();
    }
    out
}

/// The groups at `percent` of the service's traffic on the new side.
///
/// `own` maps each old group of the service to its new one. The sum of all weights, and the
/// weights of others, are the same at every percentage. Each new group follows its old ones.
pub(super) fn split(
    groups: &[(String, i64)],
    own: &BTreeMap<String, String>,
    percent: u8,
) -> Vec<(String, i64)> {
    let scaled = scaled(groups, own);
    let mut out: Vec<(String, i64)> = Vec::with_capacity(scaled.len() * 2);
    let mut new: Vec<(String, i64)> = Vec::new();
    for (arn, weight) in scaled {
        let Some(target) = own.get(&arn) else {
            out.push((arn, weight));
            continue;
        };
        let moved = share(weight, percent);
        out.push((arn, weight - moved));
        match new.iter_mut().find(|(name, _)| name == target) {
            Some((_, sum)) => *sum += moved,
            None => new.push((target.clone(), moved)),
        }
    }
    out.extend(new);
    out
}

/// The groups when the old ones have left, with the weights that the rule had in the beginning.
pub(super) fn left(groups: &[(String, i64)], own: &BTreeMap<String, String>) -> Vec<(String, i64)> {
    let mut out: Vec<(String, i64)> = Vec::new();
    for (arn, weight) in groups {
        let name = own.get(arn).unwrap_or(arn);
        match out.iter_mut().find(|(present, _)| present == name) {
            Some((_, sum)) => *sum = (*sum + weight).min(WEIGHT_MAX),
            None => out.push((name.clone(), *weight)),
        }
    }
    out
}

/// `percent` of `weight`, rounded half up.
fn share(weight: i64, percent: u8) -> i64 {
    (weight * i64::from(percent.min(100)) + 50) / 100
}

/// Weights large enough that one percent of the service's can be said.
///
/// Where all traffic is the service's, the sum is 100, so that weights read as percent. Where
/// others have a share, everything is multiplied alike, as far as 999 goes.
fn scaled(groups: &[(String, i64)], own: &BTreeMap<String, String>) -> Vec<(String, i64)> {
    let carrying = |(_, weight): &&(String, i64)| *weight > 0;
    let alone = groups.iter().filter(carrying).all(|(arn, _)| own.contains_key(arn));
    let total: i64 = groups.iter().map(|(_, weight)| weight).sum();
    if !alone {
        let largest = largest(groups, own);
        let factor = (WEIGHT_MAX / largest).max(1);
        // Two large groups of one pair may be too much for the one that follows them.
        let fit = |weight: i64| {
            if largest > WEIGHT_MAX {
                (weight * WEIGHT_MAX / largest).max(weight.min(1))
            } else {
                weight * factor
            }
        };
        return groups.iter().map(|(arn, weight)| (arn.clone(), fit(*weight))).collect();
    }
    let mut given = 0;
    let mut seen = 0;
    let percent = |(arn, weight): &(String, i64)| {
        // What is given so far is rounded, not each part, so that the sum is exact.
        seen += weight;
        let until = if total > 0 { (seen * 100 + total / 2) / total } else { 0 };
        let part = until - given;
        given = until;
        (arn.clone(), part)
    };
    groups.iter().map(percent).collect()
}

/// The largest weight that any group will have at some percentage, at least 1.
fn largest(groups: &[(String, i64)], own: &BTreeMap<String, String>) -> i64 {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for (arn, weight) in groups {
        *sums.entry(own.get(arn).unwrap_or(arn)).or_default() += weight;
    }
    sums.into_values().max().unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn own(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect()
    }

    fn list(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
        pairs.iter().map(|(arn, weight)| ((*arn).to_owned(), *weight)).collect()
    }

    #[test]
    fn a_service_alone_has_weights_in_percent() {
        let groups = list(&[("blue", 1)]);
        assert_eq!(split(&groups, &own(&[("blue", "new")]), 5), list(&[("blue", 95), ("new", 5)]));
        assert_eq!(left(&groups, &own(&[("blue", "new")])), list(&[("new", 1)]));
    }

    #[test]
    fn the_share_of_others_never_moves() {
        let groups = list(&[("own", 95), ("canary", 5)]);
        let own = own(&[("own", "new")]);
        assert_eq!(split(&groups, &own, 0), list(&[("own", 950), ("canary", 50), ("new", 0)]));
        assert_eq!(split(&groups, &own, 1), list(&[("own", 940), ("canary", 50), ("new", 10)]));
        assert_eq!(split(&groups, &own, 100), list(&[("own", 0), ("canary", 50), ("new", 950)]));
        assert_eq!(left(&groups, &own), list(&[("new", 95), ("canary", 5)]));
    }

    #[test]
    fn both_of_a_pair_follow_to_one_new_group() {
        let groups = list(&[("blue", 0), ("green", 100)]);
        let own = own(&[("blue", "new"), ("green", "new")]);
        assert_eq!(split(&groups, &own, 25), list(&[("blue", 0), ("green", 75), ("new", 25)]));
        assert_eq!(left(&groups, &own), list(&[("new", 100)]));
    }

    #[test]
    fn calls_keep_sign_in_and_name_a_group_once() {
        let read = json!([
            {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {"ClientId": "a"}},
            {"Type": "forward", "Order": 2, "TargetGroupArn": "t"},
        ]);
        let read = Node::root("f", &read).items();
        let written = actions(&read);
        assert_eq!(written[0]["AuthenticateOidcConfig"]["UseExistingClientSecret"], json!(true));
        assert!(written[1].get("TargetGroupArn").is_none());
        assert_eq!(groups(&written), list(&[("t", 1)]));
    }

    proptest! {
        #[test]
        fn weights_keep_their_sum_and_their_bounds(
            weights in proptest::collection::vec(0_i64..=999, 1..5),
            mine in 1_usize..5,
            targets in 1_usize..4,
        ) {
            let groups: Vec<(String, i64)> =
                weights.iter().enumerate().map(|(at, weight)| (format!("g{at}"), *weight)).collect();
            let own: BTreeMap<String, String> =
                (0..mine.min(groups.len())).map(|at| (format!("g{at}"), format!("n{}", at % targets))).collect();
            let sum = |list: &[(String, i64)]| list.iter().map(|(_, weight)| weight).sum::<i64>();
            let first = split(&groups, &own, 0);
            let mut before: i64 = 0;
            for percent in [0, 1, 5, 25, 50, 100] {
                let now = split(&groups, &own, percent);
                prop_assert_eq!(sum(&now), sum(&first));
                prop_assert!(now.iter().all(|(_, weight)| (0..=WEIGHT_MAX).contains(weight)));
                let new: i64 = now.iter().filter(|(arn, _)| arn.starts_with('n')).map(|(_, w)| w).sum();
                prop_assert!(new >= before, "the new side only grows");
                before = new;
                if percent == 100 {
                    let old = now.iter().filter(|(arn, _)| own.contains_key(arn));
                    prop_assert!(old.into_iter().all(|(_, weight)| *weight == 0));
                }
            }
        }
    }
}
