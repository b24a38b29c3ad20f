//! The ballot: what passing does, and three choices, each a press. No address that is only looked at casts anything. One's own ballot stands
//! in `own_ballot.rs`, the recount of a closed vote in `recount.rs`.

use manyhands_domain::ids::ProposalId;
use manyhands_domain::proposals::sealing::{Opening, read_salt};
use manyhands_domain::proposals::tally::Choice;
use manyhands_domain::refusal::{Arg, Refusal};
use manyhands_domain::time::Timestamp;
use rocket::{get, post};

use crate::actions::Error;
use crate::actions::keys::{self, Own};
use crate::actions::proposals::ballots::{self, EARLIER, Standing};
use crate::actions::proposals::{self, Frozen, Proposal};
use crate::actions::rights::Member;
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::forms::{Field, Form};
use crate::web::keys::here;
use crate::web::motions;
use crate::web::own_ballot::{earlier_row, open_blocks, own_blocks};
use crate::web::page::Page;
use crate::web::people::refused;
use crate::web::post::{Fields, Post};
use crate::web::sheet::{Block, Sheet};
use crate::web::signing::to_text;
use crate::web::turnout::verdict_words;
use crate::web::vote::after_words;

/// A ballot as it is offered: each choice is a button that sends the form.
#[derive(Debug)]
pub struct Choices {
    /// Where it posts.
    pub action: String,
    /// Makes it act once.
    pub key: String,
    /// By `key`, or with a mailed `code`.
    pub way: &'static str,
    /// Words of the button that shows this way, where a script put it aside.
    pub instead: String,
    /// Where the code is typed.
    pub code: Option<Field>,
    /// For those who do not see the page.
    pub legend: String,
    /// In the order of the page.
    pub choices: Vec<Offered>,
    /// The vote and the member, for the script: it keeps what opens the ballot here, by both.
    pub of: (String, String),
}

/// One of the choices.
#[derive(Debug)]
pub struct Offered {
    /// As it is sent.
    pub value: &'static str,
    /// In words.
    pub name: String,
    /// What it comes to.
    pub words: String,
    /// Whether it was pressed, in a form that was not taken.
    pub chosen: bool,
}

impl Choices {
    /// Sets the ids of two ways apart.
    pub fn mark(&self) -> &'static str {
        if self.way == "key" { "-key" } else { "" }
    }
}

/// A vote, as its member's page has it.
pub(super) struct Vote {
    pub(super) member: Member,
    pub(super) id: ProposalId,
    pub(super) row: Proposal,
    pub(super) frozen: Frozen,
}

/// A vote that was put to the members, for one of them; who is not signed in is led to this page of it afterwards.
pub(super) async fn find(page: &Page, id: &str, back: &str) -> Result<Vote> {
    let member = page.member().map_err(|answer| match answer {
        Answer::SignIn(_) => Answer::SignIn(format!("/proposals/{id}/{back}")),
        other => other,
    })?;
    let id = ProposalId::parse(id).map_err(|_| Answer::Error(Error::NotFound))?;
    let row = proposals::find(&page.deps, &member, &id).await?;
    let frozen = proposals::frozen(&row)?.ok_or(Answer::Error(Error::NotFound))?;
    Ok(Vote { member, id, row, frozen })
}

/// A choice as every page says it.
pub(super) fn choice_words(page: &Page, choice: Choice) -> String {
    page.say.t(&format!("ballot-choice-{}", choice.word()))
}

/// A form of this page that was not taken.
pub(super) struct Again<'a> {
    /// Which: `code`, `key`, `open`, `mail`.
    pub(super) way: &'static str,
    pub(super) fields: &'a Fields,
    pub(super) refusals: &'a [Refusal],
}

#[get("/proposals/<id>/ballot?<mailed>", rank = 3)]
pub(super) async fn ballot(page: Page, id: &str, mailed: Option<&str>) -> Result {
    let vote = find(&page, id, "ballot").await?;
    let mut sheet = sheet(&page, &vote, None).await?;
    if mailed.is_some() {
        sheet.ledes.insert(0, page.say.t("ballots-mailed"));
    }
    page.show(sheet).await
}

