//! Rejections and appeals: nothing is final before the worker could appeal, somebody uninvolved decides, and what nobody decides is paid.

use manyhands::actions::reviews::{Accepted, Judging};
use manyhands::actions::rights::{Member, Reviewer};
use manyhands::actions::{Error, appeals, claims, erasure, leaving, people, receipts, reviews, sessions};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, PersonId};

use crate::http::Site;
use crate::pages::change;
use crate::story::typed;
use crate::support::{PASSWORD, World, databases, once, world};

pub const DAY: i64 = 86_400;
pub const WHY: (&str, &str, &str) = ("wrong-label", "The passage is harmless.", "4.2");

/// A contract with a batch of three items, an answer of the worker's to the first, and a second reviewer.
pub struct Scene {
    pub world: World,
    pub contract: ContractId,
    batch: BatchId,
    pub claim: ClaimId,
    second: PersonId,
}

pub async fn scene(database: &str) -> Scene {
    let world = world(database).await;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 3).await;
    let invitation = people::Invitation {
        name: "Maria S.".to_owned(),
        email: "maria@example.coop".to_owned(),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "VE".to_owned(),
        client: None,
        roles: vec!["reviewer".to_owned()],
    };
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    let second = people::add_active(&world.deps, &invitation, &hash).await.unwrap();
    crate::support::agree(&world.deps, [&second]).await;
    world.reads(&world.worker, "en").await;
    let worker = world.worker().await;
    let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
    world.deps.clock.advance(170);
    claims::submit(&world.deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
    Scene { world, contract, batch, claim, second }
}

impl Scene {
    pub async fn second(&self) -> Reviewer {
        self.world.signed_in(&self.second).await.reviewer().unwrap()
    }

    pub async fn state(&self) -> String {
        manyhands_store::claims::find_claim(&self.world.deps.db.read(), &self.claim).await.unwrap().unwrap().state
    }

    async fn rejection(&self) -> String {
        appeals::find_own(&self.world.deps, &self.world.worker().await, &self.claim).await.unwrap().unwrap().state
    }

    pub async fn held(&self) -> i64 {
        let row = manyhands::actions::contracts::find_own(&self.world.deps, &self.world.buyer().await, &self.contract).await.unwrap();
        manyhands::actions::contracts::escrow(&self.world.deps.db.read(), &row).await.unwrap().held.micros()
    }

    pub async fn reject(&self, by: &Judging) {
        appeals::reject(&self.world.deps, by, &once(), &self.claim, WHY).await.unwrap();
    }

    pub async fn appeal(&self) {
        let worker = self.world.worker().await;
        appeals::appeal(&self.world.deps, &worker, &once(), &self.claim, "Section 4.2 says harmful.").await.unwrap();
    }

    pub async fn verify(&self, database: &str) {
        let (deps, out) = (&self.world.deps, self.world.folder.path().join("out"));
        receipts::export(deps, &out).await.unwrap();
        let report = manyhands_verify::verify(&out, &deps.signers.checkpoint.verifying_key()).unwrap();
        assert!(report.holds(), "{database}: {:?}", report.failures);
        manyhands::actions::projection::check_all(&deps.db, &mut |_, _| {}).await.unwrap().unwrap();
    }
}

pub fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> &'static str {
    match done {
        Err(Error::Refused(refusals)) => refusals[0].code,
        Err(Error::NotFound) => "not-found",
        other => panic!("{other:?}"),
    }
}

pub async fn decide(scene: &Scene, by: &Reviewer, upheld: bool) -> Result<Option<Accepted>, Error> {
    appeals::decide(&scene.world.deps, by, &once(), &scene.claim, upheld, "The guidelines say so.").await
}

