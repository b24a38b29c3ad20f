//! What a client has of their contract: how far the work is, how good it was, and the answers.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use manyhands_domain::agreement::overlap::Tally;
use manyhands_domain::agreement::{self, Millionths};
use manyhands_domain::coco::{self, Picture};
use manyhands_domain::forms::{self, Kind};
use manyhands_domain::ids::ContractId;
use manyhands_domain::results::{Columns, Consensus, Marks, Row, by_question, consensus, marking};
use manyhands_domain::shapes::{self, Shape};
use manyhands_store::results::{self as rows, Judged, Progress, Reason};
use manyhands_store::{Sql, batches};
use serde_json::{Map, Value};

use crate::actions::Error;
use crate::actions::batches::form_of;
use crate::actions::contracts::find_own;
use crate::actions::rights::ClientUser;
use crate::actions::suggestions::suggested_of;
use crate::deps::Deps;

/// The answers of one member to one item, by question.
type Answers = Map<String, Value>;

/// What a client takes away, line by line as it is read: in a file without a name, since it may be larger than what a server should
/// hold for anybody.
#[derive(Debug)]
pub struct Lines {
    file: BufWriter<File>,
    written: io::Result<()>,
}

impl Lines {
    /// An empty file.
    ///
    /// # Errors
    /// When the data folder cannot be written.
    pub fn begin(deps: &Deps) -> Result<Lines, Error> {
        Ok(Lines { file: BufWriter::new(deps.files.scratch(&deps.random)?), written: Ok(()) })
    }

    /// Adds what comes next.
    pub fn push(&mut self, text: &str) {
        if self.written.is_ok() {
            self.written = self.file.write_all(text.as_bytes());
        }
    }

    /// All of it, to be sent.
    ///
    /// # Errors
    /// Where the disk took less than all.
    pub fn finish(self) -> Result<Written, Error> {
        self.written?;
        let mut file = self.file.into_inner().map_err(|error| Error::from(error.into_error()))?;
        // Whoever reads it reads from where it was written last.
        file.rewind()?;
        Ok(Written { file: tokio::fs::File::from_std(file) })
    }
}

/// What a client takes away, from its beginning.
#[derive(Debug)]
pub struct Written {
    /// It has no name, and goes with this.
    pub file: tokio::fs::File,
}

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

/// Every accepted answer, batch by batch, in the order of the items; a page at a time to `take`.
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

/// All accepted shapes as one COCO document, a picture for each answer that has some, in the order of the items.
///
/// # Errors
/// [`Error::NotFound`] for another client's, and where no batch draws.
pub async fn coco(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<String, Error> {
    let labels = labels(deps, by, id).await?;
    if labels.is_empty() {
        return Err(Error::NotFound);
    }
    let reader = deps.db.read();
    let mut drawn: Vec<(rows::Answer, Vec<Shape>)> = Vec::new();
    for batch in batches::list_of_contract(&reader, id).await? {
        each(&reader, &batch.id, |answer, answers| {
            let shapes: Vec<Shape> = answers.values().filter_map(shapes::of_json).flatten().collect();
            if !shapes.is_empty() {
                drawn.push((answer, shapes));
            }
            true
        })
        .await?;
    }
    let side = |pixels: Option<i64>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
    let size = |answer: &rows::Answer| side(answer.picture_width).zip(side(answer.picture_height));
    let pictures: Vec<Picture<'_>> =
        drawn.iter().map(|(answer, shapes)| Picture { name: &answer.item_id, size: size(answer), shapes }).collect();
    Ok(coco::document(&labels, &pictures))
}

/// What the answers to each item come to, as far as all of them are accepted, in the order of the items.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn list_consensus(deps: &Deps, by: &ClientUser, id: &ContractId, mut take: impl FnMut(Consensus)) -> Result<(), Error> {
    find_own(deps, by, id).await?;
    let reader = deps.db.read();
    for batch in batches::list_of_contract(&reader, id).await? {
        let form = form_of(&batch)?;
        let external = form.external().map(|(question, _)| question.name.clone());
        let marking = marking(&form);
        each_item(&reader, &batch.id, |item, mut answers| {
            // Files of a tool differ by their bytes alone: no two of them say the same.
            if let Some(name) = &external {
                answers.iter_mut().for_each(|answers| drop(answers.remove(name)));
            }
            take(consensus(item, &answers, &marking));
            true
        })
        .await?;
    }
    Ok(())
}

/// How far the answers of a batch agree on one question.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Of the batch.
    pub title: String,
    /// The question's name.
    pub question: String,
    /// Items that it rests on.
    pub items: usize,
    /// Of all pairs of answers to one item, those that are equal.
    pub share: Option<Millionths>,
    /// Fleiss' kappa; nothing where it is not defined.
    pub kappa: Option<Millionths>,
    /// Of what marks places: how far what was marked overlaps.
    pub overlap: Option<Overlap>,
}

