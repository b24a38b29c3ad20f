//! What anybody sees: today, contracts, rates, health, and the choice of language.

use manyhands_domain::contracts::{Terms, pass_down};
use manyhands_domain::ids::ContractId;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::{Accepted, Book, Share};
use manyhands_domain::time::Timestamp;
use rocket::http::{Cookie, CookieJar, SameSite, Status};
use rocket::{State, get, post};

use crate::actions::board::{accepted, hour_of};
use crate::actions::{Batch, Contract, Error, batches, contracts, receipts, rules};
use crate::deps::Deps;
use crate::i18n::{Language, Say, amount, hundredths, percent};
use crate::web::answer::{Answer, Result};
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{BarPart, Block, Hour, Row, Sheet, SumRow, Table, TableRow};

#[get("/")]
pub(super) async fn today(page: Page) -> Result {
    // In the demonstration one changes from person to person here.
    if let Some(who) = page.who.as_ref().filter(|_| !page.deps.coop.demo) {
        let home = if who.client_user().is_some() { "/desk" } else { "/work" };
        return Ok(Answer::Redirect(home.to_owned()));
    }
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let margin = if page.deps.coop.demo { say.with("today-demo", &[("date", say.date(page.now()).into())]) } else { say.date(page.now()) };
    let share = i64::from(book.split.worker / 100);
    let mut sheet = Sheet::new(margin, say.with("today-title", &[("coop", page.deps.coop.name.as_str().into())]))
        .lede(say.with("today-lede", &[("share", Arg::Count(share))]));
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

/// Class, name and sum of one who has a part.
type Part = (&'static str, String, Amount);

/// Where each 100 of a price would go by a book, with a member's review.
pub(super) fn split(page: &Page, book: &Book, price: Amount, currency: Currency, total: &str) -> Result<Vec<Block>> {
    let say = &page.say;
    let shares = book.shares(price).map_err(Error::broken)?;
    let part = |(share, sum): (Share, Amount)| match share {
        Share::Worker => ("s1", say.t("split-worker"), sum),
        Share::Reviewer => ("s2", say.t("split-reviewer"), sum),
        Share::Fund(name) => ("s3", fund_words(say, &name), sum),
        Share::Reserve => ("s4", say.t("split-reserve"), sum),
        Share::Operations => ("s5", say.t("split-operations"), sum),
    };
    let parts: Vec<Part> = shares.into_iter().map(part).collect();
    Ok(bar_and_table(page, &parts, price, currency, total))
}

/// The bar, and the table with the sums. Parts add up to the price.
fn bar_and_table(page: &Page, parts: &[Part], price: Amount, currency: Currency, total: &str) -> Vec<Block> {
    let say = &page.say;
    let points = |sum: Amount| {
        let points = i128::from(sum.micros()) * 10_000 / i128::from(price.micros().max(1));
        u32::try_from(points).unwrap_or(0)
    };
    let at = |points: u32| format!("{}.{:02}", points / 100, points % 100);
    let mut x = 0_u32;
    let mut bar = Vec::new();
    let mut rows = Vec::new();
    for (class, name, sum) in parts {
        let width = points(*sum);
        bar.push(BarPart { class, x: at(x), width: at(width), name: format!("{name} {}", hundredths(say.language, width)) });
        x += width;
        let figures = vec![hundredths(say.language, width), amount(say.language, *sum)];
        rows.push(TableRow { swatch: class, name: name.clone(), figures, ..TableRow::default() });
    }
    let figures = vec!["100".to_owned(), amount(say.language, price)];
    rows.push(TableRow { name: total.to_owned(), figures, total: 2, ..TableRow::default() });
    let heads = vec![say.t("split-where"), say.t("split-of-100"), currency.code().to_owned()];
    vec![Block::Bar(bar), Block::Table(Table { heads, rows })]
}

/// What a fund is called; one without words keeps its name in the book.
fn fund_words(say: &Say, name: &str) -> String {
    let words = say.optional(&format!("fund-{}", name.to_lowercase()));
    if words.is_empty() { name.to_owned() } else { words }
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
    sheet = sheet.leaf(say.t("contract-behind"), vec![chain(&page, &book, &contract, &terms).await?]);
    sheet = sheet.leaf(say.t("contract-hurt"), hurt(&page, &book, &terms));
    if let Ok(currency) = Currency::parse(&contract.currency) {
        let mut blocks = vec![Block::Text(say.with("split-lede", &[("share", Arg::Count(i64::from(book.split.worker / 100)))]))];
        blocks.extend(split(&page, &book, terms.price, currency, &say.t("split-client-pays"))?);
        sheet = sheet.leaf(say.t("split-each-100"), blocks);
        sheet = sheet.leaf(say.t("hour-label"), hour(&page, &book, &contract, &terms, currency).await?);
    }
    sheet = sheet.leaf(say.t("contract-terms"), vec![Block::Facts(facts(&page, &terms))]);
    sheet = sheet.leaf(say.t("contract-guidelines"), vec![Block::Lines(terms.guidelines.clone())]);
    let listed = contract.listed_index.unwrap_or_default();
    let links = vec![
        (format!("/ledger/{listed}"), say.with("entry-number", &[("index", Arg::Count(listed))])),
        (format!("/ledger/{listed}/receipt"), say.t("receipt")),
    ];
    page.show(sheet.leaf(say.t("contract-check"), vec![Block::Text(say.t("contract-check-words")), Block::Links(links)])).await
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
            &[("what", check.what.into()), ("by", check.by_name.into()), ("date", say.date(Timestamp::from_secs(check.checked_at)).into())],
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
    let floor = book.floor_per_hour("general", currency, level).unwrap_or_default();
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

#[get("/rates")]
pub(super) async fn rates(page: Page) -> Result {
    let say = &page.say;
    let (index, book) = rules::current(&page.deps.db.read()).await?;
    let sheet = Sheet::new("", say.t("rates-title")).lede(say.t("rates-lede"));
    let mut floors = Vec::new();
    for (skill, rates) in &book.floor {
        for (currency, floor) in rates {
            let name = if skill == "general" { say.t("rates-general") } else { skill.clone() };
            floors.push(TableRow {
                under: String::new(),
                swatch: "",
                name,
                figures: vec![currency.code().to_owned(), amount(say.language, *floor)],
                total: 0,
            });
        }
    }
    for (level, points) in book.premium.iter().enumerate().skip(1) {
        let name = say.with("rates-premium", &[("level", Arg::Count(i64::try_from(level).unwrap_or(0)))]);
        floors.push(TableRow {
            under: String::new(),
            swatch: "",
            name,
            figures: vec![String::new(), format!("+ {}", percent(say.language, *points))],
            total: 0,
        });
    }
    let heads = vec![say.t("rates-skill"), say.t("rates-currency"), say.t("rates-hour")];
    let sheet =
        sheet.leaf(say.t("rates-floor"), vec![Block::Text(say.t("rates-floor-words")), Block::Table(Table { heads, rows: floors })]);
    let usd = Currency::parse("USD").map_err(Error::broken)?;
    let price = Amount::from_micros(9_400_000);
    let mut blocks = vec![Block::Text(say.t("rates-split-words"))];
    blocks.extend(split(&page, &book, price, usd, &say.t("split-client-pays"))?);
    let sheet = sheet.leaf(say.t("split-each-100"), blocks).leaf(say.t("rates-example"), example(&page, &book, price, usd));
    let links = vec![(format!("/ledger/{index}"), say.with("entry-number", &[("index", Arg::Count(i64::try_from(index).unwrap_or(0)))]))];
    page.show(sheet.leaf(say.t("rates-who"), vec![Block::Text(say.t("rates-who-words")), Block::Links(links)])).await
}

/// What the rule means for one task: 9.40 for 45 minutes.
fn example(page: &Page, book: &Book, price: Amount, currency: Currency) -> Vec<Block> {
    let say = &page.say;
    let figure = |sum: Amount| amount(say.language, sum);
    let least = book.least_price("general", currency, 0, 2_700).unwrap_or_default();
    let row = |op, id: &str, figure: String, rule| SumRow { op, name: say.t(id), figure, rule };
    vec![
        Block::Text(say.t("rates-example-words")),
        Block::Sum(vec![
            row("", "rates-example-price", figure(price), 0),
            row("×", "sum-worker-share", percent(say.language, book.split.worker), 0),
            row("=", "rates-example-share", figure(book.worker_share(price)), 1),
            row("", "rates-example-hour", figure(book.hour_at(price, 2_700)), 2),
            row("", "rates-example-least", figure(least), 0),
        ]),
    ]
}

#[post("/language", data = "<post>")]
pub(super) fn language(post: Post, cookies: &CookieJar<'_>) -> Result {
    let fields = post.only(&["lang", "next"])?;
    let language = Language::best(&fields.text("lang")).unwrap_or(Language::En);
    cookies.add(language_cookie(language));
    Ok(Answer::Redirect(local(&fields.text("next"))))
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
    match receipts::checkpoint(deps).await {
        Ok(_) => (Status::Ok, "ready\n"),
        Err(_) => (Status::ServiceUnavailable, "the database does not answer\n"),
    }
}
