//! What a change of the rule book would have done to work that was accepted: one's own pay, everybody's, each fund, each client's cost.
//! The same figures for everyone, from nothing but the ledger and the two books, in whole millionths.
//!
//! Every piece is paid twice: by the book before at its price, and by the book after at the same price, raised to the least price of the
//! new floor where it is under that. Nothing is known of what a client would do instead.

use std::collections::BTreeMap;

use crate::books::account::Account;
use crate::ids::{ContractId, MemberId};
use crate::money::{Amount, AmountError, Currency};
use crate::rules::{Book, Parties};

/// One accepted answer.
#[derive(Clone, Debug)]
pub struct Work {
    /// Whose escrow paid.
    pub contract: ContractId,
    /// Whose cost it is.
    pub client: String,
    /// Who did it.
    pub worker: MemberId,
    /// The member who reviewed it, if one did.
    pub reviewer: Option<MemberId>,
    /// Paid for it.
    pub price: Amount,
    /// Of it.
    pub currency: Currency,
    /// Measured.
    pub seconds: i64,
    /// Of its batch: a code, its hazard level, its honest seconds.
    pub terms: (String, u8, i64),
}

/// Before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// By the book in force.
    pub before: Amount,
    /// By the book as it would be.
    pub after: Amount,
}

/// What a change does in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Pieces that were looked at.
    pub pieces: u64,
    /// Members who did them.
    pub members: u64,
    /// To the member who asks, for doing and reviewing.
    pub mine: Pair,
    /// The middle member's hour; of two in the middle the lower. Hours are rounded down to cents.
    pub median_hour: Pair,
    /// The lowest member's hour.
    pub lowest_hour: Pair,
    /// To all members together.
    pub members_pay: Pair,
    /// To each fund, the reserve and the co-op's running, by account.
    pub shared: BTreeMap<String, Pair>,
    /// Each client's cost.
    pub clients: BTreeMap<String, Pair>,
}

/// What a change does, by currency.
///
/// # Errors
/// [`AmountError`] when a sum is beyond any.
pub fn effects(before: &Book, after: &Book, works: &[Work], me: &MemberId) -> Result<BTreeMap<Currency, Effects>, AmountError> {
    let mut all: BTreeMap<Currency, (Effects, BTreeMap<&MemberId, Hours>)> = BTreeMap::new();
    let mine = Account::earned(me);
    for work in works {
        let (effects, hours) = all.entry(work.currency).or_default();
        let (skill, level, seconds) = &work.terms;
        let least = after.least_price(skill, work.currency, *level, *seconds).unwrap_or(work.price);
        let raised = work.price.max(least);
        let parties = Parties { contract: &work.contract, worker: &work.worker, reviewer: work.reviewer.as_ref() };
        let own = Account::earned(&work.worker);
        let of_member = hours.entry(&work.worker).or_default();
        of_member.seconds = of_member.seconds.saturating_add(work.seconds);
        for (side, book, price) in [(Side::Before, before, work.price), (Side::After, after, raised)] {
            for (account, amount) in book.pay(price, parties)? {
                if account == mine {
                    effects.mine.add(side, amount)?;
                }
                if account == own {
                    of_member.pay.add(side, amount)?;
                }
                if account.as_str().starts_with("Liabilities:Members:") {
                    effects.members_pay.add(side, amount)?;
                } else {
                    effects.shared.entry(account.as_str().to_owned()).or_default().add(side, amount)?;
                }
            }
            effects.clients.entry(work.client.clone()).or_default().add(side, price)?;
        }
        effects.pieces = effects.pieces.saturating_add(1);
    }
    Ok(all.into_iter().map(|(currency, (effects, hours))| (currency, with_hours(effects, &hours))).collect())
}