#[tokio::test]
async fn a_rejection_is_final_only_when_nobody_appealed_in_time_and_its_item_is_free_for_others_alone() {
    for database in databases() {
        let scene = scene(database).await;
        let (deps, worker) = (&scene.world.deps, scene.world.worker().await);
        let (reviewer, client) = (Judging::Reviewer(scene.world.reviewer().await), Judging::Client(scene.world.buyer().await));
        let before = scene.world.rows().await;
        for (wrong, words) in [
            (("", "x", "4.2"), "review-code"),
            (("wrong-label", " ", "4.2"), "review-reason"),
            (("wrong-label", "x", "9"), "review-clause"),
        ] {
            assert_eq!(code(appeals::reject(deps, &client, &once(), &scene.claim, wrong).await), words, "{database}");
        }
        assert_eq!(before, scene.world.rows().await, "{database}");
        scene.reject(&client).await;
        assert_eq!((scene.state().await.as_str(), scene.held().await), ("submitted", 800_000), "{database}: held until it is over");

        // Nobody judges it in another way, and silence does not either.
        for by in [&reviewer, &client] {
            assert_eq!(code(reviews::accept(deps, by, &once(), &scene.claim).await), "review-rejected", "{database}");
            assert_eq!(code(appeals::reject(deps, by, &once(), &scene.claim, WHY).await), "review-rejected", "{database}");
            let back = reviews::send_back(deps, by, &once(), &scene.claim, WHY.0, WHY.1, WHY.2).await;
            assert_eq!(code(back), "review-rejected", "{database}");
            assert!(reviews::list_waiting(deps, by).await.unwrap().is_empty(), "{database}");
        }
        deps.clock.advance(7 * DAY);
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 0, "{database}: the last moment is the worker's");
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0, "{database}");
        deps.clock.advance(1);
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 1, "{database}");
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 0, "{database}");
        assert_eq!((scene.state().await.as_str(), scene.rejection().await.as_str()), ("refused", "unappealed"), "{database}");
        assert_eq!((scene.held().await, scene.world.escrow(&scene.contract).await), (0, 100_000_000), "{database}");
        assert_eq!(code(appeals::appeal(deps, &worker, &once(), &scene.claim, "x").await), "appeal-late", "{database}");

        // The first item is free again: for somebody else.
        let item = async |member: &Member| {
            let claim = claims::claim(deps, member, &once(), &scene.batch).await.unwrap();
            claims::find_own(deps, member, &claim).await.unwrap().0.item_id
        };
        assert_eq!(item(&worker).await, "item-2", "{database}");
        assert_eq!(item(&scene.world.signed_in(&scene.world.treasurer).await.member().unwrap()).await, "item-1", "{database}");
        scene.verify(database).await;
    }
}

#[tokio::test]
async fn somebody_uninvolved_decides_an_appeal_and_what_is_overturned_is_paid() {
    for database in databases() {
        for upheld in [true, false] {
            let scene = scene(database).await;
            let (deps, worker) = (&scene.world.deps, scene.world.worker().await);
            let rejecter = scene.world.reviewer().await;
            scene.reject(&Judging::Reviewer(rejecter.clone())).await;
            assert_eq!(code(decide(&scene, &scene.second().await, upheld).await), "appeal-over", "{database}: nobody appealed");
            let stranger = scene.world.treasurer().await;
            assert_eq!(code(appeals::appeal(deps, &stranger, &once(), &scene.claim, "x").await), "not-found", "{database}");
            assert_eq!(code(appeals::appeal(deps, &worker, &once(), &scene.claim, " ").await), "appeal-text", "{database}");
            scene.appeal().await;
            assert_eq!(code(appeals::appeal(deps, &worker, &once(), &scene.claim, "x").await), "appeal-made", "{database}");

            // Neither whoever rejected it, nor anybody without the right.
            assert!(appeals::list_waiting(deps, &rejecter).await.unwrap().is_empty(), "{database}");
            assert_eq!(code(decide(&scene, &rejecter, upheld).await), "not-found", "{database}");
            let site = Site::as_person(&scene.world, &scene.world.reviewer).await;
            assert_eq!(site.get(&format!("/appeals/{}", scene.claim)).await.status, 404, "{database}");
            let second = scene.second().await;
            assert_eq!(appeals::list_waiting(deps, &second).await.unwrap().len(), 1, "{database}");
            let done = decide(&scene, &second, upheld).await.unwrap();
            assert_eq!(code(decide(&scene, &second, !upheld).await), "appeal-over", "{database}: once");
            let escrow = scene.world.escrow(&scene.contract).await;
            if upheld {
                assert!(done.is_none(), "{database}");
                assert_eq!((scene.state().await.as_str(), scene.rejection().await.as_str()), ("refused", "upheld"), "{database}");
                assert_eq!((escrow, scene.held().await), (100_000_000, 0), "{database}");
            } else {
                let (_, entry) = receipts::find_entry(deps, done.unwrap().index).await.unwrap();
                assert_eq!(entry.calc["by"], "panel", "{database}");
                assert!(!entry.refs.contains_key("reviewer"), "{database}: deciding is paid to nobody");
                assert_eq!((scene.state().await.as_str(), scene.rejection().await.as_str()), ("accepted", "overturned"), "{database}");
                assert_eq!((escrow, scene.held().await), (99_200_000, 0), "{database}");
                let claim = claims::find_own(deps, &worker, &scene.claim).await.unwrap().0;
                assert_eq!(claim.worker_share, Some(664_000), "{database}: with the reviewer's share");
            }
            assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0, "{database}");
            scene.verify(database).await;
        }
    }
}

