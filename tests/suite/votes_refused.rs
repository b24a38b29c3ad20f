//! What is not taken, each with its reason and nothing written: ballots that are not this member's or not in time, rules that do not fit,
//! and what an officer would do to a vote that is open.

use manyhands::actions::proposals::{self, ballots, closing, comments, drafting, opening};
use manyhands::actions::{keys, people, signing};
use manyhands::jobs::outbox;
use manyhands_domain::log::key::SigningKey;

use crate::pages::change;
use crate::signers::{AGE_SECS, enrol, key_of, member, note_over, refused};
use crate::support::{PASSWORD, World, databases, once, world};
use crate::voters::{close, code, floor, put_to_the_vote, question, row, rules, signed_draft, until, vote, vote_by_key};

#[tokio::test]
async fn a_ballot_that_is_not_this_members_or_not_in_time_is_refused() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let key = enrol(&world, &world.coordinator, 1).await;
        deps.clock.advance(AGE_SECS);
        let first = put_to_the_vote(&world, &question()).await;
        // Two mails, not one: the newest is of the second vote.
        outbox::render(deps, "office@example.coop").await.unwrap();
        deps.clock.advance(60);
        let other = put_to_the_vote(&world, &question()).await;
        let by = member(&world, &world.coordinator).await;
        let text = async |id| {
            let nonce = ballots::prepare(deps, &by, &once(), id, ("yes", "")).await.unwrap();
            let line = signing::find_text(deps, &by, &nonce).await.unwrap().0.line;
            (nonce, line)
        };
        let sign = async |nonce: &str, note: &str| signing::sign(deps, &by, &once(), nonce, note).await;
        let (nonce, line) = text(&first).await;
        let (_, elsewhere) = text(&other).await;
        let rows = world.rows().await;
        let good = note_over(&line, &key);
        let stranger = SigningKey::from_seed("coop.example/main/m/M-00000000", [7; 32]).unwrap();
        assert_eq!(refused(sign(&nonce, &note_over(&line, &stranger)).await), "note-other-key", "{database}: a stranger's");
        let unknown = key_of(&by, 9);
        assert_eq!(refused(sign(&nonce, &note_over(&line, &unknown)).await), "note-other-key", "{database}: a key never entered");
        assert_eq!(refused(sign(&nonce, &note_over(&elsewhere, &key)).await), "note-other-text", "{database}: for another vote");
        let place = good.len() - 20;
        let flipped = if good.as_bytes()[place] == b'A' { "B" } else { "A" };
        let broken = format!("{}{flipped}{}", &good[..place], &good[place + 1..]);
        assert_eq!(refused(sign(&nonce, &broken).await), "note-broken", "{database}: a bit flipped");
        // The point of order two, and all its like: such a key signs for everybody.
        let identity = manyhands_domain::log::key::VerifyingKey::parse(
            "coop.example/main/m/M-00000000+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        );
        assert!(identity.is_err(), "{database}: a key of small order is none");
        let worker = member(&world, &world.worker).await;
        assert_eq!(refused(signing::find_text(deps, &worker, &nonce).await), "not found", "{database}: another's text");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");

        sign(&nonce, &good).await.unwrap();
        assert_eq!(refused(sign(&nonce, &good).await), "text-used", "{database}: replayed");
        assert_eq!(refused(sign(&text(&first).await.0, &good).await), "note-other-text", "{database}: replayed into a new text");

        // Signed in: a code of another vote, a used one, a made-up one.
        let strange = code(&world, &world.worker).await;
        assert_eq!(refused(ballots::cast(deps, &worker, &once(), &first, ("yes", ""), "00000000").await), "ballot-code-wrong");
        assert_eq!(refused(ballots::cast(deps, &worker, &once(), &first, ("yes", ""), &strange).await), "ballot-code-wrong", "of P-2");
        ballots::cast(deps, &worker, &once(), &other, ("yes", ""), &strange).await.unwrap();
        assert_eq!(refused(ballots::cast(deps, &worker, &once(), &other, ("no", ""), &strange).await), "ballot-code-wrong", "used");
        assert_eq!(refused(ballots::cast(deps, &worker, &once(), &first, ("maybe", ""), "1").await), "ballot-choice");
        assert_eq!(refused(ballots::cast(deps, &worker, &once(), &first, ("yes", "00"), "1").await), "ballot-salt");

        // A retired key signs nothing more.
        let ((unsigned, _), (late, line)) = (text(&first).await, text(&other).await);
        let key_id = keys::find_own(deps, &by).await.unwrap().keys[0].key_id.clone();
        keys::retire(deps, &by, &once(), &key_id, "lost", PASSWORD).await.unwrap();
        assert_eq!(refused(sign(&late, &note_over(&line, &key)).await), "signature-no-key-ballot", "{database}: a retired key");

        // One second before the end it counts, at the end it does not.
        until(&world, row(&world, &first).await.closes_at.unwrap() - 2);
        vote(&world, &world.reviewer, &first, "no").await.unwrap();
        deps.clock.advance(1);
        let before = world.rows().await;
        assert_eq!(refused(vote_by_key(&world, &world.treasurer, &first, "no", &key).await), "vote-closed", "{database}");
        let treasurer = member(&world, &world.treasurer).await;
        assert_eq!(refused(ballots::cast(deps, &treasurer, &once(), &first, ("no", ""), "00000000").await), "vote-closed", "{database}");
        assert_eq!(refused(sign(&unsigned, &good).await), "vote-closed", "{database}");
        let after: Vec<_> = world.rows().await.into_iter().filter(|(table, _)| !matches!(table.as_str(), "messages" | "notices")).collect();
        assert!(after.iter().all(|row| before.contains(row)), "{database}: nothing was written");
    }
}

