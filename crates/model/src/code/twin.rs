//! Codes of `twin` (area R, "rehearsal"): what the control planes of a rehearsal answer.

use super::{ErrorKind, Kind, codes};

codes! {
    /// The account's bucket is empty.
    THROTTLED = "SG-R001", Kind::Error(ErrorKind::World),
        "{what} was refused: the account calls {area} too often",
        next: "nothing to do; it is asked again after a wait",
        help: "The rehearsal counts the calls of an account as AWS does: a bucket for each service, \
               filled again so many times a second. A call that finds it empty has no effect.";
    /// A change batch whose expectation does not hold.
    MISMATCH = "SG-R010", Kind::Held,
        "records {rule} show {present}, not {expected}, so the change is refused as a whole",
        next: "read the records; what they show is either this change already or somebody else's",
        help: "A change of weighted records deletes the present ones by their exact values and \
               makes the new ones in the same batch. If somebody else has moved, the values do not \
               match and nothing of the batch happens.";
    /// A target group of another balancer.
    ELSEWHERE = "SG-R011", Kind::Error(ErrorKind::Config),
        "target group {group} hangs on the balancer {balancer}",
        next: "give the rule target groups of its own balancer",
        help: "A target group belongs to one load balancer at most; a rule of another one cannot \
               forward to it.";
    /// A call whose answer never came.
    NO_ANSWER = "SG-R002", Kind::Error(ErrorKind::World),
        "{what} has no answer: {cause}",
        next: "nothing to do; the world is read to see whether it had an effect",
        help: "A call was sent and its answer was lost, or came after the time-out of 10 s. It may \
               have had its effect, or may still have it, so success is never inferred from a \
               reply, nor failure from the lack of one.";
    /// An order that a later one has overtaken.
    OVERTAKEN = "SG-R003", Kind::Held,
        "{what}: order {given} came after order {present} and is refused",
        next: "nothing to do; the later order stands",
        help: "Orders carry the epoch of their engine and a number that only grows. One that comes \
               late, from an engine with a successor or twice over the network, would undo a later \
               one, so it is refused.";
    /// A shift that is not part of a rehearsal.
    NO_SHIFT = "SG-R004", Kind::Error(ErrorKind::Config),
        "this rehearsal has no shift {name}",
        next: "name one of its services",
        help: "A rehearsal holds the services of its script, each with the shift of the same name.";
    /// A drill cannot be done now.
    NO_DRILL = "SG-R005", Kind::Error(ErrorKind::World),
        "the new side of {shift} cannot be drilled now: {cause}",
        next: "wait until it has copies that may be taken away",
        help: "A drill ends one copy of the new side while synthetic requests run on the test \
               route. It needs a healthy copy, and respects the budget that keeps copies alive.";
}
