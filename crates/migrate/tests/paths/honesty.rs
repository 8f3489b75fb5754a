//! A ruling that says "kept" must be seen: another value, or none, changes what is generated; what
//! it names as its target is there; and a text that is kept stands in some file.

use std::collections::{BTreeMap, BTreeSet};

use migrate::generate::Generated;
use migrate::ledger::{Row, Ruling};
use serde_json::Value;

use super::exceptions::{ABSENT, ALWAYS, TOLD, TRANSLATED};
use super::fixture::{self, Fixture, applied};
use super::{lists, perturb};

/// A ruling under test.
struct Case<'f> {
    fixture: &'f Fixture,
    generated: &'f Generated,
    row: &'f Row,
    path: String,
    value: &'f Value,
}

impl Case<'_> {
    fn listed(&self, table: &[(&str, &str)]) -> bool {
        table.iter().any(|(end, _)| self.path.ends_with(end))
    }

    /// What is generated when the answer is changed at the place of the row.
    fn with(&self, change: impl FnOnce(&mut Value)) -> Generated {
        let mut fixture = self.fixture.clone();
        if let Some(root) = fixture.answers.get_mut(&self.row.file) {
            change(root);
        }
        fixture.generate()
    }

    /// Another value must be seen in the files, or at least in the findings where that is listed.
    fn another(&self, before: &BTreeMap<&str, String>) -> Option<&'static str> {
        if self.listed(ALWAYS) {
            return None;
        }
        let changed = self.with(|root| {
            if let Some(place) = root.pointer_mut(&self.row.pointer) {
                *place = perturb::other(&self.row.pointer, self.value);
            }
        });
        let told = changed.findings != self.generated.findings;
        if self.listed(TOLD) {
            return (!told).then_some("another value is not told");
        }
        (applied(&changed) == *before).then_some("another value changes nothing")
    }

    fn absence(&self, before: &BTreeMap<&str, String>) -> Option<&'static str> {
        if [ALWAYS, TOLD, ABSENT].iter().any(|table| self.listed(table)) {
            return None;
        }
        let gone = self.with(|root| perturb::remove(root, &self.row.pointer));
        (applied(&gone) == *before).then_some("its absence changes nothing")
    }

    /// An exact text stands somewhere, unless both sides have words of their own for it.
    fn occurs(&self, before: &BTreeMap<&str, String>) -> Option<&'static str> {
        let text = self.value.as_str().filter(|_| self.row.ruling == Ruling::Exact)?;
        if [ALWAYS, TOLD, TRANSLATED].iter().any(|table| self.listed(table)) {
            return None;
        }
        let found = before.values().any(|file| file.contains(text));
        (!found).then_some("exact, but the text is nowhere")
    }

    /// `Kind/name …` names an object of the plan, whatever else the target says.
    fn target(&self, objects: &BTreeSet<String>) -> Option<&'static str> {
        let target = self.row.target.as_deref().unwrap_or_default();
        let missing = target.split("; ").filter_map(|part| part.split(' ').next()).any(|first| {
            let kind = first.split('/').next().unwrap_or_default();
            let is_object =
                kind.starts_with(|c: char| c.is_ascii_uppercase()) && first.contains('/');
            is_object && !objects.contains(first)
        });
        missing.then_some("its target is not among the objects")
    }
}

/// `Kind/name` of everything that was generated.
fn objects(generated: &Generated) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for text in applied(generated).values() {
        let field = |line: &str, key: &str| {
            line.strip_prefix(key).map(|rest| rest.trim_matches(['"', ' ']).to_owned())
        };
        let kind = text.lines().find_map(|line| field(line, "kind: "));
        let name = text.lines().find_map(|line| field(line, "  name: "));
        if let (Some(kind), Some(name)) = (kind, name) {
            out.insert(format!("{kind}/{name}"));
        }
        // Generated ConfigMaps stand in kustomizations only.
        for line in text.lines() {
            let line = line.trim_start_matches(['-', ' ']);
            out.extend(field(line, "name: ").map(|name| format!("ConfigMap/{name}")));
        }
    }
    out
}

fn failures(name: &str) -> Vec<String> {
    let mut failures = Vec::new();
    let mut seen = BTreeSet::new();
    for fixture in fixture::all().iter().filter(|fixture| fixture.name == name) {
        let generated = fixture.generate();
        let before = applied(&generated);
        let objects = objects(&generated);
        let kept = |row: &&Row| matches!(row.ruling, Ruling::Exact | Ruling::Approximated);
        for row in generated.rows.iter().filter(kept) {
            let answer = &fixture.answers[&row.file];
            let path = format!("{}{}", row.file, lists::model_path(answer, &row.pointer));
            let Some(value) = answer.pointer(&row.pointer) else { continue };
            // The absence of one element of a list stands for that of any other.
            let first = seen.insert(path.clone());
            let case = Case { fixture, generated: &generated, row, path, value };
            let wrong = [
                case.another(&before),
                first.then(|| case.absence(&before)).flatten(),
                case.occurs(&before),
                case.target(&objects),
            ];
            failures.extend(wrong.into_iter().flatten().map(|why| {
                format!("{}: {why} ({})", case.path, row.target.as_deref().unwrap_or_default())
            }));
        }
    }
    failures
}

fn demand(name: &str) {
    let failures = failures(name);
    assert!(
        failures.is_empty(),
        "{} rulings are not kept:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn what_is_kept_of_a_web_service_is_seen() {
    demand("web");
}

#[test]
fn what_is_kept_of_a_daemon_is_seen() {
    demand("node");
}

#[test]
fn what_is_kept_of_a_scheduled_task_is_seen() {
    demand("job");
}

#[test]
fn what_is_kept_of_a_scaled_service_is_seen() {
    demand("scaled");
}
