//! A lower hazard level takes the word of both sides and two people of the co-op; until then nothing changes.

use manyhands::actions::contracts::amending::{self, Agreed};
use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::contracts::lowering;
use manyhands::actions::rights::Officer;
use manyhands::actions::signing::{Outcome, Subject};
use manyhands::actions::{Error, claims, contracts, receipts};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::{ContractId, PersonId};
use manyhands_domain::replay::Ground;

use crate::amending::{proposed, read_of};
use crate::http::Site;
use crate::signers::{enrol, refused, sign, subjects_to, with_keys};
use crate::support::{PASSWORD, World, databases, once, world};

const LOWER: [(&str, &str); 4] = [("category_1", "s3"), ("form_1", "text"), ("level_1", "2"), ("share_1", "60")];

async fn officer(world: &World, person: &PersonId) -> Officer {
    world.signed_in(person).await.officer().unwrap()
}

/// The buyer proposes level 2 in place of 3, and the coordinator agrees.
async fn agreed(world: &World, contract: &ContractId) -> String {
    proposed(&Site::as_person(world, &world.buyer).await, contract, "hazards", &LOWER).await;
    let coop = Party::Coop(world.coordinator().await);
    let read = read(world, contract).await;
    let done = amending::agree(&world.deps, &coop, &once(), contract, &read).await.unwrap();
    assert_eq!(done, Agreed::Waits);
    assert_eq!(refused(amending::agree(&world.deps, &coop, &once(), contract, &read).await), "amendment-agreed");
    lowering::find(&world.deps, &officer(world, &world.treasurer).await, contract).await.unwrap().amendment.id
}

async fn read(world: &World, contract: &ContractId) -> String {
    let open = amending::find_open(&world.deps, &Party::Coop(world.coordinator().await), contract).await.unwrap();
    amending::sha256_of(&open.proposed.unwrap())
}

async fn approve(world: &World, person: &PersonId, contract: &ContractId, read: &str) -> Result<u64, Error> {
    lowering::approve(&world.deps, &officer(world, person).await, &once(), contract, read, PASSWORD).await
}

async fn has_heard(world: &World, who: &str, subject: &str) {
    let told = subjects_to(world, &format!("{who}@example.coop")).await;
    assert!(told.iter().any(|told| told.replace(['\u{a0}', '\u{202f}'], " ") == subject), "{who}: {told:?}");
}

async fn level(world: &World, contract: &ContractId) -> i64 {
    contracts::find_public(&world.deps, contract).await.unwrap().level
}

async fn verified(world: &World) -> manyhands_verify::Report {
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    receipts::export(&world.deps, &out).await.unwrap();
    manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap()
}

#[tokio::test]
async fn both_sides_agree_and_a_second_person_of_the_co_op_puts_it_in_force() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
        agreed(&world, &contract).await;
        assert_eq!(level(&world, &contract).await, 3, "{database}: nothing has changed yet");
        has_heard(&world, "astro", "À décider : un niveau de risque plus bas pour C-1").await;
        has_heard(&world, "buyer", "Agreed, and waits for two people: Safety text review").await;
        let read = read(&world, &contract).await;
        let before = world.rows().await;
        // Whoever agreed for the co-op is the first of the two.
        assert_eq!(refused(approve(&world, &world.coordinator, &contract, &read).await), "lowering-second", "{database}");
        assert_eq!(refused(approve(&world, &world.treasurer, &contract, "another").await), "contract-changed", "{database}");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        let (treasurer, form) = (officer(&world, &world.treasurer).await, once());
        let index = lowering::approve(&world.deps, &treasurer, &form, &contract, &read, PASSWORD).await.unwrap();
        assert_eq!(lowering::approve(&world.deps, &treasurer, &form, &contract, &read, PASSWORD).await.unwrap(), index, "{database}: once");
        assert_eq!(refused(approve(&world, &world.treasurer, &contract, &read).await), "amendment-none");
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!((entry.kind.name, level(&world, &contract).await), ("contract.amended", 2), "{database}");
        has_heard(&world, "nathalie", "Changé : Safety text review").await;
        has_heard(&world, "buyer", "Changed: Safety text review").await;
        let report = verified(&world).await;
        assert!(report.holds(), "{database}: {:?}", report.failures);
        assert_eq!(report.grounds.get(&(Ground::ServerWord, "contract.amended")), Some(&1), "{database}");
        // Up again takes no two people.
        let raised = [("category_1", "s3"), ("form_1", "text"), ("level_1", "3"), ("share_1", "60")];
        proposed(&Site::as_person(&world, &world.buyer).await, &contract, "hazards", &raised).await;
        let coop = Party::Coop(world.coordinator().await);
        let read = self::read(&world, &contract).await;
        assert!(matches!(amending::agree(&world.deps, &coop, &once(), &contract, &read).await, Ok(Agreed::InForce(_))), "{database}");
    }
}