/// A member's pay for doing, and their measured time.
#[derive(Clone, Copy, Debug, Default)]
struct Hours {
    pay: Pair,
    seconds: i64,
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

impl Pair {
    fn add(&mut self, side: Side, amount: Amount) -> Result<(), AmountError> {
        match side {
            Side::Before => self.before = self.before.checked_add(amount)?,
            Side::After => self.after = self.after.checked_add(amount)?,
        }
        Ok(())
    }
}

fn with_hours(effects: Effects, hours: &BTreeMap<&MemberId, Hours>) -> Effects {
    let of = |amount: fn(&Pair) -> Amount| {
        let mut sorted: Vec<Amount> = hours.values().filter_map(|hours| hour(amount(&hours.pay), hours.seconds)).collect();
        sorted.sort_unstable();
        let middle = sorted.len().saturating_sub(1) / 2;
        (sorted.get(middle).copied().unwrap_or_default(), sorted.first().copied().unwrap_or_default())
    };
    let (before, after) = (of(|pair| pair.before), of(|pair| pair.after));
    Effects {
        members: u64::try_from(hours.len()).unwrap_or(u64::MAX),
        median_hour: Pair { before: before.0, after: after.0 },
        lowest_hour: Pair { before: before.1, after: after.1 },
        ..effects
    }
}

/// Pay over time, never a mean of rates; nothing of no time.
fn hour(pay: Amount, seconds: i64) -> Option<Amount> {
    let cents = i128::from(pay.micros()).checked_mul(3_600)?.checked_div(i128::from(seconds).checked_mul(CENT_MICROS)?)?;
    i64::try_from(cents.checked_mul(CENT_MICROS)?).ok().map(Amount::from_micros)
}

const CENT_MICROS: i128 = 10_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::proposals::change::apply;

    fn book(patch: serde_json::Value) -> [Book; 2] {
        let before = Book::parse(&Book::founding()).unwrap();
        let after = apply(&before, patch.as_object().unwrap()).unwrap();
        [before, after]
    }

    fn work(worker: u8, price: &str, seconds: i64) -> Work {
        Work {
            contract: ContractId::from_number(1),
            client: "one".to_owned(),
            worker: MemberId::from_random([worker; 8]),
            reviewer: Some(MemberId::from_random([9; 8])),
            price: amount(price),
            currency: Currency::parse("USD").unwrap(),
            seconds,
            terms: ("general".to_owned(), 0, 180),
        }
    }

    fn amount(text: &str) -> Amount {
        Amount::parse_input(text).unwrap()
    }

    #[test]
    fn a_higher_floor_raises_what_is_under_it_and_nothing_else() {
        let [before, after] = book(json!({"floor": {"general": {"USD": "14.000000"}}}));
        // 0.80 for three minutes: the least price under 14 an hour is 0.88. The other piece is dear enough.
        let works = [work(1, "0.80", 180), work(2, "1.00", 180), work(1, "0.80", 360)];
        let usd = Currency::parse("USD").unwrap();
        let seen = effects(&before, &after, &works, &MemberId::from_random([1; 8])).unwrap().remove(&usd).unwrap();
        let pair = |before: &str, after: &str| Pair { before: amount(before), after: amount(after) };
        assert_eq!((seen.pieces, seen.members), (3, 2));
        assert_eq!(seen.mine, pair("1.28", "1.408"));
        assert_eq!(seen.clients["one"], pair("2.60", "2.76"));
        assert_eq!(seen.shared["Liabilities:Funds:Wellbeing"], pair("0.078", "0.0828"));
        // 1.28 in nine minutes, and 0.80 in three.
        assert_eq!((seen.lowest_hour, seen.median_hour), (pair("8.53", "9.38"), pair("8.53", "9.38")));
        let all = [
            seen.members_pay,
            seen.shared.values().fold(Pair::default(), |sum, one| Pair {
                before: sum.before.checked_add(one.before).unwrap(),
                after: sum.after.checked_add(one.after).unwrap(),
            }),
        ];
        let sum = |side: fn(&Pair) -> Amount| Amount::sum(all.iter().map(side)).unwrap();
        assert_eq!((sum(|pair| pair.before), sum(|pair| pair.after)), (amount("2.60"), amount("2.76")), "to the millionth");
    }

    #[test]
    fn another_split_moves_money_and_costs_nobody_more() {
        let [before, after] = book(json!({"split": {"worker": 8_200, "operations": 500}}));
        let works = [work(1, "10.00", 3_600)];
        let usd = Currency::parse("USD").unwrap();
        let seen = effects(&before, &after, &works, &MemberId::from_random([9; 8])).unwrap().remove(&usd).unwrap();
        assert_eq!(seen.mine, Pair { before: amount("0.30"), after: amount("0.30") }, "the reviewer's");
        assert_eq!(seen.lowest_hour, Pair { before: amount("8.00"), after: amount("8.20") });
        assert_eq!(seen.shared["Income:Operations"], Pair { before: amount("0.70"), after: amount("0.50") });
        assert_eq!(seen.clients["one"].before, seen.clients["one"].after);
        assert_eq!(effects(&before, &after, &[], &MemberId::from_random([1; 8])).unwrap(), BTreeMap::new());
    }
}
