//! What a caller may choose: profile, region, endpoint, credentials, and how fast to ask.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// How to reach AWS. What is left out comes from the standard chain: the environment, then the
/// shared files of the AWS CLI, then the machine that this runs on.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The profile of the shared files (`--profile`).
    pub profile: Option<String>,
    /// The region (`--region`).
    pub region: Option<String>,
    /// One endpoint for every service (`--endpoint-url`), such as `http://127.0.0.1:5000`. It
    /// takes the place of those that the environment and the profile name.
    pub endpoint_url: Option<String>,
    /// Credentials that take the place of the chain.
    pub keys: Option<GivenKeys>,
    /// How fast to ask.
    pub pace: Pace,
    /// Whether to keep an account of every request, for tests ([`super::Client::trace`]).
    pub trace: bool,
}

/// Access keys.
#[derive(Clone)]
pub struct Keys {
    /// The access key's id, `AKIA…`.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The session token of keys that end.
    pub token: Option<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Where given keys come from: asked first, and again when a service calls them expired.
#[derive(Clone)]
pub struct GivenKeys(Arc<dyn Fn() -> Keys + Send + Sync>);

impl GivenKeys {
    /// Keys by `source`, which is called each time that fresh ones are needed.
    pub fn by(source: impl Fn() -> Keys + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// Always the same keys, without a session token.
    pub fn fixed(id: &str, secret: &str) -> Self {
        let keys = Keys { id: id.to_owned(), secret: secret.to_owned(), token: None };
        Self::by(move || keys.clone())
    }

    pub(super) fn keys(&self) -> Keys {
        (self.0)()
    }
}

impl fmt::Debug for GivenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenKeys")
    }
}

/// Requests a second, by service.
///
/// AWS shares its limits among all callers of an account, so a scan that asks as fast as it can
/// throttles the deployments that run beside it.
#[derive(Debug, Clone)]
pub struct Pace {
    /// For services without an entry of their own, over 0.
    pub default: f64,
    /// By the service's IAM prefix, `ecs`.
    pub services: BTreeMap<String, f64>,
}

impl Default for Pace {
    fn default() -> Self {
        // ECS: cluster reads have a burst of 50 and refill at about 20. Elastic Load Balancing
        // shares one read quota. Route 53 allows 5 requests a second for the whole account.
        let services = [("ecs", 12.0), ("elasticloadbalancing", 8.0), ("route53", 4.0)];
        let services = services.map(|(service, rate)| (service.to_owned(), rate));
        Self { default: 10.0, services: services.into() }
    }
}

impl Pace {
    /// The same rate for every service.
    pub fn even(rate: f64) -> Self {
        Self { default: rate, services: BTreeMap::new() }
    }

    /// Every rate times `factor`, over 0.
    #[must_use]
    pub fn times(mut self, factor: f64) -> Self {
        self.default *= factor;
        for rate in self.services.values_mut() {
            *rate *= factor;
        }
        self
    }

    /// Requests a second for `service`.
    pub fn of(&self, service: &str) -> f64 {
        self.services.get(service).copied().unwrap_or(self.default)
    }
}
