//! What the planners of the whole estate are given, and how they say what they found.

use model::Reason;

use crate::credential::Credentials;
use crate::generate::{Converted, Settings};
use crate::input::inventory::Inventory;
use crate::naming::Names;

/// The estate after conversion: everything that consolidation, waves and cost may look at.
#[derive(Debug, Clone, Copy)]
pub struct Given<'g, 'a> {
    /// Everything that was read.
    pub inventory: &'g Inventory<'a>,
    /// Every service in every environment, in order of service and environment.
    pub converted: &'g [Converted<'a>],
    /// What was inferred about names.
    pub names: &'g Names,
    /// Literals that must be in no output; reading the whole estate for them once is enough.
    pub credentials: &'g Credentials,
    /// What the team decided.
    pub settings: &'g Settings,
}

/// A finding of a planner that looks at the whole estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// The service; empty for the estate.
    pub service: String,
    /// The environment; empty for all.
    pub environment: String,
    /// What was found.
    pub reason: Reason,
}
