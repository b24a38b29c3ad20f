//! Drafts: written by one member, signed by others, and put to the vote by their author. Everything is checked when it is saved, so
//! that whoever signs signs what can be voted on.

use std::collections::BTreeMap;

use manyhands_domain::batches as offers;
use manyhands_domain::ids::{BatchId, ContractId, MemberId};
use manyhands_domain::log::json;
use manyhands_domain::money::Currency;
use manyhands_domain::proposals::fields;
use manyhands_domain::proposals::opening::{Act, ROLES, Window, enacts_at, least_days};
use manyhands_domain::proposals::terms::Terms;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::rules::Book;
use manyhands_domain::text::{self, TextError};
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::{self as rows, Content, Proposal};
use manyhands_store::{Sql, batches, people};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::actions::proposals::checking::{check_act, check_words};
use crate::actions::proposals::{act_of, telling};
use crate::actions::rights::Member;
use crate::actions::{Error, Once, Work, begin, new_uuid, rules};
use crate::deps::Deps;

/// A draft as typed.
#[derive(Clone, Debug, Default)]
pub struct DraftForm {
    /// The kind of vote: a code of the book.
    pub kind: String,
    /// `rules`, `price-ask`, `contract-take`, `contract-end`, `mandate`, `recall`, `exclusion`, `text`.
    pub act: String,
    /// One line.
    pub title: String,
    /// Why, in the author's words.
    pub text: String,
    /// Days of voting; empty for the fewest.
    pub days: String,
    /// When it should open; nothing for as soon as it is put to the vote.
    pub opens: Option<Timestamp>,
    /// From when on it should hold; nothing for as soon as its notice has run.
    pub enacts: Option<Timestamp>,
    /// `C-…`, of an act about a contract.
    pub contract: String,
    /// The batch whose price is asked.
    pub batch: String,
    /// The price that is asked.
    pub price: String,
    /// `M-…`, of an act about a member.
    pub member: String,
    /// `reviewer`, `treasurer`, `coordinator`.
    pub role: String,
    /// Rules as typed, by their place in the book (`domain::proposals::fields`).
    pub rules: BTreeMap<String, String>,
}

/// A draft as it was read.
struct Read {
    kind: String,
    act: Act,
    title: String,
    text: String,
    days: i64,
}

/// Begins a draft; its own id.
///
/// # Errors
/// Every fault with its field; `proposal-drafts-many`.
pub async fn draft(deps: &Deps, by: &Member, once: &Once, form: &DraftForm) -> Result<String, Error> {
    let work = begin!(deps, by.actor(), once);
    if rows::count_drafts(&work.tx, by.id()).await? >= MOST_DRAFTS {
        return Err(Refusal::new("proposal-drafts-many").with("most", MOST_DRAFTS).into());
    }
    let read = read(&work, form, None).await?;
    let (id, about) = (new_uuid(deps), about_of(&read.act));
    rows::insert(&work.tx, &id, by.id(), &content(&read, &about, by, form), work.now()).await?;
    work.commit(id).await
}

/// Changes a draft. Whoever had signed it has not signed this.
///
/// # Errors
/// [`Error::NotFound`] for another's; `proposal-not-draft`; every fault with its field.
pub async fn edit(deps: &Deps, by: &Member, once: &Once, id: &str, form: &DraftForm) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    let stood = own_draft(&work, by, id).await?;
    let read = read(&work, form, Some(&stood)).await?;
    let about = about_of(&read.act);
    rows::set_content(&work.tx, id, &content(&read, &about, by, form), work.now()).await?;
    work.commit(()).await
}

/// Withdraws a draft.
///
/// # Errors
/// [`Error::NotFound`] for another's; `proposal-not-draft`.
pub async fn withdraw(deps: &Deps, by: &Member, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    own_draft(&work, by, id).await?;
    rows::withdraw(&work.tx, id, work.now()).await?;
    work.commit(()).await
}

/// Signs another member's draft, as it was read. Its author hears when enough have.
///
/// # Errors
/// `proposal-not-draft`; `proposal-own`; `proposal-changed` when it is not what was read.
pub async fn cosign(deps: &Deps, by: &Member, once: &Once, id: &str, read_sha256: &str) -> Result<(), Error> {
    let mut work = begin!(deps, by.actor(), once);
    let row = held_draft(&work, id).await?;
    if row.author_id.as_deref() == Some(by.id().as_str()) {
        return Err(Refusal::new("proposal-own").into());
    }
    if content_sha256(&row) != read_sha256 {
        return Err(Refusal::new("proposal-changed").into());
    }
    if rows::cosign(&work.tx, id, by.id(), work.now()).await? {
        let needed = cosponsors_needed(&work.tx, &row).await?;
        if u64::try_from(row.cosponsors).unwrap_or_default().saturating_add(1) == needed
            // Whoever takes a signature back and gives it again sends no second mail.
            && rows::set_told_ready(&work.tx, id, read_sha256).await?
        {
            telling::draft_ready(&mut work, &row).await?;
        }
    }
    work.commit(()).await
}

/// Takes that back.
///
/// # Errors
/// `proposal-not-draft`.
pub async fn uncosign(deps: &Deps, by: &Member, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    held_draft(&work, id).await?;
    rows::uncosign(&work.tx, id, by.id()).await?;
    work.commit(()).await
}

/// What whoever signs a draft has read: the hash of all that its author may still change.
#[must_use]
pub fn content_sha256(row: &Proposal) -> String {
    let parts = serde_json::json!([row.kind, row.act, row.about, row.title, row.text, row.language, row.days, row.opens_at, row.enacts_at]);
    hex::encode(Sha256::digest(json::write(&parts)))
}

