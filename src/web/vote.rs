//! The page of one vote: what passing does, how far the quorum is, until when; and once it is closed, every count, how each threshold
//! was met or missed, and what came of it. While it is open nothing on it depends on how anybody voted.

use manyhands_domain::proposals::tally::{Quorum, Verdict};
use manyhands_domain::refusal::Arg;
use manyhands_domain::time::Timestamp;
use rocket::get;

use crate::actions::proposals::{self, Counted, Frozen, Turnout, ballots};
use crate::actions::rights::Member;
use crate::actions::{Error, Proposal};
use crate::i18n::Say;
use crate::web::answer::{Answer, Result};
use crate::web::discussion;
use crate::web::motions::{self, both};
use crate::web::page::Page;
use crate::web::pay::seal;
use crate::web::people::name_of;
use crate::web::proposals::{proposal_id, shown_id};
use crate::web::rule_words::{kind_words, majority, quorum, share};
use crate::web::sheet::{Block, Leaf, Row, Sheet, Table, TableRow};
use crate::web::tally::{Words, tally};
use crate::web::turnout::{how_far, own_words, turnout_words, verdict_words};

#[get("/proposals/<id>?<said>", rank = 2)]
pub(super) async fn one(page: Page, id: &str, said: Option<u64>) -> Result {
    let member = page.member()?;
    let row = proposals::find(&page.deps, &member, &proposal_id(id)?).await?;
    let sheet = sheet(&page, &member, &row, said).await?;
    page.show(sheet).await
}

/// A vote as a member reads it.
pub(super) async fn sheet(page: &Page, member: &Member, row: &Proposal, said: Option<u64>) -> Result<Sheet> {
    let frozen = proposals::frozen(row)?.ok_or(Answer::Error(Error::NotFound))?;
    let (say, id) = (&page.say, shown_id(row));
    let margin = say.with("vote-margin", &[("id", id.as_str().into()), ("date", say.date(page.now()).into())]);
    let sheet = Sheet::new(margin, row.title.clone());
    let counted = proposals::counted(row)?;
    let head = match &counted {
        None => open(page, member, row, &frozen, sheet).await?,
        Some(counted) => closed(page, row, &frozen, counted, sheet)?,
    };
    let (mut sheet, far) = head;
    let does = match (row.outcome_index, &counted) {
        (Some(_), _) => "vote-did",
        (None, Some(_)) => "vote-was",
        (None, None) => "vote-does",
    };
    let mut blocks = motions::blocks(page, member, row).await?;
    blocks.extend(motions::effects_way(say, row).map(|way| Block::Links(vec![way])));
    sheet = sheet.leaf(say.t(does), blocks);
    let mut why = vec![Block::Lines(row.text.clone()), Block::Small(author_words(page, row))];
    why.extend(row.again.map(|first| Block::Small(say.with("vote-second-call", &[("id", format!("P-{first}").into())]))));
    sheet = sheet.leaf(say.t("vote-why"), why);
    sheet.leaves.extend(far);
    sheet = sheet.leaf(say.t("vote-terms"), vec![Block::Facts(facts(page, row, &frozen)), Block::Small(say.t("vote-terms-words"))]);
    sheet = sheet.leaf(say.t("in-the-book"), vec![Block::Rows(entries(page, row, &frozen)), Block::Small(say.t("vote-for-ever"))]);
    Ok(sheet.leaf(say.t("discussion-label"), discussion::blocks(page, member, row, said).await?))
}

/// The head of an open vote, turnout and the way to the ballot, and nothing of how it stands; and what follows its reasons.
async fn open(page: &Page, member: &Member, row: &Proposal, frozen: &Frozen, sheet: Sheet) -> Result<(Sheet, Vec<Leaf>)> {
    let say = &page.say;
    let turnout = proposals::turnout(&page.deps, member, row).await?;
    let standing = ballots::standing(&page.deps, member, row).await?;
    let (id, now, window) = (shown_id(row), standing.now, frozen.window);
    let when = if now < window.opens {
        say.with("proposals-opens", &[("when", window.opens.into())])
    } else if now >= window.closes {
        say.t("proposals-counted-soon")
    } else {
        say.with("proposals-closes", &[("when", window.closes.into())])
    };
    let voted = !standing.own.is_empty();
    let mut sheet = sheet.lead(turnout_words(say, &turnout), when).lede(say.t(own_words(voted, standing.on_roll)));
    if standing.on_roll && now < window.closes {
        let words = if now < window.opens {
            "vote-ballot-later"
        } else if voted {
            "vote-change"
        } else {
            "vote-go"
        };
        sheet = sheet.go(format!("/proposals/{id}/ballot"), say.t(words));
    }
    let far = vec![
        Block::Text(distance(say, &turnout)),
        how_far(say, &turnout),
        Block::Small(say.with("vote-how-counted", &[("majority", majority(say, frozen.majority).into())])),
    ];
    let to_all = proposals::is_open_to_all(&page.deps, member, row).await?;
    let known = vec![Block::Text(say.t(if to_all { "ballots-known-all" } else { "vote-known-words" }))];
    let leaf = |id: &str, blocks| Leaf { label: say.t(id), blocks };
    Ok((sheet, vec![leaf("vote-far", far), leaf("vote-known", known)]))
}

