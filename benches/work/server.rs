//! The program as a process: how soon it answers, what it keeps in memory under load, how large it is.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use manyhands::actions::batches::{self, NewBatchForm};
use manyhands::actions::sessions;

use crate::board::{agent, fetch};
use crate::figures::Figures;
use crate::place::Place;
use crate::support::once;

pub async fn measure(place: Place, pieces: usize, figures: &mut Figures) {
    let deps = &place.world.deps;
    let (member, judge, buyer) = (
        sessions::open(deps, &place.world.worker).await.unwrap(),
        sessions::open(deps, &place.world.reviewer).await.unwrap(),
        sessions::open(deps, &place.world.buyer).await.unwrap(),
    );
    let draft = batches::draft(deps, &place.world.buyer().await, &once(), &place.contract, &batch_form()).await.unwrap();
    place.close().await;
    let (database, folder) = (place.address.clone(), place.world.folder.path().to_owned());
    let settings = format!(
        "database = {database:?}\naddress = \"http://127.0.0.1:8017\"\n[mail]\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\nfrom = \"office@example.coop\"\n"
    );
    std::fs::write(folder.join("manyhands.toml"), settings).unwrap();
    let batch = place.batch.clone();
    let lines = tokio::task::spawn_blocking(move || {
        let mut lines = Vec::new();
        let mut say = |what: &str, measured: String| lines.push((what.to_owned(), measured));
        let (process, address, first) = start(&["serve", "--data", &folder.display().to_string()]);
        say("serve, from start to first answer", seconds(first));
        say("memory of the server at rest", process.memory());
        let agent = agent();
        for turn in 0..2_000 {
            fetch(&agent, &address, "/work", &member, turn % 2 == 0);
        }
        say("memory after 2,000 boards", process.memory());
        let items: String = (1..=pieces).map(|n| format!("item-{n},\"Passage {n}, made for this measure\"\n")).collect();
        let multipart = format!(
            "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nitems\r\n--b\r\nContent-Disposition: form-data; name=\"items\"; filename=\"a.csv\"\r\n\r\nid,payload\n{items}\r\n--b--\r\n"
        );
        let took = send(&agent, &format!("{address}/batches/{draft}/items"), &buyer, "multipart/form-data; boundary=b", &multipart);
        say(&format!("import of {pieces} items over HTTP"), seconds(took));
        say("memory after it", process.memory());
        let sum = manyhands_domain::money::Amount::from_micros(800_000 * pieces as i64);
        let took = send(&agent, &format!("{address}/batches/{batch}/review"), &judge, "application/x-www-form-urlencoded", &format!("key=many&count={pieces}&sum={sum}"));
        say(&format!("acceptance of {pieces} over HTTP"), seconds(took));
        say("memory after it, and the most ever", format!("{}, {}", process.memory(), process.most_memory()));
        drop(process);
        let (_demo, _, first) = start(&["demo"]);
        say("demo, from start to first answer (the demonstration is filled first)", seconds(first));
        say("size of the program, with line tables", megabytes(std::fs::metadata(PROGRAM).unwrap().len()));
        lines
    })
    .await
    .unwrap();
    for (what, measured) in lines {
        figures.alone(&what, &measured);
    }
}

/// The suite's batch.
pub fn batch_form() -> NewBatchForm {
    NewBatchForm {
        title: "Safety text review".to_owned(),
        price: "0.80".to_owned(),
        seconds: "180".to_owned(),
        copies: "1".to_owned(),
        review_share: String::new(),
        payload_kind: "text".to_owned(),
        answer_kind: "one-choice".to_owned(),
        question: "Is this passage harmful?".to_owned(),
        choices: "Harmful\nHarmless".to_owned(),
        review_share: String::new(),
    }
}

fn send(agent: &ureq::Agent, url: &str, token: &str, kind: &str, body: &str) -> Duration {
    let began = Instant::now();
    let request =
        agent.post(url).header("Cookie", format!("sid={token}")).header("Sec-Fetch-Site", "same-origin").header("Content-Type", kind);
    let status = request.send(body.as_bytes()).unwrap().status();
    assert!(status == 302 || status == 303, "{url}: {status}");
    began.elapsed()
}

struct Process(Child);

impl Process {
    fn memory(&self) -> String {
        self.status("VmRSS:")
    }

    fn most_memory(&self) -> String {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        megabytes(kibibytes * 1_024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Starts the program on a free port, and asks until it answers.
fn start(arguments: &[&str]) -> (Process, String, Duration) {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{port}");
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).env_remove("MANYHANDS_TEST_POSTGRES");
    match arguments {
        ["demo", ..] => command.args(["--port", &port.to_string()]),
        _ => command.env("MANYHANDS_PORT", port.to_string()),
    };
    let began = Instant::now();
    let process = Process(command.spawn().unwrap());
    let agent = agent();
    while began.elapsed() < Duration::from_secs(60) {
        if agent.get(format!("{address}/health/live")).call().is_ok() {
            return (process, address, began.elapsed());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the server did not answer within a minute");
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1_000_000.0)
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_manyhands");
