//! Codes of dependencies, waves, risk and waivers (area M, 370 to 399).

use super::{ErrorKind, Kind, Severity, codes};

const H: Kind = Kind::Finding(Severity::High);
const M: Kind = Kind::Finding(Severity::Medium);

codes! {
    /// A service calls nothing that is still to move.
    MOVES_AS_LEAF = "SG-M370", Kind::Because, "{services} calls no other service that still has to move in {env}",
        next: "segue migrate explain {services} --plan DIR",
        help: "Services that call nobody move first: whoever calls them reaches them by the same name as before, since the load balancer stays in front and only its weights move. Were the caller first, it would need a way back into ECS for each name that it calls.";
    /// A service moves after those that it calls.
    MOVES_AFTER_CALLEES = "SG-M371", Kind::Because, "{services} calls {callees}, which moves before, in wave {wave}",
        next: "segue migrate explain {services} --plan DIR",
        help: "A pod cannot resolve every name that a task of ECS can, such as those of Service Connect. Once the callee runs in the cluster too, the caller finds it there.";
    /// A service could move earlier but others of less risk fill the waves before.
    MOVES_BY_RISK = "SG-M372", Kind::Because, "{services} could move in wave {first}, but services of less risk fill the waves before: its risk is {risk}",
        next: "segue migrate explain {services} --plan DIR",
        help: "A wave holds only so many services as a team can watch. Those of least risk go first, so that the team has practice when the others follow.";
    /// Services that can only move together.
    MOVES_TOGETHER = "SG-M373", Kind::Because, "{services} move together: they call each other in a circle or share a target group",
        next: "segue help SG-M377",
        help: "Whichever of them moved first would call back into ECS, or be called from there. Together they change sides in one step.";
    /// A blocked service is in no wave.
    HELD_BY_BLOCKERS = "SG-M374", Kind::Held, "{service} in {env} is in no wave: blockers are open: {list}",
        next: "segue migrate explain {service} --plan DIR, then correct what it names and plan again",
        help: "Nothing is generated for a service with an open blocker, so there is nothing to move. The other services go on.";
    /// A service that is held in an earlier environment.
    HELD_BY_ENVIRONMENT = "SG-M375", Kind::Held, "{service} in {env} waits: it is held in {earlier}, where it must move first",
        next: "segue migrate explain {service} --plan DIR, and free it in {earlier} first",
        help: "A service moves in one environment after the other, the least dangerous first, so that each move has been done once before it is done in production.";
    /// A service that calls a held one by a name that only ECS resolves.
    HELD_BY_CALLEE = "SG-M376", Kind::Held, "{service} in {env} waits for {callee}: it knows it only by a name that ECS resolves, and {callee} is held",
        next: "give {service} a host name of {callee} behind a load balancer, or free {callee} first",
        help: "Names of Service Connect are answered by a proxy beside the task. A pod has no such proxy, so it could not reach a service that stays in ECS.";
    /// Services that call each other in a circle.
    CALL_CIRCLE = "SG-M377", M, "{services} call each other in a circle in {env}; they move together unless {cut} goes",
        next: "look whether {cut} is needed: its evidence is the weakest of the circle",
        help: "No order puts every callee before its caller. The services are one unit and change sides in one step, which is more to watch and more to take back. Plan names the calls with the least evidence; without them the circle is none. Often such a call is a link for browsers, or a variable that nobody reads any more.";
    /// A service uses something of another environment.
    FOREIGN_USE = "SG-M378", H, "{service} in {env} uses {what} of {foreign}",
        next: "check whether {service} in {env} should really use {what}; correct it or waive the finding",
        help: "The edge was found by following a name to what answers it, so it shows also where no environment word stands in the name. Moves are made in one environment after the other; a service that reaches across has been tested with nothing of its own.";
    /// A service whose ECS side must outlive its own wave.
    ECS_SIDE_STAYS = "SG-M379", M, "the ECS side of {service} in {env} must run until {callers} moved: they call it by a name that only ECS resolves",
        next: "keep the ECS service of {service} at its size until {callers} moved",
        help: "Callers in ECS reach it by Service Connect, which passes by the load balancer and its weights. They go on calling the tasks of ECS after all weight is on the pods, so the tasks must stay until the last such caller has moved.";
    /// Services behind one target group.
    GROUP_SHARED = "SG-M380", H, "{services} in {env} register in one target group",
        next: "give each of {services} a target group and a rule of its own, or move them together",
        help: "The load balancer cannot tell them apart, so no weight can move one and leave the other.";
    /// A service that shares a target group with a held one.
    HELD_WITH = "SG-M381", Kind::Held, "{service} in {env} waits for {callee}: they are behind one target group, and {callee} is held",
        next: "give {service} a target group and a rule of its own, or free {callee} first",
        help: "The load balancer cannot tell the two apart, so a weight that moves the one takes the traffic of the other along.";
    /// A waiver that names no single finding.
    WAIVER_WILDCARD = "SG-M385", Kind::Error(ErrorKind::Config), "{place}: a waiver is for one finding, and `{finding}` would be for several",
        next: "write one waiver for each finding; plan/findings.json has their ids",
        help: "A waiver is a decision on something that somebody has looked at. A pattern would also accept what is found tomorrow.";
    /// A waiver without something that it needs.
    WAIVER_INCOMPLETE = "SG-M386", Kind::Error(ErrorKind::Config), "{place}: the waiver of `{finding}` lacks {what}",
        next: "add {what} to the waiver and run the same command again",
        help: "A waiver has four parts: finding (an id of plan/findings.json), name (who answers for it), reason, and expires (a day such as 2027-01-31).";
    /// A date that is none.
    WAIVER_BAD_DATE = "SG-M387", Kind::Error(ErrorKind::Config), "{place}: the waiver of `{finding}` expires on `{date}`, which is not a date like 2027-01-31",
        next: "write the day as YYYY-MM-DD and run the same command again",
        help: "The waiver is good through that day, in UTC. A waiver without an end would outlive the reason for it.";
    /// One finding is waived twice.
    WAIVER_TWICE = "SG-M388", Kind::Error(ErrorKind::Config), "{place}: `{finding}` is waived twice, by {first} and by {second}",
        next: "keep one of the two waivers of `{finding}`",
        help: "Two waivers of one finding may differ in who answers for it and until when, so it must be one.";
    /// A waiver of a finding that the plan does not have.
    WAIVER_OF_NOTHING = "SG-M389", M, "the waiver of `{finding}` waives nothing: the plan has no such finding{nearest}",
        next: "remove the waiver if the finding is gone; else correct the id",
        help: "Either the finding was answered, and the waiver can go, or its id is misspelt. Ids count the findings of one code in one service and environment, so an answered one may change the number of the next.";
    /// A waiver that has ended.
    WAIVER_EXPIRED = "SG-M390", M, "the waiver of {finding} by {name} ended on {date}: the finding is open again",
        next: "answer the finding, or let {name} decide again and write a new day",
        help: "Waivers end so that somebody looks again. The file keeps who decided, and why, until a person writes a new day or takes the waiver out.";
    /// A blocker that nobody can decide away.
    WAIVER_REFUSED = "SG-M391", H, "{finding} cannot be waived: it is not a matter to decide, nothing can be generated until it is corrected",
        next: "segue help {code}, then correct what it names",
        help: "Most blockers say that something is missing or contradicts itself. A person can only decide those whose code says so, such as which mesh is to follow App Mesh; the service stays out of the waves even then, but --strict passes.";
}
