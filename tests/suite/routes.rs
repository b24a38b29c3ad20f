//! Who may go where. Every route has a row; every row is tried as everybody, over HTTP.

use std::collections::BTreeSet;
use std::sync::Arc;

use manyhands::deps::{Coop, Entries};
use manyhands::web::routes::{RIGHTS, Who, all};
use manyhands_domain::ids::PersonId;
use manyhands_store::contracts;
use rocket::http::Method;

use crate::http::Site;
use crate::support::{PASSWORD, World, databases, world};

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let mounted: BTreeSet<(String, String)> = all().iter().map(|route| (route.method.to_string(), route.uri.path().to_owned())).collect();
    let rows: BTreeSet<(String, String)> = RIGHTS.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(rows.len(), RIGHTS.len(), "a row stands twice");
    let missing: Vec<_> = mounted.difference(&rows).collect();
    assert!(missing.is_empty(), "no row in the rights table of src/web/routes.rs for {missing:?}");
    let dead: Vec<_> = rows.difference(&mounted).collect();
    assert!(dead.is_empty(), "rows for routes that are not there: {dead:?}");
}

/// Whether a row lets this kind of reader in.
fn may(who: Who, reader: &str) -> bool {
    match who {
        Who::Anyone | Who::Reader => true,
        Who::Demo => false,
        Who::SignedIn => reader != "visitor",
        Who::Member | Who::Payee => !matches!(reader, "visitor" | "client"),
        Who::KeyHolder => reader != "visitor",
        Who::Judge => matches!(reader, "reviewer" | "client"),
        Who::Reviewer => reader == "reviewer",
        Who::Party => matches!(reader, "coordinator" | "client"),
        Who::Treasurer => reader == "treasurer",
        Who::Officer => matches!(reader, "treasurer" | "coordinator"),
        Who::Coordinator => reader == "coordinator",
        Who::ClientUser => reader == "client",
        // No account is one.
        Who::Tool => false,
    }
}

/// An address of the row's form, for things that are not there.
pub fn address(path: &str) -> String {
    path.replace("<_..>", "0/000")
        .replace("<comment>", "0b3e1f5a-0000-4000-8000-000000000000")
        .replace("<id>", "0b3e1f5a-0000-4000-8000-000000000000")
        .replace("<index>", "999999")
        .replace("<token>", "x")
        .replace("<nonce>", "00000000000000000000000000000000")
        .replace("<key>", "LEI-X")
        .replace("<position>", "1")
        .replace("<step>", "who")
        .replace("<word>", "member")
        .replace("<version>", "0")
        .replace("<name>", "app.css")
        .replace("<kind>", "text")
        .replace("<code>", "rate")
        .replace("<sha256>", "0")
}

fn readers(world: &World) -> Vec<(&'static str, Option<&PersonId>)> {
    vec![
        ("visitor", None),
        ("member", Some(&world.worker)),
        ("reviewer", Some(&world.reviewer)),
        ("treasurer", Some(&world.treasurer)),
        ("coordinator", Some(&world.coordinator)),
        ("client", Some(&world.buyer)),
    ]
}

#[tokio::test]
async fn nobody_gets_in_where_the_table_says_no() {
    for database in databases() {
        let world = world(database).await;
        for (reader, person) in readers(&world) {
            let site = match person {
                Some(person) => Site::as_person(&world, person).await,
                None => Site::of(&world).await,
            };
            for (method, path, who) in RIGHTS {
                if *path == "/signout" {
                    continue;
                }
                let address = address(path);
                if *method == "OPTIONS" {
                    assert_eq!(site.fetch(Method::Options, &address, &[]).await.status, 204, "{path}");
                    continue;
                }
                let answer = if *method == "GET" { site.get(&address).await } else { site.post(&address, &[]).await };
                let what = format!("{method} {path} as {reader}: {} {}", answer.status, answer.to);
                if *who == Who::Tool {
                    assert_eq!(answer.status, 401, "{what}");
                    continue;
                }
                assert!(answer.status < 500, "{what}\n{}", answer.text);
                if !may(*who, reader) {
                    let shut = answer.status == 404 || (reader == "visitor" && answer.status == 303 && answer.to.starts_with("/signin"));
                    assert!(shut, "{what}");
                } else if !path.contains('<') && *method == "GET" {
                    assert!(matches!(answer.status, 200 | 303), "{what}");
                    assert!(!answer.to.starts_with("/signin"), "{what}");
                }
            }
        }
    }
}

