//! Rendering of kustomizations, as `kubectl kustomize` does it.
//!
//! The way of a kustomization ([`target`]): resources and bases are gathered, generators add to
//! them, components edit them, then the transformers run in kustomize's fixed order. When the
//! outermost kustomization is done, generated objects get the hash of their content into their
//! names, references follow the new names ([`nameref`]), and everything is sorted ([`sort`]).

mod error;
mod field;
mod file;
mod generate;
mod hash;
mod id;
mod image;
mod json_patch;
mod labels;
mod load;
mod merge;
mod nameref;
mod patch;
mod path;
mod regex;
mod replacement;
mod resource;
mod schema;
mod selector;
mod set;
mod share;
mod sort;
mod target;
mod transform;

use serde_json::Value;

use crate::tree::{Tree, join};
use crate::yaml::emit;

pub use error::RenderError;
pub(crate) use load::FILE_NAMES;

/// The objects of a rendered kustomization, in the order in which kustomize prints them.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The objects.
    pub objects: Vec<Value>,
}

impl Rendered {
    /// The text that `kubectl kustomize` prints.
    pub fn to_yaml(&self) -> String {
        let documents: Vec<String> = self.objects.iter().map(emit::to_yaml).collect();
        documents.join("---\n")
    }
}

/// Renders the kustomization in the folder `dir` of the tree.
pub fn render(tree: &Tree, dir: &str) -> Result<Rendered, RenderError> {
    let dir = join("", dir).ok_or_else(|| RenderError::NoKustomization { dir: dir.to_owned() })?;
    let objects = target::build(tree, &dir)?;
    Ok(Rendered { objects })
}
