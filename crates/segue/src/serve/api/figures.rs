//! Figures in the text format of Prometheus. The table stands in docs/reference/metrics.md.

use std::fmt::Write as _;

use crate::serve::book::{Bank, Fate, Overview, ShiftStatus};

/// Every standing of a shift, as its label says it.
const FATES: [(Fate, &str); 8] = [
    (Fate::Planned, "planned"),
    (Fate::Running, "running"),
    (Fate::Paused, "paused"),
    (Fate::Waiting, "waiting"),
    (Fate::RollingBack, "rolling_back"),
    (Fate::Done, "done"),
    (Fate::RolledBack, "rolled_back"),
    (Fate::Frozen, "frozen"),
];

/// All figures of one moment.
pub(super) fn text(overview: &Overview, ready: bool) -> String {
    let mut page = Page(String::new());
    page.family("segue_build_info", "gauge", "The version that serves.");
    page.value("segue_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    page.family("segue_ready", "gauge", "1 if this instance plays its role.");
    page.value("segue_ready", &[], if ready { 1.0 } else { 0.0 });
    page.family(
        "segue_start_time_seconds",
        "gauge",
        "When this instance began to serve, in seconds since 1970.",
    );
    page.value("segue_start_time_seconds", &[], seconds(overview.since));
    page.family("segue_shift_state", "gauge", "1 for how the shift stands, 0 for the others.");
    for shift in &overview.shifts {
        for (fate, name) in FATES {
            let labels = [("shift", shift.name.as_str()), ("state", name)];
            page.value("segue_shift_state", &labels, if shift.fate == fate { 1.0 } else { 0.0 });
        }
    }
    page.family(
        "segue_shift_weight_ratio",
        "gauge",
        "Share of the new side: asked for, stated by the balancer, measured.",
    );
    for shift in &overview.shifts {
        weights(&mut page, shift);
    }
    for side in SIDES {
        page.family(side.name, side.kind, side.help);
        for shift in &overview.shifts {
            for (name, bank) in [("old", &shift.old), ("new", &shift.new)] {
                if let Some(value) = (side.value)(bank) {
                    page.value(side.name, &[("shift", &shift.name), ("side", name)], value);
                }
            }
        }
    }
    page.family("segue_shift_held", "gauge", "What holds the shift, by code.");
    for shift in &overview.shifts {
        for because in &shift.held {
            let labels = [("shift", shift.name.as_str()), ("code", because.code.id)];
            page.value("segue_shift_held", &labels, 1.0);
        }
    }
    page.family("segue_workload_ready_pods", "gauge", "Pods that are ready.");
    for workload in &overview.workloads {
        let labels = [("workload", workload.name.as_str())];
        page.value("segue_workload_ready_pods", &labels, workload.ready.into());
    }
    page.family("segue_workload_restarts_total", "counter", "Pods that were started again.");
    for workload in &overview.workloads {
        let labels = [("workload", workload.name.as_str())];
        page.value("segue_workload_restarts_total", &labels, workload.restarts.into());
    }
    page.0
}

/// A figure of each side.
struct Side {
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    value: fn(&Bank) -> Option<f64>,
}

const SIDES: [Side; 6] = [
    Side {
        name: "segue_shift_requests_total",
        kind: "counter",
        help: "Requests sent to the side since the balancer started.",
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2⁵³ requests")]
        value: |bank| Some(bank.requests as f64),
    },
    Side {
        name: "segue_shift_requests_per_second",
        kind: "gauge",
        help: "Requests that ended on the side, lately.",
        value: |bank| Some(bank.rps),
    },
    Side {
        name: "segue_shift_errors_ratio",
        kind: "gauge",
        help: "Share of the requests that ended badly, lately.",
        value: |bank| Some(bank.errors / 100.0),
    },
    Side {
        name: "segue_shift_latency_p95_seconds",
        kind: "gauge",
        help: "Time in which 95 of 100 answers came, lately.",
        value: |bank| bank.p95.map(|millis| millis / 1_000.0),
    },
    Side {
        name: "segue_shift_targets_healthy",
        kind: "gauge",
        help: "Targets that answer their health checks.",
        value: |bank| Some(bank.healthy.into()),
    },
    Side {
        name: "segue_shift_targets",
        kind: "gauge",
        help: "Targets that are registered.",
        value: |bank| Some(bank.total.into()),
    },
];

fn weights(page: &mut Page, shift: &ShiftStatus) {
    let shares = &shift.weights;
    let known = [
        ("asked", Some(f64::from(shares.asked))),
        ("stated", shares.stated.map(f64::from)),
        ("measured", shares.measured),
    ];
    for (kind, percent) in known {
        if let Some(percent) = percent {
            let labels = [("shift", shift.name.as_str()), ("kind", kind)];
            page.value("segue_shift_weight_ratio", &labels, percent / 100.0);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 stay far below 2⁵³")]
fn seconds(at: jiff::Timestamp) -> f64 {
    at.as_second() as f64
}

/// The text so far.
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let label = |(name, value): &(&str, &str)| format!("{name}=\"{}\"", escaped(value));
        let labels = labels.iter().map(label).collect::<Vec<_>>().join(",");
        let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_each_family_is_named_once() {
        let mut page = Page(String::new());
        page.value("x", &[("shift", "a\"b\\c\nd")], 0.25);
        assert_eq!(page.0, "x{shift=\"a\\\"b\\\\c\\nd\"} 0.25\n");
        let text = text(
            &Overview {
                at: jiff::Timestamp::UNIX_EPOCH,
                since: jiff::Timestamp::UNIX_EPOCH,
                repository: String::new(),
                world: String::new(),
                shifts: Vec::new(),
                workloads: Vec::new(),
                held: Vec::new(),
            },
            true,
        );
        let mut names: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# TYPE "))
            .filter_map(|line| line.split(' ').next())
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(text.contains("\nsegue_ready 1\n"), "{text}");
        for name in names {
            let documented = include_str!("../../../../../docs/reference/metrics.md");
            assert!(documented.contains(&format!("`{name}`")), "{name} is not documented");
        }
    }
}
