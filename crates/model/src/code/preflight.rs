//! Codes of the preflight (area Z): SG-Z001 to SG-Z035 are the checks Z1 to Z35, SG-Z050 and on are
//! Segue's own. The sentence says what must hold and what was found, whether it holds or not; the
//! help says how a request is lost where it does not.

use super::{Kind, codes};

codes! {
    /// Z1.
    TARGETS_READY = "SG-Z001", Kind::Held, "a target gets requests only when it is ready: {found}",
        next: "give the container a readiness probe of its own path, and wait for enough healthy targets in two zones",
        help: "A target that is registered before it can answer, or a side with too few targets for its share, turns requests into 502 and 503. Readiness must ask something else than liveness: a pod that is only busy would be killed by the one and should only rest by the other.";
    /// Z2.
    READINESS_GATES = "SG-Z002", Kind::Held, "every pod waits for the target group before it counts as ready: {found}",
        next: "label the namespace `elbv2.k8s.aws/pod-readiness-gate-inject=enabled`, see that the webhook answers, then create the pods again",
        help: "Without the readiness gate a rollout ends old pods before the balancer knows the new ones, and the group is empty for a while. The gate is injected only when a pod is created, and a webhook that is down is ignored without an error.";
    /// Z3.
    STOPS_LATE = "SG-Z003", Kind::Held, "a pod outlives the last request that the balancer sends it: {found}",
        next: "set preStop to sleep 60 s, the grace period to preStop + longest request + 5 s, and the deregistration delay to the longest request",
        help: "Kubernetes ends a pod while its deregistration only begins, and a balancer goes on sending for seconds. ECS waited for the drain before SIGTERM, so services that were safe there lose requests here.";
    /// Z4.
    ENDS_CLEANLY = "SG-Z004", Kind::Held, "a target ends under load without losing a request: {found}",
        next: "let the service finish its work after SIGTERM (no shell as process 1), then repeat the drill",
        help: "A service that ignores SIGTERM, or whose process 1 is a shell that does not pass it on, is killed in the middle of its requests each time a pod moves.";
    /// Z5.
    KEEPS_IDLE = "SG-Z005", Kind::Held, "the service keeps an idle connection longer than the balancer: {found}",
        next: "set the keep-alive of the service above the idle time-out of the balancer, then repeat the drill",
        help: "A balancer sends its next request on a connection that the service is just closing: 502. Node (5 s) and gunicorn (2 s) close long before the 60 s of an ALB.";
    /// Z6.
    OLD_IS_QUIET = "SG-Z006", Kind::Held, "the old side is scaled down only when no request reaches it: {found}",
        next: "nothing to do; wait until the old target group is quiet",
        help: "A rule that was read back is not yet in force everywhere, sticky clients and open connections stay. Targets that go meanwhile leave 503 behind.";
    /// Z7.
    NOT_STICKY = "SG-Z007", Kind::Held, "no cookie binds a client to a group that it leaves: {found}",
        next: "turn the stickiness of the rule off, or keep the old targets longer than the cookie lives and prove that sessions are shared",
        help: "The cookie of a target group beats the weights. Clients stick to a group that has been emptied and get 503 until the cookie dies.";
    /// Z8.
    OLD_NAME_SERVES = "SG-Z008", Kind::Held, "the old balancer serves whoever still comes to it: {found}",
        next: "keep the old balancer and its targets; tell the owners of the clients that remain",
        help: "Resolvers, runtimes and open connections keep an address far longer than its TTL. What they reach must answer until nobody comes any more: 24 hours and the busiest hour of the week.";
    /// Z9.
    LONG_CONNECTIONS = "SG-Z009", Kind::Held, "long connections end in their own time, or come back spread out: {found}",
        next: "raise the deregistration delay above the longest connection, or prove by the drill that clients come back with jitter",
        help: "Websockets, server-sent events and long polls are cut when the drain ends. Clients that all come back at once are a second outage.";
    /// Z10.
    CAPACITY = "SG-Z010", Kind::Held, "each side can carry its share with 30 % to spare: {found}",
        next: "raise the maximum of the new side and make room for it, and pin the minimum of the old side to what it runs now",
        help: "A new side that is too small fails under its share. An old side that auto scaling has shrunk fails when everything comes back to it, and then there is no way back.";
    /// Z11.
    BALANCER_WARM = "SG-Z011", Kind::Held, "the new balancer is warm enough for what it gets: {found}",
        next: "reserve capacity units up to the peak of the old balancer, or double the share at most every 5 minutes",
        help: "A balancer grows with its load, in minutes. One that gets thousands of requests a second from nothing answers with 503.";
    /// Z12.
    NODES_HOLD_STILL = "SG-Z012", Kind::Held, "nodes take no pods away while requests move: {found}",
        next: "give the pods a PodDisruptionBudget that keeps what is needed and allows one; during steps set the NodePool budget to 0 or annotate the pods with karpenter.sh/do-not-disrupt",
        help: "Consolidation, drift and upgrades of nodes end pods in the middle of a step, and the error looks like one of the release. A termination grace period of the nodes overrides budget and annotation.";
    /// Z13.
    REACHABLE = "SG-Z013", Kind::Held, "the balancer reaches the pods and the pods reach what they need: {found}",
        next: "open the security groups for the connections that failed, then repeat the drill from a real pod",
        help: "Security groups speak of groups, not of services. A rule that names the old tasks' group does not let the pods in.";
    /// Z14.
    ADDRESSES = "SG-Z014", Kind::Held, "partners let the new side in, and it sees the same client addresses: {found}",
        next: "have the new addresses put on the partners' lists, and set the trusted proxies of the service",
        help: "A new NAT gateway is a stranger to a partner's firewall, and a service that reads the wrong hop of X-Forwarded-For locks out its own clients.";
    /// Z15.
    IDENTITY = "SG-Z015", Kind::Held, "the new side may do what the old side may: {found}",
        next: "give the role of the pods the actions that are missing, and the pod template the names that are missing",
        help: "A permission or variable that is missing shows on the first request that needs it, often the rare one.";
    /// Z16.
    SAME_BALANCER = "SG-Z016", Kind::Held, "both balancers are set up alike: {found}",
        next: "make the settings equal, or waive this check by name with a reason for each difference",
        help: "Certificates, TLS policy, rules and their order, redirects, WAF, authentication, time-outs, HTTP/2, header limits: each that differs breaks some client, and no test of the service shows it.";
    /// Z17.
    SESSIONS = "SG-Z017", Kind::Held, "a login on one side is good on the other: {found}",
        next: "keep sessions outside of the process, with the same keys on both sides, then repeat the drill",
        help: "While both sides serve, a client goes to and fro. A session that lives in one process is a logout each time.";
    /// Z18.
    ONE_SCHEDULE = "SG-Z018", Kind::Held, "each schedule runs on exactly one side: {found}",
        next: "hand each schedule over in a fenced step: off on the old side, read back, then on on the new one, missed runs made up for once",
        help: "A cron job that is enabled on both sides charges twice; one that is enabled on neither is noticed a month later.";
    /// Z19.
    QUEUES = "SG-Z019", Kind::Held, "two workers on one queue do no harm: {found}",
        next: "prove by a message sent twice that the work is idempotent, or name the queue as single-owner in the shift; use one visibility time-out and one dead-letter queue",
        help: "Both sides take from the queue as soon as both run, whatever the weights say.";
    /// Z20.
    DATABASE_CONNECTIONS = "SG-Z020", Kind::Held, "two fleets leave connections to spare on every database: {found}",
        next: "lower the pools or the maximum of replicas, raise max_connections, or put a pooler in between",
        help: "Each side opens its pool in full while both run. A database that is out of connections fails every service that uses it.";
    /// Z21.
    SCHEMA = "SG-Z021", Kind::Held, "both sides understand the schema: {found}",
        next: "run the expand migrations first, and block those that remove anything until the old side is given up",
        help: "A column that one side no longer finds fails its requests, and there is no way back to a side that cannot read its data.";
    /// Z22.
    DEPENDENCIES_STEADY = "SG-Z022", Kind::Held, "what the service calls is as fast as before the step: {found}",
        next: "wait until caches are warm; take smaller steps if it does not settle",
        help: "A new side begins with cold caches. All its misses go to the databases behind it, and they slow down for both sides.";
    /// Z23.
    HEALTH_TRUE = "SG-Z023", Kind::Held, "the new side answers a deep smoke test: {found}",
        next: "mend what the smoke test found; let it ask for what the health check does not",
        help: "A health check that says 200 while the service is broken lets every request through to it.";
    /// Z24.
    HEALTHY_ZONES = "SG-Z024", Kind::Held, "every zone of a side with weight has a healthy target: {found}",
        next: "see why the targets of the zone fail; without any healthy target all requests go back by themselves",
        help: "A target group without healthy targets fails open: it sends requests to all of them, so that a dead side looks alive.";
    /// Z25.
    TARGET_HEALTH_RECORDS = "SG-Z025", Kind::Held, "no empty target group can flip the names: {found}",
        next: "set EvaluateTargetHealth to false on the records, or give every target group of the balancers a healthy target",
        help: "With EvaluateTargetHealth a balancer counts as unhealthy as soon as one of its groups is empty, also that of another service, and the names move without anybody having asked.";
    /// Z26.
    ONE_WRITER = "SG-Z026", Kind::Held, "nobody else writes to what the shift writes to: {found}",
        next: "take the resource out of the other writer's hands (ignore_changes, another record owner, a paused controller), or ask the person",
        help: "Two writers undo each other's work: a pipeline of Terraform in the middle of a step is a jump of all traffic.";
    /// Z27.
    ALL_NAMES = "SG-Z027", Kind::Held, "every name that leads to the old balancer is in the plan: {found}",
        next: "add the records to the shift, of every type and in every zone",
        help: "A moves and AAAA does not, the public zone moves and the private one does not, or a second host name is forgotten: its clients are lost when the old balancer goes.";
    /// Z28.
    KNOWN_HOSTS = "SG-Z028", Kind::Held, "clients use the planned names: {found}",
        next: "ask the owners of these clients to use a name of the plan, or keep the old balancer for them",
        help: "Clients that call the balancer's own name, or an address, are not moved by any record.";
    /// Z29.
    CONTROLLER_ACTS = "SG-Z029", Kind::Held, "the load balancer controller does what it is told within 60 s: {found}",
        next: "look at the controller's log and at the Ingress group; mend or take out members that are not valid",
        help: "A controller that is down, throttled or stuck on a bad member of the group leaves targets as they were, for minutes, while everything else goes on.";
    /// Z30.
    QUOTAS = "SG-Z030", Kind::Held, "counts stay 10 % below their quotas: {found}",
        next: "ask for a higher quota, or take unused rules and target groups away",
        help: "A quota that is hit half-way leaves a side without a rule or targets, and the call that would mend it is refused for the same reason.";
    /// Z31.
    ROLL_BACK_CALLS = "SG-Z031", Kind::Held, "a roll back can be sent at any moment: {found}",
        next: "lower the rate of reads, so that 30 % of the limiter is left for a roll back, and have its request built and checked",
        help: "Reads and writes share one bucket of the account. When it is empty, the call that would take everything back waits with the others.";
    /// Z32.
    OWN_GROUP = "SG-Z032", Kind::Held, "no binding takes the other side's targets out: {found}",
        next: "give each side a target group of its own, or set multiClusterTargetGroup: true before the binding is first applied",
        help: "A TargetGroupBinding owns its group: it takes out every target that it does not know, which are the tasks of ECS.";
    /// Z33.
    AS_FAST = "SG-Z033", Kind::Held, "the new side is as fast as the old one: {found}",
        next: "look for an extra hop, for calls into another zone, and for cold caches",
        help: "A way that is longer by a hop or a zone makes every request slower; callers with tight time-outs give up.";
    /// Z34.
    ONE_ENGINE = "SG-Z034", Kind::Held, "this engine alone may write: {found}",
        next: "nothing to do if another engine has taken over; else look at the clocks and at the lease",
        help: "Two engines that both think they lead write weights past each other. Writes stop before the lease ends, so that the next leader need not guess.";
    /// Z35.
    PROBED = "SG-Z035", Kind::Held, "the prober proves each path of both sides: {found}",
        next: "let the prober send 10 requests a second over each path, and find out where the lost ones went",
        help: "Without requests of one's own nobody can tell whether one was lost. A step in which the prober lost one is not proven.";
    /// Z50: Segue's own.
    DNS_STEPS = "SG-Z050", Kind::Held, "a step of DNS is larger than its own noise: {found}",
        next: "take fewer and larger steps, such as 25, 50, 100",
        help: "DNS shards clients, not requests. Where few resolvers carry much of the traffic, the real share of a small step may be anything, and a step that cannot be told from chance proves nothing. A step must be at least two standard deviations of the share.";
    /// Z51: Segue's own.
    WAY_BACK = "SG-Z051", Kind::Held, "everything can be taken back within the recovery budget: {found}",
        next: "turn stickiness off, lower the TTL or the client keep-alive, shift by the weights of a balancer, or raise the budget",
        help: "A roll back is as fast as its slowest client: propagation of the rule, the TTL of the name, connections that stay, cookies that bind. If that is longer than the team can bear, the mechanism is wrong.";

    /// Data is missing.
    UNPROVEN = "SG-Z060", Kind::Held, "{rule}: unproven, since nobody knows {missing}",
        next: "let it be read: {data}",
        help: "Nobody has looked, or the look is too old (a day; five minutes where it changes). What has not been looked at is not assumed to be well: it holds the start as a failed check does, until it is read or a person waives the check by name.";
    /// A check that has no meaning here.
    NOT_APPLICABLE = "SG-Z061", Kind::Because, "{rule}: does not apply, since {why}",
        next: "nothing to do",
        help: "A check is left out only where the mechanism of the shift or a fact makes it meaningless, such as names where only the weights of one balancer move. Missing data is never a reason.";
    /// A waiver is over.
    WAIVER_EXPIRED = "SG-Z062", Kind::Held, "the waiver of {check} by {by} ended on {until}: it does not count",
        next: "satisfy the check, or sign it again with a later day",
        help: "A waiver ends with its day, in UTC. The check holds the start again from then on.";
    /// A waiver of nothing.
    WAIVER_UNKNOWN = "SG-Z063", Kind::Held, "the waiver of `{check}` by {by} names no check: it does not count",
        next: "name one of Z1 to Z35, Z50 or Z51",
        help: "A waiver that silently does nothing is worse than an error, so it is said.";
    /// A waiver that nobody needs.
    WAIVER_NEEDLESS = "SG-Z064", Kind::Because, "the waiver of {check} by {by} is not needed: the check is {verdict}",
        next: "take the waiver out, so that it does not hide a later failure",
        help: "The check holds without it, or does not apply. Until its day the waiver would hide a failure that comes later.";
    /// A waiver signed by the author.
    WAIVER_OWN = "SG-Z065", Kind::Because, "the waiver of {check} is signed by {by}, who wrote the shift",
        next: "ask a second person to look at it",
        help: "It counts, since small teams have no choice, but it is said: nobody else has looked at this risk.";
    /// A waiver without a name or a reason.
    WAIVER_EMPTY = "SG-Z066", Kind::Held, "the waiver of {check} has no {lacks}: it does not count",
        next: "add it: a waiver needs check, by, reason and until",
        help: "A person answers for a waiver by name and says why. Without both nobody has accepted anything.";
}
