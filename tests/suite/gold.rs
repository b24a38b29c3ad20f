//! Items with a known answer: marked by their client, spread among the others, paid like any other, and explained to whoever missed one.
//! Nothing of what is known reaches a member before their answer is in.

use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{Error, batches, claims, gold, questions, receipts, results, reviews};
use manyhands_domain::forms::NewQuestion;
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, PersonId};
use manyhands_domain::results::to_json_line;

use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, world};

/// Harmless is known of items 11 and 12, with words that stand nowhere else.
const FILE: &str = "gold_explanation,gold";
const WHY: &str = "A kettle that sings is no threat.";

fn file() -> String {
    let row = |n: usize| {
        let known = if n > 10 { format!("{WHY},Harmless") } else { ",".to_owned() };
        format!("item-{n},\"Passage {n}\",{known}\n")
    };
    format!("id,payload,{FILE}\n{}", (1..=12).map(row).collect::<String>())
}

async fn opened(world: &World, contract: &ContractId, copies: &str) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let batch = world.draft_batch(contract, "0.80", "180").await;
    batches::set_offer(deps, &buyer, &once(), &batch, ("0.80", "180", copies)).await.unwrap();
    batches::import(deps, &buyer, &once(), &batch, file().as_bytes()).await.unwrap();
    batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

async fn member(world: &World, person: &PersonId) -> Member {
    world.signed_in(person).await.member().unwrap()
}

/// Claims until an item with a known answer comes, answering the others; its claim.
async fn claim_gold(world: &World, member: &Member, batch: &BatchId) -> ClaimId {
    loop {
        let claim = claims::claim(&world.deps, member, &once(), batch).await.unwrap();
        let row = claims::find_own(&world.deps, member, &claim).await.unwrap().0;
        if ["item-11", "item-12"].contains(&row.item_id.as_str()) {
            return claim;
        }
        claims::submit(&world.deps, member, &once(), &claim, &typed("Harmful")).await.unwrap();
    }
}

#[tokio::test]
async fn a_known_answer_is_told_to_nobody_before_theirs_is_in_and_explained_after() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = opened(&world, &contract, "2").await;
        let worker = member(&world, &world.worker).await;
        let site = Site::as_person(&world, &world.worker).await;
        world.reads(&world.worker, "en").await;
        site.get("/work").await.says("about 1 in 6 items has a known answer");
        let claim = claim_gold(&world, &worker, &batch).await;

        // What a member, a reviewer and a visitor can read says nothing of what is known, nor which item it is.
        let reviewer = Site::as_person(&world, &world.reviewer).await;
        let visitor = Site::of(&world).await;
        let pages = ["/", "/work", "/pay", "/reviews", "/ledger", "/contracts"].map(str::to_owned);
        let own = [format!("/claims/{claim}"), format!("/contracts/{contract}"), format!("/claims/{claim}?sent=met")];
        for address in pages.iter().chain(&own) {
            for reader in [&site, &reviewer, &visitor] {
                let page = reader.get(address).await;
                assert!(!page.text.contains(WHY) && !page.text.contains("The right answer"), "{database}: {address}");
            }
        }
        assert_eq!(gold::find_told(deps, &worker, &claim).await.unwrap(), None, "{database}");

        // Missed: the page explains itself, no next task is taken meanwhile, and it is with the reviewer like any other.
        let answer = site.post(&format!("/claims/{claim}/submit"), &[("answer", "Harmful"), ("active_seconds", "150")]).await;
        assert_eq!(answer.to, format!("/claims/{claim}"), "{database}");
        assert!(claims::list_held(deps, &worker).await.unwrap().is_empty(), "{database}");
        let page = site.get(&answer.to).await;
        for words in ["This item had a known answer", "Yours is another one.", "Harmful", "Harmless", WHY, "It is with the reviewer"] {
            page.says(words);
        }
        assert_eq!(site.get(&format!("/claims/{claim}")).await.status, 200);
        let other = Site::as_person(&world, &world.treasurer).await.get(&format!("/claims/{claim}")).await;
        assert_eq!(other.status, 404, "{database}: nobody else's page");
        site.post(&format!("/batches/{batch}/claim"), &[]).await.redirects();

        // The other member meets it: a word in passing, and straight to the next.
        let treasurer = member(&world, &world.treasurer).await;
        let same = loop {
            let same = claim_gold(&world, &treasurer, &batch).await;
            if claims::find_own(deps, &treasurer, &same).await.unwrap().0.item_id == item_of(&world, &worker, &claim).await {
                break same;
            }
            claims::submit(deps, &treasurer, &once(), &same, &typed("Harmless")).await.unwrap();
        };
        let their = Site::as_person(&world, &world.treasurer).await;
        world.reads(&world.treasurer, "en").await;
        let answer = their.post(&format!("/claims/{same}/submit"), &[("answer", "Harmless"), ("active_seconds", "150")]).await;
        assert!(answer.to.ends_with("?sent=met"), "{database}: {}", answer.to);
        their.get(&answer.to).await.says("had a known answer, and yours is the same");

        // A member who judges is told nothing; the client's user is.
        let judged = reviewer.get(&format!("/reviews/{claim}")).await;
        assert_eq!(judged.status, 200, "{database}");
        assert!(!judged.text.contains("The right answer"), "{database}");
        Site::as_person(&world, &world.buyer).await.get(&format!("/reviews/{claim}")).await.says("The right answer");
    }
}

