//! Bad input, as people send it: what they see, that what they typed is still there, and that nothing was written.

mod zero_bytes;

use manyhands::actions::{claims, contracts};
use manyhands_domain::ids::ContractId;

use crate::http::{Answer, Site};
use crate::support::{PAGES, PASSWORD, World, databases, once, world};

const AMOUNTS: &[&str] =
    &["1e400", "NaN", "-0", "0.0000001", "1,234.56", "٣٫٥", "٣", "", "0x10", "1_000", " ", "99999999999999999999", "+1", "1.", ".5"];
const NO_AMOUNT: &str = "This is no amount. Type digits with a point, such as 9.40";

/// Nothing was written by `deed`.
async fn writes_nothing(world: &World, deed: impl AsyncFnOnce() -> Answer) -> Answer {
    let before = world.rows().await;
    let answer = deed().await;
    assert_eq!(world.rows().await, before, "something was written");
    answer
}

#[tokio::test]
async fn amounts_that_are_none_are_refused_where_they_are_typed_and_stay_there() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        world.reads(&world.treasurer, "en").await;
        let (treasurer, buyer) = (Site::as_person(&world, &world.treasurer).await, Site::as_person(&world, &world.buyer).await);
        for amount in AMOUNTS {
            let forms: [(&Site, &str, String, Vec<(&str, &str)>); 4] = [
                (
                    &treasurer,
                    "amount",
                    "/treasury/deposit".to_owned(),
                    vec![("contract", contract.as_str()), ("amount", amount), ("reference", "transfer 9")],
                ),
                (
                    &treasurer,
                    "minimum",
                    "/treasury/payouts".to_owned(),
                    vec![("currency", "USD"), ("minimum", amount), ("password", PASSWORD)],
                ),
                (
                    &treasurer,
                    "amount",
                    "/treasury/expenses".to_owned(),
                    vec![("name", "Hosting"), ("currency", "USD"), ("amount", amount), ("what", "July"), ("password", PASSWORD)],
                ),
                (
                    &buyer,
                    "price",
                    format!("/desk/{contract}/batch"),
                    vec![
                        ("title", "T"),
                        ("price", amount),
                        ("seconds", "180"),
                        ("payload_kind", "text"),
                        ("question", "Q?"),
                        ("answer_kind", "text"),
                        ("choices", ""),
                    ],
                ),
            ];
            for (site, field, path, fields) in forms {
                let answer = writes_nothing(&world, async || site.post(&path, &fields).await).await;
                answer.refuses(NO_AMOUNT);
                answer.says(&format!("href=\"#f-{field}\""));
                if !amount.trim().is_empty() {
                    answer.says(&format!("name=\"{field}\" value=\"{amount}\""));
                }
                assert!(!answer.text.contains(PASSWORD), "a password is never shown again");
            }
        }
    }
}

#[tokio::test]
async fn a_file_of_items_is_taken_whole_or_not_at_all() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let path = format!("/batches/{batch}/items");
        let latin_1 = b"id,payload\n1,caf\xe9\n".to_vec();
        let utf_16: Vec<u8> = "id,payload\n1,a\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cases: [(Vec<u8>, &str); 9] = [
            (b"id,text\n1,a\n".to_vec(), "The file has no column payload."),
            (b"id,payload\n1,\"left open\n2,b\n".to_vec(), "A quotation mark is left open, at or after line 2."),
            (latin_1, "Line 2 is not UTF-8."),
            (utf_16, "is not UTF-8"),
            (b"id,payload\n1,a\n1,b\n".to_vec(), "Line 3: the id 1 is there twice."),
            (b"id,payload\n1,a\n2\n".to_vec(), "Line 3 has 1 cells, the head has 2."),
            (b"id,payload\n1,a\n2,\n".to_vec(), "Line 3: the column payload is empty"),
            (b"{\"id\":\"1\",\"payload\":\"a\"}\n{\"id\":\"2\",\n".to_vec(), "Line 2, column"),
            (b"".to_vec(), "The file holds no items."),
        ];
        for (file, words) in cases {
            writes_nothing(&world, async || site.upload(&path, "items", &file).await).await.refuses(words);
        }
        site.upload(&path, "items", b"id,payload\n1,a\n2,b\n").await.redirects();
    }
}

