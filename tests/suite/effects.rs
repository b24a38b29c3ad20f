//! What a proposal would do is told once: by the page, by the command from either database, and by the log alone; to the millionth, and
//! never what one member earns.

use manyhands::actions::claims::{self, Typed};
use manyhands::actions::people::{self, Invitation};
use manyhands::actions::proposals::drafting::{self, DraftForm};
use manyhands::actions::proposals::{self, effects};
use manyhands::actions::reviews::{self, Judging};
use manyhands::actions::{batches, receipts, sessions};
use manyhands_domain::ids::{BatchId, ContractId, PersonId, ProposalId};
use manyhands_domain::money::{Amount, Currency};
use serde_json::Value;

use crate::http::Site;
use crate::program::{manyhands, said, write_settings};
use crate::signers::member;
use crate::support::{PASSWORD, World, agree, databases, once, say_where_pay_goes, world};
use crate::voters::{close, floor, put_to_the_vote, question, row, until, vote};

async fn newcomer(world: &World, name: &str) -> PersonId {
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    let invitation = Invitation {
        name: name.to_owned(),
        email: format!("{}@example.coop", name.to_lowercase()),
        language: "en".to_owned(),
        zone: "UTC".to_owned(),
        country: "MG".to_owned(),
        client: None,
        roles: Vec::new(),
    };
    let person = people::add_active(&world.deps, &invitation, &hash).await.unwrap();
    say_where_pay_goes(&world.deps, [&person]).await;
    agree(&world.deps, [&person]).await;
    person
}

/// One piece in so many seconds, accepted by the reviewer, or by the client where the reviewer did it.
async fn piece(world: &World, person: &PersonId, batch: &BatchId, seconds: i64) {
    let by = member(world, person).await;
    let claim = claims::claim(&world.deps, &by, &once(), batch).await.unwrap();
    world.deps.clock.advance(seconds);
    claims::submit(&world.deps, &by, &once(), &claim, &Typed::one("Harmful", seconds)).await.unwrap();
    let judge = match person == &world.reviewer {
        true => Judging::Client(world.buyer().await),
        false => Judging::Reviewer(world.reviewer().await),
    };
    reviews::accept(&world.deps, &judge, &once(), &claim).await.unwrap();
}

/// The command's table, as JSON; `more` as they are typed.
fn told(world: &World, id: &str, more: &[&str]) -> Value {
    write_settings(world.folder.path(), &world.database, 1);
    let folder = world.folder.path().to_str().unwrap();
    let arguments = [&["effects", id, "--json", "--data", folder], more].concat();
    let output = manyhands(&arguments, "");
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn line<'t>(told: &'t Value, of: &str) -> &'t Value {
    let table = told["currencies"]["USD"]["table"].as_array().unwrap();
    table.iter().find(|line| line["of"] == of).unwrap_or_else(|| panic!("{of}: {told}"))
}

/// A batch that pays 16.00 an hour, so that work would be left under a floor of 14.00.
async fn dear(world: &World, contract: &ContractId) {
    let batch = world.draft_batch(contract, "1.00", "180").await;
    batches::import(&world.deps, &world.buyer().await, &once(), &batch, b"id,payload\na,A passage\n").await.unwrap();
    batches::open(&world.deps, &world.buyer().await, &once(), &batch).await.unwrap();
}

/// Five members' work of ninety days, one piece older than that, and a vote for fourteen dollars an hour.
async fn voted(world: &World) -> (BatchId, ProposalId) {
    let contract = world.plain_contract().await;
    let batch = world.open_batch(&contract, 40).await;
    dear(world, &contract).await;
    piece(world, &world.worker, &batch, 100).await;
    world.deps.clock.advance(91 * 86_400);
    let fifth = newcomer(world, "Andry").await;
    for (person, seconds) in [
        (&world.worker, 150),
        (&world.worker, 210),
        (&world.reviewer, 200),
        (&world.coordinator, 240),
        (&world.treasurer, 300),
        (&fifth, 120),
    ] {
        piece(world, person, &batch, seconds).await;
    }
    (batch, put_to_the_vote(world, &floor("14")).await)
}

