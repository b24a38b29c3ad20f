//! A member's own quality page: their own answers and verdicts, and nothing of anybody else.

use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{batches, claims, quality, reviews};
use manyhands_domain::ids::{BatchId, ClaimId};

use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, world};

async fn answer(world: &World, member: &Member, batch: &BatchId, answers: &[(&str, &str)]) -> ClaimId {
    let claim = claims::claim(&world.deps, member, &once(), batch).await.unwrap();
    let item = claims::find_own(&world.deps, member, &claim).await.unwrap().0.item_id;
    let choice = answers.iter().find(|(id, _)| *id == item).unwrap().1;
    claims::submit(&world.deps, member, &once(), &claim, &typed(choice)).await.unwrap();
    claim
}

#[tokio::test]
async fn a_member_reads_what_became_of_their_own_answers_and_nobody_else_does() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps, buyer) = (world.plain_contract().await, &world.deps, world.buyer().await);
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        batches::set_offer(deps, &buyer, &once(), &batch, ("0.80", "180", "2")).await.unwrap();
        let file = "id,payload,gold,gold_explanation\n1,a,Harmless,The kettle only sings.\n2,b,,\n3,c,,\n";
        batches::import(deps, &buyer, &once(), &batch, file.as_bytes()).await.unwrap();
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();
        for person in [&world.worker, &world.treasurer] {
            world.reads(person, "en").await;
        }
        let site = Site::as_person(&world, &world.worker).await;
        site.get("/work/quality").await.says("What you hand in will stand here");

        // Nathalie misses what is known, and agrees with Astro on one of the two other items.
        let worker = world.worker().await;
        let mut own = Vec::new();
        for _ in 0..3 {
            own.push(answer(&world, &worker, &batch, &[("1", "Harmful"), ("2", "Harmful"), ("3", "Harmless")]).await);
        }
        let treasurer = world.signed_in(&world.treasurer).await.member().unwrap();
        let page = site.get("/work/quality").await;
        page.says("0 of 1");
        page.says("The kettle only sings.");
        assert!(!page.text.contains("same as others"), "{database}: others have not answered");
        let mut theirs = Vec::new();
        for _ in 0..3 {
            theirs.push(answer(&world, &treasurer, &batch, &[("1", "Harmless"), ("2", "Harmful"), ("3", "Harmful")]).await);
        }
        assert!(quality::own(deps, &worker, None).await.unwrap().0[0].agreed.is_empty(), "{database}: nothing is accepted whole");
        let client = Judging::Client(world.buyer().await);
        reviews::send_back(deps, &client, &once(), &own[0], "wrong-label", "See the section.", "4.2").await.unwrap();
        let again = claims::find_own(deps, &worker, &own[0]).await.unwrap().0;
        let choice = claims::answers_of(&again).unwrap()["answer"].as_str().unwrap().to_owned();
        claims::submit(deps, &worker, &once(), &own[0], &typed(&choice)).await.unwrap();
        for claim in &own {
            reviews::accept(deps, &client, &once(), claim).await.unwrap();
        }
        assert!(quality::own(deps, &worker, None).await.unwrap().0[0].agreed.is_empty(), "{database}: the others' are not accepted");
        for claim in &theirs {
            reviews::accept(deps, &client, &once(), claim).await.unwrap();
        }

        let (told, more) = quality::own(deps, &worker, None).await.unwrap();
        assert!(!more, "{database}");
        let worked = &told[0].worked;
        assert_eq!((told.len(), worked.answered, worked.accepted, worked.sent_back), (1, 3, 3, 1), "{database}");
        assert_eq!((worked.gold, worked.met, told[0].missed.len()), (1, 0, 1), "{database}");
        assert_eq!((told[0].agreed[0].items, told[0].agreed[0].share), (3, Some(333_333)), "{database}");
        let page = site.get("/work/quality").await;
        for words in ["Items you answered", "0.33", "over 3 items", "Right: Harmless", "The kettle only sings.", "For you alone"] {
            page.says(words);
        }
        // Every page tells its own member's id to the script that keeps answers on their device; nobody else's stands there.
        for other in [treasurer.id().as_str(), "Astro"] {
            assert!(!page.text.contains(other), "{database}: {other}");
        }
        // Astro's own page has Astro's answers: the known one was met.
        let theirs = Site::as_person(&world, &world.treasurer).await.get("/work/quality").await;
        theirs.says("1 of 1");
        assert!(!theirs.text.contains("The kettle"), "{database}: nothing was missed there");
        for person in [&world.buyer, &world.reviewer, &world.coordinator] {
            let page = Site::as_person(&world, person).await.get("/work/quality").await;
            assert!(!page.text.contains("The kettle") && !page.text.contains("0.33"), "{database}");
        }
    }
}

#[tokio::test]
async fn a_page_has_so_many_batches_and_leads_to_those_before() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps, buyer) = (world.plain_contract().await, &world.deps, world.buyer().await);
        let worker = world.worker().await;
        let mut batches = Vec::new();
        for n in 0..quality::BATCHES_SHOWN + 2 {
            let batch = world.draft_batch(&contract, "0.80", "180").await;
            batches::import(deps, &buyer, &once(), &batch, b"id,payload\n1,a\n").await.unwrap();
            batches::open(deps, &buyer, &once(), &batch).await.unwrap();
            // The last two at one moment: their ids part them.
            if n > 1 {
                deps.clock.advance(60);
            }
            answer(&world, &worker, &batch, &[("1", "Harmful")]).await;
            batches.push(batch.to_string());
        }
        let (first, more) = quality::own(deps, &worker, None).await.unwrap();
        assert_eq!((first.len(), more), (quality::BATCHES_SHOWN, true), "{database}");
        let last = &first.last().unwrap().worked;
        let place = BatchId::parse(&last.batch_id).unwrap();
        let (rest, more) = quality::own(deps, &worker, Some((last.last_at, &place))).await.unwrap();
        assert_eq!((rest.len(), more), (2, false), "{database}");
        let mut read: Vec<&str> = first.iter().chain(&rest).map(|batch| batch.worked.batch_id.as_str()).collect();
        assert!(read.iter().take(quality::BATCHES_SHOWN).eq(batches.iter().skip(2).rev()), "{database}: the latest first");
        read.sort_unstable();
        batches.sort_unstable();
        assert_eq!(read, batches, "{database}: each once");
        // Of one moment are the last two: the page may begin between them.
        let between = &rest[0].worked;
        let place = BatchId::parse(&between.batch_id).unwrap();
        assert_eq!(quality::own(deps, &worker, Some((between.last_at, &place))).await.unwrap().0.len(), 1, "{database}");

        world.reads(&world.worker, "en").await;
        let site = Site::as_person(&world, &world.worker).await;
        let page = site.get("/work/quality").await;
        page.says("Older batches");
        let older = format!("/work/quality?after={}.{}", last.last_at, last.batch_id);
        assert!(page.text.contains(&older), "{database}");
        let page = site.get(&older).await;
        page.says("Latest batches");
        assert!(!page.text.contains("Older batches"), "{database}");
        for nowhere in ["x", "1", "1.", "x.y", ".", "1.-"] {
            assert_eq!(site.get(&format!("/work/quality?after={nowhere}")).await.status, 404, "{database}: {nowhere}");
        }
    }
}
