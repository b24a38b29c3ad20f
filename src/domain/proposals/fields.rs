//! The rule book as a form: one field for each rule, and what was typed as a merge patch. And a patch in differences that pages put
//! into words. A field's name is its place in the book, `floor/general/USD`.

use serde_json::{Map, Value, json};

use super::change::{SETTINGS, SPLIT, percent};
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::rules::Book;

/// How a rule is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A share in percent, `82.5`.
    Percent,
    /// Money of an hour, in the currency that its place ends with.
    Money,
    /// A whole number, from and to.
    Count(i64, i64),
    /// `1/3`, or a percentage.
    Quorum,
    /// `over 1/2` or `least 2/3`.
    Majority,
    /// `members` or `all`.
    Openings,
    /// What a kind of vote may change, names separated by spaces.
    Changes,
}

/// A rule, for a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its place in the book.
    pub name: String,
    /// How it is typed.
    pub typed: Typed,
    /// As it is now, as it would be typed.
    pub value: String,
}

/// One rule that a patch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its place in the book, and how it is typed.
    pub name: String,
    /// How it is typed.
    pub typed: Typed,
    /// Before, as it would be typed; empty for what is new.
    pub before: String,
    /// After.
    pub after: String,
}

/// Every rule of a book, part by part: those of `parts`, or all where that is empty.
#[must_use]
pub fn list(book: &Book, parts: &[String]) -> Vec<Field> {
    let within = |name: &str| parts.is_empty() || parts.iter().any(|part| name.split('/').next() == Some(part.as_str()));
    let leaves = leaves_of(book.value());
    leaves.into_iter().filter(|(name, ..)| within(name)).map(|(name, typed, value)| Field { name, typed, value }).collect()
}

/// What was typed, as a patch of what differs. `typed` gives the text of a field, nothing where the form does not have it. Beside the
/// rules themselves: `new/fund` with `new/fund-share`; `new/skill` with `new/skill-currency` and `new/skill-floor`; `new/currency`
/// with `new/currency-decimals`.
///
/// # Errors
/// `rule-percent`, `rule-money`, `rule-number`, `rule-quorum`, `rule-majority`, `rule-floor-currency` for what cannot be read. Whether
/// what was read may be, is [`super::change`]'s matter.
pub fn read(book: &Book, typed: impl Fn(&str) -> Option<String>) -> Result<Map<String, Value>, Vec<Refusal>> {
    let (mut patch, mut faults) = (Map::new(), Vec::new());
    for field in list(book, &[]) {
        let Some(text) = typed(&field.name).map(|text| text.trim().to_owned()) else { continue };
        if text == field.value {
            continue;
        }
        match read_one(field.typed, &text) {
            Some(value) => put(&mut patch, &field.name, value),
            None => faults.push(unread(field.typed).field(field.name)),
        }
    }
    for (name, path, kind) in ADDED {
        let (Some(key), Some(text)) = (filled(&typed, name), typed(kind.0)) else { continue };
        let path = match typed("new/skill-currency").filter(|_| *name == "new/skill") {
            // One place of the book, and none below it: a path of many thousand is no place.
            Some(currency) if Currency::read(currency.trim()).is_err() => {
                let shown: String = currency.trim().chars().take(10).collect();
                faults.push(Refusal::new("rule-floor-currency").field("new/skill-currency").with("currency", shown));
                continue;
            }
            Some(currency) => format!("{path}{key}/{}", currency.trim()),
            None => format!("{path}{key}{}", kind.2),
        };
        match read_one(kind.1, text.trim()) {
            Some(value) => put(&mut patch, &path, value),
            None => faults.push(unread(kind.1).field(kind.0)),
        }
    }
    if faults.is_empty() { Ok(patch) } else { Err(faults) }
}

/// What a patch changes in a book, rule by rule.
#[must_use]
pub fn differences(book: &Book, patch: &Map<String, Value>) -> Vec<Difference> {
    let before = leaves_of(book.value());
    let was = |name: &str| before.iter().find(|leaf| leaf.0 == name).map(|leaf| leaf.2.clone()).unwrap_or_default();
    let after = leaves_of(&Value::Object(patch.clone()));
    let all = after.into_iter().map(|(name, typed, after)| Difference { before: was(&name), name, typed, after });
    all.filter(|difference| difference.before != difference.after).collect()
}

