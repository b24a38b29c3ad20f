//! Listed contracts as anybody sees them: who is behind one, what could hurt, who gets what, what an hour pays, how it ends.

use manyhands_domain::contracts::{Terms, pass_down};
use manyhands_domain::ids::ContractId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::{Accepted, Book};
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::board::accepted;
use crate::actions::contracts::{amending, life as life_actions};
use crate::actions::{Contract, Error, batches, contracts, rules};
use crate::i18n::{amount, hundredths, percent};
use crate::web::answer::{Answer, Result};
use crate::web::end_clients;
use crate::web::entry::proof_of;
use crate::web::life;
use crate::web::page::Page;
use crate::web::people::name_of;
use crate::web::returns;
use crate::web::sheet::{Block, Hour, Row, Sheet};
use crate::web::split::split;

/// An end client whose register entry nobody checked is marked as such wherever it is listed.
pub(super) fn register_mark(page: &Page, checked: i64) -> Option<String> {
    (checked == 0).then(|| page.say.t("contract-register-mark"))
}

#[get("/contracts")]
pub(super) async fn list(page: Page) -> Result {
    let say = &page.say;
    let row = |contract: Contract| {
        let terms = contracts::terms_of(&contract)?;
        let state = say.t(&format!("contract-state-{}", contract.state));
        let state = say.with("desk-contract-state", &[("id", contract.id.as_str().into()), ("state", state.into())]);
        let unit = [("currency", contract.currency.as_str().into()), ("unit", terms.unit_noun.as_str().into())];
        Ok(Row {
            href: format!("/contracts/{}", contract.id),
            strong: format!("{}, {}", contract.end_client, say.country(&contract.country)),
            facts: [contract.purpose, state].into_iter().chain(register_mark(&page, contract.register_checked)).collect(),
            figure: amount(say.language, terms.price),
            per: say.with("contract-a-unit", &unit),
            title: contract.title,
            ..Row::default()
        })
    };
    let rows = contracts::list::public(&page.deps).await?.into_iter().map(row).collect::<Result<Vec<Row>>>()?;
    let block = if rows.is_empty() { Block::Text(say.t("contracts-none")) } else { Block::Rows(rows) };
    page.show(Sheet::new("", say.t("contracts-title")).lede(say.t("contracts-lede")).leaf(say.t("contracts-listed"), vec![block])).await
}

#[get("/contracts/<id>", rank = 2)]
pub(super) async fn contract(page: Page, id: &str) -> Result {
    let id = ContractId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let contract = contracts::find_public(&page.deps, &id).await?;
    let terms = contracts::terms_of(&contract)?;
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let margin = say.with("contract-margin", &[("id", id.as_str().into())]);
    let lede = say.with("contract-lede", &[("client", terms.end_client.name.as_str().into()), ("purpose", terms.purpose.as_str().into())]);
    let mut sheet = Sheet::new(margin, contract.title.clone()).lede(lede);
    sheet.ledes.extend(life::stands(&page, &contract));
    let newest = amending::find_newest(&page.deps, &id).await?;
    let amended = newest.as_ref().filter(|version| version.number > 1);
    if let Some(version) = amended {
        let since = say.date(Timestamp::from_secs(version.at));
        sheet = sheet.lede(say.with("versions-amended", &[("number", Arg::Count(version.number)), ("when", since.into())]));
    }
    let mut behind = vec![chain(&page, &book, &contract, &terms).await?];
    if page.member().is_ok() {
        behind.extend(end_clients::way(&page, &terms).map(|way| Block::Links(vec![way])));
    }
    sheet = sheet.leaf(say.t("contract-behind"), behind);
    sheet = sheet.leaf(say.t("contract-hurt"), hurt(&page, &book, &terms));
    if let Ok(currency) = Currency::parse(&contract.currency) {
        let mut blocks = vec![Block::Text(say.with("split-lede", &[("share", hundredths(say.language, book.split.worker).into())]))];
        blocks.extend(split(&page, &book, terms.price, currency, &say.t("split-client-pays"))?);
        sheet = sheet.leaf(say.t("split-each-100"), blocks);
        sheet = sheet.leaf(say.t("hour-label"), hour(&page, &book, &contract, &terms, currency).await?);
    }
    sheet = sheet.leaf(say.t("contract-terms"), vec![Block::Facts(facts(&page, &terms))]);
    sheet = sheet.leaf(say.t("contract-guidelines"), vec![Block::Lines(terms.guidelines.clone())]);
    if let Ok(party) = page.party()
        && life_actions::find(&page.deps, &party, &id).await.is_ok()
    {
        let way = Block::Links(vec![(format!("/contracts/{id}/life"), say.t("life-way"))]);
        sheet = sheet.leaf(say.t("life-label"), vec![way]);
    }
    let free = match page.treasurer() {
        Ok(_) => contracts::escrow(&page.deps.db.read(), &contract).await?.free,
        Err(_) => Amount::ZERO,
    };
    if let Some(way) = returns::way(&page, &contract, free) {
        sheet = sheet.leaf(say.t("return-way"), vec![Block::Text(say.t("return-way-words")), Block::Links(vec![way])]);
    }
    if amended.is_some() {
        let way = vec![(format!("/contracts/{id}/versions"), say.t("versions-way"))];
        sheet = sheet.leaf(say.t("versions-way"), vec![Block::Text(say.t("versions-lede")), Block::Links(way)]);
    }
    let newest = newest.map(|version| version.entry_index).or(contract.listed_index);
    let listed = proof_of(&page, newest.unwrap_or_default());
    page.show(sheet.leaf(say.t("contract-check"), vec![Block::Text(say.t("contract-check-words")), listed])).await
}

