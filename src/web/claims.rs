//! The board, and the workbench.

use askama::Template;
use manyhands_domain::ids::{BatchId, ClaimId};
use manyhands_domain::money::Amount;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use rocket::http::Status;
use rocket::{get, post};

use crate::actions::board::{Chosen, choose};
use crate::actions::claims::Typed;
use crate::actions::{Batch, Claim, Error, batches, claims, rules};
use crate::i18n::amount;
use crate::web::answer::{Answer, Result};
use crate::web::files;
use crate::web::forms::{Field, Kind};
use crate::web::listing::{hazard_words, register_mark};
use crate::web::page::Page;
use crate::web::post::{Fields, Post};
use crate::web::public::open_row;
use crate::web::sheet::{Block, Pick, Press, Row, Sheet};
use crate::web::view::{Shell, book, html};

#[get("/work?<level>&<client>&<sort>&<sent>")]
pub(super) async fn board(page: Page, level: Option<&str>, client: Option<&str>, sort: Option<&str>, sent: Option<u8>) -> Result {
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
    if sent.is_some() {
        sheet = sheet.lede(say.t("claim-sent"));
    }
    sheet = sheet.lede(lede);
    if !held.is_empty() {
        let rows = held.iter().map(|claim| held_row(&page, &rule_book, claim)).collect();
        sheet = sheet.leaf(say.t("board-hands"), vec![Block::Rows(rows)]);
    }
    let rows = open.iter().map(|batch| board_row(&page, &rule_book, batch)).collect::<Result<Vec<_>>>()?;
    let none = if pick.open { "board-none-chosen" } else { "board-none" };
    let block = if rows.is_empty() { Block::Text(say.t(none)) } else { Block::Rows(rows) };
    page.show(sheet.leaf(say.t("board-open"), vec![Block::Pick(Box::new(pick)), block, Block::Small(say.t("board-words"))])).await
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
fn today(page: &Page, at: i64) -> (&'static str, Arg) {
    let is_today = page.say.is_today(Timestamp::from_secs(at), page.now());
    ("today", if is_today { "yes" } else { "no" }.into())
}

fn board_row(page: &Page, rule_book: &Book, batch: &Batch) -> Result<Row> {
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
    let hazard = (batch.level > 0).then(|| (u8::try_from(batch.level).unwrap_or(3), hazard_words(page, batch.level, form_of(batch))));
    let time = if hazard.is_some() { time } else { say.with("board-no-hazard", &[("time", time.into())]) };
    Ok(Row {
        facts: [facts, time].into_iter().chain(files::cost(page, batch)).chain(register_mark(page, batch.register_checked)).collect(),
        hazard,
        press: Some(Press {
            action: format!("/batches/{}/claim", batch.id),
            words: say.t("board-claim"),
            aria: say.with("board-claim-aria", &[("title", batch.title.as_str().into())]),
        }),
        ..open_row(page, rule_book, batch)?
    })
}

/// The form a batch's hazards come in, as its payload says.
fn form_of(batch: &Batch) -> &'static str {
    if batch.payload_kind == "image" { "image" } else { "text" }
}

