//! Roles, variables and secrets of the two sides. Names only, never values.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Known, Sides};

/// What is known of identities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identity {
    /// `action on resource` that the task role may and the pod's role may not. Source:
    /// `SimulatePrincipalPolicy` of both.
    pub denied: Known<BTreeSet<String>>,
    /// Names of variables and secrets of each side. Source: task definition, pod template.
    pub names: Sides<Known<BTreeSet<String>>>,
    /// One call of each AWS API that the service uses, made from the new side, and whether it was
    /// answered. Source: a drill in a real pod.
    pub calls: Known<BTreeMap<String, bool>>,
}
