//! What was measured: CPU and memory of the tasks of each service, from `CloudWatch`.
//!
//! Container Insights gives CPU units and MiB; without it the percentages of `AWS/ECS` are used,
//! which are of the size in the task definition. p95 is taken here, over the points of a series.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Size, Usage};
use crate::input::inventory::Inventory;
use crate::input::node::Node;
use crate::input::section::Section;

/// Where answers of `GetMetricData` keep their series.
const RESULTS: &str = "/MetricDataResults";
/// Seconds of a day.
const DAY_SECS: i64 = 86_400;
/// No value of a metric is higher than this.
const VALUE_MAX: f64 = 1.0e9;

/// Every series of the estate, by cluster and service as ECS names them.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    services: BTreeMap<(String, String), BTreeMap<Key, Series>>,
}

/// Which series of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    metric: Metric,
    stat: Stat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Metric {
    /// CPU units of a task.
    CpuUnits,
    /// MiB of a task.
    MemoryMib,
    /// CPU in percent of the task definition.
    CpuPercent,
    /// Memory in percent of the task definition.
    MemoryPercent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stat {
    Average,
    Maximum,
}

/// Points by their time, in thousandths.
#[derive(Debug, Default)]
struct Series {
    period_secs: i64,
    points: BTreeMap<String, i64>,
}

impl Metrics {
    /// Reads every series that says which service it is of.
    pub(super) fn read(inventory: &Inventory<'_>) -> Self {
        let mut metrics = Self::default();
        let evidence =
            inventory.sections().filter(|(section, _)| matches!(section, Section::Evidence(_)));
        for item in evidence.flat_map(|(_, items)| items) {
            if item.node.pointer == RESULTS
                && let Some(asked) = item.asked
            {
                metrics.add(&item.node, &asked.request);
            }
        }
        metrics
    }

    fn add(&mut self, results: &Node<'_>, request: &Value) {
        let queries = request.get("MetricDataQueries").and_then(Value::as_array);
        let by_id: BTreeMap<&str, &Value> = queries
            .into_iter()
            .flatten()
            .filter_map(|query| Some((query.get("Id")?.as_str()?, query)))
            .collect();
        for result in results.items() {
            let query = result.text("Id").and_then(|id| by_id.get(id.as_str()).copied());
            let Some((service, key, period_secs)) = query.and_then(asked_for) else { continue };
            let series = self.services.entry(service).or_default().entry(key).or_default();
            series.period_secs = period_secs;
            let times = result.list("Timestamps");
            for (index, value) in result.list("Values").iter().enumerate() {
                // The same point may come on two pages; without a time it is its own.
                let time = times.get(index).and_then(Node::scalar);
                let time = time.unwrap_or_else(|| format!("{}{index:08}", value.file));
                if let Some(value) = value.value.as_f64().and_then(thousandths) {
                    series.points.insert(time, value);
                }
            }
        }
    }

    /// What one task of a service uses; `size` is what percentages are of. None without points.
    pub(super) fn of(&self, cluster: &str, service: &str, size: Option<Size>) -> Option<Usage> {
        let all = self.services.get(&(cluster.to_owned(), service.to_owned()))?;
        let cpu = |stat| {
            let units = Self::values(all, Metric::CpuUnits, stat, 1000, 1024);
            units.or_else(|| Self::values(all, Metric::CpuPercent, stat, size?.cpu_milli, 100))
        };
        let memory = |stat| {
            let mib = Self::values(all, Metric::MemoryMib, stat, 1, 1);
            mib.or_else(|| Self::values(all, Metric::MemoryPercent, stat, size?.memory_mib, 100))
        };
        let (cpu_average, memory_average) = (cpu(Stat::Average)?, memory(Stat::Average)?);
        // Without a maximum the averages are all there is.
        let cpu_highest = cpu(Stat::Maximum).unwrap_or_default();
        let memory_highest = memory(Stat::Maximum).unwrap_or_default();
        let days = cpu_average.days().min(memory_average.days());
        Some(Usage {
            days,
            period_secs: cpu_average.period_secs.max(memory_average.period_secs),
            cpu_p95_milli: percentile_95(&cpu_average.values)?,
            cpu_max_milli: highest(&[&cpu_highest, &cpu_average]),
            memory_p95_mib: percentile_95(&memory_average.values)?,
            memory_max_mib: highest(&[&memory_highest, &memory_average]),
        })
    }

    /// The values of a series times `factor` over `divisor`, rounded up; none without points.
    fn values(
        all: &BTreeMap<Key, Series>,
        metric: Metric,
        stat: Stat,
        factor: i64,
        divisor: i64,
    ) -> Option<Values> {
        let series = all.get(&Key { metric, stat }).filter(|series| !series.points.is_empty())?;
        let divisor = divisor.saturating_mul(1000);
        let scaled = |value: &i64| {
            value.saturating_mul(factor).saturating_add(divisor - 1).div_euclid(divisor)
        };
        let mut values: Vec<i64> = series.points.values().map(scaled).collect();
        values.sort_unstable();
        Some(Values { period_secs: series.period_secs, values })
    }
}

/// Values in ascending order.
#[derive(Debug, Default)]
struct Values {
    period_secs: i64,
    values: Vec<i64>,
}

impl Values {
    /// Days that the points stand for, rounded down.
    fn days(&self) -> i64 {
        let count = i64::try_from(self.values.len()).unwrap_or(i64::MAX);
        count.saturating_mul(self.period_secs) / DAY_SECS
    }
}

/// The value that 95 of 100 do not exceed (nearest rank) of an ascending list.
fn percentile_95(ascending: &[i64]) -> Option<i64> {
    let rank = ascending.len().saturating_mul(95).div_ceil(100);
    ascending.get(rank.saturating_sub(1)).copied()
}

fn highest(all: &[&Values]) -> i64 {
    all.iter().filter_map(|values| values.values.last()).copied().max().unwrap_or_default()
}

/// A value of a metric in thousandths, if it can be one.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
fn thousandths(value: f64) -> Option<i64> {
    (0.0..VALUE_MAX).contains(&value).then(|| (value * 1000.0).round() as i64)
}

/// The service, the series and the seconds of a point that a query asks for.
fn asked_for(query: &Value) -> Option<((String, String), Key, i64)> {
    let stat = query.get("MetricStat")?;
    let metric = stat.get("Metric")?;
    let namespace = metric.get("Namespace")?.as_str()?;
    let name = metric.get("MetricName")?.as_str()?;
    let metric_kind = match (namespace, name) {
        ("ECS/ContainerInsights", "CpuUtilized") => Metric::CpuUnits,
        ("ECS/ContainerInsights", "MemoryUtilized") => Metric::MemoryMib,
        ("AWS/ECS", "CPUUtilization") => Metric::CpuPercent,
        ("AWS/ECS", "MemoryUtilization") => Metric::MemoryPercent,
        _ => return None,
    };
    let stat_kind = match stat.get("Stat")?.as_str()? {
        "Average" => Stat::Average,
        "Maximum" => Stat::Maximum,
        _ => return None,
    };
    let dimensions = metric.get("Dimensions")?.as_array()?;
    // Three dimensions would be one task or one container of the service.
    if dimensions.len() != 2 {
        return None;
    }
    let dimension = |wanted: &str| {
        let found = dimensions
            .iter()
            .find(|one| one.get("Name").and_then(Value::as_str) == Some(wanted))?;
        Some(found.get("Value")?.as_str()?.to_owned())
    };
    let period_secs = stat.get("Period")?.as_i64().filter(|secs| (1..=DAY_SECS).contains(secs))?;
    let key = Key { metric: metric_kind, stat: stat_kind };
    Some(((dimension("ClusterName")?, dimension("ServiceName")?), key, period_secs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query(id: &str, namespace: &str, name: &str, stat: &str) -> Value {
        json!({"Id": id, "MetricStat": {
            "Metric": {"Namespace": namespace, "MetricName": name, "Dimensions": [
                {"Name": "ClusterName", "Value": "c"}, {"Name": "ServiceName", "Value": "s"}]},
            "Period": 300, "Stat": stat}})
    }

    fn read(namespace: &str, cpu: &str, memory: &str, values: &Value) -> Metrics {
        let request = json!({"MetricDataQueries": [
            query("a", namespace, cpu, "Average"), query("b", namespace, memory, "Average"),
            query("c", namespace, memory, "Maximum")]});
        let results = json!([
            {"Id": "a", "Values": values}, {"Id": "b", "Values": values},
            {"Id": "c", "Values": [512.0]}, {"Id": "gone", "Values": [1]}]);
        let mut metrics = Metrics::default();
        metrics.add(&Node::root("m.json", &results), &request);
        metrics
    }

    #[test]
    fn p95_is_the_nearest_rank() {
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!(percentile_95(&hundred), Some(95));
        assert_eq!(percentile_95(&hundred[..20]), Some(19));
        assert_eq!(percentile_95(&[7]), Some(7));
        assert_eq!(percentile_95(&[]), None);
    }

    #[test]
    fn units_and_percentages_are_read_alike() {
        let values = json!([128, 256.0, 64, "x", -3, 1e300, null]);
        let metrics = read("ECS/ContainerInsights", "CpuUtilized", "MemoryUtilized", &values);
        let usage = metrics.of("c", "s", None).unwrap();
        assert_eq!((usage.cpu_p95_milli, usage.memory_max_mib, usage.days), (250, 512, 0));
        assert_eq!((usage.memory_p95_mib, usage.period_secs), (256, 300));
        let size = Size { cpu_milli: 500, memory_mib: 2048 };
        let metrics = read("AWS/ECS", "CPUUtilization", "MemoryUtilization", &json!([50, 25]));
        let usage = metrics.of("c", "s", Some(size)).unwrap();
        assert_eq!((usage.cpu_p95_milli, usage.memory_p95_mib), (250, 1024));
        // A percentage of an unknown size is no figure.
        assert!(metrics.of("c", "s", None).is_none());
        assert!(metrics.of("c", "other", Some(size)).is_none());
    }
}
