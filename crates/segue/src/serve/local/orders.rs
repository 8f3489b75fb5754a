//! Weights that shifts have ordered, put in the place of those that manifests begin with.

use live::BalancerConfig;
use live::balancer::Action;
use live::store::RuleOrdered;
use model::ports::{WeightOrder, Weights};

/// Gives every rule that was ordered its weights, and says which orders these are. An order on
/// target groups that are not there any more has no effect.
pub(super) fn put(orders: &[RuleOrdered], config: &mut BalancerConfig) -> Vec<WeightOrder> {
    let mut due = Vec::new();
    for RuleOrdered { rule, weights, epoch, seq } in orders {
        if !weights.iter().all(|(group, _)| config.groups.contains_key(group)) {
            continue;
        }
        let Some(begins) = weights_of(config, rule) else { continue };
        begins.clone_from(weights);
        due.push(WeightOrder {
            rule: rule.clone(),
            weights: weights.clone(),
            expected: weights.clone(),
            epoch: *epoch,
            seq: *seq,
        });
    }
    due
}

/// The weights of a rule, or of a listener's default, which has the listener's name.
fn weights_of<'a>(config: &'a mut BalancerConfig, rule: &str) -> Option<&'a mut Weights> {
    let actions = config.listeners.iter_mut().flat_map(|(name, listener)| {
        let rules = listener.rules.iter_mut().map(|one| (&one.name, &mut one.action));
        rules.chain([(name, &mut listener.default)])
    });
    let mut named = actions.filter(|(name, _)| *name == rule);
    match named.next()?.1 {
        Action::Forward(forward) => Some(&mut forward.weights),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use live::HealthCheck;
    use model::ports::{Epoch, Weight};

    use super::*;

    fn half(rule: &str, to: &str) -> RuleOrdered {
        let weights = Weights::between("old", to, Weight::new(50).unwrap());
        RuleOrdered { rule: rule.to_owned(), weights, epoch: Epoch(3), seq: 2 }
    }

    #[test]
    fn a_rule_begins_with_what_was_ordered_last() {
        let groups = ["old", "new"].map(|name| (name.to_owned(), HealthCheck::default()));
        let before =
            BalancerConfig::one_rule("front", BTreeMap::from(groups), Weights::all_to("old"));
        for (order, applies) in [
            (half("front", "new"), true),
            (half("other", "new"), false),
            (half("front", "gone"), false),
        ] {
            let mut config = before.clone();
            let due = put(std::slice::from_ref(&order), &mut config);
            assert_eq!(due.len(), usize::from(applies), "{order:?}");
            assert_eq!(config != before, applies, "{order:?}");
            assert!(due.iter().all(|due| due.epoch == Epoch(3) && due.weights == order.weights));
        }
    }
}
