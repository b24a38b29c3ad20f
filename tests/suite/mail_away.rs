//! A mail server that is away, hangs, or has something against one message: what else goes on meanwhile.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use manyhands::actions::{claims, demo};
use manyhands::jobs::{Jobs, outbox};
use manyhands::mail::transport::{Security, Transport};
use manyhands_domain::ids::ClaimId;
use manyhands_domain::notices::Notice;

use crate::story::typed;
use crate::support::{World, databases, once, world};

const FROM: &str = "office@example.coop";

/// What a server does with whoever comes.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Takes the connection, and says nothing.
    Hangs,
    /// Closes with 421, as one that is being restarted.
    Closes,
    /// Greets with 554: nobody may send here.
    Refuses,
    /// Has something against messages to Nathalie.
    RefusesOne,
    /// Takes what comes, and says so of the first message only when nobody waits any more.
    IsLateOnce,
}

/// A server of this test alone.
struct Server {
    port: u16,
    came: Arc<AtomicUsize>,
    took: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(manner: Manner) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, came, took) = (listener.local_addr().unwrap().port(), Arc::default(), Arc::default());
        let server = Server { port, came: Arc::clone(&came), took: Arc::clone(&took) };
        // It ends with the tests.
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let (stream, number) = (stream.unwrap(), came.fetch_add(1, Ordering::SeqCst));
                match manner {
                    Manner::Hangs => silent.push(stream),
                    _ => {
                        let took = Arc::clone(&took);
                        std::thread::spawn(move || speak(stream, manner, number, &took));
                    }
                }
            }
        });
        server
    }

    fn transport(&self, wait: u64) -> Transport {
        Transport::smtp("127.0.0.1", self.port, Security::None, None, FROM).unwrap().waiting(Duration::from_secs(wait))
    }

    fn came(&self) -> usize {
        self.came.load(Ordering::SeqCst)
    }

    fn took(&self) -> Vec<String> {
        self.took.lock().unwrap().clone()
    }
}

/// Answers until the other side goes; whoever it answers to may have gone already.
fn speak(mut stream: TcpStream, manner: Manner, number: usize, took: &Mutex<Vec<String>>) {
    let greeting = match manner {
        Manner::Closes => "421 going down",
        Manner::Refuses => "554 not from you",
        _ => "220 here",
    };
    let _ = stream.write_all(format!("{greeting}\r\n").as_bytes());
    if matches!(manner, Manner::Closes | Manner::Refuses) {
        return;
    }
    let (mut inside, mut to) = (false, String::new());
    for line in BufReader::new(stream.try_clone().unwrap()).lines() {
        let Ok(line) = line else { return };
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "." if inside => {
                inside = false;
                took.lock().unwrap().push(to.clone());
                if manner == Manner::IsLateOnce && number == 0 {
                    std::thread::sleep(Duration::from_secs(6));
                }
                "250 taken"
            }
            _ if inside => continue,
            "RCPT" if manner == Manner::RefusesOne && line.contains("nathalie@") => "550 nobody of that name",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap().to_owned();
                "250 known"
            }
            "DATA" => {
                inside = true;
                "354 go on"
            }
            "QUIT" => return,
            _ => "250 well",
        };
        if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
            return;
        }
    }
}

/// Work that waits for its verdict, and the messages that are on their way, the first one to Nathalie: how many.
async fn waiting(world: &World) -> (ClaimId, usize) {
    let mut work = manyhands::actions::Work::begin_job(&world.deps).await.unwrap();
    work.notify(&world.worker, &Notice::Erased { by: "office".to_owned() }).await.unwrap();
    work.commit(()).await.unwrap();
    let first = outbox::render(&world.deps, FROM).await.unwrap();
    let contract = world.funded_contract("100.00").await;
    let batch = world.open_batch(&contract, 1).await;
    let claim = claims::claim(&world.deps, &world.worker().await, &once(), &batch).await.unwrap();
    world.deps.clock.advance(150);
    claims::submit(&world.deps, &world.worker().await, &once(), &claim, &typed("Harmful")).await.unwrap();
    (claim, first + outbox::render(&world.deps, FROM).await.unwrap())
}

