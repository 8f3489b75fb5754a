//! `images`: new names, tags and digests for container images.

use regex::Regex;

use super::field::{self, Make};
use super::file::Image;
use super::regex::compile;
use super::set::Set;
use super::target::{FieldFlaw, Flaw};
use crate::yaml::node::set_scalar;
use crate::yaml::{Node, Tag};

/// Fields that hold images, beside those found by [`in_containers`].
const PATHS: &[&[&str]] = &[
    &["spec", "containers[]", "image"],
    &["spec", "initContainers[]", "image"],
    &["spec", "template", "spec", "containers[]", "image"],
    &["spec", "template", "spec", "initContainers[]", "image"],
    &["spec", "template", "spec", "volumes[]", "image", "reference"],
    &["spec", "volumes[]", "image", "reference"],
];

/// Changes an image wherever it is used.
pub(super) fn set(image: &Image, set: &mut Set) -> Result<(), Flaw> {
    let matcher = Matcher::new(&image.name).map_err(Flaw::Malformed)?;
    let mut edit = |node: &mut Node| matcher.update(image, node);
    let resources =
        set.0.iter_mut().filter(|resource| resource.kind() != "CustomResourceDefinition");
    for resource in resources {
        // Twice, as in kustomize: a suffix for the tag is added twice where both find the image.
        let mut result = resource
            .fields
            .iter_mut()
            .try_for_each(|(key, value)| in_containers(key, value, &mut edit));
        for path in PATHS {
            result = result
                .and_then(|()| field::edit(&mut resource.fields, path, Make::Nothing, &mut edit));
        }
        result.map_err(|detail| {
            Flaw::Field(FieldFlaw {
                id: resource.id().to_string(),
                field: "image".to_owned(),
                detail,
            })
        })?;
    }
    Ok(())
}

/// Looks for lists of containers at any depth, so that kinds nobody knows are served too.
fn in_containers(
    key: &str,
    node: &mut Node,
    edit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<(), String> {
    in_node(node, edit)?;
    let Node::Seq(items) = node else {
        return Ok(());
    };
    if key != "containers" && key != "initContainers" {
        return Ok(());
    }
    for item in items {
        match item {
            Node::Map(container) => {
                if let Some(image) = container.get_mut("image") {
                    edit(image)?;
                }
            }
            other if other.is_null() => {}
            Node::Scalar(_) | Node::Seq(_) => {
                return Err("is looked for in a container that is not a mapping".to_owned());
            }
        }
    }
    Ok(())
}

fn in_node(
    node: &mut Node,
    edit: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<(), String> {
    match node {
        Node::Map(map) => {
            map.iter_mut().try_for_each(|(key, value)| in_containers(key, value, edit))
        }
        Node::Seq(items) => items.iter_mut().try_for_each(|item| in_node(item, edit)),
        Node::Scalar(_) => Ok(()),
    }
}

/// Decides whether an image is the one that is meant. The name is a regular expression, which
/// only shows when it has more in it than letters and dots.
enum Matcher {
    Plain(String),
    Regex(Regex),
}

impl Matcher {
    fn new(name: &str) -> Result<Self, String> {
        let plain = |b: u8| {
            b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b':' | b'.' | b'@')
        };
        if name.bytes().all(plain) {
            return Ok(Self::Plain(name.to_owned()));
        }
        compile(&format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$"))
            .map(Self::Regex)
    }

    fn matches(&self, image: &str) -> bool {
        match self {
            Self::Plain(name) => after_name(name, image).is_some_and(is_version),
            Self::Regex(regex) => regex.is_match(image),
        }
    }

    fn update(&self, image: &Image, node: &mut Node) -> Result<(), String> {
        let Node::Scalar(scalar) = &*node else {
            return Err("is not a single value".to_owned());
        };
        if scalar.tag == Tag::Null || !self.matches(&scalar.text) {
            return Ok(());
        }
        let text = renamed(image, &scalar.text);
        set_scalar(node, text, Tag::Empty)
    }
}

/// What follows the name in an image; a dot in the name stands for any character.
fn after_name<'i>(name: &str, image: &'i str) -> Option<&'i str> {
    let mut rest = image.chars();
    for wanted in name.chars() {
        let found = rest.next()?;
        if wanted != found && wanted != '.' {
            return None;
        }
    }
    Some(rest.as_str())
}

/// `(:tag)?(@sha256:digest)?`
fn is_version(rest: &str) -> bool {
    let part = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'{' | b'}' | b'-'))
    };
    let (tag, digest) = match rest.split_once('@') {
        Some((tag, digest)) => (tag, digest.strip_prefix("sha256:")),
        None => (rest, Some("")),
    };
    digest.is_some_and(part) && (tag.is_empty() || tag.strip_prefix(':').is_some_and(part))
}

fn renamed(image: &Image, old: &str) -> String {
    let (old_name, old_tag, old_digest) = split(old);
    let name = if image.new_name.is_empty() { old_name } else { &image.new_name };
    let (tag, digest) =
        match (image.new_tag.as_str(), image.digest.as_str(), image.tag_suffix.as_str()) {
            ("", "", "") => (old_tag.to_owned(), old_digest),
            ("", "", suffix) => (format!("{old_tag}{suffix}"), ""),
            (tag, digest, _) => (tag.to_owned(), digest),
        };
    let mut text = name.to_owned();
    if !tag.is_empty() {
        text.push(':');
        text.push_str(&tag);
    }
    if !digest.is_empty() {
        text.push('@');
        text.push_str(digest);
    }
    text
}

/// Name, tag and digest. A colon before the first slash belongs to the host.
fn split(image: &str) -> (&str, &str, &str) {
    let start = image.find('/').unwrap_or(0);
    let find = |c| image[start..].find(c).map(|at: usize| at + start);
    match (find(':'), find('@')) {
        (None, None) => (image, "", ""),
        (Some(colon), Some(at)) if colon < at => {
            (&image[..colon], &image[colon + 1..at], &image[at + 1..])
        }
        (_, Some(at)) => (&image[..at], "", &image[at + 1..]),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_taken_apart() {
        assert_eq!(split("host:5000/a/b:1@sha256:c"), ("host:5000/a/b", "1", "sha256:c"));
        assert_eq!(split("a@sha256:c"), ("a", "", "sha256:c"));
        assert_eq!(split("a:1"), ("a", "1", ""));
        let matcher = Matcher::new("a.b/c").unwrap();
        assert!(
            matcher.matches("a.b/c:1") && matcher.matches("axb/c") && !matcher.matches("a.b/cd")
        );
        assert!(matcher.matches("a.b/c:1@sha256:ab") && !matcher.matches("a.b/c/d"));
    }
}
