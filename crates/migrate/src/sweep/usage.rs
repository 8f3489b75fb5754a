//! How services are used and watched: figures of two weeks, alarms, log groups, limits.

use serde_json::{Value, json};

use super::ecs::{DEFINITIONS, SERVICES};
use super::operation::{Draft, Operation};
use super::page::Page;
use super::seen::{Seen, distinct, last};

/// Seconds between two points: an hour, 360 points in fifteen days.
const PERIOD_SECS: u32 = 3_600;
/// Series of one call. `GetMetricData` takes 500 queries and gives 100,800 points (API reference);
/// 280 series of fifteen days at one point an hour are exactly that.
const SERIES_MAX: usize = 280;
/// Container Insights first; a cluster without it has only percentages of the reservation.
const SERIES: [(&str, &str, &str); 8] = [
    ("ECS/ContainerInsights", "CpuUtilized", "Average"),
    ("ECS/ContainerInsights", "CpuUtilized", "Maximum"),
    ("ECS/ContainerInsights", "MemoryUtilized", "Average"),
    ("ECS/ContainerInsights", "MemoryUtilized", "Maximum"),
    ("AWS/ECS", "CPUUtilization", "Average"),
    ("AWS/ECS", "CPUUtilization", "Maximum"),
    ("AWS/ECS", "MemoryUtilization", "Average"),
    ("AWS/ECS", "MemoryUtilization", "Maximum"),
];

pub(super) const TABLE: &[Operation] = &[
    Operation::list(
        "cloudwatch:GetMetricData",
        Page::UPPER,
        figures,
        "what tasks really use: sizes and costs stay guesses",
    )
    .behind(&[SERVICES]),
    Operation::list(
        "cloudwatch:DescribeAlarms",
        Page::UPPER,
        |_| Draft::only(json!({"MaxRecords": 100})),
        "alarms that fall silent when a service has moved",
    ),
    Operation::list(
        "logs:DescribeLogGroups",
        Page::LOWER,
        log_groups,
        "retention of the log groups that tasks write to",
    )
    .behind(&[DEFINITIONS]),
    Operation::list(
        "logs:DescribeMetricFilters",
        Page::LOWER,
        |_| Draft::only(json!({})),
        "metrics and alarms that are made from log lines",
    ),
    Operation::list(
        "servicequotas:ListServiceQuotas",
        Page::UPPER,
        |_| {
            let codes = ["elasticloadbalancing", "vpc"];
            codes.map(|code| Draft::about(code, json!({"ServiceCode": code}))).into()
        },
        "limits of rules and target groups, which sharing load balancers may reach",
    ),
];

/// Every series of every service, by cluster and service.
fn figures(seen: &Seen<'_>) -> Vec<Draft> {
    let place = seen.place();
    let mut services: Vec<(String, String)> = Vec::new();
    for service in seen.things(SERVICES, "services") {
        if let (Some(cluster), Some(name)) =
            (service.text("clusterArn"), service.text("serviceName"))
        {
            services.push((last(&cluster).to_owned(), name));
        }
    }
    services.sort();
    services.dedup();
    let series: Vec<Value> = services.iter().flat_map(of_service).collect();
    let parts = series.chunks(SERIES_MAX).zip(1_usize..);
    parts
        .map(|(part, number)| {
            let numbered = part.iter().enumerate().map(|(at, query)| {
                let mut query = query.clone();
                query["Id"] = json!(format!("m{at}"));
                query
            });
            let request = json!({
                "MetricDataQueries": numbered.collect::<Vec<_>>(),
                "StartTime": place.since,
                "EndTime": place.until,
                "ScanBy": "TimestampAscending",
            });
            Draft::about(number.to_string(), request)
        })
        .collect()
}

fn of_service((cluster, service): &(String, String)) -> Vec<Value> {
    let of = |(namespace, metric, stat): (&str, &str, &str)| {
        json!({
            "Label": format!("{cluster} {metric} {stat}"),
            "ReturnData": true,
            "MetricStat": {
                "Metric": {
                    "Namespace": namespace,
                    "MetricName": metric,
                    "Dimensions": [
                        {"Name": "ClusterName", "Value": cluster},
                        {"Name": "ServiceName", "Value": service},
                    ],
                },
                "Period": PERIOD_SECS,
                "Stat": stat,
            },
        })
    };
    SERIES.map(of).into()
}

/// The beginnings of the log groups that task definitions name: `/ecs/` for `/ecs/orders`.
fn log_groups(seen: &Seen<'_>) -> Vec<Draft> {
    let mut names = Vec::new();
    for page in seen.pages(DEFINITIONS) {
        let Some(definition) = page.answer.get("taskDefinition") else { continue };
        for container in definition.list("containerDefinitions") {
            let options = container.at(&["logConfiguration", "options"]);
            names.extend(options.and_then(|options| options.text("awslogs-group")));
        }
    }
    let mut prefixes = distinct(names.iter().map(|name| prefix(name).to_owned()));
    prefixes.sort();
    prefixes
        .iter()
        .map(|prefix| Draft::about(prefix, json!({"logGroupNamePrefix": prefix})))
        .collect()
}

/// `/FIRST/` of a name that begins with a slash and has another; else the name itself.
fn prefix(name: &str) -> &str {
    let second = name.strip_prefix('/').and_then(|rest| rest.find('/'));
    second.and_then(|at| name.get(..at + 2)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn log_groups_are_asked_for_by_their_first_word() {
        assert_eq!(prefix("/ecs/orders"), "/ecs/");
        assert_eq!(prefix("/강의/주문"), "/강의/");
        assert_eq!(prefix("orders"), "orders");
        assert_eq!(prefix("/orders"), "/orders");
    }
}
