//! The key that signs ledgers: ed25519, made on first use, kept in the state folder as PEM.

use std::path::Path;

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
    KeypairBytes,
};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use live::disk;
use model::Reason;
use model::code::proof as code;

/// Name of the private key in the state folder.
pub const FILE: &str = "key";

/// A private key. It is never printed.
pub struct Key(SigningKey);

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public(VerifyingKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key(of {})", self.public().hex())
    }
}

impl Key {
    /// The key of the state folder `state`, which is made if there is none. Who calls this holds
    /// the lock of the folder.
    pub fn open_or_make(state: &Path) -> Result<Self, Reason> {
        if !state.join(FILE).exists() {
            let key = Self::random()?;
            disk::write_private(&state.join(FILE), key.pem()?.as_bytes())
                .map_err(|error| error.reason())?;
        }
        Self::open(state)
    }

    /// The key of the state folder `state`.
    pub fn open(state: &Path) -> Result<Self, Reason> {
        let place = state.join(FILE);
        if !place.exists() {
            return Err(Reason::new(&code::NO_KEY).with("place", state.display()));
        }
        let bytes = disk::read_file(&place).map_err(|error| error.reason())?;
        let wrong = |cause: String| {
            Reason::new(&code::BAD_PRIVATE_KEY).with("place", place.display()).with("cause", cause)
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is no text".to_owned()))?;
        let key = SigningKey::from_pkcs8_pem(text).map_err(|error| wrong(error.to_string()))?;
        Ok(Self(key))
    }

    fn random() -> Result<Self, Reason> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| {
            Reason::new(&code::NO_RANDOM).with("what", "a key").with("cause", error)
        })?;
        Ok(Self::of(&secret))
    }

    /// The key of these secret bytes.
    pub fn of(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// PKCS #8 without the public key, the form that openssl reads too.
    fn pem(&self) -> Result<String, Reason> {
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        let pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(|error| {
            Reason::new(&code::BAD_PRIVATE_KEY).with("place", "a new key").with("cause", error)
        })?;
        Ok(pem.to_string())
    }

    /// Its public key.
    pub fn public(&self) -> Public {
        Public(self.0.verifying_key())
    }

    /// The signature of `bytes` in hexadecimal digits.
    pub fn sign(&self, bytes: &[u8]) -> String {
        hex(&self.0.sign(bytes).to_bytes())
    }
}

impl Public {
    /// The 64 hexadecimal digits by which people tell keys apart.
    pub fn hex(&self) -> String {
        hex(self.0.as_bytes())
    }

    /// PEM, as openssl and others read it.
    pub fn pem(&self) -> Option<String> {
        self.0.to_public_key_pem(LineEnding::LF).ok()
    }

    /// A key from its digits; `None` if they are not exactly those of a key.
    pub fn of_hex(digits: &str) -> Option<Self> {
        VerifyingKey::from_bytes(&unhex(digits)?).ok().map(Self)
    }

    /// A key as people give it: its digits, or the text of a PEM file. `place` names it in errors.
    pub fn parse(place: &str, text: &str) -> Result<Self, Reason> {
        let wrong =
            |cause: &str| Reason::new(&code::BAD_KEY).with("place", place).with("cause", cause);
        let text = text.trim();
        if text.contains("PRIVATE KEY") {
            return Err(wrong("it is a private key, which nobody else should ever see"));
        }
        if text.starts_with("-----BEGIN") {
            let key = VerifyingKey::from_public_key_pem(text);
            return key.map(Self).map_err(|error| wrong(&error.to_string()));
        }
        Self::of_hex(&text.to_ascii_lowercase())
            .ok_or_else(|| wrong("it is neither 64 hexadecimal digits nor PEM"))
    }

    /// Whether `signature`, in lower hexadecimal digits, is this key's for `bytes`.
    pub fn signed(&self, bytes: &[u8], signature: &str) -> bool {
        let Some(signature) = unhex::<64>(signature) else { return false };
        self.0.verify_strict(bytes, &Signature::from_bytes(&signature)).is_ok()
    }
}

/// Lower hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The bytes of exactly `2 * N` lower digits: a signature has one way to be written, so that no
/// byte of a file can change unseen.
fn unhex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let digits = digits.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Key::open(dir.path()).unwrap_err().code.id, "SG-P008");
        let first = Key::open_or_make(dir.path()).unwrap().public();
        assert_eq!(Key::open_or_make(dir.path()).unwrap().public(), first);
        let mode = dir.path().join(FILE).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(Key::open_or_make(other.path()).unwrap().public(), first);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test spoils the file")]
    fn a_spoiled_key_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(FILE), "spoiled").unwrap();
        assert_eq!(Key::open_or_make(dir.path()).unwrap_err().code.id, "SG-P007");
        assert_eq!(std::fs::read(dir.path().join(FILE)).unwrap(), b"spoiled");
    }

    #[test]
    fn a_public_key_is_read_in_both_forms_and_a_private_one_is_refused() {
        let key = Key::of(&[7; 32]);
        let public = key.public();
        let pem = public.pem().unwrap();
        for text in [public.hex(), public.hex().to_uppercase(), pem.clone(), format!(" {pem}\n")] {
            assert_eq!(Public::parse("k", &text).unwrap(), public, "{text}");
        }
        let private = key.pem().unwrap();
        for text in ["", "00", &"zz".repeat(32), &private] {
            assert_eq!(Public::parse("k", text).unwrap_err().code.id, "SG-P006", "{text}");
        }
        assert!(!format!("{key:?}").contains(&hex(&[7; 32])));
    }

    #[test]
    fn a_signature_has_one_way_to_be_written() {
        let key = Key::of(&[7; 32]);
        let signature = key.sign(b"text");
        assert!(key.public().signed(b"text", &signature));
        assert!(!key.public().signed(b"texT", &signature));
        assert!(!key.public().signed(b"text", &signature.to_uppercase()));
        assert!(!Key::of(&[8; 32]).public().signed(b"text", &signature));
    }
}
