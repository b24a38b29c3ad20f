//! The page of rates: every rule in words for everybody, one's own piece for oneself, what has passed, and how the book came to be.

use std::sync::Arc;

use manyhands::actions::claims::{self, Typed};
use manyhands::actions::proposals::enacting;
use manyhands::actions::reviews::{self, Judging};
use manyhands::deps::{Coop, Entries};
use manyhands_domain::rules::Book;

use crate::http::Site;
use crate::support::{World, databases, once, world};
use crate::voters::{close, put_to_the_vote, row, rules, until, vote};

async fn piece(world: &World) {
    let contract = world.plain_contract().await;
    let batch = world.open_batch(&contract, 3).await;
    let worker = world.worker().await;
    let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
    world.deps.clock.advance(150);
    claims::submit(&world.deps, &worker, &once(), &claim, &Typed::one("Harmful", 150)).await.unwrap();
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
}

#[tokio::test]
async fn every_rule_of_the_book_is_told_in_words() {
    let world = world("sqlite").await;
    for language in ["en", "fr"] {
        world.reads(&world.coordinator, language).await;
        let page = Site::as_person(&world, &world.coordinator).await.get("/rates").await.text;
        let decimal = if language == "fr" { "7,50" } else { "7.50" };
        assert!(page.contains(decimal), "{language}");
        // No rule of the founding book is without a name in words: none stands there as it is spelt in the ledger.
        for (part, rules) in Book::founding().as_object().unwrap() {
            for name in rules.as_object().unwrap().keys().filter(|name| name.contains('_') || name.contains('-')) {
                assert!(!page.contains(&format!("{part}: {name}")) && !page.contains(&format!(">{name}<")), "{language}: {part}/{name}");
            }
        }
    }
    let page = Site::of(&world).await.get("/rates").await;
    for words in [
        "The founding rule book",
        "hazard level 3",
        "+ 25 %",
        "3 at once, at most",
        "3 times its honest time, and never under 60 minutes",
        "once, for the asking",
        "after 7 days of silence work is accepted and paid",
        "somebody who had no part in it decides within 9 days",
        "120 minutes at most in any 24 hours",
        "15 minutes of every 60 are free of it",
        "a third of the members",
        "half of the members",
        "at least two thirds of yes and no",
        "more than half of yes and no",
        "Ballots are opened to members once the vote is closed.",
        "prices have 2 decimals",
        "each accepted answer is paid the whole price",
        "An example",
        "10.02",
    ] {
        page.says(words);
    }
    assert!(page.text.contains("<title id=\"rates-line-t\">When the rules changed</title>"), "the line says what it is");
    assert!(!page.text.contains("Also in the book"), "nothing is left over");
}

#[tokio::test]
async fn ones_own_piece_is_shown_to_oneself_alone() {
    for database in databases() {
        let world = world(database).await;
        piece(&world).await;
        for person in [&world.worker, &world.coordinator] {
            world.reads(person, "en").await;
        }
        let own = Site::as_person(&world, &world.worker).await.get("/rates").await;
        // 0.80 for three minutes, done in two and a half: 12.80 promised, 15.36 measured; its least price is 0.50.
        for words in ["On a task like yours", "Safety text review", "12.80", "15.36", "0.50", "Only you see your own piece here."] {
            own.says(words);
        }
        for site in [Site::as_person(&world, &world.coordinator).await, Site::as_person(&world, &world.buyer).await, Site::of(&world).await]
        {
            let page = site.get("/rates").await;
            page.says("9.40");
            assert!(!page.text.contains("Safety text review") && !page.text.contains("15.36"), "{database}");
        }
    }
}

#[tokio::test]
async fn a_vote_is_told_before_its_day_and_stands_in_the_story_afterwards() {
    for database in databases() {
        let mut world = world(database).await;
        world.reads(&world.worker, "en").await;
        let form = rules("rate-change", &[("floor/general/USD", "9"), ("premium/3", "30")]);
        let id = put_to_the_vote(&world, &form).await;
        let visited = async |world: &World| Site::of(world).await.get("/rates").await;
        assert!(!visited(&world).await.text.contains("still to come"), "{database}: an open vote is not told");
        for (person, choice) in [(&world.worker, "yes"), (&world.reviewer, "yes"), (&world.treasurer, "no")] {
            vote(&world, person, &id, choice).await.unwrap();
        }
        let closed = close(&world, &id).await;
        let page = visited(&world).await;
        for words in [
            "Passed, and still to come",
            "Floor for any skill, USD: 8.00 → 9.00",
            "On top of the floor at hazard level 3: 25 % → 30 %",
            "2 yes, 1 no, 0 abstained; 3 of 4 members voted.",
            "P-1 · A new rule",
            "one to come.",
        ] {
            page.says(words);
        }
        assert!(!page.text.contains("href=\"/proposals"), "{database}: votes are the members' pages");
        let members = Site::as_person(&world, &world.worker).await.get("/rates").await;
        members.says("href=\"/proposals/P-1\"");

        until(&world, closed.enacts_at.unwrap());
        enacting::enact_due(&world.deps).await.unwrap();
        let index = row(&world, &id).await.outcome_index.unwrap();
        let page = visited(&world).await;
        for words in ["9.00", "+ 30 %", &format!("href=\"/ledger/{index}\""), "2 rule books since", "The founding rule book", "2 yes, 1 no"]
        {
            page.says(words);
        }
        assert!(!page.text.contains("still to come"), "{database}");

        // Where entries are for those who are signed in, neither counts nor titles go out to others; the rules do.
        world.deps.coop = Arc::new(Coop { entries: Entries::SignedIn, ..Coop::clone(&world.deps.coop) });
        let page = visited(&world).await;
        page.says("8.00 → 9.00");
        for hidden in ["2 yes", "A new rule", "href=\"/ledger/"] {
            assert!(!page.text.contains(hidden), "{database}: {hidden}");
        }
        Site::as_person(&world, &world.worker).await.get("/rates").await.says("2 yes, 1 no");
    }
}