/// `One more ballot makes the quorum.`
fn distance(say: &Say, turnout: &Turnout) -> String {
    match turnout.needed.saturating_sub(turnout.cast) {
        0 => say.t("vote-quorum-reached"),
        missing => say.with("vote-quorum-missing", &[("missing", missing.into())]),
    }
}

/// The head of a closed vote, and its result.
fn closed(page: &Page, row: &Proposal, frozen: &Frozen, counted: &Counted, sheet: Sheet) -> Result<(Sheet, Vec<Leaf>)> {
    let say = &page.say;
    let id = shown_id(row);
    let mut sheet =
        sheet.lead(verdict_words(say, counted.verdict), majority_words(say, frozen, counted)).lede(after_words(page, row, counted));
    if let Some(again) = row.called_again {
        sheet = sheet.go(format!("/proposals/P-{again}"), say.with("vote-again-way", &[("id", format!("P-{again}").into())]));
    }
    let counts = counted.counts;
    let line = |id: &str, count: u64, total: u8| TableRow {
        name: say.t(id),
        figures: vec![crate::i18n::count(i64::try_from(count).unwrap_or(i64::MAX))],
        total,
        ..TableRow::default()
    };
    let mut rows = vec![line("vote-yes", counts.yes, 0), line("vote-no", counts.no, 0), line("vote-abstained", counts.abstain, 0)];
    if counted.unopened > 0 {
        rows.push(line("vote-unopened", counted.unopened, 0));
    }
    rows.extend([line("vote-cast", counted.cast, 1), line("vote-not-cast", counted.eligible.saturating_sub(counted.cast), 0)]);
    rows.push(line("vote-roll", counted.eligible, 2));
    let mut blocks = vec![Block::Table(Table { heads: vec![say.t("vote-ballots"), say.t("vote-members")], rows })];
    let needed = frozen.quorum.needed(counted.eligible);
    blocks.push(Block::Text(quorum_words(say, counted, frozen.quorum, needed)));
    blocks.push(how_far(say, &Turnout { cast: counted.cast, eligible: counted.eligible, needed }));
    let said = counts.yes.saturating_add(counts.no);
    if said > 0 && counted.verdict != Verdict::NoQuorum {
        blocks.push(Block::Text(majority_words(say, frozen, counted)));
        blocks.push(majority_strokes(say, frozen, counted));
    }
    let how = [("keys", counted.by_key.into()), ("sessions", counted.by_session.into()), ("fresh", counted.by_new_key.into())];
    blocks.extend([Block::Text(say.with("vote-signed", &how)), Block::Small(say.t("vote-signed-words"))]);
    blocks.push(Block::Links(vec![(format!("/proposals/{id}/ballots"), say.t("vote-recount"))]));
    Ok((sheet.leaf(say.t("vote-result"), blocks), Vec::new()))
}

fn quorum_words(say: &Say, counted: &Counted, rule: Quorum, needed: u64) -> String {
    let id = if rule.is_met(counted.cast, counted.eligible) { "vote-quorum-met" } else { "vote-quorum-missed" };
    let numbers = [
        ("cast", counted.cast.into()),
        ("eligible", counted.eligible.into()),
        ("needed", needed.into()),
        ("share", quorum(say, rule).into()),
    ];
    say.with(id, &numbers)
}

/// `5 of 8 is under two thirds.`
fn majority_words(say: &Say, frozen: &Frozen, counted: &Counted) -> String {
    let (counts, rule) = (counted.counts, frozen.majority);
    let all = counts.yes.saturating_add(counts.no);
    if counted.verdict == Verdict::NoQuorum {
        let missing = frozen.quorum.needed(counted.eligible).saturating_sub(counted.cast);
        return say.with("vote-result-no-quorum", &[("missing", missing.into())]);
    }
    if counted.verdict == Verdict::Void {
        return say.with("vote-result-void", &[("unopened", counted.unopened.into())]);
    }
    if all == 0 {
        return say.t("vote-result-nobody");
    }
    let id = match (rule.passes(counts.yes, counts.no), rule.least) {
        (true, false) => "vote-result-over",
        (true, true) => "vote-result-least",
        (false, false) => "vote-result-not-over",
        (false, true) => "vote-result-under",
    };
    say.with(id, &[("yes", counts.yes.into()), ("all", all.into()), ("share", share(say, rule.n, rule.d).into())])
}

