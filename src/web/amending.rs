//! Amendments of listed contracts, for its two sides: drafted on the short pages, laid beside what stands now, proposed, agreed to or
//! not. And every version with what changed in it, for anybody.

use manyhands_domain::contracts::Terms;
use manyhands_domain::contracts::amending::LOCKED;
use manyhands_domain::differences::{Line, lines};
use manyhands_domain::drafting::STEPS;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::contracts::amending::{self, Agreed, sha256_of, terms_in};
use crate::actions::contracts::life::Party;
use crate::actions::{Amendment, Contract, Error, contracts};
use crate::web::answer::{Answer, Result};
use crate::web::contracts::{contract_id, fields_form, names};
use crate::web::entry::proof_of;
use crate::web::forms::{Form, Kind};
use crate::web::life;
use crate::web::lowering;
use crate::web::office::terms_facts;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Change, ChangedLine, Changes, Row, Sheet};

/// Changes that wait for this side's word, where it looks first.
pub(super) async fn waiting(page: &Page) -> Result<Vec<Row>> {
    let say = &page.say;
    let waiting = amending::list_waiting(&page.deps, &page.party()?).await?;
    let row = |waits: amending::Waiting| Row {
        title: say.with("amend-waiting", &[("title", waits.title.into())]),
        href: format!("/contracts/{}/amend", waits.contract_id),
        strong: waits.contract_id.clone(),
        facts: vec![why(page, &waits.reason), say.date(Timestamp::from_secs(waits.changed_at))],
        go: Some((format!("/contracts/{}/amend", waits.contract_id), say.t("payout-look"))),
        ..Row::default()
    };
    Ok(waiting.into_iter().map(row).collect())
}

/// Why a side proposes a change, as long as whoever wrote it has an account.
fn why(page: &Page, reason: &str) -> String {
    if reason.is_empty() { page.say.t("words-not-kept") } else { reason.to_owned() }
}

#[get("/contracts/<id>/amend")]
pub(super) async fn amend(page: Page, id: &str) -> Result {
    let sheet = amend_sheet(&page, id, None, &[]).await?;
    page.show(sheet).await
}

