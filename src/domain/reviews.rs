//! Reviews: accept, which pays, or send back with a code, a reason and the guideline's clause. Nobody reviews their own work.

use crate::books::account::Account;
use crate::books::entry::Draft;
use crate::books::{forms, lines};
use crate::contracts;
use crate::ids::{BatchId, ClaimId, ContractId, MemberId, TaskId};
use crate::money::{Amount, Currency};
use crate::refusal::Refusal;
use crate::rules::{Book, Parties};
use crate::text;

/// Work as it lies before a reviewer.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// Whose escrow pays.
    pub contract: ContractId,
    /// Its batch.
    pub batch: BatchId,
    /// Its task.
    pub task: TaskId,
    /// The claim.
    pub claim: ClaimId,
    /// Who did it.
    pub worker: MemberId,
    /// The claim's state.
    pub state: String,
    /// Index of the `batch.opened` entry.
    pub batch_index: u64,
    /// The log's size when it was claimed.
    pub claimed_size: u64,
    /// When it was claimed.
    pub price: Amount,
    /// Of the price.
    pub currency: Currency,
    /// Measured.
    pub seconds: i64,
}

/// Who judges.
#[derive(Clone, Copy, Debug)]
pub enum Judge<'a> {
    /// A member with the reviewer's role: paid for it.
    Member(&'a MemberId),
    /// The client's own user.
    Client,
    /// Nobody, for the days of the contract.
    Silence,
    /// Whoever decided an appeal for the co-op, which pays nobody for it.
    Panel,
}

/// What an acceptance does.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// To be appended.
    pub entry: Draft,
    /// What the worker gets of it.
    pub worker_share: Amount,
    /// What the reviewer gets of it.
    pub reviewer_share: Amount,
}

/// Work sent back, as the worker will read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentBack {
    /// One of [`CODES`].
    pub code: String,
    /// In words.
    pub reason: String,
    /// The guideline's section.
    pub clause: String,
}

/// Accepts work by the rule in force when it was claimed; the entry is exact to the millionth.
///
/// # Errors
/// INV-6: one's own work; work that is not submitted.
pub fn accept(book: &Book, rule: u64, work: &Submitted, judge: Judge<'_>) -> Result<Accepted, Refusal> {
    check(work, judge)?;
    let broken = |_| Refusal::new("sum-too-large");
    let reviewer = match judge {
        Judge::Member(member) => Some(member),
        _ => None,
    };
    let shares = book.pay(work.price, Parties { contract: &work.contract, worker: &work.worker, reviewer }).map_err(broken)?;
    let share_of = |account: &Account| shares.iter().find(|(name, _)| name == account).map_or(Amount::ZERO, |(_, share)| *share);
    let worker_share = share_of(&Account::earned(&work.worker));
    let reviewer_share = reviewer.map_or(Amount::ZERO, |member| share_of(&Account::earned(member)));
    let mut postings = vec![(Account::escrow(&work.contract), work.currency, work.price)];
    for (account, share) in shares {
        postings.push((account, work.currency, share.checked_neg().map_err(broken)?));
    }
    let lines = lines::balanced(postings).map_err(|_| Refusal::new("sum-too-large"))?;
    let mut entry = Draft::new("work.accepted")
        .about("contract", &work.contract)
        .about("batch", &work.batch)
        .about("task", &work.task)
        .about("claim", &work.claim)
        .about("worker", &work.worker)
        .rule(rule)
        .calc("batch_index", work.batch_index)
        .calc("claimed_size", work.claimed_size)
        .calc("price", work.price.to_string())
        .calc("seconds", work.seconds)
        .calc("by", judge.word())
        .lines(lines);
    if let Some(member) = reviewer {
        entry = entry.about("reviewer", member);
    }
    Ok(Accepted { entry, worker_share, reviewer_share })
}

/// Whether work may be sent back at all. Whoever judges could refuse to pay without ever rejecting, by sending it back until its worker
/// misses a day: after [`MOST_RETURNS`] only accepting and rejecting are left, and a rejection can be appealed. Nor is work sent back to
/// a worker who has left the co-op and could not hand it in again.
///
/// # Errors
/// `review-back-again`, `review-back-left`.
pub fn check_back(returned: i64, has_left: bool) -> Result<(), Refusal> {
    match (returned >= MOST_RETURNS, has_left) {
        (_, true) => Err(Refusal::new("review-back-left")),
        (true, false) => Err(Refusal::new("review-back-again").with("most", MOST_RETURNS)),
        (false, false) => Ok(()),
    }
}

/// How often the same work may be sent back.
pub const MOST_RETURNS: i64 = 2;

