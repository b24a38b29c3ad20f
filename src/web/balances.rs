//! Balances as of any entry, and closing a period: the trial balance.

use std::collections::BTreeMap;

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::http::ContentType;
use rocket::{get, post};

use crate::actions::periods::{self, TrialBalance};
use crate::actions::{EntryRow, Error};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::entry::account_words;
use crate::web::forms::{Field, Form, Kind};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Pick, Row, Sheet, Table, TableRow};

#[get("/ledger/balances?<size>")]
pub(super) async fn balances(page: Page, size: Option<&str>) -> Result {
    page.signed_in()?;
    let typed = size.unwrap_or_default().trim();
    let found = match read_size(typed) {
        Ok(size) => periods::as_of(&page.deps, size).await,
        Err(refusal) => Err(refusal.into()),
    };
    match found {
        Ok(found) => page.show(sheet(&page, &found, typed, "").await?).await,
        Err(Error::Refused(refusals)) => {
            let now = periods::as_of(&page.deps, None).await?;
            let wrong: Vec<String> = refusals.iter().map(|refusal| page.say.refusal(refusal)).collect();
            page.show(refused(&page, sheet(&page, &now, typed, &wrong.join(" ")).await?, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

#[get("/ledger/balances.csv?<size>")]
pub(super) async fn csv(page: Page, size: Option<&str>) -> Result {
    page.signed_in()?;
    let found = periods::as_of(&page.deps, read_size(size.unwrap_or_default()).map_err(Error::from)?).await?;
    let mut text = "account,unit,amount\n".to_owned();
    for (account, unit, amount) in &found.balances {
        text.push_str(&format!("{account},{unit},{amount}\n"));
    }
    Ok(Answer::File { kind: ContentType::CSV, name: format!("balances-{}.csv", found.size), bytes: text.into_bytes() })
}

#[post("/treasury/periods", data = "<post>")]
pub(super) async fn close(page: Page, post: Post) -> Result {
    let treasurer = page.treasurer()?;
    let fields = post.only(&[])?;
    match periods::close(&page.deps, &treasurer, &fields.once()).await {
        Ok(index) => Ok(Answer::Redirect(format!("/ledger/{index}"))),
        Err(Error::Refused(refusals)) => {
            let now = periods::as_of(&page.deps, None).await?;
            page.show(refused(&page, sheet(&page, &now, "", "").await?, &refusals)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Nothing typed means now.
fn read_size(typed: &str) -> std::result::Result<Option<u64>, Refusal> {
    if typed.is_empty() {
        return Ok(None);
    }
    // No book is longer than an i64 can count.
    let size = typed.parse::<i64>().ok().and_then(|size| u64::try_from(size).ok());
    size.map(Some).ok_or_else(|| Refusal::new("size-unfit").field("size"))
}

async fn sheet(page: &Page, found: &TrialBalance, typed: &str, wrong: &str) -> Result<Sheet> {
    let say = &page.say;
    let count = |count: u64| Arg::Count(i64::try_from(count).unwrap_or(i64::MAX));
    let words = if found.size == found.of { "balances-now" } else { "balances-then" };
    let words = say.with(words, &[("size", count(found.size)), ("of", count(found.of))]);
    let mut sheet = Sheet::new(say.t("ledger-margin"), say.t("balances-title")).lede(words);
    let pick = Pick {
        action: "/ledger/balances".to_owned(),
        words: say.t("balances-pick"),
        open: !typed.is_empty(),
        fields: vec![Field {
            name: "size".to_owned(),
            label: say.t("balances-size"),
            hint: say.t("balances-size-hint"),
            value: typed.to_owned(),
            error: wrong.to_owned(),
            kind: Kind::Figure,
            ..Field::default()
        }],
        button: say.t("balances-show"),
    };
    let every = (format!("/ledger/balances.csv?size={}", found.size), say.t("balances-csv"));
    let blocks = vec![Block::Pick(Box::new(pick)), table(page, found)?, Block::Small(say.t("balances-words")), Block::Links(vec![every])];
    sheet = sheet.leaf(say.t("balances-label"), blocks);
    let closed: Vec<Row> = periods::list(&page.deps).await?.iter().map(|entry| period_row(page, entry)).collect();
    let mut blocks = vec![Block::Text(say.t("periods-words"))];
    if !closed.is_empty() {
        blocks.push(Block::Rows(closed));
    }
    if page.treasurer().is_ok() && found.size == found.of {
        blocks.push(Block::Form(Box::new(Form::new(page, "/treasury/periods", say.t("period-close")).quiet())));
    }
    Ok(sheet.leaf(say.t("periods-label"), blocks))
}

fn period_row(page: &Page, entry: &EntryRow) -> Row {
    let say = &page.say;
    Row {
        title: say.t("entry-period-closed"),
        facts: vec![say.moment(Timestamp::from_secs(entry.at))],
        seal: Some((format!("/ledger/{}", entry.idx), say.with("entry-number", &[("index", Arg::Count(entry.idx))]))),
        ..Row::default()
    }
}

/// One row a kind of account, members together: what each of them is owed is theirs to see, and stands in the list of all accounts.
fn table(page: &Page, found: &TrialBalance) -> Result<Block> {
    let mut units: Vec<Currency> = found.balances.iter().map(|(_, unit, _)| *unit).collect();
    units.sort();
    units.dedup();
    let mut rows: BTreeMap<(u8, String), BTreeMap<Currency, Amount>> = BTreeMap::new();
    for (account, unit, amount) in &found.balances {
        let sum = rows.entry(row_of(page, account)).or_default().entry(*unit).or_default();
        *sum = sum.checked_add(*amount).map_err(Error::broken)?;
    }
    let mut total: BTreeMap<Currency, Amount> = BTreeMap::new();
    for (unit, amount) in rows.values().flatten() {
        let sum = total.entry(*unit).or_default();
        *sum = sum.checked_add(*amount).map_err(Error::broken)?;
    }
    let figures = |sums: &BTreeMap<Currency, Amount>| {
        units.iter().map(|unit| sums.get(unit).map_or_else(String::new, |sum| amount(page.say.language, *sum))).collect()
    };
    let mut table: Vec<TableRow> =
        rows.iter().map(|((_, name), sums)| TableRow { name: name.clone(), figures: figures(sums), ..TableRow::default() }).collect();
    table.push(TableRow { name: page.say.t("balances-total"), figures: figures(&total), total: 2, ..TableRow::default() });
    let heads = [page.say.t("entry-account")].into_iter().chain(units.iter().map(|unit| unit.code().to_owned())).collect();
    Ok(Block::Table(Table { heads, rows: table }))
}

/// The row of an account, after its place: what the co-op has, what it owes, what is its own, what it cost.
fn row_of(page: &Page, name: &str) -> (u8, String) {
    let place = match name.split(':').collect::<Vec<_>>().as_slice() {
        ["Assets", ..] => 0,
        ["Liabilities", "Escrow", _] => 1,
        ["Liabilities", "Members", _, "Earned"] => return (2, page.say.t("account-members")),
        ["Liabilities", "Members", ..] => return (3, page.say.t("account-capital")),
        ["Liabilities", "Transit", _] => 4,
        ["Liabilities", ..] => 5,
        ["Equity", ..] => 6,
        ["Income", ..] => 7,
        _ => 8,
    };
    (place, account_words(page, name))
}
