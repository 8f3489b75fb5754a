//! Credentials: the standard chain, kept until shortly before they end.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use model::Reason;
use model::code::aws as code;
use model::ports::Fault;
use tokio::sync::Mutex;

use super::settings::{Keys, Settings};
use super::transport::Transport;

/// Credentials that end within this time are fetched anew: a call with its retries takes less.
const FRESH: Duration = Duration::from_mins(3);

/// Where credentials come from, and those in use.
#[derive(Debug)]
pub(super) struct Source {
    settings: Settings,
    held: Mutex<Option<Credentials>>,
}

impl Source {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, held: Mutex::new(None) }
    }

    /// The credentials to sign with at `now`.
    pub(super) async fn current(&self, now: SystemTime) -> Result<Credentials, Fault> {
        let mut held = self.held.lock().await;
        if let Some(keys) = held.as_ref().filter(|keys| fresh(keys, now)) {
            return Ok(keys.clone());
        }
        let keys = self.fetch().await.map_err(none)?;
        *held = Some(keys.clone());
        Ok(keys)
    }

    /// The credentials after `refused`, which a service called expired. Of several calls that were
    /// refused at once, the first fetches.
    pub(super) async fn after(&self, refused: &Credentials) -> Result<Credentials, String> {
        let mut held = self.held.lock().await;
        let other = |keys: &&Credentials| !same(keys, refused);
        if let Some(keys) = held.as_ref().filter(other) {
            return Ok(keys.clone());
        }
        let keys = self.fetch().await?;
        *held = Some(keys.clone());
        Ok(keys)
    }

    async fn fetch(&self) -> Result<Credentials, String> {
        if let Some(given) = &self.settings.keys {
            return Ok(given.keys().into());
        }
        // The chain is built each time: it reads the shared files once only, and a login in another
        // terminal changes them.
        let config = load(&self.settings).await;
        let provider = config.credentials_provider().ok_or("the chain is empty")?;
        provider.provide_credentials().await.map_err(|error| whole(&error))
    }
}

/// What the environment and the shared files say.
pub(super) async fn load(settings: &Settings) -> SdkConfig {
    let mut loader =
        aws_config::defaults(BehaviorVersion::latest()).http_client(Transport::client());
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(aws_config::Region::new(region.clone()));
    }
    loader.load().await
}

fn fresh(keys: &Credentials, now: SystemTime) -> bool {
    keys.expiry().is_none_or(|end| now.checked_add(FRESH).is_some_and(|then| then < end))
}

fn same(one: &Credentials, other: &Credentials) -> bool {
    one.access_key_id() == other.access_key_id()
        && one.secret_access_key() == other.secret_access_key()
        && one.session_token() == other.session_token()
}

fn none(cause: String) -> Fault {
    Fault::never(Reason::new(&code::NO_CREDENTIALS).with("cause", cause))
}

/// An error with everything beneath it, each said once.
pub(super) fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        source = cause.source();
    }
    text.lines().next().unwrap_or_default().to_owned()
}

impl From<Keys> for Credentials {
    fn from(keys: Keys) -> Self {
        Self::new(keys.id, keys.secret, keys.token, None, "given")
    }
}

/// What must stand in no message.
#[derive(Default)]
pub(super) struct Secrets(Vec<Arc<str>>);

impl Secrets {
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self(texts.into_iter().filter(|text| !text.is_empty()).map(Arc::from).collect())
    }

    pub(super) fn in_keys(keys: &Credentials) -> Self {
        Self::of([keys.secret_access_key(), keys.session_token().unwrap_or_default()])
    }

    /// `text` with every secret struck out.
    pub(super) fn struck(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(&**secret, "(redacted)"))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}