/// Sends work back: its own clock begins anew, and the worker is told why.
///
/// # Errors
/// INV-6; an unknown code; a reason left out; a clause that the guidelines do not have.
pub fn send_back(
    work: &Submitted,
    judge: Judge<'_>,
    guidelines: &str,
    (code, reason, clause): (&str, &str, &str),
) -> Result<SentBack, Vec<Refusal>> {
    check(work, judge).map_err(|refusal| vec![refusal])?;
    let mut refusals = Vec::new();
    if !CODES.contains(&code) {
        refusals.push(Refusal::new("review-code").field("code"));
    }
    let reason = text::lines(reason, 2_000).map_err(|_| refusals.push(Refusal::new("review-reason").field("reason")));
    let clause = clause.trim().trim_end_matches(['.', ')']);
    let mut sections = contracts::sections(guidelines).peekable();
    // Guidelines listed before sections were asked for may have none: any number will do there.
    let is_named = if sections.peek().is_some() { sections.any(|section| section == clause) } else { forms::is_code_text(clause) };
    if !is_named || clause.len() > 20 {
        refusals.push(Refusal::new("review-clause").field("clause"));
    }
    match (reason, refusals.is_empty()) {
        (Ok(reason), true) => Ok(SentBack { code: code.to_owned(), reason, clause: clause.to_owned() }),
        _ => Err(refusals),
    }
}

impl Judge<'_> {
    /// The ledger's word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Judge::Member(_) => "member",
            Judge::Client => "client",
            Judge::Silence => "silence",
            Judge::Panel => "panel",
        }
    }
}

fn check(work: &Submitted, judge: Judge<'_>) -> Result<(), Refusal> {
    if matches!(judge, Judge::Member(member) if *member == work.worker) {
        return Err(Refusal::new("review-own"));
    }
    if work.state == "submitted" { Ok(()) } else { Err(Refusal::new("review-not-submitted")) }
}

/// Why work is sent back; each has its words in `locales/`.
pub const CODES: &[&str] = &["box-too-loose", "wrong-label", "missed-object", "off-guideline", "incomplete", "unreadable"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{uuid_v4, uuid_v7};
    use crate::log::key::SigningKey;
    use crate::time::Timestamp;

    const GUIDE: &str = "1 Read it.\n4.2 When in doubt, say so.";

    fn work() -> Submitted {
        let at = Timestamp::from_secs(1_700_000_000);
        Submitted {
            contract: ContractId::from_number(1),
            batch: BatchId::parse(&uuid_v7(at, [1; 16])).unwrap(),
            task: TaskId::parse(&uuid_v4([2; 16])).unwrap(),
            claim: ClaimId::parse(&uuid_v4([3; 16])).unwrap(),
            worker: MemberId::from_random([1; 8]),
            state: "submitted".to_owned(),
            batch_index: 5,
            claimed_size: 6,
            price: Amount::parse_input("9.40").unwrap(),
            currency: Currency::parse("USD").unwrap(),
            seconds: 2_700,
        }
    }

    #[test]
    fn inv_6_nobody_reviews_their_own_work() {
        let book = Book::parse(&Book::founding()).unwrap();
        let work = work();
        assert_eq!(accept(&book, 1, &work, Judge::Member(&work.worker)).unwrap_err().code, "review-own");
        assert_eq!(send_back(&work, Judge::Member(&work.worker), GUIDE, ("wrong-label", "x", "4.2")).unwrap_err()[0].code, "review-own");
    }

    #[test]
    fn an_acceptance_is_an_entry_that_can_be_sealed() {
        let book = Book::parse(&Book::founding()).unwrap();
        let key = SigningKey::from_seed("coop.example/entry", [1; 32]).unwrap();
        let reviewer = MemberId::from_random([2; 8]);
        for judge in [Judge::Member(&reviewer), Judge::Client, Judge::Silence, Judge::Panel] {
            let accepted = accept(&book, 1, &work(), judge).unwrap();
            accepted.entry.seal(Timestamp::from_secs(1_700_000_000), &key).unwrap();
        }
        let accepted = accept(&book, 1, &work(), Judge::Client).unwrap();
        assert_eq!(accepted.worker_share, Amount::parse_input("7.802").unwrap());
        let done = Submitted { state: "accepted".to_owned(), ..work() };
        assert_eq!(accept(&book, 1, &done, Judge::Client).unwrap_err().code, "review-not-submitted");
    }

    #[test]
    fn work_goes_back_only_with_code_reason_and_clause() {
        assert_eq!(send_back(&work(), Judge::Client, GUIDE, ("", "", "")).unwrap_err().len(), 3);
        assert!(send_back(&work(), Judge::Client, GUIDE, ("wrong-label", "The sign is a bush.", " 4.2. ")).is_ok());
        assert!(send_back(&work(), Judge::Client, GUIDE, ("wrong-label", "The sign is a bush.", "9.9")).is_err());
        let unnumbered = send_back(&work(), Judge::Client, "Look well.", ("wrong-label", "The sign is a bush.", "2"));
        assert!(unnumbered.is_ok(), "guidelines of before");
    }
}
