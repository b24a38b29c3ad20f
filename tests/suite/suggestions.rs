//! What a model suggests: brought by the client with the items, shown beside each question, taken over by a press and never by itself, and
//! told with the answer.

use manyhands::actions::reviews::{self, Judging};
use manyhands::actions::{batches, files, questions};
use manyhands_domain::forms::NewQuestion;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};
use serde_json::{Value, json};

use crate::files::{draft_of_pictures, jpeg, zipped};
use crate::http::Site;
use crate::support::{World, databases, once, world};

/// A choice and a remark; the first two items come with a suggestion, the third without.
const ITEMS: &str = "id,payload,suggestion.answer,suggestion.remark,suggestion_model,suggestion_version\n\
                     1,\"Passage 1\",Harmful,\"It threatens <b>.\",tagger,2\n2,\"Passage 2\",Harmless,,tagger,2\n3,\"Passage 3\",,,,\n";

fn remark() -> NewQuestion {
    let (kind, name, question) = ("text".to_owned(), "remark".to_owned(), "Anything else?".to_owned());
    NewQuestion { kind, name, question, optional: true, ..NewQuestion::default() }
}

async fn draft(world: &World, contract: &ContractId) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let batch = world.draft_batch(contract, "0.80", "180").await;
    questions::add(deps, &buyer, &once(), &batch, &remark()).await.unwrap();
    batch
}

