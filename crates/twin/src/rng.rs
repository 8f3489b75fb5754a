//! Seeded streams of random numbers, one for each part of the world.

use sha2::{Digest as _, Sha256};

/// The stream of the part `name` in the run `seed`.
///
/// By name, so that a draw that is added in one part does not change what another part draws.
pub fn stream(seed: u64, name: &str) -> fastrand::Rng {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(name.as_bytes());
    let digest = hash.finalize();
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&digest[..8]);
    fastrand::Rng::with_seed(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_repeatable_and_apart() {
        assert_eq!(stream(7, "dns").u64(..), stream(7, "dns").u64(..));
        assert_ne!(stream(7, "dns").u64(..), stream(8, "dns").u64(..));
        assert_ne!(stream(7, "dns").u64(..), stream(7, "alb").u64(..));
    }
}
