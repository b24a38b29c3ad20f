//! What a member agrees to meet: asked before every claim, however it comes to be; nobody else's to see; taken back at once; a task left at
//! once costs nothing; and not too much of the worst.

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{Error, batches, claims, contracts, hazards, quality, reviews};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};

use crate::amending::{proposed, read_of};
use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, world};

/// Two kinds of level 3 and 2, and one that is only shown.
pub const THREE: &[(&str, &str)] = &[
    ("category_1", "s3"),
    ("form_1", "text"),
    ("level_1", "3"),
    ("share_1", "60"),
    ("category_2", "s10"),
    ("form_2", "text"),
    ("level_2", "2"),
    ("share_2", "5"),
    ("category_3", "s7"),
    ("form_3", "text"),
    ("level_3", "1"),
    ("share_3", "1"),
];
const MILD: &[(&str, &str)] = &[("category_1", "s7"), ("form_1", "text"), ("level_1", "1"), ("share_1", "60")];

fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    match outcome.unwrap_err() {
        Error::Refused(refusals) => refusals[0].code,
        Error::NotFound => "not-found",
        other => panic!("{other:?}"),
    }
}

async fn reader(world: &World) -> Site {
    world.reads(&world.worker, "en").await;
    Site::as_person(world, &world.worker).await
}

async fn open(world: &World, batch: &BatchId) -> i64 {
    batches::find_own(&world.deps, &world.buyer().await, batch).await.unwrap().tasks_open
}

async fn held(world: &World, contract: &ContractId) -> i64 {
    let row = contracts::find_own(&world.deps, &world.buyer().await, contract).await.unwrap();
    contracts::escrow(&world.deps.db.read(), &row).await.unwrap().held.micros()
}

/// The co-op agrees to what the client proposes.
async fn amended(world: &World, contract: &ContractId, hazards: &[(&str, &str)]) {
    let (site, office) = (Site::as_person(world, &world.buyer).await, Site::as_person(world, &world.coordinator).await);
    let page = proposed(&site, contract, "hazards", hazards).await;
    let shown = office.get(&page).await;
    office.post(&format!("{page}/do/agree"), &[("read", &read_of(&shown.text))]).await.redirects();
}

