//! The objects of a configuration repository that the local world plays.

use std::collections::{BTreeMap, BTreeSet};

use gitops::Tree;
use model::Reason;
use model::code::live as code;
use model::ports::Repo;
use serde_json::Value;

use super::super::book::HeldStatus;

/// Objects to play, and what could not be rendered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Objects {
    /// All objects.
    pub objects: Vec<Value>,
    /// What is known of services of which an earlier program has written down no more than where
    /// their requests go.
    pub routes: Vec<Value>,
    /// The same by service, where they were read from a repository.
    pub by_service: BTreeMap<String, Vec<Value>>,
    /// Services that cannot be rendered now, `app/NAME`, and why: whatever runs of them goes on.
    pub held: Vec<HeldStatus>,
}

impl Objects {
    /// Objects that are all there is.
    pub fn of(objects: Vec<Value>) -> Self {
        Self { objects, ..Self::default() }
    }

    /// All there is to go by.
    pub(super) fn all(&self) -> Vec<Value> {
        self.objects.iter().chain(&self.routes).cloned().collect()
    }

    /// Services that cannot be rendered, which are names of namespaces too.
    pub(super) fn unread(&self) -> BTreeSet<String> {
        self.held
            .iter()
            .filter_map(|held| held.what.strip_prefix("app/"))
            .map(str::to_owned)
            .collect()
    }
}

/// Folders of a repository in which no manifest lies, and which are large.
const BESIDE: [&str; 2] = ["plan/", "rehearsals/"];

/// Every file of a repository that a manifest may stand on.
pub(super) fn files(repo: &impl Repo) -> Result<Tree, Reason> {
    let mut tree = Tree::new();
    let paths = repo.list("").map_err(|fault| fault.because)?;
    for path in paths.iter().filter(|path| !BESIDE.iter().any(|folder| path.starts_with(folder))) {
        if let Some(bytes) = repo.read(path).map_err(|fault| fault.because)? {
            tree.insert(path, bytes);
        }
    }
    Ok(tree)
}

/// Renders each service: its overlay `local`, or else that of `environment`, and the Ingresses
/// that lie beside it for that environment.
pub fn read(tree: &Tree, environment: &str) -> Objects {
    let mut all = Objects::default();
    let services: BTreeSet<String> = tree
        .iter()
        .filter_map(|(path, _)| Some(path.strip_prefix("apps/")?.split_once('/')?.0.to_owned()))
        .collect();
    for service in services {
        let folder = format!("apps/{service}");
        let local = format!("{folder}/overlays/local");
        let overlay =
            if tree.has_dir(&local) { local } else { format!("{folder}/overlays/{environment}") };
        let beside = format!("{folder}/ingress/{environment}");
        let mut objects = Vec::new();
        let mut failed = None;
        for folder in [overlay, beside].iter().filter(|folder| tree.has_dir(folder)) {
            match gitops::render(tree, folder) {
                Ok(rendered) => objects.extend(rendered.objects),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        match failed {
            None => {
                all.objects.extend(objects.iter().cloned());
                all.by_service.insert(service, objects);
            }
            Some(error) => {
                let because = Reason::new(&code::MANIFESTS);
                let because = because.with("service", &service).with("cause", error);
                all.held.push(HeldStatus { what: format!("app/{service}"), because });
            }
        }
    }
    all
}
