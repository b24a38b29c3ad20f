//! What two people sign: payouts, expenses, admissions; and the acceptance that a reviewer may sign.

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{Work, claims, keys, payouts, receipts, reviews};
use manyhands_domain::books::entry::Draft;
use manyhands_domain::ids::{PayoutId, ProposalId};
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::proposals::ballots;

use crate::http::Site;
use crate::signers::{AGE_SECS, enrol, expense, key_of, member, note_over, prepared, refused, sign, subjects_to, with_keys};
use crate::support::{PASSWORD, World, databases, once, world};

/// The export of this co-op holds at every level.
pub async fn verify(world: &World) {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    receipts::export(&world.deps, &out).await.unwrap();
    let report = manyhands_verify::verify(&out, &world.deps.signers.checkpoint.verifying_key()).unwrap();
    assert_eq!(report.failures, [None, None, None, None]);
}

/// The worker is owed 0.64 USD twice.
async fn earn(world: &World) {
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 3).await;
    let worker = world.worker().await;
    for _ in 0..2 {
        let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        world.deps.clock.advance(150);
        let typed = Typed::one("Harmful", 150);
        claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
        reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
    }
}

async fn run(world: &World) -> (PayoutId, Subject) {
    let id = payouts::prepare(&world.deps, &world.treasurer().await, &once(), "USD", "1.00", PASSWORD).await.unwrap();
    (id.clone(), Subject::Payout(id))
}

#[tokio::test]
async fn a_payout_signed_by_two_people_is_sent_with_both_notes_in_its_entry_and_the_log_holds() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        earn(&world).await;
        let (id, subject) = run(&world).await;
        assert_eq!(sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap(), Outcome::Waits);
        let page = Site::as_person(&world, &world.coordinator).await.get(&format!("/treasury/payouts/{id}")).await;
        page.says("Signed by Astro N.");
        let Outcome::Done(index) = sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap() else { panic!("{database}") };
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("payout.approved", 2));
        assert_eq!(payouts::owed(&world.deps, &world.worker().await.as_payee()).await.unwrap(), [], "{database}: 1.28 has left");
        // The public page says who signed, by their pseudonymous ids alone.
        let page = Site::of(&world).await.get(&format!("/ledger/{index}")).await;
        page.says("Signed by");
        for person in [&world.treasurer, &world.coordinator] {
            let member = member(&world, person).await;
            page.says(&format!("<dt>{}</dt>", member.id()));
            assert!(!page.text.contains(&member.standing().name), "{database}: no name");
        }
        assert_eq!(refused(sign(&world, &world.coordinator, &subject, &coordinator).await), "payout-not-waiting", "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn once_two_keys_count_nothing_leaves_by_passwords_alone() {
    for database in databases() {
        let world = world(database).await;
        earn(&world).await;
        enrol(&world, &world.coordinator, 1).await;
        enrol(&world, &world.treasurer, 2).await;
        world.deps.clock.advance(AGE_SECS - 1);
        // A moment before the second key is three days old, it goes as before, and nobody's signature is asked for.
        let officer = world.signed_in(&world.coordinator).await.officer().unwrap();
        let (before, subject) = expense(&world).await;
        assert_eq!(refused(prepared(&world, &world.coordinator, &subject).await), "signature-not-needed", "{database}");
        payouts::approve_expense(&world.deps, &officer, &once(), &before, PASSWORD).await.unwrap();

        world.deps.clock.advance(1);
        let (id, _) = expense(&world).await;
        let (payout, _) = run(&world).await;
        let rows = world.rows().await;
        assert_eq!(refused(payouts::approve_expense(&world.deps, &officer, &once(), &id, PASSWORD).await), "signatures-missing");
        assert_eq!(refused(payouts::approve(&world.deps, &officer, &once(), &payout, PASSWORD).await), "signatures-missing");
        let site = Site::as_person(&world, &world.coordinator).await;
        let answer = site.post(&format!("/treasury/payouts/{payout}/approve"), &[("password", PASSWORD)]).await;
        answer.refuses("This takes the signatures of two different members");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        // No action gets around it: an entry without notes is refused where entries get their place.
        let mut work = Work::begin_job(&world.deps).await.unwrap();
        let usd = Currency::parse("USD").unwrap();
        let subject_id = manyhands_domain::ids::ExpenseId::parse(&id).unwrap();
        let amount = Amount::parse_input("1.20").unwrap();
        let draft = manyhands_domain::payouts::expense(&subject_id, "Hosting", usd, amount, &"0".repeat(64)).unwrap();
        assert_eq!(refused(work.append(draft.clone()).await), "signatures-missing");
        let noted = work.append(draft.signed(vec!["no note".to_owned()])).await;
        assert!(matches!(noted, Err(manyhands::actions::Error::Broken(_))), "{noted:?}");
        drop(work);
        // For ever: a key that is retired changes nothing of it.
        let by = member(&world, &world.treasurer).await;
        let key_id = keys::find_own(&world.deps, &by).await.unwrap().keys[0].key_id.clone();
        keys::retire(&world.deps, &by, &once(), &key_id, "lost", PASSWORD).await.unwrap();
        assert_eq!(refused(payouts::approve(&world.deps, &officer, &once(), &payout, PASSWORD).await), "signatures-missing");
        verify(&world).await;
    }
}

