//! Counting: quorum, majority and result in whole numbers (docs/LEDGER.md section 5, "Votes."). The server counts by it, and so does
//! every recount.

use serde_json::{Value, json};

/// What a ballot says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither: it counts for the quorum alone.
    Abstain,
}

/// Opened ballots by choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Neither.
    pub abstain: u64,
    /// Against.
    pub no: u64,
    /// For.
    pub yes: u64,
}

/// So many of those who may vote must have cast a ballot: `n` of `d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Above the line.
    pub n: u64,
    /// Below the line, above zero.
    pub d: u64,
}

/// So many of yes and no together must be yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Majority {
    /// At least the fraction; else more than it.
    pub least: bool,
    /// Above the line.
    pub n: u64,
    /// Below the line, above zero.
    pub d: u64,
}

/// How a vote ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The majority is for it.
    Passed,
    /// It is not.
    Rejected,
    /// Too few voted.
    NoQuorum,
    /// Ballots that nobody opened could change the result.
    Void,
}

impl Choice {
    /// In the order of the page.
    pub const ALL: [Choice; 3] = [Choice::Yes, Choice::No, Choice::Abstain];

    /// In ballots, forms and rows.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Choice::Yes => "yes",
            Choice::No => "no",
            Choice::Abstain => "abstain",
        }
    }

    /// From a ballot or a form.
    #[must_use]
    pub fn parse(word: &str) -> Option<Choice> {
        Choice::ALL.into_iter().find(|choice| choice.word() == word)
    }
}

impl Counts {
    /// One ballot more.
    #[must_use]
    pub fn and(self, choice: Choice) -> Counts {
        match choice {
            Choice::Yes => Counts { yes: self.yes.saturating_add(1), ..self },
            Choice::No => Counts { no: self.no.saturating_add(1), ..self },
            Choice::Abstain => Counts { abstain: self.abstain.saturating_add(1), ..self },
        }
    }

    /// All of them.
    #[must_use]
    pub fn sum(self) -> u64 {
        self.abstain.saturating_add(self.no).saturating_add(self.yes)
    }

    /// As `proposal.closed` has them.
    #[must_use]
    pub fn to_json(self) -> Value {
        json!({"abstain": self.abstain, "no": self.no, "yes": self.yes})
    }

    /// From a `proposal.closed`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Counts> {
        let of = |name: &str| value.get(name).and_then(Value::as_u64);
        Some(Counts { abstain: of("abstain")?, no: of("no")?, yes: of("yes")? })
    }
}

impl Quorum {
    /// From `[n, d]`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Quorum> {
        match value.as_array()?.as_slice() {
            [n, d] => Some(Quorum { n: n.as_u64()?, d: d.as_u64().filter(|d| *d > 0)? }),
            _ => None,
        }
    }

    /// Whether so many ballots are enough: `cast * d >= eligible * n`.
    #[must_use]
    pub fn is_met(self, cast: u64, eligible: u64) -> bool {
        u128::from(cast).saturating_mul(u128::from(self.d)) >= u128::from(eligible).saturating_mul(u128::from(self.n))
    }

    /// The fewest ballots that are enough.
    ///
    /// ```
    /// use manyhands_domain::proposals::tally::Quorum;
    /// assert_eq!(Quorum { n: 1, d: 3 }.needed(11), 4);
    /// assert_eq!(Quorum { n: 1, d: 2 }.needed(11), 6);
    /// ```
    #[must_use]
    pub fn needed(self, eligible: u64) -> u64 {
        let d = u128::from(self.d.max(1));
        let above = u128::from(eligible).saturating_mul(u128::from(self.n)).saturating_add(d.saturating_sub(1));
        u64::try_from(above.checked_div(d).unwrap_or(u128::MAX)).unwrap_or(u64::MAX)
    }
}

impl Majority {
    /// From `[over|least, n, d]`.
    #[must_use]
    pub fn read(value: &Value) -> Option<Majority> {
        match value.as_array()?.as_slice() {
            [how, n, d] => Some(Majority { least: how.as_str()? == "least", n: n.as_u64()?, d: d.as_u64().filter(|d| *d > 0)? }),
            _ => None,
        }
    }

