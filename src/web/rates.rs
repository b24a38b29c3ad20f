//! The rates: the rule today, who decided it, and what it means for one task.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::Book;
use rocket::get;

use crate::actions::{Error, rules};
use crate::i18n::{amount, percent};
use crate::web::answer::Result;
use crate::web::page::Page;
use crate::web::sheet::{Block, Sheet, SumRow, Table, TableRow};
use crate::web::split::split;

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
