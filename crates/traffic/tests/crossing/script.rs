//! Scripts: one command a line, the answer indented below it.
//!
//! `plan` · `act` (plans and acts until nothing is left to do now) · `traffic N` · `wait MS` ·
//! `targets SIDE HEALTHY/TOTAL` · `failing PERCENT` · `rule PERCENT` (a foreign writer) ·
//! `deaf` / `hear` (orders are lost / reach the rule) · `restart` (of the balancer) · `engine`
//! (a new engine opens the journal) · `state` · `run` (traffic and ticks until the end)
//!
//! `goal PLACE JSON` and `fact PLACE JSON` (change what is wanted, and what the checks read) ·
//! `checks` (the shift has checks, and all is well) · `look` / `blind` (somebody reads the facts, or
//! nobody) · `timed` (answers take their time) · `next` (when it is looked again) ·
//! `say WHO WHAT` · `board SHIFT STANDING` · `fleet SIDE WANTED/RUNNING` · `job NAME on|off RUNS` ·
//! `pending` / `insync` (the change is under way) · `zones N` · `served PERCENT` (requests do not
//! follow the rule)
//!
//! `ticks COUNT N` (so many seconds with N requests each) and `still MINUTES` (nobody comes): what
//! can be done is done each time, and only the last answer is shown.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use model::Plan;
use model::ports::{Counts, JobSeen, Weight, Weights};
use serde_json::{Value, json};
use traffic::board::Brief;
use traffic::seen::Fleets;
use traffic::{Action, Entry};

use crate::good;
use crate::world::World;

pub(crate) fn transcript(script: &str) -> String {
    let mut world = World::new();
    let mut out = String::new();
    for line in script.lines() {
        let _ = writeln!(out, "{line}");
        let words: Vec<&str> = line.split_whitespace().collect();
        if !line.starts_with('#') && !words.is_empty() {
            command(&mut world, &words, &mut out);
        }
    }
    out
}

fn command(world: &mut World, words: &[&str], out: &mut String) {
    match words {
        ["plan"] => show(&world.plan(), out),
        ["act"] => act(world, out),
        ["traffic", requests] => world.traffic(requests.parse().unwrap()),
        ["wait", millis] => world.now += Duration::from_millis(millis.parse().unwrap()),
        ["back", millis] => world.now -= Duration::from_millis(millis.parse().unwrap()),
        ["targets", side, counts] => targets(world, side, counts),
        ["failing", percent] => world.failing = percent.parse().unwrap(),
        ["rule", percent] => {
            let weight = Weight::new(percent.parse().unwrap()).unwrap();
            world.rule.weights = Weights::between("old", "new", weight);
        }
        ["deaf"] => world.obeys = false,
        ["hear"] => world.obeys = true,
        ["restart"] => {
            world.old.counts = Counts::default();
            world.new.counts = Counts::default();
        }
        ["engine"] => world.engine(),
        ["state"] => {
            let _ = writeln!(out, "    {}", serde_json::to_string(&world.state()).unwrap());
        }
        ["run"] => run(world, out),
        ["next"] => {
            let wake = world.plan().wake_at.unwrap_or(Timestamp::MAX);
            let _ = writeln!(out, "    in {} s", wake.duration_since(world.now).as_secs());
        }
        ["ticks", count, requests] => {
            let (count, requests) = (count.parse().unwrap(), requests.parse().unwrap());
            pass(world, (count, Duration::from_secs(1), requests), out);
        }
        ["still", minutes] => {
            pass(world, (minutes.parse().unwrap(), Duration::from_mins(1), 0), out);
        }
        other => set(world, other),
    }
}

