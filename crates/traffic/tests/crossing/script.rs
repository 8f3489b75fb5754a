//! Scripts: one command a line, the answer indented below it.
//!
//! `plan` · `act` (plans and acts until nothing is left to do now) · `traffic N` · `wait MS` ·
//! `targets SIDE HEALTHY/TOTAL` · `failing PERCENT` · `rule PERCENT` (a foreign writer) ·
//! `deaf` / `hear` (orders are lost / reach the rule) · `restart` (of the balancer) · `engine`
//! (a new engine opens the journal) · `state` · `run` (traffic and ticks until the end)

use std::fmt::Write as _;
use std::time::Duration;

use model::Plan;
use model::ports::{Counts, Weight, Weights};
use traffic::{Action, Entry};

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
        other => panic!("unknown command {other:?}"),
    }
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
