//! One entry of the ledger: what it says, from what, its receipt and its signed bytes.

use std::collections::BTreeSet;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::corrections;
use manyhands_domain::ids::{BatchId, ContractId, PayoutId, ProposalId};
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::Arg;
use rocket::get;
use rocket::http::ContentType;

use crate::actions::{self, Error, erasure, receipts};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::page::Page;
use crate::web::sheet::{Block, Sheet, Table, TableRow};
use crate::web::signing::signers;

/// The words of a kind: `work.accepted` is `entry-work-accepted`.
pub(super) fn kind_words(page: &Page, kind: &str) -> String {
    page.say.t(&format!("entry-{}", kind.replace('.', "-")))
}

/// The entry that an action wrote, and its receipt, where its result is shown.
pub(super) fn proof_of(page: &Page, index: i64) -> Block {
    Block::Links(vec![
        (format!("/ledger/{index}"), page.say.with("entry-number", &[("index", Arg::Count(index))])),
        (format!("/ledger/{index}/receipt"), page.say.t("receipt")),
    ])
}

#[get("/ledger/<index>")]
pub(super) async fn entry(page: Page, index: &str) -> Result {
    page.entry_reader()?;
    let say = &page.say;
    let index = index_of(index)?;
    let (note, entry) = receipts::find_entry(&page.deps, index).await?;
    let number = say.with("entry-number", &[("index", Arg::Count(i64::try_from(index).unwrap_or(0)))]);
    let mut sheet = Sheet::new(number, kind_words(&page, entry.kind.name)).lede(say.moment(entry.at));
    if !entry.lines.is_empty() {
        let units: BTreeSet<String> = entry.lines.iter().map(|line| line.unit.to_string()).collect();
        // Almost every entry has one unit: it stands in the head, and the accounts have room.
        let one = units.len() == 1;
        let rows = entry.lines.iter().map(|line| {
            let unit = if one { String::new() } else { line.unit.to_string() };
            account_row(&page, line.account.as_str(), unit, line.amount)
        });
        let sum = if one { units.into_iter().collect() } else { say.t("entry-amount") };
        let heads = vec![say.t("entry-account"), sum];
        let words = Block::Small(say.t("entry-lines-words"));
        sheet = sheet.leaf(say.t("entry-lines"), vec![Block::Table(Table { heads, rows: rows.collect() }), words]);
    }
    if let Some(balances) = entry.calc.get("balances") {
        sheet = sheet.leaf(say.t("entry-field-balances"), vec![period_table(&page, balances)?]);
    }
    let facts: Vec<(String, String)> = entry
        .refs
        .iter()
        .chain(&entry.calc)
        .filter(|(name, _)| !matches!(name.as_str(), "book" | "balances"))
        .map(|(name, value)| (field_words(&page, name), value_words(&page, name, value)))
        .collect();
    let mut why = if facts.is_empty() { Vec::new() } else { vec![Block::Facts(facts)] };
    let ways = ways(&page, &entry).await?;
    if !ways.is_empty() {
        why.push(Block::Ways(ways));
    }
    // Officers find the text behind a commitment here, as long as it is kept.
    if let Ok(coordinator) = page.coordinator()
        && erasure::find_evidence(&page.deps, &coordinator, index).await.is_ok()
    {
        why.push(Block::Links(vec![(format!("/office/evidence/{index}"), say.t("evidence-link"))]));
    }
    if !why.is_empty() {
        sheet = sheet.leaf(say.t("entry-why"), why);
    }
    let beside = beside(&page, index, &entry).await?;
    if !beside.is_empty() {
        sheet = sheet.leaf(say.t("corrections-label"), vec![Block::Ways(beside)]);
    }
    let signed = signers(&page, &entry.signed);
    if !signed.is_empty() {
        // A member stands there by their number, a key of the co-op by its whole name.
        let of_coop = signed.iter().any(|(name, _)| name.contains('/'));
        let words = if of_coop { "entry-signed-coop" } else { "entry-signed-words" };
        sheet = sheet.leaf(say.t("entry-signed"), vec![Block::Facts(signed), Block::Small(say.t(words))]);
    }
    let mut links = vec![
        (format!("/ledger/{index}/receipt"), say.t("receipt")),
        (format!("/ledger/{index}/note"), say.t("entry-note")),
        (format!("/verify?entry={index}"), say.t("entry-check-here")),
    ];
    if page.treasurer().is_ok() && corrections::check(&entry).is_ok() {
        links.push((format!("/treasury/corrections/of/{index}"), say.t("correction-new")));
    }
    let raw = String::from_utf8_lossy(&note).into_owned();
    page.show(sheet.leaf(say.t("entry-check"), vec![Block::Text(say.t("entry-check-words")), Block::Links(links), Block::Bytes(raw)])).await
}

