//! Rules as a form: each a labelled field in people's units, part by part, and what can be added to a part.

use manyhands_domain::proposals::fields::{self, Difference, Typed};
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::rules::Book;

use crate::i18n::Say;
use crate::web::forms::{Field, Form, Kind};
use crate::web::rule_words::{kind_words, name, part, unit, value};

/// Every rule that the kind may change, part by part, and what can be added to it.
pub(super) fn rules(say: &Say, mut form: Form, book: &Book, terms: &Terms, differences: &[Difference]) -> Form {
    let of_draft = |name: &str| differences.iter().find(|one| one.name == name).map(|one| one.after.clone());
    for part_name in &terms.changes {
        let all = fields::list(book, std::slice::from_ref(part_name));
        let mut group = String::new();
        for field in all {
            // Votes are a group for each kind: seven rules each.
            let words = match field.name.split('/').collect::<Vec<_>>().as_slice() {
                ["votes", kind, _] => say.with("draft-group-votes", &[("kind", kind_words(say, kind).into())]),
                _ => part(say, part_name),
            };
            if words != group {
                form = form.group(capital(&words));
                group = words;
            }
            form.fields.push(rule_field(say, &field, of_draft(&field.name)));
        }
        form = added(say, form, book, part_name, differences);
    }
    for field in form.fields.iter_mut().filter(|field| field.name.starts_with("new/") && !matches!(field.kind, Kind::Select(_))) {
        field.changed = !field.value.is_empty();
    }
    form.group("")
}

/// One rule: its name, its value in people's units.
fn rule_field(say: &Say, field: &fields::Field, drafted: Option<String>) -> Field {
    let kind = match field.typed {
        Typed::Percent | Typed::Money | Typed::Count(..) | Typed::Quorum => Kind::Figure,
        Typed::Majority => {
            let mut texts: Vec<String> = MAJORITIES.map(str::to_owned).to_vec();
            texts.extend([field.value.clone()].into_iter().chain(drafted.clone()).filter(|text| !MAJORITIES.contains(&text.as_str())));
            texts.dedup();
            Kind::Select(texts.into_iter().map(|text| (text.clone(), value(say, field.typed, &text))).collect())
        }
        Typed::Openings => Kind::Select(["members", "all"].map(|text| (text.to_owned(), value(say, field.typed, text))).to_vec()),
        Typed::Changes => {
            let now: Vec<&str> = field.value.split_whitespace().collect();
            let more = CHANGEABLE.into_iter().filter(|name| !now.contains(name));
            Kind::Several(now.iter().copied().chain(more).map(|name| (name.to_owned(), part(say, name))).collect())
        }
    };
    let hint = match field.typed {
        Typed::Quorum => say.t("rule-hint-quorum"),
        _ => say.with("rule-hint-now", &[("value", value(say, field.typed, &field.value).into())]),
    };
    Field {
        name: field.name.clone(),
        label: name(say, &field.name),
        hint,
        changed: drafted.is_some(),
        value: drafted.unwrap_or_else(|| field.value.clone()),
        unit: unit(say, &field.name, field.typed),
        kind,
        ..Field::default()
    }
}

/// What can be added to a part of the book: a skill or a currency of one, a fund, a currency.
fn added(say: &Say, form: Form, book: &Book, part_name: &str, differences: &[Difference]) -> Form {
    let new = |prefix: &str| {
        let one = differences.iter().find(|one| one.before.is_empty() && one.name.starts_with(prefix));
        one.map(|one| (one.name.trim_start_matches(prefix).to_owned(), one.after.clone())).unwrap_or_default()
    };
    match part_name {
        "floor" => {
            let (place, floor) = new("floor/");
            let (skill, currency) = place.split_once('/').unwrap_or_default();
            let codes = book.currencies.keys().map(|code| (code.to_string(), code.to_string())).collect();
            form.field(say, "draft", "new/skill", skill, Kind::Text)
                .field(say, "draft", "new/skill-currency", currency, Kind::Select(codes))
                .field(say, "draft", "new/skill-floor", floor, Kind::Figure)
        }
        "split" => {
            let (fund, share) = new("split/");
            form.field(say, "draft", "new/fund", fund, Kind::Text).field(say, "draft", "new/fund-share", share, Kind::Figure)
        }
        "currencies" => {
            let (place, decimals) = new("currencies/");
            let code = place.split('/').next().unwrap_or_default().to_owned();
            form.field(say, "draft", "new/currency", code, Kind::Text).field(say, "draft", "new/currency-decimals", decimals, Kind::Figure)
        }
        _ => form,
    }
}

/// The head of a group begins as a sentence does.
fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Majorities that are offered; what the book says beside them is, too.
const MAJORITIES: [&str; 4] = ["over 1/2", "least 3/5", "least 2/3", "least 3/4"];
/// Parts of the book that a kind of vote may be allowed to change.
const CHANGEABLE: [&str; 9] = ["batch.repriced", "floor", "premium", "split", "currencies", "claims", "review", "exposure", "votes"];
