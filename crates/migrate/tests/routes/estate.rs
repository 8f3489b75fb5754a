//! The listeners of the example estate, with far more requests than a plan takes time for.

use std::collections::BTreeMap;

use migrate::routes::{Pair, check, pairs};

use crate::given::{example, with_given};

/// Requests to the listeners of each service, all its environments together.
const REQUESTS: usize = 100_000;

#[test]
fn nothing_is_raised_for_the_example_estate() {
    let estate = example();
    let (checked, raised) = with_given(
        &estate,
        &estate,
        |_| (),
        |given| {
            let mut raised = Vec::new();
            (check(given, &mut raised), raised)
        },
    );
    let told: Vec<String> = raised.iter().map(|one| one.reason.sentence()).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    // 12 load balancers for each of three environments would be more; these have services.
    assert!(checked.listeners >= 24, "{checked:?}");
    assert_eq!(checked.unexplained, 0);
}

#[test]
fn a_hundred_thousand_requests_to_each_service_get_to_the_same_place() {
    let estate = example();
    let told = with_given(
        &estate,
        &estate,
        |_| (),
        |given| {
            let mut told = Vec::new();
            let pairs = pairs(given);
            let mut listeners: BTreeMap<&str, usize> = BTreeMap::new();
            for service in pairs.iter().flat_map(|pair| &pair.services) {
                *listeners.entry(service).or_default() += 1;
            }
            assert!(listeners.len() > 12, "{listeners:?}");
            for (seed, pair) in (1..).zip(&pairs) {
                let Pair { environment, arn, services, after, .. } = pair;
                if after.is_none() {
                    told.push(format!("{environment}: no Ingress for {arn}"));
                }
                let fewest = services.iter().map(|service| listeners[service.as_str()]).min();
                let count = REQUESTS.div_ceil(fewest.unwrap_or(1));
                for found in pair.compare(seed, count) {
                    if found.explanation.is_none() {
                        told.push(format!("{environment} {arn}: {found}"));
                    }
                }
            }
            told
        },
    );
    assert!(told.is_empty(), "{}", told.join("\n"));
}
