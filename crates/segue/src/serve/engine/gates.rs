//! What must hold at the present step, and what was measured.

use traffic::guard::Metric;
use traffic::weight::{Share, share};
use traffic::{Counted, Phase};

use super::page::{Page, as_float, bad};
use super::status::realised;
use crate::serve::book::{Gate, Standing};

/// What was counted since the present share landed.
pub(super) fn counted(page: &Page) -> Option<Counted> {
    let holding = page.state.holding.as_ref()?;
    let (_, last) = page.lately()?;
    let now = Counted { old: last.old.counts, new: last.new.counts };
    now.since(&holding.from)
}

/// The gates of a shift on its way.
pub(super) fn of(page: &Page) -> Vec<Gate> {
    let on_the_way = matches!(page.state.phase, Phase::Stepping | Phase::Hold | Phase::RollingBack);
    if page.run.is_none() || !on_the_way {
        return Vec::new();
    }
    vec![errors(page), latency(page), targets(page), requests(page), weights(page)]
}

fn errors(page: &Page) -> Gate {
    let limit = as_float(page.goal.floor_per_mille) / 10.0;
    let counted = counted(page).filter(|counted| counted.new.ended() > 0);
    let measured = counted.map(|counted| bad(&counted.new));
    let (evidence, bound) = evidence(page, Metric::Errors);
    let standing = match measured {
        _ if alarmed(evidence, bound) => Standing::Failed,
        None => Standing::Unknown,
        Some(measured) if measured > limit => Standing::Holds,
        Some(_) => Standing::Passed,
    };
    Gate {
        name: "errors".to_owned(),
        standing,
        measured: measured.map_or_else(nothing, |measured| format!("{measured:.2} %")),
        limit: format!("≤ {limit:.1} %"),
        evidence,
        bound,
    }
}

fn latency(page: &Page) -> Gate {
    let side = |side: &traffic::guard::eprocess::Total| {
        (side.requests > 0).then(|| as_float(side.errors) * 100.0 / as_float(side.requests))
    };
    let judged = page.state.judged.evidence(Metric::LatencyP95);
    let slow = [Metric::LatencyP95, Metric::LatencyP99].map(|metric| evidence(page, metric));
    let worse = slow.iter().any(|(evidence, bound)| alarmed(*evidence, *bound));
    let measured = side(&judged.new).zip(side(&judged.old));
    let (evidence, bound) = slow[0];
    Gate {
        name: "latency".to_owned(),
        standing: match measured {
            _ if worse => Standing::Failed,
            None => Standing::Unknown,
            Some(_) => Standing::Passed,
        },
        measured: measured.map_or_else(nothing, |(new, old)| {
            format!("{new:.1} % above the old side's p95, there {old:.1} %")
        }),
        limit: "no proof that it is slower".to_owned(),
        evidence,
        bound,
    }
}

fn targets(page: &Page) -> Gate {
    let next = page.goal.steps.after(page.state.share).unwrap_or(page.state.share);
    let need = page.goal.new_need(next);
    let seen = page.lately().map(|(_, last)| (last.new.healthy, last.new.total));
    let standing = match seen {
        None => Standing::Unknown,
        Some((0, _)) => Standing::Failed,
        Some((healthy, _)) if healthy < need => Standing::Holds,
        Some(_) => Standing::Passed,
    };
    let measured = seen.map_or_else(nothing, |(healthy, total)| format!("{healthy} of {total}"));
    plain("targets", standing, measured, format!("≥ {need}"))
}

fn requests(page: &Page) -> Gate {
    let need = page.goal.hold.requests_min;
    let ended = counted(page).map(|counted| counted.new.ended());
    let standing = match ended {
        None => Standing::Unknown,
        Some(ended) if ended < need => Standing::Holds,
        Some(_) => Standing::Passed,
    };
    let measured = ended.map_or_else(nothing, |ended| ended.to_string());
    plain("requests", standing, measured, format!("≥ {need}"))
}

fn weights(page: &Page) -> Gate {
    let counted = counted(page).filter(|counted| counted.chosen() > 0);
    let asked = page.state.share;
    let verdict = counted.map(|counted| share(&counted, asked, page.goal.dial.clients));
    let standing = match verdict {
        None | Some(Share::TooFew) => Standing::Unknown,
        Some(Share::Agrees) => Standing::Passed,
        Some(Share::Off) => Standing::Holds,
    };
    let measured = counted.as_ref().map_or_else(nothing, realised);
    plain("weights", standing, measured, format!("{asked} within chance"))
}

fn plain(name: &str, standing: Standing, measured: String, limit: String) -> Gate {
    Gate { name: name.to_owned(), standing, measured, limit, evidence: None, bound: None }
}

/// The evidence against the new side, and what is an alarm; never beyond a million, which is as
/// good as proven.
fn evidence(page: &Page, metric: Metric) -> (Option<f64>, Option<f64>) {
    let found = page.state.judged.evidence(metric);
    let known = found.new.requests > 0;
    let bound = 1.0 / page.goal.guard.alpha;
    (known.then(|| found.e_value().min(1e6)), Some(bound))
}

fn alarmed(evidence: Option<f64>, bound: Option<f64>) -> bool {
    evidence.zip(bound).is_some_and(|(evidence, bound)| evidence >= bound)
}

fn nothing() -> String {
    "nothing yet".to_owned()
}
