//! What a proposal would do: to me, and to all of us, as a table and a picture. The same figures for every member but the first part, by
//! entries of the ledger that the page names, so that anybody can recompute it (`manyhands effects`).

use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::effects::{DAYS, Effects, Figure, LEAST_MEMBERS, Line, Pair};
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::Book;
use rocket::get;

use crate::actions::proposals::effects::{self, OpenBatch, Seen};
use crate::actions::proposals::{self, Proposal};
use crate::actions::{Error, rights};
use crate::i18n::{Say, amount, change};
use crate::web::answer::{Answer, Result};
use crate::web::page::Page;
use crate::web::pictured;
use crate::web::rule_words::skill_words;
use crate::web::sheet::{Block, Row, Sheet, Table, TableRow};

#[get("/proposals/<id>/effects")]
pub(super) async fn of_vote(page: Page, id: &str) -> Result {
    let member = page.member()?;
    let id = manyhands_domain::ids::ProposalId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let row = proposals::find(&page.deps, &member, &id).await?;
    show(page, &member, &row).await
}

#[get("/proposals/drafts/<id>/effects")]
pub(super) async fn of_draft(page: Page, id: &str) -> Result {
    let member = page.member()?;
    let row = proposals::find_draft(&page.deps, &member, id).await?;
    show(page, &member, &row).await
}

async fn show(page: Page, member: &rights::Member, row: &Proposal) -> Result {
    let say = &page.say;
    let back = match row.number {
        Some(number) => (format!("/proposals/P-{number}"), say.with("effects-back", &[("proposal", format!("P-{number}").into())])),
        None => (format!("/proposals/drafts/{}", row.id), say.t("effects-back-draft")),
    };
    let title = if row.closed_index.is_some() { "effects-title-closed" } else { "effects-title" };
    let mut sheet = Sheet::new(row.number.map_or_else(|| say.t("effects-draft"), |number| format!("P-{number}")), say.t(title));
    sheet = sheet.lede(row.title.clone());
    let seen = match effects::see(&page.deps, member, row).await {
        Ok(seen) => seen,
        Err(Error::Refused(refusals)) => {
            let too_large = refusals.iter().any(|refusal| refusal.code == "effects-too-large");
            let mut blocks = if too_large { Vec::new() } else { vec![Block::Text(say.t("effects-unfit"))] };
            blocks.extend(refusals.iter().map(|refusal| Block::Text(say.refusal(refusal))));
            return page.show(sheet.leaf("", blocks).leaf("", vec![Block::Links(vec![back])])).await;
        }
        Err(error) => return Err(error.into()),
    };
    let Some(seen) = seen else {
        return page.show(sheet.leaf("", vec![Block::Text(say.t("effects-none")), Block::Links(vec![back])])).await;
    };
    let basis = if seen.basis.is_opening { "effects-basis-opening" } else { "effects-basis" };
    sheet = sheet.lede(say.with(basis, &[("size", seen.basis.size.into()), ("when", Arg::When(seen.basis.at))]));
    if let Some((batch, asked)) = &seen.asked {
        sheet = sheet.leaf(say.t("effects-piece"), piece(say, &seen, batch, *asked)?);
    }
    sheet = sheet.leaf(say.t("effects-me"), mine(say, &seen));
    let words = if seen.by_currency.is_empty() { "effects-no-work" } else { "effects-us-words" };
    let mut all = vec![Block::Text(say.with(words, &[("days", DAYS.into())]))];
    for (currency, effects) in &seen.by_currency {
        all.extend(everybody(say, &seen, *currency, effects));
    }
    sheet = sheet.leaf(say.t("effects-us"), all);
    if seen.asked.is_none() {
        sheet = sheet.leaf(say.t("effects-open"), open(say, &seen)?);
    }
    page.show(sheet.leaf(say.t("effects-how"), how(&page, row, &seen, back))).await
}

