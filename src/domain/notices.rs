//! What tells whom. A notice is a kind with parameters; the mail is rendered from it later, once, in the person's
//! language. No task content ever.

use serde::{Deserialize, Serialize};

use crate::money::{Amount, Currency};
use crate::time::Timestamp;

/// Something that a person is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Notice {
    /// An account waits; the link is single use. The token stands here only until the mail is rendered.
    Invited {
        /// Secret.
        token: String,
        /// Who invites.
        by: String,
        /// The organisation to act for; empty for a member.
        #[serde(default)]
        client: String,
    },
    /// A new password was asked for.
    Reset {
        /// Secret.
        token: String,
    },
    /// A claim's time is nearly up.
    ClaimDue {
        /// The claim's id.
        claim: String,
        /// The batch's title.
        title: String,
        /// Until when.
        due_at: Timestamp,
    },
    /// Work was accepted and paid to the balance.
    WorkAccepted {
        /// The batch's title.
        title: String,
        /// Pieces.
        count: i64,
        /// Price of a piece.
        price: Amount,
        /// The member's sum.
        amount: Amount,
        /// Of both.
        currency: Currency,
        /// Index of the (last) entry.
        index: u64,
    },
    /// Work came back.
    SentBack {
        /// The claim's id.
        claim: String,
        /// The batch's title.
        title: String,
        /// A code of reviews.
        code: String,
        /// In words.
        reason: String,
        /// The guideline's section.
        clause: String,
        /// Until when.
        due_at: Timestamp,
    },
    /// Work was rejected; its worker may appeal.
    Rejected {
        /// The claim's id.
        claim: String,
        /// The batch's title.
        title: String,
        /// A code of reviews.
        code: String,
        /// In words.
        reason: String,
        /// The guideline's section.
        clause: String,
        /// Until when they may appeal; where they have left, until when it is decided.
        appeal_by: Timestamp,
        /// Index of the entry.
        index: u64,
        /// Whether they have left the co-op: then somebody uninvolved decides without an appeal.
        #[serde(default)]
        left: bool,
    },
    /// An appeal waits for somebody who had nothing to do with it.
    Appealed {
        /// The claim's id.
        claim: String,
        /// The batch's title.
        title: String,
        /// Until when it is decided.
        decide_by: Timestamp,
    },
    /// A rejection ended: its worker and whoever rejected hear how.
    RejectionEnded {
        /// Where it can be read.
        path: String,
        /// The batch's title.
        title: String,
        /// `unappealed`, `upheld`, `overturned`, `undecided`.
        outcome: String,
        /// What whoever decided says.
        words: String,
    },
    /// A client's deposit arrived.
    DepositReceived {
        /// `C-…`.
        contract: String,
        /// The contract's title.
        title: String,
        /// How much.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Index of the entry.
        index: u64,
    },
    /// A part of a client's deposit goes back to them.
    DepositReturned {
        /// `C-…`.
        contract: String,
        /// The contract's title.
        title: String,
        /// How much.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Index of the entry.
        index: u64,
    },
    /// Money left for a member.
    PaidOut {
        /// `O-…`.
        payout: String,
        /// How much.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Index of the entry.
        index: u64,
    },
    /// A payout came back; the money is in the balance again.
    PayoutFailed {
        /// `O-…`.
        payout: String,
        /// How much.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Index of the entry.
        index: u64,
    },
    /// Where their pay goes was changed.
    PayoutToChanged,
    /// Somebody was given a role by which money leaves or people are admitted: every officer hears of it.
    RoleGranted {
        /// Whose.
        name: String,
        /// `treasurer`, `coordinator` …
        role: String,
        /// Who gave it.
        by: String,
    },
    /// Somebody was invited to act for their organisation: its other users hear of it.
    ColleagueInvited {
        /// Whom.
        name: String,
        /// Who invited them.
        by: String,
    },
    /// A client's user wanted to invite them, who have an account here already. The other side is told nothing of it.
    InvitedElsewhere {
        /// The organisation.
        client: String,
        /// Who wanted to.
        by: String,
    },
    /// They left the co-op, by their own action.
    Left {
        /// Whether they are owed something and have not said where it is to go.
        #[serde(default)]
        unsaid: bool,
        /// Index of the entry.
        index: u64,
    },
    /// An account, or a text behind a commitment, was erased: every officer hears of it, and not what.
    Erased {
        /// Who did it.
        by: String,
    },
    /// A contract waits for a coordinator.
    ContractSubmitted {
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
        /// Who is behind it.
        end_client: String,
    },
    /// A client's contract is approved and public; the deposit comes next.
    ContractApproved {
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
    },
    /// A client's contract came back as a draft.
    ContractReturned {
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
        /// What is to be changed.
        reason: String,
    },
    /// A listed contract was paused, resumed, completed, given notice, kept or ended.
    ContractMoved {
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
        /// `paused`, `resumed`, `completed`, `noticed`, `kept`, `terminated`.
        what: String,
        /// Which side did: `client` or `coop`.
        side: String,
        /// Why, in their words; may be empty.
        reason: String,
        /// When it ends, of a notice.
        ends_at: Option<Timestamp>,
        /// What the reader is to it: `member` with work under way, `client`, `coop`.
        whose: String,
        /// Of a member's work, how many claims are under way.
        claims: i64,
    },
    /// A contract changed; this member's work under way keeps the version that it was claimed under.
    ContractAmended {
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
        /// In force from now on.
        version: i64,
        /// Of their work, how many claims are under way.
        claims: i64,
    },
    /// A change of a contract was proposed, withdrawn, declined or agreed to.
    AmendmentMoved {
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
        /// `proposed`, `withdrawn`, `declined`, `two-people` (agreed, and waits for two people of the co-op), `agreed`.
        what: String,
        /// Which side did: `client` or `coop`.
        side: String,
        /// Why, in their words; may be empty.
        reason: String,
    },
    /// Money waits for a second person: an expense or a payout.
    SecondPerson {
        /// `O-…`, or the expense's name.
        what: String,
        /// Where it is decided.
        path: String,
        /// How much.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Who prepared it.
        by: String,
    },
    /// A correction waits for a second person.
    CorrectionPrepared {
        /// Its id.
        id: String,
        /// Index of the entry that is corrected.
        corrects: u64,
        /// A code of corrections.
        reason: String,
        /// How much it moves.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Who prepared it.
        by: String,
    },
    /// A part of a deposit that is to go back waits for a second person.
    ReturnPrepared {
        /// Its id.
        id: String,
        /// `C-…`.
        contract: String,
        /// The contract's title.
        title: String,
        /// How much.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Who prepared it.
        by: String,
    },
    /// A correction changed a balance that is theirs: a member's pay, or a client's deposit.
    Corrected {
        /// Index of the entry that is corrected.
        corrects: u64,
        /// A code of corrections.
        reason: String,
        /// `C-…` for a client's deposit; empty for a member's pay.
        contract: String,
        /// How much more is theirs; below zero, how much less.
        amount: Amount,
        /// Of it.
        currency: Currency,
        /// Index of the correction's entry.
        index: u64,
    },
    /// The code for a first key. It stands here only until the mail is rendered.
    KeyCode {
        /// Secret, eight digits.
        code: String,
    },
    /// One of their keys was added or retired.
    KeyChanged {
        /// Its id.
        key: String,
        /// `added`, `vouched`, `retired`.
        what: String,
    },
    /// Somebody's key was added or retired: every officer hears of it.
    KeyOfColleague {
        /// Whose.
        name: String,
        /// Its id.
        key: String,
        /// `added`, `vouched`, `retired`.
        what: String,
        /// Index of the entry.
        index: u64,
    },
    /// Something waits for this person's signature.
    SignatureWanted {
        /// `payout`, `expense`, `return`, `lowering`, `admission`, `key`, `departure` (never came in), `leaving` (by their own wish).
        about: String,
        /// Which: `O-3`, a name.
        what: String,
        /// Where it is signed.
        path: String,
        /// Who asks, or signed first.
        by: String,
    },
    /// A vote has opened, or will. The code casts a ballot without a key; it stands here only until the mail is rendered.
    VoteOpened {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// From when on ballots count.
        opens: Timestamp,
        /// Until when.
        closes: Timestamp,
        /// `P-…` that had no quorum, of a second call; else empty.
        again: String,
        /// Secret, eight digits.
        code: String,
    },
    /// A vote goes on, and this member has cast no ballot.
    VoteReminder {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// Until when.
        closes: Timestamp,
        /// Secret, eight digits.
        code: String,
    },
    /// Another code for a ballot, as asked.
    VoteCode {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// Secret, eight digits.
        code: String,
    },
    /// A ballot was cast in their name, signed in: what it says stands in no mail.
    BallotCast {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// Index of the entry.
        index: u64,
    },
    /// A vote was closed and counted.
    VoteClosed {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// `passed`, `rejected`, `no-quorum`, `void`.
        result: String,
        /// Yes, no, abstentions.
        counts: [u64; 3],
        /// Members who voted, and who could.
        cast: [u64; 2],
        /// From when on it holds, of what passed and brings something.
        enacts: Option<Timestamp>,
    },
    /// What was decided holds from now on.
    VoteEnacted {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// Its act: `rules`, `price-ask`, `contract-end`, `mandate`, `recall`; of a price, too, `met` where the client pays it by itself, `paused`
        /// where it has not accepted it, `ended` where its contract ended for that.
        what: String,
    },
    /// What was decided cannot be done any more.
    VoteLapsed {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// The code of the refusal that says why.
        reason: String,
    },
    /// The server cannot open this member's ballot; they can.
    BallotUnopened {
        /// `P-…`.
        proposal: String,
        /// Its title.
        title: String,
        /// Until when.
        until: Timestamp,
    },
    /// Enough members have signed a draft: its author can put it to the vote.
    DraftReady {
        /// Its own id.
        draft: String,
        /// Its title.
        title: String,
    },
    /// Members ask a client for a price.
    PriceAsked {
        /// `P-…`.
        proposal: String,
        /// The batch.
        batch: String,
        /// Its title.
        title: String,
        /// Asked.
        price: Amount,
        /// Of it.
        currency: Currency,
        /// From when on it is asked.
        from: Timestamp,
        /// Whether the contract ends on that day where it is not accepted: its listing gives no days of notice.
        #[serde(default)]
        at_once: bool,
    },
    /// A recovery brought the opening of a batch back over the draft that the backup had: it is paused until its client has looked at it.
    BatchUnsure {
        /// The batch.
        batch: String,
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
        /// Answers accepted since, to items that this draft did not have.
        lost: i64,
    },
    /// The price of a batch is under the floor that members voted: it takes no new claims until it is raised.
    BatchUnderFloor {
        /// The batch.
        batch: String,
        /// Its title.
        title: String,
        /// The least price by now.
        least: Amount,
        /// Of it.
        currency: Currency,
    },
    /// A new contract is public.
    ContractListed {
        /// `C-…`.
        contract: String,
        /// Its title.
        title: String,
        /// Who is behind it.
        end_client: String,
        /// What for.
        purpose: String,
    },
}

