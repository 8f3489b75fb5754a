//! `patches`, `patchesStrategicMerge` and `patchesJson6902`.

use serde_json::Value;

use super::error::RenderError;
use super::file::{Patch, PatchOptions};
use super::json_patch::{self, Operation};
use super::load::{self, Loaded};
use super::resource::{Notes, Resource};
use super::selector::Selector;
use super::set::{Set, inherit};
use super::{id::Id, merge, share};
use crate::tree::Tree;
use crate::yaml::json::to_json;
use crate::yaml::read;
use crate::yaml::resolve::Dialect;

/// Applies `patches`.
pub(super) fn patches(tree: &Tree, from: &Loaded, set: &mut Set) -> Result<(), RenderError> {
    for (at, patch) in from.spec.patches.iter().enumerate() {
        let what = describe("patches", at, &patch.path);
        let text = text(tree, from, patch, &what)?;
        match parse(text).map_err(|detail| from.patch(&what, detail))? {
            Content::Merge(patches) => by_merge(from, patch, patches, set, &what)?,
            Content::Json(operations) => by_operations(from, patch, &operations, set, &what)?,
        }
        drop_deleted(set);
    }
    Ok(())
}

/// Applies `patchesStrategicMerge`.
pub(super) fn strategic_merge(
    tree: &Tree,
    from: &Loaded,
    set: &mut Set,
) -> Result<(), RenderError> {
    for (at, entry) in from.spec.patches_strategic_merge.iter().enumerate() {
        let what =
            describe("patchesStrategicMerge", at, if entry.contains('\n') { "" } else { entry });
        let found = match load::objects(entry) {
            Ok(objects) => objects,
            Err(_) => from.objects(tree, entry)?,
        };
        for patch in found {
            let id = patch.id();
            let place = set.find(&id).map_err(|detail| from.no_target(&what, detail))?;
            copy_and_merge(&mut set.0[place], &patch, Allowed::default())
                .map_err(|detail| from.patch(&what, detail))?;
            drop_deleted(set);
        }
    }
    Ok(())
}

/// Applies `patchesJson6902`.
pub(super) fn json6902(tree: &Tree, from: &Loaded, set: &mut Set) -> Result<(), RenderError> {
    for (at, patch) in from.spec.patches_json6902.iter().enumerate() {
        let what = describe("patchesJson6902", at, &patch.path);
        let fail = |detail: &str| Err(from.patch(&what, detail.to_owned()));
        let Some(target) = &patch.target else {
            return fail("has no target");
        };
        if target.name.is_empty() {
            return fail("has a target without a name");
        }
        let operations = operations(text(tree, from, patch, &what)?);
        let operations = operations.map_err(|detail| from.patch(&what, detail))?;
        if operations.is_empty() {
            return fail("is empty");
        }
        let selector = Selector::new(target).map_err(|detail| from.patch(&what, detail))?;
        for place in set.select(&selector) {
            operate(&mut set.0[place], &operations).map_err(|detail| from.patch(&what, detail))?;
        }
    }
    Ok(())
}

fn describe(field: &str, at: usize, path: &str) -> String {
    if path.is_empty() { format!("{field}[{at}]") } else { format!("{field}[{at}] ({path})") }
}

/// What a patch file holds.
enum Content {
    Merge(Vec<Resource>),
    Json(Vec<Operation>),
}

fn text<'t>(
    tree: &'t Tree,
    from: &Loaded,
    patch: &'t Patch,
    what: &str,
) -> Result<&'t str, RenderError> {
    match (patch.inline.trim(), patch.path.as_str()) {
        ("", "") => Err(from.patch(what, "has neither patch nor path".to_owned())),
        ("", file) => from.read_text(tree, file),
        (inline, "") => Ok(inline),
        (_, _) => Err(from.patch(what, "has both patch and path".to_owned())),
    }
}

fn parse(text: &str) -> Result<Content, String> {
    match (load::objects(text), operations(text)) {
        (Ok(patches), Ok(operations)) if !patches.is_empty() && !operations.is_empty() => {
            Err("is a merge patch and a list of operations at once".to_owned())
        }
        (Ok(patches), _) => Ok(Content::Merge(patches)),
        (Err(_), Ok(operations)) => Ok(Content::Json(operations)),
        (Err(merge), Err(json)) => Err(format!(
            "is neither a merge patch ({}) nor a list of operations ({json})",
            merge.detail()
        )),
    }
}

