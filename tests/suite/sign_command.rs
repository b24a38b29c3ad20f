//! `manyhands sign`, as somebody types it who keeps their key outside the browser.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use manyhands::actions::keys;
use manyhands::actions::signing::{self, Outcome};

use crate::ballots::{between, plain, prepared};
use crate::http::Site;
use crate::program::{manyhands, said};
use crate::signers::{AGE_SECS, code_of, enrol, expense, member, sign};
use crate::support::{ORIGIN, PASSWORD, once, world};
use crate::voters::{put_to_the_vote, question};

/// What the program printed, without what it told beside it.
fn printed(arguments: &[&str], typed: &str) -> String {
    let output = manyhands(arguments, typed);
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn refuses(arguments: &[&str], typed: &str, words: &str) {
    let output = manyhands(arguments, typed);
    assert!(!output.status.success() && said(&output).contains(words), "{words}: {}", said(&output));
    assert!(output.stdout.is_empty(), "nothing is printed that could be pasted: {}", said(&output));
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn a_key_made_and_kept_outside_the_browser_signs_what_the_page_shows() {
    let world = world("sqlite").await;
    let place = tempfile::tempdir().unwrap();
    let file = |name: &str| -> PathBuf { place.path().join(name) };
    let by = member(&world, &world.treasurer).await;
    let (key, name) = (file("my.key"), format!("{ORIGIN}/m/{}", by.id()));
    let vkey = printed(&["sign", "--new", &name, "--key", text(&key)], "");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    refuses(&["sign", "--new", &name, "--key", text(&key)], "", "keys are never overwritten");
    refuses(&["sign", "--new", "Astro", "--key", text(&file("other.key"))], "", "is no name of a person's key");

    keys::ask_code(&world.deps, &by, &once(), PASSWORD).await.unwrap();
    let code = code_of(&world, &world.treasurer).await;
    keys::enrol(&world.deps, &by, &once(), &code, &vkey).await.unwrap();
    let coordinator = enrol(&world, &world.coordinator, 1).await;
    world.deps.clock.advance(AGE_SECS);
    world.funded_contract("100.00").await;
    let (_, subject) = expense(&world).await;
    let nonce = signing::prepare(&world.deps, &by, &once(), &subject, PASSWORD).await.unwrap();
    let (prepared, _) = signing::find_text(&world.deps, &by, &nonce).await.unwrap();
    let exact = format!("{}\r\n{}\r\n", prepared.line, prepared.signable);
    fs::write(file("text.txt"), &exact).unwrap();

    let output = manyhands(&["sign", "--key", text(&key), text(&file("text.txt"))], "");
    for words in ["An expense is paid from the bank.", "Assets:Bank USD -1.200000", "Expenses:Hosting USD 1.200000", &name] {
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{words}: {}", said(&output));
    }
    let note = printed(&["sign", "--key", text(&key)], &exact);
    assert_eq!(note.as_bytes(), output.stdout, "from a file or typed, it is the same note");
    assert_eq!(signing::sign(&world.deps, &by, &once(), &nonce, &note).await.unwrap(), Outcome::Waits);
    assert!(matches!(sign(&world, &world.coordinator, &subject, &coordinator).await.unwrap(), Outcome::Done(_)));

    let sign = ["sign", "--key", text(&key)];
    refuses(&sign, &prepared.line, "it has two lines");
    refuses(&sign, "", "it has two lines");
    refuses(&sign, &format!("hello\n{}", prepared.signable), "no text that a person signs");
    refuses(&sign, &exact.replace("1.200000", "9.200000"), "the second line is not what the first is about");
    refuses(&sign, &exact.replace(ORIGIN, "elsewhere.example/main"), "this text is of the ledger elsewhere.example/main");
    refuses(&["sign", "--key", text(&file("none.key"))], &exact, "there is no key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    refuses(&sign, &exact, "can be read by others (mode 640)");
    fs::write(&key, "no key").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    refuses(&sign, &exact, "holds no key");
}

#[tokio::test]
async fn a_ballot_is_read_in_plain_words_before_it_is_signed() {
    let world = world("sqlite").await;
    let key = enrol(&world, &world.coordinator, 1).await;
    let id = put_to_the_vote(&world, &question()).await;
    let site = Site::as_person(&world, &world.coordinator).await;
    let (address, line, unsealed) = prepared(&site, &id, "no", "").await;
    let page = plain(&site.get(&address).await.text);
    let body = between(&page, "data-body=\"", "\" data-own=");
    let exact = format!("{line}\n{body}\n{unsealed}");
    assert!(page.contains(&exact), "the page shows all three lines to copy");
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("my.key");
    fs::write(&file, key.to_private_text()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    for (language, words) in [
        ("en", ["This is a ballot in the vote P-1, called on its page: A paid rest day", "It says: No"]),
        ("fr", ["C\u{2019}est un bulletin du vote P-1, intitul\u{e9} sur sa page\u{a0}: A paid rest day", "Il dit\u{a0}: Non"]),
    ] {
        let output = manyhands(&["sign", "--key", text(&file), "--language", language], &exact);
        let told = String::from_utf8_lossy(&output.stderr).replace(['\u{a0}', '\u{202f}'], " ");
        for words in words {
            assert!(output.status.success() && told.contains(&words.replace('\u{a0}', " ")), "{words}: {}", said(&output));
        }
    }
    let sign = ["sign", "--key", text(&file)];
    refuses(&sign, &format!("{line}\n{body}"), "copy the third line too");
    refuses(&sign, &exact.replace("\"no\"", "\"yes\""), "the third line is not what the ballot's seal holds");
    refuses(&sign, &format!("{exact}\nmore"), "a ballot's three");
    let note = printed(&sign, &exact);
    site.post(&address, &[("note", &note)]).await.redirects();
    site.get(&format!("/proposals/{id}/ballot")).await.says("signed with your key");
}
