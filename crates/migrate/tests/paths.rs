//! No silent drop: every field that the AWS models know has a ruling that holds.
//!
//! The lists in `paths/` are walked one by one. Each field stands in an estate that is planned as
//! a whole; its row must be a ruling of a converter, never of the net below them, and a ruling
//! that says "kept" must be seen in what is generated.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

#[path = "paths/exceptions.rs"]
mod exceptions;
#[path = "paths/fixture.rs"]
mod fixture;
#[path = "paths/honesty.rs"]
mod honesty;
#[path = "paths/insert.rs"]
mod insert;
#[path = "paths/lists.rs"]
mod lists;
#[path = "paths/perturb.rs"]
mod perturb;

use std::collections::{BTreeMap, BTreeSet};

use fixture::{Fixture, row};
use lists::List;
use migrate::generate::Generated;
use migrate::ledger::{Row, Ruling};
use model::code::convert as code;

/// What is wrong with the ruling of a place; nothing if it is sound.
fn wrong(generated: &Generated, row: Option<&Row>) -> Option<String> {
    let Some(row) = row else { return Some("it has no row".to_owned()) };
    let ids: Vec<&str> = row.finding.iter().flat_map(|ids| ids.split("; ")).collect();
    let net = [code::UNKNOWN_FIELD.id, code::UNKNOWN_FILE.id];
    if ids.iter().any(|id| net.iter().any(|code| id.starts_with(code))) {
        return Some("only the safety net speaks of it".to_owned());
    }
    let known = |id: &&&str| !generated.findings.iter().any(|finding| finding.id == **id);
    if let Some(id) = ids.iter().find(known) {
        return Some(format!("finding {id} does not exist"));
    }
    let named = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    match row.ruling {
        Ruling::Exact if !named(&row.target) => Some("exact, but it names no target".to_owned()),
        Ruling::Approximated if !named(&row.target) || !named(&row.reason) => {
            Some("approximated without target or reason".to_owned())
        }
        Ruling::Finding if ids.is_empty() => Some("a finding without an id".to_owned()),
        Ruling::Ignored if !named(&row.reason) => Some("ignored without a reason".to_owned()),
        _ => None,
    }
}

/// The rulings of all paths of a list: of those that stand in a fixture, and of each other one
/// after it is put into the first fixture that has such an answer.
fn walk(
    list: &List,
    fixtures: &[(Fixture, Generated)],
    tally: &mut BTreeMap<String, usize>,
) -> Vec<String> {
    let mut failures = Vec::new();
    let mut seen = BTreeSet::new();
    for (fixture, generated) in fixtures {
        let Some(answer) = fixture.answers.get(list.name) else { continue };
        for row in generated.rows.iter().filter(|row| row.file == list.name) {
            let place = lists::model_path(answer, &row.pointer);
            let Some(path) = list.path_of(&place) else {
                failures.push(format!("{} {place}: AWS knows no such field", fixture.name));
                continue;
            };
            seen.insert(path);
            *tally.entry(format!("{:?}", row.ruling)).or_default() += 1;
            let wrong = wrong(generated, Some(row));
            failures.extend(wrong.map(|why| format!("{} {path}: {why}", fixture.name)));
        }
    }
    for path in list.leaves().filter(|path| !seen.contains(path)) {
        let mut fixture = home(list, fixtures);
        let answer = fixture.answers.entry(list.name.to_owned()).or_default();
        let pointer = insert::insert(answer, path, insert::plausible(path));
        let generated = fixture.generate();
        let row = row(&generated, list.name, &pointer);
        let base =
            fixtures.iter().find(|(other, _)| other.name == fixture.name).map(|(_, base)| base);
        failures.extend(unseen(path, row, base, &generated).map(|why| format!("{path}: {why}")));
        if let Some(row) = row {
            *tally.entry(format!("{:?}", row.ruling)).or_default() += 1;
        }
        failures.extend(wrong(&generated, row).map(|why| format!("{path}: {why}")));
    }
    failures
}

/// A value that was put in and ruled as kept, and of which nothing is to be seen.
fn unseen(
    path: &str,
    row: Option<&Row>,
    base: Option<&Generated>,
    generated: &Generated,
) -> Option<&'static str> {
    let listed = |table: &[(&str, &str)]| table.iter().any(|(end, _)| path.ends_with(end));
    let row = row.filter(|row| matches!(row.ruling, Ruling::Exact | Ruling::Approximated))?;
    if [exceptions::ALWAYS, exceptions::TOLD, exceptions::ABSENT].iter().any(|table| listed(table))
    {
        return None;
    }
    let files = fixture::applied(generated);
    if base.is_some_and(|base| fixture::applied(base) == files) {
        return Some("kept, but its presence changes nothing");
    }
    let nonsense = row.ruling == Ruling::Exact && insert::plausible(path) == "plausible";
    let nowhere = !files.values().any(|text| text.contains("plausible"));
    (nonsense && nowhere).then_some("exact, but the text is nowhere")
}

/// A fixture that has an answer of this call, or one that the answer can be added to.
fn home(list: &List, fixtures: &[(Fixture, Generated)]) -> Fixture {
    let has = |fixture: &Fixture| fixture.answers.contains_key(list.name);
    let found = fixtures.iter().find(|(fixture, _)| has(fixture)).or(fixtures.first());
    found.unwrap().0.clone()
}

#[test]
fn every_path_of_the_models_has_a_ruling() {
    let fixtures: Vec<(Fixture, Generated)> = fixture::all()
        .into_iter()
        .map(|fixture| {
            let generated = fixture.generate();
            (fixture, generated)
        })
        .collect();
    let mut failures = Vec::new();
    let mut paths = 0;
    let mut tally = BTreeMap::new();
    for list in lists::all() {
        paths += list.paths.len();
        failures.extend(
            walk(&list, &fixtures, &mut tally)
                .into_iter()
                .map(|text| format!("{} {text}", list.name)),
        );
    }
    println!("{paths} paths; rulings of leaves: {tally:?}");
    assert!(
        failures.is_empty(),
        "{} rulings do not hold:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// The numbers that the issue names: a list that lost a path is a mistake.
#[test]
fn the_lists_are_whole() {
    let count =
        |name: &str| lists::all().iter().find(|list| list.name == name).unwrap().paths.len();
    assert_eq!(count("ecs-RegisterTaskDefinition"), 169);
    assert_eq!(count("ecs-CreateService"), 166);
}