/// The rules of a book, or of a patch: place, how it is typed, as it would be.
fn leaves_of(book: &Value) -> Vec<(String, Typed, String)> {
    let part = |name: &str| book.get(name).and_then(Value::as_object).into_iter().flatten();
    let mut leaves = Vec::new();
    let mut add = |name: String, typed: Typed, value: &Value| leaves.push((name, typed, as_typed(typed, value)));
    for (skill, rates) in part("floor") {
        for (code, rate) in rates.as_object().into_iter().flatten() {
            add(format!("floor/{skill}/{code}"), Typed::Money, rate);
        }
    }
    part("premium").for_each(|(level, points)| add(format!("premium/{level}"), Typed::Percent, points));
    let funds = |name: &&String| !SPLIT.contains(&name.as_str());
    let split: Map<String, Value> = part("split").map(|(name, share)| (name.clone(), share.clone())).collect();
    for name in SPLIT.iter().map(|name| (*name).to_owned()).chain(split.keys().filter(funds).cloned()) {
        if let Some(share) = split.get(&name) {
            add(format!("split/{name}"), Typed::Percent, share);
        }
    }
    for (name, setting, least, most) in SETTINGS {
        if let Some(value) = book.get(name).and_then(|part| part.get(setting)) {
            add(format!("{name}/{setting}"), Typed::Count(*least, *most), value);
        }
    }
    for (kind, vote) in part("votes") {
        for (name, typed) in VOTE {
            if let Some(value) = vote.get(name) {
                add(format!("votes/{kind}/{name}"), *typed, value);
            }
        }
    }
    for (code, currency) in part("currencies") {
        if let Some(decimals) = currency.get("decimals") {
            add(format!("currencies/{code}/decimals"), Typed::Count(0, 6), decimals);
        }
    }
    leaves
}

fn as_typed(typed: Typed, value: &Value) -> String {
    let number = |place: usize| value.get(place).and_then(Value::as_i64).unwrap_or_default();
    match typed {
        Typed::Percent => percent(value.as_i64().unwrap_or_default()),
        Typed::Money => shortened(value.as_str().unwrap_or_default()).to_owned(),
        Typed::Count(..) => value.as_i64().unwrap_or_default().to_string(),
        Typed::Quorum => format!("{}/{}", number(0), number(1)),
        Typed::Majority => format!("{} {}/{}", value.get(0).and_then(Value::as_str).unwrap_or_default(), number(1), number(2)),
        Typed::Openings => value.as_str().unwrap_or_default().to_owned(),
        Typed::Changes => value.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
    }
}

/// `8.00`: two decimals at least, six where it needs them.
fn shortened(amount: &str) -> &str {
    let places = amount.split_once('.').map_or(0, |(_, places)| places.len());
    let zeros = amount.len().saturating_sub(amount.trim_end_matches('0').len()).min(places.saturating_sub(2));
    amount.get(..amount.len().saturating_sub(zeros)).unwrap_or(amount)
}

fn read_one(typed: Typed, text: &str) -> Option<Value> {
    match typed {
        Typed::Percent => read_percent(text).map(|points| json!(points)),
        Typed::Money => Amount::parse_signed_input(text).ok().map(|amount| json!(amount.to_string())),
        Typed::Count(..) => text.parse::<i64>().ok().map(|count| json!(count)),
        Typed::Quorum => read_fraction(text).map(|(n, d)| json!([n, d])),
        Typed::Majority => {
            let (how, fraction) = text.split_once(' ').filter(|(how, _)| matches!(*how, "over" | "least"))?;
            read_fraction(fraction).map(|(n, d)| json!([how, n, d]))
        }
        Typed::Openings => Some(text).filter(|text| matches!(*text, "all" | "members")).map(|text| json!(text)),
        Typed::Changes => Some(json!(text.split_whitespace().collect::<Vec<_>>())),
    }
}

fn unread(typed: Typed) -> Refusal {
    match typed {
        Typed::Percent => Refusal::new("rule-percent"),
        Typed::Money => Refusal::new("rule-money"),
        Typed::Count(least, most) => Refusal::new("rule-number").with("least", least).with("most", most),
        Typed::Quorum => Refusal::new("rule-quorum"),
        Typed::Majority => Refusal::new("rule-majority"),
        Typed::Openings | Typed::Changes => Refusal::new("rule-unfit"),
    }
}

/// Percent with up to two decimals, as basis points.
fn read_percent(text: &str) -> Option<i64> {
    let micros = Amount::parse_signed_input(text).ok()?.micros();
    let exact = micros.checked_rem(MICROS_A_POINT)? == 0;
    micros.checked_div(MICROS_A_POINT).filter(|_| exact)
}

/// `1/3`, or `33` percent of a hundred.
fn read_fraction(text: &str) -> Option<(i64, i64)> {
    match text.split_once('/') {
        Some((n, d)) => Some((n.trim().parse().ok()?, d.trim().parse().ok()?)),
        None => Some((text.trim_end_matches('%').trim().parse().ok()?, 100)),
    }
}

fn put(patch: &mut Map<String, Value>, path: &str, value: Value) {
    let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match rest {
        None => {
            patch.insert(first.to_owned(), value);
        }
        Some(rest) => {
            let below = patch.entry(first.to_owned()).or_insert_with(|| json!({}));
            if let Some(below) = below.as_object_mut() {
                put(below, rest, value);
            }
        }
    }
}

fn filled(typed: impl Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    typed(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty() && !text.contains('/'))
}

