//! The public ledger: where the money went, and its entries.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;
use rocket::tokio::sync::{Mutex, RwLock};
use rocket::{State, get};

use crate::actions::receipts::{self, Looked, Standing};
use crate::actions::{EntryRow, Error};
use crate::i18n::amount;
use crate::web::answer::Result;
use crate::web::entry::kind_words;
use crate::web::page::Page;
use crate::web::sheet::{BarPart, Block, Row, Sheet, Table, TableRow};

#[get("/ledger?<before>")]
pub(super) async fn ledger(page: Page, before: Option<u64>, last: &State<LastLook>) -> Result {
    let say = &page.say;
    let looked = last.fresh(&page).await?;
    let word = match looked.standing {
        Standing::Intact => "ledger-intact",
        Standing::Unbalanced => "ledger-unbalanced",
        Standing::Unsigned => "ledger-unsigned",
        Standing::Behind => "ledger-behind",
    };
    let all = [("entries", Arg::Count(i64::try_from(looked.size).map_err(Error::broken)?)), ("at", looked.at.into())];
    let mut sheet = Sheet::new(say.t("ledger-margin"), say.t("ledger-title")).lede(say.with(word, &all)).lede(say.t("ledger-recount"));
    sheet.alarm = looked.standing != Standing::Intact;
    if before.is_none() {
        let blocks = went(&page, &looked)?;
        if !blocks.is_empty() {
            sheet = sheet.leaf(say.t("ledger-went"), blocks);
        }
    }
    let label = if before.is_none() { "ledger-last" } else { "ledger-older-label" };
    let blocks = entries(&page, before).await?;
    page.show(sheet.leaf(say.t(label), blocks)).await
}

/// The entries below `before`, newest first, and the way to older ones.
async fn entries(page: &Page, before: Option<u64>) -> Result<Vec<Block>> {
    let say = &page.say;
    if !page.may_read_entries() {
        let links = vec![("/signin?next=%2Fledger".to_owned(), say.t("sign-in"))];
        return Ok(vec![Block::Text(say.t("ledger-closed")), Block::Links(links)]);
    }
    let size = receipts::checkpoint(&page.deps).await?.map_or(0, |checkpoint| checkpoint.size);
    let entries = receipts::list_entries(&page.deps, before.unwrap_or(size).min(size), PAGE).await?;
    let last = entries.last().map_or(0, |entry| entry.idx);
    let mut blocks = vec![Block::Rows(entries.iter().map(|entry| entry_row(page, entry)).collect())];
    let mut links = Vec::new();
    if last > 0 {
        links.push((format!("/ledger?before={last}"), say.t("ledger-older")));
    }
    if page.signed_in().is_ok() {
        links.push(("/ledger/balances".to_owned(), say.t("ledger-balances")));
    }
    if !links.is_empty() {
        blocks.push(Block::Links(links));
    }
    Ok(blocks)
}

/// The last look through the book, shared by all readers: it is looked through at most once a minute, however many ask, and the
/// page says when that was. Whoever comes while it is looked through again sees the last look.
#[derive(Debug, Default)]
pub(super) struct LastLook {
    last: RwLock<Option<Looked>>,
    /// Held by the one who looks.
    turn: Mutex<()>,
}

impl LastLook {
    async fn fresh(&self, page: &Page) -> Result<Looked> {
        let is_fresh = |looked: &Looked| (0..LOOK_SECS).contains(&page.now().since(looked.at));
        let last = self.last.read().await.clone();
        let _turn = match (last, self.turn.try_lock()) {
            (Some(looked), _) if is_fresh(&looked) => return Ok(looked),
            (Some(looked), Err(_)) => return Ok(looked),
            (_, Ok(turn)) => turn,
            (None, Err(_)) => self.turn.lock().await,
        };
        // The one before may have looked in the meantime.
        if let Some(looked) = self.last.read().await.clone().filter(is_fresh) {
            return Ok(looked);
        }
        let looked = receipts::look(&page.deps).await?;
        *self.last.write().await = Some(looked.clone());
        Ok(looked)
    }
}

/// An entry as lists show it.
pub(super) fn entry_row(page: &Page, entry: &EntryRow) -> Row {
    let say = &page.say;
    let mut facts = vec![say.moment(Timestamp::from_secs(entry.at))];
    facts.extend(entry.contract_id.clone());
    let has_sum = entry.total != 0;
    Row {
        title: kind_words(page, &entry.kind),
        facts: vec![facts.join(", ")],
        figure: if has_sum { amount(say.language, Amount::from_micros(entry.total)) } else { String::new() },
        per: if has_sum { entry.unit.clone().unwrap_or_default() } else { String::new() },
        seal: Some((format!("/ledger/{}", entry.idx), say.with("entry-number", &[("index", Arg::Count(entry.idx))]))),
        ..Row::default()
    }
}