/// Where an amendment stands for one side: nowhere, in its draft, with the other side, or with this one.
async fn amend_sheet(page: &Page, id: &str, typed: Option<&Fields>, refusals: &[Refusal]) -> Result<Sheet> {
    let say = &page.say;
    let party = page.party()?;
    let open = amending::find_open(&page.deps, &party, &contract_id(id)?).await?;
    let (contract, kept) = (open.contract, open.proposed.is_some() && open.draft.is_some());
    let amendment = open.proposed.or(open.draft);
    let margin = say.with("contract-margin", &[("id", id.into())]);
    let mut sheet = Sheet::new(margin, say.with("amend-title", &[("title", contract.title.as_str().into())]));
    let form = |word: &str| {
        let form = Form::new(page, format!("/contracts/{id}/amend/do/{word}"), say.t(&format!("amend-{word}")));
        if matches!(word, "propose" | "decline") { form.field(say, "amend", "reason", "", Kind::Area) } else { form }
    };
    let again = |form: Form| match typed {
        Some(typed) => form.typed(say, typed, refusals),
        None => form,
    };
    let leaf = |word: &str, form: Form| {
        (say.t(&format!("amend-{word}")), vec![Block::Text(say.t(&format!("amend-{word}-words"))), Block::Form(Box::new(form))])
    };
    let mut leaves = Vec::new();
    match &amendment {
        // Nothing can be decided any more, whether or not the end is in the book yet.
        _ if life::is_over(page, &contract) => sheet = sheet.lede(say.refusal(&Refusal::new("contract-over"))),
        None => {
            sheet = sheet.lede(say.t("amend-lede"));
            leaves.push(leaf("draft", form("draft")));
        }
        Some(amendment) => {
            let own = amendment.side == party.side().word();
            let (agreed, after) = (amendment.agreed_by.is_some(), terms_in(&amendment.terms)?);
            let word = match (own, amendment.state.as_str()) {
                (true, "draft") => "amend-drafted",
                (true, _) if !agreed => "amend-waits",
                _ => "amend-asks",
            };
            sheet =
                sheet.lede(say.with(word, &[("side", amendment.side.as_str().into()), ("reason", why(page, &amendment.reason).into())]));
            if let Some(levels) = lowering::levels(page, &contract, &after)? {
                let two = say.t(if agreed { "amend-two-wait" } else { "amend-two" });
                sheet = sheet.lede(levels).lede(two);
            }
            if agreed && page.officer().is_ok() {
                let way = (format!("/contracts/{id}/lowering"), say.t("lowering-way"));
                sheet = sheet.leaf(say.t("payout-second"), vec![Block::Links(vec![way])]);
            }
            sheet = sheet.leaf(say.t("amend-changes"), changes_of(page, &contract, amendment)?);
            if own && amendment.state == "draft" {
                sheet = sheet.leaf(say.t("amend-pages"), vec![Block::Ways(ways(page, id))]);
                leaves.push(leaf("propose", again(form("propose"))));
            }
            if kept {
                sheet = sheet.leaf("", vec![Block::Text(say.t("amend-kept"))]);
            }
            if own {
                leaves.push(leaf("withdraw", form("withdraw").quiet()));
            } else if agreed {
                leaves.push(leaf("decline", again(form("decline")).quiet()));
            } else {
                let (label, mut blocks) = leaf("agree", form("agree").hidden("read", sha256_of(amendment)));
                if lowering::levels(page, &contract, &after)?.is_some() {
                    blocks.splice(..1, [Block::Text(say.t("amend-two-agree"))]);
                }
                leaves.push((label, blocks));
                leaves.push(leaf("decline", again(form("decline")).quiet()));
            }
        }
    }
    for (label, blocks) in leaves {
        sheet = sheet.leaf(label, blocks);
    }
    let back = vec![(format!("/contracts/{id}/life"), say.t("life-look")), (format!("/contracts/{id}/versions"), say.t("versions-way"))];
    let sheet = sheet.leaf("", vec![Block::Links(back)]);
    Ok(if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) })
}

/// The short pages on which something can change.
fn ways(page: &Page, id: &str) -> Vec<[String; 3]> {
    let say = &page.say;
    let fields = |step: &str| {
        let labels: Vec<String> = changeable(step).iter().filter(|name| !name.contains(['2', '3'])).map(|name| label(page, name)).collect();
        labels.join(", ")
    };
    STEPS.iter().map(|step| [format!("/contracts/{id}/amend/{step}"), say.t(&format!("contract-step-{step}")), fields(step)]).collect()
}

fn label(page: &Page, name: &str) -> String {
    page.say.t(&format!("contract-{}", name.trim_end_matches(|c: char| c == '_' || c.is_ascii_digit()).replace('_', "-")))
}

/// The fields of a page that an amendment may change.
fn changeable(step: &str) -> Vec<&'static str> {
    names(step).into_iter().filter(|name| !LOCKED.contains(name)).collect()
}

fn changes_of(page: &Page, contract: &Contract, amendment: &Amendment) -> Result<Vec<Block>> {
    changes(page, &contracts::terms_of(contract)?, &terms_in(&amendment.terms)?)
}

/// What stands otherwise in the newer terms: part by part, in plain words.
pub(super) fn changes(page: &Page, before: &Terms, after: &Terms) -> Result<Vec<Block>> {
    let say = &page.say;
    let (old, new) = (parts(page, before)?, parts(page, after)?);
    let labels = new.iter().chain(old.iter().filter(|(label, _)| !new.iter().any(|(other, _)| other == label))).map(|(label, _)| label);
    let of = |parts: &'_ [(String, String)], label: &str| parts.iter().find(|(other, _)| other == label).map(|(_, text)| text.clone());
    let mut changed = Vec::new();
    for label in labels {
        let (old, new) = (of(&old, label).unwrap_or_default(), of(&new, label).unwrap_or_default());
        if old != new {
            changed.push((label.clone(), shortened(lines(&old, &new))));
        }
    }
    if changed.is_empty() {
        return Ok(vec![Block::Text(say.t("amend-nothing-yet"))]);
    }
    let changes = Changes { gone: say.t("amend-gone"), new: say.t("amend-new"), parts: changed };
    Ok(vec![Block::Small(say.t("amend-legend")), Block::Changes(Box::new(changes))])
}

