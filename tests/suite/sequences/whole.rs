//! What must be so whatever happened before, by the rows alone, and by whoever keeps no model: no item with more answers than copies,
//! nobody with two answers to one item, nobody as judge in their own matter, every counter the count, money conserved, free escrow never
//! negative, and a log that verifies.

use std::collections::{BTreeMap, BTreeSet};

use manyhands::actions::{projection, receipts};
use manyhands_domain::books::entry::Entry;
use manyhands_store::{appeals, batches, claims, contracts, ledger, tasks};

use crate::sequences::model::{MOST_HELD, PRICE};
use crate::sequences::real::Real;
use crate::support::World;

impl Real {
    /// Whatever happened, this is so.
    pub async fn is_sound(&self) {
        let reader = self.world.deps.db.read();
        let mut deposits: BTreeMap<String, i64> = BTreeMap::new();
        for user in [0, 2] {
            for deposit in contracts::list_deposits(&reader, self.user(user).await.client()).await.unwrap() {
                *deposits.entry(deposit.contract_id).or_default() += deposit.amount;
            }
        }
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        let balances = ledger::balances(&reader, "").await.unwrap();
        balances.iter().for_each(|(_, unit, amount)| *sums.entry(unit.code()).or_default() += amount.micros());
        assert!(sums.values().all(|sum| *sum == 0), "money is conserved: {balances:?}");
        for contract in contracts::list_public(&reader).await.unwrap() {
            let (held, accepted) = self.count_tasks(&contract.id).await;
            let escrow = balances.iter().find(|(account, ..)| *account == format!("Liabilities:Escrow:{}", contract.id));
            let escrow = -escrow.map_or(0, |(_, _, amount)| amount.micros());
            assert_eq!(contract.held, held * PRICE, "what is held of {}", contract.id);
            assert_eq!(escrow, deposits[&contract.id] - accepted * PRICE, "the escrow of {}", contract.id);
            assert!(escrow >= contract.held, "free escrow is never negative: {}", contract.id);
        }
        self.look_at_members().await;
    }

    /// Answers of a contract that are under way, and accepted ones. Of each item: as many as its copies, however they stand.
    async fn count_tasks(&self, contract: &str) -> (i64, i64) {
        let reader = self.world.deps.db.read();
        let (mut held, mut accepted) = (0, 0);
        let id = manyhands_domain::ids::ContractId::parse(contract).unwrap();
        for batch in batches::list_of_contract(&reader, &id).await.unwrap().iter().filter(|batch| batch.opened_index.is_some()) {
            let all = tasks::list_after(&reader, &batch.id, 0, 1_000_000).await.unwrap();
            for task in &all {
                assert!(task.free >= 0 && task.withdrawn >= 0, "{task:?}");
                let copies = task.free + task.in_work + task.submitted + task.accepted + task.withdrawn;
                assert_eq!(copies, batch.copies, "answers to an item of {}: {task:?}", batch.id);
            }
            let sum = |of: fn(&tasks::Listed) -> i64| all.iter().map(of).sum::<i64>();
            let counted = (sum(|task| task.free), sum(|task| task.accepted), sum(|task| task.withdrawn));
            assert_eq!((batch.tasks_open, batch.tasks_accepted, batch.tasks_withdrawn), counted, "counters of {}", batch.id);
            held += sum(|task| task.in_work + task.submitted);
            accepted += counted.1;
        }
        let progress = manyhands_store::results::progress(&reader, &id).await.unwrap();
        let of = |states: &[&str]| {
            let rows = progress.iter().filter(|row| states.contains(&row.state.as_str()));
            rows.fold((0, 0), |(count, sum), row| (count + row.count, sum + row.sum))
        };
        assert_eq!(of(&["accepted"]), (accepted, accepted * PRICE), "what is accepted of {contract}");
        assert_eq!(of(&["claimed", "sent_back", "submitted"]), (held, held * PRICE), "what is under way of {contract}");
        (held, accepted)
    }

    /// Nobody holds too much, answers an item twice, rejects or decides in their own matter, or works after they left.
    async fn look_at_members(&self) {
        let (reader, now) = (self.world.deps.db.read(), self.world.deps.clock.now().secs());
        let members = self.members.lock().unwrap().clone();
        for (person, member) in &members {
            let stays = self.world.signed_in(person).await.member().is_some();
            let mut items = BTreeSet::new();
            for state in ["claimed", "sent_back", "submitted", "accepted", "refused"] {
                let rows = claims::list_of_member(&reader, member, state, 1_000_000).await.unwrap();
                // What is sent back to somebody who has left waits for its clock.
                assert!(stays || state != "claimed" || rows.is_empty(), "{member} has left: {rows:?}");
                let holds = rows.iter().filter(|row| state == "claimed" && row.due_at >= now).count();
                assert!(holds <= MOST_HELD, "{member} holds {holds}");
                for row in rows {
                    assert_eq!(row.entry_index.is_some(), state == "accepted", "{row:?}");
                    assert!(items.insert(row.task_id.clone()), "{member} answers an item twice: {row:?}");
                    let rejection = appeals::find_rejection(&reader, &row.id).await.unwrap();
                    assert!(
                        rejection.is_none_or(|one| one.rejected_by.as_deref() != Some(person.as_str())),
                        "rejected by whoever did it: {row:?}"
                    );
                }
            }
            for state in ["released", "expired"] {
                let rows = claims::list_of_member(&reader, member, state, 1_000_000).await.unwrap();
                let lost = rows.iter().find(|row| row.submitted_at > row.resumed_at);
                assert!(lost.is_none(), "handed in, and given back all the same: {lost:?}");
            }
        }
    }
}

/// The log verifies at every level, what the database keeps beside it is what it says, and nobody accepted their own work.
pub async fn verify(world: &World) {
    let out = world.folder.path().join("out");
    receipts::export(&world.deps, &out).await.unwrap();
    let report = manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap();
    assert_eq!((report.size, report.failures), (world.deps.head.last().0, [None, None, None, None]));
    let agreed = projection::check_all(&world.deps.db, &mut |_, _| {}).await.unwrap();
    assert!(agreed.is_ok(), "beside the log: {agreed:?}");
    let mut answered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut accepted = BTreeSet::new();
    for row in ledger::notes_of_kind(&world.deps.db.read(), "work.accepted").await.unwrap() {
        let entry = Entry::read(&row.note).unwrap();
        let named = |name: &str| entry.reference(name).map(str::to_owned);
        let (task, worker) = (named("task").unwrap(), named("worker").unwrap());
        assert!(accepted.insert(named("claim").unwrap()), "accepted twice: {entry:?}");
        answered.entry(task.clone()).or_default().insert(worker);
        assert!(named("reviewer").is_none_or(|reviewer| !answered[&task].contains(&reviewer)), "judged by whoever answered: {entry:?}");
    }
}