#[tokio::test]
async fn rules_that_do_not_fit_are_refused_with_their_field() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.plain_contract().await;
        world.open_batch(&contract, 2).await;
        let author = member(&world, &world.worker).await;
        let rows = world.rows().await;
        for (form, code) in [
            (rules("constitution", &[("split/worker", "79.99")]), "rule-split-sum"),
            (floor("-1"), "rule-floor"),
            (floor("13"), "rule-floor-high"),
            (floor("8.00"), "rule-nothing-changed"),
            (floor("eight"), "rule-money"),
            (rules("constitution", &[("votes/ordinary/quorum", "0")]), "rule-quorum"),
            (rules("constitution", &[("votes/ordinary/quorum", "101 %")]), "rule-quorum"),
            (rules("ordinary", &[("floor/general/USD", "9")]), "rule-kind-may-not"),
            (rules("lottery", &[("floor/general/USD", "9")]), "vote-kind"),
            (drafting::DraftForm { days: "2".to_owned(), ..floor("9") }, "vote-days"),
            (drafting::DraftForm { days: "91".to_owned(), ..floor("9") }, "vote-days"),
            (rules("constitution", &[("votes/ordinary/days", "91")]), "rule-number"),
            (drafting::DraftForm { title: " ".to_owned(), ..floor("9") }, "proposal-no-title"),
            (drafting::DraftForm { text: String::new(), ..floor("9") }, "proposal-no-text"),
            (
                drafting::DraftForm {
                    act: "mandate".to_owned(),
                    member: "M-00000000".to_owned(),
                    role: "treasurer".to_owned(),
                    ..question()
                },
                "proposal-member",
            ),
            (drafting::DraftForm { act: "price-ask".to_owned(), kind: "price-ask".to_owned(), ..question() }, "proposal-batch"),
        ] {
            assert_eq!(refused(drafting::draft(&world.deps, &author, &once(), &form).await), code, "{database}");
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn a_proposal_that_changes_the_quorum_of_votes_goes_by_the_old_one() {
    for database in databases() {
        let world = world(database).await;
        let form = rules("constitution", &[("votes/constitution/quorum", "1/4"), ("votes/constitution/majority", "over 1/2")]);
        let id = put_to_the_vote(&world, &form).await;
        let frozen = proposals::frozen(&row(&world, &id).await).unwrap().unwrap();
        assert_eq!((frozen.quorum.n, frozen.quorum.d, frozen.majority.least), (1, 2, true), "{database}");
        // Two of four are half, and two of three are two thirds: exactly enough of both.
        for (person, choice) in [(&world.worker, "yes"), (&world.reviewer, "yes"), (&world.treasurer, "no")] {
            vote(&world, person, &id, choice).await.unwrap();
        }
        assert_eq!(close(&world, &id).await.state, "passed", "{database}");
    }
}

#[tokio::test]
async fn no_officer_changes_a_vote_that_is_open() {
    for database in databases() {
        let world = world(database).await;
        let deps = &world.deps;
        let draft = signed_draft(&world, &floor("9")).await;
        let id = opening::open(deps, &member(&world, &world.worker).await, &once(), &draft).await.unwrap();
        let (coordinator, author) = (member(&world, &world.coordinator).await, member(&world, &world.worker).await);
        let rows = world.rows().await;
        for by in [&coordinator, &author] {
            assert_eq!(refused(drafting::edit(deps, by, &once(), &draft, &floor("10")).await), "proposal-not-draft", "{database}");
            assert_eq!(refused(drafting::withdraw(deps, by, &once(), &draft).await), "proposal-not-draft");
            assert_eq!(refused(drafting::cosign(deps, by, &once(), &draft, "").await), "proposal-not-draft");
            assert_eq!(refused(drafting::uncosign(deps, by, &once(), &draft).await), "proposal-not-draft");
            assert_eq!(refused(opening::open(deps, by, &once(), &draft).await), "proposal-not-draft", "twice");
        }
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        // Whoever is admitted now has no vote in it.
        let invitation = people::Invitation {
            name: "Late".to_owned(),
            email: "late@example.coop".to_owned(),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "KE".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        let hash = manyhands::actions::sessions::hash(deps, PASSWORD).await.unwrap();
        let late = people::add_active(deps, &invitation, &hash).await.unwrap();
        let joined = member(&world, &late).await;
        assert_eq!(refused(ballots::ask_code(deps, &joined, &once(), &id).await), "vote-joined-later", "{database}");
        assert_eq!(proposals::turnout(deps, &joined, &row(&world, &id).await).await.unwrap().eligible, 4);
        // Who holds the database moves a column, and not the vote: it ends when its entry says.
        change(&world.database, "UPDATE proposals SET closes_at = opens_at").await;
        deps.clock.advance(3_600);
        assert_eq!(closing::close_due(deps).await.unwrap(), 0, "{database}");
        assert_eq!(row(&world, &id).await.state, "open");
        // A draft of another's is nobody's to edit, and comments are for drafts and open votes.
        let other = drafting::draft(deps, &author, &once(), &question()).await.unwrap();
        assert_eq!(refused(drafting::edit(deps, &coordinator, &once(), &other, &question()).await), "not found");
        drafting::withdraw(deps, &author, &once(), &other).await.unwrap();
        assert_eq!(refused(comments::write(deps, &coordinator, &once(), &other, None, "Why?").await), "comment-over");
        assert_eq!(refused(proposals::find_draft(deps, &coordinator, &other).await), "not found", "{database}: withdrawn");
    }
}

#[tokio::test]
async fn whoever_signs_a_draft_signs_what_they_read() {
    for database in databases() {
        let world: World = world(database).await;
        let (author, reviewer) = (member(&world, &world.worker).await, member(&world, &world.reviewer).await);
        let id = drafting::draft(&world.deps, &author, &once(), &floor("9")).await.unwrap();
        let read = drafting::content_sha256(&proposals::find_draft(&world.deps, &reviewer, &id).await.unwrap());
        drafting::edit(&world.deps, &author, &once(), &id, &floor("10")).await.unwrap();
        assert_eq!(refused(drafting::cosign(&world.deps, &reviewer, &once(), &id, &read).await), "proposal-changed", "{database}");
    }
}