async fn sheet(page: &Page, vote: &Vote, again: Option<&Again<'_>>) -> Result<Sheet> {
    let say = &page.say;
    let standing = ballots::standing(&page.deps, &vote.member, &vote.row).await?;
    let own = keys::find_own(&page.deps, &vote.member).await?;
    let margin = say.with("ballots-vote", &[("proposal", vote.id.as_str().into())]);
    let mut sheet = head(page, (vote, standing.now), Sheet::new(margin, vote.row.title.clone())).await?.with_script("ballot.js");
    if let Some(last) = standing.own.first() {
        sheet = sheet.leaf(say.t("ballots-yours"), own_blocks(page, vote, last).await?);
        if vote.row.state == "open" && last.opened(&vote.id, vote.member.id()).is_none() {
            sheet = sheet.leaf(say.t("ballots-open"), open_blocks(page, vote, again));
        }
    }
    let mut passing = passing(page, vote).await?;
    passing.extend(again.and_then(|again| not_cast(vote, &standing, again)));
    sheet = sheet.leaf(say.t("ballots-passing"), passing);
    if vote.row.state == "open" && standing.now < vote.frozen.window.closes {
        let to_all = proposals::is_open_to_all(&page.deps, &vote.member, &vote.row).await?;
        sheet = cast_leaves(page, vote, (&standing, &own, to_all), again, sheet);
    }
    if let Some(earlier) = standing.own.get(1..).filter(|earlier| !earlier.is_empty()) {
        let rows = earlier.iter().map(|ballot| earlier_row(page, ballot)).collect();
        let mut blocks = vec![Block::Small(say.t("ballots-earlier-words")), Block::Rows(rows)];
        if standing.more {
            blocks.push(Block::Small(say.with("ballots-earlier-more", &[("shown", EARLIER.into())])));
        }
        sheet = sheet.leaf(say.t("ballots-earlier"), blocks);
    }
    Ok(match again {
        Some(again) => refused(page, sheet, again.refusals),
        None => sheet,
    })
}

/// What passing does and from which day, the way to what it does to one's own pay, and to the whole text.
async fn passing(page: &Page, vote: &Vote) -> Result<Vec<Block>> {
    let say = &page.say;
    let is_closed = vote.row.closed_index.is_some();
    let mut blocks = motions::blocks(page, &vote.member, &vote.row).await?;
    // Whether and when a closed one holds stands in its head.
    let day = motions::day_fact(say, &vote.row).filter(|_| !is_closed);
    blocks.extend(day.map(|fact| Block::Facts(vec![fact])));
    let read = say.t(if is_closed { "ballots-read-result" } else { "ballots-read" });
    let links = motions::effects_way(say, &vote.row).into_iter().chain([(format!("/proposals/{}", vote.id), read)]);
    blocks.push(Block::Links(links.collect()));
    Ok(blocks)
}

/// What was sent and surely not cast, for the script, which kept what opens it before it was sent. Of too many attempts nothing is sure:
/// the same form may be on its way a second time.
fn not_cast(vote: &Vote, standing: &Standing, again: &Again<'_>) -> Option<Block> {
    let is_sure = matches!(again.way, "code" | "key") && again.refusals.iter().all(|refusal| refusal.code != "too-many-attempts");
    let (choice, salt) = (Choice::parse(&again.fields.text("choice"))?, again.fields.text("salt"));
    let sealed = Opening { choice, salt: read_salt(&salt).ok()? }.seal(vote.id.as_str(), vote.member.id().as_str());
    let is_cast = standing.own.iter().any(|own| own.sealed == sealed);
    let marks = || {
        let of = [("vote", vote.id.to_string()), ("member", vote.member.id().to_string())];
        of.into_iter().chain([("choice", choice.word().to_owned()), ("refused", salt)]).collect()
    };
    (is_sure && !is_cast).then(|| Block::Status(marks()))
}

/// How far the vote is; once it is closed, how it ended, what follows, and the way to its second call.
async fn head(page: &Page, (vote, now): (&Vote, Timestamp), sheet: Sheet) -> Result<Sheet> {
    let say = &page.say;
    let Some(counted) = proposals::counted(&vote.row)? else { return Ok(sheet.lede(state(page, vote, now).await?)) };
    let sheet = sheet.lead(verdict_words(say, counted.verdict), say.t("ballots-closed")).lede(after_words(page, &vote.row, &counted));
    Ok(match vote.row.called_again {
        Some(again) => sheet.go(format!("/proposals/P-{again}"), say.with("vote-again-way", &[("id", format!("P-{again}").into())])),
        None => sheet,
    })
}