#[tokio::test]
async fn whose_answer_was_refused_judges_no_other_answer_to_its_item() {
    for database in databases() {
        let scene = scene(database).await;
        let (deps, reviewer) = (&scene.world.deps, scene.world.reviewer().await);
        let own = claims::claim(deps, &reviewer, &once(), &scene.batch).await.unwrap();
        claims::submit(deps, &reviewer, &once(), &own, &typed("Harmful")).await.unwrap();
        appeals::reject(deps, &Judging::Reviewer(scene.second().await), &once(), &own, WHY).await.unwrap();
        deps.clock.advance(7 * DAY + 1);
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 1, "{database}");
        let worker = scene.world.worker().await;
        let other = claims::claim(deps, &worker, &once(), &scene.batch).await.unwrap();
        claims::submit(deps, &worker, &once(), &other, &typed("Harmless")).await.unwrap();
        let item = async |claim| claims::find_own(deps, &worker, claim).await.unwrap().0.item_id;
        assert_eq!(item(&other).await, claims::find_own(deps, &reviewer, &own).await.unwrap().0.item_id, "{database}: the same item");

        let by = Judging::Reviewer(reviewer);
        assert_eq!(code(reviews::find(deps, &by, &other).await), "not-found", "{database}");
        assert_eq!(code(reviews::accept(deps, &by, &once(), &other).await), "not-found", "{database}");
        assert_eq!(code(appeals::reject(deps, &by, &once(), &other, WHY).await), "not-found", "{database}");
        let waiting = reviews::list_waiting(deps, &by).await.unwrap();
        assert_eq!(waiting.iter().map(|one| one.count).sum::<i64>(), 1, "{database}: the worker's first answer alone");
        // Whoever had no part in it goes on, and the reviewer sees their own, as before.
        reviews::find(deps, &by, &own).await.unwrap();
        reviews::accept(deps, &Judging::Reviewer(scene.second().await), &once(), &other).await.unwrap();
        scene.verify(database).await;
    }
}

#[tokio::test]
async fn an_appeal_that_nobody_decides_in_nine_days_is_accepted_and_paid() {
    for database in databases() {
        let scene = scene(database).await;
        let deps = &scene.world.deps;
        scene.reject(&Judging::Client(scene.world.buyer().await)).await;
        deps.clock.advance(7 * DAY);
        scene.appeal().await;
        deps.clock.advance(9 * DAY - 1);
        assert_eq!((appeals::end_unappealed(deps).await.unwrap(), reviews::accept_silent(deps).await.unwrap()), (0, 0), "{database}");
        deps.clock.advance(1);
        assert_eq!(code(decide(&scene, &scene.second().await, true).await), "appeal-over", "{database}");
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1, "{database}");
        assert_eq!((scene.state().await.as_str(), scene.rejection().await.as_str()), ("accepted", "undecided"), "{database}");
        assert_eq!(scene.world.escrow(&scene.contract).await, 99_200_000, "{database}");
        scene.verify(database).await;
    }
}

