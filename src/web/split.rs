//! Where each 100 of a price goes: the bar, and the table with the sums, always in the same order and colours.

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::rules::{Book, Share};

use crate::actions::Error;
use crate::i18n::{Say, amount, hundredths};
use crate::web::answer::Result;
use crate::web::page::Page;
use crate::web::sheet::{BarPart, Block, Table, TableRow};

/// Class, name and sum of one who has a part.
pub(super) type Part = (&'static str, String, Amount);

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
pub(super) fn bar_and_table(page: &Page, parts: &[Part], price: Amount, currency: Currency, total: &str) -> Vec<Block> {
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
pub(super) fn fund_words(say: &Say, name: &str) -> String {
    let words = say.optional(&format!("fund-{}", name.to_lowercase()));
    if words.is_empty() { name.to_owned() } else { words }
}
