//! Which kinds of vote may decide what: whatever changes the book goes by what the book says that a kind may change; the rest by what a
//! kind is for. A grave matter is not decided by the kind with the shortest days.

use super::terms::Terms;
use crate::rules::Book;

/// The kinds of a book that may carry an act, by its word (`rules`, `price-ask`, `contract-end` …), in the order of their codes.
///
/// An exclusion goes by a kind that may change how votes are held: the book's weightiest. A contract goes by the kind `contract`, and
/// roles and words by the others that change nothing. A book that has no such kind leaves what comes nearest.
///
/// ```
/// use manyhands_domain::proposals::carrying::kinds_for;
/// use manyhands_domain::rules::Book;
///
/// let book = Book::parse(&Book::founding()).unwrap();
/// let kinds = |act: &str| kinds_for(&book, act).into_iter().map(|terms| terms.kind).collect::<Vec<_>>();
/// assert_eq!(kinds("mandate"), ["ordinary"]);
/// assert_eq!(kinds("contract-end"), ["contract"]);
/// assert_eq!(kinds("exclusion"), ["constitution"]);
/// assert_eq!(kinds("rules"), ["constitution", "rate-change"]);
/// ```
#[must_use]
pub fn kinds_for(book: &Book, act: &str) -> Vec<Terms> {
    let all = Terms::all(book);
    let changes_nothing = |terms: &Terms| terms.changes.is_empty();
    let changes_votes = |terms: &Terms| terms.may_change("votes");
    let of_contracts = |terms: &Terms| terms.changes.is_empty() && terms.kind == CONTRACT;
    let of_the_rest = |terms: &Terms| terms.changes.is_empty() && terms.kind != CONTRACT;
    let changes_rules = |terms: &Terms| terms.changes.iter().any(|name| name != REPRICED);
    let asks_prices = |terms: &Terms| terms.may_change(REPRICED);
    let wanted: &[&dyn Fn(&Terms) -> bool] = match act {
        "rules" => &[&changes_rules],
        "price-ask" => &[&asks_prices],
        "exclusion" => &[&changes_votes],
        "contract-take" | "contract-end" => &[&of_contracts, &changes_nothing, &changes_votes],
        _ => &[&of_the_rest, &changes_nothing, &changes_votes],
    };
    let fitting = |fits: &&dyn Fn(&Terms) -> bool| all.iter().filter(|terms| fits(terms)).cloned().collect::<Vec<_>>();
    wanted.iter().map(fitting).find(|kinds| !kinds.is_empty()).unwrap_or_default()
}

const CONTRACT: &str = "contract";
const REPRICED: &str = "batch.repriced";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_without_a_kind_for_contracts_or_for_words_leaves_what_comes_nearest() {
        let mut value = Book::founding();
        let kinds = |value: &serde_json::Value, act: &str| {
            kinds_for(&Book::parse(value).unwrap(), act).into_iter().map(|terms| terms.kind).collect::<Vec<_>>()
        };
        value["votes"].as_object_mut().unwrap().remove("contract");
        assert_eq!(kinds(&value, "contract-take"), ["ordinary"]);
        value["votes"].as_object_mut().unwrap().remove("ordinary");
        assert_eq!(
            (kinds(&value, "contract-end"), kinds(&value, "text")),
            (vec!["constitution".to_owned()], vec!["constitution".to_owned()])
        );
        assert_eq!(kinds(&value, "price-ask"), ["price-ask"]);
    }
}
