//! How many nodes of one type hold a set of pods: first fit, the largest first.
//!
//! Nodes in the same state are kept as one entry with a count, so that a million equal pods cost as
//! little as ten.

use super::document::Size;

/// Equal pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pods {
    /// What each asks for.
    pub(super) size: Size,
    /// GPUs that each asks for.
    pub(super) gpus: i64,
    /// How many there are.
    pub(super) count: i64,
}

/// What one node has for pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// CPU and memory.
    pub(super) size: Size,
    /// Pods.
    pub(super) pods: i64,
    /// GPUs.
    pub(super) gpus: i64,
}

impl Room {
    /// How many pods like `pod` fit.
    pub(super) fn fits(&self, pod: &Pods) -> i64 {
        let by = |have: i64, want: i64| if want > 0 { have.max(0) / want } else { i64::MAX };
        by(self.size.cpu_milli, pod.size.cpu_milli)
            .min(by(self.size.memory_mib, pod.size.memory_mib))
            .min(by(self.gpus, pod.gpus))
            .min(self.pods.max(0))
    }

    /// The room that is left after `count` pods like `pod`.
    fn without(mut self, pod: &Pods, count: i64) -> Self {
        let less = |have: i64, want: i64| have.saturating_sub(want.saturating_mul(count));
        self.size.cpu_milli = less(self.size.cpu_milli, pod.size.cpu_milli);
        self.size.memory_mib = less(self.size.memory_mib, pod.size.memory_mib);
        self.gpus = less(self.gpus, pod.gpus);
        self.pods = less(self.pods, 1);
        self
    }
}

/// Nodes with `room` each that hold all `pods`; none if one of them fits on no node.
pub(super) fn nodes(pods: &[Pods], room: Room) -> Option<i64> {
    let mut order: Vec<&Pods> = pods.iter().filter(|pods| pods.count > 0).collect();
    // By the dimension that a pod takes most of, without a division.
    let weight = |pods: &Pods| {
        let cpu = i128::from(pods.size.cpu_milli) * i128::from(room.size.memory_mib.max(1));
        let memory = i128::from(pods.size.memory_mib) * i128::from(room.size.cpu_milli.max(1));
        (pods.gpus, cpu.max(memory), cpu.min(memory))
    };
    order.sort_by_key(|pods| std::cmp::Reverse(weight(pods)));
    let mut open: Vec<(Room, i64)> = Vec::new();
    for pods in order {
        let mut left = pods.count;
        let mut next = Vec::with_capacity(open.len() + 2);
        for (state, count) in open {
            left = fill(&mut next, (state, count), pods, left);
        }
        if left > 0 {
            if room.fits(pods) == 0 {
                return None;
            }
            let fits = room.fits(pods);
            let fresh = left / fits + i64::from(left % fits > 0);
            fill(&mut next, (room, fresh), pods, left);
        }
        open = next;
    }
    Some(open.iter().fold(0_i64, |sum, (_, count)| sum.saturating_add(*count)))
}

/// Puts up to `left` pods on `count` nodes in the same state; returns how many are left over.
fn fill(next: &mut Vec<(Room, i64)>, nodes: (Room, i64), pods: &Pods, left: i64) -> i64 {
    let (state, count) = nodes;
    let fits = state.fits(pods);
    if fits == 0 || left == 0 {
        next.push(nodes);
        return left;
    }
    let full = count.min(left / fits);
    if full > 0 {
        next.push((state.without(pods, fits), full));
    }
    let mut left = left - full * fits;
    let mut untouched = count - full;
    if untouched > 0 && left > 0 {
        next.push((state.without(pods, left), 1));
        left = 0;
        untouched -= 1;
    }
    if untouched > 0 {
        next.push((state, untouched));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LARGE: Room =
        Room { size: Size { cpu_milli: 1680, memory_mib: 6230 }, pods: 25, gpus: 0 };

    fn pods(cpu_milli: i64, memory_mib: i64, count: i64) -> Pods {
        Pods { size: Size { cpu_milli, memory_mib }, gpus: 0, count }
    }

    /// The example of the specification: 20 services, one task in dev and stag, three in prod.
    #[test]
    fn the_example_needs_ten_nodes() {
        let of = |count| nodes(&[pods(150, 563, count)], LARGE).unwrap();
        assert_eq!((of(20), of(20), of(60)), (2, 2, 6));
    }

    #[test]
    fn pods_may_be_many_and_may_not_fit() {
        assert_eq!(nodes(&[pods(1681, 1, 1)], LARGE), None);
        assert_eq!(nodes(&[pods(0, 0, 26)], LARGE), Some(2));
        assert_eq!(nodes(&[pods(1, 1, i64::MAX)], LARGE), Some(i64::MAX / 25 + 1));
        assert_eq!(nodes(&[], LARGE), Some(0));
    }

    /// The same rule with one entry a node and one a pod, as textbooks have it.
    fn one_by_one(pods: &[Pods], room: Room) -> i64 {
        let mut order: Vec<Pods> = pods.to_vec();
        order.sort_by_key(|pods| {
            let cpu = pods.size.cpu_milli * room.size.memory_mib;
            let memory = pods.size.memory_mib * room.size.cpu_milli;
            std::cmp::Reverse((cpu.max(memory), cpu.min(memory)))
        });
        let mut open: Vec<Room> = Vec::new();
        for pods in order {
            for _ in 0..pods.count {
                let place = open.iter().position(|node| node.fits(&pods) > 0);
                let place = place.unwrap_or_else(|| {
                    open.push(room);
                    open.len() - 1
                });
                open[place] = open[place].without(&pods, 1);
            }
        }
        i64::try_from(open.len()).unwrap()
    }

    proptest! {
        #[test]
        fn counting_equal_nodes_together_changes_nothing(
            asked in prop::collection::vec((1..1680_i64, 1..6230_i64, 0..12_i64), 0..12)
        ) {
            let asked: Vec<Pods> = asked.iter().map(|(c, m, n)| pods(*c, *m, *n)).collect();
            let counted = nodes(&asked, LARGE).unwrap();
            let expected = one_by_one(&asked, LARGE);
            // Equal nodes may stand in another order, so the last node may differ.
            prop_assert!((counted - expected).abs() <= 1, "{counted} {expected}");
            let cpu: i64 = asked.iter().map(|pods| pods.size.cpu_milli * pods.count).sum();
            prop_assert!(counted * LARGE.size.cpu_milli >= cpu);
        }
    }
}