/// With ids that run, and gold last in the file: were the others to keep its order, a member who saw 1, 2, 57, 3 would know 57.
#[tokio::test]
async fn the_order_in_which_tasks_come_does_not_tell_which_have_a_known_answer() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps, buyer) = (world.funded_contract("100.00").await, &world.deps, world.buyer().await);
        let (batch, plain) = (world.draft_batch(&contract, "0.80", "180").await, world.draft_batch(&contract, "0.80", "180").await);
        let row = |n: usize| format!("{n},\"Passage {n}\",{}\n", if n > 36 { "Harmless,Since it is." } else { "," });
        let file = |n: usize| format!("id,payload,gold,gold_explanation\n{}", (1..=n).map(row).collect::<String>());
        batches::import(deps, &buyer, &once(), &batch, file(40).as_bytes()).await.unwrap();
        batches::import(deps, &buyer, &once(), &plain, file(36).as_bytes()).await.unwrap();
        let worker = member(&world, &world.worker).await;
        let mut orders = Vec::new();
        for batch in [&batch, &plain] {
            batches::open(deps, &buyer, &once(), batch).await.unwrap();
            let mut order: Vec<usize> = Vec::new();
            while let Ok(claim) = claims::claim(deps, &worker, &once(), batch).await {
                order.push(claims::find_own(deps, &worker, &claim).await.unwrap().0.item_id.parse().unwrap());
                claims::submit(deps, &worker, &once(), &claim, &typed("Harmless")).await.unwrap();
            }
            orders.push(order);
        }
        assert_eq!(orders[1], (1..=36).collect::<Vec<_>>(), "{database}: where nothing is known, the file's order stays");
        let others: Vec<usize> = orders[0].iter().copied().filter(|id| *id <= 36).collect();
        assert_eq!((orders[0].len(), others.len()), (40, 36), "{database}");
        // Half of 35 steps fall in a drawn order, none in the file's: five or fewer would come once in some ten thousand million draws.
        let falls = others.windows(2).filter(|pair| pair[1] < pair[0]).count();
        assert!(falls > 5, "{database}: the others keep an order, and gold stands out of it: {:?}", orders[0]);
        // Results keep the file's.
        let known = batches::list_items(deps, &buyer, &batch, 0).await.unwrap().1;
        assert!(known.iter().map(|item| item.position).eq(1..=40), "{database}");
    }
}

/// Each row of a file of what is known is one of the batch's, or its line is said, as many as are shown.
#[tokio::test]
async fn only_so_many_faults_of_a_file_of_known_answers_are_said() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps, buyer) = (world.funded_contract("100.00").await, &world.deps, world.buyer().await);
        let batch = world.draft_batch(&contract, "0.80", "180").await;
        let items: String = (1..=3000).map(|n| format!("{n},Passage {n}\n")).collect();
        batches::import(deps, &buyer, &once(), &batch, format!("id,payload\n{items}").as_bytes()).await.unwrap();
        let known = |from: usize| {
            let rows: String = (from..from + 3000).map(|n| format!("{n},Harmless,Since it is.\n")).collect();
            format!("id,gold,gold_explanation\n{rows}")
        };
        let Error::Refused(refusals) = gold::import(deps, &buyer, &once(), &batch, known(2).as_bytes()).await.unwrap_err() else {
            panic!("{database}")
        };
        assert_eq!((refusals.len(), refusals[0].code), (1, "items-gold-item"), "{database}");
        let Error::Refused(refusals) = gold::import(deps, &buyer, &once(), &batch, known(2000).as_bytes()).await.unwrap_err() else {
            panic!("{database}")
        };
        assert_eq!((refusals.len(), refusals[19].code), (20, "items-gold-item"), "{database}");
        let again = once();
        for _ in 0..2 {
            // Sent twice, it is done once and answers the same.
            assert_eq!(gold::import(deps, &buyer, &again, &batch, known(1).as_bytes()).await.unwrap(), 3000, "{database}");
        }
        let other = world.other_buyer().await;
        let Error::NotFound =
            batches::import(deps, &world.signed_in(&other).await.client_user().unwrap(), &once(), &batch, b"").await.unwrap_err()
        else {
            panic!("{database}: another client's")
        };
    }
}

