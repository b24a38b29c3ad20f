//! Proposals: drafts, what was put to the vote, how it ended, and what became of it.

pub mod ballots;
pub mod candidates;
pub mod comments;
pub mod due;
pub mod effects;
pub mod projected;

use std::collections::BTreeSet;

use manyhands_domain::ids::{MemberId, PersonId, ProposalId};
use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, count, execute, find, find_value, lock_by_name, values};
use crate::{Sql, StoreError, Tx};

/// A proposal as it stands.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Proposal {
    /// Random; its address while it is a draft.
    pub id: String,
    /// Of `P-…`, from its opening on.
    pub number: Option<i64>,
    /// `draft`, `withdrawn`, `open`, `passed`, `rejected`, `no-quorum`, `void`.
    pub state: String,
    /// The kind of vote.
    pub kind: String,
    /// What passing comes to: `domain::proposals::opening::Act`'s word.
    pub act: String,
    /// About what, JSON.
    pub about: String,
    /// One line.
    pub title: String,
    /// In its author's words.
    pub text: String,
    /// Of both.
    pub language: String,
    /// Days of voting.
    pub days: i64,
    /// Of a draft: when the author wants it to open, nothing for at once.
    pub opens_at: Option<i64>,
    /// When it closes.
    pub closes_at: Option<i64>,
    /// Of a draft: from when on it should hold; once opened, from when on it does.
    pub enacts_at: Option<i64>,
    /// The author's id in the ledger; nothing where only the log knows the proposal.
    pub author_id: Option<String>,
    /// The author's name; empty once they are erased.
    pub author_name: String,
    /// The number of the one without quorum, of a second call.
    pub again: Option<i64>,
    /// Seconds.
    pub created_at: i64,
    /// Seconds.
    pub changed_at: i64,
    /// Its `proposal.opened`.
    pub opened_index: Option<i64>,
    /// The calc of that, JSON.
    pub terms: Option<String>,
    /// Its `proposal.closed`.
    pub closed_index: Option<i64>,
    /// The calc of that, JSON.
    pub tally: Option<String>,
    /// Reminders sent: 0, 1, 2.
    pub reminded: i64,
    /// When members whose ballots the server cannot open were told, in seconds; 0 if not yet, 1 where an earlier version told them.
    pub told_unopened: i64,
    /// What became of what passed: `waiting`, `accepted`, `refused`, `paused`, `done`, `lapsed`.
    pub outcome: Option<String>,
    /// The entry that it brought, if it brought one.
    pub outcome_index: Option<i64>,
    /// When.
    pub outcome_at: Option<i64>,
    /// Why it lapsed, a refusal's code.
    pub outcome_reason: String,
    /// Who signed the draft beside its author.
    pub cosponsors: i64,
    /// The number of the second call, if there was one.
    pub called_again: Option<i64>,
}

/// What an author may still change.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// The kind of vote.
    pub kind: &'a str,
    /// What passing comes to, and about what.
    pub act: (&'a str, &'a str),
    /// One line.
    pub title: &'a str,
    /// In their words.
    pub text: &'a str,
    /// Of both.
    pub language: &'a str,
    /// Days of voting.
    pub days: i64,
    /// When it should open.
    pub opens: Option<Timestamp>,
    /// From when on it should hold.
    pub enacts: Option<Timestamp>,
}

/// How a proposal was opened.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'a> {
    /// Of `P-…`.
    pub number: u64,
    /// Its `proposal.opened`.
    pub index: u64,
    /// The calc of that.
    pub terms: &'a str,
    /// From, to, and from when on it holds.
    pub times: [Timestamp; 3],
}

/// Who signed a draft beside its author.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Cosponsor {
    /// Their id in the ledger.
    pub member_id: String,
    /// Their name; empty once they are erased.
    pub name: String,
    /// Seconds.
    pub at: i64,
}

/// Keeps a fresh draft.
pub async fn insert(tx: &Tx, id: &str, author: &MemberId, content: &Content<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO proposals (id, state, kind, act, about, title, text, language, days, opens_at, enacts_at, author_id, created_at, changed_at) \
         VALUES ($1, 'draft', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        values![
            id,
            content.kind,
            content.act.0,
            content.act.1,
            content.title,
            content.text,
            content.language,
            content.days,
            content.opens.map(Timestamp::secs),
            content.enacts.map(Timestamp::secs),
            author.as_str(),
            now.secs()
        ],
    )
    .await?;
    Ok(())
}

