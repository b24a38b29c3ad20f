//! Keys of clients' users: how one is made, what it signs, who else may sign, what becomes of a lost one, and what erasing leaves.

use manyhands::actions::reviews::{self, Judging};
use manyhands::actions::rights::SignedIn;
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{claims, erasure, keys, projection, receipts};
use manyhands_domain::ids::{BatchId, ClaimId, HolderId, PersonId};
use manyhands_domain::log::note::Note;
use manyhands_domain::replay::Ground;
use manyhands_store::{keys as rows, users};

use crate::signers::{
    AGE_SECS, code_of, colleague, enrol, expense, holder, key_of, mail_to, note_over, prepared, refused, sign, subjects_to, with_keys,
};
use crate::support::{PASSWORD, World, databases, once, world};

/// A piece that the worker handed in.
async fn piece(world: &World, batch: &BatchId) -> ClaimId {
    let worker = world.worker().await;
    let claim = claims::claim(&world.deps, &worker, &once(), batch).await.unwrap();
    world.deps.clock.advance(60);
    claims::submit(&world.deps, &worker, &once(), &claim, &claims::Typed::one("Harmful", 60)).await.unwrap();
    claim
}

async fn batch(world: &World) -> BatchId {
    let contract = world.funded_contract("100.00").await;
    world.open_batch(&contract, 9).await
}

async fn user_id(world: &World, person: &PersonId) -> String {
    holder(world, person).await.id().unwrap().as_str().to_owned()
}

/// How many entries rest on people's signatures; the export holds at every level, and the rows are the notes'.
async fn signed(world: &World) -> u64 {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("export");
    receipts::export(&world.deps, &out).await.unwrap();
    let report = manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap();
    assert!(report.holds(), "{:?}", report.failures);
    assert!(projection::check_all(&world.deps.db, &mut |_, _| {}).await.unwrap().is_ok());
    report.resting_on(Ground::Signed)
}

#[tokio::test]
async fn a_client_s_user_makes_a_key_once_their_contract_stands_in_the_ledger() {
    for database in databases() {
        let world = world(database).await;
        let before = world.rows().await;
        let by = holder(&world, &world.buyer).await;
        assert_eq!(refused(keys::ask_code(&world.deps, &by, &once(), PASSWORD).await), "key-contract-first", "{database}");
        assert_eq!(keys::find_own(&world.deps, &by).await.unwrap().first.unwrap().code, "key-contract-first");
        assert_eq!(world.rows().await, before, "nothing was written");

        world.funded_contract("100.00").await;
        let second = colleague(&world).await;
        assert!(holder(&world, &world.buyer).await.id().is_none(), "nobody has an id before they ask");
        let key = enrol(&world, &world.buyer, 3).await;
        let id = user_id(&world, &world.buyer).await;
        assert!(id.starts_with("U-") && key.name().ends_with(&format!("/c/{id}")), "{id}");
        let entry = receipts::list_entries(&world.deps, u64::MAX >> 1, 1).await.unwrap().remove(0);
        let (_, entry) = receipts::find_entry(&world.deps, u64::try_from(entry.idx).unwrap()).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("key.added", 0), "on the server's word");
        let client = world.buyer().await.client().to_string();
        assert_eq!((entry.reference("user"), entry.reference("client")), (Some(id.as_str()), Some(client.as_str())));
        // The person hears of it, every officer, and whoever acts for the client, too.
        assert_eq!(mail_to(&world, "buyer@example.coop").await.0, "A key of yours was added");
        assert!(mail_to(&world, "buyer@example.coop").await.1.contains("with it you sign what your organisation accepts"));
        assert_eq!(mail_to(&world, "wanjiru@example.coop").await.0, "A new key: Buyer");
        assert_eq!(subjects_to(&world, "other@elsewhere.example").await, ["A new key: Buyer"]);
        assert!(holder(&world, &second).await.id().is_none());
        // A member's key does not become theirs, nor theirs another's.
        let by = holder(&world, &second).await;
        keys::ask_code(&world.deps, &by, &once(), PASSWORD).await.unwrap();
        let code = code_of(&world, &second).await;
        let by = holder(&world, &second).await;
        let theirs = key.verifying_key().to_string();
        assert_eq!(refused(keys::enrol(&world.deps, &by, &once(), &code, &theirs).await), "key-unfit");
        assert_eq!(signed(&world).await, 0, "{database}");
    }
}

