//! The ballot over HTTP: from the mail's link to the cast ballot, what opens it, changed, by key, and opened by its own member.

use manyhands::actions::proposals::{is_open_to_all, opening};
use manyhands::jobs::outbox;
use manyhands_domain::ids::{PersonId, ProposalId};
use manyhands_domain::proposals::sealing::{Opening, read_salt};
use manyhands_domain::proposals::tally::Choice;
use rocket::http::Method::Get;

use crate::http::{Answer, Site};
use crate::pages::change;
use crate::signers::{enrol, mail_to, member, note_over};
use crate::support::{World, databases, once, world};
use crate::voters::{close, code, put_to_the_vote, question, row, rules, signed_draft, until};
use crate::votes_ends::{on_its_day, passed};

/// The newest mail to this person.
pub async fn mail(world: &World, person: &PersonId) -> String {
    let address = world.signed_in(person).await.standing().email.clone();
    mail_to(world, &address).await.1
}

/// A vote that is open, whose mails left before anything else is told; everybody reads English.
pub async fn opened(world: &World) -> ProposalId {
    for person in [&world.worker, &world.treasurer] {
        world.reads(person, "en").await;
    }
    let draft = signed_draft(world, &question()).await;
    quiet(world).await;
    let id = opening::open(&world.deps, &member(world, &world.worker).await, &once(), &draft).await.unwrap();
    quiet(world).await;
    id
}

/// What was told has left a minute ago.
pub async fn quiet(world: &World) {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    world.deps.clock.advance(60);
}

/// The part of a page between two marks.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0
}

/// A page as somebody reads it.
pub fn plain(text: &str) -> String {
    text.replace("&#39;", "'").replace("&#34;", "\"").replace("&amp;", "&").replace(['\u{a0}', '\u{202f}'], " ")
}

/// What a signing page shows to be signed: its address, its line and the third line of a ballot.
pub async fn prepared(site: &Site, id: &ProposalId, choice: &str, salt: &str) -> (String, String, String) {
    let answer = site.post(&format!("/proposals/{id}/ballot/sign"), &[("choice", choice), ("salt", salt)]).await;
    answer.redirects();
    let page = plain(&site.get(&answer.to).await.text);
    (answer.to, between(&page, "data-line=\"", "\" data-body=").to_owned(), between(&page, "data-unsealed=\"", "\" data-sign=").to_owned())
}

fn shows(answer: &Answer, words: &[&str]) {
    words.iter().for_each(|words| answer.says(words));
}

#[tokio::test]
async fn from_the_mails_link_and_a_press_to_the_ballot_and_what_opens_it() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let (text, digits) = (mail(&world, &world.reviewer).await, code(&world, &world.reviewer).await);
        // What stands behind # goes to no server.
        assert!(text.contains(&format!("/proposals/{id}/ballot#code={digits}")), "{database}: {text}");
        assert!(!text.contains("?code="), "{database}");
        let visitor = Site::of(&world).await;
        let ballot = format!("/proposals/{id}/ballot");
        let to = visitor.get(&ballot).await;
        assert_eq!((to.status, to.to.as_str()), (303, format!("/signin?next=%2Fproposals%2F{id}%2Fballot").as_str()), "{database}");
        assert!(visitor.get(&to.to).await.text.contains("/mailed.js"), "{database}: it goes on with the code");

        // Looking at it casts nothing, whatever the address says.
        let site = Site::as_person(&world, &world.reviewer).await;
        let rows = world.rows().await;
        let page = site.get(&format!("{ballot}?code={digits}&choice=yes")).await;
        assert_eq!(world.rows().await, rows, "{database}: a page is only read");
        shows(
            &page,
            &["A paid rest day", "Nothing but these words", "your ballot is sealed", "The last one counts", "only your key can replace it"],
        );
        let by = member(&world, &world.reviewer).await;
        shows(&page, &[&format!("every member can see it beside your number, {}", by.id()), "0 of 4 members have voted; at least 2 must"]);

        // Four and four, as the mail has them.
        let typed = format!("{} {}", &digits[..4], &digits[4..]);
        let salt = "0a".repeat(32);
        let cast = site.post(&ballot, &[("choice", "yes"), ("salt", &salt), ("code", &typed)]).await;
        cast.redirects();
        assert_eq!(cast.to, ballot, "{database}");
        let page = site.get(&ballot).await;
        shows(&page, &["Your ballot is cast.", "signed in, with a code from the mail", &salt, "Change your vote"]);
        let opening = Opening { choice: Choice::Yes, salt: read_salt(&salt).unwrap() };
        let sealed = opening.seal(id.as_str(), by.id().as_str());
        page.says(&sealed);
        let index = between(&page.text, "href=\"/ledger/", "\"").to_owned();
        for link in [format!("/ledger/{index}/receipt"), format!("/ledger/{index}/note"), format!("{ballot}/opening")] {
            page.says(&format!("href=\"{link}\""));
        }
        let note = site.fetch(Get, &format!("/ledger/{index}/note"), &[]).await;
        assert!(String::from_utf8(note.bytes).unwrap().contains(&sealed), "{database}: the salt is the browser's own");
        let file = site.fetch(Get, &format!("{ballot}/opening"), &[]).await;
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"ballot-{id}-{index}.txt\""), "{database}");
        let text = String::from_utf8(file.bytes).unwrap();
        for line in [format!("entry: {index}"), "choice: yes".to_owned(), format!("salt: {salt}"), format!("sealed: {sealed}")] {
            assert!(text.lines().any(|found| found == line), "{database}: {line} in {text}");
        }
        // It is its voter's alone.
        let other = Site::as_person(&world, &world.worker).await;
        assert_eq!(other.get(&format!("{ballot}/opening")).await.status, 404, "{database}");
        let page = other.get(&ballot).await;
        assert!(!page.text.contains(&salt) && !page.text.contains(&sealed), "{database}");

        // Changed with another code: the last one counts, and the first stays.
        quiet(&world).await;
        let mailed = site.post(&format!("{ballot}/code"), &[]).await;
        mailed.redirects();
        site.get(&mailed.to).await.says("A code is on its way to you by mail");
        let digits = code(&world, &world.reviewer).await;
        site.post(&ballot, &[("choice", "no"), ("salt", ""), ("code", &digits)]).await.redirects();
        let page = site.get(&ballot).await;
        shows(&page, &["Earlier ballots", &format!("href=\"/ledger/{index}\"")]);
        assert!(!page.text.contains(&salt), "{database}: the server drew another salt");
        page.says("1 of 4 members have voted");
        close(&world, &id).await;
        let page = site.get(&ballot).await;
        shows(&page, &["This vote is closed and counted.", "It is the one that counts.", &format!("href=\"/proposals/{id}/ballots\"")]);
        assert!(!page.text.contains("name=\"choice\""), "{database}: nothing is cast any more");
    }
}

