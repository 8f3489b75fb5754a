//! The selection of objects by patches and replacements.

use super::file::Target;
use super::id::{Gvk, Id};
use super::regex::Pattern;
use super::resource::Resource;
use crate::yaml::{Map, Node};

/// A selection; the parts of the identity are patterns that match from end to end.
#[derive(Debug)]
pub(super) struct Selector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: Requirements,
    annotations: Requirements,
}

impl Selector {
    /// From what the user wrote.
    pub(super) fn new(target: &Target) -> Result<Self, String> {
        Ok(Self {
            group: Pattern::whole(&target.group)?,
            version: Pattern::whole(&target.version)?,
            kind: Pattern::whole(&target.kind)?,
            name: Pattern::whole(&target.name)?,
            namespace: Pattern::whole(&target.namespace)?,
            labels: Requirements::parse(&target.label_selector)?,
            annotations: Requirements::parse(&target.annotation_selector)?,
        })
    }

    /// Whether a patch with this target changes the object, under its first or its present name.
    pub(super) fn selects(&self, resource: &Resource) -> bool {
        let (first, now) = (resource.original_id(), resource.id());
        let either = |pattern: &Pattern, part: fn(&Id) -> &str| {
            pattern.matches(part(&first)) || pattern.matches(part(&now))
        };
        either(&self.namespace, |id| id.effective_namespace())
            && either(&self.name, |id| &id.name)
            && self.matches_kind(&now.gvk)
            && self.matches_metadata(resource)
    }

    /// Whether the identity fits, with the namespace as written.
    pub(super) fn matches_id(&self, id: &Id) -> bool {
        self.matches_kind(&id.gvk)
            && self.name.matches(&id.name)
            && self.namespace.matches(&id.namespace)
    }

    /// Whether the selection says something about the identity.
    pub(super) fn names_identity(&self) -> bool {
        let parts = [&self.group, &self.version, &self.kind, &self.name, &self.namespace];
        !parts.iter().all(|part| matches!(part, Pattern::Any))
    }

    /// Whether the selection says something about labels or annotations.
    pub(super) fn names_metadata(&self) -> bool {
        !(self.labels.0.is_empty() && self.annotations.0.is_empty())
    }

    /// Whether labels and annotations fit.
    pub(super) fn matches_metadata(&self, resource: &Resource) -> bool {
        self.labels.match_map(resource.meta_map("labels"))
            && self.annotations.match_map(resource.meta_map("annotations"))
    }

    fn matches_kind(&self, gvk: &Gvk) -> bool {
        self.group.matches(&gvk.group)
            && self.version.matches(&gvk.version)
            && self.kind.matches(&gvk.kind)
    }
}

/// A label selector: all requirements have to be met.
#[derive(Debug, Default)]
struct Requirements(Vec<Requirement>);

#[derive(Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, PartialEq, Eq)]
enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Exists,
    Missing,
    Above(i64),
    Below(i64),
}

impl Requirements {
    fn parse(text: &str) -> Result<Self, String> {
        let fail = || format!("{text} is not a label selector");
        let mut requirements = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (requirement, after) = requirement(rest).ok_or_else(fail)?;
            requirements.push(requirement);
            rest = match after.trim_start().strip_prefix(',') {
                Some(next) if next.trim().is_empty() => return Err(fail()),
                Some(next) => next.trim_start(),
                None if after.trim().is_empty() => "",
                None => return Err(fail()),
            };
        }
        Ok(Self(requirements))
    }

    fn match_map(&self, map: Option<&Map>) -> bool {
        self.0.iter().all(|requirement| {
            let value = map.and_then(|map| map.get(&requirement.key)).map(Node::text);
            requirement.test.accepts(value)
        })
    }
}

impl Test {
    fn accepts(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::In(values) => {
                value.is_some_and(|value| values.iter().any(|other| other == value))
            }
            Self::NotIn(values) => {
                value.is_none_or(|value| values.iter().all(|other| other != value))
            }
            Self::Exists => value.is_some(),
            Self::Missing => value.is_none(),
            Self::Above(limit) => number().is_some_and(|number| number > *limit),
            Self::Below(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

/// One requirement from the start of the text, and what follows it.
fn requirement(text: &str) -> Option<(Requirement, &str)> {
    if let Some(rest) = text.strip_prefix('!') {
        let (key, rest) = word(rest)?;
        return Some((Requirement { key: key.to_owned(), test: Test::Missing }, rest));
    }
    let (key, rest) = word(text)?;
    let (found, after) = condition(rest.trim_start())?;
    let key = key.to_owned();
    Some((Requirement { key, test: found }, after))
}

fn condition(text: &str) -> Option<(Test, &str)> {
    for sign in ["==", "=", "!="] {
        if let Some(rest) = text.strip_prefix(sign) {
            // A value may be empty.
            let (value, rest) = word(rest).unwrap_or(("", rest));
            let values = vec![value.to_owned()];
            let found = if sign == "!=" { Test::NotIn(values) } else { Test::In(values) };
            return Some((found, rest));
        }
    }
    if let Some(rest) = text.strip_prefix(['<', '>']) {
        let (value, after) = word(rest)?;
        let limit = value.parse().ok()?;
        let found = if text.starts_with('<') { Test::Below(limit) } else { Test::Above(limit) };
        return Some((found, after));
    }
    if text.is_empty() || text.starts_with(',') {
        return Some((Test::Exists, text));
    }
    let (operator, rest) = word(text)?;
    let inner = rest.trim_start().strip_prefix('(')?;
    let (list, rest) = inner.split_once(')')?;
    let values = list.split(',').map(|value| value.trim().to_owned()).collect();
    match operator {
        "in" => Some((Test::In(values), rest)),
        "notin" => Some((Test::NotIn(values), rest)),
        _ => None,
    }
}

/// The next word: what stands before a space or a sign.
fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '!' | '(' | ')' | ',' | '<' | '>');
    let end = text.find(ends).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(selector: &str, labels: &[(&str, &str)]) -> bool {
        let map: Map = labels.iter().map(|(k, v)| ((*k).to_owned(), Node::string(*v))).collect();
        Requirements::parse(selector).unwrap().match_map(Some(&map))
    }

    #[test]
    fn label_selectors() {
        let labels = [("app", "web"), ("tier", "3")];
        for yes in [
            "",
            "app",
            "app=web",
            "app == web, tier in (1, 3)",
            "!x",
            "x!=y",
            "x notin (y)",
            "tier>2",
        ] {
            assert!(accepts(yes, &labels), "{yes}");
        }
        for no in ["!app", "app=x", "app!=web", "x", "tier in (1)", "tier<3", "app="] {
            assert!(!accepts(no, &labels), "{no}");
        }
        for bad in ["=", "app in web", "app web", "a,,b", "a,"] {
            assert!(Requirements::parse(bad).is_err(), "{bad}");
        }
    }
}