/// Commands that change what is wanted, or what is seen, and answer nothing.
fn set(world: &mut World, words: &[&str]) {
    match words {
        ["goal", place, json @ ..] => {
            let mut goal = serde_json::to_value(&world.goal).unwrap();
            *goal.pointer_mut(place).unwrap() = value(json);
            world.goal = serde_json::from_value(goal).unwrap();
        }
        ["fact", place, json @ ..] => *world.facts.pointer_mut(place).unwrap() = value(json),
        ["checks"] => (world.goal.preflight, world.looks) = (Some(good::terms()), true),
        ["look"] => world.looks = true,
        ["blind"] => world.looks = false,
        ["timed"] => world.timed = true,
        ["old-failing", percent] => world.old_failing = percent.parse().unwrap(),
        ["say", by, what] => {
            let what = serde_json::from_value(json!(what)).unwrap();
            world.write(Entry::Said { by: (*by).to_owned(), what, at: world.now });
        }
        ["board", shift, standing] => {
            let standing = serde_json::from_value(json!(standing)).unwrap();
            world.board.insert((*shift).to_owned(), Brief { standing, ..Brief::default() });
        }
        ["fleet", side, counts] => {
            let (wanted, running) = counts.split_once('/').unwrap();
            let fleets = world.fleets.get_or_insert(Fleets::default());
            let seen = if *side == "old" { &mut fleets.old } else { &mut fleets.new };
            seen.wanted = wanted.parse().unwrap();
            seen.running = running.parse().unwrap();
        }
        ["job", name, on, runs] => {
            let seen = JobSeen { enabled: *on == "on", running: runs.parse().unwrap() };
            world.jobs.insert((*name).to_owned(), seen);
        }
        ["pending"] => world.rule.settled = false,
        ["insync"] => world.rule.settled = true,
        ["served", percent] => world.served = Some(percent.parse().unwrap()),
        ["zones", zones] => world.new.zones = zones.parse().unwrap(),
        other => panic!("unknown command {other:?}"),
    }
}

fn value(words: &[&str]) -> Value {
    serde_json::from_str(&words.join(" ")).unwrap()
}

/// Time passes, `requests` come at the end of each `step`, and what can be done is done.
fn pass(world: &mut World, (count, step, requests): (u32, Duration, u64), out: &mut String) {
    let mut last = String::new();
    for _ in 0..count {
        world.now += step;
        world.traffic(requests);
        last.clear();
        rest(world, &mut last);
        if world.state().ended() {
            break;
        }
    }
    out.push_str(&last);
}

/// Plans and acts until nothing is left to do; tells the last answer, or what ended the shift.
fn rest(world: &mut World, out: &mut String) {
    for _ in 0..16 {
        let plan = world.plan();
        world.act(&plan);
        if plan.steps.is_empty() || world.state().ended() {
            show(&plan, out);
            return;
        }
    }
    panic!("sixteen plans and still something to do");
}

fn targets(world: &mut World, side: &str, counts: &str) {
    let (healthy, total) = counts.split_once('/').unwrap();
    let group = if side == "old" { &mut world.old } else { &mut world.new };
    group.healthy = healthy.parse().unwrap();
    group.total = total.parse().unwrap();
}

/// Plans and acts until nothing is left to do now.
fn act(world: &mut World, out: &mut String) {
    for _ in 0..16 {
        let plan = world.plan();
        show(&plan, out);
        if plan.steps.is_empty() {
            return;
        }
        world.act(&plan);
    }
    panic!("sixteen plans and still something to do");
}

/// Lets time and traffic pass until the shift has ended.
fn run(world: &mut World, out: &mut String) {
    for _ in 0..100 {
        let plan = world.plan();
        if !plan.steps.is_empty() {
            show(&plan, out);
        }
        world.act(&plan);
        if world.state().ended() {
            return;
        }
        if plan.steps.is_empty() {
            world.now += Duration::from_millis(500);
            world.traffic(150);
        }
    }
    let _ = writeln!(out, "    no end after 100 plans");
}

fn show(plan: &Plan<Action>, out: &mut String) {
    for step in &plan.steps {
        let (code, because) = (step.because.code.id, &step.because);
        let _ = match &step.action {
            Action::Order(order) => {
                writeln!(out, "    order {} epoch {}", order.effect, order.epoch)
            }
            Action::Journal(entry) => {
                writeln!(out, "    journal {}   {code} {because}", name(entry))
            }
        };
    }
    for held in &plan.held {
        let _ = writeln!(out, "    held {}   {} {}", held.what, held.because.code.id, held.because);
    }
    if plan.steps.is_empty() && plan.held.is_empty() {
        let _ = writeln!(out, "    nothing to do");
    }
}

fn name(entry: &Entry) -> String {
    let value = serde_json::to_value(entry).unwrap();
    match entry {
        Entry::Asked(intent) => {
            format!("asked #{} {}", intent.seq, intent.effect)
        }
        _ => value["entry"].as_str().unwrap().to_owned(),
    }
}
