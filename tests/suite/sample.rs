//! A share of the items is read: drawn when the batch opens, known to nobody who works, repeatable by anybody when it is done. What was not
//! drawn is accepted by silence, or by its client, unread.

use std::collections::BTreeSet;
use std::process::Command;

use manyhands::actions::reviews::Judging;
use manyhands::actions::rights::Member;
use manyhands::actions::{Error, appeals, batches, claims, earnings, receipts, results, reviews, sample};
use manyhands_domain::ids::{BatchId, ClaimId, ContractId, PersonId};
use manyhands_domain::money::Amount;
use manyhands_domain::sample::{Seed, WHOLE};

use crate::http::Site;
use crate::story::typed;
use crate::support::{World, databases, once, world};

const DAY: i64 = 86_400;
const WHY: (&str, &str, &str) = ("wrong-label", "The passage is harmless.", "4.2");

/// A batch of which a share is read, and its answers by the worker, in the order of its items.
struct Scene {
    world: World,
    contract: ContractId,
    batch: BatchId,
    answers: Vec<ClaimId>,
}

async fn open(world: &World, contract: &ContractId, items: usize, copies: &str, share: &str) -> BatchId {
    let (deps, buyer) = (&world.deps, world.buyer().await);
    let batch = world.draft_batch(contract, "0.80", "180").await;
    batches::set_offer_and_share(deps, &buyer, &once(), &batch, ("0.80", "180", copies), Some(share)).await.unwrap();
    let csv: String = (1..=items).map(|n| format!("item-{n},Passage {n}\n")).collect();
    batches::import(deps, &buyer, &once(), &batch, format!("id,payload\n{csv}").as_bytes()).await.unwrap();
    batches::open(deps, &buyer, &once(), &batch).await.unwrap();
    batch
}

async fn scene(database: &str, items: usize, share: &str) -> Scene {
    let world = world(database).await;
    let contract = world.funded_contract("100.00").await;
    let batch = open(&world, &contract, items, "1", share).await;
    let worker = world.worker().await;
    let mut answers = Vec::new();
    for _ in 0..items {
        answers.push(answer(&world, &worker, &batch).await);
    }
    Scene { world, contract, batch, answers }
}

async fn answer(world: &World, member: &Member, batch: &BatchId) -> ClaimId {
    let claim = claims::claim(&world.deps, member, &once(), batch).await.unwrap();
    world.deps.clock.advance(60);
    claims::submit(&world.deps, member, &once(), &claim, &typed("Harmful")).await.unwrap();
    claim
}

fn code<T: std::fmt::Debug>(done: Result<T, Error>) -> &'static str {
    match done {
        Err(Error::Refused(refusals)) => refusals[0].code,
        Err(Error::NotFound) => "not-found",
        other => panic!("{other:?}"),
    }
}

impl Scene {
    /// Which of the answers a judge may read.
    async fn readable(&self, by: &Judging) -> Vec<ClaimId> {
        let mut readable = Vec::new();
        for claim in &self.answers {
            if reviews::find(&self.world.deps, by, claim).await.is_ok() {
                readable.push(claim.clone());
            }
        }
        readable
    }

    async fn client(&self) -> Judging {
        Judging::Client(self.world.buyer().await)
    }

    async fn told(&self, person: &PersonId) -> sample::Told {
        sample::find(&self.world.deps, &self.world.signed_in(person).await, &self.batch).await.unwrap()
    }

    async fn accept_rest(&self, count: i64, sum: &str) -> Result<i64, Error> {
        let (buyer, sum) = (self.world.buyer().await, Amount::parse_input(sum).unwrap());
        sample::accept_rest(&self.world.deps, &buyer, &once(), &self.batch, count, sum).await.map(|accepted| accepted.count)
    }

