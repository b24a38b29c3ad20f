//! What somebody wrote to others goes with their account: why they sent work back, paused a contract, proposed a change or did not agree to
//! one, and the mail that told it. What others wrote stays. On both databases.

use mail_parser::MessageParser;
use manyhands::actions::claims::{self, Typed};
use manyhands::actions::contracts::amending;
use manyhands::actions::contracts::life::{self, Party};
use manyhands::actions::erasure;
use manyhands::actions::people::{self, Invitation};
use manyhands::actions::reviews::{self, Judging};
use manyhands::jobs::outbox;
use manyhands_domain::contracts::life::Step;
use manyhands_domain::ids::ContractId;
use sqlx::{Connection, Row};

use crate::erasure::sent;
use crate::http::Site;
use crate::signers::{colleague, texts_to};
use crate::support::{PASSWORD, World, databases, once, world};

/// What the client's user wrote, each in another place.
const HERS: [&str; 6] = ["quince", "medlar", "damson", "sloe", "bullace", "greengage"];
/// What the co-op wrote.
const THEIRS: &str = "mirabelle";

/// How often a word stands in a column.
async fn count(world: &World, table: &str, column: &str, word: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {table} WHERE {column} LIKE '%{word}%'"));
    if world.database.starts_with("sqlite") {
        sqlx::query(sql).fetch_one(&mut sqlx::SqliteConnection::connect(&world.database).await.unwrap()).await.unwrap().get(0)
    } else {
        sqlx::query(sql).fetch_one(&mut sqlx::PgConnection::connect(&world.database).await.unwrap()).await.unwrap().get(0)
    }
}

/// All mail that there is, as people read it.
async fn mail(world: &World) -> String {
    outbox::render(&world.deps, "office@example.coop").await.unwrap();
    let messages = manyhands_store::outbox::list_messages(&world.deps.db.read(), 1_000).await.unwrap();
    let text = |bytes: &[u8]| MessageParser::default().parse(bytes).unwrap().body_text(0).unwrap().into_owned();
    messages.iter().map(|message| text(&message.bytes)).collect()
}

async fn proposes(world: &World, by: &Party, contract: &ContractId, guidelines: &str, reason: &str) {
    amending::draft(&world.deps, by, &once(), contract).await.unwrap();
    let typed = |name: &str| if name == "guidelines" { guidelines.to_owned() } else { "10".to_owned() };
    amending::save(&world.deps, by, &once(), contract, "task", typed).await.unwrap();
    amending::propose(&world.deps, by, &once(), contract, reason).await.unwrap();
}

#[tokio::test]
async fn what_somebody_wrote_to_others_goes_with_their_account_and_what_others_wrote_stays() {
    for database in databases() {
        let world = world(database).await;
        world.reads(&world.coordinator, "en").await;
        let deps = &world.deps;
        let contract = world.plain_contract().await;
        let batch = world.open_batch(&contract, 3).await;
        let (hers, coop) = (Party::Client(world.buyer().await), Party::Coop(world.coordinator().await));
        let (worker, judging) = (world.worker().await, Judging::Client(world.buyer().await));
        let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
        deps.clock.advance(150);
        claims::submit(deps, &worker, &once(), &claim, &Typed::one("Harmful", 150)).await.unwrap();
        let because = |n: usize| format!("Since I, Zoë, saw a {}.", HERS[n]);
        reviews::send_back(deps, &judging, &once(), &claim, "wrong-label", &because(0), "4.2").await.unwrap();
        proposes(&world, &hers, &contract, "1 Read it.\n4.2 As she says.", &because(1)).await;
        amending::decline(deps, &coop, &once(), &contract, THEIRS).await.unwrap();
        proposes(&world, &coop, &contract, "1 Read it.\n4.2 As they say.", THEIRS).await;
        amending::decline(deps, &hers, &once(), &contract, &because(2)).await.unwrap();
        life::go(deps, &hers, &once(), &contract, Step::Pause, &because(3)).await.unwrap();
        life::go(deps, &hers, &once(), &contract, Step::Resume, "").await.unwrap();
        let told = mail(&world).await;
        for word in &HERS[..4] {
            assert!(told.contains(word), "{database}: {word} was told");
        }
        // One more of which nobody was told yet, and one that waits for an answer.
        life::go(deps, &hers, &once(), &contract, Step::Pause, &because(4)).await.unwrap();
        proposes(&world, &hers, &contract, "1 Read it.\n4.2 As she says now.", &because(5)).await;

        colleague(&world).await;
        erasure::erase_person(deps, &world.coordinator().await, &once(), &world.buyer, PASSWORD).await.unwrap();
        let places = [
            ("reviews", "reason"),
            ("contract_moves", "reason"),
            ("amendments", "reason"),
            ("amendments", "answer"),
            ("notices", "params"),
        ];
        for word in HERS {
            for (table, column) in places {
                assert_eq!(count(&world, table, column, word).await, 0, "{database}: {word} in {table}.{column}");
            }
        }
        assert_eq!(count(&world, "amendments", "reason", THEIRS).await, 1, "{database}: what others wrote stays");
        assert_eq!(count(&world, "amendments", "answer", THEIRS).await, 1, "{database}");
        let told = mail(&world).await;
        for word in HERS {
            assert!(!told.contains(word), "{database}: {word} is in a mail");
        }
        assert!(told.contains("words not kept"), "{database}: that a change waits is told all the same");
        let office = Site::as_person(&world, &world.coordinator).await;
        office.get(&format!("/contracts/{contract}/amend")).await.says("The client proposes this: words not kept");
    }
}