#[tokio::test]
async fn nothing_is_committed_after_an_entry_that_was_refused() {
    for database in databases() {
        let world = world(database).await;
        with_keys(&world).await;
        let member = member(&world, &world.worker).await;
        let rows = world.rows().await;
        let mut work = Work::begin_job(&world.deps).await.unwrap();
        work.append(ballots::cast(&ProposalId::from_number(9), member.id(), "session", &"0".repeat(64))).await.unwrap();
        let bare = work.append(Draft::new("member.left").about("member", member.id())).await;
        assert_eq!(refused(bare), "signatures-missing", "{database}");
        // An action that swallowed this would leave rows that name an entry which no log has.
        let committed = work.commit(()).await;
        assert!(matches!(committed, Err(manyhands::actions::Error::Broken(_))), "{database}: {committed:?}");
        assert_eq!(world.rows().await, rows, "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn whoever_has_no_key_that_counts_is_told_what_to_do() {
    for database in databases() {
        let world = world(database).await;
        let (_, treasurer) = with_keys(&world).await;
        world.funded_contract("100.00").await;
        let (id, subject) = expense(&world).await;
        let by = member(&world, &world.coordinator).await;
        let key_id = keys::find_own(&world.deps, &by).await.unwrap().keys[0].key_id.clone();
        keys::retire(&world.deps, &by, &once(), &key_id, "lost", PASSWORD).await.unwrap();
        let site = Site::as_person(&world, &world.coordinator).await;
        let path = format!("/sign/{}/{}", subject.word(), subject.id());
        site.post(&path, &[("password", PASSWORD)]).await.refuses("you have no key in force. Make one under your account");
        let officer = world.signed_in(&world.coordinator).await.officer().unwrap();
        assert_eq!(
            refused(payouts::approve_expense(&world.deps, &officer, &once(), &id, PASSWORD).await),
            "signature-no-key",
            "{database}"
        );
        site.post(&path, &[("password", "wrong")]).await.refuses("The password is wrong.");
        // Members who handle no money do not see it.
        let worker = Site::as_person(&world, &world.worker).await;
        assert_eq!(worker.get(&path).await.status, 404);
        assert_eq!(worker.post(&path, &[("password", PASSWORD)]).await.status, 404);
        assert_eq!(sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap(), Outcome::Waits);
        // The one who prepared it has told the others already; nobody gets two mails of one thing.
        assert!(!subjects_to(&world, "wanjiru@example.coop").await.contains(&"To sign: Hosting".to_owned()), "{database}");
    }
}

#[tokio::test]
async fn nobody_and_nothing_stands_in_for_the_second_person() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        world.funded_contract("100.00").await;
        let (_, subject) = expense(&world).await;
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        let rows = world.rows().await;
        assert_eq!(refused(sign(&world, &world.treasurer, &subject, &treasurer).await), "signature-yours", "one person twice");

        // What the coordinator is asked to sign, signed by whoever else there is.
        let by = member(&world, &world.coordinator).await;
        let (nonce, line) = prepared(&world, &world.coordinator, &subject).await.unwrap();
        let send = async |note: String| signing::sign(&world.deps, &by, &once(), &nonce, &note).await;
        let signers = &world.deps.signers;
        let stranger = manyhands_domain::log::key::SigningKey::from_seed("elsewhere.example/m/M-00000000", [9; 32]).unwrap();
        for (who, key) in [
            ("the server's entry key", &signers.entry),
            ("the server's checkpoint key", &signers.checkpoint),
            ("the first person's key", &treasurer),
            ("a third party's key", &stranger),
            ("a key of theirs that was never entered", &key_of(&by, 99)),
        ] {
            assert_eq!(refused(send(note_over(&line, key)).await), "note-other-key", "{database}: {who}");
        }
        // A signature of another under the coordinator's name.
        let forged =
            manyhands_domain::log::note::line(coordinator.name(), coordinator.id(), &treasurer.sign(format!("{line}\n").as_bytes()));
        assert_eq!(refused(send(format!("{line}\n\n{forged}")).await), "note-broken", "{database}");
        let (good, more) = (note_over(&line, &coordinator), note_over(&line, &treasurer));
        let both = format!("{good}{}\n", more.lines().last().unwrap());
        assert_eq!(refused(send(both).await), "note-unfit", "{database}: two signatures");

        // A key that was retired after the text was prepared, and one that is not three days old.
        keys::retire(&world.deps, &by, &once(), &coordinator.id().to_string(), "exposed", PASSWORD).await.unwrap();
        assert_eq!(refused(send(good.clone()).await), "signature-no-key", "{database}: a retired key");
        let reviewer = enrol(&world, &world.reviewer, 3).await;
        world.deps.clock.advance(AGE_SECS);
        assert_ne!(world.rows().await, rows, "keys came and went");
        let vkey = key_of(&by, 11).verifying_key().to_string();
        let wanted = Subject::Key(keys::ask_another(&world.deps, &by, &once(), &vkey, PASSWORD).await.unwrap());
        sign(&world, &world.treasurer, &wanted, &treasurer).await.unwrap();
        sign(&world, &world.reviewer, &wanted, &reviewer).await.unwrap();
        let young = sign(&world, &world.coordinator, &subject, &key_of(&by, 11)).await;
        assert_eq!(refused(young), "signature-key-young", "{database}: a young key");
        let entries = receipts::list_entries(&world.deps, u64::MAX >> 1, 500).await.unwrap();
        assert!(entries.iter().all(|entry| entry.kind != "expense.paid"), "{database}: nothing was paid");
        verify(&world).await;
    }
}

