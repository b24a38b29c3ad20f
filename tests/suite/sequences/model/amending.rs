//! Amendments: each side has a draft of its own, one is proposed, the other side agrees.

use super::agreement::MOST_MOVES;
use super::{DAY, Model, Outcome, Party, Side};

/// What a contract says, as far as it can be changed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The section that its guidelines have beside those that every version has; 0: none.
    pub words: i64,
    pub notice_days: i64,
    pub level: i64,
}

/// A step of an amendment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Draft,
    Words(i64),
    NoticeDays(i64),
    Level(i64),
    Propose,
    Withdraw,
    Decline,
    /// Having read what is proposed, or something else.
    Agree(bool),
}

/// A change that one side drafts or proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    pub side: Side,
    /// `draft`, `proposed`, `agreed`, `declined`, `withdrawn`.
    pub state: &'static str,
    pub based_on: i64,
    pub terms: Terms,
    /// Whether it was ever proposed, and when it last changed.
    pub proposed: bool,
    pub at: i64,
    /// Whether the other side agreed and it waits for two people of the co-op, since it lowers the level. Nobody has a key here.
    pub agreed: bool,
}

impl Amendment {
    pub(super) fn end(&mut self, state: &'static str, now: i64) {
        if matches!(self.state, "draft" | "proposed") {
            (self.state, self.at) = (state, now);
        }
    }
}

impl Model {
    pub(super) fn amend(&mut self, party: Party, contract: usize, change: Change) -> Outcome {
        let side = self.side_of(party, contract)?;
        self.check_goes_on(contract)?;
        let now = self.now;
        let of = &mut self.contracts[contract];
        let find =
            |state: &str, by: Option<Side>| of.amendments.iter().position(|one| one.state == state && by.is_none_or(|by| one.side == by));
        let (draft, proposed) = (find("draft", Some(side)), find("proposed", None));
        let of_other = proposed.filter(|one| of.amendments[*one].side != side);
        let of_own = proposed.filter(|one| of.amendments[*one].side == side);
        let own_draft = draft.ok_or(if of_own.is_some() { "amendment-proposed" } else { "amendment-none" });
        let offered = of_other.ok_or(if of_own.is_some() { "amendment-own" } else { "amendment-none" });
        match change {
            Change::Draft if proposed.or(draft).is_some() => return Err("amendment-open"),
            Change::Draft => {
                let (based_on, terms) = (of.version, of.terms);
                of.amendments.push(Amendment { side, state: "draft", based_on, terms, proposed: false, at: now, agreed: false });
            }
            Change::Words(words) => of.amendments[own_draft?].terms.words = words,
            Change::NoticeDays(days) => of.amendments[own_draft?].terms.notice_days = days,
            Change::Level(level) => of.amendments[own_draft?].terms.level = level,
            Change::Propose => {
                let today = |one: &&Amendment| one.side == side && one.proposed && one.at > now - DAY;
                let count = of.amendments.iter().filter(today).count();
                let own = own_draft?;
                let (version, terms) = (of.version, of.terms);
                let one = &mut of.amendments[own];
                match one {
                    _ if proposed.is_some() => return Err("amendment-waits"),
                    one if one.based_on != version => return Err("amendment-stale"),
                    one if one.terms == terms => return Err("amendment-nothing"),
                    _ if count >= MOST_MOVES => return Err("contract-moves-many"),
                    one => (one.state, one.proposed, one.at) = ("proposed", true, now),
                }
            }
            Change::Withdraw => {
                let missing = if proposed.is_some() { "amendment-of-other" } else { "amendment-none" };
                let own = of_own.or(draft).ok_or(missing)?;
                of.amendments[own].end("withdrawn", now);
            }
            Change::Decline => of.amendments[offered?].end("declined", now),
            Change::Agree(has_read) => {
                let offered = offered?;
                if of.amendments[offered].agreed {
                    return Err("amendment-agreed");
                }
                if !has_read {
                    return Err("contract-changed");
                }
                if of.amendments[offered].terms.level < of.terms.level {
                    of.amendments[offered].agreed = true;
                    return Ok(0);
                }
                of.amendments[offered].end("agreed", now);
                (of.terms, of.version) = (of.amendments[offered].terms, of.version + 1);
                self.entries += 1;
            }
        }
        Ok(0)
    }
}
