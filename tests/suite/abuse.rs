//! What somebody who means harm would try, or a slip of the hand would do: each once found, and held since.

use manyhands::actions::claims::Typed;
use manyhands::actions::reviews::Judging;
use manyhands::actions::{Error, Work, claims, contracts, payouts, reviews};
use manyhands::jobs::outbox;
use manyhands::mail::transport::Transport;
use manyhands_domain::ids::ProposalId;
use manyhands_domain::money::Amount;
use manyhands_domain::proposals::ballots;
use manyhands_store::outbox as rows;

use crate::http::Site;
use crate::pages::change;
use crate::support::{PAGES, PASSWORD, World, databases, once, world};

/// A payout of the worker's 1.28 that waits for its second person.
async fn prepared(world: &World) -> manyhands_domain::ids::PayoutId {
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 4).await;
    let worker = world.worker().await;
    for _ in 0..2 {
        let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        world.deps.clock.advance(150);
        let typed = Typed::one("Harmful", 150);
        claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
        reviews::accept(&world.deps, &Judging::Reviewer(world.reviewer().await), &once(), &claim).await.unwrap();
    }
    payouts::prepare(&world.deps, &world.treasurer().await, &once(), "USD", "1.00", PASSWORD).await.unwrap()
}

#[tokio::test]
async fn the_bank_file_holds_only_what_two_people_decided_and_nothing_twice() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.treasurer, "en").await;
        let member = Site::as_person(&world, &world.worker).await;
        member.post("/account/payout", &[("payout_to", "254700000001"), ("password", PASSWORD)]).await.redirects();
        let run = prepared(&world).await;
        let (treasurer, second) = (Site::as_person(&world, &world.treasurer).await, Site::as_person(&world, &world.coordinator).await);
        let file = format!("/treasury/payouts/{run}/file.csv");
        assert_eq!(treasurer.get(&file).await.status, 404, "{database}: nobody approved it yet");
        // Whoever changes where their pay goes after the preparation changes the next run, not this one.
        member.post("/account/payout", &[("payout_to", "666"), ("password", PASSWORD)]).await.redirects();
        second.get(&format!("/treasury/payouts/{run}")).await.says("254700000001");
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        let messages = rows::list_messages(&world.deps.db.read(), 30).await.unwrap();
        let asked: Vec<&str> = messages
            .iter()
            .filter(|message| message.subject == "To approve: O-1, 1.28\u{a0}USD")
            .map(|message| message.recipient.as_str())
            .collect();
        assert_eq!(asked, ["wanjiru@example.coop"], "{database}: the second person hears of it, and not the first");
        second.post(&format!("/treasury/payouts/{run}/approve"), &[("password", PASSWORD)]).await.redirects();
        let text = treasurer.get(&file).await.text;
        assert!(text.contains(",254700000001,1.28,USD\r\n") && !text.contains("666"), "{database}: {text}");
        let worker = world.worker().await;
        let id = worker.id().to_string();
        let fee = [("member", id.as_str()), ("reference", "r"), ("fee", "1.29")];
        treasurer.post(&format!("/treasury/payouts/{run}/settle"), &fee).await.refuses("A fee may be 1.28 USD at most");
        treasurer.post(&format!("/treasury/payouts/{run}/fail"), &[("member", &id), ("reason", "wrong number")]).await.redirects();
        assert_eq!(treasurer.get(&file).await.text.lines().count(), 1, "{database}: a line that came back is not paid again");
    }
}

