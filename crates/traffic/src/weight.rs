//! Measured shares: did the requests follow the weight?

use model::ports::Weight;

use crate::goal::SHARE_REQUESTS_MIN;
use crate::seen::Counted;

/// What the counts say about the weight of the new side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Too few requests to say.
    TooFew,
    /// Within three standard deviations and one point.
    Agrees,
    /// Farther off than chance allows.
    Off,
}

/// Compares the share that `counted` shows with `weight`.
///
/// In whole numbers, so that it is the same on every machine. With `n` requests in all and `d` the
/// difference in hundredths of a request, chance has the variance `n·w·(100−w)`; the extra point
/// is for requests that were chosen in the very moment of the change.
///
/// Where resolvers and not requests are chosen, `clients` is Σ s² of their shares, and chance has
/// `n²·w·(100−w)·Σ s²` more (spec of DNS steps: sd = √(w(1−w)·Σ s²)).
pub fn share(counted: &Counted, weight: Weight, clients: f64) -> Share {
    let all = u128::from(counted.chosen());
    let new = u128::from(counted.new.chosen);
    let percent = u128::from(weight.percent());
    if all < u128::from(SHARE_REQUESTS_MIN) || (new == 0 && weight > Weight::NONE) {
        return Share::TooFew;
    }
    let off = (new * 100).abs_diff(all * percent);
    let chance = 9 * all * percent * (100 - percent);
    let lumps = 9 * all * all * percent * (100 - percent) * per_million(clients) / 1_000_000;
    if off * off <= chance + lumps + all * all { Share::Agrees } else { Share::Off }
}

/// Σ s² in millionths; it lies between 0 and 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held between 0 and a million"
)]
fn per_million(clients: f64) -> u128 {
    (clients.clamp(0.0, 1.0) * 1e6).round() as u128
}

/// The measured share of the new side, in percent with one digit, such as `9.8 %`.
pub fn realised(counted: &Counted) -> String {
    let all = counted.chosen().max(1);
    let per_mille = counted.new.chosen.saturating_mul(1000).saturating_add(all / 2) / all;
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ports::Counts;

    fn check(old: u64, new: u64, percent: u8, expected: Share) {
        let side = |chosen| Counts { chosen, ..Counts::default() };
        let counted = Counted { old: side(old), new: side(new) };
        let weight = Weight::new(percent).unwrap();
        assert_eq!(share(&counted, weight, 0.0), expected, "{old}/{new} at {percent} %");
    }

    #[test]
    fn shares_agree_within_chance_and_a_point() {
        check(99, 1, 1, Share::Agrees);
        check(98, 1, 1, Share::TooFew);
        check(500, 0, 1, Share::TooFew);
        check(9_000, 1_000, 10, Share::Agrees);
        check(8_700, 1_300, 10, Share::Off);
        check(0, 1_000, 100, Share::Agrees);
        check(10, 990, 100, Share::Agrees);
        check(11, 989, 100, Share::Off);
        check(1_000, 0, 0, Share::Agrees);
        check(900, 100, 0, Share::Off);
    }

    #[test]
    fn a_share_is_shown_with_one_digit() {
        let side = |chosen| Counts { chosen, ..Counts::default() };
        assert_eq!(realised(&Counted { old: side(902), new: side(98) }), "9.8 %");
        assert_eq!(realised(&Counted::default()), "0.0 %");
    }
}
