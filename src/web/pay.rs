//! My pay: how much is mine, why, and when I get it.

use std::collections::HashMap;

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::corrections::OfPay;
use crate::actions::earnings::{self, Purse};
use crate::actions::rights::Member;
use crate::actions::rules::{self, Books};
use crate::actions::{Claim, Earning, Error, Line, Step, claims, corrections, payouts, people};
use crate::i18n::{amount, count, percent};
use crate::web::answer::Result;
use crate::web::page::Page;
use crate::web::sheet::{Block, Row, Sheet, SumRow};

#[get("/pay")]
pub(super) async fn pay(page: Page) -> Result {
    let member = page.member()?;
    let say = &page.say;
    let standing = member.standing();
    let (purses, before) = earnings::list(&page.deps, &member).await?;
    let books = rules::all(&page.deps.db.read()).await?;
    let mut sheet = Sheet::new(format!("{}, {}", standing.name, say.place()), say.t("pay-title"));
    sheet.ledes.extend(when(&page, &member).await?);
    let big = purses.first().map_or((String::new(), Amount::ZERO), |purse| (purse.currency.to_string(), purse.balance));
    sheet.big = Some((big.0, amount(say.language, big.1)));
    if people::payout_to(&page.deps, &member.as_payee()).await?.is_empty() {
        let links = vec![("/account".to_owned(), say.t("people-account"))];
        sheet = sheet.leaf(say.t("people-payout"), vec![Block::Text(say.t("pay-say-where")), Block::Links(links)]);
    }
    for purse in purses.iter().skip(1) {
        sheet.ledes.push(say.with("pay-and", &[("sum", (purse.balance, purse.currency).into())]));
    }
    for purse in &purses {
        let label = say.with("pay-now", &[("currency", purse.currency.code().into())]);
        sheet = sheet.leaf(label, purse_blocks(&page, &books, purse)?);
    }
    if purses.is_empty() {
        sheet = sheet.leaf(say.t("pay-accepted"), vec![Block::Text(say.t("pay-none"))]);
    }
    let waiting = claims::list_of_member(&page.deps, &member, "submitted", LIMIT).await?;
    if !waiting.is_empty() {
        let mut rows = Vec::new();
        for claim in &waiting {
            rows.push(waiting_row(&page, &books, claim)?);
        }
        sheet = sheet.leaf(say.t("pay-not-yet"), vec![Block::Rows(rows)]);
    }
    let sent: Vec<Row> = payouts::list_own(&page.deps, &member).await?.iter().map(|line| sent_row(&page, line)).collect();
    if !sent.is_empty() {
        sheet = sheet.leaf(say.t("pay-sent"), vec![Block::Rows(sent)]);
    }
    let corrected: Vec<Row> = corrections::list_own(&page.deps, &member).await?.iter().map(|change| corrected_row(&page, change)).collect();
    if !corrected.is_empty() {
        sheet = sheet.leaf(say.t("corrections-label"), vec![Block::Text(say.t("pay-corrected-words")), Block::Rows(corrected)]);
    }
    if !before.is_empty() {
        sheet = sheet.leaf(say.t("pay-before"), vec![Block::Rows(earned_rows(&page, &books, &before)?)]);
    }
    let you = say.with("pay-you", &[("member", member.id().as_str().into())]);
    let rates = Block::Links(vec![("/rates".to_owned(), say.t("pay-rates"))]);
    page.show(sheet.leaf(say.t("in-the-book"), vec![Block::Small(you), rates])).await
}

/// When the money comes: what waits for its second person, and else the next payday, or that the treasurer opens the payout.
async fn when(page: &Page, member: &Member) -> Result<Vec<String>> {
    let say = &page.say;
    let mut words = Vec::new();
    for line in payouts::list_own_waiting(&page.deps, member).await? {
        let currency = Currency::parse(&line.currency).map_err(Error::broken)?;
        let sum = (Amount::from_micros(line.amount), currency);
        words.push(say.with("pay-when-waiting", &[("sum", sum.into()), ("payout", line.payout_id.into())]));
    }
    if words.is_empty() {
        words.push(match page.deps.coop.payday {
            Some(payday) => say.with("pay-when-day", &[("day", say.day(payday.next_from(page.now())).into())]),
            None => say.t("pay-when-opened"),
        });
    }
    Ok(words)
}