/// How many must sign a draft beside its author now.
///
/// # Errors
/// When the database fails.
pub async fn cosponsors_needed(on: &impl Sql, row: &Proposal) -> Result<u64, Error> {
    let (_, book) = rules::current(on).await?;
    let members = people::list_members(on).await?.len();
    let terms = Terms::of(&book, &row.kind);
    Ok(terms.map_or(0, |terms| terms.cosponsors_of(u64::try_from(members).unwrap_or(u64::MAX))))
}

/// What was typed; `stood`: the draft as it was saved last, if it was.
async fn read(work: &Work<'_>, form: &DraftForm, stood: Option<&Proposal>) -> Result<Read, Error> {
    let (_, book) = rules::current(&work.tx).await?;
    let mut refusals = Vec::new();
    let mut words = |cleaned: Result<String, TextError>, field: &'static str, most: usize| {
        cleaned.unwrap_or_else(|error| {
            refusals.push(error.refusal(field, most, if field == "title" { "proposal-no-title" } else { "proposal-no-text" }));
            String::new()
        })
    };
    let title = words(text::line(&form.title, TITLE_CHARS), "title", TITLE_CHARS);
    let body = words(text::lines(&form.text, TEXT_CHARS), "text", TEXT_CHARS);
    let Some(terms) = Terms::of(&book, &form.kind) else {
        refusals.push(Refusal::new("vote-kind").field("kind"));
        return Err(refusals.into());
    };
    let days = match form.days.trim() {
        "" => Some(least_days(&terms)),
        typed => typed.parse().ok(),
    };
    // A day that cannot be read is none that may be.
    let days = days.unwrap_or(0);
    let opens = form.opens.unwrap_or(work.now());
    let window = Window::of(&terms, work.now(), opens, days);
    refusals.extend(window.and_then(|window| enacts_at(&terms, window.closes, form.enacts)).err());
    let act = match read_act(&work.tx, &book, form).await {
        Ok(act) => act,
        Err(Error::Refused(more)) => {
            refusals.extend(more);
            return Err(refusals.into());
        }
        Err(error) => return Err(error),
    };
    for checked in [check_act(&work.tx, &book, &terms, &act, work.now()).await, check_words(&work.tx, &act, [&title, &body], stood).await] {
        match checked {
            Ok(()) => {}
            Err(Error::Refused(more)) => refusals.extend(more),
            Err(error) => return Err(error),
        }
    }
    if refusals.is_empty() { Ok(Read { kind: form.kind.clone(), act, title, text: body, days }) } else { Err(refusals.into()) }
}

async fn read_act(on: &impl Sql, book: &Book, form: &DraftForm) -> Result<Act, Error> {
    let contract = || ContractId::parse(form.contract.trim()).map_err(|_| Refusal::new("proposal-contract").field("contract"));
    let member = || MemberId::parse(form.member.trim()).map_err(|_| Refusal::new("proposal-member").field("member"));
    let role = || {
        let known = ROLES.contains(&form.role.as_str());
        if known { Ok(form.role.clone()) } else { Err(Refusal::new("proposal-role").field("role")) }
    };
    Ok(match form.act.as_str() {
        "rules" => Act::Rules(fields::read(book, |name| form.rules.get(name).cloned())?),
        "price-ask" => {
            let unfit = || Refusal::new("proposal-batch").field("batch");
            let batch = BatchId::parse(form.batch.trim()).map_err(|_| unfit())?;
            let row = batches::find_batch(on, &batch).await?.ok_or_else(unfit)?;
            Act::PriceAsk {
                contract: ContractId::parse(&row.contract_id).map_err(Error::broken)?,
                batch,
                price: offers::read_price(&form.price)?,
                currency: Currency::parse(&row.currency).map_err(Error::broken)?,
            }
        }
        "contract-take" => Act::Take(contract()?),
        "contract-end" => Act::End(contract()?),
        "mandate" => Act::Mandate(member()?, role()?),
        "recall" => Act::Recall(member()?, role()?),
        "exclusion" => Act::Exclusion(member()?),
        "text" => Act::Text,
        _ => return Err(Refusal::new("proposal-act").field("act").into()),
    })
}

fn about_of(act: &Act) -> String {
    json::write(&Value::Object(act.to_json()))
}

fn content<'a>(read: &'a Read, about: &'a str, by: &'a Member, form: &DraftForm) -> Content<'a> {
    Content {
        kind: &read.kind,
        act: (read.act.word(), about),
        title: &read.title,
        text: &read.text,
        language: &by.standing().language,
        days: read.days,
        opens: form.opens,
        enacts: form.enacts,
    }
}

/// A draft, held until the transaction ends.
pub(crate) async fn held_draft(work: &Work<'_>, id: &str) -> Result<Proposal, Error> {
    rows::lock(&work.tx, id).await?;
    let row = rows::find_by_id(&work.tx, id).await?.ok_or(Error::NotFound)?;
    // Read, so that a damaged one is found here.
    act_of(&row)?;
    if row.state == "draft" { Ok(row) } else { Err(Refusal::new("proposal-not-draft").into()) }
}

pub(crate) async fn own_draft(work: &Work<'_>, by: &Member, id: &str) -> Result<Proposal, Error> {
    rows::lock(&work.tx, id).await?;
    let row = rows::find_by_id(&work.tx, id).await?.ok_or(Error::NotFound)?;
    if row.author_id.as_deref() != Some(by.id().as_str()) {
        // Of a vote that is open everybody reads that nobody changes it; a draft is its author's.
        return Err(if row.state == "draft" || row.state == "withdrawn" {
            Error::NotFound
        } else {
            Refusal::new("proposal-not-draft").into()
        });
    }
    held_draft(work, id).await
}

const MOST_DRAFTS: i64 = 10;
const TITLE_CHARS: usize = 120;
const TEXT_CHARS: usize = 8_000;