#[tokio::test]
async fn every_kind_is_off_until_its_member_agrees_and_nobody_else_sees_which() {
    for database in databases() {
        let world = world(database).await;
        let site = reader(&world).await;
        site.get("/work").await.says("href=\"/work/hazards\"");
        site.post("/work/hazards/s3/withdraw", &[]).await.redirects();
        let page = site.get("/work/hazards").await;
        page.says("Contempt for people because of their origin");
        page.says("no officer, no client and no other member sees what you agree to");
        page.says("at most 2 h in any 24 hours, and of every hour 15 min must be free of it");
        assert_eq!((page.text.matches("/agree\"").count(), page.text.matches("/withdraw\"").count()), (16, 0), "{database}: all off");
        site.post("/work/hazards/gore/agree", &[]).await.redirects();
        site.post("/work/hazards/gore/agree", &[]).await.redirects();
        let page = site.get("/work/hazards").await;
        assert_eq!((page.text.matches("/agree\"").count(), page.text.matches("/withdraw\"").count()), (15, 1), "{database}");
        assert_eq!(hazards::list_agreed(&world.deps, &world.worker().await).await.unwrap(), ["gore"], "{database}");
        let before = world.rows().await;
        for path in ["/work/hazards/gory/agree", "/work/hazards/gore/praise", "/work/hazards/gory/withdraw"] {
            assert_eq!(site.post(path, &[]).await.status, 404, "{database}: {path}");
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");

        // Nobody else: not on their own page, nor on any that is about this member.
        let coordinator = Site::as_person(&world, &world.coordinator).await;
        let about = coordinator.get(&format!("/office/people/{}", world.worker)).await;
        assert!(about.status == 200 && !about.text.contains("Gore") && !about.text.contains("hazards"), "{database}: {}", about.text);
        assert_eq!(coordinator.get("/work/hazards").await.text.matches("/withdraw\"").count(), 1, "{database}: theirs, s3");
        assert_eq!(Site::as_person(&world, &world.buyer).await.get("/work/hazards").await.status, 404, "{database}");
        assert_eq!(Site::of(&world).await.get("/work/hazards").await.status, 303, "{database}");
        site.post("/work/hazards/gore/withdraw", &[]).await.redirects();
        assert!(hazards::list_agreed(&world.deps, &world.worker().await).await.unwrap().is_empty(), "{database}");
    }
}

#[tokio::test]
async fn what_may_be_met_is_read_before_the_claim_and_agreed_to_in_two_presses() {
    for database in databases() {
        let world = world(database).await;
        let batch = world.open_batch(&world.contract_of(THREE, "100.00").await, 3).await;
        let site = reader(&world).await;
        let (address, claim) = (format!("/batches/{batch}/hazards"), format!("/batches/{batch}/claim"));
        let board = site.get("/work").await;
        board.says(
            "Sex crime, level 3 of 3, in text, in 60 % of the items · Hate, level 2 of 3, in text, in 5 % of the items · Privacy, level 1",
        );
        assert!(!board.text.contains(&claim) && board.text.contains(&address), "{database}: read first");
        let before = world.rows().await;
        let refused = site.post(&claim, &[]).await;
        refused.refuses("This work may show you what you have not agreed to meet.");
        refused.says("You have not agreed to this so far: Hate.");
        refused.says("Accounts of rape, abuse and harassment.");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        assert_eq!(code(claims::claim(&world.deps, &world.worker().await, &once(), &batch).await), "hazard-not-agreed", "{database}");

        // What the page did not name is not agreed to by it.
        site.post(&address, &[]).await.refuses("have not agreed to meet");
        assert_eq!(site.post(&address, &[("category", "gory")]).await.status, 404, "{database}");
        let page = site.get(&address).await;
        page.says("name=\"category\" value=\"s10\"");
        let granted = site.post(&address, &[("category", "s10")]).await;
        granted.redirects();
        assert!(granted.to.starts_with("/claims/"), "{database}: {}", granted.to);
        assert!(site.get("/work").await.text.contains(&claim), "{database}: one press from now on");
        // A draft is its client's alone, and nobody else is asked anything.
        let drafted = world.draft_batch(&world.contract_of(MILD, "10.00").await, "0.80", "180").await;
        assert_eq!(site.get(&format!("/batches/{drafted}/hazards")).await.status, 404, "{database}");
        assert_eq!(Site::as_person(&world, &world.buyer).await.get(&address).await.status, 404, "{database}");
    }
}

#[tokio::test]
async fn level_one_is_shown_and_asks_for_nothing() {
    for database in databases() {
        let world = world(database).await;
        let batch = world.open_batch(&world.contract_of(MILD, "100.00").await, 3).await;
        let site = reader(&world).await;
        site.get("/work").await.says("Privacy, level 1 of 3, in text, in 60 % of the items");
        site.post(&format!("/batches/{batch}/claim"), &[]).await.redirects();
    }
}

#[tokio::test]
async fn consent_taken_back_stops_every_way_to_a_claim_and_takes_nothing_in_hand() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 6).await;
        let (deps, worker, site) = (&world.deps, world.worker().await, reader(&world).await);
        let first = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        let second = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        claims::keep_ready(deps, &worker, &once(), &first).await.unwrap();
        assert_eq!(open(&world, &batch).await, 3, "{database}");
        site.post("/work/hazards/s3/withdraw", &[]).await.redirects();
        assert_eq!(open(&world, &batch).await, 4, "{database}: what was only held ready goes");
        assert_eq!(code(claims::claim(deps, &worker, &once(), &batch).await), "hazard-not-agreed", "{database}");
        assert_eq!(code(claims::keep_ready(deps, &worker, &once(), &first).await), "hazard-not-agreed", "{database}");
        assert_eq!(site.post(&format!("/claims/{first}/ahead"), &[]).await.text, "{}", "{database}");

        // What is in hand can be finished, and leads nowhere by itself; or handed back without loss.
        let page = site.get("/work/hazards").await;
        page.says("Finish it, or hand it back: nothing is lost");
        page.says(&format!("action=\"/claims/{second}/leave\""));
        deps.clock.advance(170);
        let sent = site.post(&format!("/claims/{first}/submit"), &[("answer", "Harmful"), ("active_seconds", "150")]).await;
        assert_eq!(sent.to, format!("/work?sent={first}"), "{database}");
        site.post(&format!("/claims/{second}/leave"), &[]).await.redirects();
        assert_eq!(
            (open(&world, &batch).await, held(&world, &contract).await),
            (5, 800_000),
            "{database}: the submitted one alone is held"
        );
        reviews::accept(deps, &Judging::Reviewer(world.reviewer().await), &once(), &first).await.unwrap();
    }
}

