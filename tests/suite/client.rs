//! A client's way at their desk: a batch of a ready-made kind of work, what waits, what is left before a batch opens, and a table to fill
//! in with known answers.

use manyhands::actions::contracts::{self, RegisterWords};
use manyhands::actions::{batches, claims};
use manyhands_domain::ids::{BatchId, ContractId};

use crate::files::draft_of_pictures;
use crate::http::Site;
use crate::support::{PAGES, World, databases, once, world};

/// An item of the page's list under its label, as text without tags.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => (inside, out) = (false, format!("{out} ")),
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_new_batch_begins_with_a_ready_made_kind_of_work_and_asks_for_no_question() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let site = Site::as_person(&world, &world.buyer).await;
        let new = format!("/desk/{contract}/batch");
        site.get(&new).await.says(&format!("{new}?of=contours"));
        let page = site.get(&format!("{new}?of=contours")).await;
        for words in ["Outline each object, point by point", "Its items are pictures", "value=\"contours\"", "value=\"0.8\""] {
            page.says(words);
        }
        assert!(!page.text.contains("name=\"question\""), "{database}: nothing is asked that is not needed");
        assert_eq!(site.get(&format!("{new}?of=nothing")).await.status, 404);
        let other = Site::as_person(&world, &world.other_buyer().await).await;
        assert_eq!(other.get(&format!("{new}?of=contours")).await.status, 404);

        let fields = [("title", "Crossings"), ("price", "0.80"), ("seconds", "180"), ("copies", "1"), ("of", "contours")];
        let before = world.rows().await;
        let refused = site.post(&new, &[fields[0], ("price", "much"), fields[2], fields[3], fields[4]]).await;
        refused.refuses("Crossings");
        for kept in ["value=\"much\"", "value=\"contours\"", "Outline each object"] {
            refused.says(kept);
        }
        assert_eq!(site.post(&new, &[fields[0], fields[1], fields[2], fields[3], ("of", "nothing")]).await.status, 404);
        assert_eq!(other.post(&new, &[fields[0], ("price", "much"), fields[2], fields[3], fields[4]]).await.status, 404);
        assert_eq!(other.post(&new, &fields).await.status, 404);
        assert_eq!(world.rows().await, before, "{database}: nothing was written");

        let drafted = site.post(&new, &fields).await;
        drafted.redirects();
        let id = BatchId::parse(drafted.to.rsplit('/').next().unwrap()).unwrap();
        let batch = batches::find_own(&world.deps, &world.buyer().await, &id).await.unwrap();
        let form = batches::form_of(&batch).unwrap();
        assert_eq!((batch.payload_kind.as_str(), form.names().collect::<Vec<_>>()), ("image", vec!["objects", "complete"]));
        // A draft of pictures is offered what fits pictures.
        let questions = site.get(&format!("{}/questions", drafted.to)).await;
        questions.says("/template/face");
        assert!(!questions.text.contains("/template/factual"), "{database}");
    }
}

/// A contract of the buyer's that the co-op approved, without a deposit.
async fn approved(world: &World) -> ContractId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let contract = contracts::draft(deps, &buyer, &once()).await.unwrap();
    for (step, fields) in PAGES {
        let field = |name: &str| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned());
        contracts::save(deps, &buyer, &once(), &contract, step, field).await.unwrap();
    }
    contracts::submit(deps, &buyer, &once(), &contract).await.unwrap();
    let coordinator = world.coordinator().await;
    let row = contracts::find_submitted(deps, &coordinator, &contract).await.unwrap();
    let read = RegisterWords { read_sha256: contracts::terms_sha256(&row), ..RegisterWords::default() };
    contracts::approve(deps, &coordinator, &once(), &contract, &read).await.unwrap();
    contract
}

