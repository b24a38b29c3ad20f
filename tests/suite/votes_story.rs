//! The story of a rate, in figures: work is accepted, a floor is proposed, what it would do is shown to everybody alike, three vote by keys
//! of which one is made during the vote, one signed in, one changes their vote; on its day the floor holds, and what was foretold has come
//! about. `votes.rs` has the same road with its refusals.

use std::process::Command;

use manyhands::actions::claims::Typed;
use manyhands::actions::proposals::{ballots, comments, drafting, effects, enacting, opening};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{batches, claims, proposals, receipts, reviews};
use manyhands_domain::ids::{BatchId, PersonId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::effects::Pair;

use crate::http::Site;
use crate::program::{said, verifier};
use crate::signers::{AGE_SECS, enrol, member, subjects_to};
use crate::support::{World, databases, once, world};
use crate::voters::{close, cosign, floor, row, until, vote, vote_by_key};

fn amount(typed: &str) -> Amount {
    Amount::parse_input(typed).unwrap()
}

fn pair(before: &str, after: &str) -> Pair {
    Pair { before: amount(before), after: amount(after) }
}

/// The worker hands in a piece that took three minutes, and the reviewer accepts it.
async fn accepted(world: &World, batch: &BatchId) {
    let claim = claims::claim(&world.deps, &world.worker().await, &once(), batch).await.unwrap();
    world.deps.clock.advance(180);
    claims::submit(&world.deps, &world.worker().await, &once(), &claim, &Typed::one("Harmful", 180)).await.unwrap();
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
}

async fn seen(world: &World, person: &PersonId, id: &str) -> effects::Seen {
    let by = member(world, person).await;
    let read = proposals::find_draft(&world.deps, &by, id).await.unwrap();
    effects::see(&world.deps, &by, &read).await.unwrap().unwrap()
}

/// The batches that would fall under the floor, with what would do.
fn under(seen: &effects::Seen) -> Vec<(String, Amount)> {
    seen.under.iter().map(|(batch, least)| (batch.id.clone(), *least)).collect()
}

#[tokio::test]
async fn a_floor_does_what_it_was_said_to_do() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        world.reads(&world.reviewer, "en").await;
        let contract = world.plain_contract().await;
        let (cheap, dear) = (world.open_batch(&contract, 4).await, world.draft_batch(&contract, "1.00", "180").await);
        batches::import(deps, &world.buyer().await, &once(), &dear, b"id,payload\na,A passage\nb,Another\n").await.unwrap();
        batches::open(deps, &world.buyer().await, &once(), &dear).await.unwrap();
        accepted(&world, &cheap).await;
        accepted(&world, &cheap).await;
        let keys = [enrol(&world, &world.coordinator, 1).await, enrol(&world, &world.treasurer, 2).await];
        deps.clock.advance(AGE_SECS);

        // Proposed, and what it would do: the same for everybody, but for what each of them earned.
        let author = member(&world, &world.worker).await;
        let form = drafting::DraftForm { title: "Fifteen an hour".to_owned(), ..floor("15") };
        let draft = drafting::draft(deps, &author, &once(), &form).await.unwrap();
        let (worker, reviewer) = (seen(&world, &world.worker, &draft).await, seen(&world, &world.reviewer, &draft).await);
        let usd = Currency::parse("USD").unwrap();
        let (mut to_worker, to_reviewer) = (worker.by_currency[&usd].clone(), reviewer.by_currency[&usd].clone());
        assert_eq!(to_worker.mine, (2, pair("1.28", "1.504")), "{database}: to who did both pieces");
        assert_eq!(to_reviewer.mine, (2, pair("0.048", "0.0564")), "{database}: to who reviewed them");
        (to_worker.mine, to_worker.my_hour) = (to_reviewer.mine, to_reviewer.my_hour);
        assert_eq!(to_worker, to_reviewer, "{database}: to us, the same for everyone");
        assert_eq!((to_worker.pieces, to_worker.members), (2, 1));
        assert_eq!(to_worker.lowest_hour, pair("12.80", "15.04"), "{database}");
        let cost: Vec<Pair> = to_worker.clients.values().map(|(cost, _)| *cost).collect();
        assert_eq!(cost, [pair("1.60", "1.88")], "{database}");
        assert_eq!(under(&worker), [(cheap.to_string(), amount("0.94"))], "{database}: one of two batches would fall under it");
        assert_eq!(worker.open, 2);

        // Discussed, signed, opened; the page of rates says what it said.
        comments::write(deps, &member(&world, &world.reviewer).await, &once(), &draft, None, "Twelve eighty feeds nobody.").await.unwrap();
        for person in [&world.reviewer, &world.treasurer] {
            cosign(&world, person, &draft).await.unwrap();
        }
        let id = opening::open(deps, &author, &once(), &draft).await.unwrap();
        let site = Site::as_person(&world, &world.reviewer).await;
        site.get("/rates").await.says(">8.00<");

        // Three by key, one of them first made during the vote, one of them changed at last; one signed in.
        vote_by_key(&world, &world.coordinator, &id, "no", &keys[0]).await.unwrap();
        let young = enrol(&world, &world.worker, 3).await;
        for (person, key) in [(&world.treasurer, &keys[1]), (&world.worker, &young)] {
            deps.clock.advance(60);
            vote_by_key(&world, person, &id, "yes", key).await.unwrap();
        }
        vote(&world, &world.reviewer, &id, "abstain").await.unwrap();
        deps.clock.advance(86_400);
        vote_by_key(&world, &world.coordinator, &id, "yes", &keys[0]).await.unwrap();
        let closed = close(&world, &id).await;
        let counted = proposals::counted(&closed).unwrap().unwrap();
        assert_eq!((counted.by_key, counted.by_session, counted.by_new_key), (3, 1, 1), "{database}");
        assert_eq!((counted.counts.yes, counted.counts.no, counted.counts.abstain), (3, 0, 1), "{database}");
        let opened = ballots::list_openings(deps, &author, &closed).await.unwrap();
        assert!(opened.len() == 4 && opened.iter().all(|ballot| ballot.opens), "{database}: {opened:?}");
        let result = subjects_to(&world, "otieno@example.coop").await;
        assert!(result.iter().any(|subject| subject.contains("Fifteen an hour")), "{database}: {result:?}");

        // On its day: the floor, and what was foretold of it.
        until(&world, closed.enacts_at.unwrap());
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 1, "{database}");
        site.get("/rates").await.says(">15.00<");
        let fell = batches::list_under_floor(deps).await.unwrap();
        let fell: Vec<(String, Amount)> = fell.into_iter().map(|under| (under.batch.id, under.least)).collect();
        assert_eq!(fell, under(&worker), "{database}: the one batch that was said to fall under it, at the price that would do");
        let after = effects::see(deps, &author, &row(&world, &id).await).await.unwrap().unwrap();
        assert_eq!((after.by_currency[&usd].mine, under(&after)), (worker.by_currency[&usd].mine, fell), "{database}: as it was foretold");

        // Anybody recounts it, by the auditor's program.
        let place = tempfile::tempdir().unwrap();
        receipts::export(deps, &place.path().join("out")).await.unwrap();
        let vkey = deps.signers.checkpoint.verifying_key().to_string();
        let verified = Command::new(verifier()).arg(place.path().join("out")).args(["--vkey", &vkey]).output().unwrap();
        let words = said(&verified);
        assert!(verified.status.success(), "{database}: {words}");
        for line in ["level 4 rules: holds", "ballot.cast 4", "ballot.cast 1"] {
            assert!(words.contains(line), "{database}: {line} in {words}");
        }
    }
}
