//! The ballots of a closed vote, for members: one's own first, then all by pseudonymous id, counted again here and in the reader's own
//! browser, with everything that others need to count them without this server.

use manyhands_domain::proposals::tally::Choice;
use rocket::get;
use rocket::http::{ContentType, Status};
use serde_json::{Map, Value, json};

use crate::actions::proposals::ballots::{self, OpenedBallot, OwnBallot};
use crate::actions::proposals::recount::{Recount, count_cast, list_notes, recount};
use crate::actions::proposals::{Counted, counted};
use crate::actions::{Error, log};
use crate::web::answer::{Answer, Result};
use crate::web::ballots::{Vote, choice_words, find};
use crate::web::page::Page;
use crate::web::rule_words::majority;
use crate::web::sheet::{Block, Row, Sheet, Table, TableRow};
use crate::web::turnout::verdict_words;

/// A closed vote with its ballots, opened.
struct Opened {
    vote: Vote,
    counted: Counted,
    ballots: Vec<OpenedBallot>,
    /// How many members' last ballots are in the log, by key and by session.
    cast: [u64; 2],
    own: Option<OwnBallot>,
}

/// Nothing before the vote is closed, and where what opens its ballots is not here.
async fn load(page: &Page, vote: Vote) -> Result<std::result::Result<Opened, Vote>> {
    let Some(counted) = counted(&vote.row)? else { return Ok(Err(vote)) };
    let ballots = match ballots::list_openings(&page.deps, &vote.member, &vote.row).await {
        Ok(ballots) => ballots,
        Err(Error::NotFound) => return Ok(Err(vote)),
        Err(error) => return Err(error.into()),
    };
    let own = ballots::standing(&page.deps, &vote.member, &vote.row).await?.own.into_iter().next();
    let cast = count_cast(&page.deps, &vote.member, &vote.row).await?;
    Ok(Ok(Opened { vote, counted, ballots, cast, own }))
}

impl Opened {
    fn recount(&self) -> Recount {
        recount(&self.vote.frozen, &self.counted, &self.ballots, self.cast)
    }

    /// One's own ballot among those that were counted.
    fn mine(&self) -> Option<&OpenedBallot> {
        self.ballots.iter().find(|ballot| self.own.as_ref().is_some_and(|own| own.index == ballot.index))
    }
}

#[get("/proposals/<id>/ballots?<from>", rank = 3)]
pub(super) async fn list(page: Page, id: &str, from: Option<usize>) -> Result {
    let vote = find(&page, id, "ballots").await?;
    let say = &page.say;
    let margin = say.with("ballots-vote", &[("proposal", vote.id.as_str().into())]);
    let sheet = Sheet::new(margin, vote.row.title.clone());
    let back = Block::Links(vec![(format!("/proposals/{}", vote.id), say.t("ballots-read"))]);
    let opened = match load(&page, vote).await? {
        Ok(opened) => opened,
        Err(vote) => {
            let words = if vote.row.tally.is_some() {
                say.t("ballots-not-here")
            } else {
                say.with("ballots-sealed-until", &[("closes", vote.frozen.window.closes.into())])
            };
            return page.show(sheet.lede(words).leaf(say.t("ballots-list"), vec![back])).await;
        }
    };
    let recount = opened.recount();
    let result = verdict_words(say, opened.counted.verdict);
    let mut sheet = sheet.lede(result).with_script("recount.js");
    sheet = sheet.leaf(say.t("ballots-yours"), own_blocks(&page, &opened));
    sheet = sheet.leaf(say.t("ballots-count"), count_blocks(&page, &opened, &recount));
    sheet = sheet.leaf(say.t("ballots-check"), check_blocks(&page, &opened));
    page.show(sheet.leaf(say.t("ballots-list"), list_blocks(&page, &opened, from.unwrap_or_default(), back))).await
}

/// The reader's own ballot, as it was counted.
fn own_blocks(page: &Page, opened: &Opened) -> Vec<Block> {
    let say = &page.say;
    let Some(own) = &opened.own else { return vec![Block::Text(say.t("ballots-own-none"))] };
    let to_own = Block::Links(vec![(format!("/proposals/{}/ballot", opened.vote.id), say.t("ballots-own"))]);
    let Some(mine) = opened.mine() else {
        // Where every ballot was opened, one that is not among them was left out.
        let words = if opened.counted.unopened > 0 { "ballots-own-unopened" } else { "ballots-own-wrong" };
        return vec![Block::Text(say.t(words)), to_own];
    };
    let kept = own.opened(&opened.vote.id, opened.vote.member.id());
    let holds = mine.opens && mine.sealed == own.sealed && kept.is_none_or(|kept| kept.choice.word() == mine.choice);
    let words = say.t(if holds { "ballots-own-counted" } else { "ballots-own-wrong" });
    vec![Block::Text(words), Block::Rows(vec![row(page, mine, true)]), to_own]
}

