//! What the answers to an item come to, and how far they agree: figures that take time, so they are worked out away from whoever answers
//! requests, one contract at a time, and once for a state.

use std::collections::BTreeMap;

use manyhands_domain::agreement::overlap::Tally;
use manyhands_domain::agreement::{self, Agreement, Overlap};
use manyhands_domain::ids::ContractId;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::results::{Consensus, FILE_EFFORT, Marks, by_question, consensus, marking};
use manyhands_store::results as rows;
use manyhands_store::{Sql, batches};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Sender};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{Answers, FIRST, page};
use crate::actions::Error;
use crate::actions::batches::form_of;
use crate::actions::contracts::find_own;
use crate::actions::downloads::TURN_WAIT;
use crate::actions::rights::ClientUser;
use crate::deps::Deps;

/// What the answers to each item come to, as far as all of them are accepted, in the order of the items. What marks places is compared
/// until [`FILE_EFFORT`] is used up.
///
/// # Errors
/// [`Error::NotFound`] for another client's; `results-busy` while others have theirs worked out.
pub async fn list_consensus(deps: &Deps, by: &ClientUser, id: &ContractId, mut take: impl FnMut(Consensus)) -> Result<(), Error> {
    find_own(deps, by, id).await?;
    let turn = turn().await?;
    let (sender, mut rows) = mpsc::channel(ROWS_AHEAD);
    let (own, contract, runtime) = (deps.clone(), id.clone(), Handle::current());
    let working = spawn_blocking(move || {
        let _turn = turn;
        runtime.block_on(work_out_consensus(&own, &contract, &sender))
    });
    while let Some(row) = rows.recv().await {
        take(row);
    }
    working.await.map_err(Error::broken)?
}

async fn work_out_consensus(deps: &Deps, id: &ContractId, out: &Sender<Consensus>) -> Result<(), Error> {
    let (reader, mut effort) = (deps.db.read(), FILE_EFFORT);
    for batch in batches::list_of_contract(&reader, id).await? {
        let form = form_of(&batch)?;
        let external = form.external().map(|(question, _)| question.name.clone());
        let marking = marking(&form);
        let asked: Vec<String> = form.names().filter(|name| external.as_deref() != Some(*name)).map(str::to_owned).collect();
        let mut items = Items::of(&batch.id);
        while let Some(ready) = items.next_page(&reader).await? {
            for (item, mut answers) in ready {
                // Files of a tool differ by their bytes alone: no two of them say the same.
                if let Some(name) = &external {
                    answers.iter_mut().for_each(|answers| drop(answers.remove(name)));
                }
                if out.send(consensus((&item, &asked), &answers, &marking, &mut effort)).await.is_err() {
                    // Nobody waits for the rest.
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// How far the answers agree, of every batch whose items are answered by several members: over its first items of which all answers
/// are accepted, at most [`AGREEMENT_ITEMS`]. What marks places is compared until [`AGREEMENT_EFFORT`] is used up. Worked out once for what
/// is accepted by now.
///
/// # Errors
/// [`Error::NotFound`] for another client's; `results-busy` while others have theirs worked out.
pub async fn agreement(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<Vec<Agreement>, Error> {
    find_own(deps, by, id).await?;
    // Read before the answers are: what comes between belongs to the next state.
    let state = rows::state_of_accepted(&deps.db.read(), id).await?;
    if let Some(known) = deps.agreements.find(id.as_str(), &state) {
        return Ok(known);
    }
    let turn = turn().await?;
    if let Some(known) = deps.agreements.find(id.as_str(), &state) {
        return Ok(known);
    }
    let (own, contract, runtime) = (deps.clone(), id.clone(), Handle::current());
    let working = spawn_blocking(move || {
        let _turn = turn;
        runtime.block_on(work_out_agreement(&own, &contract))
    });
    let all = working.await.map_err(Error::broken)??;
    deps.agreements.keep(id.as_str(), state, all.clone());
    Ok(all)
}

async fn work_out_agreement(deps: &Deps, id: &ContractId) -> Result<Vec<Agreement>, Error> {
    let reader = deps.db.read();
    let (mut all, mut effort) = (Vec::new(), AGREEMENT_EFFORT);
    for batch in batches::list_of_contract(&reader, id).await?.into_iter().filter(|batch| batch.copies > 1) {
        let form = form_of(&batch)?;
        let external = form.external().map(|(question, _)| question.name.clone());
        let marking = marking(&form);
        let mut given: BTreeMap<String, Given> = BTreeMap::new();
        let (mut items, mut left) = (Items::of(&batch.id), AGREEMENT_ITEMS);
        while left > 0
            && let Some(ready) = items.next_page(&reader).await?
        {
            // One answer, where the others were taken back or are lost, agrees with nobody.
            for (_, answers) in ready.into_iter().filter(|(_, answers)| answers.len() > 1).take(left) {
                left = left.saturating_sub(1);
                let mut questions = by_question(&answers);
                // What everybody left out, everybody answered alike.
                for name in form.names() {
                    questions.entry(name.to_owned()).or_insert_with(|| vec!["null".to_owned(); answers.len()]);
                }
                for (name, answers) in questions.into_iter().filter(|(name, _)| external.as_ref() != Some(name)) {
                    let marks = marking.get(&name);
                    given.entry(name).or_default().add(answers, marks.copied(), &mut effort);
                }
            }
        }
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

/// The items of a batch of which all answers are accepted, each with its answers, a page at a time.
struct Items<'b> {
    batch: &'b str,
    after: (i64, i64),
    /// The item whose answers may go on with the next page.
    open: Option<(String, Vec<Answers>)>,
    ended: bool,
}

impl<'b> Items<'b> {
    fn of(batch: &'b str) -> Items<'b> {
        Items { batch, after: FIRST, open: None, ended: false }
    }

    /// Those that a page ends; nothing once there are no more.
    async fn next_page(&mut self, on: &impl Sql) -> Result<Option<Vec<(String, Vec<Answers>)>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let (page, mut ready) = (page(on, self.batch, &mut self.after).await?, Vec::new());
        self.ended = page.is_empty();
        for (answer, typed) in page.into_iter().filter(|(answer, _)| answer.complete != 0) {
            match &mut self.open {
                Some((item, answers)) if *item == answer.item_id => answers.push(typed),
                _ => ready.extend(self.open.replace((answer.item_id, vec![typed]))),
            }
        }
        if self.ended {
            ready.extend(self.open.take());
        }
        Ok(Some(ready))
    }
}

/// The turn to work something out: others answer requests meanwhile.
async fn turn() -> Result<SemaphorePermit<'static>, Error> {
    let turn = timeout(TURN_WAIT, TURNS.acquire()).await.ok().and_then(Result::ok);
    Ok(turn.ok_or_else(|| Refusal::new("results-busy"))?)
}

/// One core of two.
static TURNS: Semaphore = Semaphore::const_new(1);
/// Rows that are worked out before they are written.
const ROWS_AHEAD: usize = 64;
/// Items on which the agreement of a batch rests at most: a page must not read a million answers.
pub const AGREEMENT_ITEMS: usize = 10_000;
/// What comparing marks may cost on one page, in pairs of sides: well below a second.
pub const AGREEMENT_EFFORT: u64 = 20_000_000;