    async fn verify(&self, database: &str) {
        let (deps, out) = (&self.world.deps, self.world.folder.path().join("out"));
        receipts::export(deps, &out).await.unwrap();
        let report = manyhands_verify::verify(&out, &deps.signers.checkpoint.verifying_key()).unwrap();
        assert!(report.holds(), "{database}: {:?}", report.failures);
        manyhands::actions::projection::check_all(&deps.db, &mut |_, _| {}).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn only_what_was_drawn_is_read_and_its_client_accepts_the_rest_unread_once_that_is_decided() {
    for database in databases() {
        let scene = scene(database, 10, "30").await;
        let (deps, client) = (&scene.world.deps, scene.client().await);
        let reviewer = Judging::Reviewer(scene.world.reviewer().await);
        for by in [&reviewer, &client] {
            assert_eq!(reviews::list_waiting(deps, by).await.unwrap()[0].count, 3, "{database}: 30 % of 10 items");
        }
        let drawn = scene.readable(&client).await;
        assert_eq!((drawn.len(), &scene.readable(&reviewer).await), (3, &drawn), "{database}");
        let other = scene.answers.iter().find(|claim| !drawn.contains(claim)).unwrap();
        for by in [&reviewer, &client] {
            // Whoever judges does not choose what is read.
            assert_eq!(code(reviews::open(deps, by, other).await), "not-found", "{database}");
            assert_eq!(code(reviews::accept(deps, by, &once(), other).await), "not-found", "{database}");
            assert_eq!(code(reviews::send_back(deps, by, &once(), other, WHY.0, WHY.1, WHY.2).await), "not-found", "{database}");
            assert_eq!(code(appeals::reject(deps, by, &once(), other, WHY).await), "not-found", "{database}");
            let ten = Amount::parse_input("8.00").unwrap();
            assert_eq!(code(reviews::accept_many(deps, by, &once(), &scene.batch, 10, ten).await), "review-changed", "{database}");
        }

        // Nothing of the rest before everything drawn is decided.
        let before = scene.world.rows().await;
        assert_eq!(code(scene.accept_rest(7, "5.60").await), "rest-unread", "{database}");
        assert_eq!(scene.world.rows().await, before, "{database}: nothing was written");
        reviews::accept(deps, &reviewer, &once(), &drawn[0]).await.unwrap();
        appeals::reject(deps, &client, &once(), &drawn[1], WHY).await.unwrap();
        reviews::send_back(deps, &reviewer, &once(), &drawn[2], WHY.0, WHY.1, WHY.2).await.unwrap();
        assert_eq!(code(scene.accept_rest(7, "5.60").await), "rest-contested", "{database}");
        deps.clock.advance(7 * DAY + 1);
        assert_eq!(appeals::end_unappealed(deps).await.unwrap(), 1, "{database}");
        for (count, sum) in [(6, "5.60"), (8, "6.40"), (7, "5.59"), (0, "0.80")] {
            assert_eq!(code(scene.accept_rest(count, sum).await), "review-changed", "{database}");
        }
        let stranger = scene.world.signed_in(&scene.world.other_buyer().await).await.client_user().unwrap();
        let sum = Amount::parse_input("5.60").unwrap();
        assert_eq!(code(sample::accept_rest(deps, &stranger, &once(), &scene.batch, 7, sum).await), "not-found", "{database}");
        assert_eq!(scene.accept_rest(7, "5.60").await.unwrap(), 7, "{database}");

        // Nobody is paid for reading what nobody read: the reviewer for one piece, and the worker the reviewer's share of the rest.
        let balance = async |member: &Member| earnings::list(deps, member).await.unwrap().0[0].balance.to_string();
        assert_eq!(balance(&scene.world.worker().await).await, "5.288000", "{database}: 0.64 once, 0.664 seven times");
        assert_eq!(balance(&scene.world.signed_in(&scene.world.reviewer).await.member().unwrap()).await, "0.024000", "{database}");
        let (judged, _) = results::quality(deps, &scene.world.buyer().await, &scene.contract).await.unwrap();
        assert_eq!((judged.judged, judged.sent_back), (2, 1), "{database}: what was accepted unread was not judged");
        scene.verify(database).await;
    }
}

#[tokio::test]
async fn the_seed_is_told_when_the_batch_is_done_and_anybody_can_draw_again() {
    for database in databases() {
        let scene = scene(database, 10, "25").await;
        let (deps, client) = (&scene.world.deps, scene.client().await);
        let secret = manyhands_store::sample::find_seed(&deps.db.read(), scene.batch.as_str()).await.unwrap().unwrap();
        let commitment = Seed::parse(&secret).unwrap().commitment();
        let json = format!("/batches/{}/sample.json", scene.batch);
        let (worker, buyer) =
            (Site::as_person(&scene.world, &scene.world.worker).await, Site::as_person(&scene.world, &scene.world.buyer).await);
        // 25 % of ten are three: two are accepted, one is refused for good.
        let drawn = scene.readable(&client).await;
        assert_eq!(drawn.len(), 3, "{database}: rounded up");
        for (page, site) in [("sample", &worker), ("sample", &buyer), ("", &buyer)] {
            let page = site.get(format!("/batches/{}/{page}", scene.batch).trim_end_matches('/')).await;
            assert!(!page.text.contains(&secret), "{database}");
            assert_eq!(page.status, 200, "{database}");
        }
        worker.get(&format!("/batches/{}/sample", scene.batch)).await.says(&commitment);
        assert_eq!(worker.get(&json).await.status, 404, "{database}: not yet");
        for claim in &drawn[1..] {
            reviews::accept(deps, &client, &once(), claim).await.unwrap();
        }
        appeals::reject(deps, &client, &once(), &drawn[0], WHY).await.unwrap();
        deps.clock.advance(7 * DAY + 1);
        appeals::end_unappealed(deps).await.unwrap();
        assert_eq!(scene.accept_rest(7, "5.60").await.unwrap(), 7, "{database}");
        assert_eq!(scene.told(&scene.world.buyer).await.seed, None, "{database}: an item is free again");
        let again = answer(&scene.world, &scene.world.signed_in(&scene.world.treasurer).await.member().unwrap(), &scene.batch).await;
        assert_eq!(scene.told(&scene.world.buyer).await.standing.waiting, 1, "{database}: its item stays drawn");
        assert_eq!(scene.told(&scene.world.worker).await.seed, None, "{database}");
        reviews::accept(deps, &client, &once(), &again).await.unwrap();

        let told = scene.told(&scene.world.worker).await;
        assert_eq!((told.seed.as_deref(), told.commitment.as_deref()), (Some(secret.as_str()), Some(commitment.as_str())), "{database}");
        worker.get(&format!("/batches/{}/sample", scene.batch)).await.says(&secret);
        let (for_worker, for_client) = (worker.get(&json).await, buyer.get(&json).await);
        assert!(
            for_client.text.contains("\"item-7\"") && !for_worker.text.contains("item-7"),
            "{database}: items are the client's to name"
        );
        let told: serde_json::Value = serde_json::from_str(&for_worker.text).unwrap();
        let ids = |name: &str| told[name].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
        assert_eq!((ids("drawn").len(), ids("not_drawn").len()), (3, 7), "{database}");
        for claim in &drawn {
            let task = manyhands_store::claims::find_claim(&deps.db.read(), claim).await.unwrap().unwrap().task_id;
            assert!(ids("drawn").contains(&task), "{database}");
        }
        let stranger = Site::as_person(&scene.world, &scene.world.other_buyer().await).await;
        for path in [json.clone(), format!("/batches/{}/sample", scene.batch)] {
            assert_eq!(stranger.get(&path).await.status, 404, "{database}: another client");
            assert!(matches!(Site::of(&scene.world).await.get(&path).await.status, 303 | 404), "{database}: a visitor");
        }
        draw_again(&scene.world, &for_worker.text);
    }
}

/// The recipe of `docs/review.md`, run as it stands there.
fn draw_again(world: &World, json: &str) {
    let docs = include_str!("../../docs/review.md");
    let recipe = docs.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).expect("docs/review.md has the recipe");
    let (script, file) = (world.folder.path().join("again.py"), world.folder.path().join("sample.json"));
    std::fs::write(&script, recipe).unwrap();
    std::fs::write(&file, json).unwrap();
    let run = || Command::new("python3").arg(&script).arg(&file).output();
    let Ok(done) = run() else { return crate::support::left_out("python3, for the recipe of a draw") };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stdout), "the same draw\n");
    // Of another seed, or another set, it says so.
    let mut told: serde_json::Value = serde_json::from_str(json).unwrap();
    if told["not_drawn"].as_array().is_some_and(Vec::is_empty) {
        return;
    }
    let moved = told["not_drawn"][0].clone();
    let left = std::mem::replace(&mut told["drawn"][0], moved);
    told["not_drawn"][0] = left;
    std::fs::write(&file, told.to_string()).unwrap();
    assert!(!run().unwrap().status.success(), "a draw that was tampered with passes");
}

