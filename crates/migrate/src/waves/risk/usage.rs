//! Figures of the estate: requests by target group, and how old deployments are.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::input::inventory::Inventory;
use crate::input::node::Node;
use crate::input::section::Section;

const SECONDS_AN_HOUR: i64 = 3_600;
const SECONDS_A_DAY: i64 = 86_400;

/// What was measured.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// Requests an hour, by `targetgroup/NAME/ID`.
    requests: BTreeMap<String, u64>,
    /// When the newest deployment of the estate was made. It stands for now: a planner has no
    /// clock, and a snapshot is as old as it is.
    newest: Option<Timestamp>,
}

impl Usage {
    /// Reads the figures.
    pub(super) fn of(inventory: &Inventory<'_>) -> Self {
        let services = inventory.all(Section::Services).iter();
        let newest = services.filter_map(|item| deployed(&item.node)).max();
        Self { requests: requests(inventory), newest }
    }

    /// Requests an hour that a target group got.
    pub(super) fn requests_an_hour(&self, arn: &str) -> Option<u64> {
        let at = arn.find("targetgroup/")?;
        self.requests.get(arn.get(at..)?).copied()
    }

    /// How old the deployment of a service is: whole days before the newest one of the estate, 0
    /// or more.
    pub(super) fn age(&self, service: &Node<'_>) -> Option<i64> {
        let (newest, own) = (self.newest?, deployed(service)?);
        let secs = newest.as_second().saturating_sub(own.as_second());
        Some((secs / SECONDS_A_DAY).max(0))
    }
}

/// When the deployment that runs was made; its start, since updates go on for ever.
fn deployed(service: &Node<'_>) -> Option<Timestamp> {
    let deployments = service.list("deployments");
    let primary = deployments.iter().find(|one| one.text("status").as_deref() == Some("PRIMARY"));
    time(&primary.or(deployments.first())?.get("createdAt")?)
}

/// RFC 3339, or seconds since 1970 as the API itself has them.
fn time(node: &Node<'_>) -> Option<Timestamp> {
    let text = node.scalar()?;
    let whole = text.split('.').next().and_then(|whole| whole.parse::<i64>().ok());
    text.parse().ok().or_else(|| Timestamp::from_second(whole?).ok())
}

/// Sums of `RequestCount` (and of requests per target, where the sum of all is asked for).
fn requests(inventory: &Inventory<'_>) -> BTreeMap<String, u64> {
    let mut out: BTreeMap<String, u64> = BTreeMap::new();
    for (section, items) in inventory.sections() {
        if !matches!(section, Section::Evidence(_)) {
            continue;
        }
        for item in items.iter().filter(|item| item.node.pointer.ends_with("/MetricDataResults")) {
            let Some(asked) = item.asked else { continue };
            let request = Node::root("", &asked.request);
            for query in request.list("MetricDataQueries") {
                let Some((group, id, period)) = request_query(&query) else { continue };
                let results = item.node.items();
                let result = results.iter().find(|one| one.text("Id").as_deref() == Some(&id));
                let an_hour = result.and_then(|result| an_hour(result, period));
                if let Some(an_hour) = an_hour {
                    let sum = out.entry(group).or_default();
                    *sum = sum.saturating_add(an_hour);
                }
            }
        }
    }
    out
}

/// Target group, id and period in seconds of a query for the sum of requests.
fn request_query(query: &Node<'_>) -> Option<(String, String, i64)> {
    let stat = query.get("MetricStat")?;
    let metric = stat.get("Metric")?;
    let sum = stat.text("Stat").as_deref() == Some("Sum");
    if !sum || metric.text("MetricName").as_deref() != Some("RequestCount") {
        return None;
    }
    let dimensions = metric.list("Dimensions");
    let group = dimensions.iter().find(|one| one.text("Name").as_deref() == Some("TargetGroup"))?;
    let period = stat.int_at("Period").filter(|period| *period > 0)?;
    Some((group.text("Value")?, query.text("Id")?, period))
}

/// The mean of the points of a series, in requests an hour.
fn an_hour(result: &Node<'_>, period: i64) -> Option<u64> {
    let values = result.list("Values");
    let points = i64::try_from(values.len()).ok().filter(|points| *points > 0)?;
    let whole = |node: &Node<'_>| node.scalar()?.split('.').next()?.parse::<i64>().ok();
    let sum = values.iter().filter_map(whole).filter(|value| *value > 0);
    let sum = sum.fold(0_i64, i64::saturating_add);
    let seconds = points.saturating_mul(period);
    u64::try_from(sum.saturating_mul(SECONDS_AN_HOUR) / seconds.max(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn requests_are_a_mean_over_the_window() {
        let result = json!({"Id": "m0", "Values": [100.0, 300.0, "x", -5]});
        // 400 requests in four periods of an hour, of which two say nothing.
        assert_eq!(an_hour(&Node::root("f", &result), 3_600), Some(100));
        let none = json!({"Id": "m0", "Values": []});
        assert_eq!(an_hour(&Node::root("f", &none), 3_600), None);
    }

    #[test]
    fn times_of_the_command_line_and_of_the_api() {
        let value =
            json!({"a": "2026-08-12T01:00:24.318000+00:00", "b": 1_786_496_424.318, "c": "x"});
        let root = Node::root("f", &value);
        let one = time(&root.get("a").unwrap()).unwrap().as_second();
        assert_eq!(time(&root.get("b").unwrap()).unwrap().as_second(), one);
        assert!(time(&root.get("c").unwrap()).is_none());
    }
}
