//! While a vote is open nothing that anybody is given says how it stands: two co-ops whose members vote the other way round are told apart
//! by nothing but the seals and what is signed over them.

use mail_parser::MessageParser;
use manyhands::actions::proposals::{self, ballots};
use manyhands::actions::receipts;
use manyhands::jobs::outbox;
use manyhands_domain::ids::ProposalId;
use manyhands_store::outbox as rows;
use serde_json::Value;

use crate::http::Site;
use crate::pages::change;
use crate::signers::{AGE_SECS, enrol, member, refused};
use crate::support::{World, databases, once, world};
use crate::voters::{close, put_to_the_vote, question, row, until, verified, vote, vote_by_key};

/// An open vote in which three have voted so, the first two by key.
async fn voted(database: &str, choices: [&str; 3]) -> (World, ProposalId) {
    let world = world(database).await;
    let keys = [enrol(&world, &world.coordinator, 1).await, enrol(&world, &world.treasurer, 2).await];
    world.deps.clock.advance(AGE_SECS);
    let id = put_to_the_vote(&world, &question()).await;
    vote_by_key(&world, &world.coordinator, &id, choices[0], &keys[0]).await.unwrap();
    vote_by_key(&world, &world.treasurer, &id, choices[1], &keys[1]).await.unwrap();
    vote(&world, &world.worker, &id, choices[2]).await.unwrap();
    (world, id)
}

/// Everything that is given away of an open vote, with seals, signatures and what hangs on them masked.
async fn given(world: &World, id: &ProposalId) -> Vec<String> {
    let mut given = Vec::new();
    let reviewer = member(world, &world.reviewer).await;
    let open = row(world, id).await;
    given.push(format!("{open:?}"));
    given.push(format!("{:?}", proposals::turnout(&world.deps, &reviewer, &open).await.unwrap()));
    given.push(format!("{:?}", ballots::standing(&world.deps, &reviewer, &open).await.unwrap()));
    given.push(format!("{:?}", proposals::list_open(&world.deps, &reviewer, 0).await.unwrap()));
    given.push(format!("{:?}", proposals::list(&world.deps, &reviewer, None, 10).await.unwrap()));
    given.push(refused(ballots::list_openings(&world.deps, &reviewer, &open).await).to_owned());
    given.extend(pages(world, id).await);
    given.extend(mails(world).await);
    let size = receipts::checkpoint(&world.deps).await.unwrap().unwrap().size;
    for index in 0..size {
        let (_, mut entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        if entry.kind.name == "ballot.cast" {
            entry.calc.insert("sealed".to_owned(), Value::Null);
            entry.signed.iter_mut().for_each(|note| note.clear());
        }
        given.push(format!("{} {} {:?} {:?} {:?}", entry.at, entry.kind.name, entry.refs, entry.calc, entry.signed.len()));
    }
    given
}

/// Every mail that was sent, without codes, which are dice, and without the book's root at its foot, which hangs on the seals.
async fn mails(world: &World) -> Vec<String> {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = rows::list_messages(&world.deps.db.read(), 500).await.unwrap();
    let mut mails: Vec<String> = messages
        .iter()
        .map(|message| {
            let parsed = MessageParser::default().parse(&message.bytes).unwrap();
            let text = parsed.body_text(0).unwrap();
            let words: Vec<&str> = text.split("\n-- ").next().unwrap().split_whitespace().filter(|word| !is_code(word)).collect();
            format!("{} {} {} {}", message.created_at, message.recipient, message.subject, words.join(" "))
        })
        .collect();
    mails.sort();
    mails
}

/// Four digits of a mailed code, or all eight behind `#`.
fn is_code(word: &str) -> bool {
    let digits = word.trim_end_matches(['.', ',']);
    word.contains("#code=") || (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with("202"))
}

/// The pages of votes, as a member reads them who has not voted, and as one who has: without the keys of their forms.
async fn pages(world: &World, id: &ProposalId) -> Vec<String> {
    let mut pages = Vec::new();
    for person in [&world.reviewer, &world.worker] {
        world.reads(person, "en").await;
        let site = Site::as_person(world, person).await;
        // The worker's own ballot is shown to them; the reviewer has none.
        if *person == world.reviewer {
            let ballots = ["ballot", "ballots"].map(|what| format!("/proposals/{id}/{what}"));
            for path in ballots {
                let page = site.get(&path).await;
                assert_eq!(page.status, 200, "{path}");
                pages.push(masked(&page.text));
            }
            for file in ["ballot/opening", "ballots/recount.json", "ballots/openings.json"] {
                assert_eq!(site.get(&format!("/proposals/{id}/{file}")).await.status, 404, "{file}");
            }
        }
        for path in ["/proposals".to_owned(), format!("/proposals/{id}"), format!("/proposals?before={}", i64::MAX)] {
            let page = site.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            page.says(if path.contains('?') { "Older votes" } else { "3 of 4 have voted, the quorum is 2." });
            pages.push(masked(&page.text));
        }
    }
    pages
}

/// Without what hangs on dice: the keys of forms, ids, and the footer with the book's root, which hangs on the seals.
fn masked(page: &str) -> String {
    let main = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let mut parts = main.split("name=\"key\" value=\"");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        text.push_str(part.split_once('"').unwrap().1);
    }
    let mut own = text.split("/proposals/drafts/");
    let mut said = own.next().unwrap().to_owned();
    for part in own {
        said.push_str(part.get(36..).unwrap());
    }
    said
}