async fn item_of(world: &World, member: &Member, claim: &ClaimId) -> String {
    claims::find_own(&world.deps, member, claim).await.unwrap().0.item_id
}

#[tokio::test]
async fn a_missed_item_is_judged_and_paid_like_any_other_and_only_the_first_answer_counts() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let batch = opened(&world, &contract, "1").await;
        let worker = member(&world, &world.worker).await;
        let judging = Judging::Reviewer(world.reviewer().await);
        let missed = claim_gold(&world, &worker, &batch).await;
        // They stand last in the file; in the work, one is somewhere in the first half.
        let before = claims::list_of_member(deps, &worker, "submitted", 100).await.unwrap().len();
        assert!(before <= 5, "{database}: {before} came before");
        let told = claims::submit(deps, &worker, &once(), &missed, &typed("Harmful")).await.unwrap();
        assert_eq!(told.met, Some(false), "{database}");
        let met = claim_gold(&world, &worker, &batch).await;
        let again = once();
        let told = claims::submit(deps, &worker, &again, &met, &typed("Harmless")).await.unwrap();
        assert_eq!(told.met, Some(true), "{database}");
        // The same form sent twice says the same.
        let told = claims::submit(deps, &worker, &again, &met, &typed("Harmless")).await.unwrap();
        assert_eq!(told.met, Some(true), "{database}");

        // Sent back and done again, now that the right answer is known: that says nothing any more.
        reviews::send_back(deps, &judging, &once(), &missed, "wrong-label", "See the section.", "4.2").await.unwrap();
        let told = claims::submit(deps, &worker, &once(), &missed, &typed("Harmless")).await.unwrap();
        assert_eq!(told.met, None, "{database}");
        world.reads(&world.worker, "en").await;
        let page = Site::as_person(&world, &world.worker).await.get(&format!("/claims/{missed}")).await;
        page.says("Your first answer was another one");
        let buyer = world.buyer().await;
        let (sum, most) = gold::sum(deps, &buyer, &contract).await.unwrap();
        assert_eq!((sum.items, sum.answers, sum.met), (2, 2, 1), "{database}");
        assert_eq!((most.len(), most[0].answers, most[0].missed), (1, 1, 1), "{database}");

        let before = world.escrow(&contract).await;
        for claim in [&missed, &met] {
            assert_eq!(claims::find_own(deps, &worker, claim).await.unwrap().0.state, "submitted", "{database}");
            reviews::accept(deps, &judging, &once(), claim).await.unwrap();
            let claim = claims::find_own(deps, &worker, claim).await.unwrap().0;
            assert_eq!((claim.state.as_str(), claim.worker_share), ("accepted", Some(640_000)), "{database}");
        }
        assert_eq!(world.escrow(&contract).await, before - 1_600_000, "{database}: the client pays both");
        let ordinary = reviews::list_waiting(deps, &judging).await.unwrap();
        for waiting in &ordinary {
            let (count, sum) = reviews::confirmable(deps, &judging, waiting).await.unwrap();
            reviews::accept_many(deps, &judging, &once(), &batch, count, sum).await.unwrap();
        }
        let mut lines = String::new();
        results::list(deps, &buyer, &contract, |row| lines.push_str(&to_json_line(&row))).await.unwrap();
        assert!(!lines.contains("item-11") && !lines.contains("item-12"), "{database}: {lines}");
        assert_eq!(i64::try_from(lines.lines().count()).unwrap(), ordinary.iter().map(|waiting| waiting.count).sum::<i64>(), "{database}");

        // The desk tells of items and of everybody together: no number of a person stands there.
        let desk = Site::as_person(&world, &world.buyer).await.get(&format!("/desk/{contract}")).await;
        desk.says("1 of 2 answers were the known one: 0.50.");
        desk.says("Look at what is missed often");
        assert!(!desk.text.contains(worker.id().as_str()), "{database}");

        let out = world.folder.path().join("out");
        receipts::export(deps, &out).await.unwrap();
        let report = manyhands_verify::verify(&out, &deps.signers.checkpoint.verifying_key()).unwrap();
        assert!(report.holds(), "{database}: {:?}", report.failures);
    }
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Refused(refusals) => refusals[0].code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_client_marks_items_in_their_file_or_afterwards_and_every_fault_is_said() {
    for database in databases() {
        let world = world(database).await;
        let (contract, deps) = (world.funded_contract("100.00").await, &world.deps);
        let (buyer, batch) = (world.buyer().await, world.draft_batch(&contract, "0.80", "180").await);
        let site = Site::as_person(&world, &world.buyer).await;
        let page = format!("/batches/{batch}");
        site.get(&page).await.says("gold is the column of the right answer");
        let gold_items = async || batches::find_own(deps, &buyer, &batch).await.unwrap().gold_items;
        site.upload(&format!("{page}/items"), "items", file().as_bytes()).await.redirects();
        assert_eq!(gold_items().await, 2, "{database}");
        site.get(&page).await.says("2 of 12 items have a known answer.");
        // Rows of another file take the place of the items and of what is known of them.
        site.upload(&format!("{page}/items"), "items", b"id,payload\n1,a\n2,b\n3,c\n").await.redirects();
        assert_eq!(gold_items().await, 0, "{database}");
        for (known, words) in [
            ("id,gold,gold_explanation\n1,harmless,x\n", "Line 2: “harmless” is no answer to the question “Is this passage"),
            ("id,gold,gold_explanation\n9,Harmless,x\n", "Line 2: no item has the id 9."),
            ("id,gold,gold_explanation\n1,Harmless,\n", "the column gold_explanation is empty"),
            ("id,gold.why,gold_explanation\n1,Harmless,x\n", "no question is called “why”"),
            ("id,payload\n1,a\n", "The file names no known answer."),
        ] {
            let before = world.rows().await;
            site.upload(&format!("{page}/gold"), "gold", known.as_bytes()).await.refuses(words);
            assert_eq!(before, world.rows().await, "{database}: {words}");
        }
        let known = "{\"id\":\"2\",\"gold\":\"Harmless\",\"gold_explanation\":\"Nobody is hurt.\"}\n";
        site.upload(&format!("{page}/gold"), "gold", known.as_bytes()).await.redirects();
        assert_eq!(gold_items().await, 1, "{database}");
        let elsewhere = Site::as_person(&world, &world.other_buyer().await).await;
        assert_eq!(elsewhere.upload(&format!("{page}/gold"), "gold", known.as_bytes()).await.status, 404, "{database}");

        // A question that has become another leaves nothing known that is no answer to it; another beside it changes nothing.
        let question = |kind: &str, name: &str, choices: &str| NewQuestion {
            kind: kind.to_owned(),
            name: name.to_owned(),
            question: "What is it?".to_owned(),
            choices: choices.to_owned(),
            ..NewQuestion::default()
        };
        questions::add(deps, &buyer, &once(), &batch, &question("number", "count", "")).await.unwrap();
        assert_eq!(gold_items().await, 1, "{database}");
        let refused = gold::import(deps, &buyer, &once(), &batch, known.as_bytes()).await.unwrap_err();
        assert_eq!(code(&refused), "items-gold-which", "{database}");
        questions::change(deps, &buyer, &once(), &batch, "answer", &question("one-choice", "", "Harmful\nFine")).await.unwrap();
        assert_eq!(gold_items().await, 0, "{database}");
        questions::remove(deps, &buyer, &once(), &batch, "count").await.unwrap();
        questions::change(deps, &buyer, &once(), &batch, "answer", &question("pairs", "", "")).await.unwrap_err();
        let pairs = NewQuestion { most: "2".to_owned(), ..question("pairs", "", "") };
        questions::change(deps, &buyer, &once(), &batch, "answer", &pairs).await.unwrap();
        site.get(&page).await.says("None of these questions has one right answer");
        let refused = gold::import(deps, &buyer, &once(), &batch, known.as_bytes()).await.unwrap_err();
        assert_eq!(code(&refused), "items-gold-kind", "{database}");
        batches::open(deps, &buyer, &once(), &batch).await.unwrap();
        assert_eq!(
            code(&gold::import(deps, &buyer, &once(), &batch, known.as_bytes()).await.unwrap_err()),
            "batch-not-draft",
            "{database}"
        );
    }
}
