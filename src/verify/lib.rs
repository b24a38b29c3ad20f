//! Checks a ledger without the server, level by level (docs/LEDGER.md section 6): bytes, log, books, rules. Knows the domain and
//! nothing else of Manyhands.

mod books;
mod documents;
mod past;
mod reading;
mod report;
mod seen;
mod source;
mod tree;

use std::path::Path;

use manyhands_domain::books::keys::{KeyRing, Owner, Reading};
use manyhands_domain::log::checkpoint::Checkpoint;
use manyhands_domain::log::key::VerifyingKey;
use manyhands_domain::log::note::Note;
use manyhands_domain::log::policy::Policy;
use manyhands_domain::replay::{Ground, Replay, Step};
use manyhands_domain::time::Timestamp;

use crate::books::Books;
use crate::documents::Documents;
use crate::past::{Answers, Behind};
use crate::reading::{Bundle, Known, Read};
use crate::tree::Tree;

pub use crate::report::{Failure, Report};
pub use crate::seen::Seen;
pub use crate::source::{Absent, Server, Source, Tar};

/// Checks the export in `folder` against a checkpoint key that ever was the log's.
///
/// # Errors
/// [`Absent`] when a file that is needed cannot be read.
pub fn verify(folder: &Path, vkey: &VerifyingKey) -> Result<Report, Absent> {
    verify_source(&Source::Folder(folder.to_path_buf()), vkey, &Wanted::default(), |_, _| {})
}

/// What is asked besides the levels.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What people saw of the log.
    pub seen: Seen,
    /// Balances after so many entries; after the last without.
    pub balances_at: Option<u64>,
    /// Which witnesses must have cosigned the checkpoint.
    pub policy: Option<Policy>,
}

/// Checks a log, and that it is still the one that people saw. `progress` is told how many entries of how many were read.
///
/// # Errors
/// [`Absent`] when something needed cannot be read, unless a level fails all the same: then that is the answer.
pub fn verify_source(source: &Source, vkey: &VerifyingKey, wanted: &Wanted, progress: impl Fn(u64, u64)) -> Result<Report, Absent> {
    let checkpoint = source.read("checkpoint")?;
    let seen = &wanted.seen;
    let foreign = seen.foreign.iter().cloned().collect();
    let mut report = Report { seen: seen.count(), notes: seen.notes.len(), foreign, ..Report::default() };
    let text = Note::parse(&checkpoint).ok().and_then(|note| Checkpoint::parse_text(note.text).ok());
    let Some(said) = text else {
        report.fail(2, 0, "the checkpoint is not a signed note of three lines");
        return Ok(report);
    };
    report.size = said.size;
    let known = Known::default();
    known.learn(first_key(source, said.size).iter().map(|key| (&Owner::Entry, key)));
    let mut log = Log {
        source,
        ring: KeyRing::default(),
        times: Vec::new(),
        tree: Tree::default(),
        books: Books::default(),
        replay: Replay::default(),
        documents: Documents::default(),
        answers: Answers::default(),
        unread: None,
    };
    let mut keys = 0;
    let read = reading::each_bundle(source, said.size, &known, |bundle| {
        log.read_bundle(bundle, &mut report);
        let now = log.ring.keys().count();
        if now != keys {
            keys = now;
            known.learn(log.ring.keys());
        }
        progress(log.tree.size(), said.size);
    });
    said.origin.clone_into(&mut report.origin);
    // Without every entry nothing can be said of keys, root and end.
    let whole = match read {
        Ok(()) => {
            log.finish(&said, &mut report);
            log.check_checkpoint(&checkpoint, &said, vkey, wanted, &mut report);
            log.tree.check(source, &said, &mut report)
        }
        absent => absent,
    };
    let documents = log.documents.check(source, &log.answers, &mut report);
    report.balances = wanted.balances_at.map_or_else(|| log.books.balances(), |size| log.books.as_of(size));
    report.uncounted = log.replay.uncounted();
    report.newest = (report.size > 0).then(|| log.replay.last_at());
    match whole.and(log.unread.map_or(Ok(()), Err)).and(documents) {
        Err(absent) if report.holds() => Err(absent),
        Err(absent) => {
            report.absent = Some(absent.to_string());
            Ok(report)
        }
        Ok(()) => Ok(report),
    }
}

/// The key that the first entry names, before it is known whether it may: it only lets the first bundles be checked on all cores.
fn first_key(source: &Source, size: u64) -> Option<VerifyingKey> {
    VerifyingKey::parse(past::first_entry(source, size)?.text("entry_key")?).ok()
}