#[tokio::test]
async fn nothing_is_paid_from_balances_that_do_not_follow_from_the_entries() {
    for database in databases() {
        let world = world(database).await;
        let run = prepared(&world).await;
        let second = world.signed_in(&world.coordinator).await.officer().unwrap();
        let account = format!("Liabilities:Members:{}:Earned", world.worker().await.id());
        change(&world.database, &format!("UPDATE balances SET amount = amount - 500000000 WHERE account = '{account}'")).await;
        change(&world.database, "UPDATE balances SET amount = amount + 500000000 WHERE account LIKE 'Liabilities:Escrow:%'").await;
        let before = world.rows().await;
        let refused = payouts::approve(&world.deps, &second, &once(), &run, PASSWORD).await.unwrap_err();
        assert!(format!("{refused:?}").contains("books-changed"), "{database}: {refused:?}");
        assert_eq!(world.rows().await, before, "{database}");
    }
}

#[tokio::test]
async fn one_message_that_cannot_be_rendered_holds_up_no_other() {
    for database in databases() {
        let world = world(database).await;
        change(&world.database, "UPDATE people SET email = 'a@b..c' WHERE email = 'otieno@example.coop'").await;
        for person in [&world.reviewer, &world.worker] {
            let site = Site::as_person(&world, person).await;
            site.post("/account/payout", &[("payout_to", "254700000001"), ("password", PASSWORD)]).await.redirects();
        }
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        let messages = rows::list_messages(&world.deps.db.read(), 10).await.unwrap();
        let state = |address: &str| messages.iter().find(|message| message.recipient == address).unwrap().state.clone();
        assert_eq!((state("a@b..c"), state("nathalie@example.coop")), ("failed".to_owned(), "waiting".to_owned()), "{database}");
        let office = Site::as_person(&world, &world.coordinator).await;
        let fields = [
            ("name", "L"),
            ("email", "a@b..c"),
            ("role", "member"),
            ("client", ""),
            ("country", "PH"),
            ("language", "en"),
            ("zone", "UTC"),
        ];
        office.post("/office/invite", &fields).await.refuses("This is no e-mail address.");
    }
}

#[tokio::test]
async fn a_link_that_left_stands_in_no_backup() {
    for database in databases() {
        let world = world(database).await;
        Site::of(&world).await.post("/reset", &[("email", "otieno@example.coop")]).await;
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        let transport = Transport::Memory(Default::default());
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 1, "{database}");
        let Transport::Memory(sent) = transport else { panic!() };
        assert!(String::from_utf8_lossy(&sent.lock().unwrap()[0].1).contains("/reset/"), "{database}");
        let kept = rows::list_messages(&world.deps.db.read(), 10).await.unwrap();
        assert!(kept.iter().all(|message| message.bytes.is_empty()), "{database}");
    }
}

#[tokio::test]
async fn guesses_from_elsewhere_do_not_lock_a_person_out() {
    let world = world("sqlite").await;
    let (guesser, person) = (Site::from_network(&world, "203.0.113.9").await, Site::from_network(&world, "198.51.100.7").await);
    let sign_in = async |site: &Site, password: &str| {
        site.post("/signin", &[("email", "otieno@example.coop"), ("password", password), ("next", "/")]).await
    };
    for _ in 0..8 {
        sign_in(&guesser, "a wrong guess").await;
    }
    assert_eq!(sign_in(&guesser, PASSWORD).await.status, 429);
    sign_in(&person, PASSWORD).await.redirects();
}

#[tokio::test]
async fn a_made_up_link_costs_no_password_hash() {
    let world = world("sqlite").await;
    let site = Site::of(&world).await;
    // Nobody else gets a turn at hashing, and still the answer comes.
    let _both = world.deps.hashing.acquire_many(2).await.unwrap();
    let answer =
        tokio::time::timeout(std::time::Duration::from_secs(20), site.post("/reset/AAAA", &[("password", "a sentence of mine")])).await;
    answer.unwrap().refuses("This link was used or has run out.");
}

#[tokio::test]
async fn nobody_is_led_to_another_site_by_a_character_that_browsers_leave_out() {
    let world = world("sqlite").await;
    let site = Site::of(&world).await;
    for next in ["/\t/evil.example", "/\u{1}x", "//evil.example", "/\\evil.example", "/\u{7f}"] {
        let answer = site.post("/signin", &[("email", "otieno@example.coop"), ("password", PASSWORD), ("next", next)]).await;
        assert_eq!((answer.status, answer.to.as_str()), (303, "/work"), "{next:?}");
    }
}

