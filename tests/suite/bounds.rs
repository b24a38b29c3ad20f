//! Nobody takes all of what a server can do at once: results that come in, files that are taken away, figures that take time; and what
//! is given back fills no disk.

use std::io::{Read, Write};
use std::net::TcpStream;

use manyhands::actions::external::{of_contract, whose_turn};
use manyhands::actions::reviews::{self, Judging};
use manyhands::actions::{Error, claims, results, sessions};
use manyhands_domain::agreement::Agreement;
use manyhands_domain::ids::ClaimId;
use manyhands_store::results::state_of_accepted;
use rocket::http::Method;

use crate::external::{LINK, claimed, is_problem, open_batch, send, sha256};
use crate::files::{draft_of_pictures, jpeg};
use crate::http::Site;
use crate::program::{Serving, files_of, free_port, wait_until, write_settings};
use crate::story::typed;
use crate::support::{databases, once, world};

fn id_of(claim: &str) -> ClaimId {
    ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap()
}

#[tokio::test]
async fn one_result_at_a_time_comes_in_for_a_claim_and_two_for_a_member_and_nobody_else_waits() {
    let world = world("sqlite").await;
    world.reads(&world.worker, "en").await;
    let contract = world.funded_contract("100.00").await;
    let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n3,c\n4,d\n").await;
    let (worker, claim, token) = claimed(&world, &batch).await;
    let tool = Site::of(&world).await;
    let other = Site::as_person(&world, &world.treasurer).await;
    let theirs = other.post(&format!("{batch}/claim"), &[]).await.to;
    let member = world.worker().await.id().as_str().to_owned();

    // One is under way for this claim, from its tool and from its member's hands.
    let whose = || whose_turn(&id_of(&claim), &member);
    let (results, by_hands) = (world.deps.files.results(), &world.deps.uploads.results);
    let under_way = (results.take(whose()).await.unwrap(), by_hands.take(whose()).await.unwrap());
    let by_hand = [("answer", "typed here")];
    let attempts = async || world.deps.db.census().await.unwrap().into_iter().find(|(table, _)| table == "attempts").unwrap();
    let (of_tool, of_member, of_other) = tokio::join!(
        send(&tool, &token, "a", b"[1]"),
        async { worker.upload_with(&format!("{claim}/draft"), ("result-file", "a.json", b"[1]"), &by_hand).await },
        async { other.upload_with(&format!("{theirs}/draft"), ("result-file", "a.json", b"[2]"), &by_hand).await },
    );
    is_problem(&of_tool, 503, "results-busy");
    assert_eq!((of_member.status, of_other.status), (503, 303), "another member's comes in meanwhile");
    drop(under_way);
    assert_eq!(send(&tool, &token, "a", b"[1]").await.status, 201);

    // Whoever holds several claims has two at once.
    let others = ["elsewhere", "there"].map(|claim| vec![(format!("claim {claim}"), 1), (format!("member {member}"), 2)]);
    let mut held = Vec::new();
    for whose in others {
        held.push(results.take(whose).await.unwrap());
    }
    let before = attempts().await;
    is_problem(&send(&tool, &token, "a", b"[3]").await, 503, "results-busy");
    assert_eq!(attempts().await, before, "whoever only waited has sent nothing");
    held.pop();
    assert_eq!(send(&tool, &token, "a", b"[3]").await.status, 201);
    drop(held);

    // However many tools are slow, members' own hands do not wait for them.
    let mut slow = Vec::new();
    for number in 0..8 {
        slow.push(results.take(vec![(format!("claim of a slow tool {number}"), 1)]).await.unwrap());
    }
    is_problem(&send(&tool, &token, "a", b"[4]").await, 503, "results-busy");
    let answer = worker.upload_with(&format!("{claim}/draft"), ("result-file", "a.json", b"[4]"), &by_hand).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn a_claim_takes_sixty_results_in_an_hour_and_a_hundred_in_all_from_whosever_hands() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n").await;
        let (worker, claim, token) = claimed(&world, &batch).await;
        let tool = Site::of(&world).await;
        let by_hand = async |number: u32| {
            let text = format!("result {number}");
            worker.upload_with(&format!("{claim}/draft"), ("result-file", "a.txt", text.as_bytes()), &[("answer", "typed here")]).await
        };
        for number in 0..30 {
            by_hand(number).await.redirects();
            assert_eq!(send(&tool, &token, "a", format!("[{number}]").as_bytes()).await.status, 201, "{database}: {number}");
        }
        let answer = by_hand(31).await;
        answer.refuses("For this task, 60 results came within an hour.");
        answer.says("typed here");
        is_problem(&send(&tool, &token, "a", b"[31]").await, 429, "too-many-results");

        let (_, claim, token) = {
            world.deps.clock.advance(3_601);
            claimed(&world, &batch).await
        };
        let tx = world.deps.db.begin().await.unwrap();
        let mut result = manyhands_store::external::find_result(&tx, id_of(&claim).as_str()).await.unwrap().unwrap();
        result.replaced = 98;
        manyhands_store::external::put_result(&tx, (id_of(&claim).as_str(), contract.as_str()), &result).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(send(&tool, &token, "a", b"[100]").await.status, 201, "{database}: the hundredth");
        is_problem(&send(&tool, &token, "a", b"[101]").await, 429, "results-of-claim");
        assert_eq!(send(&tool, &token, "a", b"[100]").await.status, 200, "{database}: the same once more is no other");
        let answer = worker.upload_with(&format!("{claim}/draft"), ("result-file", "a.txt", b"x"), &[("answer", "y")]).await;
        answer.refuses("This task has taken 100 results");
        assert_eq!(world.deps.files.list().await.unwrap(), [sha256(b"[100]")], "{database}");
    }
}

