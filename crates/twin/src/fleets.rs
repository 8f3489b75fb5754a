//! ECS services and Deployments: copies that start, get ready, end; schedules and workers.

/// ECS services and Deployments: copies that start, get ready, end; schedules and workers.
#[derive(Default)]
pub struct Fleets {}
