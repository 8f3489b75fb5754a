//! Which port of the containers a name of a port stands for.

use serde_json::Value;

use super::wire;

/// The number behind `wanted` in the pods that `selector` takes; `wanted` itself if it is a number
/// or nothing has the name.
pub(super) fn container_port(objects: &[Value], selector: &Value, wanted: &str) -> String {
    let labels = selector.as_object();
    let takes = |template: &&Value| {
        let has = &template["metadata"]["labels"];
        labels.is_some_and(|labels| labels.iter().all(|(key, value)| has.get(key) == Some(value)))
    };
    let templates = objects.iter().map(|object| &object["spec"]["template"]).filter(takes);
    let ports = templates.flat_map(|template| {
        let spec = &template["spec"];
        let containers = wire::list(spec, "containers").chain(wire::list(spec, "initContainers"));
        containers.flat_map(|container| wire::list(container, "ports"))
    });
    let named = |port: &&Value| wire::text(port, "name").as_deref() == Some(wanted);
    let found = ports.into_iter().find(named);
    found.and_then(|port| wire::text(port, "containerPort")).unwrap_or_else(|| wanted.to_owned())
}
