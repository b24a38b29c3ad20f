//! The real co-op beside the model, after every action: every claim under way, every contract, batch and balance, and how long the log
//! is. From time to time everything that is over, too.

use std::collections::{BTreeMap, BTreeSet};

use manyhands::actions::{Claim as Row, gold};
use manyhands_store::{appeals, batches, claims, contracts, ledger};

use crate::sequences::model::{Claim, Judge, Model, PRICE, Side};
use crate::sequences::real::{Real, UNITS};

impl Real {
    /// What can have changed by one action, and all that it must not have changed.
    pub async fn compare(&self, model: &Model) {
        self.compare_work(model).await;
        self.compare_contracts(model).await;
        self.compare_money(model).await;
    }

    /// What is over stays as it was.
    pub async fn compare_past(&self, model: &Model) {
        let reader = self.world.deps.db.read();
        for (number, due) in model.claims.iter().enumerate() {
            let row = claims::find_claim(&reader, &self.claim(number)).await.unwrap().unwrap();
            self.compare_claim(&row, due);
            self.compare_rejection(due).await;
        }
        for (number, of) in model.contracts.iter().enumerate() {
            let (sum, _) = gold::sum(&self.world.deps, &self.user(of.client * 2).await, &self.contract(number)).await.unwrap();
            let told = || model.told.iter().filter(|told| model.batches[told.1].contract == number);
            let met = told().filter(|told| told.3).count();
            assert_eq!((sum.answers, sum.met), (count(told().count()), count(met)));
        }
    }

    /// Every claim under way is the model's, and there is no other.
    async fn compare_work(&self, model: &Model) {
        let reader = self.world.deps.db.read();
        let members = self.members.lock().unwrap().clone();
        for (number, (_, member)) in members.iter().enumerate() {
            let due = model.claims.iter().filter(|claim| claim.member == number && claim.is_under_way());
            let mut due: BTreeMap<&str, &Claim> = due.map(|claim| (claim.id.as_str(), claim)).collect();
            for state in ["claimed", "sent_back", "submitted"] {
                for row in claims::list_of_member(&reader, member, state, EVERY).await.unwrap() {
                    let due = due.remove(row.id.as_str()).unwrap_or_else(|| panic!("no such claim is under way: {row:?}"));
                    self.compare_claim(&row, due);
                    if due.rejection.is_some() {
                        self.compare_rejection(due).await;
                    }
                }
            }
            assert!(due.is_empty(), "not under way: {due:?}");
        }
    }

    fn compare_claim(&self, row: &Row, due: &Claim) {
        let is = (row.id.as_str(), row.state.as_str(), row.due_at, row.extended != 0, row.ahead != 0);
        assert_eq!(is, (due.id.as_str(), due.state, due.due, due.extended, due.ahead), "{due:?}");
        assert_eq!((row.seen_at.is_some(), row.draft.is_some(), row.version), (due.seen, due.typed, due.under.0), "{due:?}");
        assert_eq!(row.entry_index.is_some(), due.state == "accepted", "{due:?}");
        assert_eq!(row.member_id, self.members.lock().unwrap()[due.member].1.as_str(), "{due:?}");
        if due.state == "submitted" {
            let review_by = Some(due.review_by).filter(|by| *by < i64::MAX);
            let is = (row.submitted_at, row.review_by, row.waits != 0);
            assert_eq!(is, (Some(due.submitted_at), review_by, due.waits), "{due:?}");
        }
    }

    async fn compare_rejection(&self, due: &Claim) {
        let row = appeals::find_rejection(&self.world.deps.db.read(), &due.id).await.unwrap();
        let by = |judge: Judge| match judge {
            Judge::Member(member) => self.members.lock().unwrap()[member].0.to_string(),
            Judge::User(user) => self.users[user].to_string(),
        };
        let is = row.as_ref().map(|row| (row.state.clone(), row.rejected_by.clone(), row.decide_by.unwrap_or(row.appeal_by)));
        assert_eq!(is, due.rejection.map(|one| (one.state.to_owned(), Some(by(one.by)), one.until)), "{due:?}");
    }

