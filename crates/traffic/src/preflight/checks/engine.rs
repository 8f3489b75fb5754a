//! Whoever moves the requests: Z26, Z31, Z34, Z35.

use model::facts::Side;

use super::super::case::{Case, Cx, ms};
use super::super::limits::{PROBES_PER_SEC, RESERVED_PERCENT_MIN};
use super::super::terms::Moment;
use super::super::verdict::Effect;

/// Z26 before the start: nobody else writes, or is kept from it.
pub(in super::super) fn writers(cx: &Cx<'_>) -> Case {
    if cx.is_local() {
        return cx.skip("only Segue writes to its own balancer");
    }
    let mut case = cx.case();
    if let Some(writers) = case.know(&cx.facts.owners.writers, "who else writes") {
        let free = writers.iter().filter(|it| !it.locked_out);
        let free = free.map(|it| format!("{} by {}", it.resource, it.who));
        let well = format!("{} other writers, all locked out", writers.len());
        case.none_of(free, &well, "written by others");
    }
    case
}

/// Z26 during steps: a value that the journal does not know of freezes the shift.
pub(in super::super) fn drift(cx: &Cx<'_>, _: Moment) -> Case {
    let mut case = cx.case();
    if let Some(drift) = case.live(&cx.facts.owners.drift, "whether the world is as journalled") {
        if drift.is_empty() {
            case.must(true, "the world is as journalled");
        }
        for it in drift {
            let found = format!("{} is {}, the journal says {}", it.resource, it.live, it.journal);
            case.or(Effect::Freeze, false, found);
        }
    }
    case
}

/// Z31: a roll back finds calls to make, and is ready to be sent.
pub(in super::super) fn roll_back(cx: &Cx<'_>, _: Moment) -> Case {
    if cx.is_local() {
        return cx.skip("calls of Segue's own balancer are not limited");
    }
    let mut case = cx.case();
    let limits = &cx.facts.quotas;
    if let Some(limiter) = case.live(&limits.limiter, "how calls are shared out") {
        let needed = (u128::from(limiter.per_minute) * RESERVED_PERCENT_MIN).div_ceil(100);
        let name = "calls a minute kept for a roll back";
        case.at_least(name, limiter.reserved_per_minute, needed.max(1));
    }
    if let Some(ready) = case.live(&limits.roll_back, "whether the roll back is ready") {
        let is = |holds| if holds { "is" } else { "is not" };
        case.must(ready.built, format!("its request {} built", is(ready.built)));
        case.must(ready.validated, format!("it {} checked against the world", is(ready.validated)));
    }
    case
}

/// Z34: the epoch is the newest, and the lease outlasts a call.
pub(in super::super) fn lease(cx: &Cx<'_>, _: Moment) -> Case {
    let mut case = cx.case();
    if let Some(lease) = case.live(&cx.facts.engine.lease, "whose epoch it is") {
        case.at_least("our epoch", lease.ours, lease.journal);
        let needed = u128::from(lease.call_ms) + 1;
        case.at_least("what is left of the lease", ms(lease.left_ms), ms(needed));
    }
    case
}

/// Z35: the prober reaches each side over each path, often enough, and loses nothing. Anything less
/// proves nothing, so that this check is never failed.
pub(in super::super) fn probed(cx: &Cx<'_>, moment: Moment) -> Case {
    let mut case = cx.case();
    for side in Side::BOTH {
        if side == Side::Old && moment.gives_up_old() {
            continue;
        }
        let what = format!("what the prober got from the {side} side");
        let Some(paths) = case.live(cx.facts.engine.prober.of(side), &what) else { continue };
        if paths.is_empty() {
            case.missing(format!("{what} (it has no path)"));
        }
        for path in paths {
            let (name, sent, secs) = (&path.name, path.requests, path.over_secs);
            let found = format!("{side}, {name}: {sent} requests in {secs} s, {} lost", path.lost);
            let needed = u64::from(secs.max(1)).saturating_mul(PROBES_PER_SEC);
            if sent >= needed && path.lost == 0 {
                case.must(true, found);
            } else {
                case.missing(format!("{found} (needed {needed}, 0 lost)"));
            }
        }
    }
    case
}
