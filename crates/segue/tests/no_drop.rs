//! `segue balance` is changed and replaced under load, and loses nothing. `cargo xtask no-drop`
//! sends a million; this is the same thing in small.

use std::time::Duration;

use xtask::nodrop::{Churn, Kind, Load, Outcome, run};

#[test]
fn a_balancer_that_is_replaced_under_load_loses_no_request() {
    let segue = Kind::Segue(env!("CARGO_BIN_EXE_segue").into());
    let load = Load { requests: 12_000, kept: 4, fresh: 2, h2: 1, streams: 3, websockets: 2 };
    let churn = Churn {
        weights: Duration::from_millis(100),
        targets: Duration::from_millis(700),
        replace: Duration::from_millis(900),
    };
    let Outcome { tally, weights, targets, replaced, .. } = run(segue, &load, &churn).unwrap();
    assert!(tally.is_whole(), "{:#?}", tally.causes);
    assert_eq!((tally.sent, tally.good), (load.requests, load.requests));
    assert!(tally.websockets > 0, "no WebSocket was opened");
    assert!(weights > 0 && targets > 0 && replaced > 0, "{weights} {targets} {replaced}");
}
