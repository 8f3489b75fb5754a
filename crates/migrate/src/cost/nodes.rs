//! Nodes for the pods of one environment: one type a pool, the cheapest that holds them.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Size;
use super::machines::{Machine, Machines, Overhead};
use super::money::{Case, Money, Range};
use super::pack::{self, Pods, Room};
use super::prices::{Rate, Region};
use super::size::HOURS;

/// In the high case nodes are filled to this part only, in percent: rollouts, pods that do not
/// divide evenly, affinities.
const FILL_PERCENT_HIGH: i64 = 85;

/// What nodes are chosen from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Market<'m> {
    pub(super) machines: &'m Machines,
    pub(super) region: &'m Region,
    /// Availability zones that pods are spread over.
    pub(super) zones: i64,
    /// Instance families that services with GPUs run on today; empty if none was read.
    pub(super) gpu_families: &'m BTreeSet<String>,
}

/// The pods of one service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    /// Which service, for those that fit nowhere.
    pub(super) index: usize,
    pub(super) size: Size,
    pub(super) gpus: i64,
    pub(super) count: Range<i64>,
    pub(super) needs: Needs,
    /// Runs once on every node.
    pub(super) daemon: bool,
}

/// The nodes that a pod may run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    Arm,
    Amd,
    /// Linux on either architecture.
    Either,
    Windows,
}

/// What is counted beside the pods of services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Everything that a cluster needs.
    Whole,
    /// Only what grows with the pods: no system pods, no spare node, no spread over zones.
    Variable,
}

/// Nodes of one type.
#[derive(Debug, Clone)]
pub(super) struct Nodes {
    pub(super) machine: Machine,
    pub(super) windows: bool,
    pub(super) count: Range<i64>,
    /// Spare nodes among the expected ones.
    pub(super) spare: i64,
    pub(super) pods: Range<i64>,
    pub(super) cpu_percent: i64,
    pub(super) memory_percent: i64,
    pub(super) amount: Range,
    /// What the pool is compared by: nodes and their disks in the expected case, micro-dollars.
    micros: i128,
}

/// The nodes of an environment.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) pools: Vec<Nodes>,
    /// Asks that fit on no node, by their index.
    pub(super) unplaced: Vec<usize>,
}

/// Chooses nodes for the pods of one environment.
pub(super) fn place(asks: &[Ask], market: Market<'_>, extent: Extent) -> Placed {
    let daemons = daemons(asks, market.machines);
    let chooser = Chooser { market, daemons, extent };
    let mut placed = Placed::default();
    let mut groups: BTreeMap<(Needs, bool), Vec<Ask>> = BTreeMap::new();
    for ask in asks.iter().filter(|ask| !ask.daemon) {
        if chooser.holds(ask) {
            groups.entry((ask.needs, ask.gpus > 0)).or_default().push(*ask);
        } else {
            placed.unplaced.push(ask.index);
        }
    }
    if extent == Extent::Whole && !asks.is_empty() {
        groups.entry((Needs::Either, false)).or_default().push(system(market.machines));
    }
    for gpu in [false, true] {
        let mut take = |needs| groups.remove(&(needs, gpu)).unwrap_or_default();
        let (arm, amd, either) = (take(Needs::Arm), take(Needs::Amd), take(Needs::Either));
        let windows = take(Needs::Windows);
        placed.pools.extend(chooser.linux(&arm, &amd, &either));
        placed.pools.extend(chooser.cheapest(&windows, "amd64"));
    }
    placed
}

fn daemons(asks: &[Ask], machines: &Machines) -> Overhead {
    asks.iter().filter(|ask| ask.daemon).fold(machines.daemon_sets, |sum, ask| Overhead {
        cpu_milli: sum.cpu_milli.saturating_add(ask.size.cpu_milli),
        memory_mib: sum.memory_mib.saturating_add(ask.size.memory_mib),
        pods: sum.pods.saturating_add(1),
    })
}

/// The pods that a cluster has once.
fn system(machines: &Machines) -> Ask {
    let Overhead { cpu_milli, memory_mib, pods } = machines.system;
    Ask {
        index: usize::MAX,
        size: Size { cpu_milli, memory_mib },
        gpus: 0,
        count: Range::fixed(pods),
        needs: Needs::Either,
        daemon: false,
    }
}

struct Chooser<'m> {
    market: Market<'m>,
    daemons: Overhead,
    extent: Extent,
}

