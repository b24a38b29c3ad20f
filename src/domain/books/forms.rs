//! The forms that fields of entries have (LEDGER.md sections 1 and 5): one name per form, one check per name.

use serde_json::{Map, Value};

use super::account;
use crate::ids::{BatchId, ClaimId, ContractId, MemberId, PayoutId, ProposalId, TaskId, UserId};
use crate::lei;
use crate::log::key::VerifyingKey;
use crate::money::{Amount, Currency};
use crate::time::Timestamp;

/// The form of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `M-…`.
    Member,
    /// `U-…`.
    User,
    /// `C-…`.
    Contract,
    /// `P-…`.
    Proposal,
    /// `O-…`.
    Payout,
    /// A task, UUIDv4.
    Task,
    /// A claim, UUIDv4.
    Claim,
    /// Any UUIDv7.
    Uuid7,
    /// A fund's name.
    Fund,
    /// An index as a decimal text.
    Index,
    /// `checkpoint` or `entry`.
    Role,
    /// `^[a-z0-9][a-z0-9.-]*$`.
    Code,
    /// Any text that is not empty.
    Text,
    /// A schema-less URL.
    Origin,
    /// A currency.
    Unit,
    /// An amount above zero.
    Sum,
    /// An amount of zero or more.
    SumOrZero,
    /// An integer in these bounds, inclusive.
    Int(i64, i64),
    /// 64 lower-case hex digits.
    Sha256,
    /// 8 lower-case hex digits.
    KeyId,
    /// A vkey.
    Vkey,
    /// A moment.
    Time,
    /// A part of an account name.
    Rail,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An end client.
    EndClient,
    /// Intermediaries.
    Chain,
    /// Hazards.
    Hazards,
    /// A rule book.
    Book,
    /// The one entry that a passed proposal allows.
    Change,
    /// `[n, d]`.
    Quorum,
    /// `[over|least, n, d]`.
    Majority,
    /// `{abstain, no, yes}`.
    Counts,
    /// `[k, n]`.
    Part,
    /// `[[account, unit, amount] …]`.
    Balances,
}

impl Form {
    /// Whether the value has this form.
    #[must_use]
    pub fn holds(self, value: &Value) -> bool {
        match self {
            Form::Int(least, most) => value.as_i64().is_some_and(|n| (least..=most).contains(&n)),
            Form::EndClient => is_end_client(value),
            Form::Chain => rows(value, |row| match row {
                [name, country, role, keeps] => is_text(name) && is_country(country) && is_code(role) && basis_points(keeps),
                _ => false,
            }),
            Form::Hazards => rows(value, |row| match row {
                [category, form, level, share] => is_code(category) && is_code(form) && Form::Int(0, 3).holds(level) && basis_points(share),
                _ => false,
            }),
            Form::Book => super::book::Book::parse(value).is_ok(),
            Form::Change => is_change(value),
            Form::Quorum => matches!(value.as_array().map(Vec::as_slice), Some([n, d]) if is_fraction(n, d)),
            Form::Majority => {
                matches!(value.as_array().map(Vec::as_slice), Some([how, n, d])
                    if matches!(how.as_str(), Some("over" | "least")) && is_fraction(n, d) && n.as_i64() != Some(0))
            }
            Form::Counts => value.as_object().is_some_and(|counts| {
                counts.len() == 3 && ["abstain", "no", "yes"].iter().all(|key| counts.get(*key).is_some_and(is_count))
            }),
            Form::Part => matches!(value.as_array().map(Vec::as_slice), Some([k, n])
                if k.as_i64().zip(n.as_i64()).is_some_and(|(k, n)| 1 <= k && k <= n)),
            Form::Balances => value.as_array().is_some_and(|rows| rows.is_empty() || super::lines::parse(value).is_ok()),
            text => value.as_str().is_some_and(|value| text.holds_text(value)),
        }
    }

