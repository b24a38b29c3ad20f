//! How a listed contract goes on, for its two sides: where it stands, each step with what it means before it is pressed, and what
//! was done so far.

use manyhands_domain::contracts::Terms;
use manyhands_domain::contracts::life::{self as rules, Next, Side, Step, decide, kill_fee};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::contracts::life::{self, Party, Stand};
use crate::actions::{Contract, ContractMove, Error, contracts};
use crate::i18n::{amount, percent};
use crate::web::answer::{Answer, Result};
use crate::web::contracts::contract_id;
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::returns;
use crate::web::sheet::{Block, Row, Sheet};

/// What keeps a listed contract from going on as usual: paused, under notice, or over. One sentence each.
pub(super) fn stands(page: &Page, contract: &Contract) -> Vec<String> {
    let say = &page.say;
    let mut words = Vec::new();
    let is_over = is_over(page, contract);
    if let Some(by) = contract.paused_by.as_ref().filter(|_| !is_over) {
        words.push(say.with("life-paused", &[("side", by.as_str().into())]));
    }
    match (&contract.notice_by, contract.ends_at) {
        _ if contract.state == "completed" => words.push(say.t("life-completed")),
        _ if is_over => words.push(say.t("life-terminated")),
        (Some(by), Some(ends_at)) => {
            let when: Arg = say.moment(Timestamp::from_secs(ends_at)).into();
            // Of what is paused, nothing can be claimed until then.
            let id = if contract.paused_by.is_some() { "life-notice-paused" } else { "life-notice" };
            words.push(say.with(id, &[("side", by.as_str().into()), ("when", when)]));
        }
        _ => {}
    }
    words
}

/// Whether a contract is over by now, on every page and list.
pub(super) fn is_over(page: &Page, contract: &Contract) -> bool {
    rules::is_over(&contract.state, contract.ends_at.map(Timestamp::from_secs), page.now())
}

/// A listed contract with its state, and the way to how it goes on.
pub(super) fn contract_row(page: &Page, contract: &Contract) -> Row {
    let say = &page.say;
    let state = say.t(&format!("contract-state-{}", contract.state));
    let state = say.with("desk-contract-state", &[("id", contract.id.as_str().into()), ("state", state.into())]);
    Row {
        title: contract.title.clone(),
        href: format!("/contracts/{}", contract.id),
        strong: format!("{}, {}", contract.end_client, say.country(&contract.country)),
        facts: [state].into_iter().chain(stands(page, contract)).collect(),
        go: Some((format!("/contracts/{}/life", contract.id), say.t("life-look"))),
        ..Row::default()
    }
}

/// A contract that has ended, and what of its deposit can go back.
pub(super) fn returnable_row(page: &Page, contract: &Contract, free: Amount) -> Row {
    let go = returns::way(page, contract, free);
    Row { figure: amount(page.say.language, free), per: contract.currency.clone(), go, ..contract_row(page, contract) }
}

#[get("/contracts/<id>/life")]
pub(super) async fn overview(page: Page, id: &str) -> Result {
    let (contract, stand) = life::stand(&page.deps, &page.party()?, &contract_id(id)?).await?;
    let sheet = life_sheet(&page, &contract, &stand)?;
    page.show(sheet).await
}

fn life_sheet(page: &Page, contract: &Contract, stand: &Stand) -> Result<Sheet> {
    let say = &page.say;
    let side = page.party()?.side();
    let mut sheet = Sheet::new(say.with("contract-margin", &[("id", contract.id.as_str().into())]), contract.title.clone());
    let state = say.t(&format!("contract-state-{}", contract.state));
    sheet = sheet.lede(say.with("life-lede", &[("state", state.into()), ("client", contract.end_client.as_str().into())]));
    sheet.ledes.extend(stands(page, contract));
    sheet = sheet.leaf(say.t("life-stands"), vec![Block::Facts(facts(page, contract, stand)?)]);
    if contract.closed_index.is_some() {
        sheet = sheet.leaf(say.t("life-rest"), rest(page, contract, stand)?);
    } else if !stand.returned.is_empty() {
        let rows = stand.returned.iter().map(|row| returns::returned_row(page, row)).collect();
        sheet = sheet.leaf(say.t("returns-label"), vec![Block::Rows(rows)]);
    }
    if let Some(way) = returns::way(page, contract, stand.escrow.free) {
        sheet = sheet.leaf(say.t("return-way"), vec![Block::Text(say.t("return-way-words")), Block::Links(vec![way])]);
    }
    let can = |step: &&Step| decide(&stand.standing, **step, side, page.now()).is_ok();
    let way = |step: &Step| {
        let word = step.word();
        let stays = if *step == Step::Keep && stand.standing.voted.is_some() { "-voted" } else { "" };
        [format!("/contracts/{}/life/{word}", contract.id), say.t(&format!("life-{word}")), say.t(&format!("life-{word}-short{stays}"))]
    };
    let ways: Vec<[String; 3]> = Step::ALL.iter().filter(can).map(way).collect();
    if !ways.is_empty() {
        sheet = sheet.leaf(say.t("life-ways"), vec![Block::Ways(ways)]);
    }
    if !stand.moves.is_empty() {
        sheet = sheet.leaf(say.t("life-so-far"), vec![Block::Rows(stand.moves.iter().map(|done| move_row(page, done)).collect())]);
    }
    let mut change = vec![(format!("/contracts/{}/versions", contract.id), say.t("versions-way"))];
    if !is_over(page, contract) {
        change.insert(0, (format!("/contracts/{}/amend", contract.id), say.t("amend-way")));
    }
    sheet = sheet.leaf(say.t("life-change"), vec![Block::Text(say.t("life-change-words")), Block::Links(change)]);
    let back = match side {
        Side::Client => (format!("/desk/{}", contract.id), say.t("place-desk")),
        Side::Coop => (format!("/contracts/{}", contract.id), say.t("contract-public-page")),
    };
    Ok(sheet.leaf("", vec![Block::Links(vec![back])]))
}

