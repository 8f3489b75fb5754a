//! Codes of `segue serve` and of the commands that speak to it (area S).

use super::{ErrorKind, Kind, codes};

codes! {
    /// Nobody serves.
    NOT_SERVING = "SG-S001", Kind::Error(ErrorKind::World),
        "no segue serve answers at {socket}: {cause}",
        next: "segue serve --state {state}",
        help: "The command speaks to a running `segue serve` by a socket in its state folder. Start one, \
               or name the folder of the one that runs with --state. Fleets and traffic do not need it \
               to go on as they are.";
    /// Another instance has the state folder.
    SERVED = "SG-S002", Kind::Error(ErrorKind::World),
        "the state folder {state} is served by process {pid} already",
        next: "segue status --state {state}, or end that process: kill {pid}",
        help: "One instance at a time moves the traffic of a state folder. The lock goes with the process \
               that holds it, so nothing has to be cleaned up after a crash.";
    /// A shift that nobody has started.
    NOT_STARTED = "SG-S003", Kind::Error(ErrorKind::Held),
        "shift {shift} has not been started",
        next: "segue shift start {shift}",
        help: "The shift is in the repository, and no request moves before a person starts it.";
    /// A shift that has come to its end.
    ENDED = "SG-S004", Kind::Error(ErrorKind::Held),
        "shift {shift} has ended: {how}",
        next: "segue shift get {shift}",
        help: "Nothing that a person says changes a shift that has ended. One that went back can be \
               started again; one that is frozen can be taken over with segue shift adopt.";
    /// The author agrees with himself.
    OWN_APPROVAL = "SG-S005", Kind::Error(ErrorKind::Denied),
        "{by} answers for shift {shift} and cannot approve the removal of its old side",
        next: "ask another person to run: segue shift approve {shift}",
        help: "After the old side is removed nothing goes back by itself. So a second person has to \
               agree, one who did not start it all.";
    /// Something that means nothing at this moment.
    NOT_NOW = "SG-S006", Kind::Error(ErrorKind::Held),
        "cannot {deed} shift {shift} now: {cause}",
        next: "segue why shift/{shift}",
        help: "Nothing was written and nothing was changed. What a person says counts only while it can \
               mean what they think it means.";
    /// A question without anybody to answer it.
    NEEDS_YES = "SG-S007", Kind::Error(ErrorKind::Usage),
        "this changes {what}, and there is no terminal to ask at",
        next: "say --yes, or look first with --dry-run",
        help: "Commands that move requests ask before they do. Without a terminal they want --yes, so \
               that a script says in so many words what it is about to do.";
    /// A person did not agree.
    NOT_CONFIRMED = "SG-S008", Kind::Error(ErrorKind::Held),
        "nothing was changed: {what} was not confirmed",
        next: "run the same command again",
        help: "The answer to the question was not yes, or not the name that was to be typed.";
    /// Not in the journal in time.
    NOT_WRITTEN = "SG-S009", Kind::Error(ErrorKind::World),
        "what {by} said of shift {shift} is not in the journal: {cause}",
        next: "segue why shift/{shift}",
        help: "A decision counts when it is in the journal. The shift could not write, or ended first. \
               Say it again when the reason is gone.";
    /// A gate fails.
    GATE_FAILS = "SG-S010", Kind::Error(ErrorKind::Held),
        "a gate of shift {shift} fails: {gates}",
        next: "look at it first: segue shift watch {shift}",
        help: "To go on all the same, a person at a terminal types the name of the shift; a script says \
               --past-gates NAME. What was said stands in the journal.";
    /// An answer of the server that is none.
    NO_ANSWER = "SG-S011", Kind::Error(ErrorKind::World),
        "the answer of segue serve at {socket} cannot be read: {cause}",
        next: "see whether both are of one version: segue version",
        help: "The API is versioned (/v1). An answer that cannot be read comes from another version, or \
               from another program.";
    /// Something that is not here.
    NO_REF = "SG-S012", Kind::Error(ErrorKind::Usage),
        "there is no {what}; {known}",
        next: "segue status",
        help: "Things are named as kind/name: shift/checkout-prod. A bare name is that of a shift.";
    /// It serves without being ready.
    NOT_READY = "SG-S013", Kind::Held,
        "not ready: {cause}",
        next: "look at what segue serve prints",
        help: "The instance runs and does not play its role yet, or not any more.";
    /// The engine of a shift met a fault and tries again.
    RETRYING = "SG-S014", Kind::Held,
        "the shift waits and tries again: {cause}",
        next: "mend what the message names; nothing has to be started again",
        help: "While the engine cannot read the world or write its journal, the traffic stays as it is.";
}
