//! The rule book as the page of rates tells it: every book that was in force with the vote that brought it, what has passed and waits for
//! its day, and a member's own latest piece to show it on. Anybody may read it: nothing here is of one member but what they ask themselves.

use manyhands_domain::proposals::fields::{self, Difference};
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::effects as rows;
pub use manyhands_store::proposals::effects::Piece;
use manyhands_store::{Sql, ledger};

use crate::actions::proposals::{Counted, Proposal, act_of, counted};
use crate::actions::rights::Member;
use crate::actions::{Error, rules};
use crate::deps::Deps;

/// A rule book that was, or is, in force.
#[derive(Clone, Debug)]
pub struct Enacted {
    /// Its `rule.enacted`.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// The whole book.
    pub book: Book,
    /// What it changed in the book before it; nothing of the founding one.
    pub differences: Vec<Difference>,
    /// The vote that brought it; none of the founding one.
    pub by: Option<Voted>,
}

/// A vote that changed the book, or will.
#[derive(Clone, Debug)]
pub struct Voted {
    /// The proposal.
    pub row: Proposal,
    /// How it was counted.
    pub counted: Counted,
}

/// What has passed and waits for its day.
#[derive(Clone, Debug)]
pub struct Coming {
    /// The vote.
    pub by: Voted,
    /// When.
    pub at: Timestamp,
    /// What it will change, beside the book in force by now.
    pub differences: Vec<Difference>,
    /// Whether it fits beside that book. What does not lapses on its day.
    pub fits: bool,
}

/// The whole story of the rule book, oldest first, and what has passed and waits, soonest first.
///
/// # Errors
/// When the co-op has no book, or a row is damaged.
pub async fn story(deps: &Deps) -> Result<(Vec<Enacted>, Vec<Coming>), Error> {
    let moment = deps.db.snapshot().await?;
    let mut votes = Vec::new();
    for row in rows::list_rule_changes(&moment).await? {
        let counted = counted(&row)?.ok_or_else(|| Error::broken("what was never counted changed the rules"))?;
        votes.push(Voted { row, counted });
    }
    let story = enacted(&moment, &votes).await?;
    let (_, book) = rules::current(&moment).await?;
    let mut coming = Vec::new();
    for by in votes.into_iter().filter(|vote| vote.row.outcome.as_deref() == Some("waiting")) {
        let Act::Rules(patch) = act_of(&by.row)? else { continue };
        let at = Timestamp::from_secs(by.row.enacts_at.ok_or_else(|| Error::broken("a change without a day"))?);
        let fits = manyhands_domain::proposals::change::within_limits(&book, &patch).is_ok();
        coming.push(Coming { by, at, differences: fields::differences(&book, &patch), fits });
    }
    coming.sort_by_key(|coming| (coming.at, coming.by.row.number));
    Ok((story, coming))
}

async fn enacted(on: &impl Sql, votes: &[Voted]) -> Result<Vec<Enacted>, Error> {
    let mut story: Vec<Enacted> = Vec::new();
    for (index, text) in ledger::list_books(on).await? {
        let book = Book::parse(&serde_json::from_str(&text).map_err(Error::broken)?).map_err(Error::broken)?;
        let at = ledger::find_at(on, index).await?.ok_or_else(|| Error::broken("a book without its entry"))?;
        let whole = book.value().as_object().cloned().unwrap_or_default();
        let differences = story.last().map(|before| fields::differences(&before.book, &whole)).unwrap_or_default();
        let by = votes.iter().find(|vote| vote.row.outcome_index.and_then(|index| u64::try_from(index).ok()) == Some(index)).cloned();
        story.push(Enacted { index, at, book, differences, by });
    }
    if story.is_empty() { Err(Error::broken("no rule book is enacted")) } else { Ok(story) }
}

/// A member's own latest accepted piece.
///
/// # Errors
/// When the database fails.
pub async fn latest_piece(deps: &Deps, by: &Member) -> Result<Option<Piece>, Error> {
    Ok(rows::find_latest_piece(&deps.db.read(), by.id()).await?)
}
