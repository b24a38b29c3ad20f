//! Votes: opened with the roll and rules frozen, cast sealed, recounted from the openings, and enacted once as passed.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::books::keys::Owner;
use crate::ids::ProposalId;
use crate::log::json;
use crate::proposals::change::merge;
use crate::proposals::opening::{Motion, Roll};
use crate::proposals::sealing::{read_salt, seal};
use crate::proposals::tally::{self, Choice, Counts, Majority, Quorum};
use crate::replay::people::People;
use crate::replay::{Broken, Ground, Outcome, Past, Rules, Step};
use crate::time::{DAY_SECS, Timestamp};

/// Every proposal so far.
#[derive(Debug, Default)]
pub(super) struct Votes {
    proposals: BTreeMap<String, Proposal>,
    uncounted: u64,
}

#[derive(Debug)]
struct Proposal {
    opened: u64,
    opens: Timestamp,
    closes: Timestamp,
    roll_size: u64,
    quorum: Quorum,
    majority: Majority,
    change: Option<Value>,
    /// From when on it holds, where its document says so.
    enacts: Option<Timestamp>,
    /// Each member's last ballot.
    ballots: BTreeMap<String, Ballot>,
    result: Option<String>,
    used: bool,
}

#[derive(Debug)]
struct Ballot {
    index: u64,
    sealed: String,
    /// The log's size that the voter's key signed; nothing for a ballot in a session.
    saw: Option<u64>,
}

impl Votes {
    /// Votes that could not be recounted.
    pub(super) fn uncounted(&self) -> u64 {
        self.uncounted
    }

    /// `proposal.opened`.
    pub(super) fn open(&mut self, step: Step<'_>, rules: &Rules, people: &People, past: &impl Past) -> Outcome {
        let unreadable = || Broken::new("its terms cannot be read");
        let calc = &step.entry.calc;
        let moment = |name: &str| step.entry.text(name).and_then(|text| Timestamp::parse(text).ok());
        let motion = past.document(step.entry.text("document").unwrap_or_default()).as_ref().map_or(Ok(None), read_motion);
        let proposal = Proposal {
            opened: step.index,
            opens: moment("opens").ok_or_else(unreadable)?,
            closes: moment("closes").ok_or_else(unreadable)?,
            roll_size: step.number("roll_size").ok_or_else(unreadable)?,
            quorum: calc.get("quorum").and_then(Quorum::read).ok_or_else(unreadable)?,
            majority: calc.get("majority").and_then(Majority::read).ok_or_else(unreadable)?,
            change: calc.get("change").cloned(),
            enacts: motion.as_ref().ok().and_then(Option::as_ref).map(|motion| motion.enacts),
            ballots: BTreeMap::new(),
            result: None,
            used: false,
        };
        let checked = check_opening(step, &proposal, rules, people).and_then(|()| check_motion(step, &proposal, motion?.as_ref()));
        if self.proposals.insert(step.id("proposal").to_owned(), proposal).is_some() {
            return Err(Broken::new("a proposal of this id was opened before"));
        }
        checked.map(|()| Ground::ServerWord)
    }

    /// `ballot.cast`: by somebody of the roll who has not left, between opening and closing; the last one counts.
    pub(super) fn cast(&mut self, step: Step<'_>, people: &People) -> Outcome {
        let proposal = self.proposals.get_mut(step.id("proposal")).ok_or(NO_PROPOSAL)?;
        let member = step.id("member");
        let by_key = step.entry.text("how") == Some("key");
        let saw = match step.signers {
            [signer] if by_key && signer.owner == Owner::Member(member.to_owned()) => Some(signer.saw),
            _ => None,
        };
        let ballot = Ballot { index: step.index, sealed: step.entry.text("sealed").unwrap_or_default().to_owned(), saw };
        let before = proposal.ballots.insert(member.to_owned(), ballot);
        let at = step.entry.at;
        if at < proposal.opens || at >= proposal.closes || proposal.result.is_some() {
            return Err(Broken::new("it was cast before the vote opened or after it closed"));
        }
        if !people.is_at(member, proposal.opened) || !people.is_at(member, step.index) {
            return Err(Broken::new("it is of nobody who is on this vote's roll"));
        }
        if by_key && saw.is_none() {
            return Err(Broken::new("its note is not the voter's"));
        }
        if saw.is_some_and(|saw| saw <= proposal.opened) {
            return Err(Broken::new("its voter had not seen the proposal in the log"));
        }
        match (before.and_then(|before| before.saw), saw) {
            (Some(_), None) => Err(Broken::new("after a ballot by key the later ones are by key")),
            (Some(before), Some(saw)) if saw <= before => Err(Broken::new("its voter had not seen their ballot before it")),
            (_, Some(_)) => Ok(Ground::Signed),
            (None, None) => Ok(Ground::ServerWord),
        }
    }