#[tokio::test]
async fn nothing_given_away_of_an_open_vote_says_how_it_stands() {
    for database in databases() {
        let (one, id) = voted(database, ["yes", "yes", "no"]).await;
        let (other, _) = voted(database, ["no", "abstain", "yes"]).await;
        assert_eq!(given(&one, &id).await, given(&other, &id).await, "{database}");

        // Neither choices nor salts are in any file of the export, in a page, or in a message of the program's own.
        let by = member(&one, &one.worker).await;
        let own = ballots::standing(&one.deps, &by, &row(&one, &id).await).await.unwrap().own;
        let opening = own[0].opening.unwrap();
        let salt: String = opening.salt.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!format!("{own:?}").contains(&salt), "{database}: not in a log of errors");
        let (folder, report) = verified(&one).await;
        assert_eq!(report.failures, [None, None, None, None], "{database}");
        let (mut files, mut folders) = (0, vec![folder.path().to_owned()]);
        while let Some(place) = folders.pop() {
            for file in std::fs::read_dir(place).unwrap() {
                let path = file.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).unwrap();
                let text = String::from_utf8_lossy(&bytes);
                let says = text.contains(&salt) || text.contains("\"yes\"") || text.contains("\"abstain\"");
                assert!(!says, "{database}: {}", path.display());
                files += 1;
            }
        }
        assert!(files > 3, "{database}");
        let openings = manyhands_store::contracts::list_documents(&one.deps.db.read()).await.unwrap();
        assert!(openings.iter().all(|(_, bytes)| bytes.starts_with(b"{")), "{database}: no list of openings before the end");
        let site = Site::as_person(&one, &one.reviewer).await;
        for index in 0..report.size {
            let page = site.get(&format!("/ledger/{index}")).await;
            assert!(!page.text.contains(&salt), "{database}: {index}");
        }
        // Another member's text is not read, and a receipt's opening is its own member's.
        let reviewer = member(&one, &one.reviewer).await;
        let standing = ballots::standing(&one.deps, &reviewer, &row(&one, &id).await).await.unwrap();
        assert!(standing.own.is_empty(), "{database}");
        let secret = ballots::ask_code(&one.deps, &reviewer, &once(), &id).await;
        assert!(secret.is_ok());

        // Afterwards the openings are a list for members: the address of documents gives them to nobody.
        let closed = close(&one, &id).await;
        let tally: Value = serde_json::from_str(closed.tally.as_ref().unwrap()).unwrap();
        let sha256 = tally["openings"].as_str().unwrap();
        assert_eq!(refused(manyhands::actions::log::find_document(&one.deps, sha256).await), "not found", "{database}");
        assert_eq!(ballots::list_openings(&one.deps, &reviewer, &closed).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn nor_does_it_in_the_two_days_in_which_a_ballot_waits_for_its_member() {
    for database in databases() {
        let mut all = Vec::new();
        for choices in [["yes", "yes", "no"], ["no", "abstain", "yes"]] {
            let (world, id) = voted(database, choices).await;
            let lost = "UPDATE ballots SET choice = NULL, salt = NULL WHERE entry_index = (SELECT MIN(entry_index) FROM ballots)";
            change(&world.database, lost).await;
            assert_eq!(close(&world, &id).await.state, "open", "{database}: it waits");
            let first = given(&world, &id).await;
            let told = ["cannot open your ballot", "ne peut pas ouvrir votre bulletin"];
            assert!(first.iter().any(|mail| told.iter().any(|words| mail.contains(words))), "{database}: its member is told");
            // Until the very end.
            until(&world, row(&world, &id).await.closes_at.unwrap() + 48 * 3_600 - 1);
            assert_eq!(close(&world, &id).await.state, "open", "{database}");
            all.push((first, given(&world, &id).await));
        }
        assert_eq!(all[0], all[1], "{database}");
    }
}