#[tokio::test]
async fn whoever_was_not_told_yet_that_work_came_back_is_told_without_the_words_of_somebody_erased() {
    for database in databases() {
        for stage in ["noted", "rendered", "sent", "given up"] {
            let world = world(database).await;
            let deps = &world.deps;
            colleague(&world).await;
            let contract = world.plain_contract().await;
            let batch = world.open_batch(&contract, 3).await;
            let (worker, judging) = (world.worker().await, Judging::Client(world.buyer().await));
            let address = worker.standing().email.clone();
            let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
            claims::submit(deps, &worker, &once(), &claim, &Typed::one("Harmful", 150)).await.unwrap();
            // They name themselves, too.
            let because = format!("As {} says, it is a quince.", world.buyer().await.standing().name);
            reviews::send_back(deps, &judging, &once(), &claim, "wrong-label", &because, "4.2").await.unwrap();
            let said = async || -> Vec<String> {
                texts_to(&world, &address).await.into_iter().filter(|text| text.contains(&format!("/claims/{claim}"))).collect()
            };
            if stage != "noted" {
                assert!(said().await[0].contains("quince"), "{database}: {stage}");
                assert_eq!(count(&world, "notices", "params", "quince").await, 0, "{database}: the words stand in the mail alone");
                let messages = manyhands_store::outbox::list_messages(&deps.db.read(), 100).await.unwrap();
                let tx = deps.db.begin().await.unwrap();
                for message in messages {
                    match stage {
                        "sent" => manyhands_store::outbox::set_message_sent(&tx, &message.id, deps.clock.now()).await.unwrap(),
                        "given up" => manyhands_store::outbox::set_message_delayed(&tx, &message.id, "no", None).await.unwrap(),
                        _ => manyhands_store::outbox::set_message_delayed(&tx, &message.id, "later", Some(deps.clock.now())).await.unwrap(),
                    }
                }
                tx.commit().await.unwrap();
                let kept = i64::from(stage == "rendered");
                assert_eq!(count(&world, "notices", "params", claim.as_str()).await, kept, "{database}: {stage}");
            }
            erasure::erase_person(deps, &world.coordinator().await, &once(), &world.buyer, PASSWORD).await.unwrap();
            let said = said().await;
            // Once: who was told is not told again.
            assert_eq!(said.len(), usize::from(matches!(stage, "noted" | "rendered")), "{database}: {stage}: {said:?}");
            assert!(said.iter().all(|text| !text.contains("quince") && text.contains("4.2")), "{database}: {stage}: {said:?}");
            assert_eq!(count(&world, "notices", "params", "quince").await, 0, "{database}: {stage}");
        }
    }
}

#[tokio::test]
async fn whoever_was_not_told_yet_is_told_though_somebody_elses_words_name_the_one_erased() {
    for database in databases() {
        for is_rendered in [false, true] {
            let world = world(database).await;
            let deps = &world.deps;
            colleague(&world).await;
            let contract = world.plain_contract().await;
            let batch = world.open_batch(&contract, 3).await;
            let worker = world.worker().await;
            let address = worker.standing().email.clone();
            let claim = claims::claim(deps, &worker, &once(), &batch).await.unwrap();
            claims::submit(deps, &worker, &once(), &claim, &Typed::one("Harmful", 150)).await.unwrap();
            let because = format!("Ask {}, who knows what a quince is.", world.buyer().await.standing().name);
            let judging = Judging::Reviewer(world.reviewer().await);
            reviews::send_back(deps, &judging, &once(), &claim, "wrong-label", &because, "4.2").await.unwrap();
            if is_rendered {
                assert!(mail(&world).await.contains("quince"), "{database}");
            }
            erasure::erase_person(deps, &world.coordinator().await, &once(), &world.buyer, PASSWORD).await.unwrap();
            let told = texts_to(&world, &address).await;
            let told: Vec<&String> = told.iter().filter(|text| text.contains(&format!("/claims/{claim}"))).collect();
            assert_eq!(told.len(), 1, "{database}: their time runs: {told:?}");
            assert!(!told[0].contains("quince") && told[0].contains("4.2"), "{database}: {told:?}");
        }
    }
}

#[tokio::test]
async fn a_name_with_a_mark_in_it_goes_from_what_waits_to_be_told() {
    for database in databases() {
        let world = world(database).await;
        let invitation = Invitation {
            name: r#"Ann "Quillfeather" O\Neil"#.to_owned(),
            email: "ann@example.coop".to_owned(),
            language: "en".to_owned(),
            zone: "UTC".to_owned(),
            country: "IE".to_owned(),
            client: None,
            roles: vec!["treasurer".to_owned()],
        };
        let person = sent(people::invite(&world.deps, &world.coordinator().await, &once(), &invitation).await.unwrap());
        assert!(count(&world, "notices", "params", "Quillfeather").await > 0, "{database}: officers are to be told of her role");
        erasure::erase_person(&world.deps, &world.coordinator().await, &once(), &person, PASSWORD).await.unwrap();
        assert_eq!(count(&world, "notices", "params", "Quillfeather").await, 0, "{database}");
        assert!(!mail(&world).await.contains("Quillfeather"), "{database}");
    }
}