/// The row of an address: the one that says most of it.
/// A page that holds one connection and waits for another stops everybody once as many ask for it as there are connections.
#[tokio::test]
async fn every_page_needs_one_connection_at_a_time() {
    for database in databases() {
        let world = world(database).await;
        // All but one: the readers of SQLite, the connections to PostgreSQL.
        let others = if database == "sqlite" { 3 } else { 15 };
        let sites = [&world.coordinator, &world.treasurer, &world.buyer];
        let mut open = Vec::new();
        for person in sites {
            open.push(Site::as_person(&world, person).await);
        }
        let mut held = Vec::new();
        for _ in 0..others {
            held.push(world.deps.db.snapshot().await.unwrap());
        }
        for site in &open {
            for (_, path, _) in RIGHTS.iter().filter(|(method, _, who)| *method == "GET" && *who != Who::Tool) {
                let answer = site.get(&address(path)).await;
                assert!(
                    answer.status < 500 && !answer.text.contains("has been busy for half a minute"),
                    "{database}: {path}: {}",
                    answer.status
                );
            }
        }
        drop(held);
    }
}

fn row_of(address: &str) -> &'static (&'static str, &'static str, Who) {
    let fits = |path: &str| {
        let (mut asked, mut row) = (address.split('/'), path.split('/'));
        loop {
            match (asked.next(), row.next()) {
                (None, None) | (Some(_), Some("<_..>")) => return true,
                (Some(asked), Some(row)) if row.starts_with('<') || row == asked => {}
                _ => return false,
            }
        }
    };
    let rows = RIGHTS.iter().filter(|(method, path, _)| *method == "GET" && fits(path));
    rows.max_by_key(|(_, path, _)| path.split('/').filter(|part| !part.starts_with('<')).count()).unwrap()
}

