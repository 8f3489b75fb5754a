//! What a Git repository says should run: rendering, and the comparison with what runs.
//!
//! This crate is pure: trees of files come in as [`Tree`], objects go out. It starts with
//! [`render`], an in-process rendering of kustomizations whose text is the same, byte for byte, as
//! that of `kubectl kustomize`; the tests hold it against the real program.
//!
//! What kustomize does and this crate does not, always with an error that names the field:
//! Helm charts, plugins (`generators`, `transformers`, `validators`), remote bases and files,
//! `openapi`, `crds`, `configurations`, `vars`, `buildMetadata`, field names in another case than
//! documented, and replacements inside the text of a field (JSON or YAML kept in a string).
//! Comments that carry a schema (`# {"$ref": …}`) are not read either, and where kubectl itself has no
//! fixed order (keys such as `key9`, `key10` and `key1a` beside each other), neither order is right.

pub mod kustomize;
mod tree;
mod yaml;

pub use kustomize::{RenderError, Rendered, render};
pub use tree::Tree;
