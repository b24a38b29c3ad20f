//! How a member's own work was judged: for that member alone. No list of people is made of it, and no sum over kinds of work.

use std::collections::BTreeMap;

use manyhands_domain::agreement::{self, Millionths};
use manyhands_domain::forms::{self, Form};
use manyhands_domain::ids::BatchId;
use manyhands_domain::results::by_question;
use manyhands_store::quality::{self as rows, MissedAnswer, Shared, Worked};
use serde_json::{Map, Value};

use crate::actions::Error;
use crate::actions::rights::Member;
use crate::deps::Deps;

/// How a member's answers of one batch went.
#[derive(Clone, Debug)]
pub struct Quality {
    /// The batch, and what became of the answers.
    pub worked: Worked,
    /// What it asks.
    pub form: Form,
    /// Known answers that were missed, at most [`MISSED_SHOWN`].
    pub missed: Vec<MissedAnswer>,
    /// How far the member's answers are those of others, question by question.
    pub agreed: Vec<Agreed>,
}

/// How far a member's answers to one question are those that others gave to the same items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The question's name.
    pub question: String,
    /// Items that it rests on.
    pub items: usize,
    /// Of all pairs of the member's answer and another's, those that are equal.
    pub share: Option<Millionths>,
}

/// How a member's work was judged, the latest batches first, at most [`BATCHES_SHOWN`] of those after this one (by its last moment, Unix
/// seconds, and its id), and whether there are more. What others answered counts once all answers to the item are accepted, over the
/// latest of them: a thousand in all, the same number of each batch that asked several members.
///
/// # Errors
/// When the database fails.
pub async fn own(deps: &Deps, by: &Member, after: Option<(i64, &BatchId)>) -> Result<(Vec<Quality>, bool), Error> {
    let reader = deps.db.read();
    let after = after.map(|(last_at, batch)| (last_at, batch.as_str()));
    let mut batches = rows::list(&reader, by.id(), after, BATCHES_SHOWN as u64 + 1).await?;
    let more = batches.len() > BATCHES_SHOWN;
    batches.truncate(BATCHES_SHOWN);
    let shared = batches.iter().filter(|worked| worked.copies > 1).count() as u64;
    let items = ITEMS / shared.max(1);
    let mut all = Vec::new();
    for worked in batches {
        let form: Form = serde_json::from_str(&worked.form).map_err(Error::broken)?;
        let missed = match worked.gold > worked.met {
            true => rows::list_missed(&reader, &worked.batch_id, by.id(), MISSED_SHOWN).await?,
            false => Vec::new(),
        };
        let agreed = match worked.copies > 1 {
            true => agree(&form, rows::list_shared(&reader, &worked.batch_id, by.id(), items).await?)?,
            false => Vec::new(),
        };
        all.push(Quality { worked, form, missed, agreed });
    }
    Ok((all, more))
}

/// Rows of one item stand together, the member's own first.
fn agree(form: &Form, shared: Vec<Shared>) -> Result<Vec<Agreed>, Error> {
    let mut items: Vec<(String, Vec<Map<String, Value>>)> = Vec::new();
    for row in shared {
        let answers = forms::answers_of(serde_json::from_str(&row.answer).map_err(Error::broken)?);
        match items.last_mut() {
            Some((task, given)) if *task == row.task_id => given.push(answers),
            _ => items.push((row.task_id, vec![answers])),
        }
    }
    // With nobody else's beside it, as where those are lost, an answer agrees with none.
    items.retain(|(_, given)| given.len() > 1);
    // Equality says nothing of these.
    let apart = |name: &String| form.questions.iter().any(|one| one.name == *name && !one.can_agree());
    let mut given: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for (_, answers) in items {
        let of_item = by_question(&answers).into_iter().filter(|(name, _)| !apart(name));
        of_item.for_each(|(name, texts)| given.entry(name).or_default().push(texts));
    }
    let agreed =
        |(question, items): (String, Vec<Vec<String>>)| Agreed { question, items: items.len(), share: agreement::with_first(&items) };
    Ok(given.into_iter().map(agreed).collect())
}

/// Batches on the page.
pub const BATCHES_SHOWN: usize = 10;
/// Missed answers of one batch on the page.
pub const MISSED_SHOWN: u64 = 10;
/// Items on which the agreement of all batches on the page rests at most.
const ITEMS: u64 = 1_000;