#[tokio::test]
async fn only_a_clients_user_may_send_megabytes_and_only_where_items_go() {
    let world = world("sqlite").await;
    let file = vec![b'x'; 2_000_000];
    for site in [Site::of(&world).await, Site::as_person(&world, &world.worker).await] {
        assert_eq!(site.upload("/batches/0b3e1f5a-0000-4000-8000-000000000000/items", "items", &file).await.status, 413);
        assert_eq!(site.upload("/signin", "items", &file).await.status, 413);
    }
}

#[tokio::test]
async fn odd_numbers_in_addresses_and_prices_end_in_a_page() {
    for database in databases() {
        let world = world(database).await;
        let site = Site::of(&world).await;
        for path in ["/ledger/18446744073709551615", "/ledger/9223372036854775807/note", "/ledger/9223372036854775808/receipt"] {
            assert_eq!(site.get(path).await.status, 404, "{path}");
        }
        assert_eq!(site.get("/ledger?before=18446744073709551615").await.status, 200);
        let contract = world.funded_contract("10.00").await;
        let client = Site::as_person(&world, &world.buyer).await;
        let fields = [
            ("title", "T"),
            ("price", "999999999999"),
            ("seconds", "1"),
            ("payload_kind", "text"),
            ("question", "Q?"),
            ("answer_kind", "text"),
            ("choices", ""),
        ];
        client.post(&format!("/desk/{contract}/batch"), &fields).await.refuses("The price of one answer may be 1 000 000 at most.");
        let long = "k".repeat(200);
        let fields = [("key", long.as_str())];
        client.post_with("/desk/new", &fields, &[("Sec-Fetch-Site", "same-origin")]).await.refuses("The form came without its key.");
    }
}

#[tokio::test]
async fn nobody_drops_out_of_a_chain_and_no_contract_is_listed_that_cannot_be_shown() {
    for database in databases() {
        let world = world(database).await;
        let buyer = world.buyer().await;
        let contract = contracts::draft(&world.deps, &buyer, &once()).await.unwrap();
        let site = Site::as_person(&world, &world.buyer).await;
        let who = format!("/desk/{contract}/who");
        let base = [("title", "T"), ("end_client", "Nordsee Mobility AG"), ("country", "de"), ("lei", "DEMO00NORDSEEMOB0104")];
        site.post(&who, &[&base[..], &[("between_country_1", "KE"), ("between_keeps_1", "30")]].concat())
            .await
            .refuses("Whoever stands between must be named too");
        site.post(&who, &[&base[..], &[("between_name_1", "B Ltd"), ("between_country_1", "KE"), ("between_keeps_1", "100")]].concat())
            .await
            .refuses("Together they would keep everything.");
        site.post(&who, &[&base[..], &[("between_name_1", "B Ltd"), ("between_country_1", "KE"), ("between_keeps_1", "12.5")]].concat())
            .await
            .redirects();
        site.get(&who).await.says("value=\"12.50\"");
        let hazards = format!("/desk/{contract}/hazards");
        site.post(&hazards, &[("form_1", "text"), ("level_1", "3"), ("share_1", "60")]).await.refuses("A hazard needs its category");
    }
}

