//! Work in another tool: the link with its token, the result posted back or sent by hand, who sees it, and where it ends.

use std::io::{Cursor, Read};
use std::sync::Arc;

use manyhands::actions::reviews::Judging;
use manyhands::actions::{deadlines, files, reviews};
use manyhands::deps::Deps;
use manyhands::files::{Files, Limits};
use manyhands_domain::external::RESULT_BYTES;
use manyhands_domain::ids::{ClaimId, ContractId, PersonId};
use rocket::http::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::forms::results;
use crate::http::{Raw, Site};
use crate::program::files_of;
use crate::support::{World, databases, once, world};

pub const LINK: &str = "https://lidar.example/open?item={item}&post={post}#token={token}";
const SCAN: &[u8] = b"{\"frames\":[{\"t\":0,\"box\":[1,2,3]}]}";

pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// An open batch whose work is done in another tool, and a question beside it.
pub async fn open_batch(world: &World, contract: &ContractId, link: &str, items: &str) -> String {
    open_copies(world, contract, link, items, "1").await
}

/// The same, each item to be answered by so many members.
pub async fn open_copies(world: &World, contract: &ContractId, link: &str, items: &str, copies: &str) -> String {
    let site = Site::as_person(world, &world.buyer).await;
    let fields = [
        ("title", "A street at dawn"),
        ("price", "0.80"),
        ("seconds", "180"),
        ("copies", copies),
        ("payload_kind", "text"),
        ("question", "Anything else?"),
        ("answer_kind", "text"),
    ];
    let batch = site.post(&format!("/desk/{contract}/batch"), &fields).await.to;
    site.get(&format!("{batch}/ask/external")).await.says("Link to the tool");
    site.post(&format!("{batch}/ask/external"), &[("name", "scan"), ("question", "Box every car."), ("link", link)]).await.redirects();
    site.post(&format!("{batch}/questions/answer"), &[("question", "Anything else?"), ("optional", "on")]).await.redirects();
    site.upload(&format!("{batch}/items"), "items", items.as_bytes()).await.redirects();
    site.post(&format!("{batch}/open"), &[]).await.redirects();
    batch
}

/// A claim of the worker's, and the token that the link to its tool holds.
pub async fn claimed(world: &World, batch: &str) -> (Site, String, String) {
    claimed_by(world, &world.worker, batch).await
}

/// A claim of this member's, and its token.
pub async fn claimed_by(world: &World, member: &PersonId, batch: &str) -> (Site, String, String) {
    let site = Site::as_person(world, member).await;
    let claim = site.post(&format!("{batch}/claim"), &[]).await.to;
    let token = token_of(&site, &claim).await;
    (site, claim, token)
}

async fn token_of(site: &Site, claim: &str) -> String {
    let answer = site.get(&format!("{claim}/tool")).await;
    answer.redirects();
    let (address, token) = answer.to.split_once("#token=").unwrap();
    assert!(address.starts_with("https://lidar.example/open?item="), "{address}");
    assert!(address.contains("&post=http%3A%2F%2F127.0.0.1%3A8017%2Ftool%2Fresult"), "{address}");
    assert!(token.len() >= 43, "{token}");
    token.to_owned()
}

/// What a tool sends with this token.
pub async fn send(site: &Site, token: &str, name: &str, bytes: &[u8]) -> Raw {
    let bearer = format!("Bearer {token}");
    site.send_raw(&format!("/tool/result?name={name}"), bytes.to_vec(), &[("Authorization", &bearer), ("Origin", "https://lidar.example")])
        .await
}

async fn look(site: &Site, token: &str) -> Raw {
    let bearer = format!("Bearer {token}");
    site.fetch(Method::Get, "/tool/result", &[("Authorization", &bearer)]).await
}

fn json(raw: &Raw) -> Value {
    serde_json::from_slice(&raw.bytes).unwrap_or_else(|_| panic!("{}: {}", raw.status, String::from_utf8_lossy(&raw.bytes)))
}

fn id_of(claim: &str) -> ClaimId {
    ClaimId::parse(claim.rsplit('/').next().unwrap()).unwrap()
}

async fn kept(deps: &Deps) -> Vec<String> {
    deps.files.list().await.unwrap()
}

