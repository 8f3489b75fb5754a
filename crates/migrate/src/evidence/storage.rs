//! File systems: what changes although the same files are mounted.

use model::Reason;
use model::code::evidence as code;

use super::{Around, things};
use crate::scope::Scope;

/// Owners by access points, and encryption on the way.
pub(super) fn file_systems(around: &Around<'_, '_>, scope: &mut Scope) {
    let points = things(around.inventory, "AccessPoints");
    for volume in around.work.task.node.list("volumes") {
        let Some(efs) = volume.get("efsVolumeConfiguration") else { continue };
        let name = volume.text("name").unwrap_or_default();
        let point = efs.at(&["authorizationConfig"]).and_then(|auth| auth.text("accessPointId"));
        let point = points.iter().find(|one| point.is_some() && one.text("AccessPointId") == point);
        if let Some(uid) = point.and_then(|point| point.at(&["PosixUser"])?.int_at("Uid")) {
            let reason = Reason::new(&code::EFS_POSIX_USER).with("volume", &name).with("uid", uid);
            scope.note(&efs, reason);
        }
        if efs.text("transitEncryption").as_deref() != Some("ENABLED") {
            scope.note(&efs, Reason::new(&code::EFS_IN_CLEAR).with("volume", &name));
        }
    }
}
