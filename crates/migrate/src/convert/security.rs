//! Who a container runs as and what it may do.
//!
//! Pods are made for the `restricted` Pod Security Standard wherever the task definition does not
//! say otherwise; what must stay weaker is said so, and the namespace is labelled `baseline`.

use model::Reason;
use model::code::convert as code;
use serde_json::{Map, Value, json};

use crate::convert::{Cx, put};
use crate::input::node::Node;

/// The user for images whose own user is not known: high, as scanners want it.
const USER_ID: i64 = 10001;

/// Official images that start as root and hand over themselves, or need root to start.
const ROOT_IMAGES: &[&str] = &[
    "nginx",
    "httpd",
    "redis",
    "mysql",
    "postgres",
    "mongo",
    "amazon/aws-for-fluent-bit",
    "aws-for-fluent-bit",
    "datadog/agent",
    "cloudwatch-agent",
    "traefik",
    "consul",
    "envoyproxy/envoy",
    "aws-appmesh-envoy",
];

/// How strict the namespace of a service may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything that `restricted` asks for.
    Restricted,
    /// Runs as root or adds a harmless capability.
    Baseline,
    /// Needs the host: its network, its files, or privileges.
    Privileged,
}

impl Level {
    /// The value of `pod-security.kubernetes.io/enforce`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Restricted => "restricted",
            Self::Baseline => "baseline",
            Self::Privileged => "privileged",
        }
    }
}

/// The security context of one container, and how strict it lets the namespace be.
pub fn context(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
) -> (Map<String, Value>, Level) {
    let mut out = Map::new();
    let mut level = Level::Restricted;
    let place = cx.pod(&format!("containers[{name}].securityContext"));
    user(cx, container, name, &place, &mut out, &mut level);
    capabilities(cx, container, name, &place, &mut out, &mut level);
    privileged(cx, container, name, &place, &mut out, &mut level);
    read_only(cx, container, name, &place, &mut out);
    security_options(cx, container, &place, &mut out, &mut level);
    out.entry("seccompProfile").or_insert_with(|| json!({"type": "RuntimeDefault"}));
    (out, level)
}

fn user(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    place: &str,
    out: &mut Map<String, Value>,
    level: &mut Level,
) {
    let Some(node) = container.get("user") else {
        return unknown_user(cx, container, name, out, level);
    };
    let text = node.scalar().unwrap_or_default();
    let (user, group) =
        text.split_once(':').map_or((text.as_str(), None), |(user, group)| (user, Some(group)));
    let id = |text: &str| {
        text.trim().parse::<i64>().ok().filter(|id| (0..=i64::from(u32::MAX >> 1)).contains(id))
    };
    match (user.trim(), id(user)) {
        ("root", _) | (_, Some(0)) => {
            *level = (*level).max(Level::Baseline);
            out.insert("runAsUser".to_owned(), json!(0));
            cx.scope.finding_kept(
                &node,
                Reason::new(&code::RUNS_AS_ROOT).with("container", name),
                place,
            );
        }
        (_, Some(id)) => {
            out.insert("runAsUser".to_owned(), json!(id));
            out.insert("runAsNonRoot".to_owned(), json!(true));
            cx.scope.exact(&node, place);
        }
        _ => {
            // Only the image's own passwd knows the number, so the pod must not name another.
            let reason =
                Reason::new(&code::USER_BY_NAME).with("container", name).with("user", user);
            cx.scope.finding(&node, reason);
            *level = (*level).max(Level::Baseline);
        }
    }
    match group.map(|group| (group.trim() == "root", id(group))) {
        Some((true, _)) => put(out, "runAsGroup", json!(0)),
        Some((false, Some(id))) => put(out, "runAsGroup", json!(id)),
        Some((false, None)) | None => {}
    }
}

fn unknown_user(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    out: &mut Map<String, Value>,
    level: &mut Level,
) {
    let image = container.text("image").unwrap_or_default();
    if is_root_image(&image) {
        *level = (*level).max(Level::Baseline);
        cx.scope.note(container, Reason::new(&code::ROOT_IMAGE).with("container", name));
    } else {
        out.insert("runAsNonRoot".to_owned(), json!(true));
        out.insert("runAsUser".to_owned(), json!(USER_ID));
        let reason = Reason::new(&code::USER_UNKNOWN).with("container", name).with("user", USER_ID);
        cx.scope.report(reason);
    }
}

/// True for an official image known to start as root.
pub fn is_root_image(image: &str) -> bool {
    let repository = image.split('@').next().unwrap_or(image);
    let repository = match repository.rsplit_once(':') {
        Some((head, tag)) if !tag.contains('/') => head,
        _ => repository,
    };
    let official = repository.trim_start_matches("docker.io/").trim_start_matches("library/");
    ROOT_IMAGES
        .iter()
        .any(|known| official == *known || known.contains('/') && official.ends_with(known))
        || ["aws-for-fluent-bit", "cloudwatch-agent", "aws-appmesh-envoy"]
            .iter()
            .any(|known| official.ends_with(known))
}

