//! The order of environments: the least dangerous first.

use std::collections::BTreeSet;

/// Canonical words of environments, the least dangerous first. An environment that is not among
/// them comes between testing and staging: nobody said that it may go first, nor that it is
/// production.
const ORDER: &[&str] = &["local", "sandbox", "alpha", "dev", "int", "test", "qa"];
const LATE: &[&str] =
    &["nonprod", "uat", "stag", "perf", "demo", "beta", "preview", "preprod", "prod"];

/// `environments` in the order in which services move through them.
pub fn ordered(environments: BTreeSet<&str>) -> Vec<String> {
    let mut all: Vec<&str> = environments.into_iter().collect();
    all.sort_by_key(|env| (rank(env), (*env).to_owned()));
    all.into_iter().map(str::to_owned).collect()
}

fn rank(env: &str) -> usize {
    let early = ORDER.iter().position(|one| *one == env);
    let late = LATE.iter().position(|one| *one == env);
    match (early, late) {
        (Some(at), _) => at,
        (None, Some(at)) => ORDER.len() + 1 + at,
        (None, None) => ORDER.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_is_last_whatever_the_alphabet_says() {
        let found = ordered(BTreeSet::from(["prod", "dev", "stag", "blue", "qa"]));
        assert_eq!(found, ["dev", "qa", "blue", "stag", "prod"]);
    }
}
