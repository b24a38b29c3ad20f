//! Sealed ballots: while a vote is open the log holds a salted hash of each, so nobody can read a running count from it.

use sha2::{Digest, Sha256};

use super::tally::Choice;
use crate::log::json;
use crate::refusal::Refusal;

/// What opens a sealed ballot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// What it says.
    pub choice: Choice,
    /// 32 random bytes, of the voter's browser or drawn for them.
    pub salt: [u8; 32],
}

/// An opening does not show itself in a log of errors.
impl std::fmt::Debug for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opening")
    }
}

impl Opening {
    /// The seal of this ballot of a member on a proposal, hex, as `ballot.cast` has it.
    ///
    /// ```
    /// use manyhands_domain::proposals::sealing::Opening;
    /// use manyhands_domain::proposals::tally::Choice;
    /// let opening = Opening { choice: Choice::Yes, salt: [0; 32] };
    /// assert_eq!(opening.seal("P-1", "M-00000000").len(), 64);
    /// ```
    #[must_use]
    pub fn seal(&self, proposal: &str, member: &str) -> String {
        hex::encode(seal(&self.salt, proposal, member, self.choice.word()))
    }
}

/// `SHA-256(salt || proposal || LF || member || LF || choice)`.
#[must_use]
pub fn seal(salt: &[u8], proposal: &str, member: &str, choice: &str) -> [u8; 32] {
    let text = format!("{proposal}\n{member}\n{choice}");
    Sha256::new().chain_update(salt).chain_update(text).finalize().into()
}

/// A salt as a browser sends it: 64 lower-case hexadecimal digits.
///
/// # Errors
/// `ballot-salt`.
pub fn read_salt(typed: &str) -> Result<[u8; 32], Refusal> {
    let lower = typed.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let bytes = hex::decode(typed).ok().filter(|_| lower);
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| Refusal::new("ballot-salt"))
}

/// The document of a vote's openings: `[[index, choice, salt hex] …]`, ascending by the index of each member's last ballot.
#[must_use]
pub fn document(openings: &[(u64, Opening)]) -> String {
    let mut rows: Vec<&(u64, Opening)> = openings.iter().collect();
    rows.sort_by_key(|(index, _)| *index);
    let rows = rows.iter().map(|(index, opening)| serde_json::json!([index, opening.choice.word(), hex::encode(opening.salt)]));
    json::write(&serde_json::Value::Array(rows.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_the_proposal_the_member_and_the_choice() {
        let opening = Opening { choice: Choice::Yes, salt: [7; 32] };
        let seal = opening.seal("P-1", "M-00000000");
        let other = Opening { choice: Choice::No, ..opening };
        assert!(
            [other.seal("P-1", "M-00000000"), opening.seal("P-2", "M-00000000"), opening.seal("P-1", "M-00000001")]
                .iter()
                .all(|other| *other != seal)
        );
        assert_eq!(format!("{opening:?}"), "Opening", "nothing of it in any message");
    }

    #[test]
    fn a_salt_is_64_digits_and_nothing_else() {
        assert_eq!(read_salt(&"0a".repeat(32)), Ok([10; 32]));
        for wrong in ["", "0a", &"0A".repeat(32), &"0a".repeat(33), &"zz".repeat(32)] {
            assert_eq!(read_salt(wrong).unwrap_err().code, "ballot-salt", "{wrong}");
        }
    }

    #[test]
    fn openings_stand_in_the_order_of_the_log() {
        let of = |choice| Opening { choice, salt: [0; 32] };
        let text = document(&[(12, of(Choice::No)), (9, of(Choice::Yes))]);
        let zeros = "0".repeat(64);
        assert_eq!(text, format!(r#"[[9,"yes","{zeros}"],[12,"no","{zeros}"]]"#));
        assert_eq!(document(&[]), "[]");
    }
}