/// A problem as RFC 9457 has it, under this title.
pub fn is_problem(raw: &Raw, status: u16, title: &str) {
    let body = json(raw);
    assert_eq!((raw.status, body["title"].as_str().unwrap()), (status, title), "{body}");
    assert!(raw.header("content-type").starts_with("application/problem+json"), "{}", raw.header("content-type"));
    assert_eq!(body["status"], status);
    assert!(body["detail"].as_str().unwrap().len() > 30, "{body}");
    assert_eq!(raw.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_tools_result_is_posted_submitted_by_its_member_judged_and_taken_away() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\ndawn/1,Street 7\n").await;
        let (worker, claim, token) = claimed(&world, &batch).await;
        let page = worker.get(&claim).await;
        for words in [
            "Box every car.",
            "Opens lidar.example in a new tab",
            "No result has come yet.",
            "target=\"_blank\" rel=\"noopener noreferrer\"",
        ] {
            page.says(words);
        }
        assert!(
            !page.text.contains(&token) && !page.text.contains("https://lidar.example/open"),
            "{database}: no page of ours holds the token"
        );
        // Without a result there is nothing to submit; what was typed is kept.
        let answer = worker.post(&format!("{claim}/submit"), &[("answer", "two lorries"), ("active_seconds", "9")]).await;
        answer.refuses("“Box every car.”: no result has come yet.");
        answer.says("two lorries");

        // The tool is nobody: it has no cookie.
        let tool = Site::of(&world).await;
        let state = json(&look(&tool, &token).await);
        assert_eq!((&state["item"], &state["state"], &state["result"]), (&json!("dawn/1"), &json!("claimed"), &Value::Null), "{state}");
        let came = send(&tool, &token, "first.json", b"[1]").await;
        assert_eq!(
            (came.status, came.header("access-control-allow-origin"), came.header("access-control-allow-credentials")),
            (201, "*", "")
        );
        assert_eq!(json(&came)["result"]["sha256"], sha256(b"[1]"));
        // The same once more is once; another takes its place, and nothing is left of the first.
        assert_eq!(send(&tool, &token, "first.json", b"[1]").await.status, 200);
        assert_eq!(send(&tool, &token, "scan%201.json", SCAN).await.status, 201);
        assert_eq!(kept(&world.deps).await, [sha256(SCAN)], "{database}");
        let state = json(&look(&tool, &token).await);
        assert_eq!(
            (&state["result"]["kind"], &state["result"]["bytes"], &state["result"]["from"]),
            (&json!("json"), &json!(SCAN.len()), &json!("tool"))
        );
        let page = worker.get(&claim).await;
        page.says("The tool has sent its result: scan 1.json, 0.01 MB, at ");
        page.says("It took the place of an earlier one.");

        // The member looks at it and hands it in: from then on the token is good for nothing.
        let own = worker.fetch(Method::Get, &format!("{claim}/result"), &[]).await;
        assert_eq!((own.status, own.bytes.as_slice(), own.header("x-content-type-options")), (200, SCAN, "nosniff"));
        assert_eq!(own.header("content-disposition"), "attachment; filename=\"scan_1.json\"; filename*=UTF-8''scan%201.json");
        assert_eq!(own.header("content-type"), "application/octet-stream");
        worker.post(&format!("{claim}/submit"), &[("answer", "two lorries"), ("active_seconds", "9")]).await.redirects();
        is_problem(&send(&tool, &token, "late.json", b"[2]").await, 401, "tool-token");
        is_problem(&look(&tool, &token).await, 401, "tool-token");
        assert_eq!(worker.get(&format!("{claim}/tool")).await.to, claim, "handed in: its own page says so");

        let review = format!("/reviews/{}", id_of(&claim));
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        let page = reviewer.get(&review).await;
        page.says("scan 1.json");
        page.says(&format!("href=\"{review}/result\""));
        assert_eq!(reviewer.fetch(Method::Get, &format!("{review}/result"), &[]).await.bytes, SCAN);
        reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &id_of(&claim)).await.unwrap();

        let hash = sha256(SCAN);
        let line = format!(
            "{{\"answer\":{{\"answer\":\"two lorries\",\"scan\":{{\"bytes\":{},\"download\":\"/desk/{contract}/results/{hash}\",\"name\":\"scan 1.json\",\"sha256\":\"{hash}\"}}}},\"guidelines\":1,\"item\":\"dawn/1\",\"worker\":n}}\n",
            SCAN.len()
        );
        assert_eq!(results(&world, &contract, "jsonl").await, line, "{database}");
        assert!(results(&world, &contract, "csv").await.contains(&format!("\"\"download\"\":\"\"/desk/{contract}/results/{hash}\"\"")));
        let buyer = Site::as_person(&world, &world.buyer).await;
        assert_eq!(buyer.fetch(Method::Get, &format!("/desk/{contract}/results/{hash}"), &[]).await.bytes, SCAN);
        buyer.get(&format!("/desk/{contract}")).await.says("All files as a ZIP");
        let first = buyer.fetch(Method::Get, &format!("/desk/{contract}/results.zip"), &[]).await;
        world.deps.clock.advance(3_600);
        let second = buyer.fetch(Method::Get, &format!("/desk/{contract}/results.zip"), &[]).await;
        assert_eq!((first.status, first.bytes == second.bytes), (200, true), "{database}: the same bytes for the same state");
        let mut zip = zip::ZipArchive::new(Cursor::new(first.bytes)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["results.jsonl".to_owned(), format!("files/{hash}.json")]);
        let mut scan = Vec::new();
        zip.by_index(1).unwrap().read_to_end(&mut scan).unwrap();
        assert_eq!(scan, SCAN);
        // For Label Studio it stands in the data, and the configuration says that nothing there corresponds.
        let studio = buyer.get(&format!("{batch}/label-studio.json")).await;
        studio.says(&format!("\"scan_lines\":[{{\"bytes\":{},", SCAN.len()));
        buyer.get(&format!("{batch}/label-studio.xml")).await.says("<!-- scan: done in another tool; Label Studio has no counterpart.");

        // After the days that pictures have, it is gone, and the desk says so.
        world.deps.clock.advance(31 * 86_400);
        assert_eq!(files::delete_due(&world.deps).await.unwrap(), 1, "{database}");
        assert!(kept(&world.deps).await.is_empty());
        let buyer = Site::as_person(&world, &world.buyer).await;
        assert_eq!(buyer.get(&format!("/desk/{contract}/results/{hash}")).await.status, 404);
        buyer.get(&format!("/desk/{contract}")).await.says("1 file of A street at dawn");
    }
}

