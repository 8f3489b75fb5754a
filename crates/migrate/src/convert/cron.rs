//! Schedule expressions of AWS as Kubernetes writes them: five fields and a time zone.

/// Why an expression has no equal in five fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCron {
    /// `L`, `W` or `#`.
    SpecialDay,
    /// A year other than `*`.
    Year,
    /// A rate that does not divide the hour or the day.
    UnevenRate,
    /// One moment: `at(…)`.
    Once,
    /// Not an expression at all.
    Malformed,
}

const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Turns `cron(…)`, `rate(…)` into five fields.
///
/// AWS has six fields: minutes, hours, day of month, month, day of week (SUN is 1), year; one of
/// the two days is `?`. Kubernetes counts days of the week from 0.
pub fn five_fields(expression: &str) -> Result<String, NotCron> {
    let text = expression.trim();
    if let Some(inner) = within(text, "cron(") {
        return cron(inner);
    }
    if let Some(inner) = within(text, "rate(") {
        return rate(inner);
    }
    if text.starts_with("at(") { Err(NotCron::Once) } else { Err(NotCron::Malformed) }
}

fn within<'t>(text: &'t str, open: &str) -> Option<&'t str> {
    text.strip_prefix(open)?.strip_suffix(')')
}

fn cron(inner: &str) -> Result<String, NotCron> {
    let fields: Vec<&str> = inner.split_whitespace().collect();
    let [minute, hour, day, month, weekday, year] = fields[..] else {
        return Err(NotCron::Malformed);
    };
    if year != "*" {
        return Err(NotCron::Year);
    }
    if day.contains(['L', 'W', 'l', 'w']) || weekday.contains('#') || has_last(weekday) {
        return Err(NotCron::SpecialDay);
    }
    let weekday = weekdays(weekday).ok_or(NotCron::Malformed)?;
    for field in [minute, hour, day, month] {
        let fine = |c: char| c.is_ascii_alphanumeric() || "*?,-/".contains(c);
        if !field.chars().all(fine) {
            return Err(NotCron::Malformed);
        }
    }
    let fields = [
        stepped(minute, 59),
        stepped(hour, 23),
        stepped(&question(day), 31),
        stepped(month, 12),
        weekday,
    ];
    Ok(fields.join(" "))
}

/// `5L` or `L` in the day of the week, but not the L of a day's name (there is none).
fn has_last(weekday: &str) -> bool {
    weekday.to_ascii_uppercase().contains('L')
}

fn question(field: &str) -> String {
    if field == "?" { "*".to_owned() } else { field.to_owned() }
}

/// `5/10` means from 5 on in AWS; five-field cron wants a range before a step.
fn stepped(field: &str, top: u32) -> String {
    let part = |part: &str| match part.split_once('/') {
        Some((start, step)) if start.chars().all(|c| c.is_ascii_digit()) && !start.is_empty() => {
            format!("{start}-{top}/{step}")
        }
        _ => part.to_owned(),
    };
    field.split(',').map(part).collect::<Vec<_>>().join(",")
}

/// Days of the week from 1 (Sunday) to Kubernetes' 0 (Sunday); names become numbers.
fn weekdays(field: &str) -> Option<String> {
    if field == "?" || field == "*" {
        return Some("*".to_owned());
    }
    let one = |text: &str| -> Option<i64> {
        let upper = text.to_ascii_uppercase();
        match DAYS.iter().position(|day| *day == upper) {
            Some(index) => i64::try_from(index).ok(),
            None => text.parse::<i64>().ok().filter(|n| (1..=7).contains(n)).map(|n| n - 1),
        }
    };
    let part = |part: &str| -> Option<String> {
        let (range, step) =
            part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let range = match range.split_once('-') {
            _ if range == "*" => "*".to_owned(),
            Some((from, to)) => {
                let (from, to) = (one(from)?, one(to)?);
                if from <= to { format!("{from}-{to}") } else { wrapped(from, to) }
            }
            None => {
                let from = one(range)?;
                if step.is_some() { format!("{from}-6") } else { from.to_string() }
            }
        };
        Some(step.map_or(range.clone(), |step| format!("{range}/{step}")))
    };
    field.split(',').map(part).collect::<Option<Vec<_>>>().map(|parts| parts.join(","))
}

/// `FRI-MON` as a list, since a range may not wrap around.
fn wrapped(from: i64, to: i64) -> String {
    (from..=6).chain(0..=to).map(|day| day.to_string()).collect::<Vec<_>>().join(",")
}

fn rate(inner: &str) -> Result<String, NotCron> {
    let (number, unit) = inner.trim().split_once(' ').ok_or(NotCron::Malformed)?;
    let number: i64 = number.parse().map_err(|_| NotCron::Malformed)?;
    if number < 1 {
        return Err(NotCron::Malformed);
    }
    match unit.trim().trim_end_matches('s') {
        "minute" if number == 1 => Ok("* * * * *".to_owned()),
        "minute" if 60 % number == 0 => Ok(format!("*/{number} * * * *").replace("*/60", "0")),
        "minute" if number % 60 == 0 => rate(&format!("{} hours", number / 60)),
        "hour" if number == 1 => Ok("0 * * * *".to_owned()),
        "hour" if 24 % number == 0 && number < 24 => Ok(format!("0 */{number} * * *")),
        "hour" if number == 24 => Ok("0 0 * * *".to_owned()),
        "day" if number == 1 => Ok("0 0 * * *".to_owned()),
        "day" if number == 7 => Ok("0 0 * * 0".to_owned()),
        "minute" | "hour" | "day" => Err(NotCron::UnevenRate),
        _ => Err(NotCron::Malformed),
    }
}
