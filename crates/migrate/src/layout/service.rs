//! The files of one service: its base, its overlays, what lies beside them.
//!
//! Kustomize takes in components in order, and only then what the overlay itself says. What is
//! generated for an environment is therefore a component too, before the team's own: the last
//! word is theirs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::convert::{Built, Workload};
use crate::layout::kustomize::{Kustomization, header};
use crate::layout::{unify, yaml};
use crate::naming::{Vocabulary, WordClass, scan_strings};

/// One environment of a service.
#[derive(Debug)]
pub struct Side<'s> {
    /// Canonical environment.
    pub env: &'s str,
    /// What was converted.
    pub work: &'s Workload<'s>,
    /// What was made of it.
    pub built: &'s Built,
}

/// A file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its text.
    pub text: String,
    /// True for files of the team: written once, never again.
    pub once: bool,
}

/// Files by path.
pub type Files = BTreeMap<String, File>;

/// Kinds whose lists kustomize merges by key.
const KEYED_KINDS: &[&str] = &["Deployment", "DaemonSet", "CronJob", "Job"];

/// Writes the files of the service `name` into `files`.
pub fn write(name: &str, sides: &[Side<'_>], vocabulary: &Vocabulary, files: &mut Files) {
    let envs: BTreeSet<&str> = sides.iter().map(|side| side.env).collect();
    let specific = |text: &str| is_specific(text, &envs, vocabulary);
    let mut base = Kustomization::default();
    let mut overlays: Vec<Overlay> = sides.iter().map(|side| Overlay::new(name, side)).collect();
    let root = format!("apps/{name}");
    for id in ids(sides) {
        let objects: Vec<Option<&Value>> =
            sides.iter().map(|side| find(&side.built.objects, &id)).collect();
        if objects.iter().all(Option::is_some) {
            let objects: Vec<&Value> = objects.into_iter().flatten().collect();
            shared(&root, name, &id, &objects, &specific, &mut base, &mut overlays, sides, files);
        } else {
            let file = file_name(name, &id);
            for ((side, object), overlay) in sides.iter().zip(objects).zip(&mut overlays) {
                if let Some(object) = object {
                    put_yaml(files, &format!("{root}/overlays/{}/{file}", side.env), &[], object);
                    overlay.top.resources.push(file.clone());
                }
            }
        }
    }
    configs(sides, &specific, &mut base, &mut overlays);
    base.resources.sort();
    let text = base.text(&["What is equal in all environments of this service.".to_owned()]);
    files.insert(format!("{root}/base/kustomization.yaml"), File { text, once: false });
    for (side, overlay) in sides.iter().zip(overlays) {
        finish_overlay(&root, side, overlay, files);
    }
}

/// The kustomization of an environment, and the component with what is generated for it.
struct Overlay {
    top: Kustomization,
    generated: Kustomization,
}

impl Overlay {
    fn new(name: &str, side: &Side<'_>) -> Self {
        let mut top =
            Kustomization { namespace: Some(name.to_owned()), ..Kustomization::default() };
        top.resources.push("../../base".to_owned());
        top.labels.insert("segue.dev/environment".to_owned(), side.env.to_owned());
        top.images.clone_from(&side.built.images);
        let replicas = side.built.replicas.map(|count| (name.to_owned(), count));
        let generated = Kustomization { component: true, replicas, ..Kustomization::default() };
        Self { top, generated }
    }
}

/// An object's identity: API version, kind, name.
type Id = (String, String, String);

fn id_of(object: &Value) -> Id {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&object["apiVersion"]), text(&object["kind"]), text(&object["metadata"]["name"]))
}

fn ids(sides: &[Side<'_>]) -> BTreeSet<Id> {
    sides.iter().flat_map(|side| side.built.objects.iter().map(id_of)).collect()
}

fn find<'v>(objects: &'v [Value], id: &Id) -> Option<&'v Value> {
    objects.iter().find(|object| id_of(object) == *id)
}

/// `deployment.yaml`, or `service-name.yaml` for a second object of a kind.
fn file_name(service: &str, id: &Id) -> String {
    let kind = id.1.to_ascii_lowercase();
    if id.2 == service { format!("{kind}.yaml") } else { format!("{kind}-{}.yaml", id.2) }
}

