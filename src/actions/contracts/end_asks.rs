//! Prices that members asked of a client end with its contract: nobody answers any more, and nothing comes of them on their day.

use manyhands_domain::ids::ContractId;
use manyhands_domain::notices::Notice;
use manyhands_domain::proposals::opening::Act;
use manyhands_store::people;
use manyhands_store::proposals::{self as rows, due};
use serde_json::Value;

use crate::actions::{Error, Work};

/// Whatever is asked for a batch of a contract that is over lapses. Where members still waited for its day, they hear it; a pause was the
/// way to this end, and whoever the end concerns hears of that. The contract's lock is held.
pub(super) async fn end_asks(work: &mut Work<'_>, id: &ContractId) -> Result<(), Error> {
    for row in due::list_asked(&work.tx).await? {
        let about: Option<Value> = serde_json::from_str(&row.about).ok();
        let act = about.as_ref().and_then(Value::as_object).and_then(|about| Act::read(&row.act, about));
        if act.is_none() {
            // One row that somebody damaged keeps no contract of another from ending.
            tracing::error!(proposal = row.number, "what this proposal is about cannot be read: whether it ends with {id} is not known");
        }
        if act.as_ref().and_then(Act::contract) != Some(id) {
            continue;
        }
        rows::set_outcome(&work.tx, &row.id, "lapsed", (None, OVER), work.now()).await?;
        if row.outcome.as_deref() == Some("paused") {
            continue;
        }
        let proposal = format!("P-{}", row.number.unwrap_or_default());
        let notice = Notice::VoteLapsed { proposal, title: row.title, reason: OVER.to_owned() };
        for person in people::list_members(&work.tx).await? {
            work.notify(&person, &notice).await?;
        }
    }
    Ok(())
}

const OVER: &str = "contract-over";
