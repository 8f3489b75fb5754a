//! `GetMetricData`: recorded series, found by what they measure and not by how they were asked for.

use super::super::answer::Refusal;
use super::{World, list, text};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Queries that one call may hold (CloudWatch's API reference).
const QUERIES: usize = 500;
/// Points that one answer holds at most.
const POINTS: usize = 100_800;

/// The answer to `request`.
pub(super) fn data(world: &World, request: &Value) -> Result<Map<String, Value>, Refusal> {
    let queries = list(&request["MetricDataQueries"]);
    if queries.len() > QUERIES {
        let message = format!(
            "The collection MetricDataQueries must not have a size greater than {QUERIES}."
        );
        return Err(Refusal::new("ValidationError", message));
    }
    let series = series(world);
    let from = request["NextToken"].as_str().and_then(|token| token.strip_prefix("series-"));
    let from: usize = from.and_then(|number| number.parse().ok()).unwrap_or(0);
    let (mut results, mut points, mut next) = (Vec::new(), 0, None);
    for (number, query) in queries.iter().enumerate().skip(from) {
        let (times, values) = match series.get(&key(query)) {
            Some(found) => between(found, request),
            None => (vec![], vec![]),
        };
        if points + times.len() > POINTS.min(world.points_an_answer) && points > 0 {
            next = Some(number);
            break;
        }
        points += times.len();
        let label = query.get("Label").cloned();
        let label = label.unwrap_or_else(|| query["MetricStat"]["Metric"]["MetricName"].clone());
        results.push(json!({"Id": query["Id"], "Label": label, "StatusCode": "Complete",
            "Timestamps": times, "Values": values}));
    }
    let mut answer = Map::new();
    answer.insert("MetricDataResults".to_owned(), Value::Array(results));
    answer.insert("Messages".to_owned(), json!([]));
    if let Some(number) = next {
        answer.insert("NextToken".to_owned(), Value::from(format!("series-{number}")));
    }
    Ok(answer)
}

fn series(world: &World) -> BTreeMap<String, &Value> {
    let mut series = BTreeMap::new();
    for record in world.recorded("cloudwatch:GetMetricData") {
        let results = record.answer.get("MetricDataResults").map(list).unwrap_or_default();
        for query in list(&record.request["MetricDataQueries"]) {
            if let Some(result) = results.iter().find(|result| result["Id"] == query["Id"]) {
                series.insert(key(query), result);
            }
        }
    }
    series
}

/// Metric, dimensions in any order, and statistic. The points that were recorded stand for whatever
/// period is asked for: nothing finer is known.
fn key(query: &Value) -> String {
    let stat = &query["MetricStat"];
    let metric = &stat["Metric"];
    let mut dimensions: Vec<_> = list(&metric["Dimensions"])
        .iter()
        .map(|one| format!("{}={}", text(&one["Name"]), text(&one["Value"])))
        .collect();
    dimensions.sort();
    let named = format!("{} {}", metric["Namespace"], metric["MetricName"]);
    format!("{named} {} {}", dimensions.join(","), stat["Stat"])
}

/// The points of `result` in the window of `request`; all where its ends cannot be read.
fn between(result: &Value, request: &Value) -> (Vec<Value>, Vec<Value>) {
    let (start, end) = (moment(&request["StartTime"]), moment(&request["EndTime"]));
    let times = list(&result["Timestamps"]).iter();
    let inside = |time: &Value| {
        moment(time).is_none_or(|at| {
            start.is_none_or(|start| start <= at) && end.is_none_or(|end| at < end)
        })
    };
    let pairs = times.zip(list(&result["Values"])).filter(|(time, _)| inside(time));
    pairs.map(|(time, value)| (time.clone(), value.clone())).unzip()
}

/// A time as text or as seconds since 1970.
fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(seconds) => {
            #[expect(clippy::cast_possible_truncation, reason = "whole seconds are enough here")]
            let seconds = seconds.as_f64()? as i64;
            Timestamp::from_second(seconds).ok()
        }
        _ => None,
    }
}