#[tokio::test]
async fn a_newer_code_ends_the_earlier_ones_and_what_was_pressed_is_kept() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let ballot = format!("/proposals/{id}/ballot");
        let first = code(&world, &world.reviewer).await;
        // The reminder carries a code of its own; whoever kept the first mail reads what to do.
        let half = row(&world, &id).await;
        until(&world, half.opens_at.unwrap() + (half.closes_at.unwrap() - half.opens_at.unwrap()) / 2 + 60);
        assert!(manyhands::actions::proposals::telling::remind(&world.deps).await.unwrap() > 0);
        let second = code(&world, &world.reviewer).await;
        assert_ne!(first, second);
        let site = Site::as_person(&world, &world.reviewer).await;
        let rows = world.rows().await;
        let refused = site.post(&ballot, &[("choice", "no"), ("salt", ""), ("code", &first)]).await;
        refused.refuses("ended when a newer one was mailed to you");
        shows(&refused, &["You pressed “No”. Nothing was cast", &format!("value=\"{first}\""), "value=\"no\" aria-pressed=\"true\""]);
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        site.post(&ballot, &[("choice", "no"), ("salt", ""), ("code", &second)]).await.redirects();
        // Each code works once.
        site.post(&ballot, &[("choice", "yes"), ("salt", ""), ("code", &second)]).await.refuses("was used");
    }
}

#[tokio::test]
async fn a_key_signs_what_the_page_says_and_only_the_key_replaces_it() {
    for database in databases() {
        let world = world(database).await;
        let key = enrol(&world, &world.coordinator, 1).await;
        let id = opened(&world).await;
        let ballot = format!("/proposals/{id}/ballot");
        let site = Site::as_person(&world, &world.coordinator).await;
        let page = site.get(&ballot).await;
        shows(&page, &["With your key", "With the code from the mail", &format!("data-held=\"{}\"", key.id())]);
        let salt = "0b".repeat(32);
        let (text, line, unsealed) = prepared(&site, &id, "abstain", &salt).await;
        assert!(unsealed.contains("\"choice\":\"abstain\"") && unsealed.contains(&salt), "{database}: {unsealed}");
        let page = site.get(&text).await;
        shows(&page, &["A paid rest day", "Abstain", "Sign and cast", "Your signature says that this is your vote"]);
        let signed = site.post(&text, &[("note", &note_over(&line, &key))]).await;
        signed.redirects();
        assert_eq!(signed.to, ballot, "{database}");
        let page = site.get(&ballot).await;
        shows(&page, &["Your ballot is cast.", "signed with your key", &salt, "so only your key can replace it"]);
        assert!(!page.text.contains("name=\"code\""), "{database}: no code replaces it");
        let digits = code(&world, &world.coordinator).await;
        let refused = site.post(&ballot, &[("choice", "yes"), ("salt", ""), ("code", &digits)]).await;
        refused.refuses("A later one is signed with your key, too");
        // By key it is changed.
        let (text, line, _) = prepared(&site, &id, "yes", "").await;
        site.post(&text, &[("note", &note_over(&line, &key))]).await.redirects();
        site.get(&ballot).await.says("Earlier ballots");
        // Who has no key is told about one, and has no way by key. An officer can make one now, others once two officers have theirs.
        Site::as_person(&world, &world.treasurer).await.get(&ballot).await.says("With a key of your own you sign your ballot yourself");
        let page = Site::as_person(&world, &world.worker).await.get(&ballot).await;
        page.says("so you cannot make one yet");
        assert!(!page.text.contains("data-way=\"key\""), "{database}");
    }
}