/// Everything that terms say, by its label: several values of one label are lines of it.
fn parts(page: &Page, terms: &Terms) -> Result<Vec<(String, String)>> {
    let say = &page.say;
    let facts = [(say.t("contract-title"), terms.title.clone())].into_iter().chain(terms_facts(page, terms)?);
    let mut parts: Vec<(String, String)> = Vec::new();
    for (label, value) in facts.chain([(say.t("contract-guidelines"), terms.guidelines.clone())]) {
        match parts.iter_mut().find(|(other, _)| *other == label) {
            Some((_, text)) => *text = format!("{text}\n{value}"),
            None => parts.push((label, value)),
        }
    }
    Ok(parts)
}

/// Changed lines with one line around them; what stayed between is left out, and a sign says so.
fn shortened(all: Vec<Line<'_>>) -> Vec<ChangedLine> {
    let is_changed = |place: usize| all.get(place).is_some_and(|line| !matches!(line, Line::Kept(_)));
    let mut short: Vec<ChangedLine> = Vec::new();
    for (place, line) in all.iter().enumerate() {
        let near = is_changed(place) || is_changed(place + 1) || place.checked_sub(1).is_some_and(is_changed);
        let (kind, text) = match line {
            _ if !near => (Change::Left, "…"),
            Line::Kept(text) => (Change::Kept, *text),
            Line::Gone(text) => (Change::Gone, *text),
            Line::New(text) => (Change::New, *text),
        };
        if kind != Change::Left || short.last().is_none_or(|last| last.kind != Change::Left) {
            short.push(ChangedLine { kind, text: text.to_owned() });
        }
    }
    short
}

fn known(step: &str) -> Result<&'static str> {
    STEPS.iter().find(|known| **known == step).copied().ok_or(Answer::Error(Error::NotFound))
}

#[get("/contracts/<id>/amend/<step>")]
pub(super) async fn step(page: Page, id: &str, step: &str) -> Result {
    let (party, step) = (page.party()?, known(step)?);
    let terms = drafted(&page, &party, id).await?;
    match terms {
        Some(terms) => page.show(step_sheet(&page, id, step, step_form(&page, id, step, &terms))).await,
        None => Ok(Answer::Redirect(format!("/contracts/{id}/amend"))),
    }
}

/// What this side's draft says; nothing where it has none.
async fn drafted(page: &Page, party: &Party, id: &str) -> Result<Option<Terms>> {
    let open = amending::find_open(&page.deps, party, &contract_id(id)?).await?;
    Ok(open.draft.map(|amendment| terms_in(&amendment.terms)).transpose()?)
}

fn step_form(page: &Page, id: &str, step: &str, terms: &Terms) -> Form {
    fields_form(page, &format!("/contracts/{id}/amend/{step}"), page.say.t("save-and-go-on"), &changeable(step), terms)
}

fn step_sheet(page: &Page, id: &str, step: &str, form: Form) -> Sheet {
    let say = &page.say;
    let back = Block::Links(vec![(format!("/contracts/{id}/amend"), say.t("amend-overview"))]);
    Sheet::new(say.with("contract-margin", &[("id", id.into())]), say.t(&format!("contract-step-{step}")))
        .lede(say.t("amend-page-words"))
        .leaf(say.t("contract-step-fields"), vec![Block::Form(Box::new(form)), back])
}

#[post("/contracts/<id>/amend/<step>", data = "<post>")]
pub(super) async fn step_post(page: Page, id: &str, step: &str, post: Post) -> Result {
    let (party, step, parsed) = (page.party()?, known(step)?, contract_id(id)?);
    let fields = post.only(&changeable(step))?;
    match amending::save(&page.deps, &party, &fields.once(), &parsed, step, |name| fields.text(name)).await {
        Ok(()) => Ok(Answer::Redirect(format!("/contracts/{id}/amend"))),
        Err(Error::Refused(refusals)) => match drafted(&page, &party, id).await? {
            Some(terms) => {
                let form = step_form(&page, id, step, &terms).typed(&page.say, &fields, &refusals);
                page.show(refused(&page, step_sheet(&page, id, step, form), &refusals)).await
            }
            None => Err(Error::Refused(refusals).into()),
        },
        Err(error) => Err(error.into()),
    }
}

