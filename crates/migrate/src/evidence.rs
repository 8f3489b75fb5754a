//! What surrounds a service in AWS and is not converted: alarms, roles, security groups, records.
//!
//! Each thing keeps its place in AWS, and its leaves are ruled as evidence. What a team must know
//! of it before the service moves becomes a finding at the place where it stands.

mod deploys;
mod network;
mod roles;
mod storage;
mod traffic;
mod watch;

use crate::assemble::DEFAULT_ENVIRONMENT;
use crate::convert::{Workload, names};
use crate::input::inventory::Inventory;
use crate::input::node::Node;
use crate::input::section::Section;
use crate::naming::{Vocabulary, WordClass, scan_strings};
use crate::scope::Scope;

/// What one service meets.
struct Around<'e, 'a> {
    inventory: &'e Inventory<'a>,
    vocabulary: &'e Vocabulary,
    work: &'e Workload<'a>,
}

/// Reports what a team must know of the surroundings of one service.
pub fn of_service(
    inventory: &Inventory<'_>,
    vocabulary: &Vocabulary,
    work: &Workload<'_>,
    scope: &mut Scope,
) {
    let around = Around { inventory, vocabulary, work };
    watch::alarms(&around, scope);
    roles::task_role(&around, scope);
    roles::execution_role(&around, scope);
    network::groups(&around, scope);
    network::weighted_names(&around, scope);
    deploys::code_deploy(&around, scope);
    deploys::images(&around, scope);
    storage::file_systems(&around, scope);
    traffic::other_weights(&around, scope);
    traffic::cut_off(&around, scope);
    watch::old_revisions(&around, scope);
}

/// Reports what concerns every service alike.
pub fn of_estate(inventory: &Inventory<'_>, scope: &mut Scope) {
    network::subnets(inventory, scope);
}

/// The things in every list called `key` that is read as evidence.
pub(crate) fn things<'a>(inventory: &Inventory<'a>, key: &str) -> Vec<Node<'a>> {
    let evidence =
        inventory.sections().filter(|(section, _)| matches!(section, Section::Evidence(_)));
    let lists = evidence.flat_map(|(_, items)| items).map(|item| &item.node);
    lists
        .filter(|list| list.pointer.rsplit('/').next() == Some(key))
        .flat_map(Node::items)
        .collect()
}

impl Around<'_, '_> {
    /// The other environment whose word is in `text`.
    fn foreign(&self, text: &str) -> Option<String> {
        let own = Some(self.work.env.as_str()).filter(|env| *env != DEFAULT_ENVIRONMENT);
        let words = scan_strings(own, self.vocabulary, text);
        words.into_iter().find(|word| word.class == WordClass::Foreign).map(|word| word.env)
    }

    /// Names of its cluster and of its ECS service, as dimensions and targets have them.
    fn ecs_names(&self) -> Option<(String, String)> {
        let service = self.work.service.as_ref()?;
        let cluster = ["clusterArn", "cluster"].iter().find_map(|key| service.node.text(key))?;
        Some((names::last_part(&cluster).to_owned(), service.node.text("serviceName")?))
    }
}
