//! Unquoted dates, which the reader turns into points in time.

use std::fmt::Write as _;

/// The point in time that `text` names, in RFC 3339 as Go writes it; `None` if it names none.
pub(crate) fn rfc3339(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() < 6 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return None;
    }
    let year: u32 = text[..4].parse().ok()?;
    let mut rest = Rest(&text[5..]);
    let month = rest.number()?;
    rest.skip("-")?;
    let day = rest.number()?;
    if !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return None;
    }
    let mut out = format!("{year:04}-{month:02}-{day:02}T");
    match rest.0.as_bytes().first() {
        None => out.push_str("00:00:00Z"),
        Some(b'T' | b't') => {
            rest.0 = &rest.0[1..];
            rest.clock(&mut out)?;
            rest.zone(&mut out)?;
        }
        Some(b' ') => {
            rest.0 = &rest.0[1..];
            rest.clock(&mut out)?;
            out.push('Z');
        }
        Some(_) => return None,
    }
    rest.0.is_empty().then_some(out)
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// What is still to be read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// One or two digits.
    fn number(&mut self) -> Option<u32> {
        let digits = self.0.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        number.parse().ok()
    }

    fn skip(&mut self, what: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(what)?;
        Some(())
    }

    /// `h:m:s` with an optional fraction of up to nine digits, whose trailing zeros go.
    fn clock(&mut self, out: &mut String) -> Option<()> {
        let hour = self.number().filter(|hour| *hour < 24)?;
        self.skip(":")?;
        let minute = self.number().filter(|minute| *minute < 60)?;
        self.skip(":")?;
        let second = self.number().filter(|second| *second < 60)?;
        write!(out, "{hour:02}:{minute:02}:{second:02}").ok()?;
        let Some(fraction) = self.0.strip_prefix(['.', ',']) else {
            return Some(());
        };
        let digits = fraction.bytes().take(9).take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Some(());
        }
        let (digits, rest) = fraction.split_at(digits);
        self.0 = rest;
        let digits = digits.trim_end_matches('0');
        if !digits.is_empty() {
            write!(out, ".{digits}").ok()?;
        }
        Some(())
    }

    /// `Z` or an offset.
    fn zone(&mut self, out: &mut String) -> Option<()> {
        if let Some(rest) = self.0.strip_prefix('Z') {
            self.0 = rest;
            out.push('Z');
            return Some(());
        }
        let bytes = self.0.as_bytes();
        let shape = bytes.len() >= 6 && matches!(bytes[0], b'+' | b'-') && bytes[3] == b':';
        let digits = |range: std::ops::Range<usize>| {
            bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
        };
        if !shape || !digits(1..3) || !digits(4..6) {
            return None;
        }
        let (zone, rest) = self.0.split_at(6);
        self.0 = rest;
        out.push_str(if &zone[1..] == "00:00" { "Z" } else { zone });
        (&zone[1..3] < "24" && &zone[4..6] < "60").then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn dates_and_times() {
        assert_eq!(rfc3339("2001-1-1").as_deref(), Some("2001-01-01T00:00:00Z"));
        assert_eq!(
            rfc3339("2001-12-14t21:59:43.10-05:00").as_deref(),
            Some("2001-12-14T21:59:43.1-05:00")
        );
        assert_eq!(rfc3339("2001-12-14 21:59:43.1").as_deref(), Some("2001-12-14T21:59:43.1Z"));
        for no in ["2001-13-01", "2001-02-30", "2001-01-01x", "200-01-01", "2001-01-01T1:1"] {
            assert_eq!(rfc3339(no), None, "{no}");
        }
    }
}
