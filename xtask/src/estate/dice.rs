//! Made-up identifiers and figures. Every value depends on the seed and on the label of the thing
//! it belongs to, never on the order of calls: one service more leaves all the others as they were.

/// The seed of an estate.
#[derive(Debug, Clone, Copy)]
pub struct Dice {
    seed: u64,
}

impl Dice {
    /// Dice that always fall the same way for the same seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// `len` lower-case hexadecimal digits.
    pub fn hex(self, label: &str, len: usize) -> String {
        self.text(label, len, b"0123456789abcdef")
    }

    /// `len` letters and digits, as the suffix of a secret's ARN has six.
    pub fn alphanumeric(self, label: &str, len: usize) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        self.text(label, len, alphabet)
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub fn below(self, label: &str, bound: u32) -> u32 {
        self.stream(label).below(bound)
    }

    /// An endless row of numbers that belongs to `label`.
    pub fn stream(self, label: &str) -> Stream {
        // FNV-1a: small, and good enough to keep labels apart.
        let hash = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Stream { state: hash ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) }
    }

    fn text(self, label: &str, len: usize, alphabet: &[u8]) -> String {
        let mut stream = self.stream(label);
        let bound = u32::try_from(alphabet.len()).unwrap_or(1);
        (0..len).map(|_| char::from(alphabet[stream.below(bound) as usize])).collect()
    }
}

/// A row of numbers (`SplitMix64`).
#[derive(Debug, Clone)]
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The next number below `bound`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        let high = u32::try_from(self.next() >> 32).unwrap_or(0);
        high.checked_rem(bound).unwrap_or(0)
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_label_decides_the_value_not_the_order_of_calls() {
        let dice = Dice::new(7);
        let first = dice.hex("a", 8);
        assert_ne!(dice.hex("b", 8), first);
        assert_eq!(dice.hex("a", 8), first);
        assert_ne!(Dice::new(8).hex("a", 8), first);
        assert_eq!(dice.below("a", 0), 0);
    }
}
