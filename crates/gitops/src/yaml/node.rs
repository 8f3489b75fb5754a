//! The tree of nodes.

use super::resolve::{self, Dialect};
use super::{List, Map};

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Seq(List),
    /// A mapping.
    Map(Map),
}

/// What a node is, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A single value.
    Scalar,
    /// A list.
    Seq,
    /// A mapping.
    Map,
}

/// A value as it is written, and what its writer said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// The text after unescaping.
    pub(crate) text: String,
    /// The type that was found on reading, or that an edit demands.
    pub(crate) tag: Tag,
    /// How it is written.
    pub(crate) style: Style,
    /// The tag stood in the text (`!!str 1`).
    pub(crate) explicit: bool,
    /// Other fields of the object hold the very same value.
    pub(crate) share: Option<Share>,
}

/// A value that stands in several fields at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// The same in all these fields.
    pub(crate) number: u32,
    /// The value was overwritten here, which the other fields do not know yet.
    pub(crate) overwritten: bool,
}

/// The type of a scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Not known: an edit has set the text only, the type follows from text and style.
    Empty,
    /// Text.
    Str,
    /// A whole number.
    Int,
    /// A number with a fraction or an exponent.
    Float,
    /// True or false.
    Bool,
    /// Nothing.
    Null,
    /// A date or a point in time.
    Timestamp,
    /// Base64.
    Binary,
    /// Any other tag; its value is text.
    Other,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// As a literal block.
    Literal,
    /// As a folded block.
    Folded,
}

impl Scalar {
    /// A value of which only the text is known.
    pub(crate) fn untagged(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tag: Tag::Empty,
            style: Style::Plain,
            explicit: false,
            share: None,
        }
    }

    /// Text, whatever it looks like.
    pub(crate) fn string(text: impl Into<String>) -> Self {
        Self { tag: Tag::Str, ..Self::untagged(text) }
    }

    /// The same value, written as the one that it replaces was.
    pub(crate) fn in_place_of(self, old: &Self) -> Self {
        let share = old.share.map(|share| Share { overwritten: true, ..share });
        Self { style: old.style, explicit: old.explicit, share, ..self }
    }

    /// As the encoder would write it alone, for selectors that look at the written form.
    pub(crate) fn written(&self) -> String {
        match self.style {
            Style::Double => format!("\"{}\"", self.text),
            Style::Single => format!("'{}'", self.text),
            Style::Plain
                if self.tag == Tag::Str && resolve::tag_of(&self.text, Dialect::V3) != Tag::Str =>
            {
                format!("\"{}\"", self.text)
            }
            Style::Plain | Style::Literal | Style::Folded => self.text.clone(),
        }
    }
}

impl Node {
    /// A scalar that is text.
    pub(crate) fn string(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar::string(text))
    }

    /// An empty mapping.
    pub(crate) fn map() -> Self {
        Self::Map(Map::new())
    }

    /// What it is.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Scalar(_) => Kind::Scalar,
            Self::Seq(_) => Kind::Seq,
            Self::Map(_) => Kind::Map,
        }
    }

    /// Whether it is `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(Scalar { tag: Tag::Null, .. }))
    }

    /// Whether it is null, an empty mapping or an empty list.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.tag == Tag::Null,
            Self::Seq(items) => items.is_empty(),
            Self::Map(map) => map.is_empty(),
        }
    }

    /// The text of a scalar; lists and mappings have none.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Scalar(scalar) => &scalar.text,
            Self::Seq(_) | Self::Map(_) => "",
        }
    }

    /// The same tree, none of whose values is shared with other fields.
    pub(crate) fn unshared(mut self) -> Self {
        match &mut self {
            Self::Scalar(scalar) => scalar.share = None,
            Self::Seq(items) => {
                for item in items {
                    *item = std::mem::replace(item, Self::map()).unshared();
                }
            }
            Self::Map(map) => {
                for value in map.values_mut() {
                    *value = std::mem::replace(value, Self::map()).unshared();
                }
            }
        }
        self
    }

    /// The fields, if it is a mapping.
    pub(crate) fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            Self::Scalar(_) | Self::Seq(_) => None,
        }
    }

    /// The fields for editing, if it is a mapping.
    pub(crate) fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Self::Map(map) => Some(map),
            Self::Scalar(_) | Self::Seq(_) => None,
        }
    }

    /// The field of a mapping.
    pub(crate) fn get(&self, field: &str) -> Option<&Node> {
        self.as_map()?.get(field)
    }

    /// The number of nodes in the tree.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Scalar(_) => 1,
            Self::Seq(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Self::Map(map) => 1 + map.values().map(Self::size).sum::<usize>(),
        }
    }

    /// The longest way from here to a leaf.
    pub(crate) fn depth(&self) -> usize {
        let below = match self {
            Self::Scalar(_) => None,
            Self::Seq(items) => items.iter().map(Self::depth).max(),
            Self::Map(map) => map.values().map(Self::depth).max(),
        };
        1 + below.unwrap_or(0)
    }
}

/// Replaces a scalar; the way the old one was written stays, as in kustomize.
pub(crate) fn set_scalar(node: &mut Node, text: impl Into<String>, tag: Tag) -> Result<(), String> {
    let Node::Scalar(old) = node else {
        return Err(format!("expected a single value, found {}", describe(node)));
    };
    old.text = text.into();
    old.tag = tag;
    Ok(())
}

/// Sets a field; an old value hands on how it was written.
pub(crate) fn set_field(map: &mut Map, key: &str, mut scalar: Scalar) {
    match map.get_mut(key) {
        Some(Node::Scalar(old)) => {
            *old = scalar.in_place_of(old);
        }
        Some(other) => *other = Node::Scalar(scalar),
        None => {
            quote_if_needed(&mut scalar);
            map.insert(key.to_owned(), Node::Scalar(scalar));
        }
    }
}

/// Puts quotes around new text that would otherwise be read as another type.
fn quote_if_needed(scalar: &mut Scalar) {
    let textual = matches!(scalar.tag, Tag::Empty | Tag::Str) && scalar.style == Style::Plain;
    if textual && !scalar.text.is_empty() && resolve::tag_of(&scalar.text, Dialect::V2) != Tag::Str
    {
        scalar.style = Style::Double;
    }
}

/// The mapping at `key`, made when it is not there. `None` when something else is in its place.
pub(crate) fn child_map<'a>(map: &'a mut Map, key: &str) -> Option<&'a mut Map> {
    map.entry(key.to_owned()).or_insert_with(Node::map).as_map_mut()
}

/// What a node is, in words.
pub(crate) fn describe(node: &Node) -> &'static str {
    match node {
        Node::Scalar(_) => "a single value",
        Node::Seq(_) => "a list",
        Node::Map(_) => "a mapping",
    }
}
