//! Rejections and appeals where several members answer the same item: whoever rejected an answer, and whoever decides its appeal, goes on
//! seeing it, its picture and its tool's result when another answer was refused meanwhile, and nobody else does.

use manyhands::actions::people::{Invitation, add_active};
use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{appeals, batches, claims, reviews, sessions};
use manyhands_domain::ids::{BatchId, ClaimId, PersonId};
use manyhands_domain::notices::Notice;
use rocket::http::Method;

use crate::appeals::{DAY, WHY, code};
use crate::external::{self, LINK, claimed_by, send};
use crate::files::{draft_of_pictures, jpeg};
use crate::http::Site;
use crate::story::typed;
use crate::support::{PASSWORD, World, agree, databases, once, world};

/// A member who reviews, beside the one of the world.
async fn reviewer(world: &World, name: &str) -> PersonId {
    let invitation = Invitation {
        name: name.to_owned(),
        email: format!("{}@example.coop", name.to_lowercase()),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "VE".to_owned(),
        client: None,
        roles: vec!["reviewer".to_owned()],
    };
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    let person = add_active(&world.deps, &invitation, &hash).await.unwrap();
    agree(&world.deps, [&person]).await;
    person
}

async fn member(world: &World, person: &PersonId) -> Member {
    world.signed_in(person).await.member().unwrap()
}

async fn reject(world: &World, claim: &ClaimId) {
    appeals::reject(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), claim, WHY).await.unwrap();
}

/// Both answers to an item are rejected. The worker appeals; the other does not, and is refused.
async fn contest(world: &World, claim: &ClaimId, other: &ClaimId) {
    reject(world, claim).await;
    reject(world, other).await;
    appeals::appeal(&world.deps, &world.worker().await, &once(), claim, "There is one, on the left.").await.unwrap();
    world.deps.clock.advance(7 * DAY + 1);
    assert_eq!(appeals::end_unappealed(&world.deps).await.unwrap(), 1);
}

/// What each of these people is answered there.
async fn statuses(world: &World, people: &[&PersonId], path: &str) -> Vec<u16> {
    let mut found = Vec::new();
    for person in people {
        found.push(Site::as_person(world, person).await.fetch(Method::Get, path, &[]).await.status);
    }
    found
}