/// The stamp of an entry.
pub(super) fn seal(page: &Page, index: i64) -> (String, String) {
    (format!("/ledger/{index}"), page.say.with("entry-number", &[("index", Arg::Count(index))]))
}

/// What makes up a balance, and the balance.
fn purse_blocks(page: &Page, books: &Books, purse: &Purse) -> Result<Vec<Block>> {
    let say = &page.say;
    let mut rows = earned_rows(page, books, &purse.unpaid)?;
    let mut sum = Vec::new();
    for (word, part) in [("pay-earlier", purse.earlier), ("pay-carried", purse.carried)] {
        if part != Amount::ZERO {
            sum.push(SumRow { op: "", name: say.t(word), figure: amount(say.language, part), rule: 0 });
        }
    }
    let total = say.with("pay-now-total", &[("currency", purse.currency.code().into())]);
    sum.push(SumRow { op: "", name: total, figure: amount(say.language, purse.balance), rule: 2 });
    if rows.is_empty() {
        return Ok(vec![Block::Sum(sum)]);
    }
    rows.iter_mut().for_each(|row| row.per.clear());
    Ok(vec![Block::Rows(rows), Block::Sum(sum)])
}

/// Accepted pieces, those of one batch, day, price and rule together, each with the arithmetic of its sum and its entries.
fn earned_rows(page: &Page, books: &Books, earnings: &[Earning]) -> Result<Vec<Row>> {
    let mut places = HashMap::new();
    let mut groups: Vec<(String, Vec<&Earning>)> = Vec::new();
    for earning in earnings {
        let day = page.say.date(Timestamp::from_secs(earning.decided_at));
        let (rule, _) = books.at_size(earning.claimed_size)?;
        let key = (earning.batch_id.as_str(), day.clone(), earning.price, earning.share, (earning.reviewed, earning.alone), rule);
        let place = *places.entry(key).or_insert_with(|| {
            groups.push((day, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(place) {
            group.push(earning);
        }
    }
    groups.into_iter().map(|(day, group)| earned_row(page, books, day, &group)).collect()
}

fn earned_row(page: &Page, books: &Books, day: String, group: &[&Earning]) -> Result<Row> {
    let say = &page.say;
    let Some(first) = group.first() else { return Ok(Row::default()) };
    let pieces = i64::try_from(group.len()).map_err(Error::broken)?;
    let sum = Amount::from_micros(first.share).checked_mul(pieces).map_err(Error::broken)?;
    let (title, unit): (Arg, Arg) = (first.title.as_str().into(), first.unit_noun.as_str().into());
    let entries: Vec<(String, String)> = group.iter().take(MOST_LISTED).map(|earning| seal(page, earning.entry_index)).collect();
    let many = pieces > 1;
    Ok(Row {
        title: match many {
            true => say.with("pay-pieces", &[("title", title), ("count", Arg::Count(pieces)), ("unit", unit)]),
            false => say.with("claim-title", &[("title", title), ("item", first.item_id.as_str().into())]),
        },
        facts: vec![if first.reviewed == 1 { say.with("pay-reviewed", &[("date", day.into())]) } else { day }],
        figure: amount(say.language, sum),
        per: first.currency.clone(),
        why: Some((say.t("why-this-sum"), arithmetic(page, books, first, pieces, sum)?)),
        seal: if many {
            Some((format!("/ledger/{}", first.entry_index), say.with("pay-entries", &[("count", Arg::Count(pieces))])))
        } else {
            entries.first().cloned()
        },
        entries: if many { entries } else { Vec::new() },
        ..Row::default()
    })
}

/// Price, pieces, share: what makes the sum. Where a share is no whole number of millionths, the allocation rounds it
/// (LEDGER.md section 2), and the page says so.
fn arithmetic(page: &Page, books: &Books, first: &Earning, pieces: i64, sum: Amount) -> Result<Vec<SumRow>> {
    let say = &page.say;
    let (rule, book) = books.at_size(first.claimed_size)?;
    let (word, points) = match (first.reviewed, first.alone) {
        (1, _) => ("pay-sum-review", book.split.reviewer),
        (_, 1) => ("pay-sum-share-alone", book.split.worker + book.split.reviewer),
        _ => ("pay-sum-share", book.split.worker),
    };
    let row = |op, name: String, figure: String, rule| SumRow { op, name, figure, rule };
    let unit = [("unit", first.unit_noun.as_str().into())];
    let mut rows = vec![row("", say.with("pay-sum-price", &unit), amount(say.language, Amount::from_micros(first.price)), 0)];
    if pieces > 1 {
        rows.push(row("×", say.t("pay-sum-pieces"), count(pieces), 0));
    }
    let rule = Arg::Count(i64::try_from(rule).map_err(Error::broken)?);
    rows.push(row("×", say.with(word, &[("rule", rule)]), percent(say.language, points), 0));
    let is_rounded = i128::from(first.price) * i128::from(points) != i128::from(first.share) * 10_000;
    let word = if is_rounded { "pay-sum-yours-rounded" } else { "pay-sum-yours" };
    rows.push(row("=", say.with(word, &[("currency", first.currency.as_str().into())]), amount(say.language, sum), 2));
    Ok(rows)
}

fn waiting_row(page: &Page, books: &Books, claim: &Claim) -> Result<Row> {
    let say = &page.say;
    let (_, book) = books.at_size(claim.claimed_size)?;
    let currency: Currency = claims::currency_of(claim)?;
    // What was rejected has no such day before it is appealed.
    let when = match claim.review_by {
        Some(by) => say.with("pay-silence", &[("date", say.date(Timestamp::from_secs(by)).into())]),
        None => say.t("pay-rejected"),
    };
    Ok(Row {
        href: if claim.review_by.is_none() { format!("/claims/{}", claim.id) } else { String::new() },
        title: say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]),
        facts: vec![when],
        figure: amount(say.language, claims::share_of(book, claim)),
        per: currency.to_string(),
        ..Row::default()
    })
}

/// A payout of theirs, with each entry that it led to: sent, arrived, come back.
fn sent_row(page: &Page, line: &Line) -> Row {
    let say = &page.say;
    let step = |step: Step| {
        let state = ("state", say.t(&format!("payout-line-{}", step.state)).into());
        let date = ("date", say.date(Timestamp::from_secs(step.at)).into());
        let words = match step.state {
            "settled" if !line.reference.is_empty() => {
                say.with("pay-step-reference", &[state, date, ("reference", line.reference.as_str().into())])
            }
            _ => say.with("pay-step", &[state, date]),
        };
        (words, seal(page, step.index))
    };
    Row {
        title: say.with("pay-run", &[("payout", line.payout_id.as_str().into())]),
        figure: amount(say.language, Amount::from_micros(line.amount)),
        per: line.currency.clone(),
        steps: line.steps().into_iter().map(step).collect(),
        ..Row::default()
    }
}

/// What a correction did to their pay.
fn corrected_row(page: &Page, change: &OfPay) -> Row {
    let say = &page.say;
    let index = i64::try_from(change.index).unwrap_or(i64::MAX);
    Row {
        title: say.with("correction-of", &[("index", change.corrects.into())]),
        href: format!("/ledger/{}", change.corrects),
        facts: vec![say.t(&format!("correction-reason-{}", change.reason)), say.date(change.at)],
        figure: amount(say.language, change.amount),
        per: change.currency.to_string(),
        seal: Some(seal(page, index)),
        ..Row::default()
    }
}

const LIMIT: i64 = 60;
/// Entries that one row lists.
const MOST_LISTED: usize = 60;
