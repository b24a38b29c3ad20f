//! A zero byte, which no text of PostgreSQL holds: refused wherever it may come in, on both databases alike, and nothing breaks.

use manyhands::actions::{batches, label_studio};
use manyhands::web::routes::{RIGHTS, Who};
use manyhands_domain::forms::NewQuestion;
use manyhands_store::{StoreError, idempotency};
use rocket::http::{ContentType, Method};

use super::writes_nothing;
use crate::external::{LINK, claimed, open_batch, send};
use crate::http::Site;
use crate::routes::address;
use crate::support::{databases, once, world};

const OURS: [(&str, &str); 1] = [("Sec-Fetch-Site", "same-origin")];

#[tokio::test]
async fn an_address_with_a_zero_byte_leads_nowhere() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        for person in [None, Some(&world.worker), Some(&world.treasurer), Some(&world.coordinator), Some(&world.buyer)] {
            let site = match person {
                Some(person) => Site::as_person(&world, person).await,
                None => Site::of(&world).await,
            };
            for (method, path, who) in RIGHTS.iter().filter(|(method, path, _)| path.contains('<') && *method != "OPTIONS") {
                // Each part by itself, so that none is saved by one before it.
                for (place, part) in path.split('/').enumerate().filter(|(_, part)| part.contains('<')) {
                    let parts = path.split('/').enumerate().map(|(other, part)| if other == place { "a%00b" } else { part });
                    let there =
                        address(&parts.collect::<Vec<_>>().join("/")).replace("0b3e1f5a-0000-4000-8000-000000000000", contract.as_str());
                    let answer = if *method == "GET" { site.get(&there).await } else { site.post(&there, &[]).await };
                    assert_eq!(answer.status, 404, "{database}: {method} {there} ({part}, {who:?}): {}", answer.text);
                }
            }
        }
        let visitor = Site::of(&world).await;
        for there in ["/?x=%00", "/signin?next=a%00", "/verify?entry=%00", "/ledger?before=%00", "/log/checkpoint?%00"] {
            assert_eq!(visitor.get(there).await.status, 400, "{database}: {there}");
        }
        let twice = visitor.get("/texts/%2500").await;
        assert_ne!(twice.status, 500, "{database}: a percent sign is a sign like others");
    }
}

#[tokio::test]
async fn a_form_with_a_zero_byte_is_no_form() {
    for database in databases() {
        let world = world(database).await;
        for person in [None, Some(&world.treasurer), Some(&world.buyer)] {
            let site = match person {
                Some(person) => Site::as_person(&world, person).await,
                None => Site::of(&world).await,
            };
            let rows = RIGHTS.iter().filter(|(method, path, who)| *method == "POST" && !path.contains('<') && *who != Who::Tool);
            for (_, path, _) in rows {
                for fields in [[("key", "\0")], [("key\0", "k")]] {
                    let answer = writes_nothing(&world, async || site.post_with(path, &fields, &OURS).await).await;
                    assert_eq!(answer.status, 400, "{database}: {path}");
                    answer.says("Nothing was written. Go back, reload the page and send it again.");
                }
            }
        }
        let visitor = Site::of(&world).await;
        for path in ["/signin", "/reset"] {
            assert_eq!(visitor.post(path, &[("email", "a\0@example.coop"), ("password", "x")]).await.status, 400, "{database}: {path}");
        }
        // With a file beside it, too: in a field, or in the name of the file.
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let buyer = Site::as_person(&world, &world.buyer).await;
        let there = format!("/batches/{batch}/items");
        let items = b"id,payload\n1,a\n";
        let named = writes_nothing(&world, async || buyer.upload_called(&there, "items", "a\0.csv", items).await).await;
        let beside = writes_nothing(&world, async || buyer.upload_with(&there, ("items", "a.csv", items), &[("more", "\0")]).await).await;
        assert_eq!((named.status, beside.status), (400, 400), "{database}");
        // Without one, where none is taken.
        let kind = ContentType::new("multipart", "form-data").with_params([("boundary", "b")]).to_string();
        let body = b"--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na\0\r\n--b--\r\n".to_vec();
        let answer = visitor.send_raw("/signin", body, &[("Sec-Fetch-Site", "same-origin"), ("Content-Type", &kind)]).await;
        assert_eq!(answer.status, 400, "{database}");
    }
}

