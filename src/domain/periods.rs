//! Closed periods: every balance that is not zero, told in as many entries as they need. Nothing is shut by it: it is a trial balance
//! that everybody can hold their own against, from then on.

use serde_json::{Value, json};

use crate::books::account::Account;
use crate::books::entry::Draft;
use crate::ids::PeriodId;
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;

/// A balance: account, unit, amount.
pub type Balance = (Account, Currency, Amount);

/// The `period.closed` entries of a period over the entries below `size`, in their order: sorted over all parts, zero ones left
/// out, each part well within an entry's length.
///
/// # Errors
/// `period-too-long` beyond any number of parts.
pub fn close(period: &PeriodId, size: u64, mut balances: Vec<Balance>) -> Result<Vec<Draft>, Refusal> {
    balances.retain(|(_, _, amount)| *amount != Amount::ZERO);
    balances.sort();
    let rows: Vec<Value> =
        balances.iter().map(|(account, unit, amount)| json!([account.as_str(), unit.code(), amount.to_string()])).collect();
    let parts: Vec<&[Value]> = if rows.is_empty() { vec![&[]] } else { rows.chunks(ROWS_OF_A_PART).collect() };
    let of = i64::try_from(parts.len()).map_err(|_| Refusal::new("period-too-long"))?;
    let part = |(k, rows): (i64, &&[Value])| {
        Draft::new("period.closed").about("period", period).calc("part", json!([k, of])).calc("size", size).calc("balances", rows.to_vec())
    };
    Ok((1..).zip(&parts).map(part).collect())
}

/// An account's name is a rail's or expense's at most, 80 characters: 400 rows are half of what an entry may hold.
const ROWS_OF_A_PART: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MemberId;
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    #[test]
    fn a_period_of_many_balances_comes_in_parts_that_are_entries() {
        let period = PeriodId::parse("019be739-8110-7486-8c6f-f78482bf936f").unwrap();
        let usd = Currency::parse("USD").unwrap();
        let balance = |n: u16| {
            let [high, low] = n.to_be_bytes();
            let member = MemberId::from_random([high >> 3, high, low >> 5, low, 0, 0, 0, 0]);
            (Account::earned(&member), usd, Amount::from_micros(i64::from(n) - 5_000))
        };
        let drafts = close(&period, 7, (0..1_000).map(balance).rev().collect()).unwrap();
        assert_eq!(drafts.len(), 3);
        let key = SigningKey::from_seed("x/entry", [1; 32]).unwrap();
        let sealed: Vec<usize> = drafts.iter().map(|draft| draft.seal(Timestamp::from_secs(0), &key).unwrap().note.len()).collect();
        assert!(sealed.iter().all(|length| *length < 40_000), "{sealed:?}");
        let rows: Vec<&str> = drafts
            .iter()
            .flat_map(|draft| draft.input("balances").unwrap().as_array().unwrap())
            .map(|row| row[0].as_str().unwrap())
            .collect();
        assert!(rows.is_sorted());
    }

    #[test]
    fn a_period_without_balances_is_one_empty_part() {
        let period = PeriodId::parse("019be739-8110-7486-8c6f-f78482bf936f").unwrap();
        let zero = (Account::bank(), Currency::parse("USD").unwrap(), Amount::ZERO);
        let drafts = close(&period, 3, vec![zero]).unwrap();
        assert_eq!(drafts.len(), 1);
        assert_eq!(drafts[0].input("balances"), Some(&json!([])));
    }
}
