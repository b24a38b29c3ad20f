//! What a correction must never do, each tried: alone, twice, beyond its entry, across zero, by somebody who may not.

use manyhands::actions::rights::Officer;
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{Error, Once, claims, corrections, payouts, receipts, reviews};
use manyhands_domain::books::account::Account;
use manyhands_domain::money::{Amount, Currency};
use manyhands_domain::refusal::Arg;
use manyhands_store::ledger;

use crate::http::Site;
use crate::pages::change;
use crate::signers::{self, expense, prepared, refused, sign, subjects_to, with_keys};
use crate::story::typed;
use crate::support::{PASSWORD, World, databases, once, world};

async fn officer(world: &World) -> Officer {
    world.signed_in(&world.coordinator).await.officer().unwrap()
}

/// An expense of 1.20 USD that was paid; its index.
async fn paid_expense(world: &World) -> u64 {
    let (id, _) = expense(world).await;
    payouts::approve_expense(&world.deps, &officer(world).await, &once(), &id, PASSWORD).await.unwrap()
}

async fn prepare_by(world: &World, once: &Once, index: u64, reason: &str, wanted: [&str; 2]) -> Result<String, Error> {
    let wanted = wanted.map(str::to_owned);
    corrections::prepare(&world.deps, &world.treasurer().await, once, index, reason, &wanted, PASSWORD).await
}

async fn prepare(world: &World, index: u64, wanted: [&str; 2]) -> String {
    prepare_by(world, &once(), index, "typing-error", wanted).await.unwrap()
}

async fn approve(world: &World, once: &Once, id: &str) -> Result<u64, Error> {
    corrections::approve(&world.deps, &officer(world).await, once, id, PASSWORD).await
}

async fn size(world: &World) -> u64 {
    ledger::head(&world.deps.db.read()).await.unwrap().size
}

/// The newest message to an address, spaces as one types them.
async fn newest_mail(world: &World, address: &str) -> (String, String) {
    let (subject, text) = signers::mail_to(world, address).await;
    (subject.replace('\u{a0}', " "), text.replace('\u{a0}', " "))
}

#[tokio::test]
async fn a_correction_gives_a_reason_of_the_list_and_its_entry_says_which() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        for reason in ["", "because", "Typing-Error", "typing-error "] {
            assert_eq!(refused(prepare_by(&world, &once(), index, reason, ["-1", "1"]).await), "correction-reason", "{reason}");
        }
        let id = prepare_by(&world, &once(), index, "bank-statement", ["-1", "1"]).await.unwrap();
        let posted = approve(&world, &once(), &id).await.unwrap();
        let (_, entry) = receipts::find_entry(&world.deps, posted).await.unwrap();
        let (_, original) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!(entry.calc["reason"], "bank-statement");
        assert_eq!(entry.reference("corrects"), Some(index.to_string().as_str()));
        assert_eq!(entry.reference("expense"), original.reference("expense"), "it names what the entry is about");
    }
}

#[tokio::test]
async fn a_form_of_a_correction_sent_twice_is_done_once() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        let form = once();
        let id = prepare_by(&world, &form, index, "agreed", ["-1", "1"]).await.unwrap();
        assert_eq!(prepare_by(&world, &form, index, "agreed", ["-1", "1"]).await.unwrap(), id);
        let (form, treasurer) = (once(), world.treasurer().await);
        corrections::withdraw(&world.deps, &treasurer, &form, &id).await.unwrap();
        corrections::withdraw(&world.deps, &treasurer, &form, &id).await.unwrap();
        assert_eq!(refused(corrections::withdraw(&world.deps, &treasurer, &once(), &id).await), "payout-not-waiting");
        let id = prepare(&world, index, ["-1", "1"]).await;
        let (form, before) = (once(), size(&world).await);
        assert_eq!(approve(&world, &form, &id).await.unwrap(), before);
        assert_eq!(approve(&world, &form, &id).await.unwrap(), before);
        assert_eq!(refused(approve(&world, &once(), &id).await), "payout-not-waiting", "another form is another approval");
        assert_eq!(refused(corrections::withdraw(&world.deps, &treasurer, &once(), &id).await), "payout-not-waiting");
        assert_eq!(size(&world).await, before + 1);
    }
}

