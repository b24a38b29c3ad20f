//! Months of a co-op's bookkeeping in two currencies, appended as the server does it: deposits, pay to the millionth, payouts
//! that are sent, fail, and settle with a fee, expenses, spending of a fund, returns, corrections. The same each time.

use std::collections::BTreeMap;

use manyhands_domain::books::account::Account;
use manyhands_domain::books::entry::Draft;
use manyhands_domain::books::lines::balanced;
use manyhands_domain::ids::{ContractId, MemberId};
use manyhands_domain::money::{Amount, Currency, allocate};
use manyhands_store::ledger::Appender;

use crate::support::World;

const MEMBERS: usize = 12;
const UNITS: [&str; 2] = ["EUR", "USD"];
const DAY: i64 = 86_400;

struct Life<'w> {
    world: &'w World,
    dice: u64,
    /// Ids made so far.
    ids: u64,
    runs: u64,
    owed: BTreeMap<(usize, usize), i64>,
}

/// Lives through so many months, with so many accepted pieces in each.
pub async fn live(world: &World, months: u64, pieces: u64) {
    let mut life = Life { world, dice: 20_261_124, ids: 0, runs: 100, owed: BTreeMap::new() };
    let admitted = (0..MEMBERS).map(|place| Draft::new("member.admitted").about("member", member(place))).collect();
    life.append(admitted).await;
    for month in 0..months {
        life.deposits().await;
        world.deps.clock.advance(2 * DAY);
        for _ in 0..pieces.div_ceil(CHUNK) {
            let accepted = (0..CHUNK.min(pieces)).map(|_| life.accepted()).collect();
            life.append(accepted).await;
            world.deps.clock.advance(17 * DAY / i64::try_from(pieces.div_ceil(CHUNK)).unwrap());
        }
        life.costs(month).await;
        for unit in 0..UNITS.len() {
            life.pay_out(unit).await;
        }
        world.deps.clock.advance(9 * DAY);
    }
}

