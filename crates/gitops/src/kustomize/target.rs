//! The way of one kustomization, and of those below it, from files to objects.

use serde_json::Value;

use super::error::RenderError;
use super::file::{COMPONENT, KUSTOMIZATION};
use super::load::{self, Loaded, is_remote};
use super::set::Set;
use super::{generate, hash, nameref, patch, replacement, sort, transform};
use crate::tree::{Tree, is_within, join};

/// Folders that one rendering reads; more are a mistake or an attack.
const FOLDERS_MAX: usize = 5_000;
/// Kustomizations that use each other in a row.
const LEVELS_MAX: usize = 100;

/// Renders the kustomization in `dir`.
pub(super) fn build(tree: &Tree, dir: &str) -> Result<Vec<Value>, RenderError> {
    let root = load::kustomization(tree, dir)?;
    let mut build = Build { tree, folders: 0 };
    let mut set = build.accumulate(&root, Set::default(), &mut vec![root.dir.clone()])?;
    hash::add(&mut set.0).map_err(|(id, detail)| root.field(&id, "data", detail))?;
    nameref::fix(&mut set).map_err(|flaw| root.field(&flaw.id, &flaw.field, flaw.detail))?;
    drop_local(&mut set);
    let order = root.spec.sort_options.as_ref();
    let sorted = sort::sort(set, order)
        .map_err(|detail| RenderError::Malformed { file: root.file.clone(), detail })?;
    sorted
        .0
        .into_iter()
        .map(|mut resource| {
            resource.stringify("annotations");
            resource
                .to_json()
                .map_err(|detail| root.field(&resource.id().to_string(), "a field", detail))
        })
        .collect()
}

/// Takes out objects that are meant for kustomize only.
fn drop_local(set: &mut Set) {
    set.0.retain(|resource| {
        let mark = resource
            .meta_map("annotations")
            .and_then(|annotations| annotations.get("config.kubernetes.io/local-config"));
        mark.is_none_or(|mark| mark.text() == "false")
    });
}

struct Build<'t> {
    tree: &'t Tree,
    folders: usize,
}

impl Build<'_> {
    /// Adds to `set` what a kustomization brings, and edits all of it.
    fn accumulate(
        &mut self,
        kustomization: &Loaded,
        mut set: Set,
        above: &mut Vec<String>,
    ) -> Result<Set, RenderError> {
        for path in &kustomization.spec.resources {
            let found = self.resource(kustomization, path, above)?;
            set.append_all(found).map_err(|id| kustomization.duplicate(&id))?;
        }
        generate::run(self.tree, kustomization, &mut set)?;
        for path in &kustomization.spec.components {
            let component = self.folder(kustomization, path, COMPONENT, above)?;
            above.push(component.dir.clone());
            set = self.accumulate(&component, set, above)?;
            above.pop();
        }
        self.transform(kustomization, &mut set)?;
        Ok(set)
    }

    /// An entry of `resources`: a file of objects, or a folder.
    fn resource(
        &mut self,
        kustomization: &Loaded,
        path: &str,
        above: &mut Vec<String>,
    ) -> Result<Set, RenderError> {
        if kustomization.is_file(self.tree, path) {
            let mut set = Set::default();
            for resource in kustomization.objects(self.tree, path)? {
                set.append(resource).map_err(|id| kustomization.duplicate(&id))?;
            }
            return Ok(set);
        }
        let base = self.folder(kustomization, path, KUSTOMIZATION, above)?;
        above.push(base.dir.clone());
        let set = self.accumulate(&base, Set::default(), above)?;
        above.pop();
        Ok(set)
    }

    /// The kustomization in a folder that another one refers to.
    fn folder(
        &mut self,
        from: &Loaded,
        path: &str,
        expected: &str,
        above: &[String],
    ) -> Result<Loaded, RenderError> {
        let (file, path) = (from.file.clone(), path.to_owned());
        let local = join(&from.dir, &path).filter(|_| !path.is_empty() && !path.starts_with('/'));
        let Some(dir) = local.filter(|dir| self.tree.has_dir(dir)) else {
            return Err(if is_remote(&path) {
                RenderError::Remote { file, path }
            } else {
                RenderError::NotFound { file, path }
            });
        };
        if above.iter().any(|visited| is_within(visited, &dir)) {
            return Err(RenderError::Cycle { file, path });
        }
        self.folders += 1;
        if self.folders > FOLDERS_MAX || above.len() > LEVELS_MAX {
            let detail = format!("it reads more than {FOLDERS_MAX} folders or {LEVELS_MAX} levels");
            return Err(RenderError::TooLarge { file, detail });
        }
        let loaded = load::kustomization(self.tree, &dir)?;
        if loaded.spec.kind != expected {
            let (expected, found) = (expected.to_owned(), loaded.spec.kind);
            return Err(RenderError::WrongKind { file, path, expected, found });
        }
        Ok(loaded)
    }

    /// Runs the transformers in kustomize's order, which is not the order in the file.
    fn transform(&self, from: &Loaded, set: &mut Set) -> Result<(), RenderError> {
        let spec = &from.spec;
        patch::strategic_merge(self.tree, from, set)?;
        patch::patches(self.tree, from, set)?;
        transform::namespace(&spec.namespace, set).map_err(|flaw| from.flaw(flaw))?;
        transform::prefix(&spec.name_prefix, set).map_err(|flaw| from.flaw(flaw))?;
        transform::suffix(&spec.name_suffix, set).map_err(|flaw| from.flaw(flaw))?;
        super::labels::labels(spec, set).map_err(|flaw| from.flaw(flaw))?;
        super::labels::annotations(spec, set).map_err(|flaw| from.flaw(flaw))?;
        patch::json6902(self.tree, from, set)?;
        for replica in &spec.replicas {
            transform::replicas(replica, set).map_err(|flaw| from.flaw(flaw))?;
        }
        for image in &spec.images {
            super::image::set(image, set).map_err(|flaw| from.flaw(flaw))?;
        }
        replacement::run(self.tree, from, set)
    }
}

/// What is wrong with an object or a field of the kustomization.
#[derive(Debug)]
pub(super) enum Flaw {
    /// A field of an object is not what is needed.
    Field(FieldFlaw),
    /// Two objects became the same one.
    Duplicate(String),
    /// Nothing fits what was named.
    NoTarget(String, String),
    /// The kustomization contradicts itself.
    Malformed(String),
}

/// A field of an object that is not what is needed.
#[derive(Debug)]
pub(super) struct FieldFlaw {
    pub(super) id: String,
    pub(super) field: String,
    pub(super) detail: String,
}

impl Loaded {
    fn flaw(&self, flaw: Flaw) -> RenderError {
        let file = self.file.clone();
        match flaw {
            Flaw::Field(flaw) => self.field(&flaw.id, &flaw.field, flaw.detail),
            Flaw::Duplicate(id) => self.duplicate(&id),
            Flaw::NoTarget(what, detail) => RenderError::NoTarget { file, what, detail },
            Flaw::Malformed(detail) => RenderError::Malformed { file, detail },
        }
    }

    fn field(&self, id: &str, field: &str, detail: String) -> RenderError {
        let (file, id) = (self.file.clone(), id.to_owned());
        RenderError::Field { file, id, field: field.to_owned(), detail }
    }

    fn duplicate(&self, id: &str) -> RenderError {
        RenderError::Duplicate { file: self.file.clone(), id: id.to_owned() }
    }
}