/// Where the clients' money went: a bar for each currency, and one table with a column for each. Two currencies are two
/// books: they are never added up.
fn went(page: &Page, looked: &Looked) -> Result<Vec<Block>> {
    let say = &page.say;
    let books = books(looked)?;
    let mut blocks = Vec::new();
    for book in &books {
        let words = [("deposited", (book.deposited(), book.currency).into()), ("paid", (book.paid(), book.currency).into())];
        blocks.push(Block::Text(say.with("ledger-went-words", &words)));
        blocks.push(Block::Bar(bar(&book.parts(page), book.deposited)));
    }
    let row = |swatch, name: String, total, micros: &dyn Fn(&WentTo) -> i64| TableRow {
        under: String::new(),
        swatch,
        name,
        figures: books.iter().map(|book| amount(say.language, Amount::from_micros(micros(book)))).collect(),
        total,
    };
    let Some(first) = books.first() else { return Ok(blocks) };
    let mut rows: Vec<TableRow> = Vec::new();
    for (place, (swatch, name, _)) in first.parts(page).into_iter().enumerate() {
        if swatch == "sx" {
            rows.push(row("", say.t("ledger-paid"), 1, &|book| book.paid));
        }
        rows.push(row(swatch, name, 0, &|book| book.parts(page).get(place).map_or(0, |part| part.2)));
    }
    rows.push(row("", say.t("ledger-deposited"), 2, &|book| book.deposited));
    let heads = [say.t("ledger-since")].into_iter().chain(books.iter().map(|book| book.currency.code().to_owned())).collect();
    blocks.push(Block::Table(Table { heads, rows }));
    if books.len() > 1 {
        blocks.push(Block::Small(say.t("ledger-two-books")));
    }
    Ok(blocks)
}

/// Where the money of one currency went, millionths.
struct WentTo {
    currency: Currency,
    deposited: i64,
    paid: i64,
    workers: i64,
    reviewers: i64,
    funds: i64,
    reserve: i64,
    operations: i64,
}

impl WentTo {
    fn deposited(&self) -> Amount {
        Amount::from_micros(self.deposited)
    }

    fn paid(&self) -> Amount {
        Amount::from_micros(self.paid)
    }

    /// Swatch, name, sum: the five shares in their order, and what is still the clients'.
    fn parts(&self, page: &Page) -> [(&'static str, String, i64); 6] {
        let say = &page.say;
        [
            ("s1", say.t("split-worker"), self.workers),
            ("s2", say.t("split-reviewer"), self.reviewers),
            ("s3", say.t("ledger-funds"), self.funds),
            ("s4", say.t("split-reserve"), self.reserve),
            ("s5", say.t("split-operations"), self.operations),
            ("sx", say.t("ledger-escrow"), self.deposited.saturating_sub(self.paid)),
        ]
    }
}

/// The book of each currency, by code. What members had stands in the ledger's accounts; how much of it was for reviewing,
/// on the accepted claims.
fn books(looked: &Looked) -> Result<Vec<WentTo>> {
    let Looked { accepted, deposits, shares, .. } = looked;
    let mut units: Vec<&String> = deposits.iter().map(|(_, unit, _)| unit).collect();
    units.sort();
    units.dedup();
    let book = |unit: &String| {
        let sum = |rows: &[(String, String, i64)], has: &dyn Fn(&str) -> bool| -> i64 {
            rows.iter().filter(|(account, of, _)| of == unit && has(account)).map(|(_, _, micros)| micros.saturating_neg()).sum()
        };
        let escrow = |account: &str| account.starts_with("Liabilities:Escrow:");
        let members = sum(accepted, &|account| account.starts_with("Liabilities:Members:"));
        let reviewers = shares.iter().find(|row| row.currency == *unit).map_or(0, |row| row.reviewers);
        Ok(WentTo {
            currency: Currency::parse(unit).map_err(Error::broken)?,
            deposited: sum(deposits, &escrow),
            paid: sum(accepted, &escrow).saturating_neg(),
            workers: members.saturating_sub(reviewers),
            reviewers,
            funds: sum(accepted, &|account| account.starts_with("Liabilities:Funds:")),
            reserve: sum(accepted, &|account| account == "Equity:Reserve"),
            operations: sum(accepted, &|account| account == "Income:Operations"),
        })
    };
    units.into_iter().map(book).collect()
}

fn bar(parts: &[(&'static str, String, i64)], total: i64) -> Vec<BarPart> {
    let percent = |micros: i64| {
        let hundredths = i128::from(micros) * 10_000 / i128::from(total.max(1));
        format!("{}.{:02}", hundredths / 100, hundredths % 100)
    };
    let mut at = 0;
    parts
        .iter()
        .map(|(class, name, micros)| {
            let part = BarPart { class, x: percent(at), width: percent(*micros), name: name.clone() };
            at += micros;
            part
        })
        .collect()
}

const PAGE: u64 = 12;
/// Between two looks through the whole book.
const LOOK_SECS: i64 = 60;
