//! What the ballot's page says beside the ballot: the change and its day, how a code is typed and changed, what was not cast, a key of one's
//! own, and how a closed vote ended.

use manyhands_domain::ids::ProposalId;
use manyhands_domain::time::Timestamp;

use crate::ballots::{between, mail, opened, plain, prepared};
use crate::draft_pages::site;
use crate::http::Site;
use crate::signers::{code_of, enrol, holder, key_of};
use crate::support::{PASSWORD, World, databases, world};
use crate::voters::{close, code, floor, put_to_the_vote, question, row, vote};
use crate::votes_ends::{an_ask, passed};

fn ballot(id: &ProposalId) -> String {
    format!("/proposals/{id}/ballot")
}

/// `2026-12-09` as the page of a reader in Paris has it.
async fn day_of(world: &World, id: &ProposalId) -> String {
    let at = Timestamp::from_secs(row(world, id).await.enacts_at.unwrap());
    manyhands::i18n::Say::new(manyhands::i18n::Language::En, "Europe/Paris").date(at).replace(['\u{a0}', '\u{202f}'], " ")
}

#[tokio::test]
async fn the_ballot_leads_to_what_it_does_to_ones_own_pay_and_names_the_day() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let rules = put_to_the_vote(&world, &floor("9")).await;
        let price = put_to_the_vote(&world, &an_ask(&batch, "1.20")).await;
        let words = put_to_the_vote(&world, &question()).await;
        let reader = site(&world, &world.reviewer).await;
        for id in [&rules, &price] {
            let page = reader.get(&ballot(id)).await;
            page.says(&format!("href=\"/proposals/{id}/effects\">What it would do to me and to us</a>"));
            let passing = between(&page.text, ">What passing does<", "</section>");
            let day = day_of(&world, id).await;
            assert!(plain(passing).contains("Holds from") && plain(passing).contains(&day), "{database}: {day} in {passing}");
            reader.get(&format!("/proposals/{id}")).await.says(&format!("href=\"/proposals/{id}/effects\""));
            assert_eq!(reader.get(&format!("/proposals/{id}/effects")).await.status, 200, "{database}");
        }
        let page = reader.get(&ballot(&words)).await;
        assert!(!page.text.contains("/effects\"") && !page.text.contains("Holds from"), "{database}: words change no pay");
    }
}

#[tokio::test]
async fn a_change_begins_with_a_new_code_and_the_list_says_change() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let reader = site(&world, &world.reviewer).await;
        let order = |text: &str| {
            let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("no {words}"));
            place("/ballot/code\"") < place("data-way=\"code\"")
        };
        let before = reader.get(&ballot(&id)).await;
        assert!(!order(&before.text), "{database}: the first code came by mail");
        assert!(!before.text.contains("each serves once"), "{database}");
        let button = |text: &str| between(between(text, "href=\"/proposals/P-1\">A paid rest day", "</li>"), "btn line", "</a>").to_owned();
        assert!(button(&reader.get("/proposals").await.text).ends_with(">Vote"), "{database}");
        vote(&world, &world.reviewer, &id, "yes").await.unwrap();
        let after = reader.get(&ballot(&id)).await;
        after.says("A change takes a new code, since each serves once.");
        after.says("from the newest mail with a code");
        assert!(order(&after.text), "{database}: the button comes before the choices");
        assert!(button(&reader.get("/proposals").await.text).ends_with(">Change"), "{database}");
    }
}

#[tokio::test]
async fn what_was_surely_not_cast_is_named_to_the_script_and_nothing_else() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let digits = code(&world, &world.worker).await;
        let site = Site::as_person(&world, &world.worker).await;
        let salt = "0b".repeat(32);
        let marked = |text: &str| text.contains(&format!("data-choice=\"yes\" data-refused=\"{salt}\""));
        for typed in ["", "1234", "00000000"] {
            let refused = site.post(&ballot(&id), &[("choice", "yes"), ("salt", &salt), ("code", typed)]).await;
            assert!(refused.status == 422 && marked(&refused.text), "{database}: {typed:?}");
        }
        // By key: no text was prepared.
        let by_key = site.post(&format!("{}/sign", ballot(&id)), &[("choice", "yes"), ("salt", &salt)]).await;
        assert!(by_key.status == 422 && marked(&by_key.text), "{database}");
        // Asking for a code says nothing of a ballot, nor does a form without a salt.
        let bare = site.post(&ballot(&id), &[("choice", "yes"), ("salt", ""), ("code", "1")]).await;
        assert!(!bare.text.contains("data-refused"), "{database}");
        site.post(&ballot(&id), &[("choice", "yes"), ("salt", &salt), ("code", &digits)]).await.redirects();
        assert!(!site.get(&ballot(&id)).await.text.contains("data-refused"), "{database}");
        // The line was lost, and it is sent again under another key: it stands in the book, so it is not said to be nowhere.
        let again = site.post(&ballot(&id), &[("choice", "yes"), ("salt", &salt), ("code", &digits)]).await;
        again.refuses("does not fit this vote");
        assert!(!again.text.contains("data-refused"), "{database}: it was cast");
        let other = site.post(&ballot(&id), &[("choice", "no"), ("salt", &salt), ("code", &digits)]).await;
        assert!(other.text.contains(&format!("data-choice=\"no\" data-refused=\"{salt}\"")), "{database}");
        // After too many attempts nothing is sure.
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        let mut last = reviewer.post(&ballot(&id), &[("choice", "yes"), ("salt", &salt), ("code", "00000000")]).await;
        for _ in 0..50 {
            if last.text.contains("too many attempts") {
                break;
            }
            last = reviewer.post(&ballot(&id), &[("choice", "yes"), ("salt", &salt), ("code", "00000000")]).await;
        }
        last.says("There were too many attempts");
        assert!(!last.text.contains("data-refused"), "{database}");
        // What is no code was no attempt.
        let careless = Site::as_person(&world, &world.treasurer).await;
        for _ in 0..50 {
            careless.post(&ballot(&id), &[("choice", "yes"), ("salt", ""), ("code", "1234")]).await.refuses("A code has eight digits");
        }
        // Closed meanwhile: it was not cast either, and the page has no form any more.
        close(&world, &id).await;
        let late = site.post(&ballot(&id), &[("choice", "no"), ("salt", &salt), ("code", "")]).await;
        late.refuses("This vote closed on");
        assert!(late.text.contains("data-choice=\"no\" data-refused"), "{database}");
    }
}

