//! Schedules of AWS fire at the same times as the five fields that they become.
//!
//! The six fields are read by a small reference of the documented meaning, which walks days, hours
//! and minutes; the five fields by the crate `croner`. Both in UTC and in Asia/Seoul.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime};
use croner::Cron;
use migrate::convert::cron::{NotCron, five_fields};
use proptest::prelude::*;

/// Firing times that are compared.
const TIMES: usize = 50;
/// Days that are searched: a 29 February comes twelve times in them.
const DAYS_MAX: u64 = 18_300;
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The numbers that a field of AWS stands for.
fn numbers(field: &str, least: u32, most: u32, names: &[&str]) -> BTreeSet<u32> {
    let number = |text: &str| match names.iter().position(|name| *name == text) {
        Some(index) => least + u32::try_from(index).unwrap(),
        None => text.parse().unwrap(),
    };
    let mut out = BTreeSet::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let step: usize = step.parse().unwrap();
        let stepped = part.contains('/');
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from), number(to)),
            None if range == "*" || range == "?" => (least, most),
            None => (number(range), if stepped { most } else { number(range) }),
        };
        let all: Vec<u32> = if from <= to {
            (from..=to).collect()
        } else {
            (from..=most).chain(least..=to).collect()
        };
        out.extend(all.into_iter().step_by(step));
    }
    out
}

/// The next times of `cron(…)` after `start`, by the clock on the wall.
fn reference(fields: &[String; 5], start: NaiveDateTime) -> Vec<NaiveDateTime> {
    let [minute, hour, day, month, weekday] = fields;
    let minutes = numbers(minute, 0, 59, &[]);
    let hours = numbers(hour, 0, 23, &[]);
    let days = numbers(day, 1, 31, &[]);
    let months = numbers(month, 1, 12, &MONTHS);
    let weekdays = numbers(weekday, 1, 7, &WEEKDAYS);
    let mut out = Vec::new();
    for ahead in 0..DAYS_MAX {
        let date = start.date().checked_add_days(Days::new(ahead)).unwrap();
        let fits = months.contains(&date.month())
            && days.contains(&date.day())
            && weekdays.contains(&(date.weekday().num_days_from_sunday() + 1));
        let clock =
            hours.iter().flat_map(|hour| minutes.iter().map(move |minute| (*hour, *minute)));
        for (hour, minute) in clock.filter(|_| fits) {
            let time = date.and_hms_opt(hour, minute, 0).unwrap();
            if time > start {
                out.push(time);
            }
            if out.len() == TIMES {
                return out;
            }
        }
    }
    out
}

fn check(fields: &[String; 5], start: NaiveDateTime) {
    let expression = format!("cron({} *)", fields.join(" "));
    let five = five_fields(&expression).unwrap();
    let expected = reference(fields, start);
    let cron = Cron::from_str(&five).unwrap();
    for hours_east in [0, 9] {
        // Seoul has had one offset and no summer time since 1988.
        let zone = FixedOffset::east_opt(hours_east * 3600).unwrap();
        let begin: DateTime<FixedOffset> = start.and_local_timezone(zone).unwrap();
        let found: Vec<NaiveDateTime> =
            cron.iter_after(begin).take(expected.len()).map(|time| time.naive_local()).collect();
        assert_eq!(found, expected, "{expression} became {five}");
    }
}

/// One field of numbers from `least` to `most`, as people write them.
fn field(least: u32, most: u32, names: &'static [&'static str]) -> impl Strategy<Value = String> {
    let one = move |number: u32, named: bool| match names.get((number - least) as usize) {
        Some(name) if named => (*name).to_owned(),
        _ => number.to_string(),
    };
    let number = least..=most;
    let part = prop_oneof![
        3 => (number.clone(), any::<bool>()).prop_map(move |(n, named)| one(n, named)),
        2 => (number.clone(), number.clone(), any::<bool>())
            .prop_map(move |(from, to, named)| format!("{}-{}", one(from, named), one(to, named))),
        1 => (number.clone(), number.clone(), 1..=most)
            .prop_map(|(from, to, step)| format!("{from}-{to}/{step}")),
        2 => (number.clone(), 1..=most).prop_map(|(from, step)| format!("{from}/{step}")),
        1 => (1..=most).prop_map(|step| format!("*/{step}")),
    ];
    prop_oneof![
        2 => Just("*".to_owned()),
        3 => prop::collection::vec(part, 1..3).prop_map(|parts| parts.join(",")),
    ]
}

fn fields() -> impl Strategy<Value = [String; 5]> {
    let days = prop_oneof![
        field(1, 31, &[]).prop_map(|day| (day, "?".to_owned())),
        field(1, 7, &WEEKDAYS).prop_map(|weekday| ("?".to_owned(), weekday)),
    ];
    (field(0, 59, &[]), field(0, 23, &[]), days, field(1, 12, &MONTHS))
        .prop_map(|(minute, hour, (day, weekday), month)| [minute, hour, day, month, weekday])
}

fn start() -> impl Strategy<Value = NaiveDateTime> {
    (0..1461_u64, 0..24_u32, 0..60_u32).prop_map(|(day, hour, minute)| {
        let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        first.checked_add_days(Days::new(day)).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    })
}

proptest! {
    #[test]
    fn six_fields_and_five_fire_at_the_same_times(fields in fields(), start in start()) {
        check(&fields, start);
    }

    #[test]
    fn anything_is_read_or_refused(text in "(cron|rate|at)?\\(?[0-9A-Z*?,/#LW -]{0,24}\\)?") {
        if let Ok(five) = five_fields(&text) {
            prop_assert!(Cron::from_str(&five).is_ok(), "{text} became {five}");
        }
    }
}

#[test]
fn what_five_fields_cannot_say_is_refused() {
    for (expression, why) in [
        ("cron(0 8 L * ? *)", NotCron::SpecialDay),
        ("cron(0 8 3W * ? *)", NotCron::SpecialDay),
        ("cron(0 8 ? * 2#1 *)", NotCron::SpecialDay),
        ("cron(0 8 ? * 6L *)", NotCron::SpecialDay),
        ("cron(0 8 * * ? 2027)", NotCron::Year),
        ("cron(61 25 32 13 ? *)", NotCron::Malformed),
        ("cron(0 8 1 * MON *)", NotCron::Malformed),
        ("cron(0 8 ? * ? *)", NotCron::Malformed),
        ("cron(0 8 * * *)", NotCron::Malformed),
        ("cron(0 8/0 * * ? *)", NotCron::Malformed),
        ("rate(7 minutes)", NotCron::UnevenRate),
        ("rate(0 minutes)", NotCron::Malformed),
        ("at(2027-01-01T00:00:00)", NotCron::Once),
        ("every day", NotCron::Malformed),
    ] {
        assert_eq!(five_fields(expression), Err(why), "{expression}");
    }
}

#[test]
fn rates_that_divide_the_clock_are_kept() {
    for (rate, five) in [
        ("rate(1 minute)", "* * * * *"),
        ("rate(15 minutes)", "*/15 * * * *"),
        ("rate(60 minutes)", "0 * * * *"),
        ("rate(2 hours)", "0 */2 * * *"),
        ("rate(1 day)", "0 0 * * *"),
        ("rate(7 days)", "0 0 * * 0"),
    ] {
        assert_eq!(five_fields(rate).as_deref(), Ok(five), "{rate}");
    }
}
