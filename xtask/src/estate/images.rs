//! The registry: digests and architectures of the images that run.

use super::dice::Dice;

/// The digest of an image.
pub fn digest(dice: Dice, image: &str) -> String {
    format!("sha256:{}", dice.hex(&format!("image/{image}"), 64))
}