/// Changes a draft: whoever had signed it has not signed this.
pub async fn set_content(tx: &Tx, id: &str, content: &Content<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE proposals SET kind = $2, act = $3, about = $4, title = $5, text = $6, language = $7, days = $8, opens_at = $9, \
         enacts_at = $10, changed_at = $11 WHERE id = $1 AND state = 'draft'",
        values![
            id,
            content.kind,
            content.act.0,
            content.act.1,
            content.title,
            content.text,
            content.language,
            content.days,
            content.opens.map(Timestamp::secs),
            content.enacts.map(Timestamp::secs),
            now.secs()
        ],
    )
    .await?;
    execute(tx, "DELETE FROM proposal_cosponsors WHERE proposal_id = $1", values![id]).await?;
    Ok(())
}

/// Holds a proposal until the transaction ends: whoever else acts on it waits.
pub async fn lock(tx: &Tx, id: &str) -> Result<(), StoreError> {
    lock_by_name(tx, &format!("proposal {id}")).await
}

/// A proposal by its own id.
pub async fn find_by_id(on: &impl Sql, id: &str) -> Result<Option<Proposal>, StoreError> {
    find(on, format!("{SELECT} WHERE p.id = $1"), values![id]).await
}

/// A proposal by its number.
pub async fn find_proposal(on: &impl Sql, id: &ProposalId) -> Result<Option<Proposal>, StoreError> {
    find(on, format!("{SELECT} WHERE p.number = $1"), values![number_of(id)?]).await
}

/// Held until the transaction ends, and as it stands then.
pub async fn load_held(tx: &Tx, id: &ProposalId) -> Result<Proposal, StoreError> {
    let row = find_proposal(tx, id).await?.ok_or(StoreError::Missing("proposal"))?;
    lock(tx, &row.id).await?;
    find_proposal(tx, id).await?.ok_or(StoreError::Missing("proposal"))
}

/// Votes that are closed, newest first, below a number.
pub async fn list_closed(on: &impl Sql, below: i64, limit: u64) -> Result<Vec<Proposal>, StoreError> {
    let sql = format!("{SELECT} WHERE p.number < $1 AND p.closed_index IS NOT NULL ORDER BY p.number DESC LIMIT $2");
    all(on, sql, values![below, count(limit)?]).await
}

/// Votes that are open, soonest to close first, so many from the one at this place on.
pub async fn list_open(on: &impl Sql, (from, limit): (u64, u64)) -> Result<Vec<Proposal>, StoreError> {
    let sql = format!("{SELECT} WHERE p.state = 'open' ORDER BY p.closes_at, p.number LIMIT $1 OFFSET $2");
    all(on, sql, values![count(limit)?, count(from)?]).await
}

/// How many votes are open that a member put, or that were called again of theirs.
pub async fn count_open(on: &impl Sql, author: &MemberId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS v FROM proposals WHERE author_id = $1 AND state = 'open'";
    Ok(find_value(on, sql, values![author.as_str()]).await?.unwrap_or(0))
}

/// Drafts, newest first, so many from the one at this place on.
pub async fn list_drafts(on: &impl Sql, (from, limit): (u64, u64)) -> Result<Vec<Proposal>, StoreError> {
    let sql = format!("{SELECT} WHERE p.state = 'draft' ORDER BY p.changed_at DESC, p.id LIMIT $1 OFFSET $2");
    all(on, sql, values![count(limit)?, count(from)?]).await
}

/// Ids of the drafts that a member has signed.
pub async fn list_signed(on: &impl Sql, member: &MemberId) -> Result<BTreeSet<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
    }
    let sql = "SELECT s.proposal_id AS id FROM proposal_cosponsors s JOIN proposals p ON p.id = s.proposal_id \
               WHERE s.member_id = $1 AND p.state = 'draft'";
    Ok(all::<Row>(on, sql, values![member.as_str()]).await?.into_iter().map(|row| row.id).collect())
}

/// Notes that a draft's author was told that enough have signed this content; false if they were before.
pub async fn set_told_ready(tx: &Tx, id: &str, content_sha256: &str) -> Result<bool, StoreError> {
    let sql = "UPDATE proposals SET told_ready = $2 WHERE id = $1 AND told_ready <> $2";
    Ok(execute(tx, sql, values![id, content_sha256]).await? == 1)
}

/// How many drafts a member has.
pub async fn count_drafts(on: &impl Sql, author: &MemberId) -> Result<i64, StoreError> {
    let drafts: Option<i64> =
        find_value(on, "SELECT COUNT(*) AS v FROM proposals WHERE author_id = $1 AND state = 'draft'", values![author.as_str()]).await?;
    Ok(drafts.unwrap_or(0))
}

