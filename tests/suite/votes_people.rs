//! Votes about members: which kind of vote may carry them, that no public word names anybody, that an exclusion is carried out, and what
//! becomes of the drafts of whoever has left.

use manyhands::actions::proposals::drafting::DraftForm;
use manyhands::actions::proposals::{self, ballots, drafting, enacting, opening};
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{claims, leaving, payouts};
use manyhands_domain::money::{Amount, Currency};
use manyhands_store::departures;

use crate::http::Site;
use crate::signers::{AGE_SECS, enrol, member, note_over, refused, subjects_to, texts_to};
use crate::support::{PASSWORD, World, databases, once, world};
use crate::voters::{put_to_the_vote, question, verified};
use crate::votes_ends::{an_end, on_its_day, passed};

fn about(act: &str, member: &str) -> DraftForm {
    DraftForm { act: act.to_owned(), member: member.to_owned(), role: "coordinator".to_owned(), ..question() }
}

async fn exclusion(world: &World) -> DraftForm {
    let worker = member(world, &world.worker).await;
    DraftForm { kind: "constitution".to_owned(), ..about("exclusion", worker.id().as_str()) }
}

#[tokio::test]
async fn each_matter_goes_by_the_kind_of_vote_that_is_for_it() {
    for database in databases() {
        let world = world(database).await;
        let author = member(&world, &world.reviewer).await;
        let worker = member(&world, &world.worker).await.id().to_string();
        let contract = world.plain_contract().await;
        world.open_batch(&contract, 1).await;
        let rows = world.rows().await;
        let (end, mandate) = (an_end(&contract), about("mandate", &worker));
        for (form, kind) in [
            (&exclusion(&world).await, "ordinary"),
            (&exclusion(&world).await, "price-ask"),
            (&mandate, "contract"),
            (&mandate, "price-ask"),
            (&mandate, "constitution"),
            (&end, "ordinary"),
            (&end, "price-ask"),
            (&question(), "rate-change"),
            (&question(), "contract"),
        ] {
            let form = DraftForm { kind: kind.to_owned(), days: "20".to_owned(), ..form.clone() };
            assert_eq!(refused(drafting::draft(&world.deps, &author, &once(), &form).await), "proposal-kind", "{database}: {kind}");
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        for form in [exclusion(&world).await, mandate, end, question()] {
            drafting::draft(&world.deps, &author, &once(), &form).await.unwrap();
        }
    }
}

#[tokio::test]
async fn no_public_word_of_a_vote_names_the_member_it_is_about() {
    for database in databases() {
        let world = world(database).await;
        let author = member(&world, &world.reviewer).await;
        let worker = member(&world, &world.worker).await;
        let rows = world.rows().await;
        let form = about("mandate", worker.id().as_str());
        for (title, text) in [
            ("Nathalie for the office", "A good hand."),
            ("For the office", "nathalie r. has a good hand."),
            ("For the office", "Ask NATHALIE@example.coop."),
        ] {
            let form = DraftForm { title: title.to_owned(), text: text.to_owned(), ..form.clone() };
            assert_eq!(refused(drafting::draft(&world.deps, &author, &once(), &form).await), "proposal-names-member", "{database}: {text}");
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        let form = DraftForm { title: format!("{} for the office", worker.id()), ..form };
        let draft = drafting::draft(&world.deps, &author, &once(), &form).await.unwrap();
        for person in [&world.coordinator, &world.treasurer] {
            crate::voters::cosign(&world, person, &draft).await.unwrap();
        }
        opening::open(&world.deps, &author, &once(), &draft).await.unwrap();
    }
}

#[tokio::test]
async fn an_exclusion_ends_roles_on_its_day_and_two_officers_sign_that_they_leave() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let keys = [enrol(&world, &world.coordinator, 1).await, enrol(&world, &world.treasurer, 2).await];
        deps.clock.advance(AGE_SECS);
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 4).await;
        let worker = member(&world, &world.worker).await;
        let held = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        claims::submit(deps, &worker, &once(), &held, &crate::story::typed("Harmful")).await.unwrap();
        let paid = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        claims::submit(deps, &worker, &once(), &paid, &crate::story::typed("Harmful")).await.unwrap();
        let form = exclusion(&world).await;
        let id = {
            // Proposed by another; the worker votes, too.
            let author = member(&world, &world.reviewer).await;
            let draft = drafting::draft(deps, &author, &once(), &form).await.unwrap();
            for person in [&world.coordinator, &world.treasurer] {
                crate::voters::cosign(&world, person, &draft).await.unwrap();
            }
            opening::open(deps, &author, &once(), &draft).await.unwrap()
        };
        crate::votes_ends::all_say_yes(&world, &id).await;
        assert!(claims::claim(deps, &worker, &once(), &batch).await.is_ok(), "{database}: its day has not come");
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}");
        assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: once");
        assert_eq!(refused(claims::claim(deps, &worker, &once(), &batch).await), "claims-excluded", "{database}");
        assert!(world.signed_in(&world.worker).await.member().is_some(), "{database}: on the roll until it is signed");
        assert_eq!(refused(leaving::leave(deps, &worker, &once(), PASSWORD).await), "departure-excluded", "{database}");
        assert_eq!(refused(leaving::stay(deps, &worker, &once()).await), "signature-not-waiting", "{database}: not theirs to withdraw");
        assert!(subjects_to(&world, "astro@example.coop").await.iter().any(|subject| subject.contains("Nathalie")), "{database}: a duty");

        let row = departures::find_of(&deps.db.read(), worker.id()).await.unwrap().unwrap();
        let subject = Subject::Departure(row.id.clone());
        let sign = async |person, key| {
            let by = member(&world, person).await;
            let nonce = signing::prepare(deps, &by, &once(), &subject, PASSWORD).await.unwrap();
            let (text, _) = signing::find_text(deps, &by, &nonce).await.unwrap();
            signing::sign(deps, &by, &once(), &nonce, &note_over(&text.line, key)).await.unwrap()
        };
        assert_eq!(
            refused(signing::prepare(deps, &worker, &once(), &subject, PASSWORD).await),
            "not found",
            "{database}: nobody signs their own"
        );
        // Owed something, and nowhere to send it: two officers are not held up by that either.
        let judging = manyhands::actions::reviews::Judging::Reviewer(world.reviewer().await);
        manyhands::actions::reviews::accept(deps, &judging, &once(), &paid).await.unwrap();
        crate::pages::change(&world.database, &format!("UPDATE members SET payout_to = '' WHERE id = '{}'", worker.id())).await;
        assert!(matches!(sign(&world.coordinator, &keys[0]).await, Outcome::Waits), "{database}");
        assert!(matches!(sign(&world.treasurer, &keys[1]).await, Outcome::Done(_)), "{database}");
        assert!(world.signed_in(&world.worker).await.member().is_none(), "{database}: off the roll");
        // What they handed in is judged and paid as ever.
        let judging = manyhands::actions::reviews::Judging::Reviewer(world.reviewer().await);
        manyhands::actions::reviews::accept(deps, &judging, &once(), &held).await.unwrap();
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn whoever_is_excluded_does_not_stay_by_naming_no_destination_and_what_is_owed_stays_theirs() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let worker = member(&world, &world.worker).await;
        let held = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        claims::submit(deps, &worker, &once(), &held, &crate::story::typed("Harmful")).await.unwrap();
        let judging = manyhands::actions::reviews::Judging::Reviewer(world.reviewer().await);
        manyhands::actions::reviews::accept(deps, &judging, &once(), &held).await.unwrap();
        crate::pages::change(&world.database, &format!("UPDATE members SET payout_to = '' WHERE id = '{}'", worker.id())).await;
        let id = passed(&world, &exclusion(&world).await).await;
        assert_eq!(on_its_day(&world, &id).await, "done", "{database}");
        assert!(world.signed_in(&world.worker).await.member().is_none(), "{database}: off the roll at once");
        stays_owed(&world, "0.64").await;
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn no_vote_gives_an_excluded_member_an_office_back() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        // Two keys count: the excluded stay on the roll until two officers sign.
        enrol(&world, &world.coordinator, 1).await;
        enrol(&world, &world.treasurer, 2).await;
        deps.clock.advance(AGE_SECS);
        let worker = member(&world, &world.worker).await;
        let mandate = about("mandate", worker.id().as_str());
        let draft = crate::voters::signed_draft(&world, &mandate).await;
        let out = put_to_the_vote(&world, &exclusion(&world).await).await;
        let day = deps.clock.now().plus_days(60);
        let office = put_to_the_vote(&world, &DraftForm { enacts: Some(day), ..mandate.clone() }).await;
        for id in [&out, &office] {
            for person in [&world.worker, &world.reviewer, &world.treasurer] {
                crate::voters::vote(&world, person, id, "yes").await.unwrap();
            }
        }
        for id in [&out, &office] {
            assert_eq!(crate::voters::close(&world, id).await.state, "passed", "{database}");
        }
        assert_eq!(on_its_day(&world, &out).await, "done", "{database}");
        assert!(departures::is_excluded(&deps.db.read(), worker.id()).await.unwrap(), "{database}: two officers have not signed yet");
        assert_eq!(on_its_day(&world, &office).await, "lapsed", "{database}");
        assert_eq!(crate::voters::row(&world, &office).await.outcome_reason, "proposal-member", "{database}");
        assert!(world.signed_in(&world.worker).await.coordinator().is_none(), "{database}");
        assert!(manyhands_store::people::list_roles(&deps.db.read(), &world.worker).await.unwrap().is_empty(), "{database}");
        // Nor is it proposed, or put to the vote, any more.
        let author = member(&world, &world.reviewer).await;
        assert_eq!(refused(drafting::draft(deps, &author, &once(), &mandate).await), "proposal-member", "{database}");
        assert_eq!(refused(opening::open(deps, &worker, &once(), &draft).await), "proposal-member", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

/// Somebody who has left is owed this, says where to, and is paid all of it.
async fn stays_owed(world: &World, sum: &str) {
    let deps = &world.deps;
    let left = world.signed_in(&world.worker).await.payee().unwrap();
    let owed = |words: &str| (Currency::parse("USD").unwrap(), Amount::parse_input(words).unwrap());
    assert_eq!(payouts::owed(deps, &left).await.unwrap(), [owed(sum)], "not a millionth is lost");
    assert!(texts_to(world, "nathalie@example.coop").await.iter().any(|text| text.contains("dites dans votre compte où cela doit aller")));
    world.reads(&world.worker, "en").await;
    let site = Site::as_person(world, &world.worker).await;
    site.get("/account").await.says(&format!("You have left, and {sum} USD is still yours."));
    for members in ["/work", "/pay", "/proposals"] {
        assert_eq!(site.get(members).await.status, 404, "{members}");
    }
    // Nothing goes out to nowhere; then they say where to, and the next payout takes it along.
    let treasurer = world.treasurer().await;
    assert!(payouts::prepare(deps, &treasurer, &once(), "USD", "0.10", PASSWORD).await.is_err());
    site.post("/account/payout", &[("payout_to", "254700000009"), ("password", "wrong")]).await.refuses("The password is wrong");
    site.post("/account/payout", &[("payout_to", "254700000009"), ("password", PASSWORD)]).await.redirects();
    let run = payouts::prepare(deps, &treasurer, &once(), "USD", "0.10", PASSWORD).await.unwrap();
    let second = world.signed_in(&world.coordinator).await.officer().unwrap();
    payouts::approve(deps, &second, &once(), &run, PASSWORD).await.unwrap();
    assert!(payouts::owed(deps, &left).await.unwrap().iter().all(|(_, rest)| !rest.is_positive()));
}

#[tokio::test]
async fn drafts_of_whoever_has_left_are_withdrawn() {
    for database in databases() {
        let world = world(database).await;
        let author = member(&world, &world.worker).await;
        let draft = drafting::draft(&world.deps, &author, &once(), &question()).await.unwrap();
        let open = put_to_the_vote(&world, &question()).await;
        leaving::leave(&world.deps, &author, &once(), PASSWORD).await.unwrap();
        let reader = member(&world, &world.reviewer).await;
        assert_eq!(refused(proposals::find_draft(&world.deps, &reader, &draft).await), "not found", "{database}");
        assert!(proposals::list_drafts(&world.deps, &reader, 0).await.unwrap().0.is_empty(), "{database}");
        assert_eq!(refused(drafting::cosign(&world.deps, &reader, &once(), &draft, "").await), "proposal-not-draft", "{database}");
        assert_eq!(crate::voters::row(&world, &open).await.state, "open", "{database}: what is put to the vote goes on");
    }
}

#[tokio::test]
async fn whoever_has_left_since_they_signed_in_casts_nothing() {
    for database in databases() {
        let world = world(database).await;
        let worker = member(&world, &world.worker).await;
        let open = put_to_the_vote(&world, &question()).await;
        // The code of the mail is in hand, and the right is of before.
        let code = crate::voters::code(&world, &world.worker).await;
        leaving::leave(&world.deps, &worker, &once(), PASSWORD).await.unwrap();
        let late = ballots::cast(&world.deps, &worker, &once(), &open, ("yes", ""), &code).await;
        assert!(late.is_err(), "{database}: {late:?}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}