impl Life<'_> {
    async fn append(&mut self, drafts: Vec<Draft>) -> Vec<u64> {
        let deps = &self.world.deps;
        let tx = deps.db.begin().await.unwrap();
        let mut appender = Appender::open(&tx, deps.clock.now()).await.unwrap();
        let mut indices = Vec::new();
        for draft in drafts {
            indices.push(appender.append(&tx, &deps.signers.entry, draft).await.unwrap());
        }
        let signed = appender.finish(&tx, &deps.signers.entry, &deps.signers.checkpoint).await.unwrap();
        tx.commit().await.unwrap();
        deps.head.advance(signed.size, &signed.root_base64).unwrap();
        indices
    }

    async fn deposits(&mut self) {
        let deposits = (0..UNITS.len()).map(|unit| {
            let lines = [(Account::bank(), 900_000_000_000), (escrow(unit), -900_000_000_000)];
            let draft = Draft::new("deposit.received").about("contract", contract(unit)).about("deposit", self.uuid7());
            post(draft.calc("evidence", "d".repeat(64)), unit, &lines)
        });
        let deposits = deposits.collect();
        self.append(deposits).await;
    }

    /// A piece whose price has no common divisor with the split, so that millionths are allocated.
    fn accepted(&mut self) -> Draft {
        let (unit, worker) = (self.throw(2), self.throw(MEMBERS));
        let reviewer = (worker + 1 + self.throw(MEMBERS - 1)) % MEMBERS;
        let price = 50_001 + i64::try_from(self.throw(1_200_000)).unwrap();
        let accounts = [
            Account::parse("Income:Operations").unwrap(),
            Account::reserve(),
            Account::fund("Wellbeing").unwrap(),
            earned(reviewer),
            earned(worker),
        ];
        let weights: Vec<(&str, u64)> = accounts.iter().map(Account::as_str).zip([700, 700, 300, 300, 8_000]).collect();
        let shares = allocate(Amount::from_micros(price), &weights).unwrap();
        let mut lines = vec![(escrow(unit), price)];
        lines.extend(accounts.iter().cloned().zip(shares.iter().map(|share| -share.micros())));
        *self.owed.entry((reviewer, unit)).or_default() += shares[3].micros();
        *self.owed.entry((worker, unit)).or_default() += shares[4].micros();
        let draft = Draft::new("work.accepted")
            .about("contract", contract(unit))
            .about("batch", self.uuid7())
            .about("task", self.uuid4())
            .about("claim", self.uuid4())
            .about("worker", member(worker))
            .about("reviewer", member(reviewer))
            .calc("batch_index", 1)
            .calc("claimed_size", 2)
            .calc("price", Amount::from_micros(price).to_string())
            .calc("seconds", 150)
            .calc("by", "member")
            .rule(1);
        post(draft, unit, &lines)
    }

    /// An expense, a correction of it by one millionth, the fund, and money returned to a client.
    async fn costs(&mut self, month: u64) {
        let unit = usize::try_from(month % 2).unwrap();
        let evidence = "e".repeat(64);
        let (expense, cost) = (self.uuid7(), 41_500_000 + i64::try_from(self.throw(999)).unwrap());
        let rent = || Account::expense("Rent").unwrap();
        let paid = Draft::new("expense.paid").about("expense", &expense).calc("evidence", evidence.clone());
        let index = self.append(vec![post(paid, unit, &[(rent(), cost), (Account::bank(), -cost)])]).await[0];
        let correction = Draft::new("correction.posted").about("corrects", index).about("expense", &expense).calc("reason", "typing-error");
        let spent = Draft::new("fund.spent").about("fund", "Wellbeing").calc("evidence", evidence.clone());
        let returned = Draft::new("deposit.returned").about("contract", contract(unit)).about("deposit", self.uuid7());
        let more = vec![
            post(correction, unit, &[(Account::bank(), 1), (rent(), -1)]),
            post(spent, unit, &[(Account::fund("Wellbeing").unwrap(), 3), (Account::bank(), -3)]),
            post(returned.calc("evidence", evidence), unit, &[(escrow(unit), 1_000_001), (Account::bank(), -1_000_001)]),
        ];
        self.append(more).await;
    }

    /// A run to everybody who is owed a cent or more: one line fails, the others settle days later, some with a fee.
    async fn pay_out(&mut self, unit: usize) {
        let lines: Vec<(usize, i64)> = (0..MEMBERS)
            .map(|place| (place, self.owed.get(&(place, unit)).map_or(0, |owed| owed - owed % 10_000)))
            .filter(|(_, sum)| *sum > 0)
            .collect();
        if lines.is_empty() {
            return;
        }
        self.runs += 1;
        let (run, transit) = (format!("O-{}", self.runs), || Account::transit("Mpesa-KE").unwrap());
        let about = |kind: &'static str, place: usize, sum: i64| {
            let draft = Draft::new(kind).about("payout", &run).about("member", member(place));
            draft.calc("amount", Amount::from_micros(sum).to_string())
        };
        let total: i64 = lines.iter().map(|(_, sum)| sum).sum();
        let mut drafts = vec![
            Draft::new("payout.approved")
                .about("payout", &run)
                .calc("currency", UNITS[unit])
                .calc("rail", "Mpesa-KE")
                .calc("step", "0.010000")
                .calc("count", lines.len())
                .calc("total", Amount::from_micros(total).to_string())
                .calc("lines_sha256", "f".repeat(64)),
        ];
        for (place, sum) in &lines {
            *self.owed.get_mut(&(*place, unit)).unwrap() -= sum;
            drafts.push(post(about("payout.sent", *place, *sum), unit, &[(earned(*place), *sum), (transit(), -sum)]));
        }
        self.append(drafts).await;
        self.world.deps.clock.advance(DAY);
        let mut drafts = Vec::new();
        for (nth, (place, sum)) in lines.iter().enumerate() {
            if nth == 1 {
                *self.owed.get_mut(&(*place, unit)).unwrap() += sum;
                let failed = about("payout.failed", *place, *sum).calc("reason", "wrong-number");
                drafts.push(post(failed, unit, &[(transit(), *sum), (earned(*place), -sum)]));
                continue;
            }
            let fee = if nth % 3 == 0 { 10_000 } else { 0 };
            let mut settled = about("payout.settled", *place, *sum).calc("evidence", "b".repeat(64));
            if fee > 0 {
                settled = settled.calc("fee", Amount::from_micros(fee).to_string());
            }
            let lines = [(transit(), *sum), (Account::expense("Fees").unwrap(), fee), (Account::bank(), -sum - fee)];
            drafts.push(post(settled, unit, &lines));
        }
        self.append(drafts).await;
    }

    /// Below `sides`. Xorshift: the same throws on every database.
    fn throw(&mut self, sides: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        usize::try_from(self.dice % u64::try_from(sides).unwrap()).unwrap()
    }

    fn uuid7(&mut self) -> String {
        self.ids += 1;
        format!("01a190cc-23a0-7bdf-af5c-{:012x}", self.ids)
    }

    fn uuid4(&mut self) -> String {
        self.ids += 1;
        format!("1f5dba26-21f5-4e00-94be-{:012x}", self.ids)
    }
}

fn post(draft: Draft, unit: usize, lines: &[(Account, i64)]) -> Draft {
    let unit = Currency::parse(UNITS[unit]).unwrap();
    let postings = lines.iter().map(|(account, micros)| (account.clone(), unit, Amount::from_micros(*micros)));
    draft.lines(balanced(postings).unwrap())
}

fn member(place: usize) -> MemberId {
    MemberId::parse(&format!("M-7K3QZ0{place:02}")).unwrap()
}

fn earned(place: usize) -> Account {
    Account::earned(&member(place))
}

fn contract(unit: usize) -> ContractId {
    ContractId::parse(&format!("C-{}", 101 + unit)).unwrap()
}

fn escrow(unit: usize) -> Account {
    Account::escrow(&contract(unit))
}

/// Pieces accepted together.
const CHUNK: u64 = 500;