async fn open(world: &World, contract: &ContractId) -> BatchId {
    let batch = draft(world, contract).await;
    let buyer = world.buyer().await;
    batches::import(&world.deps, &buyer, &once(), &batch, ITEMS.as_bytes()).await.unwrap();
    batches::open(&world.deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

async fn suggested(world: &World, batch: &BatchId) -> i64 {
    batches::find_own(&world.deps, &world.buyer().await, batch).await.unwrap().suggestions
}

async fn accept(world: &World, path: &str) {
    let id = ClaimId::parse(path.rsplit('/').next().unwrap()).unwrap();
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &id).await.unwrap();
}

fn at(path: &str) -> String {
    path.split(['?', '#']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_suggestion_is_shown_and_taken_over_by_a_press_and_never_by_itself() {
    for database in databases() {
        let world = world(database).await;
        for person in [&world.worker, &world.reviewer, &world.buyer] {
            world.reads(person, "en").await;
        }
        let contract = world.funded_contract("100.00").await;
        let batch = open(&world, &contract).await;
        let site = Site::as_person(&world, &world.worker).await;
        let board = site.get("/work").await;
        board.says("2 of 3 items with suggestions of a model");
        board.says("The price is the same whether you take one over or answer otherwise");

        let claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let page = site.get(&claim).await;
        for words in [
            "Suggested by tagger 2",
            "It threatens &#60;b&#62;.",
            "It may be wrong",
            "/suggested.js",
            "Take over all that is not answered yet",
        ] {
            page.says(words);
        }
        assert!(!page.text.contains(" checked"), "{database}: nothing is chosen");
        assert!(page.text.contains("></textarea>") && !page.text.contains(".</textarea>"), "{database}: nothing is filled in");

        // One is taken over; what was typed for the other stays.
        let typed = [("remark", "My own words"), ("active_seconds", "20")];
        let taken = site.post(&format!("{claim}/draft?take=answer"), &typed).await;
        assert_eq!(taken.to, format!("{claim}#f-answer"), "{database}");
        let page = site.get(&claim).await;
        page.says("value=\"Harmful\" checked");
        page.says(">My own words</textarea>");
        // All that is open: what was chosen or typed otherwise stays.
        let taken = site.post(&format!("{claim}/draft?take=*"), &[("answer", "Harmless"), ("remark", " ")]).await;
        assert_eq!(taken.to, claim, "{database}");
        let page = site.get(&claim).await;
        page.says("value=\"Harmless\" checked");
        page.says(">It threatens &#60;b&#62;.</textarea>");
        // An address that names nothing takes nothing over, and stands in none.
        let odd = site.post(&format!("{claim}/draft?take=%0d%0aX:%20y"), &[("answer", "Harmless"), ("remark", "")]).await;
        assert_eq!(odd.to, claim, "{database}");

        let first = site.post(&format!("{claim}/submit"), &[("answer", "Harmful"), ("remark", "Another."), ("active_seconds", "99")]).await;
        let second = site.post(&format!("{}/submit", at(&first.to)), &[("answer", "Harmless"), ("active_seconds", "99")]).await;
        let page = site.get(&second.to).await;
        assert!(!page.text.contains("Suggested by") && !page.text.contains("suggested.js"), "{database}: the third comes without");
        site.post(&format!("{}/submit", at(&second.to)), &[("answer", "Harmless"), ("active_seconds", "99")]).await.redirects();

        // Whoever judges sees what became of it.
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        let judged = reviewer.get(&format!("/reviews/{}", claim.rsplit('/').next().unwrap())).await;
        judged.says("The same as tagger 2 suggested.");
        judged.says("Another answer than tagger 2 suggested:");
        judged.says("It threatens &#60;b&#62;.");
        for path in [&claim, &at(&first.to), &at(&second.to)] {
            accept(&world, path).await;
        }

        // And so does the client: in the list of items, and with the answers.
        let client = Site::as_person(&world, &world.buyer).await;
        client.get(&format!("/batches/{batch}")).await.says("2 of 3 items come with suggestions of a model.");
        client.get(&format!("/batches/{batch}/items")).await.says("accepted, paid · suggested by tagger 2");
        let of = async |kind: &str| client.get(&format!("/desk/{contract}/results.{kind}")).await.text;
        let lines = of("jsonl").await;
        assert_eq!(lines, of("jsonl").await, "{database}: the same bytes");
        let told: Vec<Value> = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["suggestion"].clone()).collect();
        let by = |changed: Value| json!({"changed": changed, "model": "tagger", "version": "2"});
        assert_eq!(told, [by(json!({"answer": false, "remark": true})), by(json!({"answer": false})), Value::Null], "{database}");
        let csv = of("csv").await;
        let rows: Vec<&str> = csv.lines().collect();
        assert_eq!(rows[0], "item,answer,remark,guidelines,worker,suggestion.model,suggestion.version,answer.changed,remark.changed");
        let end = |row: &str| row.splitn(5, ',').nth(4).unwrap().split_once(',').unwrap().1.to_owned();
        assert_eq!([end(rows[1]), end(rows[2]), end(rows[3])], ["tagger,2,no,yes", "tagger,2,no,", ",,,"], "{database}: {csv}");
        let studio: Value = serde_json::from_str(&client.get(&format!("/batches/{batch}/label-studio.json")).await.text).unwrap();
        assert_eq!(studio[0]["predictions"][0]["model_version"], "tagger 2", "{database}");
        assert_eq!(studio[0]["data"]["manyhands_changed"], json!([["remark"]]), "{database}");
        assert_eq!((&studio[2]["predictions"], &studio[2]["data"]["manyhands_changed"]), (&Value::Null, &Value::Null), "{database}");
    }
}

#[tokio::test]
async fn work_that_came_back_and_was_done_again_is_told_as_it_was_done_last() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open(&world, &contract).await;
        let site = Site::as_person(&world, &world.worker).await;
        let claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        site.post(&format!("{claim}/submit"), &[("answer", "Harmful"), ("active_seconds", "99")]).await.redirects();
        let (by, id) = (Judging::Reviewer(world.reviewer().await), ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap());
        reviews::send_back(&world.deps, &by, &once(), &id, "off-guideline", "Look again, please.", "4.2").await.unwrap();
        let again = [("answer", "Harmless"), ("remark", "It threatens <b>."), ("active_seconds", "150")];
        site.post(&format!("{claim}/submit"), &again).await.redirects();
        accept(&world, &claim).await;
        let lines = Site::as_person(&world, &world.buyer).await.get(&format!("/desk/{contract}/results.jsonl")).await.text;
        assert!(
            lines.contains(r#""suggestion":{"changed":{"answer":true,"remark":false},"model":"tagger","version":"2"}"#),
            "{database}: {lines}"
        );
    }
}

#[tokio::test]
async fn its_client_sees_it_in_the_preview_and_tries_the_press_without_writing() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.buyer, "fr").await;
        let contract = world.funded_contract("100.00").await;
        let batch = draft(&world, &contract).await;
        batches::import(&world.deps, &world.buyer().await, &once(), &batch, ITEMS.as_bytes()).await.unwrap();
        let client = Site::as_person(&world, &world.buyer).await;
        let preview = format!("/batches/{batch}/preview");
        client.get(&preview).await.says("Suggéré par tagger 2");
        let before = world.rows().await;
        let page = client.post(&format!("{preview}?take=answer"), &[("remark", "Les miens")]).await;
        assert_eq!(page.status, 200, "{database}");
        page.says("value=\"Harmful\" checked");
        page.says(">Les miens</textarea>");
        assert!(!page.text.contains("prise"), "{database}: nothing was handed in");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        let page = client.get(&format!("/batches/{batch}")).await;
        for words in ["2 éléments sur 3 viennent avec une suggestion.", "tagger 2", "suggestion.answer est la colonne"] {
            page.says(words);
        }
    }
}

