//! TLS of a listener: certificates from files, chosen by the name that a client asks for.
//!
//! Files are read when a configuration is taken over, and looked at again while it serves
//! ([`Balancer::renew`]). What cannot be used is told, and the certificates of before go on. Keys
//! are never printed: no error and no `Debug` here holds their bytes.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use serde::{Deserialize, Serialize};

use super::Balancer;
use crate::{LiveError, disk};

/// TLS of a listener: version 1.2 or 1.3, HTTP/2 or HTTP/1.1 as the client prefers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TlsConfig {
    /// Certificates, the default first: who asks for no name that one of them has gets it.
    pub certificates: Vec<CertificateFiles>,
}

/// Where a certificate is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificateFiles {
    /// PEM file of the certificate and of those between it and its root.
    pub certificate: PathBuf,
    /// PEM file of its key.
    pub key: PathBuf,
}

/// What became of certificate files that have changed.
#[derive(Debug, Default)]
pub struct Renewal {
    /// Listeners that serve other certificates from now on.
    pub taken: Vec<String>,
    /// Why others go on with those that they had; each reason is told once.
    pub kept: Vec<LiveError>,
}

/// The TLS that a listener serves.
#[derive(Debug)]
pub(super) struct Tls {
    pub(super) config: Arc<ServerConfig>,
    from: TlsConfig,
    look: Mutex<Look>,
}

/// What was seen of the files, as numbers that say nothing of what is in them.
#[derive(Debug)]
struct Look {
    /// What is served, or was refused.
    judged: u64,
    /// What the last look saw.
    seen: u64,
}

impl TlsConfig {
    /// What is wrong with it, if anything is. Reads the files.
    pub fn check(&self) -> Result<(), LiveError> {
        Tls::load(self).map(|_| ())
    }

    /// A number for what is in the files now, or for why they cannot be read.
    fn print(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for path in self.certificates.iter().flat_map(|one| [&one.certificate, &one.key]) {
            match disk::read_file(path) {
                Ok(bytes) => bytes.hash(&mut hasher),
                Err(error) => error.to_string().hash(&mut hasher),
            }
        }
        hasher.finish()
    }
}

impl Tls {
    /// Reads the files and makes them ready.
    pub(super) fn load(from: &TlsConfig) -> Result<Arc<Self>, LiveError> {
        let print = from.print();
        let provider = Arc::new(ring::default_provider());
        let certificates: Vec<_> = from
            .certificates
            .iter()
            .map(|files| certificate(files, &provider))
            .collect::<Result<_, _>>()?;
        if certificates.is_empty() {
            let cause = "tls names no certificate".to_owned();
            return Err(LiveError::Certificate { path: PathBuf::from("-"), cause });
        }
        let unusable = |error: rustls::Error| LiveError::Certificate {
            path: from.certificates[0].certificate.clone(),
            cause: error.to_string(),
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(ByName { certificates }));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let look = Mutex::new(Look { judged: print, seen: print });
        Ok(Arc::new(Self { config: Arc::new(config), from: from.clone(), look }))
    }

    /// Whether the files have changed and stayed so since the last look: whoever writes them may
    /// be in the middle.
    fn has_changed(&self) -> bool {
        let print = self.from.print();
        let mut look = self.look.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = print != look.judged && print == look.seen;
        look.seen = print;
        if changed {
            look.judged = print;
        }
        changed
    }
}

impl Balancer {
    /// Looks at the certificate files of all listeners. What has changed since they were taken
    /// over, and has not since the last look, is taken over if it can be used.
    pub fn renew(&self) -> Renewal {
        let mut renewal = Renewal::default();
        let _change = self.shared.change.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, front) in &self.shared.now.load().fronts {
            let Some(tls) = front.tls.load_full().filter(|tls| tls.has_changed()) else { continue };
            match Tls::load(&tls.from) {
                Ok(other) => {
                    front.tls.store(Some(other));
                    renewal.taken.push(name.clone());
                }
                Err(error) => renewal.kept.push(error),
            }
        }
        renewal
    }
}

/// A certificate and how to find it.
#[derive(Debug)]
struct Known {
    key: Arc<CertifiedKey>,
    leaf: CertificateDer<'static>,
}

fn certificate(files: &CertificateFiles, provider: &CryptoProvider) -> Result<Known, LiveError> {
    let bad = |path: &PathBuf, cause: String| LiveError::Certificate { path: path.clone(), cause };
    let (place, key_place) = (&files.certificate, &files.key);
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(&disk::read_file(place)?)
            .collect::<Result<_, _>>()
            .map_err(|error| bad(place, error.to_string()))?;
    let leaf = chain.first().cloned();
    let leaf = leaf.ok_or_else(|| bad(place, "it holds no certificate in PEM".to_owned()))?;
    ParsedCertificate::try_from(&leaf).map_err(|error| bad(place, error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(&disk::read_file(key_place)?)
        .map_err(|_| bad(key_place, "it holds no key in PEM".to_owned()))?;
    let certified = CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            bad(key_place, format!("it is not the key of {}", place.display()))
        }
        other => bad(key_place, other.to_string()),
    })?;
    Ok(Known { key: Arc::new(certified), leaf })
}

/// Chooses by name, as an ALB does.
#[derive(Debug)]
struct ByName {
    certificates: Vec<Known>,
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let default = self.certificates.first()?;
        let name = hello.server_name().and_then(|name| ServerName::try_from(name).ok());
        let named = |known: &&Known| {
            let parsed = ParsedCertificate::try_from(&known.leaf).ok();
            let both = name.as_ref().zip(parsed);
            both.is_some_and(|(name, parsed)| verify_server_name(&parsed, name).is_ok())
        };
        // Of several with the name, one whose kind of key the client knows.
        let schemes = hello.signature_schemes();
        let spoken = |known: &&Known| known.key.key.choose_scheme(schemes).is_some();
        let fit = || self.certificates.iter().filter(named);
        let chosen = fit().find(spoken).or_else(|| fit().next()).unwrap_or(default);
        Some(Arc::clone(&chosen.key))
    }
}
