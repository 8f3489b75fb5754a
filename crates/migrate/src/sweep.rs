//! The sweep of an account: which calls to make, given the answers so far.
//!
//! Pure: [`Sweep::due`] says what to ask, whoever asks gives each answer back, and so on until
//! nothing is left. One table ([`operations`]) holds every operation; the read-only policy, the
//! scan and the check of permissions are all made from it. No call of the table gives the value of
//! a secret or of a parameter.

mod around;
mod balancers;
mod denied;
mod ecs;
mod names;
mod network;
mod operation;
mod page;
mod policy;
mod seen;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use model::ports::Call;
use serde_json::Value;

use crate::input::snapshot::Asked;

pub use denied::report;
use operation::Draft;
pub use operation::{Operation, Weight};
pub use policy::{actions, policy};
use seen::Seen;

/// Pages of one list at most; a list that goes on longer goes in a circle.
const PAGES_MAX: usize = 2_000;

/// Every operation of the sweep, each behind those whose answers it needs.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    [ecs::TABLE, balancers::TABLE, around::TABLE, network::TABLE, usage::TABLE]
        .into_iter()
        .flatten()
}

/// The operation called `name`, `ecs:ListClusters`.
pub fn operation(name: &str) -> Option<&'static Operation> {
    operations().find(|operation| operation.name == name)
}

/// What is swept: one account in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The account, 12 digits.
    pub account: String,
    /// The region, `ap-northeast-2`.
    pub region: String,
    /// True if the paths of the answers begin with account and region, as in a snapshot of several.
    pub prefixed: bool,
    /// True if services without a region (IAM, Route 53) are asked here.
    pub global: bool,
    /// Begin of the figures of use, RFC 3339.
    pub since: String,
    /// End of the figures of use, RFC 3339.
    pub until: String,
}

/// A call to make, and where its answer belongs in the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// `answers/ecs/ListClusters/1.json`.
    pub path: String,
    /// The call.
    pub call: Call,
}

/// What has become of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// AWS answered.
    Answered(Value),
    /// AWS refused for good; the sweep goes on without it.
    Refused,
}

/// A call of the sweep and what is known of it.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    call: Call,
    /// Which page of its list, from 1; 0 for what was restored and has not been come by yet.
    page: usize,
    /// The name before the number of the page.
    name: Option<String>,
    outcome: Option<Outcome>,
}

/// A sweep under way.
#[derive(Debug, Clone)]
pub struct Sweep {
    place: Place,
    /// Operation → path → entry.
    entries: BTreeMap<String, BTreeMap<String, Entry>>,
    /// Identity of a call → path.
    known: BTreeMap<String, String>,
    /// Operations of which nothing more will be asked.
    whole: BTreeSet<&'static str>,
    /// Operations with answers that `next` has not looked at.
    stale: BTreeSet<String>,
    /// True once `next` has looked at every operation.
    begun: bool,
}