#[tokio::test]
async fn two_hundred_megabytes_are_turned_away_with_a_page() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let batch = world.draft_batch(&contract, "0.80", "180").await;
    let site = Site::as_person(&world, &world.buyer).await;
    let file = vec![b'x'; 200_000_000];
    let answer = writes_nothing(&world, async || site.upload(&format!("/batches/{batch}/items"), "items", &file).await).await;
    assert_eq!(answer.status, 413);
    answer.says("at most 50 MB");
}

#[tokio::test]
async fn names_with_control_or_direction_characters_are_refused_and_kept_as_typed() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.treasurer, "en").await;
        let member = Site::as_person(&world, &world.treasurer).await;
        let coordinator = Site::as_person(&world, &world.coordinator).await;
        for name in ["a\u{202e}b", "a\u{7}b", "\u{2066}x", "a\u{200f}", "   "] {
            let account = [("name", name), ("language", "en"), ("zone", "Europe/Paris"), ("subscribed", "on")];
            let answer = writes_nothing(&world, async || member.post("/account", &account).await).await;
            answer.refuses("This name is empty, too long, or holds an invisible control or direction character.");
            answer.says("href=\"#f-name\"");
            let invitation = [
                ("name", name),
                ("email", "new@example.coop"),
                ("role", ""),
                ("client", ""),
                ("country", "KE"),
                ("language", "en"),
                ("zone", "UTC"),
            ];
            let answer = writes_nothing(&world, async || coordinator.post("/office/invite", &invitation).await).await;
            answer.refuses("holds an invisible control or direction character");
            answer.says("new@example.coop");
        }
    }
}

#[tokio::test]
async fn a_form_pressed_twice_acts_once_even_at_the_same_moment() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        world.reads(&world.treasurer, "en").await;
        let site = Site::as_person(&world, &world.treasurer).await;
        let fields = [("key", "pressed twice"), ("contract", contract.as_str()), ("amount", "5.00"), ("reference", "transfer 9")];
        let ours = [("Sec-Fetch-Site", "same-origin")];
        let before = world.escrow(&contract).await;
        let (first, second) =
            tokio::join!(site.post_with("/treasury/deposit", &fields, &ours), site.post_with("/treasury/deposit", &fields, &ours));
        let third = site.post_with("/treasury/deposit", &fields, &ours).await;
        for answer in [&first, &second, &third] {
            answer.redirects();
            assert_eq!(answer.to, first.to, "the first answer, each time");
        }
        assert_eq!(world.escrow(&contract).await - before, 5_000_000);

        let other = [("key", "pressed twice"), ("contract", contract.as_str()), ("amount", "6.00"), ("reference", "transfer 9")];
        let answer = writes_nothing(&world, async || site.post_with("/treasury/deposit", &other, &ours).await).await;
        answer.refuses("This form was sent before with other content. Nothing was written.");
        let keyless = &other[1..];
        let answer = writes_nothing(&world, async || site.post_with("/treasury/deposit", keyless, &ours).await).await;
        answer.refuses("The form came without its key. Nothing was written.");
    }
}

#[tokio::test]
async fn a_form_sent_after_the_claim_ran_out_keeps_the_text_and_says_why() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 1).await;
        let site = Site::as_person(&world, &world.reviewer).await;
        let claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        world.deps.clock.advance(2 * 3_600);
        let answer = site.post(&format!("{claim}/submit"), &[("answer", "Harmful"), ("active_seconds", "90")]).await;
        answer.refuses("The time was up at");
        answer.says("Your text is kept as a draft");
        // The task is free again, and whoever claims it again finds the text.
        let again = site.post(&format!("/batches/{batch}/claim"), &[]).await;
        again.redirects();
        let page = site.get(&again.to).await;
        let chosen = page.text.split("value=\"Harmful\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(chosen.contains("checked"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_claim_that_escrow_cannot_pay_is_refused_with_the_sums() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("1.00").await;
        let batch = world.open_batch(&contract, 3).await;
        claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
        let site = Site::as_person(&world, &world.reviewer).await;
        let answer = writes_nothing(&world, async || site.post(&format!("/batches/{batch}/claim"), &[]).await).await;
        answer.refuses("0.20 USD is free, the price is 0.80 USD");
    }
}