/// How far what the answers of a batch mark overlaps.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// The mean over all pairs of answers to one item.
    pub mean: Millionths,
    /// Items that it rests on.
    pub items: usize,
    /// The same for each label alone, in the order of their names.
    pub labels: Vec<(String, Millionths)>,
}

/// How far the answers agree, of every batch whose items are answered by several members: over its first items of which all answers
/// are accepted, at most [`AGREEMENT_ITEMS`]. What marks places is compared until [`AGREEMENT_EFFORT`] is used up.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn agreement(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Vec<Agreement>, Error> {
    find_own(deps, by, id).await?;
    let reader = deps.db.read();
    let (mut all, mut effort) = (Vec::new(), AGREEMENT_EFFORT);
    for batch in batches::list_of_contract(&reader, id).await?.into_iter().filter(|batch| batch.copies > 1) {
        let form = form_of(&batch)?;
        let external = form.external().map(|(question, _)| question.name.clone());
        let marking = marking(&form);
        let mut given: BTreeMap<String, Given> = BTreeMap::new();
        let mut items = 0;
        let names: Vec<String> = form.names().map(str::to_owned).collect();
        each_item(&reader, &batch.id, |_, answers| {
            let mut questions = by_question(&answers);
            // What everybody left out, everybody answered alike.
            for name in &names {
                questions.entry(name.clone()).or_insert_with(|| vec!["null".to_owned(); answers.len()]);
            }
            for (name, answers) in questions.into_iter().filter(|(name, _)| external.as_ref() != Some(name)) {
                let marks = marking.get(&name);
                given.entry(name).or_default().add(answers, marks.copied(), &mut effort);
            }
            items += 1;
            items < AGREEMENT_ITEMS
        })
        .await?;
        all.extend(given.into_iter().map(|(question, given)| Agreement {
            title: batch.title.clone(),
            question,
            items: given.items,
            share: agreement::share_of_all(&given.answers),
            kappa: agreement::fleiss(&given.answers),
            overlap: given.overlap(),
        }));
    }
    // Nothing could be compared: too much on the very first items.
    all.retain(|row| row.share.is_some() || row.overlap.is_some());
    Ok(all)
}

/// The answers to one question of a batch, as far as they are compared.
#[derive(Debug, Default)]
struct Given {
    items: usize,
    answers: Vec<Vec<String>>,
    marked: Tally,
    is_full: bool,
}

impl Given {
    fn add(&mut self, answers: Vec<String>, marks: Option<Marks>, effort: &mut u64) {
        self.items += 1;
        if let Some(marks) = marks {
            // The first items, and no picking of cheaper ones after them.
            self.is_full = self.is_full || !marks.add(&mut self.marked, effort, &answers);
        }
        // Two people never draw the same to the pixel: equality says nothing of shapes, and they are not kept for it.
        if marks != Some(Marks::Shapes) {
            self.answers.push(answers);
        }
    }

    fn overlap(&self) -> Option<Overlap> {
        let labels = self.marked.labels().map(|(label, mean)| (label.to_owned(), mean)).collect();
        Some(Overlap { mean: self.marked.mean()?, items: self.marked.items(), labels })
    }
}

/// Hands over the items of a batch of which all answers are accepted, each with its answers, until `take` has enough.
async fn each_item(on: &impl Sql, batch: &str, mut take: impl FnMut(&str, Vec<Answers>) -> bool) -> Result<(), Error> {
    let mut open: Option<(String, Vec<Answers>)> = None;
    let mut more = true;
    each(on, batch, |answer, typed| {
        if answer.complete == 0 {
            return true;
        }
        match &mut open {
            Some((item, answers)) if *item == answer.item_id => answers.push(typed),
            _ => {
                let before = open.replace((answer.item_id, vec![typed]));
                more = before.is_none_or(|(item, answers)| take(&item, answers));
            }
        }
        more
    })
    .await?;
    if let Some((item, answers)) = open.filter(|_| more) {
        take(&item, answers);
    }
    Ok(())
}

/// Hands over the accepted answers of a batch, a page at a time, until `take` has enough.
async fn each(on: &impl Sql, batch: &str, mut take: impl FnMut(rows::Answer, Answers) -> bool) -> Result<(), Error> {
    let mut after = (-1, -1);
    loop {
        let answers = rows::list(on, batch, after, RESULTS_A_PAGE).await?;
        let Some(last) = answers.last() else { return Ok(()) };
        after = (last.position, last.number);
        for answer in answers {
            let answers = forms::answers_of(serde_json::from_str(&answer.answer).map_err(Error::broken)?);
            if !take(answer, answers) {
                return Ok(());
            }
        }
    }
}

/// Items on which the agreement of a batch rests at most: a page must not read a million answers.
pub const AGREEMENT_ITEMS: usize = 10_000;
/// What comparing marks may cost on one page, in pairs of sides: well below a second.
pub const AGREEMENT_EFFORT: u64 = 20_000_000;
const RESULTS_A_PAGE: u64 = 1_000;
