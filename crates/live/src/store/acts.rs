//! What people and engines did that stands in no journal.

use jiff::Timestamp;
use sqlx::Connection as _;

use super::{Store, change, moment, nanos, on};
use crate::LiveError;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAct {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// About what, as `kind/name`.
    pub subject: String,
    /// What, in a few words.
    pub what: String,
    /// Why, as JSON; empty where a person did it.
    pub because: String,
}

const ADD: &str = "INSERT INTO acts (number, at, author, subject, what, because) \
    SELECT COALESCE(MAX(number), 0) + 1, $1, $2, $3, $4, $5 FROM acts";

/// The oldest go when there are more than these.
const KEPT: i64 = 10_000;

const FORGET: &str = "DELETE FROM acts WHERE number <= (SELECT MAX(number) FROM acts) - $1";

const LATEST: &str = "SELECT at, author, subject, what, because FROM acts \
    ORDER BY number DESC LIMIT $1";

type Row = (i64, String, String, String, String);

impl Store {
    /// Remembers that something was done.
    pub async fn act(&self, act: &StoredAct) -> Result<(), LiveError> {
        let done: Result<(), sqlx::Error> = change!(self, connection => {
                let mut change = connection.begin().await?;
                sqlx::query::<Db>(ADD)
                    .bind(nanos(act.at))
                    .bind(&act.by)
                    .bind(&act.subject)
                    .bind(&act.what)
                    .bind(&act.because)
                    .execute(&mut *change)
                    .await?;
                sqlx::query::<Db>(FORGET).bind(KEPT).execute(&mut *change).await?;
                change.commit().await
        });
        Ok(done.map_err(self.failed("write"))?)
    }

    /// The last `limit`, newest first.
    pub async fn acts(&self, limit: usize) -> Result<Vec<StoredAct>, LiveError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as::<Db, Row>(LATEST).bind(limit).fetch_all(pool).await
        })
        .map_err(self.failed("read"))?;
        let act = |(at, by, subject, what, because): Row| StoredAct {
            at: moment(at),
            by,
            subject,
            what,
            because,
        };
        Ok(rows.into_iter().map(act).collect())
    }
}
