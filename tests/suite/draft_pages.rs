//! The pages on which members propose, sign and discuss, over HTTP: what they say, who gets in, and that whatever is refused
//! keeps what was typed and writes nothing.

use manyhands::actions::people::{self, Profile};
use manyhands::actions::proposals::{self, opening};
use manyhands_domain::ids::PersonId;

use crate::amending::read_of;
use crate::http::Site;
use crate::signers::member;
use crate::support::{World, databases, once, world};
use crate::voters::{close, question, signed_draft};

/// A draft of a floor, as the form sends it.
fn floor_form(usd: &str) -> Vec<(&'static str, String)> {
    [("kind", "rate-change"), ("title", "Nine an hour"), ("text", "Rent rose twice."), ("floor/general/EUR", "7.50"), ("premium/2", "10")]
        .map(|(name, value)| (name, value.to_owned()))
        .into_iter()
        .chain([("floor/general/USD", usd.to_owned())])
        .collect()
}

fn borrowed<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'f str, &'f str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Somebody who reads English in Paris.
pub async fn site(world: &World, person: &PersonId) -> Site {
    let who = world.signed_in(person).await;
    let (name, language, zone) = (who.standing().name.clone(), "en".to_owned(), "Europe/Paris".to_owned());
    people::change_profile(&world.deps, &who, &once(), &Profile { name, language, zone, subscribed: false }).await.unwrap();
    Site::as_person(world, person).await
}

#[tokio::test]
async fn a_draft_is_read_signed_discussed_and_put_to_the_vote_on_its_pages() {
    for database in databases() {
        let world = world(database).await;
        let (author, other) = (site(&world, &world.worker).await, site(&world, &world.reviewer).await);
        let third = site(&world, &world.treasurer).await;
        author.get("/proposals").await.says("No vote is open now.");
        author.get("/proposals/new").await.says("Change what an hour must pay, what hazards add");
        author.get("/proposals/new/rules?kind=rate-change").await.says("Floor for any skill, USD");

        // Only what was changed becomes the change, and a form that is sent twice is one draft.
        let form = floor_form("9");
        let key = once().key;
        let mut sent = borrowed(&form);
        sent.push(("key", &key));
        let begun = author.post_with("/proposals/new/rules", &sent, &[("Sec-Fetch-Site", "same-origin")]).await;
        begun.redirects();
        let draft = begun.to;
        assert_eq!(author.post_with("/proposals/new/rules", &sent, &[("Sec-Fetch-Site", "same-origin")]).await.to, draft, "{database}");
        let by = member(&world, &world.worker).await;
        assert_eq!(proposals::list_drafts(&world.deps, &by, 0).await.unwrap().0.len(), 1, "{database}");
        let page = other.get(&draft).await;
        for words in [
            "Nine an hour",
            "By Nathalie R.",
            "Floor for any skill, USD",
            "8.00",
            "9.00",
            "2 more members must sign it",
            "Rent rose twice.",
        ] {
            page.says(words);
        }
        assert!(!page.text.contains("Floor for any skill, EUR"), "{database}: only what changes");
        assert!(!page.text.contains(by.id().as_str()), "{database}: nobody’s name is beside their id");

        // Whoever signs signs what they read; its author cannot.
        let read = read_of(&page.text);
        author.post(&format!("{draft}/sign"), &[("read", &read)]).await.refuses("You wrote this draft.");
        author.post(&format!("{draft}/edit"), &borrowed(&floor_form("9.5"))).await.redirects();
        other.post(&format!("{draft}/sign"), &[("read", &read)]).await.refuses("The draft has changed since you opened it.");
        let read = read_of(&other.get(&draft).await.text);
        other.post(&format!("{draft}/sign"), &[("read", &read)]).await.redirects();
        other.get(&draft).await.says("1 more member must sign it");
        other.post(&format!("{draft}/unsign"), &[]).await.redirects();
        other.get(&draft).await.says("2 more members must sign it");
        author.post(&format!("{draft}/open"), &[]).await.refuses("2 more members must sign this draft");
        author.get(&format!("{draft}/open")).await.says("2 more members must sign this draft");
        for site in [&other, &third] {
            site.post(&format!("{draft}/sign"), &[("read", &read)]).await.redirects();
        }
        let edit = author.get(&format!("{draft}/edit")).await;
        edit.says("2 members have signed it as it was.");
        assert!(edit.text.contains("name=\"floor/general/USD\" value=\"9.50\""), "{database}: as it was drafted");

        // What opening freezes is said before the press; from then on its address is that of the vote, and nothing changes it.
        let frozen = author.get(&format!("{draft}/open")).await;
        for words in ["It cannot be taken back.", "2 of 4 must vote", "more than half of yes and no", "(Paris)", "(UTC)"] {
            frozen.says(words);
        }
        let opened = author.post(&format!("{draft}/open"), &[]).await;
        opened.redirects();
        assert_eq!(opened.to, "/proposals/P-1", "{database}");
        assert_eq!(author.get(&draft).await.to, "/proposals/P-1");
        let rows = world.rows().await;
        let late = author.post(&format!("{draft}/edit"), &borrowed(&floor_form("77.77"))).await;
        late.refuses("From then on nobody changes its text, its roll or its times");
        late.says("value=\"77.77\"");
        author.post(&format!("{draft}/withdraw"), &[]).await.refuses("From then on nobody changes its text");
        other.post(&format!("{draft}/sign"), &[("read", &read)]).await.refuses("From then on nobody changes its text");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        let page = other.get("/proposals/P-1").await;
        for words in [
            "0 of 4 have voted, the quorum is 2.",
            "You have not voted yet.",
            "href=\"/proposals/P-1/ballot\"",
            "href=\"/proposals/P-1/effects\"",
            "Proposed by Nathalie R.",
        ] {
            page.says(words);
        }
        other.get("/proposals").await.says("0 of 4 have voted, the quorum is 2.");
        assert_eq!(other.get("/rates").await.status, 200);
    }
}

