//! The store: journals, leases, rules, runs and measurements in SQLite, or in PostgreSQL by URL.
//!
//! One text of SQL serves both. A change is stored as a whole or not at all, and what a method has
//! returned from survives a crash of the machine.

mod acts;
mod journal;
mod lease;
mod open;
mod rules;
mod runs;
mod samples;
mod trouble;

use std::fmt;

use sqlx::{PgPool, SqlitePool};

pub use acts::StoredAct;
pub use lease::Lease;
pub use open::Database;
pub use rules::RuleOrdered;
pub use runs::Run;
pub use samples::StoredSample;
pub use trouble::StoreError;

/// An open store. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    /// The database as people name it, without a password.
    place: String,
}

/// Connections to either database.
#[derive(Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The same statements for both databases: in `$body` the database is `Db`, its connections `$pool`.
macro_rules! on {
    ($store:expr, $pool:ident => $body:expr) => {
        match &$store.pool {
            $crate::store::Pool::Sqlite($pool) => {
                type Db = sqlx::Sqlite;
                $body
            }
            $crate::store::Pool::Postgres($pool) => {
                type Db = sqlx::Postgres;
                $body
            }
        }
    };
}
use on;

/// The same for a change, on one connection. One that has met an error is given up: a disk without
/// room can leave SQLite in the middle of a transaction, whose lock would keep all others waiting.
macro_rules! change {
    ($store:expr, $connection:ident => $body:expr) => {
        $crate::store::on!($store, pool => {
            async {
                let mut held = pool.acquire().await?;
                let $connection = &mut *held;
                let done: Result<_, sqlx::Error> = async { $body }.await;
                if done.is_err() {
                    held.close_on_drop();
                }
                done
            }
            .await
        })
    };
}
use change;

impl Store {
    /// The database as people name it.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Ends all connections; what was stored is on the disk already.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    /// What a failed statement means.
    fn failed(&self, doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError + use<> {
        let place = self.place.clone();
        move |source| StoreError::of(doing, &place, &source)
    }

    /// A row that no version of this program has written.
    fn unreadable(&self, what: &str, cause: impl fmt::Display) -> StoreError {
        StoreError::Broken { place: self.place.clone(), cause: format!("{what}: {cause}") }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("place", &self.place).finish_non_exhaustive()
    }
}

/// A moment as both databases keep it: nanoseconds since 1970, which reach until 2262.
fn nanos(at: jiff::Timestamp) -> i64 {
    let limit = if at.as_nanosecond() < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(at.as_nanosecond()).unwrap_or(limit)
}

/// The moment of so many nanoseconds.
fn moment(nanos: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(nanos.into()).unwrap_or_default()
}

/// A number as both databases keep it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number of the database, which never holds a negative one.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
