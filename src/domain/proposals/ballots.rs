//! Casting a ballot: who may, when, and after which others. Votes may be changed until the vote closes; the last one counts.

use super::opening::Window;
use crate::books::entry::Draft;
use crate::ids::{MemberId, ProposalId};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// How a ballot is cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Signed by the member's own key, which had seen the log at this size.
    Key(u64),
    /// Signed in, and confirmed with a mailed code.
    Session,
}

/// A vote, for whoever wants to cast a ballot.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// Index of its `proposal.opened`.
    pub opened: u64,
    /// When it is open.
    pub window: Window,
    /// Whether it was closed.
    pub closed: bool,
}

/// A member, for the vote that they want to cast a ballot in.
#[derive(Clone, Copy, Debug)]
pub struct Voter {
    /// Whether they were a member when it opened.
    pub on_roll: bool,
    /// Their last ballot in it: the log's size that their key had seen, if it was by key.
    pub before: Option<Option<u64>>,
}

impl How {
    /// In entries and rows.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            How::Key(_) => "key",
            How::Session => "session",
        }
    }
}

/// Whether this member may cast a ballot now.
///
/// # Errors
/// `vote-closed`, `vote-not-open-yet`; `vote-joined-later` for who is not on its roll; `ballot-key-before` for a ballot in a session
/// after one by key; `ballot-text-old` for a text prepared before the ballot that it would replace.
///
/// ```
/// use manyhands_domain::proposals::ballots::{Ground, How, Voter, check};
/// use manyhands_domain::proposals::opening::Window;
/// use manyhands_domain::time::Timestamp;
///
/// let at = Timestamp::from_secs;
/// let ground = Ground { opened: 40, window: Window { opens: at(0), closes: at(259_200) }, closed: false };
/// let voter = Voter { on_roll: true, before: Some(Some(41)) };
/// assert_eq!(check(&ground, &voter, How::Key(42), at(259_199)), Ok(()));
/// assert_eq!(check(&ground, &voter, How::Key(42), at(259_200)).unwrap_err().code, "vote-closed");
/// assert_eq!(check(&ground, &voter, How::Session, at(1)).unwrap_err().code, "ballot-key-before");
/// ```
pub fn check(ground: &Ground, voter: &Voter, how: How, at: Timestamp) -> Result<(), Refusal> {
    if ground.closed || at >= ground.window.closes {
        return Err(Refusal::new("vote-closed").with("when", ground.window.closes));
    }
    if at < ground.window.opens {
        return Err(Refusal::new("vote-not-open-yet").with("when", ground.window.opens));
    }
    if !voter.on_roll {
        return Err(Refusal::new("vote-joined-later"));
    }
    match (how, voter.before.flatten()) {
        (How::Session, Some(_)) => Err(Refusal::new("ballot-key-before")),
        (How::Key(saw), before) if saw <= before.unwrap_or(ground.opened).max(ground.opened) => Err(Refusal::new("ballot-text-old")),
        _ => Ok(()),
    }
}

/// Whether a member may cast one more, who cast so many in the same vote within the last 24 hours. The limit is the server's own: whoever
/// replays or verifies a log knows nothing of it.
///
/// # Errors
/// `ballots-many`.
pub fn check_often(recent: u64) -> Result<(), Refusal> {
    if recent < MOST_A_DAY { Ok(()) } else { Err(Refusal::new("ballots-many").with("most", MOST_A_DAY)) }
}

/// Ballots of one member in one vote within 24 hours: each is an entry, and stays for ever.
pub const MOST_A_DAY: u64 = 12;

/// The digits of a mailed code, as somebody typed them: with spaces or hyphens between, as the mail has them.
///
/// # Errors
/// `ballot-code-none` for nothing at all; `ballot-code-digits` for anything but eight digits.
///
/// ```
/// use manyhands_domain::proposals::ballots::read_code;
///
/// assert_eq!(read_code(" 1234 5678 ").unwrap(), "12345678");
/// assert_eq!(read_code(" ").unwrap_err().code, "ballot-code-none");
/// assert_eq!(read_code("1234").unwrap_err().code, "ballot-code-digits");
/// ```
pub fn read_code(typed: &str) -> Result<String, Refusal> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    match digits.len() {
        0 => Err(Refusal::new("ballot-code-none").field("code")),
        CODE_DIGITS if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(digits),
        _ => Err(Refusal::new("ballot-code-digits").field("code")),
    }
}

/// `ballot.cast`, without the note that one by key carries.
#[must_use]
pub fn cast(proposal: &ProposalId, member: &MemberId, how: &str, sealed: &str) -> Draft {
    Draft::new("ballot.cast").about("proposal", proposal).about("member", member).calc("how", how).calc("sealed", sealed)
}

/// Digits of a mailed code.
const CODE_DIGITS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_eight_digits_however_they_are_spaced() {
        let read = |typed: &str| read_code(typed).map_err(|refusal| refusal.code);
        for typed in ["12345678", "1234 5678", "1234\u{a0}5678", "1234-5678", "\t12 34 56 78 "] {
            assert_eq!(read(typed), Ok("12345678".to_owned()), "{typed:?}");
        }
        for typed in ["", " ", "--"] {
            assert_eq!(read(typed), Err("ballot-code-none"), "{typed:?}");
        }
        for typed in ["1234", "123456789", "abcdefgh", "1234567x", "code 12345678", "\u{661}\u{662}\u{663}\u{664}"] {
            assert_eq!(read(typed), Err("ballot-code-digits"), "{typed:?}");
        }
    }

    #[test]
    fn who_may_not_vote_reads_why() {
        let at = Timestamp::from_secs;
        let ground = Ground { opened: 40, window: Window { opens: at(100), closes: at(1_000) }, closed: false };
        let voter = Voter { on_roll: true, before: None };
        let code = |ground: &Ground, voter: &Voter, how, when| check(ground, voter, how, at(when)).err().map(|refusal| refusal.code);
        assert_eq!(code(&ground, &voter, How::Session, 99), Some("vote-not-open-yet"));
        assert_eq!(code(&ground, &voter, How::Session, 100), None);
        assert_eq!(code(&ground, &voter, How::Session, 1_000), Some("vote-closed"));
        assert_eq!(code(&Ground { closed: true, ..ground }, &voter, How::Session, 500), Some("vote-closed"));
        assert_eq!(code(&ground, &Voter { on_roll: false, ..voter }, How::Key(41), 500), Some("vote-joined-later"));
        // By key: its log stands beyond the opening, and beyond that of the ballot before.
        assert_eq!(code(&ground, &voter, How::Key(40), 500), Some("ballot-text-old"));
        assert_eq!(code(&ground, &voter, How::Key(41), 500), None);
        let again = Voter { before: Some(Some(45)), ..voter };
        assert_eq!(code(&ground, &again, How::Key(45), 500), Some("ballot-text-old"));
        assert_eq!(code(&ground, &again, How::Key(46), 500), None);
        // By key after one in a session, and in a session after another.
        let session = Voter { before: Some(None), ..voter };
        assert_eq!((code(&ground, &session, How::Key(41), 500), code(&ground, &session, How::Session, 500)), (None, None));
    }
}
