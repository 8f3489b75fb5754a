//! What services were rendered as last, for the time when they cannot be rendered.
//!
//! While this program runs, that is every object. For the next start only what routes requests is
//! written down: Services, Ingresses and bindings as they are; of workloads the name, the labels,
//! the ports and the page of the probe, and nothing that may be secret. The pods themselves go on
//! by their own records.

use std::collections::BTreeMap;
use std::path::Path;

use gitops::Tree;
use live::{LiveError, disk};
use model::Reason;
use serde_json::{Value, json};

use super::Objects;
use super::groups::list;

/// Its file in the state folder.
const FILE: &str = "routes.json";

/// Kinds that only route.
const ROUTES: [&str; 3] = ["Service", "Ingress", "TargetGroupBinding"];

/// Kinds that run.
const WORKLOADS: [&str; 3] = ["Deployment", "Job", "CronJob"];

/// Objects of each service.
type ByService = BTreeMap<String, Vec<Value>>;

/// What was played of a repository.
#[derive(Debug, Default)]
pub(super) struct Last {
    /// Its files.
    tree: Option<Tree>,
    /// What they were rendered as.
    good: ByService,
    /// What of it is written down.
    routes: ByService,
}

impl Last {
    /// What an earlier program has written down. A file that cannot be understood is an error: to
    /// go on without it might end what runs.
    pub(super) fn load(state: &Path) -> Result<Self, Reason> {
        let path = state.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let broken = |error: serde_json::Error| {
            let (doing, source) = ("understand", error.into());
            LiveError::File { doing, path: path.clone(), source }
        };
        let routes = serde_json::from_slice(&disk::read_file(&path)?).map_err(broken)?;
        Ok(Self { routes, ..Self::default() })
    }

    /// Whether this is what was played.
    pub(super) fn is(&self, tree: &Tree) -> bool {
        self.tree.as_ref() == Some(tree)
    }

    /// Whether nothing was ever played.
    pub(super) fn is_empty(&self) -> bool {
        self.tree.is_none() && self.routes.is_empty()
    }

    /// Adds what is known of services that cannot be rendered now.
    pub(super) fn fill(&self, objects: &mut Objects) {
        for service in objects.unread() {
            if let Some(good) = self.good.get(&service) {
                objects.objects.extend(good.iter().cloned());
            } else if let Some(routes) = self.routes.get(&service) {
                objects.routes.extend(routes.iter().cloned());
            }
        }
    }

    /// Remembers what has been played.
    pub(super) fn take(
        &mut self,
        state: &Path,
        tree: Tree,
        objects: Objects,
    ) -> Result<(), Reason> {
        let unread = objects.unread();
        let mut routes: ByService = objects
            .by_service
            .iter()
            .map(|(service, objects)| (service.clone(), routes_of(objects)))
            .collect();
        let kept = self.routes.iter().filter(|(service, _)| unread.contains(*service));
        routes.extend(kept.map(|(service, objects)| (service.clone(), objects.clone())));
        self.good.retain(|service, _| unread.contains(service));
        self.good.extend(objects.by_service);
        self.tree = Some(tree);
        if routes != self.routes {
            let path = state.join(FILE);
            let failed = |error: serde_json::Error| LiveError::File {
                doing: "write",
                path: path.clone(),
                source: error.into(),
            };
            disk::write_private(&path, &serde_json::to_vec_pretty(&routes).map_err(failed)?)?;
            self.routes = routes;
        }
        Ok(())
    }
}

/// What of a service's objects says where its requests go.
fn routes_of(objects: &[Value]) -> Vec<Value> {
    let of = |object: &Value| {
        let kind = object["kind"].as_str()?;
        if ROUTES.contains(&kind) {
            return Some(object.clone());
        }
        WORKLOADS.contains(&kind).then(|| outline(object))
    };
    objects.iter().filter_map(of).collect()
}

/// A workload without what it runs.
fn outline(object: &Value) -> Value {
    let name = |key: &str| object["metadata"][key].clone();
    let template = &object["spec"]["template"];
    let containers = list(&template["spec"]["containers"]).iter().map(|container| {
        let page = &container["readinessProbe"]["httpGet"]["path"];
        json!({ "ports": container["ports"], "readinessProbe": { "httpGet": { "path": page } } })
    });
    json!({
        "kind": object["kind"],
        "metadata": { "name": name("name"), "namespace": name("namespace") },
        "spec": { "template": {
            "metadata": { "labels": template["metadata"]["labels"] },
            "spec": { "containers": containers.collect::<Vec<_>>() },
        } },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_routes_as_before_and_holds_no_secret() {
        let probe = json!({ "httpGet": { "path": "/ready", "port": 8080,
                            "httpHeaders": [{ "name": "Authorization", "value": "hush" }] } });
        let deployment = json!({
            "kind": "Deployment",
            "metadata": { "name": "shop", "annotations": { "segue.dev/command": "hush" } },
            "spec": { "replicas": 2, "template": {
                "metadata": { "labels": { "app": "shop" } },
                "spec": { "containers": [{
                    "name": "app", "ports": [{ "containerPort": 8080, "name": "http" }],
                    "env": [{ "name": "TOKEN", "value": "hush" }], "args": ["hush"],
                    "readinessProbe": probe,
                }] },
            } },
        });
        let service = json!({
            "kind": "Service", "metadata": { "name": "shop" },
            "spec": { "selector": { "app": "shop" }, "ports": [{ "port": 80, "targetPort": "http" }] },
        });
        let secret =
            json!({ "kind": "Secret", "metadata": { "name": "s" }, "data": { "a": "hush" } });
        let all = [deployment, service, secret];
        let routes = routes_of(&all);
        assert!(!serde_json::to_string(&routes).unwrap().contains("hush"), "{routes:?}");
        let (before, after) =
            (super::super::wanted::wanted(&all), super::super::wanted::wanted(&routes));
        assert_eq!(after.groups, before.groups);
        assert_eq!(after.backends, before.backends);
        assert_eq!(after.listeners, before.listeners);
    }
}
