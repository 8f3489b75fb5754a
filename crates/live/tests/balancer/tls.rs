//! TLS on real sockets: names, versions, protocols, and certificates that change.
#![expect(clippy::disallowed_methods, reason = "a test writes certificates")]

use std::path::Path;
use std::sync::Arc;

use live::Balancer;
use live::balancer::{CertificateFiles, TlsConfig};
use model::code::live as code;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::fleet::{self, mirror, registered};

/// Writes a new certificate for these names, and gives it.
fn issue(folder: &Path, file: &str, names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(folder.join(format!("{file}.pem")), made.cert.pem()).unwrap();
    std::fs::write(folder.join(format!("{file}.key")), made.signing_key.serialize_pem()).unwrap();
    made.cert.pem()
}

pub(crate) fn files(folder: &Path, names: &[&str]) -> TlsConfig {
    let files = |name: &&str| CertificateFiles {
        certificate: folder.join(format!("{name}.pem")),
        key: folder.join(format!("{name}.key")),
    };
    TlsConfig { certificates: names.iter().map(files).collect() }
}

async fn balancer(tls: TlsConfig) -> Balancer {
    let mut config = crate::rules::config(vec![]);
    config.listeners.get_mut("front").unwrap().tls = Some(tls);
    let balancer = fleet::start(&config).await;
    registered(&balancer, "old", mirror().await).await;
    balancer
}

/// A client that trusts only this certificate.
pub(crate) async fn connect(
    balancer: &Balancer,
    (trusted, name): (&str, &str),
    alpn: &[&[u8]],
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|one| one.to_vec()).collect();
    let stream = TcpStream::connect(fleet::front(balancer)).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

const BOTH: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13, &rustls::version::TLS12];

async fn asked(balancer: &Balancer, who: (&str, &str)) -> std::io::Result<String> {
    let mut stream = connect(balancer, who, &[], BOTH).await?;
    stream.write_all(b"GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn the_name_chooses_the_certificate_and_the_first_is_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let a = issue(folder.path(), "a", &["a.test", "127.0.0.1"]);
    let b = issue(folder.path(), "b", &["b.test", "*.c.test"]);
    let balancer = balancer(files(folder.path(), &["a", "b"])).await;
    for (certificate, name) in [(&a, "a.test"), (&b, "b.test"), (&b, "x.c.test"), (&a, "127.0.0.1")]
    {
        let answer = asked(&balancer, (certificate, name)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("x-forwarded-proto: https\r\n"), "{answer}");
    }
    assert!(asked(&balancer, (&b, "a.test")).await.is_err(), "another certificate is sent");
    let port = format!("x-forwarded-port: {}\r\n", fleet::front(&balancer).port());
    assert!(asked(&balancer, (&a, "a.test")).await.unwrap().contains(&port));
}

#[tokio::test]
async fn both_versions_and_both_protocols_are_spoken() {
    let folder = tempfile::tempdir().unwrap();
    let a = issue(folder.path(), "a", &["a.test"]);
    let balancer = balancer(files(folder.path(), &["a"])).await;
    for version in BOTH {
        for (offered, spoken) in [
            (vec![&b"h2"[..], b"http/1.1"], Some(&b"h2"[..])),
            (vec![&b"http/1.1"[..]], Some(b"http/1.1")),
            (vec![], None),
        ] {
            let stream = connect(&balancer, (&a, "a.test"), &offered, &[version]).await.unwrap();
            let (_, session) = stream.get_ref();
            assert_eq!(session.protocol_version(), Some(version.version));
            assert_eq!(session.alpn_protocol(), spoken);
        }
    }
    let none = connect(&balancer, (&a, "a.test"), &[b"ftp"], BOTH).await;
    assert!(none.is_err(), "nothing in common");
}

#[tokio::test]
async fn clear_text_where_tls_is_spoken_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let a = issue(folder.path(), "a", &["a.test"]);
    let balancer = balancer(files(folder.path(), &["a"])).await;
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = fleet::exchange(fleet::front(&balancer), request).await;
    assert!(!answer.contains("HTTP/1.1"), "{answer:?}");
    assert!(asked(&balancer, (&a, "a.test")).await.is_ok());
    assert_eq!(fleet::counts(&balancer, "old").await.chosen, 1);
}

#[tokio::test]
async fn files_that_change_are_taken_over_when_they_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let first = issue(folder.path(), "a", &["a.test"]);
    let balancer = balancer(files(folder.path(), &["a"])).await;
    assert!(balancer.renew().taken.is_empty());
    let mut kept = connect(&balancer, (&first, "a.test"), &[], BOTH).await.unwrap();

    let second = issue(folder.path(), "a", &["a.test"]);
    let seen = balancer.renew();
    assert!(seen.taken.is_empty() && seen.kept.is_empty(), "it may be half written");
    assert_eq!(balancer.renew().taken, ["front"]);
    assert!(balancer.renew().taken.is_empty());
    assert!(asked(&balancer, (&second, "a.test")).await.is_ok());
    assert!(asked(&balancer, (&first, "a.test")).await.is_err());
    kept.write_all(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    assert!(kept.read(&mut [0; 512]).await.unwrap() > 0, "no connection is touched");

    // A certificate without its key: told once, and the second goes on.
    let key = std::fs::read_to_string(folder.path().join("a.key")).unwrap();
    issue(folder.path(), "a", &["a.test"]);
    std::fs::write(folder.path().join("a.key"), &key).unwrap();
    balancer.renew();
    let told = balancer.renew();
    let reason = told.kept[0].reason();
    assert_eq!((reason.code, told.kept.len()), (&code::CERTIFICATE, 1));
    assert!(reason.sentence().contains("is not the key of"), "{}", reason.sentence());
    let secret = key.lines().nth(1).unwrap();
    assert!(!format!("{told:?} {balancer:?}").contains(secret), "no key is printed");
    assert!(balancer.renew().kept.is_empty());
    assert!(asked(&balancer, (&second, "a.test")).await.is_ok());
    let fourth = issue(folder.path(), "a", &["a.test"]);
    balancer.renew();
    assert_eq!(balancer.renew().taken, ["front"]);
    assert!(asked(&balancer, (&fourth, "a.test")).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_used_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let a = issue(folder.path(), "a", &["a.test"]);
    issue(folder.path(), "b", &["b.test"]);
    let balancer = balancer(files(folder.path(), &["a"])).await;
    std::fs::write(folder.path().join("empty.pem"), "").unwrap();
    std::fs::copy(folder.path().join("b.key"), folder.path().join("empty.key")).unwrap();
    let crossed = CertificateFiles {
        certificate: folder.path().join("a.pem"),
        key: folder.path().join("b.key"),
    };
    for (tls, words) in [
        (files(folder.path(), &["missing"]), "missing.pem"),
        (files(folder.path(), &["a", "empty"]), "holds no certificate"),
        (files(folder.path(), &[]), "names no certificate"),
        (TlsConfig { certificates: vec![crossed] }, "is not the key of"),
    ] {
        let mut config = crate::rules::config(vec![]);
        config.listeners.get_mut("front").unwrap().tls = Some(tls);
        let error = balancer.change(live::Sockets::new(), &config).await.unwrap_err();
        let sentence = error.reason().sentence();
        assert!(sentence.contains(words), "{sentence}");
    }
    assert!(asked(&balancer, (&a, "a.test")).await.is_ok());
}