/// The operations of a JSON patch, written as JSON or YAML.
fn operations(text: &str) -> Result<Vec<Operation>, String> {
    let value: Value = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|error| error.to_string())?
    } else {
        match read::document(text, Dialect::V2).map_err(|flaw| flaw.detail)? {
            Some(node) => to_json(&node, Dialect::V2)?,
            None => Value::Null,
        }
    };
    json_patch::parse(&value)
}

/// What a patch may change beside the fields.
#[derive(Debug, Clone, Copy, Default)]
struct Allowed {
    name: bool,
    kind: bool,
}

impl From<Option<&PatchOptions>> for Allowed {
    fn from(options: Option<&PatchOptions>) -> Self {
        options.map_or_else(Self::default, |options| Self {
            name: options.allow_name_change,
            kind: options.allow_kind_change,
        })
    }
}

fn by_merge(
    from: &Loaded,
    entry: &Patch,
    patches: Vec<Resource>,
    set: &mut Set,
    what: &str,
) -> Result<(), RenderError> {
    let fail = |detail| from.patch(what, detail);
    let allowed = Allowed::from(entry.options.as_ref());
    let Some(target) = &entry.target else {
        for patch in patches {
            let place = set.find(&patch.id()).map_err(|detail| from.no_target(what, detail))?;
            apply(&mut set.0[place], patch, allowed).map_err(fail)?;
        }
        return Ok(());
    };
    let patch = match patches.as_slice() {
        [] => return Ok(()),
        [patch] => patch,
        [..] => return Err(fail("has several patches for one target".to_owned())),
    };
    let selector = Selector::new(target).map_err(fail)?;
    for place in set.select(&selector) {
        copy_and_merge(&mut set.0[place], patch, allowed).map_err(fail)?;
    }
    Ok(())
}

/// Merges a copy of a patch that is meant for the kind of each object it is applied to.
fn copy_and_merge(
    resource: &mut Resource,
    patch: &Resource,
    allowed: Allowed,
) -> Result<(), String> {
    let mut copy = patch.clone();
    // On the way kustomize turns the labels and annotations of the patch into text.
    inherit(&mut copy, patch);
    let api_version = resource.api_version().to_owned();
    crate::yaml::node::set_field(
        &mut copy.fields,
        "apiVersion",
        crate::yaml::Scalar::untagged(api_version),
    );
    apply(resource, copy, allowed)
}

fn apply(resource: &mut Resource, patch: Resource, allowed: Allowed) -> Result<(), String> {
    let Id { gvk, name, namespace, .. } = resource.id();
    if allowed.name || allowed.kind {
        resource.store_previous();
    }
    resource.show_notes();
    let merged = merge::merge(std::mem::take(&mut resource.fields), patch.fields)?;
    let Some(fields) = merged else { return Ok(()) };
    resource.fields = fields;
    share::settle(&mut resource.fields);
    if !resource.hide_notes() {
        resource.notes = Notes::default();
    }
    if !allowed.kind {
        resource.set_kind(&gvk.kind);
    }
    if !allowed.name {
        resource.set_name(&name);
    }
    resource.set_namespace(&namespace);
    Ok(())
}

fn drop_deleted(set: &mut Set) {
    set.0.retain(|resource| !resource.fields.is_empty());
}

fn by_operations(
    from: &Loaded,
    entry: &Patch,
    operations: &[Operation],
    set: &mut Set,
    what: &str,
) -> Result<(), RenderError> {
    let fail = |detail| from.patch(what, detail);
    let Some(target) = &entry.target else {
        return Err(fail("is a list of operations and has no target".to_owned()));
    };
    let selector = Selector::new(target).map_err(fail)?;
    for place in set.select(&selector) {
        set.0[place].store_previous();
        operate(&mut set.0[place], operations).map_err(fail)?;
    }
    Ok(())
}

fn operate(resource: &mut Resource, operations: &[Operation]) -> Result<(), String> {
    resource.show_notes();
    let object = resource.to_json()?;
    let patched = json_patch::apply(object, operations)?;
    resource.fields = patched;
    resource.hide_notes();
    resource.stringify("annotations");
    Ok(())
}

impl Loaded {
    fn patch(&self, what: &str, detail: String) -> RenderError {
        RenderError::Patch { file: self.file.clone(), patch: what.to_owned(), detail }
    }

    fn no_target(&self, what: &str, detail: String) -> RenderError {
        RenderError::NoTarget { file: self.file.clone(), what: what.to_owned(), detail }
    }
}
