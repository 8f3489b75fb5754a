//! `Aws`: one call of the AWS API in, its answer as JSON out, whatever protocol it speaks.

use std::future::Future;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Fault;

/// What answers calls of the AWS API for one account and region.
///
/// Members have the names of the service's model (as in the AWS CLI), also where the wire carries
/// XML: lists are arrays, numbers and booleans are typed, times are RFC 3339 text.
pub trait Aws: Sync {
    /// Sends `call` and returns the answer. Throttling is waited out by whoever implements this,
    /// within its limits; what is left is a fault.
    fn call(&self, call: &Call) -> impl Future<Output = Result<Value, Fault>> + Send;
}

/// A call of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The service and the operation as IAM writes them, `ecs:DescribeServices`.
    pub operation: String,
    /// The parameters under the names of the service's model.
    pub request: Value,
}

impl Call {
    /// A call of `operation`, written `service:Operation`.
    pub fn new(operation: &str, request: Value) -> Self {
        Self { operation: operation.to_owned(), request }
    }

    /// The part before the colon: `ecs`, `elasticloadbalancing`.
    pub fn service(&self) -> &str {
        self.operation.split_once(':').map_or("", |(service, _)| service)
    }

    /// The part after the colon: `DescribeServices`.
    pub fn name(&self) -> &str {
        self.operation.split_once(':').map_or(self.operation.as_str(), |(_, name)| name)
    }
}
