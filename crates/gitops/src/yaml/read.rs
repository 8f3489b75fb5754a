//! From text to nodes.

use std::collections::BTreeMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StrInput, StructureStyle};

use super::resolve::{Dialect, Value, resolve};
use super::{List, Map, Node, Scalar, Style, Tag, number};

/// No document has more nodes than this once its aliases are followed.
const NODES_MAX: usize = 1_000_000;
/// No document nests deeper than this, so that recursion over it is safe.
const DEPTH_MAX: usize = 200;

/// A text that is not the YAML that was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Line in the text, from 1; 0 when it is about the whole.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) detail: String,
}

/// Every document of a file of objects, without empty ones.
pub(crate) fn documents(text: &str) -> Result<Vec<Node>, Flaw> {
    let text = text.replace("\r\n", "\n");
    let mut nodes = Vec::new();
    for (line, part) in split(&text)? {
        let found =
            document(part, Dialect::V3).map_err(|flaw| Flaw { line: flaw.line + line, ..flaw })?;
        nodes.extend(found.filter(|node| !node.is_null()));
    }
    Ok(nodes)
}

/// Cuts at lines that start with `---`; gives each part with the number of lines before it.
fn split(text: &str) -> Result<Vec<(usize, &str)>, Flaw> {
    let mut parts = Vec::new();
    let (mut start, mut lines, mut from) = (0, 0, 0);
    while let Some(found) = text[from..].find("\n---") {
        let at = from + found;
        let Some(end) = text[at + 1..].find('\n').map(|len| at + 1 + len) else {
            break;
        };
        let rest = text[at + 4..end].trim();
        let before = lines + text[start..=at].matches('\n').count();
        if !rest.is_empty() && !rest.starts_with('#') {
            let detail = format!("`---{rest}` is no separator of documents");
            return Err(Flaw { line: before + 1, detail });
        }
        parts.push((lines, &text[start..=at]));
        lines = before + 1;
        start = end + 1;
        from = start;
    }
    parts.push((lines, &text[start..]));
    Ok(parts)
}