#[tokio::test]
async fn a_token_is_for_one_claim_at_work_and_for_nothing_else() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n3,c\n").await;
        let (worker, claim, token) = claimed(&world, &batch).await;
        let tool = Site::of(&world).await;
        // Only its hash is kept.
        if database == "sqlite" {
            for file in ["coop.db", "coop.db-wal"] {
                let bytes = std::fs::read(world.folder.path().join(file)).unwrap();
                assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()), "{file}");
            }
        }

        // It opens no page, as a cookie or otherwise.
        for path in [&claim, "/work", "/account", &format!("{claim}/result")] {
            let bearer = format!("Bearer {token}");
            let answer = tool.fetch(Method::Get, path, &[("Authorization", &bearer), ("Cookie", &format!("sid={token}"))]).await;
            assert_eq!((answer.status, answer.header("access-control-allow-origin")), (303, ""), "{path}");
        }
        for wrong in ["", "x", &format!("{token}x"), &token[1..], &sha256(token.as_bytes())] {
            is_problem(&send(&tool, wrong, "a", b"[1]").await, 401, "tool-token");
        }
        // A member's own session is no token.
        assert_eq!(worker.send_raw("/tool/result", b"[1]".to_vec(), &[("Sec-Fetch-Site", "same-origin")]).await.status, 401);
        assert!(kept(&world.deps).await.is_empty());

        // Opened again, both tokens are good; each ends with its claim.
        let again = token_of(&worker, &claim).await;
        assert_ne!(again, token);
        for one in [&token, &again] {
            assert_eq!(look(&tool, one).await.status, 200);
        }
        assert_eq!(send(&tool, &token, "a", b"[1]").await.status, 201);
        worker.post(&format!("{claim}/release"), &[]).await.redirects();
        for one in [&token, &again] {
            is_problem(&send(&tool, one, "a", b"[1]").await, 401, "tool-token");
        }
        assert!(kept(&world.deps).await.is_empty(), "{database}: what was given back leaves nothing");

        // Time that runs out ends it, too; whoever claims the task again finds the result there, as they find their draft.
        let (worker, claim, token) = claimed(&world, &batch).await;
        assert_eq!(send(&tool, &token, "scan.json", SCAN).await.status, 201);
        world.deps.clock.advance(3_601);
        is_problem(&send(&tool, &token, "a", b"[1]").await, 401, "tool-token");
        assert_eq!(worker.get(&format!("{claim}/result")).await.status, 404);
        deadlines::forget(&world.deps).await.unwrap();
        let census = world.deps.db.census().await.unwrap();
        assert!(census.contains(&("tool_tokens".to_owned(), sha256(b""))), "{database}: nothing is left of them");
        let (worker, second, _) = claimed(&world, &batch).await;
        assert_ne!(second, claim);
        worker.get(&second).await.says("scan.json");
        // Work that is sent back is at work again, with a token of its own.
        worker.post(&format!("{second}/submit"), &[("answer", "x")]).await.redirects();
        let judge = Judging::Reviewer(world.reviewer().await);
        reviews::send_back(&world.deps, &judge, &once(), &id_of(&second), "incomplete", "The lorry is missing.", "1").await.unwrap();
        let token = token_of(&worker, &second).await;
        assert_eq!(json(&look(&tool, &token).await)["state"], "sent_back");
        assert_eq!(send(&tool, &token, "better.json", b"[2]").await.status, 201);
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        assert_eq!(reviewer.get(&format!("/reviews/{}/result", id_of(&second))).await.status, 404, "not handed in yet");
        worker.post(&format!("{second}/submit"), &[("answer", "x")]).await.redirects();
        assert_eq!(reviewer.fetch(Method::Get, &format!("/reviews/{}/result", id_of(&second)), &[]).await.bytes, b"[2]");
    }
}