#[tokio::test]
async fn what_was_sent_for_a_task_goes_when_it_is_given_back_not_within_the_hour() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n").await;
        for round in 0..3_u8 {
            let (worker, claim, token) = claimed(&world, &batch).await;
            let tool = Site::of(&world).await;
            assert_eq!(send(&tool, &token, "a", &[b'[', b'0' + round, b']']).await.status, 201, "{database}");
            assert_eq!(world.deps.files.list().await.unwrap().len(), 1, "{database}");
            worker.post(&format!("{claim}/release"), &[]).await.redirects();
            assert!(world.deps.files.list().await.unwrap().is_empty(), "{database}: {round}");
        }
        // What another claim keeps, too, stays for it.
        let (worker, claim, token) = claimed(&world, &batch).await;
        let other = Site::as_person(&world, &world.treasurer).await;
        let theirs = other.post(&format!("{batch}/claim"), &[]).await.to;
        other.upload_with(&format!("{theirs}/draft"), ("result-file", "a.json", b"[7]"), &[("answer", "y")]).await.redirects();
        assert_eq!(send(&Site::of(&world).await, &token, "a", b"[7]").await.status, 201);
        worker.post(&format!("{claim}/release"), &[]).await.redirects();
        assert_eq!(world.deps.files.list().await.unwrap(), [sha256(b"[7]")], "{database}");
    }
}

