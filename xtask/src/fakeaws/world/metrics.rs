//! `GetMetricData`: recorded series, found by what they measure and not by how they were asked for.
//!
//! Points are put together to the period that is asked for. Where the recording is coarser, its own
//! points are all there is, as in `CloudWatch` for what was published that way. The recorded window
//! comes again and again, before and after, so that an account which is scanned today has been used
//! lately too; a window as long as the recorded one has each recorded point once, whenever it ends.

use super::super::answer::Refusal;
use super::{World, list, text};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Queries that one call may hold (`CloudWatch`'s API reference).
const QUERIES: usize = 500;
/// Points that one answer holds at most.
const POINTS: usize = 100_800;
/// Seconds for which `CloudWatch` keeps points of an hour: 455 days.
const KEPT_SECS: i64 = 455 * 86_400;

/// A recorded series.
struct Series {
    /// Seconds since 1970, and the value.
    points: BTreeMap<i64, Value>,
    /// What one point says of its time: `Average`.
    stat: String,
    /// Seconds from one point to the next.
    resolution: i64,
    /// Seconds of the recorded window.
    length: i64,
}

/// What a call asks of every series.
struct Window {
    /// The first second, in whole minutes.
    start: i64,
    /// The first second after it.
    end: i64,
    newest_first: bool,
}

/// The answer to `request`.
pub(super) fn data(world: &World, request: &Value) -> Result<Map<String, Value>, Refusal> {
    let queries = list(&request["MetricDataQueries"]);
    if queries.len() > QUERIES {
        return Err(invalid(format!(
            "The collection MetricDataQueries must not have a size greater than {QUERIES}."
        )));
    }
    let window = Window::of(request)?;
    let series = series(world);
    let most = request["MaxDatapoints"].as_u64().and_then(|most| usize::try_from(most).ok());
    let most = most.unwrap_or(POINTS).min(POINTS).min(world.points_an_answer).max(1);
    let (from, skipped) = place(&request["NextToken"]);
    let (mut results, mut points, mut next) = (Vec::new(), 0, None);
    for (number, query) in queries.iter().enumerate().skip(from) {
        let period = period(query)?;
        let found = series.get(&key(query));
        let all = found.map(|series| series.points(&window, period)).unwrap_or_default();
        let left = all.get(if number == from { skipped } else { 0 }..).unwrap_or_default();
        let room = most - points;
        if room == 0 && !left.is_empty() {
            next = Some(format!("{number}-0"));
            break;
        }
        let (now, later) = left.split_at(left.len().min(room));
        let (times, values): (Vec<Value>, Vec<Value>) = now.iter().cloned().unzip();
        let label = query.get("Label").cloned();
        let label = label.unwrap_or_else(|| query["MetricStat"]["Metric"]["MetricName"].clone());
        let status = if later.is_empty() { "Complete" } else { "PartialData" };
        results.push(json!({"Id": query["Id"], "Label": label, "StatusCode": status,
            "Timestamps": times, "Values": values}));
        points += now.len();
        if !later.is_empty() {
            next = Some(format!("{number}-{}", all.len() - later.len()));
            break;
        }
    }
    let mut answer = Map::new();
    answer.insert("MetricDataResults".to_owned(), Value::Array(results));
    answer.insert("Messages".to_owned(), json!([]));
    if let Some(place) = next {
        answer.insert("NextToken".to_owned(), Value::from(format!("series-{place}")));
    }
    Ok(answer)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationError", message.into())
}

/// The series and the points of it that earlier pages ended with.
fn place(token: &Value) -> (usize, usize) {
    let place = text(token).strip_prefix("series-").and_then(|place| place.split_once('-'));
    let number = |text: &str| text.parse().unwrap_or(0);
    place.map_or((0, 0), |(series, points)| (number(series), number(points)))
}

/// The seconds of a point: one, five, ten, twenty, thirty, or whole minutes.
fn period(query: &Value) -> Result<i64, Refusal> {
    if query["MetricStat"].is_null() {
        return Err(invalid("This account computes no expressions: ask for a MetricStat."));
    }
    let secs = query["MetricStat"]["Period"].as_i64().unwrap_or_default();
    if matches!(secs, 1 | 5 | 10 | 20 | 30) || (secs > 0 && secs % 60 == 0) {
        return Ok(secs);
    }
    Err(invalid(format!("Period {secs} must be 1, 5, 10, 20, 30 or a multiple of 60.")))
}

impl Window {
    fn of(request: &Value) -> Result<Self, Refusal> {
        let end = |name: &str| {
            let secs = moment(&request[name]);
            secs.ok_or_else(|| invalid(format!("{name} is no time: {}", request[name])))
        };
        let (start, end) = (end("StartTime")?, end("EndTime")?);
        if start >= end {
            return Err(invalid("The parameter StartTime must be less than EndTime."));
        }
        let start = start.max(end.saturating_sub(KEPT_SECS));
        let newest_first = request["ScanBy"] != "TimestampAscending";
        Ok(Self { start: start.div_euclid(60) * 60, end, newest_first })
    }
}

impl Series {
    /// Time and value of every point in the window. Longer periods than the recorded one begin where
    /// the window does.
    fn points(&self, window: &Window, period: i64) -> Vec<(Value, Value)> {
        let mut parts: BTreeMap<i64, Vec<&Value>> = BTreeMap::new();
        for (at, value) in &self.points {
            let ahead = (window.start - at).div_euclid(self.length);
            let mut at = at + ahead * self.length;
            while at < window.end {
                if at >= window.start {
                    let part = (at - window.start).div_euclid(period) * period + window.start;
                    let part = if period > self.resolution { part } else { at };
                    parts.entry(part).or_default().push(value);
                }
                at += self.length;
            }
        }
        let points = parts.into_iter().filter_map(|(at, values)| {
            let time = Timestamp::from_second(at).ok()?.strftime("%Y-%m-%dT%H:%M:%S+00:00");
            Some((Value::from(time.to_string()), self.together(&values)?))
        });
        let mut points: Vec<_> = points.collect();
        if window.newest_first {
            points.reverse();
        }
        points
    }

    /// One value for several points, each of which stands for as many samples as the others.
    fn together(&self, values: &[&Value]) -> Option<Value> {
        if let [one] = values {
            return Some((*one).clone());
        }
        let numbers = values.iter().filter_map(|value| value.as_f64());
        match self.stat.as_str() {
            "Maximum" => numbers.reduce(f64::max),
            "Minimum" => numbers.reduce(f64::min),
            "Sum" | "SampleCount" => Some(numbers.sum()),
            "Average" => {
                let count = u32::try_from(values.len()).ok()?;
                Some(numbers.sum::<f64>() / f64::from(count))
            }
            // A percentile of percentiles is none: only what was recorded is known.
            _ => None,
        }
        .map(Value::from)
    }
}

fn series(world: &World) -> BTreeMap<String, Series> {
    let mut series = BTreeMap::new();
    for record in world.recorded("cloudwatch:GetMetricData") {
        let results = record.answer.get("MetricDataResults").map(list).unwrap_or_default();
        let span = moment(&record.request["EndTime"]).zip(moment(&record.request["StartTime"]));
        let length = span.map(|(end, start)| end - start).filter(|length| *length > 0);
        for query in list(&record.request["MetricDataQueries"]) {
            let Some(result) = results.iter().find(|result| result["Id"] == query["Id"]) else {
                continue;
            };
            let pairs = list(&result["Timestamps"]).iter().zip(list(&result["Values"]));
            let points = pairs.filter_map(|(at, value)| Some((moment(at)?, value.clone())));
            let stat = &query["MetricStat"];
            let one = Series {
                points: points.collect(),
                stat: text(&stat["Stat"]).to_owned(),
                resolution: stat["Period"].as_i64().unwrap_or(60),
                // Without a window nothing comes again.
                length: length.unwrap_or(1 << 40),
            };
            series.insert(key(query), one);
        }
    }
    series
}

/// Metric, dimensions in any order, and statistic.
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

/// A time as text or as seconds since 1970, in whole seconds.
fn moment(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => Some(text.parse::<Timestamp>().ok()?.as_second()),
        #[expect(clippy::cast_possible_truncation, reason = "whole seconds are enough here")]
        Value::Number(seconds) => seconds.as_f64().map(|seconds| seconds as i64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Recorded;
    use super::*;

    /// CPU of one service hour by hour for a day, 0 to 23, with its highest a hundred above.
    fn world(points_an_answer: usize) -> World {
        let result = |id: &str, above: u32| {
            let times = (0..24).map(|hour| format!("2026-10-18T{hour:02}:00:00+00:00"));
            let values = (0..24).map(|hour| hour + above);
            json!({"Id": id, "Timestamps": times.collect::<Vec<_>>(),
                "Values": values.collect::<Vec<_>>()})
        };
        let request = json!({
            "MetricDataQueries": [query("a", "Average", 3600), query("b", "Maximum", 3600)],
            "StartTime": "2026-10-18T00:00:00Z", "EndTime": "2026-10-19T00:00:00Z"});
        let answer = json!({"MetricDataResults": [result("a", 0), result("b", 100)]});
        let Value::Object(answer) = answer else { unreachable!() };
        let recorded = vec![Recorded { request, answer }];
        World {
            recorded: BTreeMap::from([("cloudwatch:GetMetricData".to_owned(), recorded)]),
            region: String::new(),
            records_a_page: 1,
            points_an_answer,
        }
    }

    fn query(id: &str, stat: &str, period: i64) -> Value {
        json!({"Id": id, "MetricStat": {"Period": period, "Stat": stat,
            "Metric": {"Namespace": "N", "MetricName": "M", "Dimensions": []}}})
    }

    fn ask(queries: &[Value], start: &str, end: &str) -> Value {
        json!({"MetricDataQueries": queries, "StartTime": start, "EndTime": end,
            "ScanBy": "TimestampAscending"})
    }

    fn values(answer: &Map<String, Value>, number: usize) -> Vec<f64> {
        list(&answer["MetricDataResults"][number]["Values"])
            .iter()
            .filter_map(Value::as_f64)
            .collect()
    }

    #[test]
    fn points_are_put_together_to_the_period_that_is_asked_for() {
        let queries = [query("x", "Average", 6 * 3600), query("y", "Maximum", 6 * 3600)];
        let request = ask(&queries, "2026-10-18T00:00:00Z", "2026-10-19T00:00:00Z");
        let answer = data(&world(POINTS), &request).unwrap();
        assert_eq!(values(&answer, 0), [2.5, 8.5, 14.5, 20.5]);
        assert_eq!(values(&answer, 1), [105.0, 111.0, 117.0, 123.0]);
        let times = &answer["MetricDataResults"][0]["Timestamps"];
        assert_eq!(times[1], "2026-10-18T06:00:00+00:00");
    }

    #[test]
    fn a_finer_period_gets_the_points_that_there_are() {
        let request =
            ask(&[query("x", "Average", 60)], "2026-10-18T02:30:30Z", "2026-10-18T05:00Z");
        let answer = data(&world(POINTS), &request).unwrap();
        assert_eq!(values(&answer, 0), [3.0, 4.0]);
        let mut newest_first = request;
        newest_first["ScanBy"] = Value::Null;
        let answer = data(&world(POINTS), &newest_first).unwrap();
        assert_eq!(values(&answer, 0), [4.0, 3.0]);
    }

    #[test]
    fn a_window_of_another_time_has_every_recorded_point_once() {
        for (start, end, first) in [
            ("2027-03-05T07:20:11Z", "2027-03-06T07:20:11Z", 8.0),
            ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", 0.0),
        ] {
            let request = ask(&[query("x", "Average", 3600)], start, end);
            let mut found = values(&data(&world(POINTS), &request).unwrap(), 0);
            assert_eq!(found[..1], [first]);
            found.sort_by(f64::total_cmp);
            assert_eq!(found, (0..24).map(f64::from).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_page_ends_in_the_middle_of_a_series() {
        let queries = [query("x", "Average", 3600), query("y", "Maximum", 3600)];
        let mut request = ask(&queries, "2026-10-18T00:00:00Z", "2026-10-19T00:00:00Z");
        let (mut averages, mut highest, mut pages) = (vec![], vec![], 0);
        loop {
            let answer = data(&world(10), &request).unwrap();
            pages += 1;
            for result in list(&answer["MetricDataResults"]) {
                let of = if result["Id"] == "x" { &mut averages } else { &mut highest };
                of.extend(list(&result["Values"]).iter().filter_map(Value::as_f64));
            }
            match answer.get("NextToken") {
                Some(token) => request["NextToken"] = token.clone(),
                None => break,
            }
        }
        assert_eq!(averages, (0..24).map(f64::from).collect::<Vec<_>>());
        assert_eq!(highest, (100..124).map(f64::from).collect::<Vec<_>>());
        assert_eq!(pages, 5);
    }

    #[test]
    fn what_cloudwatch_refuses_is_refused() {
        let (start, end) = ("2026-10-18T00:00:00Z", "2026-10-19T00:00:00Z");
        let expression = json!({"Id": "e", "Expression": "x * 2"});
        for request in [
            ask(&[query("x", "Average", 90)], start, end),
            ask(&[query("x", "Average", 0)], start, end),
            ask(&[expression], start, end),
            ask(&[], end, start),
            ask(&vec![query("x", "Average", 60); 501], start, end),
        ] {
            assert!(data(&world(POINTS), &request).is_err(), "{request}");
        }
    }
}
