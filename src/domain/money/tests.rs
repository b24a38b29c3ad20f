//! Sums of money: what is read, what is shared out, and what is too large.

use super::*;
use proptest::prelude::*;

fn shares(total: i64, weights: &[u64]) -> Vec<i64> {
    let keyed: Vec<_> = weights.iter().enumerate().map(|(n, w)| (format!("k{n:03}"), *w)).collect();
    allocate(Amount(total), &keyed).unwrap().into_iter().map(Amount::micros).collect()
}

#[test]
fn a_minus_is_read_where_an_accountant_types_one() {
    for (text, micros) in [("-1.5", -1_500_000), ("\u{2212}0.24", -240_000), ("7", 7_000_000), (" -0 ", 0)] {
        assert_eq!(Amount::parse_signed_input(text), Ok(Amount::from_micros(micros)), "{text}");
    }
    for text in ["--1", "-", "+1", "- 1,0"] {
        assert!(Amount::parse_signed_input(text).is_err(), "{text}");
    }
}

#[test]
fn allocation_vectors_of_the_ledger_hold() {
    assert_eq!(shares(5, &[70, 30]), [4, 1]);
    assert_eq!(shares(3, &[75, 25]), [2, 1]);
    assert_eq!(shares(22_000, &[445_455, 9_091, 545_455]), [9_800, 200, 12_000]);
    assert_eq!(shares(12_000, &[33_333, 66_667]), [4_000, 8_000]);
    assert_eq!(shares(7_000_000_000_000_000, &[1, 2]), [2_333_333_333_333_333, 4_666_666_666_666_667]);
    assert_eq!(shares(613, &[98, 92, 98, 123, 102, 92]), [99, 93, 99, 125, 104, 93]);
    assert_eq!(shares(9_999, &[75, 25]), [7_499, 2_500]);
    assert_eq!(shares(100, &[400, 0, 40, 20, 2]), [87, 0, 9, 4, 0]);
    assert_eq!(shares(1, &[33, 66]), [0, 1]);
    assert_eq!(shares(0, &[1, 2]), [0, 0]);
}

#[test]
fn what_is_no_plain_amount_is_refused_with_its_reason() {
    for (text, error) in [
        ("", AmountError::Empty),
        ("   ", AmountError::Empty),
        ("1e400", AmountError::NotANumber),
        ("NaN", AmountError::NotANumber),
        ("-0", AmountError::NotANumber),
        ("-1", AmountError::NotANumber),
        ("+1", AmountError::NotANumber),
        ("0.0000001", AmountError::TooManyDecimals),
        ("1,234.56", AmountError::Comma),
        ("9,40", AmountError::Comma),
        ("٣٤", AmountError::NotANumber),
        ("1.", AmountError::NotANumber),
        (".5", AmountError::NotANumber),
        ("1.2.3", AmountError::NotANumber),
        ("1 000", AmountError::NotANumber),
        ("1234567890123", AmountError::TooLarge),
    ] {
        assert_eq!(Amount::parse_input(text), Err(error), "{text}");
    }
    assert_eq!(Amount::parse_input(" 007.5 ").unwrap(), Amount(7_500_000));
    assert_eq!(Amount::parse_input("999999999999.999999").unwrap().to_string(), "999999999999.999999");
}

#[test]
fn only_the_canonical_form_is_read_from_the_ledger() {
    for text in ["-0.000000", "01.000000", "1.00000", "1.0000000", "1", "1.00000a", "", "-", "1234567890123.000000"] {
        assert!(Amount::parse(text).is_err(), "{text}");
    }
    assert_eq!(Amount::parse("-0.000001").unwrap(), Amount(-1));
}

proptest! {
    #[test]
    fn every_amount_survives_its_text(micros in -999_999_999_999_999_999_i64..=999_999_999_999_999_999) {
        let amount = Amount(micros);
        prop_assert_eq!(Amount::parse(&amount.to_string()).unwrap(), amount);
        prop_assert_eq!(Amount::from_decimal(amount.to_decimal()).unwrap(), amount);
    }

    #[test]
    fn an_allocation_sums_to_its_total_in_any_order(
        total in -1_000_000_000_000_i64..=1_000_000_000_000,
        weights in proptest::collection::vec(0_u64..10_000, 1..9),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let keyed: Vec<_> = weights.iter().enumerate().map(|(n, w)| (format!("k{n}"), *w)).collect();
        let there = allocate(Amount(total), &keyed).unwrap();
        prop_assert_eq!(Amount::sum(there.iter().copied()).unwrap(), Amount(total));
        let mut turned = keyed.clone();
        turned.reverse();
        let mut back = allocate(Amount(total), &turned).unwrap();
        back.reverse();
        prop_assert_eq!(&back, &there);
        let negated = allocate(Amount(-total), &keyed).unwrap();
        prop_assert!(negated.iter().zip(&there).all(|(minus, plus)| minus.0 == -plus.0));
    }
}