#[tokio::test]
async fn the_page_the_command_and_the_log_alone_tell_one_table_from_either_database() {
    let mut tables = Vec::new();
    for database in databases() {
        let world = world(database).await;
        let (batch, id) = voted(&world).await;
        let (size, at) = (receipts::checkpoint(&world.deps).await.unwrap().unwrap().size, world.deps.clock.now());
        let basis = ["--size", &size.to_string(), "--at", &at.to_string()];

        // The page names its basis, and the command with it tells the same figures: by the database, by an export, by SQLite, by PostgreSQL.
        world.reads(&world.coordinator, "en").await;
        let page = Site::as_person(&world, &world.coordinator).await.get(&format!("/proposals/{id}/effects")).await;
        page.says(&format!("manyhands effects {id} --size {size} --at {at}"));
        let open = told(&world, id.as_str(), &basis);
        // Six pieces of ninety days: 0.80 becomes 0.88, the least price of three minutes at 14.00 an hour.
        assert_eq!((&line(&open, "all clients")["before"], &line(&open, "all clients")["after"]), (&"4.800000".into(), &"5.280000".into()));
        // Of the reviewer's own piece the reviewer's share is theirs: 5 × 0.64 + 0.664 + 5 × 0.024.
        assert_eq!(line(&open, "all members")["before"], "3.984000", "{database}");
        assert_eq!(line(&open, "Liabilities:Funds:Wellbeing")["after"], "0.158400", "{database}");
        // Hours: 0.64 in 300 s and 240 s, 1.28 in 360 s, 0.664 in 200 s, 0.64 in 120 s: 7.68, 9.60, 12.80, 11.95, 19.20.
        assert_eq!(
            (&line(&open, "lowest hour")["before"], &line(&open, "median hour")["before"]),
            (&"7.680000".into(), &"11.950000".into())
        );
        assert_eq!((&line(&open, "lowest hour")["after"], &line(&open, "median hour")["after"]), (&"8.440000".into(), &"13.140000".into()));
        assert_eq!((&open["batches"]["open"], &open["batches"]["under"][0]["least"]), (&2.into(), &"0.880000".into()), "{database}");
        for words in ["4.80", "5.28", "3.984", "0.1584", "7.68", "8.44", "11.95", "13.14", "+ 10 %", "1 of the 2 open batches", "0.88"] {
            page.says(words);
        }
        let place = tempfile::tempdir().unwrap();
        let export = place.path().join("log");
        receipts::export(&world.deps, &export).await.unwrap();
        let by_log = [&basis[..], &["--log", export.to_str().unwrap()]].concat();
        let without_batches = |told: &Value| {
            let mut told = told.clone();
            told["batches"] = Value::Null;
            told
        };
        assert_eq!(told(&world, id.as_str(), &by_log), without_batches(&open), "{database}: the log alone");
        let own = member(&world, &world.worker).await.id().to_string();
        let mine = told(&world, id.as_str(), &[&by_log[..], &["--member", &own]].concat());
        assert_eq!(mine["currencies"]["USD"]["mine"]["pay"]["after"], "1.408000", "{database}");
        tables.push(open);

        // Closed, it tells what stood at its opening, whatever came since: work, a price, time.
        piece(&world, &world.worker, &batch, 60).await;
        batches::reprice(&world.deps, &world.buyer().await, &once(), &batch, "1.00").await.unwrap();
        let moved = told(&world, id.as_str(), &["--at", &world.deps.clock.now().to_string()]);
        assert_eq!((&line(&moved, "all clients")["before"], &moved["batches"]["under"]), (&"5.600000".into(), &Value::Array(Vec::new())));
        for person in [&world.worker, &world.reviewer] {
            vote(&world, person, &id, "yes").await.unwrap();
        }
        close(&world, &id).await;
        until(&world, world.deps.clock.now().plus_days(200).secs());
        let closed = told(&world, id.as_str(), &[]);
        let opened = u64::try_from(row(&world, &id).await.opened_index.unwrap()).unwrap();
        assert_eq!(closed["size"], opened, "{database}");
        for part in ["currencies", "batches"] {
            assert_eq!(closed[part], tables[0][part], "{database}: {part}");
        }
        let later = place.path().join("later");
        receipts::export(&world.deps, &later).await.unwrap();
        assert_eq!(told(&world, id.as_str(), &["--log", later.to_str().unwrap()]), without_batches(&closed), "{database}");
        let page = Site::as_person(&world, &world.coordinator).await.get(&format!("/proposals/{id}/effects")).await;
        page.says("What it would have done");
        page.says("7.68");
    }
    assert!(tables.windows(2).all(|pair| pair[0] == pair[1]), "{tables:#?}");
}