#[tokio::test]
async fn a_field_that_does_not_belong_to_the_form_is_refused() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::as_person(&world, &world.reviewer).await;
        let account = [("name", "Otieno B."), ("language", "en"), ("zone", "UTC"), ("role", "coordinator")];
        let answer = writes_nothing(&world, async || site.post("/account", &account).await).await;
        answer.refuses("The form holds a field that does not belong to it: role. Nothing was written.");
        assert!(world.signed_in(&world.reviewer).await.coordinator().is_none());
        let invitation = [
            ("name", "N"),
            ("email", "n@example.coop"),
            ("role", "emperor"),
            ("client", ""),
            ("country", "KE"),
            ("language", "en"),
            ("zone", "UTC"),
        ];
        let coordinator = Site::as_person(&world, &world.coordinator).await;
        writes_nothing(&world, async || coordinator.post("/office/invite", &invitation).await)
            .await
            .refuses("This role does not exist here.");
    }
}

/// A draft contract with everything but what `changed` says.
async fn draft_with(world: &World, changed: &[(&str, &str)]) -> ContractId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let contract = contracts::draft(deps, &buyer, &once()).await.unwrap();
    for (step, fields) in PAGES {
        let field = |name: &str| {
            let typed = changed.iter().chain(fields.iter()).find(|(key, _)| *key == name);
            typed.map_or(String::new(), |(_, value)| (*value).to_owned())
        };
        // A page with a fault keeps what can be taken.
        let _ = contracts::save(deps, &buyer, &once(), &contract, step, field).await;
    }
    contract
}

/// The first page of the form with one field changed.
fn who_with<'a>(field: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    PAGES[0].1.iter().map(|(key, typed)| (*key, if *key == field { value } else { *typed })).collect()
}

#[tokio::test]
async fn a_contract_that_hides_its_end_client_cannot_be_submitted_in_either_language() {
    let sentences = [("en", "The end client must be named"), ("fr", "Le client final doit être nommé")];
    for database in databases() {
        let world = world(database).await;
        for (language, words) in sentences {
            world.reads(&world.buyer, language).await;
            let site = Site::as_person(&world, &world.buyer).await;
            // Said at once on the page where it is typed; what was typed stays.
            let contract = draft_with(&world, &[]).await;
            for name in ["Confidential", "under NDA", "N/A", "Confidentiel"] {
                let typed = who_with("end_client", name);
                let answer = writes_nothing(&world, async || site.post(&format!("/desk/{contract}/who"), &typed).await).await;
                answer.refuses(words);
                answer.says(&format!("name=\"end_client\" value=\"{name}\""));
                answer.says("DEMO00SAFEHARBOR0184");
            }
            // A page left empty can be saved, but the contract cannot be submitted.
            let contract = draft_with(&world, &[("end_client", "")]).await;
            writes_nothing(&world, async || site.post(&format!("/desk/{contract}/submit"), &[]).await).await.refuses(words);
            let complete = draft_with(&world, &[]).await;
            site.post(&format!("/desk/{complete}/submit"), &[]).await.redirects();
        }
        world.reads(&world.buyer, "en").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let contract = draft_with(&world, &[]).await;
        let wrong = who_with("lei", "DEMO00SAFEHARBOR0185");
        let answer = writes_nothing(&world, async || site.post(&format!("/desk/{contract}/who"), &wrong).await).await;
        answer.refuses("The check digits of this LEI do not fit.");
        answer.says("DEMO00SAFEHARBOR0185");
        assert!(!answer.text.contains("0184"), "the right digits are not revealed");
    }
}

#[tokio::test]
async fn a_batch_under_the_floor_cannot_be_opened_and_the_least_price_is_said_in_either_language() {
    let sentences = [("en", "The least price at this time is 0.34 USD."), ("fr", "0,34 USD")];
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        for (language, words) in sentences {
            let batch = world.draft_batch(&contract, "0.11", "120").await;
            world.reads(&world.buyer, language).await;
            let site = Site::as_person(&world, &world.buyer).await;
            site.upload(&format!("/batches/{batch}/items"), "items", b"id,payload\n1,a\n").await.redirects();
            let answer = writes_nothing(&world, async || site.post(&format!("/batches/{batch}/open"), &[]).await).await;
            answer.refuses(words);
            if language == "en" {
                answer.says("a member earns 2.64 USD an hour");
            }
            site.post(&format!("/batches/{batch}/offer"), &[("price", "0.33"), ("seconds", "120")]).await.redirects();
            assert_eq!(site.post(&format!("/batches/{batch}/open"), &[]).await.status, 422);
            site.post(&format!("/batches/{batch}/offer"), &[("price", "0.34"), ("seconds", "120")]).await.redirects();
            site.post(&format!("/batches/{batch}/open"), &[]).await.redirects();
        }
    }
}
