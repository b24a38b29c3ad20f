//! SIGKILL while several people write: nothing that was answered is lost, and the book verifies after each start.
//!
//! `MANYHANDS_ROUNDS=300 cargo test --test suite crash -- --nocapture` is the full count.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use manyhands::actions::people::Invitation;
use manyhands::actions::rights::Member;
use manyhands::actions::{claims, people, receipts, sessions};
use manyhands::deps::Deps;
use manyhands::head::Head;
use manyhands_domain::ids::{BatchId, ClaimId};

use crate::program::{Serving, free_port, write_settings};
use crate::support::{PASSWORD, World, databases, reopen, rounds, seed, world};

/// After so many cycles a fresh co-op begins, so that each check reads a whole book in bearable time.
const CYCLES_A_COOP: u64 = 25;
const WORKERS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed_while_writing() {
    for database in databases() {
        let (asked, start) = (rounds(4), Instant::now());
        let mut dice = seed();
        let mut total = Total::default();
        let mut cycles = 0;
        // A busy machine may get no acceptance through in a few short lives: then there are some more.
        while cycles < asked || (total.stages[3] == 0 && start.elapsed() < Duration::from_secs(120)) {
            let here = asked.saturating_sub(cycles).clamp(1, CYCLES_A_COOP);
            live(database, here, &mut dice, &mut total).await;
            cycles += here;
        }
        println!(
            "crashes on {database}: {cycles} kills, {} acknowledged claims, {} submissions, {} acceptances; 0 lost, the book verified after each start, {:.1} s",
            total.stages[1],
            total.stages[2],
            total.stages[3],
            start.elapsed().as_secs_f64()
        );
        assert!(total.stages[3] > 0, "no acceptance was ever acknowledged: this tested nothing");
    }
}

#[derive(Default)]
struct Total {
    stages: [u64; 4],
}

/// What was answered with 303, by claim: 1 claimed, 2 handed in, 3 accepted; and whose it is.
type Acknowledged = BTreeMap<String, (usize, usize)>;

async fn live(database: &str, cycles: u64, dice: &mut u64, total: &mut Total) {
    let world = world(database).await;
    let contract = world.funded_contract("100000.00").await;
    let batch = world.open_batch(&contract, 10_000).await;
    let workers = workers(&world).await;
    let (folder, address) = (world.folder.path(), world.database.as_str());
    world.deps.head.sync().unwrap();
    world.deps.db.clone().close().await.unwrap();
    write_settings(folder, address, free_port());

    let mut acknowledged = Acknowledged::new();
    let mut head = 0;
    let mut cookies = Vec::new();
    for cycle in 0..=cycles {
        let mut serving = Serving::start(folder);
        let deps = reopen(address, folder).await;
        let open = check(&deps, &workers, &acknowledged, head).await;
        deps.db.close().await.unwrap();
        if cycle == cycles {
            serving.ask_to_stop();
            assert_eq!(serving.ended().code(), Some(0), "{}", serving.log());
            break;
        }
        if cookies.is_empty() {
            let emails = ["nathalie", "crash-1", "crash-2", "crash-3", "otieno", "buyer"];
            cookies = emails.iter().map(|name| serving.sign_in(&format!("{name}@example.coop"))).collect();
        }
        let after = Duration::from_millis(100 + random(dice) % 900);
        for (claim, stage) in load(&mut serving, &cookies, &batch, open, after) {
            total.stages[stage.0] += 1;
            let known = acknowledged.entry(claim).or_insert(stage);
            *known = (*known).max(stage);
        }
        // What was answered is covered by the head outside the database: checked with the claims after the next start.
        head = Head::open(folder).unwrap().last().0;
    }
}

/// Handed in but not judged, and held: what the last life left.
#[derive(Default)]
struct Open {
    held: Vec<Vec<String>>,
    waiting: Vec<(String, usize)>,
}

async fn check(deps: &Deps, workers: &[Member], acknowledged: &Acknowledged, head: u64) -> Open {
    for (claim, (stage, worker)) in acknowledged {
        let id = ClaimId::parse(claim).unwrap();
        let (row, _) =
            claims::find_own(deps, &workers[*worker], &id).await.unwrap_or_else(|_| panic!("claim {claim} was answered and is lost"));
        let there = match row.state.as_str() {
            "claimed" => 1,
            "submitted" => 2,
            "accepted" => 3,
            other => panic!("claim {claim} is {other}"),
        };
        assert!(there >= *stage, "claim {claim}: stage {stage} was answered, the database says {}", row.state);
        if *stage == 3 {
            let index = u64::try_from(row.entry_index.expect("accepted work has its entry")).unwrap();
            assert!(index < head, "entry {index} was answered, but the head outside the database says {head}");
        }
    }
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let size = receipts::export(deps, &out).await.unwrap();
    assert!(head <= size, "the head outside the database says {head}, the database {size}");
    let report = manyhands_verify::verify(&out, &deps.signers.checkpoint.verifying_key()).unwrap();
    assert_eq!((report.size, &report.failures), (size, &[None, None, None, None]));

    let mut open = Open::default();
    let mut accepted = 0;
    for (number, worker) in workers.iter().enumerate() {
        accepted += claims::list_of_member(deps, worker, "accepted", 1_000_000).await.unwrap().len();
        open.held.push(claims::list_held(deps, worker).await.unwrap().into_iter().map(|claim| claim.id).collect());
        let waiting = claims::list_of_member(deps, worker, "submitted", 1_000_000).await.unwrap();
        open.waiting.extend(waiting.into_iter().map(|claim| (claim.id, number)));
    }
    let entries = receipts::list_entries(deps, u64::MAX >> 1, 1_000_000).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.kind == "work.accepted").count(), accepted, "paid as often as accepted");
    open
}

