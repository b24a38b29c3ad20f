//! What members say of a proposal: plain text, for members alone, each withdrawn by whoever wrote it.

use manyhands_domain::refusal::Refusal;
use manyhands_domain::text;
use manyhands_store::proposals::comments::{self as rows, Comment};
use manyhands_store::proposals::{self as proposals, Proposal};

use crate::actions::proposals::first_of;
use crate::actions::rights::Member;
use crate::actions::{Error, Once, begin, new_uuid};
use crate::deps::Deps;

/// Some threads of a discussion.
#[derive(Clone, Debug)]
pub struct Said {
    /// Comments, oldest first: those that begin a thread, and all that answer them.
    pub comments: Vec<Comment>,
    /// Whether more threads follow.
    pub more: bool,
}

/// A page of what is said of a proposal, from 0; oldest thread first.
///
/// # Errors
/// When the database fails.
pub async fn list(deps: &Deps, _by: &Member, row: &Proposal, page: u64) -> Result<Said, Error> {
    let moment = deps.db.snapshot().await?;
    let mut comments = rows::list_begun(&moment, &row.id, (first_of(page, THREADS), THREADS.saturating_add(1))).await?;
    let more = u64::try_from(comments.len()).is_ok_and(|count| count > THREADS);
    comments.truncate(usize::try_from(THREADS).map_err(Error::broken)?);
    for begun in comments.clone() {
        comments.extend(rows::list_answers(&moment, &begun.id).await?);
    }
    Ok(Said { comments, more })
}

/// A comment that can be answered.
///
/// # Errors
/// [`Error::NotFound`] for one of another proposal.
pub async fn find(deps: &Deps, _by: &Member, row: &Proposal, id: &str) -> Result<Comment, Error> {
    let found = rows::find_comment(&deps.db.read(), id).await?;
    found.filter(|comment| comment.proposal_id == row.id).ok_or(Error::NotFound)
}

/// The page on which a comment stands, from 0.
///
/// # Errors
/// When the database fails.
pub async fn page_of(deps: &Deps, _by: &Member, id: &str) -> Result<u64, Error> {
    let moment = deps.db.snapshot().await?;
    let (begun, _) = rows::thread_of(&moment, id).await?;
    let begun = rows::find_comment(&moment, &begun).await?.ok_or(Error::NotFound)?;
    Ok(rows::place_of(&moment, &begun).await?.checked_div(THREADS).unwrap_or_default())
}

/// Says something of a draft or of a vote that is open, as an answer to a comment or on its own; the comment's id.
///
/// # Errors
/// [`Error::NotFound`] for a proposal or comment that is not there; `comment-over` once the vote is closed; `comment-empty`;
/// `comments-thread-full`; `comments-many`.
pub async fn write(deps: &Deps, by: &Member, once: &Once, proposal: &str, reply_to: Option<&str>, typed: &str) -> Result<String, Error> {
    let text = text::lines(typed, COMMENT_CHARS).map_err(|error| error.refusal("text", COMMENT_CHARS, "comment-empty"))?;
    let work = begin!(deps, by.actor(), once);
    let row = proposals::find_by_id(&work.tx, proposal).await?.ok_or(Error::NotFound)?;
    if !matches!(row.state.as_str(), "draft" | "open") {
        return Err(Refusal::new("comment-over").into());
    }
    if let Some(reply_to) = reply_to {
        rows::find_comment(&work.tx, reply_to).await?.filter(|comment| comment.proposal_id == row.id).ok_or(Error::NotFound)?;
        if rows::thread_of(&work.tx, reply_to).await?.1 >= MOST_ANSWERS {
            return Err(Refusal::new("comments-thread-full").field("text").with("most", MOST_ANSWERS).into());
        }
    }
    rows::hold_of(&work.tx, &row.id, by.id()).await?;
    if rows::count_since(&work.tx, &row.id, by.id(), work.now().plus_days(-1)).await? >= MOST_A_DAY {
        return Err(Refusal::new("comments-many").field("text").with("most", MOST_A_DAY).into());
    }
    let comment = Comment {
        id: new_uuid(deps),
        proposal_id: row.id,
        reply_to: reply_to.map(str::to_owned),
        member_id: by.id().to_string(),
        name: String::new(),
        text,
        at: work.now().secs(),
        withdrawn_at: None,
    };
    rows::insert(&work.tx, &comment).await?;
    work.commit(comment.id).await
}

/// Takes a comment of one's own away; its place stays, for those that answer it.
///
/// # Errors
/// [`Error::NotFound`] for another's, and for one that was withdrawn.
pub async fn withdraw(deps: &Deps, by: &Member, once: &Once, id: &str) -> Result<(), Error> {
    let work = begin!(deps, by.actor(), once);
    if !rows::withdraw(&work.tx, id, by.id(), work.now()).await? {
        return Err(Error::NotFound);
    }
    work.commit(()).await
}

const COMMENT_CHARS: usize = 4_000;
const MOST_A_DAY: i64 = 50;
/// Threads on a page.
const THREADS: u64 = 20;
/// In one thread: whoever has more to say begins another, and no page grows without end.
const MOST_ANSWERS: u64 = 100;