#[tokio::test]
async fn two_who_approve_at_once_post_one_correction() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        let (id, before) = (prepare(&world, index, ["-1", "1"]).await, size(&world).await);
        let (first, second) = (once(), once());
        let (first, second) = tokio::join!(approve(&world, &first, &id), approve(&world, &second, &id));
        assert_eq!(u8::from(first.is_ok()) + u8::from(second.is_ok()), 1, "{first:?} {second:?}");
        assert_eq!(size(&world).await, before + 1, "{database}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_open_browser_correct_nothing() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        let wanted = ["-1", "1"].map(str::to_owned);
        for password in ["", "wrong", "correct horse batter"] {
            let treasurer = world.treasurer().await;
            let prepared = corrections::prepare(&world.deps, &treasurer, &once(), index, "agreed", &wanted, password).await;
            assert_eq!(refused(prepared), "password-wrong");
        }
        let (id, before) = (prepare(&world, index, ["-1", "1"]).await, size(&world).await);
        let approved = corrections::approve(&world.deps, &officer(&world).await, &once(), &id, "wrong").await;
        assert_eq!(refused(approved), "password-wrong");
        assert_eq!(size(&world).await, before);
    }
}

#[tokio::test]
async fn a_row_changed_to_touch_another_account_or_reason_is_never_signed() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        let id = prepare(&world, index, ["-1.10", "1.10"]).await;
        let corrected = approve(&world, &once(), &id).await.unwrap();
        let id = prepare(&world, index, ["-1", "1"]).await;
        let before = size(&world).await;
        // A correction has the accounts of what it corrects, and is none that may be corrected.
        let of_a_correction = format!("corrects = {corrected}");
        for row in [
            "lines = REPLACE(lines, 'Expenses:Hosting', 'Expenses:Parties')",
            "lines = REPLACE(lines, 'USD', 'EUR')",
            "reason = 'because'",
            // The founding, which has no lines.
            "corrects = 0",
            of_a_correction.as_str(),
        ] {
            let was = corrections::find(&world.deps, &officer(&world).await, &id).await.unwrap();
            change(&world.database, &format!("UPDATE corrections SET {row} WHERE id = '{id}'")).await;
            assert!(approve(&world, &once(), &id).await.is_err(), "{database}: {row}");
            assert_eq!(size(&world).await, before, "{database}: {row}");
            let back = format!("lines = '{}', reason = '{}', corrects = {}", was.lines, was.reason, was.corrects);
            change(&world.database, &format!("UPDATE corrections SET {back} WHERE id = '{id}'")).await;
        }
        approve(&world, &once(), &id).await.unwrap();
    }
}

#[tokio::test]
async fn a_balance_across_zero_is_refused_with_the_sum_that_is_missing() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let deposit = ledger::newest_of_kind(&world.deps.db.read(), "deposit.received").await.unwrap().unwrap().idx;
        let deposit = u64::try_from(deposit).unwrap();
        // Prepared while all 100 are there; then 1.20 is spent: the bank cannot give more than 98.80 back, by whatever paper.
        let id = prepare(&world, deposit, ["0", "0"]).await;
        paid_expense(&world).await;
        let before = world.rows().await;
        let Err(Error::Refused(refusals)) = approve(&world, &once(), &id).await else { panic!("not refused") };
        let missing = Arg::from((Amount::parse_input("1.20").unwrap(), Currency::parse("USD").unwrap()));
        assert_eq!((refusals[0].code, refusals[0].args.as_slice()), ("balance-crossed", &[("missing", missing)][..]));
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        let page = Site::as_person(&world, &world.coordinator).await;
        page.post(&format!("/treasury/corrections/{id}"), &[("password", PASSWORD)]).await.refuses("1.20 USD");
        // The last cent that is there may go.
        corrections::withdraw(&world.deps, &world.treasurer().await, &once(), &id).await.unwrap();
        let id = prepare(&world, deposit, ["1.20", "-1.20"]).await;
        approve(&world, &once(), &id).await.unwrap();
        assert_eq!(world.escrow(&contract).await, 1_200_000, "{database}");
    }
}

