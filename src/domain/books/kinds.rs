//! What a kind of entry is: its fields, whether it posts, whose notes it carries. Writers and verifiers share one table of them
//! (`table`).
//! An unknown kind, and an unknown or missing field of a known one, is refused when written and reported when read.

use serde_json::{Map, Value};

use super::forms::Form;

/// Which kind it is. Whoever adds a kind must say here which, and every replay (`domain::replay`) then fails to compile until it
/// knows how to recompute it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the dotted word of docs/LEDGER.md, section 5")]
pub enum KindId {
    CoopFounded,
    RuleEnacted,
    KeyAdded,
    KeyRetired,
    MemberAdmitted,
    MemberLeft,
    ContractListed,
    ContractAmended,
    ContractClosed,
    DepositReceived,
    DepositReturned,
    BatchOpened,
    BatchRepriced,
    WorkAccepted,
    WorkRejected,
    PayoutApproved,
    PayoutSent,
    PayoutSettled,
    PayoutFailed,
    ExpensePaid,
    FundSpent,
    ProposalOpened,
    BallotCast,
    ProposalClosed,
    CorrectionPosted,
    PeriodClosed,
    Unknown,
}

/// A kind that this version does not know: a newer program's. It is read by its general form, posts its lines, and is reported.
pub static UNKNOWN: Kind =
    Kind { id: KindId::Unknown, name: "unknown", refs: &[], calc: &[], lines: Posts::Perhaps, rule: false, signed: Signed::Perhaps };

/// A kind of entry.
#[derive(Debug)]
pub struct Kind {
    /// Which.
    pub id: KindId,
    /// Its dotted word.
    pub name: &'static str,
    /// What it is about.
    pub refs: &'static [Field],
    /// From what its lines are recomputed.
    pub calc: &'static [Field],
    /// Whether it posts.
    pub lines: Posts,
    /// Whether it names the rule book applied.
    pub rule: bool,
    /// Whose notes it carries.
    pub signed: Signed,
}

/// A field of `refs` or `calc`.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// Its form.
    pub form: Form,
    /// Whether it must be there.
    pub needed: bool,
}

/// Whether a kind has lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posts {
    /// Always.
    Always,
    /// Never.
    Never,
    /// Nobody here knows.
    Perhaps,
}

/// Whose notes a kind carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// None.
    Never,
    /// Two people's, once two members with keys exist.
    People,
    /// One checkpoint key's for a role's key; people's for a person's.
    Key,
    /// That of whoever accepts, reviewer or client's user, if they like.
    Judge,
    /// The member's, by key.
    Ballot,
    /// Nobody here knows.
    Perhaps,
}

/// Whether these are the fields of the kind, each of its form, none too many or too few.
#[must_use]
pub fn fit(fields: &[Field], members: &Map<String, Value>) -> bool {
    let known = members.iter().all(|(key, value)| fields.iter().any(|field| field.name == key && field.form.holds(value)));
    known && fields.iter().all(|field| !field.needed || members.contains_key(field.name))
}
