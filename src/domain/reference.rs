//! What a client writes on a transfer: a creditor reference of ISO 11649 (`RF`, two check digits, up to 21 letters and digits), which
//! every bank's form in Europe checks. Ours holds the contract's number: `RF39C12` is contract C-12.
//!
//! Check digits: ISO/IEC 7064 MOD 97-10. `RF00` goes behind the text, letters count as 10 to 35, and 98 less the remainder by 97 are
//! the digits; put in their place, the remainder is 1.

use crate::ids::ContractId;
use crate::refusal::Refusal;

/// The reference for deposits on a contract.
///
/// ```
/// use manyhands_domain::ids::ContractId;
/// use manyhands_domain::reference::{find, of_contract};
///
/// let reference = of_contract(&ContractId::from_number(12));
/// assert!(reference.starts_with("RF") && reference.ends_with("C12"));
/// assert_eq!(find(&reference), Ok(Some(ContractId::from_number(12))));
/// ```
#[must_use]
pub fn of_contract(id: &ContractId) -> String {
    let body: String = id.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    let digits = 98_u32.saturating_sub(rest(&format!("{body}RF00")));
    format!("RF{digits:02}{body}")
}

/// The contract that a reference names, as a person or a bank writes it (spaces, small letters); nothing where it is no `RF` reference
/// of ours, since a bank's own words are a reference too.
///
/// # Errors
/// `reference-digits` for one that begins as ours do and whose check digits do not fit: a typing error.
pub fn find(typed: &str) -> Result<Option<ContractId>, Refusal> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let Some((digits, body)) = plain.strip_prefix("RF").and_then(|behind| behind.split_at_checked(2)) else { return Ok(None) };
    let is_form =
        digits.bytes().all(|b| b.is_ascii_digit()) && (1..=21).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_alphanumeric());
    let number = body.strip_prefix('C').filter(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    let Some(number) = number.filter(|_| is_form) else { return Ok(None) };
    if rest(&format!("{body}RF{digits}")) != 1 {
        return Err(Refusal::new("reference-digits").field("reference"));
    }
    Ok(ContractId::parse(&format!("C-{number}")).ok())
}

/// The remainder by 97 of a text whose letters count as 10 to 35.
fn rest(text: &str) -> u32 {
    text.bytes().fold(0_u32, |rest, byte| {
        let (value, shift) = match byte {
            b'0'..=b'9' => (u32::from(byte.saturating_sub(b'0')), 10),
            _ => (u32::from(byte.saturating_sub(b'A')).saturating_add(10), 100),
        };
        rest.saturating_mul(shift).saturating_add(value) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_the_standard() {
        // RF18 5390 0754 7034 is the example that the standard's users pass on; its check digits are recomputed here.
        assert_eq!(98 - rest("539007547034RF00"), 18);
        assert_eq!(rest("539007547034RF18"), 1);
    }

    #[test]
    fn a_reference_is_found_however_it_is_written_and_a_slip_is_seen() {
        for number in [1, 9, 12, 97, 480, 99_999] {
            let id = ContractId::from_number(number);
            let reference = of_contract(&id);
            assert_eq!(find(&reference), Ok(Some(id.clone())), "{reference}");
            assert_eq!(find(&format!(" {} ", reference.to_lowercase().replace('c', " c"))), Ok(Some(id)), "{reference}");
            // Every single wrong digit is found: MOD 97-10 misses none.
            for (place, digit) in reference.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
                for other in ('0'..='9').filter(|other| *other != digit) {
                    let mut wrong = reference.clone();
                    wrong.replace_range(place..=place, &other.to_string());
                    assert_eq!(find(&wrong).map_err(|refusal| refusal.code), Err("reference-digits"), "{wrong}");
                }
            }
        }
    }

    #[test]
    fn what_a_bank_writes_itself_is_no_reference_of_ours() {
        for typed in ["", "transfer 81", "RF18539007547034", "RF", "RF1", "RFxxC12", "C12", "RF18C", "RF18Cx"] {
            assert_eq!(find(typed), Ok(None), "{typed}");
        }
    }
}
