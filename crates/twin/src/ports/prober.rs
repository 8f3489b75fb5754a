//! `Prober`: what the world tells of a shift, and its drills.

use model::facts::Facts;
use model::ports::{DrillOrder, Fault, Prober};

use crate::api::{self, Area};
use crate::prober::{drill, facts};
use crate::run::Engine;

impl Prober for Engine {
    async fn facts(&self, shift: &str) -> Result<Facts, Fault> {
        let (by, name) = (self.id, shift.to_owned());
        let key = format!("facts of {shift} for engine {}", by.0);
        api::read(self, Area::Cluster, key, move |world| facts::asked_by(world, by, &name)).await
    }

    async fn drill(&self, order: &DrillOrder) -> Result<(), Fault> {
        let (what, order) = (format!("drill of {}", order.shift), order.clone());
        api::write(self, Area::Cluster, what, move |world| drill::begin(world, &order)).await
    }
}
