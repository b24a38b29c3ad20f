//! What one member can do to the votes is bounded: ballots in a day, texts that are prepared for them, votes that are open. What grows is
//! read page by page, and telling everybody keeps nobody waiting.

use std::collections::{BTreeMap, BTreeSet};

use manyhands::actions::proposals::{ballots, closing, enacting, opening, telling};
use manyhands::actions::signing::{self, Outcome};
use manyhands_domain::ids::PersonId;

use crate::ballots::{between, quiet};
use crate::cells::tables::ask;
use crate::draft_pages::site;
use crate::http::Site;
use crate::pages::change;
use crate::signers::{enrol, member, note_over, refused};
use crate::support::{World, databases, once, world};
use crate::vote_pages::more_members;
use crate::voters::{close, code, put_to_the_vote, question, row, rules, signed_draft, until, verified, vote, vote_by_key};

const DAY: i64 = 86_400;

async fn number(world: &World, sql: &str) -> i64 {
    ask(&world.database, &format!("SELECT CAST(({sql}) AS TEXT)")).await[0][0].parse().unwrap()
}

#[tokio::test]
async fn twelve_ballots_a_day_in_a_vote_are_cast_and_the_next_is_refused_in_words_by_key_and_by_code() {
    for database in databases() {
        let world = world(database).await;
        let key = enrol(&world, &world.coordinator, 1).await;
        let (id, other) = (put_to_the_vote(&world, &question()).await, put_to_the_vote(&world, &question()).await);
        let mut first = None;
        for number in 0..11 {
            // No more codes are mailed within a quarter of an hour.
            world.deps.clock.advance(600);
            vote(&world, &world.coordinator, &id, ["yes", "no"][number % 2]).await.unwrap();
            first = first.or(Some(world.deps.clock.now()));
        }
        // A text that was prepared before the twelfth, and signed after it.
        let by = member(&world, &world.coordinator).await;
        let nonce = ballots::prepare(&world.deps, &by, &once(), &id, ("yes", "")).await.unwrap();
        let (text, _) = signing::find_text(&world.deps, &by, &nonce).await.unwrap();
        vote(&world, &world.coordinator, &id, "no").await.unwrap();
        let site = site(&world, &world.coordinator).await;
        let rows = world.rows().await;
        let signed = signing::sign(&world.deps, &by, &once(), &nonce, &note_over(&text.line, &key)).await;
        assert_eq!(refused(signed), "ballots-many", "{database}");
        let prepared = ballots::prepare(&world.deps, &by, &once(), &id, ("yes", "")).await;
        assert_eq!(refused(prepared), "ballots-many", "{database}");
        let page = site.get(&format!("/proposals/{id}/ballot")).await;
        page.says("You cast 12 ballots in this vote within a day, which is the most");
        assert!(!page.text.contains("name=\"choice\""), "{database}: nothing is offered that would be refused");
        let posted = site.post(&format!("/proposals/{id}/ballot/sign"), &[("choice", "yes"), ("salt", "")]).await;
        posted.refuses("The last one counts. Nothing was cast now");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        world.deps.clock.advance(900);
        assert_eq!(refused(ballots::ask_code(&world.deps, &by, &once(), &id).await), "ballots-many", "{database}: no code for nothing");

        // Each vote by itself, and each member.
        vote_by_key(&world, &world.coordinator, &other, "yes", &key).await.unwrap();
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        // A day after the first one there is room for one.
        let first = first.unwrap();
        world.deps.clock.advance(first.plus_secs(DAY - 1).since(world.deps.clock.now()));
        let early = ballots::prepare(&world.deps, &by, &once(), &id, ("yes", "")).await;
        assert_eq!(refused(early), "ballots-many", "{database}: a second before a day");
        world.deps.clock.advance(1);
        vote_by_key(&world, &world.coordinator, &id, "yes", &key).await.unwrap();
        let page = site.get(&format!("/proposals/{id}/ballot")).await;
        page.says("You cast 12 ballots in this vote within a day");

        // With a code from before the limit, too.
        quiet(&world).await;
        ballots::ask_code(&world.deps, &member(&world, &world.reviewer).await, &once(), &id).await.unwrap();
        let code = code(&world, &world.reviewer).await;
        let reviewer = member(&world, &world.reviewer).await;
        let theirs =
            format!("UPDATE ballots SET member_id = '{}', how = 'session', saw = NULL WHERE member_id = '{}'", reviewer.id(), by.id());
        change(&world.database, &theirs).await;
        let cast = ballots::cast(&world.deps, &reviewer, &once(), &id, ("no", ""), &code).await;
        assert_eq!(refused(cast), "ballots-many", "{database}");
        // Whoever verifies knows of no limit.
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn preparing_a_ballot_anew_leaves_one_text_and_the_last_twenty_earlier_ballots_are_shown() {
    for database in databases() {
        let world = world(database).await;
        let key = enrol(&world, &world.coordinator, 1).await;
        let another = enrol(&world, &world.treasurer, 2).await;
        let (id, other) = (put_to_the_vote(&world, &question()).await, put_to_the_vote(&world, &question()).await);
        let by = member(&world, &world.coordinator).await;
        // Another's, and one in another vote, stay.
        let kept = ballots::prepare(&world.deps, &member(&world, &world.treasurer).await, &once(), &id, ("no", "")).await.unwrap();
        let elsewhere = ballots::prepare(&world.deps, &by, &once(), &other, ("no", "")).await.unwrap();
        let mut nonces = Vec::new();
        for choice in ["yes", "no", "abstain", "yes"] {
            world.deps.clock.advance(1);
            nonces.push(ballots::prepare(&world.deps, &by, &once(), &id, (choice, "")).await.unwrap());
        }
        let texts = "SELECT COUNT(*) FROM prepared_texts WHERE subject = 'ballot'";
        assert_eq!(number(&world, texts).await, 3, "{database}");
        assert_eq!(refused(signing::find_text(&world.deps, &by, &nonces[0]).await), "not found", "{database}");
        // The same draft, asked for again from its own address.
        let draft = ask(&world.database, &format!("SELECT subject_id FROM prepared_texts WHERE nonce = '{}'", nonces[3])).await;
        let site = site(&world, &world.coordinator).await;
        for _ in 0..2 {
            let again = site.post(&format!("/sign/ballot/{}", draft[0][0]), &[]).await;
            again.redirects();
            nonces.push(again.to.rsplit('/').next().unwrap().to_owned());
        }
        assert_eq!(number(&world, texts).await, 3, "{database}");
        let signer = member(&world, &world.treasurer).await;
        for (by, key, nonce) in [(&by, &key, &nonces[5]), (&by, &key, &elsewhere), (&signer, &another, &kept)] {
            let (text, _) = signing::find_text(&world.deps, by, nonce).await.unwrap();
            let signed = signing::sign(&world.deps, by, &once(), nonce, &note_over(&text.line, key)).await;
            assert!(matches!(signed.unwrap(), Outcome::Done(_)), "{database}");
        }

        // One was cast; twenty-one more over two days are twenty-two: the last, twenty earlier ones, and the first.
        let first = number(&world, &format!("SELECT MIN(entry_index) FROM ballots WHERE number = 1 AND member_id = '{}'", by.id())).await;
        for number in 1..22 {
            if number == 12 {
                let page = site.get(&format!("/proposals/{id}/ballot")).await;
                page.says(&format!("href=\"/ledger/{first}\""));
                assert!(!page.text.contains("the last 20 of them"), "{database}");
                world.deps.clock.advance(DAY);
            }
            vote_by_key(&world, &world.coordinator, &id, "yes", &key).await.unwrap();
        }
        let page = site.get(&format!("/proposals/{id}/ballot")).await;
        page.says("These are the last 20 of them.");
        let earlier = between(&page.text, "Earlier ballots", "the last 20 of them");
        assert_eq!(earlier.matches("href=\"/ledger/").count(), 20, "{database}");
        assert!(!page.text.contains(&format!("href=\"/ledger/{first}\"")), "{database}: the first is the twenty-second");
        let standing = ballots::standing(&world.deps, &by, &row(&world, &id).await).await.unwrap();
        assert_eq!((standing.own.len(), standing.more), (21, true), "{database}");
    }
}

#[tokio::test]
async fn five_votes_of_one_author_are_open_at_once_and_the_sixth_draft_waits_as_it_is() {
    for database in databases() {
        let world = world(database).await;
        let by = member(&world, &world.worker).await;
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(put_to_the_vote(&world, &question()).await);
        }
        // Two at once: there is room for one.
        let (one, two) = (signed_draft(&world, &question()).await, signed_draft(&world, &question()).await);
        let keys = (once(), once());
        let (first, second) = tokio::join!(opening::open(&world.deps, &by, &keys.0, &one), opening::open(&world.deps, &by, &keys.1, &two));
        let left = if first.is_ok() { &two } else { &one };
        let (opened, failed) = if first.is_ok() { (first, second) } else { (second, first) };
        ids.push(opened.unwrap());
        assert_eq!(refused(failed), "votes-open-many", "{database}");
        let rows = world.rows().await;
        let again = opening::open(&world.deps, &by, &once(), left).await;
        assert_eq!(refused(again), "votes-open-many", "{database}");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        let site = site(&world, &world.worker).await;
        site.get(&format!("/proposals/drafts/{left}")).await.says("5 votes that you put are open, which is the most at once");
        // Another member's draft is another matter.
        change(
            &world.database,
            &format!("UPDATE proposals SET author_id = '{}' WHERE id = '{left}'", member(&world, &world.reviewer).await.id()),
        )
        .await;
        opening::open(&world.deps, &member(&world, &world.reviewer).await, &once(), left).await.unwrap();

        // Votes that were called again are open votes of theirs; the one that was decided makes room.
        for person in [&world.worker, &world.treasurer] {
            vote(&world, person, &ids[0], "no").await.unwrap();
        }
        assert_eq!(close(&world, &ids[0]).await.state, "rejected", "{database}");
        closing::close_due(&world.deps).await.unwrap();
        let open = format!("SELECT COUNT(*) FROM proposals WHERE state = 'open' AND author_id = '{}'", by.id());
        assert_eq!(number(&world, &open).await, 4, "{database}");
        put_to_the_vote(&world, &question()).await;
        let seventh = signed_draft(&world, &question()).await;
        assert_eq!(refused(opening::open(&world.deps, &by, &once(), &seventh).await), "votes-open-many", "{database}");
    }
}

#[tokio::test]
async fn open_votes_are_listed_twenty_a_page_soonest_to_close_first() {
    for database in databases() {
        let world = world(database).await;
        for number in 0..23 {
            world.deps.clock.advance(60);
            let mut form = question();
            form.title = format!("Question number {number}.");
            put_to_the_vote(&world, &form).await;
            change(&world.database, "UPDATE proposals SET author_id = NULL WHERE state = 'open'").await;
        }
        let site = site(&world, &world.reviewer).await;
        let shown = |page: &str| (0..23).filter(|number| page.contains(&format!("Question number {number}."))).collect::<Vec<_>>();
        let first = site.get("/proposals").await;
        first.says("href=\"/proposals?open=1\"");
        assert_eq!(shown(&first.text), (0..20).collect::<Vec<_>>(), "{database}");
        let second = site.get("/proposals?open=1").await;
        second.says("href=\"/proposals\"");
        assert_eq!(shown(&second.text), [20, 21, 22], "{database}");
        assert!(!second.text.contains("More open votes") && !second.text.contains("What can be voted"), "{database}");
        site.get("/proposals?open=2").await.says("No further vote is open.");
    }
}

/// So many rule books behind the real ones, each with a floor of its own, at entries that are there.
async fn many_books(world: &World, many: usize) -> Vec<i64> {
    let entries = ask(&world.database, "SELECT CAST(idx AS TEXT) FROM entries WHERE kind = 'member.admitted' ORDER BY entries.idx").await;
    let last = number(world, "SELECT MAX(idx) FROM rule_books").await;
    let later: Vec<i64> = entries.iter().map(|row| row[0].parse().unwrap()).filter(|index| *index > last).take(many).collect();
    assert_eq!(later.len(), many);
    let statements = later.iter().enumerate().map(|(place, index)| {
        format!(
            "INSERT INTO rule_books (idx, book, enacted_at) SELECT {index}, REPLACE(b.book, '\"USD\":\"9.000000\"', '\"USD\":\"{}.{:02}0000\"'), e.at \
             FROM rule_books b, entries e WHERE b.idx = {last} AND e.idx = {index};",
            9 + (place + 1) / 100,
            (place + 1) % 100
        )
    });
    change(&world.database, &statements.collect::<String>()).await;
    later
}

#[tokio::test]
async fn the_rates_read_twenty_changes_and_lead_to_earlier_ones_none_left_out_or_told_twice() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &rules("rate-change", &[("floor/general/USD", "9")])).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        let closed = close(&world, &id).await;
        until(&world, closed.enacts_at.unwrap());
        enacting::enact_due(&world.deps).await.unwrap();
        more_members(&world, 205).await;
        let books = many_books(&world, 205).await;

        let visitor = Site::of(&world).await;
        let (mut path, mut pages) = ("/rates".to_owned(), Vec::new());
        loop {
            let page = visitor.get(&path).await;
            assert_eq!(page.status, 200, "{database}: {path}");
            let next = page.text.split_once("href=\"/rates?before=").map(|(_, rest)| rest.split_once('"').unwrap().0.to_owned());
            pages.push(page.text);
            let Some(next) = next else { break };
            path = format!("/rates?before={next}");
        }
        // 207 books: those 205, the voted one, and the founding one.
        let rows: Vec<usize> = pages.iter().map(|page| page.matches("Held from").count()).collect();
        assert_eq!(rows, [vec![20; 10], vec![7]].concat(), "{database}");
        let floor = |place: usize| format!("{}.{:02}", 9 + place / 100, place % 100);
        for place in 1..=205 {
            let words = format!("Floor for any skill, USD: {} → {}", floor(place - 1), floor(place));
            let told: Vec<usize> = (0..pages.len()).filter(|page| pages[*page].contains(&words)).collect();
            assert_eq!(told, [(205 - place) / 20], "{database}: {words}");
        }
        assert!(pages[0].contains("These rules hold since") && pages[0].contains(">11.05<"), "{database}: the one in force");
        assert_eq!(pages[0].matches("v12h-12z\" fill=\"var(--ink)\"").count(), 200, "{database}: knots on the line");
        for words in ["Earlier rule books", "2 yes, 0 no", "8.00 → 9.00", "The founding rule book", "href=\"/rates\""] {
            assert!(pages[10].contains(words), "{database}: {words}");
        }
        assert!(
            !pages[1].contains("What an hour must pay") && !pages[1].contains("rates-line"),
            "{database}: an earlier page is the story alone"
        );
        assert_eq!(visitor.get("/rates?before=0").await.status, 404, "{database}");

        // What stands further back than the one before the last twenty is not even read.
        change(&world.database, &format!("UPDATE rule_books SET book = '{{' WHERE idx < {}", books[184])).await;
        assert_eq!(visitor.get("/rates").await.status, 200, "{database}");
        change(&world.database, &format!("UPDATE rule_books SET book = '{{' WHERE idx = {}", books[184])).await;
        assert_eq!(visitor.get("/rates").await.status, 500, "{database}: the one before is");
    }
}

