//! What anybody sees first: today, the choice of language, health.

use manyhands_domain::ids::ContractId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::Book;
use rocket::http::{Cookie, CookieJar, SameSite, Status};
use rocket::{State, get, post};

use crate::actions::board::hour_of;
use crate::actions::rights::SignedIn;
use crate::actions::{Batch, Error, batches, contracts, receipts, rules};
use crate::deps::Deps;
use crate::head::Coverage;
use crate::i18n::{Language, amount, hundredths};
use crate::web::answer::{Answer, Result};
use crate::web::listing::register_mark;
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet};
use crate::web::split::{Part, bar_and_table, fund_words};

#[get("/")]
pub(super) async fn today(page: Page) -> Result {
    // In the demonstration one changes from person to person here.
    if page.who.is_some() && !page.deps.coop.demo {
        return Ok(Answer::Redirect(home_of(page.who.as_ref())));
    }
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let margin = if page.deps.coop.demo { say.with("today-demo", &[("date", say.date(page.now()).into())]) } else { say.date(page.now()) };
    let mut sheet = Sheet::new(margin, say.with("today-title", &[("coop", page.deps.coop.name.as_str().into())]))
        .lede(say.with("today-lede", &[("share", hundredths(say.language, book.split.worker).into())]));
    if let Some(blocks) = last_pay(&page).await? {
        sheet = sheet.leaf(say.t("today-last-pay"), blocks);
    }
    if page.deps.coop.demo {
        sheet = sheet.leaf(say.t("demo-look-around"), super::demo::doors(&page).await?);
    }
    let open = batches::list_open(&page.deps).await?;
    let rows = open.iter().map(|batch| open_row(&page, &book, batch)).collect::<Result<Vec<_>>>()?;
    let block = if rows.is_empty() { Block::Text(say.t("today-no-work")) } else { Block::Rows(rows) };
    page.show(sheet.leaf(say.t("today-open-work"), vec![block])).await
}

/// The newest acceptance, and where each 100 of it went, as its entry says.
async fn last_pay(page: &Page) -> Result<Option<Vec<Block>>> {
    let say = &page.say;
    let Some((row, entry)) = receipts::last_acceptance(&page.deps).await? else { return Ok(None) };
    let id = row
        .contract_id
        .as_deref()
        .and_then(|id| ContractId::parse(id).ok())
        .ok_or_else(|| Error::broken("an acceptance of no contract"))?;
    let contract = contracts::find_public(&page.deps, &id).await?;
    let currency = Currency::parse(row.unit.as_deref().unwrap_or_default()).map_err(Error::broken)?;
    let price = Amount::from_micros(row.total);
    let who = |name: &str| entry.refs.get(name).and_then(serde_json::Value::as_str);
    let (worker, reviewer) = (who("worker").ok_or_else(|| Error::broken("an acceptance of nobody's work"))?, who("reviewer"));
    let mut parts: Vec<Part> = Vec::new();
    for line in entry.lines.iter().filter(|line| line.amount.is_negative()) {
        let account = line.account.as_str();
        let earned = |who: &str| account == format!("Liabilities:Members:{who}:Earned");
        let (class, name) = match account {
            _ if earned(worker) => ("s1", say.t("split-worker")),
            _ if reviewer.is_some_and(earned) => ("s2", say.t("split-reviewer")),
            "Equity:Reserve" => ("s4", say.t("split-reserve")),
            "Income:Operations" => ("s5", say.t("split-operations")),
            other => ("s3", fund_words(say, other.strip_prefix("Liabilities:Funds:").unwrap_or(other))),
        };
        parts.push((class, name, line.amount.checked_neg().map_err(Error::broken)?));
    }
    parts.sort_by_key(|part| part.0);
    let words = say.with(
        "today-last-pay-words",
        &[("price", (price, currency).into()), ("title", contract.title.as_str().into()), ("client", contract.end_client.as_str().into())],
    );
    let mut blocks = vec![Block::Text(words)];
    blocks.extend(bar_and_table(page, &parts, price, currency, &say.t("split-paid-by-client")));
    let seal = (format!("/ledger/{}", row.idx), say.with("entry-number", &[("index", Arg::Count(row.idx))]));
    blocks.push(Block::Seal(seal.0, seal.1));
    Ok(Some(blocks))
}

/// A row of open work.
pub(super) fn open_row(page: &Page, book: &Book, batch: &Batch) -> Result<Row> {
    let say = &page.say;
    let hour = hour_of(book, batch);
    let per = if hour.measured { "hour-measured" } else { "hour-promised" };
    Ok(Row {
        title: batch.title.clone(),
        href: format!("/contracts/{}", batch.contract_id),
        strong: format!("{}, {}", batch.end_client, say.country(&batch.country)),
        facts: [batch.purpose.clone()].into_iter().chain(register_mark(page, batch.register_checked)).collect(),
        figure: amount(say.language, hour.pay),
        per: say.with(per, &[("currency", batch.currency.as_str().into())]),
        ..Row::default()
    })
}

#[post("/language", data = "<post>")]
pub(super) fn language(post: Post, cookies: &CookieJar<'_>) -> Result {
    let fields = post.only(&["lang", "next"])?;
    let language = Language::best(&fields.text("lang")).unwrap_or(Language::En);
    cookies.add(language_cookie(language));
    Ok(Answer::Redirect(local(&fields.text("next"))))
}

/// Where somebody begins who was on no page of ours before.
pub(super) fn home_of(who: Option<&SignedIn>) -> String {
    match who {
        Some(who) if who.client_user().is_some() => "/desk",
        Some(who) if who.member().is_some() => "/work",
        // Whoever has left finds what is still theirs.
        Some(_) => "/account",
        None => "/",
    }
    .to_owned()
}

/// This browser reads this language from now on.
pub(super) fn language_cookie(language: Language) -> Cookie<'static> {
    Cookie::build(("lang", language.tag())).path("/").same_site(SameSite::Lax).http_only(true).permanent().build()
}

/// A path of our own, or the first page: nobody is led elsewhere.
pub(super) fn local(next: &str) -> String {
    // Browsers leave out control characters when they read an address: `/<TAB>/elsewhere` would lead elsewhere.
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c == '\\' || c.is_control());
    if ours { next.to_owned() } else { "/".to_owned() }
}

#[get("/health/live")]
pub(super) fn live() -> &'static str {
    "live\n"
}

#[get("/health/ready")]
pub(super) async fn ready(deps: &State<Deps>) -> (Status, &'static str) {
    match receipts::coverage(&deps.db.read(), &deps.head).await {
        Ok(Coverage::Covered) => (Status::Ok, "ready\n"),
        Ok(_) => (Status::ServiceUnavailable, "the book is halted: the database does not hold what was signed\n"),
        Err(_) => (Status::ServiceUnavailable, "the database does not answer\n"),
    }
}
