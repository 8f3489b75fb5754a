//! A whole sweep through our own client, one call after the other, and the snapshot of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use live::SystemClock;
use live::aws::{Client, GivenKeys, Pace, Settings};
use migrate::sweep::{Outcome, Place, Sweep};
use model::ports::{Aws, Fault};
use serde_json::{Value, json};

/// What came of a sweep.
pub(crate) struct Swept {
    pub(crate) sweep: Sweep,
    /// Calls without an answer: operation, and code of the reason.
    pub(crate) refused: BTreeSet<(String, String)>,
    pub(crate) client: Client<SystemClock>,
}

/// The committed example estate.
pub(crate) fn estate() -> PathBuf {
    xtask::estate::folder::committed()
}

/// A place of the account of the example estate, with the window of its figures.
pub(crate) fn place() -> Place {
    Place {
        account: "111122223333".into(),
        region: "ap-northeast-2".into(),
        prefixed: false,
        global: true,
        since: "2026-10-18T03:00:00Z".into(),
        until: "2026-11-02T03:00:00Z".into(),
    }
}

/// A client of `url` that asks as fast as it can.
pub(crate) async fn client(
    url: &str,
    region: &str,
    keys: GivenKeys,
) -> Result<Client<SystemClock>, Fault> {
    let settings = Settings {
        region: Some(region.to_owned()),
        endpoint_url: Some(url.to_owned()),
        keys: Some(keys),
        pace: Pace::even(100_000.0),
        ..Settings::default()
    };
    Client::new(settings, SystemClock).await
}

/// Keys that the fake takes.
pub(crate) fn keys() -> GivenKeys {
    GivenKeys::fixed(xtask::fakeaws::ACCESS_KEY_ID, xtask::fakeaws::SECRET_ACCESS_KEY)
}

/// Sweeps on from where `sweep` is, for at most `calls` calls.
pub(crate) async fn go_on(client: Client<SystemClock>, mut sweep: Sweep, calls: usize) -> Swept {
    let mut refused = BTreeSet::new();
    let mut left = calls;
    'all: loop {
        let asks = sweep.due();
        if asks.is_empty() {
            break;
        }
        for ask in asks {
            if left == 0 {
                break 'all;
            }
            left -= 1;
            let outcome = match client.call(&ask.call).await {
                Ok(answer) => Outcome::Answered(answer),
                Err(fault) => {
                    let code = fault.because.code.id.to_string();
                    refused.insert((ask.call.operation.clone(), code));
                    Outcome::Refused
                }
            };
            sweep.take(&ask.path, outcome);
        }
    }
    Swept { sweep, refused, client }
}

/// A sweep from its start to its end.
pub(crate) async fn all(client: Client<SystemClock>) -> Swept {
    go_on(client, Sweep::new(place()), usize::MAX).await
}

/// The elements of every list of every operation, with times in one form.
pub(crate) fn things<'a>(
    answers: impl Iterator<Item = (String, &'a Value)>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut things: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (operation, answer) in answers {
        for (member, value) in answer.as_object().into_iter().flatten() {
            if let Value::Array(items) = value {
                let all = things.entry(format!("{operation} {member}")).or_default();
                // Series have ids and labels by which they were asked for: their values count.
                let values = |item: &Value| {
                    item.get("Values").filter(|_| member == "MetricDataResults").cloned()
                };
                let items = items
                    .iter()
                    .map(|item| one_form(&values(item).unwrap_or_else(|| item.clone())));
                all.extend(items.filter(|item| *item != json!([])).map(|item| item.to_string()));
            }
        }
    }
    things.retain(|_, items| !items.is_empty());
    things
}

/// A value with its times in UTC and without members that hold nothing.
pub(crate) fn one_form(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.parse::<jiff::Timestamp>() {
            Ok(time) if text.len() > 18 => Value::from(time.to_string()),
            _ => value.clone(),
        },
        Value::Array(items) => items.iter().map(one_form).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| **value != json!([]) && !value.is_null());
            Value::Object(kept.map(|(name, value)| (name.clone(), one_form(value))).collect())
        }
        other => other.clone(),
    }
}

/// The recorded answers of a snapshot: operation, request, answer.
pub(crate) fn recorded(folder: &Path) -> Vec<(String, Value, Value)> {
    let read =
        |path: &Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let manifest = read(&folder.join("snapshot.json"));
    let answers = manifest["answers"].as_object().unwrap();
    let one = |(path, asked): (&String, &Value)| {
        let operation = asked["operation"].as_str().unwrap().to_owned();
        (operation, asked["request"].clone(), read(&folder.join(path)))
    };
    answers.iter().map(one).collect()
}

/// Writes what was swept as a snapshot into `folder`.
pub(crate) fn write(sweep: &Sweep, folder: &Path) {
    let mut answers = serde_json::Map::new();
    for (path, asked, answer) in sweep.answered() {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, answer.to_string()).unwrap();
        answers.insert(path.to_owned(), serde_json::to_value(asked).unwrap());
    }
    let text = std::fs::read(estate().join("snapshot.json")).unwrap();
    let mut manifest: Value = serde_json::from_slice(&text).unwrap();
    manifest["answers"] = Value::Object(answers);
    std::fs::write(folder.join("snapshot.json"), manifest.to_string()).unwrap();
}
