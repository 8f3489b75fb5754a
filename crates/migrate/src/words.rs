//! Environment words hard-coded in a service: its own become values of the overlay, another
//! environment's are leaks.

use std::collections::BTreeSet;

use model::Reason;
use model::code::convert as code;
use model::code::migrate as names_code;

use crate::assemble::DEFAULT_ENVIRONMENT;
use crate::convert::Workload;
use crate::credential::Credentials;
use crate::input::node::Node;
use crate::naming::{Vocabulary, WordClass, is_framework_mode, scan_strings};
use crate::scope::Scope;

/// Scans every string of the service's own things.
pub fn scan(
    work: &Workload<'_>,
    vocabulary: &Vocabulary,
    credentials: &Credentials,
    scope: &mut Scope,
) {
    let own_env = (work.env != DEFAULT_ENVIRONMENT).then_some(work.env.as_str());
    let mut own = 0;
    let mut seen = BTreeSet::new();
    let modes = framework_modes(work);
    for leaf in leaves(work) {
        let Some(text) = leaf.str() else { continue };
        if modes.iter().any(|pair| leaf.pointer.starts_with(pair.as_str())) {
            continue;
        }
        for word in scan_strings(own_env, vocabulary, text) {
            match word.class {
                WordClass::Own => own += 1,
                WordClass::Foreign => {
                    foreign(work, &leaf, &word.env, &word.word, credentials, scope, &mut seen);
                }
                WordClass::Unknown => {}
            }
        }
    }
    if own > 0 {
        scope.report(Reason::new(&code::ENV_WORD).with("count", own).with("service", &work.name));
    }
}

/// Variables that select a framework's mode: `NODE_ENV=production` in dev is no leak.
fn framework_modes(work: &Workload<'_>) -> Vec<String> {
    let containers = work.task.node.list("containerDefinitions");
    let pairs = containers.iter().flat_map(|container| container.list("environment"));
    let modes = pairs.filter(|pair| pair.text("name").is_some_and(|name| is_framework_mode(&name)));
    modes.map(|pair| format!("{}/", pair.pointer)).collect()
}

fn foreign(
    work: &Workload<'_>,
    leaf: &Node<'_>,
    env: &str,
    word: &str,
    credentials: &Credentials,
    scope: &mut Scope,
    seen: &mut BTreeSet<(String, String)>,
) {
    if !seen.insert((leaf.pointer.clone(), env.to_owned())) || credentials.contains(word) {
        return;
    }
    let reason = Reason::new(&names_code::WORD_FOREIGN)
        .with("place", place(work, leaf))
        .with("service", &work.name)
        .with("env", &work.env)
        .with("word", word)
        .with("foreign", env);
    scope.note(leaf, reason);
}

/// A variable or a secret by its name, anything else by its path.
fn place(work: &Workload<'_>, leaf: &Node<'_>) -> String {
    let above = leaf.pointer.rsplit_once('/').map_or("", |(above, _)| above);
    let named = ["/environment/", "/secrets/", "/tags/"].iter().any(|list| above.contains(list));
    let entry = above
        .strip_prefix(work.task.node.pointer.as_str())
        .filter(|_| named && leaf.file == work.task.node.file)
        .and_then(|path| work.task.node.value.pointer(path));
    let name = entry.and_then(|entry| entry.get("name").or_else(|| entry.get("key")));
    let path = || leaf.pointer.trim_start_matches('/').replace('/', ".");
    name.and_then(|name| name.as_str()).map_or_else(path, str::to_owned)
}

/// The strings that a service's configuration is made of; ARNs of itself and its history are not.
fn leaves<'a>(work: &Workload<'a>) -> Vec<Node<'a>> {
    const SKIPPED: &[&str] = &[
        "taskDefinitionArn",
        "family",
        "registeredBy",
        "requiresAttributes",
        "serviceArn",
        "clusterArn",
        "events",
        "deployments",
        "createdBy",
        "taskDefinition",
        "serviceName",
    ];
    let mut out = Vec::new();
    let mut add = |node: &Node<'a>| {
        for (key, member) in node.entries() {
            if !SKIPPED.contains(&key) {
                out.extend(member.leaves());
            }
        }
    };
    add(&work.task.node);
    if let Some(service) = &work.service {
        add(&service.node);
    }
    for schedule in &work.schedules {
        add(&schedule.target);
    }
    out
}
