//! Files that say something of items which are there already: what is known of them, and what a model suggests. Rows that say nothing are
//! left out, so that a file of all items will do.

use std::collections::BTreeSet;

use super::rows::Columns;
use super::{ERRORS_SHOWN, ID_LIMIT, Needs, Read, Row, limited, refuse, rows_of, text_of};
use crate::gold;
use crate::label_studio;
use crate::refusal::Refusal;
use crate::suggestions;

/// A row of such a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside<T> {
    /// The client's own id.
    pub id: String,
    /// What a task of Label Studio shows, by which a picture that is kept here is known, too; else empty.
    pub shown: String,
    /// What the row says.
    pub says: T,
}

/// Reads a file that says what is known of items: `id`, `gold` and `gold_explanation`.
///
/// # Errors
/// At most twenty refusals, each naming line and column; `items-gold-none` when no row says anything.
pub fn read_known(bytes: &[u8]) -> Result<Vec<(String, gold::Typed)>, Vec<Refusal>> {
    let rows = rows_of(text_of(bytes)?, ID_ALONE);
    let says = |read: Read| Some(read.gold).filter(|gold| !gold.answers.is_empty() || !gold.explanation.trim().is_empty());
    let known = collect(rows, says)?;
    if known.is_empty() { Err(vec![refuse("items-gold-none")]) } else { Ok(known.into_iter().map(|row| (row.id, row.says)).collect()) }
}

/// Reads a file that says what a model suggests for items: `id` and `suggestion`, or tasks of Label Studio with predictions.
///
/// # Errors
/// As [`read_known`]; `items-suggestion-none` when no row says anything.
pub fn read_suggested(bytes: &[u8], needs: &Needs) -> Result<Vec<Beside<suggestions::Typed>>, Vec<Refusal>> {
    let text = text_of(bytes)?;
    let says = |read: Read| Some(read.suggestion).filter(|suggestion| !suggestion.is_blank());
    let found = if text.trim_start().starts_with('[') {
        collect(limited(label_studio::rows(text, needs, false).into_iter()), says)?
    } else {
        collect(rows_of(text, ID_ALONE), says)?
    };
    if found.is_empty() { Err(vec![refuse("items-suggestion-none")]) } else { Ok(found) }
}

fn collect<T>(rows: impl Iterator<Item = Row>, says: impl Fn(Read) -> Option<T>) -> Result<Vec<Beside<T>>, Vec<Refusal>> {
    let (mut found, mut refusals, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in rows {
        let read = row.and_then(|read| match crate::text::line(&read.id, ID_LIMIT) {
            Ok(id) => Ok((id, read)),
            Err(_) => Err(read.at.refuse(read.at.code("items-cell", "tasks-cell")).with("column", "id")),
        });
        match read {
            Ok((id, read)) if !seen.insert(id.clone()) => {
                refusals.push(read.at.refuse(read.at.code("items-twice", "tasks-twice")).with("id", id));
            }
            Ok((id, mut read)) => {
                let shown = std::mem::take(&mut read.payload);
                if let Some(says) = says(read) {
                    found.push(Beside { id, shown, says });
                }
            }
            Err(refusal) => refusals.push(refusal),
        }
        if refusals.len() >= ERRORS_SHOWN {
            break;
        }
    }
    if refusals.is_empty() { Ok(found) } else { Err(refusals) }
}

const ID_ALONE: Columns = Columns { payload: false, candidates: false };