#[post("/batches/<id>/claim", data = "<post>")]
pub(super) async fn claim(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let batch = BatchId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let fields = post.only(&[])?;
    match claims::claim(&page.deps, &member, &fields.once(), &batch).await {
        Ok(claim) => Ok(Answer::Redirect(format!("/claims/{claim}"))),
        Err(Error::Refused(refusals)) => {
            let mut sheet = Sheet::refused(page.say.t("claim-not-granted"));
            sheet.ledes.extend(refusals.iter().map(|refusal| page.say.refusal(refusal)));
            let board = Block::Links(vec![("/work".to_owned(), page.say.t("claim-other-work"))]);
            page.show(sheet.leaf(page.say.t("place-work"), vec![board])).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The workbench: only the task.
#[derive(Template)]
#[template(path = "claims/workbench.html")]
struct Workbench {
    shell: Shell,
    id: String,
    key: String,
    title: String,
    payload: String,
    payload_kind: String,
    picture: Option<files::Shown>,
    question: String,
    kind: &'static str,
    choices: Vec<(String, bool)>,
    typed: String,
    active_seconds: i64,
    seconds_left: i64,
    left: String,
    left_words: String,
    until: String,
    share: String,
    yours: String,
    guidelines: String,
    after: String,
    returned: String,
    error: String,
    extended: bool,
    saved: String,
    words: Words,
}

/// The workbench's fixed words.
struct Words {
    guidelines: String,
    release: String,
    submit: String,
    save: String,
    extend: String,
    open_link: String,
    just_saved: String,
}

#[get("/claims/<id>?<sent>")]
pub(super) async fn workbench(page: Page, id: &str, sent: Option<u8>) -> Result {
    show(&page, id, None, &[], sent.is_some()).await
}

async fn show(page: &Page, id: &str, typed: Option<&Fields>, refusals: &[Refusal], after_another: bool) -> Result {
    let member = page.member()?;
    let parsed = claim_id(id)?;
    let (claim, returned) = claims::find_own(&page.deps, &member, &parsed).await?;
    let say = &page.say;
    if !matches!(claim.state.as_str(), "claimed" | "sent_back") && refusals.is_empty() {
        let word = say.t(&format!("claim-state-{}", claim.state.replace('_', "-")));
        let sheet = Sheet::new(claim.end_client.clone(), claim.title.clone()).lede(word);
        return page.show(sheet.leaf("", vec![Block::Links(vec![("/work".to_owned(), say.t("place-work"))])])).await;
    }
    let form = claims::form_of(&claim)?;
    let answers: Vec<String> = match typed {
        Some(fields) => fields.all("answer"),
        None => claims::draft_of(&claim)?,
    };
    let (_, rule_book) = rules::at_size(&page.deps.db.read(), claim.claimed_size).await?;
    let seconds_left = (claim.due_at - page.now().secs()).max(0);
    let terms: manyhands_domain::contracts::Terms = serde_json::from_str(&claim.terms).map_err(Error::broken)?;
    let reason = returned.filter(|_| claim.state == "sent_back").map(|back| {
        let code = say.t(&format!("review-code-{}", back.code));
        say.with("claim-returned", &[("code", code.into()), ("reason", back.reason.into()), ("clause", back.clause.into())])
    });
    let title = say.with("claim-title", &[("title", claim.title.as_str().into()), ("item", claim.item_id.as_str().into())]);
    let picture = files::shown(page, &claim, &format!("/claims/{}", claim.id), title.clone()).await?;
    let client = say.with("claim-for", &[("client", claim.end_client.as_str().into())]);
    let workbench = Workbench {
        shell: Shell::narrow(page, Some(book(page).await?), (format!("/contracts/{}", claim.contract_id), client)),
        id: claim.id.clone(),
        key: page.key.clone(),
        title,
        picture,
        payload: claim.payload.clone(),
        payload_kind: claim.payload_kind.clone(),
        question: form.question.clone(),
        kind: form.kind(),
        choices: form.choices().iter().map(|choice| (choice.clone(), answers.contains(choice))).collect(),
        typed: answers.first().cloned().unwrap_or_default(),
        active_seconds: claim.active_seconds,
        seconds_left,
        left_words: say.with("claim-left", &[("time", "%".into())]),
        left: say.with("claim-left", &[("time", Arg::Duration(seconds_left / 60 * 60))]),
        until: say.with(
            "claim-until",
            &[
                ("due", format!("{} ({})", say.clock(Timestamp::from_secs(claim.due_at), page.now()), say.place()).into()),
                today(page, claim.due_at),
            ],
        ),
        share: format!("{} {}", amount(say.language, claims::share_of(&rule_book, &claim)), claim.currency),
        yours: say.t("claim-yours"),
        guidelines: terms.guidelines,
        after: if after_another { say.t("claim-after-another") } else { String::new() },
        returned: reason.unwrap_or_default(),
        error: refusals.iter().map(|refusal| say.refusal(refusal)).collect::<Vec<_>>().join(" "),
        extended: claim.extended != 0,
        saved: match claim.draft_at {
            Some(at) => say.with("claim-saved", &[("at", say.clock(Timestamp::from_secs(at), page.now()).into()), today(page, at)]),
            None => say.t("claim-draft-stays"),
        },
        words: Words {
            guidelines: say.t("claim-guidelines"),
            release: say.t("claim-release"),
            submit: say.t("claim-submit"),
            save: say.t("claim-save"),
            extend: say.t("claim-extend"),
            open_link: say.t("claim-open-link"),
            just_saved: say.t("claim-just-saved"),
        },
    };
    let status = if refusals.is_empty() { Status::Ok } else { Status::UnprocessableEntity };
    Ok(Answer::Html(status, html(&workbench)))
}

fn claim_id(id: &str) -> Result<ClaimId> {
    ClaimId::parse(id).map_err(|_| Answer::Error(Error::NotFound))
}

fn typed_of(fields: &Fields) -> Typed {
    Typed { answer: fields.all("answer"), active_seconds: fields.text("active_seconds").parse().unwrap_or(0).clamp(0, 604_800) }
}

#[post("/claims/<id>/draft", data = "<post>")]
pub(super) async fn draft(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&["answer", "active_seconds"])?;
    claims::save_draft(&page.deps, &member, &claim_id(id)?, &typed_of(&fields)).await?;
    Ok(Answer::Redirect(format!("/claims/{id}")))
}

#[post("/claims/<id>/submit", data = "<post>")]
pub(super) async fn submit(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let parsed = claim_id(id)?;
    let fields = post.only(&["answer", "active_seconds"])?;
    let once = fields.once();
    match claims::submit(&page.deps, &member, &once, &parsed, &typed_of(&fields)).await {
        Ok(submitted) => {
            // Straight to the next task, if there is one and the member may hold it; else to the board.
            let next = crate::actions::Once { key: format!("{}-next", once.key), ..once };
            match claims::claim(&page.deps, &member, &next, &submitted.batch).await {
                Ok(claim) => Ok(Answer::Redirect(format!("/claims/{claim}?sent=1"))),
                Err(Error::Refused(_)) => Ok(Answer::Redirect("/work?sent=1".to_owned())),
                Err(error) => Err(error.into()),
            }
        }
        Err(Error::Refused(refusals)) => show(&page, id, Some(&fields), &refusals, false).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/claims/<id>/release", data = "<post>")]
pub(super) async fn release(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    claims::release(&page.deps, &member, &fields.once(), &claim_id(id)?).await?;
    Ok(Answer::Redirect("/work".to_owned()))
}

#[post("/claims/<id>/extend", data = "<post>")]
pub(super) async fn extend(page: Page, id: &str, post: Post) -> Result {
    let member = page.member()?;
    let fields = post.only(&[])?;
    claims::extend(&page.deps, &member, &fields.once(), &claim_id(id)?).await?;
    Ok(Answer::Redirect(format!("/claims/{id}")))
}
