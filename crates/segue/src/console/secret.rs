//! Random digits, and marks that only this process can make.

use model::Reason;
use model::code::proof::NO_RANDOM;
use sha2::{Digest as _, Sha256};

use crate::serve::proof::key::hex;

/// What this process alone knows.
pub(super) struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub(super) fn random() -> Result<Self, Reason> {
        random("the pages' tokens").map(Self)
    }

    /// The mark of `text`. `text` has a fixed length wherever it comes from outside, so that no
    /// mark can be made out of another one.
    pub(super) fn mark(&self, text: &str) -> String {
        mark(&self.0, text)
    }
}

/// The mark of `text` under `key`: SHA-256 within SHA-256, as HMAC does it for keys of this length.
pub(super) fn mark(key: &[u8], text: &str) -> String {
    let inner = Sha256::new().chain_update(key).chain_update(b"\x36").chain_update(text).finalize();
    hex(&Sha256::new().chain_update(key).chain_update(b"\x5c").chain_update(inner).finalize())
}

/// 64 random hexadecimal digits.
pub(super) fn random_digits(what: &str) -> Result<String, Reason> {
    random(what).map(|bytes| hex(&bytes))
}

fn random(what: &str) -> Result<[u8; 32], Reason> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Reason::new(&NO_RANDOM).with("what", what).with("cause", error))?;
    Ok(bytes)
}

/// Whether both are the same, in a time that does not tell where they differ: their digests are
/// compared, and those without a way out before the end.
pub(super) fn same(one: &str, other: &str) -> bool {
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    let differ = digest(one).iter().zip(digest(other)).fold(0, |sum, (a, b)| sum | (a ^ b));
    differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_needs_the_secret() {
        let (one, two) = (Secret::random().unwrap(), Secret::random().unwrap());
        assert_eq!(one.mark("a"), one.mark("a"));
        assert_ne!(one.mark("a"), one.mark("b"));
        assert_ne!(one.mark("a"), two.mark("a"));
    }

    #[test]
    fn only_the_same_is_the_same() {
        assert!(same("token", "token"));
        for other in ["", "toke", "token ", "Token", "tokem"] {
            assert!(!same("token", other), "{other}");
        }
    }
}