#[tokio::test]
async fn more_can_be_read_at_any_time_and_never_less() {
    for database in databases() {
        let scene = scene(database, 10, "20").await;
        let (deps, client, buyer) = (&scene.world.deps, scene.client().await, scene.world.buyer().await);
        let first = scene.readable(&client).await;
        assert_eq!(first.len(), 2, "{database}");
        for (typed, refused) in [("20", "share-not-more"), ("10", "share-not-more"), ("0", "share-unfit"), ("101", "share-unfit")] {
            assert_eq!(code(sample::raise(deps, &buyer, &once(), &scene.batch, typed).await), refused, "{database}");
        }
        let stranger = scene.world.signed_in(&scene.world.other_buyer().await).await.client_user().unwrap();
        assert_eq!(code(sample::raise(deps, &stranger, &once(), &scene.batch, "100").await), "not-found", "{database}");
        assert_eq!(sample::raise(deps, &buyer, &once(), &scene.batch, "50").await.unwrap(), 5_000, "{database}");
        let more = scene.readable(&client).await;
        assert!(more.len() == 5 && first.iter().all(|claim| more.contains(claim)), "{database}: {more:?}");
        assert_eq!(scene.told(&scene.world.buyer).await.seed, None, "{database}");
        let site = Site::as_person(&scene.world, &scene.world.buyer).await;
        let page = format!("/batches/{}/sample", scene.batch);
        let refused = site.post(&page, &[("review_share", "40")]).await;
        refused.refuses("A share can only be raised");
        assert!(refused.text.contains("value=\"40\""), "{database}: what was typed is kept");
        site.post(&page, &[("review_share", "100")]).await.redirects();
        assert_eq!(scene.readable(&client).await.len(), 10, "{database}");
        assert_eq!(reviews::list_waiting(deps, &client).await.unwrap()[0].count, 10, "{database}");
        let told = scene.told(&scene.world.worker).await;
        assert_eq!((told.batch.review_share, told.seed.is_some()), (WHOLE, true), "{database}: there is nothing left to know");
        draw_again(&scene.world, &site.get(&format!("{page}.json")).await.text);
    }
}