    async fn compare_contracts(&self, model: &Model) {
        let reader = self.world.deps.db.read();
        let rows = contracts::list_public(&reader).await.unwrap();
        assert_eq!(rows.len(), model.contracts.len());
        let counts = model.count_claims();
        let under_way = |contract: usize| (0..counts.len()).filter(move |batch| model.batches[*batch].contract == contract);
        let held = |contract: usize| PRICE * under_way(contract).map(|batch| count(counts[batch][1])).sum::<i64>();
        for (number, due) in model.contracts.iter().enumerate() {
            let id = self.contract(number);
            let row = rows.iter().find(|row| row.id == id.as_str()).unwrap();
            let word = |side: Side| if side == Side::Client { "client" } else { "coop" };
            let is = (row.state.as_str(), row.paused_by.as_deref(), row.notice_by.as_deref(), row.ends_at, row.level, row.held);
            let (by, ends) = (due.notice.map(|(side, _)| word(side)), due.notice.map(|(_, ends)| ends));
            assert_eq!(is, (due.state, due.paused_by.map(word), by, ends, due.terms.level, held(number)), "{id}");
            assert_eq!(row.closed_index.is_some(), due.is_closed(), "{id}");
            assert!(due.escrow >= held(number), "{id}: free escrow is never negative");
            if due.is_closed() && held(number) == 0 {
                continue;
            }
            let open = contracts::versions::list_open(&reader, &id).await.unwrap();
            let open: BTreeSet<_> = open.iter().map(|one| (one.side.as_str(), one.state.as_str(), one.based_on)).collect();
            let wanted = due.amendments.iter().filter(|one| matches!(one.state, "draft" | "proposed"));
            assert_eq!(open, wanted.map(|one| (word(one.side), one.state, one.based_on)).collect(), "{id}");
            let newest = contracts::versions::find_newest(&reader, &id).await.unwrap().unwrap();
            assert_eq!(newest.number, due.version, "{id}");
            self.compare_batches(model, number, &counts).await;
        }
    }

    async fn compare_batches(&self, model: &Model, contract: usize, counts: &[[usize; 3]]) {
        let rows = batches::list_of_contract(&self.world.deps.db.read(), &self.contract(contract)).await.unwrap();
        for (number, due) in model.batches.iter().enumerate().filter(|(_, batch)| batch.contract == contract) {
            let id = self.batch(number);
            let row = rows.iter().find(|row| row.id == id.as_str()).unwrap();
            let ([taken, _, accepted], withdrawn) = (counts[number], due.withdrawn.iter().sum::<usize>());
            let (is, asked) =
                ((row.tasks_open, row.tasks_accepted, row.tasks_withdrawn, row.tasks_total), due.tasks * due.copies - withdrawn);
            assert_eq!(is, (count(asked - taken), count(accepted), count(withdrawn), count(asked)), "batch {number}");
            assert_eq!((row.state == "open", row.level), (due.open, due.level), "batch {number}");
        }
    }

    /// Every balance of the book is the model's, all of them together are nothing, and the log is as long as it should be.
    async fn compare_money(&self, model: &Model) {
        let rows = ledger::balances(&self.world.deps.db.read(), "").await.unwrap();
        let mut balances: BTreeMap<String, i64> =
            rows.iter().map(|(account, unit, amount)| (format!("{account} {unit}"), amount.micros())).collect();
        for (unit, code) in UNITS.iter().enumerate() {
            let mut take = |account: String| -balances.remove(&format!("{account} {code}")).unwrap_or(0);
            let mut owed = 0;
            for (number, of) in model.contracts.iter().enumerate().filter(|(_, of)| of.unit == unit) {
                let account = format!("Liabilities:Escrow:{}", self.contract(number));
                assert_eq!(take(account), of.escrow, "the escrow of contract {number}");
                owed += of.escrow;
            }
            for (number, member) in model.members.iter().enumerate() {
                let account = format!("Liabilities:Members:{}:Earned", self.members.lock().unwrap()[number].1);
                assert_eq!(take(account), member.earned[unit], "what member {number} is owed, {code}");
                owed += member.earned[unit];
            }
            let bank = -take("Assets:Bank".to_owned());
            let kept: i64 = balances.iter().filter(|(account, _)| account.ends_with(code)).map(|(_, amount)| -amount).sum();
            assert_eq!(kept, model.kept[unit], "what the funds, the reserve and operations have, {code}: {balances:?}");
            assert_eq!(bank, owed + model.kept[unit], "{code}: money is conserved");
        }
        assert_eq!(self.world.deps.head.last().0, model.entries, "entries of the log");
    }
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap()
}

const EVERY: i64 = 1_000_000;
