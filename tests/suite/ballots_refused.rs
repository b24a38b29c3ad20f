//! Ballots that are not taken, over HTTP: each refused with its sentence, with what was chosen, and nothing written.

use base64::prelude::{BASE64_STANDARD, Engine};
use manyhands_domain::ids::ProposalId;
use manyhands_domain::log::key::SigningKey;
use sha2::{Digest, Sha256};

use manyhands::actions::keys;

use crate::ballots::{opened, prepared};
use crate::http::Site;
use crate::signers::{enrol, key_of, member, note_over};
use crate::support::{ORIGIN, PASSWORD, databases, once, world};
use crate::voters::{code, row, until};

/// A note whose key is the point that signs everything for everybody: R the same point, S zero.
fn by_small_order(name: &str, line: &str) -> String {
    let mut point = [0_u8; 32];
    point[0] = 1;
    let id = Sha256::new().chain_update(format!("{name}\n")).chain_update([1]).chain_update(point).finalize();
    let signature = [&id[..4], &point, &[0; 32]].concat();
    format!("{line}\n\n\u{2014} {name} {}\n", BASE64_STANDARD.encode(signature))
}

#[tokio::test]
async fn a_note_that_is_not_this_ballots_is_refused_with_its_reason() {
    for database in databases() {
        let world = world(database).await;
        let key = enrol(&world, &world.coordinator, 1).await;
        let first = opened(&world).await;
        let other = opened(&world).await;
        let by = member(&world, &world.coordinator).await;
        let site = Site::as_person(&world, &world.coordinator).await;
        let (text, line, _) = prepared(&site, &first, "yes", "").await;
        let (elsewhere, other_line, _) = prepared(&site, &other, "yes", "").await;
        let rows = world.rows().await;
        let good = note_over(&line, &key);
        let name = format!("{ORIGIN}/m/{}", by.id());
        let place = good.len() - 20;
        let flipped = if good.as_bytes()[place] == b'A' { "B" } else { "A" };
        let stranger = SigningKey::from_seed(&format!("{ORIGIN}/m/M-00000000"), [7; 32]).unwrap();
        for (what, note, sentence) in [
            ("a stranger's key", note_over(&line, &stranger), "not signed by a key of yours that is in force"),
            ("a key never entered", note_over(&line, &key_of(&by, 9)), "not signed by a key of yours that is in force"),
            ("a key of small order", by_small_order(&name, &line), "not signed by a key of yours that is in force"),
            ("for another vote", note_over(&other_line, &key), "This was signed over another text"),
            ("a flipped bit", format!("{}{flipped}{}", &good[..place], &good[place + 1..]), "The signature does not hold"),
            ("no note", "yes".to_owned(), "This is no signed note"),
        ] {
            let refused = site.post(&text, &[("note", &note)]).await;
            refused.refuses(sentence);
            refused.says("Yes");
            let pasted = note.lines().last().unwrap().split(' ').next_back().unwrap().replace('+', "&#43;");
            assert!(refused.text.contains(&pasted) || refused.text.contains(&pasted.replace("&#43;", "+")), "{database}: {what} is kept");
            assert_eq!(world.rows().await, rows, "{database}: {what}: nothing was written");
        }
        // A key of small order cannot be entered either.
        let mut point = vec![1_u8, 1];
        point.resize(33, 0);
        let id = hex::encode(&Sha256::new().chain_update(format!("{name}\n")).chain_update(&point).finalize()[..4]);
        let vkey = format!("{name}+{id}+{}", BASE64_STANDARD.encode(&point));
        let refused = site.post("/account/key/another", &[("vkey", &vkey), ("password", PASSWORD)]).await;
        assert_eq!(refused.status, 422, "{database}");
        assert_eq!(world.rows().await, rows, "{database}");
        // Somebody else's text is nobody's.
        let worker = Site::as_person(&world, &world.worker).await;
        assert_eq!(worker.post(&text, &[("note", &good)]).await.status, 404, "{database}");

        site.post(&text, &[("note", &good)]).await.redirects();
        let rows = world.rows().await;
        let again = site.post(&text, &[("note", &good)]).await;
        again.refuses("Each is signed once");
        again.says(&format!("href=\"/proposals/{first}/ballot\""));
        let (next, _, _) = prepared(&site, &first, "no", "").await;
        site.post(&next, &[("note", &good)]).await.refuses("This was signed over another text");
        let cast = |rows: &[(String, String)]| rows.iter().filter(|(table, _)| table == "ballots").cloned().collect::<Vec<_>>();
        assert_eq!(cast(&world.rows().await), cast(&rows), "{database}: replayed");

        // A retired key signs nothing, and the vote goes on without one.
        let key_id = keys::find_own(&world.deps, &by).await.unwrap().keys[0].key_id.clone();
        keys::retire(&world.deps, &by, &once(), &key_id, "lost", PASSWORD).await.unwrap();
        let rows = world.rows().await;
        let refused = site.post(&elsewhere, &[("note", &note_over(&other_line, &key))]).await;
        refused.refuses("You have no key in force. Cast your ballot signed in");
        site.post(&format!("/proposals/{other}/ballot/sign"), &[("choice", "no"), ("salt", "")]).await.refuses("You have no key in force");
        assert_eq!(cast(&world.rows().await), cast(&rows), "{database}: a retired key");
        // Who signed by key and lost it is told what counts, with no form that would only refuse.
        let page = site.get(&format!("/proposals/{first}/ballot")).await;
        page.says("Yours counts as it stands");
        assert!(!page.text.contains("data-way="), "{database}");
    }
}

