//! How a listed contract goes on: paused and resumed by either side, completed when everything is done, ended early after its
//! notice. What is claimed is always honoured: nothing here touches a claim.

pub mod moves;

use crate::books::entry::Draft;
use crate::ids::ContractId;
use crate::money::{Amount, AmountError};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// One of the two sides of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The organisation that posts the work.
    Client,
    /// The co-op, by a coordinator.
    Coop,
}

/// What a side wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// No new claims for now.
    Pause,
    /// New claims again.
    Resume,
    /// Everything is done.
    Complete,
    /// End it early: give notice.
    Terminate,
    /// Take the notice back.
    Keep,
}

/// Where a contract stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `approved`, `funded`, `open` …
    pub state: String,
    /// Who paused it, while it is paused.
    pub paused_by: Option<Side>,
    /// When the earliest notice ends it, and which side's that is: a vote is the co-op's.
    pub notice: Option<(Side, Timestamp)>,
    /// Which side gave notice itself, and may take it back.
    pub given_by: Option<Side>,
    /// When it ends by what members voted, the earliest day: nobody takes that back.
    pub voted: Option<Timestamp>,
    /// Batches that were ever opened.
    pub opened: i64,
    /// Of these, the ones that the client paused.
    pub paused_batches: i64,
    /// Answers of opened batches that are not accepted yet.
    pub left: i64,
    /// Days that the listing gives before it ends early.
    pub notice_days: i64,
}

/// What a step comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is paused.
    Paused,
    /// It is in this state again.
    Resumed(&'static str),
    /// It ends then.
    Noticed(Timestamp),
    /// It does not end.
    Kept,
    /// One of several notices is taken back: it ends then, by another that ran already.
    KeptUntil(Timestamp),
    /// It is closed, for ever.
    Closed(Closing),
}

/// How a contract closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// `completed` or `terminated`.
    pub state: &'static str,
    /// The code in `contract.closed`.
    pub reason: &'static str,
}

impl Side {
    /// In rows and sentences.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Coop => "coop",
        }
    }

    /// From a row.
    #[must_use]
    pub fn parse(word: &str) -> Option<Side> {
        [Side::Client, Side::Coop].into_iter().find(|side| side.word() == word)
    }
}

impl Step {
    /// Every step, in the order of the page.
    pub const ALL: [Step; 5] = [Step::Pause, Step::Resume, Step::Complete, Step::Terminate, Step::Keep];

    /// In addresses and sentences.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Step::Pause => "pause",
            Step::Resume => "resume",
            Step::Complete => "complete",
            Step::Terminate => "terminate",
            Step::Keep => "keep",
        }
    }

    /// From an address.
    #[must_use]
    pub fn parse(word: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.word() == word)
    }

    /// Whether whoever does it must say why: it stops other people's work.
    #[must_use]
    pub fn asks_why(self) -> bool {
        matches!(self, Step::Pause | Step::Terminate)
    }
}

impl Next {
    /// When it ends by a notice that runs.
    #[must_use]
    pub fn ends_at(self) -> Option<Timestamp> {
        match self {
            Next::Noticed(ends_at) | Next::KeptUntil(ends_at) => Some(ends_at),
            _ => None,
        }
    }

    /// What was done, as rows, mail and sentences have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Next::Paused => "paused",
            Next::Resumed(_) => "resumed",
            Next::Noticed(_) => "noticed",
            Next::Kept | Next::KeptUntil(_) => "kept",
            Next::Closed(closing) => closing.state,
        }
    }
}

/// Whether a contract is over: closed, or its notice has run out and nobody wrote that yet.
#[must_use]
pub fn is_over(state: &str, ends_at: Option<Timestamp>, now: Timestamp) -> bool {
    matches!(state, "completed" | "terminated") || ends_at.is_some_and(|ends_at| ends_at <= now)
}

