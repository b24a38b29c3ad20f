//! What time does to votes: reminders, the end, a second call, a server that stood still, changes that meet each other, a ballot that the
//! server cannot open.

use manyhands::actions::proposals::{self, ballots, closing, drafting, enacting, telling};
use manyhands::actions::rules as book;
use manyhands::jobs::outbox;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Refusal;
use manyhands_domain::time::Timestamp;

use crate::http::Site;
use crate::pages::change;
use crate::signers::{member, refused, subjects_to};
use crate::support::{World, databases, once, world};
use crate::voters::{close, floor, put_to_the_vote, question, row, rules, until, verified, vote};

async fn floor_now(world: &World) -> String {
    let (_, book) = book::current(&world.deps.db.read()).await.unwrap();
    book.floor_per_hour("general", Currency::parse("USD").unwrap(), 0).unwrap_or(Amount::ZERO).to_string()
}

#[tokio::test]
async fn a_vote_without_quorum_is_called_again_once() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        let first = close(&world, &id).await;
        assert_eq!((first.state.as_str(), first.called_again), ("no-quorum", Some(2)), "{database}");
        let again = manyhands_domain::ids::ProposalId::from_number(2);
        let second = row(&world, &again).await;
        assert_eq!((second.state.as_str(), second.again, second.title.as_str()), ("open", Some(1), "A paid rest day"), "{database}");
        assert!(second.closes_at.unwrap() - second.opens_at.unwrap() >= 72 * 3_600);
        assert!(subjects_to(&world, "otieno@example.coop").await.iter().any(|subject| subject.contains("P-2")), "{database}: told");
        vote(&world, &world.reviewer, &again, "yes").await.unwrap();
        let second = close(&world, &again).await;
        assert_eq!((second.state.as_str(), second.called_again), ("no-quorum", None), "{database}: no third");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_server_that_stood_still_at_the_end_counts_what_was_cast_before_it() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &floor("9")).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        let closes = row(&world, &id).await.closes_at.unwrap();
        until(&world, closes + 2 * 86_400);
        // Nobody closed it meanwhile, and nobody gets in.
        assert_eq!(refused(vote(&world, &world.treasurer, &id, "no").await), "vote-closed", "{database}");
        let author = member(&world, &world.worker).await;
        assert_eq!(refused(ballots::list_openings(&world.deps, &author, &row(&world, &id).await).await), "not found");
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 1);
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 0, "{database}: once");
        let counted = proposals::counted(&row(&world, &id).await).unwrap().unwrap();
        assert_eq!((counted.cast, counted.counts.yes), (2, 2), "{database}");
        // And a server that stood still on the day itself enacts when it goes on.
        until(&world, row(&world, &id).await.enacts_at.unwrap() + 2 * 86_400);
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 1);
        assert_eq!(floor_now(&world).await, "9.000000", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn two_changes_of_one_rule_hold_in_the_order_of_their_days() {
    for database in databases() {
        let world = world(database).await;
        let start = world.deps.clock.now();
        let on = |days: i64| Some(start.plus_days(days));
        // The first that was voted holds last.
        let late = put_to_the_vote(&world, &drafting::DraftForm { enacts: on(40), ..floor("10") }).await;
        let soon = put_to_the_vote(&world, &drafting::DraftForm { enacts: on(30), ..floor("9") }).await;
        for id in [&late, &soon] {
            for person in [&world.worker, &world.reviewer] {
                vote(&world, person, id, "yes").await.unwrap();
            }
        }
        until(&world, start.plus_days(50).secs());
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 2);
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 2);
        let (late, soon) = (row(&world, &late).await, row(&world, &soon).await);
        assert!(soon.outcome_index < late.outcome_index, "{database}: by its day, not by its number");
        assert_eq!(floor_now(&world).await, "10.000000", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_change_that_no_longer_fits_beside_another_lapses_with_its_reason() {
    for database in databases() {
        let world = world(database).await;
        let one = put_to_the_vote(&world, &rules("constitution", &[("split/worker", "82"), ("split/operations", "5")])).await;
        let two = put_to_the_vote(&world, &rules("constitution", &[("split/reserve", "5"), ("split/operations", "9")])).await;
        for id in [&one, &two] {
            for person in [&world.worker, &world.reviewer, &world.treasurer] {
                vote(&world, person, id, "yes").await.unwrap();
            }
        }
        close(&world, &one).await;
        close(&world, &two).await;
        until(&world, row(&world, &two).await.enacts_at.unwrap());
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 2, "{database}: both are settled");
        assert_eq!(enacting::enact_due(&world.deps).await.unwrap(), 0);
        let (one, two) = (row(&world, &one).await, row(&world, &two).await);
        assert_eq!((one.outcome.as_deref(), two.outcome.as_deref()), (Some("done"), Some("lapsed")), "{database}");
        assert_eq!((two.outcome_reason.as_str(), two.outcome_index), ("rule-split-sum", None));
        assert!(subjects_to(&world, "otieno@example.coop").await.iter().any(|subject| subject.starts_with("Not in force")), "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn who_has_not_voted_is_reminded_half_way_and_a_day_before() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        let (opens, closes) = (row(&world, &id).await.opens_at.unwrap(), row(&world, &id).await.closes_at.unwrap());
        assert_eq!(telling::remind(&world.deps).await.unwrap(), 0);
        until(&world, opens + (closes - opens) / 2);
        assert_eq!(telling::remind(&world.deps).await.unwrap(), 3, "{database}: all but the one who voted");
        assert_eq!(telling::remind(&world.deps).await.unwrap(), 0);
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        until(&world, closes - 86_400);
        assert_eq!(telling::remind(&world.deps).await.unwrap(), 3);
        assert_eq!(telling::remind(&world.deps).await.unwrap(), 0, "{database}: twice, no more");
        // In their language, with a code that works, and ended the one before.
        let subjects = subjects_to(&world, "astro@example.coop").await;
        assert!(subjects[0].starts_with("Ouvert jusqu’au"), "{database}: {subjects:?}");
        let code = crate::voters::code(&world, &world.treasurer).await;
        let treasurer = member(&world, &world.treasurer).await;
        ballots::cast(&world.deps, &treasurer, &once(), &id, ("abstain", ""), &code).await.unwrap();
    }
}

#[tokio::test]
async fn a_ballot_that_the_server_cannot_open_waits_two_days_for_its_member() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        for (person, choice) in [(&world.worker, "no"), (&world.reviewer, "yes")] {
            vote(&world, person, &id, choice).await.unwrap();
        }
        // The receipt says what opens it; then the server loses it.
        let worker = member(&world, &world.worker).await;
        let own = ballots::standing(&world.deps, &worker, &row(&world, &id).await).await.unwrap().own[0].clone();
        let opening = own.opening.unwrap();
        let salt = hex(&opening.salt);
        change(&world.database, "UPDATE ballots SET choice = NULL, salt = NULL").await;
        let closes = row(&world, &id).await.closes_at.unwrap();
        // What was told before has left: the next mail is of this alone.
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        until(&world, closes);
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 0, "{database}: it waits");
        let subjects = subjects_to(&world, "nathalie@example.coop").await;
        assert!(subjects.iter().any(|subject| subject.contains("doit être ouvert")), "{database}: {subjects:?}");
        let open = async |choice: &str, salt: &str| ballots::open_own(&world.deps, &worker, &once(), &id, (choice, salt)).await;
        assert_eq!(refused(open("yes", &salt).await), "ballot-not-it", "{database}: another choice");
        assert_eq!(refused(open("no", &"0".repeat(64)).await), "ballot-not-it");
        open("no", &salt).await.unwrap();
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 0, "{database}: the other's is missing");
        until(&world, closes + 48 * 3_600);
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 1);
        let counted = proposals::counted(&row(&world, &id).await).unwrap().unwrap();
        assert_eq!((counted.counts.no, counted.unopened, counted.verdict.word()), (1, 1, "rejected"), "{database}: a yes would be a tie");
        assert_eq!(refused(open("no", &salt).await), "vote-counted");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_server_that_stood_still_gives_the_two_days_from_when_members_hear_of_it() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        for (person, choice) in [(&world.worker, "no"), (&world.reviewer, "yes"), (&world.treasurer, "no")] {
            vote(&world, person, &id, choice).await.unwrap();
        }
        let worker = member(&world, &world.worker).await;
        let own = ballots::standing(&world.deps, &worker, &row(&world, &id).await).await.unwrap().own[0].opening.unwrap();
        let treasurer = member(&world, &world.treasurer).await;
        let other = ballots::standing(&world.deps, &treasurer, &row(&world, &id).await).await.unwrap().own[0].opening.unwrap();
        change(&world.database, "UPDATE ballots SET choice = NULL, salt = NULL").await;
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        // Back after three days: whoever heard nothing has lost nothing.
        let back = row(&world, &id).await.closes_at.unwrap() + 3 * 86_400;
        until(&world, back);
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 0, "{database}");
        let subjects = subjects_to(&world, "nathalie@example.coop").await;
        assert!(subjects.iter().any(|subject| subject.contains("doit être ouvert")), "{database}: {subjects:?}");
        let frozen = proposals::frozen(&row(&world, &id).await).unwrap().unwrap();
        let last = closing::own_until(&row(&world, &id).await, frozen.window.closes);
        assert_eq!(last.secs(), back + 48 * 3_600, "{database}: the page says until when");
        ballots::open_own(&world.deps, &worker, &once(), &id, ("no", &hex(&own.salt))).await.unwrap();
        // An hour before the two days are over nothing is closed yet.
        until(&world, back + 47 * 3_600);
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 0, "{database}");
        ballots::open_own(&world.deps, &treasurer, &once(), &id, ("no", &hex(&other.salt))).await.unwrap();
        until(&world, back + 48 * 3_600);
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 1, "{database}");
        let counted = proposals::counted(&row(&world, &id).await).unwrap().unwrap();
        assert_eq!((counted.counts.no, counted.unopened, counted.verdict.word()), (2, 1, "rejected"), "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_clock_set_back_behind_the_last_entry_offers_no_ballot_that_nobody_could_cast() {
    for database in databases() {
        let world = world(database).await;
        let id = put_to_the_vote(&world, &question()).await;
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        let treasurer = member(&world, &world.treasurer).await;
        let (opens, closes) = (row(&world, &id).await.opens_at.unwrap(), row(&world, &id).await.closes_at.unwrap());
        // For a minute the clock stood a day past the end, and somebody proposed something else.
        change(&world.database, &format!("UPDATE ledger_head SET last_at = {}", closes + 86_400)).await;
        until(&world, opens + (closes - opens) / 2);
        let standing = ballots::standing(&world.deps, &treasurer, &row(&world, &id).await).await.unwrap();
        assert_eq!(standing.obstacle.map(|refusal| refusal.code), Some("vote-closed"), "{database}");
        assert_eq!(refused(ballots::ask_code(&world.deps, &treasurer, &once(), &id).await), "vote-closed", "{database}");
        assert_eq!(refused(ballots::cast(&world.deps, &treasurer, &once(), &id, ("no", ""), "").await), "vote-closed", "{database}");
        assert_eq!(refused(ballots::prepare(&world.deps, &treasurer, &once(), &id, ("no", "")).await), "vote-closed", "{database}");
        world.reads(&world.treasurer, "en").await;
        let site = Site::as_person(&world, &world.treasurer).await;
        for (page, says) in
            [("/proposals", "Its time is over"), ("/proposals/P-1", "Its time is over"), ("/proposals/P-1/ballot", "and is being counted")]
        {
            let page = site.get(page).await;
            page.says(says);
            assert!(!page.text.contains("/proposals/P-1/ballot/"), "{database}: no way to vote");
        }
        assert_eq!(telling::remind(&world.deps).await.unwrap(), 0, "{database}: nobody is asked to do what they cannot");
        assert_eq!(closing::close_due(&world.deps).await.unwrap(), 1, "{database}: what is over is counted");
        assert_eq!(row(&world, &id).await.state, "passed", "{database}");
        assert_eq!(verified(&world).await.1.failures, [None, None, None, None], "{database}");
    }
}

#[tokio::test]
async fn a_vote_that_opens_later_takes_no_ballot_before() {
    for database in databases() {
        let world = world(database).await;
        let opens = world.deps.clock.now().plus_days(2);
        let id = put_to_the_vote(&world, &drafting::DraftForm { opens: Some(opens), ..question() }).await;
        let worker = member(&world, &world.worker).await;
        let standing = ballots::standing(&world.deps, &worker, &row(&world, &id).await).await.unwrap();
        assert_eq!(standing.obstacle, Some(Refusal::new("vote-not-open-yet").with("when", opens)), "{database}");
        until(&world, opens.secs());
        vote(&world, &world.worker, &id, "yes").await.unwrap();
        let frozen = proposals::frozen(&row(&world, &id).await).unwrap().unwrap();
        assert_eq!(frozen.window.closes, Timestamp::from_secs(opens.secs()).plus_days(7), "{database}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