/// What one piece of the batch pays for which a price is asked.
fn piece(say: &Say, seen: &Seen, batch: &OpenBatch, asked: Amount) -> Result<Vec<Block>> {
    let [book, _] = &seen.books;
    let offer = effects::offer_of(batch)?;
    let row = |name: &str, before: Amount, after: Amount| TableRow {
        name: say.t(name),
        figures: vec![amount(say.language, before), amount(say.language, after)],
        ..TableRow::default()
    };
    let rows = vec![
        row("effects-piece-worker", book.worker_share(offer.price), book.worker_share(asked)),
        row("effects-piece-hour", book.hour_at(offer.price, offer.seconds), book.hour_at(asked, offer.seconds)),
        TableRow { total: 2, ..row("split-client-pays", offer.price, asked) },
    ];
    let heads = vec![format!("{}, {}", batch.title, offer.currency), say.t("effects-now"), say.t("effects-then")];
    let words = say.with("effects-piece-words", &[("contract", batch.contract_id.as_str().into()), ("time", Arg::Duration(offer.seconds))]);
    Ok(vec![Block::Table(Table { heads, rows }), Block::Small(words)])
}

/// One's own ninety days.
fn mine(say: &Say, seen: &Seen) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (currency, effects) in seen.by_currency.iter().filter(|(_, effects)| effects.mine.0 > 0) {
        let (pieces, pay) = effects.mine;
        let name = say.with("effects-my-pieces", &[("pieces", pieces.into()), ("days", DAYS.into())]);
        let mut rows = vec![figures(say, name, pay)];
        if let Some(hour) = effects.my_hour {
            rows.push(figures(say, say.t("effects-my-hour"), hour));
        }
        blocks.push(Block::Table(Table { heads: heads(say, *currency), rows }));
    }
    let words = if blocks.is_empty() { "effects-my-none" } else { "effects-my-words" };
    blocks.push(Block::Small(say.with(words, &[("days", DAYS.into())])));
    blocks
}

fn heads(say: &Say, currency: Currency) -> Vec<String> {
    vec![currency.code().to_owned(), say.t("effects-now"), say.t("effects-then")]
}

/// Both sums, and below the name by how much they differ.
fn figures(say: &Say, name: String, pair: Pair) -> TableRow {
    let figures = vec![amount(say.language, pair.before), amount(say.language, pair.after)];
    TableRow { name, under: changed(say, pair.change()), figures, ..TableRow::default() }
}

fn changed(say: &Say, points: Option<i64>) -> String {
    match points {
        Some(points) => change(say.language, points),
        None => say.t("effects-new"),
    }
}

/// Of one currency: the picture and the table; of few members' work by how much alone.
fn everybody(say: &Say, seen: &Seen, currency: Currency, effects: &Effects) -> Vec<Block> {
    let table = effects.table();
    if table.iter().all(|line| line.change == Some(0)) {
        return vec![Block::Text(say.with("effects-same", &[("currency", currency.code().into())]))];
    }
    let row = |line: &Line| {
        let (swatch, name, of) = named(say, seen, &line.of);
        let total = if line.of == Figure::Clients { 2 } else { 0 };
        let (figures, under) = match line.sums {
            Some(pair) => (vec![amount(say.language, pair.before), amount(say.language, pair.after)], changed(say, line.change)),
            None => (vec![changed(say, line.change)], String::new()),
        };
        let under = [of, under].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
        TableRow { swatch, name, under, figures, total }
    };
    let rows = table.iter().map(row).collect();
    let rests = [("pieces", Arg::from(effects.pieces)), ("members", effects.members.into()), ("days", DAYS.into())];
    let picture = Block::Pictured(Box::new(pictured::effects(say, currency, effects)));
    if effects.is_few() {
        let heads = vec![currency.code().to_owned(), say.t("effects-change")];
        let words = say.with("effects-few", &[("least", LEAST_MEMBERS.into()), ("currency", currency.code().into())]);
        return vec![Block::Text(words), picture, Block::Table(Table { heads, rows })];
    }
    let signs = Block::Small(say.t("effects-signs"));
    vec![picture, signs, Block::Table(Table { heads: heads(say, currency), rows }), Block::Small(say.with("effects-rests", &rests))]
}

