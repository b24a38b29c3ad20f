//! Gold items: what a client knows of a draft's items, and what whoever answered one may read of it. No member is ever given anything of
//! it before their answer is in.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use manyhands_domain::forms::Form;
use manyhands_domain::gold::{self, Known, turns};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, MemberId};
use manyhands_domain::items;
use manyhands_domain::log::json;
use manyhands_domain::refusal::Refusal;
use manyhands_store::gold::{self as rows, Gold, MissedItem, NewGold, Outcome, Sum};
use manyhands_store::{Sql, claims};
use serde_json::{Map, Value};

use crate::actions::batches::{self, form_of, meanwhile, room};
use crate::actions::contracts::find_own;
use crate::actions::files::Received;
use crate::actions::reviews::Judging;
use crate::actions::rights::{ClientUser, Member};
use crate::actions::{Batch, Claim, Error, Once, Work, begin};
use crate::deps::Deps;

/// Takes a file that says what is known of a draft's items, in the place of everything known before: all or nothing. How many.
///
/// # Errors
/// Every fault of the file by line; an id that no item has.
pub async fn import(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, file: &[u8]) -> Result<u64, Error> {
    import_whole(deps, by, once, id, Arc::new(file.to_vec())).await
}

async fn import_whole(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, file: Arc<Vec<u8>>) -> Result<u64, Error> {
    for _ in 0..meanwhile::TRIES {
        let seen = batches::find_own(deps, by, id).await?;
        let (form, bytes) = (form_of(&seen)?, file.clone());
        let shown = rows::list_shown(&deps.db.read(), &seen.id).await?;
        let read = meanwhile::apart(deps, move || read_file(&bytes, &form, &shown)).await?;
        let work = begin!(deps, by.actor(), once);
        let Some(batch) = meanwhile::still(&work, by, &seen).await? else { continue };
        let (known, before) = (read?, room::kept(&work, &batch).await?);
        keep(&work, &batch.id, &known).await?;
        room::check_items(&work, &batch, before).await?;
        return work.commit(known.len() as u64).await;
    }
    Err(meanwhile::changed())
}

/// What a file says is known of these items, by the client's ids.
fn read_file(file: &[u8], form: &Form, shown: &[rows::Shown]) -> Result<BTreeMap<String, Known>, Error> {
    let at_field = |refusals: Vec<Refusal>| refusals.into_iter().map(|refusal| refusal.field("gold")).collect::<Vec<_>>();
    let read = items::read_known(file).map_err(at_field)?;
    let shown: BTreeMap<&str, &str> = shown.iter().map(|item| (item.item_id.as_str(), item.payload.as_str())).collect();
    let (mut known, mut refusals) = (BTreeMap::new(), Vec::new());
    for (item, typed) in read {
        let read = match shown.get(item.as_str()) {
            Some(payload) => typed.read(form, &form.task(payload).map_err(Error::broken)?),
            None => Err(Refusal::new("items-gold-item").with("line", typed.line).with("id", item.as_str())),
        };
        match read {
            Ok(read) => known.extend(read.map(|read| (item, read))),
            Err(refusal) => refusals.push(refusal),
        }
        if refusals.len() >= ERRORS_SHOWN {
            break;
        }
    }
    if refusals.is_empty() { Ok(known) } else { Err(at_field(refusals).into()) }
}

/// The same, from the file as it was received.
///
/// # Errors
/// As [`import`]; when it cannot be read.
pub async fn import_received(deps: &Deps, by: &ClientUser, once: &Once, id: &BatchId, received: &Received) -> Result<u64, Error> {
    let mut bytes = Vec::new();
    received.open()?.take(items::BYTES_LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    import_whole(deps, by, once, id, Arc::new(bytes)).await
}

/// A table of a draft's items, to be filled in with what is known of them.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn table(deps: &Deps, by: &ClientUser, id: &BatchId) -> Result<String, Error> {
    let batch = batches::find_own(deps, by, id).await?;
    let places = rows::list_places(&deps.db.read(), &batch.id).await?;
    Ok(gold::table(&form_of(&batch)?, places.iter().map(|place| place.item_id.as_str())))
}

