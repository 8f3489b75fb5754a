//! A rule's weights, and the way of a change to each of its balancer's nodes.

use model::ports::{Epoch, Weights};

use super::group::NODES;

/// Target groups that one action may name: a fixed quota of AWS.
pub const GROUPS_MAX: usize = 5;

/// A rule of a balancer, with one weighted forward action.
pub struct Rule {
    /// The balancer that it is part of.
    pub balancer: String,
    /// What the control plane shows.
    pub weights: Weights,
    /// Epoch and number of the last order that it obeyed.
    pub last: (Epoch, u64),
    /// How often it was changed.
    pub version: u64,
    nodes: [Node; NODES],
}

/// The rule as one node serves it.
#[derive(Debug, Clone, Default)]
pub struct Node {
    version: u64,
    /// Sums of the weights so far, up to 100, and the number of the group.
    choices: Vec<(u32, u32)>,
}

impl Rule {
    /// A rule that all nodes serve with these weights.
    pub fn new(balancer: &str, weights: &Weights, choices: &[(u32, u32)]) -> Self {
        let node = Node { version: 0, choices: choices.to_vec() };
        Self {
            balancer: balancer.to_owned(),
            weights: weights.clone(),
            last: (Epoch::default(), 0),
            version: 0,
            nodes: [(); NODES].map(|()| node.clone()),
        }
    }

    /// The group that `node` sends a request to, for a draw below 100. Health is not asked: an
    /// empty group gets its share.
    pub fn choose(&self, node: usize, draw: u32) -> u32 {
        let choices = &self.nodes[node].choices;
        let chosen = choices.iter().find(|(sum, _)| draw < *sum).or(choices.last());
        chosen.map_or(0, |(_, group)| *group)
    }

    /// Whether `node` names the group, with whatever weight: its cookies are honoured then.
    pub fn names(&self, node: usize, group: u32) -> bool {
        self.nodes[node].choices.iter().any(|(_, named)| *named == group)
    }

    /// Lets `node` serve a change; an older one that comes late changes nothing. True if it did.
    pub fn reach(&mut self, node: usize, version: u64, choices: &[(u32, u32)]) -> bool {
        let node = &mut self.nodes[node];
        if node.version >= version {
            return false;
        }
        *node = Node { version, choices: choices.to_vec() };
        true
    }

    /// Whether every node serves what the control plane shows.
    pub fn is_served(&self) -> bool {
        self.nodes.iter().all(|node| node.version == self.version)
    }

    /// The group that every node sends everything to, if there is one.
    pub fn one_sided(&self) -> Option<u32> {
        let all = |node: &Node| {
            let full = node.choices.iter().position(|(sum, _)| *sum == 100)?;
            let before = full.checked_sub(1).map_or(0, |before| node.choices[before].0);
            (before == 0).then_some(node.choices[full].1)
        };
        let first = all(&self.nodes[0])?;
        self.nodes.iter().all(|node| all(node) == Some(first)).then_some(first)
    }
}
