//! What stands of votes beside the log, column by column, for whoever holds it against the notes; and what a log brings back.

use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::recovery::Row;
use crate::sql::{all, count, execute, values};
use crate::{Sql, StoreError, Tx, migrate};

/// A row of `proposals` that was put to the vote.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct StoredVote {
    /// Of `P-…`.
    pub number: i64,
    /// Where it stands.
    pub state: String,
    /// Its `proposal.opened`, and the calc of that.
    pub opened_index: i64,
    /// See `opened_index`.
    pub terms: String,
    /// Its `proposal.closed`, and the calc of that.
    pub closed_index: Option<i64>,
    /// See `closed_index`.
    pub tally: Option<String>,
    /// The kind of vote.
    pub kind: String,
    /// What passing comes to.
    pub act: String,
    /// About what, JSON.
    pub about: String,
    /// One line.
    pub title: String,
    /// In its author's words.
    pub text: String,
    /// Of both.
    pub language: String,
    /// From when on it is open.
    pub opens_at: Option<i64>,
    /// Until when.
    pub closes_at: Option<i64>,
    /// From when on what passes holds.
    pub enacts_at: Option<i64>,
    /// The number of the one without quorum.
    pub again: Option<i64>,
    /// What became of what passed.
    pub outcome: Option<String>,
    /// The entry that it brought.
    pub outcome_index: Option<i64>,
}

/// A row of `ballots`.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct StoredBallot {
    /// Its `ballot.cast`.
    pub entry_index: i64,
    /// Of the vote.
    pub number: i64,
    /// Whose.
    pub member_id: String,
    /// Seconds.
    pub at: i64,
    /// `key` or `session`.
    pub how: String,
    /// Its seal.
    pub sealed: String,
    /// The log's size that the voter's key signed.
    pub saw: Option<i64>,
    /// What it says, where that is known.
    pub choice: Option<String>,
    /// What it is sealed with.
    pub salt: Option<Vec<u8>>,
}

/// Every row of either table, in the order of the log; none in a database from before there were votes.
pub async fn list_stored(on: &impl Sql) -> Result<(Vec<StoredVote>, Vec<StoredBallot>), StoreError> {
    if !migrate::has(on, "0026_votes").await? {
        return Ok((Vec::new(), Vec::new()));
    }
    let votes = "SELECT number, state, opened_index, terms, closed_index, tally, kind, act, about, title, text, language, opens_at, \
                 closes_at, enacts_at, again, outcome, outcome_index FROM proposals WHERE number IS NOT NULL ORDER BY number";
    let ballots = "SELECT entry_index, number, member_id, at, how, sealed, saw, choice, salt FROM ballots ORDER BY entry_index";
    Ok((all(on, votes, vec![]).await?, all(on, ballots, vec![]).await?))
}

/// A vote as its entry and its document say it.
#[derive(Clone, Copy, Debug)]
pub struct Recovered<'a> {
    /// Random, for the row.
    pub id: &'a str,
    /// Of `P-…`.
    pub number: i64,
    /// The kind of vote.
    pub kind: &'a str,
    /// What passing comes to, and about what.
    pub act: (&'a str, &'a str),
    /// Title, text, language.
    pub words: [&'a str; 3],
    /// Opens, closes, holds.
    pub times: [Timestamp; 3],
    /// The number of the one without quorum.
    pub again: Option<i64>,
    /// Its `proposal.opened`.
    pub index: u64,
    /// The calc of that.
    pub terms: &'a str,
}

/// Makes the row of a vote anew. A draft that says the same in everything that the entry and its document say, and was put to the vote
/// after the backup, is that vote; a second call was never a draft.
pub async fn recover_opened(tx: &Tx, vote: &Recovered<'_>, at: Timestamp) -> Result<Row, StoreError> {
    let [opens, closes, enacts] = vote.times;
    let days = closes.since(opens) / 86_400;
    let mut row = values![
        vote.number,
        count(vote.index)?,
        vote.terms,
        vote.words[0],
        vote.words[1],
        vote.act.1,
        opens.secs(),
        closes.secs(),
        enacts.secs(),
        at.secs()
    ];
    row.extend(values![vote.kind, vote.act.0, vote.words[2], days]);
    if vote.again.is_none() {
        let draft = "UPDATE proposals SET state = 'open', number = $1, opened_index = $2, terms = $3, opens_at = $7, closes_at = $8, \
                     enacts_at = $9, changed_at = $10 WHERE id = (SELECT MIN(d.id) FROM proposals d WHERE d.state = 'draft' \
                     AND d.title = $4 AND d.text = $5 AND d.about = $6 AND d.kind = $11 AND d.act = $12 AND d.language = $13 \
                     AND d.days = $14)";
        if execute(tx, draft, row.clone()).await? == 1 {
            return Ok(Row::Marked);
        }
    }
    row.extend(values![vote.id, vote.again]);
    execute(
        tx,
        "INSERT INTO proposals (number, opened_index, terms, title, text, about, opens_at, closes_at, enacts_at, created_at, changed_at, \
         kind, act, language, days, id, again, author_id, state) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14, $15, $16, \
         (SELECT f.author_id FROM proposals f WHERE f.number = $16), 'open')",
        row,
    )
    .await?;
    Ok(Row::Made)
}

/// Closes a vote as its entry says.
pub async fn recover_closed(
    tx: &Tx,
    number: i64,
    (state, index, tally): (&str, u64, &str),
    waits: &[&str],
    at: Timestamp,
) -> Result<Row, StoreError> {
    let waits = waits.iter().map(|act| format!("'{act}'")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "UPDATE proposals SET state = $2, closed_index = $3, tally = $4, changed_at = $5, \
         outcome = CASE WHEN $2 = 'passed' AND act IN ({waits}) THEN 'waiting' ELSE NULL END WHERE number = $1"
    );
    let touched = execute(tx, sql, values![number, state, count(index)?, tally, at.secs()]).await?;
    Ok(if touched == 1 { Row::Marked } else { Row::Lost })
}

/// What a passed proposal brought.
pub async fn recover_done(tx: &Tx, number: i64, index: u64, at: Timestamp) -> Result<Row, StoreError> {
    let touched = execute(
        tx,
        "UPDATE proposals SET outcome = 'done', outcome_index = $2, outcome_at = $3 WHERE number = $1",
        values![number, count(index)?, at.secs()],
    )
    .await?;
    Ok(if touched == 1 { Row::Marked } else { Row::Lost })
}
