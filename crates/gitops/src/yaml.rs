//! The YAML that kustomize reads and writes, kept as it keeps it.
//!
//! kustomize edits a tree of nodes that remember how a scalar was written, and turns the result
//! into JSON and back into YAML at the end. So the order of keys and comments are lost, but the
//! text, the tag and the quotes of a scalar decide what type it has in the end.

mod collection;
pub(crate) mod emit;
mod folded;
pub(crate) mod json;
pub(crate) mod node;
pub(crate) mod number;
pub(crate) mod read;
pub(crate) mod resolve;
mod style;
mod timestamp;

pub(crate) use collection::{List, Map};
pub(crate) use node::{Node, Scalar, Share, Style, Tag};