#[tokio::test]
async fn all_suggestions_of_a_file_are_taken_or_none_with_the_line_of_each_fault() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.buyer, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = draft(&world, &contract).await;
        let (client, page) = (Site::as_person(&world, &world.buyer).await, format!("/batches/{batch}"));
        client.upload(&format!("{page}/items"), "items", ITEMS.as_bytes()).await.redirects();
        assert_eq!(suggested(&world, &batch).await, 2, "{database}");
        let task = |prediction: Value| json!([{"id": 1, "data": {"text": "a"}, "predictions": [prediction]}]).to_string();
        let choice = |word: &str| json!([{"from_name": "answer", "type": "choices", "value": {"choices": [word]}}]);
        let before = world.rows().await;
        for (what, file, words) in [
            (
                "items",
                "id,payload,suggestion.answer,suggestion_model\n1,a,harmful,m\n".to_owned(),
                "Line 2: “harmful” could not be taken over as an answer to “Is this passage harmful?”",
            ),
            ("items", "id,payload,suggestion,suggestion_model\n1,a,Harmful,m\n".to_owned(), "as in suggestion.answer, or in JSON Lines"),
            (
                "items",
                "{\"id\":1,\"payload\":\"a\",\"suggestion\":{\"answer\":{\"why\":\"x\"},\"model\":\"m\"}}".to_owned(),
                "Line 1: something is suggested to a question called “why”",
            ),
            (
                "items",
                task(json!({"result": choice("Harmful")})),
                "Task 1: a suggestion needs the name of its model (in Label Studio model_version)",
            ),
            ("items", task(json!({"model_version": "m", "result": choice("Ugly")})), "Task 1: “Ugly” could not be taken over"),
            (
                "suggestions",
                "id,suggestion.answer,suggestion_model\n1,Harmless,m\n9,Harmful,m\n".to_owned(),
                "Line 3: no item has the id 9.",
            ),
            ("suggestions", "id,suggestion_model\n1,m\n".to_owned(), "Line 2 names a model, and not what it suggests."),
            ("suggestions", "id,payload\n1,a\n".to_owned(), "The file suggests nothing."),
        ] {
            client.upload(&format!("{page}/{what}"), what, file.as_bytes()).await.refuses(words);
            assert_eq!(world.rows().await, before, "{database}: {words}: nothing was written");
        }
        // A file of its own takes the place of what was suggested; one press takes it all out; other clients can do neither.
        let third = "id,suggestion.answer,suggestion_model\n3,Harmless,other\n";
        client.upload(&format!("{page}/suggestions"), "suggestions", third.as_bytes()).await.redirects();
        assert_eq!(suggested(&world, &batch).await, 1, "{database}");
        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        assert_eq!(stranger.upload(&format!("{page}/suggestions"), "suggestions", third.as_bytes()).await.status, 404, "{database}");
        assert_eq!(stranger.post(&format!("{page}/suggestions/remove"), &[]).await.status, 404, "{database}");
        client.post(&format!("{page}/suggestions/remove"), &[]).await.redirects();
        assert_eq!(suggested(&world, &batch).await, 0, "{database}");
        // Tasks with predictions; then rows without any.
        let tasks = task(json!({"model_version": "m", "result": choice("Harmful")}));
        client.upload(&format!("{page}/items"), "items", tasks.as_bytes()).await.redirects();
        assert_eq!(suggested(&world, &batch).await, 1, "{database}");
        client.upload(&format!("{page}/items"), "items", b"id,payload\n1,a\n").await.redirects();
        assert_eq!(suggested(&world, &batch).await, 0, "{database}");
        client.post(&format!("{page}/open"), &[]).await.redirects();
        client.upload(&format!("{page}/suggestions"), "suggestions", third.as_bytes()).await.refuses("The batch is open already");
        client.post(&format!("{page}/suggestions/remove"), &[]).await.refuses("The batch is open already");
    }
}

