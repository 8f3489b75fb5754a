//! Keys, certificates, token and kubeconfig of one control plane, made anew for each.

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(super) const SERVER_CERT: &str = "server.crt";
pub(super) const SERVER_KEY: &str = "server.key";
pub(super) const SIGNING_KEY: &str = "service-accounts.key";
/// The API server can derive it from the signing key, but not from one in the format written here.
pub(super) const VERIFYING_KEY: &str = "service-accounts.pub";
pub(super) const TOKENS: &str = "tokens.csv";
const CA_CERT: &str = "ca.crt";
const KUBECONFIG: &str = "kubeconfig.yaml";
/// Loopback only, and gone with the test: it need not be hard to guess.
const TOKEN: &str = "segue-tests";
const CONNECT_MAX: Duration = Duration::from_millis(200);

/// How to reach the API.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) server: String,
    pub(super) token: String,
    pub(super) ca_file: PathBuf,
    pub(super) kubeconfig: PathBuf,
    port: u16,
}

impl Access {
    /// Writes all files of an API on `port` into `folder`.
    pub(super) fn create(folder: &Path, port: u16) -> Result<Self> {
        let access = Self {
            server: format!("https://127.0.0.1:{port}"),
            token: TOKEN.to_owned(),
            ca_file: folder.join(CA_CERT),
            kubeconfig: folder.join(KUBECONFIG),
            port,
        };
        write_certificates(folder)?;
        let signing = KeyPair::generate()?;
        fs::write(folder.join(SIGNING_KEY), signing.serialize_pem())?;
        fs::write(folder.join(VERIFYING_KEY), signing.public_key_pem())?;
        fs::write(folder.join(TOKENS), format!("{TOKEN},admin,admin,\"system:masters\"\n"))?;
        fs::write(&access.kubeconfig, access.kubeconfig_text())?;
        Ok(access)
    }

    /// Whether something listens already: cheaper to ask than starting kubectl to find out.
    pub(super) fn is_listening(&self) -> bool {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        TcpStream::connect_timeout(&address, CONNECT_MAX).is_ok()
    }

    fn kubeconfig_text(&self) -> String {
        format!(
            "apiVersion: v1\n\
             kind: Config\n\
             current-context: tests\n\
             clusters:\n\
             - name: tests\n\
             \x20 cluster: {{server: \"{}\", certificate-authority: \"{}\"}}\n\
             users:\n\
             - name: admin\n\
             \x20 user: {{token: \"{}\"}}\n\
             contexts:\n\
             - name: tests\n\
             \x20 context: {{cluster: tests, user: admin}}\n",
            self.server,
            self.ca_file.display(),
            self.token,
        )
    }
}

/// An authority and a server certificate signed by it. One self-signed certificate would do for
/// kubectl, but not for rustls, which refuses an authority as a server.
fn write_certificates(folder: &Path) -> Result<()> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "segue-tests-ca");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

    let names = ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default.svc"];
    let mut params = CertificateParams::new(names.map(String::from))?;
    params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
    let key = KeyPair::generate()?;
    let cert = params.signed_by(&key, &ca)?;

    fs::write(folder.join(CA_CERT), ca.pem())?;
    fs::write(folder.join(SERVER_CERT), cert.pem())?;
    Ok(fs::write(folder.join(SERVER_KEY), key.serialize_pem())?)
}