#[tokio::test]
async fn a_ballot_that_the_server_lost_is_opened_by_its_member() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let ballot = format!("/proposals/{id}/ballot");
        let site = Site::as_person(&world, &world.reviewer).await;
        let salt = "0c".repeat(32);
        let digits = code(&world, &world.reviewer).await;
        site.post(&ballot, &[("choice", "yes"), ("salt", &salt), ("code", &digits)]).await.redirects();
        // Damaged, not only gone: it opens nothing, and is replaced.
        change(&world.database, "UPDATE ballots SET choice = 'no'").await;
        assert_eq!(close(&world, &id).await.state, "open", "{database}: it waits for its member");
        let text = mail(&world, &world.reviewer).await;
        assert!(
            text.contains(&format!("/proposals/{id}/ballot\n")) || text.contains(&format!("/proposals/{id}/ballot\r\n")),
            "{database}: {text}"
        );
        let page = site.get(&ballot).await;
        shows(&page, &["The server cannot open your ballot", "The server cannot read it", "is being counted"]);
        let rows = world.rows().await;
        let open = format!("{ballot}/open");
        let refused = site.post(&open, &[("choice", "no"), ("salt", &salt)]).await;
        refused.refuses("do not open your ballot");
        refused.says(&format!("value=\"{salt}\""));
        site.post(&open, &[("choice", ""), ("salt", &salt)]).await.refuses("Choose yes, no or abstain");
        site.post(&open, &[("choice", "yes"), ("salt", "12")]).await.refuses("are 64");
        let other = Site::as_person(&world, &world.worker).await;
        assert_eq!(other.post(&open, &[("choice", "yes"), ("salt", &salt)]).await.status, 404, "{database}: without a ballot");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        site.post(&open, &[("choice", "yes"), ("salt", &salt)]).await.redirects();
        assert_ne!(close(&world, &id).await.state, "open", "{database}: it was the last");
        site.post(&open, &[("choice", "yes"), ("salt", &salt)]).await.refuses("counted already");
    }
}

#[tokio::test]
async fn whoever_votes_reads_before_whether_members_or_everybody_will_see_it() {
    for database in databases() {
        let world = world(database).await;
        let change = passed(&world, &rules("constitution", &[("votes/ordinary/openings", "all")])).await;
        assert_eq!(on_its_day(&world, &change).await, "done", "{database}");
        let id = opened(&world).await;
        let by = member(&world, &world.reviewer).await;
        let of = async |id: &ProposalId| is_open_to_all(&world.deps, &by, &row(&world, id).await).await.unwrap();
        assert_eq!((of(&id).await, of(&change).await), (true, false), "{database}: by the book at the opening");
        for (language, ballot, vote, wrong) in [
            (
                "en",
                "everybody can see it, outside the co-op too, beside your number, M-",
                "everybody can see every ballot",
                "every member can see",
            ),
            (
                "fr",
                "tout le monde peut le voir, hors de la coopérative aussi",
                "tout le monde peut voir chaque bulletin",
                "tous les membres peuvent",
            ),
        ] {
            world.reads(&world.reviewer, language).await;
            let site = Site::as_person(&world, &world.reviewer).await;
            for (path, words) in [(format!("/proposals/{id}/ballot"), ballot), (format!("/proposals/{id}"), vote)] {
                let page = site.get(&path).await;
                page.says(words);
                assert!(!plain(&page.text).contains(wrong), "{database}: {path} in {language}");
            }
        }
        // So does whoever signs it.
        enrol(&world, &world.treasurer, 2).await;
        let site = Site::as_person(&world, &world.treasurer).await;
        let (text, _, _) = prepared(&site, &id, "yes", "").await;
        site.get(&text).await.says("Afterwards everybody can see it, outside the co-op too, beside your pseudonymous id");
    }
}

#[tokio::test]
async fn what_is_voted_on_is_in_plain_words_in_both_languages() {
    for database in databases() {
        let world = world(database).await;
        let form = rules("constitution", &[("votes/ordinary/openings", "all"), ("split/worker", "82"), ("split/operations", "5")]);
        let id = put_to_the_vote(&world, &form).await;
        for (language, words) in [("en", ["members only", "everybody"]), ("fr", ["les membres seulement", "tout le monde"])] {
            world.reads(&world.reviewer, language).await;
            let page = Site::as_person(&world, &world.reviewer).await.get(&format!("/proposals/{id}/ballot")).await;
            words.iter().for_each(|words| page.says(words));
            let shown = plain(&page.text);
            let main = between(&shown, "<main", "</main>");
            for code in ["votes/ordinary", "\"members\"", "split/", "8200"] {
                assert!(!main.contains(code), "{database}: {code} in {language}");
            }
        }
    }
}
