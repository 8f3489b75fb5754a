//! The port `Cloud` on a balancer in another process, over its admin socket.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use model::ports::{Cloud, Fault, GroupSeen, RuleSeen, WeightOrder};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use super::TargetSeen;
use super::admin::wire::{Hello, Ordered, PROTOCOL, Refused};
use crate::LiveError;
use crate::limits::{ADMIN_WAIT, HANDOVER_BYTES_MAX};

/// A balancer that runs by itself (`segue balance --admin`). Each call opens a connection of its
/// own, so that a balancer which was replaced in between is met where it is now.
#[derive(Debug, Clone)]
pub struct Remote {
    path: PathBuf,
}

impl Remote {
    /// The balancer whose admin socket is `path`, whether it answers now or not.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The balancer whose admin socket is `path`; an error if none answers, or one that speaks
    /// otherwise.
    pub async fn connect(path: impl Into<PathBuf>) -> Result<Self, Fault> {
        let remote = Self::at(path);
        let version: Hello = remote.get(&["v1"]).await?;
        if version.protocol == PROTOCOL {
            return Ok(remote);
        }
        let theirs = format!("it is segue {}, which speaks otherwise", version.version);
        Err(remote.failed(&theirs).into())
    }

    /// The version of the program behind it, and its process.
    pub async fn program(&self) -> Result<(String, u32), Fault> {
        let hello: Hello = self.get(&["v1"]).await?;
        Ok((hello.version, hello.pid))
    }

    /// Lets it take its file over now; an error if it could not, and then nothing has changed.
    pub async fn reload(&self) -> Result<(), Fault> {
        self.ask(Method::POST, &["v1", "reload"], Bytes::new()).await.map(drop)
    }

    /// Lets it end in order: requests under way have their time.
    pub async fn stop(&self) -> Result<(), Fault> {
        self.ask(Method::POST, &["v1", "stop"], Bytes::new()).await.map(drop)
    }

    /// Where each listener serves.
    pub async fn addresses(&self) -> Result<BTreeMap<String, SocketAddr>, Fault> {
        self.get(&["v1", "listeners"]).await
    }

    /// Every rule with weights.
    pub async fn rules(&self) -> Result<BTreeMap<String, RuleSeen>, Fault> {
        self.get(&["v1", "rules"]).await
    }

    /// Every target group.
    pub async fn groups(&self) -> Result<BTreeMap<String, GroupSeen>, Fault> {
        self.get(&["v1", "groups"]).await
    }

    /// The targets of every group.
    pub async fn targets(&self) -> Result<BTreeMap<String, Vec<TargetSeen>>, Fault> {
        self.get(&["v1", "targets"]).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Fault> {
        let body = self.ask(Method::GET, path, Bytes::new()).await?;
        serde_json::from_slice(&body).map_err(|error| self.failed(&error.to_string()).into())
    }

    /// One request; the body of a good answer.
    async fn ask(&self, method: Method, path: &[&str], body: Bytes) -> Result<Bytes, Fault> {
        let asked = tokio::time::timeout(ADMIN_WAIT, self.exchange(method, path, body)).await;
        let (status, body) = match asked {
            Ok(Ok(answer)) => answer,
            Ok(Err(cause)) => return Err(self.failed(&cause).into()),
            Err(_) => {
                let cause = format!("no answer in {} s", ADMIN_WAIT.as_secs());
                return Err(self.failed(&cause).into());
            }
        };
        if status.is_success() {
            return Ok(body);
        }
        Err(match serde_json::from_slice::<Refused>(&body) {
            Ok(refused) => refused.into(),
            Err(_) => self.failed(&format!("it answered {status}")).into(),
        })
    }

    async fn exchange(
        &self,
        method: Method,
        path: &[&str],
        body: Bytes,
    ) -> Result<(hyper::StatusCode, Bytes), String> {
        let stream = UnixStream::connect(&self.path).await.map_err(|error| error.to_string())?;
        let connected = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = connected.map_err(|error| error.to_string())?;
        let connection = tokio::spawn(connection);
        let mut uri = String::new();
        for part in path {
            uri.push('/');
            uri.extend(utf8_percent_encode(part, NON_ALPHANUMERIC));
        }
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header(HOST, HeaderValue::from_static("balancer"))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::new(body))
            .map_err(|error| error.to_string())?;
        let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), HANDOVER_BYTES_MAX).collect().await;
        connection.abort();
        Ok((status, body.map_err(|error| error.to_string())?.to_bytes()))
    }

    fn failed(&self, cause: &str) -> LiveError {
        LiveError::Admin { address: self.path.display().to_string(), cause: cause.to_owned() }
    }
}

impl Cloud for Remote {
    async fn rule(&self, rule: &str) -> Result<RuleSeen, Fault> {
        self.get(&["v1", "rules", rule]).await
    }

    async fn set_weights(&self, order: &WeightOrder) -> Result<(), Fault> {
        let ordered = Ordered {
            weights: order.weights.clone(),
            expected: order.expected.clone(),
            epoch: order.epoch,
            seq: order.seq,
        };
        let body = serde_json::to_vec(&ordered).map_err(|error| self.failed(&error.to_string()))?;
        self.ask(Method::PUT, &["v1", "rules", &order.rule, "weights"], body.into()).await?;
        Ok(())
    }

    async fn group(&self, group: &str) -> Result<GroupSeen, Fault> {
        self.get(&["v1", "groups", group]).await
    }

    async fn register(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        let path = ["v1", "groups", group, "targets", &target.to_string()];
        self.ask(Method::PUT, &path, Bytes::new()).await?;
        Ok(())
    }

    async fn deregister(&self, group: &str, target: SocketAddr) -> Result<(), Fault> {
        let path = ["v1", "groups", group, "targets", &target.to_string()];
        self.ask(Method::DELETE, &path, Bytes::new()).await?;
        Ok(())
    }
}
