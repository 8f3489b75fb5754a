//! What each service asks for: tasks, sizes, machines, and what was measured of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{Launch, Size, Usage};
use super::money::Range;
use super::size::{right_sized, smallest_fargate};
use super::usage::Metrics;
use crate::convert::{Workload, names, size as units};
use crate::generate::Converted;
use crate::given::Given;
use crate::input::node::Node;

/// More tasks than this of one service are a broken file.
const TASKS_MAX: i64 = 1_000_000;
/// Scratch disk that Fargate gives without charge, and the most that it sells, in GiB.
const EPHEMERAL_FREE_GIB: i64 = 20;
const EPHEMERAL_MAX_GIB: i64 = 200;
/// More GPUs than this on one task are a broken file.
const GPUS_MAX: i64 = 64;
/// A size that is counted where no file states one.
pub(super) const SIZE_ASSUMED: Size = Size { cpu_milli: 250, memory_mib: 512 };
/// No task is larger than this: 1,000 vCPU, 10 TiB.
const SIZE_MAX: Size = Size { cpu_milli: 1_000_000, memory_mib: 10_485_760 };

/// One service in one environment.
#[derive(Debug)]
pub(super) struct Demand<'g, 'a> {
    /// What it is in ECS.
    pub(super) work: &'g Workload<'a>,
    pub(super) launch: Launch,
    /// Its ECS cluster; empty without a service.
    pub(super) cluster: String,
    pub(super) tasks: Range<i64>,
    /// Tasks on Fargate Spot among them.
    pub(super) spot: Range<i64>,
    /// The size of the task, if a file states it.
    pub(super) task: Option<Size>,
    /// What the pod asks for after the first wave.
    pub(super) pod: Size,
    /// What it should ask for later.
    pub(super) right: Option<Size>,
    pub(super) usage: Option<Usage>,
    pub(super) machine: Machine,
    /// Scratch disk above the free one, in GiB a task.
    pub(super) scratch_gib: i64,
    pub(super) public_address: bool,
    /// Runs once on every node.
    pub(super) daemon: bool,
    /// True if no service in the files says how many run.
    pub(super) count_assumed: bool,
    /// The runtime whose heap follows the limit of memory, if its signs are there.
    pub(super) runtime: Option<&'static str>,
}

/// What a service needs of a machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct Machine {
    pub(super) windows: bool,
    /// The task definition says ARM.
    pub(super) arm: bool,
    /// Every image is there for the other architecture too.
    pub(super) either: bool,
    pub(super) gpus: i64,
}

impl Demand<'_, '_> {
    /// The size that Fargate charges for today.
    pub(super) fn fargate_today(&self) -> Size {
        let stated = self.task.unwrap_or(self.pod);
        smallest_fargate(stated, self.machine.windows).unwrap_or(stated)
    }

    /// The smallest size of Fargate that holds what should be asked for; never a dearer one.
    pub(super) fn fargate_later(&self) -> Option<Size> {
        let size = smallest_fargate(self.right?, self.machine.windows)?;
        let today = self.fargate_today();
        let grows = size.cpu_milli > today.cpu_milli || size.memory_mib > today.memory_mib;
        Some(if grows { today } else { size })
    }

    /// What the pod asks for later: what was measured, or what is declared.
    pub(super) fn pod_later(&self) -> Size {
        self.right.unwrap_or(self.pod)
    }
}

/// Reads what every service asks for.
pub(super) fn of<'g, 'a>(given: Given<'g, 'a>) -> Vec<Demand<'g, 'a>> {
    let metrics = Metrics::read(given.inventory);
    let architectures = Architectures::read(given);
    let clusters = given.inventory.all(crate::input::section::Section::Clusters);
    let strategies: BTreeMap<String, Vec<Node<'a>>> = clusters
        .iter()
        .filter_map(|item| {
            let list = item.node.list("defaultCapacityProviderStrategy");
            Some((item.node.text("clusterName")?, list))
        })
        .collect();
    let one = |one: &'g Converted<'a>| demand(one, &metrics, &architectures, &strategies);
    given.converted.iter().map(one).collect()
}

