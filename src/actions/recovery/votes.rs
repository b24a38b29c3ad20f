//! Votes and prices that a log brings back: what was opened, cast, closed and enacted since the backup. A ballot comes back sealed:
//! what opens it was in the database alone, and in its voter's hands.

use manyhands_domain::books::personal::Statement;
use manyhands_domain::ids::BatchId;
use manyhands_domain::log::json;
use manyhands_domain::money::Amount;
use manyhands_domain::proposals::opening::Motion;
use manyhands_domain::time::Timestamp;
use manyhands_store::proposals::ballots::{self, NewBallot};
use manyhands_store::proposals::projected::{self, Recovered};
use manyhands_store::recovery::Row;
use manyhands_store::{batches, contracts};
use serde_json::Value;

use crate::actions::proposals::closing::WAITS;
use crate::actions::recovery::entry::Reconciled;
use crate::actions::{Error, new_uuid_at};

impl Reconciled<'_> {
    /// `proposal.opened`: by its document.
    pub(super) async fn open_vote(&self) -> Result<Row, Error> {
        let document = self.entry.text("document").unwrap_or_default();
        let motion = contracts::find_document(self.tx, document).await?.and_then(|bytes| Motion::read(&bytes));
        let moment = |name: &str| self.entry.text(name).and_then(|text| Timestamp::parse(text).ok()).unwrap_or(self.entry.at);
        let closes = moment("closes");
        // A program whose documents are others opened it: it is counted like any other, and its number is taken.
        let about = motion.as_ref().map_or_else(|| "{}".to_owned(), |motion| json::write(&Value::Object(motion.act.to_json())));
        let again = motion.as_ref().and_then(|motion| motion.again.as_ref()).and_then(|id| id.as_str().strip_prefix("P-")?.parse().ok());
        let id = new_uuid_at(self.entry.at, self.deps.random);
        let terms = json::write(&Value::Object(self.entry.calc.clone()));
        let vote = Recovered {
            id: &id,
            number: self.vote_number()?,
            kind: self.entry.text("kind").unwrap_or_default(),
            act: (motion.as_ref().map_or("text", |motion| motion.act.word()), &about),
            words: motion.as_ref().map_or(["", "", "en"], |motion| [&motion.title, &motion.text, &motion.language]),
            times: [moment("opens"), closes, motion.as_ref().map_or(closes, |motion| motion.enacts)],
            again,
            index: self.index,
            terms: &terms,
        };
        Ok(projected::recover_opened(self.tx, &vote, self.entry.at).await?)
    }

    /// `ballot.cast`, still sealed.
    pub(super) async fn cast(&self) -> Result<Row, Error> {
        let saw = self.entry.signed.first().and_then(|note| Statement::open(note).ok()).map(|(_, said)| said.log.size);
        let ballot = NewBallot {
            index: self.index,
            number: self.vote_number()?,
            member: self.entry.reference("member").unwrap_or_default(),
            how: self.entry.text("how").unwrap_or_default(),
            sealed: self.entry.text("sealed").unwrap_or_default(),
            saw,
            opening: None,
        };
        ballots::insert(self.tx, &ballot, self.entry.at).await?;
        Ok(Row::Made)
    }

    /// `proposal.closed`.
    pub(super) async fn close_vote(&self) -> Result<Row, Error> {
        let number = self.vote_number()?;
        let tally = json::write(&Value::Object(self.entry.calc.clone()));
        let result = self.entry.text("result").unwrap_or_default();
        ballots::forget(self.tx, number).await?;
        Ok(projected::recover_closed(self.tx, number, (result, self.index, &tally), WAITS, self.entry.at).await?)
    }

    /// `rule.enacted` by a vote; the book itself is a row of the ledger's own.
    pub(super) async fn enact_vote(&self) -> Result<Row, Error> {
        Ok(projected::recover_done(self.tx, self.vote_number()?, self.index, self.entry.at).await?)
    }

    /// `batch.repriced`, by a vote or without one.
    pub(super) async fn reprice(&self) -> Result<Row, Error> {
        let id = BatchId::parse(self.entry.reference("batch").unwrap_or_default()).map_err(Error::broken)?;
        if self.entry.refs.contains_key("proposal") {
            self.enact_vote().await?;
        }
        let Some(batch) = batches::find_batch(self.tx, &id).await?.filter(|batch| batch.opened_index.is_some()) else {
            return Ok(Row::Lost);
        };
        let price = self.entry.text("price").map(Amount::parse).transpose().map_err(Error::broken)?.unwrap_or_default();
        batches::set_price(self.tx, id.as_str(), price.micros(), self.entry.at).await?;
        if batch.paused_for.is_some() && batch.paused_for == self.vote_number().ok() {
            batches::set_paused_for(self.tx, id.as_str(), None, self.entry.at).await?;
        }
        Ok(Row::Marked)
    }

    fn vote_number(&self) -> Result<i64, Error> {
        let id = self.entry.reference("proposal").unwrap_or_default();
        id.strip_prefix("P-").and_then(|number| number.parse().ok()).ok_or_else(|| Error::broken(format!("{id} has no number")))
    }
}
