//! While the old load balancer is the switch: does a new target group reach the pods where the
//! old one reaches the tasks?

use model::Reason;
use model::code::routes as code;
use serde_json::Value;

use super::pods;
use super::wire;
use crate::convert::TargetUse;
use crate::generate::Converted;
use crate::given::{Given, Raised};

/// What the new target group must have as the old one has it, with what absent stands for.
const KEPT: &[(&str, &str)] = &[("Protocol", "HTTP"), ("ProtocolVersion", "HTTP1"), ("VpcId", "")];

/// Raises every target group of a service whose binding leads elsewhere.
pub(super) fn check(given: Given<'_, '_>, raised: &mut Vec<Raised>) {
    for one in given.converted.iter().filter(|one| !one.scope.blocked()) {
        for used in &one.work.target_groups {
            if let Some(what) =
                used.group.as_ref().and_then(|group| fault(one, used, group.node.value))
            {
                let reason = Reason::new(&code::BINDING_DIFFERS)
                    .with("service", &one.work.name)
                    .with("what", what);
                let (service, environment) = (one.work.name.clone(), one.work.env.clone());
                raised.push(Raised { service, environment, reason });
            }
        }
    }
}

/// What is wrong with the binding of one target group; `None` if a binding fits.
fn fault(one: &Converted<'_>, used: &TargetUse<'_>, group: &Value) -> Option<String> {
    let wanted = used.entry.text("containerPort")?;
    let name = wire::text(group, "targetGroupName").unwrap_or_default();
    let bindings = one.built.objects.iter().filter(|object| object["kind"] == "TargetGroupBinding");
    let mut reasons = Vec::new();
    for binding in bindings {
        match port(&one.built.objects, binding) {
            Some(port) if port == wanted => {}
            _ => continue,
        }
        let new = binding["spec"]["targetGroupName"].as_str().unwrap_or_default();
        let Some(request) = one.built.aws.get(&format!("{new}.json")) else {
            reasons.push(format!("nothing makes the target group {new}"));
            continue;
        };
        let differs = KEPT.iter().find_map(|(key, absent)| {
            let text =
                |value: &Value| wire::text(value, key).unwrap_or_else(|| (*absent).to_owned());
            let (old, new) = (text(group), text(request));
            (old != new).then(|| format!("{key} of {name} is {old}, and of the new group {new}"))
        });
        match differs {
            None => return None,
            Some(what) => reasons.push(what),
        }
    }
    let none = || format!("no TargetGroupBinding leads to port {wanted}, where {name} sends today");
    Some(reasons.into_iter().next().unwrap_or_else(none))
}

/// The container port that a binding leads to.
fn port(objects: &[Value], binding: &Value) -> Option<String> {
    let wanted = &binding["spec"]["serviceRef"];
    let is_service = |object: &&Value| {
        object["kind"] == "Service" && object["metadata"]["name"] == wanted["name"]
    };
    let service = objects.iter().find(is_service)?;
    let port = wire::text(wanted, "port")?;
    let entry = wire::list(&service["spec"], "ports").find(|entry| {
        wire::text(entry, "port").as_ref() == Some(&port)
            || wire::text(entry, "name").as_ref() == Some(&port)
    })?;
    let target = wire::text(entry, "targetPort").or_else(|| wire::text(entry, "port"))?;
    Some(pods::container_port(objects, &service["spec"]["selector"], &target))
}
