//! The role of this instance, kept as long as it serves.

use std::path::Path;
use std::time::Duration;

use live::store::Lease;
use live::{Store, SystemClock, disk};
use model::Reason;
use model::ports::{Clock as _, Retry};

/// The role: who moves traffic.
const ROLE: &str = "traffic";
/// A lease lasts so long without being renewed.
const LENGTH: Duration = Duration::from_secs(15);
/// It is renewed when no more than this is left.
const RENEW_AT: Duration = Duration::from_secs(10);

/// A lease that is renewed.
#[derive(Debug)]
pub(super) struct Kept {
    lease: Lease,
}

impl Kept {
    /// Takes the role for the instance of this state folder. What a killed instance of the same
    /// folder held is taken over at once: the folder's lock says that it is gone.
    pub(super) async fn take(store: &Store, state: &Path) -> Result<Self, Reason> {
        // Without a name every machine is the same one, which only costs the wait for a lease.
        let host = disk::read_file(Path::new("/proc/sys/kernel/hostname")).unwrap_or_default();
        let host = String::from_utf8_lossy(&host).trim().to_owned();
        let folder = std::fs::canonicalize(state).unwrap_or_else(|_| state.to_owned());
        let holder = format!("{host}:{}", folder.display());
        let lease = store.lease(ROLE, &holder, SystemClock.now(), LENGTH).await?;
        Ok(Self { lease })
    }

    /// Renews it when it is time; an error if the role is another's, or if it may be by now.
    pub(super) async fn keep(&mut self, store: &Store) -> Result<(), Reason> {
        let now = SystemClock.now();
        let left = Duration::try_from(self.lease.until.duration_since(now)).unwrap_or_default();
        if left > RENEW_AT && left <= LENGTH {
            return Ok(());
        }
        match store.renew(&mut self.lease, now, LENGTH).await {
            Ok(()) => Ok(()),
            // A database that is away for a moment is no reason to end: the journal's epochs keep
            // the traffic safe, and shifts wait until they can write.
            Err(error) if error.retry() != Retry::Never && !is_leased(&error) => Ok(()),
            Err(error) => Err(error.reason()),
        }
    }

    /// Gives the role back, so that another instance need not wait.
    pub(super) async fn give_back(self, store: &Store) {
        // Over by itself in a quarter of a minute.
        let _ = store.release(&self.lease).await;
    }
}

fn is_leased(error: &live::LiveError) -> bool {
    matches!(error, live::LiveError::Store(live::store::StoreError::Leased { .. }))
}