/// How far a vote is that is not closed.
async fn state(page: &Page, vote: &Vote, now: Timestamp) -> Result<String> {
    let say = &page.say;
    let window = vote.frozen.window;
    if now >= window.closes {
        return Ok(say.with("ballots-counting", &[("closed", window.closes.into())]));
    }
    if now < window.opens {
        return Ok(say.with("ballots-not-yet", &[("opens", window.opens.into())]));
    }
    let turnout = proposals::turnout(&page.deps, &vote.member, &vote.row).await?;
    let args = [("closes", window.closes.into()), ("cast", turnout.cast.into()), ("eligible", turnout.eligible.into())];
    Ok(say.with("ballots-open-until", &[&args[..], &[("needed", turnout.needed.into())]].concat()))
}

/// What is said before anybody votes, and the ways to do it.
fn cast_leaves(page: &Page, vote: &Vote, how: (&Standing, &Own, bool), again: Option<&Again<'_>>, sheet: Sheet) -> Sheet {
    let (standing, own, to_all) = how;
    let say = &page.say;
    let first = standing.own.is_empty();
    let label = say.t(if first { "ballots-cast" } else { "ballots-change" });
    let has_key = own.keys.iter().any(|key| key.retired_index.is_none());
    // After one by key the next is by key: that is no obstacle to whoever has it.
    let by_key_only = standing.obstacle.as_ref().is_some_and(|refusal| refusal.code == "ballot-key-before");
    if let Some(refusal) = standing.obstacle.as_ref().filter(|_| !(by_key_only && has_key)) {
        return sheet.leaf(label, vec![Block::Text(say.refusal(refusal))]);
    }
    let member = ("member", Arg::from(vote.member.id().as_str()));
    let mut sheet = sheet.leaf(
        say.t("ballots-before"),
        vec![
            Block::Text(say.with(if to_all { "ballots-before-all" } else { "ballots-before-words" }, &[member])),
            Block::Text(say.t("ballots-before-change")),
            Block::Text(say.t(if by_key_only { "ballots-before-key-only" } else { "ballots-before-key" })),
        ],
    );
    let chosen = |way| again.filter(|again| again.way == way).map(|again| again.fields.text("choice")).unwrap_or_default();
    if has_key {
        let ballot = choices(page, vote, "key", &chosen("key"));
        let words = say.t("ballots-key-words");
        let label = if by_key_only { label.clone() } else { say.t("ballots-with-key") };
        sheet = sheet.leaf(label, vec![Block::Text(words), here(page, own), Block::Choices(Box::new(ballot))]);
    }
    if by_key_only {
        return sheet;
    }
    let mut blocks = code_blocks(page, vote, first, again);
    if let Some(pressed) = Choice::parse(&chosen("code")) {
        blocks.insert(0, Block::Text(say.with("ballots-pressed", &[("choice", choice_words(page, pressed).into())])));
    }
    if !has_key {
        blocks.extend(no_key_blocks(say, vote, own));
    }
    sheet.leaf(if has_key { say.t("ballots-with-code") } else { label }, blocks)
}

/// The choices with a mailed code. Each code serves once: whoever has voted reads that first, beside the button that mails another.
fn code_blocks(page: &Page, vote: &Vote, first: bool, again: Option<&Again<'_>>) -> Vec<Block> {
    let say = &page.say;
    let chosen = again.filter(|again| again.way == "code").map(|again| again.fields.text("choice")).unwrap_or_default();
    let mut ballot = choices(page, vote, "code", &chosen);
    let hint = say.t(if first { "ballots-code-hint" } else { "ballots-code-hint-new" });
    let mut field = Field { name: "code".to_owned(), label: say.t("ballots-code"), hint, ..Field::default() };
    if let Some(again) = again.filter(|again| again.way == "code") {
        field.value = again.fields.text("code");
        let wrong = again.refusals.iter().find(|refusal| refusal.field.as_deref() == Some("code"));
        field.error = wrong.map(|refusal| say.refusal(refusal)).unwrap_or_default();
    }
    ballot.code = Some(field);
    let mail = Form { key: format!("{}-mail", page.key), ..Form::new(page, at(vote, "ballot/code"), say.t("ballots-code-ask")).quiet() };
    let (mail, ballot) = (Block::Form(Box::new(mail)), Block::Choices(Box::new(ballot)));
    if first {
        vec![ballot, Block::Small(say.t("ballots-code-again")), mail]
    } else {
        vec![Block::Text(say.t("ballots-change-code")), mail, ballot]
    }
}

