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
    let parts = parts_of(&page.say, book, price)?;
    Ok(bar_and_table(page, &parts, price, currency, total))
}

/// Who has which part of a price by a book, with a member's review.
pub(super) fn parts_of(say: &Say, book: &Book, price: Amount) -> Result<Vec<Part>> {
    let shares = book.shares(price).map_err(Error::broken)?;
    let part = |(share, sum): (Share, Amount)| match share {
        Share::Worker => ("s1", say.t("split-worker"), sum),
        Share::Reviewer => ("s2", say.t("split-reviewer"), sum),
        Share::Fund(name) => ("s3", fund_words(say, &name), sum),
        Share::Reserve => ("s4", say.t("split-reserve"), sum),
        Share::Operations => ("s5", say.t("split-operations"), sum),
    };
    Ok(shares.into_iter().map(part).collect())
}

/// Two prices, or one by two books, on one scale: the longer bar is the larger sum. Below, both sums of each part.
pub(super) fn before_and_after(say: &Say, (was, then): (&[Part], &[Part]), heads: [String; 3], total: &str) -> Vec<Block> {
    let sum = |parts: &[Part]| parts.iter().fold(0_i128, |sum, (_, _, part)| sum + i128::from(part.micros()));
    let scale = sum(was).max(sum(then)).max(1);
    let at = |micros: i128| {
        let points = micros * 10_000 / scale;
        format!("{}.{:02}", points / 100, points % 100)
    };
    let bar = |parts: &[Part]| {
        let mut x = 0_i128;
        let part = |(class, name, part): &Part| {
            let (from, width) = (x, i128::from(part.micros()));
            x += width;
            BarPart { class, x: at(from), width: at(width), name: format!("{name} {}", amount(say.language, *part)) }
        };
        Block::ThinBar(parts.iter().map(part).collect())
    };
    let figure = |parts: &[Part], name: &str| {
        let found = parts.iter().find(|part| part.1 == name);
        found.map_or_else(|| "–".to_owned(), |part| amount(say.language, part.2))
    };
    let gone = was.iter().filter(|part| then.iter().all(|other| other.1 != part.1));
    let row = |(swatch, name, _): &Part| TableRow {
        swatch,
        name: name.clone(),
        figures: vec![figure(was, name), figure(then, name)],
        ..TableRow::default()
    };
    let mut rows: Vec<TableRow> = then.iter().chain(gone).map(row).collect();
    let whole = |parts: &[Part]| amount(say.language, Amount::from_micros(i64::try_from(sum(parts)).unwrap_or(i64::MAX)));
    rows.push(TableRow { name: total.to_owned(), figures: vec![whole(was), whole(then)], total: 2, ..TableRow::default() });
    vec![
        Block::Small(format!("{} {}", heads[1], whole(was))),
        bar(was),
        Block::Small(format!("{} {}", heads[2], whole(then))),
        bar(then),
        Block::Table(Table { heads: heads.to_vec(), rows }),
    ]
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
