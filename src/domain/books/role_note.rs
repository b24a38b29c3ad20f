//! The note that a checkpoint key makes over an entry about a key of one of the co-op's roles: the same line that people
//! sign (LEDGER.md section 1).

use super::entry::{Draft, sha256_of};
use super::personal::{Statement, Witnessed};
use crate::log::key::SigningKey;
use crate::log::{Hash, note};

/// The log as it stands, and what makes the note unlike any other.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The log's size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// Random: a key never signs one twice.
    pub nonce: [u8; 16],
}

/// The draft with its one note, by a checkpoint key in force.
#[must_use]
pub fn signed(draft: Draft, seen: &Seen, checkpoint: &SigningKey) -> Draft {
    let statement = Statement {
        does: draft.kind().to_owned(),
        log: Witnessed { size: seen.size, root: seen.root },
        nonce: hex::encode(seen.nonce),
        origin: checkpoint.name().to_owned(),
        sha256: sha256_of(&draft.signable_text()),
    };
    let line = statement.line();
    let note = note::sign(&format!("{line}\n"), checkpoint);
    draft.signed(vec![note])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::entry::Entry;
    use crate::books::keys::{KeyError, KeyRing, Proofs, Reading};
    use crate::time::Timestamp;

    const ORIGIN: &str = "coop.example/main";

    fn key(role: &str, seed: u8) -> SigningKey {
        let name = if role == "entry" { format!("{ORIGIN}/entry") } else { ORIGIN.to_owned() };
        SigningKey::from_seed(&name, [seed; 32]).unwrap()
    }

    /// A ring after the founding, and a log to which entries are admitted one by one.
    struct Log {
        ring: KeyRing,
        size: u64,
    }

    impl Log {
        fn founded() -> Log {
            let founded = Draft::new("coop.founded")
                .calc("origin", ORIGIN)
                .calc("name", "A co-op")
                .calc("checkpoint_key", key("checkpoint", 1).verifying_key().to_string())
                .calc("entry_key", key("entry", 2).verifying_key().to_string());
            let mut log = Log { ring: KeyRing::default(), size: 0 };
            log.admit(&founded, &key("entry", 2)).unwrap();
            log
        }

        fn admit(&mut self, draft: &Draft, by: &SigningKey) -> Result<(), KeyError> {
            let note = draft.seal(Timestamp::from_secs(0), by).unwrap().note;
            let entry = Entry::read(&note).unwrap();
            let reading = Reading { index: self.size, bytes: &note, entry: &entry, proofs: &Proofs::default() };
            self.ring.admit(reading, |_| None).error.map_or(Ok(()), Err)?;
            self.size += 1;
            Ok(())
        }

        fn seen(&self, nonce: u8) -> Seen {
            Seen { size: self.size, root: [7; 32], nonce: [nonce; 16] }
        }
    }

    fn added(role: &str, key: &SigningKey) -> Draft {
        Draft::new("key.added").about("role", role).calc("vkey", key.verifying_key().to_string())
    }

    fn retired(role: &str, key: &SigningKey) -> Draft {
        Draft::new("key.retired").about("role", role).calc("key_id", key.id().to_string()).calc("reason", "rotated")
    }

    fn other() -> Draft {
        Draft::new("contract.closed").about("contract", "C-1").calc("reason", "finished")
    }

    #[test]
    fn a_key_is_in_force_from_the_next_index_on_and_until_the_one_after_its_retirement() {
        let mut log = Log::founded();
        let (first, second) = (key("entry", 2), key("entry", 3));
        assert_eq!(log.admit(&other(), &second), Err(KeyError::EntrySignature), "before it was added");
        let add = signed(added("entry", &second), &log.seen(1), &key("checkpoint", 1));
        log.admit(&add, &first).unwrap();
        log.admit(&other(), &second).unwrap();
        log.admit(&other(), &first).unwrap();
        let retire = signed(retired("entry", &first), &log.seen(2), &key("checkpoint", 1));
        log.admit(&retire, &first).unwrap();
        assert_eq!(log.admit(&other(), &first), Err(KeyError::EntrySignature), "after it was retired");
        log.admit(&other(), &second).unwrap();
    }

    #[test]
    fn a_lost_entry_key_is_replaced_by_the_checkpoint_key_and_by_nobody_else() {
        let mut log = Log::founded();
        let (lost, new) = (key("entry", 2), key("entry", 3));
        // Nobody vouches; a stranger vouches; the entry key itself vouches.
        for by in [key("checkpoint", 9), lost] {
            let add = signed(added("entry", &new), &log.seen(1), &by);
            assert!(log.admit(&add, &new).is_err());
        }
        let add = signed(added("entry", &new), &log.seen(1), &key("checkpoint", 1));
        assert_eq!(log.admit(&add, &key("entry", 4)), Err(KeyError::EntrySignature), "signed by neither");
        log.admit(&add, &new).unwrap();
        log.admit(&other(), &new).unwrap();
        // A checkpoint key is no entry key, and cannot sign for itself.
        let add = signed(added("checkpoint", &key("checkpoint", 5)), &log.seen(2), &key("checkpoint", 1));
        assert_eq!(log.admit(&add, &key("checkpoint", 5)), Err(KeyError::EntrySignature));
    }

    #[test]
    fn a_checkpoint_key_vouches_for_the_next_and_the_last_of_a_role_stays() {
        let mut log = Log::founded();
        let (first, second, by) = (key("checkpoint", 1), key("checkpoint", 5), key("entry", 2));
        let last = signed(retired("checkpoint", &first), &log.seen(1), &first);
        assert_eq!(log.admit(&last, &by), Err(KeyError::KeyChange));
        log.admit(&signed(added("checkpoint", &second), &log.seen(2), &first), &by).unwrap();
        log.admit(&signed(retired("checkpoint", &first), &log.seen(3), &second), &by).unwrap();
        assert_eq!(log.ring.checkpoint_keys(log.size), [second.verifying_key()]);
        let again = signed(added("checkpoint", &first), &log.seen(4), &second);
        assert_eq!(log.admit(&again, &by), Err(KeyError::KeyChange), "a key never comes back");
        let roles: Vec<_> = log.ring.role_keys().map(|key| (key.role, key.from, key.until)).collect();
        assert_eq!(roles, [("checkpoint", 0, Some(3)), ("entry", 0, None), ("checkpoint", 2, None)]);
    }

    #[test]
    fn a_role_s_key_carries_exactly_one_note_over_exactly_itself() {
        let mut log = Log::founded();
        let (by, checkpoint, new) = (key("entry", 2), key("checkpoint", 1), key("entry", 3));
        assert!(added("entry", &new).seal(Timestamp::from_secs(0), &by).is_err(), "without a note it is no entry");
        // A note over another key's entry.
        let over_other = signed(added("entry", &key("entry", 8)), &log.seen(1), &checkpoint);
        let moved = added("entry", &new).signed(over_other.notes().to_vec());
        assert_eq!(log.admit(&moved, &by), Err(KeyError::PersonalNote));
        log.admit(&signed(added("entry", &new), &log.seen(2), &checkpoint), &by).unwrap();
        let nonce_again = signed(retired("entry", &by), &log.seen(2), &checkpoint);
        assert_eq!(log.admit(&nonce_again, &new), Err(KeyError::PersonalNote));
    }
}
