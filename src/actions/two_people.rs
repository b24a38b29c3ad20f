//! The rule of two people as actions keep it: when it is needed here and now, and the check that no entry gets around.

use manyhands_domain::books::entry::{Draft, sha256_of};
use manyhands_domain::books::personal::Statement;
use manyhands_domain::books::two_people::{self, Held, LATER_KEY, NotTwo, Takes};
use manyhands_domain::ids::{ContractId, HolderId};
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;
use manyhands_store::keys::PersonKey;
use manyhands_store::{Sql, Tx, contracts, keys, ledger};

use crate::actions::rights::Member;
use crate::actions::{Error, Work};

/// The place of the next entry: its index, and the moment it would have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) index: u64,
    pub(crate) at: Timestamp,
}

impl Place {
    /// The next one, were it appended at `now`.
    pub(crate) async fn next(on: &impl Sql, now: Timestamp) -> Result<Place, Error> {
        let head = ledger::head(on).await?;
        Ok(Place { index: head.size, at: now.max(head.last_at) })
    }
}

/// A key as read for checking a note.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) key: VerifyingKey,
    pub(crate) held: Held,
}

impl Signer {
    pub(crate) fn of(row: &PersonKey) -> Result<Signer, Error> {
        Ok(Signer { key: VerifyingKey::parse(&row.vkey).map_err(Error::broken)?, held: row.held()? })
    }
}

