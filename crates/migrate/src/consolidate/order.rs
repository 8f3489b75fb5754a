//! The order of moves and of steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::consolidate::document::Step;

/// Words of environments from the one where a fault costs least to the one where it costs most.
const RANKS: &[&[&str]] = &[
    &["sandbox", "sbx", "dev", "develop", "development", "local"],
    &["test", "tst", "qa", "ci", "integration"],
    &["stag", "stg", "stage", "staging", "uat", "preprod", "pre"],
];
/// Production, wherever its word comes from.
const LAST: &[&str] = &["prod", "prd", "production", "live"];

/// Where an environment stands: unknown words come before production, after all others.
pub(super) fn rank(env: &str) -> usize {
    if LAST.contains(&env) {
        return RANKS.len() + 1;
    }
    RANKS.iter().position(|words| words.contains(&env)).unwrap_or(RANKS.len())
}

/// The steps so that each comes after those that it names, else in the order given.
///
/// A step in a circle, of which there should be none, comes last rather than not at all.
pub(super) fn sorted(steps: Vec<Step>) -> Vec<Step> {
    let at: BTreeMap<&str, usize> =
        steps.iter().enumerate().map(|(index, step)| (step.id.as_str(), index)).collect();
    let mut open: Vec<usize> = vec![0; steps.len()];
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (index, step) in steps.iter().enumerate() {
        for before in step.after.iter().filter_map(|id| at.get(id.as_str())) {
            open[index] += 1;
            next[*before].push(index);
        }
    }
    let mut ready: BTreeSet<usize> = (0..steps.len()).filter(|index| open[*index] == 0).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(index) = ready.pop_first() {
        order.push(index);
        for later in &next[index] {
            open[*later] = open[*later].saturating_sub(1);
            if open[*later] == 0 {
                ready.insert(*later);
            }
        }
    }
    let placed: BTreeSet<usize> = order.iter().copied().collect();
    order.extend((0..steps.len()).filter(|index| !placed.contains(index)));
    let mut slots: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| slots[index].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_last() {
        let mut envs = ["prod", "blue", "stag", "dev", "qa"];
        envs.sort_by_key(|env| (rank(env), *env));
        assert_eq!(envs, ["dev", "qa", "stag", "blue", "prod"]);
    }
}
