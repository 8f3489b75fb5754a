//! When a CronJob's jobs are due. Pure.

use std::time::Duration;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

/// Times that are due, in a zone.
#[derive(Debug, Clone)]
pub(super) struct Schedule {
    text: String,
    zone: TimeZone,
    cron: Cron,
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.zone) == (&other.text, &other.zone)
    }
}

impl Schedule {
    /// Reads `schedule` and `timeZone`; UTC if that is not said, as in most clusters.
    pub(super) fn read(spec: &Value) -> Result<Self, String> {
        let text = spec["schedule"].as_str().ok_or("it has no schedule")?;
        let zone = match spec["timeZone"].as_str() {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name)
                .map_err(|_| format!("this machine does not know the timeZone {name}"))?,
        };
        let parser =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| format!("schedule {text}: {error}"))?;
        Ok(Self { text: text.to_owned(), zone, cron })
    }

    /// The next time after `after`.
    pub(super) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let after = after.to_zoned(self.zone.clone());
        self.cron.find_next_occurrence(&after, false).ok().map(|next| next.timestamp())
    }

    /// The last time that was due after `since` and up to `now`: what was missed before it is not
    /// made up for, as in Kubernetes. With a deadline, nothing that is older counts.
    pub(super) fn due(
        &self,
        since: Timestamp,
        now: Timestamp,
        deadline: Option<Duration>,
    ) -> Option<Timestamp> {
        let oldest = deadline.and_then(|deadline| now.checked_sub(deadline).ok());
        let since = oldest.map_or(since, |oldest| since.max(oldest));
        let zoned = now.to_zoned(self.zone.clone());
        let last = self.cron.find_previous_occurrence(&zoned, true).ok()?.timestamp();
        (last > since && last <= now).then_some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schedule(text: &str, zone: Option<&str>) -> Schedule {
        Schedule::read(&json!({ "schedule": text, "timeZone": zone })).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn only_the_last_missed_time_is_due() {
        let hourly = schedule("0 * * * *", None);
        let (since, now) = (at("2026-11-01T08:30:00Z"), at("2026-11-01T12:10:00Z"));
        assert_eq!(hourly.due(since, now, None), Some(at("2026-11-01T12:00:00Z")));
        assert_eq!(hourly.due(at("2026-11-01T12:00:00Z"), now, None), None);
        assert_eq!(
            hourly.due(since, at("2026-11-01T12:00:00Z"), None),
            Some(at("2026-11-01T12:00:00Z"))
        );
        assert_eq!(hourly.next(now), Some(at("2026-11-01T13:00:00Z")));
    }

    #[test]
    fn what_is_older_than_the_deadline_is_not_due() {
        let hourly = schedule("0 * * * *", None);
        let (since, now) = (at("2026-11-01T08:30:00Z"), at("2026-11-01T12:10:00Z"));
        assert_eq!(hourly.due(since, now, Some(Duration::from_mins(5))), None);
        assert!(hourly.due(since, now, Some(Duration::from_secs(601))).is_some());
    }

    #[test]
    fn times_are_those_of_the_zone() {
        let daily = schedule("30 9 * * 1-5", Some("Asia/Seoul"));
        let friday = at("2026-11-06T01:00:00Z");
        assert_eq!(daily.next(friday), Some(at("2026-11-09T00:30:00Z")));
        // Summer time begins at 2:00 in New York on 8 March 2026: half past two does not happen.
        let gone = schedule("30 2 8 3 *", Some("America/New_York"));
        let day = at("2026-03-08T00:00:00Z");
        assert!(gone.next(day).is_none_or(
            |next| next > at("2026-03-08T07:00:00Z") || next == at("2026-03-08T07:00:00Z")
        ));
    }

    #[test]
    fn what_is_no_schedule_is_said() {
        for (spec, said) in [
            (json!({}), "it has no schedule"),
            (json!({ "schedule": "every day" }), "schedule every day"),
            (json!({ "schedule": "* * * * * *" }), "schedule * * * * * *"),
            (json!({ "schedule": "@daily", "timeZone": "Mars/North" }), "timeZone Mars/North"),
        ] {
            let error = Schedule::read(&spec).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