#[tokio::test]
async fn where_entries_are_for_people_with_an_account_the_table_says_which_addresses_that_shuts() {
    for database in databases() {
        let mut world = world(database).await;
        world.funded_contract("10.00").await;
        world.deps.coop = Arc::new(Coop { entries: Entries::SignedIn, ..Coop::clone(&world.deps.coop) });
        let site = Site::of(&world).await;
        let size = world.deps.head.last().0;
        let document = contracts::documents_after(&world.deps.db.read(), "", 1).await.unwrap().remove(0).0;
        for (address, who) in [
            ("/log/checkpoint".to_owned(), Who::Anyone),
            (format!("/log/tile/0/000.p/{size}"), Who::Anyone),
            (format!("/log/tile/entries/000.p/{size}"), Who::Reader),
            (format!("/log/documents/{document}.json"), Who::Reader),
            ("/ledger".to_owned(), Who::Anyone),
            ("/ledger/0".to_owned(), Who::Reader),
            ("/ledger/0/note".to_owned(), Who::Reader),
            ("/ledger/0/receipt".to_owned(), Who::Anyone),
        ] {
            let (_, path, says) = row_of(&address);
            assert_eq!(*says, who, "{address} is {path}");
            let answer = site.get(&address).await;
            let shut = answer.status == 403 || answer.status == 303 && answer.to.starts_with("/signin");
            assert_eq!((shut, answer.status == 200), (who == Who::Reader, who == Who::Anyone), "{database}: {address}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn a_number_that_no_book_reaches_is_the_address_of_nothing() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("10.00").await;
        let people = [&world.treasurer, &world.coordinator];
        let before = world.rows().await;
        for number in
            ["18446744073709551615", "18446744073709551616", "9223372036854775808", "9223372036854775807", "-1", "%2B1", "01", "x"]
        {
            for person in people {
                let site = Site::as_person(&world, person).await;
                for (method, path, _) in RIGHTS.iter().filter(|(_, path, _)| path.contains("<index>")) {
                    let address = path.replace("<index>", number);
                    let fields = if path.ends_with("/erase") { &[("password", PASSWORD)][..] } else { &[] };
                    let answer = if *method == "GET" { site.get(&address).await } else { site.post(&address, fields).await };
                    assert_eq!(answer.status, 404, "{database}: {method} {address}: {}", answer.text);
                }
                let fields = [("entry", number), ("reason", "typing-error"), ("line0", "1"), ("line1", "-1"), ("password", PASSWORD)];
                let answer = site.post("/treasury/corrections", &fields).await;
                assert_eq!(answer.status, 404, "{database}: a correction of {number}: {}", answer.text);
            }
            let (visitor, buyer) = (Site::of(&world).await, Site::as_person(&world, &world.buyer).await);
            for (site, address) in [(&visitor, "/ledger".to_owned()), (&buyer, format!("/desk/{contract}"))] {
                let answer = site.get(&format!("{address}?before={number}")).await;
                assert_eq!(answer.status, 200, "{database}: {address}, before {number}: {}", answer.text);
            }
            for count in ["1", number] {
                let answer = buyer.get(&format!("/reviews?accepted={number}&count={count}")).await;
                assert_eq!(answer.status, 200, "{database}: accepted {number}, {count} of them: {}", answer.text);
            }
            let answer = buyer.get(&format!("/ledger/balances?size={number}")).await;
            assert!(answer.status < 500, "{database}: balances at {number}: {}", answer.text);
        }
        assert_eq!(world.rows().await, before, "{database}: nothing was written");
    }
}

#[tokio::test]
async fn other_peoples_things_are_not_there() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 3).await;
        let worker = Site::as_person(&world, &world.worker).await;
        let claim = worker.post(&format!("/batches/{batch}/claim"), &[]).await.to;
        let own = worker.get(&claim).await;
        assert_eq!(own.status, 200, "{}", own.text);

        let stranger = Site::as_person(&world, &world.other_buyer().await).await;
        let other = Site::as_person(&world, &world.treasurer).await;
        let before = world.rows().await;
        for path in [
            format!("/desk/{contract}"),
            format!("/desk/{contract}/who"),
            format!("/desk/{contract}/batch"),
            format!("/batches/{batch}"),
            format!("/desk/{contract}/results.coco.json"),
            format!("/desk/{contract}/results.csv"),
            format!("/desk/{contract}/results.jsonl"),
        ] {
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(other.get(&claim).await.status, 404);
        let typed = [("answer", "Harmful"), ("active_seconds", "1")];
        for (what, fields) in [("draft", &typed[..]), ("submit", &typed), ("release", &[]), ("extend", &[])] {
            assert_eq!(other.post(&format!("{claim}/{what}"), fields).await.status, 404, "{what}");
        }
        let review = format!("/batches/{batch}/review");
        assert_eq!(stranger.post(&review, &[("count", "0"), ("sum", "1.000000")]).await.status, 404, "{review}");
        for what in ["pause", "resume", "open"] {
            assert_eq!(stranger.post(&format!("/batches/{batch}/{what}"), &[]).await.status, 404, "{what}");
        }
        assert_eq!(stranger.post(&format!("/batches/{batch}/offer"), &[("price", "9"), ("seconds", "9")]).await.status, 404);
        assert_eq!(stranger.post(&format!("/desk/{contract}/who"), &[("title", "Mine now")]).await.status, 404);
        assert_eq!(world.rows().await, before, "nothing was written");
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_turned_away() {
    let world = world("sqlite").await;
    let site = Site::as_person(&world, &world.treasurer).await;
    let contract = world.funded_contract("100.00").await;
    let fields = [("key", "k"), ("contract", contract.as_str()), ("amount", "5.00"), ("reference", "r")];
    let before = world.rows().await;
    for headers in [
        &[("Sec-Fetch-Site", "cross-site")][..],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", "https://elsewhere.example")],
        &[("Origin", "null")],
        &[("Origin", "http://elsewhere.example"), ("Host", "elsewhere.example")],
        &[],
    ] {
        let answer = site.post_with("/treasury/deposit", &fields, headers).await;
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    assert_eq!(world.rows().await, before, "nothing was written");
    site.post_with("/treasury/deposit", &fields, &[("Origin", "http://127.0.0.1:8017")]).await.redirects();
}

#[tokio::test]
async fn a_method_hidden_in_a_form_is_only_a_stranger_among_its_fields() {
    let world = world("sqlite").await;
    let site = Site::as_person(&world, &world.worker).await;
    let answer = site.post("/account", &[("_method", "delete"), ("name", "N"), ("language", "en"), ("zone", "UTC")]).await;
    assert_ne!(answer.status, 303, "{}", answer.text);
}

/// The addresses to which a page's switch of languages leads back.
fn switches(text: &str) -> Vec<&str> {
    let forms = text.split(r#"action="/language"><input type="hidden" name="next" value=""#).skip(1);
    forms.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn the_switch_of_languages_leads_to_a_page_and_never_loses_what_was_typed() {
    let world = world("sqlite").await;
    let mut shown_again = 0;
    for (reader, person) in readers(&world) {
        for (_, path, _) in RIGHTS.iter().filter(|(method, path, who)| *method == "POST" && *path != "/signout" && may(*who, reader)) {
            let site = match person {
                Some(person) => Site::as_person(&world, person).await,
                None => Site::of(&world).await,
            };
            let answer = site.post(&address(path), &[]).await;
            let what = format!("POST {path} as {reader}: {}", answer.status);
            for next in switches(&answer.text) {
                assert_eq!(site.get(next).await.status, 200, "{what} leads to {next}");
            }
            if answer.text.contains("<form") && answer.status == 422 {
                shown_again += 1;
                assert_eq!(switches(&answer.text), [""; 0], "{what}");
                assert!(["fr", "en"].iter().any(|tag| answer.text.contains(&format!("<p lang=\"{tag}\">"))), "{what}");
            }
        }
        // Where nothing was sent, the switch leads back to where one is.
        let site = Site::of(&world).await;
        assert_eq!(switches(&site.get("/rates").await.text), ["/rates"]);
    }
    assert!(shown_again >= 10, "{shown_again} forms were shown again");
}
