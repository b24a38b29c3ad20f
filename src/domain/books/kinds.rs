//! The kinds of entry with their fields (LEDGER.md section 5), as one table that writers and verifiers share.
//! An unknown kind, and an unknown or missing field of a known one, is refused when written and reported when read.

use serde_json::{Map, Value};

use super::forms::Form;

/// A kind of entry.
#[derive(Debug)]
pub struct Kind {
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
}

/// Whose notes a kind carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// None.
    Never,
    /// Two people's, once two members with keys exist.
    People,
    /// One checkpoint key's for a role's key; people's for a member's.
    Key,
    /// The reviewer's, if they like.
    Reviewer,
    /// The member's, by key.
    Ballot,
}

const fn must(name: &'static str, form: Form) -> Field {
    Field { name, form, needed: true }
}

const fn may(name: &'static str, form: Form) -> Field {
    Field { name, form, needed: false }
}

/// The kind of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Whether these are the fields of the kind, each of its form, none too many or too few.
#[must_use]
pub fn fit(fields: &[Field], members: &Map<String, Value>) -> bool {
    let known = members.iter().all(|(key, value)| fields.iter().any(|field| field.name == key && field.form.holds(value)));
    known && fields.iter().all(|field| !field.needed || members.contains_key(field.name))
}

/// The form of a reference wherever it stands: corrections name what they correct by any of these.
#[must_use]
pub fn reference_form(name: &str) -> Option<Form> {
    KINDS.iter().flat_map(|kind| kind.refs).find(|field| field.name == name).map(|field| field.form)
}

const SECONDS: Form = Form::Int(0, 31_622_400);
const BASIS_POINTS: Form = Form::Int(0, 10_000);
const COUNT: Form = Form::Int(0, 9_007_199_254_740_991);
const LEVEL: Form = Form::Int(0, 3);

const CONTRACT_CALC: &[Field] = &[
    must("end_client", Form::EndClient),
    must("chain", Form::Chain),
    must("purpose", Form::Code),
    must("hazards", Form::Hazards),
    must("notice_days", Form::Int(0, 3_660)),
    must("kill_fee_bp", BASIS_POINTS),
    must("document", Form::Sha256),
];

