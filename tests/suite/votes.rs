//! A vote as a story: a floor is proposed, signed, discussed, voted on by key and signed in, changed by one voter, closed, enacted; what
//! is claimed keeps its price, a batch below the floor takes no new claims, and anybody recounts it.

use manyhands::actions::proposals::{self, ballots, closing, comments, drafting, effects, enacting, opening, telling};
use manyhands::actions::{batches, claims, projection, rules};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::tally::Verdict;

use crate::signers::{AGE_SECS, enrol, member, refused, subjects_to};
use crate::support::{World, databases, once, world};
use crate::voters::{close, cosign, floor, row, until, verified, vote, vote_by_key};

#[tokio::test]
async fn members_vote_a_floor_and_it_enacts_itself() {
    for database in databases() {
        let world = world(database).await;
        tell(database, &world).await;
    }
}

async fn tell(database: &str, world: &World) {
    let deps = &world.deps;
    // Work under way: 0.80 for 180 s pays 12.80 an hour by the worker's share; another batch pays 16.00.
    let contract = world.plain_contract().await;
    let (cheap, dear) = (world.open_batch(&contract, 3).await, world.draft_batch(&contract, "1.00", "180").await);
    batches::import(deps, &world.buyer().await, &once(), &dear, b"id,payload\na,A passage\n").await.unwrap();
    batches::open(deps, &world.buyer().await, &once(), &dear).await.unwrap();
    let keys = [enrol(world, &world.coordinator, 1).await, enrol(world, &world.treasurer, 2).await];
    deps.clock.advance(AGE_SECS);
    let author = member(world, &world.worker).await;
    let held = claims::claim(deps, &author, &once(), &cheap).await.unwrap();

    // Propose, discuss, sign: the author cannot, and an edit begins anew.
    let form = drafting::DraftForm { title: "Fourteen an hour".to_owned(), ..floor("14") };
    let draft = drafting::draft(deps, &author, &once(), &form).await.unwrap();
    assert_eq!(refused(cosign(world, &world.worker, &draft).await), "proposal-own");
    assert_eq!(refused(opening::open(deps, &author, &once(), &draft).await), "vote-cosponsors");
    cosign(world, &world.reviewer, &draft).await.unwrap();
    drafting::edit(deps, &author, &once(), &draft, &drafting::DraftForm { rules: floor("15").rules, ..form.clone() }).await.unwrap();
    let reviewer = member(world, &world.reviewer).await;
    let read = proposals::find_draft(deps, &reviewer, &draft).await.unwrap();
    assert_eq!(read.cosponsors, 0, "{database}: what they signed is not what it says");
    let said = comments::write(deps, &reviewer, &once(), &draft, None, "Too much at once?").await.unwrap();
    comments::write(deps, &author, &once(), &draft, Some(&said), "Rent rose twice.").await.unwrap();
    comments::withdraw(deps, &reviewer, &once(), &said).await.unwrap();
    let thread = comments::list(deps, &author, &read, 0).await.unwrap().comments;
    assert_eq!((thread[0].text.as_str(), thread[1].reply_to.as_deref()), ("", Some(said.as_str())), "its place stays");
    for person in [&world.reviewer, &world.treasurer] {
        cosign(world, person, &draft).await.unwrap();
    }
    let id = opening::open(deps, &author, &once(), &draft).await.unwrap();
    assert_eq!(id.as_str(), "P-1");
    assert!(subjects_to(world, "nathalie@example.coop").await.iter().any(|subject| subject.contains("P-1")), "{database}: a mail");

    // Two by key, one of them with another choice at last; two signed in, with codes.
    vote_by_key(world, &world.coordinator, &id, "no", &keys[0]).await.unwrap();
    vote_by_key(world, &world.treasurer, &id, "yes", &keys[1]).await.unwrap();
    vote(world, &world.reviewer, &id, "yes").await.unwrap();
    vote(world, &world.worker, &id, "abstain").await.unwrap();
    deps.clock.advance(3_600);
    let last = vote_by_key(world, &world.coordinator, &id, "yes", &keys[0]).await.unwrap();
    assert_eq!(refused(vote(world, &world.coordinator, &id, "no").await), "ballot-key-before", "{database}");
    let open = row(world, &id).await;
    let turnout = proposals::turnout(deps, &author, &open).await.unwrap();
    assert_eq!((turnout.cast, turnout.eligible, turnout.needed), (4, 4, 2));
    assert_eq!(refused(ballots::list_openings(deps, &author, &open).await), "not found", "{database}: nobody counts yet");

    // It closes at its time and not before, though everybody voted; the openings then open all.
    assert_eq!(closing::close_due(deps).await.unwrap(), 0);
    let closed = close(world, &id).await;
    let counted = proposals::counted(&closed).unwrap().unwrap();
    assert_eq!((counted.verdict, counted.counts.yes, counted.counts.no, counted.counts.abstain), (Verdict::Passed, 3, 0, 1));
    assert_eq!((counted.by_key, counted.by_session, counted.by_new_key, counted.unopened), (2, 2, 0, 0));
    let opened = ballots::list_openings(deps, &author, &closed).await.unwrap();
    assert!(opened.len() == 4 && opened.iter().all(|ballot| ballot.opens), "{opened:?}");
    let coordinator = member(world, &world.coordinator).await;
    let own = ballots::standing(deps, &coordinator, &closed).await.unwrap().own;
    assert_eq!((own.len(), own[0].index), (2, last), "{database}: the last one counts, both stay");

    // Nothing holds before its day; then the floor does, for new claims alone.
    assert_eq!(enacting::enact_due(deps).await.unwrap(), 0);
    until(world, closed.enacts_at.unwrap() - 1);
    assert_eq!(enacting::enact_due(deps).await.unwrap(), 0);
    until(world, closed.enacts_at.unwrap());
    assert_eq!(enacting::enact_due(deps).await.unwrap(), 1);
    assert_eq!(enacting::enact_due(deps).await.unwrap(), 0, "{database}: once");
    assert_eq!(telling::remind(deps).await.unwrap(), 0);
    let (index, book) = rules::current(&deps.db.read()).await.unwrap();
    let usd = Currency::parse("USD").unwrap();
    assert_eq!(book.floor_per_hour("general", usd, 0), Some(Amount::parse_input("15").unwrap()));
    assert_eq!(row(world, &id).await.outcome_index, Some(i64::try_from(index).unwrap()));
    let under = batches::list_under_floor(deps).await.unwrap();
    assert_eq!(under.iter().map(|under| under.batch.id.as_str()).collect::<Vec<_>>(), [cheap.as_str()], "{database}");
    assert_eq!(under[0].least, Amount::parse_input("0.94").unwrap());
    assert_eq!(refused(claims::claim(deps, &reviewer, &once(), &cheap).await), "batch-under-new-floor");
    assert!(claims::claim(deps, &reviewer, &once(), &dear).await.is_ok());
    assert!(subjects_to(world, "buyer@example.coop").await.iter().any(|subject| subject.starts_with("Under the new floor")));
    let (claim, _) = claims::find_own(deps, &author, &held).await.unwrap();
    assert_eq!(claim.price, 800_000, "{database}: what is claimed keeps its price");

    // The client raises it: from the least price on it goes on.
    let buyer = world.buyer().await;
    assert_eq!(refused(batches::reprice(deps, &buyer, &once(), &cheap, "0.93").await), "price-too-low");
    batches::reprice(deps, &buyer, &once(), &cheap, "0.94").await.unwrap();
    claims::claim(deps, &reviewer, &once(), &cheap).await.unwrap();

    // What it did, by ninety days of accepted work: here none was.
    let seen = effects::see(deps, &author, &row(world, &id).await).await.unwrap().unwrap();
    assert!(seen.by_currency.is_empty() && seen.under.len() == 1, "{database}: {seen:?}");

    // Anybody recounts it, and the database is what the log gives.
    let (_folder, report) = verified(world).await;
    assert_eq!(report.failures, [None, None, None, None], "{database}");
    let looked = projection::check_all(&deps.db, &mut |_, _| {}).await.unwrap();
    assert!(looked.is_ok(), "{database}: {looked:?}");
}
