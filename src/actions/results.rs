//! What a client has of their contract: how far the work is, how good it was, and the answers.

use manyhands_domain::ids::ContractId;
use manyhands_domain::results::Row;
use manyhands_domain::time::Timestamp;
use manyhands_store::results::{self as rows, Judged, Progress, Reason};

use crate::actions::Error;
use crate::actions::contracts::find_own;
use crate::actions::rights::ClientUser;
use crate::deps::Deps;

/// How far a contract's work is, for its client.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn progress(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Vec<Progress>, Error> {
    find_own(deps, by, id).await?;
    Ok(rows::progress(&deps.db.read(), id).await?)
}

/// How good a contract's work was, for its client: what people judged and sent back, and why it went back.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn quality(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<(Judged, Vec<Reason>), Error> {
    find_own(deps, by, id).await?;
    let reader = deps.db.read();
    Ok((rows::judged(&reader, id).await?, rows::list_reasons(&reader, id).await?))
}

/// Accepted answers after an entry, a page at a time, and the entry to go on from.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn list(deps: &Deps, by: &ClientUser, id: &ContractId, after: i64) -> Result<(Vec<Row>, i64), Error> {
    find_own(deps, by, id).await?;
    let answers = rows::list(&deps.db.read(), id, after, RESULTS_A_PAGE).await?;
    let last = answers.last().map_or(after, |answer| answer.entry_index);
    let typed = answers.into_iter().map(|answer| {
        Ok(Row {
            item: answer.item_id,
            answer: serde_json::from_str(&answer.answer).map_err(Error::broken)?,
            claim: answer.id,
            accepted_at: Timestamp::from_secs(answer.decided_at),
            worker: answer.number,
        })
    });
    Ok((typed.collect::<Result<_, Error>>()?, last))
}

const RESULTS_A_PAGE: u64 = 1_000;
