//! XML as a tree of elements with text; attributes, comments and namespaces are left out, since no
//! answer that we read means anything by them.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements within elements; the deepest answer of AWS has about fifteen.
const DEPTH_MAX: usize = 64;

/// An element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Without a namespace prefix.
    pub(super) name: String,
    /// Its own text, as it stands.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element of this name at any depth.
    pub(super) fn find(&self, name: &str) -> Option<&Element> {
        self.child(name).or_else(|| self.children.iter().find_map(|child| child.find(name)))
    }
}

/// The root of a document.
pub(super) fn read(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // The document itself is the lowest; its only child is the root.
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| format!("it is not XML: {error}"))?;
        match event {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err(format!("it is nested more than {DEPTH_MAX} deep"));
                }
                let name = start.local_name().into_inner().to_owned();
                open.push(Element { name, ..Element::default() });
            }
            Event::End(_) => {
                let done = open.pop().unwrap_or_default();
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => return Err("it closes more than it opens".to_owned()),
                }
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let letter = match &*reference {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "apos" => Some('\''),
                    "quot" => Some('"'),
                    _ => reference.resolve_char_ref().ok().flatten(),
                };
                let letter =
                    letter.ok_or_else(|| format!("it has the entity &{};", &*reference))?;
                add(&mut open, letter.encode_utf8(&mut [0; 4]));
            }
            Event::Eof => break,
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
    if open.len() != 1 {
        return Err("it ends too early".to_owned());
    }
    let document = open.pop().unwrap_or_default();
    document.children.into_iter().next().ok_or_else(|| "it is empty".to_owned())
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_entities_and_empty_elements_are_read() {
        let root = read(
            b"<?xml version='1.0'?><a:R xmlns:a='x'><b>1 &lt;&#38; <![CDATA[<2>]]></b><c/></a:R>",
        )
        .unwrap();
        assert_eq!(root.name, "R");
        assert_eq!(root.child("b").unwrap().text, "1 <& <2>");
        assert_eq!(root.child("c").unwrap(), &Element { name: "c".into(), ..Element::default() });
    }

    #[test]
    fn what_is_no_xml_is_refused_and_deep_nesting_ends() {
        for bad in ["", "no", "<a>", "<a></b>", "<a>&who;</a>", "</a>"] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(read(&[0xff, 0xfe]).is_err());
        let deep = "<a>".repeat(10_000);
        assert!(read(deep.as_bytes()).unwrap_err().contains("64 deep"));
    }
}
