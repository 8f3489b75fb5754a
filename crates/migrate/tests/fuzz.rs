//! A short run of what the fuzz targets do for long: broken files, and secrets in odd places.
//!
//! `PROPTEST_CASES=100000 cargo test --release -p migrate --test fuzz` runs it longer.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

#[path = "fuzz/laws.rs"]
mod laws;
#[path = "fuzz/mutate.rs"]
mod mutate;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use migrate::generate::Generated;
use migrate::input::snapshot::parse_answer;
use mutate::Dice;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The estates whose files are broken.
static ESTATES: LazyLock<Vec<BTreeMap<String, Value>>> = LazyLock::new(|| {
    let texts = [
        include_str!("fixtures/paths/web.json"),
        include_str!("fixtures/paths/node.json"),
        include_str!("fixtures/paths/job.json"),
        include_str!("fixtures/paths/scaled.json"),
    ];
    let read = |text: &&str| {
        let mut estate: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
        estate.remove("#asked");
        estate
    };
    texts.iter().map(read).collect()
});

/// An estate of which only the task definition is there, or everything.
fn estate(index: usize, whole: bool) -> BTreeMap<String, Value> {
    let mut answers = ESTATES[index % ESTATES.len()].clone();
    answers.retain(|name, _| whole || name.contains("TaskDefinition"));
    answers
}

/// Every YAML file reads back as documents with a kind.
fn yaml_reads_back(generated: &Generated) -> Result<(), String> {
    for (path, file) in &generated.files {
        let is_yaml = path.rsplit('.').next() == Some("yaml");
        if is_yaml && path != "naming.yaml" && path != "plan/waivers.yaml" {
            let read: Value = serde_saphyr::from_str(&file.text)
                .map_err(|e| format!("{path}: {e}\n{}", file.text))?;
            if !read["kind"].is_string() {
                return Err(format!("{path} has no kind"));
            }
        }
    }
    Ok(())
}

/// Names that promise a secret, and what secrets look like.
fn secret() -> impl Strategy<Value = (String, String)> {
    let name = prop_oneof![
        Just("DB_PASSWORD"),
        Just("API_TOKEN"),
        Just("clientSecret"),
        Just("SIGNING_KEY"),
        Just("AUTH_TOKEN"),
        Just("redis-password"),
        Just("GITHUB_API_KEY"),
        Just("Passphrase"),
    ];
    let value = prop_oneof![
        "[A-Za-z0-9!#%+^~][A-Za-z0-9!#%+^~-]{11,40}",
        "[a-z]{4}:[A-Za-z0-9]{9,20}",
        "[0-9]{12,18}",
        "[A-Za-z]{5} [A-Za-z]{5} [a-z]{6}",
        "[A-Za-z0-9+/]{30}==",
        "ghp_[A-Za-z0-9]{36}",
        "한글[a-z]{8}",
    ];
    (name.prop_map(str::to_owned), value)
}

/// Puts the secret where people leave them.
fn plant(answers: &mut BTreeMap<String, Value>, place: u8, name: &str, value: &str) {
    let task = answers.iter_mut().find(|(name, _)| name.contains("TaskDefinition")).unwrap().1;
    let task =
        if task.get("taskDefinition").is_some() { &mut task["taskDefinition"] } else { task };
    let pair = json!({"name": name, "value": value});
    let container = &mut task["containerDefinitions"][0];
    let mut push = |list: &str, item: Value| match container[list].as_array_mut() {
        Some(list) => list.push(item),
        None => container[list] = json!([item]),
    };
    match place % 10 {
        0 => push("environment", pair),
        1 => container["dockerLabels"] = json!({name: value}),
        2 => push("command", json!(format!("--{name}={value}"))),
        3 => container["command"] = json!([format!("--{name}"), value]),
        4 => push("entryPoint", json!(format!("run {name}={value}"))),
        5 => {
            let script = format!("curl -H 'x: y' --{name} {value} localhost");
            container["healthCheck"] = json!({"command": ["CMD-SHELL", script]});
        }
        6 => {
            container["logConfiguration"] =
                json!({"logDriver": "awslogs", "options": {name: value}});
        }
        7 => task["tags"] = json!([{"key": name, "value": value}]),
        8 => {
            let url = format!("amqp://me:{}@mq.example.com/x", value.replace([' ', '/'], "_"));
            push("environment", json!({"name": "URL", "value": url}));
        }
        _ => {
            push("environment", pair);
            push("environment", json!({"name": "COPY", "value": format!("prefix,{value},suffix")}));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_files_keep_the_laws(bytes in prop::collection::vec(any::<u8>(), 2..160), index in 0_usize..4, whole in any::<bool>()) {
        let mut answers = estate(index, whole);
        let mut dice = Dice::new(&bytes);
        let count = answers.len();
        while !dice.is_empty() {
            let value = answers.values_mut().nth(dice.below(count)).unwrap();
            mutate::mutate(value, &mut dice);
        }
        let generated = laws::plan(answers).map_err(TestCaseError::fail)?;
        yaml_reads_back(&generated).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn broken_text_is_refused_or_planned(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), index in 0_usize..4) {
        let text = serde_json::to_string(estate(index, false).values().next().unwrap()).unwrap();
        let mut bytes = text.into_bytes();
        for (place, byte) in edits {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(value) = parse_answer("x.json", &bytes) {
            let _ = laws::plan(BTreeMap::from([("x.json".to_owned(), value)])).map_err(TestCaseError::fail)?;
        }
    }

    #[test]
    fn a_secret_comes_out_nowhere((name, value) in secret(), place in any::<u8>(), index in 0_usize..4) {
        let mut answers = estate(index, true);
        plant(&mut answers, place, &name, &value);
        let generated = laws::plan(answers).map_err(TestCaseError::fail)?;
        let value = if place % 10 == 8 { value.replace([' ', '/'], "_") } else { value };
        for (path, file) in &generated.files {
            let shown = file.text.contains(&value);
            prop_assert!(!shown, "{path} shows {name} {value:?} (place {})", place % 10);
        }
    }
}