#[tokio::test]
async fn a_confirmation_accepts_the_oldest_pieces_that_it_counted() {
    let world = world("sqlite").await;
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 3).await;
    let worker = world.worker().await;
    for _ in 0..3 {
        let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
        world.deps.clock.advance(150);
        let typed = Typed::one("Harmful", 150);
        claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
    }
    let by = Judging::Reviewer(world.reviewer().await);
    let waiting = reviews::list_waiting(&world.deps, &by).await.unwrap();
    let (count, sum) = reviews::confirmable(&world.deps, &by, &waiting[0]).await.unwrap();
    assert_eq!((count, sum), (3, Amount::parse_input("2.40").unwrap()));
    for wrong in [0, -1, 2, 10_001] {
        assert!(reviews::accept_many(&world.deps, &by, &once(), &batch, wrong, sum).await.is_err(), "{wrong}");
    }
    // Two of three, if the confirmation said two: the oldest.
    let two = Amount::parse_input("1.60").unwrap();
    assert_eq!(reviews::accept_many(&world.deps, &by, &once(), &batch, 2, two).await.unwrap().count, 2);
}

#[tokio::test]
async fn what_is_approved_is_what_was_read() {
    for database in databases() {
        let world = world(database).await;
        let (deps, buyer, coordinator) = (&world.deps, world.buyer().await, world.coordinator().await);
        let contract = contracts::draft(deps, &buyer, &once()).await.unwrap();
        let save = async |step: &'static str, title: &str| {
            let fields = PAGES.iter().find(|(known, _)| *known == step).unwrap().1;
            let typed = |name: &str| fields.iter().find(|(key, _)| *key == name).map_or(String::new(), |(_, value)| (*value).to_owned());
            let field = |name: &str| if name == "title" { title.to_owned() } else { typed(name) };
            contracts::save(deps, &buyer, &once(), &contract, step, field).await.unwrap();
        };
        for (step, _) in PAGES {
            save(step, "Read like this").await;
        }
        contracts::submit(deps, &buyer, &once(), &contract).await.unwrap();
        let office = Site::as_person(&world, &world.coordinator).await;
        let page = office.get(&format!("/office/contracts/{contract}")).await;
        let read = page.text.split("name=\"read\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        office
            .post(&format!("/office/contracts/{contract}/return"), &[("reason", " ")])
            .await
            .refuses("Say in a sentence what is to be changed");
        contracts::return_to_draft(deps, &coordinator, &once(), &contract, "Name it better.").await.unwrap();
        outbox::render(deps, "office@example.coop").await.unwrap();
        let messages = rows::list_messages(&deps.db.read(), 20).await.unwrap();
        for (recipient, subject) in
            [("wanjiru@example.coop", "To approve: Read like this"), ("buyer@example.coop", "Back to you: Read like this")]
        {
            assert!(
                messages.iter().any(|message| (message.recipient.as_str(), message.subject.as_str()) == (recipient, subject)),
                "{database}: {subject}"
            );
        }
        save("who", "And signed like that").await;
        contracts::submit(deps, &buyer, &once(), &contract).await.unwrap();
        let approve = format!("/office/contracts/{contract}/approve");
        let fields = [("what", ""), ("link", ""), ("read", read.as_str())];
        office.post(&approve, &fields).await.refuses("The contract was changed since the page was shown.");
        let odd = [("what", "Compared."), ("link", "http://register.example"), ("read", read.as_str())];
        office.post(&approve, &odd).await.says("Compared.");
        let back = office.post(&format!("/office/contracts/{contract}/return"), &[("reason", &"again ".repeat(400))]).await;
        back.refuses("This is longer than 2 000 characters.");
        assert_eq!(Site::of(&world).await.get(&format!("/contracts/{contract}")).await.status, 404, "{database}");
    }
}

#[tokio::test]
async fn a_tile_that_is_missing_is_the_operators_trouble_and_no_address_of_nothing() {
    for database in databases() {
        let world = world(database).await;
        let worker = world.worker().await;
        let ballot = || ballots::cast(&ProposalId::from_number(9), worker.id(), "session", &"0".repeat(64));
        let mut work = Work::begin_job(&world.deps).await.unwrap();
        for _ in work.ledger_size().await.unwrap()..511 {
            work.append(ballot()).await.unwrap();
        }
        work.commit(()).await.unwrap();
        let unguarded = if database == "sqlite" { "DROP TRIGGER tiles_never_deleted" } else { "ALTER TABLE tiles DISABLE TRIGGER USER" };
        change(&world.database, &format!("{unguarded}; DELETE FROM tiles")).await;
        // The next fills a tile, and its root goes beside that of the first.
        let mut work = Work::begin_job(&world.deps).await.unwrap();
        let ended = match work.append(ballot()).await {
            Ok(_) => work.commit(()).await,
            Err(error) => Err(error),
        };
        assert!(matches!(&ended, Err(Error::Store(lost)) if lost.to_string().contains("a tile is not there")), "{database}: {ended:?}");
    }
}

