//! Lists of votes and discussions that grow: each page bounded, nothing lost from them, no mail twice for the same words.

use manyhands::actions::proposals::{self, comments, drafting};
use manyhands::actions::rights::Member;
use rocket::http::Method;

use crate::draft_pages::site;
use crate::http::Site;
use crate::signers::{member, refused, subjects_to};
use crate::support::{databases, once, world};
use crate::voters::{close, cosign, put_to_the_vote, question, signed_draft, vote};

#[tokio::test]
async fn a_long_discussion_is_read_thread_by_thread_and_none_grows_without_end() {
    for database in databases() {
        let world = world(database).await;
        let id = signed_draft(&world, &question()).await;
        let (author, other) = (member(&world, &world.worker).await, member(&world, &world.reviewer).await);
        let mut begun = Vec::new();
        for number in 0..25 {
            world.deps.clock.advance(1);
            begun.push(comments::write(&world.deps, &other, &once(), &id, None, &format!("Thread {number}.")).await.unwrap());
        }
        let row = proposals::find_draft(&world.deps, &author, &id).await.unwrap();
        let first = comments::list(&world.deps, &author, &row, 0).await.unwrap();
        let second = comments::list(&world.deps, &author, &row, 1).await.unwrap();
        assert_eq!((first.comments.len(), first.more, second.comments.len(), second.more), (20, true, 5, false), "{database}");
        // Whoever answers one of the second page comes back to it there.
        let pages = site(&world, &world.worker).await;
        let said = pages.post(&format!("/proposals/drafts/{id}/comments"), &[("text", "Yes."), ("reply", &begun[22])]).await;
        assert!(said.to.starts_with(&format!("/proposals/drafts/{id}?said=1#c-")), "{database}: {}", said.to);
        let page = pages.get(&format!("/proposals/drafts/{id}?said=1")).await;
        page.says("Thread 22.");
        page.says("Earlier in the discussion");
        assert!(!page.text.contains("Thread 3."), "{database}");
        pages.get(&format!("/proposals/drafts/{id}")).await.says("Further in the discussion");

        let mut last = begun[0].clone();
        for number in 0..100 {
            // Fifty a day is the most of one member.
            if number % 40 == 0 {
                world.deps.clock.advance(2 * 86_400);
            }
            last = comments::write(&world.deps, &author, &once(), &id, Some(&last), "And further.").await.unwrap();
        }
        world.deps.clock.advance(2 * 86_400);
        for reply in [&last, &begun[0]] {
            let full = comments::write(&world.deps, &other, &once(), &id, Some(reply), "One more.").await;
            assert_eq!(refused(full), "comments-thread-full", "{database}");
        }
        comments::write(&world.deps, &other, &once(), &id, Some(&begun[1]), "Elsewhere.").await.unwrap();
        let first = comments::list(&world.deps, &author, &row, 0).await.unwrap();
        assert_eq!(first.comments.len(), 121, "{database}: a thread is whole on its page");
    }
}

#[tokio::test]
async fn what_is_said_is_members_alone_withdrawn_by_whoever_said_it_and_fifty_things_a_day_at_most() {
    for database in databases() {
        let world = world(database).await;
        let id = signed_draft(&world, &question()).await;
        let (author, other) = (member(&world, &world.worker).await, member(&world, &world.reviewer).await);
        let said = comments::write(&world.deps, &other, &once(), &id, None, "Among members.").await.unwrap();
        let (draft, theirs) = (format!("/proposals/drafts/{id}"), format!("/proposals/drafts/{id}/comments/{said}"));
        site(&world, &world.worker).await.get(&draft).await.says("Among members.");
        let rows = world.rows().await;
        for (who, reader) in [("a client", Site::as_person(&world, &world.buyer).await), ("a stranger", Site::of(&world).await)] {
            for path in [&draft, &theirs] {
                let page = reader.fetch(Method::Get, path, &[]).await;
                assert!(matches!(page.status, 303 | 404), "{database}: {who} at {path}: {}", page.status);
                assert!(!String::from_utf8_lossy(&page.bytes).contains("Among members."), "{database}: {who} at {path}");
            }
            for (path, fields) in
                [(format!("{draft}/comments"), vec![("text", "I, too."), ("reply", "")]), (format!("{theirs}/withdraw"), vec![])]
            {
                let answer = reader.post(&path, &fields).await;
                assert!(matches!(answer.status, 303 | 404), "{database}: {who} at {path}: {}", answer.status);
            }
        }
        assert_eq!(refused(comments::withdraw(&world.deps, &author, &once(), &said).await), "not found", "{database}: another's");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");

        // Withdrawn, the words are nowhere, and cannot be withdrawn again.
        comments::withdraw(&world.deps, &other, &once(), &said).await.unwrap();
        let row = proposals::find_draft(&world.deps, &author, &id).await.unwrap();
        let left = comments::list(&world.deps, &author, &row, 0).await.unwrap().comments.remove(0);
        assert!(left.text.is_empty() && left.withdrawn_at.is_some(), "{database}: {left:?}");
        assert_eq!(refused(comments::withdraw(&world.deps, &other, &once(), &said).await), "not found", "{database}: twice");

        // What was withdrawn counts for the day, too: fifty are said, and no more until it is over.
        for number in 1..50 {
            comments::write(&world.deps, &other, &once(), &id, None, &format!("Number {number}.")).await.unwrap();
        }
        let more = async |who: &Member| comments::write(&world.deps, who, &once(), &id, None, "One more.").await;
        assert_eq!(refused(more(&other).await), "comments-many", "{database}");
        more(&author).await.unwrap();
        world.deps.clock.advance(86_399);
        assert_eq!(refused(more(&other).await), "comments-many", "{database}: a second before a day");
        world.deps.clock.advance(1);
        more(&other).await.unwrap();
        // Fifty-two threads are three pages, and of a page beyond them there is nothing.
        let mut pages = Vec::new();
        for page in 0..4 {
            let found = comments::list(&world.deps, &author, &row, page).await.unwrap();
            pages.push((found.comments.len(), found.more));
        }
        assert_eq!(pages, [(20, true), (20, true), (12, false), (0, false)], "{database}");
        assert_eq!(site(&world, &world.worker).await.get(&format!("{draft}?said=99")).await.status, 200, "{database}");
    }
}

