//! A price that members ask of a client: what is asked, since when the other one holds, what follows from each answer, and the answer
//! itself, confirmed on a page of its own.

use manyhands_domain::ids::ProposalId;
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::{Arg, Refusal};
use rocket::{get, post};

use crate::actions::proposals::asking::{self, Asked};
use crate::actions::proposals::counted;
use crate::actions::{Error, batches, rules};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::entry::proof_of;
use crate::web::forms::Form;
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row, Sheet, Table, TableRow};

fn proposal_id(id: &str) -> Result<ProposalId> {
    ProposalId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

/// What a price asked is called in addresses.
fn name(asked: &Asked) -> String {
    format!("P-{}", asked.row.number.unwrap_or_default())
}

/// What waits for this client's answer, for the desk.
pub(super) async fn rows(page: &Page) -> Result<Vec<Row>> {
    let say = &page.say;
    let all = asking::look_at_all(&page.deps, &page.client_user()?).await?;
    let row = |asked: &Asked| {
        let to = format!("/asked/{}", name(asked));
        Row {
            title: say.with("wait-asked", &[("price", money(asked, asked.price)), ("title", asked.batch.title.as_str().into())]),
            href: to.clone(),
            facts: vec![format!("{}, {}", asked.batch.contract_id, asked.batch.contract_title), state(page, asked)],
            go: Some((to, say.t(if asked.is_open() { "wait-asked-go" } else { "wait-asked-look" }))),
            ..Row::default()
        }
    };
    Ok(all.iter().map(row).collect())
}

fn money(asked: &Asked, sum: Amount) -> Arg {
    (sum, asked.currency).into()
}

/// How the contract ends where the price is not accepted: `notice`, or `at-once` where its listing gives no days.
fn ends(asked: &Asked) -> Arg {
    if asked.ends_at_once { "at-once" } else { "notice" }.into()
}

/// Where it stands, in a sentence.
fn state(page: &Page, asked: &Asked) -> String {
    let say = &page.say;
    let ends = asked.ends_at.map_or_else(String::new, |ends_at| say.day(ends_at));
    let reason = match asked.row.outcome_reason.as_str() {
        "" => String::new(),
        code => say.t(&format!("vote-lapsed-{code}")),
    };
    let values = [("day", say.day(asked.from).into()), ("ends", ends.into()), ("reason", reason.into())];
    let stands = match asked.stands() {
        "waiting" | "accepted" | "refused" | "paused" if asked.is_over => "over",
        // Right behind what is due: its own day has passed.
        "accepted" if asked.from <= page.now() => "accepted-late",
        stands => stands,
    };
    say.with(&format!("asked-state-{stands}"), &values)
}

#[get("/asked/<id>")]
pub(super) async fn asked(page: Page, id: &str) -> Result {
    let asked = asking::look(&page.deps, &page.client_user()?, &proposal_id(id)?).await?;
    let sheet = sheet(&page, &asked).await?;
    page.show(sheet).await
}

fn head(page: &Page, asked: &Asked, title: String) -> Sheet {
    let margin = [("id", asked.batch.contract_id.as_str().into()), ("proposal", name(asked).into())];
    Sheet::new(page.say.with("asked-margin", &margin), title)
}

async fn sheet(page: &Page, asked: &Asked) -> Result<Sheet> {
    let say = &page.say;
    let about = [("price", money(asked, asked.price)), ("title", asked.batch.title.as_str().into())];
    let mut sheet = head(page, asked, say.with("asked-title", &about)).lede(say.t("asked-lede")).lede(state(page, asked));
    sheet = sheet.leaf(say.t("asked-price-label"), prices(page, asked).await?);
    if asked.is_open() {
        let way = |word: &str| {
            let to = format!("/asked/{}/{word}", name(asked));
            let short = say.with(&format!("asked-{word}-short"), &[("ends", ends(asked))]);
            [to, say.with(&format!("asked-{word}"), &about), short]
        };
        // What was refused once is not refused twice.
        let words: &[&str] = if asked.stands() == "waiting" { &["accept", "refuse"] } else { &["accept"] };
        sheet = sheet.leaf(say.t("asked-answer-label"), vec![Block::Ways(words.iter().map(|word| way(word)).collect())]);
        sheet = sheet.leaf(say.t("asked-follows-label"), vec![Block::Facts(follows(page, asked))]);
    }
    sheet = sheet.leaf(say.t("asked-vote-label"), vote(page, asked)?);
    let links = vec![
        (format!("/batches/{}", asked.batch.id), say.t("asked-batch")),
        (format!("/desk/{}", asked.batch.contract_id), say.t("batch-how-far")),
    ];
    Ok(sheet.leaf("", vec![Block::Links(links)]))
}

/// Now and asked, side by side; since when the one holds, and from when on the other would.
async fn prices(page: &Page, asked: &Asked) -> Result<Vec<Block>> {
    let say = &page.say;
    let (_, book) = rules::current(&page.deps.db.read()).await?;
    let now = Amount::from_micros(asked.batch.price);
    let figures = |now: Amount, then: Amount| vec![amount(say.language, now), amount(say.language, then)];
    let times = |price: Amount| price.checked_mul(asked.batch.tasks_open).map_err(Error::broken);
    let unit = [("unit", asked.batch.unit_noun.as_str().into())];
    let row = |name: String, figures: Vec<String>, total: u8| TableRow { name, figures, total, ..TableRow::default() };
    let rest = [("tasks", Arg::Count(asked.batch.tasks_open))];
    let rows = vec![
        row(say.with("asked-row-price", &unit), figures(now, asked.price), 0),
        row(say.t("asked-row-share"), figures(book.worker_share(now), book.worker_share(asked.price)), 0),
        row(say.with("asked-row-rest", &rest), figures(times(now)?, times(asked.price)?), 2),
    ];
    let currency = asked.currency.code();
    // Over the names, where it costs the columns no room on a phone.
    let heads = vec![currency.to_owned(), say.t("asked-now"), say.t("asked-then")];
    let mut blocks = vec![Block::Table(Table { heads, rows })];
    if let Some(held) = batches::list_prices(&page.deps, &asked.batch).await?.first() {
        blocks.push(Block::Text(say.with("asked-since", &[("price", money(asked, held.price)), ("day", say.day(held.at).into())])));
    }
    if asked.is_open() {
        if !asked.holds_at_once(page.now()) {
            blocks.push(Block::Text(say.with("asked-from", &[("day", say.day(asked.from).into())])));
        }
        let whole = times(asked.price)?;
        let enough = if asked.free < whole { "asked-deposit-short" } else { "asked-deposit" };
        blocks.push(Block::Text(say.with(enough, &[("free", money(asked, asked.free)), ("cost", money(asked, whole))])));
    }
    Ok(blocks)
}

/// What follows from each answer, and from none.
fn follows(page: &Page, asked: &Asked) -> Vec<(String, String)> {
    let say = &page.say;
    let late = asked.holds_at_once(page.now());
    let late = if late { "yes" } else { "no" };
    let values = [("day", say.day(asked.from).into()), ("late", late.into()), ("ends", ends(asked))];
    let fact = |word: &str| (say.t(&format!("asked-if-{word}")), say.with(&format!("asked-if-{word}-words"), &values));
    match asked.stands() {
        "waiting" => vec![fact("accepted"), fact("refused"), fact("unanswered")],
        _ => vec![fact("accepted"), fact("refused")],
    }
}

/// How the members voted, and the entries that say so.
fn vote(page: &Page, asked: &Asked) -> Result<Vec<Block>> {
    let say = &page.say;
    let mut blocks = Vec::new();
    if let Some(counted) = counted(&asked.row)? {
        let count = |n: u64| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
        let values = [
            ("proposal", name(asked).into()),
            ("yes", count(counted.counts.yes)),
            ("no", count(counted.counts.no)),
            ("abstain", count(counted.counts.abstain)),
            ("cast", count(counted.cast)),
            ("eligible", count(counted.eligible)),
        ];
        blocks.push(Block::Text(say.with("asked-vote-words", &values)));
    }
    blocks.push(Block::Lines(asked.row.text.clone()));
    blocks.extend(asked.row.closed_index.map(|index| proof_of(page, index)));
    if let Some(index) = asked.row.outcome_index {
        blocks.push(Block::Text(say.t("asked-entry")));
        blocks.push(proof_of(page, index));
    }
    Ok(blocks)
}

/// An answer before it is pressed, with what it means.
fn confirm_sheet(page: &Page, asked: &Asked, word: &str) -> Sheet {
    let say = &page.say;
    let late = asked.holds_at_once(page.now());
    let values = [
        ("price", money(asked, asked.price)),
        ("title", asked.batch.title.as_str().into()),
        ("day", say.day(asked.from).into()),
        ("late", if late { "yes" } else { "no" }.into()),
        ("ends", ends(asked)),
    ];
    let to = format!("/asked/{}", name(asked));
    let mut form = Form::new(page, format!("{to}/{word}"), say.with(&format!("asked-{word}"), &values));
    form.links.push((to, say.t("asked-leave")));
    head(page, asked, say.with(&format!("asked-{word}-title"), &values))
        .leaf(say.t("life-means"), vec![Block::Text(say.with(&format!("asked-{word}-means"), &values))])
        .leaf(say.t("life-do"), vec![Block::Form(Box::new(form))])
}

#[get("/asked/<id>/<word>")]
pub(super) async fn confirm(page: Page, id: &str, word: &str) -> Result {
    let asked = asking::look(&page.deps, &page.client_user()?, &proposal_id(id)?).await?;
    match word {
        "accept" | "refuse" if asked.is_open() => page.show(confirm_sheet(&page, &asked, word)).await,
        // Settled meanwhile: its page says how.
        "accept" | "refuse" => Ok(Answer::Redirect(format!("/asked/{id}"))),
        _ => Err(Answer::Error(Error::NotFound)),
    }
}

#[post("/asked/<id>/<word>", data = "<post>")]
pub(super) async fn answer(page: Page, id: &str, word: &str, post: Post) -> Result {
    let (user, parsed) = (page.client_user()?, proposal_id(id)?);
    let fields = post.only(&[])?;
    let answered = match word {
        "accept" => asking::accept(&page.deps, &user, &fields.once(), &parsed).await.map(|_| ()),
        "refuse" => asking::refuse(&page.deps, &user, &fields.once(), &parsed).await,
        _ => return Err(Answer::Error(Error::NotFound)),
    };
    match answered {
        Ok(()) => Ok(Answer::Redirect(format!("/asked/{id}"))),
        Err(Error::Refused(refusals)) => show_refused(&page, &parsed, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

async fn show_refused(page: &Page, id: &ProposalId, refusals: &[Refusal]) -> Result {
    let asked = asking::look(&page.deps, &page.client_user()?, id).await?;
    let sheet = sheet(page, &asked).await?;
    page.show(refused(page, sheet, refusals)).await
}