#[tokio::test]
async fn whoever_is_erased_leaves_no_result_that_was_never_handed_in() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n").await;
        let (_, _, token) = claimed(&world, &batch).await;
        assert_eq!(send(&Site::of(&world).await, &token, "Nathalie.json", SCAN).await.status, 201);
        // Their time runs out, and somebody else claims the task.
        world.deps.clock.advance(3_601);
        let other = Site::as_person(&world, &world.treasurer).await;
        other.post(&format!("{batch}/claim"), &[]).await.redirects();
        files::tidy(&world.deps).await.unwrap();
        assert_eq!(kept(&world.deps).await, [sha256(SCAN)], "{database}: it waits for them, as a draft does");
        let tx = world.deps.db.begin().await.unwrap();
        let member = world.worker().await;
        manyhands_store::erasure::erase_person(&tx, &world.worker, Some(member.id().as_str())).await.unwrap();
        tx.commit().await.unwrap();
        files::tidy(&world.deps).await.unwrap();
        assert!(kept(&world.deps).await.is_empty(), "{database}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_may_ask_this_one_address_and_no_other() {
    let world = world("sqlite").await;
    let site = Site::of(&world).await;
    let asked = [
        ("Origin", "https://lidar.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization"),
    ];
    let before = site.fetch(Method::Options, "/tool/result", &asked).await;
    assert_eq!((before.status, before.header("access-control-allow-origin")), (204, "*"));
    assert!(before.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(before.header("access-control-allow-credentials"), "", "no cookie goes along");
    for path in ["/claims/x/submit", "/signin", "/tool", "/", "/treasury/deposit"] {
        let other = site.fetch(Method::Options, path, &asked).await;
        assert_eq!((other.status, other.header("access-control-allow-origin")), (404, ""), "{path}");
    }
    let cross = site.post_with("/signin", &[("key", "k")], &[("Origin", "https://lidar.example")]).await;
    assert_eq!(cross.status, 403, "a form from another site is turned away as before");
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_and_leaves_nothing() {
    for database in databases() {
        let mut world = world(database).await;
        world.reads(&world.worker, "en").await;
        world.deps.files = Arc::new(Files::below(world.folder.path(), Limits { contract_bytes: 30_000_000, keep_days: 30 }));
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n").await;
        let (worker, claim, token) = claimed(&world, &batch).await;
        let tool = Site::of(&world).await;
        is_problem(&send(&tool, &token, "a", b"").await, 422, "result-empty");
        let large = vec![b'x'; usize::try_from(RESULT_BYTES).unwrap() + 1];
        is_problem(&send(&tool, &token, "a", &large).await, 413, "result-large");
        assert!(kept(&world.deps).await.is_empty() && files_of(&world.folder.path().join("files/incoming")).is_empty(), "{database}");
        // Exactly the most is taken; a second one of that size is more than this contract may keep.
        assert_eq!(send(&tool, &token, "a", &large[1..]).await.status, 201);
        // In the place of the first, another of its size has room.
        assert_eq!(send(&tool, &token, "a", &[&large[2..], b"y"].concat()).await.status, 201);
        let other = Site::as_person(&world, &world.reviewer).await;
        let second = other.post(&format!("{batch}/claim"), &[]).await.to;
        let theirs = token_of(&other, &second).await;
        is_problem(&send(&tool, &theirs, "a", &large[1..]).await, 507, "result-full");
        assert_eq!(kept(&world.deps).await.len(), 1);
        // By hand the same words stand on the page, and what was typed stays.
        let answer =
            other.upload_with(&format!("{second}/draft"), ("result-file", "a.bin", &large[1..]), &[("answer", "typed here")]).await;
        answer.refuses("This contract keeps 21 MB of files and items and may keep 30 MB");
        answer.says("typed here");
        // Whoever sends without end is stopped.
        let mut last = 0;
        for _ in 0..62 {
            last = send(&tool, &token, "a", b"[1]").await.status;
        }
        assert_eq!(last, 429, "{database}");
        is_problem(&send(&tool, &token, "a", b"[1]").await, 429, "too-many-results");
        assert_eq!(worker.get(&claim).await.status, 200);
        world.deps.clock.advance(3_000);
        assert_eq!(send(&tool, &token, "a", b"[1]").await.status, 429);
    }
}

#[tokio::test]
async fn a_result_is_sent_by_hand_as_a_file_or_pasted_with_what_was_typed() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.funded_contract("100.00").await;
        let batch = open_batch(&world, &contract, LINK, "id,payload\n1,a\n2,b\n").await;
        let (worker, claim, _) = claimed(&world, &batch).await;
        let file = ("result-file", "C:\\scans\\scan é.zip", &b"PK\x03\x04zip"[..]);
        let sent = worker.upload_with(&format!("{claim}/draft"), file, &[("answer", "half of it"), ("active_seconds", "5")]).await;
        assert_eq!(sent.to, format!("{claim}?fresh=1"), "{}", sent.text);
        let page = worker.get(&sent.to).await;
        // How a member calls their files may tell who they are.
        page.says("You sent the result: 1.zip");
        page.says("half of it");
        page.says("data-fresh");
        // Pasted in its place, and handed in with the same press.
        let fields = [("answer", "all of it"), ("result-text", "frame,label\n1,car\n"), ("result-file", ""), ("active_seconds", "6")];
        worker.post(&format!("{claim}/submit"), &fields).await.redirects();
        assert_eq!(kept(&world.deps).await, [sha256(b"frame,label\n1,car\n")], "{database}");
        // The same form once more is the same answer; nothing comes of its result.
        let answered = worker.get(&claim).await;
        assert!(answered.text.contains("Submitted"), "{}", answered.text);
        // A stranger's claim takes nothing.
        let other = Site::as_person(&world, &world.treasurer).await;
        let fields: &[(&str, &str)] = &[("answer", "x")];
        assert_eq!(other.upload_with(&format!("{claim}/draft"), ("result-file", "a", b"[1]"), fields).await.status, 404);
        for (path, person) in [("result", &world.treasurer), ("tool", &world.treasurer), ("result", &world.buyer)] {
            assert_eq!(Site::as_person(&world, person).await.get(&format!("{claim}/{path}")).await.status, 404, "{path}");
        }
        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        for path in [
            format!("/reviews/{}/result", id_of(&claim)),
            format!("/desk/{contract}/results.zip"),
            format!("/desk/{contract}/results/{}", sha256(b"frame,label\n1,car\n")),
        ] {
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        }
        // A claim without such a question takes none either.
        let plain = world.open_batch(&contract, 1).await;
        let claim = worker.post(&format!("/batches/{plain}/claim"), &[]).await.to;
        assert_eq!(worker.get(&format!("{claim}/tool")).await.status, 404);
        worker.post(&format!("{claim}/draft"), &[("result-text", "[1]")]).await.refuses("result-text");
    }
}

