//! Links of the documents: they lead somewhere, and every page can be reached.

use std::collections::BTreeSet;

use super::page::{Page, root, without_code};

const INDEX: &str = "docs/README.md";

/// Links that lead nowhere.
pub(super) fn broken(pages: &[Page]) -> Vec<String> {
    let mut out = Vec::new();
    for page in pages {
        for (number, target) in links(page) {
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let full = if path.is_empty() { page.path.clone() } else { resolve(&page.path, path) };
            if !root().join(&full).exists() {
                out.push(format!(
                    "{}:{number}: {target} leads to {full}, which is not there",
                    page.path
                ));
                continue;
            }
            let headed = pages.iter().find(|other| other.path == full);
            let known = headed.is_none_or(|other| anchors(other).contains(anchor));
            if !anchor.is_empty() && !known {
                out.push(format!("{}:{number}: {full} has no heading #{anchor}", page.path));
            }
        }
    }
    out
}

/// Pages under docs/ that the index does not name.
pub(super) fn orphans(pages: &[Page]) -> Vec<String> {
    let index = Page::read(INDEX);
    let named: BTreeSet<String> =
        links(&index).into_iter().map(|(_, target)| resolve(INDEX, &target)).collect();
    let missing = pages.iter().filter(|page| {
        page.path.starts_with("docs/") && page.path != INDEX && !named.contains(&page.path)
    });
    missing.map(|page| format!("{INDEX} does not link {}", page.path)).collect()
}

/// Relative targets of `[text](target)`, with their lines.
fn links(page: &Page) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (number, line) in page.prose() {
        let line = without_code(line);
        for part in line.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            if !target.contains("://") {
                out.push((number, target.to_owned()));
            }
        }
    }
    out
}

/// `target` as seen from the page `from`, without `..`.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('#').next().unwrap_or_default().split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The anchors that a forge makes of a page's headings.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings = page.prose().filter(|(_, line)| line.starts_with('#'));
    headings.map(|(_, line)| slug(line.trim_start_matches('#').trim())).collect()
}

fn slug(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let kept = lower.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