fn capabilities(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    place: &str,
    out: &mut Map<String, Value>,
    level: &mut Level,
) {
    let added = container.at(&["linuxParameters", "capabilities", "add"]);
    let dropped = container.at(&["linuxParameters", "capabilities", "drop"]);
    let list = |node: &Option<Node<'_>>| -> Vec<String> {
        node.as_ref()
            .map(|n| n.items().iter().filter_map(Node::scalar).collect())
            .unwrap_or_default()
    };
    let mut adds = list(&added);
    for name in &mut adds {
        *name = name.trim_start_matches("CAP_").to_ascii_uppercase();
    }
    if let Some(node) = &added {
        if adds.iter().all(|capability| capability == "NET_BIND_SERVICE") {
            cx.scope.exact(node, place);
        } else {
            let reason = Reason::new(&code::CAPABILITY_ADDED)
                .with("container", name)
                .with("list", adds.join(", "));
            cx.scope.finding_kept(node, reason, place);
            *level = (*level).max(Level::Privileged);
        }
    }
    if let Some(node) = &dropped {
        cx.scope.approximated(
            node,
            place,
            "every capability is dropped, as the restricted profile asks",
        );
    }
    // A user known by name only has none of root's capabilities in ECS either.
    let unnamed = container.get("user").is_none() && !out.contains_key("runAsNonRoot");
    let root = unnamed || out.get("runAsUser").is_some_and(|user| *user == 0);
    let mut capabilities = json!({"drop": ["ALL"]});
    if root && dropped.is_none() && adds.is_empty() {
        // A process that starts as root needs these to hand over to its own user; baseline has them.
        capabilities["add"] = json!(["CHOWN", "NET_BIND_SERVICE", "SETGID", "SETUID"]);
        *level = (*level).max(Level::Baseline);
    } else if !adds.is_empty() {
        capabilities["add"] = json!(adds);
    }
    out.insert("capabilities".to_owned(), capabilities);
}

fn privileged(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    place: &str,
    out: &mut Map<String, Value>,
    level: &mut Level,
) {
    out.insert("allowPrivilegeEscalation".to_owned(), json!(false));
    let Some(node) = container.get("privileged") else {
        return;
    };
    if node.boolean() == Some(true) {
        out.insert("privileged".to_owned(), json!(true));
        out.insert("allowPrivilegeEscalation".to_owned(), json!(true));
        *level = Level::Privileged;
        cx.scope.finding_kept(&node, Reason::new(&code::PRIVILEGED).with("container", name), place);
    } else {
        cx.scope.exact(&node, place);
    }
}

fn read_only(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    name: &str,
    place: &str,
    out: &mut Map<String, Value>,
) {
    if let Some(node) = container.get("readonlyRootFilesystem") {
        let flag = node.boolean();
        out.insert("readOnlyRootFilesystem".to_owned(), json!(flag.unwrap_or(false)));
        if flag.is_some() {
            cx.scope.exact(&node, place);
        } else {
            let reason = Reason::new(&code::BAD_VALUE).with("field", "readonlyRootFilesystem");
            cx.scope.finding_kept(&node, reason.with("container", name), place);
        }
    } else {
        out.insert("readOnlyRootFilesystem".to_owned(), json!(true));
        cx.scope.report(Reason::new(&code::READ_ONLY_ROOT).with("container", name));
    }
}

fn security_options(
    cx: &mut Cx<'_, '_>,
    container: &Node<'_>,
    place: &str,
    out: &mut Map<String, Value>,
    level: &mut Level,
) {
    for option in container.list("dockerSecurityOptions") {
        let text = option.scalar().unwrap_or_default();
        let (kind, value) = text.split_once([':', '=']).unwrap_or((text.as_str(), ""));
        match kind {
            "no-new-privileges" => cx.scope.exact(&option, place),
            "apparmor" => {
                let profile = if value == "unconfined" {
                    *level = Level::Privileged;
                    json!({"type": "Unconfined"})
                } else {
                    json!({"type": "Localhost", "localhostProfile": value})
                };
                out.insert("appArmorProfile".to_owned(), profile);
                let reason = Reason::new(&code::SECURITY_OPTION).with("option", kind);
                cx.scope.finding_kept(&option, reason, place);
            }
            "label" => {
                let (field, value) = value.split_once(':').unwrap_or((value, ""));
                let options = out.entry("seLinuxOptions").or_insert_with(|| json!({}));
                if ["user", "role", "type", "level"].contains(&field) {
                    options[field] = json!(value);
                }
                let reason = Reason::new(&code::SECURITY_OPTION).with("option", kind);
                cx.scope.finding_kept(&option, reason, place);
            }
            _ => {
                cx.scope.finding(&option, Reason::new(&code::SECURITY_OPTION).with("option", kind));
            }
        }
    }
    if out
        .get("seLinuxOptions")
        .is_some_and(|options| options.as_object().is_some_and(Map::is_empty))
    {
        out.remove("seLinuxOptions");
    }
}
