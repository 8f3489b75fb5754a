//! Which bill is the lower one, by how much, and from how many tasks on.

use super::document::{Bill, BreakEven, Charge, Cost, Saving, Verdict};
use super::money::{Case, Money, Range};

/// Below this share of the bill, in percent, a difference is none.
const CLEAR_PERCENT: i64 = 5;

/// Which of two bills is the lower one, at equal load.
pub(super) fn of(before: Range, after: Range) -> Verdict {
    let difference = before - after;
    if before.high == Money::ZERO && after.high == Money::ZERO {
        return Verdict::Unknown;
    }
    let all = |holds: fn(&Money) -> bool| {
        [Case::Low, Case::Expected, Case::High].iter().all(|case| holds(&difference.of(*case)))
    };
    let clear = difference.expected.percent_of(before.expected).abs() >= CLEAR_PERCENT;
    if clear && all(|amount| *amount > Money::ZERO) {
        Verdict::Cheaper
    } else if (clear || before.expected == Money::ZERO) && all(|amount| *amount < Money::ZERO) {
        Verdict::Dearer
    } else {
        Verdict::AboutTheSame
    }
}

/// What each step saves. In order: the first wave, sharing, smaller tasks, the cluster, all of it.
pub(super) fn savings(cost: &Cost) -> Vec<Saving> {
    let one = |from: (&str, &Bill), to: (&str, &Bill), why: &str| {
        let amount = from.1.total - to.1.total;
        Saving {
            from: from.0.to_owned(),
            to: to.0.to_owned(),
            amount,
            percent: amount.expected.percent_of(from.1.total.expected),
            verdict: of(from.1.total, to.1.total),
            why: why.to_owned(),
        }
    };
    let today = ("today", &cost.today);
    let shared = ("ecsShared", &cost.ecs_shared);
    let right_sized = ("ecsRightSized", &cost.ecs_right_sized);
    let first = ("first", &cost.first);
    let later = ("later", &cost.later);
    vec![
        one(today, first, "the same sizes on nodes; all load balancers are kept"),
        one(today, shared, "one ECS cluster an environment: nothing but shared load balancers"),
        one(shared, right_sized, "smaller sizes of Fargate, without Kubernetes"),
        one(right_sized, later, "the same need on nodes in place of the sizes that Fargate sells"),
        one(
            shared,
            later,
            "Kubernetes with smaller sizes against ECS as it is, load balancers shared on both sides",
        ),
        one(today, later, "everything together"),
    ]
}

/// What grows with the number of tasks on both sides, expected case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Growth {
    /// Tasks that run.
    pub(super) tasks: i64,
    /// Services that run.
    pub(super) services: i64,
    /// What tasks and instances cost today.
    pub(super) today: Money,
    /// What control planes, nodes and disks cost later.
    pub(super) later: Money,
    /// What of it nodes and disks would cost that hold nothing but the pods of services.
    pub(super) variable: Money,
    /// Control planes.
    pub(super) control_planes: Money,
}

/// From how many tasks on Kubernetes is the cheaper one; none if nothing runs.
pub(super) fn break_even(growth: Growth) -> Option<BreakEven> {
    if growth.tasks <= 0 {
        return None;
    }
    let each =
        |amount: Money| Money::from_micros(i128::from(amount.micros()) / i128::from(growth.tasks));
    let fixed = growth.later - growth.variable;
    // In micro-dollars of all tasks together, so that nothing is rounded before the division.
    let gain = growth.today.micros().saturating_sub(growth.variable.micros());
    let tasks = (gain > 0 && fixed > Money::ZERO).then(|| {
        let scaled = i128::from(fixed.micros()) * i128::from(growth.tasks);
        let gain = i128::from(gain);
        i64::try_from((scaled + gain - 1) / gain).unwrap_or(i64::MAX)
    });
    let per_service =
        growth.tasks.saturating_add(growth.services.max(1) - 1) / growth.services.max(1);
    Some(BreakEven {
        tasks_now: growth.tasks,
        tasks,
        services: tasks.map(|tasks| tasks.saturating_add(per_service - 1) / per_service.max(1)),
        fixed,
        control_plane_percent: growth.control_planes.percent_of(growth.later),
        task_today: each(growth.today),
        pod_later: each(growth.variable),
    })
}