/// Withdraws a draft; false if it is none.
pub async fn withdraw(tx: &Tx, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let touched =
        execute(tx, "UPDATE proposals SET state = 'withdrawn', changed_at = $2 WHERE id = $1 AND state = 'draft'", values![id, now.secs()])
            .await?;
    Ok(touched == 1)
}

/// Whoever has left puts nothing to the vote any more: their drafts are withdrawn.
pub async fn withdraw_drafts_of(tx: &Tx, author: &MemberId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE proposals SET state = 'withdrawn', changed_at = $2 WHERE author_id = $1 AND state = 'draft'";
    execute(tx, sql, values![author.as_str(), now.secs()]).await?;
    Ok(())
}

/// Notes who signs a draft; false if they did before.
pub async fn cosign(tx: &Tx, id: &str, member: &MemberId, now: Timestamp) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "INSERT INTO proposal_cosponsors (proposal_id, member_id, at) VALUES ($1, $2, $3) ON CONFLICT (proposal_id, member_id) DO NOTHING",
        values![id, member.as_str(), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Takes it back; false if they had not signed.
pub async fn uncosign(tx: &Tx, id: &str, member: &MemberId) -> Result<bool, StoreError> {
    let sql = "DELETE FROM proposal_cosponsors WHERE proposal_id = $1 AND member_id = $2";
    Ok(execute(tx, sql, values![id, member.as_str()]).await? == 1)
}

/// Who signed a draft beside its author, and has not left, oldest first.
pub async fn list_cosponsors(on: &impl Sql, id: &str) -> Result<Vec<Cosponsor>, StoreError> {
    all(
        on,
        "SELECT s.member_id, COALESCE(p.name, '') AS name, s.at FROM proposal_cosponsors s JOIN members m ON m.id = s.member_id \
         LEFT JOIN people p ON p.id = m.person_id WHERE s.proposal_id = $1 AND m.left_at IS NULL ORDER BY s.at, s.member_id",
        values![id],
    )
    .await
}

/// The next number. Taken under the ledger's lock, no two get the same.
pub async fn next_number(tx: &Tx) -> Result<u64, StoreError> {
    let last: Option<i64> = find_value(tx, "SELECT COALESCE(MAX(number), 0) AS v FROM proposals", vec![]).await?;
    crate::sql::uncount(last.unwrap_or(0).saturating_add(1))
}

/// Puts a draft to the vote.
pub async fn set_open(tx: &Tx, id: &str, opened: &Opened<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let [opens, closes, enacts] = opened.times;
    let touched = execute(
        tx,
        "UPDATE proposals SET state = 'open', number = $2, opened_index = $3, terms = $4, opens_at = $5, closes_at = $6, enacts_at = $7, \
         changed_at = $8 WHERE id = $1 AND state = 'draft'",
        values![id, count(opened.number)?, count(opened.index)?, opened.terms, opens.secs(), closes.secs(), enacts.secs(), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// Keeps the second call of a proposal that had no quorum, open at once.
pub async fn insert_again(tx: &Tx, id: &str, first: &Proposal, opened: &Opened<'_>, now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "INSERT INTO proposals (id, state, kind, act, about, title, text, language, days, author_id, again, created_at, changed_at) \
         SELECT $2, 'draft', kind, act, about, title, text, language, days, author_id, number, $3, $3 FROM proposals WHERE id = $1",
        values![first.id.as_str(), id, now.secs()],
    )
    .await?;
    set_open(tx, id, opened, now).await?;
    Ok(())
}

/// Closes a vote; what passed and brings something waits for its day.
pub async fn set_closed(
    tx: &Tx,
    id: &str,
    (state, index, tally): (&str, u64, &str),
    waits: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = execute(
        tx,
        "UPDATE proposals SET state = $2, closed_index = $3, tally = $4, outcome = $5, changed_at = $6 WHERE id = $1 AND state = 'open'",
        values![id, state, count(index)?, tally, waits.then(|| "waiting".to_owned()), now.secs()],
    )
    .await?;
    Ok(touched == 1)
}

/// What becomes of what passed: `accepted`, `refused`, `paused`, `done`, `lapsed`, with the entry that it brought or why it lapsed.
pub async fn set_outcome(tx: &Tx, id: &str, outcome: &str, (index, reason): (Option<u64>, &str), now: Timestamp) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE proposals SET outcome = $2, outcome_index = $3, outcome_reason = $4, outcome_at = $5, changed_at = $5 WHERE id = $1",
        values![id, outcome, index.map(count).transpose()?, reason, now.secs()],
    )
    .await?;
    Ok(())
}

/// Ids of those on the roll of a vote that was opened at this index, sorted bytewise: admitted and not left before it.
pub async fn roll(on: &impl Sql, index: u64) -> Result<Vec<String>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        member_id: String,
    }
    let sql = format!("SELECT a.member_id FROM entries a WHERE {ON_ROLL} ORDER BY a.member_id");
    let mut ids: Vec<String> = all::<Row>(on, sql, values![count(index)?]).await?.into_iter().map(|row| row.member_id).collect();
    ids.sort();
    Ok(ids)
}

