//! The leaves of a thing by a path that survives another order of its lists.

use crate::input::node::Node;

/// Members by which elements of a list are told apart, the first that is there.
const NAMES: &[&str] = &[
    "name",
    "Name",
    "key",
    "Key",
    "sourceVolume",
    "sourceContainer",
    "containerName",
    "containerPort",
    "targetGroupArn",
    "TargetGroupArn",
    "registryArn",
    "capacityProvider",
    "Field",
    "Order",
    "Id",
];

/// Calls `found` with the path and the place of every leaf under `node`.
pub(super) fn leaves<'a>(node: &Node<'a>, found: &mut impl FnMut(&str, &Node<'a>)) {
    walk(node, "", found);
}

fn walk<'a>(node: &Node<'a>, path: &str, found: &mut impl FnMut(&str, &Node<'a>)) {
    let entries = node.entries();
    let items = node.items();
    if entries.is_empty() && items.is_empty() {
        found(path, node);
        return;
    }
    for (key, member) in entries {
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        walk(&member, &path, found);
    }
    for (index, item) in items.iter().enumerate() {
        // Scalars of a list are told apart by what they are: an order of words is no setting,
        // but for the words of a command.
        let is_command = ["command", "entryPoint", "Command"].iter().any(|c| path.ends_with(c));
        let label = NAMES
            .iter()
            .find_map(|name| item.text(name))
            .or_else(|| item.scalar().filter(|_| !is_command))
            .unwrap_or_else(|| index.to_string());
        walk(item, &format!("{path}[{label}]"), found);
    }
}

/// The name that a leaf goes by: the label of its list element, or its last member.
pub(super) fn name_of(path: &str) -> &str {
    let head = path.strip_suffix(".value").or_else(|| path.strip_suffix(".Value"));
    let label =
        head.and_then(|head| head.strip_suffix(']')).and_then(|head| head.rsplit('[').next());
    label.unwrap_or_else(|| path.rsplit('.').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(value: &serde_json::Value) -> Vec<String> {
        let mut out = Vec::new();
        leaves(&Node::root("t", value), &mut |path, _| out.push(path.to_owned()));
        out
    }

    #[test]
    fn elements_go_by_their_names() {
        let value =
            json!({"a": [{"name": "x", "value": "1"}], "command": ["sh", "sh"], "g": ["sg-1"]});
        assert_eq!(
            paths(&value),
            ["a[x].name", "a[x].value", "command[0]", "command[1]", "g[sg-1]"]
        );
    }

    #[test]
    fn a_value_goes_by_the_name_beside_it() {
        assert_eq!(
            name_of("containerDefinitions[app].environment[DB_PASSWORD].value"),
            "DB_PASSWORD"
        );
        assert_eq!(name_of("options.splunk-token"), "splunk-token");
        assert_eq!(name_of("cpu"), "cpu");
    }
}
