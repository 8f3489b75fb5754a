//! Mappings and lists, which remember whether they stood in braces or brackets.
//!
//! What is inside of those is written differently: there is no folded block in it, and a value
//! that is left out becomes an empty text.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Deref, DerefMut};

use super::Node;

/// Fields of a mapping. The order of keys never reaches the output, so it is not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Map {
    fields: BTreeMap<String, Node>,
    /// It stood in braces.
    pub(crate) flow: bool,
}

/// Elements of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct List {
    items: Vec<Node>,
    /// It stood in brackets.
    pub(crate) flow: bool,
}

impl Map {
    /// A mapping without fields.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The same fields, in braces or not.
    pub(crate) fn with_flow(self, flow: bool) -> Self {
        Self { flow, ..self }
    }
}

impl List {
    /// The same elements, in brackets or not.
    pub(crate) fn with_flow(self, flow: bool) -> Self {
        Self { flow, ..self }
    }

    /// The elements alone.
    pub(crate) fn into_items(self) -> Vec<Node> {
        self.items
    }
}

impl From<Vec<Node>> for List {
    fn from(items: Vec<Node>) -> Self {
        Self { items, flow: false }
    }
}

impl Deref for Map {
    type Target = BTreeMap<String, Node>;

    fn deref(&self) -> &Self::Target {
        &self.fields
    }
}

impl DerefMut for Map {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.fields
    }
}

impl Deref for List {
    type Target = Vec<Node>;

    fn deref(&self) -> &Self::Target {
        &self.items
    }
}

impl DerefMut for List {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.items
    }
}

impl FromIterator<(String, Node)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Node)>>(fields: I) -> Self {
        Self { fields: fields.into_iter().collect(), flow: false }
    }
}

impl FromIterator<Node> for List {
    fn from_iter<I: IntoIterator<Item = Node>>(items: I) -> Self {
        Self { items: items.into_iter().collect(), flow: false }
    }
}

impl IntoIterator for Map {
    type Item = (String, Node);
    type IntoIter = btree_map::IntoIter<String, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}

impl IntoIterator for List {
    type Item = Node;
    type IntoIter = std::vec::IntoIter<Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'n> IntoIterator for &'n mut List {
    type Item = &'n mut Node;
    type IntoIter = std::slice::IterMut<'n, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter_mut()
    }
}

impl<'n> IntoIterator for &'n List {
    type Item = &'n Node;
    type IntoIter = std::slice::Iter<'n, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
