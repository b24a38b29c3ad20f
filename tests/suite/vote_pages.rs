//! The pages of votes, over HTTP: what they say while a vote is open, once it is closed, and of what came of it.

use manyhands::actions::people::{self, Invitation};
use manyhands::actions::proposals::enacting;
use manyhands::actions::sessions;
use manyhands_domain::ids::PersonId;

use crate::draft_pages::site;
use crate::signers::{enrol, member};
use crate::support::{PASSWORD, World, databases, once, world};
use crate::voters::{close, put_to_the_vote, question, row, rules, until, vote, vote_by_key};

/// Members beside those of every world, all with its password.
pub async fn more_members(world: &World, count: usize) -> Vec<PersonId> {
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    let mut added = Vec::new();
    for place in 0..count {
        let invitation = Invitation {
            name: format!("Member {place}"),
            email: format!("member{place}@example.coop"),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "KE".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        added.push(people::add_active(&world.deps, &invitation, &hash).await.unwrap());
    }
    added
}

#[tokio::test]
async fn a_closed_vote_says_every_count_and_how_each_threshold_was_met_or_missed() {
    for database in databases() {
        let world = world(database).await;
        let more = more_members(&world, 7).await;
        // The quorum of its own kind is among what it changes: it goes by the old one all the same.
        let split = rules("constitution", &[("split/worker", "82"), ("split/operations", "5"), ("votes/constitution/quorum", "1/11")]);
        let id = put_to_the_vote(&world, &split).await;
        let reader = site(&world, &world.coordinator).await;
        let open = reader.get("/proposals/P-1").await;
        for words in [
            "0 of 11 have voted, the quorum is 6.",
            "This vote itself goes by the rules in force when it opens.",
            "half of the members: 6 of 11",
        ] {
            open.says(words);
        }
        let all: Vec<&PersonId> = more.iter().chain([&world.reviewer, &world.treasurer]).collect();
        for (place, person) in all.iter().enumerate() {
            let choice = if place < 5 {
                "yes"
            } else if place < 8 {
                "no"
            } else {
                "abstain"
            };
            vote(&world, person, &id, choice).await.unwrap();
        }
        reader.get("/proposals/P-1").await.says("9 of 11 have voted, the quorum is 6.");
        close(&world, &id).await;
        let page = reader.get("/proposals/P-1").await;
        for words in [
            "Rejected.",
            "5 of 8 is under two thirds.",
            "9 of 11 voted. The quorum, half of the members, was 6: it was met.",
            "0 signed by members, 9 attested by the co-op, 0 with a key first enrolled during the vote.",
            "Nothing changes.",
            "href=\"/proposals/P-1/ballots\"",
            "Proposal opened",
            "Proposal closed",
        ] {
            page.says(words);
        }
        assert!(!page.text.contains("/proposals/P-1/ballot\""), "{database}: nobody votes any more");
        reader.get("/proposals").await.says("5 yes, 3 no, 1 abstained");

        // Too few: called again, and each page leads to the other.
        let id = put_to_the_vote(&world, &question()).await;
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        close(&world, &id).await;
        let page = reader.get("/proposals/P-2").await;
        for words in ["No quorum.", "3 ballots were missing.", "To the second call, P-3", "it was missed"] {
            page.says(words);
        }
        reader.get("/proposals/P-3").await.says("Second call of P-2");
    }
}

#[tokio::test]
async fn what_passed_says_from_when_it_holds_what_it_changed_and_where_that_stands() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &rules("rate-change", &[("floor/general/USD", "9")])).await;
        let key = enrol(&world, &world.coordinator, 1).await;
        vote_by_key(&world, &world.coordinator, &id, "yes", &key).await.unwrap();
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        let reader = site(&world, &world.reviewer).await;
        reader.get("/proposals/P-1").await.says("The quorum is reached");
        let closed = close(&world, &id).await;
        let page = reader.get("/proposals/P-1").await;
        for words in ["Passed.", "2 of 2 is more than half.", "It holds from", "1 signed by members, 1 attested by the co-op, 1 with a key"]
        {
            page.says(words);
        }
        until(&world, closed.enacts_at.unwrap());
        enacting::enact_due(&world.deps).await.unwrap();
        let index = row(&world, &id).await.outcome_index.unwrap();
        let page = reader.get("/proposals/P-1").await;
        for words in ["What it changed", "It holds since", "8.00", "9.00", "Rules enacted", &format!("href=\"/ledger/{index}\"")] {
            page.says(words);
        }

        // A second one for the same floor finds it there already, and lapses with its reason.
        let one = put_to_the_vote(&world, &rules("rate-change", &[("floor/general/USD", "10")])).await;
        let two = put_to_the_vote(&world, &rules("rate-change", &[("floor/general/USD", "10")])).await;
        for id in [&one, &two] {
            for person in [&world.worker, &world.reviewer] {
                vote(&world, person, id, "yes").await.unwrap();
            }
        }
        close(&world, &one).await;
        let last = close(&world, &two).await;
        until(&world, last.enacts_at.unwrap());
        while enacting::enact_due(&world.deps).await.unwrap() > 0 {}
        // Weeks later one signs in anew.
        let reader = site(&world, &world.reviewer).await;
        reader.get(&format!("/proposals/{two}")).await.says("the rule book says so already");
    }
}

#[tokio::test]
async fn whoever_left_reads_no_more_and_whoever_joined_later_reads_that_they_are_not_on_the_roll() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        let later = more_members(&world, 1).await.remove(0);
        let page = site(&world, &later).await.get(&format!("/proposals/{id}")).await;
        page.says("You are not on the roll of this vote");
        assert!(!page.text.contains("/ballot\""), "{database}");
        let leaving = member(&world, &world.reviewer).await;
        let gone = site(&world, &world.reviewer).await;
        manyhands::actions::leaving::leave(&world.deps, &leaving, &once(), PASSWORD).await.unwrap();
        assert_ne!(gone.get("/proposals").await.status, 200, "{database}");
    }
}
