//! Codes of `traffic` (area T): why a shift moves, waits, goes back or stands still.

use super::{ErrorKind, Kind, codes};

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
        help: "So many requests on the new side ended in a 5xx or without an answer that the share \
               which the shift allows is exceeded beyond chance, or the balancer could not hand \
               them over at all. All go back to the old side in one step, without a question.";
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
        next: "find the other writer, put the weights back to {expected}, or go on from what it says: segue shift adopt",
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
        "all requests are to go back, but the old side has no healthy target of {total}: the split stays",
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
    /// Another phase.
    PHASE = "SG-T008", Kind::Because,
        "on to: {phase}",
        next: "nothing to do",
        help: "A shift goes through its phases in order: preflight, provision, warm, rehearse, steps, \
               hand-over, drain, approval, decommission. Each says what it waits for.";
    /// A person agreed to the removal of the old side.
    APPROVED = "SG-T009", Kind::Because,
        "{by} agrees that the old side goes",
        next: "nothing to do; from here on nothing goes back by itself",
        help: "The old side has been silent for as long as was asked, and a person other than the \
               author of the shift has agreed. This is the point of no return.";
    /// The guard.
    WORSE = "SG-T013", Kind::Because,
        "{metric}: {new} on the new side, {old} on the old one; worse by odds of {e} to 1",
        next: "look at the new side's log, mend it, then start the shift again",
        help: "The sequential test that compares both sides in the same seconds has found the new \
               side worse: were both equal, such odds would come up in at most one of a thousand \
               shifts, however often one looks. All requests go back to the old side.";
    /// A person wants everything back.
    ABORTED = "SG-T014", Kind::Because,
        "{by} wants everything back",
        next: "start the shift again when you are ready",
        help: "A person has aborted the shift. All requests go back to the old side.";
    /// A shift that this one cannot do without went back.
    FALLEN = "SG-T015", Kind::Because,
        "{other} went back, and this service cannot do without it",
        next: "mend {other} first, then start both again",
        help: "The new side needs the new side of another service. That one went back to its old \
               side, so this one follows.";
    /// The shift lasts too long.
    TOO_LATE = "SG-T016", Kind::Because,
        "the shift was to be over in {hours}",
        next: "look at what it waited for, give it more time (spec.limits), then start it again",
        help: "A shift that lasts for ever is two fleets for ever. What nobody observed (an engine \
               that was away) does not count.";
    /// The realised share never agreed.
    NEVER_CONVERGED = "SG-T017", Kind::Because,
        "the requests have not followed the weight {share} in time",
        next: "look for sticky sessions, another balancer on the way, or clients that never resolve again",
        help: "The control plane states the weight, but the measured share does not agree. Without \
               knowing where requests go nothing can be judged, so all go back.";
    /// No evidence for too long.
    SILENT = "SG-T018", Kind::Because,
        "nothing could be observed for {minutes} minutes",
        next: "see whether requests still reach the balancer, then start the shift again",
        help: "A side that has weight ended no request for too long. No data is no progress, and \
               standing on a split that nobody watches is a risk of its own.";
    /// An order is not shown.
    NOT_SHOWN = "SG-T019", Kind::Because,
        "the world does not show {effect} in time",
        next: "segue doctor; then look at the control plane's own log",
        help: "An order was given, and given again, and the control plane does not show it.";
    /// Time that nobody observed.
    GAP = "SG-T030", Kind::Because,
        "nobody observed for {seconds} s: that time counts for nothing",
        next: "nothing to do; the step lasts longer by it",
        help: "The engine was away, stood still, or the clock jumped. Hold times count observed \
               ticks alone, and limits are moved on.";
    /// An engine that waits.
    BEAT = "SG-T031", Kind::Because,
        "the engine lives and waits",
        next: "nothing to do",
        help: "Written once a minute while nothing else is, so that a wait can be told from a gap.";
    /// An open intent is given up.
    ABANDONED = "SG-T032", Kind::Because,
        "{effect} is given up",
        next: "nothing to do; the way back follows",
        help: "An order upwards is still open and something says that all requests must go back. \
               The way back is ordered with a higher number; the balancer obeys the higher one.";
    /// An older share is put right.
    PUT_RIGHT = "SG-T033", Kind::Because,
        "the rule shows {found}, which was ours before {to}: put right",
        next: "nothing to do; if it comes back, end the other engine",
        help: "An order that was given earlier arrived twice, or late. The journal proves that it \
               was ours and that it is stale.";
    /// The copies of a fleet.
    COPIES = "SG-T034", Kind::Because,
        "{fleet} ({side} side) has {wanted} copies and needs {needed}",
        next: "nothing to do",
        help: "Each side gets the copies that carry all requests before the first one moves, and \
               keeps them: the old side has to take everything back at any time.";
    /// The drills begin.
    DRILL = "SG-T035", Kind::Because,
        "the new side is drilled before it gets a request",
        next: "nothing to do",
        help: "On the test route: a copy is ended under load, a connection idles past the \
               balancer's time-out, the service is called in depth. No client's request is part of it.";
    /// A drill failed.
    DRILL_FAILED = "SG-T036", Kind::Because,
        "the new side failed its drills: {failed}",
        next: "mend the new side, then start the shift again",
        help: "A drill lost requests that a client would have lost later. Nothing was moved.";
    /// A job changes hands.
    HANDED = "SG-T037", Kind::Because,
        "{from} hands over to {to}",
        next: "nothing to do",
        help: "A job that only one side may own is disabled on the one before it is enabled on the \
               other, and its last run has ended.";
    /// The old side goes.
    REMOVED = "SG-T038", Kind::Because,
        "{fleet} is removed",
        next: "nothing to do; its task definition and its image stay",
        help: "After the point of no return the old fleet gets no copies any more. The service \
               object stays until you delete it.";
    /// A shift that is waited for has ended badly.
    HOPELESS = "SG-T039", Kind::Because,
        "{other} has to be across first, and it went back or is frozen",
        next: "mend {other}, then start both again",
        help: "A shift that waits for another one ends when that one cannot come across any more. \
               Nothing was moved.";
    /// Others first.
    AFTER = "SG-T040", Kind::Held,
        "{first} has to be across first",
        next: "segue shift get {first}",
        help: "The order of the waves: what others depend on moves before them, or a plan says so.";
    /// Too many shifts at once.
    BLAST_RADIUS = "SG-T041", Kind::Held,
        "{moving} shifts are on their way, and at most {limit} may be",
        next: "nothing to do; it begins when one of them is across",
        help: "The more services move at once, the more break at once if what they share breaks.";
    /// Too many database connections.
    CONNECTIONS = "SG-T042", Kind::Held,
        "{database}: two fleets of this service may hold {wanted} connections, others hold {held}, and {limit} is the limit",
        next: "nothing to do; it begins when one of the others is across",
        help: "While a service moves, both its fleets hold connections. The sum over all shifts has \
               to fit into what the database gives.";
    /// Nobody has looked.
    NO_FACTS = "SG-T043", Kind::Held,
        "the checks wait for their data",
        next: "nothing to do",
        help: "What the checks need is being read.";
    /// No copies are seen.
    NO_FLEET = "SG-T044", Kind::Held,
        "nothing is known of the copies of {fleet}",
        next: "look whether {fleet} exists and may be read",
        help: "Copies are counted before they are changed.";
    /// No job is seen.
    NO_JOB = "SG-T045", Kind::Held,
        "nothing is known of {job}",
        next: "look whether it exists and may be read",
        help: "A job changes hands only if both its owners can be read.";
    /// A job still runs.
    STILL_RUNS = "SG-T046", Kind::Held,
        "{job}: {runs} still at work",
        next: "nothing to do; it is waited for",
        help: "What was told to stop finishes its work first.";
    /// The new weight is on its way.
    SETTLING = "SG-T047", Kind::Held,
        "{share} was read back; it is given {seconds} s to reach everybody",
        next: "nothing to do",
        help: "A rule reaches the nodes of a balancer by and by, a record the resolvers after its \
               TTL. What is counted before means nothing.";
    /// A person has paused the shift.
    PAUSED = "SG-T048", Kind::Held,
        "paused by a person",
        next: "resume it when the cause is gone",
        help: "No step up until a person resumes the shift. The guard goes on: it may still send \
               everything back.";
    /// The old side is not silent yet.
    NOT_SILENT = "SG-T049", Kind::Held,
        "silent for {silent} s, and {seconds} s are asked for",
        next: "nothing to do; if it never comes, look for who still calls the old side",
        help: "The old side is removed only when nothing reaches it: no time-out, but a measurement.";
    /// Nobody agreed yet.
    UNAPPROVED = "SG-T050", Kind::Held,
        "somebody else than its author ({author}) has to agree that the old side goes",
        next: "let a second person agree",
        help: "The removal of the old side cannot be undone by a weight. Two people decide it.";
    /// Too few zones.
    ZONES = "SG-T051", Kind::Held,
        "the new side has healthy targets in {zones} zones, needed are {needed}",
        next: "nothing to do if they are starting; else look at the spread of its pods",
        help: "The loss of one zone must not be the loss of the side.";
    /// An engine before this one may still have a call under way.
    TAKEN_OVER = "SG-T052", Kind::Held,
        "the engine of epoch {epoch} may still have a call under way: it is waited for",
        next: "nothing to do",
        help: "A balancer that obeys anybody cannot refuse an older engine. Its lease and its longest \
               call are waited for before anything is ordered.";
    /// A difference that is no proof.
    UNPROVEN = "SG-T053", Kind::Held,
        "{metric}: {new} on the new side, {old} to compare with (E = {e}), but {lacks}: not proven, so the weight stays",
        next: "look at the same clients on both sides; promote the step if they do well, abort the shift if not",
        help: "DNS gives each client a side, not each request, so the sides serve different people. \
               A difference between them may come from their clients. It is a proof only if the new \
               side has also got worse than it was in its earlier steps.";
    /// Silence is not enough here.
    UNCLEAR = "SG-T054", Kind::Held,
        "{metric}: {new} on the new side do not exclude yet that it is {times} times as bad",
        next: "nothing to do but wait; promote the step to sign that its evidence is thin",
        help: "The shift asks for positive evidence: a step is left only when \"so many times as bad\" \
               is rejected in every metric. `segue shift plan` says how long that takes.";
    /// How silent the old side was.
    LISTENED = "SG-T055", Kind::Because,
        "{requests} requests reached the old side in {seconds} s",
        next: "nothing to do; a request that still comes starts the silence anew",
        help: "The old side is removed only after a silence that was observed. Each look at it is \
               written down, so that an engine that takes over knows how long it has lasted.";
    /// A person let a frozen shift go on.
    ADOPTED = "SG-T056", Kind::Because,
        "{by} takes over what the rule shows: {share} of the requests on the new side",
        next: "nothing to do; the step is held and judged anew from here",
        help: "A frozen shift goes on from the share that the rule shows now, whoever set it. What was \
               counted before says nothing about that share, so the step begins again, and the limits of \
               the shift count from here.";
    /// What a frozen shift shows cannot be taken over.
    NOT_ADOPTED = "SG-T057", Kind::Error(ErrorKind::Held),
        "shift {shift} cannot be taken over: {cause}",
        next: "segue shift get {shift}",
        help: "Only a frozen shift is taken over, and only if its rule sends every request to one of its \
               two sides. After the point of no return all of them have to be on the new side.";
    /// A shift that has ended cannot begin again.
    NOT_AGAIN = "SG-T058", Kind::Error(ErrorKind::Held),
        "shift {shift} cannot begin again: {cause}",
        next: "segue shift get {shift}",
        help: "A shift that went back can be started again: its steps begin anew, and its journal goes \
               on. One that is across has nothing left to do; one that is frozen is taken over with \
               segue shift adopt.";
}
