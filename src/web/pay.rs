//! My pay: how much is mine, why, and when I get it.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::earnings::{self, Purse};
use crate::actions::rights::Member;
use crate::actions::{Claim, Earning, Error, claims, payouts, rules};
use crate::i18n::amount;
use crate::web::answer::Result;
use crate::web::page::Page;
use crate::web::sheet::{Block, Row, Sheet, SumRow};

#[get("/pay")]
pub(super) async fn pay(page: Page) -> Result {
    let member = page.member()?;
    let say = &page.say;
    let standing = member.standing();
    let (purses, before) = earnings::list(&page.deps, &member).await?;
    let mut sheet = Sheet::new(format!("{}, {}", standing.name, say.place()), say.t("pay-title"));
    sheet.ledes.push(when(&page, &member).await?);
    let big = purses.first().map_or((String::new(), Amount::ZERO), |purse| (purse.currency.to_string(), purse.balance));
    sheet.big = Some((big.0, amount(say.language, big.1)));
    for purse in purses.iter().skip(1) {
        sheet.ledes.push(say.with("pay-and", &[("sum", (purse.balance, purse.currency).into())]));
    }
    for purse in &purses {
        let label = say.with("pay-now", &[("currency", purse.currency.code().into())]);
        sheet = sheet.leaf(label, purse_blocks(&page, purse).await?);
    }
    if purses.is_empty() {
        sheet = sheet.leaf(say.t("pay-accepted"), vec![Block::Text(say.t("pay-none"))]);
    }
    let waiting = claims::list_of_member(&page.deps, &member, "submitted", LIMIT).await?;
    if !waiting.is_empty() {
        let mut rows = Vec::new();
        for claim in &waiting {
            rows.push(waiting_row(&page, claim).await?);
        }
        sheet = sheet.leaf(say.t("pay-not-yet"), vec![Block::Rows(rows)]);
    }
    let sent: Vec<Row> = payouts::list_own(&page.deps, &member).await?.into_iter().map(|line| sent_row(&page, line)).collect();
    if !sent.is_empty() {
        sheet = sheet.leaf(say.t("pay-sent"), vec![Block::Rows(sent)]);
    }
    if !before.is_empty() {
        sheet = sheet.leaf(say.t("pay-before"), vec![Block::Rows(earned_rows(&page, &before).await?)]);
    }
    page.show(sheet).await
}

/// When the money comes: what waits for its second person, else the next payday, else that the treasurer opens the run.
async fn when(page: &Page, member: &Member) -> Result<String> {
    let say = &page.say;
    if let Some(line) = payouts::list_own_waiting(&page.deps, member).await?.into_iter().next() {
        let currency = Currency::parse(&line.currency).map_err(Error::broken)?;
        let sum = (Amount::from_micros(line.amount), currency);
        return Ok(say.with("pay-when-waiting", &[("sum", sum.into()), ("payout", line.payout_id.into())]));
    }
    Ok(match page.deps.coop.payday {
        Some(payday) => say.with("pay-when-day", &[("day", say.day(payday.next_from(page.now())).into())]),
        None => say.t("pay-when-opened"),
    })
}

/// The stamp of an entry.
pub(super) fn seal(page: &Page, index: i64) -> (String, String) {
    (format!("/ledger/{index}"), page.say.with("entry-number", &[("index", Arg::Count(index))]))
}

/// What makes up a balance, and the balance.
async fn purse_blocks(page: &Page, purse: &Purse) -> Result<Vec<Block>> {
    let say = &page.say;
    let mut rows = earned_rows(page, &purse.since).await?;
    let figure = |sum: Amount| amount(say.language, sum);
    let mut sum = Vec::new();
    if purse.carried != Amount::ZERO {
        sum.push(SumRow { op: "", name: say.t("pay-carried"), figure: figure(purse.carried), rule: 0 });
    }
    let total = say.with("pay-now-total", &[("currency", purse.currency.code().into())]);
    sum.push(SumRow { op: "", name: total, figure: figure(purse.balance), rule: 2 });
    if rows.is_empty() {
        return Ok(vec![Block::Sum(sum)]);
    }
    rows.iter_mut().for_each(|row| row.per.clear());
    Ok(vec![Block::Rows(rows), Block::Sum(sum)])
}

