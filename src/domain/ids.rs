//! Typed ids, as LEDGER.md section 1 gives their forms. Randomness and time come from the caller.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A text that is not an id of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NoId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident, $valid:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the form.
            ///
            /// # Errors
            /// [`NoId`] for any other form.
            pub fn parse(text: &str) -> Result<$name, NoId> {
                if $valid(text) { Ok($name(text.to_owned())) } else { Err(NoId) }
            }

            /// As it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NoId;
            fn try_from(text: String) -> Result<$name, NoId> {
                $name::parse(&text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A member: `M-` and eight random Crockford base-32 characters. Pseudonymous personal data.
    MemberId, |text| is_lettered(text, "M-");
    /// A client's user who has, or had, a key: `U-` and eight random Crockford base-32 characters. Pseudonymous personal data.
    UserId, |text| is_lettered(text, "U-");
    /// A contract: `C-12`.
    ContractId, |text| is_numbered(text, "C-");
    /// A proposal: `P-7`.
    ProposalId, |text| is_numbered(text, "P-");
    /// A payout run: `O-3`.
    PayoutId, |text| is_numbered(text, "O-");
    /// A task, UUIDv4: no time in it.
    TaskId, |text| is_uuid(text, b'4');
    /// A claim, UUIDv4: a UUIDv7 would publish the millisecond of a person's day.
    ClaimId, |text| is_uuid(text, b'4');
    /// A client organisation, UUIDv7.
    ClientId, |text| is_uuid(text, b'7');
    /// An account of a person, UUIDv7; never in the ledger.
    PersonId, |text| is_uuid(text, b'7');
    /// A batch, UUIDv7.
    BatchId, |text| is_uuid(text, b'7');
    /// A deposit, UUIDv7.
    DepositId, |text| is_uuid(text, b'7');
    /// An expense, UUIDv7.
    ExpenseId, |text| is_uuid(text, b'7');
    /// A closed period, UUIDv7.
    PeriodId, |text| is_uuid(text, b'7');
    /// A spending of a fund, UUIDv7.
    FundId, |text| is_uuid(text, b'7');
}

impl MemberId {
    /// From eight random bytes, five bits of each.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> MemberId {
        MemberId(lettered("M-", bytes))
    }
}

impl UserId {
    /// From eight random bytes, five bits of each.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> UserId {
        UserId(lettered("U-", bytes))
    }
}

/// Whose a person's key is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HolderId {
    /// A member's.
    Member(MemberId),
    /// That of a client's user.
    User(UserId),
}

impl HolderId {
    /// Reads either form.
    ///
    /// # Errors
    /// [`NoId`] for any other.
    pub fn parse(text: &str) -> Result<HolderId, NoId> {
        MemberId::parse(text).map(HolderId::Member).or_else(|_| UserId::parse(text).map(HolderId::User))
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            HolderId::Member(id) => id.as_str(),
            HolderId::User(id) => id.as_str(),
        }
    }

    /// The member, if it is one.
    #[must_use]
    pub fn member(&self) -> Option<&MemberId> {
        match self {
            HolderId::Member(id) => Some(id),
            HolderId::User(_) => None,
        }
    }

    /// What every key of theirs is called in the log of this origin (LEDGER.md section 4).
    #[must_use]
    pub fn key_name(&self, origin: &str) -> String {
        match self {
            HolderId::Member(id) => format!("{origin}/m/{id}"),
            HolderId::User(id) => format!("{origin}/c/{id}"),
        }
    }
}

impl ContractId {
    /// The contract of this number, from 1.
    #[must_use]
    pub fn from_number(number: u64) -> ContractId {
        ContractId(format!("C-{number}"))
    }
}

impl ProposalId {
    /// `P-7` from 7.
    #[must_use]
    pub fn from_number(number: u64) -> ProposalId {
        ProposalId(format!("P-{number}"))
    }
}

impl PayoutId {
    /// The payout run of this number, from 1.
    #[must_use]
    pub fn from_number(number: u64) -> PayoutId {
        PayoutId(format!("O-{number}"))
    }
}

/// A UUIDv4 of 16 random bytes (RFC 9562 section 5.4).
#[must_use]
pub fn uuid_v4(random: [u8; 16]) -> String {
    hyphenate(u128::from_be_bytes(random), 4)
}

/// A UUIDv7 of a moment and 16 random bytes, of which the last 74 bits are used (RFC 9562 section 5.7). Its
/// milliseconds are whole seconds: the clock has no more.
#[must_use]
pub fn uuid_v7(at: Timestamp, random: [u8; 16]) -> String {
    let millis = u128::from(u64::try_from(at.secs()).unwrap_or(0).saturating_mul(1_000)) & 0xffff_ffff_ffff;
    hyphenate((millis << 80) | (u128::from_be_bytes(random) & ((1 << 80) - 1)), 7)
}

/// Sets version and variant, and writes the five groups.
fn hyphenate(bits: u128, version: u128) -> String {
    let bits = (bits & !(0xf << 76) & !(0b11 << 62)) | (version << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    let mut text = String::with_capacity(36);
    for (place, digit) in hex.chars().enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

fn lettered(prefix: &str, bytes: [u8; 8]) -> String {
    let letters = bytes.iter().filter_map(|byte| CROCKFORD.get(usize::from(byte & 31)));
    prefix.chars().chain(letters.map(|byte| char::from(*byte))).collect()
}

fn is_lettered(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|byte| CROCKFORD.contains(&byte)))
}

fn is_numbered(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.len() <= 15 && !rest.starts_with('0') && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_uuid(text: &str, version: u8) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == version,
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Crockford's base 32: no I, L, O, U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_id_has_its_own_form() {
        assert!(MemberId::parse("M-7K3QZ0AB").is_ok());
        for text in ["M-7K3QZ0A", "M-7K3QZ0AI", "m-7K3QZ0AB", "7K3QZ0AB"] {
            assert!(MemberId::parse(text).is_err(), "{text}");
        }
        assert_eq!(HolderId::parse("M-7K3QZ0AB").unwrap().key_name("coop.example/main"), "coop.example/main/m/M-7K3QZ0AB");
        assert_eq!(HolderId::parse("U-7K3QZ0AB").unwrap().key_name("coop.example/main"), "coop.example/main/c/U-7K3QZ0AB");
        assert!(HolderId::parse("C-7K3QZ0AB").is_err());
        for text in ["C-0", "C-01", "C-", "P-1", "C-1 "] {
            assert!(ContractId::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn made_ids_are_of_their_kind() {
        assert!(MemberId::parse(MemberId::from_random([255; 8]).as_str()).is_ok());
        assert!(ClaimId::parse(&uuid_v4([255; 16])).is_ok());
        let id = uuid_v7(Timestamp::from_secs(1_700_000_000), [0; 16]);
        assert_eq!(id, "018bcfe5-6800-7000-8000-000000000000");
        assert!(BatchId::parse(&id).is_ok());
        assert!(ClaimId::parse(&id).is_err());
    }
}