#[tokio::test]
async fn hazards_that_an_amendment_adds_give_no_task_to_whoever_did_not_read_them() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 9).await;
        let (deps, worker, site) = (&world.deps, world.worker().await, reader(&world).await);
        let first = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        let ready = claims::keep_ready(deps, &worker, &once(), &first).await.unwrap();
        amended(&world, &contract, THREE).await;
        assert_eq!(code(claims::keep_ready(deps, &worker, &once(), &first).await), "hazard-changed", "{database}");
        assert_eq!(code(claims::claim(deps, &worker, &once(), &batch).await), "hazard-not-agreed", "{database}: not even what was ready");
        let id = ClaimId::parse(&ready.id).unwrap();
        assert_eq!(code(claims::find_own(deps, &worker, &id).await), "not-found", "{database}: it was never begun");
        // Even whoever agreed to the new kind, before, reads what was said anew before the next one.
        hazards::agree(deps, &worker, &once(), &["s10".to_owned()]).await.unwrap();
        deps.clock.advance(170);
        let sent = site.post(&format!("/claims/{first}/submit"), &[("answer", "Harmful"), ("active_seconds", "150")]).await;
        assert_eq!(sent.to, format!("/work?sent={first}"), "{database}: no next one by itself");
        let second = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let sent = site.post(&format!("{second}/submit"), &[("answer", "Harmful"), ("active_seconds", "150")]).await;
        assert!(sent.to.starts_with("/claims/"), "{database}: under the new version as ever: {}", sent.to);
    }
}

#[tokio::test]
async fn a_task_left_at_once_is_free_for_others_never_comes_again_and_counts_against_nothing() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        let (deps, worker, site) = (&world.deps, world.worker().await, reader(&world).await);
        let first = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        claims::keep_ready(deps, &worker, &once(), &first).await.unwrap();
        let page = site.get(&format!("/claims/{first}")).await;
        page.says("Sex crime, level 3 of 3, in text, in 60 % of the items");
        let (top, _) = page.text.split_once("class=\"passage\"").unwrap();
        assert!(top.contains(&format!("action=\"/claims/{first}/leave\"")), "{database}: above the text");
        let other = Site::as_person(&world, &world.reviewer).await;
        assert_eq!(other.post(&format!("/claims/{first}/leave"), &[]).await.status, 404, "{database}: nobody else's");

        let left = site.post(&format!("/claims/{first}/leave"), &[]).await;
        assert_eq!(left.to, format!("/claims/{first}/left"), "{database}");
        let calm = site.get(&left.to).await;
        calm.says("Nothing was lost. It counts against nothing, nobody asks why, and nobody is told.");
        calm.says("0 batches without known hazards are open now.".replace("0 batches", "No batch").replace("are open", "is open").as_str());
        calm.says("Of each 100 that clients pay, 3 go to the co-op’s Wellbeing fund.");
        assert_eq!((open(&world, &batch).await, held(&world, &contract).await), (2, 0), "{database}: the one held ready too");
        assert_eq!(site.post(&format!("/claims/{first}/leave"), &[]).await.to, left.to, "{database}: once more changes nothing");
        assert_eq!(open(&world, &batch).await, 2, "{database}");

        // The other one comes, and then none, though the first is free: for others it is.
        let second = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        assert_eq!(claims::find_own(deps, &worker, &second).await.unwrap().0.item_id, "item-2", "{database}");
        assert_eq!(code(claims::claim(deps, &worker, &once(), &batch).await), "task-none-free", "{database}: never again");
        let reviewer = world.reviewer().await.member().unwrap();
        let theirs = claims::claim(deps, &reviewer, &once(), &batch).await.unwrap();
        assert_eq!(claims::find_own(deps, &reviewer, &theirs).await.unwrap().0.item_id, "item-1", "{database}");
        assert!(quality::own(deps, &worker, None).await.unwrap().0.is_empty(), "{database}: no trace in one's quality");

        // After its time is up it can still be left; handed in it cannot.
        claims::submit(deps, &reviewer, &once(), &theirs, &typed("Harmful")).await.unwrap();
        assert_eq!(code(hazards::leave(deps, &reviewer, &once(), &theirs).await), "claim-submitted", "{database}");
        assert_eq!(other.post(&format!("/claims/{theirs}/leave"), &[]).await.to, format!("/claims/{theirs}"), "{database}");
        deps.clock.advance(4_000);
        hazards::leave(deps, &worker, &once(), &second).await.unwrap();
        assert_eq!(code(claims::claim(deps, &worker, &once(), &batch).await), "task-none-free", "{database}");
    }
}