#[tokio::test]
async fn what_was_not_drawn_is_accepted_by_silence_like_everything_else() {
    for database in databases() {
        let scene = scene(database, 10, "10").await;
        let deps = &scene.world.deps;
        assert_eq!(scene.readable(&scene.client().await).await.len(), 1, "{database}");
        deps.clock.advance(7 * DAY);
        assert_eq!(reviews::accept_silent(deps).await.unwrap(), 10, "{database}");
        assert!(scene.told(&scene.world.buyer).await.seed.is_some(), "{database}");
        scene.verify(database).await;
    }
}

#[tokio::test]
async fn all_answers_to_an_item_are_read_or_none() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let batch = open(&world, &contract, 6, "2", "50").await;
        let (deps, mut claims) = (&world.deps, Vec::new());
        for person in [&world.worker, &world.treasurer] {
            let member = world.signed_in(person).await.member().unwrap();
            for _ in 0..6 {
                claims.push(answer(&world, &member, &batch).await);
            }
        }
        let client = Judging::Client(world.buyer().await);
        assert_eq!(reviews::list_waiting(deps, &client).await.unwrap()[0].count, 6, "{database}: three items, two answers each");
        let mut readable = [Vec::new(), Vec::new()];
        for (place, claim) in claims.iter().enumerate() {
            readable[place / 6].push(reviews::find(deps, &client, claim).await.is_ok());
        }
        assert_eq!(readable[0], readable[1], "{database}");
        assert_eq!(readable[0].iter().filter(|read| **read).count(), 3, "{database}");
    }
}

