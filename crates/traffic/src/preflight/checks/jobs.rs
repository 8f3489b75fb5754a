//! Cron jobs and queue workers: Z18, Z19.

use model::facts::Side;

use super::super::case::{Case, Cx};
use super::super::terms::Moment;

/// Z18 before the start: one owner, and a hand-over that cannot make two.
pub(in super::super) fn schedules(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let jobs = &cx.facts.jobs;
    let Some(schedules) = case.know(&jobs.schedules, "the schedules of the service") else {
        return case;
    };
    let queues = case.know(&jobs.queues, "the queues of the service");
    for name in &cx.terms.single_owner {
        let known =
            schedules.contains_key(name) || queues.is_some_and(|all| all.contains_key(name));
        if !known && queues.is_some() {
            case.missing(format!("who runs {name}, which may have one owner only"));
        }
    }
    if schedules.is_empty() && case.is_clean() {
        return case.because_not("the service has no schedule");
    }
    for (name, schedule) in schedules {
        owners(&mut case, name, schedule.enabled.len(), 1);
        let fenced = if schedule.fenced { "fenced" } else { "not fenced" };
        case.must(schedule.fenced, format!("the hand-over of {name} is {fenced}"));
        let once = if schedule.missed_runs_once { "made up for once" } else { "not made up for" };
        case.must(schedule.missed_runs_once, format!("missed runs of {name} are {once}"));
    }
    case
}

/// Z18 during steps: never two owners, and none only while it changes hands.
pub(in super::super) fn owned(cx: &Cx<'_>, _: Moment) -> Case {
    let mut case = cx.case();
    let known = &cx.facts.jobs.schedules;
    let Some(schedules) = case.live(known, "who runs the schedules now") else { return case };
    if schedules.is_empty() {
        return case.because_not("the service has no schedule");
    }
    for (name, schedule) in schedules {
        owners(&mut case, name, schedule.enabled.len(), usize::from(!schedule.in_hand_over));
    }
    case
}

fn owners(case: &mut Case, name: &str, count: usize, least: usize) {
    case.must((least..=1).contains(&count), format!("{name} is enabled on {count} sides"));
}

/// Z19: work may be done twice, or only one side takes; both take alike.
pub(in super::super) fn queues(cx: &Cx<'_>) -> Case {
    let mut case = cx.case();
    let known = &cx.facts.jobs.queues;
    let Some(queues) = case.know(known, "the queues of the service") else { return case };
    if queues.is_empty() {
        return case.because_not("the service takes from no queue");
    }
    for (name, queue) in queues {
        if cx.terms.single_owner.contains(name) {
            case.must(true, format!("{name} has a single owner"));
        } else if !queue.idempotent {
            case.must(false, format!("{name} is neither idempotent nor single-owner"));
        } else {
            match queue.duplicate_test {
                None => case.missing(format!("what a message of {name} that is sent twice does")),
                Some(harmless) => {
                    let harm = if harmless { "no harm" } else { "harm" };
                    case.must(harmless, format!("a message of {name} sent twice does {harm}"));
                }
            }
        }
        let [old, new] = [Side::Old, Side::New].map(|side| queue.sides.of(side));
        let (before, after) = (old.visibility_secs, new.visibility_secs);
        case.must(before == after, format!("{name} is hidden for {before} s and {after} s"));
        let (before, after) = (&old.dead_letters, &new.dead_letters);
        let same = if before == after { "the same" } else { "another" };
        case.must(before == after, format!("dead letters of {name} go to {same} queue"));
    }
    case
}