#[tokio::test]
async fn a_ballot_signed_in_that_does_not_fit_is_refused_and_what_was_chosen_kept() {
    for database in databases() {
        let world = world(database).await;
        let first = opened(&world).await;
        let own = code(&world, &world.worker).await;
        let second = opened(&world).await;
        let of_other_vote = code(&world, &world.worker).await;
        let of_other_member = code(&world, &world.reviewer).await;
        let site = Site::as_person(&world, &world.worker).await;
        let at = |id: &ProposalId| format!("/proposals/{id}/ballot");
        let rows = world.rows().await;
        let no = "does not fit this vote";
        for (what, id, choice, salt, code, sentence) in [
            ("a made-up code", &first, "yes", "", "00000000", no),
            ("no code", &first, "yes", "", "", "You typed no code."),
            ("spaces for a code", &first, "yes", "", "  ", "You typed no code."),
            ("four digits", &first, "yes", "", "1234", "A code has eight digits, and nothing else."),
            ("letters", &first, "yes", "", "abcd efgh", "A code has eight digits, and nothing else."),
            ("a code and a word", &first, "yes", "", "code 00000000", "A code has eight digits, and nothing else."),
            ("the code of another vote", &first, "yes", "", of_other_vote.as_str(), no),
            ("the code of another member", &second, "yes", "", of_other_member.as_str(), no),
            ("no choice", &first, "", "", own.as_str(), "Choose yes, no or abstain"),
            ("another choice", &first, "maybe", "", own.as_str(), "Choose yes, no or abstain"),
            ("a short salt", &first, "yes", "0a", own.as_str(), "are 64"),
            ("a salt in capitals", &first, "yes", &"0A".repeat(32), own.as_str(), "are 64"),
        ] {
            let refused = site.post(&at(id), &[("choice", choice), ("salt", salt), ("code", code)]).await;
            refused.refuses(sentence);
            refused.says(&format!("name=\"code\" value=\"{code}\""));
            if choice == "yes" {
                refused.says("value=\"yes\" aria-pressed=\"true\"");
            }
            assert_eq!(world.rows().await, rows, "{database}: {what}: nothing was written");
        }
        let field = site.post(&at(&first), &[("choice", "yes"), ("salt", ""), ("code", &own), ("member", "M-00000000")]).await;
        assert_eq!(field.status, 422, "{database}: a field of nobody's");
        for nothing in ["P-99", "P-0", "x", "P-01"] {
            assert_eq!(site.get(&format!("/proposals/{nothing}/ballot")).await.status, 404, "{database}: {nothing}");
            assert_eq!(site.post(&format!("/proposals/{nothing}/ballot"), &[("choice", "yes")]).await.status, 404, "{database}: {nothing}");
        }
        // A second before the end it counts, at the end it does not.
        until(&world, row(&world, &first).await.closes_at.unwrap() - 2);
        site.post(&at(&first), &[("choice", "yes"), ("salt", ""), ("code", &own)]).await.redirects();
        world.deps.clock.advance(2);
        let rows = world.rows().await;
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        let late = reviewer.post(&at(&first), &[("choice", "no"), ("salt", ""), ("code", "00000000")]).await;
        late.refuses("This vote closed on");
        reviewer.post(&format!("{}/code", at(&first)), &[]).await.refuses("This vote closed on");
        reviewer.post(&format!("{}/sign", at(&first)), &[("choice", "no"), ("salt", "")]).await.refuses("This vote closed on");
        assert_eq!(world.rows().await, rows, "{database}: nothing was written");
        assert!(!reviewer.get(&at(&first)).await.text.contains("name=\"choice\""), "{database}");
    }
}

#[tokio::test]
async fn codes_are_guessed_a_few_times_and_no_more() {
    for database in databases() {
        let world = world(database).await;
        let id = opened(&world).await;
        let right = code(&world, &world.worker).await;
        let site = Site::as_person(&world, &world.worker).await;
        let ballot = format!("/proposals/{id}/ballot");
        let mut tries = 0;
        let waits = loop {
            let guessed = site.post(&ballot, &[("choice", "yes"), ("salt", ""), ("code", &format!("{tries:08}"))]).await;
            if guessed.status == 429 || guessed.text.contains("too many attempts") {
                break guessed;
            }
            tries += 1;
            assert!(tries < 50, "{database}: whoever guesses goes on for ever");
        };
        waits.says("There were too many attempts");
        let refused = site.post(&ballot, &[("choice", "yes"), ("salt", ""), ("code", &right)]).await;
        refused.says("There were too many attempts");
        assert!(site.get(&ballot).await.text.contains("name=\"choice\""), "{database}");
    }
}
