//! The form of a draft: one for each act, rules as labelled fields in people's units. And what was typed, read back.

use std::collections::BTreeMap;

use manyhands_domain::ids::PersonId;
use manyhands_domain::money::Amount;
use manyhands_domain::proposals::carrying::kinds_for;
use manyhands_domain::proposals::fields::{self, Typed};
use manyhands_domain::proposals::opening::{Act, ROLES};
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;

use crate::actions::proposals::candidates::{self, Candidate};
use crate::actions::proposals::drafting::DraftForm;
use crate::actions::proposals::{self};
use crate::actions::rights::Member;
use crate::actions::{Error, Proposal, batches, contracts};
use crate::i18n::{Language, Say, amount};
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::post::{Fields, Post};
use crate::web::rule_form::rules;
use crate::web::rule_words::{kind_words, majority, quorum};

/// What a form is about: the act, the kinds of vote that may bring it, the book that it changes.
pub(super) struct Motion {
    pub(super) act: String,
    /// The kind whose rules a form of rules shows; of other acts the one that is chosen at first.
    pub(super) kind: String,
    pub(super) kinds: Vec<Terms>,
    pub(super) book: Book,
}

/// Acts that are about one member: their title says no name, so it is not typed.
pub(super) const ABOUT_MEMBERS: [&str; 3] = ["mandate", "recall", "exclusion"];
/// Every act, in the order in which they are offered.
pub(super) const ACTS: [&str; 8] = ["rules", "price-ask", "contract-take", "contract-end", "mandate", "recall", "exclusion", "text"];

/// What a form of this act is about; nothing where the book knows no vote for it.
pub(super) async fn find(page: &Page, act: &str, kind: Option<&str>) -> Result<Motion> {
    if !ACTS.contains(&act) {
        return Err(Answer::Error(Error::NotFound));
    }
    let (book, _) = proposals::kinds(&page.deps).await?;
    let kinds = kinds_for(&book, act);
    let named = |name: &str| kinds.iter().find(|terms| terms.kind == name);
    // Contracts have a kind of their own in the founding book.
    let usual = if act.starts_with("contract-") { "contract" } else { "ordinary" };
    let chosen = match (act, kind) {
        ("rules", Some(kind)) => named(kind),
        (_, kind) => kind.and_then(named).or_else(|| named(usual)).or_else(|| kinds.first()),
    };
    let kind = chosen.ok_or(Answer::Error(Error::NotFound))?.kind.clone();
    Ok(Motion { act: act.to_owned(), kind, kinds, book })
}

/// An empty form, or that of a draft as it stands.
pub(super) async fn form(page: &Page, member: &Member, motion: &Motion, row: Option<&Proposal>, action: String) -> Result<Form> {
    let say = &page.say;
    let act = row.map(proposals::act_of).transpose()?;
    let mut form = Form::new(page, action, say.t("draft-save"));
    form = what(page, member, form, motion, act.as_ref()).await?;
    if !ABOUT_MEMBERS.contains(&motion.act.as_str()) {
        form = form.field(say, "draft", "title", row.map_or("", |row| row.title.as_str()), Kind::Text);
    }
    form = form.field(say, "draft", "text", row.map_or("", |row| row.text.as_str()), Kind::Area);
    if let Some(terms) = motion.kinds.iter().find(|terms| motion.act == "rules" && terms.kind == motion.kind) {
        let differences = match row {
            Some(row) => proposals::differences(&page.deps, member, row).await?,
            None => Vec::new(),
        };
        form = rules(say, form, &motion.book, terms, &differences);
    }
    form = kind_field(say, form, motion);
    Ok(times(say, form, row))
}

/// The kind of vote, where there is a choice.
fn kind_field(say: &Say, form: Form, motion: &Motion) -> Form {
    if motion.act == "rules" || motion.kinds.len() == 1 {
        return form.hidden("kind", motion.kind.clone());
    }
    let option = |terms: &Terms| {
        let needs = [
            ("kind", kind_words(say, &terms.kind).into()),
            ("quorum", quorum(say, terms.quorum).into()),
            ("majority", majority(say, terms.majority).into()),
        ];
        (terms.kind.clone(), say.with("draft-kind-option", &needs))
    };
    let options = motion.kinds.iter().map(option).collect();
    form.field(say, "draft", "kind", motion.kind.clone(), Kind::Select(options))
}