impl Notice {
    /// The stream it belongs to, if people subscribe to it; service mail otherwise.
    #[must_use]
    pub fn stream(&self) -> Option<&'static str> {
        match self {
            Notice::ContractListed { .. } => Some("contract-listed"),
            _ => None,
        }
    }

    /// The word of its kind, as templates and rows have it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Notice::Invited { .. } => "invited",
            Notice::Reset { .. } => "reset",
            Notice::ClaimDue { .. } => "claim-due",
            Notice::WorkAccepted { .. } => "work-accepted",
            Notice::SentBack { .. } => "sent-back",
            Notice::Rejected { .. } => "rejected",
            Notice::Appealed { .. } => "appealed",
            Notice::RejectionEnded { .. } => "rejection-ended",
            Notice::DepositReceived { .. } => "deposit-received",
            Notice::DepositReturned { .. } => "deposit-returned",
            Notice::PaidOut { .. } => "paid-out",
            Notice::PayoutFailed { .. } => "payout-failed",
            Notice::PayoutToChanged => "payout-to-changed",
            Notice::RoleGranted { .. } => "role-granted",
            Notice::ColleagueInvited { .. } => "colleague-invited",
            Notice::InvitedElsewhere { .. } => "invited-elsewhere",
            Notice::Left { .. } => "left",
            Notice::Erased { .. } => "erased",
            Notice::ContractSubmitted { .. } => "contract-submitted",
            Notice::ContractApproved { .. } => "contract-approved",
            Notice::ContractReturned { .. } => "contract-returned",
            Notice::ContractMoved { .. } => "contract-moved",
            Notice::ContractAmended { .. } => "contract-amended",
            Notice::AmendmentMoved { .. } => "amendment-moved",
            Notice::SecondPerson { .. } => "second-person",
            Notice::CorrectionPrepared { .. } => "correction-prepared",
            Notice::ReturnPrepared { .. } => "return-prepared",
            Notice::Corrected { .. } => "corrected",
            Notice::KeyCode { .. } => "key-code",
            Notice::KeyChanged { .. } => "key-changed",
            Notice::KeyOfColleague { .. } => "key-of-colleague",
            Notice::SignatureWanted { .. } => "signature-wanted",
            Notice::VoteOpened { .. } => "vote-opened",
            Notice::VoteReminder { .. } => "vote-reminder",
            Notice::VoteCode { .. } => "vote-code",
            Notice::BallotCast { .. } => "ballot-cast",
            Notice::VoteClosed { .. } => "vote-closed",
            Notice::VoteEnacted { .. } => "vote-enacted",
            Notice::VoteLapsed { .. } => "vote-lapsed",
            Notice::BallotUnopened { .. } => "ballot-unopened",
            Notice::DraftReady { .. } => "draft-ready",
            Notice::PriceAsked { .. } => "price-asked",
            Notice::BatchUnderFloor { .. } => "batch-under-floor",
            Notice::BatchUnsure { .. } => "batch-unsure",
            Notice::ContractListed { .. } => "contract-listed",
        }
    }

    /// Several acceptances of one batch become one: counts and sums are added.
    #[must_use]
    pub fn merged(&self, other: &Notice) -> Option<Notice> {
        let Notice::WorkAccepted { title, count, price, amount, currency, index } = self else { return None };
        match other {
            Notice::WorkAccepted { title: t, count: n, price: p, amount: a, currency: c, index: i }
                if (t, p, c) == (title, price, currency) =>
            {
                Some(Notice::WorkAccepted {
                    title: title.clone(),
                    count: count.saturating_add(*n),
                    price: *price,
                    amount: amount.checked_add(*a).ok()?,
                    currency: *currency,
                    index: (*index).max(*i),
                })
            }
            _ => None,
        }
    }
}
