//! The example estate as AWS: the sweep asks for exactly its answers, and the plan is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use migrate::generate::{Settings, generate};
use migrate::input::snapshot::Snapshot;
use migrate::naming::Corrections;
use model::ports::Call;
use serde_json::{Value, json};

use crate::aws::{Swept, place};

/// The one operation whose requests differ: the example has the series of Container Insights alone,
/// in files by environment; a sweep asks for eight series of each service, as many as a call takes.
const FIGURES: &str = "cloudwatch:GetMetricData";

fn example() -> Snapshot {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/estate");
    let mut files = BTreeMap::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    Snapshot::parse("examples/estate", &files).unwrap()
}

/// A call as text, its members sorted.
fn key(operation: &str, request: &Value) -> String {
    let mut request = request.clone();
    request.sort_all_objects();
    format!("{operation} {request}")
}

fn by_call(snapshot: &Snapshot) -> BTreeMap<String, (&str, &Value)> {
    let of = |(path, answer)| {
        let path: &String = path;
        let asked = snapshot.asked(path).unwrap();
        (key(&asked.operation, &asked.request), (path.as_str(), answer))
    };
    snapshot.answers.iter().map(of).collect()
}

#[test]
fn every_series_of_the_example_is_asked_for() {
    let example = example();
    let (swept, _) = swept(&example);
    let series = |requests: Vec<&Value>| -> BTreeSet<String> {
        let queries = requests.iter().flat_map(|one| one["MetricDataQueries"].as_array().unwrap());
        queries
            .map(|query| &query["MetricStat"])
            .map(|stat| format!("{} {} {}", stat["Metric"], stat["Period"], stat["Stat"]))
            .collect()
    };
    let asked = swept.calls.iter().filter(|call| call.operation == FIGURES);
    let asked = series(asked.map(|call| &call.request).collect());
    let known = example.manifest.answers.values().filter(|asked| asked.operation == FIGURES);
    let known = series(known.map(|asked| &asked.request).collect());
    assert_eq!(known.len(), 240);
    assert!(known.is_subset(&asked));
}

/// The series of the example that a query asks for.
fn figures(example: &Snapshot, call: &Call) -> Value {
    let mut series = BTreeMap::new();
    for (path, answer) in &example.answers {
        let asked = example.asked(path).unwrap();
        if asked.operation == FIGURES {
            let queries = asked.request["MetricDataQueries"].as_array().unwrap();
            let results = answer["MetricDataResults"].as_array().unwrap();
            for (query, result) in queries.iter().zip(results) {
                let stat = &query["MetricStat"];
                series.insert(format!("{} {}", stat["Metric"], stat["Stat"]), result);
            }
        }
    }
    let queries = call.request["MetricDataQueries"].as_array().unwrap();
    assert!(queries.len() <= 500);
    let results: Vec<Value> = queries
        .iter()
        .map(|query| {
            let stat = &query["MetricStat"];
            let known = series.get(&format!("{} {}", stat["Metric"], stat["Stat"]));
            let mut result = known.map_or_else(
                || json!({"Timestamps": [], "Values": [], "StatusCode": "Complete"}),
                |result| (*result).clone(),
            );
            result["Id"] = query["Id"].clone();
            result["Label"] = query["Label"].clone();
            result
        })
        .collect();
    json!({"MetricDataResults": results, "Messages": []})
}

fn swept(example: &Snapshot) -> (Swept, BTreeSet<String>) {
    let answers = by_call(example);
    let mut unknown = BTreeSet::new();
    let swept = Swept::of(place(), &mut |call| {
        if call.operation == FIGURES {
            return Some(figures(example, call));
        }
        let key = key(&call.operation, &call.request);
        let known = answers.get(&key).map(|(_, answer)| (*answer).clone());
        if known.is_none() {
            unknown.insert(key);
        }
        known
    });
    (swept, unknown)
}

#[test]
fn the_sweep_asks_for_exactly_the_answers_of_the_example() {
    let example = example();
    let (swept, unknown) = swept(&example);
    assert_eq!(unknown, BTreeSet::new(), "asked for, and not in the example");
    let got = swept.snapshot();
    let rest = |snapshot: &Snapshot| -> BTreeMap<String, Value> {
        let kept = |path: &&String| snapshot.asked(path).unwrap().operation != FIGURES;
        let answers = snapshot.answers.keys().filter(kept);
        answers
            .map(|path| (path.clone(), serde_json::to_value(snapshot.asked(path)).unwrap()))
            .collect()
    };
    assert_eq!(rest(&got), rest(&example), "paths, or what was asked for them");
}

#[test]
fn a_scan_of_the_example_plans_as_the_example() {
    let example = example();
    let (swept, _) = swept(&example);
    let plan = |snapshot: Snapshot| {
        let settings = Settings::new("https://git.example.com/config.git");
        generate(&[snapshot], &Corrections::default(), &settings)
    };
    let (one, other) = (plan(swept.snapshot()), plan(example));
    assert_eq!(one.findings, other.findings);
    let files = |generated: &migrate::generate::Generated| -> BTreeMap<String, String> {
        let kept = generated.files.iter().filter(|(path, _)| *path != "plan/rulings.json");
        kept.map(|(path, file)| (path.clone(), file.text.clone())).collect()
    };
    let (one, other) = (files(&one), files(&other));
    for (path, text) in &other {
        assert_eq!(one.get(path), Some(text), "{path}");
    }
    assert_eq!(one.len(), other.len());
}