/// Every kind that this version knows.
pub static KINDS: &[Kind] = &[
    Kind {
        name: "coop.founded",
        refs: &[],
        calc: &[must("origin", Form::Text), must("name", Form::Text), must("checkpoint_key", Form::Vkey), must("entry_key", Form::Vkey)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "rule.enacted",
        refs: &[may("proposal", Form::Proposal)],
        calc: &[must("book", Form::Book)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "key.added",
        refs: &[may("member", Form::Member), may("role", Form::Role)],
        calc: &[must("vkey", Form::Vkey)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Key,
    },
    Kind {
        name: "key.retired",
        refs: &[may("member", Form::Member), may("role", Form::Role)],
        calc: &[must("key_id", Form::KeyId), must("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Key,
    },
    Kind {
        name: "member.admitted",
        refs: &[must("member", Form::Member)],
        calc: &[may("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "member.left",
        refs: &[must("member", Form::Member)],
        calc: &[may("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "contract.listed",
        refs: &[must("contract", Form::Contract), must("client", Form::Uuid7)],
        calc: CONTRACT_CALC,
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "contract.amended",
        refs: &[must("contract", Form::Contract), must("client", Form::Uuid7)],
        calc: CONTRACT_CALC,
        lines: Posts::Never,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "contract.closed",
        refs: &[must("contract", Form::Contract)],
        calc: &[must("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "deposit.received",
        refs: &[must("contract", Form::Contract), must("deposit", Form::Uuid7)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "deposit.returned",
        refs: &[must("contract", Form::Contract), must("deposit", Form::Uuid7)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "batch.opened",
        refs: &[must("contract", Form::Contract), must("batch", Form::Uuid7)],
        calc: &[
            must("price", Form::Sum),
            must("currency", Form::Unit),
            must("seconds", Form::Int(1, 31_622_400)),
            must("skill", Form::Code),
            must("level", LEVEL),
            must("copies", Form::Int(1, 9)),
        ],
        lines: Posts::Never,
        rule: true,
        signed: Signed::Never,
    },
    Kind {
        name: "batch.repriced",
        refs: &[must("contract", Form::Contract), must("batch", Form::Uuid7), may("proposal", Form::Proposal)],
        calc: &[must("price", Form::Sum)],
        lines: Posts::Never,
        rule: true,
        signed: Signed::Never,
    },
    Kind {
        name: "work.accepted",
        refs: &[
            must("contract", Form::Contract),
            must("batch", Form::Uuid7),
            must("task", Form::Task),
            must("claim", Form::Claim),
            must("worker", Form::Member),
            may("reviewer", Form::Member),
        ],
        calc: &[
            must("batch_index", COUNT),
            must("claimed_size", COUNT),
            must("price", Form::Sum),
            must("seconds", SECONDS),
            must("by", Form::Word(&["member", "client", "silence", "panel"])),
        ],
        lines: Posts::Always,
        rule: true,
        signed: Signed::Reviewer,
    },
    Kind {
        name: "work.rejected",
        refs: &[must("contract", Form::Contract), must("batch", Form::Uuid7), must("claim", Form::Claim)],
        calc: &[must("reason", Form::Code), must("clause", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "payout.approved",
        refs: &[must("payout", Form::Payout)],
        calc: &[
            must("currency", Form::Unit),
            must("rail", Form::Rail),
            must("step", Form::Sum),
            must("count", Form::Int(1, 9_007_199_254_740_991)),
            must("total", Form::Sum),
            must("lines_sha256", Form::Sha256),
        ],
        lines: Posts::Never,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "payout.sent",
        refs: &[must("payout", Form::Payout), must("member", Form::Member)],
        calc: &[must("amount", Form::Sum)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "payout.settled",
        refs: &[must("payout", Form::Payout), must("member", Form::Member)],
        calc: &[must("amount", Form::Sum), may("fee", Form::Sum), must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "payout.failed",
        refs: &[must("payout", Form::Payout), must("member", Form::Member)],
        calc: &[must("amount", Form::Sum), must("reason", Form::Code)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "expense.paid",
        refs: &[must("expense", Form::Uuid7)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "fund.spent",
        refs: &[must("fund", Form::Fund), may("member", Form::Member)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "proposal.opened",
        refs: &[must("proposal", Form::Proposal)],
        calc: &[
            must("kind", Form::Code),
            must("document", Form::Sha256),
            may("change", Form::Change),
            must("roll_size", COUNT),
            must("roll_sha256", Form::Sha256),
            must("quorum", Form::Quorum),
            must("majority", Form::Majority),
            must("opens", Form::Time),
            must("closes", Form::Time),
        ],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "ballot.cast",
        refs: &[must("proposal", Form::Proposal), must("member", Form::Member)],
        calc: &[must("how", Form::Word(&["key", "session"])), must("sealed", Form::Sha256)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Ballot,
    },
    Kind {
        name: "proposal.closed",
        refs: &[must("proposal", Form::Proposal)],
        calc: &[
            must("eligible", COUNT),
            must("cast", COUNT),
            must("by_key", COUNT),
            must("by_session", COUNT),
            must("by_new_key", COUNT),
            must("counts", Form::Counts),
            must("unopened", COUNT),
            must("openings", Form::Sha256),
            must("result", Form::Word(&["passed", "rejected", "no-quorum", "void"])),
        ],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        name: "correction.posted",
        refs: &[must("corrects", Form::Index)],
        calc: &[must("reason", Form::Code)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        name: "period.closed",
        refs: &[must("period", Form::Uuid7)],
        calc: &[must("part", Form::Part), must("size", COUNT), must("balances", Form::Balances)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
];
