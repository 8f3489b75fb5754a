//! What was started, by whom, and what it is to reach.

use jiff::Timestamp;
use serde_json::Value;

use super::{Store, change, moment, nanos, on};
use crate::LiveError;

/// Something that was started.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What, as `kind/name`.
    pub subject: String,
    /// What it is to reach, as it was when it was started.
    pub goal: Value,
    /// Who started it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const START: &str = "INSERT INTO runs (subject, goal, author, at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (subject) DO UPDATE SET \
    goal = excluded.goal, author = excluded.author, at = excluded.at";

type Row = (String, String, String, i64);

impl Store {
    /// Remembers that something was started; what was there of that subject is replaced.
    pub async fn start(&self, run: &Run) -> Result<(), LiveError> {
        change!(self, connection => {
            sqlx::query::<Db>(START)
                .bind(&run.subject)
                .bind(run.goal.to_string())
                .bind(&run.by)
                .bind(nanos(run.at))
                .execute(connection)
                .await
                .map(drop)
        })
        .map_err(self.failed("write"))?;
        Ok(())
    }

    /// All that was started, by subject.
    pub async fn runs(&self) -> Result<Vec<Run>, LiveError> {
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as::<Db, Row>("SELECT subject, goal, author, at FROM runs ORDER BY subject")
                .fetch_all(pool)
                .await
        })
        .map_err(self.failed("read"))?;
        let run = |(subject, goal, by, at): Row| {
            let goal = serde_json::from_str(&goal)
                .map_err(|error| self.unreadable(&format!("the goal of {subject}"), error))?;
            Ok(Run { subject, goal, by, at: moment(at) })
        };
        rows.into_iter().map(run).collect()
    }
}
