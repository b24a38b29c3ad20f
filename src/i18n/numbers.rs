//! Sums, counts, dates and durations as people read them. Figures stand in columns: thousands are parted by a narrow
//! space in every language; the decimal sign is the language's own.

use icu::calendar::{Date, Iso};
use icu::datetime::DateTimeFormatter;
use icu::datetime::fieldsets::{YMD, YMDE};
use icu::locale::{Locale, locale};
use manyhands_domain::money::Amount;

use super::Language;

/// Two decimals, and more only when they are not zero: `0.64`, `5.064`, `2 097.28`.
#[must_use]
pub fn amount(language: Language, sum: Amount) -> String {
    let text = sum.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let kept = fraction.trim_end_matches('0').len().max(2);
    let point = match language {
        Language::En => '.',
        Language::Fr => ',',
    };
    format!("{sign}{}{point}{}", grouped(whole), fraction.get(..kept).unwrap_or(fraction))
}

/// `1 318`.
#[must_use]
pub fn count(number: i64) -> String {
    let sign = if number < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&number.unsigned_abs().to_string()))
}

/// Basis points as `80 %`, `2.50 %`.
#[must_use]
pub fn percent(language: Language, points: u32) -> String {
    format!("{}\u{a0}%", hundredths(language, points))
}

/// Basis points as hundredths: `80`, `2.50`.
#[must_use]
pub fn hundredths(language: Language, points: u32) -> String {
    let (whole, rest) = (points / 100, points % 100);
    let point = match language {
        Language::En => '.',
        Language::Fr => ',',
    };
    if rest == 0 { count(i64::from(whole)) } else { format!("{}{point}{rest:02}", count(i64::from(whole))) }
}

/// A change in basis points: `+ 4.20 %`, `− 1 %`, `0 %`.
#[must_use]
pub fn change(language: Language, points: i64) -> String {
    let sign = match points {
        0 => "",
        1.. => "+\u{a0}",
        _ => "−\u{a0}",
    };
    format!("{sign}{}", percent(language, u32::try_from(points.unsigned_abs()).unwrap_or(u32::MAX)))
}

/// French says the first of a month as an ordinal, which CLDR leaves to us.
fn first_of_month(language: Language, day: i8, text: String) -> String {
    if language == Language::Fr && day == 1 { text.replacen("1 ", "1er ", 1) } else { text }
}

/// `23 November 2026`, by CLDR.
pub(super) fn date(language: Language, at: &jiff::ZonedDateTime) -> String {
    let written = |date: &Date<_>| {
        DateTimeFormatter::try_new(tag(language).into(), YMD::long()).ok().map(|formatter| formatter.format(date).to_string())
    };
    let text = iso(at).as_ref().and_then(written).unwrap_or_else(|| at.strftime("%Y-%m-%d").to_string());
    first_of_month(language, at.day(), text)
}

/// `Monday 23 November 2026`, by CLDR.
pub(super) fn day(language: Language, at: &jiff::ZonedDateTime) -> String {
    let written = |date: &Date<_>| {
        DateTimeFormatter::try_new(tag(language).into(), YMDE::long()).ok().map(|formatter| formatter.format(date).to_string())
    };
    let text = iso(at).as_ref().and_then(written).unwrap_or_else(|| at.strftime("%Y-%m-%d").to_string());
    first_of_month(language, at.day(), text)
}

fn tag(language: Language) -> Locale {
    match language {
        Language::En => locale!("en-GB"),
        Language::Fr => locale!("fr"),
    }
}

fn iso(at: &jiff::ZonedDateTime) -> Option<Date<Iso>> {
    Date::try_new_iso(i32::from(at.year()), at.month().unsigned_abs(), at.day().unsigned_abs()).ok()
}

/// `45 min`, `8 h`, `1 h 34 min`, `90 s`, `2 min 56 s`: the signs are international.
pub(super) fn duration(secs: i64) -> String {
    let (hours, minutes, seconds) = (secs / 3_600, secs % 3_600 / 60, secs % 60);
    let text = match (hours, minutes, seconds) {
        (0, _, _) if secs < 120 && secs != 60 => format!("{secs} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    };
    text.replace(' ', "\u{a0}")
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_shows_two_decimals_and_more_only_when_they_are_not_zero() {
        for (typed, shown) in [("0.64", "0.64"), ("5.064", "5.064"), ("0.024", "0.024"), ("2097.28", "2\u{202f}097.28"), ("7", "7.00")] {
            assert_eq!(amount(Language::En, Amount::parse_input(typed).unwrap()), shown);
        }
        assert_eq!(amount(Language::Fr, Amount::parse_input("1234567.5").unwrap()), "1\u{202f}234\u{202f}567,50");
        assert_eq!(amount(Language::En, Amount::from_micros(-5_000)), "−0.005");
    }

    #[test]
    fn dates_are_said_as_people_say_them() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().to_zoned_datetime(jiff::tz::TimeZone::UTC);
        let (first, other) = (at("2026-11-01T12:00:00Z"), at("2026-11-21T12:00:00Z"));
        assert_eq!(date(Language::Fr, &first), "1er novembre 2026");
        assert_eq!(day(Language::Fr, &first), "dimanche 1er novembre 2026");
        assert_eq!(day(Language::Fr, &other), "samedi 21 novembre 2026");
        assert_eq!(date(Language::En, &first), "1 November 2026");
    }

    #[test]
    fn durations_are_short() {
        for (secs, shown) in [(90, "90 s"), (180, "3 min"), (176, "2 min 56 s"), (2_700, "45 min"), (28_800, "8 h"), (5_640, "1 h 34 min")]
        {
            assert_eq!(duration(secs).replace('\u{a0}', " "), shown);
        }
    }
}