#[tokio::test]
async fn nobody_is_sent_money_who_has_not_said_where_to() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.treasurer, "en").await;
        world.reads(&world.worker, "en").await;
        change(&world.database, "UPDATE members SET payout_to = '' WHERE person_id IN (SELECT id FROM people WHERE name = 'Nathalie R.')")
            .await;
        let contract = world.funded_contract("100.00").await;
        let batch = world.open_batch(&contract, 2).await;
        let worker = world.worker().await;
        for _ in 0..2 {
            let claim = claims::claim(&world.deps, &worker, &once(), &batch).await.unwrap();
            let typed = Typed::one("Harmful", 150);
            claims::submit(&world.deps, &worker, &once(), &claim, &typed).await.unwrap();
            reviews::accept(&world.deps, &Judging::Client(world.buyer().await), &once(), &claim).await.unwrap();
        }
        let treasurer = Site::as_person(&world, &world.treasurer).await;
        let fields = [("currency", "USD"), ("minimum", "1.00"), ("password", PASSWORD)];
        treasurer.post("/treasury/payouts", &fields).await.refuses("Nobody is owed 1.00 USD or more.");
        treasurer.get("/treasury").await.says("Nathalie R.: owed something, and they have not said where to.");
        let member = Site::as_person(&world, &world.worker).await;
        member.get("/pay").await.says("Say where your pay goes");
        for odd in ["=1+1", "x;=1+1", "+1+cmd"] {
            member.post("/account/payout", &[("payout_to", odd), ("password", PASSWORD)]).await.refuses("banks and spreadsheets misread");
        }
        member.post("/account/payout", &[("payout_to", "+254 700 000 001"), ("password", PASSWORD)]).await.redirects();
        treasurer.post("/treasury/payouts", &fields).await.redirects();
    }
}

#[tokio::test]
async fn a_person_gets_three_reset_mails_in_a_quarter_of_an_hour_whoever_asks() {
    let world = world("sqlite").await;
    for network in 0..6 {
        let site = Site::from_network(&world, &format!("203.0.113.{network}")).await;
        assert_eq!(site.post("/reset", &[("email", "otieno@example.coop")]).await.status, 200, "nobody learns of the limit");
    }
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = rows::list_messages(&world.deps.db.read(), 20).await.unwrap();
    assert_eq!(messages.iter().filter(|message| message.recipient == "otieno@example.coop").count(), 3);
}

#[tokio::test]
async fn a_notice_that_cannot_be_read_holds_up_no_other() {
    for database in databases() {
        let world = world(database).await;
        for email in ["otieno@example.coop", "nathalie@example.coop"] {
            Site::of(&world).await.post("/reset", &[("email", email)]).await;
        }
        change(&world.database, "UPDATE notices SET params = '{}' WHERE person_id IN (SELECT id FROM people WHERE name = 'Otieno B.')")
            .await;
        outbox::render(&world.deps, "office@example.coop").await.unwrap();
        let messages = rows::list_messages(&world.deps.db.read(), 10).await.unwrap();
        let state = |address: &str| messages.iter().find(|message| message.recipient == address).unwrap().state.clone();
        assert_eq!(
            (state("otieno@example.coop"), state("nathalie@example.coop")),
            ("failed".to_owned(), "waiting".to_owned()),
            "{database}"
        );
    }
}