#[post("/contracts/<id>/amend/do/<word>", data = "<post>")]
pub(super) async fn act(page: Page, id: &str, word: &str, post: Post) -> Result {
    let (party, parsed) = (page.party()?, contract_id(id)?);
    let names: &[&str] = match word {
        "draft" | "withdraw" => &[],
        "propose" | "decline" => &["reason"],
        "agree" => &["read"],
        _ => return Err(Answer::Error(Error::NotFound)),
    };
    let fields = post.only(names)?;
    let (once, reason) = (fields.once(), fields.text("reason"));
    let done = match word {
        "draft" => amending::draft(&page.deps, &party, &once, &parsed).await,
        "withdraw" => amending::withdraw(&page.deps, &party, &once, &parsed).await,
        "propose" => amending::propose(&page.deps, &party, &once, &parsed, &reason).await,
        "decline" => amending::decline(&page.deps, &party, &once, &parsed, &reason).await,
        _ => match amending::agree(&page.deps, &party, &once, &parsed, &fields.text("read")).await {
            Ok(Agreed::InForce(_)) => return Ok(Answer::Redirect(format!("/contracts/{id}/versions"))),
            Ok(Agreed::Waits) => Ok(()),
            Err(error) => Err(error),
        },
    };
    match done {
        Ok(()) => Ok(Answer::Redirect(format!("/contracts/{id}/amend"))),
        Err(Error::Refused(refusals)) => {
            let refusals: Vec<Refusal> = refusals.into_iter().map(|refusal| named(&page, refusal)).collect();
            page.show(amend_sheet(&page, id, Some(&fields), &refusals).await?).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What is missing is named as its page names it.
fn named(page: &Page, refusal: Refusal) -> Refusal {
    match (refusal.code, refusal.field.clone()) {
        ("contract-missing", Some(field)) => refusal.with("label", label(page, &field)),
        _ => refusal,
    }
}

#[get("/contracts/<id>/versions?<before>")]
pub(super) async fn versions(page: Page, id: &str, before: Option<&str>) -> Result {
    // A number that no version reaches is the address of nothing.
    let before = before.map_or(Ok(u32::MAX), str::parse::<u32>).map_err(|_| Answer::Error(Error::NotFound))?;
    let parsed = contract_id(id)?;
    let contract = contracts::find_public(&page.deps, &parsed).await?;
    let say = &page.say;
    let (all, older) = amending::list_versions(&page.deps, &parsed, i64::from(before)).await?;
    let title = say.with("versions-title", &[("title", contract.title.as_str().into())]);
    let mut sheet = Sheet::new(say.with("contract-margin", &[("id", id.into())]), title).lede(say.t("versions-lede"));
    for (place, version) in all.iter().enumerate() {
        let since = say.moment(Timestamp::from_secs(version.at));
        let mut blocks = vec![Block::Text(say.with("versions-since", &[("when", since.into())]))];
        match all.get(place + 1).or(older.as_ref()) {
            Some(before) => blocks.extend(changes(&page, &terms_in(&before.terms)?, &terms_in(&version.terms)?)?),
            None => blocks.push(Block::Text(say.t("versions-first"))),
        }
        blocks.push(proof_of(&page, version.entry_index));
        sheet = sheet.leaf(say.with("versions-number", &[("number", Arg::Count(version.number))]), blocks);
    }
    let mut links = vec![(format!("/contracts/{id}"), say.t("contract-public-page"))];
    if let Some(last) = all.last().filter(|_| older.is_some()) {
        links.insert(0, (format!("/contracts/{id}/versions?before={}", last.number), say.t("versions-older")));
    }
    page.show(sheet.leaf("", vec![Block::Links(links)])).await
}
