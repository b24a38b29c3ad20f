//! Somebody leaves at the moment in which they claim, take back or hand in; or in which a vote is brought about that is about them, or
//! about the only other coordinator.

use std::future::Future;
use std::time::Duration;

use manyhands::actions::erasure::{Erased, erase_person};
use manyhands::actions::people::{Invited, invite};
use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{self, enacting};
use manyhands::actions::reviews::Judging;
use manyhands::actions::{Error, appeals, claims, leaving};
use manyhands_domain::ids::{ClaimId, ContractId, PersonId};
use manyhands_store::{departures, people};

use super::enacting::Gate;
use super::{members, split, submitted, verify};
use crate::appeals::WHY;
use crate::signers::{AGE_SECS, enrol, member, refused};
use crate::story::typed;
use crate::support::{PASSWORD, World, databases, once, world};
use crate::voters::{question, row, until};
use crate::votes_ends::passed;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_leaves_while_they_claim_or_take_back_holds_nothing_afterwards() {
    for database in databases() {
        for (takes_back, leaves_first) in [(false, false), (false, true), (true, true)] {
            let world = world(database).await;
            let contract = world.funded_contract("100.00").await;
            let (batch, worker, deps) = (world.open_batch(&contract, 3).await, world.worker().await, world.deps.clone());
            let member = worker.id().clone();
            let handed_in = claims::claim(&deps, &worker, &once(), &batch).await.unwrap();
            claims::submit(&deps, &worker, &once(), &handed_in, &typed("Harmful")).await.unwrap();
            let done = beside_leaving(&world, &contract, leaves_first, async move {
                match takes_back {
                    true => claims::take_back(&deps, &worker, &once(), &handed_in, None).await,
                    false => claims::claim(&deps, &worker, &once(), &batch).await.map(|_| ()),
                }
            })
            .await;
            assert!(matches!(done, Ok(()) | Err(Error::NotFound)), "{database}: {done:?}");
            let reader = world.deps.db.read();
            for state in ["claimed", "sent_back"] {
                let held = manyhands_store::claims::list_of_member(&reader, &member, state, 10).await.unwrap();
                assert!(held.is_empty(), "{database}, takes back: {takes_back}, leaves first: {leaves_first}: {held:?}");
            }
            verify(&world).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_handed_in_while_its_member_leaves_is_handed_in_or_given_back_and_both_know_which() {
    for database in databases() {
        for leaves_first in [false, true] {
            let world = world(database).await;
            let contract = world.funded_contract("100.00").await;
            let (batch, worker) = (world.open_batch(&contract, 3).await, world.worker().await);
            let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
            let (deps, of) = (world.deps.clone(), claim.clone());
            let done = beside_leaving(&world, &contract, leaves_first, async move {
                claims::submit(&deps, &worker, &once(), &of, &typed("Harmful")).await.map(|_| ())
            })
            .await;
            let (won, codes) = split(vec![done]);
            assert!(codes.iter().all(|code| *code == "claim-released"), "{database}: {codes:?}");
            let state = state_of(&world, &claim).await;
            assert_eq!(state, if won.is_empty() { "released" } else { "submitted" }, "{database}, leaves first: {leaves_first}");
            verify(&world).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_undoes_their_exclusion_by_leaving_while_it_is_carried_out() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        // Two keys count: leaving takes signatures, and a wish to leave could be withdrawn.
        enrol(&world, &world.coordinator, 1).await;
        enrol(&world, &world.treasurer, 2).await;
        deps.clock.advance(AGE_SECS);
        let worker = member(&world, &world.worker).await;
        let id = passed(&world, &about("constitution", "exclusion", &world, &world.worker).await).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        // On PostgreSQL both stand before what becomes of this member's leaving, the exclusion first.
        let lock = format!("SELECT pg_advisory_xact_lock(hashtextextended('departure {}', 0))", worker.id());
        let gate = if database == "postgres" { Some(Gate::over(&world.database, &lock).await) } else { None };
        let enacting_deps = deps.clone();
        let mut enacting = tokio::spawn(async move { enacting::enact_due(&enacting_deps).await });
        match &gate {
            Some(gate) => gate.so_many_wait(&world.database, 1).await,
            None => assert_eq!((&mut enacting).await.unwrap().unwrap(), 1, "{database}"),
        }
        let (leaving_deps, by) = (deps.clone(), worker.clone());
        let left = tokio::spawn(async move { leaving::leave(&leaving_deps, &by, &once(), PASSWORD).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 2).await;
            gate.open().await;
            assert_eq!(enacting.await.unwrap().unwrap(), 1, "{database}");
        }
        assert_eq!(refused(left.await.unwrap()), "departure-excluded", "{database}");
        assert!(departures::is_excluded(&deps.db.read(), worker.id()).await.unwrap(), "{database}: what was voted stands");
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_exclusion_holds_though_a_wish_to_leave_goes_at_that_moment() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        enrol(&world, &world.coordinator, 1).await;
        enrol(&world, &world.treasurer, 2).await;
        deps.clock.advance(AGE_SECS);
        let worker = member(&world, &world.worker).await;
        leaving::leave(deps, &worker, &once(), PASSWORD).await.unwrap();
        let id = passed(&world, &about("constitution", "exclusion", &world, &world.worker).await).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        let gone = format!("DELETE FROM departures WHERE member_id = '{}'", worker.id());
        // On PostgreSQL somebody has taken the wish away, and not committed it, when the exclusion finds it.
        let gate = if database == "postgres" { Some(Gate::over(&world.database, &gone).await) } else { None };
        let enacting_deps = deps.clone();
        let enacting = tokio::spawn(async move { enacting::enact_due(&enacting_deps).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 1).await;
            gate.open().await;
        }
        assert_eq!(enacting.await.unwrap().unwrap(), 1, "{database}");
        assert_eq!(row(&world, &id).await.outcome.as_deref(), Some("done"), "{database}");
        assert!(departures::is_excluded(&deps.db.read(), worker.id()).await.unwrap(), "{database}: what was voted stands");
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mandate_waits_for_the_exclusion_of_its_member_and_gives_nothing_back() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        // Two keys count: the excluded stay on the roll until two officers sign.
        crate::signers::with_keys(&world).await;
        let worker = member(&world, &world.worker).await;
        let id = passed(&world, &about("ordinary", "mandate", &world, &world.worker).await).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        let lock = format!("SELECT pg_advisory_xact_lock(hashtextextended('departure {}', 0))", worker.id());
        let excluded = format!(
            "INSERT INTO departures (id, member_id, reason, proposal, asked_at) VALUES ('out', '{}', 'excluded', 1, {})",
            worker.id(),
            deps.clock.now().secs()
        );
        // On PostgreSQL the exclusion is not committed when the mandate looks.
        let gate = match database {
            "postgres" => Some(Gate::over(&world.database, &format!("{lock}; {excluded}")).await),
            _ => {
                crate::pages::change(&world.database, &excluded).await;
                None
            }
        };
        let enacting_deps = deps.clone();
        let enacting = tokio::spawn(async move { enacting::enact_due(&enacting_deps).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 1).await;
            gate.open().await;
        }
        assert_eq!(enacting.await.unwrap().unwrap(), 1, "{database}");
        let stands = row(&world, &id).await;
        assert_eq!((stands.outcome.as_deref(), stands.outcome_reason.as_str()), (Some("lapsed"), "proposal-member"), "{database}");
        assert!(people::list_roles(&deps.db.read(), &world.worker).await.unwrap().is_empty(), "{database}");
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_exclusion_finds_whoever_left_while_it_waited_gone() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let worker = member(&world, &world.worker).await;
        let id = passed(&world, &about("constitution", "exclusion", &world, &world.worker).await).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        // On PostgreSQL whoever leaves stands before the ledger first, as one whose own signature takes them off the roll does: without
        // what a wish is held by.
        let left = format!(
            "SELECT 1 FROM ledger_head FOR UPDATE; UPDATE members SET left_at = {} WHERE id = '{}'",
            deps.clock.now().secs(),
            worker.id()
        );
        let gate = match database {
            "postgres" => Some(Gate::over(&world.database, &left).await),
            _ => {
                crate::pages::change(&world.database, left.trim_start_matches("SELECT 1 FROM ledger_head FOR UPDATE; ")).await;
                None
            }
        };
        let enacting_deps = deps.clone();
        let enacting = tokio::spawn(async move { enacting::enact_due(&enacting_deps).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 1).await;
            gate.open().await;
        }
        assert_eq!(enacting.await.unwrap().unwrap(), 1, "{database}");
        assert_eq!(row(&world, &id).await.outcome.as_deref(), Some("done"), "{database}");
        assert!(
            departures::list_ids_of(&deps.db.read(), worker.id()).await.unwrap().is_empty(),
            "{database}: nobody waits to sign for them"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_keeps_one_who_never_came_waits_for_what_becomes_of_their_leaving() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let invited = super::invitation("liza", &[]);
        let Invited::Sent(person) = invite(deps, &world.coordinator().await, &once(), &invited).await.unwrap() else {
            panic!("{database}")
        };
        crate::signers::with_keys(&world).await;
        let by = world.coordinator().await;
        let Erased::Waits(wish) = erase_person(deps, &by, &once(), &person, PASSWORD).await.unwrap() else { panic!("{database}") };
        let liza = departures::find_waiting(&deps.db.read(), &wish).await.unwrap().unwrap().member_id;
        // On PostgreSQL it stands before what becomes of this member's leaving.
        let lock = format!("SELECT pg_advisory_xact_lock(hashtextextended('departure {liza}', 0))");
        let gate = if database == "postgres" { Some(Gate::over(&world.database, &lock).await) } else { None };
        let (keeping_deps, id) = (deps.clone(), wish.clone());
        let keeping = tokio::spawn(async move { leaving::withdraw(&keeping_deps, &by, &once(), &id).await });
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 1).await;
            gate.open().await;
        }
        keeping.await.unwrap().unwrap();
        assert!(departures::find_waiting(&deps.db.read(), &wish).await.unwrap().is_none(), "{database}");
        verify(&world).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_coordinator_stays_when_one_leaves_while_a_vote_stops_the_other() {
    for database in databases() {
        for (kind, act) in [("ordinary", "recall"), ("constitution", "exclusion")] {
            let world = world(database).await;
            let deps = &world.deps;
            let second = member(&world, &world.reviewer).await;
            let tx = deps.db.begin().await.unwrap();
            people::grant_role(&tx, &world.reviewer, "coordinator", deps.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            let id = passed(&world, &about(kind, act, &world, &world.coordinator).await).await;
            until(&world, row(&world, &id).await.enacts_at.unwrap());
            // On PostgreSQL whoever leaves is held up after they looked for another coordinator, and before their roles end.
            let lock = format!("SELECT 1 FROM roles WHERE person_id = '{}' FOR UPDATE", world.reviewer.as_str());
            let gate = if database == "postgres" { Some(Gate::over(&world.database, &lock).await) } else { None };
            let leaving_deps = deps.clone();
            let left = tokio::spawn(async move { leaving::leave(&leaving_deps, &second, &once(), PASSWORD).await });
            if let Some(gate) = &gate {
                gate.so_many_wait(&world.database, 1).await;
            }
            let enacting_deps = deps.clone();
            let enacting = tokio::spawn(async move { enacting::enact_due(&enacting_deps).await });
            if let Some(gate) = gate {
                gate.so_many_wait(&world.database, 2).await;
                gate.open().await;
            }
            let (left, enacted) = (left.await.unwrap(), enacting.await.unwrap().unwrap());
            assert_eq!(enacted, 1, "{database}: {act}");
            let holders = people::list_holders(&deps.db.read(), "coordinator", "coordinator").await.unwrap();
            let stays = if left.is_ok() { &world.coordinator } else { &world.reviewer };
            assert_eq!(holders, std::slice::from_ref(stays), "{database}: {act}");
            // Whoever was excluded reads no votes any more.
            let outcome = proposals::find(deps, &member(&world, &world.worker).await, &id).await.unwrap();
            let reason = if left.is_ok() { "leave-last-coordinator" } else { "" };
            assert_eq!(outcome.outcome_reason, reason, "{database}: {act}");
            verify(&world).await;
        }
    }
}

/// Each holds a claim on one contract and has a rejected answer on the other, which goes to somebody uninvolved once they have left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_leave_at_once_take_the_contracts_in_one_order() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let mut batches = Vec::new();
        for _ in 0..2 {
            let contract = world.funded_contract("100.00").await;
            batches.push(world.open_batch(&contract, 4).await);
        }
        let (two, judge) = (members(&world, 2).await, Judging::Reviewer(world.reviewer().await));
        let mut rejected = Vec::new();
        for (n, member) in two.iter().enumerate() {
            let claim = submitted(&world, member, &batches[1 - n]).await;
            appeals::reject(deps, &judge, &once(), &claim, WHY).await.unwrap();
            rejected.push(claim);
            claims::claim(deps, member, &once(), &batches[n]).await.unwrap();
        }
        // On PostgreSQL both are held up where rejections are read: after what they hold is given back, before what awaits its verdict.
        let lock = "LOCK TABLE rejections IN ACCESS EXCLUSIVE MODE";
        let gate = if database == "postgres" { Some(Gate::over(&world.database, lock).await) } else { None };
        let mut leaving = Vec::new();
        for member in two {
            let deps = deps.clone();
            leaving.push(tokio::spawn(async move { leaving::leave(&deps, &member, &once(), PASSWORD).await }));
        }
        if let Some(gate) = gate {
            gate.so_many_wait(&world.database, 2).await;
            gate.open().await;
        }
        for left in leaving {
            assert!(matches!(left.await.unwrap().unwrap(), leaving::Leaving::Left(_)), "{database}");
        }
        for claim in rejected {
            let row = manyhands_store::appeals::find_rejection(&deps.db.read(), claim.as_str()).await.unwrap().unwrap();
            assert_eq!(row.state, "appealed", "{database}");
        }
        verify(&world).await;
    }
}

/// A vote about a member, proposed in words that name nobody.
async fn about(kind: &str, act: &str, world: &World, person: &PersonId) -> DraftForm {
    let member = member(world, person).await.id().to_string();
    let role = "coordinator".to_owned();
    DraftForm { kind: kind.to_owned(), act: act.to_owned(), member, role, ..question() }
}

async fn state_of(world: &World, claim: &ClaimId) -> String {
    manyhands_store::claims::find_claim(&world.deps.db.read(), claim).await.unwrap().unwrap().state
}

/// The worker leaves and does this at the same moment: both wait behind somebody who holds the contract, one after the other.
async fn beside_leaving(
    world: &World,
    contract: &ContractId,
    leaves_first: bool,
    doing: impl Future<Output = Result<(), Error>> + Send + 'static,
) -> Result<(), Error> {
    // The password's hash takes its time, too.
    let settle = || tokio::time::sleep(Duration::from_millis(1_000));
    let held = world.deps.db.begin().await.unwrap();
    manyhands_store::contracts::load_held(&held, contract).await.unwrap();
    let (deps, by) = (world.deps.clone(), world.worker().await);
    let leave = async move { leaving::leave(&deps, &by, &once(), PASSWORD).await };
    let (left, done) = if leaves_first {
        let left = tokio::spawn(leave);
        settle().await;
        (left, tokio::spawn(doing))
    } else {
        let done = tokio::spawn(doing);
        settle().await;
        (tokio::spawn(leave), done)
    };
    settle().await;
    held.commit().await.unwrap();
    left.await.unwrap().unwrap();
    done.await.unwrap()
}
