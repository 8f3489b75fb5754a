//! The ledger of the demo: both accounts of every request, of the prober and of the balancer, signed
//! while the shift stands at Hold.

use std::path::Path;

use live::{Store, SystemClock};
use model::Reason;
use model::Subject;
use model::ports::{Clock as _, Cloud, Journal as _};

use super::place::{NEW_GROUP, OLD_GROUP, SHIFT};
use crate::serve::book::ShiftStatus;
use crate::serve::instance::{DATABASE, TOOL};
use crate::serve::proof::key::Key;
use crate::serve::proof::publish::{Published, publish};
use crate::serve::proof::requests::{BalancerAccount, Witness};
use crate::serve::proof::{Sources, account};

/// What the balancer has counted up to now.
pub(super) async fn counted(balancer: &impl Cloud) -> Result<BalancerAccount, Reason> {
    let old = balancer.group(OLD_GROUP).await.map_err(|fault| fault.because)?.counts;
    let new = balancer.group(NEW_GROUP).await.map_err(|fault| fault.because)?.counts;
    Ok(BalancerAccount { old, new, restarts: 0 })
}

/// What it has counted since `before`; the counts of one balancer never go back.
pub(super) fn since(before: &BalancerAccount, now: &BalancerAccount) -> BalancerAccount {
    BalancerAccount {
        old: now.old.since(&before.old).unwrap_or(now.old),
        new: now.new.since(&before.new).unwrap_or(now.new),
        restarts: 0,
    }
}

/// Writes the ledger of the shift as it stands.
pub(super) async fn write(
    state: &Path,
    status: &ShiftStatus,
    witness: Witness,
) -> Result<Published, Reason> {
    let store = Store::read_only(&state.join(DATABASE)).await?;
    let records = store.read(&Subject::new("shift", SHIFT).to_string()).await;
    store.close().await;
    let records = records.map_err(|fault| fault.because)?;
    let key = Key::open_or_make(state)?;
    let ledger = account(&Sources {
        status,
        records: &records,
        prober: Some(witness.prober),
        balancer: Some(witness.balancer),
        written: SystemClock.now(),
        tool: TOOL,
        key: &key.public(),
    });
    publish(state, &ledger, &key)
}
