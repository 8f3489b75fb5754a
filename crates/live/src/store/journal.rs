//! The port `Journal`, and the look back over all journals.

use model::ports::{Epoch, Fault, Journal, Record};
use serde_json::Value;
use sqlx::Connection as _;

use super::{Store, StoreError, change, moment, nanos, on, signed, unsigned};
use crate::LiveError;

/// A row of a journal: subject, epoch, moment, body.
type Row = (String, i64, i64, String);

/// Writes the epoch of a record down unless a higher one is there, and says which one counts. In
/// both databases the row is held until the end of the transaction: whoever takes the next epoch
/// waits for this record, or this record for him.
const HOLD: &str = "INSERT INTO epochs (subject, epoch) VALUES ($1, $2) \
    ON CONFLICT (subject) DO UPDATE SET epoch = \
    CASE WHEN excluded.epoch > epochs.epoch THEN excluded.epoch ELSE epochs.epoch END \
    RETURNING epoch";

const TAKE: &str = "INSERT INTO epochs (subject, epoch) VALUES ($1, 1) \
    ON CONFLICT (subject) DO UPDATE SET epoch = epochs.epoch + 1 RETURNING epoch";

const APPEND: &str = "INSERT INTO records (subject, number, epoch, at, kind, body) \
    SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM records WHERE subject = $1";

const READ: &str =
    "SELECT subject, epoch, at, body FROM records WHERE subject = $1 ORDER BY number";

const LATEST: &str = "SELECT subject, epoch, at, body FROM records \
    WHERE kind NOT IN ('observed', 'beat', 'landed', 'converged', 'recounted', 'askedAgain') \
    ORDER BY at DESC, subject, number DESC LIMIT $1";

impl Journal for Store {
    async fn read(&self, subject: &str) -> Result<Vec<Record>, Fault> {
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as::<Db, Row>(READ).bind(subject).fetch_all(pool).await
        })
        .map_err(self.failed("read"))?;
        Ok(self.records(rows)?)
    }

    async fn take(&self, subject: &str) -> Result<Epoch, Fault> {
        let (epoch,): (i64,) = change!(self, connection => {
            sqlx::query_as::<Db, (i64,)>(TAKE).bind(subject).fetch_one(connection).await
        })
        .map_err(self.failed("write"))?;
        Ok(Epoch(unsigned(epoch)))
    }

    async fn append(&self, record: &Record) -> Result<(), Fault> {
        let present = self.add(record).await.map_err(self.failed("write"))?;
        if present > record.epoch {
            return Err(LiveError::Fenced {
                subject: record.subject.clone(),
                given: record.epoch.0,
                present: present.0,
            }
            .into());
        }
        Ok(())
    }
}

impl Store {
    /// Adds a record unless a higher epoch was taken; gives the epoch that counts.
    async fn add(&self, record: &Record) -> Result<Epoch, sqlx::Error> {
        let epoch = signed(record.epoch.0);
        let kind = record.body.get("entry").and_then(Value::as_str).unwrap_or_default();
        change!(self, connection => {
            let mut change = connection.begin().await?;
            let (present,): (i64,) = sqlx::query_as::<Db, (i64,)>(HOLD)
                .bind(&record.subject)
                .bind(epoch)
                .fetch_one(&mut *change)
                .await?;
            if present == epoch {
                sqlx::query::<Db>(APPEND)
                    .bind(&record.subject)
                    .bind(epoch)
                    .bind(nanos(record.at))
                    .bind(kind)
                    .bind(record.body.to_string())
                    .execute(&mut *change)
                    .await?;
                change.commit().await?;
            }
            Ok(Epoch(unsigned(present)))
        })
    }

    /// The last `limit` records of all subjects that a person would want to hear of, newest first.
    pub async fn latest(&self, limit: usize) -> Result<Vec<Record>, LiveError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as::<Db, Row>(LATEST).bind(limit).fetch_all(pool).await
        })
        .map_err(self.failed("read"))?;
        Ok(self.records(rows)?)
    }

    fn records(&self, rows: Vec<Row>) -> Result<Vec<Record>, StoreError> {
        let record = |(subject, epoch, at, body): Row| {
            let body = serde_json::from_str(&body)
                .map_err(|error| self.unreadable(&format!("a record of {subject}"), error))?;
            Ok(Record { at: moment(at), subject, epoch: Epoch(unsigned(epoch)), body })
        };
        rows.into_iter().map(record).collect()
    }
}
