//! Codes of `traffic` (area T): why a shift moves, waits, goes back or stands still.

use super::{Kind, codes};

codes! {
    /// The next step is taken.
    STEP = "SG-T001", Kind::Because,
        "{from} → {to} for the new side: {evidence}",
        next: "nothing to do; the new weight is read back before anything else happens",
        help: "A shift goes up one step when the step before was held for its observed ticks, with \
               enough requests, healthy targets and fewer errors than the floor. The intent is \
               written to the journal first, then the weight is set, then it is read back.";
    /// An effect is repeated because the world does not show it.
    AGAIN = "SG-T002", Kind::Because,
        "{to} was asked for and the balancer still says {found}: asked again",
        next: "nothing to do; weights are absolute, so asking twice is harmless",
        help: "An intent of the journal has not shown up in the control plane: the effect was \
               lost, or the engine ended between the two. The world still stands as the journal \
               expects, so the same absolute weights are set again.";
    /// The control plane states what was asked.
    LANDED = "SG-T003", Kind::Because,
        "the balancer says {weights}, as asked",
        next: "nothing to do; the realised share is measured next",
        help: "The first half of the read-back: the control plane states the weights that were \
               asked for. A reply to the order itself is never taken as proof.";
    /// The realised share agrees.
    CONVERGED = "SG-T004", Kind::Because,
        "measured {realised} of {requests} requests on the new side, asked {weight}",
        next: "nothing to do; the step is observed from here on",
        help: "The second half of the read-back: the share of requests that really went to the new \
               side lies within three standard deviations (and one point) of the weight.";
    /// One tick with evidence.
    OBSERVED = "SG-T005", Kind::Because,
        "tick {tick} of {ticks}: {failed} of {requests} requests failed on the new side",
        next: "nothing to do",
        help: "The hold time of a step is counted in ticks with requests on every side that has \
               weight. A tick without requests is no evidence and is not counted.";
    /// The counting starts again.
    RECOUNTED = "SG-T006", Kind::Because,
        "the counts of this step start again: {cause}",
        next: "nothing to do; the step lasts longer by what was thrown away",
        help: "The balancer was started anew (its counts begin at 0) or the clock went back. What \
               was counted before cannot be compared, so the step is observed from its beginning.";
    /// All steps are done.
    DONE = "SG-T007", Kind::Because,
        "the new side answers all requests: {evidence}",
        next: "keep the old side until you are sure: it takes everything back in one step",
        help: "The last step was held like every other one. The old side still runs, without \
               requests; nothing of it was removed.";
    /// The error floor was passed.
    ERRORS = "SG-T010", Kind::Because,
        "{failed} of {requests} requests failed on the new side, allowed are {floor}",
        next: "look at the new side's log, mend it, then start the shift again",
        help: "More than the fixed share of the requests on the new side ended in a 5xx or without \
               an answer. All requests go back to the old side in one step, without a question.";
    /// The new side has no healthy target.
    NO_TARGETS = "SG-T011", Kind::Because,
        "the new side has no healthy target of {total}",
        next: "look at the readiness of the new side's pods, then start the shift again",
        help: "A target group without a healthy target still gets its share of the requests, as \
               errors. All requests go back to the old side in one step.";
    /// Everything is back on the old side.
    ROLLED_BACK = "SG-T012", Kind::Because,
        "the old side answers all requests again: {cause}",
        next: "mend the new side, then start the shift again",
        help: "A roll back is over when the balancer states old 100 % and the measured share agrees.";
    /// Somebody else changed the weights.
    FOREIGN = "SG-T020", Kind::Held,
        "somebody else changed the rule {rule}: it says {found}, the journal says {expected}",
        next: "find the other writer, put the weights back to {expected}, then start the shift again",
        help: "Two writers of one rule undo each other's work. The traffic stays as it is and the \
               shift is frozen until a person has decided who owns the rule.";
    /// Too few healthy targets.
    TARGETS = "SG-T021", Kind::Held,
        "healthy targets of the {side} side: {healthy} of {total}, needed are {needed}",
        next: "nothing to do if they are starting; else look at their readiness probe and port",
        help: "A side gets requests only when enough targets answer their health checks, and the \
               old side must be able to take everything back at any time.";
    /// Too few requests.
    EVIDENCE = "SG-T022", Kind::Held,
        "only {requests} requests were seen {place} at {weight}, needed are {needed}",
        next: "nothing to do; send requests, or let the prober run",
        help: "A step is left only with enough requests to judge it by. Few requests say little, \
               however long they take to come.";
    /// A tick without requests.
    NO_DATA = "SG-T023", Kind::Held,
        "no request ended on the {side} side since {since} UTC: the tick is not counted",
        next: "see whether requests still reach the balancer; the shift waits for them",
        help: "No data is no progress: the hold time stands still while a side that has weight \
               ends no requests.";
    /// The realised share is off.
    SHARE = "SG-T024", Kind::Held,
        "measured {realised} on the new side of {requests} requests, asked {weight}",
        next: "look for sticky sessions, or for another balancer on the way",
        help: "The control plane states the weight but the requests do not follow it: sticky \
               cookies, a second balancer, or a rule that takes requests before this one.";
    /// An open intent has not landed.
    WAITING = "SG-T025", Kind::Held,
        "{to} was asked for and is read back",
        next: "nothing to do; it is asked again if the balancer does not show it",
        help: "An intent is open. Nothing else happens to this rule until the world shows it.";
    /// A roll back is due and the old side is not fit.
    NO_WAY_BACK = "SG-T026", Kind::Held,
        "the new side is failing and the old side has no healthy target of {total}: the split stays",
        next: "bring the old side up; the roll back follows by itself",
        help: "All requests are never sent to a side that is known to be dead. The last split \
               stays until one of the sides is healthy.";
    /// The step is being held.
    HOLDING = "SG-T027", Kind::Held,
        "held at {weight}: {tick} of {ticks} ticks observed",
        next: "nothing to do",
        help: "Each step is held for a number of observed ticks, so that slow faults can show.";
    /// Above the floor, but too few requests to roll back.
    SUSPECT = "SG-T028", Kind::Held,
        "{failed} of {requests} requests failed on the new side, allowed are {floor}: more will tell",
        next: "nothing to do; either more fail and all go back, or the share falls",
        help: "The share of failed requests is above the floor, but fewer failed than would prove \
               a fault. A step is never left in this state: it goes up when the share has fallen, \
               or back when more requests fail.";
}
