//! Codes of size and cost (area M, 400 to 429).

use super::{ErrorKind, Kind, Severity, codes};

const H: Kind = Kind::Finding(Severity::High);
const M: Kind = Kind::Finding(Severity::Medium);
const L: Kind = Kind::Finding(Severity::Low);
const CONFIG: Kind = Kind::Error(ErrorKind::Config);

codes! {
    /// A price file that cannot be read.
    BAD_PRICES = "SG-M400", CONFIG, "{place} is no price file: {cause}",
        next: "correct {place} (docs/reference/prices.md shows its form) and run the same command again",
        help: "A price file holds apiVersion, kind `Prices`, formatVersion, date, currency and regions. A misspelt key would be a price that silently does nothing, so it stops the command. Prices are decimal numbers in the currency, by the hour unless the key says otherwise.";
    /// A price file of a newer Segue.
    NEWER_PRICES = "SG-M401", CONFIG, "{place} has the format {version}; this Segue reads prices up to {known}",
        next: "update Segue, or write {place} in format {known}, and run the same command again",
        help: "The format of the price file counts up when its meaning changes. An older program would read wrong prices out of a newer file, so it stops.";
    /// No prices for the region of the estate.
    REGION_UNPRICED = "SG-M402", M, "no prices of {region} are known: all figures use those of {used}",
        next: "write a price file with {region} (docs/reference/prices.md) and plan again",
        help: "Segue carries prices of a few regions. The nearest of them stands in, and regions differ by up to a third, so the figures say which bill is the lower one rather than how high it is.";
    /// Prices that nobody compared with those of AWS.
    PRICES_UNVERIFIED = "SG-M403", L, "the prices of {region} of {date} are not compared with those of AWS",
        next: "compare the prices of {region} with your bill or with the AWS price list, and give a file of your own with `verified: true`",
        help: "The prices that Segue carries were read in public documents or recalled, as their sources say. They are good enough to compare two ways of running the same thing, and not good enough for a budget.";
    /// Several regions in one estate.
    SEVERAL_REGIONS = "SG-M404", M, "services run in {list}: all are priced as if they ran in {region}",
        next: "plan each region with a snapshot of its own if their bills matter",
        help: "One list of prices is used for the whole estate, that of the region with the most services.";
    /// Kubernetes costs more.
    DEARER = "SG-M405", H, "Kubernetes would cost more: {after} {currency} a month in place of {before}; {driver}",
        next: "move for other reasons than cost, or wait until about {tasks} tasks run; `plan/plan.json` has every line under `cost`",
        help: "A cluster has costs that a Fargate service has not: a control plane for each environment, spare nodes, pods of the system. They are spread over all services, so a small estate pays more for each of them. The comparison is made at equal load, with shared load balancers on both sides.";
    /// Neither bill is clearly lower.
    NO_CLEAR_WINNER = "SG-M406", M, "Kubernetes and ECS would cost about the same: {after} against {before} {currency} a month",
        next: "do not move for the cost alone; look at the low and the high end in `plan/plan.json` under `cost`",
        help: "The two bills are within 5 % of each other, or one is lower in a quiet month and the other in a busy one. What is not counted may decide.";
    /// The saving needs no Kubernetes.
    RIGHT_SIZE_FIRST = "SG-M407", M, "of the saving of {saving} {currency} a month, {ecs} need no Kubernetes: smaller Fargate sizes and shared load balancers do it",
        next: "take the smaller sizes (`fargateSize` in `plan/plan.json`) in ECS now, if the saving should not wait",
        help: "Part of the saving comes from asking for what is used and from sharing load balancers. Both are possible where the services run today. Only what is left is the merit of the move.";
    /// Services without enough usage data.
    NOT_MEASURED = "SG-M408", M, "{count} of {total} running services have fewer than 14 days of usage: they keep their sizes, and no saving is claimed for them: {list}",
        next: "turn on Container Insights for {list}, scan again after 14 days, and plan again",
        help: "A smaller size is proposed, and counted, only where 14 days of usage were read: one week-end and one month's end more often than not decide what a service needs. Everything else is shown as declared.";
    /// Points that are hours apart.
    COARSE_METRICS = "SG-M409", L, "usage was read in points of {minutes} minutes: what peaks for less shows in the maximum only",
        next: "scan again with points of 5 minutes before you shrink CPU",
        help: "p95 is taken over averages. An average over hours hides a busy quarter of an hour, so the CPU that is proposed may be too little at that time. Memory is taken from the maximum and is not concerned.";
    /// One task is far hotter than the others.
    HOT_TASK = "SG-M410", M, "one task of {service} in {env} uses {max} of its {size} CPU while the average uses {average}",
        next: "find out what that task does (a lock, a cron thread, sticky sessions) before {service} is shrunk",
        help: "The average of a service hides a task that works far more than the others. The size that is proposed follows the average at p95, and the hot task would be throttled or starved on a node that is full.";
    /// A heap that follows the memory limit.
    HEAP_FOLLOWS_LIMIT = "SG-M411", M, "memory of {service} in {env} would fall from {old} to {new}: the heap of {runtime} follows the limit or is set beside it",
        next: "set the heap of {service} for {new} (-XX:MaxRAMPercentage, -Xmx or --max-old-space-size), and shrink it on its own",
        help: "A JVM takes its default heap from the limit of the container, and Node.js from the memory it sees; a heap that is set by hand stays as it is and may not fit any more. Shrinking memory without looking at the heap ends in a container that is killed.";
    /// Memory use near the size.
    MEMORY_TIGHT = "SG-M412", M, "a task of {service} in {env} had {max} of its {size} memory",
        next: "give {service} more memory before it moves; the limit in the cluster is as hard as the one of ECS",
        help: "A container that reaches its limit is killed. The figure that later bills use has a quarter above the highest use, so it is more than today's size.";
    /// A size that no file states.
    SIZE_UNKNOWN = "SG-M413", M, "no file states the size of {service} in {env}: it is counted with {assumed}",
        next: "state cpu and memory in the task definition of {service}, and plan again",
        help: "A task on container instances may leave out its size and take what it needs. In a cluster such a pod cannot be placed well, and its cost cannot be told.";
    /// Something that has no price.
    NO_PRICE = "SG-M414", M, "{list} have no price in {region}: they are missing in the bills",
        next: "add {list} to a price file of your own (docs/reference/prices.md) and plan again",
        help: "The bill is lower than it should be by what has no price. A side that is too low by that makes the other look dearer than it is.";
    /// A pod that is larger than any node.
    NO_NODE_FITS = "SG-M415", M, "no node type in the table holds a pod of {service} in {env} ({size}): it is missing in the bills after the move",
        next: "plan a node type of its own for {service}, and add its cost by hand",
        help: "The table of node types ends at 32 vCPU. A pod has to fit on one node together with the pods that run on every node.";
    /// Scheduled tasks of unknown duration.
    SCHEDULED_UNKNOWN = "SG-M416", L, "how long scheduled tasks run is not known: {list} are in no bill; an hour of all of them costs {hour} {currency} on Fargate",
        next: "look up the run times in the logs of {list}; both sides of the comparison lack them alike",
        help: "A snapshot shows what runs at one moment. A scheduled task is paid for by the second on Fargate, and runs in spare room of the nodes in a cluster, so leaving it out favours ECS a little.";
    /// Tasks with public addresses.
    PUBLIC_ADDRESSES = "SG-M417", M, "{list} have public addresses today (tasks: {count}): pods leave through a NAT gateway, whose traffic is not counted",
        next: "look whether the subnets of the nodes have a NAT gateway or endpoints, and what {list} send out",
        help: "A task with a public address needs no NAT gateway. A pod has a private address, and each GB through a NAT gateway is charged. Services that fetch much from outside may pay more for that than for CPU.";
    /// Tasks on Fargate Spot.
    SPOT_TASKS = "SG-M418", L, "{list} run partly on Fargate Spot (tasks: {count}): after the move they are counted on nodes on demand",
        next: "allow Spot in the NodePool for {list}, and the bill after the move falls",
        help: "What bears an interruption on Fargate Spot bears it on Spot nodes. Prices of Spot nodes change by the hour, so the bill counts nodes on demand; the comparison is harder on Kubernetes by that.";
    /// Task definitions that no service runs.
    COUNT_ASSUMED = "SG-M419", L, "{count} task definitions have no service in the files: each is counted as one task",
        next: "scan the account, or give the services beside the task definitions, and plan again",
        help: "A task definition says how large a task is, not how many run.";
    /// Container instances that nobody read.
    INSTANCES_UNREAD = "SG-M420", M, "the container instances of {cluster} were not read: what {list} cost today is missing in the bills",
        next: "allow ecs:DescribeContainerInstances and scan again",
        help: "A service on container instances is paid for by the instances of its cluster. Without them the bill of today is too low, and Kubernetes looks dearer than it is.";
    /// A commitment that the move leaves unused.
    STRANDED = "SG-M421", H, "the commitment {name} ({amount} {currency} an hour until {until}) covers {covers}, which the move leaves unused",
        next: "let nodes use the instance family of {name} until {until}, or move those services later",
        help: "A Compute Savings Plan covers Fargate and EC2 alike and moves along. An EC2 Instance Savings Plan or a reserved instance covers one family in one region and never covers Fargate. What is committed is paid for whether it is used or not, so the saving is smaller by it until then.";
    /// Load balancers that could be shared.
    SHARE_BALANCERS = "SG-M422", L, "{count} load balancers can become {left}: {amount} {currency} a month, with or without Kubernetes",
        next: "share them by host names once all services of an environment have moved; the first wave keeps them",
        help: "An Application Load Balancer takes 100 rules and 25 certificates beside the default ones. One for each environment and scheme is enough for most estates. Sharing one means one blast radius, one set of security groups and one place for mistakes in rules.";
    /// Container instances that make up much of the bill.
    IDLE_INSTANCES = "SG-M423", M, "container instances are {amount} of the {before} {currency} a month: part of what packing saves there needs no Kubernetes",
        next: "let the Auto Scaling groups of ECS follow the tasks (managed scaling), if the saving should not wait",
        help: "Instances of an ECS cluster are paid for whether tasks fill them or not. The bill after the move has as many nodes as the pods need, so instances that stand half empty today show up as a saving. Fewer or smaller instances would save the same in ECS.";
    /// A pod that asks for less memory than it uses.
    ASKS_TOO_LITTLE = "SG-M424", M, "{service} in {env} asks for {request} of memory and uses {used} at p95: nodes that look free are full",
        next: "raise memoryReservation of {service} to what it uses before it moves",
        help: "The scheduler places pods by what they ask for. A pod that uses more takes memory that others were promised, and when the node runs short it is among the first to be evicted. On Fargate this did not matter, since no other task shared the machine.";
}