/// How long, from when, and from when on it should hold: each may be left to the book.
fn times(say: &Say, form: Form, row: Option<&Proposal>) -> Form {
    let day = |at: Option<i64>| {
        at.map(|at| Timestamp::from_secs(at).to_string()).and_then(|text| text.get(..10).map(str::to_owned)).unwrap_or_default()
    };
    let days = row.map_or_else(String::new, |row| row.days.to_string());
    form.fold_rest(say.t("draft-when"))
        .field(say, "draft", "days", days, Kind::Figure)
        .field(say, "draft", "opens", day(row.and_then(|row| row.opens_at)), Kind::Day)
        .field(say, "draft", "enacts", day(row.and_then(|row| row.enacts_at)), Kind::Day)
}

/// What the act needs: a batch and a price, a contract, a member and a role.
async fn what(page: &Page, member: &Member, form: Form, motion: &Motion, act: Option<&Act>) -> Result<Form> {
    let say = &page.say;
    let choose = || (String::new(), say.t("draft-choose"));
    match motion.act.as_str() {
        "price-ask" => {
            let (batch, price) = match act {
                Some(Act::PriceAsk { batch, price, .. }) => (batch.to_string(), plain(*price)),
                _ => Default::default(),
            };
            let open = batches::list_open(&page.deps).await?;
            let words = |found: &crate::actions::Batch| {
                let now = format!("{}\u{a0}{}", amount(say.language, Amount::from_micros(found.price)), found.currency);
                let facts =
                    [("contract", found.contract_id.as_str().into()), ("title", found.title.as_str().into()), ("price", now.into())];
                (found.id.clone(), say.with("draft-batch-option", &facts))
            };
            let mut options: Vec<(String, String)> = std::iter::once(choose()).chain(open.iter().map(words)).collect();
            keep(&mut options, &batch);
            Ok(form.field(say, "draft", "batch", batch, Kind::Select(options)).field(say, "draft", "price", price, Kind::Figure))
        }
        "contract-take" | "contract-end" => {
            let contract = match act {
                Some(Act::Take(contract) | Act::End(contract)) => contract.to_string(),
                _ => String::new(),
            };
            let mut options = vec![choose()];
            options.extend(contract_options(page, motion).await?);
            keep(&mut options, &contract);
            Ok(form.field(say, "draft", "contract", contract, Kind::Select(options)))
        }
        "mandate" | "recall" | "exclusion" => {
            let (about, role) = match act {
                Some(Act::Mandate(about, role) | Act::Recall(about, role)) => (about.to_string(), role.clone()),
                Some(Act::Exclusion(about)) => (about.to_string(), String::new()),
                _ => Default::default(),
            };
            let all = candidates::list(&page.deps, member).await?;
            let chosen = all.iter().find(|one| one.member_id == about).map_or_else(String::new, |one| one.person_id.clone());
            let option = |one: &Candidate| (one.person_id.clone(), person_words(say, one));
            let options = std::iter::once(choose()).chain(all.iter().map(option)).collect();
            let form = form.field(say, "draft", "member", chosen, Kind::Select(options));
            if motion.act == "exclusion" {
                return Ok(form);
            }
            let roles = ROLES.map(|role| (role.to_owned(), say.t(&format!("role-{role}"))));
            let roles = std::iter::once(choose()).chain(roles).collect();
            Ok(form.field(say, "draft", "role", role, Kind::Select(roles)))
        }
        _ => Ok(form),
    }
}

/// What was chosen stays choosable, though it may be no answer any more.
fn keep(options: &mut Vec<(String, String)>, chosen: &str) {
    if !chosen.is_empty() && options.iter().all(|(value, _)| value != chosen) {
        options.push((chosen.to_owned(), chosen.to_owned()));
    }
}

/// A name, with the roles that are held.
fn person_words(say: &Say, one: &Candidate) -> String {
    let roles: Vec<String> = one.roles.split(',').filter(|role| !role.is_empty()).map(|role| say.t(&format!("role-{role}"))).collect();
    if roles.is_empty() { one.name.clone() } else { format!("{} ({})", one.name, roles.join(", ")) }
}

