//! Korean particles after words that are only known when the page is made.
//!
//! A particle has one form after a consonant and another after a vowel. Tables write both, `은(는)`;
//! this picks the one that fits the word before.

/// Both forms as tables write them, then the one after a consonant and the one after a vowel.
const PAIRS: [(&str, &str, &str); 6] = [
    ("은(는)", "은", "는"),
    ("을(를)", "을", "를"),
    ("이(가)", "이", "가"),
    ("와(과)", "과", "와"),
    ("(으)로", "으로", "로"),
    ("(이)라", "이라", "라"),
];

/// How a word ends when it is read aloud.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Vowel,
    /// ㄹ, after which `로` stays short.
    Liquid,
    Consonant,
}

/// `text` with each doubled particle in the form that fits.
pub(super) fn settle(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, (both, consonant, vowel))) =
        PAIRS.iter().filter_map(|pair| Some((rest.find(pair.0)?, *pair))).min_by_key(|(at, _)| *at)
    {
        out.push_str(&rest[..at]);
        let short = match end(&out) {
            End::Vowel => true,
            End::Liquid => both == "(으)로",
            End::Consonant => false,
        };
        out.push_str(if short { vowel } else { consonant });
        rest = &rest[at + both.len()..];
    }
    out.push_str(rest);
    out
}

/// Letters of other scripts are judged by how Korean engineers read them: by their sound at the
/// end of a word, and figures by their Korean names.
fn end(before: &str) -> End {
    let word = before.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '%');
    // Read aloud, `%` is a word of its own that ends in a vowel.
    if word.ends_with('%') {
        return End::Vowel;
    }
    if word.ends_with("ng") || word.ends_with("NG") {
        return End::Consonant;
    }
    match word.chars().next_back() {
        Some(c @ '가'..='힣') => match (u32::from(c) - 0xac00) % 28 {
            0 => End::Vowel,
            8 => End::Liquid,
            _ => End::Consonant,
        },
        Some('1' | '7' | '8' | 'l' | 'L' | 'R') => End::Liquid,
        Some('0' | '3' | '6' | 'm' | 'M' | 'n' | 'N') => End::Consonant,
        _ => End::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_fit_the_word_before() {
        for (doubled, settled) in [
            ("서비스은(는)", "서비스는"),
            ("역할을(를)", "역할을"),
            ("웨이브 7개(으)로", "웨이브 7개로"),
            ("서울(으)로", "서울로"),
            ("`staging`을(를) prod을(를)", "`staging`을 prod를"),
            ("환경(으)로", "환경으로"),
            ("50 %(으)로 `10 %`을(를)", "50 %로 `10 %`를"),
            ("nginx을(를) `admin`은(는)", "nginx를 `admin`은"),
            ("gateway와(과) payments이(가)", "gateway와 payments가"),
            ("은(는)", "는"),
            ("no particle", "no particle"),
        ] {
            assert_eq!(settle(doubled), settled);
        }
    }
}