#[tokio::test]
async fn nobody_who_works_can_tell_from_a_page_what_was_drawn() {
    for database in databases() {
        let scene = scene(database, 4, "50").await;
        scene.world.reads(&scene.world.worker, "en").await;
        let drawn = scene.readable(&scene.client().await).await;
        let site = Site::as_person(&scene.world, &scene.world.worker).await;
        let mut pages = BTreeSet::new();
        for claim in &scene.answers {
            let page = site.get(&format!("/claims/{claim}")).await;
            assert_eq!(page.status, 200, "{database}");
            // Keys of forms and the claim's own id are another on each page.
            let main = page.text.split("<main").nth(1).unwrap().split("</main>").next().unwrap().replace(claim.as_str(), "");
            let mut parts = main.split("name=\"key\" value=\"");
            let rest: String = parts.clone().skip(1).filter_map(|part| part.split_once('"').map(|(_, rest)| rest)).collect();
            pages.insert(format!("{}{rest}", parts.next().unwrap()));
        }
        assert_eq!((drawn.len(), pages.len()), (2, 1), "{database}: {pages:?}");
        let page = site.get(&format!("/batches/{}/sample", scene.batch)).await;
        page.says("2 of 4 items");
        // Nor by the rights of a reviewer, which somebody who works may have too.
        let tx = scene.world.deps.db.begin().await.unwrap();
        manyhands_store::people::grant_role(&tx, &scene.world.worker, "reviewer", scene.world.deps.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let reviewing = Judging::Reviewer(scene.world.signed_in(&scene.world.worker).await.reviewer().unwrap());
        assert!(scene.readable(&reviewing).await.is_empty(), "{database}");
        for claim in &scene.answers {
            let ways = [format!("/reviews/{claim}"), format!("/reviews/{claim}/reject"), format!("/sign/acceptance/{claim}")];
            for way in ways {
                assert_eq!(site.get(&way).await.status, 404, "{database}: {way}");
            }
            assert_eq!(code(reviews::accept(&scene.world.deps, &reviewing, &once(), claim).await), "not-found", "{database}");
        }
        for word in ["waiting to be read", "read and decided", "What was not drawn"] {
            assert!(!page.text.contains(word), "{database}: a count that moves with one's own answer tells");
        }
    }
}

#[tokio::test]
async fn a_client_says_which_share_and_members_read_it_before_they_claim() {
    for database in databases() {
        let world = world(database).await;
        let contract = world.funded_contract("100.00").await;
        let site = Site::as_person(&world, &world.buyer).await;
        let draft = world.draft_batch(&contract, "0.80", "180").await;
        batches::import(&world.deps, &world.buyer().await, &once(), &draft, b"id,payload\n1,a\n2,b\n3,c\n").await.unwrap();
        let offer = format!("/batches/{draft}/offer");
        let terms = |share| [("price", "0.80"), ("seconds", "180"), ("copies", "1"), ("review_share", share)];
        for wrong in ["0", "101", "ten", "10,5"] {
            let refused = site.post(&offer, &terms(wrong)).await;
            refused.refuses("The share must be a number of percent from 1 to 100");
            assert!(refused.text.contains(&format!("value=\"{wrong}\"")), "{database}: what was typed is kept");
        }
        // While it is a draft it can go either way.
        for share in ["2.5", "50", "10"] {
            site.post(&offer, &terms(share)).await.redirects();
        }
        site.get(&format!("/desk/{contract}/quote")).await.says("You read 10 % of the answers");
        batches::open(&world.deps, &world.buyer().await, &once(), &draft).await.unwrap();
        site.get(&format!("/batches/{draft}")).await.says("10 % of the items are read");
        site.get(&format!("/batches/{draft}/sample")).await.says("1 of 3 items");
        let member = Site::as_person(&world, &world.coordinator).await;
        member.get("/work").await.says("10 % of the items are read, drawn");
    }
}
