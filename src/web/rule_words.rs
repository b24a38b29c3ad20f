//! Rules in plain words: what each is called, in which unit it stands, what a vote of a kind needs, and what a change changes.

use manyhands_domain::money::Amount;
use manyhands_domain::proposals::fields::{Difference, Typed};
use manyhands_domain::proposals::tally::{Majority, Quorum};
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::Arg;

use crate::i18n::{Say, amount, count, percent};
use crate::web::sheet::{Block, Change, ChangedLine, Changes, Table, TableRow};
use crate::web::split::fund_words;

/// What a rule is called, by its place in the book: `floor/general/USD`.
pub(super) fn name(say: &Say, place: &str) -> String {
    let parts: Vec<&str> = place.split('/').collect();
    match parts.as_slice() {
        ["floor", skill, code] => say.with("rule-name-floor", &[("skill", skill_words(say, skill).into()), ("currency", (*code).into())]),
        ["premium", level] => say.with("rule-name-premium", &[("level", (*level).into())]),
        ["split", who] => say.with("rule-name-split", &[("who", share_name(say, who).into())]),
        ["votes", kind, what] => {
            let kind = kind_words(say, kind);
            say.with(&format!("rule-name-votes-{}", what.replace('_', "-")), &[("kind", kind.into())])
        }
        ["currencies", code, "decimals"] => say.with("rule-name-decimals", &[("currency", (*code).into())]),
        [part, what] => {
            let words = say.optional(&format!("rule-name-{part}-{}", what.replace('_', "-")));
            if words.is_empty() { place.to_owned() } else { words }
        }
        _ => place.to_owned(),
    }
}