fn demand<'g, 'a>(
    one: &'g Converted<'a>,
    metrics: &Metrics,
    architectures: &Architectures,
    strategies: &BTreeMap<String, Vec<Node<'a>>>,
) -> Demand<'g, 'a> {
    let work = &one.work;
    let service = work.service.as_ref().map(|item| &item.node);
    let cluster = service
        .and_then(|node| ["clusterArn", "cluster"].iter().find_map(|key| node.text(key)))
        .map(|arn| names::last_part(&arn).to_owned())
        .unwrap_or_default();
    let strategy = service.map(|node| strategy(node, strategies.get(&cluster))).unwrap_or_default();
    let launch = launch(work, &strategy);
    let tasks = if launch == Launch::Scheduled { Range::default() } else { tasks(work) };
    let spot = match launch {
        Launch::Fargate => Range::by(|case| spot_of(&strategy, tasks.of(case))),
        Launch::Ec2 | Launch::External | Launch::Scheduled => Range::default(),
    };
    let task = task_size(&work.task.node);
    let asked = pod_size(&one.built.objects);
    let pod = asked.or(task).map_or(SIZE_ASSUMED, bounded);
    let name = service.and_then(|node| node.text("serviceName")).unwrap_or_default();
    let usage = metrics.of(&cluster, &name, task.or(asked));
    let machine = machine(work, &one.built.objects, architectures);
    Demand {
        work,
        launch,
        tasks,
        spot,
        task,
        pod,
        right: usage.as_ref().and_then(|usage| right_sized(usage, task.unwrap_or(pod))),
        usage,
        machine,
        scratch_gib: scratch(&work.task.node),
        public_address: service.is_some_and(has_public_address),
        daemon: service.and_then(|node| node.text("schedulingStrategy")).as_deref()
            == Some("DAEMON"),
        count_assumed: service.is_none() && launch != Launch::Scheduled,
        runtime: runtime(&work.task.node),
        cluster,
    }
}

/// The capacity providers of a service, its cluster's where it names none.
fn strategy<'a>(service: &Node<'a>, default: Option<&Vec<Node<'a>>>) -> Vec<Provider> {
    let own = service.list("capacityProviderStrategy");
    let nodes = if !own.is_empty() {
        own
    } else if service.text("launchType").is_none() {
        default.cloned().unwrap_or_default()
    } else {
        Vec::new()
    };
    let provider = |node: &Node<'_>| Provider {
        name: node.text("capacityProvider").unwrap_or_default(),
        base: node.int_at("base").unwrap_or(0).clamp(0, TASKS_MAX),
        weight: node.int_at("weight").unwrap_or(0).clamp(0, TASKS_MAX),
    };
    nodes.iter().map(provider).collect()
}

/// One entry of a capacity provider strategy.
struct Provider {
    name: String,
    base: i64,
    weight: i64,
}

fn launch(work: &Workload<'_>, strategy: &[Provider]) -> Launch {
    if work.only_scheduled {
        return Launch::Scheduled;
    }
    let on_fargate = |provider: &Provider| provider.name.starts_with("FARGATE");
    let stated = work.service.as_ref().and_then(|item| item.node.text("launchType"));
    let compatible = work.task.node.strings("requiresCompatibilities");
    if !strategy.is_empty() {
        return if strategy.iter().all(on_fargate) { Launch::Fargate } else { Launch::Ec2 };
    }
    // What the service says decides; what its task definition would allow comes after it.
    let says = |word: &str| match stated.as_deref() {
        Some(launch) => launch == word,
        None => compatible.iter().any(|one| one == word),
    };
    if says("FARGATE") {
        Launch::Fargate
    } else if says("EXTERNAL") {
        Launch::External
    } else {
        Launch::Ec2
    }
}

/// Tasks at the least, now and at the most.
fn tasks(work: &Workload<'_>) -> Range<i64> {
    let desired = work.service.as_ref().and_then(|item| item.node.int_at("desiredCount"));
    let expected = desired.unwrap_or(1).clamp(0, TASKS_MAX);
    let bounds = |key: &str| -> Vec<i64> {
        work.scalable.iter().filter_map(|item| item.node.int_at(key)).collect()
    };
    let low = bounds("MinCapacity").into_iter().min().unwrap_or(expected).clamp(0, TASKS_MAX);
    let high = bounds("MaxCapacity").into_iter().max().unwrap_or(expected).clamp(0, TASKS_MAX);
    Range { low: low.min(expected), expected, high: high.max(expected) }
}