#[tokio::test]
async fn at_two_hours_of_level_three_the_board_says_when_it_goes_on_and_other_work_is_open() {
    for database in databases() {
        let world = world(database).await;
        let batch = world.open_batch(&world.funded_contract("100.00").await, 20).await;
        let calm = world.open_batch(&world.plain_contract().await, 5).await;
        let (deps, worker, site) = (&world.deps, world.worker().await, reader(&world).await);
        // Of every hour a quarter is free: 46 minutes in one go are followed by a rest.
        let work = async |minutes: i64| {
            let claim = claims::claim(deps, &worker, &once(), &batch).await?;
            deps.clock.advance(minutes * 60);
            claims::submit(deps, &worker, &once(), &claim, &Typed::one("Harmful", minutes * 60)).await.map(|_| ())
        };
        work(46).await.unwrap();
        assert_eq!(code(claims::claim(deps, &worker, &once(), &batch).await), "exposure-rest", "{database}");
        let board = site.get("/work").await;
        board.says("Of every hour, 15 min must be free of hazard level 3. You can go on from 2 November 2026, 09:01 (UTC)");
        assert!(!board.text.contains(&format!("/batches/{batch}/claim")), "{database}: no press that would be refused");
        assert!(board.text.contains(&format!("/batches/{calm}/claim")), "{database}: other work is open");
        site.post(&format!("/batches/{batch}/claim"), &[]).await.refuses("15 min must be free of hazard level 3");
        let other = claims::claim(deps, &worker, &once(), &calm).await.unwrap();
        claims::release(deps, &worker, &once(), &other).await.unwrap();
        deps.clock.advance(900);
        work(40).await.unwrap();
        deps.clock.advance(3_600);
        work(35).await.unwrap();
        assert_eq!(code(claims::claim(deps, &worker, &once(), &batch).await), "exposure-day", "{database}: 121 minutes");
        site.get("/work").await.says("You have worked 2 h or more at hazard level 3 within 24 hours");
        site.get("/work").await.says("3 November 2026, 08:46 (UTC)");
        // Others may; and a day after the first piece so may they again.
        claims::claim(deps, &world.reviewer().await.member().unwrap(), &once(), &batch).await.unwrap();
        deps.clock.advance(86_400);
        claims::claim(deps, &worker, &once(), &batch).await.unwrap();
    }
}

#[tokio::test]
async fn pictures_of_child_sexual_exploitation_are_no_contract_in_either_language_when_drafted_and_when_amended() {
    let words = [
        ("en", "Pictures or video of child sexual exploitation are refused as a contract, without exception."),
        ("fr", "Les images ou vidéos d’exploitation sexuelle d’enfants sont refusées comme contrat, sans exception."),
    ];
    for database in databases() {
        let world = world(database).await;
        let listed = world.funded_contract("100.00").await;
        let drafted = contracts::draft(&world.deps, &world.buyer().await, &once()).await.unwrap();
        let site = Site::as_person(&world, &world.buyer).await;
        site.post(&format!("/contracts/{listed}/amend/do/draft"), &[]).await.redirects();
        for (language, sentence) in words {
            world.reads(&world.buyer, language).await;
            for form in ["image", "video"] {
                let typed = [("category_1", "s4"), ("form_1", form), ("level_1", "3"), ("share_1", "1")];
                let before = world.rows().await;
                for page in [format!("/desk/{drafted}/hazards"), format!("/contracts/{listed}/amend/hazards")] {
                    let answer = site.post(&page, &typed).await;
                    answer.refuses(sentence);
                    assert!(answer.text.contains("value=\"s4\" selected"), "{database}: {page} keeps what was typed");
                }
                assert_eq!(world.rows().await, before, "{database}: nothing was written");
            }
        }
        // Texts about it can be named, and are asked for like everything else.
        let text = [("category_1", "s4"), ("form_1", "text"), ("level_1", "3"), ("share_1", "1")];
        site.post(&format!("/desk/{drafted}/hazards"), &text).await.redirects();
    }
}
