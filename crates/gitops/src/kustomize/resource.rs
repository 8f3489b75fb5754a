//! An object on its way through the transformers, with what it was called before.

use serde_json::Value;

use super::id::{Gvk, Id};
use crate::yaml::json::object_to_json;
use crate::yaml::node::{child_map, set_field};
use crate::yaml::{Map, Node, Scalar};

/// kustomize keeps its notes in annotations while it works. Ours are fields of [`Resource`], but
/// patches see whether there are annotations at all, and may wipe them: while a patch runs, this
/// key stands for the notes. It cannot be a key in a YAML file.
const NOTES: &str = "\u{0}notes";

/// What a generator does when the object is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Not said; the same as `create`.
    Unspecified,
    /// A new object.
    Create,
    /// The new data in place of the old.
    Replace,
    /// The new data into the old.
    Merge,
}

/// The notes that kustomize takes on an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    /// Earlier identities, the first one first.
    pub(crate) previous: Vec<Previous>,
    /// Name prefixes in the order in which they were added.
    pub(crate) prefixes: Vec<String>,
    /// Name suffixes in the order in which they were added.
    pub(crate) suffixes: Vec<String>,
    /// The name gets a hash of the content.
    pub(crate) needs_hash: bool,
    /// Made by a generator with this behavior.
    pub(crate) behavior: Option<Behavior>,
}

impl Notes {
    /// Whether nothing was noted.
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An earlier identity; group and version are always those of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Previous {
    /// The name.
    pub(crate) name: String,
    /// The namespace that counted.
    pub(crate) namespace: String,
    /// The kind.
    pub(crate) kind: String,
}

/// An object and the notes on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resource {
    /// The object.
    pub(crate) fields: Map,
    /// The notes.
    pub(crate) notes: Notes,
    /// The numbers of values that stand in several fields so far.
    pub(crate) shares: u32,
}

impl Resource {
    /// An object as it comes from a file; the error says what makes it no object.
    pub(crate) fn new(node: Node) -> Result<Self, String> {
        let Node::Map(fields) = node else {
            return Err("a document is not a mapping".to_owned());
        };
        let resource = Self { fields, notes: Notes::default(), shares: 0 };
        resource.check()?;
        Ok(resource)
    }

    /// An object needs a kind, and a name unless it is a list.
    fn check(&self) -> Result<(), String> {
        if self.kind().is_empty() {
            return Err("an object has no kind".to_owned());
        }
        if self.name().is_empty() && !self.kind().ends_with("List") {
            return Err(format!("a {} has no metadata.name", self.kind()));
        }
        Ok(())
    }

    /// The text of a field at the top.
    fn top(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", Node::text)
    }

    /// The kind.
    pub(crate) fn kind(&self) -> &str {
        self.top("kind")
    }

    /// The `apiVersion`.
    pub(crate) fn api_version(&self) -> &str {
        self.top("apiVersion")
    }

    fn meta(&self, field: &str) -> &str {
        let value = self.fields.get("metadata").and_then(|meta| meta.get(field));
        value.filter(|value| !value.is_nothing()).map_or("", Node::text)
    }

    /// The name.
    pub(crate) fn name(&self) -> &str {
        self.meta("name")
    }

    /// The namespace as written.
    pub(crate) fn namespace(&self) -> &str {
        self.meta("namespace")
    }

    /// Group, version and kind.
    pub(crate) fn gvk(&self) -> Gvk {
        Gvk::new(self.api_version(), self.kind())
    }

    /// Labels or annotations.
    pub(crate) fn meta_map(&self, field: &str) -> Option<&Map> {
        self.fields.get("metadata")?.get(field)?.as_map()
    }

    /// The identity of now.
    pub(crate) fn id(&self) -> Id {
        let gvk = self.gvk();
        let cluster_scoped = gvk.is_cluster_scoped();
        Id {
            gvk,
            name: self.name().to_owned(),
            namespace: self.namespace().to_owned(),
            cluster_scoped,
        }
    }

    /// The identities of before.
    pub(crate) fn previous_ids(&self) -> impl Iterator<Item = Id> {
        let gvk = self.gvk();
        self.notes.previous.iter().map(move |previous| Id {
            gvk: Gvk { kind: previous.kind.clone(), ..gvk.clone() },
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
            cluster_scoped: false,
        })
    }

    /// The first identity.
    pub(crate) fn original_id(&self) -> Id {
        self.previous_ids().next().unwrap_or_else(|| self.id())
    }

    /// Whether `wanted` is the identity of now or of before.
    pub(crate) fn was(&self, wanted: impl Fn(&Id) -> bool) -> bool {
        self.previous_ids().any(|id| wanted(&id)) || wanted(&self.id())
    }

    /// Notes the identity before a change.
    pub(crate) fn store_previous(&mut self) {
        let id = self.id();
        self.notes.previous.push(Previous {
            name: id.name.clone(),
            namespace: id.effective_namespace().to_owned(),
            kind: id.gvk.kind.clone(),
        });
    }

    /// Sets the name.
    pub(crate) fn set_name(&mut self, name: &str) {
        if let Some(meta) = child_map(&mut self.fields, "metadata") {
            set_field(meta, "name", Scalar::untagged(name));
        }
    }

    /// Sets the namespace, or takes it away when it is empty.
    pub(crate) fn set_namespace(&mut self, namespace: &str) {
        let Some(meta) = child_map(&mut self.fields, "metadata") else {
            return;
        };
        if namespace.is_empty() {
            meta.remove("namespace");
        } else {
            set_field(meta, "namespace", Scalar::untagged(namespace));
        }
    }

    /// Sets the kind.
    pub(crate) fn set_kind(&mut self, kind: &str) {
        set_field(&mut self.fields, "kind", Scalar::untagged(kind));
    }

    /// Puts a mark for the notes among the annotations, if there are notes.
    pub(crate) fn show_notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        let Some(meta) = child_map(&mut self.fields, "metadata") else {
            return;
        };
        let annotations = meta.entry("annotations".to_owned()).or_insert_with(Node::map);
        if annotations.is_null() {
            *annotations = Node::map();
        }
        if let Node::Map(annotations) = annotations {
            annotations.insert(NOTES.to_owned(), Node::string(""));
        }
    }

    /// Takes the mark away again; whether it was still there.
    pub(crate) fn hide_notes(&mut self) -> bool {
        if self.notes.is_empty() {
            return true;
        }
        let Some(meta) = self.fields.get_mut("metadata").and_then(Node::as_map_mut) else {
            return false;
        };
        let Some(Node::Map(annotations)) = meta.get_mut("annotations") else {
            return false;
        };
        let found = annotations.remove(NOTES).is_some();
        if annotations.is_empty() {
            meta.remove("annotations");
        }
        found
    }

    /// Turns labels or annotations into text, as kustomize does whenever it writes them.
    pub(crate) fn stringify(&mut self, field: &str) {
        let Some(meta) = self.fields.get_mut("metadata").and_then(Node::as_map_mut) else {
            return;
        };
        let texts: Map = match meta.get(field) {
            Some(Node::Map(map)) => {
                map.iter().map(|(key, value)| (key.clone(), text_node(value))).collect()
            }
            Some(_) | None => Map::new(),
        };
        if texts.is_empty() {
            meta.remove(field);
        } else {
            meta.insert(field.to_owned(), Node::Map(texts));
        }
    }

    /// The finished object.
    pub(crate) fn to_json(&self) -> Result<Value, String> {
        object_to_json(&self.fields)
    }
}

/// The text of a node as text, whatever it was and however it was written.
fn text_node(value: &Node) -> Node {
    Node::string(value.text())
}
