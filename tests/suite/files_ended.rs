//! A draft whose contract is over takes nothing more: what came would never be worked on, and would never go.

use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::{Error, batches, claims, files, gold, label_studio, questions, suggestions};
use manyhands_domain::contracts::life::Step;
use manyhands_domain::forms::NewQuestion;
use manyhands_domain::ids::{BatchId, ContractId};

use crate::files::{draft_of_pictures, jpeg, kept, open_pictures, refused};
use crate::http::Site;
use crate::support::{World, databases, once, world};

const ITEMS: &[u8] = b"id,payload\n1,Passage 1\n";
const SUGGESTED: &[u8] = b"id,payload,suggestion,suggestion_model,suggestion_version\n1,Passage 1,Harmful,tagger,2\n";
const OVER: &str = "This contract has ended. No new task can be claimed, and no batch opened or changed";

async fn step(world: &World, contract: &ContractId, step: Step) {
    let coop = Party::Coop(world.coordinator().await);
    life::go(&world.deps, &coop, &once(), contract, step, "It is over.").await.unwrap();
}

/// Why every way to change a draft is refused.
async fn changed(world: &World, batch: &BatchId) -> Vec<&'static str> {
    let (deps, by) = (&world.deps, world.buyer().await);
    let (kind, name) = ("text".to_owned(), "remark".to_owned());
    let question = NewQuestion { kind, name, question: "Anything else?".to_owned(), optional: true, ..NewQuestion::default() };
    let config = "<View><Text name=\"t\" value=\"$text\"/><Choices name=\"c\" toName=\"t\"><Choice value=\"A\"/><Choice value=\"B\"/></Choices></View>";
    let outcomes = [
        batches::import(deps, &by, &once(), batch, ITEMS).await.map(drop),
        gold::import(deps, &by, &once(), batch, b"id,known_answer,known_explanation\n1,Harmful,It is.\n").await.map(drop),
        suggestions::import(deps, &by, &once(), batch, b"id,suggestion,suggestion_model\n1,Harmful,tagger\n").await.map(drop),
        questions::add(deps, &by, &once(), batch, &question).await,
        label_studio::look_at(deps, &by, batch, config).await.map(drop),
        label_studio::take(deps, &by, &once(), batch, config, true).await,
        batches::set_offer(deps, &by, &once(), batch, ("0.90", "180", "1")).await,
        batches::open(deps, &by, &once(), batch).await.map(drop),
    ];
    let code = |outcome: Result<(), Error>| match outcome.unwrap_err() {
        Error::Refused(refusals) => refusals[0].code,
        other => panic!("{other:?}"),
    };
    outcomes.into_iter().map(code).collect()
}

#[tokio::test]
async fn a_draft_takes_nothing_once_its_contract_is_over_and_says_why() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.buyer, "en").await;
        let contract = world.funded_contract("100.00").await;
        open_pictures(&world, &contract, 50).await;
        let (pictures, texts) = (draft_of_pictures(&world, &contract).await, world.draft_batch(&contract, "0.80", "180").await);
        let at = |batch: &BatchId| format!("/batches/{batch}");
        let items = format!("{}/items", at(&pictures));
        let site = Site::as_person(&world, &world.buyer).await;
        let send = async |site: &Site, seed: u32| site.upload_called(&items, "items", "one.jpg", &jpeg(64, 48, seed)).await;

        // Paused, and as long as a notice runs, a draft is prepared as any other.
        step(&world, &contract, Step::Pause).await;
        send(&site, 1).await.redirects();
        step(&world, &contract, Step::Resume).await;
        step(&world, &contract, Step::Terminate).await;
        send(&site, 2).await.redirects();
        site.upload(&format!("{}/items", at(&texts)), "items", SUGGESTED).await.redirects();
        for batch in [&pictures, &texts] {
            site.get(&at(batch)).await.says("type=\"file\"");
        }

        // From the moment of the end, whether or not anybody wrote it yet; and after it is closed.
        world.deps.clock.advance(14 * 86_400);
        let site = Site::as_person(&world, &world.buyer).await;
        refused(&world, async || send(&site, 3).await).await.refuses(OVER);
        assert_eq!(changed(&world, &texts).await, ["contract-over"; 8], "{database}");
        assert_eq!(life::end_run_out(&world.deps).await.unwrap(), 1, "{database}");
        refused(&world, async || send(&site, 3).await).await.refuses(OVER);
        assert_eq!(changed(&world, &texts).await, ["contract-over"; 8], "{database}");

        for batch in [&pictures, &texts] {
            let page = site.get(&at(batch)).await;
            page.says("This batch was not opened before its contract ended, so it takes no items and no changes any more.");
            assert!(!page.text.contains("type=\"file\"") && !page.text.contains("/open\""), "{database}: {}", page.text);
            for way in ["questions", "questions/answer", "ask/text", "label-studio"] {
                assert_eq!(site.get(&format!("{}/{way}", at(batch))).await.to, at(batch), "{database}: {way}");
            }
        }
        site.get(&at(&pictures)).await.says("Pictures that were sent for it are deleted 30 days after the end.");
        // What only takes out is refused to nobody.
        site.get(&at(&texts)).await.says("/suggestions/remove");
        site.post(&format!("{}/suggestions/remove", at(&texts)), &[]).await.redirects();
        assert_eq!(batches::find_own(&world.deps, &world.buyer().await, &texts).await.unwrap().suggestions, 0, "{database}");

        // What had come goes, is said to have gone, and nothing comes after it.
        claims::free_ended(&world.deps).await.unwrap();
        world.deps.clock.advance(31 * 86_400);
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 4, "{database}");
        let site = Site::as_person(&world, &world.buyer).await;
        site.get(&format!("/desk/{contract}")).await.says("1 file of Street signs");
        refused(&world, async || send(&site, 4).await).await.refuses(OVER);
        files::tidy(&world.deps).await.unwrap();
        assert_eq!(kept(&world.deps), [""; 0], "{database}");

        world.reads(&world.buyer, "fr").await;
        let page = Site::as_person(&world, &world.buyer).await.get(&at(&pictures)).await;
        page.says("Ce lot n’a pas été ouvert avant la fin de son contrat");
    }
}
