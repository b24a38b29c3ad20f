//! What people can do, one file per noun: authorise, load, decide (domain), write, queue notices, in one transaction.

pub mod admissions;
pub mod appeals;
pub(crate) mod asks;
pub mod batches;
pub mod board;
pub mod claims;
pub mod colleagues;
pub mod contracts;
pub mod corrections;
pub mod deadlines;
pub mod demo;
mod downloads;
pub mod earnings;
pub mod erasure;
mod error;
pub mod exports;
pub mod external;
pub mod files;
pub mod founding;
pub mod gold;
pub mod hazards;
pub mod keys;
pub mod label_studio;
pub mod leaving;
pub mod log;
pub mod payouts;
pub mod people;
pub mod periods;
pub mod projection;
pub mod proposals;
pub mod quality;
pub mod questions;
pub mod rates;
pub mod receipts;
pub mod recovery;
pub mod results;
pub mod reviews;
pub mod rights;
pub mod rules;
pub mod sample;
pub mod server_keys;
pub mod sessions;
pub mod signing;
pub mod suggestions;
mod two_people;
mod work;

pub use error::Error;
pub use work::{Begun, Once, Work, catch_up, new_uuid, new_uuid_at};
// Pages read rows as the store gives them; only actions and jobs write.
pub use manyhands_store::admissions::Admission;
pub use manyhands_store::appeals::Rejection;
pub use manyhands_store::batches::Batch;
pub use manyhands_store::claims::Claim;
pub use manyhands_store::contracts::life::Move as ContractMove;
pub use manyhands_store::contracts::versions::Amendment;
pub use manyhands_store::contracts::{Contract, Deposit, RegisterCheck};
pub use manyhands_store::corrections::Correction;
pub use manyhands_store::departures::Departure;
pub use manyhands_store::earnings::Earning;
pub use manyhands_store::external::ResultFile;
pub use manyhands_store::files::Deletion;
pub use manyhands_store::keys::{KeyRequest, PersonKey};
pub use manyhands_store::ledger::{Checkpoint, EntryRow};
pub use manyhands_store::outbox::Message;
pub use manyhands_store::payouts::{Expense, Line, Payout, Step};
pub use manyhands_store::people::ListedPerson;
pub use manyhands_store::proposals::Proposal;
pub use manyhands_store::quality::MissedAnswer;
pub use manyhands_store::results::{Progress, Reason};
pub use manyhands_store::returns::Return;
pub use manyhands_store::reviews::{Returned, Waiting};
pub use manyhands_store::sample::Place as SamplePlace;
pub use manyhands_store::signing::{PreparedText, Signature};
pub use manyhands_store::suggestions::OfModel as ModelOfBatch;
pub use manyhands_store::tasks::Listed as ListedItem;
pub use manyhands_store::users::Colleague;

/// Begins a form's work, or returns the answer that it got before.
macro_rules! begin {
    ($deps:expr, $actor:expr, $once:expr) => {
        match $crate::actions::Work::begin($deps, $actor, $once).await? {
            $crate::actions::Begun::Fresh(work) => work,
            $crate::actions::Begun::Done(answer) => return Ok(answer),
        }
    };
}
pub(crate) use begin;
