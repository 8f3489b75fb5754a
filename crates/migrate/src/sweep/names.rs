//! Names: the identity of a call, and the path of its answer in the snapshot.

use std::fmt::Write as _;

use model::ports::Call;
use sha2::{Digest, Sha256};

use super::Place;
use crate::input::snapshot::ANSWERS;

/// Longest name of a file without its ending, in bytes: file systems take 255.
const NAME_MAX: usize = 120;

/// What makes two calls the same one.
pub(super) fn identity(call: &Call) -> String {
    let mut request = call.request.clone();
    request.sort_all_objects();
    format!("{} {request}", call.operation)
}

/// `answers/`, or `answers/111122223333-ap-northeast-2/` where a snapshot has several places.
pub(super) fn root(place: &Place) -> String {
    if place.prefixed {
        format!("{ANSWERS}{}-{}/", plain(&place.account), plain(&place.region))
    } else {
        ANSWERS.to_owned()
    }
}

/// The folder of the answers to an operation.
pub(super) fn folder(place: &Place, call: &Call) -> String {
    format!("{}{}/{}/", root(place), plain(call.service()), plain(call.name()))
}

/// A path of the folder that is not `taken`: the name of the thing, then the number of the page.
/// Two things with one name (zones, or names that differ in what a file cannot be called) are told
/// apart by a digest of the call, `key`.
pub(super) fn path(
    folder: &str,
    name: Option<&str>,
    page: usize,
    key: &str,
    taken: impl Fn(&str) -> bool,
) -> String {
    let stem = match name.map(plain) {
        None => page.to_string(),
        Some(name) if page == 1 => name,
        Some(name) => format!("{name}-{page}"),
    };
    let path = format!("{folder}{stem}.json");
    if taken(&path) { format!("{folder}{stem}-{}.json", digest(key)) } else { path }
}

/// `name` as a file can be called everywhere.
pub(super) fn plain(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
    let mut out: String = name.chars().map(kept).collect();
    if out.len() > NAME_MAX {
        out.truncate(NAME_MAX - 9);
        out = format!("{out}-{}", digest(name));
    }
    let out = out.trim_matches(['-', '.']);
    if out.is_empty() { "0".to_owned() } else { out.to_owned() }
}

fn digest(text: &str) -> String {
    let mut out = String::new();
    for byte in Sha256::digest(text.as_bytes()).iter().take(4) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_files() {
        assert_eq!(plain("haedal/attendance"), "haedal-attendance");
        assert_eq!(plain("/ecs/"), "ecs");
        assert_eq!(plain("../../etc"), "etc");
        assert_eq!(plain("강의"), "0");
        assert!(plain(&"x".repeat(500)).len() <= NAME_MAX);
    }

    #[test]
    fn two_things_with_one_name_have_two_files() {
        let first = path("f/", Some("a/b"), 1, "one", |_| false);
        assert_eq!(first, "f/a-b.json");
        let second = path("f/", Some("a-b"), 1, "two", |path| path == first);
        assert!(second.starts_with("f/a-b-") && second != first, "{second}");
        assert_eq!(path("f/", Some("a"), 2, "", |_| false), "f/a-2.json");
        assert_eq!(path("f/", None, 2, "", |_| false), "f/2.json");
    }
}