/// Tasks on Fargate Spot: base first, the rest by weight; halves go to tasks on demand.
fn spot_of(strategy: &[Provider], tasks: i64) -> i64 {
    let base: i64 = strategy.iter().map(|provider| provider.base).sum();
    let spot = |amount: fn(&Provider) -> i64| -> i64 {
        strategy.iter().filter(|one| one.name == "FARGATE_SPOT").map(amount).sum()
    };
    let rest = tasks.saturating_sub(base).max(0);
    let total: i64 = strategy.iter().map(|provider| provider.weight).sum();
    let weighted = if total > 0 { rest.saturating_mul(spot(|one| one.weight)) / total } else { 0 };
    spot(|one| one.base).saturating_add(weighted).min(tasks)
}

/// The size that the task states.
fn task_size(task: &Node<'_>) -> Option<Size> {
    let cpu = task.get("cpu").and_then(|node| units::cpu_units(&node)).filter(|units| *units > 0);
    let memory =
        task.get("memory").and_then(|node| units::memory_mib(&node)).filter(|mib| *mib > 0);
    let (cpu, memory) = (cpu?, memory?);
    Some(bounded(Size { cpu_milli: units::millicores(cpu), memory_mib: memory }))
}

fn bounded(size: Size) -> Size {
    Size {
        cpu_milli: size.cpu_milli.clamp(0, SIZE_MAX.cpu_milli),
        memory_mib: size.memory_mib.clamp(0, SIZE_MAX.memory_mib),
    }
}

/// The pod templates of the objects that run all the time.
fn templates(objects: &[Value]) -> impl Iterator<Item = &Value> {
    let runs = |object: &&Value| {
        matches!(object["kind"].as_str(), Some("Deployment" | "DaemonSet" | "StatefulSet"))
    };
    objects.iter().filter(runs).map(|object| &object["spec"]["template"]["spec"])
}

/// What the pod asks for: its containers and its sidecars together.
fn pod_size(objects: &[Value]) -> Option<Size> {
    let spec = templates(objects).next()?;
    let list = |key: &str| spec[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let sidecars = list("initContainers").iter().filter(|one| one["restartPolicy"] == "Always");
    let mut size = Size::default();
    for container in list("containers").iter().chain(sidecars) {
        let requests = &container["resources"]["requests"];
        let cpu = requests["cpu"].as_str().and_then(milli);
        let memory = requests["memory"].as_str().and_then(mib);
        size.cpu_milli = size.cpu_milli.saturating_add(cpu.unwrap_or(0));
        size.memory_mib = size.memory_mib.saturating_add(memory.unwrap_or(0));
    }
    (size != Size::default()).then_some(size)
}

/// `250m` or whole cores, as `convert::size` writes them.
fn milli(text: &str) -> Option<i64> {
    match text.strip_suffix('m') {
        Some(digits) => digits.parse().ok(),
        None => text.parse::<i64>().ok()?.checked_mul(1000),
    }
}

/// `512Mi` or whole `Gi`, as `convert::size` writes them.
fn mib(text: &str) -> Option<i64> {
    match text.strip_suffix("Gi") {
        Some(digits) => digits.parse::<i64>().ok()?.checked_mul(1024),
        None => text.strip_suffix("Mi")?.parse().ok(),
    }
}

fn scratch(task: &Node<'_>) -> i64 {
    let stated = task.at(&["ephemeralStorage", "sizeInGiB"]).and_then(|node| node.int());
    let stated = stated.unwrap_or(EPHEMERAL_FREE_GIB).clamp(EPHEMERAL_FREE_GIB, EPHEMERAL_MAX_GIB);
    stated - EPHEMERAL_FREE_GIB
}

fn has_public_address(service: &Node<'_>) -> bool {
    let assigned = service.at(&["networkConfiguration", "awsvpcConfiguration", "assignPublicIp"]);
    assigned.and_then(|node| node.boolean()).unwrap_or(false)
}

fn machine(work: &Workload<'_>, objects: &[Value], architectures: &Architectures) -> Machine {
    let platform = |key: &str| {
        let node = work.task.node.at(&["runtimePlatform", key])?;
        node.scalar().map(|text| text.to_ascii_uppercase())
    };
    let containers = templates(objects)
        .flat_map(|spec| spec["containers"].as_array().map(Vec::as_slice).unwrap_or_default());
    let gpus = containers
        .filter_map(|one| {
            one["resources"]["limits"]["nvidia.com/gpu"].as_str()?.parse::<i64>().ok()
        })
        .fold(0_i64, i64::saturating_add);
    Machine {
        windows: platform("operatingSystemFamily").is_some_and(|os| os.starts_with("WINDOWS")),
        arm: platform("cpuArchitecture").as_deref() == Some("ARM64"),
        either: architectures.either(work),
        gpus: gpus.clamp(0, GPUS_MAX),
    }
}

/// Architectures of images by their digest, from the image lists in the snapshot.
struct Architectures(BTreeMap<String, BTreeSet<String>>);

impl Architectures {
    fn read(given: Given<'_, '_>) -> Self {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, items) in given.inventory.sections() {
            let lists = items.iter().map(|item| &item.node);
            for image in lists.filter(|node| node.pointer == "/images").flat_map(Node::items) {
                let digest = image.at(&["imageId", "imageDigest"]).and_then(|node| node.scalar());
                let Some((digest, text)) = digest.zip(image.text("imageManifest")) else {
                    continue;
                };
                let manifest: Value = serde_json::from_str(&text).unwrap_or_default();
                let parts = manifest["manifests"].as_array().map(Vec::as_slice);
                let names = parts.unwrap_or_default().iter().filter_map(|part| {
                    part["platform"]["architecture"].as_str().map(str::to_owned)
                });
                found.entry(digest).or_default().extend(names);
            }
        }
        Self(found)
    }

    /// True if every image that runs is known to be there for both architectures.
    fn either(&self, work: &Workload<'_>) -> bool {
        let both = |digest: &String| {
            self.0.get(digest).is_some_and(|names| {
                ["amd64", "arm64"].iter().all(|wanted| names.contains(*wanted))
            })
        };
        let containers = work.task.node.list("containerDefinitions").len();
        containers > 0 && work.digests.len() >= containers && work.digests.values().all(both)
    }
}

