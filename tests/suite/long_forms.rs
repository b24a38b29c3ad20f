//! How many fields a form may have: more than the longest of ours sends, and so few that nobody is busy with them.

use manyhands::actions::batches::{self, NewBatchForm};
use manyhands::actions::claims;
use manyhands_domain::forms::{NewQuestion, QUESTIONS_LIMIT};
use rocket::http::ContentType;

use crate::files::refused;
use crate::http::Site;
use crate::support::{databases, once, world};

/// Pairs that a question may ask for.
const PAIRS: usize = 20;

#[tokio::test]
async fn the_longest_form_of_ours_is_taken() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer) = (&world.deps, world.buyer().await);
        let contract = world.funded_contract("100.00").await;
        let asked: Vec<NewQuestion> = (0..QUESTIONS_LIMIT)
            .map(|place| NewQuestion {
                kind: "pairs".to_owned(),
                name: format!("q{place}"),
                question: format!("What would somebody ask of part {place}?"),
                most: PAIRS.to_string(),
                ..NewQuestion::default()
            })
            .collect();
        let (title, payload_kind) = ("Questions and answers".to_owned(), "text".to_owned());
        let (price, seconds) = ("40.00".to_owned(), "3600".to_owned());
        let form = NewBatchForm { title, price, seconds, payload_kind, ..NewBatchForm::default() };
        let batch = batches::draft_asking(deps, &buyer, &once(), &contract, (&form, &asked)).await.unwrap();
        batches::import(deps, &buyer, &once(), &batch, b"id,payload\n1,A long passage\n").await.unwrap();
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();

        let worker = Site::as_person(&world, &world.worker).await;
        let claim = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let names: Vec<String> = asked.iter().map(|question| question.name.clone()).collect();
        let answers: Vec<(&str, String)> =
            names.iter().flat_map(|name| (0..2 * PAIRS).map(move |place| (name.as_str(), format!("Text {place} of {name}")))).collect();
        let mut fields: Vec<(&str, &str)> = answers.iter().map(|(name, text)| (*name, text.as_str())).collect();
        fields.push(("active_seconds", "60"));
        worker.post(&format!("{claim}/draft"), &fields).await.redirects();
        worker.post(&format!("{claim}/submit"), &fields).await.redirects();
        let id = manyhands_domain::ids::ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap();
        let (row, _) = claims::find_own(deps, &world.worker().await, &id).await.unwrap();
        let all = claims::answers_of(&row).unwrap();
        assert!(all.values().all(|pairs| pairs.as_array().unwrap().len() == PAIRS) && all.len() == QUESTIONS_LIMIT, "{database}: {all:?}");
    }
}

/// A form of tiny parts, as anybody could send it.
fn parts(count: usize) -> Vec<u8> {
    ["--b\r\na:name=\"\r\n\r\n\r\n".repeat(count).as_str(), "--b--\r\n"].concat().into_bytes()
}

#[tokio::test]
async fn a_form_of_thousands_of_fields_is_refused_to_anybody_before_it_is_looked_at() {
    let world = world("sqlite").await;
    let visitor = Site::of(&world).await;
    let multipart = ContentType::new("multipart", "form-data").with_params([("boundary", "b")]).to_string();
    let urlencoded = ContentType::Form.to_string();
    let whole = 524_288 / parts(1).len();
    for (kind, body) in [(&multipart, parts(whole)), (&urlencoded, b"a&".repeat(250_000)), (&urlencoded, b"email=a&".repeat(4_097))] {
        let headers = [("Content-Type", kind.as_str()), ("Sec-Fetch-Site", "same-origin")];
        assert_eq!(visitor.send_raw("/signin", body, &headers).await.status, 413, "{kind}");
    }
}

#[tokio::test]
async fn fields_beside_a_file_have_the_limit_of_a_form_without_one() {
    let world = world("sqlite").await;
    world.reads(&world.buyer, "en").await;
    let batch = world.draft_batch(&world.funded_contract("100.00").await, "0.80", "180").await;
    let (site, at) = (Site::as_person(&world, &world.buyer).await, format!("/batches/{batch}/items"));
    let text = "v".repeat(1_000);
    let file = ("items", "items.csv", &b"id,payload\n1,a\n"[..]);
    for count in [525, 2_000] {
        let fields = vec![("key", text.as_str()); count];
        let answer = refused(&world, async || site.upload_with(&at, file, &fields).await).await;
        assert_eq!(answer.status, 413, "{count}");
        answer.says("Nothing was written.");
    }
    site.upload_with(&at, file, &vec![("key", text.as_str()); 500]).await.redirects();
}
