//! Trust policies (C2SP tlog-policy): which witnesses must have cosigned a checkpoint before somebody believes it.

use std::collections::{BTreeMap, BTreeSet};

use super::cosignature;
use super::key::VerifyingKey;
use super::note::Note;

/// A policy as read.
#[derive(Clone, Debug)]
pub struct Policy {
    logs: Vec<VerifyingKey>,
    /// Nothing for `quorum none`.
    quorum: Option<String>,
    parties: BTreeMap<String, Party>,
}

#[derive(Clone, Debug)]
enum Party {
    Witness(VerifyingKey),
    /// So many of these.
    Group(usize, Vec<String>),
}

/// Why a text is no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPolicy {
    /// A line that none of `log`, `witness`, `group` and `quorum` explains, or that names what is not defined above it.
    #[error("line {0} cannot be read, or names what no line above it defines")]
    Line(usize),
    /// Not exactly one quorum.
    #[error("it has not exactly one quorum")]
    Quorum,
}

/// Why a checkpoint is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// Signed by none of the policy's logs.
    #[error("it is signed by none of the policy's logs")]
    Log,
    /// Too few of the witnesses.
    #[error("too few of the policy's witnesses cosigned it")]
    Quorum,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// [`NoPolicy`] naming the line.
    pub fn parse(text: &str) -> Result<Policy, NoPolicy> {
        let mut policy = Policy { logs: Vec::new(), quorum: None, parties: BTreeMap::new() };
        let (mut quorums, mut members) = (0_usize, BTreeSet::new());
        for (number, line) in (1..).zip(text.split('\n')) {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            let known = match words.as_slice() {
                [] => Some(()),
                [first, ..] if first.starts_with('#') => Some(()),
                ["log", vkey] | ["log", vkey, _] => policy.add_log(vkey),
                ["witness", name, vkey] | ["witness", name, vkey, _] => policy.add_witness(name, vkey),
                ["group", name, least, of @ ..] => policy.add_group(name, least, of, &mut members),
                ["quorum", name] => {
                    quorums = quorums.saturating_add(1);
                    policy.set_quorum(name)
                }
                _ => None,
            };
            known.filter(|()| line.chars().all(|c| c == '\t' || !c.is_ascii_control())).ok_or(NoPolicy::Line(number))?;
        }
        if quorums == 1 { Ok(policy) } else { Err(NoPolicy::Quorum) }
    }

    /// Whether a signed checkpoint is to be believed: signed by one of the logs, if any is listed, and cosigned by a quorum.
    ///
    /// # Errors
    /// [`Distrust`].
    pub fn check(&self, checkpoint: &Note<'_>) -> Result<(), Distrust> {
        if !self.logs.is_empty() && !self.logs.iter().any(|log| checkpoint.is_signed_by(log)) {
            return Err(Distrust::Log);
        }
        match &self.quorum {
            Some(name) if !self.witnessed(name, checkpoint) => Err(Distrust::Quorum),
            _ => Ok(()),
        }
    }

    fn witnessed(&self, name: &str, checkpoint: &Note<'_>) -> bool {
        match self.parties.get(name) {
            Some(Party::Witness(key)) => {
                checkpoint.signatures.iter().any(|line| cosignature::time_of(line, checkpoint.text, key).is_some())
            }
            Some(Party::Group(least, of)) => of.iter().filter(|name| self.witnessed(name, checkpoint)).count() >= *least,
            None => false,
        }
    }

    fn add_log(&mut self, vkey: &str) -> Option<()> {
        let key = VerifyingKey::parse(vkey).ok()?;
        let new = !self.logs.iter().any(|log| log.as_bytes() == key.as_bytes());
        new.then(|| self.logs.push(key))
    }

    fn add_witness(&mut self, name: &str, vkey: &str) -> Option<()> {
        let key = VerifyingKey::parse_witness(vkey).ok()?;
        let same = |party: &Party| matches!(party, Party::Witness(known) if known.as_bytes() == key.as_bytes());
        if self.parties.values().any(same) { None } else { self.define(name, Party::Witness(key)) }
    }

    /// Each name is a member at most once, so that a witness counts in one way only.
    fn add_group(&mut self, name: &str, least: &str, of: &[&str], members: &mut BTreeSet<String>) -> Option<()> {
        let least = match least {
            "any" => 1,
            "all" => of.len(),
            number => number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))?,
        };
        let known = of.iter().all(|member| self.parties.contains_key(*member) && members.insert((*member).to_owned()));
        let fits = known && (1..=of.len()).contains(&least);
        fits.then(|| self.define(name, Party::Group(least, of.iter().map(|name| (*name).to_owned()).collect()))).flatten()
    }

    fn set_quorum(&mut self, name: &str) -> Option<()> {
        if name == "none" {
            return Some(());
        }
        self.parties.contains_key(name).then(|| self.quorum = Some(name.to_owned()))
    }

    fn define(&mut self, name: &str, party: Party) -> Option<()> {
        let new = name != "none" && !self.parties.contains_key(name);
        new.then(|| {
            self.parties.insert(name.to_owned(), party);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITNESS: &str = "witness.example/w1+0ad7d35e+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
    const OTHER: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    const CHECKPOINT: &str = "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n— witness.example/w1 CtfTXgAAAABlU/EAjQ7SRbNKat1PK5+afVAxrJ+wyXslCWxEHKILnZRrRHsmhQJD5P3QO6nBdci4sQ+UE+/X5AX2kGvDVnR5LICdCw==\n";

    fn check(policy: &str) -> Result<(), Distrust> {
        Policy::parse(policy).unwrap().check(&Note::parse(CHECKPOINT.as_bytes()).unwrap())
    }

    #[test]
    fn a_quorum_is_counted_through_groups() {
        assert_eq!(check("quorum none\n"), Ok(()));
        assert_eq!(check(&format!("# ours\nwitness a {WITNESS} https://w.example/\nquorum a\n")), Ok(()));
        let second = crate::log::key::SigningKey::from_seed("w2", [9; 32]).unwrap().verifying_key();
        let second = witness_text(second.as_bytes());
        let two = format!("witness a {WITNESS}\nwitness b {second}\n");
        assert_eq!(check(&format!("{two}group g any a b\nquorum g\n")), Ok(()));
        assert_eq!(check(&format!("{two}group g 1 a b\ngroup h all g\nquorum h\n")), Ok(()));
        assert_eq!(check(&format!("{two}group g all a b\nquorum g\n")), Err(Distrust::Quorum));
        assert_eq!(check(&format!("{two}quorum b\n")), Err(Distrust::Quorum));
        assert_eq!(check(&format!("log {OTHER}\nquorum none\n")), Err(Distrust::Log), "cosigned, and not signed");
    }

    #[test]
    fn what_is_no_policy_is_refused_by_its_line() {
        let line = |text: &str, number| assert_eq!(Policy::parse(text).unwrap_err(), NoPolicy::Line(number), "{text}");
        line("quorum a\n", 1);
        line("\nlog x\nquorum none\n", 2);
        line(&format!("witness none {WITNESS}\nquorum none\n"), 1);
        line(&format!("witness a {OTHER}\nquorum a\n"), 1);
        line(&format!("witness a {WITNESS}\nwitness b {WITNESS}\nquorum a\n"), 2);
        line(&format!("witness a {WITNESS}\ngroup g 2 a\nquorum g\n"), 2);
        line(&format!("witness a {WITNESS}\ngroup g 0 a\nquorum g\n"), 2);
        line(&format!("witness a {WITNESS}\ngroup g any a\ngroup h any a\nquorum g\n"), 3);
        line("quorum none\u{7}\n", 1);
        assert_eq!(Policy::parse("").unwrap_err(), NoPolicy::Quorum);
        assert_eq!(Policy::parse("quorum none\nquorum none\n").unwrap_err(), NoPolicy::Quorum);
    }

    fn witness_text(public: &[u8; 32]) -> String {
        use base64::prelude::{BASE64_STANDARD, Engine};
        use sha2::Digest;
        let typed = [&[4][..], public].concat();
        let id = hex::encode(&sha2::Sha256::digest([b"w2\n", &typed[..]].concat())[..4]);
        format!("w2+{id}+{}", BASE64_STANDARD.encode(typed))
    }
}
