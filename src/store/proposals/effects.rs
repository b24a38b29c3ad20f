//! Accepted work of late, for the question what a change of the rules would have done to it.

use manyhands_domain::time::Timestamp;
use sea_orm::FromQueryResult;

use crate::sql::{all, values};
use crate::{Sql, StoreError};

/// One accepted answer. Sums are millionths.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AcceptedWork {
    /// Whose escrow paid.
    pub contract_id: String,
    /// Whose cost it is.
    pub client_id: String,
    /// Who did it.
    pub member_id: String,
    /// The member who reviewed it.
    pub reviewer_id: Option<String>,
    /// Paid for it.
    pub price: i64,
    /// Of it.
    pub currency: String,
    /// Measured.
    pub seconds: Option<i64>,
    /// Of its batch.
    pub skill: String,
    /// Of its batch.
    pub level: i64,
    /// Honest time of its batch.
    pub estimate: i64,
}

/// Work that was accepted since a moment, in the order of the log.
pub async fn list_accepted(on: &impl Sql, since: Timestamp) -> Result<Vec<AcceptedWork>, StoreError> {
    all(
        on,
        "SELECT l.contract_id, c.client_id, l.member_id, l.reviewer_id, l.price, l.currency, l.seconds, b.skill, b.level, \
         b.seconds AS estimate FROM claims l JOIN batches b ON b.id = l.batch_id JOIN contracts c ON c.id = l.contract_id \
         WHERE l.state = 'accepted' AND l.entry_index IS NOT NULL AND l.decided_at > $1 ORDER BY l.entry_index",
        values![since.secs()],
    )
    .await
}