/// Contracts that can be chosen: those that everybody sees and that go on; for a coordinator, those that wait, too.
async fn contract_options(page: &Page, motion: &Motion) -> Result<Vec<(String, String)>> {
    let mut found = contracts::list::public(&page.deps).await?;
    found.retain(|contract| contract.closed_index.is_none());
    if motion.act == "contract-take"
        && let Ok(coordinator) = page.coordinator()
    {
        found.extend(contracts::list::submitted(&page.deps, &coordinator).await?);
    }
    let words = |contract: &crate::actions::Contract| format!("{}: {}, {}", contract.id, contract.title, contract.end_client);
    Ok(found.iter().map(|contract| (contract.id.clone(), words(contract))).collect())
}

/// Two decimals, and more where they are not zero, as it is typed.
fn plain(price: Amount) -> String {
    let text = price.to_string();
    let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
    let kept = places.trim_end_matches('0').len().max(2);
    format!("{whole}.{}", places.get(..kept).unwrap_or(places))
}

/// What was sent, every field of it known.
pub(super) fn take(motion: &Motion, post: Post) -> Result<Fields> {
    let names = fields::list(&motion.book, &[]).into_iter().map(|field| field.name);
    let names: Vec<String> = names.chain(FIELDS.map(str::to_owned)).collect();
    post.only(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What was typed, for the action; faults of what only this form knows.
pub(super) async fn read(page: &Page, member: &Member, motion: &Motion, typed: &Fields) -> Result<(DraftForm, Vec<Refusal>)> {
    let mut faults = Vec::new();
    let mut day = |name: &'static str| {
        let text = typed.text(name);
        let moment = Timestamp::parse(&format!("{}T00:00:00Z", text.trim())).ok();
        if !text.trim().is_empty() && moment.is_none() {
            faults.push(Refusal::new("proposal-day").field(name));
        }
        moment
    };
    let (opens, enacts) = (day("opens"), day("enacts"));
    let member_id = match PersonId::parse(&typed.text("member")) {
        Ok(person) => {
            let all = candidates::list(&page.deps, member).await?;
            all.into_iter().find(|one| one.person_id == person.as_str()).map_or_else(String::new, |one| one.member_id)
        }
        Err(_) => String::new(),
    };
    let sent = fields::list(&motion.book, &[]).into_iter().filter(|field| !typed.all(&field.name).is_empty()).map(|field| {
        let text = if field.typed == Typed::Changes { typed.chosen(&field.name) } else { typed.text(&field.name) };
        (field.name, text)
    });
    let new = FIELDS.iter().filter(|name| name.starts_with("new/") && !typed.all(name).is_empty());
    let rules: BTreeMap<String, String> = sent.chain(new.map(|name| ((*name).to_owned(), typed.text(name)))).collect();
    let form = DraftForm {
        kind: typed.text("kind"),
        act: motion.act.clone(),
        title: title(page, member, motion, typed),
        text: typed.text("text"),
        days: typed.text("days"),
        opens,
        enacts,
        contract: typed.text("contract"),
        batch: typed.text("batch"),
        price: typed.text("price"),
        member: member_id,
        role: typed.text("role"),
        rules,
    };
    Ok((form, faults))
}

/// As typed; of an act about a member, what it does, in the language of its author and without a name.
fn title(page: &Page, member: &Member, motion: &Motion, typed: &Fields) -> String {
    if !ABOUT_MEMBERS.contains(&motion.act.as_str()) {
        return typed.text("title");
    }
    let language = Language::best(&member.standing().language).unwrap_or(page.say.language);
    let say = Say::new(language, "UTC");
    let role = typed.text("role");
    let role = if ROLES.contains(&role.as_str()) { say.t(&format!("role-{role}")) } else { String::new() };
    say.with(&format!("draft-title-{}", motion.act), &[("role", role.into())])
}

/// Fields beside the rules.
const FIELDS: [&str; 18] = [
    "kind",
    "title",
    "text",
    "days",
    "opens",
    "enacts",
    "contract",
    "batch",
    "price",
    "member",
    "role",
    "new/fund",
    "new/fund-share",
    "new/skill",
    "new/skill-currency",
    "new/skill-floor",
    "new/currency",
    "new/currency-decimals",
];