#[tokio::test]
async fn what_corrects_one_entry_changes_nothing_in_another() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let (first, second) = (paid_expense(&world).await, paid_expense(&world).await);
        let id = prepare(&world, second, ["-0.30", "0.30"]).await;
        let other = prepare(&world, first, ["-0.90", "0.90"]).await;
        approve(&world, &once(), &id).await.unwrap();
        let stands = corrections::find_standing(&world.deps, &officer(&world).await, first).await.unwrap();
        assert_eq!(stands.lines[1].2.to_string(), "1.200000", "{database}");
        assert_eq!(stands.waiting.as_deref(), Some(other.as_str()));
        let corrected = corrections::find_standing(&world.deps, &officer(&world).await, second).await.unwrap();
        assert_eq!((corrected.lines[1].2.to_string().as_str(), corrected.waiting), ("0.300000", None), "{database}");
    }
}

#[tokio::test]
async fn a_correction_is_officers_matter_and_treasurers_prepare_it() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        let id = prepare(&world, index, ["-0.90", "0.90"]).await;
        let (form, page) = (format!("/treasury/corrections/of/{index}"), format!("/treasury/corrections/{id}"));
        let index = index.to_string();
        let typed = [("entry", index.as_str()), ("line0", "-1"), ("line1", "1"), ("reason", "agreed"), ("password", PASSWORD)];
        let password = [("password", PASSWORD)];
        let before = world.rows().await;
        let people = [(&world.worker, false), (&world.reviewer, false), (&world.buyer, false), (&world.coordinator, true)];
        for (person, officer) in people {
            let site = Site::as_person(&world, person).await;
            assert_eq!(site.get(&form).await.status, 404, "{database}");
            assert_eq!(site.post("/treasury/corrections", &typed).await.status, 404, "{database}");
            assert_eq!(site.post(&format!("{page}/withdraw"), &[]).await.status, 404, "{database}");
            assert_eq!(site.get(&page).await.status, if officer { 200 } else { 404 }, "{database}");
            if !officer {
                assert_eq!(site.post(&page, &password).await.status, 404, "{database}");
            }
        }
        assert!(Site::of(&world).await.get(&page).await.to.starts_with("/signin"));
        let treasurer = Site::as_person(&world, &world.treasurer).await;
        treasurer.post(&page, &password).await.refuses("quelqu’un d’autre doit donc l’approuver");
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
        Site::as_person(&world, &world.coordinator).await.post(&page, &password).await.redirects();
    }
}

#[tokio::test]
async fn a_withdrawn_correction_takes_no_signature_and_the_book_says_who_was_second() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        let (coordinator, treasurer) = with_keys(&world).await;
        let subject = Subject::Correction(prepare(&world, index, ["-1", "1"]).await);
        sign(&world, &world.treasurer, &subject, &treasurer).await.unwrap();
        let (nonce, line) = prepared(&world, &world.coordinator, &subject).await.unwrap();
        corrections::withdraw(&world.deps, &world.treasurer().await, &once(), subject.id()).await.unwrap();
        let by = world.signed_in(&world.coordinator).await.member().unwrap();
        let note = signers::note_over(&line, &coordinator);
        assert_eq!(refused(signing::sign(&world.deps, &by, &once(), &nonce, &note).await), "payout-not-waiting");
        let again = Subject::Correction(prepare(&world, index, ["-1", "1"]).await);
        sign(&world, &world.coordinator, &again, &coordinator).await.unwrap();
        let Outcome::Done(posted) = sign(&world, &world.treasurer, &again, &treasurer).await.unwrap() else { panic!("it waits") };
        let row = corrections::find(&world.deps, &officer(&world).await, again.id()).await.unwrap();
        let second = (row.state.as_str(), row.prepared_name.as_str(), row.approved_name.as_str(), row.entry_index);
        assert_eq!(second, ("posted", "Astro N.", "Wanjiru K.", Some(i64::try_from(posted).unwrap())), "{database}");
    }
}

