//! My pay: what is mine, why, and when I get it.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::{Claim, claims, payouts, rules};
use crate::i18n::amount;
use crate::web::answer::Result;
use crate::web::page::Page;
use crate::web::sheet::{Block, Row, Sheet, SumRow};

#[get("/pay")]
pub(super) async fn pay(page: Page) -> Result {
    let member = page.member()?;
    let say = &page.say;
    let standing = member.standing();
    let owed = payouts::owed(&page.deps, &member).await?;
    let mut sheet = Sheet::new(format!("{}, {}", standing.name, say.place()), say.t("pay-title"));
    sheet.ledes.push(say.t("pay-lede"));
    let mut owed = owed.into_iter();
    sheet.big = Some(match owed.next() {
        Some((currency, sum)) => (currency.to_string(), amount(say.language, sum)),
        None => (String::new(), amount(say.language, Amount::ZERO)),
    });
    for (currency, sum) in owed {
        sheet.ledes.push(say.with("pay-and", &[("sum", (sum, currency).into())]));
    }
    let accepted = claims::list_of_member(&page.deps, &member, "accepted", LIMIT).await?;
    let mut rows = Vec::new();
    for claim in &accepted {
        rows.push(paid_row(&page, claim).await?);
    }
    let block = if rows.is_empty() { Block::Text(say.t("pay-none")) } else { Block::Rows(rows) };
    sheet = sheet.leaf(say.t("pay-accepted"), vec![block]);
    let waiting = claims::list_of_member(&page.deps, &member, "submitted", LIMIT).await?;
    if !waiting.is_empty() {
        let mut rows = Vec::new();
        for claim in &waiting {
            rows.push(waiting_row(&page, claim).await?);
        }
        sheet = sheet.leaf(say.t("pay-not-yet"), vec![Block::Rows(rows)]);
    }
    let sent = payouts::list_own(&page.deps, &member).await?;
    let rows: Vec<Row> = sent
        .into_iter()
        .map(|line| Row {
            title: say.with("pay-run", &[("payout", line.payout_id.into())]),
            facts: vec![say.t(&format!("payout-line-{}", line.state)), line.reference, say.date(Timestamp::from_secs(line.changed_at))]
                .into_iter()
                .filter(|fact| !fact.is_empty())
                .collect(),
            figure: amount(say.language, Amount::from_micros(line.amount)),
            per: line.currency,
            seal: line.entry_index.map(|index| seal(&page, index)),
            ..Row::default()
        })
        .collect();
    if !rows.is_empty() {
        sheet = sheet.leaf(say.t("pay-sent"), vec![Block::Rows(rows)]);
    }
    page.show(sheet).await
}

/// The stamp of an entry.
pub(super) fn seal(page: &Page, index: i64) -> (String, String) {
    (format!("/ledger/{index}"), page.say.with("entry-number", &[("index", Arg::Count(index))]))
}

/// Accepted work with the arithmetic of its sum.
async fn paid_row(page: &Page, claim: &Claim) -> Result<Row> {
    let say = &page.say;
    let (rule, book) = rules::at_size(&page.deps.db.read(), claim.claimed_size).await?;
    let share = Amount::from_micros(claim.worker_share.unwrap_or(0));
    let price = Amount::from_micros(claim.price);
    let alone = share != book.worker_share(price);
    let points = if alone { book.split.worker + book.split.reviewer } else { book.split.worker };
    let row = |op, name: String, figure: String, rule| SumRow { op, name, figure, rule };
    let currency: Arg = claim.currency.as_str().into();
    let word = if alone { "pay-sum-share-alone" } else { "pay-sum-share" };
    let why = vec![
        row("", say.with("pay-sum-price", &[("unit", claim.unit_noun.as_str().into())]), amount(say.language, price), 0),
        row("×", say.with(word, &[("rule", Arg::Count(i64::try_from(rule).unwrap_or(0)))]), format!("{} %", points / 100), 0),
        row("=", say.with("pay-sum-yours", &[("currency", currency)]), amount(say.language, share), 2),
    ];
    Ok(Row {
        title: say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]),
        facts: vec![say.date(Timestamp::from_secs(claim.decided_at.unwrap_or(0)))],
        figure: amount(say.language, share),
        per: claim.currency.clone(),
        why: Some((say.t("why-this-sum"), why)),
        seal: claim.entry_index.map(|index| seal(page, index)),
        ..Row::default()
    })
}

async fn waiting_row(page: &Page, claim: &Claim) -> Result<Row> {
    let say = &page.say;
    let (_, book) = rules::at_size(&page.deps.db.read(), claim.claimed_size).await?;
    let currency: Currency = claims::currency_of(claim)?;
    Ok(Row {
        title: say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]),
        facts: vec![say.with("pay-silence", &[("date", say.date(Timestamp::from_secs(claim.review_by.unwrap_or(0))).into())])],
        figure: amount(say.language, claims::share_of(&book, claim)),
        per: currency.to_string(),
        ..Row::default()
    })
}

const LIMIT: i64 = 60;
