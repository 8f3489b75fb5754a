//! Names: none twice, none too long for what is made of it.

use std::collections::BTreeSet;

use super::objects::{Objects, blame};
use super::{Fault, Problem};

/// A name becomes the value of a label in many places, and part of the name of a pod.
const NAME_MAX: usize = 63;
/// The controller adds eleven characters for the Job.
const CRON_JOB_NAME_MAX: usize = 52;

pub(super) fn check(objects: &Objects<'_>, found: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for object in objects.iter() {
        let text = |path: &str| object.pointer(path).and_then(|value| value.as_str());
        let api = text("/apiVersion").unwrap_or_default();
        let (group, _version) = api.split_once('/').unwrap_or(("", api));
        let name = text("/metadata/name").unwrap_or_default();
        let kind = text("/kind").unwrap_or_default();
        if !seen.insert((group, kind, text("/metadata/namespace"), name)) {
            blame(found, object, Fault::Twice);
        }
        let longest = if kind == "CronJob" { CRON_JOB_NAME_MAX } else { NAME_MAX };
        if name.len() > longest {
            blame(found, object, Fault::NameTooLong);
        }
    }
}