#[tokio::test]
async fn the_other_officers_hear_what_is_corrected_why_and_where_and_see_it_in_the_office() {
    for database in databases() {
        let world = world(database).await;
        world.funded_contract("100.00").await;
        let index = paid_expense(&world).await;
        subjects_to(&world, "wanjiru@example.coop").await;
        world.deps.clock.advance(1);
        let id = prepare_by(&world, &once(), index, "bank-statement", ["-0.9", "0.9"]).await.unwrap();
        let (subject, text) = newest_mail(&world, "wanjiru@example.coop").await;
        assert_eq!(subject, format!("To approve: correction of entry {index}, 0.30 USD"));
        let link = format!("/treasury/corrections/{id}");
        for words in ["Astro N. prepared a correction", "the bank’s statement says otherwise", "0.30 USD", link.as_str()] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let own = subjects_to(&world, "astro@example.coop").await;
        assert!(!own.iter().any(|subject| subject.contains("correction")), "whoever prepared it knows: {own:?}");
        let office = Site::as_person(&world, &world.coordinator).await.get("/office").await;
        office.says(&format!("href=\"{link}\""));
        approve(&world, &once(), &id).await.unwrap();
        let office = Site::as_person(&world, &world.coordinator).await.get("/office").await;
        assert!(!office.text.contains(&link), "it waits no more");
    }
}

#[tokio::test]
async fn whose_money_a_correction_changed_is_told_and_nobody_else() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let deposit = ledger::newest_of_kind(&world.deps.db.read(), "deposit.received").await.unwrap().unwrap().idx;
        let id = prepare_by(&world, &once(), u64::try_from(deposit).unwrap(), "bank-statement", ["87.50", "-87.50"]).await.unwrap();
        subjects_to(&world, "buyer@example.coop").await;
        world.deps.clock.advance(1);
        let posted = approve(&world, &once(), &id).await.unwrap();
        let (subject, text) = newest_mail(&world, "buyer@example.coop").await;
        assert_eq!(subject, format!("Your deposit for {contract} was corrected: 12.50 USD less"));
        for words in ["by two people: the bank’s statement says otherwise", &format!("/ledger/{posted}")] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(world.escrow(&contract).await, 87_500_000);
        for other in ["nathalie@example.coop", "otieno@example.coop"] {
            assert!(subjects_to(&world, other).await.iter().all(|subject| !subject.contains("corrig") && !subject.contains("correct")));
        }
    }
}

#[tokio::test]
async fn a_member_is_told_what_a_correction_did_to_their_pay() {
    for database in databases() {
        let world = world(database).await;
        let (deps, contract) = (&world.deps, world.funded_contract("100.00").await);
        let batch = world.open_demo_batch(&contract).await;
        let claim = claims::claim(deps, &world.worker().await, &once(), &batch).await.unwrap();
        deps.clock.advance(170);
        claims::submit(deps, &world.worker().await, &once(), &claim, &typed("Harmful")).await.unwrap();
        reviews::accept(deps, &reviews::Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
        let accepted = ledger::newest_of_kind(&deps.db.read(), "work.accepted").await.unwrap().unwrap().idx;
        let accepted = u64::try_from(accepted).unwrap();
        // A cent of the reserve was the worker's.
        let stands = corrections::find_standing(deps, &officer(&world).await, accepted).await.unwrap();
        let (mine, reserve) = (Account::earned(world.worker().await.id()), Account::reserve());
        let wanted = stands.lines.iter().map(|(account, _, amount)| {
            let change = [(&mine, -10_000), (&reserve, 10_000)].into_iter().find(|(changed, _)| *changed == account);
            amount.checked_add(Amount::from_micros(change.map_or(0, |(_, micros)| micros))).unwrap().to_string()
        });
        let wanted: Vec<String> = wanted.collect();
        let id = corrections::prepare(deps, &world.treasurer().await, &once(), accepted, "agreed", &wanted, PASSWORD).await.unwrap();
        subjects_to(&world, "nathalie@example.coop").await;
        deps.clock.advance(1);
        let posted = approve(&world, &once(), &id).await.unwrap();
        let (subject, text) = newest_mail(&world, "nathalie@example.coop").await;
        assert_eq!(subject, "Votre paie a été corrigée : 0,01 USD de plus");
        assert!(text.contains("convenu avec les intéressés") && text.contains(&format!("/ledger/{posted}")), "{text}");
        let reviewer = subjects_to(&world, "otieno@example.coop").await;
        assert!(!reviewer.iter().any(|subject| subject.contains("corrected")), "theirs did not change: {reviewer:?}");
    }
}