/// Whether a member is on that roll.
pub async fn is_on_roll(on: &impl Sql, index: u64, member: &MemberId) -> Result<bool, StoreError> {
    let sql = format!("SELECT COUNT(*) AS v FROM entries a WHERE {ON_ROLL} AND a.member_id = $2");
    let found: Option<i64> = find_value(on, sql, values![count(index)?, member.as_str()]).await?;
    Ok(found.unwrap_or(0) > 0)
}

/// A member on the roll of a vote.
#[derive(Clone, Debug)]
pub struct Elector {
    /// Their account.
    pub person: PersonId,
    /// Their id in the ledger.
    pub member: String,
    /// Whether they have cast a ballot in it.
    pub voted: bool,
}

/// Those of the roll who are still members and can sign in, with whether they have voted.
pub async fn list_electors(on: &impl Sql, index: u64, number: i64) -> Result<Vec<Elector>, StoreError> {
    #[derive(FromQueryResult)]
    struct Row {
        person_id: String,
        member_id: String,
        voted: i64,
    }
    let sql = format!(
        "SELECT m.person_id, m.id AS member_id, (SELECT COUNT(*) FROM ballots b WHERE b.number = $2 AND b.member_id = m.id) AS voted \
         FROM entries a JOIN members m ON m.id = a.member_id JOIN people p ON p.id = m.person_id \
         WHERE {ON_ROLL} AND m.left_at IS NULL AND p.state = 'active' ORDER BY m.id"
    );
    let rows: Vec<Row> = all(on, sql, values![count(index)?, number]).await?;
    rows.into_iter()
        .map(|row| {
            let person = PersonId::parse(&row.person_id).map_err(|_| StoreError::Damaged(format!("id {}", row.person_id)))?;
            Ok(Elector { person, member: row.member_id, voted: row.voted > 0 })
        })
        .collect()
}

/// Members' words that were never put to the vote, and what they said of others' proposals: emptied when they are erased.
pub async fn forget_words(tx: &Tx, member: &str) -> Result<(), StoreError> {
    execute(
        tx,
        "UPDATE proposals SET title = '', text = '', about = '{}', act = 'text', state = 'withdrawn' \
         WHERE author_id = $1 AND state IN ('draft', 'withdrawn')",
        values![member],
    )
    .await?;
    execute(tx, "UPDATE proposal_comments SET text = '', withdrawn_at = COALESCE(withdrawn_at, at) WHERE member_id = $1", values![member])
        .await?;
    execute(tx, "DELETE FROM proposal_cosponsors WHERE member_id = $1", values![member]).await?;
    execute(tx, "DELETE FROM ballot_drafts WHERE member_id = $1", values![member]).await?;
    Ok(())
}

pub(crate) fn number_of(id: &ProposalId) -> Result<i64, StoreError> {
    let number = id.as_str().strip_prefix("P-").and_then(|number| number.parse().ok());
    number.ok_or_else(|| StoreError::Damaged(format!("id {id}")))
}

/// `a` is the `member.admitted` of somebody who was a member at `$1`.
const ON_ROLL: &str = "a.kind = 'member.admitted' AND a.idx < $1 AND NOT EXISTS \
(SELECT 1 FROM entries l WHERE l.member_id = a.member_id AND l.kind = 'member.left' AND l.idx < $1)";

const SELECT: &str = "\
SELECT p.id, p.number, p.state, p.kind, p.act, p.about, p.title, p.text, p.language, p.days, p.opens_at, p.closes_at, p.enacts_at,
  p.author_id, COALESCE(w.name, '') AS author_name, p.again, p.created_at, p.changed_at, p.opened_index, p.terms, p.closed_index,
  p.tally, p.reminded, p.told_unopened, p.outcome, p.outcome_index, p.outcome_at, p.outcome_reason,
  (SELECT COUNT(*) FROM proposal_cosponsors s JOIN members j ON j.id = s.member_id AND j.left_at IS NULL
   WHERE s.proposal_id = p.id) AS cosponsors,
  (SELECT MAX(n.number) FROM proposals n WHERE n.again = p.number) AS called_again
FROM proposals p LEFT JOIN members m ON m.id = p.author_id LEFT JOIN people w ON w.id = m.person_id";