#[tokio::test]
async fn a_form_that_changes_keeps_what_can_still_be_taken_over() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let (deps, buyer, batch) = (&world.deps, world.buyer().await, draft(&world, &contract).await);
        batches::import(deps, &buyer, &once(), &batch, ITEMS.as_bytes()).await.unwrap();
        let choices = |choices: &str| NewQuestion {
            kind: "one-choice".to_owned(),
            question: "What is it?".to_owned(),
            choices: choices.to_owned(),
            ..NewQuestion::default()
        };
        questions::change(deps, &buyer, &once(), &batch, "answer", &choices("Harmful\nHarmless\nUnclear")).await.unwrap();
        assert_eq!(suggested(&world, &batch).await, 2, "{database}");
        // The first still has its remark, the second nothing any more.
        questions::change(deps, &buyer, &once(), &batch, "answer", &choices("Bad\nGood")).await.unwrap();
        assert_eq!(suggested(&world, &batch).await, 1, "{database}");
        let client = Site::as_person(&world, &world.buyer).await;
        let page = client.get(&format!("/batches/{batch}/preview")).await;
        page.says("It threatens");
        assert_eq!(page.text.matches("data-fields").count(), 1, "{database}");
        questions::remove(deps, &buyer, &once(), &batch, "remark").await.unwrap();
        assert_eq!(suggested(&world, &batch).await, 0, "{database}");
    }
}

#[tokio::test]
async fn a_batch_whose_suggestions_tell_the_known_answers_does_not_open() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.buyer, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let (client, page) = (Site::as_person(&world, &world.buyer).await, format!("/batches/{batch}"));
        let file = |gold: &str, others: &str| {
            let row = |n: usize| match n {
                1 => format!("{n},Passage {n},Harmless,Nobody is hurt.,{gold},{}\n", if gold.is_empty() { "" } else { "m" }),
                _ => format!("{n},Passage {n},,,{others},{}\n", if others.is_empty() { "" } else { "m" }),
            };
            format!("id,payload,gold,gold_explanation,suggestion,suggestion_model\n{}", (1..=4).map(row).collect::<String>())
        };
        for (gold, others, words) in [
            ("", "Harmful", "0 of those 1 come with a suggestion, and 3 of the other 3"),
            ("Harmful", "", "1 of those 1 come with a suggestion"),
        ] {
            client.upload(&format!("{page}/items"), "items", file(gold, others).as_bytes()).await.redirects();
            client.post(&format!("{page}/open"), &[]).await.refuses(words);
        }
        // A known answer may be suggested, or another: neither marks the item.
        client.upload(&format!("{page}/items"), "items", file("Harmful", "Harmless").as_bytes()).await.redirects();
        client.post(&format!("{page}/open"), &[]).await.redirects();
        let site = Site::as_person(&world, &world.worker).await;
        let mut claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        for _ in 0..4 {
            let shown = site.get(&at(&claim)).await;
            shown.says("m</p>");
            assert!(!shown.text.contains("Nobody is hurt"), "{database}");
            let submitted = site.post(&format!("{}/submit", at(&claim)), &[("answer", "Harmless"), ("active_seconds", "99")]).await.to;
            claim = submitted;
        }
    }
}

