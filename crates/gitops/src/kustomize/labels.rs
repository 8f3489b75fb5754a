//! `labels`, `commonLabels` and `commonAnnotations`: which fields they touch.

use super::field::{self, Make};
use super::file::{FieldSpec, Kustomization, Label, Texts};
use super::id::GvkPattern;
use super::resource::Resource;
use super::set::Set;
use super::share;
use super::target::{FieldFlaw, Flaw};
use crate::yaml::node::{describe, set_field};
use crate::yaml::{Node, Scalar, Share};

/// Group, kind, path, and whether the field is made when it is missing.
type Spec = (&'static str, &'static str, &'static str, bool);

const METADATA_LABELS: Spec = ("", "", "metadata/labels", true);

/// Labels of objects and of the templates in them.
const TEMPLATES: &[Spec] = &[
    METADATA_LABELS,
    ("", "ReplicationController", "spec/template/metadata/labels", true),
    ("", "Deployment", "spec/template/metadata/labels", true),
    ("", "ReplicaSet", "spec/template/metadata/labels", true),
    ("", "DaemonSet", "spec/template/metadata/labels", true),
    ("apps", "StatefulSet", "spec/template/metadata/labels", true),
    ("apps", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true),
    ("batch", "Job", "spec/template/metadata/labels", true),
    ("batch", "CronJob", "spec/jobTemplate/metadata/labels", true),
    ("batch", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true),
];

/// Selectors, which come on top of [`TEMPLATES`].
const SELECTORS: &[Spec] = &[
    ("", "Service", "spec/selector", true),
    ("", "ReplicationController", "spec/selector", true),
    ("", "Deployment", "spec/selector/matchLabels", true),
    ("", "ReplicaSet", "spec/selector/matchLabels", true),
    ("", "DaemonSet", "spec/selector/matchLabels", true),
    ("apps", "StatefulSet", "spec/selector/matchLabels", true),
    ("batch", "Job", "spec/selector/matchLabels", false),
    ("batch", "CronJob", "spec/jobTemplate/spec/selector/matchLabels", false),
    ("policy", "PodDisruptionBudget", "spec/selector/matchLabels", false),
    ("networking.k8s.io", "NetworkPolicy", "spec/podSelector/matchLabels", false),
    ("networking.k8s.io", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels", false),
    ("networking.k8s.io", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels", false),
];

/// Selectors inside the pods of `Deployment` and `StatefulSet`.
const POD_SELECTORS: &[&str] = &[
    "affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
    "affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution",
    "affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
    "affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution",
    "topologySpreadConstraints",
];

const ANNOTATIONS: &[Spec] = &[
    ("", "", "metadata/annotations", true),
    ("", "ReplicationController", "spec/template/metadata/annotations", true),
    ("", "Deployment", "spec/template/metadata/annotations", true),
    ("", "ReplicaSet", "spec/template/metadata/annotations", true),
    ("", "DaemonSet", "spec/template/metadata/annotations", true),
    ("", "StatefulSet", "spec/template/metadata/annotations", true),
    ("batch", "Job", "spec/template/metadata/annotations", true),
    ("batch", "CronJob", "spec/jobTemplate/metadata/annotations", true),
    ("batch", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true),
];

/// Kinds of the core group, which other groups have kinds of the same name beside.
const CORE_V1: &[&str] = &["Service", "ReplicationController"];

/// Sets the labels of a kustomization.
pub(super) fn labels(spec: &Kustomization, set: &mut Set) -> Result<(), Flaw> {
    for label in &spec.labels {
        let specs = specs_of(label).map_err(Flaw::Malformed)?;
        apply(&label.pairs, &specs, set)?;
    }
    apply(&spec.common_labels, &with_selectors(), set)
}

/// Sets the annotations of a kustomization.
pub(super) fn annotations(spec: &Kustomization, set: &mut Set) -> Result<(), Flaw> {
    apply(&spec.common_annotations, &ANNOTATIONS.iter().map(known).collect::<Vec<_>>(), set)
}

fn specs_of(label: &Label) -> Result<Vec<FieldSpec>, String> {
    let mut specs = label.fields.clone();
    let more = match (label.include_selectors, label.include_templates) {
        (true, _) => with_selectors(),
        (false, true) => TEMPLATES.iter().map(known).collect(),
        (false, false) => vec![known(&METADATA_LABELS)],
    };
    for spec in more {
        match specs.iter().find(|own| covers(own, &spec)) {
            Some(own) if own.create != spec.create => {
                return Err(format!(
                    "labels: {} is there twice, with and without create",
                    spec.path
                ));
            }
            Some(_) => {}
            None => specs.push(spec),
        }
    }
    Ok(specs)
}

/// Whether the user's field is one that the known one would select too.
fn covers(own: &FieldSpec, known: &FieldSpec) -> bool {
    let fits = |pattern: &str, part: &str| pattern.is_empty() || pattern == part;
    own.path == known.path
        && fits(&known.group, &own.group)
        && fits(&known.version, &own.version)
        && fits(&known.kind, &own.kind)
}

fn with_selectors() -> Vec<FieldSpec> {
    let mut specs: Vec<FieldSpec> = SELECTORS.iter().chain(TEMPLATES).map(known).collect();
    for kind in ["Deployment", "StatefulSet"] {
        specs.extend(POD_SELECTORS.iter().map(|path| FieldSpec {
            group: "apps".to_owned(),
            kind: kind.to_owned(),
            path: format!("spec/template/spec/{path}/labelSelector/matchLabels"),
            ..FieldSpec::default()
        }));
    }
    specs
}

fn known((group, kind, path, create): &Spec) -> FieldSpec {
    let version = if CORE_V1.contains(kind) { "v1" } else { "" };
    FieldSpec {
        group: (*group).to_owned(),
        version: version.to_owned(),
        kind: (*kind).to_owned(),
        path: (*path).to_owned(),
        create: *create,
    }
}

fn apply(texts: &Texts, specs: &[FieldSpec], set: &mut Set) -> Result<(), Flaw> {
    if texts.0.is_empty() {
        return Ok(());
    }
    let specs: Vec<_> = specs.iter().map(|spec| (spec, field::split(&spec.path))).collect();
    for resource in &mut set.0 {
        let gvk = resource.gvk();
        let first_share = resource.shares;
        resource.shares += u32::try_from(texts.0.len()).unwrap_or(u32::MAX);
        for (spec, path) in &specs {
            let FieldSpec { group, version, kind, .. } = spec;
            if (GvkPattern { group, version, kind }).selects(&gvk) {
                set_texts(resource, spec, path, (texts, first_share))?;
            }
        }
        share::settle(&mut resource.fields);
    }
    Ok(())
}

/// Sets the texts at one path; those that are new there are shared by all paths.
fn set_texts(
    resource: &mut Resource,
    spec: &FieldSpec,
    path: &[String],
    (texts, first_share): (&Texts, u32),
) -> Result<(), Flaw> {
    let make = if spec.create { Make::Map } else { Make::Nothing };
    let mut set = |node: &mut Node| {
        // Where nothing is to be made, a null stays one.
        if node.is_null() {
            return Ok(());
        }
        let found = describe(node);
        let Some(map) = node.as_map_mut() else {
            return Err(format!("is {found} where a mapping belongs"));
        };
        for ((key, text), number) in texts.0.iter().zip(first_share..) {
            let share = Some(Share { number, overwritten: false });
            set_field(map, key, Scalar { share, ..Scalar::string(text.as_str()) });
        }
        Ok(())
    };
    let result = field::edit(&mut resource.fields, path, make, &mut set);
    result.map_err(|detail| {
        Flaw::Field(FieldFlaw { id: resource.id().to_string(), field: spec.path.clone(), detail })
    })
}