#[tokio::test]
async fn once_two_have_keys_it_takes_both_signatures() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let subject = Subject::Lowering(agreed(&world, &contract).await);
        let read = read(&world, &contract).await;
        assert_eq!(refused(approve(&world, &world.treasurer, &contract, &read).await), "signatures-missing", "{database}");
        let site = Site::as_person(&world, &world.treasurer).await;
        world.reads(&world.treasurer, "en").await;
        site.get("/sign").await.says("Lower hazard level");
        let page = site.get(&format!("/sign/lowering/{}", subject.id())).await;
        page.says("The highest hazard level would fall from 3 to 2.");
        assert_eq!(sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap(), Outcome::Waits);
        assert_eq!(level(&world, &contract).await, 3, "{database}: one signature lowers nothing");
        // A third person's key is too young to count.
        let young = enrol(&world, &world.reviewer, 3).await;
        assert_eq!(refused(sign(&world, &world.reviewer, &subject, &young).await), "not found", "{database}: no officer");
        let Outcome::Done(index) = sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap() else { panic!("it waits") };
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len(), level(&world, &contract).await), ("contract.amended", 2, 2), "{database}");
        let report = verified(&world).await;
        assert!(report.holds(), "{database}: {:?}", report.failures);
        assert_eq!(report.grounds.get(&(Ground::Signed, "contract.amended")), Some(&1), "{database}");
    }
}

#[tokio::test]
async fn either_side_may_still_step_back_and_what_was_signed_counts_no_more() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let subject = Subject::Lowering(agreed(&world, &contract).await);
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        let buyer = Party::Client(world.buyer().await);
        amending::withdraw(&world.deps, &buyer, &once(), &contract).await.unwrap();
        assert_eq!(refused(sign(&world, &world.coordinator, &subject, &coordinator).await), "amendment-none", "{database}");
        // The co-op agreed, and says no after all.
        let subject = Subject::Lowering(agreed(&world, &contract).await);
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        let coop = Party::Coop(world.coordinator().await);
        amending::decline(&world.deps, &coop, &once(), &contract, "The items did not become milder.").await.unwrap();
        assert_eq!(refused(sign(&world, &world.coordinator, &subject, &coordinator).await), "amendment-none", "{database}");
        // It ends with its contract.
        let subject = Subject::Lowering(agreed(&world, &contract).await);
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        life::go(&world.deps, &buyer, &once(), &contract, Step::Terminate, "It is over.").await.unwrap();
        assert_eq!(refused(sign(&world, &world.coordinator, &subject, &coordinator).await), "amendment-none", "{database}");
        assert_eq!(level(&world, &contract).await, 3, "{database}");
        assert!(verified(&world).await.holds(), "{database}");
    }
}

#[tokio::test]
async fn the_pages_say_in_plain_words_who_must_still_say_yes() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        world.reads(&world.treasurer, "en").await;
        let site = async |person: &PersonId| Site::as_person(&world, person).await;
        let (buyer, coop, treasurer) = (site(&world.buyer).await, site(&world.coordinator).await, site(&world.treasurer).await);
        let (amend, two) = (format!("/contracts/{contract}/amend"), format!("/contracts/{contract}/lowering"));
        assert_eq!(treasurer.get(&two).await.status, 404, "{database}: nothing waits");
        proposed(&buyer, &contract, "hazards", &LOWER).await;
        let asked = coop.get(&amend).await;
        asked.says("two people of the co-op must say yes before it is in force");
        asked.says("the contract stays as it is until two people of the co-op have said yes");
        assert!(!asked.text.contains("is in force at once"), "{database}");
        let sent = coop.post(&format!("{amend}/do/agree"), &[("read", &read_of(&asked.text))]).await;
        assert_eq!(sent.to, amend, "{database}");
        for side in [&buyer, &coop] {
            side.get(&amend).await.says("until they have said yes the contract stays as it is");
        }
        assert!(!buyer.get(&amend).await.text.contains(&two), "{database}: what two people decide is the co-op's");
        assert_eq!(buyer.get(&two).await.status, 404, "{database}");
        assert!(!buyer.get("/desk").await.text.contains("waits for your side"), "{database}");
        coop.get(&amend).await.says(&format!("href=\"{two}\""));
        coop.get("/office").await.says("A lower hazard level: Safety text review");
        treasurer.get("/treasury").await.says("The highest hazard level would fall from 3 to 2.");
        coop.get(&two).await.says("You spoke for the co-op in this already.");
        let page = treasurer.get(&two).await;
        page.says("not because a lower level is cheaper");
        page.says("Section 4.2 was read in two ways.");
        let read = read_of(&page.text);
        treasurer.post(&two, &[("read", &read), ("password", "wrong")]).await.refuses("The password is wrong");
        let done = treasurer.post(&two, &[("read", &read), ("password", PASSWORD)]).await;
        assert_eq!(done.to, format!("/contracts/{contract}/versions"), "{database}: {}", done.text);
        treasurer.get(&done.to).await.says("Version 2");
        assert_eq!(treasurer.get(&two).await.status, 404, "{database}");
    }
}
