//! The table of kinds (docs/LEDGER.md section 5), in the page's order.

use super::forms::Form;
use super::kinds::{Field, Kind, KindId, Posts, Signed};

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
        id: KindId::CoopFounded,
        name: "coop.founded",
        refs: &[],
        calc: &[must("origin", Form::Origin), must("name", Form::Text), must("checkpoint_key", Form::Vkey), must("entry_key", Form::Vkey)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::RuleEnacted,
        name: "rule.enacted",
        refs: &[may("proposal", Form::Proposal)],
        calc: &[must("book", Form::Book)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::KeyAdded,
        name: "key.added",
        refs: &[may("member", Form::Member), may("role", Form::Role), may("user", Form::User), may("client", Form::Uuid7)],
        calc: &[must("vkey", Form::Vkey)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Key,
    },
    Kind {
        id: KindId::KeyRetired,
        name: "key.retired",
        refs: &[may("member", Form::Member), may("role", Form::Role), may("user", Form::User)],
        calc: &[must("key_id", Form::KeyId), must("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Key,
    },
    Kind {
        id: KindId::MemberAdmitted,
        name: "member.admitted",
        refs: &[must("member", Form::Member)],
        calc: &[may("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        id: KindId::MemberLeft,
        name: "member.left",
        refs: &[must("member", Form::Member)],
        calc: &[may("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        id: KindId::ContractListed,
        name: "contract.listed",
        refs: &[must("contract", Form::Contract), must("client", Form::Uuid7)],
        calc: CONTRACT_CALC,
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::ContractAmended,
        name: "contract.amended",
        refs: &[must("contract", Form::Contract), must("client", Form::Uuid7)],
        calc: CONTRACT_CALC,
        lines: Posts::Never,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        id: KindId::ContractClosed,
        name: "contract.closed",
        refs: &[must("contract", Form::Contract)],
        calc: &[must("reason", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::DepositReceived,
        name: "deposit.received",
        refs: &[must("contract", Form::Contract), must("deposit", Form::Uuid7)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::DepositReturned,
        name: "deposit.returned",
        refs: &[must("contract", Form::Contract), must("deposit", Form::Uuid7)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        id: KindId::BatchOpened,
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
        id: KindId::BatchRepriced,
        name: "batch.repriced",
        refs: &[must("contract", Form::Contract), must("batch", Form::Uuid7), may("proposal", Form::Proposal)],
        calc: &[must("price", Form::Sum)],
        lines: Posts::Never,
        rule: true,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::WorkAccepted,
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
        signed: Signed::Judge,
    },
    Kind {
        id: KindId::WorkRejected,
        name: "work.rejected",
        refs: &[must("contract", Form::Contract), must("batch", Form::Uuid7), must("claim", Form::Claim)],
        calc: &[must("reason", Form::Code), must("clause", Form::Code)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::PayoutApproved,
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
        id: KindId::PayoutSent,
        name: "payout.sent",
        refs: &[must("payout", Form::Payout), must("member", Form::Member)],
        calc: &[must("amount", Form::Sum)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::PayoutSettled,
        name: "payout.settled",
        refs: &[must("payout", Form::Payout), must("member", Form::Member)],
        calc: &[must("amount", Form::Sum), may("fee", Form::Sum), must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::PayoutFailed,
        name: "payout.failed",
        refs: &[must("payout", Form::Payout), must("member", Form::Member)],
        calc: &[must("amount", Form::Sum), must("reason", Form::Code)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::Never,
    },
    Kind {
        id: KindId::ExpensePaid,
        name: "expense.paid",
        refs: &[must("expense", Form::Uuid7)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        id: KindId::FundSpent,
        name: "fund.spent",
        refs: &[must("fund", Form::Fund), may("member", Form::Member)],
        calc: &[must("evidence", Form::Sha256)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        id: KindId::ProposalOpened,
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
        id: KindId::BallotCast,
        name: "ballot.cast",
        refs: &[must("proposal", Form::Proposal), must("member", Form::Member)],
        calc: &[must("how", Form::Word(&["key", "session"])), must("sealed", Form::Sha256)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Ballot,
    },
    Kind {
        id: KindId::ProposalClosed,
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
        id: KindId::CorrectionPosted,
        name: "correction.posted",
        refs: &[must("corrects", Form::Index)],
        calc: &[must("reason", Form::Code)],
        lines: Posts::Always,
        rule: false,
        signed: Signed::People,
    },
    Kind {
        id: KindId::PeriodClosed,
        name: "period.closed",
        refs: &[must("period", Form::Uuid7)],
        calc: &[must("part", Form::Part), must("size", COUNT), must("balances", Form::Balances)],
        lines: Posts::Never,
        rule: false,
        signed: Signed::Never,
    },
];

/// The kind of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The form of a reference wherever it stands: corrections name what they correct by any of these.
#[must_use]
pub fn reference_form(name: &str) -> Option<Form> {
    KINDS.iter().flat_map(|kind| kind.refs).find(|field| field.name == name).map(|field| field.form)
}

const fn must(name: &'static str, form: Form) -> Field {
    Field { name, form, needed: true }
}

const fn may(name: &'static str, form: Form) -> Field {
    Field { name, form, needed: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_stands_once_under_its_own_word() {
        assert!(KINDS.iter().all(|kind| kind.id != KindId::Unknown));
        let ids: BTreeSet<KindId> = KINDS.iter().map(|kind| kind.id).collect();
        assert_eq!(ids.len(), KINDS.len());
        for kind in KINDS {
            let word = format!("{:?}", kind.id).to_lowercase();
            assert_eq!(word, kind.name.replace('.', ""));
        }
    }
}