/// Where what the entry names can be read, as far as this reader may: the contract, the batch's opening, the rule, the payout.
async fn ways(page: &Page, entry: &Entry) -> Result<Vec<[String; 3]>> {
    let mut ways = Vec::new();
    let mut way = |to: String, name: &str, value: &str| ways.push([to, field_words(page, name), value.to_owned()]);
    let named = |name: &str| entry.reference(name).unwrap_or_default();
    if let Ok(id) = ContractId::parse(named("contract"))
        && actions::contracts::find_public(&page.deps, &id).await.is_ok()
    {
        way(format!("/contracts/{id}"), "contract", id.as_str());
    }
    let number = |index: i64| page.say.with("entry-number", &[("index", Arg::Count(index))]);
    if let Ok(id) = BatchId::parse(named("batch"))
        && entry.kind.name != "batch.opened"
        && let Some(index) = actions::batches::find_opening(&page.deps, &id).await?
    {
        way(format!("/ledger/{index}"), "batch", &number(index));
    }
    if let Some(index) = entry.rule.and_then(|rule| i64::try_from(rule).ok()) {
        way(format!("/ledger/{index}"), "rule", &number(index));
    }
    if let Ok(id) = ProposalId::parse(named("proposal"))
        && page.member().is_ok()
    {
        way(format!("/proposals/{id}"), "proposal", id.as_str());
    }
    if let Ok(id) = PayoutId::parse(named("payout"))
        && page.officer().is_ok()
    {
        way(format!("/treasury/payouts/{id}"), "payout", id.as_str());
    }
    Ok(ways)
}

/// The entries beside which this one must be read: what corrects it, or what it corrects.
async fn beside(page: &Page, index: u64, entry: &Entry) -> Result<Vec<[String; 3]>> {
    let say = &page.say;
    let way = |index: &str, words: String| {
        let number = index.parse().map_or_else(|_| index.into(), Arg::Count);
        [format!("/ledger/{index}"), say.with("entry-number", &[("index", number)]), words]
    };
    if let Some(corrects) = entry.reference("corrects") {
        return Ok(vec![way(corrects, say.t("entry-corrects"))]);
    }
    if entry.lines.is_empty() {
        return Ok(Vec::new());
    }
    let posted = actions::corrections::list_posted_of(&page.deps, index).await?;
    let words = |reason: &str| say.with("entry-corrected", &[("reason", say.t(&format!("correction-reason-{reason}")).into())]);
    Ok(posted.into_iter().map(|(index, reason)| way(&index.to_string(), words(&reason))).collect())
}

/// An account by its name in the book, and below it whose money it is.
fn account_row(page: &Page, account: &str, unit: String, sum: Amount) -> TableRow {
    let words = account_words(page, account);
    let words = if words == account { String::new() } else { words };
    TableRow {
        name: account.to_owned(),
        under: [words, unit].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        figures: vec![amount(page.say.language, sum)],
        ..TableRow::default()
    }
}

/// The trial balance of a closed period: account, unit and balance of each row.
fn period_table(page: &Page, balances: &serde_json::Value) -> Result<Block> {
    let rows: Vec<(String, String, String)> = serde_json::from_value(balances.clone()).map_err(Error::broken)?;
    let row = |(account, unit, sum): (String, String, String)| -> Result<TableRow> {
        Ok(account_row(page, &account, unit, Amount::parse(&sum).map_err(Error::broken)?))
    };
    let heads = vec![page.say.t("entry-account"), page.say.t("entry-amount")];
    Ok(Block::Table(Table { heads, rows: rows.into_iter().map(row).collect::<Result<_>>()? }))
}

/// Whether a member's number is the reader's own.
fn is_reader(page: &Page, member: &str) -> bool {
    page.member().is_ok_and(|reader| reader.id().as_str() == member)
}