#[expect(clippy::too_many_arguments, reason = "one call site, in a loop over the objects")]
fn shared(
    root: &str,
    name: &str,
    id: &Id,
    objects: &[&Value],
    specific: &dyn Fn(&str) -> bool,
    base: &mut Kustomization,
    overlays: &mut [Overlay],
    sides: &[Side<'_>],
    files: &mut Files,
) {
    let file = file_name(name, id);
    let keyed = KEYED_KINDS.contains(&id.1.as_str());
    let split = unify::split(objects, &unify::Rules { specific, keyed_lists: keyed });
    let mut common = split.base.unwrap_or_else(|| json!({}));
    identify(&mut common, id);
    put_yaml(files, &format!("{root}/base/{file}"), &[], &common);
    base.resources.push(file.clone());
    for ((side, rest), overlay) in sides.iter().zip(split.rest).zip(overlays) {
        if let Some(mut rest) = rest {
            identify(&mut rest, id);
            put_yaml(files, &format!("{root}/overlays/{}/generated/{file}", side.env), &[], &rest);
            overlay.generated.patches.push(file.clone());
        }
    }
}

fn identify(object: &mut Value, id: &Id) {
    object["apiVersion"] = json!(id.0);
    object["kind"] = json!(id.1);
    object["metadata"]["name"] = json!(id.2);
}

/// True for text with an environment word: another environment's, too, does not belong in a base.
fn is_specific(text: &str, envs: &BTreeSet<&str>, vocabulary: &Vocabulary) -> bool {
    let own = envs.iter().next().copied();
    scan_strings(own, vocabulary, text).iter().any(|word| word.class != WordClass::Unknown)
}

fn configs(
    sides: &[Side<'_>],
    specific: &dyn Fn(&str) -> bool,
    base: &mut Kustomization,
    overlays: &mut [Overlay],
) {
    let names: BTreeSet<&String> =
        sides.iter().flat_map(|side| side.built.configs.keys()).collect();
    for name in names {
        let settings: Vec<Option<&BTreeMap<String, String>>> =
            sides.iter().map(|side| side.built.configs.get(name)).collect();
        let present: Vec<&BTreeMap<String, String>> = settings.iter().flatten().copied().collect();
        let (common, rest) = if present.len() == sides.len() {
            unify::split_settings(&present, specific)
        } else {
            (BTreeMap::new(), present.iter().map(|settings| (*settings).clone()).collect())
        };
        let merge = !common.is_empty();
        if merge {
            base.configs.push((name.clone(), common, false));
        }
        let mut rest = rest.into_iter();
        for (overlay, side) in overlays.iter_mut().zip(&settings) {
            let own = side.and_then(|_| rest.next()).unwrap_or_default();
            if !own.is_empty() {
                overlay.generated.configs.push((name.clone(), own, merge));
            }
        }
    }
}

fn finish_overlay(root: &str, side: &Side<'_>, overlay: Overlay, files: &mut Files) {
    let folder = format!("{root}/overlays/{}", side.env);
    let Overlay { mut top, generated } = overlay;
    let empty = generated.patches.is_empty()
        && generated.configs.is_empty()
        && generated.replicas.is_none();
    if !empty {
        top.components.push("generated".to_owned());
        let text = generated.text(&["What only this environment has.".to_owned()]);
        files.insert(format!("{folder}/generated/kustomization.yaml"), File { text, once: false });
    }
    top.components.push("patches".to_owned());
    let text = top.text(&sources(side.work));
    files.insert(format!("{folder}/kustomization.yaml"), File { text, once: false });
    files.insert(
        format!("{folder}/patches/kustomization.yaml"),
        File { text: patches_file(), once: true },
    );
    for (name, value) in &side.built.aws {
        let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
        files.insert(format!("{root}/aws/{}/{name}", side.env), File { text, once: false });
    }
    if !side.built.later.is_empty() {
        let mut later =
            Kustomization { namespace: Some(side.work.name.clone()), ..Kustomization::default() };
        for object in &side.built.later {
            let file = file_name(&side.work.name, &id_of(object));
            put_yaml(files, &format!("{root}/ingress/{}/{file}", side.env), &[], object);
            later.resources.push(file);
        }
        let head =
            ["Not applied: for the day when the cluster owns its load balancers.".to_owned()];
        files.insert(
            format!("{root}/ingress/{}/kustomization.yaml", side.env),
            File { text: later.text(&head), once: false },
        );
    }
}

/// Where the overlay came from.
fn sources(work: &Workload<'_>) -> Vec<String> {
    let service = work
        .service
        .as_ref()
        .and_then(|item| item.node.text("serviceArn").or_else(|| item.node.text("serviceName")));
    let task = work.task.node.text("taskDefinitionArn").or_else(|| work.task.node.text("family"));
    let file = Some(work.task.node.file.to_owned());
    [("Service", service), ("Task definition", task), ("Read from", file)]
        .into_iter()
        .filter_map(|(what, text)| Some(format!("{what}: {}", text?)))
        .collect()
}

/// The team's own component; an empty list, because kustomize refuses a file without any field.
fn patches_file() -> String {
    "# Yours: written once, never touched again. Put patches here, for example\n\
     #   patches:\n\
     #   - path: more-memory.yaml\n\
     apiVersion: kustomize.config.k8s.io/v1alpha1\n\
     kind: Component\n\
     patches: []\n"
        .to_owned()
}

/// Adds `object` as a file.
pub fn put_yaml(files: &mut Files, path: &str, head: &[String], object: &Value) {
    let text = format!("{}{}", header(head), yaml::document(object));
    files.insert(path.to_owned(), File { text, once: false });
}