fn row(page: &Page, ballot: &OpenedBallot, mine: bool) -> Row {
    let say = &page.say;
    let title = if mine { say.with("entry-you", &[("member", ballot.member.as_str().into())]) } else { ballot.member.clone() };
    let mut facts = vec![say.t(&format!("ballots-by-{}", ballot.how))];
    if !ballot.opens {
        facts.push(say.t("ballots-opens-not"));
    }
    Row {
        title,
        strong: Choice::parse(&ballot.choice).map_or_else(|| ballot.choice.clone(), |choice| choice_words(page, choice)),
        facts,
        seal: Some((format!("/ledger/{}", ballot.index), say.with("entry-number", &[("index", ballot.index.into())]))),
        ..Row::default()
    }
}

/// What the openings come to, beside what the vote's last entry says: thresholds in whole numbers.
fn count_blocks(page: &Page, opened: &Opened, recount: &Recount) -> Vec<Block> {
    let say = &page.say;
    let Counted { eligible, cast, by_key, by_session, by_new_key, unopened, .. } = opened.counted;
    let frozen = &opened.vote.frozen;
    let figure = |id: &str, count: u64, total| TableRow {
        name: say.t(id),
        figures: vec![crate::i18n::count(i64::try_from(count).unwrap_or(i64::MAX))],
        total,
        ..TableRow::default()
    };
    let mut rows = vec![
        figure("ballot-choice-yes", recount.counts.yes, 0),
        figure("ballot-choice-no", recount.counts.no, 0),
        figure("ballot-choice-abstain", recount.counts.abstain, 0),
    ];
    if unopened > 0 {
        rows.push(figure("ballots-unopened", unopened, 0));
    }
    rows.push(figure("ballots-all", cast, 2));
    let met = |is_met: bool| if is_met { "yes" } else { "no" };
    let quorum = say.with(
        "ballots-quorum-words",
        &[
            ("needed", frozen.quorum.needed(eligible).into()),
            ("eligible", eligible.into()),
            ("cast", cast.into()),
            ("met", met(frozen.quorum.is_met(cast, eligible)).into()),
        ],
    );
    let passes = say.with(
        "ballots-majority-words",
        &[
            ("rule", majority(say, frozen.majority).into()),
            ("yes", recount.counts.yes.into()),
            ("all", recount.counts.yes.saturating_add(recount.counts.no).into()),
            ("met", met(frozen.majority.passes(recount.counts.yes, recount.counts.no)).into()),
        ],
    );
    let how = say.with("ballots-how-many", &[("key", by_key.into()), ("session", by_session.into()), ("new", by_new_key.into())]);
    let heads = vec![say.t("ballots-ballots"), String::new()];
    let facts = vec![
        (say.t("ballots-quorum"), quorum),
        (say.t("ballots-majority"), passes),
        (say.t("ballots-result"), verdict_words(say, opened.counted.verdict)),
        (say.t("ballots-cast-how"), how),
    ];
    let mut blocks = vec![
        Block::Text(say.t(if recount.holds { "ballots-server-yes" } else { "ballots-server-no" })),
        Block::Table(Table { heads, rows }),
        Block::Facts(facts),
    ];
    let entries = [("ballots-entry-opened", opened.vote.row.opened_index), ("ballots-entry-closed", opened.vote.row.closed_index)];
    let links =
        entries.into_iter().filter_map(|(id, index)| Some((format!("/ledger/{}", index?), say.with(id, &[("index", index?.into())]))));
    blocks.push(Block::Links(links.collect()));
    blocks
}

