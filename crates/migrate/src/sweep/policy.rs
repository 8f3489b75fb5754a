//! The read-only policy that a scan needs, made from the table of operations.

use serde_json::{Value, json};

use super::{Operation, operations};

/// Every action that the operations of the sweep need, sorted.
pub fn actions() -> Vec<&'static str> {
    let of = |operation: &'static Operation| {
        std::iter::once(operation.name).chain(operation.also.iter().copied())
    };
    let mut actions: Vec<&str> = operations().flat_map(of).collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// The smallest identity policy with which a scan sees everything that it looks for. Most of the
/// actions take no resource; the others are asked for all things of the account.
pub fn policy() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "SegueScan",
            "Effect": "Allow",
            "Action": actions(),
            "Resource": "*",
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_policy_allows_what_the_sweep_asks_and_nothing_else() {
        let policy = policy();
        let allowed: BTreeSet<&str> = policy["Statement"][0]["Action"]
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action.as_str().unwrap())
            .collect();
        let mut asked: BTreeSet<&str> = operations().map(|operation| operation.name).collect();
        asked.insert("wafv2:GetWebACL");
        assert_eq!(allowed, asked);
        assert!(allowed.iter().all(|action| !action.contains('*')));
        // An identity policy has at most 6,144 characters without blanks (IAM quotas).
        assert!(policy.to_string().len() < 6_144, "{}", policy.to_string().len());
    }
}
