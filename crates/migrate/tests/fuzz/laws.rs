//! What holds for every input, however broken: one row a leaf, and paths that stay in the tree.

use std::collections::BTreeMap;

use migrate::generate::{Generated, Settings, generate};
use migrate::input::snapshot::{Manifest, Snapshot, Source};
use migrate::naming::Corrections;
use serde_json::Value;

/// Plans `answers` as files that somebody kept, and says which law it breaks.
///
/// # Errors
/// The broken law in words.
pub(crate) fn plan(answers: BTreeMap<String, Value>) -> Result<Generated, String> {
    let manifest = Manifest::new(Source::Files, String::new(), String::new());
    let snapshot = [Snapshot { manifest, answers }];
    let settings = Settings::new("https://git.example.com/config.git");
    let generated = generate(&snapshot, &Corrections::default(), &settings);
    one_row_a_leaf(&snapshot[0].answers, &generated)?;
    paths_stay_inside(&generated)?;
    Ok(generated)
}

/// Every leaf of every file has one row, and there is no other row.
///
/// # Errors
/// The first place for which that is not so.
pub(crate) fn one_row_a_leaf(
    answers: &BTreeMap<String, Value>,
    generated: &Generated,
) -> Result<(), String> {
    let mut left: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for (file, value) in answers {
        leaves(value, String::new(), &mut |pointer| {
            left.insert((file.as_str(), pointer), 0);
        });
    }
    for row in &generated.rows {
        let count = left.get_mut(&(row.file.as_str(), row.pointer.clone()));
        *count.ok_or_else(|| format!("a row for no leaf: {} {}", row.file, row.pointer))? += 1;
    }
    match left.into_iter().find(|(_, count)| *count != 1) {
        Some(((file, pointer), count)) => Err(format!("{count} rows for {file} {pointer}")),
        None => Ok(()),
    }
}

/// Calls `found` with the RFC 6901 pointer of every scalar, null, `{}` and `[]`, and of the points of
/// every series, `…/MetricDataResults/N/Values` and `…/Timestamps`, that are numbers or strings.
fn leaves(value: &Value, pointer: String, found: &mut impl FnMut(String)) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                leaves(value, format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let parts: Vec<&str> = pointer.rsplit('/').take(3).collect();
            let series = matches!(parts[..], ["Values" | "Timestamps", _, "MetricDataResults"]);
            if series && list.iter().all(|point| point.is_number() || point.is_string()) {
                return found(pointer);
            }
            for (index, value) in list.iter().enumerate() {
                leaves(value, format!("{pointer}/{index}"), found);
            }
        }
        _ => found(pointer),
    }
}

fn paths_stay_inside(generated: &Generated) -> Result<(), String> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let part_is_fine = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.len() <= 200
            && part.chars().all(fine)
    };
    match generated.files.keys().find(|path| !path.split('/').all(part_is_fine)) {
        Some(path) => Err(format!("no path to write: {path:?}")),
        None => Ok(()),
    }
}
