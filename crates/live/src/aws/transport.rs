//! HTTP: rustls with ring, the certificates of this machine, proxies of the environment. One stack
//! for our requests and for those by which `aws-config` fetches credentials.

use std::fmt;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpConnector as _, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, Limited};
use hyper_util::client::legacy;

use super::credentials::whole;
use super::protocol::Reply;
use crate::limits::{AWS_ANSWER_BYTES_MAX, AWS_ANSWER_WAIT, AWS_CONNECT_WAIT};

/// Connections to every service.
#[derive(Clone)]
pub(super) struct Transport {
    connector: SharedHttpConnector,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The host has no address.
    Host(String),
    /// No connection came about; nothing was sent.
    Connection(String),
    /// Something was sent, and the answer did not come, or not whole.
    Lost(String),
}

impl Transport {
    pub(super) fn new() -> Self {
        Self { connector: SharedHttpConnector::new(connector(&settings())) }
    }

    /// The same stack for `aws-config`.
    pub(super) fn client() -> SharedHttpClient {
        Builder::new().build_with_connector_fn(|given, _| {
            // The machine's own endpoint of credentials is asked with a wait of its own.
            given.map_or_else(|| connector(&settings()), connector)
        })
    }

    pub(super) async fn send(&self, request: HttpRequest) -> Result<Reply, NoAnswer> {
        match tokio::time::timeout(AWS_ANSWER_WAIT, self.exchange(request)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(NoAnswer::Lost(format!("no answer in {} s", AWS_ANSWER_WAIT.as_secs()))),
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Reply, NoAnswer> {
        let response = self.connector.call(request).await.map_err(|error| sort(&error))?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let body: SdkBody = response.into_body();
        let body = Limited::new(body, AWS_ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| NoAnswer::Lost(whole(error.as_ref())))?;
        Ok(Reply { status, headers, body: body.to_bytes().into() })
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

fn settings() -> HttpConnectorSettings {
    HttpConnectorSettings::builder()
        .connect_timeout(AWS_CONNECT_WAIT)
        .read_timeout(AWS_ANSWER_WAIT)
        .build()
}

fn connector(settings: &HttpConnectorSettings) -> Connector {
    Connector::builder()
        .connector_settings(settings.clone())
        .proxy_config(ProxyConfig::from_env())
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build()
}

/// Tells failures before the request from those after it: only the first are safe to repeat.
fn sort(error: &(dyn std::error::Error + 'static)) -> NoAnswer {
    let text = whole(error);
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<legacy::Error>()
            && error.is_connect()
        {
            return if text.contains("dns error") || text.contains("lookup address") {
                NoAnswer::Host(text)
            } else {
                NoAnswer::Connection(text)
            };
        }
        cause = error.source();
    }
    NoAnswer::Lost(text)
}