/// Swatch and name of a line, and what it is of.
fn named(say: &Say, seen: &Seen, figure: &Figure) -> (&'static str, String, String) {
    match figure {
        Figure::MedianHour => ("", say.t("effects-median"), String::new()),
        Figure::LowestHour => ("", say.t("effects-lowest"), String::new()),
        Figure::Members => ("s1", say.t("effects-members"), String::new()),
        Figure::Shared(account) => {
            let (class, name) = pictured::shared(say, account);
            (class, name, String::new())
        }
        Figure::Client(id, contracts) => {
            let of = contracts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            ("", seen.clients.get(id).cloned().unwrap_or_else(|| of.clone()), of)
        }
        Figure::Clients => ("", say.t("effects-clients"), String::new()),
    }
}

/// Open batches that would fall under the new floor.
fn open(say: &Say, seen: &Seen) -> Result<Vec<Block>> {
    let counts = [("under", Arg::from(seen.under.len())), ("open", seen.open.into())];
    let mut blocks = vec![Block::Text(say.with("effects-under", &counts))];
    let mut rows = Vec::new();
    for (batch, least) in &seen.under {
        let offer = effects::offer_of(batch)?;
        rows.push(Row {
            title: batch.title.clone(),
            href: format!("/contracts/{}", batch.contract_id),
            facts: vec![say.with("effects-under-price", &[("price", (offer.price, offer.currency).into())])],
            figure: amount(say.language, *least),
            per: say.with("effects-under-least", &[("currency", offer.currency.code().into())]),
            ..Row::default()
        });
    }
    if !rows.is_empty() {
        blocks.push(Block::Rows(rows));
        blocks.push(Block::Small(say.t("effects-under-words")));
    }
    blocks.extend(lowered(say, seen));
    Ok(blocks)
}

/// Floors that fall: what is open keeps its price, and what comes may pay less.
fn lowered(say: &Say, seen: &Seen) -> Vec<Block> {
    let [before, after] = &seen.books;
    let mut blocks = Vec::new();
    for (skill, floors) in &after.floor {
        for currency in floors.keys() {
            let at_rest = |book: &Book| book.floor_per_hour(skill, *currency, 0);
            let (Some(was), Some(then)) = (at_rest(before), at_rest(after)) else { continue };
            if then < was {
                let places =
                    [("skill", skill_words(say, skill).into()), ("was", (was, *currency).into()), ("then", (then, *currency).into())];
                blocks.push(Block::Text(say.with("effects-lowered", &places)));
            }
        }
    }
    blocks
}

/// On what the figures rest, and how anybody recomputes them.
fn how(page: &Page, row: &Proposal, seen: &Seen, back: (String, String)) -> Vec<Block> {
    let say = &page.say;
    let name = row.number.map_or_else(|| row.id.clone(), |number| format!("P-{number}"));
    // A closed vote has one basis; any other moves with the log.
    let basis = if seen.basis.is_opening { String::new() } else { format!(" --size {} --at {}", seen.basis.size, seen.basis.at) };
    let last = seen.basis.size.saturating_sub(1);
    let entry = say.with("effects-entry", &[("index", last.into())]);
    vec![
        Block::Text(say.with("effects-how-pay", &[("days", DAYS.into())])),
        Block::Text(say.t("effects-how-hour")),
        Block::Text(say.t("effects-how-recompute")),
        Block::Bytes(format!("manyhands effects {name}{basis}")),
        Block::Links(vec![back, (format!("/ledger/{last}"), entry)]),
    ]
}
