//! Codes of comparing listener rules and of checking what was generated (area M, 340 to 369).

use super::{Kind, Severity, codes};

const B: Kind = Kind::Finding(Severity::Blocker);
const H: Kind = Kind::Finding(Severity::High);
const M: Kind = Kind::Finding(Severity::Medium);

codes! {
    /// A request that the generated Ingress treats differently.
    ROUTE_DIFFERS = "SG-M340", H, "{request} gets {before} today ({rule}), and {after} by the Ingress ({other})",
        next: "do not apply the Ingress of {service} before a patch of it, or {rule} itself, is changed; until then the old load balancer decides",
        help: "Segue reads the listeners of today and the generated Ingress objects as the AWS Load Balancer Controller would, and puts the same random requests to both. This one does not get to the same place. It is the shortest request that shows it, and stands for all that meet the same two rules. Nothing changes while the old load balancer is the switch.";
    /// A listener for which no Ingress was generated.
    ROUTE_LISTENER_LOST = "SG-M341", H, "no Ingress makes the listener {listener} again, although {service} is behind its load balancer",
        next: "keep the old load balancer of {service}, or write an Ingress for {listener}",
        help: "Every listener for HTTP of a load balancer with a converted service should have its Ingress. Requests to this one would be refused once the cluster owns the load balancer.";
    /// A target group whose pods would not be reached where its tasks are.
    BINDING_DIFFERS = "SG-M342", B, "pods of {service} would be reached otherwise than its tasks: {what}",
        next: "report this with `segue migrate explain {service}`: the plan contradicts itself",
        help: "While the old load balancer is the switch, a TargetGroupBinding registers the pods in a new target group. Its port must lead to the port that the tasks listen on, and the new target group must speak as the old one does. Here it does not, so traffic would fail on the first percent.";
    /// Objects of one overlay that do not fit together.
    OBJECT_DOES_NOT_FIT = "SG-M346", B, "{object} {what}",
        next: "report this with `segue migrate explain {service}`: the objects of an overlay must fit together",
        help: "An API server looks at one object at a time. It takes a Service that selects no pod, a probe of a port that no container has, and a pod that mounts a volume nobody makes. All objects of the overlay were looked at together, and these two contradict each other.";
    /// An image without a fixed tag.
    POLICY_IMAGE = "SG-M350", M, "{object} runs an image without a fixed version: {what}",
        next: "pin the digest that runs now: segue migrate scan reads it from the running tasks of {service}",
        help: "A tag like latest means another image tomorrow, on one node before the others. ECS resolves a tag once for each deployment; a kubelet does it for each pod.";
    /// A container without requests or limits.
    POLICY_RESOURCES = "SG-M351", M, "{object} leaves sizes open: {what}",
        next: "give the container what it uses at its peak, in a patch of {service}",
        help: "Without a request the scheduler takes a container for free and packs nodes too full; without a limit of memory one leak takes its neighbours along.";
    /// A container that may run as root.
    POLICY_ROOT = "SG-M352", M, "{object} may run as root: {what}",
        next: "build the image of {service} with a user of its own, or accept this in plan/waivers.yaml",
        help: "Most images of ECS run as root, and nothing there says otherwise. The namespace's level is lowered to match, until the image has a user.";
    /// A container with more rights than the strict level allows.
    POLICY_RIGHTS = "SG-M353", M, "{object} keeps rights that the strict level refuses: {what}",
        next: "drop what {service} does not need, or accept this in plan/waivers.yaml",
        help: "A writable root, added capabilities or privilege are taken over where the task definition asks for them. Each is a door that an intruder would use.";
    /// A pod that reaches into its node.
    POLICY_HOST = "SG-M354", H, "{object} reaches into its node: {what}",
        next: "look whether {service} needs the node at all; most such mounts are for agents that a DaemonSet replaces",
        help: "Files, networks and processes of a node belong to all pods on it. On Fargate the task had a machine of its own; here it does not.";
    /// Replicas that two things decide.
    POLICY_REPLICAS = "SG-M355", B, "{object} sets replicas, and {what} sets them too",
        next: "report this with `segue migrate explain {service}`: replicas are left out where an autoscaler counts",
        help: "Each sync would set the count back, and the autoscaler would set it again: pods come and go for ever.";
}