impl Sweep {
    /// A sweep of which nothing is known.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            entries: BTreeMap::new(),
            known: BTreeMap::new(),
            whole: BTreeSet::new(),
            stale: BTreeSet::new(),
            begun: false,
        }
    }

    /// What is swept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The calls that can be made now and have not been given out yet, in order of the table.
    /// Nothing, and nothing outstanding: the sweep is done.
    pub fn due(&mut self) -> Vec<Ask> {
        let mut asks = Vec::new();
        for operation in operations() {
            let inputs = operation.after.iter();
            let touched = self.stale.contains(operation.name)
                || inputs.clone().any(|name| self.stale.contains(*name));
            if self.whole.contains(operation.name) || (self.begun && !touched) {
                continue;
            }
            let ready = inputs.clone().all(|name| self.whole.contains(name));
            let wanted = self.place.global || !operation.global;
            let mut settled = ready || !wanted;
            if wanted && (ready || !operation.waits) {
                for draft in (operation.drafts)(&Seen::new(self)) {
                    settled &= self.follow(operation, draft, &mut asks);
                }
            }
            if settled {
                self.whole.insert(operation.name);
                // Those that wait for it have to be looked at.
                self.stale.insert(operation.name.to_owned());
            }
        }
        self.begun = true;
        self.stale.clear();
        asks
    }

    /// Walks the pages of one list; true if it is known to its end.
    fn follow(&mut self, operation: &Operation, draft: Draft, asks: &mut Vec<Ask>) -> bool {
        let mut call = Call::new(operation.name, draft.request);
        let mut seen = BTreeSet::new();
        for page in 1..=PAGES_MAX {
            let key = names::identity(&call);
            if !seen.insert(key.clone()) {
                return true;
            }
            let Some(path) = self.known.get(&key) else {
                let path = self.add(&key, call.clone(), draft.name.clone(), page);
                asks.push(Ask { path, call });
                return false;
            };
            let entry = self.entries.get_mut(operation.name).and_then(|all| all.get_mut(path));
            let Some(entry) = entry else { return false };
            // What a resumed scan gave back knows neither.
            (entry.page, entry.name) = (page, draft.name.clone());
            match &entry.outcome {
                None => return false,
                Some(Outcome::Refused) => return true,
                Some(Outcome::Answered(answer)) => {
                    match page::following(operation.page, &call, answer) {
                        Some(following) => call = following,
                        None => return true,
                    }
                }
            }
        }
        true
    }

    fn add(&mut self, key: &str, call: Call, name: Option<String>, page: usize) -> String {
        let folder = names::folder(&self.place, &call);
        let operation = call.operation.clone();
        let all = self.entries.entry(operation).or_default();
        let path = names::path(&folder, name.as_deref(), page, key, |path| all.contains_key(path));
        all.insert(path.clone(), Entry { call, page, name, outcome: None });
        self.known.insert(key.to_owned(), path.clone());
        path
    }

    /// Takes in what became of the call at `path`. What was never asked is not heard.
    pub fn take(&mut self, path: &str, outcome: Outcome) {
        let entry = self.entries.values_mut().find_map(|all| all.get_mut(path));
        if let Some(entry) = entry {
            entry.outcome = Some(outcome);
            self.stale.insert(entry.call.operation.clone());
        }
    }

    /// Takes in an answer of an earlier run, so that it is not asked again. Before the first
    /// [`Sweep::due`].
    pub fn restore(&mut self, path: &str, call: Call, answer: Value) {
        let key = names::identity(&call);
        let outcome = Some(Outcome::Answered(answer));
        self.known.insert(key, path.to_owned());
        let all = self.entries.entry(call.operation.clone()).or_default();
        all.insert(path.to_owned(), Entry { call, page: 0, name: None, outcome });
    }

    /// Every answer with its path and what was asked, for the manifest.
    pub fn answered(&self) -> impl Iterator<Item = (&str, Asked, &Value)> {
        self.entries.values().flatten().filter_map(|(path, entry)| match &entry.outcome {
            Some(Outcome::Answered(answer)) => {
                Some((path.as_str(), self.asked(&entry.call), answer))
            }
            Some(Outcome::Refused) | None => None,
        })
    }

    /// How the manifest writes a call.
    pub fn asked(&self, call: &Call) -> Asked {
        Asked {
            operation: call.operation.clone(),
            account: Some(self.place.account.clone()),
            region: Some(self.place.region.clone()),
            request: call.request.clone(),
        }
    }

    /// True if `path` is one that a sweep of this place would use.
    pub fn owns(&self, path: &str) -> bool {
        path.starts_with(&names::root(&self.place))
    }
}

/// The first path of an operation without a name of its own, `answers/sts/GetCallerIdentity/1.json`.
pub fn first_path(place: &Place, operation: &str) -> String {
    let call = Call::new(operation, Value::Null);
    names::path(&names::folder(place, &call), None, 1, "", |_| false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::snapshot::ANSWERS;

    #[test]
    fn every_operation_stands_behind_those_that_it_needs() {
        let mut before = BTreeSet::new();
        for operation in operations() {
            for needed in operation.after {
                assert!(before.contains(needed), "{} needs {needed}", operation.name);
            }
            assert!(before.insert(operation.name), "{} stands twice", operation.name);
        }
    }

    #[test]
    fn nothing_asks_for_values_of_secrets() {
        for operation in operations() {
            let name = operation.name.split_once(':').unwrap().1;
            assert!(!name.contains("SecretValue"), "{name}");
            assert!(!name.starts_with("GetParameter"), "{name}");
            let reads = ["List", "Describe", "Get", "BatchGet"];
            assert!(reads.iter().any(|verb| name.starts_with(verb)), "{name}");
        }
    }

    #[test]
    fn paths_lie_under_the_answers() {
        let place = Place {
            account: "111122223333".into(),
            region: "ap-northeast-2".into(),
            prefixed: true,
            global: true,
            since: String::new(),
            until: String::new(),
        };
        let mut sweep = Sweep::new(place);
        let asks = sweep.due();
        assert!(asks.len() > 20, "{}", asks.len());
        assert!(asks.iter().all(|ask| ask.path.starts_with(ANSWERS) && sweep.owns(&ask.path)));
        assert_eq!(sweep.due(), []);
    }
}
