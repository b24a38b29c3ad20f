//! The books as other programs read them: beancount, hledger, a spreadsheet, JSON lines. Text only, made entry by entry from
//! the signed notes, so that memory grows with the accounts and never with the log. docs/exports.md says what each form holds.
//!
//! The same notes always make the same bytes: nothing here asks a clock, a machine or a database.

mod beancount;
mod hledger;
mod jsonl;
mod months;
mod sheets;

use jiff::civil::Date;

use crate::books::entry::Entry;
use crate::books::lines::{self, LinesError};
use crate::log::Hash;
use crate::log::checkpoint::Checkpoint;
use crate::money::{Amount, AmountError};
use crate::time::Timestamp;
use months::{Closing, Months};

/// A form that other programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A journal for beancount (its language, version 2 or 3).
    Beancount,
    /// A journal for hledger 1.25 or later.
    Hledger,
    /// Two sheets for a spreadsheet, RFC 4180.
    Csv,
    /// One JSON object a line, an entry each.
    Jsonl,
}

/// An entry as the log has it.
#[derive(Clone, Copy, Debug)]
pub struct Logged<'a> {
    /// Its place in the log.
    pub index: u64,
    /// Its leaf hash.
    pub leaf: Hash,
    /// The signed note, every byte.
    pub note: &'a [u8],
    /// What the note says.
    pub entry: &'a Entry,
}

/// An export being made: text comes out after every entry.
pub struct Export {
    form: Box<dyn Form + Send>,
    of: Checkpoint,
    months: Months,
    last_at: Timestamp,
    texts: Texts,
}

/// Text made and not yet taken.
#[derive(Default)]
struct Texts {
    /// The one file of the form, or its lines.
    journal: String,
    /// The months of a form that keeps them apart.
    months: String,
}

/// Why an entry cannot be put into a journal: other tools would refuse it, or read something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// INV-4 does not hold.
    #[error("its lines do not sum to zero")]
    Unbalanced,
    /// A balance beyond what an account can hold.
    #[error("it makes a balance too large")]
    TooLarge,
    /// Earlier than the entry before it.
    #[error("it is dated before the entry that it follows")]
    Backwards,
    /// A date that no calendar of ours has.
    #[error("its date is beyond the calendar")]
    Date,
}

/// What a form makes of the log's beginning, each entry, each month, and the end.
trait Form {
    fn begin(&mut self, out: &mut Texts);
    /// `balances`: of each line's account after the entry, in the lines' order.
    fn entry(&mut self, logged: &Logged<'_>, date: Date, balances: &[Amount], out: &mut Texts);
    fn month(&mut self, closing: &Closing<'_>, out: &mut Texts);
    fn end(&mut self, months: &Months, of: &Checkpoint, out: &mut Texts);
}

impl Format {
    /// The files of a form that is a folder; none for one that is a single file.
    #[must_use]
    pub fn sheets(self) -> &'static [&'static str] {
        match self {
            Format::Csv => &["lines.csv", "balances.csv"],
            Format::Beancount | Format::Hledger | Format::Jsonl => &[],
        }
    }
}

impl Export {
    /// Begins the export of the log that this checkpoint signs.
    #[must_use]
    pub fn begin(format: Format, of: Checkpoint) -> Export {
        let mut form: Box<dyn Form + Send> = match format {
            Format::Beancount => Box::<beancount::Beancount>::default(),
            Format::Hledger => Box::<hledger::Hledger>::default(),
            Format::Csv => Box::new(sheets::Sheets),
            Format::Jsonl => Box::new(jsonl::Jsonl),
        };
        let mut texts = Texts::default();
        form.begin(&mut texts);
        Export { form, of, months: Months::default(), last_at: Timestamp::from_secs(i64::MIN), texts }
    }

    /// Adds the next entry.
    ///
    /// # Errors
    /// [`ExportError`] for an entry that no journal can hold.
    pub fn add(&mut self, logged: &Logged<'_>) -> Result<(), ExportError> {
        let (entry, date) = (logged.entry, date_of(logged.entry.at)?);
        if entry.at < self.last_at {
            return Err(ExportError::Backwards);
        }
        self.last_at = entry.at;
        lines::check_balance(&entry.lines).map_err(|_: LinesError| ExportError::Unbalanced)?;
        let (form, texts) = (&mut self.form, &mut self.texts);
        self.months.turn_to(date, |closing| form.month(closing, texts))?;
        let posted: Result<Vec<Amount>, AmountError> = entry.lines.iter().map(|line| self.months.post(line)).collect();
        let balances = posted.map_err(|_| ExportError::TooLarge)?;
        self.form.entry(logged, date, &balances, &mut self.texts);
        Ok(())
    }

    /// Closes the last month, after the last entry.
    ///
    /// # Errors
    /// [`ExportError::Date`] when no day follows the last one.
    pub fn end(&mut self) -> Result<(), ExportError> {
        let (form, texts) = (&mut self.form, &mut self.texts);
        self.months.close_last(|closing| form.month(closing, texts))?;
        self.form.end(&self.months, &self.of, &mut self.texts);
        Ok(())
    }

    /// The text made since it was last taken: of the one file, or of each of [`Format::sheets`] in their order.
    pub fn take(&mut self) -> [String; 2] {
        let Texts { journal, months } = std::mem::take(&mut self.texts);
        [journal, months]
    }
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("last_at", &self.last_at).finish_non_exhaustive()
    }
}

/// The day of UTC.
fn date_of(at: Timestamp) -> Result<Date, ExportError> {
    let at = jiff::Timestamp::from_second(at.secs()).map_err(|_| ExportError::Date)?;
    Ok(jiff::tz::Offset::UTC.to_datetime(at).date())
}

/// What a journal calls an entry: its kind, and those of the things it is about that people know by a short id.
fn title(entry: &Entry) -> String {
    let about = ["contract", "payout", "proposal", "fund", "member", "corrects"];
    let ids = about.iter().filter_map(|name| entry.reference(name));
    std::iter::once(entry.kind_word()).chain(ids).collect::<Vec<_>>().join(" ")
}

/// What the log itself says of an entry, by name: codes, numbers and hashes.
fn marks(logged: &Logged<'_>) -> Vec<(&'static str, String)> {
    let mut marks = vec![
        ("index", logged.index.to_string()),
        ("at", logged.entry.at.to_string()),
        ("kind", logged.entry.kind_word().to_owned()),
        ("leaf", hex::encode(logged.leaf)),
    ];
    marks.extend(logged.entry.rule.map(|rule| ("rule", rule.to_string())));
    marks
}

/// What an entry is about, by name: ids, whose forms have no quote, comma or space (a test holds every kind to it).
fn references(entry: &Entry) -> Vec<(&str, &str)> {
    entry.refs.iter().filter_map(|(name, value)| value.as_str().map(|value| (name.as_str(), value))).collect()
}

/// The first line of a journal.
const MADE_FROM: &str = "Made from the signed entries of a ledger; docs/exports.md says how to read and check it.";

#[cfg(test)]
mod tests;
