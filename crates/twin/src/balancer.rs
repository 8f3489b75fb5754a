//! Load balancers: rules and their propagation, target groups, health, draining.

/// Load balancers: rules and their propagation, target groups, health, draining.
#[derive(Default)]
pub struct Balancers {}