#[tokio::test]
async fn nobody_takes_away_more_than_four_files_at_once() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n").await;
    let (worker, claim, token) = claimed(&world, &batch).await;
    assert_eq!(send(&Site::of(&world).await, &token, "a", b"[1]").await.status, 201);
    worker.post(&format!("{claim}/submit"), &[("answer", "x"), ("active_seconds", "60")]).await.redirects();
    reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &id_of(&claim)).await.unwrap();
    let user = world.buyer().await;
    let hash = sha256(b"[1]");
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(of_contract(&world.deps, &user, &contract, &hash).await.unwrap());
    }
    let buyer = Site::as_person(&world, &world.buyer).await;
    let (one, file) = (format!("/desk/{contract}/results/{hash}"), format!("/desk/{contract}/results.jsonl"));
    let studio = format!("{batch}/label-studio.json");
    let (one, file, studio) = tokio::join!(buyer.get(&one), buyer.get(&file), buyer.get(&studio));
    for answer in [&one, &file, &studio] {
        assert_eq!(answer.status, 503);
        answer.says("Many files are on their way just now. Try again in a minute.");
    }
    let reviewed = Site::as_person(&world, &world.reviewer).await;
    assert_eq!(
        reviewed.get(&format!("/reviews/{}/result", id_of(&claim))).await.status,
        404,
        "paid: not theirs any more, and nobody waits"
    );
    taken.pop();
    let answer = buyer.fetch(Method::Get, &format!("/desk/{contract}/results/{hash}"), &[]).await;
    assert_eq!((answer.status, answer.bytes.as_slice()), (200, b"[1]".as_slice()));
    // It is over when it was sent: so often as one likes, one after the other.
    for _ in 0..6 {
        assert_eq!(buyer.fetch(Method::Get, &format!("/desk/{contract}/results.jsonl"), &[]).await.status, 200);
    }
    let packing = world.deps.files.packing().take(vec![(user.actor().to_owned(), 1)]).await.unwrap();
    let zip = format!("/desk/{contract}/results.zip");
    assert_eq!(buyer.get(&zip).await.status, 503, "one ZIP at once");
    drop(packing);
    assert_eq!(buyer.fetch(Method::Get, &zip, &[]).await.status, 200);
}

#[tokio::test]
async fn one_client_with_many_colleagues_leaves_turns_for_another() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let client = world.buyer().await.client().clone();
    let of_client = |who: &str, own: usize, all: usize| vec![(who.to_owned(), own), (format!("client {client}"), all)];
    let zip = format!("/desk/{contract}/results.zip");
    let lines = format!("/desk/{contract}/results.jsonl");
    let buyer = Site::as_person(&world, &world.buyer).await;
    let files = &world.deps.files;
    // Two colleagues take four files each, and a ZIP.
    let mut held = Vec::new();
    for colleague in ["one", "another"] {
        for _ in 0..4 {
            held.push(files.downloads().take(of_client(colleague, 4, 8)).await.unwrap());
        }
        held.push(files.packing().take(of_client(colleague, 1, 2)).await.unwrap());
    }
    let (zipped, listed) = tokio::join!(buyer.get(&zip), buyer.get(&lines));
    assert_eq!((zipped.status, listed.status), (503, 503), "a third has none of that client's");
    drop(held);
    assert_eq!(buyer.fetch(Method::Get, &lines, &[]).await.status, 200);
    assert_eq!(buyer.fetch(Method::Get, &zip, &[]).await.status, 200);
}

#[tokio::test]
async fn how_far_answers_agree_is_worked_out_once_for_what_is_accepted() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = world.open_copies(&contract, 2, 2).await;
        let user = world.buyer().await;
        let judge = Judging::Client(world.buyer().await);
        let accepted = async || {
            for person in [&world.worker, &world.treasurer] {
                let member = world.signed_in(person).await.member().unwrap();
                let claim = claims::claim(deps, &member, &once(), &batch).await.unwrap();
                deps.clock.advance(170);
                claims::submit(deps, &member, &once(), &claim, &typed("Harmful")).await.unwrap();
            }
            for waiting in reviews::list_waiting(deps, &judge).await.unwrap() {
                let (count, sum) = reviews::confirmable(deps, &judge, &waiting).await.unwrap();
                reviews::accept_many(deps, &judge, &once(), &batch, count, sum).await.unwrap();
            }
        };
        accepted().await;
        let worked_out = results::agreement(deps, &user, &contract).await.unwrap();
        assert_eq!((worked_out.len(), worked_out[0].items, worked_out[0].share), (1, 1, Some(1_000_000)), "{database}");
        let state = state_of_accepted(&deps.db.read(), &contract).await.unwrap();
        assert_eq!(deps.agreements.find(contract.as_str(), &state), Some(worked_out.clone()), "{database}: kept");
        // What is kept is what is told, until something more is accepted.
        let marked = vec![Agreement { title: "As it was worked out".to_owned(), ..worked_out[0].clone() }];
        deps.agreements.keep(contract.as_str(), state, marked.clone());
        assert_eq!(results::agreement(deps, &user, &contract).await.unwrap(), marked, "{database}");
        assert!(matches!(
            results::agreement(deps, &world.signed_in(&world.other_buyer().await).await.client_user().unwrap(), &contract).await,
            Err(Error::NotFound)
        ));
        accepted().await;
        let anew = results::agreement(deps, &user, &contract).await.unwrap();
        assert_eq!((anew[0].items, anew[0].title.as_str()), (2, worked_out[0].title.as_str()), "{database}");
    }
}