    /// `proposal.closed`: every count and the result, recounted from the openings if they are there.
    pub(super) fn close(&mut self, step: Step<'_>, people: &People, past: &impl Past) -> Outcome {
        let proposal = self.proposals.get_mut(step.id("proposal")).ok_or(NO_PROPOSAL)?;
        let twice = proposal.result.replace(step.entry.text("result").unwrap_or_default().to_owned()).is_some();
        if twice {
            return Err(Broken::new("this vote was closed before"));
        }
        let said = |name: &str| step.number(name).unwrap_or(u64::MAX);
        let counts = step.entry.calc.get("counts").and_then(Counts::read).unwrap_or(NO_COUNTS);
        let unopened = said("unopened");
        let earliest = if unopened > 0 { proposal.closes.plus_secs(2 * DAY_SECS) } else { proposal.closes };
        if step.entry.at < earliest {
            return Err(Broken::new("it was closed before its time"));
        }
        let total = counts.sum().saturating_add(unopened);
        if proposal.tally(people) != (said("eligible"), said("cast"), said("by_key"), said("by_session"), said("by_new_key"))
            || total != said("cast")
        {
            return Err(Broken::new("its counts are not those of the ballots in the log"));
        }
        let ground = match past.document(step.entry.text("openings").unwrap_or_default()) {
            Some(openings) if proposal.recount(step.id("proposal"), &openings) != Some((counts, unopened)) => {
                return Err(Broken::new("its openings do not open the last ballots to these counts"));
            }
            Some(_) => Ground::Recomputed,
            None => {
                self.uncounted = self.uncounted.saturating_add(1);
                Ground::ServerWord
            }
        };
        let cast = u64::try_from(proposal.ballots.len()).unwrap_or(u64::MAX);
        let result = tally::verdict((proposal.quorum, proposal.majority), proposal.roll_size, cast, counts, unopened).word();
        if step.entry.text("result") == Some(result) { Ok(ground) } else { Err(Broken::with(format!("by these counts it is {result}"))) }
    }

    /// `rule.enacted` by a proposal: the book before it, with the passed change merged in.
    pub(super) fn enact(&mut self, step: Step<'_>, before: Value) -> Outcome {
        let enacts = self.proposals.get(step.id("proposal")).and_then(|proposal| proposal.enacts);
        let calc = self.use_change(step)?;
        if enacts.is_some_and(|enacts| step.entry.at < enacts) {
            return Err(Broken::new("it holds before the day that its proposal's document has"));
        }
        let mut merged = before;
        merge(&mut merged, calc.get("book").unwrap_or(&Value::Null));
        if step.entry.calc.get("book") == Some(&merged) {
            Ok(Ground::Recomputed)
        } else {
            Err(Broken::new("the book is not the one before it with the passed change merged in"))
        }
    }

    /// The inputs that a passed proposal allows this entry, which it uses up.
    pub(super) fn use_change(&mut self, step: Step<'_>) -> Result<Map<String, Value>, Broken> {
        let proposal = self.proposals.get_mut(step.id("proposal")).ok_or(NO_PROPOSAL)?;
        if proposal.result.as_deref() != Some("passed") {
            return Err(Broken::new("its proposal did not pass"));
        }
        if std::mem::replace(&mut proposal.used, true) {
            return Err(Broken::new("what its proposal allows was done before"));
        }
        let change = proposal.change.as_ref().ok_or(OTHER_CHANGE)?;
        let kind = change.get("kind").and_then(Value::as_str) == Some(step.entry.kind.name);
        let refs = change.get("refs").and_then(Value::as_object) == Some(&step.entry.refs);
        let calc = change.get("calc").and_then(Value::as_object).ok_or(OTHER_CHANGE)?;
        // A book is merged, a price is the very one.
        let same = calc.contains_key("book") || *calc == step.entry.calc;
        if kind && refs && same { Ok(calc.clone()) } else { Err(OTHER_CHANGE) }
    }
}

impl Proposal {
    /// Eligible, cast, by key, by session, by new key.
    fn tally(&self, people: &People) -> (u64, u64, u64, u64, u64) {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let by_key = self.ballots.iter().filter(|(_, ballot)| ballot.saw.is_some());
        let by_new_key = by_key.clone().filter(|(member, _)| !people.had_key_at(member, self.opened)).count();
        let (cast, by_key) = (self.ballots.len(), by_key.count());
        (self.roll_size, count(cast), count(by_key), count(cast.saturating_sub(by_key)), count(by_new_key))
    }