/// Accepted pieces, those of one batch, day and price together, each with the arithmetic of its sum and all its entries.
async fn earned_rows(page: &Page, earnings: &[Earning]) -> Result<Vec<Row>> {
    let mut groups: Vec<Vec<&Earning>> = Vec::new();
    let key = |earning: &Earning| {
        let day = page.say.date(Timestamp::from_secs(earning.decided_at));
        (earning.batch_id.clone(), day, earning.price, earning.share, earning.reviewed)
    };
    for earning in earnings {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| key(first) == key(earning))) {
            Some(group) => group.push(earning),
            None => groups.push(vec![earning]),
        }
    }
    let mut rows = Vec::new();
    for group in &groups {
        rows.push(earned_row(page, group).await?);
    }
    Ok(rows)
}

async fn earned_row(page: &Page, group: &[&Earning]) -> Result<Row> {
    let say = &page.say;
    let Some(first) = group.first() else { return Ok(Row::default()) };
    let count = i64::try_from(group.len()).unwrap_or(i64::MAX);
    let sum = Amount::from_micros(first.share).checked_mul(count).map_err(Error::broken)?;
    let (title, unit): (Arg, Arg) = (first.title.as_str().into(), first.unit_noun.as_str().into());
    let date = say.date(Timestamp::from_secs(first.decided_at));
    let entries: Vec<(String, String)> = group.iter().take(MOST_LISTED).map(|earning| seal(page, earning.entry_index)).collect();
    let many = count > 1;
    Ok(Row {
        title: match many {
            true => say.with("pay-pieces", &[("title", title), ("count", Arg::Count(count)), ("unit", unit)]),
            false => say.with("claim-title", &[("title", title), ("item", first.item_id.as_str().into())]),
        },
        facts: vec![if first.reviewed == 1 { say.with("pay-reviewed", &[("date", date.into())]) } else { date }],
        figure: amount(say.language, sum),
        per: first.currency.clone(),
        why: Some((say.t("why-this-sum"), arithmetic(page, first, count, sum).await?)),
        seal: if many {
            Some((format!("/ledger/{}", first.entry_index), say.with("pay-entries", &[("count", Arg::Count(count))])))
        } else {
            entries.first().cloned()
        },
        entries: if many { entries } else { Vec::new() },
        ..Row::default()
    })
}

/// Price, pieces, share: what makes the sum.
async fn arithmetic(page: &Page, first: &Earning, count: i64, sum: Amount) -> Result<Vec<SumRow>> {
    let say = &page.say;
    let (rule, book) = rules::at_size(&page.deps.db.read(), first.claimed_size).await?;
    let price = Amount::from_micros(first.price);
    let alone = first.reviewed == 0 && Amount::from_micros(first.share) != book.worker_share(price);
    let (word, points) = match (first.reviewed, alone) {
        (1, _) => ("pay-sum-review", book.split.reviewer),
        (_, true) => ("pay-sum-share-alone", book.split.worker + book.split.reviewer),
        (_, false) => ("pay-sum-share", book.split.worker),
    };
    let row = |op, name: String, figure: String, rule| SumRow { op, name, figure, rule };
    let unit = [("unit", first.unit_noun.as_str().into())];
    let mut rows = vec![row("", say.with("pay-sum-price", &unit), amount(say.language, price), 0)];
    if count > 1 {
        rows.push(row("×", say.t("pay-sum-pieces"), crate::i18n::count(count), 0));
    }
    let rule = Arg::Count(i64::try_from(rule).unwrap_or(0));
    rows.push(row("×", say.with(word, &[("rule", rule)]), percent(points), 0));
    rows.push(row("=", say.with("pay-sum-yours", &[("currency", first.currency.as_str().into())]), amount(say.language, sum), 2));
    Ok(rows)
}

fn percent(points: u32) -> String {
    if points.is_multiple_of(100) { format!("{} %", points / 100) } else { format!("{}.{:02} %", points / 100, points % 100) }
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

fn sent_row(page: &Page, line: crate::actions::Line) -> Row {
    let say = &page.say;
    let facts = [say.t(&format!("payout-line-{}", line.state)), line.reference, say.date(Timestamp::from_secs(line.changed_at))];
    Row {
        title: say.with("pay-run", &[("payout", line.payout_id.into())]),
        facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect(),
        figure: amount(say.language, Amount::from_micros(line.amount)),
        per: line.currency,
        seal: line.entry_index.map(|index| seal(page, index)),
        ..Row::default()
    }
}

const LIMIT: i64 = 60;
/// Entries that one row lists.
const MOST_LISTED: usize = 60;
