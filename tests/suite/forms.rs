//! Answer forms from draft to results: several questions, and what was stored when a form had one.

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{claims, reviews};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId};

use crate::http::Site;
use crate::pages::change;
use crate::support::{World, databases, once, world};

/// A choice, a number and a remark that need not be.
const THREE: &str = r#"{"questions":[
  {"name":"harm","question":"Is this passage harmful?","required":true,"answer":{"kind":"one-choice","choices":[["Harmful","h"],"Harmless"]}},
  {"name":"people","question":"How many people are named?","required":true,"answer":{"kind":"number"}},
  {"name":"remark","question":"Anything else?","required":false,"answer":{"kind":"text"}}]}"#;

/// The rows of a batch as this form left them.
async fn set_form(world: &World, batch: &BatchId, form: &str) {
    change(&world.database, &format!("UPDATE batches SET form = '{form}' WHERE id = '{batch}'")).await;
}

async fn accept(world: &World, claim: &ClaimId) {
    let by = Judging::Reviewer(world.reviewer().await);
    reviews::accept(&world.deps, &by, &once(), claim).await.unwrap();
}

/// What the client downloads.
pub async fn results(world: &World, contract: &ContractId, kind: &str) -> String {
    let text = Site::as_person(world, &world.buyer).await.get(&format!("/desk/{contract}/results.{kind}")).await.text;
    let worker = text.split("\"worker\":").nth(1).and_then(|rest| rest.split('}').next().map(str::to_owned));
    worker.map_or(text.clone(), |worker| text.replace(&format!("\"worker\":{worker}}}"), "\"worker\":n}"))
}

#[tokio::test]
async fn each_question_is_asked_judged_and_taken_away_by_its_name() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        set_form(&world, &batch, THREE).await;
        let site = Site::as_person(&world, &world.worker).await;
        let claim = site.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let page = site.get(&claim).await;
        for words in
            ["Is this passage harmful?", "How many people are named?", "Anything else? <small>may stay empty</small>", "data-key=\"h\""]
        {
            page.says(words);
        }

        // Every refusal names its question and stands at its field; what was typed is kept, on the page and as a draft.
        let typed = [("harm", "Harmless"), ("people", "a few"), ("remark", "two cities, too")];
        let answer = site.post(&format!("{claim}/submit"), &typed).await;
        answer.refuses("“How many people are named?” asks for a number.");
        answer.says("href=\"#f-people\"");
        answer.says("id=\"e-people\"");
        assert!(!answer.text.contains("id=\"e-harm\""), "{database}: what fits is not marked");
        for text in [&answer.text, &site.get(&claim).await.text] {
            assert!(text.contains("value=\"Harmless\" checked") && text.contains("value=\"a few\"") && text.contains("two cities, too"));
        }
        let answer = site.post(&format!("{claim}/submit"), &[]).await;
        answer.refuses("“Is this passage harmful?” has no answer yet.");
        answer.says("“How many people are named?” has no answer yet.");
        site.post(&format!("{claim}/submit"), &[("harm", "Harmless"), ("answer", "x")]).await.refuses("does not belong to it: answer");

        site.post(&format!("{claim}/submit"), &[("harm", "Harmless"), ("people", "3.0"), ("remark", "")]).await.redirects();
        let claim = ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap();
        let page = Site::as_person(&world, &world.reviewer).await.get(&format!("/reviews/{claim}")).await;
        for words in ["How many people are named?", "Harmless", "Not answered; this question need not be."] {
            page.says(words);
        }
        accept(&world, &claim).await;
        let line = r#"{"answer":{"harm":"Harmless","people":"3"},"guidelines":1,"item":"item-1","worker":n}"#;
        assert_eq!(results(&world, &contract, "jsonl").await, format!("{line}\n"), "{database}");
        let csv = results(&world, &contract, "csv").await;
        assert!(csv.starts_with("item,harm,people,remark,guidelines,worker\r\nitem-1,Harmless,3,,1,"), "{database}: {csv}");
    }
}

#[tokio::test]
async fn what_was_stored_when_a_form_had_one_question_shows_and_goes_on() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 3).await;
        let worker = world.worker().await;
        let mut taken = Vec::new();
        for _ in 0..3 {
            let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
            taken.push(claim);
        }
        for claim in &taken[..2] {
            claims::submit(&world.deps, &worker, &once(), claim, &Typed::one("Harmful", 150)).await.unwrap();
        }
        // As the version before left them: the form is its one question, an answer the bare value, a draft the values.
        let several = r#"{"question":"What is in it?","answer":{"kind":"several-choices","choices":["Harmful","Harmless"]}}"#;
        set_form(&world, &batch, several).await;
        let old = |claim: &ClaimId, set: &str| format!("UPDATE claims SET {set} WHERE id = '{claim}'");
        change(&world.database, &old(&taken[0], r#"answer = '"Harmful"', draft = '["Harmful"]'"#)).await;
        change(&world.database, &old(&taken[1], r#"answer = '["Harmful","Harmless"]', draft = '["Harmful","Harmless"]'"#)).await;
        change(&world.database, &old(&taken[2], r#"draft = '["Harmless"]', draft_at = 1"#)).await;

        let page = Site::as_person(&world, &world.reviewer).await.get(&format!("/reviews/{}", taken[1])).await;
        page.says("What is in it?");
        page.says("Harmful; Harmless");
        let site = Site::as_person(&world, &world.worker).await;
        site.get(&format!("/claims/{}", taken[2])).await.says("value=\"Harmless\" checked");
        site.post(&format!("/claims/{}/submit", taken[2]), &[("answer", "Harmless")]).await.redirects();
        for claim in &taken {
            accept(&world, claim).await;
        }
        let lines = results(&world, &contract, "jsonl").await;
        let answers = [r#"{"answer":"Harmful"}"#, r#"{"answer":["Harmful","Harmless"]}"#, r#"{"answer":["Harmless"]}"#];
        for (line, answer) in lines.lines().zip(answers) {
            assert!(line.starts_with(&format!("{{\"answer\":{answer},")), "{database}: {line}");
        }
        let csv = results(&world, &contract, "csv").await;
        assert!(csv.starts_with("item,answer,guidelines,worker\r\nitem-1,Harmful,1,"), "{database}: {csv}");
        assert!(csv.contains("item-2,\"Harmful; Harmless\","), "{database}: {csv}");
    }
}
