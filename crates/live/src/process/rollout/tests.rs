//! Which pods of which revision start and end next.

use proptest::prelude::any;
use proptest::{prop_assert, prop_assert_eq, proptest};
use serde_json::json;

use super::*;

fn strategy(surge: &Value, unavailable: &Value) -> Strategy {
    let rolling = json!({ "rollingUpdate": { "maxSurge": surge, "maxUnavailable": unavailable } });
    Strategy::read(&rolling).unwrap()
}

/// Copies of a world that does what it is told: what was started becomes available, what was told
/// to end is gone, one at a time. Returns what was seen on the way.
fn play(strategy: Strategy, wanted: u32, mut copies: Vec<Copy>) -> (Vec<Copy>, Vec<(u32, u32)>) {
    let mut seen = Vec::new();
    for _ in 0..200 {
        let moves = moves(strategy, wanted, &copies);
        for index in &moves.end {
            copies
                .iter_mut()
                .filter(|copy| copy.index == *index)
                .for_each(|copy| copy.leaving = true);
        }
        for _ in 0..moves.start {
            let index =
                (0..100).find(|index| !copies.iter().any(|copy| copy.index == *index)).unwrap();
            copies.push(Copy { index, new: true, available: false, leaving: false });
        }
        let staying = copies.iter().filter(|copy| !copy.leaving);
        let available = staying.clone().filter(|copy| copy.available).count();
        seen.push((u32::try_from(staying.count()).unwrap(), u32::try_from(available).unwrap()));
        if let Some(at) = copies.iter().position(|copy| copy.leaving) {
            copies.remove(at);
        } else if let Some(copy) = copies.iter_mut().find(|copy| copy.new && !copy.available) {
            copy.available = true;
        } else if moves == Moves::default() {
            return (copies, seen);
        }
    }
    panic!("it never ends: {copies:?}");
}

fn old(count: u32, available: bool) -> Vec<Copy> {
    (0..count).map(|index| Copy { index, new: false, available, leaving: false }).collect()
}

#[test]
fn shares_are_read_and_rounded_as_in_kubernetes() {
    assert_eq!(Strategy::read(&Value::Null).unwrap().room(10), (3, 2));
    assert_eq!(strategy(&json!(2), &json!(0)).room(3), (2, 0));
    assert_eq!(strategy(&json!(0), &json!("1%")).room(3), (0, 1));
    assert_eq!(strategy(&json!("100%"), &json!(9)).room(4), (4, 4));
    assert!(Strategy::read(&json!({ "type": "Blue" })).is_err());
    assert!(Strategy::read(&json!({ "rollingUpdate": { "maxSurge": "x" } })).is_err());
}

#[test]
fn a_copy_that_never_answers_stops_the_roll() {
    let rolling = strategy(&json!(1), &json!(0));
    let mut copies = old(2, true);
    assert_eq!(moves(rolling, 2, &copies), Moves { start: 1, end: vec![] });
    copies.push(Copy { index: 2, new: true, available: false, leaving: false });
    assert_eq!(moves(rolling, 2, &copies), Moves::default());
    copies[2].available = true;
    assert_eq!(moves(rolling, 2, &copies), Moves { start: 0, end: vec![1] });
}

#[test]
fn recreate_starts_when_the_last_old_copy_is_gone() {
    let mut copies = old(2, true);
    assert_eq!(moves(Strategy::Recreate, 2, &copies), Moves { start: 0, end: vec![1, 0] });
    for copy in &mut copies {
        copy.leaving = true;
    }
    assert_eq!(moves(Strategy::Recreate, 2, &copies), Moves::default());
    assert_eq!(moves(Strategy::Recreate, 2, &[]), Moves { start: 2, end: vec![] });
}

#[test]
fn a_crash_looping_revision_is_replaced_by_the_next() {
    // Nothing of the old revision answers: it makes room without waiting.
    let (copies, _) = play(strategy(&json!(0), &json!(1)), 2, old(2, false));
    assert!(copies.iter().all(|copy| copy.new && copy.available) && copies.len() == 2);
}

proptest! {
    #[test]
    fn a_roll_ends_and_keeps_its_bounds(
        wanted in 0_u32..12, present in 0_u32..12, surge in 0_u32..5, unavailable in 0_u32..5,
        percent in any::<bool>(), alive in any::<bool>(),
    ) {
        let share = |n: u32| if percent { json!(format!("{}%", n * 25)) } else { json!(n) };
        let strategy = strategy(&share(surge), &share(unavailable));
        let (above, below) = strategy.room(wanted);
        let (copies, seen) = play(strategy, wanted, old(present, alive));
        prop_assert_eq!(copies.len(), wanted as usize);
        prop_assert!(copies.iter().all(|copy| copy.new && copy.available && !copy.leaving));
        for (all, available) in seen {
            prop_assert!(all <= (wanted + above).max(present), "{} copies", all);
            if alive {
                prop_assert!(available >= wanted.saturating_sub(below).min(present), "{} available", available);
            }
        }
    }
}
