//! With what each action may be refused, whoever else acts at the same moment. Nothing else is an answer to anybody.

use crate::sequences::model::Action;

/// Whether this is one of the refusals of an action.
pub fn may_be(action: Action, code: &str) -> bool {
    let is_one_of = |codes: &[&[&str]]| codes.iter().any(|codes| codes.contains(&code));
    match action {
        Action::Claim { .. } => is_one_of(&[NOBODY, CLAIM]),
        Action::Ready { .. } => is_one_of(&[NOBODY, CLAIM, HELD, &["hazard-changed"]]),
        Action::Draft { .. } => is_one_of(&[NOBODY]),
        Action::Submit { .. } => is_one_of(&[NOBODY, HELD, &["answer-one-choice"]]),
        Action::Extend { .. } => is_one_of(&[NOBODY, HELD, &["claim-extended"]]),
        Action::Release { .. } => is_one_of(&[NOBODY, HELD]),
        Action::TakeBack { .. } => is_one_of(&[NOBODY, BACK]),
        Action::Leave { .. } => is_one_of(&[NOBODY, &["leave-last-coordinator"]]),
        Action::Open { .. } | Action::Accept { .. } => is_one_of(&[NOBODY, JUDGED]),
        Action::AcceptMany { .. } => is_one_of(&[NOBODY, &["review-changed"]]),
        Action::SendBack { .. } => is_one_of(&[NOBODY, JUDGED, WHY, &["review-back-again", "review-back-left"]]),
        Action::Reject { .. } => is_one_of(&[NOBODY, JUDGED, WHY]),
        Action::Rest { .. } => is_one_of(&[NOBODY, &["rest-unread", "rest-contested", "review-changed"]]),
        Action::ReadAll { .. } => is_one_of(&[NOBODY, &["share-not-more"]]),
        Action::Appeal { .. } => is_one_of(&[NOBODY, &["appeal-late", "appeal-made"]]),
        Action::Decide { .. } => is_one_of(&[NOBODY, &["appeal-over"]]),
        Action::Offer { .. } => is_one_of(&[NOBODY, OVER, &["batch-contract-paused"]]),
        Action::Pause { .. } => is_one_of(&[NOBODY, OVER, &["contract-notice-runs", "batch-state"]]),
        Action::Withdraw { .. } => is_one_of(&[NOBODY, OVER, &["batch-not-raised", "batch-none-free"]]),
        Action::Go { .. } => is_one_of(&[NOBODY, OVER, GO]),
        Action::Amend { .. } => is_one_of(&[NOBODY, OVER, AMEND]),
        Action::Pay { .. } => is_one_of(&[&["payout-nobody", "payout-waiting"]]),
        Action::Join { .. } | Action::List { .. } | Action::Deposit { .. } => false,
        Action::End | Action::RunOut | Action::Silence | Action::Wait { .. } => false,
    }
}

/// Another's, or somebody's who has left.
const NOBODY: &[&str] = &["not-found"];
const OVER: &[&str] = &["contract-over"];
const CLAIM: &[&str] =
    &["contract-over", "contract-paused", "batch-not-open", "batch-level-raised", "claims-full", "claim-escrow", "task-none-free"];
const HELD: &[&str] = &["claim-expired", "claim-submitted", "claim-accepted", "claim-refused", "claim-released"];
const BACK: &[&str] = &["claim-back-seen", "claim-back-told", "claim-back-not", "claim-back-full", "claim-accepted"];
const JUDGED: &[&str] = &["review-rejected", "review-own", "review-not-submitted"];
/// Words that are missing, or of no clause.
const WHY: &[&str] = &["review-reason", "review-clause"];
const GO: &[&str] = &[
    "contract-paused-already",
    "contract-notice-runs",
    "contract-moves-many",
    "contract-paused-by-other",
    "contract-not-paused",
    "contract-nothing-done",
    "contract-not-done",
    "contract-notice-given",
    "contract-resume-first",
    "contract-notice-of-other",
    "contract-no-notice",
];
const AMEND: &[&str] = &[
    "amendment-open",
    "amendment-proposed",
    "amendment-none",
    "amendment-own",
    "amendment-waits",
    "amendment-stale",
    "amendment-nothing",
    "amendment-agreed",
    "amendment-of-other",
    "contract-moves-many",
    "contract-changed",
];
