//! The rule book as the page of rates tells it: every book that was in force with the vote that brought it, what has passed and waits for
//! its day, and a member's own latest piece to show it on. Anybody may read it: nothing here is of one member but what they ask themselves.

use manyhands_domain::proposals::fields::{self, Difference};
use manyhands_domain::proposals::opening::Act;
use manyhands_domain::rules::Book;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::effects as rows;
pub use manyhands_store::proposals::effects::Piece;
use manyhands_store::{Sql, ledger};

use crate::actions::Error;
use crate::actions::proposals::{Counted, Proposal, act_of, counted};
use crate::actions::rights::Member;
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

/// Rule books that were in force, and whether there were more before them.
#[derive(Clone, Debug)]
pub struct Story {
    /// Newest first.
    pub books: Vec<Enacted>,
    /// The index below which the earlier ones stand; nothing where the founding one is among these.
    pub earlier: Option<u64>,
}

/// The rule book today.
#[derive(Clone, Debug)]
pub struct Today {
    /// The one in force and those before it.
    pub story: Story,
    /// What has passed and waits, soonest first.
    pub coming: Vec<Coming>,
    /// When the last books were entered, oldest first, for the line of time.
    pub times: Vec<Timestamp>,
}

/// The book in force with the last changes, and what has passed and waits.
///
/// # Errors
/// When the co-op has no book, or a row is damaged.
pub async fn today(deps: &Deps) -> Result<Today, Error> {
    let moment = deps.db.snapshot().await?;
    let story = enacted(&moment, u64::MAX).await?;
    let book = &story.books.first().ok_or_else(|| Error::broken("no rule book is enacted"))?.book;
    let mut coming = Vec::new();
    for row in rows::list_rules_waiting(&moment).await? {
        let Act::Rules(patch) = act_of(&row)? else { continue };
        let at = Timestamp::from_secs(row.enacts_at.ok_or_else(|| Error::broken("a change without a day"))?);
        let fits = manyhands_domain::proposals::change::within_limits(book, &patch).is_ok();
        coming.push(Coming { by: voted(row)?, at, differences: fields::differences(book, &patch), fits });
    }
    coming.sort_by_key(|coming| (coming.at, coming.by.row.number));
    let mut times = ledger::list_book_times(&moment, ON_THE_LINE).await?;
    times.reverse();
    Ok(Today { story, coming, times })
}

/// The rule books that were in force before an entry.
///
/// # Errors
/// [`Error::NotFound`] where there were none.
pub async fn earlier(deps: &Deps, before: u64) -> Result<Story, Error> {
    let story = enacted(&deps.db.snapshot().await?, before).await?;
    if story.books.is_empty() { Err(Error::NotFound) } else { Ok(story) }
}

/// Of the books before an entry those of one page, each beside the one before it.
async fn enacted(on: &impl Sql, before: u64) -> Result<Story, Error> {
    let length = usize::try_from(A_PAGE).map_err(Error::broken)?;
    let dated = ledger::books_before(on, before, A_PAGE.saturating_add(1)).await?;
    let mut read = Vec::with_capacity(dated.len());
    for dated in dated {
        let book = Book::parse(&serde_json::from_str(&dated.book).map_err(Error::broken)?).map_err(Error::broken)?;
        read.push((dated.index, dated.at, book));
    }
    let shown = read.get(..length.min(read.len())).unwrap_or_default();
    let mut votes = Vec::new();
    if let (Some((to, ..)), Some((from, ..))) = (shown.first(), shown.last()) {
        for row in rows::list_rules_enacted(on, (*from, *to)).await? {
            votes.push(voted(row)?);
        }
    }
    let mut books = Vec::with_capacity(shown.len());
    for (place, (index, at, book)) in shown.iter().enumerate() {
        let whole = book.value().as_object().cloned().unwrap_or_default();
        let before = read.get(place.saturating_add(1));
        let differences = before.map(|(.., before)| fields::differences(before, &whole)).unwrap_or_default();
        let by = votes.iter().find(|vote| vote.row.outcome_index.and_then(|index| u64::try_from(index).ok()) == Some(*index)).cloned();
        books.push(Enacted { index: *index, at: *at, book: book.clone(), differences, by });
    }
    let earlier = if read.len() > length { books.last().map(|book| book.index) } else { None };
    Ok(Story { books, earlier })
}

fn voted(row: Proposal) -> Result<Voted, Error> {
    let counted = counted(&row)?.ok_or_else(|| Error::broken("what was never counted changed the rules"))?;
    Ok(Voted { row, counted })
}

/// A member's own latest accepted piece.
///
/// # Errors
/// When the database fails.
pub async fn latest_piece(deps: &Deps, by: &Member) -> Result<Option<Piece>, Error> {
    Ok(rows::find_latest_piece(&deps.db.read(), by.id()).await?)
}

/// Rule books on a page.
const A_PAGE: u64 = 20;
/// Rule books on the line of time: more would be one line of knots.
const ON_THE_LINE: u64 = 200;