#[tokio::test]
async fn to_me_is_of_me_alone_and_to_us_the_same_for_everyone() {
    for database in databases() {
        let world = world(database).await;
        let (_, id) = voted(&world).await;
        let path = format!("/proposals/{id}/effects");
        for person in [&world.worker, &world.reviewer, &world.coordinator] {
            world.reads(person, "en").await;
        }
        let page = async |person| Site::as_person(&world, person).await.get(&path).await.text;
        let (worker, reviewer, coordinator) = (page(&world.worker).await, page(&world.reviewer).await, page(&world.coordinator).await);
        // 2 × 0.64 in six minutes; the reviewer did one piece and reviewed five.
        assert!(
            worker.contains("your 2 pieces of 90 days") && worker.contains("1.408") && worker.contains("14.08"),
            "{database}: {worker}"
        );
        assert!(reviewer.contains("your 6 pieces of 90 days") && reviewer.contains("0.784"), "{database}: {reviewer}");
        assert!(coordinator.contains("your 1 piece of 90 days") && !coordinator.contains("1.408"), "{database}");
        let us = |page: &str| page[page.find("To all of us").unwrap()..page.find("How it is computed").unwrap()].to_owned();
        assert_eq!(us(&worker), us(&reviewer), "{database}");
        assert_eq!(us(&worker), us(&coordinator), "{database}");
        // In the reader's language, with its own decimal sign.
        world.reads(&world.coordinator, "fr").await;
        let french = page(&world.coordinator).await;
        assert!(french.contains("Pour nous tous") && french.contains("3,984") && french.contains("11,95"), "{database}: {french}");
        // A picture that says what it shows.
        assert!(french.contains("aria-labelledby=\"effects-USD-t effects-USD-d\"") && french.contains("<desc id=\"effects-USD-d\">"));
        // Nobody else.
        for person in [&world.buyer] {
            assert_eq!(Site::as_person(&world, person).await.get(&path).await.status, 404, "{database}");
        }
        assert_eq!(Site::of(&world).await.get(&path).await.status, 303, "{database}: to the sign-in page");
        for none in ["/proposals/P-9/effects", "/proposals/9/effects", "/proposals/drafts/none/effects"] {
            assert_eq!(Site::as_person(&world, &world.worker).await.get(none).await.status, 404, "{database}: {none}");
        }
    }
}

#[tokio::test]
async fn where_few_members_worked_nobody_reads_what_one_of_them_earns() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.coordinator, "en").await;
        world.reads(&world.worker, "en").await;
        let by = member(&world, &world.worker).await;
        let draft = drafting::draft(&world.deps, &by, &once(), &floor("9")).await.unwrap();
        let path = format!("/proposals/drafts/{draft}/effects");
        let page = async |person| Site::as_person(&world, person).await.get(&path).await;
        page(&world.coordinator).await.says("No work was accepted in these 90 days.");

        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 9).await;
        dear(&world, &contract).await;
        for person in [&world.worker, &world.treasurer, &world.reviewer] {
            piece(&world, person, &batch, 173).await;
        }
        drafting::edit(&world.deps, &by, &once(), &draft, &floor("14")).await.unwrap();
        let seen = page(&world.coordinator).await;
        seen.says("Fewer than 5 members did work in USD");
        seen.says("+ 10 %");
        seen.says("No work of yours was accepted");
        // 0.64 in 173 seconds: neither sums nor hours, neither before nor after, of one or of all.
        for sum in ["0.64", "0.704", "13.31", "14.64", "2.40", "2.64", "1.944", "1.992", "0.072", "3 pieces", "3 members"] {
            assert!(!seen.text.contains(sum), "{database}: {sum} in {}", seen.text);
        }
        page(&world.worker).await.says("0.704");
        let table = told(&world, &draft, &[]);
        let usd = &table["currencies"]["USD"];
        assert!(usd["few"] == true && usd.get("pieces").is_none() && usd.get("members").is_none(), "{database}: {table}");
        assert!(
            usd["table"].as_array().unwrap().iter().all(|line| line.get("before").is_none() && line["change_bp"] == 1_000),
            "{database}: {table}"
        );

        // Five are enough, and work in another currency would not be counted in.
        piece(&world, &world.coordinator, &batch, 173).await;
        page(&world.coordinator).await.says("Fewer than 5 members");
        let fifth = newcomer(&world, "Andry").await;
        piece(&world, &fifth, &batch, 173).await;
        page(&world.coordinator).await.says("From 5 accepted pieces of 5 members in 90 days.");
    }
}

#[tokio::test]
async fn a_price_asked_shows_one_piece_and_other_votes_show_nothing() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.worker, "en").await;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 9).await;
        piece(&world, &world.worker, &batch, 180).await;
        let by = member(&world, &world.worker).await;
        let ask = DraftForm {
            kind: "price-ask".to_owned(),
            act: "price-ask".to_owned(),
            batch: batch.to_string(),
            price: "1.20".to_owned(),
            ..question()
        };
        let site = Site::as_person(&world, &world.worker).await;
        let draft = drafting::draft(&world.deps, &by, &once(), &ask).await.unwrap();
        let page = site.get(&format!("/proposals/drafts/{draft}/effects")).await;
        // One piece of three minutes: 0.64 and 12.80 an hour become 0.96 and 19.20.
        for words in ["One piece", "12.80", "19.20", "0.96", "your 1 piece", "Back to the draft"] {
            page.says(words);
        }
        let seen = effects::see(&world.deps, &by, &proposals::find_draft(&world.deps, &by, &draft).await.unwrap()).await.unwrap().unwrap();
        let mine = seen.by_currency[&Currency::parse("USD").unwrap()].mine.1;
        assert_eq!((mine.before, mine.after), (Amount::parse_input("0.64").unwrap(), Amount::parse_input("0.96").unwrap()), "{database}");
        let words = drafting::draft(&world.deps, &by, &once(), &question()).await.unwrap();
        site.get(&format!("/proposals/drafts/{words}/effects")).await.says("changes no rule and no price");
    }
}
