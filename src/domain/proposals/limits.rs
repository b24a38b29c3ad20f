//! How much a rule book may come to by a vote: names that an account and a page can carry, shares that a number can, and a book that one
//! entry of the ledger holds with room to spare. What stands in a book already stays, and no log is read by any of this.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::log::json as canonical;
use crate::refusal::Refusal;

/// What of a book is beyond what a vote may make of it, each with its field.
pub(super) fn faults(before: &Value, book: &Value) -> Vec<Refusal> {
    let mut faults = Vec::new();
    for (part, field) in NAMED {
        let stood = |name: &String| members(before, part).any(|(before, _)| before == name);
        if members(book, part).any(|(name, _)| name.chars().count() > MOST_NAME_CHARS && !stood(name)) {
            faults.push(Refusal::new("rule-name-long").field(*field).with("most", MOST_NAME_CHARS));
        }
    }
    for (kind, vote) in members(book, "votes") {
        let stood = before.get("votes").and_then(|votes| votes.get(kind));
        let new =
            |name: &str| vote.get(name).filter(|value| stood.and_then(|vote| vote.get(name)) != Some(*value)).and_then(Value::as_array);
        for name in ["quorum", "majority"] {
            let parts = new(name).and_then(|share| share.last()).and_then(Value::as_i64);
            if parts.is_some_and(|parts| parts > MOST_PARTS) {
                faults.push(Refusal::new("rule-fraction").field(format!("votes/{kind}/{name}")).with("most", MOST_PARTS));
            }
        }
        if new("changes").is_some_and(|changes| changes.iter().map(Value::to_string).collect::<BTreeSet<_>>().len() < changes.len()) {
            faults.push(Refusal::new("rule-changes-twice").field(format!("votes/{kind}/changes")));
        }
    }
    let long = |book: &Value| canonical::write(book).len();
    // A book that is longer already may change as long as an entry holds it: it could not be made shorter otherwise.
    if long(book) > long(before).clamp(MOST_BYTES, ENTRY_HOLDS) {
        faults.push(Refusal::new("rule-book-long"));
    }
    faults
}

fn members<'b>(book: &'b Value, part: &str) -> impl Iterator<Item = (&'b String, &'b Value)> {
    book.get(part).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// Parts whose members have names of their own, and the field in which one is typed.
const NAMED: &[(&str, &str)] = &[("split", "new/fund"), ("floor", "new/skill"), ("votes", "kind")];
/// A fund's is a part of accounts, which PostgreSQL keeps in an index with rows of some 2,700 bytes.
pub const MOST_NAME_CHARS: usize = 40;
/// A share of so many parts is finer than any roll; a number of 2^53 is no number of the ledger.
pub const MOST_PARTS: i64 = 10_000;
/// Half of what an entry holds.
pub const MOST_BYTES: usize = 32_768;
/// What is left of 65,535 bytes beside an entry's other fields and its signature.
const ENTRY_HOLDS: usize = 60_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::proposals::change::{apply, check, within_limits};
    use crate::proposals::terms::Terms;
    use crate::refusal::Refusal;
    use crate::rules::Book;

    use super::*;

    fn founding() -> Book {
        Book::parse(&Book::founding()).unwrap()
    }

    fn patch(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn codes(book: &Book, value: &Value) -> Vec<(&'static str, Option<String>)> {
        let refusals = within_limits(book, &patch(value)).err().into_iter().flatten();
        refusals.map(|Refusal { code, field, .. }| (code, field.map(|field| field.into_owned()))).collect()
    }

    fn fits(book: &Book, value: &Value) -> bool {
        within_limits(book, &patch(value)).is_ok()
    }

    /// So many skills, each with a name as long as it may be.
    fn skills(first: usize, count: usize) -> Value {
        let skills = (first..first + count).map(|n| (format!("{n:040}"), json!({"USD": "9.000000"})));
        json!({"floor": skills.collect::<Map<_, _>>()})
    }

    #[test]
    fn a_name_has_forty_characters_at_most() {
        let (longest, longer) = ("a".repeat(40), "a".repeat(41));
        assert!(fits(&founding(), &json!({"floor": {longest: {"USD": "9.000000"}}})));
        let field = |name: &str| Some(name.to_owned());
        assert_eq!(codes(&founding(), &json!({"floor": {longer: {"USD": "9.000000"}}})), [("rule-name-long", field("new/skill"))]);
        let long = json!({"floor": {"a".repeat(64_500): {"USD": "9.000000"}}});
        assert!(codes(&founding(), &long).contains(&("rule-name-long", field("new/skill"))));
        let terms = Terms::of(&founding(), "rate-change").unwrap();
        assert_eq!(check(&founding(), &terms, &patch(&long)).unwrap_err()[0].code, "rule-name-long", "also where it is put to the vote");
        let (longest, longer) = (format!("F{}", "a".repeat(39)), format!("F{}", "a".repeat(40)));
        assert!(fits(&founding(), &json!({"split": {longest: 0}})));
        assert_eq!(codes(&founding(), &json!({"split": {longer: 0}})), [("rule-name-long", field("new/fund"))]);
    }

    #[test]
    fn a_share_of_a_vote_has_ten_thousand_parts_at_most() {
        let of = |name: &str, value: Value| codes(&founding(), &json!({"votes": {"ordinary": {name: value}}}));
        let fault = |name: &str| [("rule-fraction", Some(format!("votes/ordinary/{name}")))];
        assert!(of("quorum", json!([3_333, 10_000])).is_empty());
        assert_eq!(of("quorum", json!([3_333, 10_001])), fault("quorum"));
        assert_eq!(of("quorum", json!([1, 1_i64 << 53])), fault("quorum"));
        assert_eq!(of("majority", json!(["over", 1_i64 << 53, (1_i64 << 53) + 1])), fault("majority"));
    }

    #[test]
    fn what_a_vote_may_change_is_said_once() {
        let of = |changes: Value| codes(&founding(), &json!({"votes": {"rate-change": {"changes": changes}}}));
        assert!(of(json!(["premium"])).is_empty());
        assert_eq!(of(json!(["floor", "premium", "floor"])), [("rule-changes-twice", Some("votes/rate-change/changes".to_owned()))]);
    }

    #[test]
    fn a_book_is_half_of_what_an_entry_holds_at_most() {
        let book = founding();
        assert!(fits(&book, &skills(0, 400)));
        let fuller = apply(&book, &patch(&skills(0, 400))).unwrap();
        assert_eq!(codes(&fuller, &skills(400, 400)), [("rule-book-long", None)]);
    }

    #[test]
    fn what_stands_in_a_book_already_stays_and_can_change() {
        let mut old = Book::founding();
        old["floor"]["a".repeat(50)] = json!({"USD": "9.000000"});
        old["split"][format!("F{}", "a".repeat(50))] = json!(0);
        old["votes"]["ordinary"]["quorum"] = json!([1, 20_000]);
        old["votes"]["ordinary"]["changes"] = json!(["floor", "floor"]);
        for n in 0..700 {
            old["floor"][format!("{n:040}")] = json!({"USD": "9.000000"});
        }
        let old = Book::parse(&old).unwrap();
        assert!(canonical::write(old.value()).len() > MOST_BYTES);
        assert!(fits(&old, &json!({"floor": {"general": {"USD": "9.000000"}}, "votes": {"ordinary": {"days": 9}}})));
        assert_eq!(codes(&old, &skills(700, 1)), [("rule-book-long", None)], "and grows no more");
    }
}
