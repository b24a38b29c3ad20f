//! Votes as somebody reads them who sees them for the first time: what an asked price comes to without the client's yes, what a no to a
//! contract means, that a floor falls, and where the rule book stands.

use manyhands::actions::proposals::drafting::DraftForm;

use crate::http::Site;
use crate::support::{databases, world};
use crate::voters::{close, floor, put_to_the_vote, question, signed_draft, vote};
use crate::votes_ends::{an_ask, an_end};

#[tokio::test]
async fn what_happens_otherwise_is_said_before_anybody_votes() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let site = Site::as_person(&world, &world.worker).await;

        // An asked price: what it would do is one press away from its draft and its vote, and is no harmless question.
        let draft = format!("/proposals/drafts/{}", signed_draft(&world, &an_ask(&batch, "1.20")).await);
        site.get(&draft).await.says(&format!("href=\"{draft}/effects\""));
        let page = site.get(&format!("{draft}/effects")).await;
        page.says("the batch takes no new claims from the day on, and the co-op’s notice for the contract runs");
        let asked = put_to_the_vote(&world, &an_ask(&batch, "1.20")).await;
        site.get(&format!("/proposals/{asked}")).await.says(&format!("href=\"/proposals/{asked}/effects\""));

        // A contract: what follows if it does not pass, and when it did not.
        let take = DraftForm { kind: "contract".to_owned(), act: "contract-take".to_owned(), contract: contract.to_string(), ..question() };
        for (form, open, closed) in [
            (an_end(&contract), "If it does not pass, the contract goes on as it is.", "The contract goes on as it is."),
            (
                take,
                "a contract that runs goes on. To stop one, propose to end it.",
                "nothing follows by itself, and a contract that runs goes on.",
            ),
        ] {
            let id = put_to_the_vote(&world, &form).await;
            let address = format!("/proposals/{id}");
            site.get(&address).await.says(open);
            for person in [&world.worker, &world.reviewer, &world.treasurer] {
                vote(&world, person, &id, "no").await.unwrap();
            }
            close(&world, &id).await;
            let page = site.get(&address).await;
            page.says(closed);
            assert!(!page.text.contains("Nothing changes.") && !page.text.contains("If it does not pass"), "{database}");
            assert_eq!(page.text.contains("Would have held from"), form.act == "contract-end", "{database}: a day on which it never held");
        }
    }
}

#[tokio::test]
async fn a_floor_that_falls_is_said_to_and_the_rule_book_is_one_press_away() {
    let world = world("sqlite").await;
    world.reads(&world.worker, "en").await;
    let site = Site::as_person(&world, &world.worker).await;
    let lowered = "but an hour of new batches may then pay 0.00 USD instead of 8.00 USD";
    let draft = signed_draft(&world, &floor("0")).await;
    site.get(&format!("/proposals/drafts/{draft}/effects")).await.says(lowered);
    let draft = signed_draft(&world, &floor("8.50")).await;
    assert!(!site.get(&format!("/proposals/drafts/{draft}/effects")).await.text.contains("new batches may then pay"));
    for page in ["/proposals", "/pay"] {
        site.get(page).await.says("href=\"/rates\"");
    }
}