/// A form with a file from which so much has come, and no more does.
fn begin_upload(address: &str, path: &str, cookie: &str, name: &str, bytes: &[u8], all: usize) -> TcpStream {
    let part = format!("--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n{}\r\n", once().key)
        + &format!("--b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"{name}\"\r\n\r\n");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: sid={cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n\r\n{part}",
        part.len() + all
    );
    let mut line = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    line.write_all(head.as_bytes()).unwrap();
    line.write_all(bytes).unwrap();
    line
}

/// The status that a whole upload is answered with.
fn upload(address: &str, path: &str, cookie: &str, name: &str, file: &[u8]) -> String {
    let bytes = [file, b"\r\n--b--\r\n"].concat();
    let mut line = begin_upload(address, path, cookie, name, &bytes, bytes.len());
    let mut answer = String::new();
    // A server that did not read all may cut the line after its answer.
    let _ = line.read_to_string(&mut answer);
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn one_clients_slow_uploads_hold_up_nobody_elses() {
    let mut world = world("sqlite").await;
    let mut drafts = Vec::new();
    for buyer in [world.buyer.clone(), world.other_buyer().await] {
        world.buyer = buyer;
        let contract = world.funded_contract("100.00").await;
        let (table, pictures) = (world.draft_batch(&contract, "0.80", "180").await, draft_of_pictures(&world, &contract).await);
        let cookie = sessions::open(&world.deps, &world.buyer).await.unwrap();
        drafts.push((format!("/batches/{table}/items"), format!("/batches/{pictures}/items"), cookie));
    }
    world.deps.db.clone().close().await.unwrap();
    let folder = world.folder.path();
    write_settings(folder, &world.database, free_port());
    let serving = Serving::start(folder);
    let address = serving.address.as_str();
    let [(table, pictures, slow), (other_table, other_pictures, other)] = drafts.as_slice() else { panic!("two clients") };

    let mut lines = Vec::new();
    for _ in 0..8 {
        let file = [b"id,payload\n".as_slice(), &vec![b'x'; 80_000]].concat();
        lines.push(begin_upload(address, table, slow, "a.csv", &file, 9_000_000));
        lines.push(begin_upload(address, pictures, slow, "a.zip", &[b"PK\x03\x04".as_slice(), &vec![7; 80_000]].concat(), 9_000_000));
    }
    let incoming = folder.join("files/incoming");
    wait_until("two of each kind come in", || incoming.exists() && files_of(&incoming).len() >= 4);
    assert_eq!(files_of(&incoming).len(), 4, "two of each kind and no more");
    assert_eq!(upload(address, other_table, other, "b.csv", b"id,payload\n1,a\n"), "303", "another client's table comes in meanwhile");
    assert_eq!(upload(address, other_pictures, other, "b.jpg", &jpeg(64, 48, 3)), "303", "and so do their pictures");
    assert_eq!(upload(address, table, slow, "c.csv", b"id,payload\n1,a\n"), "503", "they wait for their own");
    drop(lines);
    wait_until("theirs are over", || files_of(&incoming).is_empty());
    assert_eq!(upload(address, table, slow, "c.csv", b"id,payload\n1,a\n"), "303");
}