impl Chooser<'_> {
    /// True if some type of node that has a price holds one such pod.
    fn holds(&self, ask: &Ask) -> bool {
        self.candidates(std::slice::from_ref(ask)).any(|machine| {
            let right = match ask.needs {
                Needs::Arm => machine.architecture == "arm64",
                Needs::Amd | Needs::Windows => machine.architecture == "amd64",
                Needs::Either => true,
            };
            right && self.room(machine).fits(&pods(ask, 1)) > 0
        })
    }

    /// Pods that run on either architecture go where all of it costs less.
    fn linux(&self, arm: &[Ask], amd: &[Ask], either: &[Ask]) -> Vec<Nodes> {
        let on_arm: Vec<Ask> = arm.iter().chain(either).copied().collect();
        let on_amd: Vec<Ask> = amd.iter().chain(either).copied().collect();
        let both = |arm: &[Ask], amd: &[Ask]| -> Vec<Nodes> {
            let arm = self.cheapest(arm, "arm64");
            arm.into_iter().chain(self.cheapest(amd, "amd64")).collect()
        };
        let (one, other) = (both(&on_arm, amd), both(arm, &on_amd));
        let micros = |pools: &[Nodes]| pools.iter().map(|pool| pool.micros).sum::<i128>();
        // An option that lost a pool holds fewer pods.
        let pods = |pools: &[Nodes]| pools.iter().map(|pool| pool.pods.high).sum::<i64>();
        let key = |pools: &[Nodes]| (std::cmp::Reverse(pods(pools)), micros(pools));
        if key(&one) <= key(&other) { one } else { other }
    }

    /// Types with a price that have GPUs if and only if pods ask for them.
    fn candidates<'c>(&'c self, asks: &[Ask]) -> impl Iterator<Item = &'c Machine> {
        let gpu = asks.iter().any(|ask| ask.gpus > 0);
        let families = self.market.gpu_families;
        let machines = self.market.machines.types.iter();
        // A driver and a model are built for one sort of GPU: the family stays.
        let stays = gpu && machines.clone().any(|one| families.contains(family(&one.name)));
        machines.filter(move |machine| {
            let priced = self.market.region.instances.contains_key(&machine.name);
            let kept = !stays || families.contains(family(&machine.name));
            priced && kept && (machine.gpus > 0) == gpu
        })
    }

    fn room(&self, machine: &Machine) -> Room {
        let (size, pods) = machine.room(&self.daemons);
        Room { size, pods, gpus: machine.gpus }
    }

    /// The type that costs least in the expected case; of equal ones the first by name.
    fn cheapest(&self, asks: &[Ask], architecture: &str) -> Option<Nodes> {
        let types = self.candidates(asks).filter(|one| one.architecture == architecture);
        let pools = types.filter_map(|machine| self.pool(machine, asks));
        pools.min_by(|one, other| {
            (one.micros, &one.machine.name).cmp(&(other.micros, &other.machine.name))
        })
    }

    /// As many nodes of one type as hold all pods; none if it does not hold them or there are none.
    fn pool(&self, machine: &Machine, asks: &[Ask]) -> Option<Nodes> {
        if asks.iter().all(|ask| ask.count.high == 0) {
            return None;
        }
        let room = self.room(machine);
        let gpu = machine.gpus > 0;
        let windows = asks.iter().any(|ask| ask.needs == Needs::Windows);
        let mut count = Range::fixed(0);
        let mut spare = 0;
        for case in [Case::Low, Case::Expected, Case::High] {
            let pods: Vec<Pods> = asks.iter().map(|ask| pods(ask, ask.count.of(case))).collect();
            let base = pack::nodes(&pods, room)?;
            let (nodes, extra) = self.with_extras(base, asks, case, gpu);
            match case {
                Case::Low => count.low = nodes,
                Case::Expected => (count.expected, spare) = (nodes, extra),
                Case::High => count.high = nodes,
            }
        }
        let hour = self.hour(machine, windows);
        let amount = Range::by(|case| {
            Money::from_micros(i128::from(count.of(case)).saturating_mul(hour * HOURS))
        });
        let disk =
            i128::from(self.market.machines.disk_gib) * self.market.region.disk_gb_month.micros();
        let all = |part: fn(&Ask) -> i64| {
            asks.iter().fold(0_i128, |sum, ask| {
                sum + i128::from(part(ask)) * i128::from(ask.count.expected)
            })
        };
        let nodes = i128::from(count.expected);
        let percent = |asked: i128, have: i64| {
            i64::try_from(asked * 100 / (nodes * i128::from(have)).max(1)).unwrap_or(i64::MAX)
        };
        Some(Nodes {
            machine: machine.clone(),
            windows,
            count,
            spare,
            pods: Range::by(|case| {
                asks.iter().fold(0, |sum, ask| i64::saturating_add(sum, ask.count.of(case)))
            }),
            cpu_percent: percent(all(|ask| ask.size.cpu_milli), room.size.cpu_milli),
            memory_percent: percent(all(|ask| ask.size.memory_mib), room.size.memory_mib),
            amount,
            micros: nodes.saturating_mul(hour * HOURS + disk),
        })
    }

    /// Nodes with the spread over zones and the spare one, and how many of them are spare.
    fn with_extras(&self, base: i64, asks: &[Ask], case: Case, gpu: bool) -> (i64, i64) {
        if base == 0 || self.extent == Extent::Variable {
            return (base, 0);
        }
        // The system's own pods do not decide how many zones are needed.
        let services = asks.iter().filter(|ask| ask.index != usize::MAX);
        let most = services.map(|ask| ask.count.of(case)).max().unwrap_or(0);
        let spread = base.max(most.clamp(1, self.market.zones.max(1)));
        // A node with GPUs that stands idle costs more than the minutes until one has started.
        let spare = i64::from(!gpu && case != Case::Low);
        let filled = match case {
            Case::Low | Case::Expected => spread,
            Case::High => {
                spread.saturating_mul(100).saturating_add(FILL_PERCENT_HIGH - 1) / FILL_PERCENT_HIGH
            }
        };
        (filled.saturating_add(spare), spare)
    }

    /// What a node costs an hour, in micro-dollars.
    fn hour(&self, machine: &Machine, windows: bool) -> i128 {
        let region = self.market.region;
        let own = region.instances.get(&machine.name).map_or(0, |rate| rate.micros());
        let license = region.windows_vcpu.filter(|_| windows).map_or(0, Rate::micros);
        own + license * i128::from(machine.vcpus())
    }
}

