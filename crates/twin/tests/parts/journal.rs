//! The journal: fenced by epoch, durable at one moment, a boundary for crashes.

use model::ports::{Clock as _, Epoch, Journal as _};
use twin::script::{Fault, When};
use twin::time::SECOND;
use twin::world::EngineId;
use twin::{Run, World};

use crate::support::{Notes, engine, play, record, script, wait, with};

/// An engine that writes up to three records, going on after what it finds in the journal.
async fn writes_three(engine: twin::Engine, notes: Notes) {
    let epoch = engine.take("shift/shop").await.unwrap();
    let found = engine.read("shift/shop").await.unwrap().len();
    notes.add(format!("engine {} epoch {epoch} finds {found}", engine.id.0));
    for number in found..3 {
        let written = engine.append(&record(&engine, epoch, &number.to_string())).await;
        match written {
            Ok(()) => notes.add(format!("engine {} wrote {number}", engine.id.0)),
            Err(fault) => {
                let code = fault.because.code.id;
                return notes.add(format!("engine {} refused {code}", engine.id.0));
            }
        }
    }
}

fn texts(world: &World) -> Vec<String> {
    let records = world.journal.records().iter();
    records.map(|kept| kept.record.body["what"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn records_are_kept_with_their_moment_and_their_writer() {
    let notes = Notes::default();
    let kept = notes.clone();
    let run = play(&script(), 10, move |engine| writes_three(engine, kept.clone()));
    let world = run.world();
    assert_eq!(texts(&world), ["0", "1", "2"]);
    let moments: Vec<u64> = world.journal.records().iter().map(|kept| kept.at).collect();
    assert_eq!(moments, [5_000, 7_000, 9_000], "take 2 ms, read 1 ms, each record 2 ms");
    assert_eq!(world.journal.records()[0].engine, EngineId(0));
    assert_eq!(world.journal.records()[0].life, 1);
    assert_eq!(world.journal.taken()[0].epoch, Epoch(1));
    assert_eq!(notes.all()[0], "engine 0 epoch 1 finds 0");
}

#[test]
fn a_crash_before_a_record_leaves_nothing_of_it() {
    let notes = Notes::default();
    let kept = notes.clone();
    let script = with(When::BeforeRecord(1), Fault::Crash { down: 5 });
    let run = play(&script, 60, move |engine| writes_three(engine, kept.clone()));
    assert_eq!(
        notes.all(),
        [
            "engine 0 epoch 1 finds 0",
            "engine 0 wrote 0",
            "engine 0 epoch 2 finds 1",
            "engine 0 wrote 1",
            "engine 0 wrote 2",
        ]
    );
    let world = run.world();
    assert_eq!(texts(&world), ["0", "1", "2"]);
    assert!(world.journal.records()[1].at > 5 * SECOND, "written by the second life");
    assert_eq!(world.journal.records()[1].life, 2);
}

#[test]
fn a_crash_after_a_record_keeps_it_and_the_engine_never_learns() {
    let notes = Notes::default();
    let kept = notes.clone();
    let script = with(When::AfterRecord(1), Fault::Crash { down: 5 });
    let run = play(&script, 60, move |engine| writes_three(engine, kept.clone()));
    assert_eq!(
        notes.all(),
        [
            "engine 0 epoch 1 finds 0",
            "engine 0 wrote 0",
            "engine 0 epoch 2 finds 2",
            "engine 0 wrote 2",
        ]
    );
    assert_eq!(run.world().journal.records()[1].life, 1);
    assert_eq!(texts(&run.world()), ["0", "1", "2"]);
}

#[test]
fn every_boundary_can_be_crashed_at_and_nothing_is_written_twice() {
    for number in 0..3 {
        for at in [When::BeforeRecord(number), When::AfterRecord(number)] {
            let script = with(at, Fault::Crash { down: 1 });
            let notes = Notes::default();
            let mut run = Run::new(World::build(&script).unwrap());
            run.engine(EngineId(0), engine(move |engine| writes_three(engine, notes.clone())));
            assert!(run.until(60 * SECOND), "{at:?}: the engine has ended");
            assert_eq!(texts(&run.world()), ["0", "1", "2"], "{at:?}");
            assert_eq!(run.world().journal.taken().len(), 2, "{at:?}: two lives");
        }
    }
}

fn two_engines(at: When) -> (Notes, Run) {
    let notes = Notes::default();
    let mut run = Run::new(World::build(&with(at, Fault::Zombie { pause: 30 })).unwrap());
    let kept = notes.clone();
    run.engine(EngineId(0), engine(move |engine| writes_three(engine, kept.clone())));
    let kept = notes.clone();
    run.standby(EngineId(1), engine(move |engine| writes_three(engine, kept.clone())));
    assert!(run.until(120 * SECOND), "both have ended");
    (notes, run)
}

#[test]
fn a_zombie_that_wakes_before_its_record_is_refused() {
    let (notes, run) = two_engines(When::BeforeRecord(1));
    assert_eq!(
        notes.all(),
        [
            "engine 0 epoch 1 finds 0",
            "engine 0 wrote 0",
            "engine 1 epoch 2 finds 1",
            "engine 1 wrote 1",
            "engine 1 wrote 2",
            "engine 0 refused SG-L023",
        ]
    );
    assert_eq!(texts(&run.world()), ["0", "1", "2"]);
    assert!(run.world().now() >= 30 * SECOND, "the first engine slept");
}

#[test]
fn a_zombie_that_wakes_after_its_record_is_refused_at_the_next() {
    let (notes, run) = two_engines(When::AfterRecord(1));
    assert_eq!(
        notes.all(),
        [
            "engine 0 epoch 1 finds 0",
            "engine 0 wrote 0",
            "engine 1 epoch 2 finds 2",
            "engine 1 wrote 2",
            "engine 0 wrote 1",
            "engine 0 refused SG-L023",
        ]
    );
    assert_eq!(texts(&run.world()), ["0", "1", "2"]);
}

#[test]
fn a_record_on_its_way_when_the_engine_crashes_is_not_written() {
    // The crash comes 1 ms after the first record was sent, 1 ms before it is on the disk.
    let script = with(When::Millis(1_004), Fault::Crash { down: 1_000 });
    let run = play(&script, 10, |engine| async move {
        let epoch = engine.take("shift/shop").await.unwrap();
        let sent = twin::time::timestamp(1_003_000);
        engine.sleep_until(sent).await;
        let written = engine.append(&record(&engine, epoch, "late")).await;
        panic!("nobody learns that {written:?}");
    });
    assert!(run.world().journal.records().is_empty());
}

#[test]
fn without_a_second_engine_a_zombie_is_a_long_pause() {
    let notes = Notes::default();
    let kept = notes.clone();
    let script = with(When::Millis(1_000), Fault::Zombie { pause: 20 });
    play(&script, 60, move |engine| {
        let notes = kept.clone();
        async move {
            wait(&engine, 5_000).await;
            notes.add(engine.now().to_string());
        }
    });
    assert_eq!(notes.all(), ["2026-01-05T00:00:21Z"]);
}
