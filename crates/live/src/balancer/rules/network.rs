//! Ranges of addresses: `10.0.0.0/8`, `2001:db8::/32`.

use std::net::IpAddr;

/// A range of addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network {
    base: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `ADDRESS/BITS`; the error says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is no range of addresses such as 10.0.0.0/8");
        let (base, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
        let width = width(base);
        if prefix > width {
            return Err(format!("{text} has more than {width} bits"));
        }
        let one = Self { base, prefix };
        // A range that begins in its middle is a slip more often than a wish.
        if bits(base) & !one.mask() != 0 {
            return Err(format!("{text} has bits set behind the first {prefix}"));
        }
        Ok(one)
    }

    /// Whether `address` is in it. An IPv4 address that came in over IPv6 is an IPv4 address.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        width(address) == width(self.base) && bits(address) & self.mask() == bits(self.base)
    }

    /// Ones where the address counts, at the lower end of 128 bits.
    fn mask(&self) -> u128 {
        let width = width(self.base);
        let all = u128::MAX >> (128 - width);
        all & !all.checked_shr(self.prefix).unwrap_or(0)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_address_is_in_the_range_of_its_first_bits(bits: u32, other: u32, prefix in 0_u32..=32) {
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            let range = format!("{}/{prefix}", Ipv4Addr::from_bits(bits & mask));
            let range = Network::parse(&range).unwrap();
            prop_assert!(range.contains(Ipv4Addr::from_bits(bits).into()));
            let inside = range.contains(Ipv4Addr::from_bits(other).into());
            prop_assert_eq!(inside, bits & mask == other & mask);
        }
    }

    #[test]
    fn ranges_are_read_strictly() {
        for (range, address, inside) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::/32", "10.0.0.1", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("::/0", "::1", true),
            ("127.0.0.1/32", "127.0.0.1", true),
        ] {
            let range = Network::parse(range).unwrap();
            assert_eq!(range.contains(address.parse().unwrap()), inside, "{range:?} {address}");
        }
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0.1/8", "::/129", "a/8", "10.0.0.0/+8"] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