/// In what it is measured, after a field.
pub(super) fn unit(say: &Say, place: &str, typed: Typed) -> String {
    match typed {
        Typed::Percent => "%".to_owned(),
        Typed::Money => {
            let code = place.rsplit('/').next().unwrap_or_default();
            say.with("rule-unit-hour", &[("currency", code.into())])
        }
        Typed::Count(..) => {
            let word = ["days", "minutes"].into_iter().find(|word| place.contains(word));
            word.map(|word| say.t(&format!("rule-unit-{word}"))).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// A value as pages show it, from what would be typed.
pub(super) fn value(say: &Say, typed: Typed, text: &str) -> String {
    let sum = || Amount::parse_input(text).ok();
    let shown = match typed {
        _ if text.is_empty() && typed != Typed::Changes => Some(say.t("rule-none")),
        Typed::Money => sum().map(|sum| amount(say.language, sum)),
        Typed::Percent => sum().and_then(|share| u32::try_from(share.micros() / 10_000).ok()).map(|points| percent(say.language, points)),
        Typed::Count(..) => text.parse().ok().map(count),
        Typed::Quorum => fraction_of(text).map(|(n, d)| share(say, n, d)),
        Typed::Majority => text.split_once(' ').and_then(|(how, text)| {
            let (n, d) = fraction_of(text)?;
            Some(majority(say, Majority { least: how == "least", n, d }))
        }),
        Typed::Openings => Some(say.optional(&format!("rule-openings-{text}"))).filter(|words| !words.is_empty()),
        Typed::Changes => Some(parts(say, &text.split_whitespace().collect::<Vec<_>>())),
    };
    shown.unwrap_or_else(|| text.to_owned())
}

fn fraction_of(text: &str) -> Option<(u64, u64)> {
    let (n, d) = text.split_once('/')?;
    Some((n.parse().ok()?, d.parse().ok().filter(|d| *d > 0)?))
}

/// `a third`, `two thirds`, `40 %`, `4/7`.
pub(super) fn share(say: &Say, n: u64, d: u64) -> String {
    let words = say.optional(&format!("share-{n}-{d}"));
    match d {
        _ if !words.is_empty() => words,
        100 => u32::try_from(n.saturating_mul(100)).map_or_else(|_| format!("{n}/{d}"), |points| percent(say.language, points)),
        _ => format!("{n}/{d}"),
    }
}

/// `more than half of yes and no`.
pub(super) fn majority(say: &Say, rule: Majority) -> String {
    let id = if rule.least { "rule-majority-least" } else { "rule-majority-over" };
    say.with(id, &[("share", share(say, rule.n, rule.d).into())])
}

/// `a third of the members`.
pub(super) fn quorum(say: &Say, rule: Quorum) -> String {
    say.with("rule-quorum-of", &[("share", share(say, rule.n, rule.d).into())])
}

/// A kind of vote; one without words keeps its code.
pub(super) fn kind_words(say: &Say, kind: &str) -> String {
    let words = say.optional(&format!("vote-kind-{kind}"));
    if words.is_empty() { kind.to_owned() } else { words }
}

/// Who has a part of a price.
pub(super) fn share_name(say: &Say, who: &str) -> String {
    let words = say.optional(&format!("split-{who}"));
    if words.is_empty() { fund_words(say, who) } else { words }
}

/// A skill; one without words keeps its code.
pub(super) fn skill_words(say: &Say, skill: &str) -> String {
    if skill == "general" { say.t("rates-general") } else { skill.to_owned() }
}

/// Parts of the book by name: what a kind of vote may change.
pub(super) fn parts(say: &Say, names: &[&str]) -> String {
    if names.is_empty() {
        return say.t("book-part-none");
    }
    names.iter().map(|name| part(say, name)).collect::<Vec<_>>().join(", ")
}

/// One part of the book.
pub(super) fn part(say: &Say, name: &str) -> String {
    let words = say.optional(&format!("book-part-{}", name.replace('.', "-")));
    if words.is_empty() { name.to_owned() } else { words }
}

/// What a vote of a kind needs, sentence by sentence.
pub(super) fn terms_words(say: &Say, terms: &Terms) -> Vec<String> {
    let changes: Vec<&str> = terms.changes.iter().map(String::as_str).collect();
    let days = manyhands_domain::proposals::opening::least_days(terms);
    let notice = if terms.notice_days == 0 { "terms-at-once" } else { "terms-notice" };
    vec![
        if changes.is_empty() { say.t("terms-changes-none") } else { say.with("terms-changes", &[("parts", parts(say, &changes).into())]) },
        say.with("terms-passes", &[("quorum", quorum(say, terms.quorum).into()), ("majority", majority(say, terms.majority).into())]),
        say.with("terms-days", &[("days", Arg::Count(days))]) + " " + &say.with(notice, &[("days", Arg::Count(terms.notice_days))]),
        say.with("terms-cosponsors", &[("count", terms.cosponsors.into())]),
    ]
}

/// What a change of the book changes: figures side by side, words below each other.
pub(super) fn difference_blocks(say: &Say, all: &[Difference], heads: [&str; 2]) -> Vec<Block> {
    let (figures, words): (Vec<_>, Vec<_>) =
        all.iter().partition(|one| !matches!(one.typed, Typed::Majority | Typed::Openings | Typed::Changes));
    let mut blocks = Vec::new();
    if !figures.is_empty() {
        let row = |one: &&Difference| TableRow {
            name: name(say, &one.name),
            under: unit(say, &one.name, one.typed).trim_start_matches('%').to_owned(),
            figures: vec![value(say, one.typed, &one.before), value(say, one.typed, &one.after)],
            ..TableRow::default()
        };
        let heads = vec![say.t("rule-rule"), say.t(heads[0]), say.t(heads[1])];
        blocks.push(Block::Table(Table { heads, rows: figures.iter().map(row).collect() }));
    }
    if !words.is_empty() {
        let part = |one: &&Difference| {
            let gone = ChangedLine { kind: Change::Gone, text: value(say, one.typed, &one.before) };
            (name(say, &one.name), vec![gone, ChangedLine { kind: Change::New, text: value(say, one.typed, &one.after) }])
        };
        let changes = Changes { gone: say.t(heads[0]), new: say.t(heads[1]), parts: words.iter().map(part).collect() };
        blocks.push(Block::Changes(Box::new(changes)));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn every_rule_of_the_founding_book_has_a_name_and_a_value_in_words() {
        use manyhands_domain::proposals::fields;
        use manyhands_domain::rules::Book;
        let book = Book::parse(&Book::founding()).unwrap();
        for language in Language::ALL {
            let say = Say::new(language, "UTC");
            for field in fields::list(&book, &[]) {
                assert!(!name(&say, &field.name).contains('/'), "{}", field.name);
                let shown = value(&say, field.typed, &field.value);
                assert!(!shown.contains('/') && !shown.is_empty(), "{} is {shown}", field.name);
            }
            for terms in Terms::all(&book) {
                assert_ne!(kind_words(&say, &terms.kind), terms.kind);
                assert_eq!(terms_words(&say, &terms).len(), 4);
            }
        }
    }

    #[test]
    fn shares_without_words_are_percents_or_fractions() {
        let say = Say::new(Language::En, "UTC");
        assert_eq!([share(&say, 2, 3), share(&say, 40, 100), share(&say, 4, 7)], ["two thirds", "40\u{a0}%", "4/7"]);
        assert_eq!(value(&say, Typed::Percent, "82.5"), "82.50\u{a0}%");
        assert_eq!(value(&say, Typed::Majority, "least 2/3"), "at least two thirds of yes and no");
    }
}
