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

/// What stands in a seal, in plain words, for whoever is about to sign it: the entry itself says the seal alone.
#[derive(Clone, Copy, Debug)]
pub struct Unsealed<'a> {
    /// What the ballot says.
    pub choice: &'a str,
    /// Hex.
    pub salt: &'a str,
    /// Of the vote, as its page has it: the seal says nothing about it.
    pub title: &'a str,
}

impl Unsealed<'_> {
    /// One line of canonical JSON.
    ///
    /// ```
    /// use manyhands_domain::proposals::sealing::Unsealed;
    /// let line = Unsealed { choice: "no", salt: "00", title: "A rest day" }.line();
    /// assert_eq!(line, r#"{"choice":"no","salt":"00","title":"A rest day"}"#);
    /// ```
    #[must_use]
    pub fn line(&self) -> String {
        json::write(&serde_json::json!({"choice": self.choice, "salt": self.salt, "title": self.title}))
    }
}

/// What the line of an [`Unsealed`] says of a ballot: its choice, and the title of the vote as its page has it.
///
/// # Errors
/// `ballot-not-it` for a line that does not open this seal: what is signed would not be what is read.
pub fn read_unsealed(line: &str, proposal: &str, member: &str, sealed: &str) -> Result<(Choice, String), Refusal> {
    let wrong = || Refusal::new("ballot-not-it");
    let said = json::parse(line).map_err(|_| wrong())?;
    let text = |name: &str| said.get(name).and_then(serde_json::Value::as_str).ok_or_else(wrong);
    let opening = Opening { choice: Choice::parse(text("choice")?).ok_or_else(wrong)?, salt: read_salt(text("salt")?)? };
    if opening.seal(proposal, member) == sealed { Ok((opening.choice, text("title")?.to_owned())) } else { Err(wrong()) }
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
    fn what_is_read_before_signing_is_what_is_in_the_seal() {
        let opening = Opening { choice: Choice::No, salt: [7; 32] };
        let (sealed, salt) = (opening.seal("P-1", "M-00000000"), "07".repeat(32));
        let line = |choice, salt: &str| Unsealed { choice, salt, title: "A rest day" }.line();
        assert_eq!(read_unsealed(&line("no", &salt), "P-1", "M-00000000", &sealed), Ok((Choice::No, "A rest day".to_owned())));
        for wrong in
            [line("yes", &salt), line("maybe", &salt), line("no", &"08".repeat(32)), line("no", "07"), "{}".to_owned(), String::new()]
        {
            assert!(read_unsealed(&wrong, "P-1", "M-00000000", &sealed).is_err(), "{wrong}");
        }
        assert!(read_unsealed(&line("no", &salt), "P-2", "M-00000000", &sealed).is_err(), "another vote");
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