#[tokio::test]
async fn what_somebody_may_not_do_with_a_draft_is_not_there_for_them() {
    for database in databases() {
        let world = world(database).await;
        let (author, other) = (site(&world, &world.worker).await, site(&world, &world.reviewer).await);
        let client = Site::as_person(&world, &world.buyer).await;
        let id = signed_draft(&world, &question()).await;
        let draft = format!("/proposals/drafts/{id}");
        let rows = world.rows().await;
        for path in ["edit", "open"] {
            assert_eq!(other.get(&format!("{draft}/{path}")).await.status, 404, "{database}: {path}");
        }
        let form = [("title", "Mine now"), ("text", "Because."), ("kind", "ordinary")];
        assert_eq!(other.post(&format!("{draft}/edit"), &form).await.status, 404, "{database}");
        for path in ["withdraw", "open"] {
            assert_eq!(other.post(&format!("{draft}/{path}"), &[]).await.status, 404, "{database}: {path}");
        }
        for path in ["/proposals", "/proposals/new", "/proposals/new/text", &draft] {
            assert_eq!(client.get(path).await.status, 404, "{database}: {path}");
        }
        assert_eq!(client.post(&format!("{draft}/comments"), &[("text", "We pay enough."), ("reply", "")]).await.status, 404);
        for path in ["/proposals/P-99", "/proposals/x", "/proposals/P-0", "/proposals/new/no-such", "/proposals/new/rules?kind=ordinary"] {
            assert_eq!(author.get(path).await.status, 404, "{database}: {path}");
        }
        for before in ["-1", "0", "9223372036854775807", "9223372036854775808", "x"] {
            assert_eq!(author.get(&format!("/proposals?before={before}")).await.status, 200, "{database}: {before}");
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");

        // Withdrawn, it is its author's alone.
        author.post(&format!("{draft}/withdraw"), &[]).await.redirects();
        author.get(&draft).await.says("You have withdrawn this draft.");
        assert_eq!(other.get(&draft).await.status, 404, "{database}");
        assert!(!other.get("/proposals").await.text.contains("A paid rest day"), "{database}");
        assert_eq!(author.post(&format!("{draft}/open"), &[]).await.status, 422, "{database}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_beside_its_field_and_stays_as_it_was_typed() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        world.open_batch(&contract, 1).await;
        let author = site(&world, &world.worker).await;
        let rows = world.rows().await;
        for (kind, name, typed, words) in [
            ("constitution", "split/worker", "79.99", "The parts add up to 99.99 percent."),
            ("constitution", "split/worker", "eighty", "Type a share in percent"),
            ("constitution", "votes/constitution/quorum", "0", "A quorum is a share of the members above zero"),
            ("constitution", "votes/constitution/quorum", "101%", "A quorum is a share of the members above zero"),
            ("constitution", "votes/ordinary/days", "0", "Type a whole number from 1 to 90."),
            ("constitution", "claims/max_open", "0", "Type a whole number from 1 to 100."),
            ("constitution", "new/fund", "small fund", "A fund has a name of letters"),
            ("rate-change", "floor/general/USD", "-1", "never below zero"),
            ("rate-change", "floor/general/USD", "8,50", "Type a sum with a point"),
            ("rate-change", "floor/general/USD", "100", "Under this floor not one open batch in USD could go on"),
            ("rate-change", "premium/3", "10001", "A premium is from 0 to 10 000 percent."),
            ("rate-change", "days", "2", "A vote of this kind is open for 7 to 90 days."),
            ("rate-change", "opens", "tomorrow", "Choose a day"),
            ("rate-change", "title", "", "The title is missing."),
        ] {
            let mut form = vec![("kind", kind), ("text", "Words that are kept")];
            if name != "title" {
                form.push(("title", "A title kept"));
            }
            // A fund of nothing needs a part, and a refusal of times a change.
            match name {
                "new/fund" => form.push(("new/fund-share", "0")),
                "days" | "opens" | "title" => form.push(("floor/general/USD", "9")),
                _ => {}
            }
            form.push((name, typed));
            let answer = author.post("/proposals/new/rules", &form).await;
            answer.refuses(words);
            answer.says("Words that are kept");
            assert!(typed.is_empty() || answer.text.contains(&format!("value=\"{typed}\"")), "{database}: {name} keeps {typed}");
            assert!(answer.text.contains(&format!("href=\"#f-{name}\"")), "{database}: the refusal leads to {name}");
        }
        author
            .post("/proposals/new/rules", &[("kind", "rate-change"), ("title", "T"), ("text", "W")])
            .await
            .refuses("This changes nothing");
        let foreign = [("kind", "rate-change"), ("title", "T"), ("text", "W"), ("split/worker", "81")];
        author.post("/proposals/new/rules", &foreign).await.refuses("may not change");
        author.post("/proposals/new/text", &[("kind", "no-such"), ("title", "T"), ("text", "W")]).await.refuses("no vote of this kind");
        author
            .post("/proposals/new/price-ask", &[("kind", "price-ask"), ("title", "T"), ("text", "W"), ("price", "1")])
            .await
            .refuses("Choose one");
        author
            .post("/proposals/new/contract-end", &[("kind", "contract"), ("title", "T"), ("text", "W"), ("contract", "C-77")])
            .await
            .refuses("Choose a contract");
        author.post("/proposals/new/text", &[("kind", "ordinary"), ("title", "T"), ("text", "W"), ("author", "x")]).await.refuses("author");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn every_act_has_its_form_and_its_page() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 1).await;
        let author = site(&world, &world.worker).await;
        let treasurer = world.treasurer.to_string();
        let acts: [(&str, &[(&str, &str)], &str); 7] = [
            (
                "price-ask",
                &[("kind", "price-ask"), ("batch", batch.as_str()), ("price", "1.00"), ("title", "Ask a dollar")],
                "Asks 1.00 USD for each",
            ),
            (
                "contract-take",
                &[("kind", "contract"), ("contract", contract.as_str()), ("title", "Go on?")],
                "The co-op takes the contract",
            ),
            ("contract-end", &[("kind", "contract"), ("contract", contract.as_str()), ("title", "Stop?")], "The co-op gives notice"),
            (
                "mandate",
                &[("kind", "ordinary"), ("member", &treasurer), ("role", "coordinator")],
                "Astro N. is given the role of coordinator.",
            ),
            (
                "recall",
                &[("kind", "ordinary"), ("member", &treasurer), ("role", "treasurer")],
                "Astro N. gives the role of treasurer back.",
            ),
            ("exclusion", &[("kind", "constitution"), ("member", &treasurer)], "Astro N. is excluded"),
            ("text", &[("kind", "ordinary"), ("title", "A rest day?")], "Nothing but these words"),
        ];
        for (act, fields, words) in acts {
            assert_eq!(author.get(&format!("/proposals/new/{act}")).await.status, 200, "{database}: {act}");
            let form = [fields, &[("text", "Because of the winter.")]].concat();
            let begun = author.post(&format!("/proposals/new/{act}"), &form).await;
            begun.redirects();
            let page = author.get(&begun.to).await;
            page.says(words);
            page.says("Because of the winter.");
            let edit = author.get(&format!("{}/edit", begun.to)).await;
            assert_eq!(edit.status, 200, "{database}: {act}");
            let id = begun.to.rsplit('/').next().unwrap();
            let by = member(&world, &world.worker).await;
            let kept = proposals::find_draft(&world.deps, &by, id).await.unwrap();
            assert!(!kept.title.contains("Astro") && !kept.about.contains("Astro"), "{database}: {act}: {kept:?}");
            author.post(&format!("{}/withdraw", begun.to), &[]).await.redirects();
        }

        // A text that stays for ever names nobody: neither whom it is about, by any part of the name, nor anybody else in full.
        let rows = world.rows().await;
        let about = [("kind", "ordinary"), ("member", treasurer.as_str()), ("role", "treasurer")];
        let named = author.post("/proposals/new/recall", &[&about[..], &[("text", "ASTRO forgets receipts.")]].concat()).await;
        named.refuses("Title and text of a vote about a member");
        named.says("ASTRO forgets receipts.");
        assert!(named.text.contains(&format!("<option value=\"{treasurer}\" selected")), "{database}: the choice is kept");
        let text = [("kind", "ordinary"), ("title", "Thank otieno b. for it"), ("text", "For the work.")];
        author.post("/proposals/new/text", &text).await.refuses(" is the name of a member.");
        assert!(!named.text.contains(member(&world, &world.treasurer).await.id().as_str()), "{database}: no id beside a name");
        // A grave matter goes by no kind of shorter days.
        let light = [("kind", "ordinary"), ("member", treasurer.as_str()), ("text", "Because of the winter.")];
        author.post("/proposals/new/exclusion", &light).await.refuses("A vote of this kind does not decide that.");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn members_answer_each_other_and_take_their_own_words_back() {
    for database in databases() {
        let world = world(database).await;
        let (author, other) = (site(&world, &world.worker).await, site(&world, &world.reviewer).await);
        let id = signed_draft(&world, &question()).await;
        let draft = format!("/proposals/drafts/{id}");
        let said = other.post(&format!("{draft}/comments"), &[("text", "Who pays for <b>it</b>?"), ("reply", "")]).await;
        said.redirects();
        let comment = said.to.split("#c-").nth(1).unwrap().to_owned();
        let answer = author.post(&format!("{draft}/comments"), &[("text", "The fund does."), ("reply", &comment)]).await;
        answer.redirects();
        let page = author.get(&draft).await;
        assert!(
            page.text.contains("Who pays for &#60;b&#62;it") || page.text.contains("Who pays for &lt;b&gt;it"),
            "{database}: as it was typed"
        );
        let (asked, answered) = (page.text.find("Who pays for").unwrap(), page.text.find("The fund does.").unwrap());
        assert!(asked < answered && page.text.contains("class=\"d1\""), "{database}: below what it answers");

        let rows = world.rows().await;
        let empty = author.post(&format!("{draft}/comments"), &[("text", "  "), ("reply", &comment)]).await;
        empty.refuses("Write something first.");
        assert!(empty.text.contains(&format!("value=\"{comment}\"")), "{database}: it is still an answer");
        let long = "x".repeat(4_001);
        author.post(&format!("{draft}/comments"), &[("text", &long), ("reply", "")]).await.refuses(&long);
        assert_eq!(author.post(&format!("{draft}/comments/{comment}/withdraw"), &[]).await.status, 404, "{database}: another’s");
        let elsewhere = signed_draft(&world, &question()).await;
        let astray = author.post(&format!("/proposals/drafts/{elsewhere}/comments"), &[("text", "Here?"), ("reply", &comment)]).await;
        assert_eq!(astray.status, 404, "{database}: an answer to what was said elsewhere");
        let kept = world.rows().await;
        assert_eq!(
            rows.iter().find(|row| row.0 == "proposal_comments"),
            kept.iter().find(|row| row.0 == "proposal_comments"),
            "{database}"
        );

        other.post(&format!("{draft}/comments/{comment}/withdraw"), &[]).await.redirects();
        let page = author.get(&draft).await;
        page.says("Withdrawn by whoever wrote it.");
        page.says("The fund does.");
        assert!(!page.text.contains("Who pays for"), "{database}: the words are gone");

        // A comment is answered on a page of its own.
        let asked = author.get(&format!("{draft}/comments/{comment}")).await;
        assert!(asked.text.contains(&format!("value=\"{comment}\"")), "{database}");
        assert_eq!(author.get(&format!("/proposals/drafts/{elsewhere}/comments/{comment}")).await.status, 404, "{database}");

        // What was said of a draft is one's own, when its author withdraws it, too.
        let gone = format!("/proposals/drafts/{elsewhere}");
        let word = other.post(&format!("{gone}/comments"), &[("text", "My mistake."), ("reply", "")]).await;
        let word = word.to.split("#c-").nth(1).unwrap().to_owned();
        author.post(&format!("{gone}/withdraw"), &[]).await.redirects();
        other.get(&gone).await.says("Its author has withdrawn this draft.");
        assert_eq!(other.post(&format!("{gone}/comments/{word}/withdraw"), &[]).await.to, "/proposals", "{database}");
        assert!(!author.get(&gone).await.text.contains("My mistake."), "{database}");
        assert_eq!(other.get(&gone).await.status, 404, "{database}: nothing of theirs is left there");

        // It goes on while the vote is open, and ends with it.
        let by = member(&world, &world.worker).await;
        let vote = opening::open(&world.deps, &by, &once(), &id).await.unwrap();
        let open = author.post(&format!("{draft}/comments"), &[("text", "Vote soon."), ("reply", "")]).await;
        assert!(open.to.starts_with("/proposals/P-1#c-"), "{database}: {}", open.to);
        close(&world, &vote).await;
        let late = author.post(&format!("{draft}/comments"), &[("text", "Too late?"), ("reply", "")]).await;
        late.refuses("nothing can be added");
        late.says("Too late?");
        author.get("/proposals/P-1").await.says("The vote is closed, and nothing can be added.");
    }
}
