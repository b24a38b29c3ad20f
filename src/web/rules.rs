//! Rules of the book in plain words: what each is called by its place in the book, and what stands there.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::fields::{Difference, Typed};
use manyhands_domain::refusal::Arg;

use crate::i18n::{Say, amount, count, hundredths};
use crate::web::split::fund_words;

/// What a rule is called; one that nobody here knows by its place in the book.
pub(super) fn name_of(say: &Say, place: &str) -> String {
    let parts: Vec<&str> = place.split('/').collect();
    match parts[..] {
        ["floor", skill, currency] => say.with("rule-floor", &[("skill", skill_words(say, skill).into()), ("currency", currency.into())]),
        ["premium", level] => say.with("rule-premium", &[("level", level.into())]),
        ["split", part] => say.with("rule-split", &[("part", part_words(say, part).into())]),
        ["votes", kind, rule] => {
            let words = say.optional(&format!("rule-votes-{}", rule.replace('_', "-")));
            let words = if words.is_empty() { rule.to_owned() } else { words };
            say.with("rule-vote", &[("rule", words.into()), ("kind", kind_words(say, kind).into())])
        }
        ["currencies", currency, _] => say.with("rule-currency", &[("currency", currency.into())]),
        [part, setting] => {
            let words = say.optional(&format!("rule-{part}-{}", setting.replace('_', "-")));
            if words.is_empty() { format!("{part}: {setting}") } else { words }
        }
        _ => place.to_owned(),
    }
}

/// What stands there, as it is typed in a form.
pub(super) fn value_of(say: &Say, place: &str, typed: Typed, value: &str) -> String {
    let sum = || Amount::parse_input(value).unwrap_or_default();
    match typed {
        _ if value.is_empty() => say.t("rule-nothing"),
        Typed::Percent => {
            let points = u32::try_from(sum().micros() / 10_000).unwrap_or_default();
            format!("{}\u{a0}%", hundredths(say.language, points))
        }
        Typed::Money => match place.rsplit('/').next().map(Currency::parse) {
            Some(Ok(currency)) => format!("{}\u{a0}{currency}", amount(say.language, sum())),
            _ => amount(say.language, sum()),
        },
        Typed::Count(..) => value.parse().map_or_else(|_| value.to_owned(), count),
        Typed::Quorum => say.with("rule-of-members", &[("share", value.into())]),
        Typed::Majority => match value.split_once(' ') {
            Some(("least", share)) => say.with("rule-at-least", &[("share", share.into())]),
            Some((_, share)) => say.with("rule-more-than", &[("share", share.into())]),
            None => value.to_owned(),
        },
        Typed::Openings => say.t(if value == "all" { "rule-openings-all" } else { "rule-openings-members" }),
        Typed::Changes => changes_words(say, value.split_whitespace()),
    }
}

/// `Floor an hour, any skill, USD: 8.00 USD → 9.00 USD`.
pub(super) fn difference(say: &Say, difference: &Difference) -> String {
    let value = |value: &str| value_of(say, &difference.name, difference.typed, value);
    let values = [("before", value(&difference.before).into()), ("after", value(&difference.after).into())];
    let [before, after] = values;
    say.with("rule-changed", &[("rule", Arg::Text(name_of(say, &difference.name))), before, after])
}

/// What a kind of vote is called.
pub(super) fn kind_words(say: &Say, kind: &str) -> String {
    let words = say.optional(&format!("rule-kind-{kind}"));
    if words.is_empty() { kind.to_owned() } else { words }
}

/// What a kind of vote may change, in words.
pub(super) fn changes_words<'w>(say: &Say, names: impl Iterator<Item = &'w str>) -> String {
    let word = |name: &str| {
        let words = say.optional(&format!("rule-part-{}", name.replace('.', "-")));
        if words.is_empty() { name.to_owned() } else { words }
    };
    let words: Vec<String> = names.map(word).collect();
    if words.is_empty() { say.t("rule-part-none") } else { words.join(", ") }
}

pub(super) fn skill_words(say: &Say, skill: &str) -> String {
    if skill == "general" { say.t("rates-general") } else { skill.to_owned() }
}

fn part_words(say: &Say, part: &str) -> String {
    match part {
        "worker" => say.t("split-worker"),
        "reviewer" => say.t("split-reviewer"),
        "reserve" => say.t("split-reserve"),
        "operations" => say.t("split-operations"),
        fund => fund_words(say, fund),
    }
}