/// The runtime of the task by its variables, its command and its images.
fn runtime(task: &Node<'_>) -> Option<&'static str> {
    const SIGNS: &[(&str, &str)] = &[
        ("java_tool_options", "the JVM"),
        ("java_opts", "the JVM"),
        ("jvm_opts", "the JVM"),
        ("jdk_java_options", "the JVM"),
        ("catalina_opts", "the JVM"),
        ("node_options", "Node.js"),
        ("node_env", "Node.js"),
    ];
    const PROGRAMS: &[(&str, &str)] = &[("java", "the JVM"), ("node", "Node.js")];
    let find = |signs: &[(&str, &'static str)], word: &str| {
        signs.iter().find(|(sign, _)| *sign == word).map(|(_, runtime)| *runtime)
    };
    task.list("containerDefinitions").iter().find_map(|container| {
        let variables = container.list("environment");
        let by_variable = variables
            .iter()
            .filter_map(|node| node.text("name"))
            .find_map(|name| find(SIGNS, &name.to_ascii_lowercase()));
        let commands = ["entryPoint", "command"].iter().flat_map(|key| container.strings(key));
        by_variable.or_else(|| {
            commands
                .flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
                .find_map(|word| find(PROGRAMS, word.rsplit('/').next().unwrap_or(&word)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(name: &str, base: i64, weight: i64) -> Provider {
        Provider { name: name.to_owned(), base, weight }
    }

    #[test]
    fn spot_takes_its_share_after_the_base() {
        let strategy = [provider("FARGATE", 2, 1), provider("FARGATE_SPOT", 0, 3)];
        let spots: Vec<i64> = [0, 1, 2, 3, 6, 10].map(|tasks| spot_of(&strategy, tasks)).into();
        assert_eq!(spots, [0, 0, 0, 0, 3, 6]);
        assert_eq!(spot_of(&[provider("FARGATE_SPOT", 0, 1)], 4), 4);
        assert_eq!(spot_of(&[provider("FARGATE_SPOT", 9, 0)], 4), 4);
        assert_eq!(spot_of(&[], 4), 0);
    }

    #[test]
    fn quantities_are_read_as_they_are_written() {
        assert_eq!((milli("250m"), milli("2"), milli("x")), (Some(250), Some(2000), None));
        assert_eq!((mib("512Mi"), mib("2Gi"), mib("7")), (Some(512), Some(2048), None));
    }
}