/// An open batch of one picture, which two members answer.
async fn open_picture(world: &World) -> BatchId {
    let contract = world.plain_contract().await;
    let batch = draft_of_pictures(world, &contract).await;
    let buyer = world.buyer().await;
    batches::set_offer(&world.deps, &buyer, &once(), &batch, ("0.80", "180", "2")).await.unwrap();
    let zip = crate::files::stored(&[("1.jpg", &jpeg(1_000, 750, 1))]);
    let site = Site::as_person(world, &world.buyer).await;
    site.upload_called(&format!("/batches/{batch}/items"), "items", "p.zip", &zip).await.redirects();
    batches::open(&world.deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

async fn answer(world: &World, who: &PersonId, batch: &BatchId, choice: &str) -> ClaimId {
    let member = member(world, who).await;
    let claim = claims::claim(&world.deps, &member, &once(), batch).await.unwrap();
    world.deps.clock.advance(170);
    claims::submit(&world.deps, &member, &once(), &claim, &typed(choice)).await.unwrap();
    claim
}

#[tokio::test]
async fn whoever_decides_an_appeal_sees_the_picture_though_the_other_answer_was_refused() {
    for database in databases() {
        let world = world(database).await;
        let (decider, answerer) = (reviewer(&world, "Maria").await, reviewer(&world, "Ana").await);
        let stranger = world.other_buyer().await;
        let batch = open_picture(&world).await;
        let (claim, other) = (answer(&world, &world.worker, &batch, "Yes").await, answer(&world, &answerer, &batch, "Yes").await);
        contest(&world, &claim, &other).await;

        // Who decides, who rejected, the client; who answered the item too, its worker, a member without a part in it, another client.
        let people = [&decider, &world.reviewer, &world.buyer, &answerer, &world.worker, &world.treasurer, &stranger];
        let of = async |what: String| statuses(&world, &people, &what).await;
        let all_in = [200, 200, 200, 404, 404, 404, 404];
        assert_eq!(of(format!("/appeals/{claim}")).await, [200, 404, 404, 404, 404, 404, 404], "{database}");
        assert_eq!(of(format!("/reviews/{claim}/picture?w=960")).await, all_in, "{database}");
        assert_eq!(of(format!("/reviews/{claim}")).await, all_in, "{database}");
        // The other answer was refused: it is for whoever rejected it, and for the client who is told of it.
        assert_eq!(of(format!("/reviews/{other}")).await, [404, 200, 200, 404, 404, 404, 404], "{database}");
        assert_eq!(of(format!("/reviews/{other}/picture?w=960")).await, [404, 404, 200, 404, 404, 404, 404], "{database}");
        // It waits for nobody's other verdict, and its item is there for others.
        for by in [Judging::Client(world.buyer().await), Judging::Reviewer(world.signed_in(&decider).await.reviewer().unwrap())] {
            assert!(reviews::list_waiting(&world.deps, &by).await.unwrap().is_empty(), "{database}");
            assert_eq!(code(reviews::accept(&world.deps, &by, &once(), &claim).await), "review-rejected", "{database}");
        }

        let by = world.signed_in(&decider).await.reviewer().unwrap();
        appeals::decide(&world.deps, &by, &once(), &claim, true, "There is none.").await.unwrap();
        let third = reviewer(&world, "Ines").await;
        let after = statuses(&world, &[&decider, &world.reviewer, &world.buyer, &third, &answerer], &format!("/reviews/{claim}")).await;
        assert_eq!(after, [200, 200, 200, 404, 404], "{database}: who came later sees no answer to an item that wants two");
    }
}

#[tokio::test]
async fn whoever_decides_an_appeal_takes_the_tools_result_though_the_other_answer_was_refused() {
    for database in databases() {
        let world = world(database).await;
        let (decider, answerer) = (reviewer(&world, "Maria").await, reviewer(&world, "Ana").await);
        let contract = world.funded_contract("100.00").await;
        let batch = external::open_copies(&world, &contract, LINK, "id,payload\ndawn/1,Street 7\n", "2").await;
        let mut handed_in = Vec::new();
        for person in [&world.worker, &answerer] {
            let (site, claim, token) = claimed_by(&world, person, &batch).await;
            let sent = send(&Site::of(&world).await, &token, "scan.json", format!("[\"{claim}\"]").as_bytes()).await;
            assert_eq!(sent.status, 201, "{database}");
            site.post(&format!("{claim}/submit"), &[("answer", "none"), ("active_seconds", "90")]).await.redirects();
            handed_in.push(ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap());
        }
        contest(&world, &handed_in[0], &handed_in[1]).await;
        let people = [&decider, &world.reviewer, &world.buyer, &answerer, &world.worker];
        let of = async |what: String| statuses(&world, &people, &what).await;
        assert_eq!(of(format!("/reviews/{}/result", handed_in[0])).await, [200, 200, 200, 404, 404], "{database}");
        assert_eq!(of(format!("/reviews/{}/result", handed_in[1])).await, [404, 404, 200, 404, 404], "{database}");
    }
}

#[tokio::test]
async fn the_mail_of_how_a_rejection_ended_leads_its_judge_to_the_work_and_nobody_else() {
    for database in databases() {
        let world = world(database).await;
        let (decider, contract) = (reviewer(&world, "Maria").await, world.funded_contract("100.00").await);
        let batch = world.open_copies(&contract, 1, 2).await;
        let (claim, other) =
            (answer(&world, &world.worker, &batch, "Harmful").await, answer(&world, &world.treasurer, &batch, "Harmless").await);
        reject(&world, &claim).await;
        reviews::accept(&world.deps, &Judging::Client(world.buyer().await), &once(), &other).await.unwrap();
        let page = format!("/reviews/{claim}");
        let people = [&world.reviewer, &world.buyer, &decider, &world.treasurer];
        world.deps.clock.advance(7 * DAY + 1);
        assert_eq!(appeals::end_unappealed(&world.deps).await.unwrap(), 1, "{database}");
        let taken = manyhands_store::outbox::take_notices(&world.deps.db.begin().await.unwrap(), 100).await.unwrap().waiting;
        let to = |person: &PersonId| -> Vec<String> {
            let theirs = taken.iter().filter(|one| one.person == person.as_str());
            theirs.filter_map(|one| if let Notice::RejectionEnded { path, .. } = &one.notice { Some(path.clone()) } else { None }).collect()
        };
        assert_eq!(to(&world.reviewer), [page.as_str()], "{database}");
        assert_eq!(statuses(&world, &people, &page).await, [200, 200, 404, 404], "{database}: the item wants another answer");
        // It came: from now on everybody who judges may see both, but for those who answered.
        answer(&world, &world.coordinator, &batch, "Harmful").await;
        assert_eq!(statuses(&world, &people, &page).await, [200, 200, 200, 404], "{database}");
    }
}