impl Standing {
    /// Whether it is over: closed, or its notice has run out and nobody wrote that yet.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        is_over(&self.state, self.notice.map(|(_, ends_at)| ends_at), now)
    }

    /// Whether notice of this side runs, given by itself or, of the co-op, by a vote.
    #[must_use]
    pub fn gave_notice(&self, side: Side) -> bool {
        self.given_by == Some(side) || (self.voted.is_some() && side == Side::Coop)
    }

    /// How it closes when its notice has run out; nothing before.
    #[must_use]
    pub fn run_out(&self, now: Timestamp) -> Option<Closing> {
        let (by, ends_at) = self.notice?;
        let closed = matches!(self.state.as_str(), "completed" | "terminated");
        (!closed && ends_at <= now).then_some(ended(by))
    }
}

/// What a step by a side comes to now.
///
/// Whoever paused resumes, and before giving notice. A side that gave notice may take it back, and may not pause meanwhile: the days
/// are there for members to work in. What members voted is taken back by nobody, and stands beside a notice that a side takes back. Where no
/// batch was ever opened nobody can be at work, and a contract ends at once.
///
/// # Errors
/// Why it cannot be done as things stand.
///
/// ```
/// use manyhands_domain::contracts::life::{Next, Side, Standing, Step, decide};
/// use manyhands_domain::time::Timestamp;
///
/// let open = Standing {
///     state: "open".to_owned(), paused_by: None, notice: None, given_by: None, voted: None, opened: 1, paused_batches: 0, left: 12,
///     notice_days: 14,
/// };
/// let now = Timestamp::from_secs(0);
/// assert_eq!(decide(&open, Step::Terminate, Side::Client, now), Ok(Next::Noticed(now.plus_days(14))));
/// assert_eq!(decide(&open, Step::Complete, Side::Client, now).unwrap_err().code, "contract-not-done");
/// ```
pub fn decide(stands: &Standing, step: Step, by: Side, now: Timestamp) -> Result<Next, Refusal> {
    if stands.is_over(now) {
        return Err(Refusal::new("contract-over"));
    }
    match step {
        Step::Pause => pause(stands, by),
        Step::Resume => resume(stands, by),
        Step::Complete => complete(stands),
        Step::Terminate => terminate(stands, by, now),
        // A side's own notice may end the contract before the day that members voted, so it stays that side's to take back.
        Step::Keep => match (stands.given_by, stands.voted) {
            (Some(side), voted) if side == by => Ok(voted.map_or(Next::Kept, Next::KeptUntil)),
            (_, Some(ends_at)) => Err(Refusal::new("contract-notice-voted").with("when", ends_at)),
            (Some(_), None) => Err(Refusal::new("contract-notice-of-other")),
            (None, None) => Err(Refusal::new("contract-no-notice")),
        },
    }
}

/// What an end that members voted comes to on its day, whoever paused the contract and whatever notice runs: its days begin now, the
/// earlier day holds, and a pause stays for whoever made it to lift.
///
/// # Errors
/// `contract-over`; `contract-not-running` for what was never listed.
pub fn decide_voted(stands: &Standing, now: Timestamp) -> Result<Next, Refusal> {
    if stands.is_over(now) {
        return Err(Refusal::new("contract-over"));
    }
    if !matches!(stands.state.as_str(), "approved" | "funded" | "open" | "paused") {
        return Err(Refusal::new("contract-not-running"));
    }
    if stands.opened == 0 || stands.notice_days == 0 {
        return Ok(Next::Closed(ended(Side::Coop)));
    }
    let ends_at = now.plus_days(stands.notice_days);
    Ok(Next::Noticed(stands.notice.map_or(ends_at, |(_, earlier)| earlier.min(ends_at))))
}

fn pause(stands: &Standing, by: Side) -> Result<Next, Refusal> {
    match stands.state.as_str() {
        "funded" | "open" => check_notice_days(stands, by).map(|()| Next::Paused),
        "paused" => Err(Refusal::new("contract-paused-already")),
        _ => Err(Refusal::new("contract-not-running")),
    }
}