async fn tries(world: &World) -> Vec<i64> {
    let mut tries: Vec<i64> = demo::list_mail(&world.deps).await.unwrap().iter().map(|message| message.tries).collect();
    tries.sort_unstable();
    tries
}

async fn until<F: Future<Output = bool>>(what: &str, is: impl Fn() -> F) {
    let began = Instant::now();
    while !is().await {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}, and it did not within a minute");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_mail_server_that_hangs_holds_up_no_other_job_and_no_stop() {
    for database in databases() {
        let world = world(database).await;
        let (claim, _) = waiting(&world).await;
        let server = Server::start(Manner::Hangs);
        let jobs = Jobs::start(world.deps.clone(), server.transport(600), FROM.to_owned());
        until("mail is on its way to a server that says nothing", async || server.came() == 1).await;
        // Only now the days of silence are over.
        world.deps.clock.advance(8 * 86_400);
        let state = async || manyhands_store::claims::find_claim(&world.deps.db.read(), &claim).await.unwrap().unwrap().state;
        until("silence accepts meanwhile", async || state().await == "accepted").await;
        assert_eq!(server.came(), 1, "{database}: the same message still hangs");
        let began = Instant::now();
        jobs.stop().await;
        let took = began.elapsed();
        assert!(took < Duration::from_secs(19), "{database}: the message is cut, and nothing else: {took:?}");
        assert!(tries(&world).await.iter().all(|tries| *tries == 0), "{database}: it is sent again");
    }
}

#[tokio::test]
async fn mail_that_meets_a_server_which_is_away_waits_without_trying_one_by_one() {
    for database in databases() {
        for manner in [Manner::Hangs, Manner::Closes, Manner::Refuses] {
            let world = world(database).await;
            let (_, count) = waiting(&world).await;
            assert!(count > 2, "{database}: {count}");
            let server = Server::start(manner);
            let transport = server.transport(1);
            for tried in 1..=2 {
                assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 0, "{database}");
                assert_eq!(server.came(), tried, "{database}: one message a pass");
                assert_eq!(tries(&world).await, vec![0; count], "{database}: none of a message's own tries");
            }
            // However long it is away: what waits does not wait for its next try of twelve hours.
            for minute in 0..5 {
                world.deps.clock.advance(3_600);
                assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 0, "{database}");
                assert_eq!(server.came(), 3 + minute, "{database}: one message a pass");
            }
            // Somewhere else is one that answers: what was not tried leaves at once, the rest after its minute.
            let other = Server::start(Manner::RefusesOne);
            outbox::send(&world.deps, &other.transport(5)).await.unwrap();
            world.deps.clock.advance(61);
            outbox::send(&world.deps, &other.transport(5)).await.unwrap();
            assert_eq!(other.took().len(), count - 1, "{database}: all but the one that it has something against");
        }
    }
}

#[tokio::test]
async fn what_a_server_has_against_one_message_keeps_no_other() {
    for database in databases() {
        let world = world(database).await;
        let (_, count) = waiting(&world).await;
        let server = Server::start(Manner::RefusesOne);
        assert_eq!(outbox::send(&world.deps, &server.transport(5)).await.unwrap(), count as u64 - 1, "{database}");
        assert_eq!(server.took().len(), count - 1, "{database}");
        assert!(!server.took().iter().any(|to| to.starts_with("nathalie@")), "{database}");
        assert!(server.came() <= 2, "{database}: one connection for all, and one more behind the refusal");
        assert_eq!(tries(&world).await, vec![1; count], "{database}");
    }
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_not_taken_for_the_next_messages() {
    for database in databases() {
        let world = world(database).await;
        let (_, count) = waiting(&world).await;
        let server = Server::start(Manner::IsLateOnce);
        let transport = server.transport(4);
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 0, "{database}: nobody said that it was taken");
        tokio::time::sleep(Duration::from_secs(4)).await;
        // Clones share the connection: this one has time, however slow the machine is.
        let transport = transport.clone().waiting(Duration::from_secs(20));
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), count as u64 - 1, "{database}");
        assert_eq!(server.came(), 2, "{database}: over another connection");
        world.deps.clock.advance(61);
        assert_eq!(outbox::send(&world.deps, &transport).await.unwrap(), 1, "{database}: again, rather than never");
        assert_eq!(server.took().len(), count + 1, "{database}");
    }
}