/// Everything replayed so far.
struct Log<'s> {
    source: &'s Source,
    ring: KeyRing,
    times: Vec<Timestamp>,
    tree: Tree,
    books: Books,
    replay: Replay,
    documents: Documents,
    answers: Answers,
    /// The first entry that was asked for again and could not be read: no rule can be said to hold, or not to.
    unread: Option<Absent>,
}

impl Log<'_> {
    fn read_bundle(&mut self, bundle: &Bundle, report: &mut Report) {
        let (tile, held) = (bundle.tile, bundle.entries.len() as u64);
        for read in &bundle.entries {
            self.read_entry(read, report);
        }
        if bundle.torn {
            report.fail(2, report.size, format!("{} is cut, or holds what is no entry", tile.bundle_path()));
            for level in [1, 3, 4] {
                report.fail(level, self.tree.size(), "its bundle is cut here");
            }
        } else if held != tile.width {
            report.fail(2, report.size, format!("{} holds {held} entries instead of {}", tile.bundle_path(), tile.width));
        }
    }

    fn read_entry(&mut self, read: &Read, report: &mut Report) {
        let index = self.tree.size();
        self.tree.push(read.leaf);
        let fits = read.entry.as_ref().map_err(|error| *error).and_then(|entry| entry.check_place(index).map(|()| entry));
        let entry = match fits {
            Ok(entry) => entry,
            Err(error) => {
                for level in [1, 3, 4] {
                    report.fail(level, index, error);
                }
                self.times.push(self.times.last().copied().unwrap_or_default());
                self.replay.skip();
                if let Err(why) = self.books.skip() {
                    report.fail(3, index, why);
                }
                return;
            }
        };
        self.times.push(entry.at);
        let times = &self.times;
        let at_of = |size: u64| usize::try_from(size).ok().and_then(|size| times.get(size)).copied();
        let admission = self.ring.admit(Reading { index, bytes: &read.note, entry, proofs: &read.proofs }, at_of);
        if let Some(error) = admission.error {
            report.fail(1, index, error);
        }
        self.tree.witnessed(admission.witnessed);
        self.documents.note(index, entry);
        if let Err(why) = self.books.post(index, entry) {
            report.fail(3, index, why);
        }
        let step = Step { index, entry, signers: &admission.signers, changed_keys: admission.changed_keys };
        let past = Behind { source: self.source, size: report.size, tree: &self.tree, answers: &self.answers };
        let outcome = self.replay.admit(step, &past);
        report.rest(outcome.as_ref().map_or(Ground::ServerWord, |ground| *ground), entry.kind.name);
        match (outcome, self.answers.take_unread()) {
            (_, Some(absent)) => drop(self.unread.get_or_insert(absent)),
            (Err(why), None) => report.fail(4, index, why),
            (Ok(_), None) => {}
        }
    }

    /// What a log may not end in.
    fn finish(&self, said: &Checkpoint, report: &mut Report) {
        if self.books.ends_inside_parts() {
            report.fail(3, said.size, "the log ends inside the parts of a period");
        }
        if let Err(why) = self.replay.finish() {
            report.fail(4, said.size, why);
        }
    }

    /// Whose log it is, by whose keys, cosigned by whom, and whether it is still the one that people saw.
    fn check_checkpoint(&self, checkpoint: &[u8], said: &Checkpoint, vkey: &VerifyingKey, wanted: &Wanted, report: &mut Report) {
        let size = said.size;
        self.ring.origin().clone_into(&mut report.origin);
        if said.origin != report.origin {
            report.fail(2, size, format!("the checkpoint is of another log, {}", said.origin));
        }
        if Checkpoint::open(checkpoint, &self.ring.checkpoint_keys(size)).is_err() {
            report.fail(2, size, "the checkpoint is not signed by a checkpoint key in force");
        }
        if !self.ring.ever_checkpoint(vkey) {
            report.fail(2, size, "the given key was never a checkpoint key of this log");
        } else if Checkpoint::open(checkpoint, &self.ring.vouched_for(vkey, size)).is_err() {
            report.fail(2, size, "no key that the given one vouches for signed the checkpoint");
        }
        let trusted = wanted.policy.as_ref().zip(Note::parse(checkpoint).ok()).map(|(policy, note)| policy.check(&note));
        if let Some(Err(distrust)) = trusted {
            report.fail(2, size, format!("by the given policy the checkpoint is not to be believed: {distrust}"));
        }
        self.tree.check_seen(&wanted.seen, &self.ring, report);
    }
}
