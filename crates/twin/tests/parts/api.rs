//! Calls: late, throttled, lost, doubled, stale; orders that come too late.

use std::time::Duration;

use model::ports::{Fleets as _, Retry};
use twin::script::{Fault, When};
use twin::time::SECOND;

use crate::support::{NEW, Notes, OLD, play, scale, script, wait, with};

#[test]
fn a_call_takes_its_time_and_never_longer_than_the_time_out() {
    let notes = Notes::default();
    let kept = notes.clone();
    let mut script = script();
    script.control.call_ms = 40;
    script.control.bucket = (100_000, 1);
    let run = play(&script, 3_600, move |engine| {
        let notes = kept.clone();
        async move {
            for _ in 0..2_000 {
                let before = engine.world().now();
                engine.fleet(OLD).await.unwrap();
                notes.add((engine.world().now() - before).to_string());
            }
        }
    });
    drop(run);
    let mut took: Vec<u64> = notes.all().iter().map(|text| text.parse().unwrap()).collect();
    took.sort_unstable();
    let mean = took.iter().sum::<u64>() / 2_000;
    assert!((38_000..42_000).contains(&mean), "{mean} µs on average");
    assert!(took[0] >= 20_000, "half of it is fixed");
    assert!(took[1_990] > 60_000 && took[1_999] <= 400_000, "a tail, cut at ten times");
}

#[test]
fn an_account_calls_no_faster_than_its_bucket_allows() {
    let notes = Notes::default();
    let kept = notes.clone();
    let mut script = script();
    script.control.bucket = (5, 1);
    let run = play(&script, 60, move |engine| {
        let notes = kept.clone();
        async move {
            for _ in 0..20 {
                match engine.fleet(OLD).await {
                    Ok(_) => notes.add("ok"),
                    Err(fault) => {
                        assert_eq!(fault.retry, Retry::After(Duration::from_secs(1)));
                        notes.add(fault.because.code.id);
                    }
                }
            }
            // The cluster's own API knows no bucket of the account.
            for _ in 0..20 {
                engine.fleet(NEW).await.unwrap();
            }
        }
    });
    let said = notes.all();
    let ok = said.iter().filter(|word| *word == "ok").count();
    assert!((5..=6).contains(&ok), "{said:?}");
    assert!(said.iter().all(|word| word == "ok" || word == "SG-R001"), "{said:?}");
    assert_eq!(run.world().api.throttled, 20 - ok as u64);
}

#[test]
fn under_throttling_no_call_has_an_effect() {
    let script = with(When::Millis(0), Fault::Throttle { secs: 10 });
    let notes = Notes::default();
    let kept = notes.clone();
    let run = play(&script, 60, move |engine| {
        let notes = kept.clone();
        async move {
            wait(&engine, 1_000).await;
            let refused = engine.scale(&scale(NEW, 9, (1, 1))).await.unwrap_err();
            notes.add(refused.because.code.id);
            wait(&engine, 10_000).await;
            notes.add(engine.fleet(NEW).await.unwrap().wanted.to_string());
        }
    });
    drop(run);
    assert_eq!(notes.all(), ["SG-R001", "3"]);
}

#[test]
fn a_lost_reply_hides_an_effect_that_happened() {
    let script = with(When::Millis(0), Fault::LostReplies { secs: 90 });
    let notes = Notes::default();
    let kept = notes.clone();
    play(&script, 120, move |engine| {
        let notes = kept.clone();
        async move {
            wait(&engine, 1_000).await;
            for seq in 1..=6 {
                let before = engine.world().now();
                let copies = u32::try_from(seq).unwrap() + 3;
                let lost = engine.scale(&scale(NEW, copies, (1, seq))).await.unwrap_err();
                assert!(matches!(lost.retry, Retry::After(_)));
                assert!(engine.world().now() - before <= 10 * SECOND, "the time-out");
                // Reads are answered: that is how an engine finds out.
                let wanted = engine.fleet(NEW).await.unwrap().wanted;
                notes.add(format!("{} {wanted}", lost.because.code.id));
            }
        }
    });
    assert_eq!(notes.all()[..2], ["SG-R002 4", "SG-R002 5"]);
}

