//! What a scan was not told becomes a finding of the plan.

use model::Reason;
use model::code::aws as code;

use super::{Weight, operation};
use crate::input::snapshot::{Snapshot, Unanswered, Why};
use crate::scope::Scope;

/// Reports every operation that `snapshots` have no answer of.
pub fn report(snapshots: &[Snapshot], scope: &mut Scope) {
    for one in snapshots.iter().flat_map(|snapshot| &snapshot.manifest.denied) {
        scope.report(reason(one));
    }
}

fn reason(one: &Unanswered) -> Reason {
    let known = operation(&one.operation);
    let core = known.is_some_and(|known| known.weight == Weight::Core);
    let code = match one.why {
        Why::Denied if core => &code::SCAN_DENIED_CORE,
        Why::Denied => &code::SCAN_DENIED,
        Why::Failed => &code::SCAN_UNANSWERED,
    };
    let mut actions = vec![one.operation.as_str()];
    actions.extend(known.into_iter().flat_map(|known| known.also));
    Reason::new(code)
        .with("operation", &one.operation)
        .with("account", &one.account)
        .with("region", &one.region)
        .with("calls", one.calls)
        .with("cause", &one.cause)
        .with("actions", actions.join(", "))
        .with("missing", known.map_or("what it tells", |known| known.missing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::snapshot::{Manifest, Source};
    use std::collections::BTreeMap;

    #[test]
    fn a_denied_operation_is_a_finding_with_what_is_missing() {
        let mut manifest = Manifest::new(Source::Aws, String::new(), String::new());
        for (operation, why) in [
            ("ecs:DescribeServices", Why::Denied),
            ("wafv2:GetWebACLForResource", Why::Denied),
            ("rds:DescribeDBInstances", Why::Failed),
        ] {
            manifest.denied.push(Unanswered {
                operation: operation.into(),
                account: "111122223333".into(),
                region: "eu-west-1".into(),
                calls: 2,
                why,
                cause: "AccessDenied".into(),
            });
        }
        let mut scope = Scope::new("", "");
        report(&[Snapshot { manifest, answers: BTreeMap::new() }], &mut scope);
        let severities: String = scope.findings.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, "HMM");
        for finding in &scope.findings {
            let text = format!("{} {}", finding.reason.sentence(), finding.reason.next());
            assert!(!text.contains('{'), "{text}");
        }
        assert!(
            scope.findings[1].reason.next().contains("wafv2:GetWebACL,")
                || scope.findings[1].reason.next().contains(", wafv2:GetWebACL")
        );
    }
}
