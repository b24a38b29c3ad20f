//! What was found, level by level, as text for people and as JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use manyhands_domain::books::entry::Entry;
use manyhands_domain::replay::Ground;
use manyhands_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::books::Balance;

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    /// The log's identity, as its first entry founded it.
    pub origin: String,
    /// Entries read.
    pub size: u64,
    /// The first thing wrong at each of the levels 1 to 4, if anything is.
    pub failures: [Option<Failure>; 4],
    /// The newest date of an entry.
    pub newest: Option<Timestamp>,
    /// Balances after the last entry: account, unit, amount.
    pub balances: Vec<Balance>,
    /// Votes that could not be recounted: the openings of their ballots are for members.
    pub uncounted: u64,
    /// Votes whose openings were given beside the log, with what their entries say, in the order of these. Level 4 says whether they
    /// come to that.
    pub recounted: Vec<Recounted>,
    /// Openings given beside the log that no `proposal.closed` of it names: nothing was counted with them.
    pub strange: u64,
    /// On what the entries rest: how many of each kind, by ground.
    pub grounds: BTreeMap<(Ground, &'static str), u64>,
    /// Checkpoints found in what people saw.
    pub seen: usize,
    /// Notes of entries found there.
    pub notes: usize,
    /// Origins of other logs found there.
    pub foreign: Vec<String>,
    /// What is needed and could not be read, where a level fails whatever it holds.
    pub absent: Option<String>,
}

/// The first thing wrong at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Index of the entry; at level 2 the log's size.
    pub at: u64,
    /// What does not hold.
    pub why: String,
}

/// A closed vote, as its `proposal.closed` says that it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recounted {
    /// `P-7`.
    pub proposal: String,
    /// Index of the entry.
    pub index: u64,
    /// Yes, no, abstained.
    pub counts: [u64; 3],
    /// `passed`, `rejected`, `no-quorum` or `void`.
    pub result: String,
}

impl Recounted {
    pub(crate) fn as_said(proposal: &str, index: u64, entry: &Entry) -> Recounted {
        let count = |choice: &str| entry.calc.get("counts").and_then(|counts| counts.get(choice)).and_then(Value::as_u64).unwrap_or(0);
        Recounted {
            proposal: proposal.to_owned(),
            index,
            counts: ["yes", "no", "abstain"].map(count),
            result: entry.text("result").unwrap_or_default().to_owned(),
        }
    }

    fn to_json(&self, holds: bool) -> Value {
        let [yes, no, abstain] = self.counts;
        let (index, proposal, result) = (self.index, &self.proposal, &self.result);
        json!({"abstain": abstain, "holds": holds, "index": index, "no": no, "proposal": proposal, "result": result, "yes": yes})
    }
}