#[test]
fn an_order_that_comes_twice_does_not_undo_a_later_one() {
    let script = with(When::Millis(0), Fault::Duplicates { secs: 60 });
    let run = play(&script, 120, |engine| async move {
        wait(&engine, 1_000).await;
        for seq in 1..=10 {
            let copies = u32::try_from(seq % 2).unwrap() + 3;
            engine.scale(&scale(NEW, copies, (1, seq))).await.unwrap();
        }
        wait(&engine, 20_000).await;
        assert_eq!(engine.fleet(NEW).await.unwrap().wanted, 3, "the last order stands");
    });
    assert!(run.world().trace.count() > 0);
}

#[test]
fn an_order_of_a_lower_epoch_is_refused() {
    let notes = Notes::default();
    let kept = notes.clone();
    play(&script(), 60, move |engine| {
        let notes = kept.clone();
        async move {
            engine.scale(&scale(NEW, 5, (2, 1))).await.unwrap();
            let refused = engine.scale(&scale(NEW, 0, (1, 9))).await.unwrap_err();
            notes.add(format!("{} {:?}", refused.because.code.id, refused.retry));
            engine.scale(&scale(NEW, 5, (2, 1))).await.unwrap();
            let refused = engine.scale(&scale(NEW, 0, (2, 0))).await.unwrap_err();
            notes.add(refused.because.to_string());
            notes.add(engine.fleet(NEW).await.unwrap().wanted.to_string());
            let unknown = engine.fleet("ecs/dev/none").await.unwrap_err();
            notes.add(unknown.because.code.id);
            let absurd = engine.scale(&scale(NEW, 9_999_999, (2, 2))).await.unwrap_err();
            notes.add(absurd.because.code.id);
        }
    });
    let late = "fleet deployment/shop/shop: order 0 of epoch 2 came after order 1 of epoch 2 and is refused";
    assert_eq!(notes.all(), ["SG-R003 Never", late, "5", "SG-L012", "SG-L013"]);
}

#[test]
fn stale_reads_answer_what_was_true_then() {
    let script = with(When::Millis(20_000), Fault::StaleReads { age: 8, secs: 10 });
    let notes = Notes::default();
    let kept = notes.clone();
    play(&script, 60, move |engine| {
        let notes = kept.clone();
        async move {
            engine.fleet(NEW).await.unwrap();
            wait(&engine, 18_000).await;
            engine.scale(&scale(NEW, 7, (1, 1))).await.unwrap();
            for second in 19..=33 {
                let wanted = engine.fleet(NEW).await.unwrap().wanted;
                notes.add(format!("{second}: {wanted}"));
                let next = twin::time::timestamp(second * SECOND);
                model::ports::Clock::sleep_until(&engine, next).await;
            }
        }
    });
    let said = notes.all();
    // Scaled at 18 s; stale from 20 s to 30 s by 8 s: what was true before 18 s until 26 s.
    assert_eq!(said[..2], ["19: 7", "20: 7"], "not stale yet");
    assert_eq!(said[3..7], ["22: 3", "23: 3", "24: 3", "25: 3"], "{said:?}");
    assert_eq!(said[9..], ["28: 7", "29: 7", "30: 7", "31: 7", "32: 7", "33: 7"], "{said:?}");
}

#[test]
fn a_call_of_a_crashed_engine_still_has_its_effect() {
    let mut script = with(When::Millis(1_010), Fault::Crash { down: 3_000 });
    script.control.call_ms = 100;
    let run = play(&script, 30, |engine| async move {
        wait(&engine, 1_000).await;
        // Under way at least 25 ms: the engine is gone when it arrives.
        let answer = engine.scale(&scale(NEW, 4, (1, 1))).await;
        panic!("nobody gets {answer:?}");
    });
    assert_eq!(run.world().fleets.get(NEW).unwrap().wanted, 4);
}