#[tokio::test]
async fn only_the_prepared_text_comes_back_once_in_time_from_its_person() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        world.funded_contract("100.00").await;
        let (_, subject) = expense(&world).await;
        let by = member(&world, &world.coordinator).await;
        let send = async |nonce: &str, note: &str| signing::sign(&world.deps, &by, &once(), nonce, note).await;
        let (nonce, line) = prepared(&world, &world.coordinator, &subject).await.unwrap();
        let (other_nonce, other_line) = prepared(&world, &world.coordinator, &subject).await.unwrap();
        assert_eq!(refused(send(&nonce, &note_over(&other_line, &coordinator)).await), "note-other-text", "another nonce's");
        let changed = line.replace("expense.paid", "payout.approved");
        assert_eq!(refused(send(&nonce, &note_over(&changed, &coordinator)).await), "note-other-text");
        for unfit in ["", "x", &line, &note_over(&line, &coordinator)[..40]] {
            assert_eq!(refused(send(&nonce, unfit).await), "note-unfit", "{unfit}");
        }
        assert_eq!(refused(send(&"0".repeat(32), &note_over(&line, &coordinator)).await), "not found", "a nonce that nobody made");
        // Another person's text is not there for anybody else.
        let (theirs, their_line) = prepared(&world, &world.treasurer, &subject).await.unwrap();
        assert_eq!(refused(send(&theirs, &note_over(&their_line, &coordinator)).await), "not found");
        let site = Site::as_person(&world, &world.coordinator).await;
        assert_eq!(site.get(&format!("/texts/{theirs}")).await.status, 404);

        // Windows' line ends, and white space around, are how forms and terminals send it.
        let pasted = format!("\r\n  {}\r\n", note_over(&line, &coordinator).replace('\n', "\r\n"));
        assert_eq!(send(&nonce, &pasted).await.unwrap(), Outcome::Waits, "{database}");
        assert_eq!(refused(send(&nonce, &pasted).await), "text-used", "replayed");
        assert_eq!(refused(send(&other_nonce, &note_over(&other_line, &coordinator)).await), "signature-yours", "one person twice");

        // Ten minutes.
        let (late, late_line) = prepared(&world, &world.treasurer, &subject).await.unwrap();
        world.deps.clock.advance(600);
        let second = member(&world, &world.treasurer).await;
        let expired = signing::sign(&world.deps, &second, &once(), &late, &note_over(&late_line, &treasurer)).await;
        assert_eq!(refused(expired), "text-expired", "{database}");
        let page = Site::as_person(&world, &world.treasurer).await.get(&format!("/texts/{late}")).await;
        assert_eq!(page.status, 422);
        page.says(&format!("href=\"/sign/expense/{}\"", subject.id()));
        // What is signed may not change between reading and signing: withdrawn meanwhile.
        let (nonce, line) = prepared(&world, &world.treasurer, &subject).await.unwrap();
        payouts::withdraw_expense(&world.deps, &world.treasurer().await, &once(), subject.id()).await.unwrap();
        let gone = signing::sign(&world.deps, &second, &once(), &nonce, &note_over(&line, &treasurer)).await;
        assert_eq!(refused(gone), "payout-not-waiting", "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn a_first_signature_counts_for_seven_days_and_is_then_given_again() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        world.funded_contract("100.00").await;
        let (_, subject) = expense(&world).await;
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        world.deps.clock.advance(7 * 86_400 + 1);
        assert_eq!(sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap(), Outcome::Waits, "{database}");
        assert!(matches!(sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap(), Outcome::Done(_)), "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn two_who_sign_at_the_same_moment_make_one_entry() {
    for database in databases() {
        let world = world(database).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        world.funded_contract("100.00").await;
        for _ in 0..crate::support::rounds(4) {
            let (_, subject) = expense(&world).await;
            let (one, other) = tokio::join!(
                sign(&world, &world.coordinator, &subject, &coordinator),
                sign(&world, &world.treasurer, &subject, &treasurer)
            );
            let done = [one.unwrap(), other.unwrap()].into_iter().filter(|outcome| matches!(outcome, Outcome::Done(_))).count();
            assert_eq!(done, 1, "{database}");
        }
        verify(&world).await;
    }
}

#[tokio::test]
async fn what_ran_out_is_forgotten_and_what_waits_is_not() {
    for database in databases() {
        let world = world(database).await;
        let (_, treasurer) = with_keys(&world).await;
        world.funded_contract("100.00").await;
        let (_, subject) = expense(&world).await;
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        prepared(&world, &world.coordinator, &subject).await.unwrap();
        let count = async |table: &str| {
            let rows = world.rows().await;
            rows.into_iter().find(|(name, _)| name == table).unwrap().1
        };
        let empty = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(""));
        manyhands::actions::deadlines::forget(&world.deps).await.unwrap();
        assert_ne!(count("prepared_texts").await, empty);
        world.deps.clock.advance(2 * 86_400);
        manyhands::actions::deadlines::forget(&world.deps).await.unwrap();
        assert_eq!(count("prepared_texts").await, empty, "{database}");
        assert_ne!(count("signatures").await, empty, "{database}: it still counts");
        world.deps.clock.advance(6 * 86_400);
        manyhands::actions::deadlines::forget(&world.deps).await.unwrap();
        assert_eq!(count("signatures").await, empty, "{database}");
    }
}
