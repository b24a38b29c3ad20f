//! What a client has of their contract: how far the work is, how good it was, and the answers.

mod comparing;
mod drawn;
mod lines;

use manyhands_domain::forms::{self, Kind};
use manyhands_domain::ids::ContractId;
use manyhands_domain::results::{Columns, Row};
use manyhands_store::results::{self as rows, Judged, Progress, Reason};
use manyhands_store::{Sql, batches};
use serde_json::{Map, Value};

pub use manyhands_domain::agreement::{Agreement, Overlap};

pub use self::comparing::{AGREEMENT_EFFORT, AGREEMENT_ITEMS, agreement, list_consensus};
pub use self::drawn::coco;
pub use self::lines::{Lines, Written};
use crate::actions::Error;
use crate::actions::batches::form_of;
use crate::actions::contracts::find_own;
use crate::actions::rights::ClientUser;
use crate::actions::suggestions::suggested_of;
use crate::deps::Deps;

/// The answers of one member to one item, by question.
type Answers = Map<String, Value>;

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

/// How many accepted answers are lost, since a backup was put back that is older than they are: paid, and in no file.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn count_lost(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<i64, Error> {
    find_own(deps, by, id).await?;
    Ok(rows::count_lost(&deps.db.read(), id).await?)
}

/// The columns of a table of a contract's answers: the names of the questions that its batches ask, each once, in the order of batches
/// and forms; more where items came with a suggestion.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn columns(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Columns, Error> {
    find_own(deps, by, id).await?;
    let (mut names, mut suggested): (Vec<String>, bool) = (Vec::new(), false);
    for batch in batches::list_of_contract(&deps.db.read(), id).await? {
        suggested = suggested || batch.suggestions > 0;
        let fresh =
            form_of(&batch)?.questions.into_iter().map(|question| question.name).filter(|name| !names.contains(name)).collect::<Vec<_>>();
        names.extend(fresh);
    }
    Ok(Columns { names, suggested })
}

/// Every accepted answer that is not lost, batch by batch, in the order of the items; a page at a time to `take`.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn list(deps: &Deps, by: &ClientUser, id: &ContractId, mut take: impl FnMut(Row)) -> Result<(), Error> {
    find_own(deps, by, id).await?;
    let reader = deps.db.read();
    for batch in batches::list_of_contract(&reader, id).await? {
        let (external, mut damaged) = (form_of(&batch)?.external().map(|(question, _)| question.name.clone()), None);
        each(&reader, &batch.id, |answer, answers| {
            let answers = with_downloads(id, external.as_deref(), answers);
            match suggested_of(answer.model, answer.model_version, answer.changed.as_deref()) {
                Ok(suggestion) => take(Row { item: answer.item_id, answers, worker: answer.number, version: answer.version, suggestion }),
                Err(error) => damaged = Some(error),
            }
            damaged.is_none()
        })
        .await?;
        if let Some(error) = damaged {
            return Err(error);
        }
    }
    Ok(())
}

/// A tool's result with the address at which its client takes it away.
fn with_downloads(id: &ContractId, question: Option<&str>, mut answers: Answers) -> Answers {
    if let Some(Value::Object(result)) = question.and_then(|name| answers.get_mut(name))
        && let Some(sha256) = result.get("sha256").and_then(Value::as_str)
    {
        let address = format!("/desk/{id}/results/{sha256}");
        result.insert("download".to_owned(), Value::from(address));
    }
    answers
}

/// The labels of everything that a contract's batches have drawn, each once, in the order of batches and forms: none where
/// nothing is.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn labels(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Vec<String>, Error> {
    find_own(deps, by, id).await?;
    let mut labels: Vec<String> = Vec::new();
    for batch in batches::list_of_contract(&deps.db.read(), id).await? {
        for question in form_of(&batch)?.questions {
            let Kind::Shapes(drawing) = question.answer else { continue };
            let fresh: Vec<String> = drawing.labels.into_iter().map(|label| label.text).filter(|label| !labels.contains(label)).collect();
            labels.extend(fresh);
        }
    }
    Ok(labels)
}

/// Hands over the accepted answers of a batch, a page at a time, until `take` has enough.
async fn each(on: &impl Sql, batch: &str, mut take: impl FnMut(rows::Answer, Answers) -> bool) -> Result<(), Error> {
    let mut after = FIRST;
    loop {
        let page = page(on, batch, &mut after).await?;
        if page.is_empty() {
            return Ok(());
        }
        for (answer, answers) in page {
            if !take(answer, answers) {
                return Ok(());
            }
        }
    }
}

/// The next accepted answers of a batch, with where they end.
async fn page(on: &impl Sql, batch: &str, after: &mut (i64, i64)) -> Result<Vec<(rows::Answer, Answers)>, Error> {
    let answers = rows::list(on, batch, *after, RESULTS_A_PAGE).await?;
    *after = answers.last().map_or(*after, |last| (last.position, last.number));
    let read = |answer: rows::Answer| {
        let answers = forms::answers_of(serde_json::from_str(&answer.answer).map_err(Error::broken)?);
        Ok((answer, answers))
    };
    answers.into_iter().map(read).collect()
}

/// Before the first answer.
const FIRST: (i64, i64) = (-1, -1);
const RESULTS_A_PAGE: u64 = 1_000;
