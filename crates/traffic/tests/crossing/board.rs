//! Who may begin, by what the other shifts hold.

use std::collections::BTreeMap;

use model::ports::Weight;
use traffic::board::{self, Board, Brief, Standing};
use traffic::goal::Budget;
use traffic::{Goal, State};

/// A shift that may hold 30 connections to `main`, of 100; two may be on their way.
fn goal(shift: &str) -> Goal {
    let each = |connections| BTreeMap::from([("main".to_owned(), connections)]);
    let budget = Budget { moving_max: 2, connections: each(30), connections_max: each(100) };
    Goal { budget, ..Goal::weights_only(shift, "front", ("old", "new")) }
}

fn brief(standing: Standing, split: bool, connections: u32) -> Brief {
    let two_fleets = matches!(standing, Standing::Moving | Standing::Frozen);
    let connections = BTreeMap::from([("main".to_owned(), connections)]);
    Brief { standing, split, two_fleets, connections }
}

/// What `shop` is told, with these others on the board.
#[track_caller]
fn check(others: &[Brief], expected: &str) {
    let mut all: Board = (0..).map(|n: u32| format!("other-{n}")).zip(others.to_vec()).collect();
    // Its own entry never stands in its way.
    all.insert("shop".to_owned(), brief(Standing::Moving, true, 90));
    let told = board::admits(&all, &goal("shop"));
    assert_eq!(told.map_or("begins".to_owned(), |because| because.to_string()), expected);
}

#[test]
fn as_many_move_at_once_as_the_budget_says() {
    let (moving, waiting) = (brief(Standing::Moving, false, 0), brief(Standing::Waiting, false, 0));
    check(&[], "begins");
    check(&[moving.clone(), waiting.clone()], "begins");
    check(
        &[moving.clone(), waiting, moving.clone()],
        "2 shifts are on their way, and at most 2 may be",
    );
    // One that a person has to look at, or that goes back, still has its requests on both sides.
    let (frozen, back) = (brief(Standing::Frozen, true, 0), brief(Standing::Back, true, 0));
    check(&[frozen.clone(), back], "2 shifts are on their way, and at most 2 may be");
    check(&[frozen, brief(Standing::Back, false, 0)], "begins");
    let mut unlimited = goal("shop");
    unlimited.budget.moving_max = 0;
    let all: Board = (0..9).map(|n| (format!("other-{n}"), moving.clone())).collect();
    assert_eq!(board::admits(&all, &unlimited), None);
}

#[test]
fn connections_of_both_fleets_fit_into_what_the_database_gives() {
    check(&[brief(Standing::Moving, false, 70)], "begins");
    check(
        &[brief(Standing::Moving, false, 71)],
        "main: two fleets of this service may hold 30 connections, others hold 71, and 100 is the limit",
    );
    // What is across, back or waiting, and has one fleet left, was counted when the limit was set.
    for standing in [Standing::Across, Standing::Back, Standing::Waiting] {
        check(&[brief(standing, false, 71)], "begins");
    }
    // One that ended by keeping its old side holds both.
    let kept = Brief { two_fleets: true, ..brief(Standing::Across, false, 71) };
    check(
        &[kept],
        "main: two fleets of this service may hold 30 connections, others hold 71, and 100 is the limit",
    );
    // Nobody has said what the database gives.
    let mut unlimited = goal("shop");
    unlimited.budget.connections_max.clear();
    let all = Board::from([("other".to_owned(), brief(Standing::Moving, false, 500))]);
    assert_eq!(board::admits(&all, &unlimited), None);
}

#[test]
fn a_shift_is_split_while_both_sides_may_have_requests() {
    let split = |share, abandoned| {
        let (share, abandoned) = (Weight::new(share).unwrap(), abandoned);
        Brief::of(&State { share, abandoned, ..State::default() }, &goal("shop")).split
    };
    assert!(!split(0, None) && split(1, None) && split(99, None) && !split(100, None));
    // An order that was given up may land still.
    assert!(split(0, Weight::new(10)) && !split(0, Some(Weight::ALL)));
}
