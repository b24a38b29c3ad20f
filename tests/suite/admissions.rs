//! New members, admitted by two signatures; and the acceptance of work, which its reviewer may sign.

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::signing::{self, Outcome, Subject};
use manyhands::actions::{claims, receipts, reviews};

use crate::http::Site;
use crate::signers::{enrol, mail_to, member, note_over, prepared, refused, sign, subjects_to, with_keys};
use crate::signing::verify;
use crate::support::{databases, once, world};

#[tokio::test]
async fn a_new_member_is_admitted_by_two_signatures_and_then_invited() {
    for database in databases() {
        let world = world(database).await;
        let fields = |email: &'static str, role: &'static str| {
            [
                ("name", "Liza M."),
                ("email", email),
                ("role", role),
                ("client", "Firm"),
                ("country", "PH"),
                ("language", "en"),
                ("zone", "UTC"),
            ]
        };
        let office = Site::as_person(&world, &world.coordinator).await;
        let coordinator = enrol(&world, &world.coordinator, 1).await;
        office.post("/office/invite", &fields("before@example.coop", "member")).await.redirects();
        assert_eq!(
            mail_to(&world, "before@example.coop").await.0,
            "Your account at Visible Hands Cooperative",
            "{database}: one key is not two"
        );
        enrol(&world, &world.treasurer, 2).await;
        let reviewer = enrol(&world, &world.reviewer, 3).await;
        // Any key in force signs for a person, however young.
        let waits = office.post("/office/invite", &fields("liza@example.coop", "treasurer")).await;
        waits.redirects();
        let id = waits.to.strip_prefix("/sign/admission/").unwrap_or_else(|| panic!("{}", waits.to)).to_owned();
        office.post("/office/invite", &fields("liza@example.coop", "member")).await.refuses("waits for two members’ signatures already");
        office.get("/office").await.says("Waits for two members’ signatures");
        assert!(subjects_to(&world, "liza@example.coop").await.is_empty(), "nobody is written to yet");
        assert!(subjects_to(&world, "astro@example.coop").await.contains(&"À signer\u{a0}: Liza M.".to_owned()));
        // A client's user is no member, and is invited as ever.
        assert_eq!(office.post("/office/invite", &fields("firm@example.com", "client")).await.to, "/office");

        let subject = Subject::Admission(id);
        Site::as_person(&world, &world.reviewer).await.get("/sign").await.says("Liza M.");
        assert_eq!(refused(prepared(&world, &world.worker, &subject).await), "signature-no-key", "{database}");
        assert_eq!(sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap(), Outcome::Waits);
        let Outcome::Done(index) = sign(&world, &world.reviewer, &subject, &reviewer).await.unwrap() else { panic!("{database}") };
        let (_, entry) = receipts::find_entry(&world.deps, index).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("member.admitted", 2));
        assert_eq!(mail_to(&world, "liza@example.coop").await.0, "Your account at Visible Hands Cooperative");
        assert!(subjects_to(&world, "wanjiru@example.coop").await.contains(&"A new role: Liza M., treasurer".to_owned()));
        office.get("/office").await.says("liza@example.coop, invited, treasurer");
        assert_eq!(refused(prepared(&world, &world.treasurer, &subject).await), "signature-not-waiting");
        assert_eq!(Site::as_person(&world, &world.worker).await.get(&format!("/sign/admission/{}", subject.id())).await.status, 422);

        let again = office.post("/office/invite", &fields("other@example.coop", "member")).await.to;
        office.post(&format!("{}/withdraw", again.replace("/sign/admission", "/office/admissions")), &[]).await.redirects();
        assert_eq!(office.get(&again).await.status, 422, "{database}");
        verify(&world).await;
    }
}

#[tokio::test]
async fn a_reviewer_may_sign_what_they_accept() {
    for database in databases() {
        let world = world(database).await;
        with_keys(&world).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 3).await;
        let worker = world.worker().await;
        let mut handed_in = Vec::new();
        for _ in 0..2 {
            let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
            let typed = Typed::one("Harmful", 150);
            world.deps.clock.advance(150);
            claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
            handed_in.push(claim);
        }
        let site = Site::as_person(&world, &world.reviewer).await;
        let page = format!("/reviews/{}", handed_in[0]);
        assert!(!site.get(&page).await.text.contains("Accept and sign"), "not without a key");
        let key = enrol(&world, &world.reviewer, 3).await;
        site.get(&page).await.says("Accept and sign");
        let to = site.post(&format!("/sign/acceptance/{}", handed_in[0]), &[]).await.to;
        let nonce = to.strip_prefix("/texts/").unwrap().to_owned();
        let (text, _) = signing::find_text(&world.deps, &*member(&world, &world.reviewer).await, &nonce).await.unwrap();
        let answer = site.post(&to, &[("note", &note_over(&text.line, &key))]).await;
        assert_eq!(answer.to, format!("/reviews/{}", handed_in[1]), "{database}: on to the next piece");
        let newest = receipts::list_entries(&world.deps, u64::MAX >> 1, 1).await.unwrap();
        let (_, entry) = receipts::find_entry(&world.deps, u64::try_from(newest[0].idx).unwrap()).await.unwrap();
        assert_eq!((entry.kind.name, entry.signed.len()), ("work.accepted", 1), "{database}");
        let subject = Subject::Acceptance(handed_in[0].clone());
        assert_eq!(refused(prepared(&world, &world.reviewer, &subject).await), "review-not-submitted");

        // What changed between reading and signing is not signed: the second comes back, and is measured anew.
        let subject = Subject::Acceptance(handed_in[1].clone());
        let (nonce, line) = prepared(&world, &world.reviewer, &subject).await.unwrap();
        let by = Judging::Reviewer(world.reviewer().await);
        reviews::send_back(&world.deps, &by, &once(), &handed_in[1], "wrong-label", "See the section.", "4.2").await.unwrap();
        world.deps.clock.advance(60);
        let typed = Typed::one("Harmless", 200);
        claims::submit(&world.deps, &worker, &once(), &handed_in[1], &typed).await.unwrap();
        let reviewer = member(&world, &world.reviewer).await;
        let changed = signing::sign(&world.deps, &reviewer, &once(), &nonce, &note_over(&line, &key)).await;
        assert_eq!(refused(changed), "text-changed", "{database}");
        assert!(matches!(sign(&world, &world.reviewer, &subject, &key).await.unwrap(), Outcome::Done(_)), "{database}");
        verify(&world).await;
    }
}