/// Whoever gave notice lets the work go on until it ends.
///
/// # Errors
/// `contract-notice-runs`.
pub fn check_notice_days(stands: &Standing, by: Side) -> Result<(), Refusal> {
    if stands.gave_notice(by) { Err(Refusal::new("contract-notice-runs")) } else { Ok(()) }
}

fn resume(stands: &Standing, by: Side) -> Result<Next, Refusal> {
    match (stands.state.as_str(), stands.paused_by) {
        ("paused", Some(side)) if side != by => Err(Refusal::new("contract-paused-by-other")),
        ("paused", _) => Ok(Next::Resumed(if stands.opened > 0 { "open" } else { "funded" })),
        _ => Err(Refusal::new("contract-not-paused")),
    }
}

fn complete(stands: &Standing) -> Result<Next, Refusal> {
    if stands.opened == 0 {
        return Err(Refusal::new("contract-nothing-done"));
    }
    if stands.left > 0 {
        return Err(Refusal::new("contract-not-done").with("left", stands.left));
    }
    Ok(Next::Closed(Closing { state: "completed", reason: "finished" }))
}

fn terminate(stands: &Standing, by: Side, now: Timestamp) -> Result<Next, Refusal> {
    if !matches!(stands.state.as_str(), "approved" | "funded" | "open" | "paused") {
        return Err(Refusal::new("contract-not-running"));
    }
    if let Some((_, ends_at)) = stands.notice {
        return Err(Refusal::new("contract-notice-given").with("when", ends_at));
    }
    if stands.opened == 0 {
        return Ok(Next::Closed(ended(by)));
    }
    // Batches are paused by the client alone.
    if stands.paused_by == Some(by) || (by == Side::Client && stands.paused_batches > 0) {
        return Err(Refusal::new("contract-resume-first"));
    }
    Ok(if stands.notice_days == 0 { Next::Closed(ended(by)) } else { Next::Noticed(now.plus_days(stands.notice_days)) })
}

fn ended(by: Side) -> Closing {
    let reason = match by {
        Side::Client => "ended-by-client",
        Side::Coop => "ended-by-coop",
    };
    Closing { state: "terminated", reason }
}

/// Whether work of a contract may be claimed.
///
/// # Errors
/// `contract-paused`, `contract-over`, or `batch-not-open` where it never began.
pub fn check_claim(state: &str, ends_at: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    match state {
        _ if is_over(state, ends_at, now) => Err(Refusal::new("contract-over")),
        "paused" => Err(Refusal::new("contract-paused")),
        "open" => Ok(()),
        _ => Err(Refusal::new("batch-not-open")),
    }
}

/// `contract.closed`: no new claim and no new batch from here on (LEDGER.md section 3).
#[must_use]
pub fn close(id: &ContractId, closing: Closing) -> Draft {
    Draft::new("contract.closed").about("contract", id).calc("reason", closing.reason)
}

