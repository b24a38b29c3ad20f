//! Who hears of a floor: the clients whose batches it puts under it, once.

use manyhands::actions::batches;
use manyhands::actions::proposals::enacting;

use crate::signers::{refused, subjects_to, texts_to};
use crate::support::{databases, once, world};
use crate::voters::{floor, row, rules, until, verified};
use crate::votes_ends::{all_say_yes, on_its_day, passed};

#[tokio::test]
async fn a_client_hears_of_the_change_that_puts_its_batch_under_the_floor_and_of_no_later_one() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.plain_contract().await;
        let cheap = world.open_batch(&contract, 3).await;
        for price in ["1.00", "9.00"] {
            let dear = world.draft_batch(&contract, price, "180").await;
            batches::import(deps, &buyer, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
            batches::open(deps, &buyer, &once(), &dear).await.unwrap();
        }
        let told = async || {
            let subjects = subjects_to(&world, "buyer@example.coop").await;
            subjects.iter().filter(|subject| subject.starts_with("Under the new floor")).count()
        };
        // The batch at 0.80 falls under it.
        let id = passed(&world, &floor("15")).await;
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}");
        assert_eq!(told().await, 1, "{database}");
        let least = texts_to(&world, "buyer@example.coop").await;
        assert!(least.iter().any(|text| text.contains("From 0.94 USD an answer it goes on")), "{database}");
        // A change of something else, and then a floor under which the one at 1.00 falls as well.
        let id = passed(&world, &rules("constitution", &[("votes/ordinary/quorum", "1/2")])).await;
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}");
        assert_eq!(told().await, 1, "{database}: nothing fell under it");
        let id = crate::voters::put_to_the_vote(&world, &floor("18")).await;
        all_say_yes(&world, &id).await;
        until(&world, row(&world, &id).await.enacts_at.unwrap());
        enacting::enact_due(deps).await.unwrap();
        assert_eq!(told().await, 2, "{database}: the one at 1.00 alone");
        let under = batches::list_under_floor(deps).await.unwrap();
        assert_eq!(under.len(), 2, "{database}: both take no new claims");
        let worker = world.worker().await;
        assert_eq!(refused(manyhands::actions::claims::claim(deps, &worker, &once(), &cheap).await), "batch-under-new-floor", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