#[tokio::test]
async fn what_a_client_accepts_may_carry_the_note_of_one_of_its_users_and_of_nobody_else() {
    for database in databases() {
        let world = world(database).await;
        let batch = batch(&world).await;
        let (first, second) = (piece(&world, &batch).await, piece(&world, &batch).await);
        let subject = Subject::Acceptance(first.clone());
        assert_eq!(refused(prepared(&world, &world.buyer, &subject).await), "signature-no-key-acceptance");
        let key = enrol(&world, &world.buyer, 3).await;
        let (coordinator, _) = with_keys(&world).await;
        let before = signed(&world).await;

        // Not a member who does not review, not another client's user, not by a key of somebody else's.
        let other = world.other_buyer().await;
        assert_eq!(refused(prepared(&world, &other, &subject).await), "not found");
        assert_eq!(refused(prepared(&world, &world.worker, &subject).await), "not found");
        let (nonce, line) = prepared(&world, &world.buyer, &subject).await.unwrap();
        let by = holder(&world, &world.buyer).await;
        for stranger in [&coordinator, &key_of(&by, 9)] {
            let taken = signing::sign(&world.deps, &by, &once(), &nonce, &note_over(&line, stranger)).await;
            assert_eq!(refused(taken), "note-other-key");
        }
        let officer = holder(&world, &world.coordinator).await;
        let taken = signing::sign(&world.deps, &officer, &once(), &nonce, &note_over(&line, &coordinator)).await;
        assert_eq!(refused(taken), "not found", "a text is one person's");

        let done = signing::sign(&world.deps, &by, &once(), &nonce, &note_over(&line, &key)).await.unwrap();
        let Outcome::Done(index) = done else { panic!("{database}: it waits") };
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!((entry.text("by"), entry.reference("reviewer")), (Some("client"), None));
        let note = Note::parse(entry.signed[0].as_bytes()).unwrap();
        assert!(note.is_signed_by(&key.verifying_key()) && entry.signed.len() == 1);
        assert_eq!(refused(sign(&world, &world.buyer, &subject, &key).await), "review-not-submitted", "accepted twice");
        // Without a signature it counts the same.
        reviews::accept(&world.deps, &Judging::Client(world.buyer().await), &once(), &second).await.unwrap();
        assert_eq!(signed(&world).await, before + 1, "{database}");
        // What members sign is none of theirs: not to see, not to sign, not in the list.
        let (_, of_members) = expense(&world).await;
        assert_eq!(refused(prepared(&world, &world.buyer, &of_members).await), "not found");
        assert!(signing::list_waiting(&world.deps, &by).await.unwrap().is_empty());
        assert_eq!(signing::list_waiting(&world.deps, &holder(&world, &world.treasurer).await).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_lost_key_of_a_client_s_user_is_vouched_for_by_two_members_and_a_further_one_is_signed_for_by_their_own() {
    for database in databases() {
        let world = world(database).await;
        let batch = batch(&world).await;
        let first = enrol(&world, &world.buyer, 3).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let by = holder(&world, &world.buyer).await;
        let ask = async |seed: u8| {
            let vkey = key_of(&by, seed).verifying_key().to_string();
            Subject::Key(keys::ask_another(&world.deps, &by, &once(), &vkey, PASSWORD).await.unwrap())
        };
        let another = ask(4).await;
        assert_eq!(signing::list_waiting(&world.deps, &by).await.unwrap().len(), 1, "their own is theirs to sign");
        let second = colleague(&world).await;
        assert_eq!(refused(prepared(&world, &second, &another).await), "not found", "another user vouches for nobody");
        assert!(matches!(sign(&world, &world.buyer, &another, &first).await.unwrap(), Outcome::Done(_)));
        // Both are lost.
        let third = ask(5).await;
        assert!(!subjects_to(&world, "wanjiru@example.coop").await.contains(&"To vouch for: Buyer".to_owned()), "they hold two keys");
        for key in [&first, &key_of(&by, 4)] {
            keys::retire(&world.deps, &by, &once(), &key.id().to_string(), "lost", PASSWORD).await.unwrap();
        }
        assert_eq!(refused(sign(&world, &world.buyer, &third, &first).await), "signature-vouched", "a retired key");
        assert_eq!(sign(&world, &world.coordinator, &third, &coordinator).await.unwrap(), Outcome::Waits);
        assert!(matches!(sign(&world, &world.treasurer, &third, &treasurer).await.unwrap(), Outcome::Done(_)));
        assert!(mail_to(&world, "buyer@example.coop").await.1.contains("Two members vouched for you"));
        let claim = piece(&world, &batch).await;
        let subject = Subject::Acceptance(claim);
        let (nonce, line) = prepared(&world, &world.buyer, &subject).await.unwrap();
        let old = signing::sign(&world.deps, &by, &once(), &nonce, &note_over(&line, &first)).await;
        assert_eq!(refused(old), "note-other-key", "a lost key signs nothing more");
        assert!(matches!(sign(&world, &world.buyer, &subject, &key_of(&by, 5)).await.unwrap(), Outcome::Done(_)));
        signed(&world).await;
    }
}

#[tokio::test]
async fn erasing_a_client_s_user_retires_their_keys_and_leaves_nobody_behind_them() {
    for database in databases() {
        let world = world(database).await;
        batch(&world).await;
        let second = colleague(&world).await;
        enrol(&world, &second, 4).await;
        let id = HolderId::parse(&user_id(&world, &second).await).unwrap();
        let by = holder(&world, &second).await;
        let vkey = key_of(&by, 6).verifying_key().to_string();
        keys::ask_another(&world.deps, &by, &once(), &vkey, PASSWORD).await.unwrap();
        erasure::erase_person(&world.deps, &world.coordinator().await, &once(), &second, PASSWORD).await.unwrap();
        let reader = world.deps.db.read();
        let kept = rows::list_of(&reader, &id).await.unwrap();
        assert_eq!(kept.iter().map(|key| key.reason.as_deref()).collect::<Vec<_>>(), [Some("unused")], "{database}");
        assert!(rows::list_requests(&reader).await.unwrap().is_empty());
        let HolderId::User(user) = &id else { panic!("{database}") };
        assert_eq!(users::find(&reader, user).await.unwrap(), None, "no row joins them any more");
        signed(&world).await;
    }
}

#[tokio::test]
async fn a_member_is_no_client_s_user_and_a_client_s_user_no_member() {
    for database in databases() {
        let world = world(database).await;
        let of = async |person: &PersonId| -> SignedIn { world.signed_in(person).await };
        assert!(of(&world.buyer).await.member().is_none() && of(&world.worker).await.client_user().is_none(), "{database}");
        world.funded_contract("1.00").await;
        enrol(&world, &world.buyer, 3).await;
        world.deps.clock.advance(AGE_SECS);
        // One member with a key, and a user with one, are not two people: sums leave by passwords as before.
        enrol(&world, &world.coordinator, 1).await;
        world.deps.clock.advance(AGE_SECS);
        for kind in ["payout.approved", "member.admitted"] {
            assert!(!signing::is_signed_for(&world.deps, kind).await.unwrap(), "{database}: {kind}");
        }
    }
}