/// Whether an entry that takes this needs people's notes at a place: from the first index at which two such members exist,
/// and then for ever (LEDGER.md section 5).
pub(crate) async fn is_needed(on: &impl Sql, takes: Takes, place: Place) -> Result<bool, Error> {
    let mut spans = Vec::new();
    for row in keys::list_of_members(on).await? {
        let held = row.held()?;
        let first = held.added_index + 1;
        let from = match takes.aged {
            false => first,
            true if !held.is_aged(place.at) => continue,
            // Entries of this transaction are not read yet: if none before counts, the next one does.
            true => ledger::first_from(on, first, held.counts_at()).await?.unwrap_or(place.index),
        };
        spans.extend(held.span(from));
        if two_people::since(&spans).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What an entry of this kind takes; every kind that is asked for here takes two people.
pub(crate) fn takes(kind: &str) -> Result<Takes, Error> {
    two_people::takes(kind, true).ok_or_else(|| Error::broken(format!("{kind} takes nobody's note")))
}

/// Whether entries of this kind need two people's notes now.
///
/// # Errors
/// When the database fails.
pub(crate) async fn is_needed_now(on: &impl Sql, kind: &str, now: Timestamp) -> Result<bool, Error> {
    is_needed(on, takes(kind)?, Place::next(on, now).await?).await
}

/// Refuses what somebody wants to approve by their password alone, with the sentence that says what they can do instead.
///
/// # Errors
/// `signature-no-key`, `signature-key-young`, or `signatures-missing`.
pub(crate) async fn refuse_unsigned(work: &Work<'_>, by: &Member, kind: &str) -> Result<(), Error> {
    let place = Place::next(&work.tx, work.now()).await?;
    if !is_needed(&work.tx, takes(kind)?, place).await? {
        return Ok(());
    }
    usable(&work.tx, &HolderId::Member(by.id().clone()), takes(kind)?.aged, place).await?;
    Err(Refusal::new("signatures-missing").into())
}

/// A person's keys in force by which they may sign; aged ones if it takes those.
///
/// # Errors
/// `signature-no-key`; `signature-key-young` with when the first of them counts.
pub(crate) async fn usable(on: &impl Sql, holder: &HolderId, aged: bool, place: Place) -> Result<Vec<Signer>, Error> {
    let mut usable = Vec::new();
    let mut young: Option<Timestamp> = None;
    for row in keys::list_of(on, holder).await? {
        let signer = Signer::of(&row)?;
        if !signer.held.is_in_force(place.index) {
            continue;
        }
        if aged && !signer.held.is_aged(place.at) {
            young = Some(young.map_or(signer.held.counts_at(), |first| first.min(signer.held.counts_at())));
            continue;
        }
        usable.push(signer);
    }
    match (usable.is_empty(), young) {
        (false, _) => Ok(usable),
        (true, Some(when)) => Err(Refusal::new("signature-key-young").with("when", when).into()),
        (true, None) => Err(Refusal::new("signature-no-key").into()),
    }
}

/// Checks an entry before it gets its place: every note in it holds, and where two people are needed, two people signed.
/// Asked for every entry, so that no action gets around the rule.
///
/// # Errors
/// `signatures-missing`; a note that does not hold is a defect of ours, since notes are checked when they are taken.
pub(crate) async fn check_entry(tx: &Tx, draft: &Draft, origin: &str, place: Place) -> Result<(), Error> {
    let named = ["member", "user"].into_iter().find_map(|name| draft.reference(name));
    let named = named.map(HolderId::parse).transpose().map_err(Error::broken)?;
    let key_of = named.as_ref().filter(|_| draft.kind() == "key.added");
    // An amendment that carries notes is held to them even where it lowers nothing.
    let lowers = lowers(tx, draft).await? || !draft.notes().is_empty();
    let asks = two_people::takes(draft.kind(), lowers).is_some() || key_of.is_some() || !draft.notes().is_empty();
    // A role's key is signed by the co-op's own checkpoint key, which is no person's.
    if !asks || draft.reference("role").is_some() {
        return Ok(());
    }
    let rows = rows_that_may_sign(tx, draft).await?;
    let mut signers = Vec::new();
    for note in draft.notes() {
        signers.push(check_note(tx, draft, note, origin, place, &rows).await?);
    }
    let takes = match two_people::takes(draft.kind(), lowers) {
        Some(takes) => is_needed(tx, takes, place).await?.then_some(takes),
        // A person's first key rests on the server's word.
        None => key_of.filter(|holder| rows.iter().any(|row| row.holder_id == holder.as_str())).map(|_| LATER_KEY),
    };
    let Some(takes) = takes else { return Ok(()) };
    let signers: Vec<&Held> = signers.iter().collect();
    two_people::check(takes, named.as_ref(), &signers, place.index, place.at).map_err(|_: NotTwo| Refusal::new("signatures-missing").into())
}

/// Whether a `contract.amended` takes the highest hazard level of its contract down.
async fn lowers(tx: &Tx, draft: &Draft) -> Result<bool, Error> {
    if draft.kind() != "contract.amended" {
        return Ok(false);
    }
    let id = ContractId::parse(draft.reference("contract").unwrap_or_default()).map_err(Error::broken)?;
    let contract = contracts::find_contract(tx, &id).await?.ok_or_else(|| Error::broken("an amendment of no contract"))?;
    let hazards = draft.input("hazards").and_then(serde_json::Value::as_array);
    let level = hazards.into_iter().flatten().filter_map(|hazard| hazard.get(2)?.as_i64()).max();
    Ok(level.unwrap_or(0) < contract.level)
}

/// The keys of those who may sign an entry: members, whose own key it is, and users of the client whose work is accepted.
async fn rows_that_may_sign(tx: &Tx, draft: &Draft) -> Result<Vec<PersonKey>, Error> {
    let mut rows = keys::list_of_members(tx).await?;
    if let Some(user) = draft.reference("user") {
        rows.extend(keys::list_of(tx, &HolderId::parse(user).map_err(Error::broken)?).await?);
    }
    if is_by_client(draft) {
        let contract = draft.reference("contract").ok_or_else(|| Error::broken("work of no contract"))?;
        rows.extend(keys::list_of_users(tx, contract).await?);
    }
    Ok(rows)
}

fn is_by_client(draft: &Draft) -> bool {
    draft.kind() == "work.accepted" && draft.input("by").and_then(serde_json::Value::as_str) == Some("client")
}

/// One note of an entry: over this entry in this log, recent, by a key in force of somebody who may sign it.
async fn check_note(tx: &Tx, draft: &Draft, note: &str, origin: &str, place: Place, rows: &[PersonKey]) -> Result<Held, Error> {
    let wrong = || Error::broken(format!("{} with a note that does not hold", draft.kind()));
    let (note, said) = Statement::open(note).map_err(|_| wrong())?;
    let seen_at = ledger::find_at(tx, said.log.size).await?;
    // An entry of this very transaction is not read yet.
    let recent = said.log.is_recent(place.index, place.at, |_| seen_at.or(Some(place.at)));
    if said.does != draft.kind() || said.origin != origin || said.sha256 != sha256_of(&draft.signable_text()) || !recent {
        return Err(wrong());
    }
    for row in rows {
        let signer = Signer::of(row)?;
        if signer.held.is_in_force(place.index) && note.is_signed_by(&signer.key) {
            let accepts = match (is_by_client(draft), &signer.held.holder) {
                // The rows are those of this client's users.
                (true, holder) => holder.member().is_none(),
                (false, holder) => draft.kind() != "work.accepted" || draft.reference("reviewer") == Some(holder.as_str()),
            };
            return if accepts { Ok(signer.held) } else { Err(wrong()) };
        }
    }
    Err(wrong())
}