impl Report {
    /// Whether every level holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures.iter().all(Option::is_none)
    }

    /// That entries are dated ahead of a clock by more than an hour, in a sentence for people: whoever holds the log's keys could end a
    /// vote or bring a rule about before its time. Which of the two clocks is wrong nobody can say from here, so it fails no level.
    #[must_use]
    pub fn ahead_of(&self, now: Timestamp) -> Option<String> {
        let newest = self.newest.filter(|newest| newest.since(now) > 3_600)?;
        Some(format!(
            "the newest entry is dated {newest}, and this machine's clock says {now}: one of them is wrong, and a log must not run ahead\n"
        ))
    }

    /// How many entries rest on this ground.
    #[must_use]
    pub fn resting_on(&self, ground: Ground) -> u64 {
        self.grounds.iter().filter(|((found, _), _)| *found == ground).map(|(_, count)| count).sum()
    }

    /// One line a level, then on what the entries rest.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{}: {} entries\n", self.origin, self.size);
        let mut say = |line: String| {
            text.push_str(&line);
            text.push('\n');
        };
        for (number, (name, failure)) in LEVELS.iter().zip(&self.failures).enumerate() {
            let level = number + 1;
            say(match failure {
                None => format!("level {level} {name}: holds"),
                Some(Failure { at, why }) if level == 2 => format!("level 2 {name}: FAILS at size {at}: {why}"),
                Some(Failure { at, why }) => format!("level {level} {name}: FAILS at entry {at}: {why}"),
            });
        }
        if let Some(absent) = &self.absent {
            say(absent.clone());
        }
        let agrees = self.failures.get(1).is_some_and(Option::is_none);
        if self.seen > 0 {
            let agree = if agrees { "the log agrees with all of them" } else { "see level 2" };
            say(format!("{} checkpoints seen elsewhere were found: {agree}", self.seen));
        }
        if self.notes > 0 {
            let stand = if agrees { "each is an entry of the log" } else { "see level 2" };
            say(format!("{} notes kept elsewhere were found: {stand}", self.notes));
        }
        for origin in &self.foreign {
            say(format!("a checkpoint of another log, {origin}, was found and says nothing about this one"));
        }
        if self.uncounted > 0 {
            say(format!("{} tallies could not be recounted: the openings of their ballots are for members", self.uncounted));
        }
        if self.strange > 0 {
            say(format!(
                "{} of the openings given belong to no vote of this log, and nothing was counted with them: \
                 each is of another log, or was changed after it was saved",
                self.strange
            ));
        }
        for Recounted { proposal, index, counts: [yes, no, abstained], result } in &self.recounted {
            // A failure at an earlier entry leaves what comes after it unread.
            let said = format!("{yes} yes, {no} no, {abstained} abstained, {result}");
            say(match self.failures.get(3) {
                Some(None) => format!("{proposal} recounted from the openings given: {said}, as entry {index} says"),
                _ => format!("{proposal}: entry {index} says {said}; whether the openings given come to that, see level 4"),
            });
        }
        for (ground, words) in GROUNDS {
            let kinds: Vec<String> =
                self.grounds.iter().filter(|((found, _), _)| found == ground).map(|((_, kind), count)| format!("{kind} {count}")).collect();
            let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
            say(format!("{words}: {}{kinds}", self.resting_on(*ground)));
        }
        text
    }

    /// The same for programs: `{"absent", "balances", "foreign", "grounds", "holds", "levels", "newest", "notes", "origin", "recounted", "seen", "size",
    /// "strange", "uncounted"}`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let levels: Vec<Value> = LEVELS
            .iter()
            .zip(&self.failures)
            .enumerate()
            .map(|(number, (name, failure))| {
                let (at, why) = failure.as_ref().map(|failure| (failure.at, failure.why.as_str())).unzip();
                json!({"level": number + 1, "name": name, "holds": failure.is_none(), "at": at, "why": why})
            })
            .collect();
        let mut grounds = json!({});
        for (ground, _) in GROUNDS {
            let kinds: BTreeMap<&str, u64> =
                self.grounds.iter().filter(|((found, _), _)| found == ground).map(|((_, kind), count)| (*kind, *count)).collect();
            if let Some(grounds) = grounds.as_object_mut() {
                grounds.insert(key_of(*ground).to_owned(), json!(kinds));
            }
        }
        let mut text = json!({
            "absent": self.absent,
            "balances": self.balances,
            "foreign": self.foreign,
            "grounds": grounds,
            "holds": self.holds(),
            "levels": levels,
            "newest": self.newest.map(|at| at.to_string()),
            "notes": self.notes,
            "origin": self.origin,
            "recounted": self.recounted.iter().map(|vote| vote.to_json(self.failures.get(3).is_some_and(Option::is_none))).collect::<Vec<_>>(),
            "seen": self.seen,
            "size": self.size,
            "strange": self.strange,
            "uncounted": self.uncounted,
        })
        .to_string();
        text.push('\n');
        text
    }

    /// Balances as CSV: account, unit, amount.
    #[must_use]
    pub fn balances_csv(&self) -> String {
        self.balances.iter().fold("account,unit,amount\n".to_owned(), |mut text, (account, unit, amount)| {
            // Writing to a text never fails.
            let _ = writeln!(text, "{account},{unit},{amount}");
            text
        })
    }

    pub(crate) fn fail(&mut self, level: usize, at: u64, why: impl std::fmt::Display) {
        if let Some(slot) = self.failures.get_mut(level - 1)
            && slot.as_ref().is_none_or(|first| at < first.at)
        {
            *slot = Some(Failure { at, why: why.to_string() });
        }
    }

    pub(crate) fn rest(&mut self, ground: Ground, kind: &'static str) {
        *self.grounds.entry((ground, kind)).or_default() += 1;
    }
}

fn key_of(ground: Ground) -> &'static str {
    match ground {
        Ground::ServerWord => "server_word",
        Ground::Signed => "signed",
        Ground::AsSigned => "as_signed",
        Ground::Recomputed => "recomputed",
    }
}

const LEVELS: [&str; 4] = ["bytes", "log", "books", "rules"];
const GROUNDS: &[(Ground, &str)] = &[
    (Ground::Signed, "signed by people, or by a role's key"),
    (Ground::AsSigned, "sent as two people signed"),
    (Ground::Recomputed, "recomputed from what stands before them"),
    (Ground::ServerWord, "on the server's word alone"),
];