/// What the listing's fee for an early end would be over the tasks that nobody has claimed: `open_price × kill_fee_bp / 10000`,
/// rounded down to the millionth.
///
/// # Errors
/// When the sum is too large.
pub fn kill_fee(open_price: Amount, kill_fee_bp: i64) -> Result<Amount, AmountError> {
    let micros = i128::from(open_price.micros()).checked_mul(i128::from(kill_fee_bp)).and_then(|micros| micros.checked_div(10_000));
    micros.and_then(|micros| i64::try_from(micros).ok()).map(Amount::from_micros).ok_or(AmountError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn open() -> Standing {
        Standing {
            state: "open".to_owned(),
            paused_by: None,
            notice: None,
            given_by: None,
            voted: None,
            opened: 2,
            paused_batches: 0,
            left: 5,
            notice_days: 14,
        }
    }

    fn code(stands: &Standing, step: Step, by: Side) -> &'static str {
        decide(stands, step, by, NOW).map_or_else(|refusal| refusal.code, Next::word)
    }

    #[test]
    fn whoever_paused_resumes() {
        let paused = |by| Standing { state: "paused".to_owned(), paused_by: Some(by), ..open() };
        assert_eq!(decide(&open(), Step::Pause, Side::Client, NOW), Ok(Next::Paused));
        assert_eq!(code(&paused(Side::Client), Step::Pause, Side::Client), "contract-paused-already");
        assert_eq!(decide(&paused(Side::Client), Step::Resume, Side::Client, NOW), Ok(Next::Resumed("open")));
        assert_eq!(code(&paused(Side::Client), Step::Resume, Side::Coop), "contract-paused-by-other");
        assert_eq!(code(&paused(Side::Coop), Step::Resume, Side::Client), "contract-paused-by-other");
        assert_eq!(code(&open(), Step::Resume, Side::Client), "contract-not-paused");
        let unbegun = Standing { opened: 0, ..paused(Side::Coop) };
        assert_eq!(decide(&unbegun, Step::Resume, Side::Coop, NOW), Ok(Next::Resumed("funded")));
        assert_eq!(code(&Standing { state: "approved".to_owned(), ..open() }, Step::Pause, Side::Coop), "contract-not-running");
    }

    #[test]
    fn only_what_is_wholly_done_is_completed() {
        assert_eq!(code(&open(), Step::Complete, Side::Client), "contract-not-done");
        assert_eq!(code(&Standing { opened: 0, left: 0, ..open() }, Step::Complete, Side::Client), "contract-nothing-done");
        let finished = Next::Closed(Closing { state: "completed", reason: "finished" });
        assert_eq!(decide(&Standing { left: 0, ..open() }, Step::Complete, Side::Coop, NOW), Ok(finished));
    }

    #[test]
    fn an_early_end_waits_for_its_notice_and_nobody_pauses_it_meanwhile() {
        let noticed = Standing { notice: Some((Side::Client, NOW.plus_days(14))), given_by: Some(Side::Client), ..open() };
        assert_eq!(decide(&open(), Step::Terminate, Side::Client, NOW), Ok(Next::Noticed(NOW.plus_days(14))));
        assert_eq!(code(&noticed, Step::Terminate, Side::Coop), "contract-notice-given");
        assert_eq!(code(&noticed, Step::Pause, Side::Client), "contract-notice-runs");
        assert_eq!(code(&noticed, Step::Pause, Side::Coop), "paused", "the co-op protects its members at any time");
        assert_eq!(code(&noticed, Step::Keep, Side::Client), "kept");
        assert_eq!(code(&noticed, Step::Keep, Side::Coop), "contract-notice-of-other");
        assert_eq!(code(&open(), Step::Keep, Side::Coop), "contract-no-notice");
        let paused = Standing { state: "paused".to_owned(), paused_by: Some(Side::Client), ..open() };
        assert_eq!(code(&paused, Step::Terminate, Side::Client), "contract-resume-first");
        let by_coop = Standing { paused_by: Some(Side::Coop), ..paused };
        assert_eq!(code(&by_coop, Step::Terminate, Side::Coop), "contract-resume-first", "its members have those days, too");
        assert_eq!(code(&by_coop, Step::Terminate, Side::Client), "noticed");
        assert_eq!(code(&Standing { paused_batches: 1, ..open() }, Step::Terminate, Side::Client), "contract-resume-first");
        assert_eq!(code(&Standing { paused_batches: 1, ..open() }, Step::Terminate, Side::Coop), "noticed");
        let closing = Closing { state: "terminated", reason: "ended-by-client" };
        assert_eq!((noticed.run_out(NOW), noticed.run_out(NOW.plus_days(14))), (None, Some(closing)));
        let after = Standing { state: "terminated".to_owned(), ..noticed };
        assert_eq!(after.run_out(NOW.plus_days(15)), None, "closed once");
    }

    #[test]
    fn what_members_voted_stands_whoever_paused_or_gave_notice() {
        let day = NOW.plus_days(14);
        let voted = Standing { notice: Some((Side::Coop, day)), voted: Some(day), ..open() };
        for by in [Side::Client, Side::Coop] {
            assert_eq!(code(&voted, Step::Keep, by), "contract-notice-voted");
            assert_eq!(code(&voted, Step::Terminate, by), "contract-notice-given");
        }
        assert_eq!(code(&voted, Step::Pause, Side::Coop), "contract-notice-runs", "members have those days, too");
        let sooner = Standing { notice: Some((Side::Client, NOW.plus_days(3))), given_by: Some(Side::Client), ..open() };
        assert_eq!(decide_voted(&sooner, NOW), Ok(Next::Noticed(NOW.plus_days(3))), "the earlier day");
        let both = Standing { voted: Some(day), ..sooner };
        assert_eq!(decide(&both, Step::Keep, Side::Client, NOW), Ok(Next::KeptUntil(day)), "its own is its own, and the voted day stays");
        assert_eq!(code(&both, Step::Keep, Side::Coop), "contract-notice-voted", "and no other's");
        let own = Standing { notice: Some((Side::Coop, NOW.plus_days(3))), given_by: Some(Side::Coop), ..both };
        assert_eq!(decide(&own, Step::Keep, Side::Coop, NOW), Ok(Next::KeptUntil(day)), "also the co-op's");
        let paused = Standing { state: "paused".to_owned(), paused_by: Some(Side::Coop), ..open() };
        assert_eq!(decide_voted(&paused, NOW), Ok(Next::Noticed(NOW.plus_days(14))), "no pause is in its way");
        assert!(matches!(decide_voted(&Standing { notice_days: 0, ..open() }, NOW), Ok(Next::Closed(_))));
        let over = Standing { state: "completed".to_owned(), ..open() };
        assert_eq!(decide_voted(&over, NOW).unwrap_err().code, "contract-over");
    }

    #[test]
    fn where_nobody_can_be_at_work_it_ends_at_once() {
        let closed = |reason| Ok(Next::Closed(Closing { state: "terminated", reason }));
        assert_eq!(decide(&Standing { opened: 0, ..open() }, Step::Terminate, Side::Coop, NOW), closed("ended-by-coop"));
        assert_eq!(decide(&Standing { notice_days: 0, ..open() }, Step::Terminate, Side::Client, NOW), closed("ended-by-client"));
    }

    #[test]
    fn after_the_end_nothing_can_be_done() {
        let late = Standing { notice: Some((Side::Client, NOW)), ..open() };
        for stands in [Standing { state: "completed".to_owned(), ..open() }, Standing { state: "terminated".to_owned(), ..open() }, late] {
            for step in Step::ALL {
                assert_eq!(code(&stands, step, Side::Client), "contract-over", "{stands:?}");
            }
        }
    }

    #[test]
    fn work_is_claimed_only_while_its_contract_is_open_and_before_it_ends() {
        let of = |state, ends_at| check_claim(state, ends_at, NOW).map_err(|refusal| refusal.code);
        assert_eq!(of("open", None), Ok(()));
        assert_eq!(of("open", Some(NOW.plus_secs(1))), Ok(()));
        assert_eq!(of("open", Some(NOW)), Err("contract-over"));
        assert_eq!(of("paused", None), Err("contract-paused"));
        assert_eq!(of("terminated", None), Err("contract-over"));
        assert_eq!(of("funded", None), Err("batch-not-open"));
    }

    #[test]
    fn the_fee_of_an_early_end_is_exact() {
        assert_eq!(kill_fee(Amount::from_micros(99_200_000), 1_000), Ok(Amount::from_micros(9_920_000)));
        assert_eq!(kill_fee(Amount::from_micros(333_333), 1), Ok(Amount::from_micros(33)));
        assert_eq!(kill_fee(Amount::from_micros(i64::MAX), 10_000), Ok(Amount::from_micros(i64::MAX)));
    }
}