const VOTE: &[(&str, Typed)] = &[
    ("quorum", Typed::Quorum),
    ("majority", Typed::Majority),
    ("days", Typed::Count(1, 366)),
    ("cosponsors", Typed::Count(0, 100)),
    ("notice_days", Typed::Count(0, 366)),
    ("openings", Typed::Openings),
    ("changes", Typed::Changes),
];

/// What a form may add: the field of its name, the place it goes to, the field of its value with how that is typed and what follows
/// the name in its place.
const ADDED: &[(&str, &str, (&str, Typed, &str))] = &[
    ("new/fund", "split/", ("new/fund-share", Typed::Percent, "")),
    ("new/skill", "floor/", ("new/skill-floor", Typed::Money, "")),
    ("new/currency", "currencies/", ("new/currency-decimals", Typed::Count(0, 6), "/decimals")),
];
const MICROS_A_POINT: i64 = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proposals::change::apply;

    fn founding() -> Book {
        Book::parse(&Book::founding()).unwrap()
    }

    fn read_typed(typed: &[(&str, &str)]) -> Result<Map<String, Value>, Vec<Refusal>> {
        read(&founding(), |name| typed.iter().find(|(key, _)| *key == name).map(|(_, text)| (*text).to_owned()))
    }

    #[test]
    fn every_rule_of_the_founding_book_is_a_field_and_typing_it_again_changes_nothing() {
        let book = founding();
        let fields = list(&book, &[]);
        let value = |name: &str| fields.iter().find(|field| field.name == name).unwrap().value.clone();
        assert_eq!(value("floor/general/USD"), "8.00");
        assert_eq!(value("premium/2"), "10");
        assert_eq!(value("split/worker"), "80");
        assert_eq!(value("split/Wellbeing"), "3");
        assert_eq!(value("votes/constitution/majority"), "least 2/3");
        assert_eq!(value("votes/ordinary/quorum"), "1/3");
        assert_eq!(value("claims/max_open"), "3");
        let same = read(&book, |name| fields.iter().find(|field| field.name == name).map(|field| field.value.clone()));
        assert_eq!(same, Ok(Map::new()));
        assert!(list(&book, &["premium".to_owned()]).iter().all(|field| field.name.starts_with("premium/")));
    }

    #[test]
    fn what_was_typed_becomes_a_patch_and_reads_back_as_differences() {
        let patch = read_typed(&[
            ("floor/general/USD", "9"),
            ("split/worker", "82.5"),
            ("split/operations", "4.5"),
            ("votes/ordinary/quorum", "40%"),
            ("new/fund", "Training"),
            ("new/fund-share", "0"),
            ("new/skill", "lidar"),
            ("new/skill-currency", "EUR"),
            ("new/skill-floor", "12.345"),
        ])
        .unwrap();
        let due = json!({
            "floor": {"general": {"USD": "9.000000"}, "lidar": {"EUR": "12.345000"}},
            "split": {"worker": 8_250, "operations": 450, "Training": 0},
            "votes": {"ordinary": {"quorum": [40, 100]}},
        });
        assert_eq!(Value::Object(patch.clone()), due);
        assert!(apply(&founding(), &patch).is_ok());
        let said = differences(&founding(), &patch);
        let of = |name: &str| said.iter().find(|one| one.name == name).map(|one| (one.before.as_str(), one.after.as_str()));
        assert_eq!(of("floor/general/USD"), Some(("8.00", "9.00")));
        assert_eq!(of("floor/lidar/EUR"), Some(("", "12.345")));
        assert_eq!(of("split/worker"), Some(("80", "82.5")));
        assert_eq!(of("votes/ordinary/quorum"), Some(("1/3", "40/100")));
    }

    #[test]
    fn a_currency_of_many_thousand_places_is_none() {
        for text in ["USD/USD".to_owned(), "a/".repeat(250_000), String::new()] {
            let refusals = read_typed(&[("new/skill", "lidar"), ("new/skill-currency", &text), ("new/skill-floor", "9")]).unwrap_err();
            let said = (refusals.len(), refusals[0].code, refusals[0].field.as_deref());
            assert_eq!(said, (1, "rule-floor-currency", Some("new/skill-currency")));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_field() {
        for (name, text, code) in [
            ("split/worker", "eighty", "rule-percent"),
            ("split/worker", "80.001", "rule-percent"),
            ("floor/general/USD", "8,50", "rule-money"),
            ("claims/max_open", "three", "rule-number"),
            ("votes/ordinary/quorum", "a third", "rule-quorum"),
            ("votes/ordinary/majority", "under 1/2", "rule-majority"),
            ("votes/ordinary/openings", "nobody", "rule-unfit"),
        ] {
            let refusals = read_typed(&[(name, text)]).unwrap_err();
            assert_eq!((refusals.len(), refusals[0].code, refusals[0].field.as_deref()), (1, code, Some(name)));
        }
    }
}
