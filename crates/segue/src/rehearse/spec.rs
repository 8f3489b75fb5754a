//! `kind: Shift`, the files under `shifts/` of a configuration repository: read strictly, and
//! turned into what the planner is to reach.

mod become_goal;
mod document;
mod length;
mod names;
mod wrong;

use std::collections::BTreeMap;

use jiff::civil::Date;
use model::Reason;
use model::code::rehearsal as code;
use traffic::preflight::{Mechanism, Platform, Terms, Waiver};
use twin::Script;
use twin::prober::facts::NOT_MODELLED;
use twin::script::Control;

use super::Rehearsal;
use super::estate::{Declared, Stage};

pub use document::{
    ClearSpec, Gates, GuardSpec, HoldSpec, JobSpec, LimitsSpec, Meta, RemoveOld, Shift, SideSpec,
    Spec, WaiverSpec,
};
pub use length::Length;
pub use names::NamesSpec;

/// The published schema: docs/reference/shift.schema.json is this text.
pub const SCHEMA: &str = include_str!("spec/shift.schema.json");

/// The version that this program reads.
const API_VERSION: &str = "segue.dev/v1alpha1";

/// Reads a file; `place` names it in errors, with the line.
pub fn parse(place: &str, text: &str) -> Result<Shift, Reason> {
    let bad = |place: &str, cause: &str| {
        Reason::new(&code::BAD_SHIFT).with("place", place).with("cause", cause)
    };
    let shift: Shift = serde_saphyr::from_str(text).map_err(|error| {
        let place = match error.location() {
            Some(at) => format!("{place}:{}:{}", at.line(), at.column()),
            None => place.to_owned(),
        };
        let cause = error.without_snippet().to_string();
        let cause = cause.lines().next().unwrap_or_default();
        bad(&place, cause.split(" at line ").next().unwrap_or_default())
    })?;
    match wrong::wrong(&shift) {
        Some(wrong) => Err(bad(&format!("{place}:{}", wrong.line(text)), &wrong.cause)),
        None => Ok(shift),
    }
}

/// A rehearsal of one shift in a world that is made of what it says.
pub fn stage(shift: &Shift, declared: &Declared) -> Stage {
    let name = shift.metadata.name.clone();
    let mut said = Vec::new();
    let rps = shift.spec.expected_rps.unwrap_or_else(|| {
        let rps = declared.rps_per_copy * f64::from(shift.spec.old.replicas);
        said.push(format!(
            "declared: {rps} requests a second, since spec.expectedRps is not there"
        ));
        rps
    });
    if shift.spec.new.platform != Platform::Ecs {
        let replicas = shift.spec.new.replicas;
        said.push(format!(
            "declared: the new side stands with {} pods, one more than its disruption budget keeps",
            replicas.saturating_add(1)
        ));
    }
    let mut goal = shift.goal();
    if let Some(terms) = &mut goal.preflight {
        if terms.mechanism == Mechanism::Bridge {
            // The names are a shift of their own: on this one they stay.
            terms.mechanism = Mechanism::SameAlb;
            said.push(match &shift.spec.names {
                Some(names) => format!(
                    "the names of {} follow as {}, without checks of their own",
                    names.rule,
                    shift.names_shift()
                ),
                None => "there is no spec.names: the names stay on the old balancer".to_owned(),
            });
        }
        said.push(take_as_given(terms));
    }
    if !goal.after.is_empty() || !goal.requires.is_empty() {
        said.push("what it begins after is taken as across".to_owned());
        goal.after.clear();
        goal.requires.clear();
    }
    let mut control = Control::default();
    if shift.spec.mechanism == Mechanism::Local {
        control.propagation_secs = 0;
        said.push("declared: the balancer obeys at once, as that of one machine does".to_owned());
    }
    let service = shift.world(rps, declared.thinning);
    let script = Script {
        seed: declared.seed,
        services: BTreeMap::from([(name.clone(), service)]),
        people: shift.reviewer(declared.until_secs),
        control,
        ..Script::default()
    };
    let goals = std::iter::once(goal).chain(shift.names_goal());
    let goals = goals.map(|goal| (goal.shift.clone(), goal)).collect();
    let rehearsal = Rehearsal::new(script, goals, declared.until_secs);
    Stage { title: format!("Shift {name}"), said, rehearsal }
}

