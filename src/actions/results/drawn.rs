//! Everything that was drawn for a contract, as one document: written page by page, so that as many pictures as there are take no more
//! memory than a page of them, and away from whoever answers requests.

use manyhands_domain::coco::{self, Picture};
use manyhands_domain::forms;
use manyhands_domain::ids::ContractId;
use manyhands_domain::shapes::{self, Shape};
use manyhands_store::batches;
use manyhands_store::results as rows;
use tokio::task::spawn_blocking;

use super::{FIRST, Lines, RESULTS_A_PAGE, labels};
use crate::actions::Error;
use crate::actions::rights::ClientUser;
use crate::deps::Deps;

/// All accepted shapes as one COCO document, a picture for each answer that has some, in the order of the items; after what stands in
/// `out`, some at a time.
///
/// # Errors
/// [`Error::NotFound`] for another client's, and where no batch draws.
pub async fn coco(deps: &Deps, by: &ClientUser, id: &ContractId, mut out: Lines) -> Result<Lines, Error> {
    let labels = labels(deps, by, id).await?;
    if labels.is_empty() {
        return Err(Error::NotFound);
    }
    let reader = deps.db.read();
    out.push(coco::BEGIN);
    let mut document = Document { writer: coco::Writer::new(labels), out, images: Lines::beside(deps)? };
    for batch in batches::list_of_contract(&reader, id).await? {
        let mut after = FIRST;
        loop {
            let answers = rows::list(&reader, &batch.id, after, RESULTS_A_PAGE).await?;
            let Some(last) = answers.last() else { break };
            after = (last.position, last.number);
            // Whoever no longer waits stops it before the next page.
            document = spawn_blocking(move || document.with(&answers)).await.map_err(Error::broken)??;
        }
    }
    spawn_blocking(move || document.end()).await.map_err(Error::broken)
}

/// A document under way. What stands after all annotations is written beside them.
struct Document {
    writer: coco::Writer,
    out: Lines,
    images: Lines,
}

impl Document {
    fn with(mut self, answers: &[rows::Answer]) -> Result<Document, Error> {
        let side = |pixels: Option<i64>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
        for answer in answers {
            let given = forms::answers_of(serde_json::from_str(&answer.answer).map_err(Error::broken)?);
            let shapes: Vec<Shape> = given.values().filter_map(shapes::of_json).flatten().collect();
            if !shapes.is_empty() {
                let size = side(answer.picture_width).zip(side(answer.picture_height));
                let part = self.writer.picture(&Picture { name: &answer.item_id, size, shapes: &shapes });
                self.out.push(&part.annotations);
                self.images.push(&part.image);
            }
        }
        Ok(self)
    }

    fn end(mut self) -> Lines {
        self.out.push(&self.writer.categories());
        self.out.append(self.images);
        self.out.push(coco::END);
        self.out
    }
}