    /// Of yes and no; none at all is no majority.
    #[must_use]
    pub fn passes(self, yes: u64, no: u64) -> bool {
        let all = u128::from(yes).saturating_add(u128::from(no));
        let (have, need) = (u128::from(yes).saturating_mul(u128::from(self.d)), all.saturating_mul(u128::from(self.n)));
        all > 0 && if self.least { have >= need } else { have > need }
    }
}

impl Verdict {
    /// In entries, rows and sentences.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Rejected => "rejected",
            Verdict::NoQuorum => "no-quorum",
            Verdict::Void => "void",
        }
    }

    /// From an entry or a row.
    #[must_use]
    pub fn parse(word: &str) -> Option<Verdict> {
        [Verdict::Passed, Verdict::Rejected, Verdict::NoQuorum, Verdict::Void].into_iter().find(|verdict| verdict.word() == word)
    }
}

/// Quorum first; then whether the unopened, all yes or all no, could change it; then the majority of yes and no.
#[must_use]
pub fn verdict((quorum, majority): (Quorum, Majority), eligible: u64, cast: u64, counts: Counts, unopened: u64) -> Verdict {
    if !quorum.is_met(cast, eligible) {
        return Verdict::NoQuorum;
    }
    let at_worst = majority.passes(counts.yes, counts.no.saturating_add(unopened));
    let at_best = majority.passes(counts.yes.saturating_add(unopened), counts.no);
    match (at_worst, at_best) {
        (true, true) => Verdict::Passed,
        (false, false) => Verdict::Rejected,
        _ => Verdict::Void,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Majority = Majority { least: false, n: 1, d: 2 };
    const TWO_THIRDS: Majority = Majority { least: true, n: 2, d: 3 };
    const THIRD: Quorum = Quorum { n: 1, d: 3 };

    fn of(majority: Majority, eligible: u64, [yes, no, abstain]: [u64; 3]) -> &'static str {
        let counts = Counts { abstain, no, yes };
        verdict((THIRD, majority), eligible, counts.sum(), counts, 0).word()
    }

    #[test]
    fn the_votes_of_the_demo_end_as_they_should() {
        assert_eq!(of(HALF, 11, [6, 1, 1]), "passed");
        assert_eq!(of(HALF, 11, [3, 0, 0]), "no-quorum");
        let half = Quorum { n: 1, d: 2 };
        let counts = Counts { abstain: 1, no: 3, yes: 5 };
        assert_eq!(verdict((half, TWO_THIRDS), 11, 9, counts, 0), Verdict::Rejected, "5 of 8 is under two thirds");
    }

    #[test]
    fn the_edges_are_exact() {
        // Quorum: exactly a third of 12 is enough, one fewer is not. Abstentions count for it.
        assert_eq!(of(HALF, 12, [1, 0, 3]), "passed");
        assert_eq!(of(HALF, 12, [3, 0, 0]), "no-quorum");
        // A simple majority is more than half: a tie is none.
        assert_eq!(of(HALF, 4, [2, 2, 0]), "rejected");
        assert_eq!(of(HALF, 5, [3, 2, 0]), "passed");
        // Exactly two thirds is enough.
        assert_eq!(of(TWO_THIRDS, 9, [6, 3, 0]), "passed");
        assert_eq!(of(TWO_THIRDS, 9, [5, 3, 1]), "rejected");
        // Nobody said yes or no.
        assert_eq!(of(HALF, 3, [0, 0, 3]), "rejected");
    }

    #[test]
    fn what_nobody_opened_makes_a_vote_void_only_where_it_matters() {
        let counts = Counts { abstain: 0, no: 2, yes: 2 };
        assert_eq!(verdict((THIRD, HALF), 12, 5, counts, 1), Verdict::Void);
        let clear = Counts { abstain: 0, no: 1, yes: 4 };
        assert_eq!(verdict((THIRD, HALF), 12, 6, clear, 1), Verdict::Passed);
    }

    #[test]
    fn numbers_beyond_any_coop_do_not_wrap() {
        let counts = Counts { abstain: 0, no: u64::MAX / 2, yes: u64::MAX / 2 + 1 };
        assert_eq!(verdict((Quorum { n: u64::MAX, d: u64::MAX }, HALF), u64::MAX, u64::MAX, counts, 0), Verdict::Passed);
        assert!(!Majority { least: true, n: u64::MAX, d: u64::MAX }.passes(u64::MAX - 1, 1));
    }
}
