//! Entries as they are sealed and read back, and what is refused before it is signed.

use super::*;

fn key() -> SigningKey {
    SigningKey::from_seed("coop.example/main/entry", [1; 32]).unwrap()
}

#[test]
fn a_sealed_entry_reads_back() {
    let draft = Draft::new("contract.closed").about("contract", "C-1").calc("reason", "finished");
    let sealed = draft.seal(Timestamp::from_secs(0), &key()).unwrap();
    let entry = Entry::read(&sealed.note).unwrap();
    assert_eq!((entry.kind.name, entry.reference("contract"), entry.text("reason")), ("contract.closed", Some("C-1"), Some("finished")));
}

#[test]
fn unknown_kinds_and_fields_too_many_or_too_few_are_refused_before_signing() {
    let at = Timestamp::from_secs(0);
    let closed = Draft::new("contract.closed").about("contract", "C-1").calc("reason", "finished");
    assert_eq!(Draft::new("contract.sold").seal(at, &key()), Err(EntryError::UnknownKind));
    assert_eq!(closed.clone().calc("more", 1).seal(at, &key()), Err(EntryError::Fields));
    assert_eq!(closed.clone().about("client", "x").seal(at, &key()), Err(EntryError::Fields));
    assert_eq!(closed.clone().rule(1).seal(at, &key()), Err(EntryError::Fields));
    assert_eq!(Draft::new("contract.closed").about("contract", "C-1").seal(at, &key()), Err(EntryError::Fields));
    assert_eq!(closed.calc("reason", "Not A Code").seal(at, &key()), Err(EntryError::Fields));
}

#[test]
fn an_entry_longer_than_a_bundle_can_say_is_refused() {
    let draft = Draft::new("contract.closed").about("contract", "C-1").calc("reason", "x".repeat(66_000));
    assert_eq!(draft.seal(Timestamp::from_secs(0), &key()), Err(EntryError::TooLong));
}