#[tokio::test]
async fn each_step_is_a_page_that_keeps_what_was_typed_and_a_mail() {
    for database in databases() {
        let scene = scene(database).await;
        let (world, claim) = (&scene.world, &scene.claim);
        let buyer = Site::as_person(world, &world.buyer).await;
        buyer.get(&format!("/reviews/{claim}")).await.says("its worker may appeal");
        let reject = format!("/reviews/{claim}/reject");
        buyer.get(&reject).await.says("appeal for 7 days");
        let refused = buyer.post(&reject, &[("code", "wrong-label"), ("reason", "It is harmless."), ("clause", "77")]).await;
        refused.refuses("section");
        assert!(refused.text.contains("It is harmless."), "{database}: what was typed is kept");
        buyer.post(&reject, &[("code", "wrong-label"), ("reason", "It is harmless."), ("clause", "4.2")]).await.redirects();
        buyer.get(&format!("/reviews/{claim}")).await.says("Rejected, and not final.");
        buyer.get(&reject).await.redirects();

        let member = Site::as_person(world, &world.worker).await;
        for words in ["It is harmless.", "An appeal is possible until", "Send the appeal"] {
            member.get(&format!("/claims/{claim}")).await.says(words);
        }
        member.get("/pay").await.says("you can appeal");
        member.post(&format!("/claims/{claim}/appeal"), &[("appeal", "")]).await.refuses("Say in a few sentences");
        member.post(&format!("/claims/{claim}/appeal"), &[("appeal", "4.2 says: when in doubt, harmful.")]).await.redirects();
        let page = member.get(&format!("/claims/{claim}")).await;
        page.says("what nobody decides is accepted and paid");
        assert!(!page.text.contains("Send the appeal"), "{database}");

        let second = Site::as_person(world, &scene.second).await;
        second.get("/reviews").await.says("You had no part in these");
        let appeal = format!("/appeals/{claim}");
        second.get(&appeal).await.says("4.2 says: when in doubt, harmful.");
        let refused = second.post(&appeal, &[("outcome", ""), ("decision", "It is in doubt.")]).await;
        refused.refuses("Choose whether the appeal succeeds");
        assert!(refused.text.contains("It is in doubt."), "{database}");
        let done = second.post(&appeal, &[("outcome", "overturned"), ("decision", "It is in doubt.")]).await;
        assert!(done.to.starts_with("/reviews?accepted="), "{database}: {}", done.to);
        assert_eq!(second.get(&appeal).await.status, 404, "{database}");
        for (site, address) in [(&member, format!("/claims/{claim}")), (&buyer, format!("/reviews/{claim}"))] {
            let page = site.get(&address).await;
            page.says("The appeal succeeded");
            page.says("It is in doubt.");
        }
        // Worker: rejected, ended, paid. Whoever may decide: that it waits. Whoever rejected: how it ended.
        let taken = manyhands_store::outbox::take_notices(&world.deps.db.begin().await.unwrap(), 100).await.unwrap().waiting;
        let told = |person: &PersonId| {
            let mut words: Vec<&str> = taken.iter().filter(|one| one.person == person.as_str()).map(|one| one.notice.word()).collect();
            words.retain(|word| ["rejected", "appealed", "rejection-ended", "work-accepted"].contains(word));
            words.sort_unstable();
            words
        };
        assert_eq!(told(&world.worker), ["rejected", "rejection-ended", "work-accepted"], "{database}");
        assert_eq!(told(&scene.second), ["appealed"], "{database}");
        assert_eq!(told(&world.reviewer), ["appealed"], "{database}");
        assert_eq!(told(&world.buyer), ["rejection-ended"], "{database}");
    }
}

#[tokio::test]
async fn what_an_erased_member_wrote_in_an_appeal_goes_with_them() {
    for database in databases() {
        let scene = scene(database).await;
        let deps = &scene.world.deps;
        scene.reject(&Judging::Client(scene.world.buyer().await)).await;
        scene.appeal().await;
        decide(&scene, &scene.second().await, true).await.unwrap();
        leaving::leave(deps, &scene.world.worker().await, &once(), PASSWORD).await.unwrap();
        let coordinator = scene.world.coordinator().await;
        erasure::erase_person(deps, &coordinator, &once(), &scene.world.worker, PASSWORD).await.unwrap();
        let rejection = manyhands_store::appeals::find_rejection(&deps.db.read(), scene.claim.as_str()).await.unwrap().unwrap();
        assert_eq!((rejection.state.as_str(), rejection.appeal.as_deref()), ("upheld", Some("")), "{database}");
    }
}