/// Counting without taking the server's word: here in the browser, and with the verifier.
fn check_blocks(page: &Page, opened: &Opened) -> Vec<Block> {
    let say = &page.say;
    let id = &opened.vote.id;
    let ballot = |id: &str| say.with(id, &[("choice", "{choice}".into()), ("index", "{index}".into())]);
    let words = json!({
        "button": say.t("ballots-recount-press"),
        "yes": say.t("ballots-recount-yes"),
        "part": say.t("ballots-recount-part"),
        "no": say.t("ballots-recount-no"),
        "all": say.with("ballots-recount-all", &[("count", "{count}".into())]),
        "own": ballot("ballots-recount-own"),
        "own-none": say.t("ballots-recount-own-none"),
        "own-not-there": say.t("ballots-recount-own-not-there"),
        "own-unopened": say.t("ballots-own-unopened"),
        "own-unkept": ballot("ballots-recount-own-unkept"),
        "own-later": ballot("ballots-recount-own-later"),
        "own-missing": ballot("ballots-recount-own-missing"),
        "own-wrong": ballot("ballots-recount-own-wrong"),
        "entry": ballot("ballots-recount-entry"),
        "openings": say.t("ballots-recount-openings"),
        "opening": ballot("ballots-recount-opening"),
        "twice": ballot("ballots-recount-twice"),
        "roll": say.with("ballots-recount-roll", &[("cast", "{cast}".into()), ("eligible", "{eligible}".into())]),
        "checked": say.t("ballots-recount-checked"),
        "counts": say.t("ballots-recount-counts"),
        "result": say.t("ballots-recount-result"),
        "failed": say.t("ballots-recount-failed"),
        "choice-yes": say.t("ballot-choice-yes"),
        "choice-no": say.t("ballot-choice-no"),
        "choice-abstain": say.t("ballot-choice-abstain"),
    });
    let command = format!("manyhands-verify {}/log --vkey origin.vkey --openings openings-{id}.json", page.deps.coop.address);
    vec![
        Block::Text(say.t("ballots-recount-words")),
        Block::Status(vec![
            ("recount", format!("/proposals/{id}/ballots/recount.json")),
            ("openings", format!("/proposals/{id}/ballots/openings.json")),
            ("words", words.to_string()),
        ]),
        Block::Text(say.t("ballots-command-words")),
        Block::Bytes(command),
        Block::Links(vec![(format!("/proposals/{id}/ballots/openings.json"), say.t("ballots-openings-file"))]),
    ]
}

/// All of them, a page at a time.
fn list_blocks(page: &Page, opened: &Opened, from: usize, back: Block) -> Vec<Block> {
    let say = &page.say;
    let at = |from: usize| format!("/proposals/{}/ballots?from={from}", opened.vote.id);
    let mine = opened.mine().map(|mine| mine.index);
    let shown = opened.ballots.iter().skip(from).take(A_PAGE);
    let rows: Vec<Row> = shown.map(|ballot| row(page, ballot, Some(ballot.index) == mine)).collect();
    let mut links = Vec::new();
    if from > 0 {
        links.push((at(from.saturating_sub(A_PAGE)), say.t("ballots-back")));
    }
    if from.saturating_add(A_PAGE) < opened.ballots.len() {
        links.push((at(from.saturating_add(A_PAGE)), say.t("ballots-more")));
    }
    let mut blocks = vec![if rows.is_empty() { Block::Text(say.t("ballots-none")) } else { Block::Rows(rows) }];
    if !links.is_empty() {
        blocks.push(Block::Links(links));
    }
    blocks.push(back);
    blocks
}

/// What the page's own script recounts beside the openings: signed entries and the keys to check them, and nothing that was counted here.
#[get("/proposals/<id>/ballots/recount.json", rank = 3)]
pub(super) async fn told(page: Page, id: &str) -> Result {
    let vote = find(&page, id, "ballots").await?;
    let notes = list_notes(&page.deps, &vote.member, &vote.row).await?;
    let notes: Map<String, Value> = notes.into_iter().map(|(index, note)| (index.to_string(), Value::String(note))).collect();
    let keys = log::role_keys(&page.deps).await?;
    let keys = keys.iter().filter(|key| key.vkey.name().ends_with("/entry"));
    let own = ballots::standing(&page.deps, &vote.member, &vote.row).await?.own;
    let told = json!({
        "proposal": vote.id.as_str(),
        "member": vote.member.id().as_str(),
        "own": own.first().map(|own| own.index),
        "opened": vote.row.opened_index,
        "closed": vote.row.closed_index,
        "keys": keys.map(|key| json!([key.vkey.to_string(), key.from, key.until])).collect::<Vec<_>>(),
        "notes": notes,
    });
    Ok(Answer::Told(Status::Ok, told))
}

/// The openings as the vote's last entry names them: what `manyhands-verify --openings` takes.
#[get("/proposals/<id>/ballots/openings.json", rank = 3)]
pub(super) async fn openings(page: Page, id: &str) -> Result {
    let vote = find(&page, id, "ballots").await?;
    let bytes = ballots::find_openings(&page.deps, &vote.member, &vote.row).await?;
    Ok(Answer::File { kind: ContentType::JSON, name: format!("openings-{}.json", vote.id), bytes })
}

/// Ballots that one page lists.
const A_PAGE: usize = 100;