#[tokio::test]
async fn a_key_is_offered_only_where_it_can_be_made_and_leads_back_to_the_vote() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let reader = site(&world, &world.reviewer).await;
        let page = reader.get(&ballot(&id)).await;
        page.says("Treasurers and coordinators make theirs first, so you cannot make one yet.");
        assert!(!between(&page.text, "<main", "</main>").contains("/account/key"), "{database}: no way that ends there");
        let officer = site(&world, &world.treasurer).await;
        officer.get(&ballot(&id)).await.says(&format!("href=\"/account/key?vote={id}\""));
        enrol(&world, &world.coordinator, 1).await;
        enrol(&world, &world.treasurer, 2).await;

        reader.get(&ballot(&id)).await.says(&format!("href=\"/account/key?vote={id}\""));
        let back = format!("href=\"/proposals/{id}/ballot\">Back to your ballot in {id}</a>");
        let at = format!("/account/key?vote={id}");
        let page = reader.get(&at).await;
        page.says("With your key you sign your ballots");
        page.says(&back);
        world.deps.clock.advance(60);
        let asked = reader.post(&format!("/account/key/code?vote={id}"), &[("password", "wrong")]).await;
        asked.refuses("The password is wrong.");
        asked.says(&format!("action=\"/account/key/code?vote={id}\""));
        asked.says(&format!("href=\"{at}\""));
        let asked = reader.post(&format!("/account/key/code?vote={id}"), &[("password", PASSWORD)]).await;
        assert_eq!((asked.status, &asked.to), (303, &at), "{database}");
        reader.get(&at).await.says(&format!("action=\"/account/key?vote={id}\""));
        let digits = code_of(&world, &world.reviewer).await;
        let vkey = key_of(&holder(&world, &world.reviewer).await, 3).verifying_key().to_string();
        let made = reader.post(&at, &[("code", &digits), ("vkey", &vkey)]).await;
        assert_eq!((made.status, &made.to), (303, &at), "{database}");
        reader.get(&at).await.says(&format!("class=\"btn\" {back}"));
        // Nothing but a vote's number is taken: no address leads elsewhere from here.
        for strange in ["https://elsewhere.example", "%2F%2Felsewhere.example", "P-0", "P-1%2F..%2F..%2Fsignout", "x"] {
            let page = reader.get(&format!("/account/key?vote={strange}")).await;
            assert_eq!(page.status, 200, "{database}");
            let main = between(&page.text, "<main", "</main>");
            assert!(!main.contains("Back to your ballot") && !main.contains("elsewhere.example"), "{database}: {strange}");
            let sent = reader.post(&format!("/account/key/another?vote={strange}"), &[("vkey", "x"), ("password", "wrong")]).await;
            assert!(!between(&sent.text, "<main", "</main>").contains("?vote="), "{database}: {strange}");
        }
    }
}

#[tokio::test]
async fn an_old_link_to_a_closed_ballot_says_how_it_ended_and_leads_on() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        close(&world, &id).await;
        let reader = site(&world, &world.reviewer).await;
        let page = reader.get(&ballot(&id)).await;
        for words in [
            "<b>No quorum.</b> This vote is closed and counted.",
            "It is called a second time, with the same text and the roll of that day.",
            "class=\"btn\" href=\"/proposals/P-2\">To the second call, P-2</a>",
            "href=\"/proposals/P-1\">Read the result, with every count</a>",
        ] {
            page.says(words);
        }
        let id = passed(&world, &floor("9")).await;
        let page = reader.get(&ballot(&id)).await;
        page.says("<b>Passed.</b> This vote is closed and counted.");
        page.says(&format!("It holds from {}", day_of(&world, &id).await));
        page.says(&format!("href=\"/proposals/{id}/effects\">What it would have done</a>"));
        assert!(!page.text.contains("To the second call") && !plain(&page.text).contains("Holds from"), "{database}");
    }
}

#[tokio::test]
async fn mail_and_signing_page_promise_what_the_ballot_page_promises() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let kept = "nobody is shown what it says; only whoever holds the co-op’s database could look.";
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = one_line(&plain(&mail(&world, &world.reviewer).await));
        for words in [kept, "Afterwards every member can see it beside your number"] {
            assert!(text.contains(words), "{database}: {text}");
        }
        assert!(!text.contains("nobody reads how"), "{database}: {text}");
        enrol(&world, &world.treasurer, 2).await;
        let treasurer = site(&world, &world.treasurer).await;
        treasurer.get(&ballot(&id)).await.says(kept);
        let (text, _, _) = prepared(&treasurer, &id, "yes", "").await;
        treasurer.get(&text).await.says(kept);
        treasurer.get(&text).await.says("Afterwards every member can see it");
    }
}
