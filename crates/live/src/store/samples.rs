//! Measurements for the charts. How many are kept is the business of whoever takes them.

use sqlx::Connection as _;

use super::{Store, change, on};
use crate::LiveError;

/// One measurement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSample {
    /// About what, as `kind/name`.
    pub subject: String,
    /// When, in milliseconds since 1970; one a subject and millisecond.
    pub at: i64,
    /// The measurement, as JSON.
    pub body: String,
}

const ADD: &str = "INSERT INTO samples (subject, at, body) VALUES ($1, $2, $3) \
    ON CONFLICT (subject, at) DO NOTHING";

impl Store {
    /// Adds `new` and drops `old` (subject and moment), all or nothing.
    pub async fn sampled(
        &self,
        new: &[StoredSample],
        old: &[(String, i64)],
    ) -> Result<(), LiveError> {
        if new.is_empty() && old.is_empty() {
            return Ok(());
        }
        let changed: Result<(), sqlx::Error> = change!(self, connection => {
                let mut change = connection.begin().await?;
                for sample in new {
                    sqlx::query::<Db>(ADD)
                        .bind(&sample.subject)
                        .bind(sample.at)
                        .bind(&sample.body)
                        .execute(&mut *change)
                        .await?;
                }
                for (subject, at) in old {
                    sqlx::query::<Db>("DELETE FROM samples WHERE subject = $1 AND at = $2")
                        .bind(subject)
                        .bind(at)
                        .execute(&mut *change)
                        .await?;
                }
                change.commit().await
        });
        Ok(changed.map_err(self.failed("write"))?)
    }

    /// The measurements of `subject`, oldest first.
    pub async fn samples(&self, subject: &str) -> Result<Vec<StoredSample>, LiveError> {
        let rows: Vec<(i64, String)> = on!(self, pool => {
            sqlx::query_as::<Db, (i64, String)>(
                "SELECT at, body FROM samples WHERE subject = $1 ORDER BY at",
            )
            .bind(subject)
            .fetch_all(pool)
            .await
        })
        .map_err(self.failed("read"))?;
        let sample = |(at, body)| StoredSample { subject: subject.to_owned(), at, body };
        Ok(rows.into_iter().map(sample).collect())
    }
}
