//! Legal entity identifiers: ISO 17442, with the check digits of ISO 7064 MOD 97-10. A valid one is a format, not an identity.

/// Why a text is no LEI. The right digits are never revealed: they would turn a typing error into a forgery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeiError {
    /// Not 20 characters of capital letters and digits, the last two digits.
    #[error("not 20 capital letters and digits")]
    Form,
    /// The check digits do not fit.
    #[error("the check digits do not fit")]
    CheckDigits,
}

/// Whether form and check digits are right.
///
/// # Errors
/// [`LeiError`].
pub fn check(text: &str) -> Result<(), LeiError> {
    let alphanumeric = text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let digits_last = text.bytes().rev().take(2).all(|b| b.is_ascii_digit());
    if text.len() != 20 || !alphanumeric || !digits_last {
        return Err(LeiError::Form);
    }
    // Letters count as 10 to 35; the whole number must leave 1 when divided by 97.
    let rest = text.bytes().fold(0_u32, |rest, byte| {
        let (value, shift) = match byte {
            b'0'..=b'9' => (u32::from(byte.saturating_sub(b'0')), 10),
            _ => (u32::from(byte.saturating_sub(b'A')).saturating_add(10), 100),
        };
        rest.saturating_mul(shift).saturating_add(value) % 97
    });
    if rest == 1 { Ok(()) } else { Err(LeiError::CheckDigits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_decide() {
        for lei in [
            "DEMO00SAFEHARBOR0184",
            "DEMO00NORDSEEMOB0104",
            "DEMO00LUMENMEMOS0102",
            "DEMO00KUMOLENSJP0121",
            "DEMO00BAOBABTRUST104",
            "DEMO00MERIDIANVIS103",
        ] {
            assert_eq!(check(lei), Ok(()), "{lei}");
        }
        assert_eq!(check("DEMO00SAFEHARBOR0185"), Err(LeiError::CheckDigits));
        for text in ["", "DEMO00SAFEHARBOR018", "demo00safeharbor0184", "DEMO00SAFEHARBOR01A4", "DEMO00SAFEHARBOR018é"] {
            assert_eq!(check(text), Err(LeiError::Form), "{text}");
        }
    }
}
