//! Nobody refuses to pay without an appeal: not by sending work back without end, nor since its worker has left.

use manyhands::actions::reviews::Judging;
use manyhands::actions::{appeals, claims, leaving, results, reviews};
use manyhands_domain::notices::Notice;

use crate::appeals::{DAY, Scene, WHY, code, decide, scene};
use crate::http::Site;
use crate::story::typed;
use crate::support::{PASSWORD, databases, once};

async fn back(scene: &Scene, by: &Judging) -> &'static str {
    let done = reviews::send_back(&scene.world.deps, by, &once(), &scene.claim, WHY.0, "Look again at the verb.", WHY.2).await;
    if done.is_ok() { "done" } else { code(done) }
}

#[tokio::test]
async fn work_is_sent_back_twice_and_then_judged() {
    for database in databases() {
        let scene = scene(database).await;
        let (deps, worker) = (&scene.world.deps, scene.world.worker().await);
        let (client, reviewer) = (Judging::Client(scene.world.buyer().await), Judging::Reviewer(scene.world.reviewer().await));
        for by in [&client, &reviewer] {
            assert_eq!(back(&scene, by).await, "done", "{database}");
            claims::submit(deps, &worker, &once(), &scene.claim, &typed("Harmful")).await.unwrap();
        }
        let (judged, reasons) = results::quality(deps, &scene.world.buyer().await, &scene.contract).await.unwrap();
        assert_eq!((judged.judged, judged.sent_back, reasons[0].count), (1, 1, 2), "{database}: one piece, however often it went back");
        let before = scene.world.rows().await;
        for by in [&client, &reviewer] {
            assert_eq!(back(&scene, by).await, "review-back-again", "{database}: whoever did it before");
        }
        assert_eq!(before, scene.world.rows().await, "{database}");
        let page = Site::as_person(&scene.world, &scene.world.buyer).await.get(&format!("/reviews/{}", scene.claim)).await;
        page.says("was sent back 2 times already");
        assert!(!page.text.contains(&format!("/reviews/{}/back", scene.claim)), "{database}: {}", page.text);

        // What is left can be appealed.
        scene.reject(&client).await;
        scene.appeal().await;
        assert!(decide(&scene, &scene.second().await, false).await.unwrap().is_some(), "{database}");
        assert_eq!(scene.state().await, "accepted", "{database}");
        scene.verify(database).await;
    }
}

#[tokio::test]
async fn work_of_a_member_who_has_left_is_accepted_or_goes_to_somebody_uninvolved() {
    for database in databases() {
        let scene = scene(database).await;
        let deps = &scene.world.deps;
        let client = Judging::Client(scene.world.buyer().await);
        leaving::leave(deps, &scene.world.worker().await, &once(), PASSWORD).await.unwrap();
        assert_eq!(back(&scene, &client).await, "review-back-left", "{database}: they could not hand it in again");
        scene.reject(&client).await;
        let waiting = appeals::list_waiting(deps, &scene.second().await).await.unwrap();
        assert_eq!(waiting.len(), 1, "{database}: without an appeal, which they cannot make");
        deps.clock.advance(8 * DAY);
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 0, "{database}");
        deps.clock.advance(DAY);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1, "{database}: what nobody decides is paid");
        assert_eq!(scene.state().await, "accepted", "{database}");
        let taken = manyhands_store::outbox::take_notices(&deps.db.begin().await.unwrap(), 100).await.unwrap().waiting;
        let told =
            taken.iter().any(|one| one.person == scene.world.worker.as_str() && matches!(one.notice, Notice::Rejected { left: true, .. }));
        assert!(told, "{database}: and they hear of it");
        scene.verify(database).await;
    }
}

#[tokio::test]
async fn a_rejection_that_could_be_appealed_goes_to_somebody_uninvolved_when_its_worker_leaves() {
    for database in databases() {
        let scene = scene(database).await;
        let deps = &scene.world.deps;
        scene.reject(&Judging::Client(scene.world.buyer().await)).await;
        assert!(appeals::list_waiting(deps, &scene.second().await).await.unwrap().is_empty(), "{database}");
        leaving::leave(deps, &scene.world.worker().await, &once(), PASSWORD).await.unwrap();
        assert_eq!(appeals::list_waiting(deps, &scene.second().await).await.unwrap().len(), 1, "{database}");
        assert!(decide(&scene, &scene.second().await, true).await.unwrap().is_none(), "{database}");
        assert_eq!((scene.state().await.as_str(), scene.held().await), ("refused", 0), "{database}");
        scene.verify(database).await;
    }
}