/// What was done, by which side, when and why.
fn move_row(page: &Page, done: &ContractMove) -> Row {
    let say = &page.say;
    let ends = if done.ends_at.is_some() { "yes" } else { "no" };
    let when: Arg = done.ends_at.map_or_else(String::new, |at| say.moment(Timestamp::from_secs(at))).into();
    let facts = [say.moment(Timestamp::from_secs(done.at)), done.reason.clone()];
    Row {
        title: say.with(&format!("life-did-{}", done.word), &[("side", done.side.as_str().into()), ("when", when), ("ends", ends.into())]),
        facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect(),
        seal: done.entry_index.map(|index| seal(page, index)),
        ..Row::default()
    }
}

fn currency_of(contract: &Contract) -> Result<Currency> {
    Ok(Currency::parse(&contract.currency).map_err(Error::broken)?)
}

/// Work and money as they stand.
fn facts(page: &Page, contract: &Contract, stand: &Stand) -> Result<Vec<(String, String)>> {
    let say = &page.say;
    let currency = currency_of(contract)?;
    let terms = contracts::terms_of(contract)?;
    let count = crate::i18n::count;
    let sum = |sum: Amount| format!("{} {currency}", amount(say.language, sum));
    let mut facts = vec![
        ("life-under-way", count(stand.under_way)),
        ("life-free", count(stand.free.0)),
        ("life-left", count(stand.standing.left)),
        ("life-balance", sum(stand.escrow.balance)),
        ("life-held", sum(stand.escrow.held)),
    ];
    if contract.closed_index.is_none() {
        facts.push(("life-not-held", sum(stand.escrow.free)));
        facts.push(("contract-notice-days", say.with("days", &[("days", Arg::Count(terms.notice_days))])));
    }
    Ok(facts.into_iter().map(|(id, value)| (say.t(id), value)).collect())
}

/// After the end: what can go back, and what the program does not do.
fn rest(page: &Page, contract: &Contract, stand: &Stand) -> Result<Vec<Block>> {
    let say = &page.say;
    let currency = currency_of(contract)?;
    let big = Block::Big(amount(say.language, stand.escrow.free), say.with("life-can-go-back", &[("currency", currency.code().into())]));
    let mut blocks = vec![big];
    if stand.escrow.free.is_positive() {
        blocks.push(Block::Text(say.t("life-returnable-words")));
    }
    if !stand.returned.is_empty() {
        blocks.push(Block::Rows(stand.returned.iter().map(|row| returns::returned_row(page, row)).collect()));
    }
    if stand.under_way > 0 {
        let held = [("claims", Arg::Count(stand.under_way)), ("held", (stand.escrow.held, currency).into())];
        blocks.push(Block::Text(say.with("life-still-held", &held)));
    }
    if contract.state == "terminated" {
        blocks.extend(fee(page, &contracts::terms_of(contract)?, stand, currency, "life-fee-ended").map(Block::Text));
    }
    Ok(blocks)
}

/// The fee that the listing names for an early end, of what nobody has or had claimed, and that nothing here posts it.
fn fee(page: &Page, terms: &Terms, stand: &Stand, currency: Currency, id: &str) -> Option<String> {
    let of_open = stand.free.1.and_then(|open| kill_fee(open, terms.kill_fee_bp).ok()).filter(|fee| fee.is_positive())?;
    let bp = u32::try_from(terms.kill_fee_bp).ok()?;
    let ended = stand.moves.first().filter(|last| last.word == "terminated");
    let values = [
        ("share", percent(page.say.language, bp).into()),
        ("tasks", Arg::Count(stand.free.0)),
        ("fee", (of_open, currency).into()),
        ("side", ended.map_or("", |last| last.side.as_str()).into()),
    ];
    Some(page.say.with(id, &values))
}