/// Waives by name what the twin cannot prove, and says so.
fn take_as_given(terms: &mut Terms) -> String {
    let waiver = |check: &str| Waiver {
        check: check.to_owned(),
        by: "the twin".to_owned(),
        reason: "not modelled".to_owned(),
        until: Date::MAX,
    };
    terms.waivers.extend(NOT_MODELLED.iter().map(|(check, _)| waiver(check)));
    let names: Vec<String> =
        NOT_MODELLED.iter().map(|(check, what)| format!("{check} {what}")).collect();
    format!("taken as given: {}", names.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = include_str!("spec/example.yaml");

    #[test]
    fn the_schema_knows_exactly_the_fields_of_the_parser() {
        let shift = parse("example", FULL).unwrap();
        let value = serde_json::to_value(&shift).unwrap();
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        same_fields("shift", &value, &schema);
    }

    /// Every member of the full example is in the schema, and the schema names no other.
    fn same_fields(path: &str, value: &serde_json::Value, schema: &serde_json::Value) {
        if let Some(items) = schema.get("items") {
            for one in value.as_array().unwrap() {
                same_fields(path, one, items);
            }
        }
        let Some(properties) = schema.get("properties").and_then(|one| one.as_object()) else {
            return;
        };
        assert_eq!(schema["additionalProperties"], false, "{path}");
        let members = value.as_object().unwrap_or_else(|| panic!("{path} is no object"));
        let known: Vec<&String> = properties.keys().collect();
        assert_eq!(members.keys().collect::<Vec<_>>(), known, "{path}");
        for (name, value) in members {
            same_fields(&format!("{path}.{name}"), value, &properties[name]);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (from, to, words) in [
            ("steps: [1,", "stages: [1,", "example:22"),
            ("apiVersion: segue.dev/v1alpha1", "apiVersion: v1", "example:1: apiVersion"),
            ("steps: [1, 5, 25, 50, 100]", "steps: [5, 1, 100]", "example:22: steps grow"),
            ("tick: 5s", "tick: soon", "example:29"),
            ("check: Z9", "check: Z99", "there is no check Z99"),
            ("targetGroup: checkout-pods", "targetGroup: checkout-ecs", "example:17: both"),
            ("alpha: 0.001", "alpha: 0.2", "example:38: alpha is above 0, at most 0.05"),
            ("alpha: 0.05", "alpha: 0", "example:41: alpha is above 0"),
            ("times: 3", "times: 2.5", "example:40: times is one of 1.25, 1.5, 2, 3, 5"),
            ("errorsBelowPerMille: 5", "errorsBelowPerMille: 0", "example:42: errorsBelow"),
            ("mechanism: bridge", "mechanism: sameAlb", "example:23: names are the second half"),
            ("checkout-pods-front", "checkout-pods", "example:25: the new balancer needs"),
            ("Z123/checkout.shop.example/A", "prod-shop-https/checkout", "example:24: that is"),
            ("steps: [5, 25, 50, 100]", "steps: [5, 25]", "example:27: steps grow"),
        ] {
            assert!(FULL.contains(from), "{from}");
            let said = parse("example", &FULL.replacen(from, to, 1)).unwrap_err().sentence();
            assert!(said.contains(words), "{to}: {said}");
        }
    }

    #[test]
    fn a_shift_becomes_a_goal_and_terms() {
        let goal = parse("example", FULL).unwrap().goal();
        assert_eq!(goal.hold.tick, std::time::Duration::from_secs(5));
        assert_eq!(goal.new_need(model::ports::Weight::ALL), 4);
        let clear = traffic::guard::Clearing { times: 3.0, alpha: 0.05, rate: Some(0.005) };
        assert_eq!(goal.guard, traffic::guard::Settings { alpha: 0.001, clear: Some(clear) });
        let terms = goal.preflight.unwrap();
        assert_eq!(terms.waivers.len(), 1);
        assert_eq!(terms.steps, [1, 5, 25, 50, 100]);
    }
}