#[tokio::test]
async fn the_desk_says_what_waits_for_the_client_from_the_first_draft_to_money_that_has_run_out() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let site = Site::as_person(&world, &world.buyer).await;
        let desk = async || plain(&site.get("/desk").await.text);
        assert!(!desk().await.contains("Waits for you"), "{database}: nothing waits at first");
        let draft = contracts::draft(deps, &buyer, &once()).await.unwrap();
        assert!(desk().await.contains("Waits for you A contract is not submitted yet C-1, A contract without a title yet"), "{database}");

        let contract = approved(&world).await;
        let all = desk().await;
        assert!(all.contains("A first batch C-2, Safety text review") && all.contains("The deposit C-2"), "{database}: {all}");
        let own = async || plain(&site.get(&format!("/desk/{contract}")).await.text);
        assert!(own().await.contains("A first batch") && !own().await.contains("not submitted yet"), "{database}: its own alone");

        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let page = async || plain(&site.get(&format!("/batches/{batch}")).await.text);
        for words in ["Items none yet", "Price a member’s hour comes to 12.80 USD, the floor is 10.00 USD", "nothing is free yet"] {
            assert!(page().await.contains(words), "{database}: {words} in {}", page().await);
        }
        assert!(!page().await.contains("The first item"), "{database}: there is none");
        assert!(own().await.contains("Safety text review: not open yet C-2, Safety text review Its items are not uploaded."), "{database}");
        site.upload(&format!("/batches/{batch}/items"), "items", b"id,payload\n1,a\n2,b\n3,c\n").await.redirects();
        for words in ["Items 3 are here", "The first item see it as a member does", "Known answers none so far", "2.40 USD"] {
            assert!(page().await.contains(words), "{database}: {words}");
        }

        // The quote asks what the batch asks, less what is there.
        contracts::record_deposit(deps, &world.treasurer().await, &once(), &contract, "1.00", "transfer 81").await.unwrap();
        assert!(page().await.contains("all of it comes to 2.40 USD, and 1.00 USD is free: members can claim"), "{database}");
        assert!(!desk().await.contains("The deposit C-2"), "{database}: it arrived");
        batches::set_offer(deps, &buyer, &once(), &batch, ("0.90", "200", "1")).await.unwrap();
        let quote = plain(&site.get(&format!("/desk/{contract}/quote")).await.text);
        for words in ["0.90 × items 3", "deposit, USD 2.70", "− free of what you deposited 1.00", "= still to deposit, USD 1.70"] {
            assert!(quote.contains(words), "{database}: {words} in {quote}");
        }

        // One is claimed: what is free covers no other.
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();
        assert!(!own().await.contains("Members cannot claim"), "{database}");
        claims::claim(deps, &world.worker().await, &once(), &batch).await.unwrap();
        assert!(
            own()
                .await
                .contains("Members cannot claim C-2, Safety text review 0.10 USD of the deposit is free, and an answer costs 0.90 USD.")
        );
        contracts::record_deposit(deps, &world.treasurer().await, &once(), &contract, "2.00", "transfer 82").await.unwrap();
        assert!(!own().await.contains("Members cannot claim"), "{database}: more arrived");
        assert!(plain(&site.get(&format!("/desk/{contract}/quote")).await.text).contains("Items"), "{database}");
        // Nobody else's desk says anything of it.
        let other = Site::as_person(&world, &world.other_buyer().await).await;
        assert!(!other.get("/desk").await.text.contains(draft.as_str()), "{database}");
    }
}

#[tokio::test]
async fn items_are_downloaded_as_a_table_which_comes_back_with_known_answers() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let (page, table) = (format!("/batches/{batch}"), format!("/batches/{batch}/gold.csv"));
        assert!(!site.get(&page).await.text.contains("gold.csv"), "{database}: there are no items");
        site.upload(&format!("{page}/items"), "items", b"id,payload\n\"a, \"\"b\"\"\",one\n=2,two\n3,three\n").await.redirects();
        site.get(&page).await.says(&table);
        let text = site.get(&table).await.text;
        assert_eq!(text, "id,gold.answer,gold_explanation\r\n\"a, \"\"b\"\"\",,\r\n=2,,\r\n3,,\r\n");
        let filled = text.replace("=2,,", "=2,Harmful,It threatens.").replace("\"\"\",,", "\"\"\",Harmless,It does not.");
        site.upload(&format!("{page}/gold"), "gold", filled.as_bytes()).await.redirects();
        let shown = site.get(&page).await;
        shown.says("2 of 3 items have a known answer");
        // A new file replaces the last: an empty table is not offered where something is known.
        assert!(!shown.text.contains("gold.csv"), "{database}");
        let other = Site::as_person(&world, &world.other_buyer().await).await;
        assert_eq!(other.get(&table).await.status, 404);
        // Where nothing waits to be looked through, nothing is told; and to nobody else.
        let pictures = draft_of_pictures(&world, &contract).await;
        assert_eq!(site.get(&format!("/batches/{pictures}/items/looked")).await.text, "{\"all\":0,\"done\":0}");
        let look = world.deps.files.looking().begin(pictures.as_str());
        look.expect(5);
        look.step();
        assert_eq!(site.get(&format!("/batches/{pictures}/items/looked")).await.text, "{\"all\":5,\"done\":1}");
        assert_eq!(other.get(&format!("/batches/{pictures}/items/looked")).await.status, 404);
    }
}

#[tokio::test]
async fn signing_in_leads_back_to_where_one_was_and_else_to_ones_own_first_page() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("10.00").await;
    let site = Site::of(&world).await;
    let public = site.get(&format!("/contracts/{contract}")).await;
    let next = format!("%2Fcontracts%2F{contract}");
    public.says(&format!("href=\"/signin?next={next}\""));
    site.get(&format!("/signin?next={next}")).await.says(&format!("name=\"next\" value=\"/contracts/{contract}\""));
    site.get("/").await.says("href=\"/signin\"");
    site.get("/signin").await.says("href=\"/signin\"");
    for (email, next, to) in [
        ("buyer@example.coop", format!("/contracts/{contract}"), format!("/contracts/{contract}")),
        ("buyer@example.coop", String::new(), "/desk".to_owned()),
        ("otieno@example.coop", String::new(), "/work".to_owned()),
    ] {
        let answer = site.post("/signin", &[("email", email), ("password", crate::support::PASSWORD), ("next", &next)]).await;
        assert_eq!((answer.status, answer.to), (303, to));
    }
}