/// The first document of a text; `None` if there is none.
pub(crate) fn document(text: &str, dialect: Dialect) -> Result<Option<Node>, Flaw> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.block_scalar_eof_without_line_feed = true;
    let parser = Parser::new_from_str_with_options(text, options);
    Reader { parser, dialect, anchors: BTreeMap::new(), nodes: 0 }.document()
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    dialect: Dialect,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Option<Node>, Flaw> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(None),
                (
                    event @ (Event::Scalar(..)
                    | Event::SequenceStart(..)
                    | Event::MappingStart(..)
                    | Event::Alias(_)),
                    span,
                ) => {
                    return self.node(event, span, 0).map(Some);
                }
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Flaw> {
        match self.parser.next() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(Flaw { line: error.marker().line(), detail: error.info() }),
            None => Err(Flaw { line: 0, detail: "the text ends too early".to_owned() }),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Flaw> {
        let line = span.start.line();
        self.spend(1, depth, line)?;
        match event {
            Event::Alias(id) => self.alias(id, depth, line),
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
                // The parser reports a value that is left out as a tilde of no length.
                let text = if span.is_empty() { String::new() } else { text.into_owned() };
                let node = Node::Scalar(scalar(text, style, tag.as_deref(), self.dialect));
                Ok(self.remember(anchor, node))
            }
            Event::SequenceStart(style, anchor, _) => {
                let mut items = List::default().with_flow(style == StructureStyle::Flow);
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => {
                            return Ok(self.remember(anchor, Node::Seq(items)));
                        }
                        (event, span) => items.push(self.node(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(style, anchor, _) => {
                let node = self.mapping(depth, style == StructureStyle::Flow)?;
                Ok(self.remember(anchor, node))
            }
            _ => Err(Flaw { line, detail: "a value was expected here".to_owned() }),
        }
    }

    fn mapping(&mut self, depth: usize, flow: bool) -> Result<Node, Flaw> {
        let mut map = Map::new().with_flow(flow);
        let mut merges = Vec::new();
        loop {
            let (event, span) = self.next()?;
            let line = span.start.line();
            if matches!(event, Event::MappingEnd) {
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            let Node::Scalar(key) = key else {
                return Err(Flaw { line, detail: "a key must be a single value".to_owned() });
            };
            if key.text == "<<" && key.style == Style::Plain {
                merges.push((line, value));
                continue;
            }
            let key = key_text(&key, self.dialect).map_err(|detail| Flaw { line, detail })?;
            if map.insert(key.clone(), value).is_some() && self.dialect == Dialect::V3 {
                return Err(Flaw { line, detail: format!("the key {key} is there twice") });
            }
        }
        for (line, value) in merges {
            merge(&mut map, value).map_err(|detail| Flaw { line, detail })?;
        }
        Ok(Node::Map(map))
    }

    fn alias(&mut self, id: usize, depth: usize, line: usize) -> Result<Node, Flaw> {
        let Some(node) = self.anchors.get(&id).cloned() else {
            return Err(Flaw { line, detail: "an alias names itself".to_owned() });
        };
        self.spend(node.size(), depth + node.depth(), line)?;
        Ok(node)
    }

    fn remember(&mut self, anchor: usize, node: Node) -> Node {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    fn spend(&mut self, nodes: usize, depth: usize, line: usize) -> Result<(), Flaw> {
        self.nodes += nodes;
        if self.nodes > NODES_MAX {
            return Err(Flaw { line, detail: format!("more than {NODES_MAX} values") });
        }
        if depth > DEPTH_MAX {
            return Err(Flaw { line, detail: format!("nested deeper than {DEPTH_MAX} levels") });
        }
        Ok(())
    }
}

fn scalar(text: String, style: ScalarStyle, tag: Option<&str>, dialect: Dialect) -> Scalar {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    };
    let explicit = tag.filter(|tag| *tag != "!").map(named_tag);
    let found = match (&explicit, style) {
        (Some(tag), _) => tag.clone(),
        (None, Style::Plain) => resolve(&text, dialect).tag(),
        (None, _) => Tag::Str,
    };
    Scalar { text, tag: found, style, explicit: explicit.is_some(), share: None }
}

fn named_tag(tag: &str) -> Tag {
    match tag.strip_prefix("tag:yaml.org,2002:").unwrap_or_default() {
        "str" => Tag::Str,
        "int" => Tag::Int,
        "float" => Tag::Float,
        "bool" => Tag::Bool,
        "null" => Tag::Null,
        "timestamp" => Tag::Timestamp,
        "binary" => Tag::Binary,
        _ => Tag::Other,
    }
}

/// The text of a key. Objects may have text as keys only; kustomization files also the rest.
fn key_text(key: &Scalar, dialect: Dialect) -> Result<String, String> {
    if key.tag == Tag::Str {
        return Ok(key.text.clone());
    }
    if dialect == Dialect::V2 {
        match resolve(&key.text, dialect) {
            Value::Bool(value) => return Ok(value.to_string()),
            Value::Int(value) => return Ok(value.to_string()),
            Value::Float(value) => return Ok(number::general(value)),
            Value::Null | Value::Uint(_) | Value::Time(_) => {}
            Value::Str => return Ok(key.text.clone()),
        }
    }
    Err(format!("the key {} is not text: put it in quotes", key.text))
}

/// Merges the mappings behind `<<`: what is there already wins, then the first of a list.
fn merge(map: &mut Map, value: Node) -> Result<(), String> {
    match value {
        Node::Map(source) => {
            for (key, value) in source {
                map.entry(key).or_insert(value);
            }
            Ok(())
        }
        Node::Seq(items) => items.into_iter().try_for_each(|item| match item {
            Node::Map(_) => merge(map, item),
            Node::Seq(_) | Node::Scalar(_) => Err("`<<` wants mappings".to_owned()),
        }),
        Node::Scalar(_) => Err("`<<` wants a mapping".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_cut_and_empty_ones_left_out() {
        let found = documents("---\na: 1\n---\n# nothing\n---\nb: [x, 'y']\n").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(documents("a: 1\n--- b\nc: 1\n").unwrap_err().line, 2);
        assert_eq!(documents("a: 1\n---\nb: 1\nb: 2\n").unwrap_err().line, 4);
    }

    #[test]
    fn anchors_and_merges_are_followed() {
        let found = documents("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n").unwrap();
        assert_eq!(found[0].get("y").unwrap().get("b").unwrap().text(), "3");
        assert_eq!(found[0].get("y").unwrap().get("a").unwrap().text(), "1");
    }

    #[test]
    fn aliases_cannot_blow_up() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            bomb = format!("{bomb}a{level}: &a{level} [{before}]\n");
        }
        assert!(documents(&bomb).unwrap_err().detail.contains("more than"));
    }
}