/// Who pays, who keeps what, who does the work.
async fn chain(page: &Page, book: &Book, contract: &Contract, terms: &Terms) -> Result<Block> {
    let say = &page.say;
    let figure = |sum: Amount| amount(say.language, sum);
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    let end = &terms.end_client;
    let number = if end.lei.is_empty() {
        say.with("contract-register-words", &[("register", end.register.as_str().into()), ("number", end.number.as_str().into())])
    } else {
        say.with("contract-lei-words", &[("lei", end.lei.as_str().into())])
    };
    let checked = match contracts::register_check(&page.deps, &id).await? {
        Some(check) => say.with(
            "contract-register-checked",
            &[
                ("what", check.what.into()),
                ("by", name_of(page, &check.by_name).into()),
                ("date", say.date(Timestamp::from_secs(check.checked_at)).into()),
            ],
        ),
        None if end.lei.is_empty() => say.t("contract-register-mark"),
        None => say.t("contract-register-unchecked"),
    };
    let passed = pass_down(terms.price, &terms.chain).map_err(Error::from)?;
    let mut parties = vec![[
        end.name.clone(),
        say.with(
            "contract-end-client-words",
            &[("country", say.country(&end.country).into()), ("number", number.into()), ("checked", checked.into())],
        ),
        figure(passed.paid),
        say.with("contract-paid", &[("currency", contract.currency.as_str().into())]),
    ]];
    for (party, kept) in terms.chain.iter().zip(&passed.kept) {
        let words = say.with("contract-intermediary", &[("country", say.country(&party.country).into())]);
        parties.push([party.name.clone(), words, figure(*kept), say.t("contract-kept")]);
    }
    let share = book.worker_share(terms.price);
    let kept = terms.price.checked_sub(share).map_err(Error::broken)?;
    parties.push([page.deps.coop.name.clone(), say.t("contract-coop"), figure(kept), say.t("contract-kept")]);
    let unit = say.with("contract-a-unit", &[("currency", contract.currency.as_str().into()), ("unit", terms.unit_noun.as_str().into())]);
    parties.push([say.t("contract-member"), say.t("contract-one-rate"), figure(share), unit]);
    Ok(Block::Chain(parties))
}

