//! What the console is told when it is made.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use live::disk;
use model::Reason;
use model::code::console as code;
use tokio_util::sync::CancellationToken;

use super::secret;

/// The file of the token in the state folder.
const TOKEN_FILE: &str = "console-token";

/// What the console needs to know beside the book.
#[derive(Clone)]
pub struct Settings {
    /// In whose name this machine's user acts, where nobody logs in.
    pub(super) person: String,
    /// Names by which it may be asked for, besides addresses and `localhost`.
    pub(super) hosts: Vec<String>,
    /// What is asked for before anything is shown.
    pub(super) token: Option<String>,
    /// The configuration repository, for the page of the migration.
    pub(super) repository: Option<PathBuf>,
    /// Folders with saved rehearsals.
    pub(super) rehearsals: Vec<PathBuf>,
    /// When it is set, live pages end, so that a server can stop in order.
    pub(super) closing: CancellationToken,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let token = if self.token.is_some() { "asked for" } else { "none" };
        write!(f, "Settings(of {}, token {token})", self.person)
    }
}

impl Settings {
    /// For the machine's own user, on an address that nobody else reaches.
    pub fn local(person: &str) -> Self {
        Self {
            person: person.to_owned(),
            hosts: Vec::new(),
            token: None,
            repository: None,
            rehearsals: Vec::new(),
            closing: CancellationToken::new(),
        }
    }

    /// The same, asking for the token of the state folder `state`, which is made if there is none.
    pub fn with_token_of(mut self, state: &Path) -> Result<Self, Reason> {
        self.token = Some(token(state)?);
        Ok(self)
    }

    /// The names by which the console may be asked for besides addresses and `localhost`.
    #[must_use]
    pub fn named(mut self, hosts: &[String]) -> Self {
        self.hosts = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        self
    }

    /// With the configuration repository and the rehearsals that are saved in it.
    #[must_use]
    pub fn with_repository(mut self, root: &Path) -> Self {
        self.repository = Some(root.to_owned());
        self.rehearsals.push(root.join("rehearsals"));
        self
    }

    /// Until `closing`: then live pages end, so that the server can stop in order.
    #[must_use]
    pub fn until(mut self, closing: &CancellationToken) -> Self {
        self.closing = closing.clone();
        self
    }

    /// Refuses an address that others reach while nobody is asked for a token.
    pub fn check(&self, address: SocketAddr) -> Result<(), Reason> {
        if address.ip().is_loopback() || self.token.is_some() {
            return Ok(());
        }
        Err(Reason::new(&code::NO_TOKEN).with("address", address))
    }
}

/// The token of a state folder: 64 digits in a file that only its owner may read.
fn token(state: &Path) -> Result<String, Reason> {
    let place = state.join(TOKEN_FILE);
    if !place.exists() {
        let text = format!("{}\n", secret::random_digits("a token")?);
        disk::write_private(&place, text.as_bytes()).map_err(|error| error.reason())?;
    }
    let bytes = disk::read_file(&place).map_err(|error| error.reason())?;
    let token = String::from_utf8_lossy(&bytes).trim().to_owned();
    if token.len() < 32 {
        return Err(Reason::new(&code::NO_TOKEN).with("address", place.display()));
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn only_this_machine_is_served_without_a_token() {
        let dir = tempfile::tempdir().unwrap();
        let open = Settings::local("ada");
        let closed = open.clone().with_token_of(dir.path()).unwrap();
        for address in ["127.0.0.1:1", "[::1]:1"] {
            assert!(open.check(address.parse().unwrap()).is_ok());
        }
        for address in ["0.0.0.0:1", "192.0.2.1:1", "[::]:1"] {
            assert_eq!(open.check(address.parse().unwrap()).unwrap_err().code.id, "SG-W007");
            assert!(closed.check(address.parse().unwrap()).is_ok());
        }
        let mode = dir.path().join(TOKEN_FILE).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(open.with_token_of(dir.path()).unwrap().token, closed.token);
        assert!(!format!("{closed:?}").contains(closed.token.as_deref().unwrap()));
    }
}
