//! One end client, one page: every listed contract of theirs, open and ended, whoever posted it.

use manyhands_domain::contracts::{Terms, end_client::key};
use rocket::get;

use crate::actions::contracts::end_clients;
use crate::actions::{Contract, Error, contracts};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::life;
use crate::web::page::Page;
use crate::web::sheet::{Block, Row, Sheet};

/// The way from a contract to the page of its end client.
pub(super) fn way(page: &Page, terms: &Terms) -> Option<(String, String)> {
    let key = key(&terms.end_client)?;
    Some((format!("/end-clients/{key}"), page.say.with("end-client-way", &[("client", terms.end_client.name.as_str().into())])))
}

#[get("/end-clients/<key>")]
pub(super) async fn end_client(page: Page, key: &str) -> Result {
    let member = page.member()?;
    let all = end_clients::list(&page.deps, &member, key).await?;
    let say = &page.say;
    // As the newest contract says it.
    let newest = contracts::terms_of(all.last().ok_or(Answer::Error(Error::NotFound))?)?;
    let end = &newest.end_client;
    let number = if end.lei.is_empty() {
        say.with("contract-register-words", &[("register", end.register.as_str().into()), ("number", end.number.as_str().into())])
    } else {
        say.with("contract-lei-words", &[("lei", end.lei.as_str().into())])
    };
    let country = say.country(&end.country);
    let mut sheet = Sheet::new(say.t("end-client-margin"), end.name.clone())
        .lede(say.with("end-client-lede", &[("country", country.into()), ("number", number.into()), ("count", all.len().into())]));
    let (ended, open): (Vec<&Contract>, Vec<&Contract>) = all.iter().partition(|contract| life::is_over(&page, contract));
    for (label, some) in [("end-client-open", open), ("end-client-ended", ended)] {
        if !some.is_empty() {
            let rows = some.into_iter().map(|contract| contract_row(&page, contract)).collect::<Result<Vec<Row>>>()?;
            sheet = sheet.leaf(say.t(label), vec![Block::Rows(rows)]);
        }
    }
    page.show(sheet.leaf("", vec![Block::Small(say.t("end-client-words"))])).await
}

/// A contract of theirs: what for, through whom, what could hurt, and the price of a piece.
fn contract_row(page: &Page, contract: &Contract) -> Result<Row> {
    let say = &page.say;
    let terms = contracts::terms_of(contract)?;
    let state = say.t(&format!("contract-state-{}", contract.state));
    let between: Vec<String> = terms.chain.iter().map(|party| format!("{} ({})", party.name, say.country(&party.country))).collect();
    let through = match between.is_empty() {
        true => say.t("end-client-direct"),
        false => say.with("end-client-through", &[("names", between.join(", ").into())]),
    };
    let level = u8::try_from(contract.level).unwrap_or(3);
    let hazard = (level > 0).then(|| (level, say.with("hazard-level-most", &[("level", i64::from(level).into())])));
    let no_hazard = (level == 0).then(|| say.t("hazard-none"));
    let state = say.with("desk-contract-state", &[("id", contract.id.as_str().into()), ("state", state.into())]);
    let unit = [("currency", contract.currency.as_str().into()), ("unit", terms.unit_noun.as_str().into())];
    Ok(Row {
        title: contract.title.clone(),
        href: format!("/contracts/{}", contract.id),
        strong: contract.purpose.clone(),
        facts: [state, through].into_iter().chain(no_hazard).chain(life::stands(page, contract)).collect(),
        hazard,
        figure: amount(say.language, terms.price),
        per: say.with("contract-a-unit", &unit),
        ..Row::default()
    })
}