#[tokio::test]
async fn drafts_and_closed_votes_are_listed_page_by_page_and_open_ones_take_no_place_from_closed() {
    for database in databases() {
        let world = world(database).await;
        let by = member(&world, &world.worker).await;
        let closed = put_to_the_vote(&world, &question()).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &closed, "yes").await.unwrap();
        }
        close(&world, &closed).await;
        for _ in 0..3 {
            put_to_the_vote(&world, &question()).await;
        }
        let list = proposals::list(&world.deps, &by, None, 2).await.unwrap();
        assert_eq!(list.iter().map(|row| row.number).collect::<Vec<_>>(), [Some(1)], "{database}");
        for person in [&world.worker, &world.reviewer, &world.treasurer] {
            let author = member(&world, person).await;
            for _ in 0..8 {
                drafting::draft(&world.deps, &author, &once(), &question()).await.unwrap();
            }
        }
        let (first, more) = proposals::list_drafts(&world.deps, &by, 0).await.unwrap();
        let (second, end) = proposals::list_drafts(&world.deps, &by, 1).await.unwrap();
        assert_eq!((first.len(), more, second.len(), end), (20, true, 4, false), "{database}");
        assert!(first.iter().all(|one| one.needed == 2 && !one.signed), "{database}");
        let pages = site(&world, &world.worker).await;
        pages.get("/proposals").await.says("More drafts");
        assert!(!pages.get("/proposals?drafts=1").await.text.contains("More drafts"), "{database}");
    }
}

#[tokio::test]
async fn an_author_hears_once_that_enough_have_signed_the_same_words() {
    for database in databases() {
        let world = world(database).await;
        let author = member(&world, &world.worker).await;
        let id = drafting::draft(&world.deps, &author, &once(), &question()).await.unwrap();
        let heard = async || {
            let address = world.signed_in(&world.worker).await.standing().email.clone();
            let subjects = subjects_to(&world, &address).await;
            subjects.iter().filter(|subject| subject.starts_with("Signé par assez de membres")).count()
        };
        let reviewer = member(&world, &world.reviewer).await;
        cosign(&world, &world.treasurer, &id).await.unwrap();
        let before = heard().await;
        for _ in 0..3 {
            cosign(&world, &world.reviewer, &id).await.unwrap();
            drafting::uncosign(&world.deps, &reviewer, &once(), &id).await.unwrap();
        }
        assert_eq!(heard().await, before + 1, "{database}");
    }
}

#[tokio::test]
async fn no_number_of_a_page_is_too_large_to_be_answered() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        let id = put_to_the_vote(&world, &question()).await;
        let draft = signed_draft(&world, &question()).await;
        let pages = site(&world, &world.reviewer).await;
        for most in [u64::MAX, u64::MAX / 2, u64::MAX / 20] {
            for path in [
                "/proposals?drafts=".to_owned(),
                "/proposals?open=".to_owned(),
                "/rates?before=".to_owned(),
                format!("/proposals/{id}?said="),
                format!("/proposals/drafts/{draft}?said="),
            ] {
                assert_eq!(pages.get(&format!("{path}{most}")).await.status, 200, "{database}: {path}{most}");
            }
            for path in [
                "/proposals?before=".to_owned(),
                "/ledger?before=".to_owned(),
                "/reviews?count=1&accepted=".to_owned(),
                "/reviews?accepted=1&count=".to_owned(),
                format!("/proposals/{id}/ballots?from="),
                "/ledger/balances?size=".to_owned(),
                format!("/contracts/{contract}/versions?before="),
                "/work/quality?after=".to_owned(),
            ] {
                assert!(pages.get(&format!("{path}{most}")).await.status < 500, "{database}: {path}{most}");
            }
        }
        let desk = site(&world, &world.buyer).await;
        assert_eq!(desk.get(&format!("/desk/{contract}?before={}", u64::MAX)).await.status, 200, "{database}");
    }
}