#[tokio::test]
async fn an_appeal_is_read_by_its_worker_and_by_whoever_may_decide_and_by_nobody_else() {
    for database in databases() {
        let scene = scene(database).await;
        let (world, claim) = (&scene.world, &scene.claim);
        scene.reject(&Judging::Reviewer(world.reviewer().await)).await;
        scene.appeal().await;
        let reads = async |person: &PersonId, address: String| {
            let page = Site::as_person(world, person).await.get(&address).await;
            (page.status, page.text.contains("Section 4.2 says harmful."))
        };
        assert_eq!(reads(&world.worker, format!("/claims/{claim}")).await, (200, true), "{database}");
        assert_eq!(reads(&scene.second, format!("/appeals/{claim}")).await, (200, true), "{database}");
        // The client knows that there is an appeal; whoever rejected does too: what it says is for those who decide.
        for judge in [&world.buyer, &world.reviewer] {
            assert_eq!(reads(judge, format!("/reviews/{claim}")).await, (200, false), "{database}");
            assert_eq!(reads(judge, format!("/appeals/{claim}")).await, (404, false), "{database}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_ended_holds_up_nothing_behind_it() {
    for database in databases() {
        let scene = scene(database).await;
        let (deps, worker) = (&scene.world.deps, scene.world.worker().await);
        let client = Judging::Client(scene.world.buyer().await);
        let hand_in = async || {
            let claim = claims::claim(deps, &worker, &once(), &scene.batch).await.unwrap();
            deps.clock.advance(170);
            claims::submit(deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
            claim
        };
        let state = async |claim: &ClaimId| claims::find_own(deps, &worker, claim).await.unwrap().0.state;

        // The first of two rejections names somebody whose account nobody can read any more.
        let second = hand_in().await;
        scene.reject(&client).await;
        appeals::reject(deps, &client, &once(), &second, WHY).await.unwrap();
        let broken = "INSERT INTO people (id, email, name, language, zone, state, created_at) VALUES ('nobody', 'n@example.coop', '', 'en', 'UTC', 'closed', 0)";
        change(&scene.world.database, broken).await;
        change(&scene.world.database, &format!("UPDATE rejections SET rejected_by = 'nobody' WHERE claim_id = '{}'", scene.claim)).await;
        deps.clock.advance(7 * DAY + 1);
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 1, "{database}");
        assert_eq!((scene.state().await.as_str(), state(&second).await.as_str()), ("submitted", "refused"), "{database}");
        // It is tried again, an hour later.
        let repaired = format!("UPDATE rejections SET rejected_by = '{}' WHERE claim_id = '{}'", scene.world.buyer, scene.claim);
        change(&scene.world.database, &repaired).await;
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 0, "{database}");
        deps.clock.advance(3_601);
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 1, "{database}");
        assert_eq!(scene.state().await, "refused", "{database}");
    }
}

#[tokio::test]
async fn work_that_silence_cannot_accept_holds_up_nothing_behind_it() {
    for database in databases() {
        let scene = scene(database).await;
        let (deps, worker) = (&scene.world.deps, scene.world.worker().await);
        let second = claims::claim(deps, &worker, &once(), &scene.batch).await.unwrap();
        deps.clock.advance(170);
        claims::submit(deps, &worker, &once(), &second, &typed("Harmful")).await.unwrap();
        change(&scene.world.database, &format!("UPDATE claims SET seconds = NULL WHERE id = '{}'", scene.claim)).await;
        deps.clock.advance(7 * DAY + 1);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1, "{database}");
        assert_eq!(claims::find_own(deps, &worker, &second).await.unwrap().0.state, "accepted", "{database}");
        change(&scene.world.database, &format!("UPDATE claims SET seconds = 170 WHERE id = '{}'", scene.claim)).await;
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 0, "{database}: tried again in an hour");
        deps.clock.advance(3_601);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1, "{database}");
        assert_eq!(scene.state().await, "accepted", "{database}");
    }
}

#[tokio::test]
async fn why_somebody_rejected_or_sent_back_goes_with_their_account() {
    for database in databases() {
        let scene = scene(database).await;
        let deps = &scene.world.deps;
        let reviewer = Judging::Reviewer(scene.world.reviewer().await);
        reviews::send_back(deps, &reviewer, &once(), &scene.claim, WHY.0, "Look again at the verb.", WHY.2).await.unwrap();
        claims::submit(deps, &scene.world.worker().await, &once(), &scene.claim, &typed("Harmful")).await.unwrap();
        scene.reject(&Judging::Reviewer(scene.world.reviewer().await)).await;
        deps.clock.advance(7 * DAY + 1);
        appeals::end_unappealed(deps).await.unwrap();
        let reviewer = scene.world.signed_in(&scene.world.reviewer).await.member().unwrap();
        leaving::leave(deps, &reviewer, &once(), PASSWORD).await.unwrap();
        erasure::erase_person(deps, &scene.world.coordinator().await, &once(), &scene.world.reviewer, PASSWORD).await.unwrap();
        let rejection = manyhands_store::appeals::find_rejection(&deps.db.read(), scene.claim.as_str()).await.unwrap().unwrap();
        assert_eq!(
            (rejection.code.as_str(), rejection.reason.as_str()),
            ("wrong-label", ""),
            "{database}: the code stands, the words are gone"
        );
    }
}