/// The way to a key of one's own and back; while officers come first, that alone.
fn no_key_blocks(say: &Say, vote: &Vote, own: &Own) -> Vec<Block> {
    if own.keys.is_empty() && own.first.is_some() {
        return vec![Block::Small(say.t("ballots-no-key-yet"))];
    }
    let way = (format!("/account/key?vote={}", vote.id), say.t("keys-title"));
    vec![Block::Small(say.t("ballots-no-key")), Block::Links(vec![way])]
}

fn choices(page: &Page, vote: &Vote, way: &'static str, chosen: &str) -> Choices {
    let say = &page.say;
    let offered = |choice: Choice| Offered {
        value: choice.word(),
        name: choice_words(page, choice),
        words: say.t(&format!("ballots-choice-{}", choice.word())),
        chosen: chosen == choice.word(),
    };
    Choices {
        action: at(vote, if way == "key" { "ballot/sign" } else { "ballot" }),
        key: format!("{}-{way}", page.key),
        way,
        instead: say.t(&format!("ballots-instead-{way}")),
        code: None,
        legend: say.t("ballots-legend"),
        choices: Choice::ALL.into_iter().map(offered).collect(),
        of: (vote.id.to_string(), vote.member.id().to_string()),
    }
}

pub(super) fn at(vote: &Vote, what: &str) -> String {
    format!("/proposals/{}/{what}", vote.id)
}

/// The page again, with what was pressed and typed.
pub(super) async fn once_more(page: &Page, vote: &Vote, way: &'static str, fields: &Fields, refusals: &[Refusal]) -> Result {
    let again = Again { way, fields, refusals };
    page.show(sheet(page, vote, Some(&again)).await?).await
}

#[post("/proposals/<id>/ballot", data = "<post>", rank = 3)]
pub(super) async fn cast(page: Page, id: &str, post: Post) -> Result {
    let vote = find(&page, id, "ballot").await?;
    let fields = post.only(&["choice", "salt", "code"])?;
    let (choice, salt, code) = (fields.text("choice"), fields.text("salt"), fields.text("code"));
    match ballots::cast(&page.deps, &vote.member, &fields.once(), &vote.id, (&choice, &salt), &code).await {
        Ok(_) => Ok(Answer::Redirect(at(&vote, "ballot"))),
        Err(Error::Refused(refusals)) => once_more(&page, &vote, "code", &fields, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// Prepares the text that the member's key signs.
#[post("/proposals/<id>/ballot/sign", data = "<post>", rank = 3)]
pub(super) async fn sign(page: Page, id: &str, post: Post) -> Result {
    let vote = find(&page, id, "ballot").await?;
    let fields = post.only(&["choice", "salt"])?;
    match ballots::prepare(&page.deps, &vote.member, &fields.once(), &vote.id, (&fields.text("choice"), &fields.text("salt"))).await {
        Ok(nonce) => Ok(to_text(&nonce)),
        Err(Error::Refused(refusals)) => once_more(&page, &vote, "key", &fields, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/proposals/<id>/ballot/code", data = "<post>", rank = 3)]
pub(super) async fn code(page: Page, id: &str, post: Post) -> Result {
    let vote = find(&page, id, "ballot").await?;
    let fields = post.only(&[])?;
    match ballots::ask_code(&page.deps, &vote.member, &fields.once(), &vote.id).await {
        Ok(()) => Ok(Answer::Redirect(format!("{}?mailed", at(&vote, "ballot")))),
        Err(Error::Refused(refusals)) => once_more(&page, &vote, "mail", &fields, &refusals).await,
        Err(error) => Err(error.into()),
    }
}
