//! Hidden subcommands: the demo's service, and the shim.

use clap::Subcommand;
use model::Reason;

use super::service::{self, ServiceArgs};

/// Subcommands that people do not type; `demo` and the local world use them.
#[derive(Debug, Clone, Subcommand)]
pub enum Hidden {
    /// The service that the demo moves.
    #[command(name = "demo-service", hide = true)]
    Service(ServiceArgs),
    /// Stands beside one container while it runs; the local world starts it.
    #[command(hide = true)]
    Shim,
}

impl Hidden {
    /// Does it. Returns the exit code.
    pub fn run(self) -> Result<u8, Reason> {
        match self {
            Self::Service(args) => service::run(args).map(|()| 0),
            Self::Shim => Ok(live::process::shim().map(|()| 0)?),
        }
    }
}
