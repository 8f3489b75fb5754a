//! `Fleets`: copies and jobs, as ECS, EventBridge and the cluster answer.

use model::ports::{Fault, FleetSeen, Fleets, JobOrder, JobSeen, ScaleOrder};

use crate::api::{self, Area};
use crate::fleets::{self, jobs};
use crate::run::Engine;

/// Which control plane knows the fleet or job of this name.
fn area(name: &str) -> Area {
    if name.starts_with("deployment/") || name.starts_with("cronjob/") {
        Area::Cluster
    } else {
        Area::Containers
    }
}

impl Fleets for Engine {
    async fn fleet(&self, fleet: &str) -> Result<FleetSeen, Fault> {
        let (key, name) = (format!("fleet {fleet}"), fleet.to_owned());
        api::read(self, area(fleet), key, move |world| fleets::seen(world, &name)).await
    }

    async fn scale(&self, order: &ScaleOrder) -> Result<(), Fault> {
        let (what, order) = (format!("copies of {}", order.fleet), order.clone());
        api::write(self, area(&order.fleet.clone()), what, move |world| {
            fleets::scale(world, &order)
        })
        .await
    }

    async fn job(&self, job: &str) -> Result<JobSeen, Fault> {
        let (key, name) = (format!("job {job}"), job.to_owned());
        api::read(self, area(job), key, move |world| jobs::seen(world, &name)).await
    }

    async fn set_job(&self, order: &JobOrder) -> Result<(), Fault> {
        let (what, order) = (format!("job {}", order.job), order.clone());
        api::write(self, area(&order.job.clone()), what, move |world| jobs::set(world, &order))
            .await
    }
}
