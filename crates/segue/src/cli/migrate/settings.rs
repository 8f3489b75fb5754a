//! Settings side by side: ECS on the left, Kubernetes on the right, the ruling between.

use std::fmt::Write;

use serde_json::Value;

use crate::cli::term::{Style, Term, fit, wrap};

/// Settings that went the same way together, such as name and value of a variable.
struct Line {
    section: String,
    paths: Vec<String>,
    ruling: String,
    said: String,
}

/// Shows the rows of one input file.
pub(super) fn show(rows: &[&Value], term: &mut Term) {
    let mut section = String::new();
    for line in lines(rows) {
        if line.section != section {
            section.clone_from(&line.section);
            term.line(&term.paint(Style::Dim, &format!("  {section}")));
        }
        one(&line, term);
    }
}

fn lines(rows: &[&Value]) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        let (section, path) = split(text("pointer"));
        let said = said(text("target"), text("reason"));
        let same = |line: &&mut Line| {
            line.section == section && line.ruling == text("ruling") && line.said == said
        };
        match out.iter_mut().rev().take(4).find(same) {
            Some(line) => line.paths.push(path),
            None => out.push(Line {
                section,
                paths: vec![path],
                ruling: text("ruling").to_owned(),
                said,
            }),
        }
    }
    out
}

/// A pointer as the thing it is in and the path within, `containerDefinitions[0]` and
/// `environment[1].name`.
fn split(pointer: &str) -> (String, String) {
    let mut head = String::new();
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if part.chars().all(|c| c.is_ascii_digit()) {
            let _ = write!(path, "[{part}]");
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&part);
        }
        let things = [
            "containerDefinitions[",
            "services[",
            "Rules[",
            "TargetGroups[",
            "Listeners[",
            "ScalingPolicies[",
        ];
        let whole = path == "taskDefinition" || things.iter().any(|thing| path.starts_with(thing));
        if whole && path.len() < 40 {
            head = if head.is_empty() { path.clone() } else { format!("{head}.{path}") };
            path.clear();
        }
    }
    (head, if path.is_empty() { "(itself)".to_owned() } else { path })
}

/// Where it went and why; the way down to a pod is the same for all and is left out.
fn said(target: &str, reason: &str) -> String {
    // What a blocker holds back is said once above; here only where it would go.
    if let Some((_, would)) = reason.split_once("; it would go to ") {
        return format!("(waits) {}", said(would, ""));
    }
    let target = target
        .replace("spec.jobTemplate.spec.template.spec.", "")
        .replace("spec.template.spec.", "")
        .replace("spec.template.metadata.", "");
    match (target.is_empty(), reason.is_empty()) {
        (false, false) => format!("{target}: {reason}"),
        (false, true) => target,
        _ => reason.to_owned(),
    }
}

/// `environment[0].name` and `environment[0].value` as `environment[0].{name, value}`.
fn together(paths: &[String]) -> String {
    let [first, rest @ ..] = paths else { return String::new() };
    if rest.is_empty() {
        return first.clone();
    }
    let cut = |path: &str| {
        path.rfind(['.', '[']).map_or((String::new(), path.to_owned()), |at| {
            (path[..at].to_owned(), path[at..].trim_start_matches('.').to_owned())
        })
    };
    let (parent, _) = cut(first);
    let same_parent = paths.iter().all(|path| cut(path).0 == parent);
    let names: Vec<String> = paths.iter().map(|path| cut(path).1).collect();
    let indexed = names.iter().all(|name| name.starts_with('['));
    if same_parent && indexed {
        parent
    } else if same_parent && names.len() <= 4 {
        format!("{parent}{}{{{}}}", if parent.is_empty() { "" } else { "." }, names.join(", "))
    } else {
        format!("{first} and {} more", rest.len())
    }
}

fn one(line: &Line, term: &mut Term) {
    let glyph = match line.ruling.as_str() {
        "exact" => "=",
        "approximated" => "≈",
        "finding" => "▲",
        _ => "·",
    };
    let left = (term.width * 2 / 5).clamp(24, 56);
    let right = term.width.saturating_sub(left + 7);
    let texts = wrap(&line.said, right, 2);
    term.line(&format!(
        "    {} {glyph} {}",
        fit(&together(&line.paths), left),
        texts.first().map_or("", String::as_str)
    ));
    for text in texts.iter().skip(1) {
        term.line(&format!("    {}   {text}", " ".repeat(left)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_become_paths_in_their_section() {
        let (section, path) = split("/taskDefinition/containerDefinitions/0/environment/1/name");
        assert_eq!(
            (section.as_str(), path.as_str()),
            ("taskDefinition.containerDefinitions[0]", "environment[1].name")
        );
        assert_eq!(split("/cpu").1, "cpu");
    }

    #[test]
    fn pairs_stand_together() {
        let paths = ["environment[0].name".to_owned(), "environment[0].value".to_owned()];
        assert_eq!(together(&paths), "environment[0].{name, value}");
        let paths = ["command[0]".to_owned(), "command[1]".to_owned()];
        assert_eq!(together(&paths), "command");
    }
}
