//! What the demo's service, shift, fleets and rule are called, in manifests and on the screen.

/// The service that crosses: behind a load balancer, with settings and secrets, without faults.
pub const SERVICE: &str = "lecture-api";
/// The environment that one machine is.
pub(crate) const ENVIRONMENT: &str = "local";
/// The shift.
pub const SHIFT: &str = "lecture-api-local";
/// Who wrote the shift and starts it; somebody else has to agree to the removal of the old fleet.
pub(crate) const AUTHOR: &str = "demo";

/// The overlay that this machine plays.
pub(crate) const OVERLAY: &str = "apps/lecture-api/overlays/local";
/// The patch that says what runs as the new fleet.
pub(crate) const NEW_FLEET: &str = "apps/lecture-api/overlays/local/new-fleet.yaml";
/// The file of the shift.
pub(crate) const SHIFT_FILE: &str = "shifts/lecture-api-local.yaml";
/// The rehearsal of the shift, where the console looks for it.
pub(crate) const REHEARSAL_FILE: &str = "rehearsals/lecture-api-local.json";

/// Service and target group of the old fleet, and its Deployment.
pub(crate) const OLD_GROUP: &str = "ecs-lecture-api";
/// Service and target group of the new fleet, and its Deployment.
pub(crate) const NEW_GROUP: &str = SERVICE;
/// The rule whose weights move: the action `fleets` of the Ingress.
pub(crate) const RULE: &str = "lecture-api.fleets";
/// The listener of that rule.
pub(crate) const LISTENER: &str = "lecture-api:8080";

/// What answers of the old side are marked with.
pub(crate) const OLD: &str = "old";
/// What answers of the new side are marked with.
pub(crate) const NEW: &str = "new";
/// Copies on each side: what 300 requests a second need with a third to spare.
pub(crate) const REPLICAS: u32 = 3;
