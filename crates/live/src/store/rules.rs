//! What each rule of a balancer was last told.

use model::ports::{Epoch, WeightOrder, Weights};

use super::{Store, change, on, signed, unsigned};
use crate::LiveError;

/// A rule as it was ordered last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOrdered {
    /// The rule.
    pub rule: String,
    /// All its weights.
    pub weights: Weights,
    /// Who ordered.
    pub epoch: Epoch,
    /// Number of the order within its shift.
    pub seq: u64,
}

const ORDERED: &str = "INSERT INTO rules (rule, weights, epoch, seq) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (rule) DO UPDATE SET \
    weights = excluded.weights, epoch = excluded.epoch, seq = excluded.seq";

type Row = (String, String, i64, i64);

impl Store {
    /// Remembers an order, before it is carried out.
    pub async fn ordered(&self, order: &WeightOrder) -> Result<(), LiveError> {
        let weights = serde_json::to_string(&order.weights)
            .map_err(|error| self.unreadable("weights", error))?;
        change!(self, connection => {
            sqlx::query::<Db>(ORDERED)
                .bind(&order.rule)
                .bind(&weights)
                .bind(signed(order.epoch.0))
                .bind(signed(order.seq))
                .execute(connection)
                .await
                .map(drop)
        })
        .map_err(self.failed("write"))?;
        Ok(())
    }

    /// All rules as they were ordered last, by name.
    pub async fn rules(&self) -> Result<Vec<RuleOrdered>, LiveError> {
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as::<Db, Row>("SELECT rule, weights, epoch, seq FROM rules ORDER BY rule")
                .fetch_all(pool)
                .await
        })
        .map_err(self.failed("read"))?;
        let rule = |(rule, weights, epoch, seq): Row| {
            let weights = serde_json::from_str(&weights)
                .map_err(|error| self.unreadable(&format!("the weights of {rule}"), error))?;
            Ok(RuleOrdered { rule, weights, epoch: Epoch(unsigned(epoch)), seq: unsigned(seq) })
        };
        rows.into_iter().map(rule).collect()
    }
}
