//! Sizes: the steps that Fargate sells, and what a service should ask for.

use super::document::{Size, Usage};
use super::prices::Task;

/// Days of usage below which no smaller size is proposed (spec of the migration, part 6).
pub(super) const DAYS_MIN: i64 = 14;
/// Hours that a month is counted for.
pub(super) const HOURS: i128 = 730;
/// The least CPU that is asked for, in thousandths of a vCPU.
const CPU_MILLI_MIN: i64 = 50;
/// Memory is asked for in whole multiples of this, in MiB.
const MEMORY_STEP_MIB: i64 = 32;

/// A step of CPU and the memory that may be bought with it, in MiB.
struct Step {
    cpu_milli: i64,
    memory_min: i64,
    memory_max: i64,
    multiple_mib: i64,
}

const fn step(cpu_milli: i64, memory_min: i64, memory_max: i64, multiple_mib: i64) -> Step {
    Step { cpu_milli, memory_min, memory_max, multiple_mib }
}

/// The sizes of Fargate (ECS `RegisterTaskDefinition`, member `cpu`). The first one has 512, 1024
/// and 2048 MiB, which is written as two steps.
const STEPS: &[Step] = &[
    step(250, 512, 1024, 512),
    step(250, 2048, 2048, 1024),
    step(500, 1024, 4096, 1024),
    step(1000, 2048, 8192, 1024),
    step(2000, 4096, 16384, 1024),
    step(4000, 8192, 30720, 1024),
    step(8000, 16384, 61440, 4096),
    step(16000, 32768, 122_880, 8192),
];

/// The smallest size of Fargate that holds `need`; none if there is none so large. Windows tasks
/// begin at one vCPU.
pub(super) fn smallest_fargate(need: Size, windows: bool) -> Option<Size> {
    let steps = STEPS.iter().filter(|step| !windows || step.cpu_milli >= 1000);
    steps
        .filter(|step| step.cpu_milli >= need.cpu_milli && step.memory_max >= need.memory_mib)
        .map(|step| {
            let above = need.memory_mib.saturating_sub(step.memory_min).max(0);
            let steps = above.saturating_add(step.multiple_mib - 1) / step.multiple_mib;
            let memory_mib =
                step.memory_min.saturating_add(steps.saturating_mul(step.multiple_mib));
            Size { cpu_milli: step.cpu_milli, memory_mib }
        })
        .next()
}

/// What a service should ask for: p95 of the CPU with a fifth above it, never more than it has, and
/// the highest memory with a quarter above it. None below [`DAYS_MIN`] days.
pub(super) fn right_sized(usage: &Usage, old: Size) -> Option<Size> {
    if usage.days < DAYS_MIN || usage.memory_max_mib <= 0 {
        return None;
    }
    let wanted = usage.cpu_p95_milli.saturating_mul(6).saturating_add(4) / 5;
    let cpu_milli = wanted.min(old.cpu_milli).max(CPU_MILLI_MIN);
    let memory = usage.memory_max_mib.saturating_mul(5).saturating_add(3) / 4;
    let steps = memory.saturating_add(MEMORY_STEP_MIB - 1) / MEMORY_STEP_MIB;
    Some(Size { cpu_milli, memory_mib: steps.saturating_mul(MEMORY_STEP_MIB) })
}

/// What `count` tasks of `size` cost for `hours`, in micro-dollars.
pub(super) fn task_micros(price: &Task, size: Size, count: i64, hours: i128) -> i128 {
    let cpu = i128::from(size.cpu_milli.max(0));
    let memory = i128::from(size.memory_mib.max(0));
    let vcpu = price.vcpu.micros() + price.license.micros();
    // Thousandths of a vCPU and 1024ths of a GiB: one division, at the end.
    let scaled = cpu * vcpu * 1024 + memory * price.gb.micros() * 1000;
    let units = i128::from(count.max(0)) * hours;
    scaled.saturating_mul(units).saturating_add(512_000) / 1_024_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::prices::Prices;

    fn size(cpu_milli: i64, memory_mib: i64) -> Size {
        Size { cpu_milli, memory_mib }
    }

    #[test]
    fn fargate_sells_steps() {
        for (need, got) in [
            (size(150, 563), Some(size(250, 1024))),
            (size(250, 512), Some(size(250, 512))),
            (size(250, 1025), Some(size(250, 2048))),
            (size(100, 2049), Some(size(500, 3072))),
            // A memory-heavy service must buy CPU, and the other way round.
            (size(100, 9000), Some(size(2000, 9216))),
            (size(3000, 100), Some(size(4000, 8192))),
            (size(8001, 100), Some(size(16000, 32768))),
            (size(5000, 61441), Some(size(16000, 65536))),
            (size(16001, 1), None),
            (size(1, 122_881), None),
        ] {
            assert_eq!(smallest_fargate(need, false), got, "{need:?}");
        }
        assert_eq!(smallest_fargate(size(10, 10), true), Some(size(1000, 2048)));
        assert_eq!(smallest_fargate(size(i64::MAX, i64::MAX), false), None);
    }

    #[test]
    fn a_request_follows_what_was_measured() {
        let usage = Usage { days: 14, cpu_p95_milli: 125, memory_max_mib: 450, ..Usage::default() };
        assert_eq!(right_sized(&usage, size(500, 1024)), Some(size(150, 576)));
        let short = Usage { days: 13, ..usage };
        assert_eq!(right_sized(&short, size(500, 1024)), None);
        // Never above what it has, never below 50m; memory may grow where it is short.
        let hot = Usage { cpu_p95_milli: 490, memory_max_mib: 1000, ..usage };
        assert_eq!(right_sized(&hot, size(500, 1024)), Some(size(500, 1280)));
        let idle = Usage { cpu_p95_milli: 1, memory_max_mib: 1, ..usage };
        assert_eq!(right_sized(&idle, size(500, 1024)), Some(size(50, 32)));
    }

    /// The example of the specification: 100 tasks of half a vCPU and 1 GiB in us-east-1.
    #[test]
    fn a_month_of_the_example_on_fargate() {
        let prices = Prices::embedded();
        let (_, region) = prices.region("us-east-1").unwrap();
        let micros = task_micros(&region.fargate.x86, size(500, 1024), 100, HOURS);
        assert_eq!(micros, 1_802_005_000);
    }
}
