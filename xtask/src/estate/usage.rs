//! `CloudWatch`: fifteen days of what the tasks really used, hour by hour as a scan asks for it, and
//! the alarms on their figures.

mod alarms;

use serde_json::{Value, json};

use super::answers::Answers;
use super::catalog::{Env, Runtime, Size};
use super::cell::Cell;
use super::dice::Stream;

/// Days of the window: those of a scan.
const DAYS: u32 = 15;
/// Points in the window: one an hour.
const POINTS: u32 = DAYS * 24;
/// CPU of each hour in Seoul, in percent of the base: pupils come after school and stay till late.
const DAY: [u32; 24] = [
    85, 60, 40, 30, 27, 28, 45, 65, 85, 95, 95, 95, 100, 105, 108, 112, 115, 120, 135, 150, 165,
    170, 155, 125,
];

/// Puts the series of each environment, and all alarms.
pub fn put(answers: &mut Answers, cells: &[Cell]) {
    for env in Env::ALL {
        let here: Vec<&Cell> = cells.iter().filter(|cell| cell.env == env).collect();
        let series: Vec<Series<'_>> = here.iter().flat_map(|cell| series(cell)).collect();
        let queries: Value = series.iter().zip(0..).map(|(series, at)| series.query(at)).collect();
        let results: Value = series.iter().zip(0..).map(|(series, at)| series.result(at)).collect();
        answers.put(
            "cloudwatch:GetMetricData",
            env.word(),
            json!({
                "MetricDataQueries": queries,
                "StartTime": "2026-10-18T03:00:00+00:00",
                "EndTime": "2026-11-02T03:00:00+00:00",
                "ScanBy": "TimestampAscending",
            }),
            json!({"MetricDataResults": results, "Messages": []}),
        );
    }
    alarms::put(answers, cells);
}

/// Whether Container Insights is on: nobody measures what does not run all day, nor the relay.
pub fn is_measured(cell: &Cell) -> bool {
    cell.desired() > 0 && cell.service.name != "webhook-relay"
}

/// One metric of one service.
struct Series<'a> {
    cell: &'a Cell,
    metric: &'static str,
    stat: &'static str,
}

fn series(cell: &Cell) -> impl Iterator<Item = Series<'_>> {
    let metrics = [("CpuUtilized", "Average"), ("CpuUtilized", "Maximum")];
    let memory = [("MemoryUtilized", "Average"), ("MemoryUtilized", "Maximum")];
    metrics.into_iter().chain(memory).map(move |(metric, stat)| Series { cell, metric, stat })
}

impl Series<'_> {
    fn query(&self, at: u32) -> Value {
        json!({
            "Id": format!("m{at}"),
            "Label": self.label(),
            "ReturnData": true,
            "MetricStat": {
                "Metric": {
                    "Namespace": "ECS/ContainerInsights",
                    "MetricName": self.metric,
                    "Dimensions": [
                        {"Name": "ClusterName", "Value": self.cell.names.cluster},
                        {"Name": "ServiceName", "Value": self.cell.names.service},
                    ],
                },
                "Period": 3_600,
                "Stat": self.stat,
            },
        })
    }

    fn result(&self, at: u32) -> Value {
        let points = if is_measured(self.cell) { POINTS } else { 0 };
        let times: Value = (0..points).map(|point| Value::from(time(point))).collect();
        json!({
            "Id": format!("m{at}"),
            "Label": self.label(),
            "Timestamps": times,
            "Values": self.values(points),
            "StatusCode": "Complete",
        })
    }

    fn label(&self) -> String {
        format!("{} {} {}", self.cell.names.cluster, self.metric, self.stat)
    }

    /// Per task: CPU units follow the day, memory creeps. Both stay far below what is paid for.
    fn values(&self, points: u32) -> Value {
        let Size(cpu, memory) = self.cell.env.pick(&self.cell.service.sizes);
        let mut noise = self.cell.dice.stream(&self.cell.label(&self.label()));
        let mut bounds = self.cell.dice.stream(&self.cell.label(self.metric));
        let heap = self.cell.service.runtime == Runtime::Jvm;
        let base = match (self.metric, heap) {
            ("CpuUtilized", _) => 60 + bounds.below(220),
            (_, true) => 560 + bounds.below(160),
            (_, false) => 240 + bounds.below(260),
        };
        let of = if self.metric == "CpuUtilized" { cpu } else { memory };
        (0..points).map(|point| self.value(of, base, point, &mut noise)).collect()
    }

    /// `of` is the size of a task, `base` the part of it, in thousandths, that is in use at night.
    fn value(&self, of: u32, base: u32, point: u32, noise: &mut Stream) -> Value {
        let busy = if self.metric == "CpuUtilized" { day_factor(point) } else { 100 + point / 24 };
        let jitter = 92 + noise.below(17);
        let peak = match (self.stat, self.metric) {
            ("Maximum", "CpuUtilized") => 160 + noise.below(90),
            ("Maximum", _) => 108,
            _ => 100,
        };
        // Thousandths of the size, times three percentages: 10^9 of a unit.
        let product = u64::from(of) * u64::from(base) * u64::from(busy) * u64::from(jitter);
        let thousandths = (product * u64::from(peak) / 1_000_000).min(u64::from(of) * 980);
        json!(f64::from(u32::try_from(thousandths).unwrap_or(u32::MAX)) / 1000.0)
    }
}

/// Percent of the base at a point; on week-ends, when pupils have time, there is more to do.
fn day_factor(point: u32) -> u32 {
    // The window begins on a Sunday, at noon in Seoul.
    let hour = 12 + point;
    let busy = DAY[(hour % 24) as usize];
    if matches!((hour / 24) % 7, 0 | 6) { busy * 13 / 10 } else { busy }
}

fn time(point: u32) -> String {
    let hours = 3 + point;
    let (day, hour) = (18 + hours / 24, hours % 24);
    let (month, day) = if day > 31 { (11, day - 31) } else { (10, day) };
    format!("2026-{month}-{day:02}T{hour:02}:00:00+00:00")
}

#[cfg(test)]
mod tests {
    use super::{POINTS, day_factor, time};

    #[test]
    fn the_window_is_fifteen_days() {
        assert_eq!(time(0), "2026-10-18T03:00:00+00:00");
        assert_eq!(time(POINTS - 1), "2026-11-02T02:00:00+00:00");
    }

    #[test]
    fn evenings_and_week_ends_are_busy() {
        // Nine in the evening: of the first Sunday, the Monday after it, and the Saturday.
        assert_eq!([9, 33, 153].map(day_factor), [221, 170, 221]);
        assert_eq!(day_factor(16), 27, "four in the morning of Monday");
    }
}
