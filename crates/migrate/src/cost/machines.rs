//! Node types: what pods may have of each, and what runs on every node.

use serde::Deserialize;

use super::document::Size;

/// The table that comes with the program.
const EMBEDDED: &str = include_str!("../../data/machines.json");

/// Node types and what a cluster takes for itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Machines {
    #[serde(rename = "source")]
    _source: String,
    /// What runs on every node.
    pub(super) daemon_sets: Overhead,
    /// Pods that every cluster has once: DNS, controllers, the engine that syncs Git.
    pub(super) system: Overhead,
    /// The disk of a node, in GiB.
    pub(super) disk_gib: i64,
    /// Types of nodes. Burstable ones are left out: a node that is packed full of requests runs out
    /// of credits.
    pub(super) types: Vec<Machine>,
}

/// Pods and what they ask for.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Overhead {
    /// Thousandths of a vCPU: together on every node, or each of the system's pods.
    pub(super) cpu_milli: i64,
    /// MiB, in the same way.
    pub(super) memory_mib: i64,
    /// Pods.
    pub(super) pods: i64,
}

/// What pods may have of one type of node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Machine {
    /// `m7g.large`.
    #[serde(rename = "type")]
    pub(super) name: String,
    /// `arm64` or `amd64`.
    pub(super) architecture: String,
    /// Thousandths of a vCPU.
    pub(super) cpu_milli: i64,
    /// MiB.
    pub(super) memory_mib: i64,
    /// The most pods.
    pub(super) pods: i64,
    /// GPUs.
    #[serde(default)]
    pub(super) gpus: i64,
}

impl Machine {
    /// What is left for pods of services, after `daemons` which run on every node.
    pub(super) fn room(&self, daemons: &Overhead) -> (Size, i64) {
        let size = Size {
            cpu_milli: self.cpu_milli.saturating_sub(daemons.cpu_milli),
            memory_mib: self.memory_mib.saturating_sub(daemons.memory_mib),
        };
        (size, self.pods.saturating_sub(daemons.pods))
    }

    /// vCPUs: what pods may have and what the system keeps, rounded up.
    pub(super) fn vcpus(&self) -> i64 {
        self.cpu_milli.saturating_add(999) / 1000
    }
}

/// The table that comes with the program.
pub(super) fn embedded() -> Machines {
    serde_json::from_str(EMBEDDED).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as the reference page of Karpenter's provider prints them.
    #[test]
    fn the_table_agrees_with_rows_that_were_read() {
        let machines = embedded();
        for (name, cpu, memory, pods) in [
            ("m7g.large", 1930, 6844, 29),
            ("m7g.xlarge", 3920, 14103, 58),
            ("m7g.2xlarge", 7910, 29258, 58),
            ("m7g.4xlarge", 15890, 57632, 234),
            ("m7g.8xlarge", 31850, 118_253, 234),
        ] {
            let found = machines.types.iter().find(|machine| machine.name == name).unwrap();
            assert_eq!((found.cpu_milli, found.memory_mib, found.pods), (cpu, memory, pods));
        }
    }

    /// 7.5 % goes to the hypervisor (and 64 MiB on ARM), 255 MiB and 11 a pod to the kubelet,
    /// 100 MiB to eviction; of the CPU 60m of the first core, 10m of the second, and so on.
    #[test]
    fn every_row_follows_the_formula_of_the_page() {
        for machine in embedded().types {
            let cores = machine.vcpus();
            let kept = 70 + 5 * (cores - 2).clamp(0, 2) + (cores - 4).max(0) * 5 / 2;
            assert_eq!(machine.cpu_milli, cores * 1000 - kept, "{}", machine.name);
            let gib = match machine.name.as_bytes()[0] {
                b'c' => 2,
                b'r' => 8,
                _ => 4,
            };
            let arm = if machine.architecture == "arm64" { 64 } else { 0 };
            let total = (cores * gib * 1024 - arm) * 925 / 1000;
            let left = total - (255 + 11 * machine.pods) - 100;
            assert!((machine.memory_mib - left).abs() <= 1, "{}", machine.name);
        }
    }
}
