//! Checks of a page that need no browser: tags nest, ids are there once, links lead somewhere,
//! headings go down one level at a time, tables have heads with a scope.

use std::collections::BTreeSet;

const VOID: [&str; 4] = ["meta", "br", "hr", "img"];

/// Checks a page; panics with what is wrong.
pub(crate) fn check(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut links = Vec::new();
    let mut level = 0;
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').unwrap();
        let (tag, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes something else");
            continue;
        }
        let name = tag.split([' ', '\n']).next().unwrap();
        if let Some(id) = attribute(tag, "id") {
            assert!(ids.insert(id), "the id {id} is there twice");
        }
        if let Some(link) = attribute(tag, "href") {
            assert!(link.starts_with('#'), "{link} leads out of the page");
            links.push(&link[1..]);
        }
        if let Some(heading @ 1..=6) = name.strip_prefix('h').and_then(|n| n.parse::<u32>().ok()) {
            assert!(heading <= level + 1, "h{heading} after h{level}");
            level = heading;
        }
        if name == "th" {
            assert!(attribute(tag, "scope").is_some(), "<{tag}> has no scope");
        }
        if name == "svg" && !tag.contains("aria-hidden") {
            assert!(attribute(tag, "aria-label").is_some(), "a drawing without words: <{tag}>");
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
        if name == "style" || name == "script" {
            rest = &rest[rest.find("</").unwrap()..];
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    for link in links {
        assert!(ids.contains(link), "#{link} leads nowhere");
    }
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}