#[tokio::test]
async fn everybody_who_can_sign_in_is_told_once_in_their_language_and_holds_one_code() {
    for database in databases() {
        let world = world(database).await;
        let more = more_members(&world, 9).await;
        for person in &more[..4] {
            world.reads(person, "fr").await;
        }
        // Another one left, and another's account is closed: neither is told.
        let set =
            |table: &str, what: &str, column: &str, person: &PersonId| format!("UPDATE {table} SET {what} WHERE {column} = '{person}'");
        change(&world.database, &set("people", "state = 'closed'", "id", &more[8])).await;
        change(&world.database, &set("members", "left_at = 1", "person_id", &more[7])).await;
        let draft = signed_draft(&world, &question()).await;
        let author = member(&world, &world.worker).await;
        let id = opening::open(&world.deps, &author, &once(), &draft).await.unwrap();

        let expected = "SELECT p.id, p.language FROM members m JOIN people p ON p.id = m.person_id \
                        WHERE m.left_at IS NULL AND p.state = 'active' ORDER BY p.id";
        let expected = ask(&world.database, expected).await;
        assert_eq!(expected.len(), 11);
        let told = async |kind: &str| {
            let told = format!("SELECT person_id, language, COALESCE(caused_by, '') FROM notices WHERE kind = '{kind}' ORDER BY person_id");
            ask(&world.database, &told).await
        };
        let opened = told("vote-opened").await;
        assert_eq!(opened.iter().map(|row| row[..2].to_vec()).collect::<Vec<_>>(), expected, "{database}");
        assert!(opened.iter().all(|row| row[2] == world.worker.to_string()), "{database}: by whose press");
        let codes = async || {
            let hex = if database == "sqlite" { "hex(code_sha256)" } else { "encode(code_sha256, 'hex')" };
            let sql = format!("SELECT person_id, CAST(COUNT(*) AS TEXT), MIN({hex}) FROM ballot_codes GROUP BY person_id");
            let rows = ask(&world.database, &sql).await;
            let one = |row: Vec<String>| {
                assert_eq!(row[1], "1", "{database}: one code each");
                (row[0].clone(), row[2].clone())
            };
            rows.into_iter().map(one).collect::<BTreeMap<_, _>>()
        };
        let (now, languages) = (codes().await, ["en", "fr"]);
        assert_eq!(now.keys().cloned().collect::<Vec<_>>(), expected.iter().map(|row| row[0].clone()).collect::<Vec<_>>(), "{database}");
        assert_eq!(now.values().collect::<BTreeSet<_>>().len(), 11, "{database}: each a code of their own");
        assert!(languages.iter().all(|language| opened.iter().any(|row| row[1] == *language)), "{database}");

        // Reminded: a new code for each who has not voted; who has keeps the one that they asked for.
        let digits = code(&world, &more[0]).await;
        ballots::cast(&world.deps, &member(&world, &more[0]).await, &once(), &id, ("yes", ""), &digits).await.unwrap();
        ballots::ask_code(&world.deps, &member(&world, &more[0]).await, &once(), &id).await.unwrap();
        let before = codes().await;
        let closes = row(&world, &id).await.closes_at.unwrap();
        until(&world, closes - DAY + 60);
        assert_eq!(telling::remind(&world.deps).await.unwrap(), 10, "{database}");
        let after = codes().await;
        let same: Vec<&String> = before.keys().filter(|person| before[*person] == after[*person]).collect();
        assert_eq!(same, [&more[0].to_string()], "{database}");
        assert_eq!(told("vote-reminder").await.len(), 10, "{database}");
        let digits = code(&world, &more[5]).await;
        ballots::cast(&world.deps, &member(&world, &more[5]).await, &once(), &id, ("no", ""), &digits).await.unwrap();

        // Without a quorum the second call would tell it.
        for person in [&world.worker, &world.reviewer, &world.treasurer] {
            vote(&world, person, &id, "no").await.unwrap();
        }
        close(&world, &id).await;
        let closed = ask(&world.database, "SELECT person_id, language FROM notices WHERE kind = 'vote-closed' ORDER BY person_id").await;
        assert_eq!(closed, expected, "{database}");
    }
}