/// `m7g` of `m7g.large`.
pub(super) fn family(instance_type: &str) -> &str {
    instance_type.split('.').next().unwrap_or(instance_type)
}

fn pods(ask: &Ask, count: i64) -> Pods {
    Pods { size: ask.size, gpus: ask.gpus, count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::machines;
    use crate::cost::prices::Prices;

    fn ask(cpu_milli: i64, memory_mib: i64, count: i64, needs: Needs) -> Ask {
        let size = Size { cpu_milli, memory_mib };
        Ask { index: 0, size, gpus: 0, count: Range::fixed(count), needs, daemon: false }
    }

    fn choose(asks: &[Ask], extent: Extent) -> Placed {
        let machines = machines::embedded();
        let prices = Prices::embedded();
        let (_, region) = prices.region("us-east-1").unwrap();
        let none = BTreeSet::new();
        place(asks, Market { machines: &machines, region, zones: 3, gpu_families: &none }, extent)
    }

    #[test]
    fn arm_is_chosen_where_every_image_runs_on_it() {
        let placed = choose(&[ask(150, 563, 60, Needs::Either)], Extent::Whole);
        assert_eq!(placed.pools.len(), 1);
        assert_eq!(placed.pools[0].machine.architecture, "arm64");
        // One service that needs x86 does not bring a second pool for the rest.
        let placed = choose(
            &[ask(150, 563, 60, Needs::Amd), ask(150, 563, 1, Needs::Either)],
            Extent::Whole,
        );
        let names: Vec<&str> =
            placed.pools.iter().map(|pool| pool.machine.architecture.as_str()).collect();
        assert_eq!(names, ["amd64"]);
    }

    #[test]
    fn zones_and_a_spare_node_are_kept() {
        let placed = choose(&[ask(50, 64, 3, Needs::Amd)], Extent::Whole);
        let pool = &placed.pools[0];
        // Three zones; in the expected case one more; in the high case 15 % more of the three.
        assert_eq!((pool.count.low, pool.count.expected, pool.count.high), (3, 4, 5));
        assert_eq!(pool.spare, 1);
        let bare = choose(&[ask(50, 64, 3, Needs::Amd)], Extent::Variable);
        assert_eq!(bare.pools[0].count, Range::fixed(1));
    }

    #[test]
    fn what_fits_nowhere_is_said() {
        let huge = Ask { index: 7, ..ask(64_000, 1, 1, Needs::Amd) };
        assert_eq!(choose(&[huge], Extent::Whole).unplaced, [7]);
        let gpu = Ask { gpus: 1, ..ask(1000, 4096, 2, Needs::Amd) };
        let placed = choose(&[gpu], Extent::Variable);
        assert_eq!(placed.pools[0].machine.name, "g4dn.xlarge");
        assert_eq!(placed.pools[0].count.expected, 2);
    }
}
