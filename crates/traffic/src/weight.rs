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
pub fn share(counted: &Counted, weight: Weight) -> Share {
    let all = u128::from(counted.chosen());
    let new = u128::from(counted.new.chosen);
    let percent = u128::from(weight.percent());
    if all < u128::from(SHARE_REQUESTS_MIN) || (new == 0 && weight > Weight::NONE) {
        return Share::TooFew;
    }
    let off = (new * 100).abs_diff(all * percent);
    let chance = 9 * all * percent * (100 - percent);
    if off * off <= chance + all * all { Share::Agrees } else { Share::Off }
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
        assert_eq!(share(&counted, weight), expected, "{old}/{new} at {percent} %");
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
