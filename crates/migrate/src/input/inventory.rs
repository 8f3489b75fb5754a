//! The inventory: every thing of a snapshot, found by kind and by ARN.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::input::node::Node;
use crate::input::section::{Section, section_of, section_of_whole};
use crate::input::snapshot::{Asked, Snapshot};

/// One thing of the estate and the answer it came in.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// The thing itself.
    pub node: Node<'a>,
    /// Members of the answer beside the thing, such as `tags` of a task definition.
    pub beside: Option<Node<'a>>,
    /// What was asked to get it, where the snapshot says.
    pub asked: Option<&'a Asked>,
}

impl Item<'_> {
    /// The string at `key` of the request, such as the rule of a list of targets.
    pub fn asked_for(&self, key: &str) -> Option<&str> {
        self.asked?.request.get(key)?.as_str()
    }

    /// True if the file is called after `name`, as people call what they save:
    /// `aws events list-targets-by-rule --rule nightly > nightly-targets.json`.
    pub fn file_is_about(&self, name: &str) -> bool {
        let file = self.node.file.rsplit('/').next().unwrap_or(self.node.file);
        let stem = file.strip_suffix(".json").unwrap_or(file);
        let rest = stem.strip_prefix(name).or_else(|| stem.strip_suffix(name));
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(['-', '_', '.']) || rest.ends_with(['-', '_', '.'])
        })
    }
}

/// Every thing of one or several snapshots.
#[derive(Debug, Default)]
pub struct Inventory<'a> {
    sections: BTreeMap<Section, Vec<Item<'a>>>,
    /// The roots of all input files, for the ledger of leaves.
    pub files: Vec<Node<'a>>,
}

impl<'a> Inventory<'a> {
    /// Sorts the answers of `snapshots` by kind.
    pub fn new(snapshots: &'a [Snapshot]) -> Self {
        let mut inventory = Self::default();
        for snapshot in snapshots {
            for (file, value) in &snapshot.answers {
                let asked = snapshot.asked(file);
                let root = Node::root(file, value);
                inventory.files.push(root.clone());
                inventory.add(&root, asked);
            }
        }
        inventory
    }

    /// The things of one kind, in order of their files.
    pub fn all(&self, section: Section) -> &[Item<'a>] {
        self.sections.get(&section).map_or(&[], Vec::as_slice)
    }

    /// Every section that holds something.
    pub fn sections(&self) -> impl Iterator<Item = (&Section, &Vec<Item<'a>>)> {
        self.sections.iter()
    }

    /// The things of one kind whose `key` is `value`.
    pub fn having(&self, section: Section, key: &str, value: &str) -> Vec<&Item<'a>> {
        self.all(section)
            .iter()
            .filter(|item| item.node.get(key).and_then(|node| node.str()) == Some(value))
            .collect()
    }

    fn add(&mut self, node: &Node<'a>, asked: Option<&'a Asked>) {
        match node.value {
            Value::Array(_) => node.items().iter().for_each(|item| self.add(item, asked)),
            Value::Object(_) => match section_of_whole(node) {
                Some(section) => self.push(section, node.clone(), None, asked),
                None => self.add_members(node, asked),
            },
            _ => self.push(Section::Unknown, node.clone(), None, asked),
        }
    }

    /// Sorts an answer by its top-level members.
    fn add_members(&mut self, node: &Node<'a>, asked: Option<&'a Asked>) {
        for (key, member) in node.entries() {
            let section = section_of(key, &member);
            match section {
                // `tags` beside a task definition belong to it and are claimed with it.
                Section::Unknown if key == "tags" && node.get("taskDefinition").is_some() => {}
                Section::Index | Section::Evidence(_) | Section::Unknown | Section::Attributes => {
                    self.push(section, member, Some(node.clone()), asked);
                }
                _ if member.value.is_array() => {
                    for item in member.items() {
                        self.push(section, item, Some(node.clone()), asked);
                    }
                }
                _ => self.push(section, member, Some(node.clone()), asked),
            }
        }
    }

    fn push(
        &mut self,
        section: Section,
        node: Node<'a>,
        beside: Option<Node<'a>>,
        asked: Option<&'a Asked>,
    ) {
        self.sections.entry(section).or_default().push(Item { node, beside, asked });
    }
}