/// An account in words, where it has some: whose money it is.
pub(super) fn account_words(page: &Page, name: &str) -> String {
    let say = &page.say;
    match name.split(':').collect::<Vec<_>>().as_slice() {
        ["Assets", "Bank"] => say.t("account-bank"),
        // A contract's number is one word, however narrow the column.
        ["Liabilities", "Escrow", contract] => say.with("account-escrow", &[("contract", contract.replace('-', "\u{2011}").into())]),
        ["Liabilities", "Members", member, "Earned"] if is_reader(page, member) => {
            say.with("account-member-you", &[("member", (*member).into())])
        }
        ["Liabilities", "Members", member, "Earned"] => say.with("account-member", &[("member", (*member).into())]),
        ["Liabilities", "Transit", rail] => say.with("account-transit", &[("rail", (*rail).into())]),
        ["Liabilities", "Funds", fund] => say.with("account-fund", &[("fund", (*fund).into())]),
        ["Equity", "Reserve"] => say.t("split-reserve"),
        ["Income", "Operations"] => say.t("split-operations"),
        ["Expenses", expense] => say.with("account-expense", &[("expense", (*expense).into())]),
        _ => name.to_owned(),
    }
}

/// What a field of an entry is called; one without words keeps its name in the book.
fn field_words(page: &Page, name: &str) -> String {
    let words = page.say.optional(&format!("entry-field-{}", name.replace('_', "-")));
    if words.is_empty() { name.to_owned() } else { words }
}

/// What a field says: in words where its values are words of ours.
fn value_words(page: &Page, name: &str, value: &serde_json::Value) -> String {
    let words = match (name, value.as_str()) {
        ("member" | "reviewer" | "worker", Some(id)) if is_reader(page, id) => page.say.with("entry-you", &[("member", id.into())]),
        ("part", None) => match value.as_array().map(Vec::as_slice) {
            Some([part, all]) => page.say.with("entry-part", &[("part", part.to_string().into()), ("all", all.to_string().into())]),
            _ => String::new(),
        },
        ("by", Some(text)) => page.say.optional(&format!("entry-by-{text}")),
        ("reason", Some(code)) => {
            let words = ["correction", "key", "contract"].map(|whose| page.say.optional(&format!("{whose}-reason-{code}")));
            words.into_iter().find(|words| !words.is_empty()).unwrap_or_default()
        }
        _ => String::new(),
    };
    if words.is_empty() { plain(page, value) } else { words }
}

/// A field's value: sums as everywhere, the rest as it stands in the book.
fn plain(page: &Page, value: &serde_json::Value) -> String {
    match value.as_str() {
        Some(text) => Amount::parse(text).map_or_else(|_| text.to_owned(), |sum| amount(page.say.language, sum)),
        None => value.to_string(),
    }
}

/// The receipt, for everybody; with the entry in it, for whoever may read entries. Its number alone is no secret, so it must
/// not give the entry away.
#[get("/ledger/<index>/receipt")]
pub(super) async fn receipt(page: Page, index: &str) -> Result {
    let index = index_of(index)?;
    let receipt = receipts::receipt(&page.deps, index).await?;
    let (name, text) = match page.may_read_entries() {
        true => {
            let entry = Entry::read(&receipt.note).map_err(Error::broken)?;
            (file_name(&entry, index, "tlog-proof"), receipt.text())
        }
        false => (format!("entry-{index}.tlog-proof"), receipt.bare_text()),
    };
    Ok(Answer::File { kind: ContentType::Plain, name, bytes: text.into_bytes() })
}

#[get("/ledger/<index>/note")]
pub(super) async fn note(page: Page, index: &str) -> Result {
    page.entry_reader()?;
    let index = index_of(index)?;
    let (note, entry) = receipts::find_entry(&page.deps, index).await?;
    Ok(Answer::File { kind: ContentType::Plain, name: file_name(&entry, index, "note"), bytes: note })
}

/// `entry-1284-work-accepted.tlog-proof`: what it is, among other files of somebody's downloads.
fn file_name(entry: &Entry, index: u64, ending: &str) -> String {
    format!("entry-{index}-{}.{ending}", entry.kind.name.replace('.', "-"))
}

/// An index as addresses have it. Whatever else stands there is the address of nothing; no log is longer than an i64 counts.
pub(super) fn index_of(text: &str) -> Result<u64> {
    let index = text.parse().ok().filter(|index: &u64| i64::try_from(*index).is_ok() && index.to_string() == text);
    index.ok_or(Answer::Error(Error::NotFound))
}