#[tokio::test]
async fn a_file_says_where_its_zero_byte_stands() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let buyer = Site::as_person(&world, &world.buyer).await;
        let there = format!("/batches/{batch}/items");
        let cell = |column: &str| format!("Line 1: the column {column} is empty, too long, or holds an invisible character.");
        let gold = r#""gold":"Harmful","gold_explanation":"It is.""#;
        let cases: Vec<(String, String)> = vec![
            ("id,payload\n1,a\n2,b\0\n".to_owned(), "Line 3 holds a sign that no text has, a zero byte.".to_owned()),
            (r#"{"id":"1\u0000","payload":"a"}"#.to_owned(), cell("id")),
            (r#"{"id":"1","payload":"a\u0000"}"#.to_owned(), cell("payload")),
            (format!(r#"{{"id":"1","payload":"a",{}}}"#, gold.replace("It is", r"\u0000")), cell("gold_explanation")),
            (
                format!(r#"{{"id":"1","payload":"a",{}}}"#, gold.replace("Harmful", r"Harmful\u0000")),
                "is no answer to the question".to_owned(),
            ),
            (
                r#"{"id":"1","payload":"a","suggestion":{"answer":"Harmful\u0000","model":"m"}}"#.to_owned(),
                "could not be taken over as an answer".to_owned(),
            ),
            (
                r#"{"id":"1","payload":"a","suggestion":{"answer":"Harmful","model":"m\u0000"}}"#.to_owned(),
                "a suggestion needs the name of its model".to_owned(),
            ),
            (
                r#"{"id":"1","payload":"a","suggestion":{"answer":"Harmful","model":"m","version":"1\u0000"}}"#.to_owned(),
                "name and version each one line".to_owned(),
            ),
            (r#"[{"id":1,"data":{"text":"a\u0000"}}]"#.to_owned(), "Task 1: the field".to_owned()),
            (r#"[{"id":"1\u0000","data":{"text":"a"}}]"#.to_owned(), "Task 1: the field id".to_owned()),
        ];
        for (file, words) in &cases {
            writes_nothing(&world, async || buyer.upload(&there, "items", file.as_bytes()).await).await.refuses(words);
        }
        // Files beside items, and a configuration.
        buyer.upload(&there, "items", b"id,payload\n1,a\n").await.redirects();
        let known = r#"{"id":"1","gold":"Harmful","gold_explanation":"\u0000"}"#;
        let gold = format!("/batches/{batch}/gold");
        writes_nothing(&world, async || buyer.upload(&gold, "gold", known.as_bytes()).await).await.refuses(&cell("gold_explanation"));
        let strange = r#"{"id":"1\u0000","gold":"Harmful","gold_explanation":"It is."}"#;
        writes_nothing(&world, async || buyer.upload(&gold, "gold", strange.as_bytes()).await).await.refuses(&cell("id"));
        let suggested = r#"{"id":"1","suggestion":{"answer":"Harmful","model":"m\u0000"}}"#;
        let suggestions = format!("/batches/{batch}/suggestions");
        writes_nothing(&world, async || buyer.upload(&suggestions, "suggestions", suggested.as_bytes()).await)
            .await
            .refuses("a suggestion needs the name of its model");
        let config = r#"<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="a&#0;"/></Choices></View>"#;
        let by = world.buyer().await;
        let refused = label_studio::take(&world.deps, &by, &once(), &batch, config, true).await;
        assert!(matches!(refused, Err(manyhands::actions::Error::Refused(_))), "{database}: {refused:?}");
    }
}

#[tokio::test]
async fn candidates_with_a_zero_byte_are_refused_with_their_line() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let form = batches::NewBatchForm {
            title: "Which is better?".to_owned(),
            price: "0.80".to_owned(),
            seconds: "180".to_owned(),
            payload_kind: "text".to_owned(),
            ..batches::NewBatchForm::default()
        };
        let asked = NewQuestion {
            kind: "preference".to_owned(),
            name: "better".to_owned(),
            question: "Which?".to_owned(),
            reason: "0".to_owned(),
            ..NewQuestion::default()
        };
        let batch = batches::draft_asking(&world.deps, &world.buyer().await, &once(), &contract, (&form, &[asked])).await.unwrap();
        let buyer = Site::as_person(&world, &world.buyer).await;
        let file = br#"{"id":"1","payload":"Q","candidates":["x","y\u0000"]}"#;
        let answer = writes_nothing(&world, async || buyer.upload(&format!("/batches/{batch}/items"), "items", file).await).await;
        answer.refuses("Line 1: the column b is empty, too long, or holds an invisible character.");
    }
}

#[tokio::test]
async fn another_tools_file_may_hold_anything_and_its_name_is_a_text() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n").await;
        let (worker, claim, token) = claimed(&world, &batch).await;
        let tool = Site::of(&world).await;
        assert_eq!(send(&tool, &token, "scan%00.bin", b"{\"a\":\"\\u0000\"}\0").await.status, 201, "{database}");
        let state = tool.fetch(Method::Get, "/tool/result", &[("Authorization", &format!("Bearer {token}"))]).await;
        assert!(String::from_utf8_lossy(&state.bytes).contains("\"name\":\"scan.bin\""), "{database}");
        worker.post(&format!("{claim}/submit"), &[("answer", "x"), ("active_seconds", "60")]).await.redirects();
    }
}

/// Whatever way in somebody forgets: both databases refuse it with the same sentence, to be read and to be written.
#[tokio::test]
async fn neither_database_is_given_a_zero_byte() {
    for database in databases() {
        let world = world(database).await;
        let tx = world.deps.db.begin().await.unwrap();
        let refused = |error: StoreError| matches!(error, StoreError::Refused(refusal) if refusal.code == "text-zero");
        assert!(refused(idempotency::find_answer(&tx, "a", "\0").await.unwrap_err()), "{database}");
        let answered = idempotency::Answered { request_sha256: "0".to_owned(), answer: "\0".to_owned() };
        assert!(refused(idempotency::insert_answer(&tx, "a", "k", &answered, 0).await.unwrap_err()), "{database}");
        // The transaction goes on.
        idempotency::insert_answer(&tx, "a", "k", &idempotency::Answered { answer: "{}".to_owned(), ..answered }, 0).await.unwrap();
        tx.commit().await.unwrap();
    }
}