#[tokio::test]
async fn shapes_on_kept_pictures_come_in_a_file_beside_them_and_go_with_them() {
    for database in databases() {
        let world = world(database).await;
        for person in [&world.worker, &world.buyer] {
            world.reads(person, "en").await;
        }
        let contract = world.funded_contract("100.00").await;
        let (deps, buyer, batch) = (&world.deps, world.buyer().await, draft_of_pictures(&world, &contract).await);
        let signs = NewQuestion {
            kind: "boxes".to_owned(),
            name: "signs".to_owned(),
            question: "Where are signs?".to_owned(),
            choices: "Sign".to_owned(),
            ..NewQuestion::default()
        };
        questions::replace(deps, &buyer, &once(), &batch, &[signs]).await.unwrap();
        let (one, two) = (jpeg(200, 100, 1), jpeg(300, 150, 2));
        let zip = zipped(&[("set/one.jpg", &one), ("set/two.jpg", &two)], zip::CompressionMethod::Stored);
        let (client, page) = (Site::as_person(&world, &world.buyer).await, format!("/batches/{batch}"));
        client.upload_called(&format!("{page}/items"), "items", "a.zip", &zip).await.redirects();
        // The size of the picture is known: what lies outside is no answer.
        let csv = |line: &str| format!("id,suggestion,suggestion_model\nset/one.jpg,\"{line}\",finder\n");
        let wide = csv("Sign: 10,10 to 90,90\nSign: 20,10 to 250,30");
        client
            .upload(&format!("{page}/suggestions"), "suggestions", wide.as_bytes())
            .await
            .refuses("Line 2: “Sign: 20,10 to 250,30” could not be taken over");
        client.upload(&format!("{page}/suggestions"), "suggestions", csv("20,10 to 60.5,30").as_bytes()).await.redirects();
        assert_eq!(suggested(&world, &batch).await, 1, "{database}");
        // Tasks of Label Studio, whose pictures are known by what the task shows.
        let result = json!({"from_name": "signs", "type": "rectanglelabels", "original_width": 200, "original_height": 100,
            "value": {"x": 10, "y": 10, "width": 20.25, "height": 20, "rotation": 0, "rectanglelabels": ["Sign"]}});
        let tasks = json!([{"id": 7, "data": {"image": "set/one.jpg"}, "predictions": [{"model_version": "finder", "result": [result]}]}]);
        client.upload_called(&format!("{page}/suggestions"), "suggestions", "tasks.json", tasks.to_string().as_bytes()).await.redirects();
        client.post(&format!("{page}/open"), &[]).await.redirects();

        let site = Site::as_person(&world, &world.worker).await;
        let claim = site.post(&format!("{page}/claim"), &[]).await.to;
        let shown = site.get(&claim).await;
        shown.says("Suggested by finder");
        shown.says("Sign × 1");
        site.post(&format!("{claim}/draft?take=signs"), &[("signs", "")]).await.redirects();
        site.get(&claim).await.says(">Sign: 20,10 to 60.5,30</textarea>");
        let next = site.post(&format!("{claim}/submit"), &[("signs", "Sign: 20,10 to 60.5,31"), ("active_seconds", "99")]).await.to;
        site.post(&format!("{}/submit", at(&next)), &[("signs", "Sign: 1,1 to 9,9"), ("active_seconds", "99")]).await.redirects();
        let review = Judging::Client(world.buyer().await);
        for path in [&claim, &at(&next)] {
            let id = ClaimId::parse(path.rsplit('/').next().unwrap()).unwrap();
            reviews::accept(deps, &review, &once(), &id).await.unwrap();
        }
        let studio = client.get(&format!("{page}/label-studio.json")).await.text;
        assert!(studio.contains(r#""predictions":[{"model_version":"finder","result":[{"from_name":"signs""#), "{database}: {studio}");

        // When the pictures go, so does what was suggested on them; what became of it stays with the answer.
        let told = r#""suggestion":{"changed":{"signs":true},"model":"finder"}"#;
        world.deps.clock.advance(31 * 86_400);
        assert_eq!(files::delete_due(deps).await.unwrap(), 2, "{database}");
        let client = Site::as_person(&world, &world.buyer).await;
        let lines = client.get(&format!("/desk/{contract}/results.jsonl")).await.text;
        assert!(lines.contains(told), "{database}: {lines}");
        let studio = client.get(&format!("{page}/label-studio.json")).await.text;
        assert!(!studio.contains("predictions") && studio.contains(r#""manyhands_changed":[["signs"]]"#), "{database}: {studio}");
    }
}

#[tokio::test]
async fn behind_a_veil_a_suggestion_that_may_quote_the_item_is_folded_away() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = open(&world, &contract).await;
        let site = Site::as_person(&world, &world.worker).await;
        let claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let page = site.get(&claim).await;
        page.says("</summary><p class=\"said\">It threatens &#60;b&#62;.</p></details>");
        page.says("<p class=\"said\">Harmful</p>");
    }
}
