//! One's own ballot: what it says, where it stands in the book, what opens it, and opening it oneself where the server cannot.

use manyhands_domain::proposals::sealing::Opening;
use manyhands_domain::proposals::tally::Choice;
use rocket::http::ContentType;
use rocket::{get, post};

use crate::actions::Error;
use crate::actions::proposals::ballots::{self, OwnBallot};
use crate::actions::proposals::closing::own_until;
use crate::actions::proposals::recount::is_opened;
use crate::web::answer::{Answer, Result};
use crate::web::ballots::{Again, Vote, at, choice_words, find, once_more};
use crate::web::forms::{Form, Kind};
use crate::web::page::Page;
use crate::web::post::Post;
use crate::web::sheet::{Block, Row};

/// One's own last ballot: what it says, where it stands, and what opens it.
pub(super) async fn own_blocks(page: &Page, vote: &Vote, last: &OwnBallot) -> Result<Vec<Block>> {
    let say = &page.say;
    let opened = last.opened(&vote.id, vote.member.id());
    let says = opened.map_or_else(|| say.t("ballots-unread"), |opening| choice_words(page, opening.choice));
    let facts = vec![
        (say.t("ballots-says"), says),
        (say.t("ballots-at"), say.moment(last.at)),
        (say.t("ballots-how"), say.t(&format!("ballots-how-{}", last.how))),
        (say.t("ballots-seal"), last.sealed.clone()),
    ];
    let index = last.index;
    let mut links = vec![
        (format!("/ledger/{index}"), say.with("entry-number", &[("index", index.into())])),
        (format!("/ledger/{index}/receipt"), say.t("receipt")),
        (format!("/ledger/{index}/note"), say.t("entry-note")),
    ];
    let became = match vote.row.closed_index {
        None => "ballots-is-cast",
        Some(_) => match is_opened(&page.deps, &vote.member, &vote.row, index).await? {
            Some(true) => "ballots-was-cast",
            Some(false) => "ballots-was-unopened",
            None => "ballots-was-last",
        },
    };
    // The script notes the entry of a ballot that was cast in this browser.
    let kept = Block::Status(vec![
        ("vote", vote.id.to_string()),
        ("member", vote.member.id().to_string()),
        ("index", index.to_string()),
        ("sealed", last.sealed.clone()),
        ("here", say.t("ballots-kept-here")),
        ("remove", say.t("ballots-kept-remove")),
    ]);
    let mut blocks = vec![Block::Text(say.t(became)), Block::Facts(facts)];
    if let Some(opening) = opened {
        // Nothing on the page is as much worth keeping.
        links.insert(0, (at(vote, "ballot/opening"), say.t("ballots-opening-file")));
        blocks.push(Block::Text(say.t("ballots-opening-words")));
        blocks.push(Block::Bytes(hex::encode(opening.salt)));
    }
    if vote.row.state != "open" {
        links.insert(0, (at(vote, "ballots"), say.t("ballots-recount")));
    }
    blocks.extend([Block::Links(links), kept]);
    Ok(blocks)
}

pub(super) fn earlier_row(page: &Page, ballot: &OwnBallot) -> Row {
    let say = &page.say;
    Row {
        title: say.moment(ballot.at),
        facts: vec![say.t(&format!("ballots-how-{}", ballot.how))],
        seal: Some((format!("/ledger/{}", ballot.index), say.with("entry-number", &[("index", ballot.index.into())]))),
        ..Row::default()
    }
}

/// For whoever's ballot the server cannot open: with what they kept.
pub(super) fn open_blocks(page: &Page, vote: &Vote, again: Option<&Again<'_>>) -> Vec<Block> {
    let say = &page.say;
    let until = own_until(&vote.row, vote.frozen.window.closes);
    let any = (String::new(), say.t("ballots-open-choose"));
    let options = std::iter::once(any).chain(Choice::ALL.map(|choice| (choice.word().to_owned(), choice_words(page, choice))));
    let mut form = Form::new(page, at(vote, "ballot/open"), say.t("ballots-open-press"))
        .field(say, "ballots-open", "choice", "", Kind::Select(options.collect()))
        .field(say, "ballots-open", "salt", "", Kind::Text);
    form.key = format!("{}-open", page.key);
    if let Some(again) = again.filter(|again| again.way == "open") {
        form = form.typed(say, again.fields, again.refusals);
    }
    let form = form.beside_others("open");
    vec![Block::Text(say.with("ballots-open-words", &[("until", until.into())])), Block::Form(Box::new(form))]
}

#[post("/proposals/<id>/ballot/open", data = "<post>", rank = 3)]
pub(super) async fn open(page: Page, id: &str, post: Post) -> Result {
    let vote = find(&page, id, "ballot").await?;
    let fields = post.only(&["choice", "salt"])?;
    let typed = (fields.text("choice"), fields.text("salt"));
    match ballots::open_own(&page.deps, &vote.member, &fields.once(), &vote.id, (&typed.0, &typed.1)).await {
        Ok(()) => Ok(Answer::Redirect(at(&vote, "ballot"))),
        Err(Error::Refused(refusals)) => once_more(&page, &vote, "open", &fields, &refusals).await,
        Err(error) => Err(error.into()),
    }
}

/// What opens one's own last ballot, as a small file to keep beside the receipt.
#[get("/proposals/<id>/ballot/opening", rank = 3)]
pub(super) async fn opening(page: Page, id: &str) -> Result {
    let vote = find(&page, id, "ballot").await?;
    let standing = ballots::standing(&page.deps, &vote.member, &vote.row).await?;
    let last = standing.own.first();
    let opened = last.and_then(|last| Some((last, last.opened(&vote.id, vote.member.id())?)));
    let (last, opening) = opened.ok_or(Answer::Error(Error::NotFound))?;
    let name = format!("ballot-{}-{}.txt", vote.id, last.index);
    Ok(Answer::File { kind: ContentType::Plain, name, bytes: opening_text(&page, &vote, last, &opening).into_bytes() })
}

fn opening_text(page: &Page, vote: &Vote, last: &OwnBallot, opening: &Opening) -> String {
    let Opening { choice, salt } = opening;
    let lines = [
        page.say.t("ballots-file-words"),
        String::new(),
        format!("proposal: {}", vote.id),
        format!("member: {}", vote.member.id()),
        format!("entry: {}", last.index),
        format!("choice: {}", choice.word()),
        format!("salt: {}", hex::encode(salt)),
        format!("sealed: {}", last.sealed),
    ];
    lines.join("\n") + "\n"
}
