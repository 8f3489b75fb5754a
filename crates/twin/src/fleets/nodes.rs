//! Zones, and room for pods. ECS runs on Fargate here: it needs no nodes.

use std::collections::BTreeMap;

/// Zones of a region.
pub const ZONES: u8 = 3;
/// Pods that one node holds.
pub const PODS_PER_NODE: u32 = 10;

/// The nodes of the cluster; node `n` stands in zone `n mod 3`.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    count: u32,
    used: BTreeMap<u32, u32>,
}

impl Nodes {
    /// So many nodes, all of them empty.
    pub(crate) fn new(count: u32) -> Self {
        Self { count, used: BTreeMap::new() }
    }

    /// The zone of a node.
    pub fn zone(node: u32) -> u8 {
        u8::try_from(node % u32::from(ZONES)).unwrap_or(0)
    }

    /// How many more pods there is room for in the zones that are `up`.
    pub fn room(&self, up: impl Fn(u8) -> bool) -> u32 {
        let nodes = (0..self.count).filter(|node| up(Self::zone(*node)));
        nodes.fold(0, |room, node| room.saturating_add(PODS_PER_NODE - self.used(node)))
    }

    /// Takes room for one pod in `zone`, on the node with the fewest pods.
    pub(crate) fn take(&mut self, zone: u8) -> Option<u32> {
        let nodes = (0..self.count).filter(|node| Self::zone(*node) == zone);
        let free = nodes.filter(|node| self.used(*node) < PODS_PER_NODE);
        let node = free.min_by_key(|node| (self.used(*node), *node))?;
        *self.used.entry(node).or_default() += 1;
        Some(node)
    }

    /// Gives back the room of one pod.
    pub(crate) fn give_back(&mut self, node: u32) {
        if let Some(used) = self.used.get_mut(&node) {
            *used = used.saturating_sub(1);
        }
    }

    fn used(&self, node: u32) -> u32 {
        self.used.get(&node).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_spread_over_the_nodes_of_a_zone_until_there_is_no_room() {
        let mut nodes = Nodes::new(4);
        assert_eq!(nodes.room(|_| true), 40);
        assert_eq!(nodes.room(|zone| zone != 0), 20, "nodes 0 and 3 are in zone 0");
        assert_eq!(nodes.take(0), Some(0));
        assert_eq!(nodes.take(0), Some(3), "the emptier one");
        let taken = (0..40).filter_map(|_| nodes.take(1)).count();
        assert_eq!(taken, 10, "one node stands in zone 1");
        nodes.give_back(1);
        assert_eq!(nodes.take(1), Some(1));
    }
}
