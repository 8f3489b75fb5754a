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

/// One of the fields that both sides have.
#[derive(Debug, Clone, Copy)]
struct Field {
    /// Least and greatest number in AWS.
    range: (i64, i64),
    /// Names of the numbers, from the least on.
    names: &'static [&'static str],
    /// What is taken off the number for Kubernetes.
    shift: i64,
}

const MINUTE: Field = Field { range: (0, 59), names: &[], shift: 0 };
const HOUR: Field = Field { range: (0, 23), names: &[], shift: 0 };
const DAY: Field = Field { range: (1, 31), names: &[], shift: 0 };
const MONTH: Field = Field {
    range: (1, 12),
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    shift: 0,
};
const WEEKDAY: Field =
    Field { range: (1, 7), names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], shift: 1 };

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
    // AWS refuses both days at once; Kubernetes would run on either.
    let free = |field: &str| field == "*" || field == "?";
    if !free(day) && !free(weekday) || day == "?" && weekday == "?" {
        return Err(NotCron::Malformed);
    }
    let every = |field| if field == "?" { "*" } else { field };
    let fields = [
        (minute, MINUTE),
        (hour, HOUR),
        (every(day), DAY),
        (month, MONTH),
        (every(weekday), WEEKDAY),
    ];
    let fields: Option<Vec<String>> =
        fields.iter().map(|(text, field)| field.translated(text)).collect();
    Ok(fields.ok_or(NotCron::Malformed)?.join(" "))
}

/// `5L` or `L` in the day of the week, but not the L of a day's name (there is none).
fn has_last(weekday: &str) -> bool {
    weekday.to_ascii_uppercase().contains('L')
}

impl Field {
    /// The field as Kubernetes reads it; `None` if AWS would not take it.
    fn translated(&self, text: &str) -> Option<String> {
        text.split(',').map(|part| self.part(part)).collect::<Option<Vec<_>>>().map(|p| p.join(","))
    }

    fn part(&self, part: &str) -> Option<String> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<i64>().ok().filter(|n| *n > 0)?)),
            None => (part, None),
        };
        let written = match (range.split_once('-'), step) {
            // A step from nowhere begins at the least number.
            (None, step) if range == "*" || range.is_empty() && step.is_some() => "*".to_owned(),
            (None, None) => self.out(self.number(range)?),
            // `5/10` means from 5 on; five-field cron wants a range before a step.
            (None, Some(_)) => {
                format!("{}-{}", self.out(self.number(range)?), self.out(self.range.1))
            }
            (Some((from, to)), step) => {
                let (from, to) = (self.number(from)?, self.number(to)?);
                if from > to {
                    return Some(self.around(from, to, step.unwrap_or(1)));
                }
                format!("{}-{}", self.out(from), self.out(to))
            }
        };
        Some(step.map_or(written.clone(), |step| format!("{written}/{step}")))
    }

    /// `FRI-MON` as a list, since in Kubernetes a range may not go over its end.
    fn around(&self, from: i64, to: i64, step: i64) -> String {
        let (least, most) = self.range;
        let numbers = (from..=most).chain(least..=to).zip(0_i64..);
        let kept = numbers.filter(|(_, at)| at % step == 0).map(|(number, _)| self.out(number));
        kept.collect::<Vec<_>>().join(",")
    }

    fn number(&self, text: &str) -> Option<i64> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number = match named {
            Some(index) => self.range.0 + i64::try_from(index).ok()?,
            None if text.chars().all(|c| c.is_ascii_digit()) => text.parse().ok()?,
            None => return None,
        };
        (self.range.0..=self.range.1).contains(&number).then_some(number)
    }

    fn out(&self, number: i64) -> String {
        (number - self.shift).to_string()
    }
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
