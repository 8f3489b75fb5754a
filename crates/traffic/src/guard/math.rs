//! Logarithm and exponential out of `+ − × ÷` alone, and floats that survive JSON bit for bit.
//!
//! The standard library leaves the last bits of `ln` and `exp` to the platform and says so. A
//! journal that is replayed on another machine, or by another build, must give the same bytes, so
//! these two are made of operations that IEEE 754 defines exactly. Both are within two units of
//! the last place.

/// ln 2 in two parts: the first has zeros at its end, so that its product with a small whole
/// number is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The largest argument of [`exp`] that is told apart: above it the result stays the same.
const EXP_MAX: f64 = 700.0;

/// Natural logarithm of a positive, normal number; minus infinity below that.
pub(super) fn ln(x: f64) -> f64 {
    if x < f64::MIN_POSITIVE {
        return f64::NEG_INFINITY;
    }
    let bits = x.to_bits();
    let mut fraction = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let mut twos = whole(bits >> 52) - 1023.0;
    if fraction > std::f64::consts::SQRT_2 {
        fraction *= 0.5;
        twos += 1.0;
    }
    // ln m = 2·artanh s with s = (m−1)/(m+1), |s| < 0.172: twelve terms reach the last bit.
    let s = (fraction - 1.0) / (fraction + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for term in ARTANH.iter().rev() {
        sum = sum * square + term;
    }
    twos * LN_2_HIGH + (2.0 * s * sum + twos * LN_2_LOW)
}

/// One over the odd numbers.
const ARTANH: [f64; 12] = [
    1.0,
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
    1.0 / 23.0,
];

/// e to the power of `x`; 0 below −700, and never above e^700, so that the result is a number
/// that can be written.
pub(super) fn exp(x: f64) -> f64 {
    if x < -EXP_MAX {
        return 0.0;
    }
    let x = x.min(EXP_MAX);
    let twos = (x * std::f64::consts::LOG2_E).round();
    let rest = x - twos * LN_2_HIGH - twos * LN_2_LOW;
    let mut sum = 1.0;
    for n in (1..=14_u8).rev() {
        sum = 1.0 + sum * rest / f64::from(n);
    }
    sum * f64::from_bits(count(twos + 1023.0) << 52)
}

/// ln of the mean of e^x over `logs`, without overflow.
pub(super) fn ln_mean_exp(logs: &[f64]) -> f64 {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    let sum: f64 = logs.iter().map(|log| exp(log - top)).sum();
    top + ln(sum) - ln(whole(logs.len() as u64))
}

/// A count as a float: exact up to 2^53, which no count of requests reaches.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
pub(super) fn whole(count: u64) -> f64 {
    count as f64
}

/// A float as a count: its whole part, 0 if negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and callers want the whole part"
)]
pub(super) fn count(value: f64) -> u64 {
    value as u64
}

/// Floats as text, in the shortest form that reads back as the same bits.
///
/// `serde_json` reads numbers fast and one bit off now and then, unless a feature of it is set for
/// the whole program; the standard library's `parse` is exact always. Infinity has no JSON number
/// either.
pub(super) mod exact {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer, const N: usize>(
        values: &[f64; N],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(|value| format!("{value:?}")))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
        from: D,
    ) -> Result<[f64; N], D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let found = texts.len();
        let values: Result<Vec<f64>, _> = texts.iter().map(|text| text.parse()).collect();
        let values = values.map_err(D::Error::custom)?;
        values.try_into().map_err(|_| D::Error::custom(format!("{found} numbers instead of {N}")))
    }
}

#[cfg(test)]
mod tests {
    use super::{exp, ln, ln_mean_exp};

    fn near(ours: f64, theirs: f64) {
        let off = (ours - theirs).abs();
        assert!(off <= theirs.abs() * 5e-16 + 1e-300, "{ours:e} instead of {theirs:e}");
    }

    #[test]
    fn logarithm_and_exponential_agree_with_the_platform() {
        for step in 1..20_000_u32 {
            let x = f64::from(step) * 0.005;
            near(ln(x), x.ln());
            near(ln(1.0 + x * 1e-9), (1.0 + x * 1e-9).ln());
            near(exp(x), x.exp());
            near(exp(-x), (-x).exp());
        }
        near(ln(f64::MIN_POSITIVE), f64::MIN_POSITIVE.ln());
        near(ln(f64::MAX), f64::MAX.ln());
    }

    #[test]
    fn bits_are_the_same_on_every_machine() {
        let bits = |f: fn(f64) -> f64| {
            let each = (1..2_000_u32).map(|n| f(f64::from(n) * 0.137).to_bits());
            each.fold(0_u64, |hash, bits| hash.rotate_left(5) ^ bits)
        };
        assert_eq!((bits(ln), bits(exp)), (17_530_152_029_696_375_891, 375_289_941_876_956_373));
    }

    #[test]
    fn edges_stay_numbers() {
        let same = |ours: f64, theirs: f64| assert_eq!(ours.to_bits(), theirs.to_bits());
        same(ln(1.0), 0.0);
        same(exp(0.0), 1.0);
        same(ln(0.0), f64::NEG_INFINITY);
        same(exp(f64::NEG_INFINITY), 0.0);
        same(ln_mean_exp(&[f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
        assert!(exp(f64::INFINITY).is_finite());
        near(ln_mean_exp(&[2_000.0; 8]), 2_000.0);
        near(ln_mean_exp(&[0.0, -1e9]), 0.5_f64.ln());
    }
}