#[get("/contracts/<id>/life/<word>")]
pub(super) async fn step(page: Page, id: &str, word: &str) -> Result {
    let (party, step) = (page.party()?, step_of(word)?);
    let (contract, stand) = life::stand(&page.deps, &party, &contract_id(id)?).await?;
    match step_sheet(&page, &party, &contract, &stand, step, None, &[])? {
        Ok(sheet) => page.show(sheet).await,
        Err(refusal) => cannot(&page, &contract, &stand, &[refusal]).await,
    }
}

fn step_of(word: &str) -> Result<Step> {
    Step::parse(word).ok_or(Answer::Error(Error::NotFound))
}

/// The contract's page, with why the step cannot be done on top.
async fn cannot(page: &Page, contract: &Contract, stand: &Stand, refusals: &[Refusal]) -> Result {
    let sheet = life_sheet(page, contract, stand)?;
    page.show(refused(page, sheet, refusals)).await
}

/// A step with what it means, in plain words, before it is pressed; or why it cannot be done now.
fn step_sheet(
    page: &Page,
    party: &Party,
    contract: &Contract,
    stand: &Stand,
    step: Step,
    typed: Option<&Fields>,
    refusals: &[Refusal],
) -> Result<std::result::Result<Sheet, Refusal>> {
    let say = &page.say;
    let next = match decide(&stand.standing, step, party.side(), page.now()) {
        Ok(next) => next,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (word, currency, terms) = (step.word(), currency_of(contract)?, contracts::terms_of(contract)?);
    let mut form = Form::new(page, format!("/contracts/{}/life/{word}", contract.id), say.t(&format!("life-{word}")));
    if step.asks_why() {
        form = form.field(say, "life", "reason", "", Kind::Area);
    }
    if let Some(typed) = typed {
        form = form.typed(say, typed, refusals);
    }
    let mut means = vec![Block::Text(say.with(&format!("life-{word}-means"), &means_args(page, stand, next, currency)))];
    if step == Step::Complete && stand.drafts > 0 {
        means.push(Block::Text(say.with("life-drafts", &[("drafts", stand.drafts.into())])));
    }
    if step == Step::Terminate {
        means.extend(fee(page, &terms, stand, currency, "life-fee").map(Block::Text));
    }
    means.push(Block::Text(say.t("life-told")));
    form.links.push((format!("/contracts/{}/life", contract.id), say.t("life-leave")));
    let margin = say.with("contract-margin", &[("id", contract.id.as_str().into())]);
    let title = say.with(&format!("life-{word}-title"), &[("title", contract.title.as_str().into())]);
    let sheet = Sheet::new(margin, title)
        .leaf(say.t("life-means"), means)
        .leaf(say.t("life-stands"), vec![Block::Facts(facts(page, contract, stand)?)])
        .leaf(say.t("life-do"), vec![Block::Form(Box::new(form))]);
    Ok(Ok(if refusals.is_empty() { sheet } else { refused(page, sheet, refusals) }))
}

/// What stands in the sentence of what a step means.
fn means_args(page: &Page, stand: &Stand, next: Next, currency: Currency) -> Vec<(&'static str, Arg)> {
    let when = match next {
        Next::Noticed(ends_at) | Next::KeptUntil(ends_at) => page.say.moment(ends_at),
        _ => stand.standing.notice.map_or_else(String::new, |(_, ends_at)| page.say.moment(ends_at)),
    };
    vec![
        ("claims", Arg::Count(stand.under_way)),
        ("days", page.say.with("days", &[("days", Arg::Count(stand.standing.notice_days))]).into()),
        ("when", when.into()),
        ("voted", if matches!(next, Next::KeptUntil(_)) { "yes" } else { "no" }.into()),
        ("at_once", if matches!(next, Next::Closed(_)) { "yes" } else { "no" }.into()),
        ("free", (stand.escrow.free, currency).into()),
    ]
}

#[post("/contracts/<id>/life/<word>", data = "<post>")]
pub(super) async fn step_post(page: Page, id: &str, word: &str, post: Post) -> Result {
    let (party, step, parsed) = (page.party()?, step_of(word)?, contract_id(id)?);
    let fields = post.only(if step.asks_why() { &["reason"] } else { &[] })?;
    match life::go(&page.deps, &party, &fields.once(), &parsed, step, &fields.text("reason")).await {
        Ok(()) => Ok(Answer::Redirect(format!("/contracts/{id}/life"))),
        Err(Error::Refused(refusals)) => {
            let (contract, stand) = life::stand(&page.deps, &party, &parsed).await?;
            match step_sheet(&page, &party, &contract, &stand, step, Some(&fields), &refusals)? {
                Ok(sheet) => page.show(sheet).await,
                Err(_) => cannot(&page, &contract, &stand, &refusals).await,
            }
        }
        Err(error) => Err(error.into()),
    }
}
