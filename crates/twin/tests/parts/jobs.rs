//! Schedules and workers: one owner, runs missed, runs doubled.

use model::ports::{Fleets as _, JobSeen};
use twin::Run;
use twin::fleets::jobs::Pair;
use twin::script::{Job, Script};

use crate::support::{Notes, job, play, script, wait, watch};

const OLD_JOB: &str = "schedule/default/nightly";
const NEW_JOB: &str = "cronjob/shop/nightly";

fn with_job(every_secs: u32, run_secs: u32) -> Script {
    let mut script = script();
    let nightly = Job { old: OLD_JOB.to_owned(), new: NEW_JOB.to_owned(), every_secs, run_secs };
    script.services.get_mut("shop").unwrap().jobs.push(nightly);
    script
}

fn pair(run: &Run) -> Pair {
    run.world().fleets.jobs.pairs()[0].clone()
}

#[test]
fn the_old_side_runs_a_schedule_until_somebody_takes_it() {
    let world = watch(&with_job(60, 5), 600);
    let pair = &world.fleets.jobs.pairs()[0];
    assert_eq!((pair.old.runs, pair.new.runs), (10, 0));
    assert_eq!((pair.missed.count, pair.doubled.count, pair.overlaps.count), (0, 0, 0));
}

#[test]
fn a_hand_over_between_two_runs_loses_none_and_doubles_none() {
    let run = play(&with_job(600, 5), 6_000, |engine| async move {
        // Waits for the end of a run: then there is time until the next one.
        while engine.job(OLD_JOB).await.unwrap().running == 0 {
            wait(&engine, 1_000).await;
        }
        engine.set_job(&job(OLD_JOB, false, (1, 1))).await.unwrap();
        while engine.job(OLD_JOB).await.unwrap() != JobSeen::default() {
            wait(&engine, 1_000).await;
        }
        engine.set_job(&job(NEW_JOB, true, (1, 2))).await.unwrap();
    });
    let pair = pair(&run);
    assert_eq!(pair.old.runs + pair.new.runs, 10);
    assert!(pair.old.runs == 1 && pair.new.runs == 9);
    assert_eq!((pair.missed.count, pair.doubled.count, pair.overlaps.count), (0, 0, 0));
}

#[test]
fn runs_are_missed_without_an_owner_and_doubled_with_two() {
    let run = play(&with_job(60, 5), 600, |engine| async move {
        engine.set_job(&job(OLD_JOB, false, (1, 1))).await.unwrap();
        wait(&engine, 180_000).await;
        engine.set_job(&job(OLD_JOB, true, (1, 2))).await.unwrap();
        engine.set_job(&job(NEW_JOB, true, (1, 3))).await.unwrap();
        wait(&engine, 120_000).await;
        engine.set_job(&job(OLD_JOB, false, (1, 4))).await.unwrap();
    });
    let pair = pair(&run);
    assert!((3..=4).contains(&pair.missed.count), "{:?}", pair.missed);
    assert_eq!(pair.doubled.count, 2, "{:?}", pair.doubled);
    assert_eq!(pair.overlaps.count, 1, "two owners at once: {:?}", pair.overlaps);
    assert_eq!(pair.overlaps.at.len(), 1);
}

#[test]
fn a_worker_that_still_finishes_counts_as_an_owner() {
    let notes = Notes::default();
    let kept = notes.clone();
    let run = play(&with_job(0, 30), 600, move |engine| {
        let notes = kept.clone();
        async move {
            let seen = engine.job(OLD_JOB).await.unwrap();
            notes.add(format!("{} {}", seen.enabled, seen.running));
            engine.set_job(&job(OLD_JOB, false, (1, 1))).await.unwrap();
            let seen = engine.job(OLD_JOB).await.unwrap();
            notes.add(format!("{} {}", seen.enabled, seen.running));
            engine.set_job(&job(NEW_JOB, true, (1, 2))).await.unwrap();
            wait(&engine, 31_000).await;
            let seen = engine.job(OLD_JOB).await.unwrap();
            notes.add(format!("{} {}", seen.enabled, seen.running));
        }
    });
    assert_eq!(notes.all(), ["true 1", "false 1", "false 0"]);
    assert_eq!(pair(&run).overlaps.count, 1, "the old one was at work");
}

#[test]
fn orders_for_jobs_are_fenced_too() {
    let notes = Notes::default();
    let kept = notes.clone();
    let run = play(&with_job(60, 5), 60, move |engine| {
        let notes = kept.clone();
        async move {
            engine.set_job(&job(NEW_JOB, false, (3, 1))).await.unwrap();
            let late = engine.set_job(&job(NEW_JOB, true, (2, 7))).await.unwrap_err();
            notes.add(late.because.code.id);
            let unknown = engine.set_job(&job("cronjob/x/y", true, (3, 2))).await.unwrap_err();
            notes.add(unknown.because.code.id);
        }
    });
    assert_eq!(notes.all(), ["SG-R003", "SG-L012"]);
    assert!(!pair(&run).new.enabled);
}

#[test]
fn a_cron_job_makes_up_once_for_what_was_missed() {
    let run = play(&with_job(60, 5), 600, |engine| async move {
        engine.set_job(&job(OLD_JOB, false, (1, 1))).await.unwrap();
        wait(&engine, 200_000).await;
        engine.set_job(&job(NEW_JOB, true, (1, 2))).await.unwrap();
    });
    let pair = pair(&run);
    assert!(pair.missed.count >= 3, "{:?}", pair.missed);
    assert_eq!(pair.made_up.count, 1);
    assert_eq!(pair.old.runs + pair.new.runs + pair.missed.count, 10 + 1);
}
