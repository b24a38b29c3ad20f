//! The board: what is open, what one holds, and the press that claims.

use manyhands_domain::hazards::{Hazard, level};
use manyhands_domain::ids::BatchId;
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::Arg;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::board::{Chosen, choose};
use crate::actions::{Batch, Claim, Error, batches, claims, hazards as hazard_rules, rules};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::files;
use crate::web::flow;
use crate::web::forms::{Field, Kind};
use crate::web::gold;
use crate::web::hazards::{self, Before};
use crate::web::listing::register_mark;
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::pricing;
use crate::web::public::open_row;
use crate::web::sample;
use crate::web::sheet::{Block, Pick, Press, Row, Sheet};
use crate::web::suggestions;

#[get("/work?<level>&<client>&<sort>&<sent>")]
pub(super) async fn board(page: Page, level: Option<&str>, client: Option<&str>, sort: Option<&str>, sent: Option<&str>) -> Result {
    let member = page.member()?;
    let say = &page.say;
    let (_, rule_book) = rules::current(&page.deps.db.read()).await?;
    let held = claims::list_held(&page.deps, &member).await?;
    let all = batches::list_open(&page.deps).await?;
    let chosen = Chosen { level: level.unwrap_or_default(), client: client.unwrap_or_default(), sort: sort.unwrap_or_default() };
    let pick = pick(&page, &all, &chosen);
    let open = choose(all, &rule_book, &chosen);
    let lede = say
        .with("board-lede", &[("open", open.len().into()), ("held", held.len().into()), ("most", Arg::Count(rule_book.claims.max_open))]);
    let mut sheet = Sheet::new(say.date(page.now()), say.t("place-work"));
    if let Some(sent) = sent {
        sheet = sheet.lede(say.t(if sent == MET { "claim-sent-met" } else { "claim-sent" }));
    }
    sheet = sheet.lede(lede);
    if !held.is_empty() {
        let rows = held.iter().map(|claim| held_row(&page, &rule_book, claim)).collect();
        sheet = sheet.leaf(say.t("board-hands"), vec![Block::Rows(rows)]);
    }
    let back = flow::rows(&page, &member).await?;
    if !back.is_empty() {
        sheet = sheet.leaf(say.t("board-sent"), vec![Block::Small(say.t("claim-back-words")), Block::Rows(back)]);
    }
    let (before, known) = (Before::of(&page, &member, &rule_book).await?, hazard_rules::of_open(&page.deps).await?);
    let hazards_of = |batch: &Batch| known.get(&batch.contract_id).map_or(&[][..], Vec::as_slice);
    let mut rows = Vec::with_capacity(open.len());
    for batch in &open {
        let row = board_row(&page, &rule_book, batch, &before, hazards_of(batch))?;
        // Nobody can claim under the floor: the mark says since when, in the place of the press.
        rows.push(match pricing::on_the_board(&page, &rule_book, batch).await? {
            Some(mark) => Row { facts: row.facts.into_iter().chain([mark]).collect(), press: None, go: None, ..row },
            None => row,
        });
    }
    let none = if pick.open { "board-none-chosen" } else { "board-none" };
    let block = if rows.is_empty() { Block::Text(say.t(none)) } else { Block::Rows(rows) };
    let mut blocks = vec![Block::Pick(Box::new(pick)), block, Block::Small(say.t("board-words"))];
    blocks.extend(open.iter().any(|batch| batch.suggestions > 0).then(|| Block::Small(say.t("board-suggested"))));
    let links = [("/work/hazards", "hazards-link"), ("/work/quality", "quality-link")];
    blocks.push(Block::Links(links.map(|(to, words)| (to.to_owned(), say.t(words))).into()));
    page.show(sheet.leaf(say.t("board-open"), blocks)).await
}