/// Keeps what is known of a draft's items, by the client's ids, and draws a turn for each of its items: from the dice alone, so that
/// nobody can work it out.
pub(crate) async fn keep(work: &Work<'_>, batch: &str, known: &BTreeMap<String, Known>) -> Result<(), Error> {
    if known.is_empty() {
        return Ok(rows::replace(&work.tx, batch, &[], &[]).await?);
    }
    let (gold, others): (Vec<_>, Vec<_>) =
        rows::list_places(&work.tx, batch).await?.into_iter().partition(|place| known.contains_key(&place.item_id));
    let random = &work.deps().random;
    let turns = turns(others.len(), gold.len(), |below| u64::from_be_bytes(random.bytes()) % below.max(1));
    let turns: Vec<(&str, i64)> = others.iter().chain(&gold).map(|place| place.id.as_str()).zip(turns).collect();
    let row = |place| {
        let place: &rows::Place = place;
        let known: &Known = known.get(&place.item_id)?;
        let answer = json::write(&Value::Object(known.answers.clone()));
        Some(NewGold { task: &place.id, answer, explanation: &known.explanation })
    };
    let rows: Vec<NewGold<'_>> = gold.iter().filter_map(row).collect();
    Ok(rows::replace(&work.tx, batch, &rows, &turns).await?)
}

/// What is still known of a draft's items when its form becomes this one; nothing where that is all of it.
pub(crate) async fn fitting(deps: &Deps, seen: &Batch, form: &Form) -> Result<Option<BTreeMap<String, Known>>, Error> {
    if seen.gold_items == 0 {
        return Ok(None);
    }
    let id = BatchId::parse(&seen.id).map_err(Error::broken)?;
    let (form, all) = (form.clone(), rows::list_of_batch(&deps.db.read(), &id).await?);
    let fitting = move || {
        let mut known = BTreeMap::new();
        for gold in &all {
            let read = known_of(gold)?;
            if read.fits(&form, &form.task(&gold.payload).map_err(Error::broken)?) {
                known.insert(gold.item_id.clone(), read);
            }
        }
        Ok(if known.len() == all.len() { None } else { Some(known) })
    };
    meanwhile::apart(deps, fitting).await?
}

/// Notes whether an answer that is handed in is right; that, where it is known and the member was not told before.
pub(crate) async fn note(work: &Work<'_>, member: &MemberId, claim: &Claim, answers: Map<String, Value>) -> Result<Option<bool>, Error> {
    let Some(gold) = rows::find_gold(&work.tx, &claim.task_id).await? else { return Ok(None) };
    let met = known_of(&gold)?.is_met(&answers);
    let outcome = Outcome { task: &claim.task_id, member, claim: &claim.id, met };
    Ok(rows::insert_outcome(&work.tx, outcome, work.now()).await?.then_some(met))
}

/// What a member may read of an item they answered: whether their first answer was right, and what is known. Nothing while no answer
/// of this claim was handed in, or where nothing is known.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's claim.
pub async fn find_told(deps: &Deps, by: &Member, id: &ClaimId) -> Result<Option<(bool, Known)>, Error> {
    let reader = deps.db.read();
    let claim = claims::find_claim(&reader, id).await?.filter(|claim| claim.member_id == by.id().as_str()).ok_or(Error::NotFound)?;
    let Some(met) = rows::find_outcome(&reader, &claim.id).await? else { return Ok(None) };
    Ok(find(&reader, &claim.task_id).await?.map(|known| (met == 1, known)))
}

/// What the client's user who judges a piece knows of its item. A member who judges is told nothing: they may work on the batch, too.
///
/// # Errors
/// When the database fails.
pub async fn find_for_judge(deps: &Deps, by: &Judging, claim: &Claim) -> Result<Option<Known>, Error> {
    match by {
        Judging::Client(user) if user.client().as_str() == claim.client_id => find(&deps.db.read(), &claim.task_id).await,
        _ => Ok(None),
    }
}

/// How the gold items of a contract were answered by everybody together, and which were missed most.
///
/// # Errors
/// [`Error::NotFound`] for another client's.
pub async fn sum(deps: &Deps, by: &ClientUser, id: &ContractId) -> Result<(Sum, Vec<MissedItem>), Error> {
    find_own(deps, by, id).await?;
    let reader = deps.db.read();
    Ok((rows::sum_of_contract(&reader, id).await?, rows::list_missed(&reader, id, MISSED_SHOWN).await?))
}

async fn find(on: &impl Sql, task: &str) -> Result<Option<Known>, Error> {
    rows::find_gold(on, task).await?.as_ref().map(known_of).transpose()
}

fn known_of(gold: &Gold) -> Result<Known, Error> {
    let answers = serde_json::from_str(&gold.answer).map_err(Error::broken)?;
    Ok(Known { answers, explanation: gold.explanation.clone() })
}

const ERRORS_SHOWN: usize = 20;
const MISSED_SHOWN: u64 = 10;
