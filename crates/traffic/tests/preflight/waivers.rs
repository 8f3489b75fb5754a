//! What a waiver does, and what is said of one that does nothing.

use jiff::civil::{Date, date};
use traffic::preflight::verdict::Verdict;
use traffic::preflight::{self, CheckId, Moment, Waiver};

use super::good::{self, NOW};
use super::value;

fn waiver(check: &str, by: &str, reason: &str, until: Date) -> Waiver {
    Waiver { check: check.to_owned(), by: by.to_owned(), reason: reason.to_owned(), until }
}

/// Z9 fails with these waivers: what holds the start, and the notes.
fn judged(waivers: Vec<Waiver>) -> String {
    let (mut facts, mut terms) = (good::facts(), good::terms());
    value(&mut facts.traffic.long_connections).counted_as_errors = true;
    terms.waivers = waivers;
    let preflight = preflight::check(&facts, &terms, NOW.parse().unwrap());
    let z9 = preflight.of(CheckId::find("Z9").unwrap()).unwrap();
    let starts = if preflight.holds().is_none() { "starts" } else { "held" };
    let notes = preflight.notes.iter().map(|note| format!("\n{} {note}", note.code.id));
    format!("{starts}, Z9 {}{}", z9.verdict, notes.collect::<String>())
}

const TODAY: Date = date(2026, 11, 23);

#[test]
fn a_waiver_has_a_check_a_name_a_reason_and_a_day() {
    insta::assert_snapshot!(judged(vec![]), @"held, Z9 failed");
    insta::assert_snapshot!(judged(vec![waiver("Z9", "lee", "few", TODAY)]), @"starts, Z9 waived");
    insta::assert_snapshot!(judged(vec![waiver("z9", "lee", "few", TODAY)]), @"starts, Z9 waived");
    insta::assert_snapshot!(judged(vec![waiver("Z9", "lee", "few", date(2026, 11, 22))]), @r"
    held, Z9 failed
    SG-Z062 the waiver of Z9 by lee ended on 2026-11-22: it does not count
    ");
    insta::assert_snapshot!(judged(vec![waiver("Z36", "lee", "few", TODAY)]), @r"
    held, Z9 failed
    SG-Z063 the waiver of `Z36` by lee names no check: it does not count
    ");
    insta::assert_snapshot!(judged(vec![waiver("Z9", " ", "few", TODAY)]), @r"
    held, Z9 failed
    SG-Z066 the waiver of Z9 has no name: it does not count
    ");
    insta::assert_snapshot!(judged(vec![waiver("Z9", "lee", "", TODAY)]), @r"
    held, Z9 failed
    SG-Z066 the waiver of Z9 has no reason: it does not count
    ");
    insta::assert_snapshot!(judged(vec![waiver("Z9", "kim", "few", TODAY)]), @r"
    starts, Z9 waived
    SG-Z065 the waiver of Z9 is signed by kim, who wrote the shift
    ");
    // One that has ended does not hide one that counts.
    let two = vec![waiver("Z9", "lee", "few", date(2026, 1, 1)), waiver("Z9", "ann", "few", TODAY)];
    insta::assert_snapshot!(judged(two), @r"
    starts, Z9 waived
    SG-Z062 the waiver of Z9 by lee ended on 2026-01-01: it does not count
    ");
}

#[test]
fn a_waiver_that_nobody_needs_is_said() {
    let needless = vec![waiver("Z4", "lee", "few", TODAY), waiver("Z50", "lee", "few", TODAY)];
    insta::assert_snapshot!(judged(needless), @r"
    held, Z9 failed
    SG-Z064 the waiver of Z4 by lee is not needed: the check is passed
    SG-Z064 the waiver of Z50 by lee is not needed: the check is not applicable
    ");
    // A guard of the steps may need its waiver later.
    insta::assert_snapshot!(judged(vec![waiver("Z22", "lee", "few", TODAY)]), @"held, Z9 failed");
}

#[test]
fn what_is_waived_can_still_be_read() {
    let (mut facts, mut terms) = (good::facts(), good::terms());
    facts.drills.smoke = None;
    terms.waivers.push(waiver("Z23", "lee", "tested by hand", TODAY));
    let preflight = preflight::check(&facts, &terms, NOW.parse().unwrap());
    let smoke = preflight.of(CheckId::find("Z23").unwrap()).unwrap();
    let Verdict::Waived { by, reason, until } = &smoke.verdict else { panic!("{smoke:?}") };
    assert_eq!((by.as_str(), reason.as_str(), *until), ("lee", "tested by hand", TODAY));
    assert_eq!(smoke.evidence.code.id, "SG-Z060");
    assert_eq!(smoke.fix(), None);
}

/// A pause can be waived; going back and freezing cannot.
#[test]
fn no_waiver_keeps_requests_from_going_back() {
    let (mut facts, mut terms) = (good::facts(), good::terms());
    terms.waivers.push(waiver("Z24", "lee", "known", TODAY));
    let watch = |facts: &_| {
        let moment = Moment::Watch { weight: 50 };
        preflight::runtime(facts, &terms, moment, NOW.parse().unwrap())
    };
    value(&mut facts.targets.new.health).zones.get_mut("a").unwrap().healthy = 0;
    let z24 = CheckId::find("Z24").unwrap();
    assert_eq!(watch(&facts).of(z24).unwrap().verdict.to_string(), "waived");
    value(&mut facts.targets.new.health).zones.get_mut("b").unwrap().healthy = 0;
    let dead = watch(&facts);
    assert_eq!(dead.of(z24).unwrap().verdict, Verdict::Failed);
    assert_eq!(dead.goes_back().unwrap().code.id, "SG-Z024");
}