/// Level, client and order, each one select.
fn pick(page: &Page, all: &[Batch], chosen: &Chosen<'_>) -> Pick {
    let say = &page.say;
    let field = |name: &str, value: &str, options: Vec<(String, String)>| Field {
        name: name.to_owned(),
        label: say.t(&format!("board-pick-{name}")),
        value: value.to_owned(),
        kind: Kind::Select(options),
        ..Field::default()
    };
    let words = |prefix: &str, codes: &[&str]| {
        codes.iter().map(|code| ((*code).to_owned(), say.t(&format!("{prefix}-{}", if code.is_empty() { "all" } else { *code })))).collect()
    };
    let mut clients: Vec<(String, String)> =
        all.iter().map(|batch| (batch.contract_id.clone(), format!("{}: {}", batch.end_client, batch.contract_title))).collect();
    clients.dedup();
    clients.insert(0, (String::new(), say.t("board-client-all")));
    Pick {
        action: "/work".to_owned(),
        words: say.t("board-pick"),
        open: !(chosen.level.is_empty() && chosen.client.is_empty() && chosen.sort.is_empty()),
        fields: vec![
            field("level", chosen.level, words("board-level", &["", "0", "1", "2"])),
            field("client", chosen.client, clients),
            field("sort", chosen.sort, words("board-sort", &["", "hour", "price", "minutes"])),
        ],
        button: say.t("board-pick-show"),
    }
}

fn held_row(page: &Page, rule_book: &Book, claim: &Claim) -> Row {
    let say = &page.say;
    let due = say.clock(Timestamp::from_secs(claim.due_at), page.now());
    let word = if claim.state == "sent_back" { "board-again-until" } else { "board-until" };
    Row {
        title: say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]),
        href: format!("/claims/{}", claim.id),
        facts: vec![say.with(word, &[("due", format!("{due} ({})", say.place()).into()), today(page, claim.due_at)])],
        figure: amount(say.language, claims::share_of(rule_book, claim)),
        per: claim.currency.clone(),
        go: Some((format!("/claims/{}", claim.id), say.t("board-go-on"))),
        ..Row::default()
    }
}

/// Whether a moment is today for the reader: a time alone, or a day with it, need other words before them.
pub(super) fn today(page: &Page, at: i64) -> (&'static str, Arg) {
    let is_today = page.say.is_today(Timestamp::from_secs(at), page.now());
    ("today", if is_today { "yes" } else { "no" }.into())
}

fn board_row(page: &Page, rule_book: &Book, batch: &Batch, before: &Before, known: &[Hazard]) -> Result<Row> {
    let say = &page.say;
    let price = Amount::from_micros(batch.price);
    let facts = say.with(
        "board-price",
        &[
            ("share", amount(say.language, rule_book.worker_share(price)).into()),
            ("price", amount(say.language, price).into()),
            ("currency", batch.currency.as_str().into()),
            ("unit", batch.unit_noun.as_str().into()),
        ],
    );
    let time = say.duration(batch.seconds);
    let hazard = (!known.is_empty()).then(|| (level(known), hazards::lines(page, known).join(" · ")));
    let time = if hazard.is_some() { time } else { say.with("board-no-hazard", &[("time", time.into())]) };
    let waits = before.waits(batch.level).map(|refusal| say.refusal(refusal));
    let asks = before.asks(known);
    let press = (waits.is_none() && !asks).then(|| Press {
        action: format!("/batches/{}/claim", batch.id),
        words: say.t("board-claim"),
        aria: say.with("board-claim-aria", &[("title", batch.title.as_str().into())]),
        quiet: false,
    });
    Ok(Row {
        facts: [facts, time]
            .into_iter()
            .chain(sample::fact(page, batch))
            .chain(gold::fact(page, batch))
            .chain(suggestions::fact(page, batch))
            .chain(files::cost(page, batch))
            .chain(register_mark(page, batch.register_checked))
            .chain(waits)
            .collect(),
        hazard,
        press,
        go: asks.then(|| (format!("/batches/{}/hazards", batch.id), say.t("board-read-first"))),
        ..open_row(page, rule_book, batch)?
    })
}

#[post("/batches/<id>/claim", data = "<post>")]
pub(super) async fn claim(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let batch = BatchId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let fields = post.only(&[])?;
    hazards::claim(&page, &member, &fields.once(), &batch).await
}

/// What an address says after an answer that is the one which is known.
pub(super) const MET: &str = "met";