#[tokio::test]
async fn a_clients_link_is_looked_at_before_anybody_works() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let fields = [
            ("title", "A street"),
            ("price", "0.80"),
            ("seconds", "180"),
            ("payload_kind", "text"),
            ("question", "?"),
            ("answer_kind", "text"),
        ];
        let batch = site.post(&format!("/desk/{contract}/batch"), &fields).await.to;
        let ask = format!("{batch}/ask/external");
        for (link, words) in [
            ("http://lidar.example/", "This is no link to a tool."),
            ("https://lidar.example/{name}", "braces that nothing is filled into"),
            ("{link}#{token}", "this batch’s items have none"),
        ] {
            site.post(&ask, &[("question", "Box it."), ("link", link)]).await.refuses(words);
        }
        // The ready-made form leads nowhere until its client says where.
        site.post(&format!("{batch}/template/tool"), &[]).await.redirects();
        site.post(&ask, &[("question", "Once more."), ("link", "https://lidar.example/")])
            .await
            .refuses("a question for another tool already");
        site.upload(&format!("{batch}/items"), "items", b"id,payload\n1,a\n").await.redirects();
        site.post(&format!("{batch}/open"), &[]).await.refuses("still the example’s, tool.example");
        let link = [("question", "Box it."), ("link", LINK)];
        site.post(&format!("{batch}/questions/result"), &link).await.redirects();
        site.get(&format!("{batch}/questions/result")).await.says("https://lidar.example/open?item={item}");
        let page = site.get(&format!("{batch}/preview")).await;
        page.says("You only look: the link has the word preview in the place of a key.");
        page.says("href=\"https://lidar.example/open?item=1");
        page.says("post=http%3A%2F%2F127.0.0.1%3A8017%2Ftool%2Fresult#token=preview\"");
        site.post(&format!("{batch}/preview"), &[("whole", "Yes")]).await.says("name=\"whole\"");
        site.post(&format!("{batch}/open"), &[]).await.redirects();
    }
}

