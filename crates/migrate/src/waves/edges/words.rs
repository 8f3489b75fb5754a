//! What a text names: addresses and ARNs, cut out of variables, commands and JSON.
//!
//! It reads as a person does who looks for host names: no grammar of shells or of connection
//! strings, since each program has its own. What is cut out wrongly leads nowhere later.

/// Longest name of a host (RFC 1035).
const HOST_LENGTH_MAX: usize = 253;

/// A piece of a text that may lead to another thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// `arn:aws:…`, up to the next separator.
    Arn(String),
    /// A host, with what stands around it.
    Address(Address),
}

/// A host and how it is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    /// `https`, `redis`, `s3` …; empty where none is written.
    pub(super) scheme: String,
    /// In lower case, without a dot at its end.
    pub(super) host: String,
    /// 1 to 65535.
    pub(super) port: Option<u16>,
    /// With its leading slash; empty where none is written.
    pub(super) path: String,
}

impl Address {
    /// The port that is called: the one written, or that of the scheme.
    pub(super) fn called_port(&self) -> Option<u16> {
        self.port.or(match self.scheme.as_str() {
            "http" | "ws" => Some(80),
            "https" | "wss" => Some(443),
            _ => None,
        })
    }
}

/// Every piece of `text`, in its order, each once.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for token in text.split(is_separator) {
        let piece = piece(token.trim_matches(['.', ':', '@', '!', '*']));
        if let Some(piece) = piece.filter(|piece| !out.contains(piece)) {
            out.push(piece);
        }
    }
    out
}

/// The whole of `text` as a host without a dot, such as a name of Service Connect.
pub(super) fn lone_host(text: &str) -> Option<Address> {
    let host = host(text.trim())?;
    (!host.contains('.')).then(|| Address { host, ..Address::default() })
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || "\"'`,;|<>()[]{}=&?\\#".contains(c)
}

fn piece(token: &str) -> Option<Piece> {
    if token.starts_with("arn:") {
        return (token.split(':').count() >= 6).then(|| Piece::Arn(token.to_owned()));
    }
    let address = match token.rsplit_once("://") {
        Some((scheme, rest)) => url(scheme, rest)?,
        None => bare(token)?,
    };
    Some(Piece::Address(address))
}

fn url(scheme: &str, rest: &str) -> Option<Address> {
    // `jdbc:postgresql://…` and `redis+sentinel://…` keep what names the protocol.
    let scheme = scheme.rsplit(':').next().unwrap_or(scheme).to_ascii_lowercase();
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let plain = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some((host, port)) = host_and_port(plain) {
        return Some(Address { scheme, host, port, path: path.to_owned() });
    }
    // A password may hold a slash, against the rules: the host stands behind the last sign.
    let (_, behind) = rest.rsplit_once('@')?;
    let (authority, path) = behind.find('/').map_or((behind, ""), |at| behind.split_at(at));
    let (host, port) = host_and_port(authority)?;
    Some(Address { scheme, host, port, path: path.to_owned() })
}

/// `db.example.com:5432/shop` or `catalog:80`; a word with neither dot nor port names nothing.
fn bare(token: &str) -> Option<Address> {
    let (authority, path) = token.find('/').map_or((token, ""), |at| token.split_at(at));
    if authority.contains('@') {
        return None;
    }
    let (host, port) = host_and_port(authority)?;
    let tail = host.rsplit('.').next().unwrap_or_default();
    let is_name = tail.len() >= 2 && tail.chars().all(|c| c.is_ascii_alphabetic());
    let says_host = if host.contains('.') { is_name } else { port.is_some() };
    says_host.then(|| Address { scheme: String::new(), host, port, path: path.to_owned() })
}

fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    match authority.split_once(':') {
        Some((name, port)) => {
            let port = port.parse().ok().filter(|port| *port > 0)?;
            Some((host(name)?, Some(port)))
        }
        None => Some((host(authority)?, None)),
    }
}

/// A host name in lower case; addresses of four numbers name nothing that can be looked up.
fn host(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.');
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let fits = !name.is_empty() && name.len() <= HOST_LENGTH_MAX && name.chars().all(plain);
    let named = name.chars().any(|c| c.is_ascii_alphabetic());
    let ends = name.starts_with(['-', '.']) || name.contains("..");
    (fits && named && !ends).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<String> {
        pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Arn(arn) => arn,
                Piece::Address(Address { host, port, path, .. }) => {
                    format!("{host}{}{path}", port.map(|p| format!(":{p}")).unwrap_or_default())
                }
            })
            .collect()
    }

    #[test]
    fn addresses_of_many_forms() {
        for (text, want) in [
            ("https://enroll.dev.example.com", "enroll.dev.example.com"),
            ("jdbc:postgresql://Db.internal:5432/shop?ssl=true", "db.internal:5432/shop"),
            ("postgresql://relay:s3a/0tter@relay.internal:5432/relay", "relay.internal:5432/relay"),
            ("postgres://u:p@ss@db.internal/x", "db.internal/x"),
            ("--gateway=https://push.example", "push.example"),
            ("catalog:80", "catalog:80"),
            ("{\"url\":\"http://a.internal/x\"}", "a.internal/x"),
            ("mongodb://a.internal:1,b.internal:2/db", "a.internal:1 b.internal:2/db"),
            ("arn:aws:sqs:r:1:jobs", "arn:aws:sqs:r:1:jobs"),
            ("s3://bucket/key", "bucket/key"),
        ] {
            assert_eq!(hosts(text).join(" "), want, "{text}");
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in ["10.0.0.1:80", "1.2.3", "10001:10001", "debug", "a@b.example", "$HOST:80", ""]
        {
            assert_eq!(hosts(text), Vec::<String>::new(), "{text}");
        }
    }
}
