//! Money: in as deposits, from escrow to those who worked when an answer is accepted, out as payouts.

use super::{Judge, Model, Outcome, PRICE};

const CENT: i64 = 10_000;
/// Less is not paid out.
const LEAST: i64 = 1_000_000;

impl Model {
    pub(super) fn deposit(&mut self, contract: usize, sum: i64) -> Outcome {
        self.contracts[contract].escrow += sum;
        self.entries += 1;
        Ok(0)
    }

    /// 80 % are the worker's, 3 % the reviewer's or, without one, the worker's too; the rest is the co-op's.
    pub(super) fn accept(&mut self, claim: usize, judge: Option<Judge>) {
        let contract = self.contract_of(claim);
        let unit = self.contracts[contract].unit;
        self.claims[claim].state = "accepted";
        self.contracts[contract].escrow -= PRICE;
        let worker = self.claims[claim].member;
        self.members[worker].earned[unit] += 640_000;
        let reviewer = if let Some(Judge::Member(reviewer)) = judge { reviewer } else { worker };
        self.members[reviewer].earned[unit] += 24_000;
        self.kept[unit] += 136_000;
        self.entries += 1;
    }

    /// Whole cents of whatever is at least 1.00.
    pub(super) fn pay(&mut self, unit: usize, fails: usize) -> Outcome {
        let owed = |member: &usize| self.members[*member].earned[unit] >= LEAST;
        let lines: Vec<usize> = (0..self.members.len()).filter(owed).collect();
        if lines.is_empty() {
            return Err("payout-nobody");
        }
        for member in lines.iter().filter(|member| **member != fails) {
            let earned = &mut self.members[*member].earned[unit];
            self.paid[unit] += *earned / CENT * CENT;
            *earned %= CENT;
        }
        // Approved, and each line sent, and settled or failed.
        self.entries += 1 + 2 * u64::try_from(lines.len()).unwrap();
        Ok(lines.len())
    }
}