#[tokio::test]
async fn agreement_and_consensus_leave_a_tools_files_out() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let fields = [
            ("title", "A street"),
            ("price", "0.80"),
            ("seconds", "180"),
            ("copies", "2"),
            ("payload_kind", "text"),
            ("question", "?"),
            ("answer_kind", "text"),
        ];
        let batch = site.post(&format!("/desk/{contract}/batch"), &fields).await.to;
        site.post(&format!("{batch}/ask/external"), &[("name", "scan"), ("question", "Box it."), ("link", LINK)]).await.redirects();
        site.upload(&format!("{batch}/items"), "items", b"id,payload\n1,a\n").await.redirects();
        site.post(&format!("{batch}/open"), &[]).await.redirects();
        for (person, result) in [(&world.worker, &b"[1]"[..]), (&world.treasurer, b"[1, 1]")] {
            let member = Site::as_person(&world, person).await;
            let claim = member.post(&format!("{batch}/claim"), &[]).await.to;
            member
                .upload_with(&format!("{claim}/submit"), ("result-file", "a.json", result), &[("answer", "x"), ("active_seconds", "9")])
                .await
                .redirects();
        }
        let claims = reviews::list_waiting(&world.deps, &Judging::Client(world.buyer().await)).await.unwrap();
        let by = Judging::Client(world.buyer().await);
        let id = manyhands_domain::ids::BatchId::parse(batch.rsplit('/').next().unwrap()).unwrap();
        let (count, sum) = reviews::confirmable(&world.deps, &by, &claims[0]).await.unwrap();
        assert_eq!(count, 2);
        reviews::accept_many(&world.deps, &by, &once(), &id, count, sum).await.unwrap();
        let consensus = site.get(&format!("/desk/{contract}/consensus.jsonl")).await.text;
        assert_eq!(
            consensus, "{\"agreement\":{\"answer\":\"1.000000\"},\"answers\":2,\"consensus\":{\"answer\":\"x\"},\"item\":\"1\"}\n",
            "{database}"
        );
        let desk = site.get(&format!("/desk/{contract}")).await;
        assert!(!desk.text.contains("scan,") && desk.text.contains("answer"), "{database}");
        desk.says("They are left out of agreement and consensus");
    }
}
