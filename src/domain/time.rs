//! A moment in UTC, whole seconds: as the ledger has it. Reading the clock is not done here.

use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A text that is no moment of the ledger's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not RFC 3339 in UTC with whole seconds")]
pub struct NoTimestamp;

impl Timestamp {
    /// From seconds since 1970.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Timestamp {
        Timestamp(secs)
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn secs(self) -> i64 {
        self.0
    }

    /// Later (or earlier) by so many seconds; stays at the ends of time rather than wrap.
    #[must_use]
    pub const fn plus_secs(self, secs: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(secs))
    }

    /// Later (or earlier) by so many days of 86,400 seconds.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(days.saturating_mul(DAY_SECS)))
    }

    /// Seconds from `earlier` to this, negative if it is later.
    #[must_use]
    pub const fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// RFC 3339 in UTC with whole seconds, `2026-11-23T13:37:39Z`, and nothing else.
    ///
    /// # Errors
    /// [`NoTimestamp`] for any other form, a leap second, or a year beyond four digits.
    pub fn parse(text: &str) -> Result<Timestamp, NoTimestamp> {
        let parsed: jiff::Timestamp = text.parse().map_err(|_| NoTimestamp)?;
        let timestamp = Timestamp(parsed.as_second());
        if timestamp.to_string() == text { Ok(timestamp) } else { Err(NoTimestamp) }
    }
}

/// `2026-11-23T13:37:39Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            Err(_) => f.write_str("out of time"),
        }
    }
}

/// A day of the week, as settings name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekday {
    /// Days after Monday.
    place: i64,
}

impl Weekday {
    /// The first such day from `now` on, today included, in UTC: its noon, which is the same date in almost every zone.
    ///
    /// ```
    /// use manyhands_domain::time::{Timestamp, Weekday};
    /// let friday: Weekday = "friday".parse()?;
    /// let monday = Timestamp::parse("2026-11-23T20:10:00Z")?;
    /// assert_eq!(friday.next_from(monday).to_string(), "2026-11-27T12:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_from(self, now: Timestamp) -> Timestamp {
        let days = now.0.div_euclid(DAY_SECS);
        // 1970-01-01 was a Thursday, the day of place 3.
        let today = days.saturating_add(3).rem_euclid(7);
        let wait = self.place.saturating_sub(today).rem_euclid(7);
        Timestamp(days.saturating_add(wait).saturating_mul(DAY_SECS)).plus_secs(DAY_SECS / 2)
    }
}

/// In English, small letters: `friday`.
impl std::str::FromStr for Weekday {
    type Err = NoWeekday;

    fn from_str(text: &str) -> Result<Weekday, NoWeekday> {
        let place = WEEKDAYS.iter().position(|name| *name == text).ok_or(NoWeekday)?;
        Ok(Weekday { place: i64::try_from(place).map_err(|_| NoWeekday)? })
    }
}

/// A text that is no day of the week in English, small letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no day of the week")]
pub struct NoWeekday;

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Seconds of a day.
pub const DAY_SECS: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekday_comes_at_most_six_days_later_and_may_be_today() {
        let monday = Timestamp::parse("2026-11-23T23:59:59Z").unwrap();
        let next = |day: &str| day.parse::<Weekday>().unwrap().next_from(monday).to_string();
        assert_eq!(next("monday"), "2026-11-23T12:00:00Z");
        assert_eq!(next("tuesday"), "2026-11-24T12:00:00Z");
        assert_eq!(next("sunday"), "2026-11-29T12:00:00Z");
        assert!("Friday".parse::<Weekday>().is_err());
    }

    #[test]
    fn only_whole_seconds_of_utc_are_read() {
        assert_eq!(Timestamp::parse("2026-11-23T13:37:39Z").unwrap().to_string(), "2026-11-23T13:37:39Z");
        for text in [
            "2026-11-23T13:37:39+00:00",
            "2026-11-23T13:37:39.5Z",
            "2026-11-23 13:37:39Z",
            "2026-11-23T13:37:60Z",
            "2026-11-23t13:37:39z",
            "",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }
}
