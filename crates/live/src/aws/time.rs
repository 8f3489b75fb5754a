//! Times on the wire and in answers.
//!
//! Answers show times as the AWS CLI does, `2026-10-24T04:10:24.318000+00:00`: in UTC, to the
//! microsecond, without a fraction when there is none.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::{Number, Value};

use super::operations::TimeFormat;

/// A time for an answer.
pub(super) fn show(time: Timestamp) -> String {
    let seconds = time.strftime("%Y-%m-%dT%H:%M:%S");
    match time.as_microsecond().rem_euclid(1_000_000) {
        0 => format!("{seconds}+00:00"),
        micros => format!("{seconds}.{micros:06}+00:00"),
    }
}

/// A time that came as `text` of any format, for an answer; what is no time stays as it is.
pub(super) fn shown(text: &str) -> String {
    read(text).map_or_else(|| text.to_owned(), show)
}

/// A time that came as seconds since 1970.
pub(super) fn of_number(number: &Number) -> Option<Timestamp> {
    if let Some(seconds) = number.as_i64() {
        return Timestamp::from_second(seconds).ok();
    }
    // An f64 holds microseconds of these centuries exactly; a cast of what is beyond them saturates
    // and is then out of the range of a timestamp.
    #[expect(clippy::cast_possible_truncation, reason = "saturates, see above")]
    let micros = (number.as_f64()? * 1e6).round() as i64;
    Timestamp::from_microsecond(micros).ok()
}

/// A time from RFC 3339, RFC 822 or seconds.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| of_http(text)).or_else(|| of_number(&text.parse().ok()?))
}

/// The time of a `Date` header.
pub(super) fn of_http(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// A time for a request, as JSON has it.
pub(super) fn to_json(time: Timestamp, format: TimeFormat) -> Value {
    match format {
        TimeFormat::Unix if time.subsec_nanosecond() == 0 => time.as_second().into(),
        #[expect(clippy::cast_precision_loss, reason = "exact for microseconds of these centuries")]
        TimeFormat::Unix => (time.as_microsecond() as f64 / 1e6).into(),
        TimeFormat::Iso | TimeFormat::Http => to_text(time, format).into(),
    }
}

/// A time for a request, as forms, paths and XML have it.
pub(super) fn to_text(time: Timestamp, format: TimeFormat) -> String {
    match format {
        TimeFormat::Iso => time.to_string(),
        TimeFormat::Unix => time.as_second().to_string(),
        TimeFormat::Http => time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_the_cli_does() {
        assert_eq!(shown("2026-10-24T04:10:24.318Z"), "2026-10-24T04:10:24.318000+00:00");
        assert_eq!(shown("2026-10-24T13:10:24+09:00"), "2026-10-24T04:10:24+00:00");
        assert_eq!(shown("Sat, 24 Oct 2026 04:10:24 GMT"), "2026-10-24T04:10:24+00:00");
        assert_eq!(shown("soon"), "soon");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn seconds_keep_their_microseconds_and_absurd_ones_are_no_time() {
        let of = |text: &str| text.parse::<Number>().ok().and_then(|number| of_number(&number));
        assert_eq!(of("1793001024.318").map(show).unwrap(), "2026-10-26T07:50:24.318000+00:00");
        assert_eq!(of("1.793001024E9").map(show).unwrap(), "2026-10-26T07:50:24+00:00");
        for absurd in ["1e300", "-1e300", "9223372036854775807", "18446744073709551615"] {
            assert_eq!(of(absurd), None, "{absurd}");
        }
    }

    #[test]
    fn a_time_is_written_as_the_format_says() {
        let time: Timestamp = "2026-10-24T04:10:24.5Z".parse().unwrap();
        assert_eq!(to_json(time, TimeFormat::Unix).to_string(), "1792815024.5");
        assert_eq!(to_text(time, TimeFormat::Iso), "2026-10-24T04:10:24.5Z");
        assert_eq!(to_text(time, TimeFormat::Http), "Sat, 24 Oct 2026 04:10:24 GMT");
    }
}