/// Everybody works until the server is killed; what was answered.
fn load(serving: &mut Serving, cookies: &[String], batch: &BatchId, open: Open, after: Duration) -> Vec<(String, (usize, usize))> {
    let answered = Mutex::new(Vec::new());
    let (sender, receiver) = channel();
    open.waiting.into_iter().for_each(|waiting| sender.send(waiting).unwrap());
    let receiver = Mutex::new(receiver);
    let pid = serving.id();
    std::thread::scope(|scope| {
        let serving = &*serving;
        for (worker, held) in open.held.into_iter().enumerate() {
            let (sender, answered, cookie) = (sender.clone(), &answered, &cookies[worker]);
            scope.spawn(move || work(serving, cookie, batch, worker, held, &sender, answered));
        }
        for cookie in &cookies[WORKERS..] {
            let (answered, receiver) = (&answered, &receiver);
            scope.spawn(move || judge(serving, cookie, receiver, answered));
        }
        drop(sender);
        std::thread::sleep(after);
        assert!(std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
    });
    serving.kill();
    answered.into_inner().unwrap()
}

fn work(
    serving: &Serving,
    cookie: &str,
    batch: &BatchId,
    worker: usize,
    mut held: Vec<String>,
    sender: &Sender<(String, usize)>,
    answered: &Mutex<Vec<(String, (usize, usize))>>,
) {
    let note = |claim: &str, stage| answered.lock().unwrap().push((claim.to_owned(), (stage, worker)));
    loop {
        let claim = match held.pop() {
            Some(claim) => claim,
            None => {
                let Some(reply) = serving.post(&format!("/batches/{batch}/claim"), cookie, &[("key", &key())]) else { return };
                assert_eq!(reply.status, 303, "{}", reply.body);
                let claim = reply.location.trim_start_matches("/claims/").to_owned();
                note(&claim, 1);
                claim
            }
        };
        let fields = [("key", &*key()), ("answer", "Harmful"), ("active_seconds", "150")];
        let Some(reply) = serving.post(&format!("/claims/{claim}/submit"), cookie, &fields) else { return };
        assert_eq!(reply.status, 303, "{}", reply.body);
        note(&claim, 2);
        if let Some(next) = reply.location.strip_prefix("/claims/").and_then(|next| next.split('?').next()) {
            note(next, 1);
            held.push(next.to_owned());
        }
        if sender.send((claim, worker)).is_err() {
            return;
        }
    }
}

fn judge(serving: &Serving, cookie: &str, receiver: &Mutex<Receiver<(String, usize)>>, answered: &Mutex<Vec<(String, (usize, usize))>>) {
    loop {
        let next = receiver.lock().unwrap().recv();
        let Ok((claim, worker)) = next else { return };
        let Some(reply) = serving.post(&format!("/reviews/{claim}/accept"), cookie, &[("key", &key())]) else { return };
        assert_eq!(reply.status, 303, "{}", reply.body);
        answered.lock().unwrap().push((claim, (3, worker)));
    }
}

async fn workers(world: &World) -> Vec<Member> {
    let hash = sessions::hash(&world.deps, PASSWORD).await.unwrap();
    let mut workers = vec![world.worker().await];
    for n in 1..WORKERS {
        let invitation = Invitation {
            name: format!("Crash {n}"),
            email: format!("crash-{n}@example.coop"),
            language: "en".to_owned(),
            zone: "Africa/Nairobi".to_owned(),
            country: "KE".to_owned(),
            client: None,
            roles: Vec::new(),
        };
        let person = people::add_active(&world.deps, &invitation, &hash).await.unwrap();
        crate::support::agree(&world.deps, [&person]).await;
        workers.push(world.signed_in(&person).await.member().unwrap());
    }
    workers
}

fn key() -> String {
    crate::support::once().key.replace(' ', "-")
}

/// xorshift64: enough for moments of death.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}