fn hurt(page: &Page, book: &Book, terms: &Terms) -> Vec<Block> {
    let say = &page.say;
    if terms.hazards.is_empty() {
        return vec![Block::Text(say.t("hazard-none"))];
    }
    let rows = terms.hazards.iter().map(|hazard| Row {
        title: say.t(&format!("hazard-{}", hazard.category)),
        facts: vec![say.with("hazard-share", &[("percent", Arg::Count(i64::from(hazard.share_bp / 100)))])],
        hazard: Some((hazard.level, hazard_words(page, i64::from(hazard.level), &hazard.form))),
        ..Row::default()
    });
    let level = usize::from(manyhands_domain::hazards::level(&terms.hazards));
    let premium = book.premium.get(level).copied().unwrap_or(0) / 100;
    vec![Block::Rows(rows.collect()), Block::Small(say.with("hazard-premium", &[("percent", Arg::Count(i64::from(premium)))]))]
}

/// `Level 3 of 3, in text`.
pub(super) fn hazard_words(page: &Page, level: i64, form: &str) -> String {
    page.say.with("hazard-level", &[("level", Arg::Count(level)), ("form", page.say.t(&format!("hazard-form-{form}")).into())])
}

/// Promised and measured over the floor.
async fn hour(page: &Page, book: &Book, contract: &Contract, terms: &Terms, currency: Currency) -> Result<Vec<Block>> {
    let say = &page.say;
    let id = ContractId::parse(&contract.id).map_err(Error::broken)?;
    let level = u8::try_from(contract.level).unwrap_or(3);
    let floor =
        book.floor_per_hour("general", currency, level).ok_or_else(|| Error::broken("a listed contract in a currency without a floor"))?;
    let promised = book.hour_at(terms.price, terms.seconds);
    let all = batches::list_of_contract(&page.deps, &id).await?;
    let so_far = all.iter().map(accepted).fold(Accepted::default(), Accepted::and);
    let measured = so_far.hour();
    let top = [floor, promised, measured.unwrap_or_default()].into_iter().max().unwrap_or_default();
    // The scale ends at the next multiple of four above everything on it.
    let end = (top.micros() / 4_000_000 + 1) * 4;
    let place = |sum: Amount| {
        let tenths = i128::from(sum.micros()) / i128::from(end * 1_000);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let ticks = (0..=4).map(|tick| ((tick * 25).to_string(), (end * tick / 4).to_string())).collect();
    let figure = |sum: Amount| amount(say.language, sum);
    let mut rows = vec![
        ("❙", say.with("hour-floor", &[("level", Arg::Count(contract.level))]), figure(floor)),
        (
            "▽",
            say.with("hour-promised-at", &[("time", Arg::Duration(terms.seconds)), ("unit", terms.unit_noun.as_str().into())]),
            figure(promised),
        ),
    ];
    if let Some(measured) = measured {
        rows.push(("▲", say.with("hour-measured-over", &[("count", Arg::Count(so_far.pieces))]), figure(measured)));
    }
    let word = if measured.is_some() { "hour-measured" } else { "hour-promised" };
    let words = say.with(word, &[("currency", currency.code().into())]);
    let figures = Hour {
        aria: rows.iter().map(|row| format!("{}: {}", row.1, row.2)).collect::<Vec<_>>().join("; "),
        floor: place(floor),
        floor_word: say.t("hour-floor-word"),
        promised: place(promised),
        measured: measured.map(place),
        ticks,
        rows,
    };
    Ok(vec![Block::Big(figure(measured.unwrap_or(promised)), words), Block::Hour(Box::new(figures))])
}

/// Where the items come from, what was agreed, and how work goes back and the contract ends.
pub(super) fn facts(page: &Page, terms: &Terms) -> Vec<(String, String)> {
    let say = &page.say;
    let reading = match terms.reading_minutes {
        0 => say.t("contract-reading-none"),
        minutes => say.duration(minutes * 60),
    };
    [
        ("contract-provenance", terms.provenance.clone()),
        ("contract-consent", terms.consent.clone()),
        ("contract-reading", reading),
        ("contract-rejection", terms.rejection.clone()),
        ("contract-notice-days", say.with("days", &[("days", Arg::Count(terms.notice_days))])),
        ("contract-kill-fee", percent(say.language, u32::try_from(terms.kill_fee_bp).unwrap_or(0))),
    ]
    .into_iter()
    .map(|(id, value)| (say.t(id), value))
    .collect()
}
