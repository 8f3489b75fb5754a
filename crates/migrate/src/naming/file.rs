//! The first `naming.yaml` of a new configuration repository.

use std::fmt::Write;

use super::{Name, Names, Verdict};

/// What stands above the lists.
const HEAD: &str = "\
# naming.yaml: what people know better than the names of the estate say.
# Written once by `segue migrate plan` and never overwritten: it is yours.
# After a change run `segue migrate plan` again; it shows what the change does.
#
# pins            what an object is, by ARN or name; a pin wins over everything, and other
#                 names are read in its light. null says that it has none.
#                   \"dev-payments\": { environment: dev, service: payments }
# aliases         a word of the estate and the environment that it means
#                   stg: stag
# notEnvironment  names that start with an environment word and mean none
#                   - live-chat
# ignore          ARNs or names to leave out
#                   - old-sandbox
";

/// The commented `naming.yaml` of a new configuration repository.
///
/// Lists what is unsure as pins that are commented out. Written once by the caller; the file is the
/// team's afterwards and is never overwritten.
pub fn initial_file(names: &Names) -> String {
    let mut out = HEAD.to_owned();
    out.push_str("\npins:\n");
    section(&mut out, names, Verdict::Ask, "Unsure: please say, and remove the `# ` in front.");
    section(
        &mut out,
        names,
        Verdict::Listed,
        "Taken so by a small margin: look whether it is right.",
    );
    out.push_str("\naliases:\n\nnotEnvironment: []\n\nignore: []\n");
    out
}

/// The objects with one verdict, as pins that are commented out.
fn section(out: &mut String, names: &Names, verdict: Verdict, title: &str) {
    let mut rows = names.objects.iter().filter(|(_, name)| name.verdict == verdict).peekable();
    if rows.peek().is_some() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  # {title}");
    }
    for (id, name) in rows {
        let _ =
            writeln!(out, "  # # {} {}: {}", name.kind.noun(), quoted(&name.name), choice(name));
        let _ = writeln!(
            out,
            "  # {}: {{ environment: {}, service: {} }}",
            quoted(id),
            name.environment.as_deref().unwrap_or("null"),
            name.service.as_deref().unwrap_or("null"),
        );
    }
}

/// The two best answers in words.
fn choice(name: &Name) -> String {
    let first = target(name.environment.as_deref(), name.service.as_deref());
    let Some(second) = &name.runner_up else {
        return first;
    };
    let second = target(second.environment.as_deref(), second.service.as_deref());
    format!("{first}, or {second} (margin {})", name.confidence)
}

/// Environment and service in words.
pub(super) fn target(environment: Option<&str>, service: Option<&str>) -> String {
    match (environment, service) {
        (Some(environment), Some(service)) => format!("{service} in {environment}"),
        (Some(environment), None) => format!("all of {environment}"),
        (None, Some(service)) => format!("{service} without an environment"),
        (None, None) => "nothing".to_owned(),
    }
}

/// A YAML string in double quotes, on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
