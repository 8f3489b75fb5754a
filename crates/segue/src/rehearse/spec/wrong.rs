//! What a Shift cannot mean, and in which line it says so.

use traffic::Steps;
use traffic::guard::eprocess::RATIOS;
use traffic::preflight::{CheckId, Mechanism};

use super::{API_VERSION, GuardSpec, Shift, Spec, WaiverSpec};

/// Most that a chance of being wrong may be: above, a proof is none.
const ALPHA_MAX: f64 = 0.05;

/// A field, as the names from the outside in, and why it cannot be meant.
pub(super) struct Wrong {
    field: Vec<String>,
    pub(super) cause: String,
}

impl Wrong {
    fn new(field: &[&str], cause: impl Into<String>) -> Self {
        Self { field: field.iter().map(|&name| name.to_owned()).collect(), cause: cause.into() }
    }

    /// The line of the field in `text`; of the fields around it, if it stands in none of its own.
    pub(super) fn line(&self, text: &str) -> usize {
        let whole = (1..=self.field.len()).rev().map(|names| &self.field[..names]);
        whole.into_iter().find_map(|path| line_of(text, path)).unwrap_or(1)
    }
}

/// The first field that cannot be meant.
pub(super) fn wrong(shift: &Shift) -> Option<Wrong> {
    let Shift { api_version, kind, metadata, spec } = shift;
    if api_version != API_VERSION {
        let cause = format!("apiVersion is {API_VERSION}, not {api_version}");
        return Some(Wrong::new(&["apiVersion"], cause));
    }
    if kind != "Shift" {
        return Some(Wrong::new(&["kind"], format!("kind is Shift, not {kind}")));
    }
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    if metadata.name.is_empty() || !metadata.name.chars().all(letter) {
        return Some(Wrong::new(&["metadata", "name"], "a name has a-z, 0-9, - and . only"));
    }
    if Steps::new(&spec.steps).is_none() {
        let cause = "steps grow strictly from above 0 to 100";
        return Some(Wrong::new(&["spec", "steps"], cause));
    }
    if spec.old.target_group == spec.new.target_group {
        let cause = "both sides have one target group";
        return Some(Wrong::new(&["spec", "new", "targetGroup"], cause));
    }
    if spec.old.fleet == spec.new.fleet {
        return Some(Wrong::new(&["spec", "new", "fleet"], "both sides have one fleet"));
    }
    for (name, side) in [("old", &spec.old), ("new", &spec.new)] {
        if !(1..=1_000).contains(&side.replicas) {
            return Some(Wrong::new(&["spec", name, "replicas"], "replicas are 1 to 1000"));
        }
    }
    if spec.expected_rps.is_some_and(|rps| !(rps > 0.0 && rps <= 100_000.0)) {
        let cause = "expectedRps is above 0, at most 100000";
        return Some(Wrong::new(&["spec", "expectedRps"], cause));
    }
    if spec.hold.tick.is_some_and(|tick| tick.duration().is_zero()) {
        return Some(Wrong::new(&["spec", "hold", "tick"], "a tick has a length"));
    }
    names(spec).or_else(|| guard(&spec.guard)).or_else(|| {
        let unknown = |waiver: &&WaiverSpec| CheckId::find(&waiver.check).is_none();
        let check = &spec.waivers.iter().find(unknown)?.check;
        let field = ["spec", "waivers", &format!("check: {check}")];
        Some(Wrong::new(&field, format!("there is no check {check}")))
    })
}

/// Names move behind a bridge alone, to a group that is not one of the weights.
fn names(spec: &Spec) -> Option<Wrong> {
    let names = spec.names.as_ref()?;
    if spec.mechanism != Mechanism::Bridge {
        return Some(Wrong::new(&["spec", "names"], "names are the second half of a bridge"));
    }
    if names.rule == spec.rule {
        return Some(Wrong::new(&["spec", "names", "rule"], "that is the rule of the weights"));
    }
    if [&spec.old, &spec.new].iter().any(|side| side.target_group == names.target_group) {
        let cause = "the new balancer needs a target group of its own";
        return Some(Wrong::new(&["spec", "names", "targetGroup"], cause));
    }
    let cause = "steps grow strictly from above 0 to 100";
    Steps::new(&names.steps).is_none().then(|| Wrong::new(&["spec", "names", "steps"], cause))
}

fn guard(guard: &GuardSpec) -> Option<Wrong> {
    let off = |alpha: Option<f64>| alpha.is_some_and(|alpha| !(alpha > 0.0 && alpha <= ALPHA_MAX));
    let alpha = |field: &[&str]| Wrong::new(field, "alpha is above 0, at most 0.05");
    if off(guard.alpha) {
        return Some(alpha(&["spec", "guard", "alpha"]));
    }
    let clear = guard.clear.as_ref()?;
    if off(clear.alpha) {
        return Some(alpha(&["spec", "guard", "clear", "alpha"]));
    }
    if let Some(times) =
        clear.times.filter(|times| RATIOS.iter().all(|one| (one - times).abs() > 1e-9))
    {
        let known: Vec<String> = RATIOS.iter().map(ToString::to_string).collect();
        let cause = format!("times is one of {}, not {times}", known.join(", "));
        return Some(Wrong::new(&["spec", "guard", "clear", "times"], cause));
    }
    let share = |share: &f64| !(*share > 0.0 && *share <= 1_000.0);
    clear.errors_below_per_mille.filter(share).map(|_| {
        let field = ["spec", "guard", "clear", "errorsBelowPerMille"];
        Wrong::new(&field, "errorsBelowPerMille is above 0, at most 1000")
    })
}

/// The line that begins with the last of `path` and stands below lines that begin with the others.
fn line_of(text: &str, path: &[String]) -> Option<usize> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim_start().trim_start_matches("- ");
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let indent = line.len() - bare.len();
        while open.last().is_some_and(|(outer, _)| *outer >= indent) {
            open.pop();
        }
        open.push((indent, bare));
        let is = |((_, line), name): (&(usize, &str), &String)| line.starts_with(name.as_str());
        if open.len() == path.len() && open.iter().zip(path).all(is) {
            return Some(index + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_where_it_stands_and_not_where_its_name_does() {
        let text = "spec:\n  guard:\n    clear:\n      alpha: 1\n    # alpha\n    alpha: 2\n  list:\n    - check: A\n      by: x\n    - check: B\n";
        let line = |path: &[&str]| Wrong::new(path, "").line(text);
        assert_eq!(line(&["spec", "guard", "alpha"]), 6);
        assert_eq!(line(&["spec", "guard", "clear", "alpha"]), 4);
        assert_eq!(line(&["spec", "list", "check: B"]), 10);
        assert_eq!(line(&["spec", "guard", "nothing"]), 2, "the field around it");
        assert_eq!(line(&["nothing"]), 1);
    }
}
