//! Leases: who plays a role, until when.
//!
//! A lease keeps two instances from getting in each other's way. What keeps the traffic safe where
//! it fails (a clock that jumped, a process that slept) are the epochs of the journal.

use std::time::Duration;

use jiff::Timestamp;

use super::{Store, StoreError, change, moment, nanos, on, unsigned};
use crate::LiveError;

/// A role that this instance plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The role.
    pub role: String,
    /// Who plays it.
    pub holder: String,
    /// Grows with each change of the player.
    pub epoch: u64,
    /// Until when.
    pub until: Timestamp,
}

/// Takes a role that is free, over, or one's own. The epoch grows but where it is one's own.
const TAKE: &str = "INSERT INTO leases (role, holder, epoch, until) VALUES ($1, $2, 1, $4) \
    ON CONFLICT (role) DO UPDATE SET \
    epoch = CASE WHEN leases.holder = excluded.holder THEN leases.epoch ELSE leases.epoch + 1 END, \
    holder = excluded.holder, until = excluded.until \
    WHERE leases.until < $3 OR leases.holder = excluded.holder \
    RETURNING epoch";

const RENEW: &str = "UPDATE leases SET until = $4 WHERE role = $1 AND holder = $2 AND epoch = $3";

const RELEASE: &str = "UPDATE leases SET until = 0 WHERE role = $1 AND holder = $2 AND epoch = $3";

const HOLDER: &str = "SELECT holder, until FROM leases WHERE role = $1";

impl Store {
    /// Takes `role` for `holder` from `now` on, for as long as `length`.
    pub async fn lease(
        &self,
        role: &str,
        holder: &str,
        now: Timestamp,
        length: Duration,
    ) -> Result<Lease, LiveError> {
        let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
        let taken: Option<(i64,)> = change!(self, connection => {
            sqlx::query_as::<Db, (i64,)>(TAKE)
                .bind(role)
                .bind(holder)
                .bind(nanos(now))
                .bind(nanos(until))
                .fetch_optional(connection)
                .await
        })
        .map_err(self.failed("write"))?;
        match taken {
            Some((epoch,)) => Ok(Lease {
                role: role.to_owned(),
                holder: holder.to_owned(),
                epoch: unsigned(epoch),
                until,
            }),
            None => Err(self.leased(role).await?.into()),
        }
    }

    /// Plays the role on until `length` after `now`; an error if another one plays it.
    pub async fn renew(
        &self,
        lease: &mut Lease,
        now: Timestamp,
        length: Duration,
    ) -> Result<(), LiveError> {
        let until = now.checked_add(length).unwrap_or(Timestamp::MAX);
        let rows = change!(self, connection => {
            sqlx::query::<Db>(RENEW)
                .bind(&lease.role)
                .bind(&lease.holder)
                .bind(super::signed(lease.epoch))
                .bind(nanos(until))
                .execute(connection)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(self.failed("write"))?;
        if rows == 0 {
            return Err(self.leased(&lease.role).await?.into());
        }
        lease.until = until;
        Ok(())
    }

    /// Gives the role back; nothing if another one plays it already.
    pub async fn release(&self, lease: &Lease) -> Result<(), LiveError> {
        change!(self, connection => {
            sqlx::query::<Db>(RELEASE)
                .bind(&lease.role)
                .bind(&lease.holder)
                .bind(super::signed(lease.epoch))
                .execute(connection)
                .await
                .map(drop)
        })
        .map_err(self.failed("write"))?;
        Ok(())
    }

    async fn leased(&self, role: &str) -> Result<StoreError, StoreError> {
        let found: Option<(String, i64)> = on!(self, pool => {
            sqlx::query_as::<Db, (String, i64)>(HOLDER).bind(role).fetch_optional(pool).await
        })
        .map_err(self.failed("read"))?;
        let (holder, until) = found.unwrap_or_else(|| ("another instance".to_owned(), 0));
        Ok(StoreError::Leased { role: role.to_owned(), holder, until: moment(until).to_string() })
    }
}
