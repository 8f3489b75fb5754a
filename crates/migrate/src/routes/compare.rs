//! Where two listeners treat a request differently, told by the shortest request that shows it.

use std::fmt;

use super::listener::Listener;
use super::outcome::Outcome;
use super::request::{ANYWHERE, Request};

/// Two listeners do different things with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The shortest request that was found.
    pub request: Request,
    /// The rule of today.
    pub rule_before: String,
    /// What happens today.
    pub before: Outcome,
    /// The rule to come.
    pub rule_after: String,
    /// What would happen.
    pub after: Outcome,
    /// How many of the requests met the same two rules and differed.
    pub count: usize,
    /// Why this is known and told elsewhere; `None` for one that nothing explains.
    pub explanation: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} today ({}), {} then ({})",
            self.request, self.before, self.rule_before, self.after, self.rule_after
        )
    }
}

/// Puts every request to both listeners. One difference for each pair of rules, in the order in
/// which they were found; `explain` says why a difference is known.
pub fn compare(
    before: &Listener,
    after: &Listener,
    requests: impl IntoIterator<Item = Request>,
    explain: &dyn Fn(&Difference) -> Option<String>,
) -> Vec<Difference> {
    let mut found: Vec<Difference> = Vec::new();
    for request in requests {
        let Some(difference) = differs(before, after, request, explain) else { continue };
        let same = found.iter_mut().find(|present| {
            present.rule_before == difference.rule_before
                && present.rule_after == difference.rule_after
                && present.explanation == difference.explanation
        });
        match same {
            Some(present) => present.count = present.count.saturating_add(1),
            None => found.push(difference),
        }
    }
    for difference in &mut found {
        shorten(before, after, difference, explain);
    }
    found
}

fn differs(
    before: &Listener,
    after: &Listener,
    request: Request,
    explain: &dyn Fn(&Difference) -> Option<String>,
) -> Option<Difference> {
    let (rule, other) = (before.rule(&request), after.rule(&request));
    let (now, then) = (before.outcome(rule, &request), after.outcome(other, &request));
    if now == then {
        return None;
    }
    let (rule_before, rule_after) = (rule.label.clone(), other.label.clone());
    let mut found = Difference {
        request,
        rule_before,
        before: now,
        rule_after,
        after: then,
        count: 1,
        explanation: None,
    };
    found.explanation = explain(&found);
    Some(found)
}

/// Takes away from the request what the difference does not need.
fn shorten(
    before: &Listener,
    after: &Listener,
    difference: &mut Difference,
    explain: &dyn Fn(&Difference) -> Option<String>,
) {
    let mut again = true;
    while again {
        again = false;
        for shorter in shorter(&difference.request) {
            let Some(found) = differs(before, after, shorter, explain) else { continue };
            let same = found.rule_before == difference.rule_before
                && found.rule_after == difference.rule_after
                && found.explanation == difference.explanation;
            if same {
                let count = difference.count;
                *difference = Difference { count, ..found };
                again = true;
                break;
            }
        }
    }
}

/// Requests that are a little simpler; each is smaller in one part, so that this ends.
fn shorter(request: &Request) -> Vec<Request> {
    let mut out = Vec::new();
    let mut with = |change: &dyn Fn(&mut Request)| {
        let mut one = request.clone();
        change(&mut one);
        if one != *request {
            out.push(one);
        }
    };
    with(&|one| one.headers.clear());
    with(&|one| one.query.clear());
    with(&|one| drop(one.headers.pop()));
    with(&|one| drop(one.query.pop()));
    with(&|one| "GET".clone_into(&mut one.method));
    with(&|one| one.source = ANYWHERE);
    with(&|one| "/".clone_into(&mut one.path));
    with(&|one| one.host = Request::default().host);
    with(&|one| one.host = one.host.to_ascii_lowercase());
    if let Some((head, _)) = request.path.trim_end_matches('/').rsplit_once('/') {
        with(&|one| one.path = format!("{head}/"));
    }
    if request.path.len() > 1 {
        with(&|one| {
            one.path.pop();
        });
    }
    out
}