/// Whoever said yes or no as strokes, yes thick, with the post of the majority.
fn majority_strokes(say: &Say, frozen: &Frozen, counted: &Counted) -> Block {
    let (counts, rule) = (counted.counts, frozen.majority);
    let all = counts.yes.saturating_add(counts.no);
    let words = Words {
        aria: majority_words(say, frozen, counted),
        post: share(say, rule.n, rule.d),
        left: say.with("vote-tally-yes", &[("count", counts.yes.into())]),
        right: say.with("vote-tally-no", &[("count", counts.no.into())]),
    };
    tally(words, counts.yes, all, (rule.n, rule.d))
}

/// What follows from the result, and when.
pub(super) fn after_words(page: &Page, row: &Proposal, counted: &Counted) -> String {
    let say = &page.say;
    let day = |at: Option<i64>| say.date(Timestamp::from_secs(at.unwrap_or_default()));
    match (counted.verdict, row.outcome.as_deref()) {
        (Verdict::Passed, Some("waiting" | "accepted" | "refused")) => {
            let id = match (row.act.as_str(), row.outcome.as_deref()) {
                ("price-ask", Some("accepted")) => "vote-after-accepted",
                ("price-ask", Some("refused")) => "vote-after-refused",
                ("price-ask", _) => "vote-after-asked",
                _ => "vote-after-waiting",
            };
            say.with(id, &[("date", day(row.enacts_at).into())])
        }
        (Verdict::Passed, Some("paused")) => say.with("vote-after-paused", &[("date", day(row.outcome_at).into())]),
        (Verdict::Passed, Some("lapsed")) => {
            let reason = say.t(&format!("vote-lapsed-{}", row.outcome_reason));
            say.with("vote-after-lapsed", &[("date", day(row.outcome_at).into()), ("reason", reason.into())])
        }
        (Verdict::Passed, Some(_)) => say.with("vote-after-done", &[("date", day(row.outcome_at).into())]),
        (Verdict::Passed, None) => say.t("vote-after-recorded"),
        (Verdict::NoQuorum, _) if row.called_again.is_some() => say.t("vote-after-again"),
        _ => match row.act.as_str() {
            act @ ("contract-take" | "contract-end") => say.t(&format!("vote-after-{act}")),
            _ => say.t("vote-after-nothing"),
        },
    }
}

/// Who proposed it.
fn author_words(page: &Page, row: &Proposal) -> String {
    match row.author_id {
        Some(_) => page.say.with("vote-by", &[("name", name_of(page, &row.author_name).into())]),
        None => page.say.t("vote-by-log"),
    }
}

/// What was frozen when it was opened.
fn facts(page: &Page, row: &Proposal, frozen: &Frozen) -> Vec<(String, String)> {
    let say = &page.say;
    let needed = frozen.quorum.needed(frozen.eligible);
    let of_roll = [("share", quorum(say, frozen.quorum).into()), ("needed", needed.into()), ("eligible", frozen.eligible.into())];
    let mut facts = vec![
        (say.t("vote-fact-kind"), kind_words(say, &row.kind)),
        (say.t("vote-fact-roll"), say.with("vote-members-count", &[("count", Arg::from(frozen.eligible))])),
        (say.t("vote-fact-quorum"), say.with("vote-fact-quorum-words", &of_roll)),
        (say.t("vote-fact-majority"), majority(say, frozen.majority)),
        (say.t("vote-fact-opens"), both(say, frozen.window.opens)),
        (say.t("vote-fact-closes"), both(say, frozen.window.closes)),
    ];
    facts.extend(motions::day_fact(say, row));
    facts
}

/// The entries of a vote: opened, closed, and what it brought.
fn entries(page: &Page, row: &Proposal, frozen: &Frozen) -> Vec<Row> {
    let say = &page.say;
    let entry = |id: &str, index: i64, at: Option<i64>| Row {
        title: say.t(id),
        facts: at.map(|at| say.moment(Timestamp::from_secs(at))).into_iter().collect(),
        seal: Some(seal(page, index)),
        ..Row::default()
    };
    let opened = i64::try_from(frozen.opened).unwrap_or(i64::MAX);
    let mut rows = vec![entry("entry-proposal-opened", opened, None)];
    rows.extend(row.closed_index.map(|index| entry("entry-proposal-closed", index, None)));
    let brought = if row.act == "rules" {
        "entry-rule-enacted"
    } else if row.act == "price-ask" {
        "entry-batch-repriced"
    } else {
        "vote-brought"
    };
    rows.extend(row.outcome_index.map(|index| entry(brought, index, row.outcome_at)));
    rows
}
