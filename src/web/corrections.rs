//! Corrections: an entry's amounts as they should have been, the difference that this posts, and its second person.

use manyhands_domain::corrections::REASONS;
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::corrections::{self, FIELDS, Standing};
use crate::actions::rights::Officer;
use crate::actions::signing::Subject;
use crate::actions::{Correction, Error};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::entry::{account_words, index_of, kind_words, proof_of};
use crate::web::forms::{Field, Form, Kind};
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet, Table, TableRow};
use crate::web::signing::{Second, straight_on};

#[get("/treasury/corrections/of/<index>")]
pub(super) async fn new(page: Page, index: &str) -> Result {
    let treasurer = page.treasurer()?;
    let index = index_of(index)?;
    let officer = treasurer.officer().ok_or(Answer::Error(Error::NotFound))?;
    match corrections::find_standing(&page.deps, &officer, index).await {
        Ok(standing) => page.show(form_sheet(&page, index, form(&page, index, &standing))).await,
        // What was asked for is still there to be read.
        Err(Error::Refused(refusals)) => {
            let (to, number) = seal(&page, i64::try_from(index).unwrap_or(i64::MAX));
            let back = vec![(to, page.say.t("correction-see-entry"))];
            let sheet = Sheet::new(number, page.say.t("correction-new")).leaf(page.say.t("in-the-book"), vec![Block::Links(back)]);
            page.show(refused(&page, sheet, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn form_sheet(page: &Page, entry: u64, form: Form) -> Sheet {
    let say = &page.say;
    let entry = Arg::Count(i64::try_from(entry).unwrap_or(i64::MAX));
    Sheet::new(say.with("entry-number", &[("index", entry)]), say.t("correction-new"))
        .lede(say.t("correction-lede"))
        .leaf(say.t("correction-label"), vec![Block::Text(say.t("correction-words")), Block::Form(Box::new(form))])
}

/// One figure a line, as it stands now; the person changes those that were wrong.
fn form(page: &Page, entry: u64, standing: &Standing) -> Form {
    let say = &page.say;
    let reasons = REASONS.iter().map(|code| ((*code).to_owned(), say.t(&format!("correction-reason-{code}")))).collect();
    let mut form = Form::new(page, "/treasury/corrections", say.t("correction-prepare")).hidden("entry", entry.to_string());
    for (name, (account, unit, stands)) in FIELDS.iter().zip(&standing.lines) {
        // Two decimals, and more only where they are not zero.
        let typed = stands.to_string();
        let (whole, decimals) = typed.split_once('.').unwrap_or((&typed, ""));
        form.fields.push(Field {
            name: (*name).to_owned(),
            label: format!("{}, {unit}", account_words(page, account.as_str())),
            value: format!("{whole}.{:0<2}", decimals.trim_end_matches('0')),
            kind: Kind::Figure,
            ..Field::default()
        });
    }
    form.field(say, "correction", "reason", "typing-error", Kind::Select(reasons)).field(
        say,
        "people",
        "password",
        "",
        Kind::Password("current-password"),
    )
}

#[post("/treasury/corrections", data = "<post>")]
pub(super) async fn prepare(page: Page, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let names: Vec<&str> = ["entry", "reason", "password"].iter().chain(FIELDS).copied().collect();
    let fields = post.only(&names)?;
    let entry = index_of(&fields.text("entry"))?;
    let wanted: Vec<String> = FIELDS.iter().map(|name| fields.text(name)).collect();
    let (reason, password) = (fields.text("reason"), fields.text("password"));
    match corrections::prepare(&page.deps, &treasurer, &fields.once(), entry, &reason, &wanted, &password).await {
        Ok(id) => {
            let to = format!("/treasury/corrections/{id}");
            let signing = straight_on(&page, &treasurer, &Subject::Correction(id), fields.once()).await?;
            Ok(signing.unwrap_or(Answer::Redirect(to)))
        }
        Err(Error::Refused(refusals)) => {
            let refusals = with_words(&page, refusals);
            let officer = treasurer.officer().ok_or(Answer::Error(Error::NotFound))?;
            let standing = corrections::find_standing(&page.deps, &officer, entry).await?;
            let typed = form(&page, entry, &standing).typed(&page.say, &fields, &refusals);
            page.show(refused(&page, form_sheet(&page, entry, typed), &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The accounts in refusals as everywhere on pages: in words.
fn with_words(page: &Page, mut refusals: Vec<Refusal>) -> Vec<Refusal> {
    for (name, arg) in refusals.iter_mut().flat_map(|refusal| &mut refusal.args) {
        if let (&mut "account", Arg::Text(account)) = (name, arg) {
            *account = account_words(page, account);
        }
    }
    refusals
}

/// A correction as lists show it.
pub(super) fn correction_row(page: &Page, correction: &Correction) -> Row {
    let say = &page.say;
    Row {
        title: say.with("correction-of", &[("index", Arg::Count(correction.corrects))]),
        href: format!("/treasury/corrections/{}", correction.id),
        strong: correction.prepared_name.clone(),
        facts: vec![say.t(&format!("correction-{}", correction.state)), say.date(Timestamp::from_secs(correction.prepared_at))],
        go: (correction.state == "prepared").then(|| (format!("/treasury/corrections/{}", correction.id), say.t("payout-look"))),
        seal: correction.entry_index.map(|index| seal(page, index)),
        ..Row::default()
    }
}

#[get("/treasury/corrections/<id>")]
pub(super) async fn one(page: Page, id: &str) -> Result {
    let officer = page.officer()?;
    let sheet = sheet(&page, &officer, id).await?;
    page.show(sheet).await
}

async fn sheet(page: &Page, officer: &Officer, id: &str) -> Result<Sheet> {
    let say = &page.say;
    let correction = corrections::find(&page.deps, officer, id).await?;
    let title = say.with("correction-of", &[("index", Arg::Count(correction.corrects))]);
    let mut sheet = Sheet::new(say.t("corrections-label"), title).lede(say.t(&format!("correction-{}", correction.state)));
    let mut facts = vec![
        (say.t("correction-reason"), say.t(&format!("correction-reason-{}", correction.reason))),
        (say.t("payout-prepared-by"), correction.prepared_name.clone()),
    ];
    if !correction.approved_name.is_empty() {
        facts.push((say.t("payout-approved-by"), correction.approved_name.clone()));
    }
    let before = corrections::find_before(&page.deps, officer, &correction).await?;
    let (to, number) = seal(page, correction.corrects);
    let of = [kind_words(page, before.entry.kind.name), say.date(before.entry.at)].join(", ");
    let blocks = vec![Block::Ways(vec![[to, number, of]]), Block::Facts(facts), posted(page, &correction, &before)?];
    sheet = sheet.leaf(say.t("correction-posts"), blocks);
    if let Some(index) = correction.entry_index {
        sheet = sheet.leaf(say.t("in-the-book"), vec![proof_of(page, index)]);
    }
    if correction.state == "prepared" {
        let approve = Form::new(page, format!("/treasury/corrections/{id}"), say.t("correction-approve"));
        let second = Second {
            kind: "correction.posted",
            mine: correction.prepared_by == officer.actor(),
            words: say.t("correction-approve-words"),
            approve: approve.field(say, "people", "password", "", Kind::Password("current-password")),
            withdraw: Form::new(page, format!("/treasury/corrections/{id}/withdraw"), say.t("correction-withdraw")).quiet(),
        };
        let subject = Subject::Correction(id.to_owned());
        sheet = sheet.leaf(say.t("payout-second"), second.blocks(page, officer, &subject).await?);
    }
    Ok(sheet)
}

/// The difference: what is posted to each account, and from which sum to which it takes it.
fn posted(page: &Page, correction: &Correction, before: &Standing) -> Result<Block> {
    let say = &page.say;
    let lines = corrections::lines_of(correction)?;
    let mut rows = Vec::new();
    for line in &lines {
        let was = before.lines.iter().find(|(account, unit, _)| *account == line.account && *unit == line.unit);
        let was = was.map_or(Amount::ZERO, |(_, _, amount)| *amount);
        let becomes = was.checked_add(line.amount).map_err(Error::broken)?;
        let words = [("from", amount(say.language, was).into()), ("to", amount(say.language, becomes).into())];
        rows.push(TableRow {
            name: account_words(page, line.account.as_str()),
            under: say.with("correction-from-to", &words),
            figures: vec![amount(say.language, line.amount)],
            ..TableRow::default()
        });
    }
    let zero = amount(say.language, Amount::ZERO);
    rows.push(TableRow { name: say.t("balances-total"), figures: vec![zero], total: 2, ..TableRow::default() });
    // No kind posts in two units; were there one, each would be named.
    let mut units: Vec<&str> = lines.iter().map(|line| line.unit.code()).collect();
    units.dedup();
    Ok(Block::Table(Table { heads: vec![say.t("entry-account"), units.join(", ")], rows }))
}

#[post("/treasury/corrections/<id>", data = "<post>")]
pub(super) async fn approve(page: Page, id: &str, post: Post) -> Result {
    let officer = page.officer()?;
    let fields = post.only(&["password"])?;
    match corrections::approve(&page.deps, &officer, &fields.once(), id, &fields.text("password")).await {
        Ok(index) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Err(Error::Refused(refusals)) => again(&page, &officer, id, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

async fn again(page: &Page, officer: &Officer, id: &str, refusals: &[Refusal]) -> Result {
    let sheet = sheet(page, officer, id).await?;
    page.show(refused(page, sheet, refusals)).await
}

#[post("/treasury/corrections/<id>/withdraw", data = "<post>")]
pub(super) async fn withdraw(page: Page, id: &str, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&[])?;
    corrections::withdraw(&page.deps, &treasurer, &fields.once(), id).await?;
    Ok(Answer::Redirect("/treasury".to_owned()))
}