    fn holds_text(self, text: &str) -> bool {
        match self {
            Form::Member => MemberId::parse(text).is_ok(),
            Form::User => UserId::parse(text).is_ok(),
            Form::Contract => ContractId::parse(text).is_ok(),
            Form::Proposal => ProposalId::parse(text).is_ok(),
            Form::Payout => PayoutId::parse(text).is_ok(),
            Form::Task => TaskId::parse(text).is_ok(),
            Form::Claim => ClaimId::parse(text).is_ok(),
            Form::Uuid7 => BatchId::parse(text).is_ok(),
            Form::Fund => account::is_fund(text),
            Form::Index => {
                text == "0" || (!text.starts_with('0') && text.len() <= 15 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
            }
            Form::Role => matches!(text, "checkpoint" | "entry"),
            Form::Code => is_code_text(text),
            Form::Text => is_plain(text),
            Form::Origin => is_plain(text) && !text.contains("//") && !text.contains(|c: char| c.is_whitespace() || c == '+'),
            Form::Unit => Currency::read(text).is_ok(),
            Form::Sum => Amount::parse(text).is_ok_and(Amount::is_positive),
            Form::SumOrZero => Amount::parse(text).is_ok_and(|amount| !amount.is_negative()),
            Form::Sha256 => is_hex(text, 64),
            Form::KeyId => is_hex(text, 8),
            Form::Vkey => VerifyingKey::parse(text).is_ok_and(|key| key.to_string() == text),
            Form::Time => Timestamp::parse(text).is_ok(),
            Form::Rail => account::is_part(text),
            Form::Word(words) => words.contains(&text),
            _ => false,
        }
    }
}

/// `^[a-z0-9][a-z0-9.-]*$`.
#[must_use]
pub fn is_code_text(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(is_plain)
}

/// Not empty, and without control characters.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

fn is_code(value: &Value) -> bool {
    value.as_str().is_some_and(is_code_text)
}

fn is_count(value: &Value) -> bool {
    value.as_i64().is_some_and(|n| n >= 0)
}

fn basis_points(value: &Value) -> bool {
    Form::Int(0, 10_000).holds(value)
}

/// Two capital letters: no list of countries is pinned into old logs.
fn is_country(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()))
}

fn is_fraction(n: &Value, d: &Value) -> bool {
    n.as_i64().zip(d.as_i64()).is_some_and(|(n, d)| 0 <= n && n <= d && d > 0)
}

fn rows(value: &Value, valid: impl Fn(&[Value]) -> bool) -> bool {
    value.as_array().is_some_and(|rows| rows.iter().all(|row| row.as_array().is_some_and(|row| valid(row))))
}

/// `{name, country}` and either `lei` or `register` and `number`.
fn is_end_client(value: &Value) -> bool {
    let Some(client) = value.as_object() else { return false };
    let common = client.get("name").is_some_and(is_text) && client.get("country").is_some_and(is_country);
    let identity = match (client.get("lei"), client.get("register"), client.get("number")) {
        (Some(lei), None, None) => client.len() == 3 && lei.as_str().is_some_and(|lei| lei::check(lei).is_ok()),
        (None, Some(register), Some(number)) => client.len() == 4 && is_text(register) && is_text(number),
        _ => false,
    };
    common && identity
}

/// `{calc, kind, refs}` of a `batch.repriced` or a `rule.enacted`: of a book the parts that change.
fn is_change(value: &Value) -> bool {
    let Some(change) = value.as_object().filter(|change| change.len() == 3) else { return false };
    let calc = change.get("calc").and_then(Value::as_object);
    let refs = change.get("refs").and_then(Value::as_object);
    match (change.get("kind").and_then(Value::as_str), calc, refs) {
        (Some("batch.repriced"), Some(calc), Some(refs)) => {
            let about = [("batch", Form::Uuid7), ("contract", Form::Contract), ("proposal", Form::Proposal)];
            are_exactly(calc, &[("price", Form::Sum)]) && are_exactly(refs, &about)
        }
        (Some("rule.enacted"), Some(calc), Some(refs)) => {
            calc.len() == 1 && calc.get("book").is_some_and(Value::is_object) && are_exactly(refs, &[("proposal", Form::Proposal)])
        }
        _ => false,
    }
}

/// These fields, of these forms, and no others.
fn are_exactly(fields: &Map<String, Value>, forms: &[(&str, Form)]) -> bool {
    fields.len() == forms.len() && forms.iter().all(|(name, form)| fields.get(*name).is_some_and(|value| form.holds(value)))
}