/// One sentence with the figures.
pub(super) fn sentence(cost: &Cost) -> String {
    let range = |bill: &Bill| {
        let Range { low, expected, high } = bill.total;
        format!("{} ({} to {})", expected.whole(), low.whole(), high.whole())
    };
    let verdict = match cost.verdict {
        Verdict::Cheaper => "Kubernetes is the cheaper one",
        Verdict::Dearer => "Kubernetes is the dearer one",
        Verdict::AboutTheSame => "neither is clearly cheaper",
        Verdict::Unknown => return "Nothing that runs could be priced".to_owned(),
    };
    let sizes = if cost.measured { "with smaller sizes" } else { "as declared" };
    format!(
        "{} {} a month today, {} after the first wave, {} later {sizes}: {verdict}",
        range(&cost.today),
        cost.prices.currency,
        range(&cost.first),
        range(&cost.later),
    )
}

/// The amounts of one sort of charge on a bill, expected case.
pub(super) fn charged(bill: &Bill, what: Charge) -> Money {
    bill.lines.iter().filter(|line| line.what == what).map(|line| line.amount.expected).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::document::Size;
    use crate::cost::pack::{self, Pods, Room};
    use crate::cost::prices::Prices;
    use crate::cost::size::{HOURS, task_micros};

    fn dollars(low: i128, expected: i128, high: i128) -> Range {
        let money = |amount: i128| Money::from_micros(amount * 1_000_000);
        Range { low: money(low), expected: money(expected), high: money(high) }
    }

    #[test]
    fn a_verdict_needs_every_case_and_a_clear_difference() {
        let before = dollars(90, 100, 200);
        for (after, verdict) in [
            (dollars(50, 60, 150), Verdict::Cheaper),
            (dollars(95, 130, 250), Verdict::Dearer),
            (dollars(95, 90, 150), Verdict::AboutTheSame),
            (dollars(89, 96, 190), Verdict::AboutTheSame),
        ] {
            assert_eq!(of(before, after), verdict, "{after:?}");
        }
        assert_eq!(of(Range::default(), Range::default()), Verdict::Unknown);
        assert_eq!(of(Range::default(), before), Verdict::Dearer);
    }

    /// The example of the specification: 20 services, 100 tasks of half a vCPU and 1 GiB on Fargate,
    /// against ten m7g.large and three control planes.
    #[test]
    fn the_example_saves_more_than_half() {
        let prices = Prices::embedded();
        let (_, region) = prices.region("us-east-1").unwrap();
        let bought = Size { cpu_milli: 500, memory_mib: 1024 };
        let before = task_micros(&region.fargate.x86, bought, 100, HOURS);
        let room = Size { cpu_milli: 1930 - 250, memory_mib: 6844 - 614 };
        let room = Room { size: room, pods: 25, gpus: 0 };
        let size = Size { cpu_milli: 150, memory_mib: 563 };
        let count: i64 = [20, 20, 60]
            .iter()
            .map(|count| pack::nodes(&[Pods { size, gpus: 0, count: *count }], room).unwrap())
            .sum();
        let node = region.instances["m7g.large"].micros();
        let after = (i128::from(count) * node + 3 * region.eks.standard.micros()) * HOURS;
        let (before, after) = (Money::from_micros(before), Money::from_micros(after));
        assert_eq!((before.to_string(), after.to_string()), ("1802.01".into(), "814.68".into()));
        assert_eq!((before - after).percent_of(before), 54);
        assert_eq!(((before - after).micros() * 1000 / before.micros() + 5) / 10, 55);
    }

    #[test]
    fn fixed_costs_are_earned_back_by_tasks() {
        let money = |amount: i128| Money::from_micros(amount * 1_000_000);
        // Ten tasks of 10 dollars become pods of 4; 90 are fixed: 15 tasks earn them back.
        let growth = Growth {
            tasks: 10,
            services: 5,
            today: money(100),
            later: money(130),
            variable: money(40),
            control_planes: money(73),
        };
        let found = break_even(growth).unwrap();
        assert_eq!((found.tasks, found.services), (Some(15), Some(8)));
        assert_eq!((found.control_plane_percent, found.fixed), (56, money(90)));
        assert_eq!((found.task_today, found.pod_later), (money(10), money(4)));
        let dear = Growth { variable: money(120), ..growth };
        assert_eq!(break_even(dear).unwrap().tasks, None);
        assert!(break_even(Growth { tasks: 0, ..growth }).is_none());
    }
}