    /// Opens each member's last ballot with `[[index, choice, salt hex] …]`, ascending; nothing if an opening does not open.
    fn recount(&self, id: &str, openings: &Value) -> Option<(Counts, u64)> {
        let by_index: BTreeMap<u64, (&String, &Ballot)> =
            self.ballots.iter().map(|(member, ballot)| (ballot.index, (member, ballot))).collect();
        let rows = openings.as_array()?;
        let mut counts = Counts::default();
        let mut last = None;
        for row in rows {
            let [index, choice, salt] = row.as_array()?.as_slice() else { return None };
            let (index, choice) = (index.as_u64()?, choice.as_str()?);
            let salt = read_salt(salt.as_str()?).ok()?;
            if last.is_some_and(|last| index <= last) {
                return None;
            }
            last = Some(index);
            let (member, ballot) = by_index.get(&index)?;
            if hex::encode(seal(&salt, id, member, choice)) != ballot.sealed {
                return None;
            }
            counts = counts.and(Choice::parse(choice)?);
        }
        let opened = u64::try_from(rows.len()).ok()?;
        Some((counts, u64::try_from(self.ballots.len()).ok()?.checked_sub(opened)?))
    }
}

fn check_opening(step: Step<'_>, proposal: &Proposal, rules: &Rules, people: &People) -> Result<(), Broken> {
    let calc = &step.entry.calc;
    let book = rules.at(step.index).ok_or(Broken::new("no rule book is in force yet"))?.1;
    let vote = book.vote(step.entry.text("kind").unwrap_or_default()).ok_or(Broken::new("the rule book knows no vote of this kind"))?;
    if calc.get("quorum") != vote.get("quorum") || calc.get("majority") != vote.get("majority") {
        return Err(Broken::new("quorum or majority are not those of the rule book"));
    }
    let days = vote.get("days").and_then(Value::as_i64).unwrap_or(i64::MAX);
    if proposal.opens < step.entry.at || proposal.closes.since(proposal.opens) < days.saturating_mul(DAY_SECS) {
        return Err(Broken::new("it opens before it is recorded, or closes before the rule book's days are over"));
    }
    let roll = Roll::of(people.roll(step.index));
    if roll.size != proposal.roll_size || step.entry.text("roll_sha256") != Some(roll.sha256.as_str()) {
        return Err(Broken::new("its roll is not that of the members at this place"));
    }
    let Some(change) = &proposal.change else { return Ok(()) };
    let own = change.get("refs").and_then(|refs| refs.get("proposal")).and_then(Value::as_str) == Some(step.id("proposal"));
    let allowed =
        |name: &str| vote.get("changes").and_then(Value::as_array).is_some_and(|names| names.iter().any(|allowed| allowed == name));
    let patch = change.get("calc").and_then(|calc| calc.get("book")).and_then(Value::as_object);
    let within = match patch {
        Some(patch) => patch.keys().all(|name| allowed(name)),
        None => change.get("kind").and_then(Value::as_str).is_some_and(allowed),
    };
    if within && own { Ok(()) } else { Err(Broken::new("a vote of this kind may not change that, or not by this proposal")) }
}

/// What members read of a proposal, where its document says by `act` what passing brings.
fn read_motion(document: &Value) -> Result<Option<Motion>, Broken> {
    if document.get("act").is_none() {
        return Ok(None);
    }
    let motion = Motion::read(json::write(document).as_bytes());
    motion.map(Some).ok_or(Broken::new("its document cannot be read"))
}

/// Nothing else may follow than what members read.
fn check_motion(step: Step<'_>, proposal: &Proposal, motion: Option<&Motion>) -> Result<(), Broken> {
    let Some(motion) = motion else { return Ok(()) };
    let id = ProposalId::parse(step.id("proposal")).map_err(|_| NO_PROPOSAL)?;
    let same = step.entry.text("kind") == Some(motion.kind.as_str()) && motion.act.change(&id) == proposal.change;
    if same { Ok(()) } else { Err(Broken::new("what it allows is not what its document says")) }
}

/// What is read of counts that are none: nothing adds up to them.
const NO_COUNTS: Counts = Counts { abstain: u64::MAX, no: u64::MAX, yes: u64::MAX };
const NO_PROPOSAL: Broken = Broken::new("no proposal of this id was opened");
const OTHER_CHANGE: Broken = Broken::new("it is not what its proposal allows");
