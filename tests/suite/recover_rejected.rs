//! What an old backup takes for unjudged was rejected since: it comes back from the log, so that silence does not pay refused work, and
//! its worker can still appeal. On both databases.

use manyhands::actions::reviews::Judging;
use manyhands::actions::{appeals, batches, claims, reviews, sample};
use manyhands::clock::Clock;
use manyhands::deps::Deps;
use manyhands_domain::ids::ClaimId;

use crate::backup::does;
use crate::recover_keys::{backed_up, lost};
use crate::story::typed;
use crate::support::{World, databases, once, reopen, world};

const WHY: (&str, &str, &str) = ("wrong-label", "The passage is harmless.", "4.2");

#[tokio::test]
async fn a_rejection_that_a_backup_lacks_comes_back_and_silence_does_not_pay_it() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 5).await;
        let (worker, client) = (world.worker().await, Judging::Client(world.buyer().await));
        let mut answers = Vec::new();
        for _ in 0..3 {
            let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
            claims::submit(&world.deps, &worker, &once(), &claim, &typed("Harmful")).await.unwrap();
            answers.push(claim);
        }
        // A draft of which a share will be read.
        let draft = world.draft_batch(&contract, "0.80", "180").await;
        batches::set_offer_and_share(&world.deps, &world.buyer().await, &once(), &draft, ("0.80", "180", "1"), Some("50")).await.unwrap();
        batches::import(&world.deps, &world.buyer().await, &once(), &draft, b"id,payload\n1,a\n2,b\n3,c\n4,d\n").await.unwrap();

        let (world, backup) = backed_up(world).await;
        let deps = &world.deps;
        batches::open(deps, &world.buyer().await, &once(), &draft).await.unwrap();
        let seed = manyhands_store::sample::find_seed(&deps.db.read(), draft.as_str()).await.unwrap().unwrap();
        for claim in &answers[..2] {
            appeals::reject(deps, &client, &once(), claim, WHY).await.unwrap();
        }
        appeals::appeal(deps, &worker, &once(), &answers[1], "Section 4.2 says harmful.").await.unwrap();
        appeals::decide(deps, &world.reviewer().await, &once(), &answers[1], false, "So it is.").await.unwrap();
        // Claimed, handed in and rejected since: the backup never had it.
        let since = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        claims::submit(deps, &worker, &once(), &since, &typed("Harmful")).await.unwrap();
        appeals::reject(deps, &client, &once(), &since, WHY).await.unwrap();
        let (log, old) = lost(&world, &backup).await;
        let told = [
            "2 work.rejected: made of what the entry says",
            "1 work.rejected: in the ledger alone",
            "1 work.accepted: brought to where",
            "1 batch.opened: brought to where",
            &format!("the answer of claim {since} is lost: whoever gave it can give it again"),
        ];
        does(&["ledger", "recover", "--from", log.to_str().unwrap(), "--by", "wanjiru@example.coop"], old.path(), &told);

        let world = World { deps: Deps { clock: Clock::shifted(0), ..reopen(&backup, old.path()).await }, ..world };
        let deps = &world.deps;
        let state = async |claim: &ClaimId| {
            let row = manyhands_store::claims::find_claim(&deps.db.read(), claim).await.unwrap().unwrap();
            (row.state, row.review_by)
        };
        let rejection = async |claim: &ClaimId| appeals::find_own(deps, &worker, claim).await.unwrap().unwrap();
        assert_eq!(state(&answers[0]).await, ("submitted".to_owned(), None), "{database}");
        let back = rejection(&answers[0]).await;
        assert_eq!((back.state.as_str(), back.code.as_str(), back.clause.as_str()), ("rejected", WHY.0, WHY.2), "{database}");
        assert_eq!(back.rejected_by, None, "{database}: no log says who");
        assert_eq!(state(&answers[1]).await.0, "accepted", "{database}");
        assert_eq!(rejection(&answers[1]).await.state, "overturned", "{database}");
        assert!(state(&answers[2]).await.1.is_some(), "{database}: nobody judged the third");

        // The worker appeals as before, anybody who had no part in the work may decide, and all mail finds somebody.
        appeals::appeal(deps, &worker, &once(), &answers[0], "Section 4.2 says harmful.").await.unwrap();
        let reviewer = world.reviewer().await;
        assert_eq!(appeals::list_waiting(deps, &reviewer).await.unwrap().len(), 1, "{database}");
        appeals::decide(deps, &reviewer, &once(), &answers[0], true, "It is not.").await.unwrap();
        assert_eq!(state(&answers[0]).await.0, "refused", "{database}");
        deps.clock.advance(30 * 86_400);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 1, "{database}: the third, and nothing that was refused");

        // What is read was drawn anew: the seed is in no log.
        let again = manyhands_store::sample::find_seed(&deps.db.read(), draft.as_str()).await.unwrap().unwrap();
        assert_ne!(again, seed, "{database}");
        let who = world.signed_in(&world.worker).await;
        let told = sample::find(deps, &who, &draft).await.unwrap();
        assert_eq!((told.items, told.read, told.seed), (4, 2, None), "{database}");
        world.deps.db.close().await.unwrap();
    }
}
