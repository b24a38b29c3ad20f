//! What a client has of their contract: how far the work is, how good it was, and the answers.

use manyhands_domain::coco::{self, Picture};
use manyhands_domain::forms::{self, Kind};
use manyhands_domain::ids::ContractId;
use manyhands_domain::results::Row;
use manyhands_domain::shapes::{self, Shape};
use manyhands_store::batches;
use manyhands_store::results::{self as rows, Judged, Progress, Reason};

use crate::actions::Error;
use crate::actions::batches::form_of;
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

/// The names of the questions that a contract's batches ask, each once, in the order of batches and forms: one column each.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn names(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Vec<String>, Error> {
    find_own(deps, by, id).await?;
    let mut names: Vec<String> = Vec::new();
    for batch in batches::list_of_contract(&deps.db.read(), id).await? {
        let fresh =
            form_of(&batch)?.questions.into_iter().map(|question| question.name).filter(|name| !names.contains(name)).collect::<Vec<_>>();
        names.extend(fresh);
    }
    Ok(names)
}

/// Every accepted answer, batch by batch, in the order of the items; a page at a time to `take`.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn list(deps: &Deps, by: &ClientUser, id: &ContractId, mut take: impl FnMut(Row)) -> Result<(), Error> {
    find_own(deps, by, id).await?;
    let reader = deps.db.read();
    for batch in batches::list_of_contract(&reader, id).await? {
        let mut after = -1;
        loop {
            let answers = rows::list(&reader, &batch.id, after, RESULTS_A_PAGE).await?;
            let Some(last) = answers.last() else { break };
            after = last.position;
            for answer in answers {
                let answers = forms::answers_of(serde_json::from_str(&answer.answer).map_err(Error::broken)?);
                take(Row { item: answer.item_id, answers, worker: answer.number });
            }
        }
    }
    Ok(())
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

/// All accepted shapes as one COCO document, a picture for each answer that has some, in the order of the items.
///
/// # Errors
/// [`Error::NotFound`] for another client's, and where no batch draws.
pub async fn coco(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<String, Error> {
    let labels = labels(deps, by, id).await?;
    if labels.is_empty() {
        return Err(Error::NotFound);
    }
    let mut drawn: Vec<(String, Vec<Shape>)> = Vec::new();
    list(deps, by, id, |row| {
        let shapes: Vec<Shape> = row.answers.values().filter_map(shapes::of_json).flatten().collect();
        if !shapes.is_empty() {
            drawn.push((row.item, shapes));
        }
    })
    .await?;
    let pictures: Vec<Picture<'_>> = drawn.iter().map(|(name, shapes)| Picture { name, size: None, shapes }).collect();
    Ok(coco::document(&labels, &pictures))
}

const RESULTS_A_PAGE: u64 = 1_000;
