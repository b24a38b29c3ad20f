//! Work: accepted once, paid at the price and by the rule in force when it was claimed.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::account::Account;
use crate::books::keys::Owner;
use crate::books::lines;
use crate::ids::{ContractId, MemberId};
use crate::money::Amount;
use crate::replay::contracts::{Batch, Contracts};
use crate::replay::people::People;
use crate::replay::{Broken, Ground, Outcome, Rules, Step};
use crate::rules::{Book, Parties};

/// Every task and claim named so far. A log has millions: ids are kept as their 16 bytes, in trees that grow evenly.
#[derive(Debug, Default)]
pub(super) struct Work {
    tasks: BTreeMap<[u8; 16], Task>,
    claims: BTreeMap<[u8; 16], Claim>,
    /// Who was accepted for a task, where several may be.
    workers: BTreeSet<([u8; 16], u32)>,
}

#[derive(Debug)]
struct Task {
    batch: u32,
    accepted: u8,
}

#[derive(Debug)]
struct Claim {
    batch: u32,
    accepted: bool,
}

impl Work {
    /// `work.accepted`: escrow to worker, reviewer, funds, reserve, operations.
    pub(super) fn accept(&mut self, step: Step<'_>, rules: &Rules, people: &People, contracts: &Contracts) -> Outcome {
        let (number, batch) = contracts.batch_of(step)?;
        self.count(step, number, batch, people)?;
        let size = step.number("claimed_size").unwrap_or(0);
        if step.number("batch_index") != Some(batch.opened) {
            return Err(Broken::new("its batch was opened at another index"));
        }
        if size <= batch.opened || size > step.index {
            return Err(Broken::new("it was claimed before its batch was opened, or after it was accepted"));
        }
        let price = batch.price_at(size).ok_or(Broken::new("its batch had no price then"))?;
        if step.entry.text("price") != Some(price.to_string().as_str()) {
            return Err(Broken::with(format!("its price is not the {price} that was in force when it was claimed")));
        }
        let book = rules.applied(step.entry, size)?;
        contracts.check_claim(batch, book, price, size)?;
        if !people.is_at(step.id("worker"), size) {
            return Err(NO_MEMBER);
        }
        let ground = check_judge(step, people, contracts)?;
        if pay(step, batch, book, price)? == step.entry.lines {
            Ok(ground)
        } else {
            Err(Broken::new("it is not split by the rule in force"))
        }
    }

    /// One acceptance a claim, at most `copies` a task, by different workers; task and claim stay in their batch.
    fn count(&mut self, step: Step<'_>, number: u32, batch: &Batch, people: &People) -> Result<(), Broken> {
        let (Some(task_id), Some(claim_id)) = (uuid(step.id("task")), uuid(step.id("claim"))) else {
            return Err(Broken::new("its task or claim cannot be read"));
        };
        let task = self.tasks.entry(task_id).or_insert(Task { batch: number, accepted: 0 });
        let claim = self.claims.entry(claim_id).or_insert(Claim { batch: number, accepted: false });
        let twice = std::mem::replace(&mut claim.accepted, true);
        task.accepted = task.accepted.saturating_add(1);
        if task.batch != number || claim.batch != number {
            return Err(OTHER_BATCH);
        }
        if twice {
            return Err(Broken::new("this claim was accepted before"));
        }
        if u64::from(task.accepted) > batch.copies {
            return Err(Broken::new("this task was accepted as often as its batch wants copies"));
        }
        let worker = people.number_of(step.id("worker")).ok_or(NO_MEMBER)?;
        if batch.copies > 1 && !self.workers.insert((task_id, worker)) {
            return Err(Broken::new("this worker was accepted for this task before"));
        }
        Ok(())
    }

    /// `work.rejected`: names no member and pays nothing.
    pub(super) fn reject(&mut self, step: Step<'_>, contracts: &Contracts) -> Outcome {
        let (number, _) = contracts.batch_of(step)?;
        let id = uuid(step.id("claim")).ok_or(Broken::new("its claim cannot be read"))?;
        let claim = self.claims.entry(id).or_insert(Claim { batch: number, accepted: false });
        if claim.batch == number { Ok(Ground::ServerWord) } else { Err(OTHER_BATCH) }
    }
}

/// INV-6; a note on it is that of whoever accepted it: the reviewer's, or that of a user of the client.
fn check_judge(step: Step<'_>, people: &People, contracts: &Contracts) -> Outcome {
    let Some(reviewer) = step.entry.reference("reviewer") else { return check_client(step, people, contracts) };
    if reviewer == step.id("worker") {
        return Err(Broken::new("nobody reviews their own work"));
    }
    if !people.is_at(reviewer, step.index) {
        return Err(Broken::new("the reviewer is no member"));
    }
    match step.signers {
        [] => Ok(Ground::ServerWord),
        [signer] if signer.owner == Owner::Member(reviewer.to_owned()) => Ok(Ground::Signed),
        _ => Err(Broken::new("the note on it is not its reviewer's")),
    }
}

/// What the client accepted, a user of theirs may have signed.
fn check_client(step: Step<'_>, people: &People, contracts: &Contracts) -> Outcome {
    let [signer] = step.signers else { return Ok(Ground::ServerWord) };
    let client = match &signer.owner {
        Owner::User(user) => people.client_of(user),
        _ => None,
    };
    if client.is_some() && client == contracts.client_of(step.id("contract")) {
        Ok(Ground::Signed)
    } else {
        Err(Broken::new("the note on it is not that of a user of its client"))
    }
}

fn pay(step: Step<'_>, batch: &Batch, book: &Book, price: Amount) -> Result<Vec<lines::Line>, Broken> {
    let wrong = || Broken::new("what it pays cannot be computed");
    let contract = ContractId::parse(&batch.contract).map_err(|_| wrong())?;
    let worker = MemberId::parse(step.id("worker")).map_err(|_| wrong())?;
    let reviewer = step.entry.reference("reviewer").map(MemberId::parse).transpose().map_err(|_| wrong())?;
    let parties = Parties { contract: &contract, worker: &worker, reviewer: reviewer.as_ref() };
    let shares = book.pay(price, parties).map_err(|_| wrong())?;
    let mut postings = vec![(Account::escrow(&contract), batch.currency, price)];
    for (account, amount) in shares {
        postings.push((account, batch.currency, amount.checked_neg().map_err(|_| wrong())?));
    }
    lines::balanced(postings).map_err(|_| wrong())
}

/// The 16 bytes of a UUID.
fn uuid(text: &str) -> Option<[u8; 16]> {
    let mut digits = [0_u8; 32];
    let mut places = digits.iter_mut();
    for byte in text.bytes().filter(|byte| *byte != b'-') {
        *places.next()? = byte;
    }
    let mut bytes = [0_u8; 16];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(bytes)
}

const NO_MEMBER: Broken = Broken::new("the worker was no member when they claimed");
const OTHER_BATCH: Broken = Broken::new("its task or claim is of another batch");
